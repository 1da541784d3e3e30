//! All that is found out about a set's capacity and cost.

use super::databases::{Database, databases};
use super::expense::{expense_now, is_complete};
use super::fleet::{Fleet, fleets};
use super::planner::Planner;
use super::rush::{Rush, busiest, found_at, rushes};
use super::states::{State, states};
use super::years::{Year, years};
use crate::basis::error::Result;
use crate::basis::queueing::Wait;
use crate::basis::stat::estimate::Estimate;
use crate::decide::designer::Designer;
use crate::decide::judge::{Criteria, Difference, judge_plans};
use crate::decide::recovery::after::leaders_kept;
use crate::decide::recovery::deployed::Deployed;
use crate::decide::recovery::service::Service;
use crate::decide::recovery::takeover::takeover;
use crate::engine::capacity::demand::mean_weekday;
use crate::engine::cost::Bill;
use crate::engine::latency::placed::Placed;
use crate::engine::latency::plan::{Added, Plan};
use crate::engine::progress::Watch;
use crate::engine::queue::served;

/// Equally likely values that a wait is handed on as.
const VALUES: usize = 64;

/// What a set carries, needs and costs.
#[derive(Clone, Debug)]
pub struct CapacityFacts {
    /// The set as it is run.
    pub set: Deployed,
    /// Normal times first, then the losses.
    pub states: Vec<StateFacts>,
    /// The servers of each region.
    pub fleets: Vec<Fleet>,
    /// Load by hour in each state.
    pub hours: Vec<Hours>,
    /// Year by year.
    pub years: Vec<Year>,
    /// 95th percentile of the latency at the busiest hour of normal times, with its change from that of the mean load.
    pub peak_p95: Option<(Estimate, Option<Difference>)>,
    /// The bill of a month in the first year; none where costs were not asked for.
    pub bill: Option<Bill>,
    /// What it comes to, in the currency.
    pub cost: Option<f64>,
}

/// Load by hour of a mean weekday.
#[derive(Clone, Debug, PartialEq)]
pub struct Hours {
    /// The month, 1 to 12.
    pub month: u8,
    /// By region its 24 hours, UTC, requests a second.
    pub regions: Vec<(usize, [f64; 24])>,
}

/// A state with its regions.
#[derive(Clone, Debug)]
pub struct StateFacts {
    /// Who goes where.
    pub state: State,
    /// Regions at their busiest hours.
    pub rushes: Vec<Rush>,
    /// Copies of stores whose limits are stated, at the busiest hour of the set.
    pub databases: Vec<Database>,
    /// 95th percentile of the latency when the set is busiest; none where nobody serves, a queue grows without end, or
    /// nobody says how many servers there are.
    pub peak_p95: Option<Estimate>,
}

impl CapacityFacts {
    /// Whether every line of its bill has a price, and it is known how many instances there are.
    pub fn is_priced(&self) -> bool {
        self.bill
            .as_ref()
            .is_some_and(|bill| is_complete(bill, &self.fleets))
    }
}

/// Works out what a set carries, needs and costs. `criteria` are those by which its latency was judged; `closely`, the
/// latency of the busiest hour is compared with that of the mean load by the same draws.
///
/// # Errors
/// When the user asks to stop.
pub fn capacity_facts(
    planner: &Planner<'_>,
    criteria: &Criteria,
    set: Deployed,
    closely: bool,
    watch: Watch<'_>,
) -> Result<CapacityFacts> {
    let service = Service::new(&planner.sources, &set);
    let states = states(planner, &set, &service);
    watch.go_on()?;
    let fleets = fleets(planner, &set, &states);
    let mut found = Vec::new();
    let mut normal_peak = None;
    for (at, state) in states.iter().enumerate() {
        watch.go_on()?;
        let plan = peak_plan(planner, criteria, &set, state, &fleets)?;
        let (laws, table) = (planner.sources.designer.laws, planner.sources.designer.table);
        if at == 0 {
            normal_peak.clone_from(&plan);
        }
        found.push(StateFacts {
            rushes: rushes(planner, state, &fleets),
            databases: databases(planner, state, &fleets),
            peak_p95: plan.map(|plan| Placed::of(laws, table, plan).all.quantile(0.95)),
            state: state.clone(),
        });
    }
    let bill = expense_now(planner, &set, &states, &fleets);
    let plan = planner.sources.scenario.cost.as_ref();
    Ok(CapacityFacts {
        peak_p95: match (&found[0].peak_p95, normal_peak.filter(|_| closely)) {
            (Some(p95), Some(peak)) => Some((*p95, Some(change(planner, criteria, &set.plan, peak, watch)?))),
            (Some(p95), None) => Some((*p95, None)),
            (None, _) => None,
        },
        hours: states.iter().map(|state| hours(planner, state)).collect(),
        years: years(planner, &set, &states, &fleets),
        cost: bill.as_ref().zip(plan).map(|(bill, plan)| bill.total(plan)),
        bill,
        states: found,
        fleets,
        set,
    })
}

