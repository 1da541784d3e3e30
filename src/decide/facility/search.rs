//! The search as a whole: sets to start from, then the proof, with news on the way.

use std::ops::ControlFlow;

use rayon::prelude::*;

use super::bound::{Best, Fix, Meter, climb, first_multipliers};
use super::branch::prove;
use super::center::smallest;
use super::matrix::Costs;
use super::problem::{Goal, Problem};
use super::relieve::polish;
use super::start::{greedy, randomised};
use super::sums::Sums;
use crate::basis::error::Result;

/// Starts that are worked on before anybody looks at the meter.
const BATCH: u32 = 8;

/// How long to search, counted so that it is the same on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Steps in all: passes over the users, for a bound or for a move. A part that was begun may go a few beyond.
    pub steps: u64,
    /// Randomised starts besides the greedy one; for a center, at each radius.
    pub restarts: u32,
    /// What the randomised starts are drawn from.
    pub seed: u64,
}

impl Default for Effort {
    /// 100,000 steps and eight randomised starts: our choice, with which p-medians of 200 vertices are proved.
    fn default() -> Self {
        Effort {
            steps: 100_000,
            restarts: 8,
            seed: 0,
        }
    }
}

/// How the search stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct News<'a> {
    /// The best set so far, ascending; empty when none is found yet.
    pub sites: &'a [usize],
    /// Its value; infinite when none is found yet.
    pub value: f64,
    /// No set is below.
    pub bound: f64,
    /// Steps so far.
    pub steps: u64,
}

/// Hears the news, and says whether to go on. Told at the start, and after every part of the proof whether or not
/// there is anything new.
pub type Watch<'a> = dyn FnMut(&News<'_>) -> ControlFlow<()> + 'a;

/// What is known of the answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// No set is better: by anything where all costs and weights are whole numbers, for then a better set would be
    /// better by 1; else by more than a share of 10⁻⁹.
    Optimal,
    /// The best set may be better by up to this share of the value.
    Within(f64),
    /// There is no set; why.
    Infeasible(String),
    /// The steps ran out before a set that serves everybody was found, or shown not to be.
    Unknown,
}

/// What a search came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// The best set found, ascending; empty when there is none.
    pub sites: Vec<usize>,
    /// Its value; infinite when there is none.
    pub value: f64,
    /// No set is below; infinite when there is none.
    pub bound: f64,
    /// What is known.
    pub status: Status,
    /// Steps that were taken.
    pub steps: u64,
}

/// The best set of sites, the first found of equals.
///
/// The answer depends on `effort` but not on the number of threads or the machine, unless `watch` stops it.
///
/// # Errors
/// When the question makes no sense for `costs`; see [`Problem::check`]. That there is no set is no error.
pub fn solve(costs: &Costs, problem: &Problem, effort: &Effort, watch: &mut Watch<'_>) -> Result<Solution> {
    solve_unless(costs, problem, effort, &|| false, watch)
}

/// As [`solve`], unless `stop` says so: it is asked between two steps, which is far more often than there is news. What
/// is found by then is the answer.
///
/// # Errors
/// As [`solve`].
pub fn solve_unless(
    costs: &Costs,
    problem: &Problem,
    effort: &Effort,
    stop: &(dyn Fn() -> bool + Sync),
    watch: &mut Watch<'_>,
) -> Result<Solution> {
    problem.check(costs)?;
    if let Some(why) = problem.contradiction(costs) {
        return Ok(nothing(Status::Infeasible(why), f64::INFINITY, 0));
    }
    let mut meter = Meter {
        done: 0,
        limit: effort.steps,
        stopped: false,
        stop,
    };
    Ok(if problem.goal == Goal::Center {
        let found = smallest(costs, problem, effort, &mut meter, &mut |radius, steps| {
            tell(watch, &radius.sites, radius.value, radius.bound, steps)
        });
        finish(
            found.sites,
            found.value,
            found.bound,
            found.bound >= found.value,
            meter.done,
            costs.limited(),
        )
    } else {
        sum(costs, problem, effort, &mut meter, watch)
    })
}

