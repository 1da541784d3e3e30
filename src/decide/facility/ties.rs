//! Other sets that are worth exactly as much as one that was found.
//!
//! Where there are few sets, all are tried, and the ties are all there are. Else the sets one change away are: a site
//! swapped, and where the number is open, one more or one less. Those are some of the ties, and nothing is said of the rest.

use std::collections::BTreeSet;

use super::matrix::Costs;
use super::problem::{Goal, Problem};
use super::sums::EQUAL;

/// Sets that are all tried at most, and entries of users and sites that are looked at for it.
const FEW_SETS: f64 = 10_000.0;
const FEW_ENTRIES: f64 = 1e7;

/// Entries that are looked at for the sets one change away.
const NEAR_ENTRIES: f64 = 1e8;

/// Sets that are named; the others are counted.
const NAMED: usize = 8;

/// Other sets with the value of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ties {
    /// How many were found.
    pub sets: usize,
    /// The first few of them, each ascending.
    pub first: Vec<Vec<usize>>,
    /// Whether every set was tried, so that there are no others; else those one change away were.
    pub all: bool,
}

/// The sets of `problem` that are worth `value` as `open` is (ascending); none where looking would take long.
pub fn ties(costs: &Costs, problem: &Problem, open: &[usize], value: f64) -> Option<Ties> {
    let look = Look::new(costs, problem, open, value);
    let entries = (costs.users() * costs.sites()) as f64;
    let sets = look.sets();
    let mut found = Ties {
        sets: 0,
        first: Vec::new(),
        all: sets <= FEW_SETS && sets * entries <= FEW_ENTRIES,
    };
    if found.all {
        look.every(&mut found);
    } else if (open.len() + 1) as f64 * entries <= NEAR_ENTRIES {
        look.near(&mut found);
    } else {
        return None;
    }
    Some(found)
}

struct Look<'a> {
    costs: &'a Costs,
    problem: &'a Problem,
    /// Sites that have to be open, each once.
    must: BTreeSet<usize>,
    /// Sites that may be open and need not be.
    free: Vec<usize>,
    open: &'a [usize],
    value: f64,
}

impl<'a> Look<'a> {
    fn new(costs: &'a Costs, problem: &'a Problem, open: &'a [usize], value: f64) -> Self {
        let must: BTreeSet<usize> = problem.must.iter().copied().collect();
        let free = (0..costs.sites()).filter(|site| !must.contains(site) && !problem.never.contains(site));
        Look {
            free: free.collect(),
            costs,
            problem,
            must,
            open,
            value,
        }
    }

    /// How many sites of those that are free a set may have: the least and the most.
    fn numbers(&self) -> (usize, usize) {
        let must = self.must.len();
        let most = self.problem.choose.unwrap_or(self.costs.sites());
        let most = most.saturating_sub(must).min(self.free.len());
        match self.problem.goal {
            Goal::Fixed => (usize::from(must == 0), most),
            _ => (most, most),
        }
    }

    /// How many sets there are, as far as doubles go.
    fn sets(&self) -> f64 {
        let (least, most) = self.numbers();
        let free = self.free.len();
        let mut of_size = 1.0;
        let mut all = 0.0;
        for size in 0..=most {
            if size > 0 {
                of_size *= (free + 1 - size) as f64 / size as f64;
            }
            if size >= least {
                all += of_size;
            }
        }
        all
    }

    fn is_equal(&self, value: f64) -> bool {
        value == self.value || (value - self.value).abs() <= EQUAL * self.value.abs()
    }

    /// Takes a set that is another one and worth as much, by the definition.
    fn offer(&self, mut set: Vec<usize>, found: &mut Ties) {
        set.sort_unstable();
        if set != self.open && self.is_equal(self.problem.value(self.costs, &set)) {
            found.sets += 1;
            if found.first.len() < NAMED {
                found.first.push(set);
            }
        }
    }

    /// Tries every set, the smaller ones first, then in the order of their sites.
    fn every(&self, found: &mut Ties) {
        let (least, most) = self.numbers();
        for size in least..=most {
            let mut places: Vec<usize> = (0..size).collect();
            loop {
                let taken = places.iter().map(|&place| self.free[place]);
                self.offer(self.must.iter().copied().chain(taken).collect(), found);
                let last = self.free.len() - size;
                let Some(at) = (0..size).rev().find(|&at| places[at] < last + at) else {
                    break;
                };
                places[at] += 1;
                for next in at + 1..size {
                    places[next] = places[next - 1] + 1;
                }
            }
        }
    }

    /// Tries the sets one change away.
    fn near(&self, found: &mut Ties) {
        let (least, most) = self.numbers();
        let (least, most) = (least + self.must.len(), most + self.must.len());
        let kept: Vec<usize> = self
            .open
            .iter()
            .copied()
            .filter(|site| self.free.contains(site))
            .collect();
        let added: Vec<usize> = self
            .free
            .iter()
            .copied()
            .filter(|site| !self.open.contains(site))
            .collect();
        for out in kept {
            let rest: Vec<usize> = self.open.iter().copied().filter(|site| *site != out).collect();
            if self.open.len() > least {
                self.offer(rest.clone(), found);
            }
            self.with_one_more(&rest, &added, found);
        }
        if self.open.len() < most {
            self.with_one_more(self.open, &added, found);
        }
    }

