//! What stands behind the regions of a set: what operations on stores and calls to other regions add to a request.
//!
//! None of it depends on the user, so it is worked out once for each class and region and then convolved with the
//! table. The laws are summed numerically and carry no sampling error of their own.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::design::request::{Call, Callee, Operation, RequestClass, StoreAccess};
use crate::design::residency::{Bound, ResidencyMode, ResidencyRule};
use crate::design::store::{Leader, Members, Store, StoreKind};
use crate::engine::latency::law::{Laws, Part};
use crate::engine::latency::plan::Added;
use crate::engine::queue::{Queue, Queues, served};
use crate::engine::replication::delay::Delay;
use crate::engine::replication::links::Links;
use crate::engine::replication::operation::{Seat, StoreLaws};
use crate::engine::routing::Assignment;

/// Equally likely values that a law is handed on as.
const VALUES: usize = 64;

/// Round trips between regions as independent parts, `parts[from * regions + to]`.
#[derive(Clone, Debug, Default)]
pub struct RegionLinks {
    regions: usize,
    parts: Vec<Vec<Part>>,
}

impl RegionLinks {
    /// A square of parts, row by row.
    pub fn new(regions: usize, parts: Vec<Vec<Part>>) -> Self {
        RegionLinks { regions, parts }
    }

    /// Number of regions.
    pub fn regions(&self) -> usize {
        self.regions
    }

    /// The same with the way from `a` to `b`, and back, going through the regions of `stops` (both ends counted), leg by
    /// leg.
    pub fn led_through(&mut self, stops: &[usize]) {
        let (Some(&from), Some(&to)) = (stops.first(), stops.last()) else {
            return;
        };
        let legs = |stops: &mut dyn Iterator<Item = (usize, usize)>| -> Vec<Part> {
            stops.flat_map(|(a, b)| self.rtt(a, b)).collect()
        };
        let there = legs(&mut stops.windows(2).map(|leg| (leg[0], leg[1])));
        let back = legs(&mut stops.windows(2).rev().map(|leg| (leg[1], leg[0])));
        self.parts[from * self.regions + to] = there;
        self.parts[to * self.regions + from] = back;
    }
}

impl Links for RegionLinks {
    fn rtt(&self, from: usize, to: usize) -> Vec<Part> {
        self.parts[from * self.regions + to].clone()
    }
}

/// The back end of a scenario.
#[derive(Debug)]
pub struct Backend<'a> {
    classes: &'a [RequestClass],
    stores: Vec<StoreLaws<'a>>,
    described: &'a [Store],
    /// For each store the candidates that may hold a copy.
    may_hold: Vec<Vec<bool>>,
    regions: usize,
    links: StoreLaws<'a>,
    queues: Option<Queues>,
    known: Mutex<BTreeMap<Key, Added>>,
}

/// What an added law depends on: class, serving region, the leaders that the class asks, and members where stores count
/// them.
type Key = (usize, usize, Vec<Option<usize>>, Vec<usize>);

/// Who leads in a set, and what follows.
#[derive(Clone, Debug, PartialEq)]
pub struct Lead {
    /// For each store the region that leads it.
    pub leaders: Vec<Option<usize>>,
    /// `added[class][region]`, as [`crate::engine::latency::plan::Plan`] holds it.
    pub added: Vec<Vec<Added>>,
    /// Classes whose requests go to one region, as the plan holds them.
    pub sent: Vec<Option<usize>>,
}

impl<'a> Backend<'a> {
    /// The back end of `classes` and `stores` over `links`. `permits(rule, region)` says whether a rule lets data be in a
    /// candidate. `nothing` is a store of kind `none`, which the calls are measured from.
    pub fn new(
        classes: &'a [RequestClass],
        stores: &'a [Store],
        rules: &[ResidencyRule],
        permits: impl Fn(&ResidencyRule, usize) -> bool,
        links: &'a RegionLinks,
        nothing: &'a Store,
    ) -> Self {
        let regions = links.regions();
        let may_hold = (0..stores.len())
            .map(|store| {
                let bound: Vec<&ResidencyRule> = rules
                    .iter()
                    .filter(|rule| rule.mode == ResidencyMode::Enforce && rule.bound == Bound::Store(store))
                    .collect();
                (0..regions)
                    .map(|region| bound.iter().all(|rule| permits(rule, region)))
                    .collect()
            })
            .collect();
        Backend {
            classes,
            stores: stores
                .iter()
                .map(|store| StoreLaws::new(store, links, regions))
                .collect(),
            described: stores,
            may_hold,
            regions,
            links: StoreLaws::new(nothing, links, regions),
            queues: None,
            known: Mutex::new(BTreeMap::new()),
        }
    }

