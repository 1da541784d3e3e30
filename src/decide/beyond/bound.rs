//! What no set is better than.

use std::ops::ControlFlow;

use super::test::Test;
use crate::basis::error::Result;
use crate::basis::stat::bins;
use crate::decide::enumerate::Scorer;
use crate::decide::facility::matrix::Costs;
use crate::decide::facility::problem::{Goal, Problem};
use crate::decide::facility::relax::{Relaxed, relax};
use crate::decide::facility::search::{Effort, solve};
use crate::decide::objective::Figure;
use crate::engine::progress::Watch;

/// Two values closer than this share of them are the same: what the search of sites tells apart, twice.
pub(super) const EQUAL: f64 = 2e-9;

/// A question of sites: which sets, and how hard to look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) size: usize,
    pub(super) must_have: &'a [usize],
    pub(super) steps: u64,
    pub(super) seed: u64,
}

impl Asked<'_> {
    fn problem(&self, goal: Goal) -> Problem {
        Problem::new(goal).choose(self.size).must(self.must_have)
    }
}

/// A cost that no set is below, and the regions that would come to it if everybody went where it is best for the figure.
#[derive(Clone, Debug)]
pub(super) struct Floor {
    pub(super) cost: f64,
    pub(super) regions: Vec<usize>,
}

/// The bound of a figure that is a sum, or the largest of all, by branch and bound over who would best be served where;
/// none for other figures.
pub(super) fn floor(
    scorer: &Scorer<'_>,
    figure: Figure,
    asked: Asked<'_>,
    watch: Watch<'_>,
) -> Result<Option<Floor>> {
    let (costs, goal, offset) = match figure {
        Figure::Mean | Figure::ShareWithin(_) => {
            let test = Test::of(scorer, figure, 0.0);
            (test.costs()?, Goal::Median, test.offset)
        }
        Figure::WorstGroupMean => {
            let planes = &scorer.planes;
            let costs = Costs::from_fn(planes.groups(), planes.regions(), |group, region| {
                planes.mean(region)[group]
            })?;
            (costs, Goal::Center, 0.0)
        }
        Figure::Quantile(_) | Figure::WorstCountryP95 { .. } => return Ok(None),
    };
    let effort = Effort {
        steps: asked.steps,
        seed: asked.seed,
        ..Effort::default()
    };
    let found = solve(&costs, &asked.problem(goal), &effort, &mut |_| {
        if watch.stopped() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })?;
    let bound = found.bound * (1.0 - 0.5 * EQUAL);
    Ok((!found.sites.is_empty()).then_some(Floor {
        cost: offset + bound,
        regions: found.sites,
    }))
}

/// The relaxation of the test whether `figure` costs at most `bar`, with the test; none where not even all regions
/// together pass it.
pub(super) fn relaxed(
    scorer: &Scorer<'_>,
    (figure, bar): (Figure, f64),
    asked: Asked<'_>,
    start: &[usize],
) -> Result<Option<(Relaxed, Test)>> {
    let test = Test::of(scorer, figure, bar);
    if !test.target.is_finite() {
        return Ok(None);
    }
    let problem = asked.problem(Goal::Median);
    let aim = (test.target, test.ceiling);
    let found = relax(&test.costs()?, &problem, start, aim, asked.steps as u32)?;
    Ok(Some((found, test)))
}

/// The bound of a quantile by bisection: the least time whose test some set may pass, which is the lower end of a bin
/// where latencies are binned.
pub(super) fn quantile_floor(
    scorer: &Scorer<'_>,
    (figure, cost): (Figure, f64),
    asked: Asked<'_>,
    start: &[usize],
    watch: Watch<'_>,
) -> Result<Option<f64>> {
    let levels = levels(scorer, cost);
    // Levels before `low` are out of reach; that of the set which was found is not.
    let (mut low, mut high) = (0, levels.len().saturating_sub(1));
    while low < high && !watch.stopped() {
        let middle = usize::midpoint(low, high);
        let out_of_reach = match relaxed(scorer, (figure, levels[middle]), asked, start)? {
            None => true,
            Some((relaxed, test)) => {
                relaxed.reached.is_none() && relaxed.least(asked.size, asked.must_have) > test.out_of_reach()
            }
        };
        if out_of_reach {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(levels.get(low).copied())
}

/// Times that a quantile can be bounded by, up to `cost`, ascending: lower ends of bins, or all latencies there are.
fn levels(scorer: &Scorer<'_>, cost: f64) -> Vec<f64> {
    let planes = &scorer.planes;
    if scorer.exact.is_none() {
        let (first, last) = planes.bin_range();
        return (first..=bins::of(cost as f32).min(last))
            .map(bins::lower)
            .collect();
    }
    let mut levels: Vec<f64> = (0..planes.regions())
        .flat_map(|region| planes.mean(region))
        .copied()
        .filter(|mean| *mean <= cost)
        .collect();
    levels.sort_by(f64::total_cmp);
    levels.dedup();
    levels
}
