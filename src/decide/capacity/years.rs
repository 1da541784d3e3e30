//! From the start to the horizon: what is needed and what it costs, with the interval that growth leaves.

use super::expense::{expense, running};
use super::fleet::{Fleet, standing, worst};
use super::planner::Planner;
use super::states::State;
use crate::decide::recovery::deployed::Deployed;
use crate::engine::capacity::demand::DemandModel;

/// A year of growth.
#[derive(Clone, Debug, PartialEq)]
pub struct Year {
    /// Years from the start.
    pub year: u32,
    /// Mean load, requests a second.
    pub mean_rps: f64,
    /// Instances by fleet; none where no number does.
    pub instances: Vec<Option<u32>>,
    /// All instances at the low and the high end of growth.
    pub instances_interval: Option<(u32, u32)>,
    /// Cost a month by fleet; empty where costs were not asked for.
    pub cost_by_region: Vec<f64>,
    /// Cost a month; none where costs were not asked for, or no number of instances does.
    pub cost: Option<f64>,
    /// Cost at the low and the high end of growth.
    pub cost_interval: Option<(f64, f64)>,
}

/// Every year to the horizon. Fleets that are given stay as they are: they are told when they are exhausted, and not made
/// larger.
pub fn years(planner: &Planner<'_>, set: &Deployed, states: &[State], fleets: &[Fleet]) -> Vec<Year> {
    let ends = planner.demand.growth.interval;
    let ends = ends.map(|(low, high)| [low, high].map(|growth| planner.model.with_growth(growth)));
    planner
        .years()
        .map(|year| {
            let at = f64::from(year);
            let found = of(planner, set, states, fleets, planner.model, at);
            // In the first year nothing has grown yet.
            let ends = ends.as_ref().filter(|_| year > 0);
            let ends = ends.map(|ends| [0, 1].map(|end| of(planner, set, states, fleets, &ends[end], at)));
            Year {
                year,
                mean_rps: planner.model.mean_rps(at),
                instances_interval: ends
                    .as_ref()
                    .and_then(|[low, high]| Some((low.all()?, high.all()?))),
                cost_interval: ends
                    .as_ref()
                    .and_then(|[low, high]| Some((low.cost?, high.cost?))),
                instances: found.instances,
                cost_by_region: found.by_region,
                cost: found.cost,
            }
        })
        .collect()
}

struct Found {
    instances: Vec<Option<u32>>,
    by_region: Vec<f64>,
    cost: Option<f64>,
}

impl Found {
    /// All instances together; none where some region's needs nothing meets.
    fn all(&self) -> Option<u32> {
        self.instances.iter().copied().sum()
    }
}

fn of(
    planner: &Planner<'_>,
    set: &Deployed,
    states: &[State],
    fleets: &[Fleet],
    model: &DemandModel,
    year: f64,
) -> Found {
    let instances: Vec<Option<u32>> = fleets
        .iter()
        .map(|fleet| instances(planner, states, fleet, model, year))
        .collect();
    let running = running(planner, states, fleets, &instances, model, year);
    let bill = expense(planner, set, &states[0], running, model, year);
    let plan = planner.sources.scenario.cost.as_ref();
    Found {
        by_region: bill.as_ref().zip(plan).map_or_else(Vec::new, |(bill, plan)| {
            fleets
                .iter()
                .map(|fleet| bill.of_region(fleet.region, plan))
                .collect()
        }),
        // Without the number of instances of some region there is no sum to tell.
        cost: bill
            .zip(plan)
            .filter(|_| instances.iter().all(Option::is_some))
            .map(|(bill, plan)| bill.total(plan)),
        instances,
    }
}

/// Instances of a fleet in a year.
fn instances(
    planner: &Planner<'_>,
    states: &[State],
    fleet: &Fleet,
    model: &DemandModel,
    year: f64,
) -> Option<u32> {
    let sizing = planner.sizing().filter(|_| !fleet.given);
    let Some(sizing) = sizing else {
        return Some(fleet.instances);
    };
    let need = worst(planner, sizing, states, fleet.region, model, year);
    standing(planner, fleet.role, need.map(|(need, _)| need))
}
