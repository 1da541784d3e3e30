//! How good a set can be at best: Lagrangian relaxation of "every user goes to one site".
//!
//! For any multipliers `u` the value of every set is at least
//!
//! ```text
//! L(u) = Σ_users u + min over sets of Σ_sites r(site),   r(site) = opening + Σ_users min(0, entry − u)
//! ```
//!
//! and the minimum is had by sorting sites by `r`. Multipliers climb along subgradients, in steps after Held, Wolfe and
//! Crowder (*Validation of subgradient optimization*, Mathematical Programming 6, 1974). Source of the relaxation:
//! Cornuéjols, Fisher, Nemhauser, *Location of bank accounts to optimize float*, Management Science 23, 1977.

use super::relieve::polish;
use super::sums::Sums;

/// What is settled about a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fix {
    /// Nothing yet.
    Free,
    /// Open.
    In,
    /// Closed.
    Out,
}

/// The best set so far, and the value that a set has to be below to be of interest.
#[derive(Clone, Debug)]
pub(super) struct Best {
    pub(super) value: f64,
    /// The sites, ascending, as the caller counts them.
    pub(super) open: Vec<usize>,
    /// Sets of this value and more do not count, whatever has been found.
    pub(super) ceiling: f64,
    /// The best set whatever its sites can take, and its value: where to look while nothing is found that holds.
    pub(super) guide: Vec<usize>,
    pub(super) guide_value: f64,
    /// A bound that was had before the first climb, so that more steps never come to a worse one.
    pub(super) floor: f64,
}

impl Best {
    /// Nothing found; sets that leave a user without a site do not count.
    pub(super) fn none(sums: &Sums) -> Best {
        Best {
            value: f64::INFINITY,
            open: Vec::new(),
            ceiling: sums.unserved,
            guide: Vec::new(),
            guide_value: f64::INFINITY,
            floor: f64::NEG_INFINITY,
        }
    }

    /// Takes the set of `sums` if it is better and its sites can take what they get.
    pub(super) fn offer(&mut self, sums: &Sums, value: f64, open: &[usize]) {
        let named = || {
            let mut sites: Vec<usize> = open.iter().map(|&site| sums.site_of[site]).collect();
            sites.sort_unstable();
            sites
        };
        if value < self.guide_value {
            (self.guide_value, self.guide) = (value, named());
        }
        if value < self.value && sums.holds(open) {
            (self.value, self.open) = (value, named());
        }
    }

    /// What the bound climbs towards: a value that some set has.
    fn goal(&self, bound: f64) -> f64 {
        if self.value.is_finite() || self.guide_value.is_infinite() {
            return self.upper();
        }
        self.guide_value.min(self.ceiling).max(bound + 0.01 * bound.abs())
    }

    /// The bound from which on nothing better can be had.
    pub(super) fn cutoff(&self, sums: &Sums) -> f64 {
        sums.no_better(self.upper())
    }

    fn upper(&self) -> f64 {
        self.value.min(self.ceiling)
    }
}

/// Counted work, and when it is enough.
#[derive(Clone, Copy)]
pub(super) struct Meter<'a> {
    pub(super) done: u64,
    pub(super) limit: u64,
    /// Set when whoever watches asked to stop.
    pub(super) stopped: bool,
    /// Asked between two steps, and says whether to stop there.
    pub(super) stop: &'a (dyn Fn() -> bool + Sync),
}

impl Meter<'_> {
    pub(super) fn spent(&self) -> bool {
        self.stopped || self.done >= self.limit || (self.stop)()
    }
}

/// What a climb came to.
#[derive(Clone, Debug)]
pub(super) struct Climb {
    /// No set with these sites settled is below; infinite when there is no such set.
    pub(super) bound: f64,
    /// How much of each site the relaxation opens, 0–1, averaged over the last steps.
    pub(super) share: Vec<f64>,
}

/// A choice of sites and what it says about others.
struct Choice {
    sites: Vec<usize>,
    sum: f64,
}

/// The multipliers to start from: what each user costs in the best set known.
pub(super) fn first_multipliers(sums: &Sums, open: &[usize]) -> Vec<f64> {
    let is_open: Vec<bool> = (0..sums.sites())
        .map(|site| open.contains(&sums.site_of[site]))
        .collect();
    (0..sums.users)
        .map(|user| {
            sums.near(user)
                .find(|(site, _)| is_open[*site])
                .map_or(sums.top(user), |(_, entry)| entry)
        })
        .collect()
}

