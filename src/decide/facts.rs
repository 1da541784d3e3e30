//! What is to be told of a design beyond its latency: classes, routing, data, locality, residency.

pub mod data;

pub mod edge;

pub mod locality;

use super::designer::Designer;
use super::judge::CURVE;
use crate::basis::error::Result;
use crate::basis::stat::estimate::Estimate;
use crate::design::request::RequestClass;
use crate::design::residency::{Bound, ResidencyMode};
use crate::design::routing::Routing;
use crate::design::scenario::Scenario;
use crate::engine::backend::{Backend, added_of};
use crate::engine::latency::breakdown::{Asked, Behind, Breakdown, breakdowns};
use crate::engine::latency::class::ClassLaw;
use crate::engine::latency::placed::{Distribution, Placed};
use crate::engine::latency::plan::Added;
use crate::engine::progress::Watch;
use crate::engine::queue::Queue;
use crate::engine::replication::delay::Delay;
use crate::engine::routing::still_old;
use crate::engine::simulation::Simulation;
use crate::engine::simulation::routes::{binds, permits};
use data::StoreFacts;
use locality::Wait;

/// Percentiles that classes are broken down about.
const ABOUT: [f64; 2] = [0.5, 0.95];

/// Equally likely values that a wait is broken down with.
const WAITS: usize = 64;

/// What is to be told of a design.
#[derive(Clone, Debug)]
pub struct Facts {
    /// By class; empty where all requests are alike.
    pub classes: Vec<ClassFacts>,
    /// None where nothing is said of routing and every group goes to the region with the least expected RTT.
    pub routing: Option<RoutingFacts>,
    /// By region whose servers are counted.
    pub queues: Vec<(usize, Queue)>,
    /// By store.
    pub stores: Vec<StoreFacts>,
    /// Cross-region work that requests wait for, the costliest first.
    pub waits: Vec<Wait>,
    /// By rule.
    pub residency: Vec<RuleFacts>,
}

/// One class in a design.
#[derive(Clone, Debug)]
pub struct ClassFacts {
    /// Mean, ms.
    pub mean: Estimate,
    /// Median, 95th and 99th percentile, ms.
    pub quantiles: [Estimate; 3],
    /// Latency at [`CURVE`], ms.
    pub curve: Vec<f64>,
    /// Share of its requests that reach a region.
    pub reach_region: f64,
    /// What each part adds: on average, and about the median and the 95th percentile.
    pub parts: Breakdown,
}

/// How users find their region.
#[derive(Clone, Debug, PartialEq)]
pub struct RoutingFacts {
    /// Share of users' requests that go elsewhere than perfect latency routing would send them.
    pub elsewhere: f64,
    /// Share of users that nobody serves.
    pub unserved: f64,
    /// Mean lost against perfect latency routing, ms.
    pub lost_mean: f64,
    /// 95th percentile lost, ms.
    pub lost_p95: f64,
    /// Seconds after a change until 50, 95 and 99 % of the users follow.
    pub follow_after_s: [f64; 3],
}

/// A residency rule in a design.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleFacts {
    /// Share of all users that it binds.
    pub bound_users: f64,
    /// Share of all users served where it forbids.
    pub breaking_users: f64,
    /// Regions that hold data where it forbids.
    pub breaking_regions: Vec<usize>,
    /// Whether it is kept.
    pub kept: bool,
}

/// All that facts are drawn from.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// What was asked.
    pub scenario: &'a Scenario,
    /// What was made ready of it.
    pub simulation: &'a Simulation,
    /// What designs are made from.
    pub designer: Designer<'a>,
    /// What stands behind the regions.
    pub backend: &'a Backend<'a>,
}

/// The facts of each design; none where a set is nothing but regions.
///
/// # Errors
/// When the user asks to stop.
pub fn facts(sources: &Sources<'_>, placed: &[&Placed], watch: Watch<'_>) -> Result<Vec<Option<Facts>>> {
    let scenario = sources.scenario;
    let asked = sources.designer.is_needed()
        || scenario.routing.stated
        || !scenario.stores.is_empty()
        || !scenario.residency.is_empty();
    if !asked {
        return Ok(vec![None; placed.len()]);
    }
    let mut classes: Vec<Vec<ClassFacts>> = vec![Vec::new(); placed.len()];
    for class in 0..sources.designer.laws.classes.len() {
        let told = class_facts(sources, placed, class, watch)?;
        for (classes, told) in classes.iter_mut().zip(told) {
            classes.push(told);
        }
    }
    placed
        .iter()
        .zip(classes)
        .map(|(placed, classes)| {
            Ok(Some(Facts {
                classes,
                routing: routing_facts(sources, placed),
                queues: queues(sources, placed),
                stores: data::store_facts(sources, placed, watch)?,
                waits: locality::waits(sources, placed),
                residency: residency_facts(sources, placed),
            }))
        })
        .collect()
}

/// One class in each design.
fn class_facts(
    sources: &Sources<'_>,
    placed: &[&Placed],
    class: usize,
    watch: Watch<'_>,
) -> Result<Vec<ClassFacts>> {
    let (laws, table) = (sources.designer.laws, sources.designer.table);
    let latencies = placed
        .iter()
        .map(|placed| {
            watch.go_on()?;
            Ok(placed.of_class(laws, table, class))
        })
        .collect::<Result<Vec<Distribution>>>()?;
    let asked: Vec<Asked<'_>> = placed
        .iter()
        .zip(&latencies)
        .map(|(placed, latency)| Asked {
            placed,
            behind: (0..laws.regions)
                .map(|region| behind(sources, placed, class, region))
                .collect(),
            latencies: ABOUT.map(|p| latency.quantile(p).value).to_vec(),
        })
        .collect();
    let parts = breakdowns(laws, sources.simulation.seed, class, &asked, watch)?;
    let facts = placed.iter().zip(&latencies).zip(parts);
    Ok(facts
        .map(|((placed, latency), parts)| ClassFacts {
            mean: placed.mean_of(laws, table, class..class + 1),
            quantiles: [0.5, 0.95, 0.99].map(|p| latency.quantile(p)),
            curve: CURVE.map(|p| latency.quantile(p).value).to_vec(),
            reach_region: laws.classes.get(class).map_or(1.0, ClassLaw::served),
            parts,
        })
        .collect())
}

