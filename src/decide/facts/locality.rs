//! Locality: what requests wait for in other regions, and what would be right.

use super::Sources;
use crate::design::request::{Callee, StoreAccess};
use crate::engine::latency::placed::Placed;

/// Work in another region that a class waits for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wait {
    /// The class.
    pub class: usize,
    /// What for.
    pub what: Awaited,
    /// Share of the class's requests that wait.
    pub share: f64,
    /// Mean wait over all requests of the class, ms.
    pub mean: f64,
    /// A region that would make it shorter: leading the store from there takes this much less on average, ms.
    pub better: Option<(usize, f64)>,
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// An operation on a store.
    Store {
        /// The store.
        store: usize,
        /// What is done.
        access: StoreAccess,
    },
    /// A call.
    Call {
        /// Its place among the class's calls.
        call: usize,
    },
}

/// A wait shorter than this is not worth a word, ms.
const LEAST_MS: f64 = 0.5;
/// A better leader has to save this much, ms.
const LEAST_SAVING_MS: f64 = 1.0;

/// What requests wait for in other regions, the longest mean wait first.
pub(super) fn waits(sources: &Sources<'_>, placed: &Placed) -> Vec<Wait> {
    let mut waits = Vec::new();
    for class in 0..sources.scenario.classes.len() {
        let traffic = placed.class_traffic(sources.designer.laws, class);
        let whole: f64 = traffic.iter().map(|(_, share)| share).sum();
        let traffic: Vec<(usize, f64)> = traffic.iter().map(|(at, share)| (*at, share / whole)).collect();
        waits.extend(store_waits(sources, placed, class, &traffic));
        waits.extend(call_waits(sources, placed, class, &traffic));
    }
    waits.retain(|wait| wait.mean >= LEAST_MS);
    waits.sort_by(|a, b| b.mean.total_cmp(&a.mean).then(a.class.cmp(&b.class)));
    waits
}

fn store_waits(sources: &Sources<'_>, placed: &Placed, class: usize, traffic: &[(usize, f64)]) -> Vec<Wait> {
    let regions = &placed.plan.regions;
    let described = &sources.scenario.classes[class];
    let mut waits = Vec::new();
    for operation in &described.operations {
        // A wait is what the operation takes beyond a copy of one's own.
        let own = sources.scenario.stores[operation.store]
            .service
            .mean()
            .unwrap_or(0.0)
            * f64::from(operation.times);
        let of_leaders = |leaders: &[Option<usize>]| -> Option<(f64, f64)> {
            let (mut mean, mut share) = (0.0, 0.0);
            for (region, weight) in traffic {
                let taken = sources
                    .backend
                    .operation(operation, *region, regions, leaders)?
                    .mean()
                    - own;
                mean += weight * taken;
                share += if taken > LEAST_MS { *weight } else { 0.0 };
            }
            Some((mean, share))
        };
        let Some((mean, share)) = of_leaders(&placed.plan.leaders) else {
            continue;
        };
        waits.push(Wait {
            class,
            what: Awaited::Store {
                store: operation.store,
                access: operation.access,
            },
            share,
            mean,
            better: better_leader(sources, placed, operation.store, mean, &of_leaders),
        });
    }
    waits
}

/// The member that would lead a store with the least mean wait, if that saves anything worth a word.
fn better_leader(
    sources: &Sources<'_>,
    placed: &Placed,
    store: usize,
    mean: f64,
    of_leaders: &impl Fn(&[Option<usize>]) -> Option<(f64, f64)>,
) -> Option<(usize, f64)> {
    let now = placed.plan.leaders.get(store).copied().flatten()?;
    sources
        .backend
        .members(store, &placed.plan.regions)
        .into_iter()
        .filter(|member| *member != now)
        .filter_map(|member| {
            let mut leaders = placed.plan.leaders.clone();
            leaders[store] = Some(member);
            Some((member, mean - of_leaders(&leaders)?.0))
        })
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
        .filter(|(_, saved)| *saved >= LEAST_SAVING_MS)
}

fn call_waits(sources: &Sources<'_>, placed: &Placed, class: usize, traffic: &[(usize, f64)]) -> Vec<Wait> {
    let leaders = &placed.plan.leaders;
    let calls = sources.scenario.classes[class].calls.iter().enumerate();
    calls
        .filter_map(|(number, call)| {
            let to = match call.to {
                Callee::Region(to) => to,
                Callee::Leader(store) => leaders.get(store).copied().flatten()?,
            };
            let own = call.service.mean().unwrap_or(0.0) * f64::from(call.times);
            let (mut mean, mut share) = (0.0, 0.0);
            for (region, weight) in traffic.iter().filter(|(region, _)| *region != to) {
                mean += weight * (sources.backend.call(call, *region, leaders)?.mean() - own);
                share += weight;
            }
            Some(Wait {
                class,
                what: Awaited::Call { call: number },
                share,
                mean,
                better: None,
            })
        })
        .collect()
}
