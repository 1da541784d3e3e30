//! How good a set is: what it breaks, then what it costs.

use std::cmp::Ordering;

use crate::decide::designer::Designer;
use crate::decide::enumerate::{Query, Scored, Scorer, Walk};
use crate::decide::screen::{Scratch, Screen};

/// How good a set is. Less is better, the first field first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Grade {
    /// By how much it breaks limits, as a sum of shares of each limit; 0 where it keeps all.
    pub(super) violation: f64,
    /// Turned away for another reason than latency.
    pub(super) turned_away: bool,
    /// What the objective costs.
    pub(super) cost: f64,
}

impl Grade {
    pub(super) const WORST: Grade = Grade {
        violation: f64::INFINITY,
        turned_away: true,
        cost: f64::INFINITY,
    };

    pub(super) fn order(&self, other: &Grade) -> Ordering {
        self.violation
            .total_cmp(&other.violation)
            .then(self.turned_away.cmp(&other.turned_away))
            .then(self.cost.total_cmp(&other.cost))
    }

    pub(super) fn is_feasible(&self) -> bool {
        self.violation == 0.0 && !self.turned_away
    }
}

/// What was counted on the way.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) scored: u64,
    pub(super) infeasible: u64,
    pub(super) turned_away: u64,
    /// For each limit the sets that break it, and the best cost of its figure with its set.
    pub(super) broken: Vec<(u64, Option<Scored>)>,
}

impl Tally {
    pub(super) fn new(limits: usize) -> Self {
        Tally {
            broken: vec![(0, None); limits],
            ..Tally::default()
        }
    }

    pub(super) fn add(&mut self, other: Tally) {
        self.scored += other.scored;
        self.infeasible += other.infeasible;
        self.turned_away += other.turned_away;
        for (mine, (count, nearest)) in self.broken.iter_mut().zip(other.broken) {
            mine.0 += count;
            if let Some(nearest) = nearest {
                keep_nearest(&mut mine.1, nearest.value, || nearest.regions);
            }
        }
    }
}

fn keep_nearest(kept: &mut Option<Scored>, value: f64, regions: impl FnOnce() -> Vec<usize>) {
    if kept.as_ref().is_none_or(|best| value < best.value) {
        *kept = Some(Scored {
            regions: regions(),
            value,
        });
    }
}

/// What grades sets that have all but one region in common.
pub(super) trait Grader {
    /// Takes the regions in hand that the next sets share.
    fn stand_on(&mut self, base: &[usize]);

    /// The grade of the regions in hand with one more; none when it breaks a limit while `feasible` ones alone are of
    /// interest, or certainly costs more than `bar`.
    fn grade(&mut self, region: usize, bar: f64, feasible: bool, tally: &mut Tally) -> Option<Grade>;
}

/// Sets that are nothing but their regions, by the planes of shares and means.
pub(super) struct Plain<'a> {
    query: &'a Query,
    walk: Walk<'a>,
    base: Vec<usize>,
}

impl<'a> Plain<'a> {
    pub(super) fn new(scorer: &'a Scorer<'a>, size: usize) -> Self {
        Plain {
            query: scorer.query,
            walk: Walk::new(scorer, size),
            base: Vec::new(),
        }
    }

    /// Takes one more region in hand.
    pub(super) fn push(&mut self, region: usize) {
        self.base.push(region);
        self.walk.push(region);
    }

    /// Lets go of the last one.
    pub(super) fn pop(&mut self) {
        self.base.pop();
        self.walk.pop();
    }

    pub(super) fn base(&self) -> &[usize] {
        &self.base
    }

    fn violation(&mut self, region: usize, tally: &mut Tally) -> f64 {
        let mut violation = 0.0;
        for (at, &(figure, limit)) in self.query.limits.iter().enumerate() {
            let allowed = figure.cost(limit);
            let cost = self.walk.cost(figure, region, f64::INFINITY);
            let cost = cost.filter(|cost| !cost.is_nan()).unwrap_or(f64::INFINITY);
            keep_nearest(&mut tally.broken[at].1, cost, || with(&self.base, region));
            if cost > allowed {
                tally.broken[at].0 += 1;
                violation += (cost - allowed) / allowed.abs().max(f64::MIN_POSITIVE);
            }
        }
        violation
    }

    fn keeps_limits(&mut self, region: usize) -> bool {
        self.query.limits.iter().all(|&(figure, limit)| {
            let allowed = figure.cost(limit);
            let cost = self.walk.cost(figure, region, allowed);
            cost.is_some_and(|cost| cost <= allowed)
        })
    }
}

impl Grader for Plain<'_> {
    fn stand_on(&mut self, base: &[usize]) {
        self.base.clear();
        self.base.extend_from_slice(base);
        self.walk.stand_on(base);
    }

    fn grade(&mut self, region: usize, bar: f64, feasible: bool, tally: &mut Tally) -> Option<Grade> {
        tally.scored += 1;
        let violation = if feasible {
            if !self.keeps_limits(region) {
                tally.infeasible += 1;
                return None;
            }
            0.0
        } else {
            self.violation(region, tally)
        };
        tally.infeasible += u64::from(violation > 0.0);
        let cost = self.walk.cost(self.query.objective, region, bar)?;
        Some(Grade {
            violation,
            turned_away: false,
            cost,
        })
    }
}

/// Sets as designs, by the coarse look at them.
pub(super) struct Designs<'a> {
    screen: &'a Screen<'a>,
    scratch: Scratch,
    base: Vec<usize>,
}

impl<'a> Designs<'a> {
    pub(super) fn new(screen: &'a Screen<'a>) -> Self {
        Designs {
            scratch: screen.scratch(),
            screen,
            base: Vec::new(),
        }
    }
}

impl Grader for Designs<'_> {
    fn stand_on(&mut self, base: &[usize]) {
        self.base.clear();
        self.base.extend_from_slice(base);
    }

    /// A design that cannot be is not known to be near one that can.
    fn grade(&mut self, region: usize, _: f64, feasible: bool, tally: &mut Tally) -> Option<Grade> {
        tally.scored += 1;
        let found = self.screen.score(&mut self.scratch, &with(&self.base, region));
        tally.infeasible += u64::from(found.is_none());
        match found {
            Some(value) => Some(Grade {
                violation: 0.0,
                turned_away: false,
                cost: self.screen.cost(value),
            }),
            None => (!feasible).then_some(Grade {
                violation: 1.0,
                ..Grade::WORST
            }),
        }
    }
}

/// The best sets by a coarse look, scored from the table; those that cannot be run after all are left out.
pub(super) fn scored_anew(designer: &Designer<'_>, query: &Query, sets: Vec<Scored>) -> Vec<Scored> {
    sets.into_iter()
        .filter_map(|set| {
            let (_, value) = designer.best(query.objective, &set.regions, &[])?;
            Some(Scored {
                value: query.objective.cost(value),
                ..set
            })
        })
        .collect()
}

/// The regions with one more, ascending.
pub(super) fn with(base: &[usize], region: usize) -> Vec<usize> {
    let mut set: Vec<usize> = base.iter().copied().chain([region]).collect();
    set.sort_unstable();
    set
}
