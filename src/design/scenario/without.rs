//! A scenario without one of its candidates: what names it goes or stands in the way, later ones move up.

use super::Scenario;
use crate::basis::error::{Error, Result};
use crate::design::placement::Placement;
use crate::design::recovery::forget::{forget_end, forget_region, forget_standby, moved};
use crate::design::request::Callee;
use crate::design::routing::Policy;
use crate::design::store::{Coordinator, Leader, Members, Store, StoreKind};

impl Scenario {
    /// Takes the candidate at `gone` away. Sets that hold it, or that it leads, are left out.
    ///
    /// # Errors
    /// When something cannot do without it: a set that must have it, the baseline, a call, a fixed leader, or a store of
    /// which it is the only named member. Nothing is changed then.
    pub fn without_candidate(&mut self, gone: usize) -> Result<()> {
        self.refuse_needed(gone)?;
        self.candidates.remove(gone);
        forget_region(&mut self.must_have, gone);
        self.recovery.forget(gone);
        self.failures.forget(gone);
        self.losses.forget(gone);
        self.placements.retain(|set| !holds(set, gone));
        for set in self.placements.iter_mut().chain(&mut self.baseline) {
            forget_in_set(set, gone);
        }
        for call in self.classes.iter_mut().flat_map(|class| &mut class.calls) {
            if let Callee::Region(to) = &mut call.to {
                *to = moved(*to, gone).unwrap_or(*to);
            }
        }
        forget_in_policy(&mut self.routing.policy, gone);
        for store in &mut self.stores {
            forget_in_store(store, gone);
        }
        if let Some(capacity) = &mut self.capacity {
            capacity.servers.remove(gone);
            if let Some(sizing) = &mut capacity.sizing {
                sizing.zones.remove(gone);
            }
        }
        for cut in &mut self.cuts {
            forget_end(&mut cut.pairs, gone);
        }
        self.cuts.retain(|cut| !cut.pairs.is_empty());
        Ok(())
    }

    fn refuse_needed(&self, gone: usize) -> Result<()> {
        let id = &self.candidates[gone].id;
        let refuse = |why: String| Err(Error::input(format!("region `{id}` cannot be excluded: {why}")));
        if self.must_have.contains(&gone) {
            return Err(Error::input(format!(
                "region `{id}` is required and excluded at once"
            )));
        }
        if self
            .baseline
            .as_ref()
            .is_some_and(|baseline| holds(baseline, gone))
        {
            let error = Error::input(format!("the baseline has region `{id}`, which is excluded"));
            return Err(error.hint("name another baseline, or leave the region in"));
        }
        for class in &self.classes {
            if class.calls.iter().any(|call| call.to == Callee::Region(gone)) {
                return refuse(format!("class `{}` calls it", class.name));
            }
        }
        for store in &self.stores {
            if store.kind.leader() == Some(&Leader::Fixed(gone)) {
                return refuse(format!("it leads store `{}`", store.name));
            }
            if store.members == Members::Named(vec![gone]) {
                return refuse(format!("store `{}` is nowhere else", store.name));
            }
        }
        Ok(())
    }
}

/// Whether a set has the candidate, or is led by it.
fn holds(set: &Placement, gone: usize) -> bool {
    set.regions.contains(&gone) || set.leaders.contains(&Some(gone))
}

fn forget_in_set(set: &mut Placement, gone: usize) {
    forget_region(&mut set.regions, gone);
    for leader in &mut set.leaders {
        *leader = leader.and_then(|leader| moved(leader, gone));
    }
    forget_standby(&mut set.standbys, gone);
}

fn forget_in_policy(policy: &mut Policy, gone: usize) {
    match policy {
        Policy::Latency | Policy::Multivalue => {}
        Policy::Geolocation {
            countries,
            continents,
            default,
        } => {
            for list in countries.values_mut().chain(continents.values_mut()) {
                forget_region(list, gone);
            }
            forget_region(default, gone);
        }
        Policy::Geoproximity { bias: by_candidate }
        | Policy::Weighted {
            weights: by_candidate,
        } => {
            by_candidate.remove(gone);
        }
        Policy::Failover { order } => forget_region(order, gone),
    }
}

fn forget_in_store(store: &mut Store, gone: usize) {
    if let Members::Named(named) = &mut store.members {
        forget_region(named, gone);
    }
    let (StoreKind::SingleLeader { leader, .. }
    | StoreKind::Quorum {
        coordinator: Coordinator::Leader(leader),
        ..
    }) = &mut store.kind
    else {
        return;
    };
    if let Leader::Fixed(region) = leader {
        *region = moved(*region, gone).unwrap_or(*region);
    }
}
