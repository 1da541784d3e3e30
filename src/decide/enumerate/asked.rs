//! The best sets that are accepted, where to ask a set takes far longer than to score it.
//!
//! Sets are asked in the order of their costs until enough are accepted, so that none is asked in vain but for the rest of
//! a block. Who comes in that order is found out by a walk that asks nobody and keeps the best few thousand; when these
//! are used up, the next ones are looked for. Where even the largest of these bands does not do, hardly any set is
//! accepted, and the rest is asked on a walk, where the best that were accepted keep others from being asked.
//!
//! Refused are counted when they are better than the worst that is kept: a number that neither the blocks nor the threads
//! have a say in.

use rayon::prelude::*;

use super::best::{Pool, Sink};
use super::{Accept, Scored, Walks};

/// Sets of the first band, how many times more each further one has, and of the last one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bands {
    pub(super) first: usize,
    pub(super) growth: usize,
    pub(super) last: usize,
}

impl Bands {
    pub(super) const USUAL: Bands = Bands {
        first: 4096,
        growth: 4,
        last: 1 << 18,
    };
}

/// Sets that a walk keeps to itself before it hands them on.
const HANDED_ON: usize = 4096;

/// Least and most sets that are asked at a time, and how many for each that is still missing.
const BLOCK: (usize, usize) = (16, 256);
const ASKED_PER_MISSING: usize = 2;

/// The best sets that are accepted.
#[derive(Debug, Default)]
pub(super) struct Accepted {
    /// Best first; values are costs.
    pub(super) best: Vec<Scored>,
    /// Costs of the sets that were refused and are better than the worst of these; of all that were where there are fewer
    /// than were wanted.
    pub(super) refused: Vec<f64>,
    pub(super) scored: u64,
    pub(super) infeasible: u64,
    pub(super) complete: bool,
}

/// The `top` best sets of some walks that are accepted.
pub(super) fn best_accepted(walks: &Walks<'_>, accept: &Accept<'_>, top: usize, bands: Bands) -> Accepted {
    let mut found = Accepted {
        complete: true,
        ..Accepted::default()
    };
    let mut after: Option<Scored> = None;
    let mut limit = bands.first.max(top.saturating_mul(ASKED_PER_MISSING));
    loop {
        let band = found.band(walks, after.as_ref(), limit);
        found.ask(walks, accept, top, &band);
        let all = band.len() < limit;
        after = band.into_iter().next_back().or(after);
        if found.best.len() >= top || all || !found.complete {
            break;
        }
        limit = limit.saturating_mul(bands.growth);
        if limit > bands.last {
            found.ask_the_rest(walks, accept, top, after.as_ref());
            break;
        }
    }
    if let Some(worst) = found.worst(top) {
        found.refused.retain(|cost| *cost < worst);
    }
    found
}

impl Accepted {
    /// The cost of the last of as many as were wanted.
    fn worst(&self, top: usize) -> Option<f64> {
        let last = top.checked_sub(1)?;
        self.best.get(last).map(|worst| worst.value)
    }

    /// The best sets that come after one, whatever is promised of them.
    fn band(&mut self, walks: &Walks<'_>, after: Option<&Scored>, limit: usize) -> Vec<Scored> {
        let pool = Pool::new(limit, limit);
        let first = after.is_none();
        let parts = walks.all(first, || Collects {
            pool: &pool,
            after,
            own: Vec::new(),
        });
        for part in parts {
            // Each walk comes by the same sets: they count once.
            if first {
                self.scored += part.scored;
                self.infeasible += part.infeasible;
            }
            self.complete &= part.complete;
        }
        pool.into_best()
    }

    /// Asks sets, best first, until enough are accepted. When the user asks to stop the best few are asked all the same, if
    /// none was yet: a run that was broken off tells what it has.
    fn ask(&mut self, walks: &Walks<'_>, accept: &Accept<'_>, top: usize, sets: &[Scored]) {
        let mut asked = 0;
        while asked < sets.len() && self.best.len() < top {
            if walks.watch.stopped() {
                self.complete = false;
                if asked > 0 || !self.best.is_empty() {
                    return;
                }
            }
            let missing = top - self.best.len();
            let block = missing.saturating_mul(ASKED_PER_MISSING).clamp(BLOCK.0, BLOCK.1);
            let block = &sets[asked..sets.len().min(asked + block)];
            asked += block.len();
            let accepted: Vec<bool> = block.par_iter().map(|set| accept(&set.regions)).collect();
            for (set, accepted) in block.iter().zip(accepted) {
                if self.best.len() >= top {
                    break;
                }
                if accepted {
                    self.best.push(set.clone());
                } else {
                    self.refused.push(set.value);
                }
            }
            walks.watch.advance(
                "asking the best sets",
                self.best.len() as u64,
                top.min(sets.len()) as u64,
            );
        }
    }