    /// The same with queues in front of the regions.
    #[must_use]
    pub fn with_queues(mut self, queues: Option<Queues>) -> Self {
        self.queues = queues;
        self
    }

    /// Whether a class touches a store, calls another region or may have to queue.
    pub fn adds(&self, class: usize) -> bool {
        let queues = self.queues.as_ref().is_some_and(|queues| queues.holds(class));
        queues || self.classes[class].adds()
    }

    /// The queue of each candidate; empty where nobody queues anywhere.
    pub fn queues(&self, laws: &Laws, assignment: &Assignment, sent: &[Option<usize>]) -> Vec<Option<Queue>> {
        let queues = self.queues.as_ref();
        queues.map_or(Vec::new(), |queues| queues.at(laws, assignment, sent))
    }

    /// Whether somebody queues somewhere.
    pub fn has_queues(&self) -> bool {
        self.queues.is_some()
    }

    /// Puts the wait for a server on top of what the regions add; false where a region cannot keep up with its load.
    pub fn queue_up(&self, laws: &Laws, assignment: &Assignment, lead: &mut Lead) -> bool {
        let Some(queues) = &self.queues else {
            return true;
        };
        let found = queues.at(laws, assignment, &lead.sent);
        for (region, queue) in found.iter().enumerate() {
            let Some(queue) = queue else { continue };
            let Some(wait) = queue.wait else { return false };
            for (class, added) in lead.added.iter_mut().enumerate() {
                if queues.holds(class) && wait.mean() > 0.0 {
                    // The edge answers the rest, which waits for nobody.
                    let wait = wait.for_share(served(laws, class));
                    added[region] = added[region].plus(&Added::of(wait.values(VALUES)));
                }
            }
        }
        true
    }

    /// Whether any class does.
    pub fn adds_anything(&self) -> bool {
        (0..self.classes.len()).any(|class| self.adds(class))
    }

    /// The regions that hold a copy of `store` when the set is `regions`; ascending.
    pub fn members(&self, store: usize, regions: &[usize]) -> Vec<usize> {
        match &self.described[store].members {
            Members::All => regions
                .iter()
                .copied()
                .filter(|region| self.may_hold[store][*region])
                .collect(),
            Members::Named(named) => named.clone(),
        }
    }

    /// Every way to lead the stores of a set. `chosen` fixes leaders, store by store. None where the set cannot hold
    /// the stores: a fixed leader is missing, or too few copies for a quorum.
    pub fn leads(&self, regions: &[usize], chosen: &[Option<usize>]) -> Vec<Lead> {
        let mut leaders: Vec<Vec<Option<usize>>> = vec![Vec::new()];
        for store in 0..self.described.len() {
            let candidates = self.leader_candidates(store, regions, chosen.get(store).copied().flatten());
            leaders = leaders
                .iter()
                .flat_map(|before| {
                    candidates
                        .iter()
                        .map(|leader| before.iter().copied().chain([*leader]).collect())
                })
                .collect();
        }
        leaders
            .into_iter()
            .filter_map(|leaders| self.lead(regions, leaders))
            .collect()
    }

    fn leader_candidates(
        &self,
        store: usize,
        regions: &[usize],
        chosen: Option<usize>,
    ) -> Vec<Option<usize>> {
        let members = self.members(store, regions);
        let fixed = |leader: usize| {
            if members.contains(&leader) {
                vec![Some(leader)]
            } else {
                Vec::new()
            }
        };
        match (self.described[store].kind.leader(), chosen) {
            (None, _) => vec![None],
            (Some(_), Some(leader)) => fixed(leader),
            (Some(Leader::Fixed(leader)), None) => fixed(*leader),
            (Some(Leader::Search), None) => members.iter().copied().map(Some).collect(),
        }
    }

    /// What follows from these leaders; none where a store cannot do what a class asks of it.
    pub fn lead(&self, regions: &[usize], leaders: Vec<Option<usize>>) -> Option<Lead> {
        let mut added = vec![vec![Added::nothing(); self.regions]; self.classes.len()];
        let mut sent = vec![None; self.classes.len()];
        for class in (0..self.classes.len()).filter(|class| self.adds(*class)) {
            sent[class] = self.sent(class, &leaders);
            for &region in regions {
                let at = sent[class].unwrap_or(region);
                added[class][at] = self.added(class, at, regions, &leaders)?;
            }
        }
        Some(Lead { leaders, added, sent })
    }

