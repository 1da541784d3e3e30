//! Copies of stores against the limits that are stated for them.

use super::fleet::{Fleet, fleet_at};
use super::planner::Planner;
use super::rush::busiest;
use super::states::State;
use crate::design::capacity::StoreCeiling;
use crate::engine::cost::{Deployment, operations};

/// A copy of a store at the busiest hour of a set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Database {
    /// The store.
    pub store: usize,
    /// Where the copy is.
    pub region: usize,
    /// Reads and writes a second.
    pub operations: f64,
    /// Connections that the instances of its region hold to it; none where nobody says how many there are.
    pub connections: Option<u32>,
    /// What it takes.
    pub ceiling: StoreCeiling,
}

impl Database {
    /// Whether its limits are kept.
    pub fn kept(&self) -> bool {
        let within = self
            .ceiling
            .operations_per_second
            .is_none_or(|most| self.operations <= most);
        let connected = match (self.ceiling.connections, self.connections) {
            (Some(most), Some(held)) => held <= most,
            _ => true,
        };
        within && connected
    }
}

/// The copies of stores with limits in a state, at the busiest hour of the set.
pub fn databases(planner: &Planner<'_>, state: &State, fleets: &[Fleet]) -> Vec<Database> {
    let Some(capacity) = planner.capacity() else {
        return Vec::new();
    };
    let limited =
        |ceiling: &StoreCeiling| ceiling.operations_per_second.is_some() || ceiling.connections.is_some();
    if !capacity.stores.iter().any(limited) || state.copies.is_empty() {
        return Vec::new();
    }
    let done = at_peak(planner, state);
    let mut found = Vec::new();
    for (store, ceiling) in capacity
        .stores
        .iter()
        .enumerate()
        .filter(|(_, ceiling)| limited(ceiling))
    {
        for &region in &state.copies[store] {
            let fleet = fleet_at(fleets, region);
            found.push(Database {
                store,
                region,
                operations: done.get(&(store, region)).copied().unwrap_or(0.0),
                connections: fleet.map(|fleet| fleet.instances * ceiling.connections_per_instance),
                ceiling: *ceiling,
            });
        }
    }
    found
}

/// Operations a second by store and copy when the set is busiest.
fn at_peak(planner: &Planner<'_>, state: &State) -> std::collections::BTreeMap<(usize, usize), f64> {
    let scenario = planner.sources.scenario;
    let (cell, event) = busiest(planner, state);
    let mut served: Vec<Vec<(usize, f64)>> = vec![Vec::new(); scenario.classes.len()];
    for (region, load) in &state.loads {
        for (class, weights) in load.by_class.iter().enumerate() {
            served[class].push((*region, planner.model.at(weights, 0.0, cell, event)));
        }
    }
    operations(&Deployment {
        classes: &scenario.classes,
        stores: &scenario.stores,
        asked: vec![0.0; scenario.classes.len()],
        served,
        leaders: state.leaders.clone(),
        copies: state.copies.clone(),
    })
}