/// What a region adds to a class, data and calls apart.
fn behind(sources: &Sources<'_>, placed: &Placed, class: usize, region: usize) -> Behind {
    let (regions, leaders) = (&placed.plan.regions, &placed.plan.leaders);
    if !sources.backend.adds(class) || !regions.contains(&region) {
        return Behind::default();
    }
    let described: &RequestClass = &sources.scenario.classes[class];
    let data = described
        .operations
        .iter()
        .try_fold(Delay::zero(), |sum, operation| {
            Some(sum.plus(&sources.backend.operation(operation, region, regions, leaders)?))
        });
    let calls = sources.backend.calls(class, region, leaders);
    let queue = queues(sources, placed).into_iter().find(|(at, _)| *at == region);
    let wait = queue
        .and_then(|(_, queue)| queue.wait)
        .filter(|_| described.service.mean() > Some(0.0));
    Behind {
        queue: wait.map_or(Added::nothing(), |wait| Added::of(wait.values(WAITS))),
        data: data.map(|delay| added_of(&delay)).unwrap_or_default(),
        calls: calls.map(|delay| added_of(&delay)).unwrap_or_default(),
    }
}

/// The queues of a design's regions.
fn queues(sources: &Sources<'_>, placed: &Placed) -> Vec<(usize, Queue)> {
    let plan = &placed.plan;
    let all = sources
        .backend
        .queues(sources.designer.laws, &plan.assignment, &plan.sent);
    let own = |region: &usize| Some((*region, (*all.get(*region)?)?));
    plan.regions.iter().filter_map(own).collect()
}

fn routing_facts(sources: &Sources<'_>, placed: &Placed) -> Option<RoutingFacts> {
    let (laws, table) = (sources.designer.laws, sources.designer.table);
    if laws.router.is_none() && !sources.scenario.routing.stated {
        return None;
    }
    let perfect = placed.with_perfect_routing(laws, table);
    let p95 = |placed: &Placed| placed.all.quantile(0.95).value;
    Some(RoutingFacts {
        elsewhere: placed.elsewhere(laws),
        unserved: placed.lost(laws),
        lost_mean: placed.mean(laws, table).value - perfect.mean(laws, table).value,
        lost_p95: p95(placed) - p95(&perfect),
        follow_after_s: [0.5, 0.95, 0.99].map(|share| follow_after_s(&sources.scenario.routing, share)),
    })
}

/// Seconds after a change of records until `share` of the users follow it; infinite where some never do.
fn follow_after_s(routing: &Routing, share: f64) -> f64 {
    /// No resolver is waited for longer than a year.
    const LONGEST_S: f64 = 365.0 * 86_400.0;
    let old = |seconds: f64| still_old(routing, seconds) > 1.0 - share + 1e-12;
    if old(LONGEST_S) {
        return f64::INFINITY;
    }
    let (mut low, mut high) = (0.0, LONGEST_S);
    while high - low > 1e-9 * high.max(1e-3) {
        let middle = f64::midpoint(low, high);
        if old(middle) { low = middle } else { high = middle }
    }
    (high * 1e6).round() / 1e6
}

pub(super) fn residency_facts(sources: &Sources<'_>, placed: &Placed) -> Vec<RuleFacts> {
    let (scenario, laws) = (sources.scenario, sources.designer.laws);
    let jurisdictions = &sources.simulation.jurisdictions;
    scenario
        .residency
        .iter()
        .map(|rule| {
            let forbidden = |region: usize| !permits(rule, &scenario.candidates[region]);
            let (mut bound_users, mut breaking_users) = (0.0, 0.0);
            for (group, law) in laws.groups.iter().enumerate() {
                let country = usize::from(law.country);
                if binds(
                    rule,
                    &sources.simulation.countries[country],
                    &jurisdictions[country],
                ) {
                    bound_users += law.weight;
                    // Also where only some class of their requests is sent there, to a leader nobody forwards to.
                    let breaks = |region: usize| {
                        let mut classes = 0..scenario.classes.len();
                        classes.any(|class| forbidden(placed.plan.goes_to(class, region)))
                    };
                    let served = placed.plan.assignment.of(group).iter();
                    breaking_users += served
                        .filter(|(region, _)| breaks(usize::from(*region)))
                        .map(|(_, share)| law.weight * share)
                        .sum::<f64>();
                }
            }
            let breaking_regions: Vec<usize> = match rule.bound {
                Bound::Store(store) => {
                    let members = sources.backend.members(store, &placed.plan.regions);
                    members.into_iter().filter(|region| forbidden(*region)).collect()
                }
                Bound::Users { .. } => Vec::new(),
            };
            let unserved = rule.mode == ResidencyMode::Enforce && placed.lost(laws) > 1e-9;
            RuleFacts {
                kept: breaking_users <= 0.0 && breaking_regions.is_empty() && !unserved,
                bound_users,
                breaking_users,
                breaking_regions,
            }
        })
        .collect()
}
