//! Targets, the objective, and what the report tells.

use super::Check;
use crate::basis::units::{Millis, Share};
use crate::design::request::{ClassKind, RequestClass, Via};
use crate::design::scenario::decode::{At, did_you_mean, shortened};
use crate::design::scenario::file::{ReportFile, ShareWithinFile, TargetsFile};
use crate::design::scenario::quantity::DurationFile;
use crate::design::scenario::source::Span;
use crate::design::targets::{Objective, Targets};

/// Times for which the share of requests within is told, ms: what people feel as instant, quick, and slow.
const DEFAULT_SHARE_LIMITS_MS: [f64; 5] = [50.0, 100.0, 150.0, 200.0, 300.0];

/// A country with one user in a thousand counts as "worst country"; a smaller one rests on too little.
const DEFAULT_WORST_COUNTRY_MIN_SHARE: f64 = 0.001;

pub(super) const OBJECTIVES: [&str; 8] = [
    "mean",
    "p50",
    "p90",
    "p95",
    "p99",
    "within:150ms",
    "worst-country",
    "worst-group",
];

/// What the report tells, checked.
#[derive(Debug)]
pub(super) struct ReportChoice {
    pub(super) share_limits_ms: Vec<f64>,
    pub(super) worst_country_min_share: f64,
}

