//! How many servers are to be there: what is asked of them.

use super::Check;
use super::capacity::Load;
use super::names::some_of;
use super::regions::RegionChoice;
use crate::basis::dist::Dist;
use crate::basis::units::Millis;
use crate::design::capacity::{Sizing, TimeOf, TimePromise};
use crate::design::request::{ClassKind, RequestClass, Via};
use crate::design::scenario::decode::{At, given};
use crate::design::scenario::file::{CapacityFile, ScalingWord};
use crate::design::scenario::quantity::DurationFile;
use crate::design::scenario::source::Span;
use crate::world::catalog::Region;

/// More servers than this are not one machine.
const MOST_CONCURRENCY: u64 = 100_000;

/// More zones than this no region has.
const MOST_ZONES: u64 = 100;

/// What is spread over all zones of a region is spread over three as a rule, also where it has six.
const USUAL_MOST_ZONES: u32 = 3;

const MOST_PER_ZONE: u64 = 100_000;

/// The loss of more regions at once is not searched.
const MOST_REGIONS: u32 = 2;

/// A time that may be promised, where it stands.
struct Promised<'f> {
    key: &'static str,
    of: TimeOf,
    share: f64,
    field: &'f Option<At<DurationFile>>,
}

impl Check<'_> {
    /// Whether the file asks how many servers are to be there.
    pub(super) fn is_sized(&mut self, file: &CapacityFile) -> bool {
        let keys = sizing_keys(file);
        let first = keys.into_iter().find_map(|(key, span)| Some((key, span?)));
        let word = given(file.size.as_ref()).map(|(yes, _)| *yes);
        if let (Some((key, span)), Some(false)) = (first, word) {
            let message = format!("`{key}` is about how many servers are to be there, but `size` is false");
            self.warn(span, message, "leave one of them out");
        }
        word.unwrap_or(first.is_some())
    }

    pub(super) fn sizing(&mut self, file: &CapacityFile, span: Span, load: Load<'_>) -> Option<Sizing> {
        let concurrency = self.count(file.concurrency.as_ref(), 1, 1..=MOST_CONCURRENCY, "concurrency");
        let max_utilisation = self.max_utilisation(file);
        let promises = self.time_promises(file, load.classes);
        let survive_zone = given(file.survive_zone.as_ref()).is_some_and(|(yes, _)| *yes);
        let usual = u64::from(survive_zone);
        let min_per_zone = self.count(
            file.min_per_zone.as_ref(),
            usual,
            0..=MOST_PER_ZONE,
            "min_per_zone",
        );
        let survive_regions = self.survive_regions(file, span, load.tolerate);
        let spare = self.spare(file);
        let hourly = given(file.scaling.as_ref()).is_some_and(|(word, _)| *word == ScalingWord::Hourly);
        let scale_out = self.scale_out(file, hourly);
        let zones = self.zones(file, load.choice);
        Some(Sizing {
            concurrency: u32::try_from(concurrency?).ok()?,
            max_utilisation: max_utilisation?,
            promises,
            zones: zones?,
            min_per_zone: u32::try_from(min_per_zone?).ok()?,
            survive_zone,
            survive_regions: survive_regions?,
            spare: spare?,
            scale_out_s: scale_out,
            hourly,
        })
    }

    fn max_utilisation(&mut self, file: &CapacityFile) -> Option<f64> {
        let Some(at) = &file.max_utilisation else {
            return Some(1.0);
        };
        let share = self.share(at)?.get();
        if share > 0.0 {
            return Some(share);
        }
        let message = "`max_utilisation` must be above 0%: no number of servers is never busy";
        self.error_with_hint(at.span, message, "say for instance \"70%\"");
        None
    }

    /// What is promised about times, as far as it could be understood.
    fn time_promises(&mut self, file: &CapacityFile, classes: Option<&[RequestClass]>) -> Vec<TimePromise> {
        let mut promises = Vec::new();
        for promised in promised_times(file) {
            let Some(at) = promised.field else { continue };
            let within = match promised.of {
                // Nobody waits at all where there are servers enough.
                TimeOf::Wait => self.millis(at),
                TimeOf::Response => self.positive_millis(at, &format!("`{}`", promised.key)),
            };
            let Some(within) = within else { continue };
            if promised.of == TimeOf::Response {
                self.expect_quicker_service(&promised, within, at.span, classes.unwrap_or_default());
            }
            promises.push(TimePromise {
                of: promised.of,
                share: promised.share,
                within_ms: within.ms(),
            });
        }
        promises
    }

    /// What service alone takes, no number of servers makes shorter.
    fn expect_quicker_service(
        &mut self,
        promised: &Promised<'_>,
        within: Millis,
        span: Span,
        classes: &[RequestClass],
    ) {
        let (key, share) = (promised.key, promised.share);
        let quickest = services(classes)
            .into_iter()
            .max_by(|a, b| a.cdf(within.ms()).total_cmp(&b.cdf(within.ms())));
        if let Some(service) = quickest.filter(|service| service.cdf(within.ms()) < share) {
            let message = format!(
                "`{key}` of {within} is impossible: the service time alone has a p{:.0} of {:.1} ms",
                share * 100.0,
                service.quantile(share)
            );
            self.error_with_hint(
                span,
                message,
                "no number of servers helps: promise less, or serve faster",
            );
        }
    }

    /// By the file's own word, else as many as [targets] lets a set lose.
    fn survive_regions(&mut self, file: &CapacityFile, span: Span, tolerate: Option<u32>) -> Option<u32> {
        if file.survive_regions.is_some() {
            let range = 0..=u64::from(MOST_REGIONS);
            let regions = self.count(file.survive_regions.as_ref(), 0, range, "survive_regions")?;
            return u32::try_from(regions).ok();
        }
        let regions = tolerate.unwrap_or(0);
        if regions > MOST_REGIONS {
            let message = format!(
                "[targets] tolerates the loss of {regions} regions, but servers are counted for {MOST_REGIONS} at most"
            );
            self.warn(span, message, format!("say survive_regions = {MOST_REGIONS}"));
        }
        Some(regions.min(MOST_REGIONS))
    }

    fn spare(&mut self, file: &CapacityFile) -> Option<f64> {
        let Some(at) = &file.spare else { return Some(0.0) };
        let spare = self.keep(at.get()?.change(), at.span)?;
        if spare >= 0.0 {
            return Some(spare);
        }
        let message = format!("`spare` must not be negative, found {}", percent(spare));
        self.error_with_hint(at.span, message, "say for instance \"20%\"");
        None
    }

    fn scale_out(&mut self, file: &CapacityFile, hourly: bool) -> Option<f64> {
        let at = file.scale_out.as_ref()?;
        if !hourly {
            let message = "`scale_out` counts for nothing: the number of instances is always the same";
            self.warn(at.span, message, "say scaling = \"hourly\", or leave it out");
        }
        self.positive_seconds(at, "`scale_out`")
    }

    /// Zones that instances are spread over, by candidate.
    fn zones(&mut self, file: &CapacityFile, choice: Option<&RegionChoice>) -> Option<Vec<u32>> {
        let told = match &file.zones {
            Some(_) => Some(self.count(file.zones.as_ref(), 1, 1..=MOST_ZONES, "zones")? as u32),
            None => None,
        };
        let candidates = &choice?.candidates;
        if let (Some(at), Some(told)) = (&file.zones, told) {
            self.lint_fewer_zones(at.span, told, candidates);
        }
        if let Some((true, span)) = given(file.survive_zone.as_ref()).map(|(yes, span)| (*yes, span)) {
            self.lint_lost_zone(span, told, candidates);
        }
        let usual = |region: &Region| region.zones.map_or(1, u32::from).clamp(1, USUAL_MOST_ZONES);
        Some(
            candidates
                .iter()
                .map(|region| told.unwrap_or_else(|| usual(region)))
                .collect(),
        )
    }

    fn lint_fewer_zones(&mut self, span: Span, told: u32, candidates: &[Region]) {
        let fewer = candidates
            .iter()
            .filter(|region| region.zones.is_some_and(|zones| u32::from(zones) < told));
        let names: Vec<&str> = fewer.map(|region| region.id.as_str()).collect();
        if !names.is_empty() {
            let message = format!("fewer than {told} zones are known of {}", some_of(&names));
            self.warn(span, message, "spread over fewer, or leave it out");
        }
    }

    /// Who stands in one zone loses everything with it.
    fn lint_lost_zone(&mut self, span: Span, told: Option<u32>, candidates: &[Region]) {
        let names = |wanted: Option<u8>| -> Vec<&str> {
            let of = candidates.iter().filter(|region| match told {
                Some(told) => told == 1 && wanted == Some(1),
                None => region.zones == wanted,
            });
            of.map(|region| region.id.as_str()).collect()
        };
        let (single, unknown) = (names(Some(1)), names(None));
        let hint = "say zones = 3 if there are so many, or leave `survive_zone` out";
        if !single.is_empty() {
            let message = format!(
                "`survive_zone` cannot be kept with a single zone, as in {}",
                some_of(&single)
            );
            self.warn(span, message, hint);
        }
        if !unknown.is_empty() {
            let message = format!(
                "`survive_zone` cannot be kept where nobody knows of more than one zone, as in {}",
                some_of(&unknown)
            );
            self.warn(span, message, hint);
        }
    }
}

