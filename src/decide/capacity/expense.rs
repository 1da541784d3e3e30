//! What a set costs a month.

use super::fleet::{Fleet, site};
use super::planner::Planner;
use super::states::State;
use crate::decide::recovery::deployed::Deployed;
use crate::design::capacity::Sizing;
use crate::design::recovery::Role;
use crate::design::store::{Members, StoreKind};
use crate::engine::capacity::demand::DemandModel;
use crate::engine::cost::{Bill, Deployment, Usage, bill, moved};

/// Instances by region: the number that is paid for, on average over the year, and of these those that always run.
pub type Running = Vec<(usize, f64, f64)>;

/// The bill of a set in the first year, with the fleets there are.
pub fn expense_now(
    planner: &Planner<'_>,
    set: &Deployed,
    states: &[State],
    fleets: &[Fleet],
) -> Option<Bill> {
    let instances: Vec<Option<u32>> = fleets.iter().map(|fleet| Some(fleet.instances)).collect();
    let running = running(planner, states, fleets, &instances, planner.model, 0.0);
    expense(planner, set, &states[0], running, planner.model, 0.0)
}

/// Whether nothing is missing from a bill: every line has a price, and it is known how many instances there are.
pub fn is_complete(bill: &Bill, fleets: &[Fleet]) -> bool {
    bill.is_complete() && !fleets.is_empty() && fleets.iter().all(Fleet::is_known)
}

/// The bill of a set in a year of `model`, with `running` instances; none where costs were not asked for.
pub fn expense(
    planner: &Planner<'_>,
    set: &Deployed,
    normal: &State,
    running: Running,
    model: &DemandModel,
    year: f64,
) -> Option<Bill> {
    let scenario = planner.sources.scenario;
    let plan = scenario.cost.as_ref()?;
    let rps = model.mean_rps(year);
    let classes = scenario.classes.len();
    let mut served: Vec<Vec<(usize, f64)>> = vec![Vec::new(); classes];
    for (region, load) in &normal.loads {
        for (class, weights) in load.by_class.iter().enumerate() {
            let rate = model.mean(weights, year);
            if rate > 0.0 {
                served[class].push((*region, rate));
            }
        }
    }
    let copies: Vec<Vec<usize>> = (0..scenario.stores.len())
        .map(|store| copies(planner, set, store))
        .collect();
    let moved = moved(
        &Deployment {
            classes: &scenario.classes,
            stores: &scenario.stores,
            asked: scenario.classes.iter().map(|class| rps * class.share).collect(),
            served,
            leaders: set.plan.leaders.clone(),
            copies: copies.clone(),
        },
        plan,
    );
    let usage = Usage {
        instances: running,
        moved,
        copies,
        regions: set.members(),
    };
    Some(bill(plan, &scenario.candidates, &scenario.stores, &usage))
}

/// The regions with a live copy of a store: its members among the regions that serve or stand by with data.
fn copies(planner: &Planner<'_>, set: &Deployed, store: usize) -> Vec<usize> {
    let described = &planner.sources.scenario.stores[store];
    if matches!(described.kind, StoreKind::None) {
        return Vec::new();
    }
    let mut regions = set.active.clone();
    if described.members == Members::All {
        let with_data = set.standbys.iter().filter(|standby| standby.role != Role::Backup);
        regions.extend(with_data.map(|standby| standby.region));
        regions.sort_unstable();
        regions.dedup();
    }
    planner.sources.backend.members(store, &regions)
}

/// What runs in a year: the fleets as they are, or hour by hour where instances follow the load. At each hour what runs
/// bears every state that counts.
pub fn running(
    planner: &Planner<'_>,
    states: &[State],
    fleets: &[Fleet],
    instances: &[Option<u32>],
    model: &DemandModel,
    year: f64,
) -> Running {
    let hourly = planner.sizing().filter(|sizing| sizing.hourly);
    fleets
        .iter()
        .zip(instances)
        .map(|(fleet, instances)| {
            let fixed = f64::from(instances.unwrap_or(0));
            let follows = fleet.role == Role::Active && !fleet.given;
            let by_cell = hourly
                .filter(|_| follows)
                .and_then(|sizing| hour_by_hour(planner, sizing, states, fleet.region, model, year));
            match by_cell {
                Some(by_cell) => (fleet.region, mean(model, &by_cell), least(&by_cell)),
                None => (fleet.region, fixed, fixed),
            }
        })
        .collect()
}

/// Instances by hour: the most that any state that counts needs; none where no number does.
fn hour_by_hour(
    planner: &Planner<'_>,
    sizing: &Sizing,
    states: &[State],
    region: usize,
    model: &DemandModel,
    year: f64,
) -> Option<Vec<u32>> {
    let mut most: Vec<u32> = vec![0; model.cells()];
    for state in states.iter().filter(|state| state.counts) {
        let Some(load) = state.load(region) else { continue };
        let hourly = site(planner, sizing, region, load).hourly(model, year).ok()?;
        for (most, instances) in most.iter_mut().zip(hourly) {
            *most = instances.max(*most);
        }
    }
    Some(most)
}

fn mean(model: &DemandModel, by_cell: &[u32]) -> f64 {
    let (mut sum, mut hours) = (0.0, 0.0);
    for (cell, instances) in by_cell.iter().enumerate() {
        let weight = model.hours_a_year(cell);
        sum += weight * f64::from(*instances);
        hours += weight;
    }
    sum / hours
}

fn least(by_cell: &[u32]) -> f64 {
    by_cell.iter().min().map_or(0.0, |least| f64::from(*least))
}
