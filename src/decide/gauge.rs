//! How sets stand by a measure that they are ranked by: cost, downtime, time to recover, score, latency after a loss.
//!
//! Every set of a search is gauged: by what a bill takes in one pass over the users, or by a look-up among the smaller sets,
//! where regions alone decide; else the long way, as a report works it out. The best are then read again the long way, with
//! their errors and differences.

use std::collections::BTreeMap;

use super::capacity::planner::Planner;
use super::capacity::sweep::Purse;
use super::capacity::whole::cost_of;
use super::judge::{Beside, Criteria, Difference, Verdict, judge_plans_by};
use super::objective::{Figure, figure_named};
use super::recovery::deployed::{Deployed, standbys_of};
use super::recovery::lookup::AllOfSize;
use super::recovery::measures::Measures;
use super::recovery::whole::Shared;
use crate::basis::error::{ErrorKind, Result};
use crate::basis::stat::estimate::Estimate;
use crate::design::ranking::RankedBy;
use crate::design::recovery::Standby;
use crate::engine::latency::plan::Plan;
use crate::engine::progress::Watch;

/// What sets are gauged with.
#[derive(Debug)]
pub struct Gauge<'a> {
    /// What they are ranked by.
    pub by: RankedBy,
    shared: &'a Shared<'a>,
    planner: Option<&'a Planner<'a>>,
    measures: Measures<'a>,
    quick: Quick<'a>,
}

/// How very many sets are gauged.
#[derive(Debug)]
enum Quick<'a> {
    /// As a few are.
    No,
    /// By a bill in one pass.
    Bill(Box<Purse<'a>>),
    /// By size what its sets come to after their worst loss.
    AfterLoss(BTreeMap<usize, AllOfSize>),
}

/// What a measure comes to for one design.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The value; infinite where there is none.
    pub value: Estimate,
    /// Downtime under each preset for losses.
    by_preset: Vec<f64>,
    /// The design after the worst loss.
    after: Option<Plan>,
}

/// How a set stands by what it is ranked by.
#[derive(Clone, Debug, PartialEq)]
pub struct Gauged {
    /// The value; none where the set has none. What an expected downtime may be under the presets stands in its place for
    /// uncertain inputs.
    pub value: Option<Estimate>,
    /// Difference from the set that is ranked first.
    pub versus_best: Option<Difference>,
}

impl<'a> Gauge<'a> {
    /// For sets of `sizes` in large numbers, and for any design; none where sets are ranked by latency.
    ///
    /// # Errors
    /// As [`AllOfSize::score`].
    pub fn new(
        shared: &'a Shared<'a>,
        planner: Option<&'a Planner<'a>>,
        sizes: &[usize],
        watch: Watch<'_>,
    ) -> Result<Option<Self>> {
        let Some(by) = shared.sources.scenario.ranked_by else {
            return Ok(None);
        };
        let quick = match (by, planner) {
            (RankedBy::Cost, Some(planner)) => Purse::new(planner, shared.criteria.objective)
                .filter(Purse::is_quick)
                .map_or(Quick::No, |purse| Quick::Bill(Box::new(purse))),
            (RankedBy::AfterLoss(_), _) => after_loss(shared, sizes, watch)?,
            _ => Quick::No,
        };
        Ok(Some(Gauge {
            by,
            shared,
            planner,
            measures: Measures::new(shared),
            quick,
        }))
    }

    /// Whether sets of a size take about a microsecond each, not a millisecond.
    pub fn is_quick(&self, size: usize) -> bool {
        match &self.quick {
            Quick::No => false,
            Quick::Bill(_) => true,
            Quick::AfterLoss(smaller) => size == 1 || smaller.contains_key(&size),
        }
    }

    /// What a set of active regions comes to, turned so that less is better; infinite where it has no value.
    ///
    /// # Errors
    /// When the set has more regions than can be enumerated.
    pub fn cost_of(&self, regions: &[usize]) -> Result<f64> {
        match &self.quick {
            Quick::Bill(purse) => {
                let cost = purse.cost(regions).filter(|cost| cost.complete);
                return Ok(cost.map_or(f64::INFINITY, |cost| settled(cost.total)));
            }
            Quick::AfterLoss(_) if regions.len() == 1 => return Ok(f64::INFINITY),
            Quick::AfterLoss(smaller) => {
                if let Some(all) = smaller.get(&regions.len()) {
                    return Ok(settled(all.worst_after_loss(regions)));
                }
            }
            Quick::No => {}
        }
        let sources = &self.shared.sources;
        let objective = self.shared.criteria.objective;
        let best = sources.designer.best(objective, regions, &[]);
        let best = best.or_else(|| {
            let unqueued = || sources.designer.best_unqueued(objective, regions, &[]);
            sources.scenario.capacity_asked.then(unqueued).flatten()
        });
        let Some((plan, _)) = best else {
            return Ok(f64::INFINITY);
        };
        Ok(self.cost(&self.value(&self.deployed(plan, &[]))?))
    }

