//! What may be lost, how often, and for how long.

use super::Check;
use super::regions::RegionChoice;
use super::times::SCENARIO;
use crate::basis::dist::Dist;
use crate::design::recovery::{
    CommonCause, Failures, Hazard, HazardZone, Impairment, Incidents, LinkFailure,
};
use crate::design::scenario::decode::{At, Entries, shortened};
use crate::design::scenario::distribution::DistFile;
use crate::design::scenario::file::{
    CommonFile, FailuresFile, HazardFile, HazardZoneFile, IncidentsFile, LinkFailureFile, PresetWord,
};
use crate::design::scenario::quantity::ShareFile;
use crate::design::scenario::source::Span;

/// Mean length of a year of the Gregorian calendar, s: 365.2425 days.
const YEAR_S: f64 = 31_556_952.0;

/// What is down for more of the year than this was probably given in another unit.
const MUCH: f64 = 0.1;

/// Shares may be rounded by this much before they are too many.
const ROUNDING: f64 = 1e-9;

impl Check<'_> {
    /// The typical preset where nothing is said.
    pub(super) fn failures(
        &mut self,
        section: Option<&At<FailuresFile>>,
        choice: Option<&RegionChoice>,
    ) -> Option<Failures> {
        let candidates = choice.map_or(0, |choice| choice.candidates.len());
        let mut failures = Failures::standard(candidates);
        let Some(at) = section else {
            return Some(failures);
        };
        let file = at.get()?;
        let preset = file.preset.as_ref().and_then(At::get).copied();
        failures.preset = preset.unwrap_or(PresetWord::default()).into();
        failures.region = self.hazard(file.region.as_ref(), "`region`");
        self.hazards_by_region(file.regions.as_ref(), choice, &mut failures.of_region);
        failures.common = file.common.as_ref().and_then(|at| self.common(at));
        failures.zones = self.hazard_zones(file.zone.as_ref(), choice);
        failures.incidents = file.incidents.as_ref().and_then(|at| self.incidents(at));
        failures.zone_loss = self.hazard(file.zone_loss.as_ref(), "`zone_loss`");
        failures.links = self.link_failures(file.link.as_ref(), choice);
        self.lint_zones(file, &failures);
        Some(failures)
    }

    fn hazard(&mut self, field: Option<&At<HazardFile>>, owner: &str) -> Option<Hazard> {
        let file = field?.get()?;
        self.hazard_of(&file.per_year, &file.repair, owner)
    }

    fn hazard_of(&mut self, rate: &At<f64>, repair: &At<DistFile>, owner: &str) -> Option<Hazard> {
        let per_year = self.per_year(rate, owner);
        let repair = self.repair(repair, owner);
        let (per_year, repair) = (per_year?, repair?);
        self.lint_downtime(rate.span, per_year, &repair, owner);
        Some(Hazard {
            per_year,
            repair,
            source: SCENARIO.to_owned(),
            assumed: false,
        })
    }

    fn per_year(&mut self, at: &At<f64>, owner: &str) -> Option<f64> {
        let rate = *at.get()?;
        if (0.0..f64::INFINITY).contains(&rate) {
            return Some(rate);
        }
        let message =
            format!("`per_year` of {owner} must be finite and not negative, found {rate} times a year");
        self.error_with_hint(at.span, message, "0.1 is once in ten years");
        None
    }

    fn lint_downtime(&mut self, span: Span, per_year: f64, repair: &Dist, owner: &str) {
        let Some(mean_s) = repair.mean() else { return };
        let down = per_year * mean_s / YEAR_S;
        if down > MUCH {
            let message = format!(
                "{owner} happens {per_year} times a year for {:.1} h each: {:.0} % of all time",
                mean_s / 3600.0,
                100.0 * down
            );
            self.warn(
                span,
                message,
                "`per_year` counts events a year, `repair` is the length of one",
            );
        }
    }

    fn hazards_by_region(
        &mut self,
        field: Option<&At<Entries<HazardFile>>>,
        choice: Option<&RegionChoice>,
        of_region: &mut [Option<Hazard>],
    ) {
        let Some(entries) = field.and_then(At::get) else {
            return;
        };
        let mut seen = Vec::new();
        for (key, at) in entries.iter() {
            let Some(name) = key.get() else { continue };
            let region = self.candidate(name, key.span, choice, "`regions` of [failures]");
            let hazard = self.hazard(Some(at), &format!("`{}`", shortened(name)));
            let Some(region) = region else { continue };
            if seen.contains(&region) {
                let message = format!("`{}` stands twice in `regions` of [failures]", shortened(name));
                self.error_with_hint(key.span, message, "leave one out");
            }
            seen.push(region);
            of_region[region] = hazard;
        }
    }

    fn common(&mut self, at: &At<CommonFile>) -> Option<CommonCause> {
        let file = at.get()?;
        let provider = self.share_or(file.provider.as_ref(), 0.0);
        let country = self.share_or(file.country.as_ref(), 0.0);
        let zone = self.share_or(file.zone.as_ref(), 0.0);
        let common = CommonCause {
            provider: provider?,
            country: country?,
            zone: zone?,
        };
        let sum = common.provider + common.country + common.zone;
        if sum > 1.0 + ROUNDING {
            let message = format!(
                "the shares of common causes are {:.0} % together",
                (sum * 1e4).round() / 1e2
            );
            let hint = "they are parts of a region's losses: 100 % at most, the rest it suffers alone";
            self.error_with_hint(at.span, message, hint);
        }
        Some(common)
    }

    fn hazard_zones(
        &mut self,
        list: Option<&At<Vec<At<HazardZoneFile>>>>,
        choice: Option<&RegionChoice>,
    ) -> Vec<HazardZone> {
        let mut zones: Vec<HazardZone> = Vec::new();
        for file in list.and_then(At::get).into_iter().flatten().filter_map(At::get) {
            let earlier = zones.iter().map(|zone| zone.name.as_str());
            let name = self.unique_name(&file.name, "hazard zone", earlier);
            let shown = name.clone().unwrap_or_else(|| "?".to_owned());
            let Some(list) = file.regions.get() else { continue };
            let whose = format!("hazard zone `{}`", shortened(&shown));
            let Some(mut regions) = self.candidate_list(list, file.regions.span, choice, &whose) else {
                continue;
            };
            if let [_] = regions.as_slice() {
                let message = format!("{whose} holds one region: nothing is lost together");
                self.warn(
                    file.regions.span,
                    message,
                    "name the others, or leave the zone out",
                );
            }
            self.expect_one_zone(&regions, list, &zones);
            regions.sort_unstable();
            zones.push(HazardZone { name: shown, regions });
        }
        zones
    }

    /// A region's share of losses by hazard goes to one zone; with two it would be counted twice.
    fn expect_one_zone(&mut self, regions: &[usize], list: &[At<String>], earlier: &[HazardZone]) {
        for (region, at) in regions.iter().zip(list) {
            if let Some(zone) = earlier.iter().find(|zone| zone.regions.contains(region)) {
                let name = at.get().map_or("?", String::as_str);
                let message = format!(
                    "`{}` lies in hazard zone `{}` already",
                    shortened(name),
                    zone.name
                );
                self.error_with_hint(at.span, message, "a region lies in one zone at most");
            }
        }
    }

    fn incidents(&mut self, at: &At<IncidentsFile>) -> Option<Incidents> {
        let file = at.get()?;
        let impairment = self.impairment(
            file.capacity_left.as_ref(),
            file.added.as_ref(),
            at.span,
            "`incidents`",
        );
        let hazard = match (&file.per_year, &file.repair) {
            (Some(rate), Some(repair)) => Some(self.hazard_of(rate, repair, "`incidents`")?),
            (None, None) => None,
            (Some(alone), None) => return self.half_a_hazard(alone.span, "per_year", "repair"),
            (None, Some(alone)) => return self.half_a_hazard(alone.span, "repair", "per_year"),
        };
        Some(Incidents {
            hazard,
            impairment: impairment?,
        })
    }

    fn half_a_hazard<T>(&mut self, span: Span, given: &str, missing: &str) -> Option<T> {
        let message = format!("`incidents` has `{given}` but no `{missing}`");
        self.error_with_hint(
            span,
            message,
            "say both, or neither for what is fitted to the record",
        );
        None
    }

    /// What an incident does: exactly one of a share of capacity that is left and a latency that is added.
    pub(super) fn impairment(
        &mut self,
        capacity_left: Option<&At<ShareFile>>,
        added: Option<&At<DistFile>>,
        span: Span,
        owner: &str,
    ) -> Option<Impairment> {
        match (capacity_left, added) {
            (Some(at), None) => {
                let left = self.share(at)?.get();
                if left >= 1.0 {
                    let hint = "100 % left is no incident; leave it out";
                    self.error_with_hint(at.span, "`capacity_left` must be below 100 %", hint);
                    return None;
                }
                Some(Impairment::CapacityLeft(left))
            }
            (None, Some(at)) => {
                let added = self.dist(at, &format!("`added` of {owner}"))?;
                if added.as_fixed() == Some(0.0) {
                    self.error(at.span, "`added` must be above 0 ms");
                    return None;
                }
                Some(Impairment::AddedLatency(added))
            }
            (None, None) => {
                let message = format!("{owner} does nothing to a region");
                let hint = "say capacity_left = \"70%\" or added = \"200ms\"";
                self.error_with_hint(span, message, hint);
                None
            }
            (Some(_), Some(at)) => {
                let message = format!("{owner} has `capacity_left` and `added`");
                self.error_with_hint(at.span, message, "keep one of them");
                None
            }
        }
    }

    fn link_failures(
        &mut self,
        list: Option<&At<Vec<At<LinkFailureFile>>>>,
        choice: Option<&RegionChoice>,
    ) -> Vec<LinkFailure> {
        let mut links: Vec<LinkFailure> = Vec::new();
        for file in list.and_then(At::get).into_iter().flatten().filter_map(At::get) {
            let earlier = links.iter().map(|link| link.name.as_str());
            let name = self.unique_name(&file.name, "link", earlier);
            let shown = file.name.get().map_or("?", String::as_str);
            let owner = format!("link `{}`", shortened(shown));
            let pairs = self.pairs(&file.between, choice, &owner);
            let hazard = self.hazard_of(&file.per_year, &file.repair, &owner);
            if let (Some(name), Some(pairs), Some(hazard)) = (name, pairs, hazard) {
                links.push(LinkFailure { name, pairs, hazard });
            }
        }
        links
    }

    /// Zones without a share of losses by hazard change nothing.
    fn lint_zones(&mut self, file: &FailuresFile, failures: &Failures) {
        if let (Some(at), Some(common)) = (&file.zone, failures.common)
            && common.zone == 0.0
        {
            let message = "no loss takes a hazard zone: `common` has no share for `zone`";
            self.warn(at.span, message, "say for instance common = { zone = \"5%\" }");
        }
    }
}