impl Check<'_> {
    /// The objective of this name.
    pub(super) fn objective_named(&mut self, name: &str, span: Span) -> Option<Objective> {
        if let Some(limit) = name.strip_prefix("within:") {
            return self.within(limit, span);
        }
        let objective = named_objective(name);
        if objective.is_none() {
            let message = format!("unknown objective `{}`", shortened(name));
            self.error_with_hint(span, message, did_you_mean(name, &OBJECTIVES));
        }
        objective
    }

    /// The share within a time, which stands behind the colon.
    pub(super) fn within(&mut self, limit: &str, span: Span) -> Option<Objective> {
        let limit = self.keep(Millis::parse(&shortened(limit)), span)?;
        if limit == Millis::ZERO {
            self.error(span, "the time of the objective must be above 0 ms");
        }
        Some(Objective::ShareWithin(limit))
    }

    /// What is promised. A promise that the service time alone breaks is an error.
    pub(super) fn targets(
        &mut self,
        section: Option<&At<TargetsFile>>,
        classes: Option<&[RequestClass]>,
    ) -> Option<Targets> {
        let Some(at) = section else {
            return Some(Targets::default());
        };
        let file = at.get()?;
        let p50 = self.limit(file.p50.as_ref(), 0.50, "p50", classes);
        let p95 = self.limit(file.p95.as_ref(), 0.95, "p95", classes);
        let p99 = self.limit(file.p99.as_ref(), 0.99, "p99", classes);
        self.expect_rising((file.p50.as_ref(), p50, "p50"), (file.p95.as_ref(), p95, "p95"));
        self.expect_rising((file.p95.as_ref(), p95, "p95"), (file.p99.as_ref(), p99, "p99"));
        let share_within = match &file.share_within {
            Some(at) => Some(self.share_within(at, classes)?),
            None => None,
        };
        let budget = file.budget.as_ref();
        let mut targets = Targets {
            budget: budget.and_then(|at| self.positive(at, "target budget")),
            p50,
            p95,
            p99,
            share_within,
            ..Targets::default()
        };
        self.recovery_targets(file, &mut targets);
        Some(targets)
    }

    fn limit(
        &mut self,
        field: Option<&At<DurationFile>>,
        p: f64,
        name: &str,
        classes: Option<&[RequestClass]>,
    ) -> Option<Millis> {
        let at = field?;
        let limit = self.positive_millis(at, &format!("target {name}"))?;
        if let Some(classes) = classes
            && within_at_best(classes, limit) < p
        {
            let message = match classes {
                [only] => format!(
                    "target {name} of {limit} is impossible: the service time alone has a {name} of {:.1} ms",
                    only.service.quantile(p)
                ),
                several => format!(
                    "target {name} of {limit} is impossible: the service times alone keep {:.1} % of requests within",
                    within_at_best(several, limit) * 100.0
                ),
            };
            self.error(at.span, message);
        }
        Some(limit)
    }

    /// A lower target for a higher percentile makes the other one pointless.
    fn expect_rising(
        &mut self,
        (_, lower, lower_name): (Option<&At<DurationFile>>, Option<Millis>, &str),
        (at, higher, higher_name): (Option<&At<DurationFile>>, Option<Millis>, &str),
    ) {
        if let (Some(low), Some(high), Some(at)) = (lower, higher, at)
            && high < low
        {
            self.warn(
                at.span,
                format!("target {higher_name} of {high} is below target {lower_name} of {low}"),
                format!("target {lower_name} can be left out: it is met whenever {higher_name} is"),
            );
        }
    }

    fn share_within(
        &mut self,
        at: &At<ShareWithinFile>,
        classes: Option<&[RequestClass]>,
    ) -> Option<(Millis, Share)> {
        let file = at.get()?;
        let within = self.positive_millis(&file.within, "`within`");
        let at_least = self.share(&file.at_least);
        let (within, at_least) = (within?, at_least?);
        if at_least == Share::default() {
            self.error(
                file.at_least.span,
                "`at_least` must be above 0%: no set could miss it",
            );
        }
        let best = classes.map_or(1.0, |classes| within_at_best(classes, within));
        if best < at_least.get() {
            let message = format!(
                "{at_least} of requests within {within} is impossible: the service time alone keeps {:.1} % within",
                best * 100.0
            );
            self.error(at.span, message);
        }
        Some((within, at_least))
    }

    /// What the report tells.
    pub(super) fn report(&mut self, section: Option<&At<ReportFile>>) -> Option<ReportChoice> {
        let mut choice = ReportChoice {
            share_limits_ms: DEFAULT_SHARE_LIMITS_MS.to_vec(),
            worst_country_min_share: DEFAULT_WORST_COUNTRY_MIN_SHARE,
        };
        let Some(at) = section else { return Some(choice) };
        let file = at.get()?;
        if let Some(limits) = &file.share_within {
            choice.share_limits_ms = self.share_limits(limits)?;
        }
        if let Some(share) = &file.worst_country_min_share {
            choice.worst_country_min_share = self.share(share)?.get();
        }
        Some(choice)
    }

    fn share_limits(&mut self, list: &At<Vec<At<DurationFile>>>) -> Option<Vec<f64>> {
        let mut limits: Vec<f64> = list
            .get()?
            .iter()
            .filter_map(|at| self.positive_millis(at, "a time in `share_within`"))
            .map(Millis::ms)
            .collect();
        if list.get()?.is_empty() {
            self.error_with_hint(
                list.span,
                "`share_within` is empty",
                "leave it out for 50, 100, 150, 200 and 300 ms",
            );
        }
        limits.sort_by(f64::total_cmp);
        limits.dedup();
        Some(limits)
    }
}

/// The share of requests whose service time alone keeps the limit. A static request through a CDN may be answered
/// at the edge, without any.
fn within_at_best(classes: &[RequestClass], limit: Millis) -> f64 {
    let shares = classes.iter().map(|class| {
        let at_the_edge = class.kind == ClassKind::Static && class.via == Via::Cdn;
        class.share
            * if at_the_edge {
                1.0
            } else {
                class.service.cdf(limit.ms())
            }
    });
    shares.sum()
}

/// The objective of this name, unless it carries a time.
pub(super) fn named_objective(name: &str) -> Option<Objective> {
    Some(match name {
        "mean" => Objective::Mean,
        "p50" => Objective::P50,
        "p90" => Objective::P90,
        "p95" => Objective::P95,
        "p99" => Objective::P99,
        "worst-country" => Objective::WorstCountryP95,
        "worst-group" => Objective::WorstGroupMean,
        _ => return None,
    })
}
