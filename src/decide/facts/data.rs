//! What becomes of data in a design: what operations take, how fresh reads are, what conflicts, what a cut does.

use super::Sources;
use crate::basis::error::Result;
use crate::design::request::{ClassKind, StoreAccess};
use crate::design::scenario::Cut;
use crate::design::store::{Legs, Store, StoreKind};
use crate::engine::latency::law::Part;
use crate::engine::latency::placed::Placed;
use crate::engine::progress::Watch;
use crate::engine::replication::cap::{CutStore, Reach, Shares};
use crate::engine::replication::conflict::{Conflicts, Copying, Replicated, conflicts, replicated};
use crate::engine::replication::delay::{Delay, Mix};
use crate::engine::replication::lag::{lag_of, share_within_time_control, visible_after};
use crate::engine::replication::links::Links;
use crate::engine::replication::operation::Seat;
use crate::engine::replication::staleness::{Traffic, VISIBILITY, staleness};
use crate::engine::replication::wars::{Copies, Messages, Outcome, Quorum, simulate};

/// Times after a write at which freshness is told, ms.
pub const FRESH_AT_MS: [f64; 7] = [0.0, 10.0, 50.0, 100.0, 500.0, 1000.0, 10_000.0];

/// Least number of Monte Carlo runs for a quorum: a few hundred runs lie beyond the 99.9th percentile.
const LEAST_RUNS: u32 = 200_000;

/// One store in a design.
#[derive(Clone, Debug)]
pub struct StoreFacts {
    /// Regions that hold a copy.
    pub members: Vec<usize>,
    /// What operations take as the serving regions see them.
    pub operations: Vec<(StoreAccess, OperationTime)>,
    /// Freshness of reads.
    pub freshness: Option<Freshness>,
    /// Share of replication within the promised time.
    pub within_promise: Option<f64>,
    /// Conflicts, where copies take writes apart and a rate is stated.
    pub conflicts: Option<Conflicts>,
    /// Bytes copied, where a rate is stated.
    pub copied: Vec<Replicated>,
    /// What each cut of the scenario does, by access.
    pub cuts: Vec<(usize, StoreAccess, Shares)>,
}

/// What an operation takes, ms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OperationTime {
    /// Mean.
    pub mean: f64,
    /// Median.
    pub p50: f64,
    /// 99th percentile.
    pub p99: f64,
    /// 99.9th percentile.
    pub p999: f64,
}

/// How fresh reads are.
#[derive(Clone, Debug, PartialEq)]
pub struct Freshness {
    /// Chance that a read so long (ms) after a write sees it.
    pub fresh_at: Vec<(f64, f64)>,
    /// Time (ms) after a write from which a share of reads see it.
    pub visible_after: Vec<(f64, f64)>,
    /// Standard error of the last of these, where it was drawn, ms.
    pub std_error: Option<f64>,
}

/// The facts of every store.
pub(super) fn store_facts(
    sources: &Sources<'_>,
    placed: &Placed,
    watch: Watch<'_>,
) -> Result<Vec<StoreFacts>> {
    (0..sources.scenario.stores.len())
        .map(|store| Look::new(sources, placed, store).facts(watch))
        .collect()
}

/// One store seen in one design.
struct Look<'a> {
    sources: &'a Sources<'a>,
    placed: &'a Placed,
    number: usize,
    store: &'a Store,
    members: Vec<usize>,
    leader: Option<usize>,
    /// Serving regions with their shares of the reads and of the writes; shares sum to 1.
    readers: Vec<(usize, f64)>,
    writers: Vec<(usize, f64)>,
    /// Writes a second by serving region, where a rate is stated.
    writes: Option<Vec<(usize, f64)>>,
}

impl<'a> Look<'a> {
    fn new(sources: &'a Sources<'a>, placed: &'a Placed, number: usize) -> Self {
        let traffic = |access: &dyn Fn(StoreAccess) -> bool| by_region(sources, placed, number, access);
        let writes = traffic(&|access| access == StoreAccess::Write);
        let reads = traffic(&|access| access != StoreAccess::Write);
        let rate = sources.scenario.audience.requests_per_second();
        Look {
            sources,
            placed,
            number,
            store: &sources.scenario.stores[number],
            members: sources.backend.members(number, &placed.plan.regions),
            leader: placed.plan.leaders.get(number).copied().flatten(),
            writes: rate.map(|rate| {
                writes
                    .iter()
                    .map(|(region, share)| (*region, share * rate))
                    .collect()
            }),
            readers: shares_of(reads, sources, placed),
            writers: shares_of(writes, sources, placed),
        }
    }

    fn facts(self, watch: Watch<'_>) -> Result<StoreFacts> {
        let drawn = self.quorum_drawn(watch)?;
        let within_promise = match &self.store.kind {
            StoreKind::ObjectReplication {
                lag,
                time_control: true,
            } => Some(share_within_time_control(lag)),
            _ => None,
        };
        Ok(StoreFacts {
            operations: self.operations(drawn.as_ref()),
            freshness: self.freshness(drawn.as_ref()),
            within_promise,
            conflicts: self.conflicts(),
            copied: self.copied(),
            cuts: self.cuts(),
            members: self.members,
        })
    }

