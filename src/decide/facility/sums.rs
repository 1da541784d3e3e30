//! All goals in one form: a sum over users of the smallest entry among open sites, plus what opening costs.

use std::sync::Arc;

use super::limits::Limits;
use super::matrix::Costs;
use super::problem::{Goal, Problem};

/// Integers are told apart in sums up to this size, with twelve bits to spare for rounding in bounds.
const WHOLE: f64 = (1_u64 << 40) as f64;
/// How far below a whole number a bound may be by rounding and still be taken for it.
const ROUNDING: f64 = 1e-6;
/// Where entries are no integers, sets closer than this share are equal.
pub(super) const EQUAL: f64 = 1e-9;

/// `Σ_users min_open entry + Σ_open opening`, over sets of `least` to `most` sites.
///
/// Sites that must not be open and users that do not count are left out. Where a user may not go stands an entry that
/// is larger than any sum of those that are allowed, so that a set serves everybody exactly when its value is less.
#[derive(Clone, Debug)]
pub(super) struct Sums {
    pub(super) users: usize,
    /// The sites in question, as the caller counts them.
    pub(super) site_of: Vec<usize>,
    /// For each user the sites by entry, nearest first, and of equals the first.
    near: Vec<u32>,
    /// The entries in that order.
    entry: Vec<f64>,
    pub(super) opening: Vec<f64>,
    pub(super) must: Vec<bool>,
    pub(super) least: usize,
    pub(super) most: usize,
    /// Values from here on leave a user without a site.
    pub(super) unserved: f64,
    /// Whether all entries are whole numbers, and so all values.
    integral: bool,
    /// What sites can take, where that is limited.
    pub(super) limits: Option<Arc<Limits>>,
}

impl Sums {
    /// The sums that `problem` is about, whose conditions do not contradict each other. A center has none.
    pub(super) fn of(costs: &Costs, problem: &Problem) -> Sums {
        match problem.goal {
            Goal::Cover { within } => Sums::new(costs, problem, |user, cost| match cost {
                f64::INFINITY if problem.everybody => f64::INFINITY,
                cost if cost > within => costs.weight(user),
                _ => 0.0,
            }),
            _ => Sums::new(costs, problem, |user, cost| costs.weight(user) * cost),
        }
    }

    /// How many of `users` are not reached from `most` of `sites`: a question of cover, for users all alike.
    pub(super) fn unreached(
        users: &[usize],
        sites: &[usize],
        most: usize,
        reaches: impl Fn(usize, usize) -> bool,
    ) -> Sums {
        let entry = |user: usize, site: usize| f64::from(u8::from(!reaches(user, site)));
        let rows = users
            .iter()
            .map(|&user| sites.iter().map(|&site| entry(user, site)).collect())
            .collect();
        let most = most.min(sites.len());
        Sums::build(
            rows,
            sites.to_vec(),
            vec![0.0; sites.len()],
            vec![false; sites.len()],
            (most, most),
        )
    }

    /// How many users who count are not reached within `radius`, for sets that keep to the conditions of `problem`.
    pub(super) fn beyond(costs: &Costs, problem: &Problem, radius: f64) -> Sums {
        Sums::new(costs, problem, |_, cost| f64::from(u8::from(cost > radius)))
    }

    fn new(costs: &Costs, problem: &Problem, entry: impl Fn(usize, f64) -> f64) -> Sums {
        let site_of: Vec<usize> = (0..costs.sites())
            .filter(|site| !problem.never.contains(site))
            .collect();
        let fixed = problem.goal == Goal::Fixed;
        let opening: Vec<f64> = site_of
            .iter()
            .map(|&site| if fixed { costs.open_cost(site) } else { 0.0 })
            .collect();
        let counted: Vec<usize> = (0..costs.users())
            .filter(|&user| costs.weight(user) > 0.0)
            .collect();
        let rows = counted
            .iter()
            .map(|&user| {
                site_of
                    .iter()
                    .map(|&site| entry(user, costs.cost(user, site)))
                    .collect()
            })
            .collect();
        let must: Vec<bool> = site_of.iter().map(|site| problem.must.contains(site)).collect();
        let most = problem.choose.unwrap_or(site_of.len()).min(site_of.len());
        let least = if fixed {
            must.iter().filter(|must| **must).count().max(1)
        } else {
            most
        };
        let mut sums = Sums::build(rows, site_of, opening, must, (least, most));
        if costs.limited() {
            let mut entry = vec![sums.unserved; counted.len() * costs.sites()];
            for user in 0..counted.len() {
                for (site, value) in sums.near(user) {
                    entry[user * costs.sites() + sums.site_of[site]] = value;
                }
            }
            let everybody = problem.serves_all();
            sums.limits = Some(Arc::new(Limits::of(costs, &counted, entry, everybody)));
        }
        sums
    }

