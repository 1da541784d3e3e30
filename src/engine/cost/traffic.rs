//! What requests move and do besides keeping servers busy, by region.
//!
//! - An answer leaves the region that serves for the internet; one of the CDN leaves an edge location, whether the region
//!   was asked or not. What an edge location fetches from its region is not billed: AWS charges nothing for it.
//! - A write is done once at each copy that it reaches. Its bytes go from whoever takes it to every other copy; a write
//!   that a region passes on to the leader goes there first.
//! - A call moves its bytes from the region that calls. Reads that are answered elsewhere, and the words of quorums, are
//!   small against both and are not counted.

use std::collections::BTreeMap;

use crate::design::cost::CostPlan;
use crate::design::request::{Call, Callee, Operation, RequestClass, StoreAccess, Via};
use crate::design::store::{Coordinator, Leader, Store, StoreKind};

/// What runs where, as far as traffic depends on it.
#[derive(Clone, Debug)]
pub struct Deployment<'a> {
    /// The classes of request.
    pub classes: &'a [RequestClass],
    /// The stores.
    pub stores: &'a [Store],
    /// Requests a second, by class, whether a region or an edge location answers.
    pub asked: Vec<f64>,
    /// Of these what each region serves, by class: region and requests a second.
    pub served: Vec<Vec<(usize, f64)>>,
    /// For each store its leader.
    pub leaders: Vec<Option<usize>>,
    /// For each store the regions with a copy, ascending.
    pub copies: Vec<Vec<usize>>,
}

/// What is moved and done a second.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moved {
    /// Bytes to the internet, by region.
    pub egress: BTreeMap<usize, f64>,
    /// Bytes from edge locations to users.
    pub edge_bytes: f64,
    /// Requests that go through an edge location.
    pub edge_requests: f64,
    /// Bytes between regions, from and to.
    pub between: BTreeMap<(usize, usize), f64>,
    /// Bytes between zones, by region.
    pub across_zones: BTreeMap<usize, f64>,
    /// Reads by store and region.
    pub reads: BTreeMap<(usize, usize), f64>,
    /// Writes by store and copy.
    pub writes: BTreeMap<(usize, usize), f64>,
}

/// What `deployment` moves and does a second under `plan`.
pub fn moved(deployment: &Deployment<'_>, plan: &CostPlan) -> Moved {
    let mut moved = Moved::default();
    for (at, class) in deployment.classes.iter().enumerate() {
        let answer = plan.answer_bytes.get(at).copied().unwrap_or(0.0);
        if class.via == Via::Cdn {
            moved.edge_requests += deployment.asked[at];
            moved.edge_bytes += deployment.asked[at] * answer;
        }
        for &(region, rate) in &deployment.served[at] {
            if rate <= 0.0 {
                continue;
            }
            if class.via != Via::Cdn {
                add(&mut moved.egress, region, rate * answer);
            }
            if let Some(bytes) = &plan.cross_zone_bytes {
                add(
                    &mut moved.across_zones,
                    region,
                    rate * bytes.get(at).copied().unwrap_or(0.0),
                );
            }
            for operation in &class.operations {
                operate(&mut moved, deployment, *operation, region, rate);
            }
            for call in &class.calls {
                let bytes = plan.call_bytes.get(at).copied().unwrap_or(0.0);
                self::call(&mut moved, deployment, call, region, rate * bytes);
            }
        }
    }
    moved
}

/// Reads and writes a second by store and copy.
pub fn operations(deployment: &Deployment<'_>) -> BTreeMap<(usize, usize), f64> {
    let mut moved = Moved::default();
    for (at, class) in deployment.classes.iter().enumerate() {
        for &(region, rate) in &deployment.served[at] {
            for operation in &class.operations {
                operate(&mut moved, deployment, *operation, region, rate);
            }
        }
    }
    let mut done = moved.reads;
    for (copy, writes) in moved.writes {
        add(&mut done, copy, writes);
    }
    done
}

/// Keeps only what there is.
fn add<K: Ord>(sums: &mut BTreeMap<K, f64>, key: K, amount: f64) {
    if amount > 0.0 {
        *sums.entry(key).or_insert(0.0) += amount;
    }
}

fn call(moved: &mut Moved, deployment: &Deployment<'_>, call: &Call, from: usize, bytes: f64) {
    let to = match call.to {
        Callee::Region(region) => Some(region),
        Callee::Leader(store) => deployment.leaders.get(store).copied().flatten(),
    };
    if let Some(to) = to.filter(|to| *to != from) {
        add(&mut moved.between, (from, to), bytes * f64::from(call.times));
    }
}

/// An operation `rate` times a second (and as often as the class does it) by requests that `region` serves.
fn operate(moved: &mut Moved, deployment: &Deployment<'_>, operation: Operation, region: usize, rate: f64) {
    let store = &deployment.stores[operation.store];
    let copies = &deployment.copies[operation.store];
    let rate = rate * f64::from(operation.times);
    if matches!(store.kind, StoreKind::None) || copies.is_empty() {
        return;
    }
    let leader = deployment.leaders.get(operation.store).copied().flatten();
    let near = if copies.contains(&region) {
        region
    } else {
        leader.unwrap_or(copies[0])
    };
    match operation.access {
        StoreAccess::ReadLocal => add(&mut moved.reads, (operation.store, near), rate),
        StoreAccess::ReadFresh => add(
            &mut moved.reads,
            (operation.store, taker(store, leader).unwrap_or(near)),
            rate,
        ),
        StoreAccess::Write => {
            let taker = taker(store, leader).unwrap_or(near);
            let bytes = rate * store.bytes_per_write;
            if taker != region {
                add(&mut moved.between, (region, taker), bytes);
            }
            for &copy in copies {
                add(&mut moved.writes, (operation.store, copy), rate);
                if copy != taker {
                    add(&mut moved.between, (taker, copy), bytes);
                }
            }
        }
    }
}

/// Who takes the writes of a store, where that is one for all.
fn taker(store: &Store, leader: Option<usize>) -> Option<usize> {
    let fixed = |at: &Leader| match at {
        Leader::Fixed(region) => Some(*region),
        Leader::Search => None,
    };
    match &store.kind {
        StoreKind::SingleLeader { leader: at, .. } => leader.or_else(|| fixed(at)),
        StoreKind::Quorum {
            coordinator: Coordinator::Leader(at),
            ..
        } => leader.or_else(|| fixed(at)),
        _ => None,
    }
}
