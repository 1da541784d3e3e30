//! Sets as designs: each with the leaders that serve the objective best, searched where requests have classes, routing
//! has a policy, or regions wait for each other.
//!
//! A set costs one pass over its user groups, which adds up coarse distribution functions by region; what a region adds
//! to a request is then convolved for each choice of leaders, at next to no cost. The best are scored again from the
//! table, and the list of the best is lengthened until coarseness cannot have kept a better set out of it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::designer::Designer;
use super::enumerate::{Accept, Found, Query, Scored, count_sets, search_where as enumerate};
use super::screen::Screen;
use crate::basis::error::Result;
use crate::basis::shard::Shard;
use crate::engine::progress::Watch;

impl Designer<'_> {
    /// The best sets of a query, by the quickest way that knows all there is to the sets.
    ///
    /// # Errors
    /// As [`Designer::search`].
    pub fn find(&self, query: &Query, accept: Option<&Accept<'_>>, watch: Watch<'_>) -> Result<Found> {
        if self.is_needed() {
            self.search_where(query, accept, watch)
        } else {
            enumerate(self.laws, self.table, query, accept, watch)
        }
    }

    /// Scores every set of the query with every way to lead it.
    ///
    /// # Errors
    /// Never for lack of sets. When the user asks to stop, what was found so far comes back with `complete` false.
    pub fn search(&self, query: &Query, watch: Watch<'_>) -> Result<Found> {
        self.search_where(query, None, watch)
    }

    /// The same, where only sets that are accepted may be among the best.
    ///
    /// # Errors
    /// As [`Designer::search`].
    pub fn search_where(
        &self,
        query: &Query,
        accept: Option<&Accept<'_>>,
        watch: Watch<'_>,
    ) -> Result<Found> {
        let screened = self.screen(query, Shard::WHOLE, watch);
        Ok(self.search_screened(query, &screened, accept))
    }

    /// Looks at one part of the sets in coarse bins: those whose number, counted over all sizes, belongs to `shard`. Sets
    /// of other parts, and those that came after the user asked to stop, stay unseen.
    pub fn screen(&self, query: &Query, shard: Shard, watch: Watch<'_>) -> Screened {
        let screen = Screen::new(self, query);
        let all: u64 = query
            .sizes
            .iter()
            .filter_map(|size| count_sets(self.laws.regions, *size, query.must_have.len()))
            .sum();
        let all = all.div_ceil(u64::from(shard.of()));
        let done = AtomicU64::new(0);
        let mut screened = Screened::new();
        let mut first = 0;
        for &size in &query.sizes {
            let sets = sets_of(self.laws.regions, size, &query.must_have);
            let seen: Vec<Seen> = sets
                .par_iter()
                .enumerate()
                .map_init(
                    || screen.scratch(),
                    |scratch, (at, set)| {
                        if !shard.owns(first + at as u64) || watch.stopped() {
                            return Seen::Not;
                        }
                        let value = screen.score(scratch, set);
                        let seen = done.fetch_add(1, Ordering::Relaxed) + 1;
                        if seen.is_multiple_of(64) {
                            watch.advance("searching", seen, all);
                        }
                        value.map_or(Seen::Infeasible, Seen::Scored)
                    },
                )
                .collect();
            first += sets.len() as u64;
            screened.insert(size, seen);
        }
        screened
    }

    /// The best sets of a query, out of those that were looked at in coarse bins already.
    pub fn search_screened(&self, query: &Query, screened: &Screened, accept: Option<&Accept<'_>>) -> Found {
        let mut found = Found {
            complete: true,
            ..Found::default()
        };
        for (&size, seen) in screened {
            let sets = sets_of(self.laws.regions, size, &query.must_have);
            found.sets += sets.len() as u64;
            let values: Vec<Option<f64>> = seen.iter().map(|seen| found.count(*seen)).collect();
            let (best, turned_away) = self.rescore(query, &sets, &values, accept);
            found.turned_away += turned_away;
            found.best.insert(size, best);
        }
        found
    }

    /// The best of the screened sets, scored from the table. Coarseness is learned from the sets scored both ways.
    /// Counted are the sets that were not accepted, as in [`Found::turned_away`].
    fn rescore(
        &self,
        query: &Query,
        sets: &[Vec<usize>],
        screened: &[Option<f64>],
        accept: Option<&Accept<'_>>,
    ) -> (Vec<Scored>, u64) {
        let cost = |value: f64| query.objective.cost(value);
        let mut order: Vec<(f64, usize)> = screened
            .iter()
            .enumerate()
            .filter_map(|(at, value)| value.map(|value| (cost(value), at)))
            .collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut exact: BTreeMap<usize, f64> = BTreeMap::new();
        let mut seen = 0;
        let mut refused: Vec<f64> = Vec::new();
        let mut off: f64 = 0.0;
        let mut wanted = query.top.saturating_mul(2).saturating_add(16);
        loop {
            let fresh: Vec<(f64, usize)> = order.iter().take(wanted).skip(seen).copied().collect();
            seen += fresh.len();
            let scored: Vec<(usize, f64, f64, bool)> = fresh
                .par_iter()
                .filter_map(|(screened, at)| {
                    let (_, value) = self.best(query.objective, &sets[*at], &[])?;
                    let accepted = accept.is_none_or(|accept| accept(&sets[*at]));
                    Some((*at, *screened, cost(value), accepted))
                })
                .collect();
            for (at, screened, value, accepted) in scored {
                off = off.max((value - screened).abs());
                if accepted {
                    exact.insert(at, value);
                } else {
                    refused.push(value);
                }
            }
            let mut values: Vec<f64> = exact.values().copied().collect();
            values.sort_by(f64::total_cmp);
            let bar = values.get(query.top.saturating_sub(1)).copied();
            // The next in line might be better by as much as coarseness was seen to be off, and half as much again.
            let next = order.get(wanted).map(|(screened, _)| screened - 1.5 * off);
            match (bar, next) {
                (Some(bar), Some(next)) if next <= bar => wanted *= 2,
                // Too few were accepted so far.
                (None, Some(_)) => wanted *= 2,
                _ => break,
            }
        }
        let mut best: Vec<Scored> = exact
            .into_iter()
            .map(|(at, value)| Scored {
                regions: sets[at].clone(),
                value,
            })
            .collect();
        best.sort_by(|a, b| {
            a.value
                .total_cmp(&b.value)
                .then_with(|| a.regions.cmp(&b.regions))
        });
        best.truncate(query.top);
        if let Some(worst) = query.top.checked_sub(1).and_then(|last| best.get(last)) {
            refused.retain(|cost| *cost < worst.value);
        }
        for scored in &mut best {
            scored.value = scored.value.abs();
        }
        (best, refused.len() as u64)
    }
}

