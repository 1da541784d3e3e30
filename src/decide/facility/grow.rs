//! One site more, and one more: sets that contain each other.

use std::ops::ControlFlow;

use super::matrix::Costs;
use super::problem::Problem;
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
    /// The best set of as many sites (with [`Goal::Fixed`](super::problem::Goal::Fixed), at most as many) that need not contain what was there.
    pub free: Solution,
}

impl Grown {
    /// The largest share of the best of its size by which the set may be worse than that; infinite where the value is,
    /// because somebody is not served yet, or the best is 0 and this is not.
    pub fn regret(&self) -> f64 {
        if self.value <= self.free.bound {
            0.0
        } else {
            (self.value - self.free.bound) / self.free.bound
        }
    }
}

/// Adds to `have` the site that helps most, and again, up to `up_to` sites: a nested path such as 3 ⊂ 4 ⊂ 5. Of equal
/// sites the one that leaves the smaller sum of weight times cost is taken, then the first.
///
/// Conditions of `problem` hold: what must be open is there from the beginning, what must not is never added. Its
/// number of sites is not used, since each step has its own. With [`Goal::Fixed`](super::problem::Goal::Fixed) a step may cost more than it brings.
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

/// The site to add to `open` next, and the value with it; see [`grow`]. While nothing that is added makes a set, it is
/// the site that leaves the least weight without a site or beyond what sites can take.
pub fn next(costs: &Costs, problem: &Problem, open: &[usize]) -> Option<(usize, f64)> {
    let sum = |with: &[usize]| -> f64 {
        let served = (0..costs.users()).filter(|&user| costs.weight(user) > 0.0);
        served
            .map(|user| costs.weight(user) * costs.least(user, with))
            .filter(|cost| cost.is_finite())
            .sum()
    };
    let mut best: Option<(usize, [f64; 3])> = None;
    for site in (0..costs.sites()).filter(|site| !open.contains(site) && !problem.never.contains(site)) {
        let with: Vec<usize> = open.iter().copied().chain([site]).collect();
        let value = problem.value(costs, &with);
        let standing = [value, lacking(costs, &with), sum(&with)];
        if best.is_none_or(|(_, least)| standing < least) {
            best = Some((site, standing));
        }
    }
    best.map(|(site, [value, ..])| (site, value))
}

/// The weight of users who have no site, and of those beyond what their site can take.
fn lacking(costs: &Costs, open: &[usize]) -> f64 {
    let unserved: f64 = (0..costs.users())
        .filter(|&user| costs.nearest(user, open).is_none())
        .map(|user| costs.weight(user))
        .sum();
    let beyond: f64 = costs
        .loads(open)
        .iter()
        .zip(open)
        .map(|(load, site)| (load - costs.capacity(*site)).max(0.0))
        .sum();
    unserved + beyond
}