    /// A value turned so that less is better, to nine digits.
    pub fn cost(&self, value: &Estimate) -> f64 {
        settled(self.by.cost(value.value))
    }

    /// The measure of a design with standbys of its `own`, read with all that its errors need.
    ///
    /// # Errors
    /// As [`Gauge::cost_of`].
    pub fn read(&self, plan: &Plan, own: &[Standby]) -> Result<Reading> {
        let set = self.deployed(plan.clone(), own);
        if let RankedBy::AfterLoss(_) = self.by {
            let found = self.measures.after_worst_loss(&set, self.figure_after())?;
            let (after, value) = found.unzip();
            return Ok(Reading {
                value: value.unwrap_or(Estimate::exact(f64::INFINITY)),
                by_preset: Vec::new(),
                after,
            });
        }
        Ok(Reading {
            value: self.value(&set)?,
            by_preset: match self.by {
                RankedBy::Downtime => self.measures.downtime_by_preset(&set)?,
                _ => Vec::new(),
            },
            after: None,
        })
    }

    fn deployed(&self, plan: Plan, own: &[Standby]) -> Deployed {
        let scenario = self.shared.sources.scenario;
        let standbys = standbys_of(&plan.regions, own, &scenario.recovery);
        Deployed::new(scenario, plan, standbys)
    }

    fn value(&self, set: &Deployed) -> Result<Estimate> {
        let none = Estimate::exact(f64::INFINITY);
        Ok(match self.by {
            RankedBy::Cost => self.bill(set).map_or(none, Estimate::exact),
            RankedBy::Score => self.measures.score(set, &|| self.bill(set))?.total,
            RankedBy::Rto => self.measures.rto_p95(set)?,
            RankedBy::Rpo => self.measures.rpo_p95(set)?,
            RankedBy::Downtime => self.measures.downtime(set)?,
            RankedBy::AfterLoss(_) => {
                let found = self.measures.after_worst_loss(set, self.figure_after())?;
                found.map_or(none, |(_, value)| value)
            }
        })
    }

    /// What a set costs a month, where everything has a price.
    fn bill(&self, set: &Deployed) -> Option<f64> {
        let (total, complete) = cost_of(self.planner?, set)?;
        complete.then_some(total)
    }

    fn figure_after(&self) -> Figure {
        figure_after(self.shared, self.by)
    }

    /// How designs stand, given what was read of them and their ranks by it, 1 for the best.
    ///
    /// # Errors
    /// None but faults of what is called; what the user did not wait for is left out.
    pub fn stand(&self, read: &[Reading], ranks: &[usize], watch: Watch<'_>) -> Result<Vec<Gauged>> {
        if let RankedBy::AfterLoss(_) = self.by {
            return self.stand_after_loss(read, ranks, watch);
        }
        let best = ranks.iter().position(|rank| *rank == 1).map(|at| &read[at]);
        let of = |reading: &Reading| Gauged {
            value: told(reading),
            versus_best: best
                .filter(|best| !std::ptr::eq(*best, reading))
                .and_then(|best| self.difference(reading, best)),
        };
        Ok(read.iter().map(of).collect())
    }

    /// Values after losses have errors as all latencies do, and differences by the same draws.
    fn stand_after_loss(&self, read: &[Reading], ranks: &[usize], watch: Watch<'_>) -> Result<Vec<Gauged>> {
        let designer = &self.shared.sources.designer;
        let with: Vec<usize> = (0..read.len()).filter(|at| read[*at].after.is_some()).collect();
        let plans: Vec<Plan> = read.iter().filter_map(|reading| reading.after.clone()).collect();
        let order: Vec<f64> = with.iter().map(|at| ranks[*at] as f64).collect();
        let criteria = Criteria {
            objective: self.figure_after(),
            ..self.shared.criteria.clone()
        };
        let beside = Beside {
            order: Some(&order),
            ..Beside::default()
        };
        let judged = match judge_plans_by(
            designer.laws,
            designer.table,
            (&plans, None),
            &criteria,
            beside,
            watch,
        ) {
            Err(error) if error.kind() == ErrorKind::Interrupted => Vec::new(),
            judged => judged?.sets,
        };
        let mut all: Vec<Gauged> = read
            .iter()
            .map(|reading| Gauged {
                value: told(reading),
                versus_best: None,
            })
            .collect();
        for (at, judged) in with.into_iter().zip(judged) {
            all[at] = Gauged {
                value: Some(judged.objective),
                versus_best: judged.versus_best.map(|versus| versus.objective),
            };
        }
        Ok(all)
    }