/// What became of the sets of each size, in lexicographic order.
pub type Screened = BTreeMap<usize, Vec<Seen>>;

/// What became of a set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Seen {
    /// It keeps the limits; value of the objective, in coarse bins.
    Scored(f64),
    /// It breaks a limit, or cannot be.
    Infeasible,
    /// It was not looked at.
    Not,
}

impl Found {
    fn count(&mut self, seen: Seen) -> Option<f64> {
        match seen {
            Seen::Scored(value) => {
                self.scored += 1;
                Some(value)
            }
            Seen::Infeasible => {
                self.scored += 1;
                self.infeasible += 1;
                None
            }
            Seen::Not => {
                self.complete = false;
                None
            }
        }
    }
}

/// All sets of `size` regions that hold `must_have`, in lexicographic order.
fn sets_of(regions: usize, size: usize, must_have: &[usize]) -> Vec<Vec<usize>> {
    let free: Vec<usize> = (0..regions)
        .filter(|region| !must_have.contains(region))
        .collect();
    let mut sets = Vec::new();
    if let Some(open) = size.checked_sub(must_have.len()) {
        choose(&free, open, &mut must_have.to_vec(), &mut sets);
    }
    for set in &mut sets {
        set.sort_unstable();
    }
    sets.sort();
    sets
}

fn choose(free: &[usize], open: usize, taken: &mut Vec<usize>, sets: &mut Vec<Vec<usize>>) {
    if open == 0 {
        sets.push(taken.clone());
        return;
    }
    for at in 0..free.len().saturating_sub(open - 1) {
        taken.push(free[at]);
        choose(&free[at + 1..], open - 1, taken, sets);
        taken.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_with_the_must_haves_is_listed_once() {
        let sets = sets_of(6, 3, &[4]);
        assert_eq!(sets.len() as u64, count_sets(6, 3, 1).unwrap());
        assert!(sets.iter().all(|set| set.contains(&4) && set.is_sorted()));
        assert!(sets.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(sets_of(3, 1, &[0, 1]).is_empty());
    }
}
