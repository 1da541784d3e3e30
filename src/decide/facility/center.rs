//! The smallest radius within which so many sites reach everybody: bisection over the costs that occur.
//!
//! Whether a radius will do is a question of cover, first cut down to its kernel. A set from greedy and interchange
//! says yes; users of whom no two share a site, if there are more than sites, or the bound of the relaxation say no;
//! else the question is branched on.

use super::bound::{Best, Meter};
use super::branch::prove;
use super::kernel::kernel;
use super::matrix::Costs;
use super::problem::Problem;
use super::search::{Effort, best_start};
use super::sums::Sums;

/// Steps that a radius is given at first, and by what that grows once all that are left were given as many.
const QUOTA: u64 = 2_000;
const GROWTH: u64 = 4;

/// What is known of the smallest radius.
#[derive(Clone, Debug)]
pub(super) struct Radius {
    /// The best set so far, as the caller counts sites.
    pub(super) sites: Vec<usize>,
    pub(super) value: f64,
    pub(super) bound: f64,
}

/// A question of a center, with who and what counts in it.
struct Question<'a> {
    costs: &'a Costs,
    problem: &'a Problem,
    effort: &'a Effort,
    users: Vec<usize>,
    sites: Vec<usize>,
    most: usize,
    /// The costs that a radius can be, ascending.
    radii: Vec<f64>,
}

/// Bisects until the radius is known or the meter is spent.
pub(super) fn smallest(
    costs: &Costs,
    problem: &Problem,
    effort: &Effort,
    meter: &mut Meter,
    tell: &mut dyn FnMut(&Radius, u64) -> bool,
) -> Radius {
    let question = Question::new(costs, problem, effort);
    let radii = &question.radii;
    let mut known = Radius {
        sites: Vec::new(),
        value: f64::INFINITY,
        bound: 0.0,
    };
    // Radii before `low` are refuted, those from `high` on are no news, those from `unclear` on were left open.
    let (mut low, mut quota, mut unclear) = (0, QUOTA, usize::MAX);
    loop {
        let high = radii.partition_point(|radius| *radius < known.value);
        known.bound = if low < high { radii[low] } else { known.value };
        meter.stopped |= !tell(&known, meter.done);
        if low >= high || (meter.done > 0 && meter.spent()) {
            return known;
        }
        let top = high.min(unclear);
        if top <= low {
            (quota, unclear) = (quota * GROWTH, usize::MAX);
            continue;
        }
        // The widest first: a set for it is one for the question as a whole.
        let widest = known.value.is_infinite() && top == high;
        let middle = if widest {
            high - 1
        } else {
            usize::midpoint(low, top - 1)
        };
        match question.decide(radii[middle], quota, meter, &mut known, tell) {
            Some(true) => {}
            Some(false) => low = middle + 1,
            None => unclear = middle,
        }
    }
}