    /// Whole operations of a quorum by the WARS model.
    fn quorum_drawn(&self, watch: Watch<'_>) -> Result<Option<Outcome>> {
        let StoreKind::Quorum { n, r, w, legs, .. } = &self.store.kind else {
            return Ok(None);
        };
        let copies = match legs {
            Some(legs) => given(legs, n.unwrap_or(3) as usize),
            None => self.copies_in_regions(n.map_or(self.members.len(), |n| n as usize))?,
        };
        let quorum = Quorum {
            r: *r as usize,
            w: *w as usize,
        };
        let runs = self.sources.simulation.runs.max(LEAST_RUNS);
        let seed = self.sources.simulation.seed;
        let outcome = simulate(&copies, &[quorum], runs, seed, watch)?;
        Ok(outcome.into_iter().next())
    }

    /// Copies in the members, written and read through the serving regions or through the leader.
    fn copies_in_regions(&self, n: usize) -> Result<Copies> {
        let laws = self.sources.backend.store(self.number);
        let links = &self.sources.simulation.links;
        let seat = |region: usize| self.leader.unwrap_or(region);
        let mut seats: Vec<usize> = self
            .writers
            .iter()
            .chain(&self.readers)
            .map(|(at, _)| seat(*at))
            .collect();
        seats.sort_unstable();
        seats.dedup();
        // The copies that the busiest seat counts on; all of them where a copy stands in every member.
        let first = seats.first().copied().unwrap_or(0);
        let copies = laws
            .copies(first, &self.members, n)
            .unwrap_or_else(|| self.members.clone());
        let service = vec![Part::once(self.store.service.shape())];
        let places = seats
            .iter()
            .map(|from| {
                let message = |to: &usize| Messages {
                    way: links.rtt(*from, *to),
                    write: service.clone(),
                    ack: Vec::new(),
                    read: Vec::new(),
                    response: service.clone(),
                };
                copies.iter().map(message).collect()
            })
            .collect();
        let weight = |traffic: &[(usize, f64)]| -> Vec<f64> {
            let of = |at: &usize| {
                let here = traffic.iter().filter(|(region, _)| seat(*region) == *at);
                here.map(|(_, share)| share).sum()
            };
            seats.iter().map(of).collect()
        };
        Copies::seen_from(places, weight(&self.writers), weight(&self.readers))
    }

    fn operations(&self, drawn: Option<&Outcome>) -> Vec<(StoreAccess, OperationTime)> {
        let all = [StoreAccess::ReadLocal, StoreAccess::ReadFresh, StoreAccess::Write];
        all.into_iter()
            .filter_map(|access| Some((access, self.operation(access, drawn)?)))
            .collect()
    }

    fn operation(&self, access: StoreAccess, drawn: Option<&Outcome>) -> Option<OperationTime> {
        if matches!(self.store.kind, StoreKind::None) {
            return None;
        }
        let led = self.leader.is_some();
        let times = drawn.filter(|_| !led).and_then(|drawn| match access {
            StoreAccess::ReadLocal => None,
            StoreAccess::ReadFresh => Some(&drawn.read),
            StoreAccess::Write => Some(&drawn.write),
        });
        if let Some(times) = times {
            return Some(OperationTime {
                mean: times.mean().value,
                p50: times.quantile(0.5).value,
                p99: times.quantile(0.99).value,
                p999: times.quantile(0.999).value,
            });
        }
        let traffic = if access == StoreAccess::Write {
            &self.writers
        } else {
            &self.readers
        };
        let parts: Option<Vec<(f64, Delay)>> = traffic
            .iter()
            .map(|(region, share)| {
                let seat = Seat {
                    serving: *region,
                    members: &self.members,
                    leader: self.leader,
                };
                let made = self.sources.backend.store(self.number).operation(access, seat)?;
                Some((*share, made.delay))
            })
            .collect();
        let mix = Mix::new(&parts?);
        Some(OperationTime {
            mean: mix.mean(),
            p50: mix.quantile(0.5),
            p99: mix.quantile(0.99),
            p999: mix.quantile(0.999),
        })
    }

    fn freshness(&self, drawn: Option<&Outcome>) -> Option<Freshness> {
        if let Some(drawn) = drawn {
            return Some(Freshness {
                fresh_at: FRESH_AT_MS
                    .map(|t| (t, drawn.needed.share_within(t).value))
                    .to_vec(),
                visible_after: VISIBILITY.map(|p| (p, drawn.needed.quantile(p).value)).to_vec(),
                std_error: Some(drawn.needed.quantile(VISIBILITY[3]).std_error),
            });
        }
        let traffic = Traffic {
            writers: &self.writers,
            readers: &self.readers,
        };
        let links = &self.sources.simulation.links;
        let found = staleness(self.store, links, &self.members, self.leader, traffic)?;
        Some(Freshness {
            fresh_at: FRESH_AT_MS.map(|t| (t, found.fresh_at(t))).to_vec(),
            visible_after: VISIBILITY.map(|p| (p, found.visible_after(p))).to_vec(),
            std_error: None,
        })
    }