/// The keys that ask for servers, with their places.
fn sizing_keys(file: &CapacityFile) -> [(&'static str, Option<Span>); 13] {
    fn at<T>(field: Option<&At<T>>) -> Option<Span> {
        field.map(|at| at.span)
    }
    [
        ("concurrency", at(file.concurrency.as_ref())),
        ("max_utilisation", at(file.max_utilisation.as_ref())),
        ("wait_p95", at(file.wait_p95.as_ref())),
        ("wait_p99", at(file.wait_p99.as_ref())),
        ("response_p95", at(file.response_p95.as_ref())),
        ("response_p99", at(file.response_p99.as_ref())),
        ("zones", at(file.zones.as_ref())),
        ("min_per_zone", at(file.min_per_zone.as_ref())),
        ("survive_zone", at(file.survive_zone.as_ref())),
        ("survive_regions", at(file.survive_regions.as_ref())),
        ("spare", at(file.spare.as_ref())),
        ("scale_out", at(file.scale_out.as_ref())),
        ("scaling", at(file.scaling.as_ref())),
    ]
}

fn promised_times(file: &CapacityFile) -> [Promised<'_>; 4] {
    let promised = |key, of, share, field| Promised {
        key,
        of,
        share,
        field,
    };
    [
        promised("wait_p95", TimeOf::Wait, 0.95, &file.wait_p95),
        promised("wait_p99", TimeOf::Wait, 0.99, &file.wait_p99),
        promised("response_p95", TimeOf::Response, 0.95, &file.response_p95),
        promised("response_p99", TimeOf::Response, 0.99, &file.response_p99),
    ]
}

/// The service time of a request that holds a server, with the static ones behind a CDN and without: how many of them
/// reach a region depends on the edge.
fn services(classes: &[RequestClass]) -> Vec<Dist> {
    let holds = |class: &&RequestClass| class.service.mean() != Some(0.0);
    let kept = |class: &RequestClass| class.kind == ClassKind::Static && class.via == Via::Cdn;
    let mixture = |with_kept: bool| {
        let parts = classes
            .iter()
            .filter(holds)
            .filter(|class| with_kept || !kept(class));
        Dist::mixture(parts.map(|class| (class.share, class.service.clone()))).ok()
    };
    [mixture(true), mixture(false)].into_iter().flatten().collect()
}

/// `-5%`, as files write it.
pub(super) fn percent(share: f64) -> String {
    // 0.07 · 100 is not 7 in binary.
    format!("{}%", (share * 1e8).round() / 1e6)
}
