//! What each region needs in each state and year, and the fleet that bears the worst that counts.

use super::planner::Planner;
use super::states::State;
use crate::basis::queueing::sizing::fleet::{Binding, Unmet};
use crate::decide::recovery::deployed::Deployed;
use crate::design::capacity::Sizing;
use crate::design::recovery::Role;
use crate::engine::capacity::demand::DemandModel;
use crate::engine::capacity::exhaustion::{Exhaustion, exhaustion};
use crate::engine::capacity::load::RegionLoad;
use crate::engine::capacity::need::{Site, Sized};

/// What a region needs in one state and year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Need {
    /// So much.
    Met {
        /// Servers that the load needs.
        servers: u32,
        /// Instances, zones and machines counted.
        instances: u32,
        /// What decided the instances.
        by: Binding,
    },
    /// No number does.
    Unmet(Unmet),
}

impl Need {
    fn of(found: Result<Sized, Unmet>) -> Need {
        match found {
            Ok(sized) => Need::Met {
                servers: sized.need.servers,
                instances: sized.need.instances,
                by: sized.need.instances_by,
            },
            Err(why) => Need::Unmet(why),
        }
    }

    /// Instances; none where no number does.
    pub fn instances(self) -> Option<u32> {
        match self {
            Need::Met { instances, .. } => Some(instances),
            Need::Unmet(_) => None,
        }
    }

    /// Servers; none where no number does.
    pub fn servers(self) -> Option<u32> {
        match self {
            Need::Met { servers, .. } => Some(servers),
            Need::Unmet(_) => None,
        }
    }
}

/// What a region with `load` needs in a year of `model`.
pub fn need(
    planner: &Planner<'_>,
    sizing: &Sizing,
    region: usize,
    load: &RegionLoad,
    model: &DemandModel,
    year: f64,
) -> Need {
    let site = site(planner, sizing, region, load);
    Need::of(site.size(model, year))
}

/// A region with its load and what is asked of it.
pub(super) fn site<'s>(
    planner: &'s Planner<'_>,
    sizing: &'s Sizing,
    region: usize,
    load: &'s RegionLoad,
) -> Site<'s> {
    Site {
        region,
        load,
        services: &planner.services,
        sizing,
    }
}

/// The servers of a region.
#[derive(Clone, Debug, PartialEq)]
pub struct Fleet {
    /// The candidate.
    pub region: usize,
    /// What it is for.
    pub role: Role,
    /// What runs of what it needs once it serves: 1 for an active region.
    pub share: f64,
    /// Zones that instances are spread over.
    pub zones: u32,
    /// Servers.
    pub servers: u32,
    /// Instances; 0 where no number meets what is asked.
    pub instances: u32,
    /// Whether the scenario says that they are there.
    pub given: bool,
    /// What normal times need; none where sizing was not asked for.
    pub needed_normal: Option<Need>,
    /// What the worst state that counts needs, and its place among the states.
    pub needed_worst: Option<(Need, usize)>,
    /// When it no longer does, where it is given.
    pub exhausted: Option<Exhaustion>,
}

impl Fleet {
    /// Whether it is known how large it is: it is given, or some number of instances meets what is asked.
    pub fn is_known(&self) -> bool {
        self.given || !matches!(self.needed_worst, Some((Need::Unmet(_), _)))
    }
}

/// The worst need of a region over the states that count, and its place; a need that nothing meets is the worst.
pub fn worst(
    planner: &Planner<'_>,
    sizing: &Sizing,
    states: &[State],
    region: usize,
    model: &DemandModel,
    year: f64,
) -> Option<(Need, usize)> {
    let mut worst: Option<(Need, usize)> = None;
    for (at, state) in states.iter().enumerate().filter(|(_, state)| state.counts) {
        let Some(load) = state.load(region) else { continue };
        let found = need(planner, sizing, region, load, model, year);
        let size = |need: Need| need.instances().unwrap_or(u32::MAX);
        if worst.is_none_or(|(before, _)| size(found) > size(before)) {
            worst = Some((found, at));
        }
    }
    worst
}