/// The cost of a set a month, and whether it is complete; none where costs were not asked for.
pub fn cost_of(planner: &Planner<'_>, set: &Deployed) -> Option<(f64, bool)> {
    let service = Service::new(&planner.sources, set);
    let states = states(planner, set, &service);
    let fleets = fleets(planner, set, &states);
    let bill = expense_now(planner, set, &states, &fleets)?;
    let plan = planner.sources.scenario.cost.as_ref()?;
    Some((bill.total(plan), is_complete(&bill, &fleets)))
}

/// Load by hour of the day in the month in which the set is busiest.
fn hours(planner: &Planner<'_>, state: &State) -> Hours {
    let month = planner.model.label(busiest(planner, state).0).month;
    let of = |(region, load): &(usize, crate::engine::capacity::load::RegionLoad)| {
        let week = planner.model.week(&load.requests, 0.0, month);
        (*region, mean_weekday(&week))
    };
    Hours {
        month,
        regions: state.loads.iter().map(of).collect(),
    }
}

/// The design of a state with the waits of the busiest hour; none where nobody serves, a queue grows without end, or there
/// are no fleets.
fn peak_plan(
    planner: &Planner<'_>,
    criteria: &Criteria,
    set: &Deployed,
    state: &State,
    fleets: &[Fleet],
) -> Result<Option<Plan>> {
    let Some(found) = found_at(planner, state, fleets, busiest(planner, state)) else {
        return Ok(None);
    };
    if found.waits.is_empty() {
        return Ok(None);
    }
    let sources = &planner.sources;
    let (simulation, scenario) = (sources.simulation, sources.scenario);
    let takeover = takeover(sources, set, &state.lost);
    if !takeover.alive.iter().all(|alive| *alive) || takeover.serving.is_empty() {
        return Ok(None);
    }
    let (links, _) = simulation.links_without(scenario, &[], &state.lost)?;
    let backend = simulation.backend_of(scenario, &takeover.stores, &links);
    let designer = Designer {
        backend: Some(&backend),
        ..sources.designer
    };
    let chosen = leaders_kept(sources, set, &takeover, &state.lost);
    let best = designer.best_unqueued(criteria.objective, &takeover.serving, &chosen);
    Ok(best.map(|(mut plan, _)| {
        wait_in(planner, &mut plan, &found.waits);
        if let Some(assignment) = found.assignment {
            plan.assignment = assignment;
        }
        plan
    }))
}

/// Adds to each request the wait for a server where it is served.
fn wait_in(planner: &Planner<'_>, plan: &mut Plan, waits: &[(usize, Wait)]) {
    let laws = planner.sources.designer.laws;
    if plan.added.is_empty() {
        plan.added = vec![vec![Added::nothing(); laws.regions]; planner.services.len()];
    }
    for (class, added) in plan.added.iter_mut().enumerate() {
        if planner.services[class].mean() <= 0.0 {
            continue;
        }
        for (region, wait) in waits.iter().filter(|(_, wait)| wait.mean() > 0.0) {
            let wait = wait.for_share(served(laws, class));
            added[*region] = added[*region].plus(&Added::of(wait.values(VALUES)));
        }
    }
}

/// Change of the p95 at the busiest hour, by the same draws.
fn change(
    planner: &Planner<'_>,
    criteria: &Criteria,
    before: &Plan,
    peak: Plan,
    watch: Watch<'_>,
) -> Result<Difference> {
    let (laws, table) = (planner.sources.designer.laws, planner.sources.designer.table);
    let criteria = Criteria {
        input_replicates: 0,
        ..criteria.clone()
    };
    let judged = judge_plans(laws, table, &[before.clone(), peak], Some(0), &criteria, watch)?;
    let contrast = judged.sets.into_iter().nth(1).and_then(|set| set.versus_baseline);
    contrast.map(|contrast| contrast.p95).ok_or_else(|| {
        crate::basis::error::Error::internal("two designs were judged and no difference came of it")
    })
}