    /// Asks all sets after one that are better than the best accepted so far, as a walk comes by them; then counts those
    /// that were refused, on a walk of its own, since who was asked depends on who was found first.
    fn ask_the_rest(&mut self, walks: &Walks<'_>, accept: &Accept<'_>, top: usize, after: Option<&Scored>) {
        let pool = Pool::new(top - self.best.len(), 0);
        let parts = walks.all(false, || Asks {
            collects: Collects {
                pool: &pool,
                after,
                own: Vec::new(),
            },
            accept,
        });
        self.complete &= parts.iter().all(|part| part.complete);
        drop(parts);
        let accepted = pool.into_best();
        self.best.extend(accepted.iter().cloned());
        if !self.complete {
            return;
        }
        let bar = self.worst(top).unwrap_or(f64::INFINITY);
        let parts = walks.all(false, || Counts {
            bar,
            after,
            costs: Vec::new(),
        });
        let mut costs: Vec<f64> = parts.into_iter().flat_map(|part| part.sink.costs).collect();
        costs.sort_unstable_by(f64::total_cmp);
        for set in &accepted {
            if let Ok(at) = costs.binary_search_by(|cost| cost.total_cmp(&set.value)) {
                costs.remove(at);
            }
        }
        self.refused.extend(costs);
    }
}

/// Whether a set comes after another one, if that is named.
fn comes_after(after: Option<&Scored>, regions: &[usize], cost: f64) -> bool {
    after.is_none_or(|set| {
        let order = set.value.total_cmp(&cost);
        order.then_with(|| set.regions[..].cmp(regions)).is_lt()
    })
}

/// Keeps the best sets that come after one.
struct Collects<'a> {
    pool: &'a Pool,
    after: Option<&'a Scored>,
    own: Vec<Scored>,
}

impl Sink for Collects<'_> {
    fn bar(&self) -> f64 {
        self.pool.bar()
    }

    fn offer(&mut self, regions: &[usize], cost: f64) {
        if cost <= self.bar() && comes_after(self.after, regions, cost) {
            self.own.push(Scored {
                regions: regions.to_vec(),
                value: cost,
            });
        }
        if self.own.len() >= HANDED_ON {
            self.done();
        }
    }

    fn done(&mut self) {
        self.pool.take(&mut self.own);
    }
}

/// Keeps the best sets that come after one and are accepted.
struct Asks<'a> {
    collects: Collects<'a>,
    accept: &'a Accept<'a>,
}

impl Sink for Asks<'_> {
    fn bar(&self) -> f64 {
        self.collects.bar()
    }

    fn offer(&mut self, regions: &[usize], cost: f64) {
        let may_enter = cost <= self.bar() && comes_after(self.collects.after, regions, cost);
        if may_enter && (self.accept)(regions) {
            self.collects.offer(regions, cost);
            // At once: it spares others from being asked.
            self.collects.done();
        }
    }
}

/// Costs of the sets that come after one and are better than a bar.
struct Counts<'a> {
    bar: f64,
    after: Option<&'a Scored>,
    costs: Vec<f64>,
}

