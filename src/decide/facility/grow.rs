//! One site more, and one more: sets that contain each other.

use std::ops::ControlFlow;

use super::matrix::Costs;
use super::problem::{Goal, Problem};
use super::search::{Effort, Solution, solve};
use crate::basis::error::{Error, Result};

/// A site added to what is there.
#[derive(Clone, Debug, PartialEq)]
pub struct Grown {
    /// The site that was added.
    pub site: usize,
    /// All sites then, ascending.
    pub sites: Vec<usize>,
    /// The value of that set.
    pub value: f64,
    /// The best set of as many sites (with [`Goal::Fixed`], at most as many) that need not contain what was there.
    pub free: Solution,
}

impl Grown {
    /// The largest share of the value by which the set may be worse than the best of its size; NaN where the value is
    /// infinite, because somebody is not served yet.
    pub fn regret(&self) -> f64 {
        if self.value <= self.free.bound {
            0.0
        } else {
            (self.value - self.free.bound) / self.value
        }
    }
}

/// Adds to `have` the site that helps most, and again, up to `up_to` sites: a nested path such as 3 ⊂ 4 ⊂ 5. Of equal
/// sites the one that leaves the smaller sum of weight times cost is taken, then the first.
///
/// Conditions of `problem` hold: what must be open is there from the beginning, what must not is never added. Its
/// number of sites is not used, since each step has its own. With [`Goal::Fixed`] a step may cost more than it brings.
/// The path ends early when no site is left.
///
/// # Errors
/// When the question makes no sense, `have` holds a site that is not there or must not be open, or `up_to` is more
/// than there are sites.
pub fn grow(
    costs: &Costs,
    problem: &Problem,
    have: &[usize],
    up_to: usize,
    effort: &Effort,
) -> Result<Vec<Grown>> {
    let mut open: Vec<usize> = have.iter().chain(&problem.must).copied().collect();
    open.sort_unstable();
    open.dedup();
    Problem {
        must: open.clone(),
        ..problem.clone()
    }
    .choose(up_to)
    .check(costs)?;
    if let Some(site) = open.iter().find(|site| problem.never.contains(site)) {
        return Err(Error::input(format!("site {site} is there but must not be open")));
    }
    let mut path = Vec::new();
    while open.len() < up_to {
        let Some((site, value)) = next(costs, problem, &open) else {
            break;
        };
        open.push(site);
        open.sort_unstable();
        let free = Problem {
            must: problem.must.clone(),
            ..problem.clone()
        }
        .choose(open.len());
        let free = solve(costs, &free, effort, &mut |_| ControlFlow::Continue(()))?;
        path.push(Grown {
            site,
            sites: open.clone(),
            value,
            free,
        });
    }
    Ok(path)
}

/// The best site to add, and the value with it.
fn next(costs: &Costs, problem: &Problem, open: &[usize]) -> Option<(usize, f64)> {
    let sum = Problem::new(Goal::Median);
    let mut best: Option<(usize, f64, f64)> = None;
    for site in (0..costs.sites()).filter(|site| !open.contains(site) && !problem.never.contains(site)) {
        let with: Vec<usize> = open.iter().copied().chain([site]).collect();
        let (value, second) = (problem.value(costs, &with), sum.value(costs, &with));
        if best.is_none_or(|(_, least, tie)| value < least || (value == least && second < tie)) {
            best = Some((site, value, second));
        }
    }
    best.map(|(site, value, _)| (site, value))
}