/// Climbs `steps` steps from `multipliers`, which end up at the best bound found. On the way sites are settled that
/// no better set can open or close, and sets that the relaxation opens are offered to `best`.
pub(super) fn climb(
    sums: &Sums,
    fix: &mut [Fix],
    multipliers: &mut Vec<f64>,
    steps: u32,
    best: &mut Best,
    meter: &mut Meter,
) -> Climb {
    let mut found = Climb {
        bound: f64::NEG_INFINITY,
        share: vec![0.0; sums.sites()],
    };
    let mut at = multipliers.clone();
    let mut way = vec![0.0; sums.users];
    // Held, Wolfe and Crowder: from 2, halved when the bound has not risen for a while.
    let (mut scale, mut idle) = (if steps > 100 { 2.0 } else { 1.0 }, 0);
    for step in 0..steps {
        if step > 0 && meter.spent() {
            break;
        }
        meter.done += 1;
        let reduced = reduced_costs(sums, &at);
        let Some(choice) = choose(sums, fix, &reduced) else {
            found.bound = f64::INFINITY;
            return found;
        };
        let bound = at.iter().sum::<f64>() + choice.sum;
        idle += 1;
        if bound > found.bound {
            if bound > found.bound + 1e-4 * (best.goal(bound) - bound).abs() {
                idle = 0;
            }
            found.bound = bound;
            multipliers.clone_from(&at);
        }
        try_choice(sums, &choice.sites, step % 50 == 49, best, meter);
        if sums.rounded(found.bound) >= best.cutoff(sums) {
            return found;
        }
        settle(sums, fix, &reduced, &choice, bound, best.cutoff(sums));
        blend(&mut found.share, &choice.sites);
        if idle >= 15 {
            (scale, idle) = (scale / 2.0, 0);
            at.clone_from(multipliers);
            way.fill(0.0);
        }
        if scale < 1e-3
            || !advance(
                sums,
                &choice.sites,
                &mut at,
                &mut way,
                scale * (best.goal(bound) * 1.01 - bound),
            )
        {
            break;
        }
    }
    found
}

pub(super) fn reduced_costs(sums: &Sums, at: &[f64]) -> Vec<f64> {
    let mut reduced = sums.opening.clone();
    for (user, &limit) in at.iter().enumerate() {
        for (site, entry) in sums.near(user).take_while(|(_, entry)| *entry < limit) {
            reduced[site] += entry - limit;
        }
    }
    reduced
}

/// The cheapest choice by reduced cost, the first of equals; `None` when what is settled allows no set.
fn choose(sums: &Sums, fix: &[Fix], reduced: &[f64]) -> Option<Choice> {
    let mut sites: Vec<usize> = (0..sums.sites()).filter(|&site| fix[site] == Fix::In).collect();
    let mut free: Vec<usize> = (0..sums.sites()).filter(|&site| fix[site] == Fix::Free).collect();
    free.sort_by(|a, b| reduced[*a].total_cmp(&reduced[*b]));
    for site in free {
        if sites.len() < sums.least || (sites.len() < sums.most && reduced[site] < 0.0) {
            sites.push(site);
        }
    }
    let sum = sites.iter().map(|&site| reduced[site]).sum();
    (sums.least..=sums.most)
        .contains(&sites.len())
        .then_some(Choice { sites, sum })
}

/// Offers the set, improved by interchange when it is better than the best or `anyway` says so.
fn try_choice(sums: &Sums, open: &[usize], anyway: bool, best: &mut Best, meter: &mut Meter) {
    let value = sums.value(open);
    // Where sites are limited most sets that look better do not hold, and to relieve them takes long.
    if anyway || (value < best.value && sums.holds(open)) {
        let mut open = open.to_vec();
        let (value, work) = polish(sums, &mut open);
        meter.done += work;
        best.offer(sums, value, &open);
    }
}

/// Settles the sites whose opening or closing would lift the bound to `cutoff`.
fn settle(sums: &Sums, fix: &mut [Fix], reduced: &[f64], choice: &Choice, bound: f64, cutoff: f64) {
    let mut is_chosen = vec![false; sums.sites()];
    for &site in &choice.sites {
        is_chosen[site] = true;
    }
    let (mut worst_in, mut best_out) = (f64::NEG_INFINITY, f64::INFINITY);
    for site in (0..sums.sites()).filter(|&site| fix[site] == Fix::Free) {
        if is_chosen[site] {
            worst_in = worst_in.max(reduced[site]);
        } else {
            best_out = best_out.min(reduced[site]);
        }
    }
    // A site that is opened takes the place of the worst one, or stands beside it where there is room.
    let freed = if choice.sites.len() < sums.most {
        worst_in.max(0.0)
    } else {
        worst_in
    };
    let refill = if choice.sites.len() > sums.least {
        best_out.min(0.0)
    } else {
        best_out
    };
    for site in 0..sums.sites() {
        if fix[site] != Fix::Free {
            continue;
        }
        if is_chosen[site] {
            if bound - reduced[site] + refill >= cutoff {
                fix[site] = Fix::In;
            }
        } else if bound + reduced[site] - freed >= cutoff {
            fix[site] = Fix::Out;
        }
    }
}