impl Sink for Counts<'_> {
    fn bar(&self) -> f64 {
        self.bar
    }

    fn offer(&mut self, regions: &[usize], cost: f64) {
        // Where not enough were accepted, sets without end count as well.
        let better = cost < self.bar || (self.bar == f64::INFINITY && !cost.is_nan());
        if better && comes_after(self.after, regions, cost) {
            self.costs.push(cost);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

    use super::*;
    use crate::basis::shard::Shard;
    use crate::decide::enumerate::profile::tests::laws;
    use crate::decide::enumerate::{Found, Query, Scorer, search, search_shard, search_where, starts};
    use crate::decide::objective::Figure;
    use crate::engine::latency::table::LatencyTable;
    use crate::engine::progress::{Silent, Watch};

    const REGIONS: usize = 9;

    /// Rules by which all sets, none, most, few or a single one are accepted.
    const RULES: [fn(&[usize]) -> bool; 5] = [
        |_| true,
        |_| false,
        |set| !set.iter().sum::<usize>().is_multiple_of(5),
        |set| set.iter().map(|region| region * region).sum::<usize>() % 13 == 3,
        |set| set == [1, 4, 7, 8],
    ];

    /// Every set is scored and asked: the best that are accepted, and how many better ones are not.
    fn one_by_one(every: &Found, query: &Query, accept: fn(&[usize]) -> bool) -> (Vec<Scored>, u64) {
        let cost = |set: &Scored| query.objective.cost(set.value);
        let mut sets: Vec<Scored> = every.best.values().flatten().cloned().collect();
        sets.sort_by(|a, b| {
            cost(a)
                .total_cmp(&cost(b))
                .then_with(|| a.regions.cmp(&b.regions))
        });
        let (mut best, refused): (Vec<Scored>, Vec<Scored>) =
            sets.into_iter().partition(|set| accept(&set.regions));
        best.truncate(query.top);
        let worst = query.top.checked_sub(1).and_then(|last| best.get(last));
        let better = |set: &&Scored| worst.is_none_or(|worst| cost(set) < cost(worst));
        let refused = refused.iter().filter(better).count() as u64;
        (best, refused)
    }

    fn on_threads<T: Send>(threads: usize, go: impl FnOnce() -> T + Send) -> T {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(go)
    }

    fn queries() -> impl Iterator<Item = Query> {
        let figures = [
            Figure::Quantile(0.95),
            Figure::Mean,
            Figure::ShareWithin(60.0),
            Figure::WorstGroupMean,
        ];
        let limits = [vec![], vec![(Figure::Quantile(0.5), 90.0)]];
        let of = move |objective| {
            limits.clone().into_iter().flat_map(move |limits| {
                [1, 3, 200].into_iter().map(move |top| Query {
                    sizes: vec![4],
                    must_have: if top == 3 { vec![4] } else { vec![] },
                    objective,
                    limits: limits.clone(),
                    top,
                })
            })
        };
        figures.into_iter().flat_map(of)
    }

    #[test]
    fn accepted_sets_and_refusals_are_those_of_asking_every_set() {
        let laws = laws(21, REGIONS);
        let table = LatencyTable::simulate(&laws, 300, 5, Watch::default()).unwrap();
        // One band for all; bands that are used up; next to no band.
        let several = [(4096, 1 << 18), (4, 64), (1, 1)].map(|(first, last)| Bands {
            first,
            growth: 2,
            last,
        });
        for query in queries() {
            let all = Query {
                top: usize::MAX >> 1,
                ..query.clone()
            };
            let every = search(&laws, &table, &all, Watch::default()).unwrap();
            for accept in RULES {
                let (best, refused) = one_by_one(&every, &query, accept);
                for bands in several {
                    for threads in [1, 2, 7] {
                        let scorer = Scorer::new(&laws, &table, &query);
                        let walks = Walks {
                            scorer: &scorer,
                            size: 4,
                            starts: starts(REGIONS, 4),
                            watch: Watch::default(),
                            done: &AtomicU64::new(0),
                            total: 0,
                        };
                        let found = on_threads(threads, || walks.accepted(&accept, bands));
                        assert_eq!(found.best[&4], best, "{query:?} {bands:?}");
                        assert_eq!(found.turned_away, refused, "{query:?} {bands:?} {threads}");
                        assert_eq!(
                            (found.scored, found.infeasible, found.complete),
                            (every.scored, every.infeasible, true)
                        );
                    }
                }
                let parts = (1..=3).map(|number| {
                    let shard = Shard::new(number, 3).unwrap();
                    let part = search_shard(&laws, &table, &query, Some(&accept), shard, Watch::default());
                    part.unwrap().remove(&4).unwrap()
                });
                let merged = Found::together(parts.collect(), &query);
                assert_eq!(
                    (&merged.best[&4], merged.turned_away),
                    (&best, refused),
                    "{query:?}"
                );
            }
        }
    }

    /// No more sets are asked than blocks make necessary: the best that are refused, those that are kept, and what is left
    /// of the last block.
    #[test]
    fn few_sets_are_asked() {
        let laws = laws(21, REGIONS);
        let table = LatencyTable::simulate(&laws, 300, 5, Watch::default()).unwrap();
        for query in queries().filter(|query| query.top < 200) {
            for rule in RULES {
                let asked = AtomicU64::new(0);
                let accept = |set: &[usize]| {
                    asked.fetch_add(1, Ordering::Relaxed);
                    rule(set)
                };
                let found = search_where(&laws, &table, &query, Some(&accept), Watch::default()).unwrap();
                let needed = found.turned_away + found.best[&4].len() as u64;
                // Refused sets as good as the worst that is kept were asked and do not count.
                let ties = 8;
                assert!(
                    asked.into_inner() <= needed + BLOCK.0 as u64 + ties,
                    "{query:?} {needed}"
                );
            }
        }
    }

    #[test]
    fn whoever_stops_keeps_the_best_so_far() {
        let laws = laws(21, REGIONS);
        let table = LatencyTable::simulate(&laws, 300, 5, Watch::default()).unwrap();
        let query = Query {
            top: 20,
            ..queries().next().unwrap()
        };
        // A fifth of the sets, so that the first block does not do.
        let rule = |set: &[usize]| set.iter().sum::<usize>().is_multiple_of(5);
        let stop = AtomicBool::new(false);
        let accept = |set: &[usize]| {
            stop.store(true, Ordering::Relaxed);
            rule(set)
        };
        let watch = Watch::new(&Silent, &stop);
        let found = search_where(&laws, &table, &query, Some(&accept), watch).unwrap();
        let whole = search_where(&laws, &table, &query, Some(&rule), Watch::default()).unwrap();
        let (kept, best) = (&found.best[&4], &whole.best[&4]);
        assert!(!found.complete && whole.complete);
        assert!(!kept.is_empty() && kept.len() < best.len());
        assert_eq!(kept[..], best[..kept.len()]);
    }
}