    /// Writes a second by member, each region's at the member that takes them.
    fn writes_by_member(&self) -> Option<Vec<f64>> {
        let laws = self.sources.backend.store(self.number);
        let mut writes = vec![0.0; self.members.len()];
        for (region, rate) in self.writes.as_ref()? {
            let home = laws.home(*region, &self.members)?;
            writes[self.members.iter().position(|member| *member == home)?] += rate;
        }
        Some(writes)
    }

    fn conflicts(&self) -> Option<Conflicts> {
        let StoreKind::MultiLeader { keys, .. } = self.store.kind else {
            return None;
        };
        let (lag, links) = (Delay::of(lag_of(self.store)?), &self.sources.simulation.links);
        let seen: Vec<Vec<Delay>> = self
            .members
            .iter()
            .map(|from| {
                let until = |to: &usize| visible_after(links, &lag, *from, *to);
                self.members.iter().map(until).collect()
            })
            .collect();
        Some(conflicts(&self.writes_by_member()?, keys, &seen))
    }

    fn copied(&self) -> Vec<Replicated> {
        let Some(writes) = self.writes_by_member() else {
            return Vec::new();
        };
        if self.store.bytes_per_write <= 0.0 {
            return Vec::new();
        }
        let n = match &self.store.kind {
            StoreKind::Quorum { n, .. } => n.map_or(self.members.len(), |n| n as usize),
            _ => self.members.len(),
        };
        let laws = self.sources.backend.store(self.number);
        let copying = Copying {
            members: &self.members,
            leader: self.leader,
            writes: &writes,
            bytes: self.store.bytes_per_write,
        };
        replicated(&self.store.kind, copying, |from| {
            laws.copies(from, &self.members, n).unwrap_or_default()
        })
    }

    fn cuts(&self) -> Vec<(usize, StoreAccess, Shares)> {
        let cuts = self.sources.scenario.cuts.iter().enumerate();
        cuts.flat_map(|(number, cut)| self.cut(number, cut)).collect()
    }

    fn cut(&self, number: usize, cut: &Cut) -> Vec<(usize, StoreAccess, Shares)> {
        let mut regions: Vec<usize> = self
            .placed
            .plan
            .regions
            .iter()
            .chain(&self.members)
            .copied()
            .collect();
        regions.sort_unstable();
        regions.dedup();
        let reach = Reach::under(&regions, &cut.pairs);
        let store = CutStore {
            store: self.store,
            members: &self.members,
            leader: self.leader,
            reach: &reach,
        };
        let mut shares = vec![
            (
                number,
                StoreAccess::ReadLocal,
                store.shares(StoreAccess::ReadLocal, &self.readers),
            ),
            (
                number,
                StoreAccess::ReadFresh,
                store.shares(StoreAccess::ReadFresh, &self.readers),
            ),
        ];
        shares.push((
            number,
            StoreAccess::Write,
            store.shares(StoreAccess::Write, &self.writers),
        ));
        shares
    }
}

/// The four messages as given, alike for every copy or with one copy near.
fn given(legs: &Legs, n: usize) -> Copies {
    let part = |dist: &crate::basis::dist::Dist| vec![Part::once(dist.shape())];
    let messages = Messages {
        way: Vec::new(),
        write: part(&legs.write),
        ack: part(&legs.ack),
        read: part(&legs.read),
        response: part(&legs.response),
    };
    if legs.remote_ms > 0.0 {
        Copies::one_near(n, &messages, legs.remote_ms)
    } else {
        Copies::alike(n, &messages)
    }
}

/// Operations of one kind on a store by serving region, as a share of all requests.
fn by_region(
    sources: &Sources<'_>,
    placed: &Placed,
    store: usize,
    access: &dyn Fn(StoreAccess) -> bool,
) -> Vec<(usize, f64)> {
    let mut sums = vec![0.0; sources.designer.laws.regions];
    for (number, class) in sources.scenario.classes.iter().enumerate() {
        let times: u32 = class
            .operations
            .iter()
            .filter(|operation| operation.store == store && access(operation.access))
            .map(|operation| operation.times)
            .sum();
        if times > 0 {
            for (region, share) in placed.class_traffic(sources.designer.laws, number) {
                sums[region] += share * f64::from(times);
            }
        }
    }
    sums.into_iter()
        .enumerate()
        .filter(|(_, share)| *share > 0.0)
        .collect()
}

/// The same as shares that sum to 1; where no class does it, as all reads and writes of the audience would fall.
fn shares_of(found: Vec<(usize, f64)>, sources: &Sources<'_>, placed: &Placed) -> Vec<(usize, f64)> {
    let found = if found.is_empty() {
        let laws = sources.designer.laws;
        let dynamic = sources
            .scenario
            .classes
            .iter()
            .position(|class| class.kind != ClassKind::Static);
        placed.class_traffic(laws, dynamic.unwrap_or(0))
    } else {
        found
    };
    let whole: f64 = found.iter().map(|(_, share)| share).sum();
    found
        .into_iter()
        .map(|(region, share)| (region, share / whole))
        .collect()
}