fn blend(share: &mut [f64], chosen: &[usize]) {
    for value in share.iter_mut() {
        *value *= 0.9;
    }
    for &site in chosen {
        share[site] += 0.1;
    }
}

/// Moves the multipliers so far as to gain about `gap`; `false` when every user has one site and none can be moved.
fn advance(sums: &Sums, chosen: &[usize], at: &mut [f64], way: &mut [f64], gap: f64) -> bool {
    let mut is_chosen = vec![false; sums.sites()];
    for &site in chosen {
        is_chosen[site] = true;
    }
    let mut length = 0.0;
    for user in 0..sums.users {
        let limit = at[user];
        let serving = sums
            .near(user)
            .take_while(|(_, entry)| *entry < limit)
            .filter(|(site, _)| is_chosen[*site])
            .count();
        // Part of the way before is kept, which damps the zigzag (Crowder 1976).
        way[user] = 1.0 - serving as f64 + 0.3 * way[user];
        length += way[user] * way[user];
    }
    if length == 0.0 {
        return false;
    }
    let stride = gap / length;
    for user in 0..sums.users {
        at[user] = (at[user] + stride * way[user]).clamp(sums.bottom(user), sums.top(user));
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::seed::{Purpose, Stream};
    use crate::decide::facility::matrix::Costs;
    use crate::decide::facility::problem::{Goal, Problem};

    const SITES: usize = 8;

    /// The least sum of reduced costs over sets of 4, or of 1 to 4, in which `site` is open or closed.
    fn least(sums: &Sums, reduced: &[f64], site: usize, open: bool) -> f64 {
        (0..1_u32 << SITES)
            .filter(|mask| (sums.least..=sums.most).contains(&(mask.count_ones() as usize)))
            .filter(|mask| (mask >> site & 1 == 1) == open)
            .map(|mask| {
                (0..SITES)
                    .filter(|at| mask >> at & 1 == 1)
                    .map(|at| reduced[at])
                    .sum()
            })
            .fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn a_site_is_settled_exactly_when_the_other_way_lifts_the_bound_to_the_cutoff() {
        for case in 0..200 {
            let draws = Stream::new(11, Purpose::Resample, case, 0);
            let table = (0..SITES as u64 * 6).map(|at| draws.uniform(at) * 20.0).collect();
            let opening = (0..SITES as u64)
                .map(|at| draws.uniform(100 + at) * 9.0)
                .collect();
            let costs = Costs::from_table(6, SITES, table)
                .unwrap()
                .with_open_costs(opening)
                .unwrap();
            let goal = if case.is_multiple_of(2) {
                Goal::Fixed
            } else {
                Goal::Median
            };
            let sums = Sums::of(&costs, &Problem::new(goal).choose(4));
            let at: Vec<f64> = (0..6).map(|user| draws.uniform(200 + user) * 12.0).collect();
            let reduced = reduced_costs(&sums, &at);
            let all: f64 = at.iter().sum();
            let choice = choose(&sums, &[Fix::Free; SITES], &reduced).unwrap();
            let bound = all + choice.sum;
            let lifts: Vec<f64> = (0..SITES)
                .map(|site| all + least(&sums, &reduced, site, !choice.sites.contains(&site)))
                .collect();
            let mut steps = lifts.clone();
            steps.sort_by(f64::total_cmp);
            for pair in steps.windows(2).filter(|pair| pair[1] - pair[0] > 1e-6) {
                // Halfway between two lifts, so that no rounding decides.
                let cutoff = f64::midpoint(pair[0], pair[1]);
                let mut fix = vec![Fix::Free; SITES];
                settle(&sums, &mut fix, &reduced, &choice, bound, cutoff);
                for site in 0..SITES {
                    let settled = if choice.sites.contains(&site) {
                        Fix::In
                    } else {
                        Fix::Out
                    };
                    let expected = if lifts[site] >= cutoff { settled } else { Fix::Free };
                    assert_eq!(
                        fix[site], expected,
                        "case {case}, site {site}: {} of {cutoff}",
                        lifts[site]
                    );
                }
            }
        }
    }
}