    /// `mine − best`, errors taken as independent. None where either has no value.
    fn difference(&self, mine: &Reading, best: &Reading) -> Option<Difference> {
        let (a, b) = (told(mine)?, told(best)?);
        if a.std_error == 0.0 && b.std_error == 0.0 && settled(a.value) == settled(b.value) {
            return Some(Difference::new(Estimate::exact(0.0)));
        }
        let value = a.value - b.value;
        let below = (a.value - a.sampling.0).hypot(b.sampling.1 - b.value);
        let above = (a.sampling.1 - a.value).hypot(b.value - b.sampling.0);
        let by_preset = mine.by_preset.iter().zip(&best.by_preset).map(|(a, b)| a - b);
        let mut difference = Difference::new(Estimate {
            value,
            std_error: a.std_error.hypot(b.std_error),
            sampling: (value - below, value + above),
            input: hull(value, by_preset),
        });
        if self.by == RankedBy::Downtime && difference.verdict == Verdict::TiedSampling {
            // Nothing was drawn: more draws separate nothing.
            difference.verdict = Verdict::TiedInput;
        }
        Some(difference)
    }
}

/// A value to nine digits and a half: sums are taken in other orders on other ways, and what differs by that alone is equal.
fn settled(value: f64) -> f64 {
    /// Bits of the mantissa that are not told apart.
    const LOOSE: u32 = 20;
    if !value.is_finite() {
        return value;
    }
    let bits = value.to_bits().saturating_add(1 << (LOOSE - 1));
    f64::from_bits(bits >> LOOSE << LOOSE)
}

/// The value with its range under the presets.
fn told(reading: &Reading) -> Option<Estimate> {
    let value = reading.value;
    value.value.is_finite().then(|| Estimate {
        input: value
            .input
            .or(hull(value.value, reading.by_preset.iter().copied())),
        ..value
    })
}

/// The range of some values, none where there are none.
fn hull(value: f64, others: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    others.fold(None, |range: Option<(f64, f64)>, other| {
        let (low, high) = range.unwrap_or((value, value));
        Some((low.min(other), high.max(other)))
    })
}

fn figure_after(shared: &Shared<'_>, by: RankedBy) -> Figure {
    match by {
        RankedBy::AfterLoss(objective) => {
            figure_named(objective, shared.sources.scenario.worst_country_min_share)
        }
        _ => shared.criteria.objective,
    }
}

/// The sets that are left of those of `sizes` after a loss, where regions alone decide who is served how.
fn after_loss<'a>(shared: &Shared<'_>, sizes: &[usize], watch: Watch<'_>) -> Result<Quick<'a>> {
    let sources = &shared.sources;
    let scenario = sources.scenario;
    let plain =
        !sources.designer.is_needed() && scenario.stores.is_empty() && scenario.recovery.standbys.is_empty();
    if !plain {
        return Ok(Quick::No);
    }
    let mut smaller = BTreeMap::new();
    let figure = shared.criteria.objective;
    for &size in sizes.iter().filter(|size| **size > 1) {
        if let Some(all) = AllOfSize::score(&sources.designer, figure, size - 1, watch)? {
            smaller.insert(size, all);
        }
    }
    Ok(Quick::AfterLoss(smaller))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_in_another_order_are_equal() {
        let (one, other) = (0.1 + 0.2, 0.3);
        assert!(one != other && settled(one) == settled(other));
        assert!(settled(100.0) < settled(100.0001) && settled(-1.0) < settled(-0.999_999));
        assert_eq!((settled(0.0), settled(f64::INFINITY)), (0.0, f64::INFINITY));
        assert_eq!((settled(-12.5), settled(1024.0)), (-12.5, 1024.0));
    }

    #[test]
    fn a_range_holds_the_value() {
        assert_eq!(hull(2.0, [1.0, 5.0].into_iter()), Some((1.0, 5.0)));
        assert_eq!(hull(2.0, [3.0].into_iter()), Some((2.0, 3.0)));
        assert_eq!(hull(2.0, std::iter::empty()), None);
    }
}