/// The fleets of a set: active regions and those that serve in normal times, ascending, then standbys.
pub fn fleets(planner: &Planner<'_>, set: &Deployed, states: &[State]) -> Vec<Fleet> {
    let mut regions: Vec<usize> = set.active.clone();
    let normal = states.first().into_iter().flat_map(|state| &state.loads);
    regions.extend(normal.map(|(region, _)| *region));
    regions.sort_unstable();
    regions.dedup();
    let standbys = set.standbys.iter().map(|standby| standby.region);
    regions.extend(
        standbys
            .filter(|region| !set.active.contains(region))
            .collect::<Vec<_>>(),
    );
    regions
        .into_iter()
        .filter_map(|region| fleet(planner, set.role(region), states, region))
        .collect()
}

fn fleet(planner: &Planner<'_>, role: Role, states: &[State], region: usize) -> Option<Fleet> {
    let sizing = planner.sizing();
    let given = planner.given(region);
    let worst_need = sizing.and_then(|sizing| worst(planner, sizing, states, region, planner.model, 0.0));
    let concurrency = planner.concurrency();
    let instances = match (given, sizing) {
        (Some(servers), _) => servers.div_ceil(concurrency),
        (None, Some(_)) => standing(planner, role, worst_need.map(|(need, _)| need)).unwrap_or(0),
        (None, None) => return None,
    };
    let normal = states.first().and_then(|state| state.load(region));
    let mut fleet = Fleet {
        region,
        role,
        share: standby_share(planner, role),
        zones: sizing.map_or(1, |sizing| sizing.zones.get(region).copied().unwrap_or(1)),
        servers: given.unwrap_or(instances * concurrency),
        instances,
        given: given.is_some(),
        needed_normal: sizing
            .zip(normal)
            .map(|(sizing, load)| need(planner, sizing, region, load, planner.model, 0.0)),
        needed_worst: worst_need,
        exhausted: None,
    };
    // A fleet that is sized to today's load is exhausted tomorrow; only one that is there has a date.
    if let (Some(sizing), Role::Active, true) = (sizing, role, fleet.given) {
        fleet.exhausted = Some(exhaustion_of(planner, sizing, states, &fleet));
    }
    Some(fleet)
}

/// Instances that run at a region of a role: all that it needs once it serves, or a standby's share of that; none where no
/// number does. A region that nobody goes to needs none.
pub fn standing(planner: &Planner<'_>, role: Role, need: Option<Need>) -> Option<u32> {
    let instances = need.map_or(Some(0), Need::instances)?;
    Some((f64::from(instances) * standby_share(planner, role)).ceil() as u32)
}

/// The fleet of a region, where it is known how large that is.
pub fn fleet_at(fleets: &[Fleet], region: usize) -> Option<&Fleet> {
    fleets
        .iter()
        .find(|fleet| fleet.region == region && fleet.is_known())
}

/// The size of a standby as a share of what it needs once it takes over.
fn standby_share(planner: &Planner<'_>, role: Role) -> f64 {
    let at = Role::ALL.iter().position(|other| *other == role).unwrap_or(0);
    match &planner.sources.scenario.cost {
        Some(cost) => cost.standby_share[at],
        None => crate::design::cost::STANDBY_SHARE[at],
    }
}

/// When a fleet no longer bears the states that count.
fn exhaustion_of(planner: &Planner<'_>, sizing: &Sizing, states: &[State], fleet: &Fleet) -> Exhaustion {
    exhaustion(planner.demand, planner.model, |model, years| {
        let counting = states.iter().filter(|state| state.counts);
        counting
            .filter_map(|state| state.load(fleet.region))
            .all(|load| site(planner, sizing, fleet.region, load).is_met_by(fleet.instances, model, years))
    })
}

/// Whether a fleet keeps everything that is asked in a state.
pub fn bears(planner: &Planner<'_>, state: &State, fleet: &Fleet) -> bool {
    match (planner.sizing(), state.load(fleet.region)) {
        (Some(sizing), Some(load)) => {
            site(planner, sizing, fleet.region, load).is_met_by(fleet.instances, planner.model, 0.0)
        }
        _ => true,
    }
}
