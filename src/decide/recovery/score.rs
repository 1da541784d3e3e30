//! One number for a set: the weighted sum of what its measures are worth.
//!
//! ```text
//! utility(v) = (v − limit) / (target − limit), clamped to 0–1
//! score      = Σ weight · utility / Σ weight
//! ```
//! The same line serves measures of which more is better: there the target lies above the limit.

use super::whole::{RecoveryFacts, Shared};
use crate::basis::stat::estimate::Estimate;
use crate::decide::judge::Judged;
use crate::decide::objective::{Figure, figure_named};
use crate::design::recovery::{Measure, Utility};

/// The score of a set.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// The sum, 0–1, with the error of its parts taken as independent.
    pub total: Estimate,
    /// 1 for the best.
    pub rank: usize,
    /// Its parts, in the order of the scenario.
    pub parts: Vec<Part>,
}

/// A part of a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// The value of the measure; infinite where there is none, such as an RTO when nobody takes over.
    pub value: Estimate,
    /// What it is worth, 0–1.
    pub utility: f64,
    /// Its weight, of weights that sum to 1.
    pub weight: f64,
}

/// What a value is worth.
///
/// ```
/// use isochrone::decide::recovery::score::worth;
/// assert_eq!(worth(200.0, 100.0, 300.0), 0.5);
/// assert_eq!(worth(50.0, 100.0, 300.0), 1.0);
/// assert!((worth(0.9995, 0.9999, 0.999) - 5.0 / 9.0).abs() < 1e-9);
/// assert_eq!(worth(f64::INFINITY, 100.0, 300.0), 0.0);
/// ```
pub fn worth(value: f64, target: f64, limit: f64) -> f64 {
    if !value.is_finite() {
        return 0.0;
    }
    ((value - limit) / (target - limit)).clamp(0.0, 1.0)
}

/// The score of values under utilities.
pub fn score(utilities: &[Utility], values: &[Estimate]) -> Score {
    let sum: f64 = utilities.iter().map(|utility| utility.weight).sum();
    let parts: Vec<Part> = utilities
        .iter()
        .zip(values)
        .map(|(utility, value)| Part {
            value: *value,
            utility: worth(value.value, utility.target, utility.limit),
            weight: utility.weight / sum,
        })
        .collect();
    let total: f64 = parts.iter().map(|part| part.weight * part.utility).sum();
    let variance: f64 = parts
        .iter()
        .zip(utilities)
        .filter(|(part, _)| part.utility > 0.0 && part.utility < 1.0)
        .map(|(part, utility)| {
            (part.weight * part.value.std_error / (utility.target - utility.limit)).powi(2)
        })
        .sum();
    Score {
        total: Estimate::normal(total, variance.sqrt()),
        rank: 0,
        parts,
    }
}

/// The values of a set's measures, in the order of the scenario. `cost` is what it costs a month, where that is complete.
pub fn values(
    shared: &Shared<'_>,
    judged: &Judged,
    recovery: Option<&RecoveryFacts>,
    cost: Option<f64>,
) -> Vec<Estimate> {
    let scenario = shared.sources.scenario;
    scenario
        .score
        .iter()
        .map(|utility| match utility.of {
            Measure::Cost => Estimate::exact(cost.unwrap_or(f64::INFINITY)),
            of => value(shared, of, judged, recovery),
        })
        .collect()
}

fn value(shared: &Shared<'_>, of: Measure, judged: &Judged, recovery: Option<&RecoveryFacts>) -> Estimate {
    let scenario = shared.sources.scenario;
    let (laws, table) = (shared.sources.designer.laws, shared.sources.designer.table);
    let figure = |objective| figure_named(objective, scenario.worst_country_min_share);
    let none = Estimate::exact(f64::INFINITY);
    match of {
        Measure::Latency(objective) => figure(objective).of(laws, table, &judged.placed),
        Measure::LatencyAfterLoss(objective) => {
            recovery.map_or(none, |facts| worst_after_loss(shared, facts, figure(objective)))
        }
        Measure::Availability => recovery.map_or(none, |facts| {
            // Enumerated, as where sets are ranked by their score, with the error that the simulation tells.
            let (down, error) = (facts.expected.unavailability, facts.unavailability.std_error);
            Estimate::normal(1.0 - down, error)
        }),
        Measure::Rto(p) => recovery
            .and_then(|facts| facts.rto.as_ref())
            .map_or(none, |rto| quantile_of(rto, p)),
        Measure::Rpo(p) => recovery.map_or(none, |facts| worst_rpo_of(&facts.rpo, p)),
        // Nothing here knows what a set costs.
        Measure::Cost => none,
    }
}

