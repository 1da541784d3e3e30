//! The states of a set that are looked at, and the load of each region in them.

use super::planner::Planner;
use crate::decide::recovery::deployed::Deployed;
use crate::decide::recovery::losses::subsets;
use crate::decide::recovery::service::Service;
use crate::engine::capacity::load::{Loads, RegionLoad, Ways, loads};
use crate::engine::routing::Assignment;

/// A set while something is lost, or nothing.
#[derive(Clone, Debug)]
pub struct State {
    /// Regions lost, ascending; empty in normal times.
    pub lost: Vec<usize>,
    /// Whether the fleet is to bear it.
    pub counts: bool,
    /// Share of requests that nobody serves.
    pub unserved: f64,
    /// Where users go; none when nobody serves.
    pub assignment: Option<Assignment>,
    /// Where classes are sent whoever asks.
    pub sent: Vec<Option<usize>>,
    /// By class whether it can go on.
    pub alive: Vec<bool>,
    /// For each store its leader.
    pub leaders: Vec<Option<usize>>,
    /// For each store the regions with a copy, ascending.
    pub copies: Vec<Vec<usize>>,
    /// The load of each region that has any, ascending.
    pub loads: Vec<(usize, RegionLoad)>,
    /// Share of requests that would reach a region and go nowhere, by cohort.
    pub nobody: Vec<f64>,
}

impl State {
    /// The load of a region.
    pub fn load(&self, region: usize) -> Option<&RegionLoad> {
        let at = self.loads.iter().find(|(at, _)| *at == region);
        at.map(|(_, load)| load)
    }
}

/// Normal times, every loss of one region in use, of two where that is to be survived or asked for, and the losses of
/// regions that the scenario names.
pub fn states(planner: &Planner<'_>, set: &Deployed, service: &Service<'_>) -> Vec<State> {
    let scenario = planner.sources.scenario;
    let survive = planner.sizing().map_or(0, |sizing| sizing.survive_regions) as usize;
    let in_use = set.in_use();
    let pairs = survive.max(scenario.losses.lose_any).clamp(1, 2);
    let mut lost: Vec<Vec<usize>> = vec![Vec::new()];
    for size in 1..=pairs.min(in_use.len()) {
        lost.extend(subsets(&in_use, size));
    }
    let named = scenario.losses.named.iter();
    for loss in named.filter(|loss| loss.links.is_empty() && loss.impaired.is_empty()) {
        let mut of_set = loss.regions.clone();
        of_set.retain(|region| in_use.contains(region));
        of_set.sort_unstable();
        if !lost.contains(&of_set) {
            lost.push(of_set);
        }
    }
    lost.into_iter()
        .map(|lost| {
            let counts = lost.len() <= survive;
            state(planner, service, lost, counts)
        })
        .collect()
}

fn state(planner: &Planner<'_>, service: &Service<'_>, lost: Vec<usize>, counts: bool) -> State {
    let down = service.mask(&lost);
    let traffic = service.traffic(down);
    let Some(traffic) = traffic else {
        return State {
            lost,
            // When nobody is left there is nothing to size.
            counts: false,
            unserved: 1.0,
            assignment: None,
            sent: Vec::new(),
            alive: Vec::new(),
            leaders: Vec::new(),
            copies: Vec::new(),
            loads: Vec::new(),
            nobody: planner.model.shares(),
        };
    };
    let Loads { regions, nobody } = loads(
        planner.sources.designer.laws,
        &planner.services,
        Ways {
            assignment: traffic.assignment,
            sent: &traffic.sent,
            alive: &traffic.alive,
        },
        planner.model,
    );
    let used = |load: &RegionLoad| load.requests.iter().any(|share| *share > 0.0);
    State {
        lost,
        counts,
        unserved: traffic.unserved,
        assignment: Some(traffic.assignment.clone()),
        sent: traffic.sent,
        alive: traffic.alive,
        leaders: traffic.leaders,
        copies: traffic.copies,
        loads: regions
            .into_iter()
            .enumerate()
            .filter(|(_, load)| used(load))
            .collect(),
        nobody,
    }
}
