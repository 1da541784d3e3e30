//! A set as it is run: the regions that serve, those that stand by, and the design in force.

use crate::design::placement::Placement;
use crate::design::recovery::{Recovery, Role, Standby};
use crate::engine::latency::plan::Plan;

/// A set as it is run.
#[derive(Clone, Debug)]
pub struct Deployed {
    /// Regions that serve users all the time, ascending.
    pub active: Vec<usize>,
    /// Regions that stand by, the readiest first, equals by candidate.
    pub standbys: Vec<Standby>,
    /// The design in normal times.
    pub plan: Plan,
}

impl Deployed {
    /// The set of `plan` with the standbys that its placement names, or those of the scenario.
    pub fn new(plan: Plan, own: &[Standby], recovery: &Recovery) -> Self {
        let mut standbys = standbys_of(&plan.regions, own, recovery);
        standbys.sort_by_key(|standby| (standby.role, standby.region));
        Deployed {
            active: plan.regions.clone(),
            standbys,
            plan,
        }
    }

    /// All regions that it has something in: the active ones, then the standbys. Their places are the bits of a mask.
    pub fn members(&self) -> Vec<usize> {
        let standbys = self.standbys.iter().map(|standby| standby.region);
        self.active.iter().copied().chain(standbys).collect()
    }

    /// What a region is for; active for one that is no standby.
    pub fn role(&self, region: usize) -> Role {
        let standby = self.standbys.iter().find(|standby| standby.region == region);
        standby.map_or(Role::Active, |standby| standby.role)
    }
}

/// The standbys of a set of active regions.
pub fn standbys_of(active: &[usize], own: &[Standby], recovery: &Recovery) -> Vec<Standby> {
    let list = if own.is_empty() { &recovery.standbys } else { own };
    list.iter()
        .filter(|standby| !active.contains(&standby.region))
        .copied()
        .collect()
}

/// The standbys of a placement as it was written.
pub fn own_standbys(placement: &Placement) -> &[Standby] {
    &placement.standbys
}