/// The quantile of a duration; those that are told are the median, the 95th and the 99th percentile.
pub(super) fn quantile_of(duration: &super::duration::Duration, p: f64) -> Estimate {
    if p <= 0.5 {
        duration.p50
    } else if p <= 0.95 {
        duration.p95
    } else {
        duration.p99
    }
}

/// The worst of a figure over the losses of one region; infinite where nobody is left after one of them.
pub fn worst_after_loss(shared: &Shared<'_>, facts: &RecoveryFacts, figure: Figure) -> Estimate {
    let (laws, table) = (shared.sources.designer.laws, shared.sources.designer.table);
    let mut worst: Option<Estimate> = None;
    let singles = facts
        .losses
        .iter()
        .map(|(loss, _, _)| loss)
        .filter(|loss| loss.lost.len() == 1 && loss.is_of_regions_alone());
    for loss in singles {
        let Some(judged) = &loss.judged else {
            return Estimate::exact(f64::INFINITY);
        };
        let after = figure.of(laws, table, &judged.placed);
        if worst.is_none_or(|before| figure.cost(after.value) > figure.cost(before.value)) {
            worst = Some(after);
        }
    }
    worst.unwrap_or(Estimate::exact(f64::INFINITY))
}

/// The RPO of the worst store; 0 where nothing can be lost, infinite where nothing survives.
pub(super) fn worst_rpo_of(stores: &[Option<super::whole::StoreRpoFacts>], p: f64) -> Estimate {
    let of = |store: &super::whole::StoreRpoFacts| {
        store
            .rpo
            .as_ref()
            .map_or(Estimate::exact(f64::INFINITY), |rpo| quantile_of(rpo, p))
    };
    stores
        .iter()
        .flatten()
        .map(of)
        .max_by(|a, b| a.value.total_cmp(&b.value))
        .unwrap_or(Estimate::exact(0.0))
}

/// Ranks scores: the highest is 1, equals in the order given.
pub fn rank(scores: &mut [Score]) {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| {
        scores[*b]
            .total
            .value
            .total_cmp(&scores[*a].total.value)
            .then(a.cmp(b))
    });
    for (place, at) in order.into_iter().enumerate() {
        scores[at].rank = place + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::targets::Objective;

    fn utility(of: Measure, weight: f64, target: f64, limit: f64) -> Utility {
        Utility {
            of,
            weight,
            target,
            limit,
        }
    }

    #[test]
    fn a_score_is_the_weighted_sum_of_its_utilities() {
        let utilities = [
            utility(Measure::Latency(Objective::P95), 3.0, 100.0, 300.0),
            utility(Measure::Availability, 1.0, 0.9999, 0.999),
        ];
        let found = score(&utilities, &[Estimate::normal(150.0, 4.0), Estimate::exact(1.0)]);
        assert!((found.total.value - (0.75 * 0.75 + 0.25)).abs() < 1e-12);
        assert!((found.total.std_error - 0.75 * 4.0 / 200.0).abs() < 1e-12);
    }

    #[test]
    fn what_is_beyond_target_or_limit_adds_no_error() {
        let utilities = [utility(Measure::Rto(0.95), 1.0, 60.0, 600.0)];
        assert_eq!(
            score(&utilities, &[Estimate::normal(10.0, 5.0)]).total.std_error,
            0.0
        );
        assert_eq!(
            score(&utilities, &[Estimate::exact(f64::INFINITY)]).total.value,
            0.0
        );
    }

    #[test]
    fn scaling_all_weights_changes_nothing() {
        let of = |factor: f64| {
            let utilities = [
                utility(Measure::Rto(0.95), factor, 60.0, 600.0),
                utility(Measure::Rpo(0.95), 2.0 * factor, 1.0, 60.0),
            ];
            score(&utilities, &[Estimate::exact(330.0), Estimate::exact(20.0)])
                .total
                .value
        };
        assert!((of(1.0) - of(7.0)).abs() < 1e-15);
    }

    #[test]
    fn the_highest_score_is_first() {
        let mut scores: Vec<Score> = [0.2, 0.9, 0.5]
            .map(|total| Score {
                total: Estimate::exact(total),
                rank: 0,
                parts: Vec::new(),
            })
            .to_vec();
        rank(&mut scores);
        assert_eq!(
            scores.iter().map(|score| score.rank).collect::<Vec<_>>(),
            [3, 1, 2]
        );
    }
}
