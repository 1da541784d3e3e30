//! Who serves once regions are lost: the active ones that are left, and standbys where these do not suffice.

use super::deployed::Deployed;
use crate::decide::facts::Sources;
use crate::design::recovery::Standby;
use crate::design::store::{Coordinator, Leader, Members, Store, StoreKind};
use crate::engine::latency::law::Laws;

/// Who serves after a loss, and from what.
#[derive(Clone, Debug)]
pub struct Takeover {
    /// Regions that serve, ascending; empty when nobody is left.
    pub serving: Vec<usize>,
    /// Standbys among them.
    pub called_up: Vec<Standby>,
    /// The stores as they are then: without lost members, led by whoever is left.
    pub stores: Vec<Store>,
    /// For each store whether it can go on.
    pub alive: Vec<bool>,
    /// Share of users whom no region may serve.
    pub lost_users: f64,
    /// Regions that are gone, ascending.
    pub lost: Vec<usize>,
}

/// Share of users that `regions` leave unserved.
pub fn lost_users(laws: &Laws, regions: &[usize]) -> f64 {
    if regions.is_empty() {
        return 1.0;
    }
    let Some(router) = &laws.router else {
        return 0.0;
    };
    let assignment = router.assign(regions);
    laws.groups
        .iter()
        .enumerate()
        .map(|(group, law)| law.weight * assignment.lost(group))
        .sum()
}

/// Who takes over when `lost` are gone.
///
/// Active regions that are left go on at once. A standby is called up, the readiest first, while somebody who was served
/// before would otherwise not be, or a store could not go on.
pub fn takeover(sources: &Sources<'_>, set: &Deployed, lost: &[usize]) -> Takeover {
    let laws = sources.designer.laws;
    let gone = |region: &usize| lost.contains(region);
    let mut serving: Vec<usize> = set.active.iter().copied().filter(|r| !gone(r)).collect();
    let before = lost_users(laws, &set.active);
    let mut state = State::of(sources, &serving, lost);
    let mut called_up = Vec::new();
    for standby in set.standbys.iter().filter(|standby| !gone(&standby.region)) {
        if state.lost_users <= before + 1e-12 && state.alive.iter().all(|alive| *alive) {
            break;
        }
        let mut with: Vec<usize> = serving.clone();
        with.push(standby.region);
        with.sort_unstable();
        let next = State::of(sources, &with, lost);
        if next.is_better_than(&state) {
            (serving, state) = (with, next);
            called_up.push(*standby);
        }
    }
    Takeover {
        stores: stores_after(sources, &serving, lost),
        serving,
        called_up,
        alive: state.alive,
        lost_users: state.lost_users,
        lost: lost.to_vec(),
    }
}

/// How well off users are with some regions.
struct State {
    lost_users: f64,
    alive: Vec<bool>,
}

impl State {
    fn of(sources: &Sources<'_>, serving: &[usize], lost: &[usize]) -> Self {
        let alive = |store: usize| can_go_on(sources, store, &copies(sources, store, serving, lost));
        State {
            lost_users: lost_users(sources.designer.laws, serving),
            alive: (0..sources.scenario.stores.len()).map(alive).collect(),
        }
    }

    fn is_better_than(&self, other: &State) -> bool {
        let alive = |state: &State| state.alive.iter().filter(|alive| **alive).count();
        self.lost_users < other.lost_users - 1e-12 || alive(self) > alive(other)
    }
}

/// Regions that hold a copy of `store` when `serving` serve and `lost` are gone, ascending.
pub fn copies(sources: &Sources<'_>, store: usize, serving: &[usize], lost: &[usize]) -> Vec<usize> {
    let mut members = sources.backend.members(store, serving);
    members.retain(|region| !lost.contains(region));
    members
}

/// Whether a store can do its work with these copies.
fn can_go_on(sources: &Sources<'_>, store: usize, copies: &[usize]) -> bool {
    match &sources.scenario.stores[store].kind {
        StoreKind::None => true,
        StoreKind::Quorum { r, w, .. } => copies.len() >= (*r).max(*w) as usize,
        _ => !copies.is_empty(),
    }
}

/// The stores without what is lost.
fn stores_after(sources: &Sources<'_>, serving: &[usize], lost: &[usize]) -> Vec<Store> {
    sources
        .scenario
        .stores
        .iter()
        .enumerate()
        .map(|(at, store)| {
            let left = copies(sources, at, serving, lost);
            let mut store = store.clone();
            if let Members::Named(named) = &mut store.members {
                named.retain(|region| !lost.contains(region));
            }
            relead(&mut store.kind, &left);
            store
        })
        .collect()
}

/// A leader that is gone is replaced by whichever copy serves best; a quorum counts on the copies that are left.
fn relead(kind: &mut StoreKind, left: &[usize]) {
    let leader = match kind {
        StoreKind::SingleLeader { leader, .. } => Some(leader),
        StoreKind::Quorum { n, coordinator, .. } => {
            if n.is_some_and(|n| n as usize > left.len()) {
                *n = None;
            }
            match coordinator {
                Coordinator::Leader(leader) => Some(leader),
                Coordinator::Serving => None,
            }
        }
        _ => None,
    };
    if let Some(leader) = leader
        && matches!(leader, Leader::Fixed(region) if !left.contains(region))
    {
        *leader = Leader::Search;
    }
}