impl<'a> Question<'a> {
    fn new(costs: &'a Costs, problem: &'a Problem, effort: &'a Effort) -> Question<'a> {
        let users: Vec<usize> = (0..costs.users())
            .filter(|&user| costs.weight(user) > 0.0)
            .collect();
        let sites: Vec<usize> = (0..costs.sites())
            .filter(|site| !problem.never.contains(site))
            .collect();
        // None below what the user worst off pays at its nearest site.
        let floor = users
            .iter()
            .map(|&user| costs.least(user, &sites))
            .fold(0.0, f64::max);
        let mut radii: Vec<f64> = users
            .iter()
            .flat_map(|&user| sites.iter().map(move |&site| costs.cost(user, site)))
            .filter(|cost| cost.is_finite() && *cost >= floor)
            .collect();
        radii.sort_by(f64::total_cmp);
        radii.dedup();
        if users.is_empty() {
            // Where nobody counts, any set will do.
            radii.push(0.0);
        }
        let most = problem.choose.unwrap_or(sites.len()).min(sites.len());
        Question {
            costs,
            problem,
            effort,
            users,
            sites,
            most,
            radii,
        }
    }

    /// Whether some set reaches everybody within `radius`; `None` when that took more than `quota` steps.
    fn decide(
        &self,
        radius: f64,
        quota: u64,
        meter: &mut Meter,
        known: &mut Radius,
        tell: &mut dyn FnMut(&Radius, u64) -> bool,
    ) -> Option<bool> {
        if self.costs.limited() {
            return self.decide_limited(radius, quota, meter, known, tell);
        }
        let reaches = |user: usize, site: usize| self.costs.cost(user, site) <= radius;
        let must: Vec<usize> = (0..self.sites.len())
            .filter(|&at| self.problem.must.contains(&self.sites[at]))
            .collect();
        let kernel = kernel(self.users.len(), self.sites.len(), &must, |user, site| {
            reaches(self.users[user], self.sites[site])
        });
        meter.done += 1;
        if kernel.hopeless || kernel.taken.len() > self.most {
            return Some(false);
        }
        let users: Vec<usize> = kernel.users.iter().map(|&user| self.users[user]).collect();
        let sites: Vec<usize> = kernel.sites.iter().map(|&site| self.sites[site]).collect();
        let taken = kernel.taken.iter().map(|&site| self.sites[site]);
        let left = self.most - kernel.taken.len();
        if users.is_empty() {
            self.offer(taken.collect(), known);
            return Some(true);
        }
        if left == 0 {
            return Some(false);
        }
        let sums = Sums::unreached(&users, &sites, left, reaches);
        if apart(&sums) > left {
            return Some(false);
        }
        let (open, answer) = cover(&sums, self.effort, quota, meter, &mut |steps| tell(known, steps));
        self.offer(taken.chain(open).collect(), known);
        answer
    }

    /// The same where sites are limited: a site that another outdoes may have the room that the other lacks, so nothing
    /// is left out.
    fn decide_limited(
        &self,
        radius: f64,
        quota: u64,
        meter: &mut Meter,
        known: &mut Radius,
        tell: &mut dyn FnMut(&Radius, u64) -> bool,
    ) -> Option<bool> {
        meter.done += 1;
        let sums = Sums::beyond(self.costs, self.problem, radius);
        if apart(&sums) > self.most {
            return Some(false);
        }
        let (open, answer) = cover(&sums, self.effort, quota, meter, &mut |steps| tell(known, steps));
        if !open.is_empty() {
            self.offer(open, known);
        }
        answer
    }

    /// Takes the set, filled up with the first sites that are free, if it is better.
    fn offer(&self, mut open: Vec<usize>, known: &mut Radius) {
        for &site in &self.sites {
            if open.len() < self.most && !open.contains(&site) {
                open.push(site);
            }
        }
        open.sort_unstable();
        let value = self.problem.value(self.costs, &open);
        if value < known.value {
            (known.sites, known.value) = (open, value);
        }
    }
}

/// The set that reaches the most users, and whether all can be reached.
fn cover(
    sums: &Sums,
    effort: &Effort,
    quota: u64,
    meter: &mut Meter,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> (Vec<usize>, Option<bool>) {
    let before = meter.done;
    let mut own = Meter {
        done: 0,
        limit: quota.min(meter.limit.saturating_sub(meter.done)),
        ..*meter
    };
    let mut best = Best {
        ceiling: 1.0,
        ..best_start(sums, effort, &mut own, 0.0)
    };
    let mut bound = 0.0;
    if best.value > 0.0 {
        bound = prove(sums, &mut best, &mut own, &mut |_, _, steps| {
            go_on(before + steps)
        });
    }
    meter.done += own.done;
    meter.stopped |= own.stopped;
    let answer = if best.value == 0.0 {
        Some(true)
    } else {
        (bound >= best.cutoff(sums)).then_some(false)
    };
    (best.open, answer)
}

/// How many users were found of whom no two can be reached from one site; those with the fewest sites first.
fn apart(sums: &Sums) -> usize {
    let reach = |user| {
        sums.near(user)
            .take_while(|(_, entry)| *entry == 0.0)
            .map(|(site, _)| site)
    };
    let mut users: Vec<usize> = (0..sums.users).collect();
    users.sort_by_key(|&user| reach(user).count());
    let mut taken = vec![false; sums.sites()];
    let mut found = 0;
    for user in users {
        if !reach(user).any(|site| taken[site]) {
            reach(user).for_each(|site| taken[site] = true);
            found += 1;
        }
    }
    found
}
