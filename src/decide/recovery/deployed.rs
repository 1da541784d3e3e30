//! A set as it is run: the regions that serve, those that stand by, those it leans on, and the design in force.

use crate::design::recovery::{Recovery, Role, Standby};
use crate::design::request::Callee;
use crate::design::scenario::Scenario;
use crate::design::store::Members;
use crate::engine::latency::plan::Plan;

/// A set as it is run.
#[derive(Clone, Debug)]
pub struct Deployed {
    /// Regions that serve users all the time, ascending.
    pub active: Vec<usize>,
    /// Regions that stand by, the readiest first, equals by candidate.
    pub standbys: Vec<Standby>,
    /// Other regions that it leans on: they hold a copy of a store, or are called; ascending.
    pub leant_on: Vec<usize>,
    /// The design in normal times.
    pub plan: Plan,
}

impl Deployed {
    /// The set of `plan` with its standbys, as `scenario` would run it.
    pub fn new(scenario: &Scenario, plan: Plan, standbys: Vec<Standby>) -> Self {
        let mut set = Deployed {
            active: plan.regions.clone(),
            standbys,
            leant_on: Vec::new(),
            plan,
        };
        set.standbys.sort_by_key(|standby| (standby.role, standby.region));
        let has = set.members();
        set.leant_on = leant_on(scenario);
        set.leant_on.retain(|region| !has.contains(region));
        set
    }

    /// All regions that it has something in: the active ones, the standbys, those it leans on. Their places are the bits of
    /// a mask.
    pub fn members(&self) -> Vec<usize> {
        let standbys = self.standbys.iter().map(|standby| standby.region);
        let active = self.active.iter().copied();
        active
            .chain(standbys)
            .chain(self.leant_on.iter().copied())
            .collect()
    }

    /// Regions whose loss stops requests in normal times, ascending: the active ones and those it leans on.
    pub fn in_use(&self) -> Vec<usize> {
        let mut regions: Vec<usize> = self.active.iter().chain(&self.leant_on).copied().collect();
        regions.sort_unstable();
        regions
    }

    /// What a region is for; active for one that is no standby.
    pub fn role(&self, region: usize) -> Role {
        let standby = self.standbys.iter().find(|standby| standby.region == region);
        standby.map_or(Role::Active, |standby| standby.role)
    }
}

/// Regions that hold a copy of a store or are called, whatever the set; ascending.
fn leant_on(scenario: &Scenario) -> Vec<usize> {
    let mut regions: Vec<usize> = Vec::new();
    for store in &scenario.stores {
        if let Members::Named(named) = &store.members {
            regions.extend(named);
        }
    }
    for call in scenario.classes.iter().flat_map(|class| &class.calls) {
        if let Callee::Region(region) = call.to {
            regions.push(region);
        }
    }
    regions.sort_unstable();
    regions.dedup();
    regions
}

/// The standbys of a set of active regions: its own, or those of the scenario.
pub fn standbys_of(active: &[usize], own: &[Standby], recovery: &Recovery) -> Vec<Standby> {
    let list = if own.is_empty() { &recovery.standbys } else { own };
    list.iter()
        .filter(|standby| !active.contains(&standby.region))
        .copied()
        .collect()
}