    /// Sums of these entries, infinite where a user may not go, and of between so many sites.
    fn build(
        mut rows: Vec<Vec<f64>>,
        site_of: Vec<usize>,
        opening: Vec<f64>,
        must: Vec<bool>,
        (least, most): (usize, usize),
    ) -> Sums {
        let largest = |row: &Vec<f64>| row.iter().copied().filter(|e| e.is_finite()).fold(0.0, f64::max);
        let all = rows.iter().map(largest).sum::<f64>() + opening.iter().sum::<f64>();
        // A little above, so that it stays apart from all sums when they are compared as shares.
        let unserved = (all * 1.001 + 1.0).ceil();
        let whole = |values: &[f64]| {
            values
                .iter()
                .all(|value| value.fract() == 0.0 || value.is_infinite())
        };
        let integral = whole(&opening) && rows.iter().all(|row| whole(row)) && unserved < WHOLE;
        for value in rows.iter_mut().flatten().filter(|value| value.is_infinite()) {
            *value = unserved;
        }
        let (near, entry) = by_nearness(&rows);
        Sums {
            users: rows.len(),
            site_of,
            near,
            entry,
            opening,
            must,
            least,
            most,
            unserved,
            integral,
            limits: None,
        }
    }

    /// The same without the sites that are not kept; so many must be left that a set is still possible.
    pub(super) fn only(&self, keep: &[bool]) -> Sums {
        let kept: Vec<usize> = (0..self.sites()).filter(|&site| keep[site]).collect();
        let mut place = vec![0; self.sites()];
        for (at, &site) in kept.iter().enumerate() {
            place[site] = at as u32;
        }
        let left = || {
            (0..self.users)
                .flat_map(|user| self.near(user))
                .filter(|(site, _)| keep[*site])
        };
        Sums {
            site_of: kept.iter().map(|&site| self.site_of[site]).collect(),
            near: left().map(|(site, _)| place[site]).collect(),
            entry: left().map(|(_, entry)| entry).collect(),
            opening: kept.iter().map(|&site| self.opening[site]).collect(),
            must: kept.iter().map(|&site| self.must[site]).collect(),
            most: self.most.min(kept.len()),
            limits: self.limits.clone(),
            ..*self
        }
    }

    /// Whether no site of the set gets more than it can take.
    pub(super) fn holds(&self, open: &[usize]) -> bool {
        self.limits.as_ref().is_none_or(|limits| {
            let sites: Vec<usize> = open.iter().map(|&site| self.site_of[site]).collect();
            limits.excess(&sites) <= 0.0
        })
    }

    pub(super) fn sites(&self) -> usize {
        self.site_of.len()
    }

    /// The sites of a user with their entries, nearest first.
    pub(super) fn near(&self, user: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let row = user * self.sites()..(user + 1) * self.sites();
        self.near[row.clone()]
            .iter()
            .map(|&site| site as usize)
            .zip(self.entry[row].iter().copied())
    }

    /// The largest entry of a user.
    pub(super) fn top(&self, user: usize) -> f64 {
        self.entry[(user + 1) * self.sites() - 1]
    }

    /// The smallest entry of a user.
    pub(super) fn bottom(&self, user: usize) -> f64 {
        self.entry[user * self.sites()]
    }

    /// The value of a set.
    pub(super) fn value(&self, open: &[usize]) -> f64 {
        let mut is_open = vec![false; self.sites()];
        for &site in open {
            is_open[site] = true;
        }
        let opening: f64 = open.iter().map(|&site| self.opening[site]).sum();
        let serving: f64 = (0..self.users).map(|user| self.first(user, &is_open)).sum();
        opening + serving
    }

    fn first(&self, user: usize, is_open: &[bool]) -> f64 {
        self.near(user)
            .find(|(site, _)| is_open[*site])
            .map_or(self.unserved, |(_, entry)| entry)
    }

    /// A bound from which on no set is better than one of value `value`: a set of integers is better by 1 at least.
    pub(super) fn no_better(&self, value: f64) -> f64 {
        if self.integral {
            value - 1.0 + ROUNDING
        } else {
            value - EQUAL * value.abs()
        }
    }

    /// The bound that follows from `bound` for a value that may have to be a whole number.
    pub(super) fn rounded(&self, bound: f64) -> f64 {
        if self.integral {
            (bound - ROUNDING).ceil()
        } else {
            bound
        }
    }
}

/// The sites of each row by entry, and the entries in that order.
fn by_nearness(rows: &[Vec<f64>]) -> (Vec<u32>, Vec<f64>) {
    let (mut near, mut entry) = (Vec::new(), Vec::new());
    for row in rows {
        let mut order: Vec<u32> = (0..row.len() as u32).collect();
        order.sort_by(|a, b| row[*a as usize].total_cmp(&row[*b as usize]));
        entry.extend(order.iter().map(|&site| row[site as usize]));
        near.extend(order);
    }
    (near, entry)
}