/// A search for a goal that is a sum.
fn sum(
    costs: &Costs,
    problem: &Problem,
    effort: &Effort,
    meter: &mut Meter,
    watch: &mut Watch<'_>,
) -> Solution {
    let sums = Sums::of(costs, problem);
    let mut best = best_start(&sums, effort, meter, 0.0);
    let first = sums.rounded(best.floor).max(0.0);
    let mut floor = first;
    let mut report = |best: &Best, bound: f64, steps: u64| {
        floor = floor.max(bound.min(best.value));
        let sites = if best.value < sums.unserved {
            best.open.clone()
        } else {
            Vec::new()
        };
        let value = if sites.is_empty() {
            f64::INFINITY
        } else {
            best.value
        };
        tell(watch, &sites, value, floor, steps)
    };
    meter.stopped |= !report(&best, 0.0, meter.done);
    let bound = prove(&sums, &mut best, meter, &mut report).max(first);
    // Below nothing there is nothing.
    let done = best.value <= 0.0 || bound >= best.cutoff(&sums);
    if best.value >= sums.unserved {
        let limited = costs.limited();
        return finish(
            Vec::new(),
            f64::INFINITY,
            bound.max(0.0),
            done,
            meter.done,
            limited,
        );
    }
    let sites = best.open;
    let value = problem.value(costs, &sites);
    finish(sites, value, bound.max(0.0), done, meter.done, costs.limited())
}

fn tell(watch: &mut Watch<'_>, sites: &[usize], value: f64, bound: f64, steps: u64) -> bool {
    watch(&News {
        sites,
        value,
        bound,
        steps,
    })
    .is_continue()
}

/// The solution; `done` when nothing better is left.
fn finish(sites: Vec<usize>, value: f64, bound: f64, done: bool, steps: u64, limited: bool) -> Solution {
    match (value.is_infinite(), done) {
        (true, true) => {
            let and = if limited {
                " and no site more than it can take"
            } else {
                ""
            };
            let why = format!("no set with this number of sites gives every user one that it may go to{and}");
            nothing(Status::Infeasible(why), f64::INFINITY, steps)
        }
        (true, false) => nothing(Status::Unknown, bound, steps),
        (false, true) => Solution {
            sites,
            value,
            bound: value,
            status: Status::Optimal,
            steps,
        },
        (false, false) => {
            let bound = bound.min(value);
            Solution {
                sites,
                value,
                bound,
                status: Status::Within((value - bound) / value),
                steps,
            }
        }
    }
}

fn nothing(status: Status, bound: f64, steps: u64) -> Solution {
    Solution {
        sites: Vec::new(),
        value: f64::INFINITY,
        bound,
        status,
        steps,
    }
}

/// The bound of a single step from what users cost in the first set.
fn first_bound(sums: &Sums, best: &Best, meter: &mut Meter) -> f64 {
    let mut fix: Vec<Fix> = sums
        .must
        .iter()
        .map(|must| if *must { Fix::In } else { Fix::Free })
        .collect();
    let mut multipliers = first_multipliers(sums, &best.guide);
    climb(sums, &mut fix, &mut multipliers, 1, &mut best.clone(), meter).bound
}

/// The best of the greedy set and the randomised ones, each improved by interchange; the first of equals. Further
/// starts are left out when a value is down to `enough`, or the meter is spent.
pub(super) fn best_start(sums: &Sums, effort: &Effort, meter: &mut Meter, enough: f64) -> Best {
    let mut best = Best::none(sums);
    let take = |best: &mut Best, open: &[usize], (value, work): (f64, u64), meter: &mut Meter| {
        meter.done += work;
        best.offer(sums, value, open);
        best.value <= enough || meter.spent()
    };
    let mut open = greedy(sums);
    let found = polish(sums, &mut open);
    let mut done = take(&mut best, &open, found, meter);
    best.floor = first_bound(sums, &best, meter);
    for first in (0..effort.restarts).step_by(BATCH as usize) {
        if done {
            break;
        }
        let restarts = first..effort.restarts.min(first.saturating_add(BATCH));
        // Collected in order, so that threads cannot change which of equals is first.
        let tried: Vec<_> = restarts
            .into_par_iter()
            .map(|restart| {
                let mut open = randomised(sums, effort.seed, restart);
                let found = polish(sums, &mut open);
                (open, found)
            })
            .collect();
        for (open, found) in tried {
            done = take(&mut best, &open, found, meter) || done;
        }
    }
    best
}