    /// Tries `rest` with each of `added`: all values are known after one pass over the users, and what looks equal is
    /// worked out by the definition.
    fn with_one_more(&self, rest: &[usize], added: &[usize], found: &mut Ties) {
        let values = self.values_with(rest);
        for &site in added {
            // Sums in another order differ in the last digits.
            let near = (values[site] - self.value).abs() <= 4.0 * EQUAL * self.value.abs().max(1e-9);
            if near || values[site] == self.value {
                self.offer(rest.iter().copied().chain([site]).collect(), found);
            }
        }
    }

    /// The value of `rest` with each site, capacities aside.
    fn values_with(&self, rest: &[usize]) -> Vec<f64> {
        let costs = self.costs;
        let opening: f64 = rest.iter().map(|&site| costs.open_cost(site)).sum();
        let mut values: Vec<f64> = (0..costs.sites())
            .map(|site| match self.problem.goal {
                Goal::Fixed => opening + costs.open_cost(site),
                _ => 0.0,
            })
            .collect();
        for user in (0..costs.users()).filter(|&user| costs.weight(user) > 0.0) {
            let (least, weight) = (costs.least(user, rest), costs.weight(user));
            for (value, cost) in values.iter_mut().zip(costs.row(user)) {
                let cost = cost.min(least);
                match self.problem.goal {
                    Goal::Median | Goal::Fixed => *value += weight * cost,
                    Goal::Center => *value = value.max(cost),
                    Goal::Cover { within } if cost > within => *value += weight,
                    Goal::Cover { .. } => {}
                }
            }
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::seed::{Purpose, Stream};

    /// Two users, each with two sites that are the same to it.
    fn twins() -> Costs {
        Costs::from_table(2, 4, vec![1.0, 1.0, 5.0, 5.0, 5.0, 5.0, 1.0, 1.0]).unwrap()
    }

    #[test]
    fn sets_with_the_same_value_are_found_and_named() {
        let costs = twins();
        let two = Problem::new(Goal::Median).choose(2);
        let found = ties(&costs, &two, &[0, 2], 2.0).unwrap();
        assert_eq!((found.sets, found.all), (3, true));
        assert_eq!(found.first, [[0, 3], [1, 2], [1, 3]]);
        let one = ties(&costs, &two.clone().must(&[0]).never(&[3]), &[0, 2], 2.0).unwrap();
        assert_eq!((one.sets, one.all), (0, true));
        // Nobody is covered wherever the site is.
        let nobody = Problem::new(Goal::Cover { within: 0.0 }).choose(1);
        assert_eq!(ties(&costs, &nobody, &[0], 2.0).unwrap().sets, 3);
        // A capacity that a set breaks makes it none.
        let tight = twins().with_capacities(vec![2.0, 0.5, 2.0, 2.0]).unwrap();
        let found = ties(&tight, &two, &[0, 2], 2.0).unwrap();
        assert_eq!(found.first, [[0, 3]]);
    }

    /// Whole numbers, so that ties are many.
    fn drawn(case: u32) -> Costs {
        let draws = Stream::new(11, Purpose::Resample, case, 0);
        let (users, sites) = (6, 7);
        let at = |place: usize| (draws.uniform(place as u64) * 4.0).floor();
        Costs::from_table(users, sites, (0..users * sites).map(at).collect())
            .unwrap()
            .with_open_costs((0..sites).map(|site| at(100 + site)).collect())
            .unwrap()
    }

    #[test]
    fn what_one_change_finds_is_what_trying_all_sets_finds_one_change_away() {
        let mut told = 0;
        for case in 0..40 {
            let costs = drawn(case);
            for goal in [
                Goal::Median,
                Goal::Center,
                Goal::Cover { within: 1.0 },
                Goal::Fixed,
            ] {
                let problem = Problem::new(goal).choose(3).must(&[2]);
                let open = [1, 2, 4];
                let value = problem.value(&costs, &open);
                let look = Look::new(&costs, &problem, &open, value);
                assert_eq!(look.free, [0, 1, 3, 4, 5, 6]);
                let blank = || Ties {
                    sets: 0,
                    first: Vec::new(),
                    all: false,
                };
                let (mut near, mut all) = (blank(), blank());
                look.near(&mut near);
                look.every(&mut all);
                assert!(near.sets <= all.sets, "{case} {goal:?}");
                // By hand: every set that differs in one site, or lacks one.
                let mut by_hand = 0;
                for mask in 0_u32..128 {
                    let set: Vec<usize> = (0..7).filter(|site| mask >> site & 1 == 1).collect();
                    let shared = set.iter().filter(|site| open.contains(site)).count();
                    let right = set.contains(&2) && shared == 2 && set.len() <= 3;
                    let right = right && (set.len() == 3 || goal == Goal::Fixed);
                    by_hand += usize::from(right && problem.value(&costs, &set) == value);
                }
                assert_eq!(near.sets, by_hand, "{case} {goal:?}");
                told += near.sets;
            }
        }
        assert!(told > 20, "{told}");
    }

    #[test]
    fn of_very_many_sets_those_one_change_away_are_told_as_some() {
        let (users, sites) = (30, 60);
        let costs = Costs::from_fn(users, sites, |user, site| {
            f64::from(u8::from(user % 10 != site % 10))
        })
        .unwrap();
        let problem = Problem::new(Goal::Median).choose(10);
        let open: Vec<usize> = (0..10).collect();
        let found = ties(&costs, &problem, &open, 0.0).unwrap();
        assert_eq!((found.sets, found.all, found.first.len()), (50, false, NAMED));
        assert_eq!(found.first[0], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    }
}