    /// The region that a class's requests go to whoever asks: the leader's, where nobody passes writes on to it.
    fn sent(&self, class: usize, leaders: &[Option<usize>]) -> Option<usize> {
        self.classes[class].operations.iter().find_map(|operation| {
            let alone = matches!(
                self.described[operation.store].kind,
                StoreKind::SingleLeader {
                    forwarding: false,
                    ..
                }
            );
            let writes = operation.access == StoreAccess::Write;
            (alone && writes).then(|| leaders[operation.store]).flatten()
        })
    }

    fn added(
        &self,
        class: usize,
        region: usize,
        regions: &[usize],
        leaders: &[Option<usize>],
    ) -> Option<Added> {
        let members: Vec<usize> = if self.counts_members(class) {
            regions.to_vec()
        } else {
            Vec::new()
        };
        let asked = leaders.iter().enumerate();
        let asked = asked.map(|(store, leader)| leader.filter(|_| self.asks_leader(class, store)));
        let key = (class, region, asked.collect(), members);
        let known = self
            .known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
            .cloned();
        if known.is_some() {
            return known;
        }
        let made = added_of(&self.delay(class, region, regions, leaders)?);
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, made.clone());
        Some(made)
    }

    /// Whether what a class adds depends on who leads `store`. Local reads never ask.
    fn asks_leader(&self, class: usize, store: usize) -> bool {
        let class = &self.classes[class];
        let mut operations = class.operations.iter();
        operations.any(|operation| operation.store == store && operation.access != StoreAccess::ReadLocal)
            || class.calls.iter().any(|call| call.to == Callee::Leader(store))
    }

    /// Whether what a class adds depends on the other regions of the set.
    fn counts_members(&self, class: usize) -> bool {
        self.classes[class].operations.iter().any(|operation| {
            let store = &self.described[operation.store];
            matches!(store.kind, StoreKind::Quorum { .. }) || self.may_hold[operation.store].contains(&false)
        })
    }

    /// What `region` adds to a request of `class`: operations one after another, then the serial calls, then the
    /// slowest of the parallel ones.
    pub fn delay(
        &self,
        class: usize,
        region: usize,
        regions: &[usize],
        leaders: &[Option<usize>],
    ) -> Option<Delay> {
        let described = &self.classes[class];
        let mut sum = Delay::zero();
        for operation in &described.operations {
            sum = sum.plus(&self.operation(operation, region, regions, leaders)?);
        }
        Some(sum.plus(&self.calls(class, region, leaders)?))
    }

    /// The calls of a class: the serial ones one after another, then the slowest of the parallel ones.
    pub fn calls(&self, class: usize, region: usize, leaders: &[Option<usize>]) -> Option<Delay> {
        let mut sum = Delay::zero();
        let mut at_once = Vec::new();
        for call in &self.classes[class].calls {
            let made = self.call(call, region, leaders)?;
            if call.parallel {
                at_once.push(made);
            } else {
                sum = sum.plus(&made);
            }
        }
        if at_once.is_empty() {
            return Some(sum);
        }
        Some(sum.plus(&Delay::kth(at_once.len(), &at_once.iter().collect::<Vec<_>>())))
    }

    /// One operation on a store with its repetitions.
    pub fn operation(
        &self,
        operation: &Operation,
        region: usize,
        regions: &[usize],
        leaders: &[Option<usize>],
    ) -> Option<Delay> {
        let members = self.members(operation.store, regions);
        let seat = Seat {
            serving: region,
            members: &members,
            leader: leaders[operation.store],
        };
        let once = self.stores[operation.store]
            .operation(operation.access, seat)?
            .delay;
        Some(repeated(&once, operation.times))
    }

    /// One call with its repetitions.
    pub fn call(&self, call: &Call, region: usize, leaders: &[Option<usize>]) -> Option<Delay> {
        let to = match call.to {
            Callee::Region(to) => to,
            Callee::Leader(store) => leaders[store]?,
        };
        let once = self.links.way(region, to).plus(&Delay::of(&call.service));
        Some(repeated(&once, call.times))
    }

    /// The laws of a store.
    pub fn store(&self, store: usize) -> &StoreLaws<'a> {
        &self.stores[store]
    }
}

fn repeated(once: &Delay, times: u32) -> Delay {
    (1..times).fold(once.clone(), |sum, _| sum.plus(once))
}

/// A delay as a plan holds it.
pub fn added_of(delay: &Delay) -> Added {
    match delay.as_fixed() {
        Some(ms) => Added::fixed(ms),
        None => Added::of(delay.atoms(VALUES)),
    }
}
