//! The DR strategies on the regions of one set: all of them active, or one active and the others standing by.

use super::deployed::Deployed;
use super::duration::Duration;
use super::risks::{Scale, causes_of};
use super::service::Service;
use super::whole::{Shared, StoreRpoFacts, rpo_over, rto_over, single_losses};
use crate::basis::error::Result;
use crate::basis::stat::estimate::Estimate;
use crate::design::recovery::{Role, Standby};
use crate::engine::latency::placed::Placed;
use crate::engine::latency::plan::Plan;
use crate::engine::progress::Watch;
use crate::engine::recovery::availability::{Expected, expected};
use crate::engine::recovery::stop::StopCosts;

/// Key of the draws of strategies.
const STRATEGY: u32 = u32::MAX - 1;

/// One strategy on the regions of a set.
#[derive(Clone, Debug)]
pub struct StrategyFacts {
    /// What the other regions are for; active for active/active.
    pub role: Role,
    /// The set as it is run then.
    pub set: Deployed,
    /// Regions that serve all the time, ascending.
    pub active: Vec<usize>,
    /// Regions that stand by.
    pub standby: Vec<usize>,
    /// RTO over all losses of one active region.
    pub rto: Option<Duration>,
    /// RPO by store.
    pub rpo: Vec<Option<StoreRpoFacts>>,
    /// Mean unavailability.
    pub expected: Expected,
    /// 95th percentile of the latency in normal times, ms.
    pub p95: Estimate,
}

/// Every strategy on the regions of `set`; empty for a single region.
///
/// # Errors
/// When the user asks to stop, or states are too many.
pub(super) fn strategies(
    shared: &Shared<'_>,
    set: &Deployed,
    watch: Watch<'_>,
) -> Result<Vec<StrategyFacts>> {
    let mut members: Vec<usize> = set.active.clone();
    members.extend(set.standbys.iter().map(|standby| standby.region));
    members.sort_unstable();
    if members.len() < 2 {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for role in Role::ALL {
        watch.go_on()?;
        let active = if role == Role::Active {
            members.clone()
        } else {
            vec![primary(shared, set)]
        };
        let standby: Vec<usize> = members
            .iter()
            .copied()
            .filter(|region| !active.contains(region))
            .collect();
        if let Some(plan) = plan_of(shared, set, &active) {
            let standbys = standby
                .iter()
                .map(|region| Standby {
                    region: *region,
                    role,
                })
                .collect();
            let set = Deployed::new(shared.sources.scenario, plan, standbys);
            found.push(of(shared, role, &set)?);
        }
    }
    Ok(found)
}

/// The region that serves alone when the others stand by: whoever leads a store, else the one with the most users.
fn primary(shared: &Shared<'_>, set: &Deployed) -> usize {
    if let Some(leader) = set
        .plan
        .leaders
        .iter()
        .flatten()
        .find(|leader| set.active.contains(leader))
    {
        return *leader;
    }
    let laws = shared.sources.designer.laws;
    let mut best = (set.active[0], 0.0);
    for &region in &set.active {
        let of_group = |(group, law): (usize, &crate::engine::latency::law::GroupLaw)| {
            let to = set.plan.assignment.of(group).iter();
            let share: f64 = to.filter(|to| usize::from(to.0) == region).map(|to| to.1).sum();
            law.weight * share
        };
        let users: f64 = laws.groups.iter().enumerate().map(of_group).sum();
        if users > best.1 {
            best = (region, users);
        }
    }
    best.0
}

fn plan_of(shared: &Shared<'_>, set: &Deployed, active: &[usize]) -> Option<Plan> {
    if *active == set.active {
        return Some(set.plan.clone());
    }
    let best = shared
        .sources
        .designer
        .best(shared.criteria.objective, active, &[]);
    best.map(|(plan, _)| plan)
}

fn of(shared: &Shared<'_>, role: Role, set: &Deployed) -> Result<StrategyFacts> {
    let sources = &shared.sources;
    let service = Service::new(sources, set);
    let costs = StopCosts::new(&shared.chain, sources.simulation.seed);
    let scenario = sources.scenario;
    let causes = causes_of(
        scenario,
        sources.simulation,
        &set.members(),
        scenario.failures.preset,
        Scale::NONE,
    )?;
    let singles = single_losses(shared, set, &service)?;
    let placed = Placed::of(sources.designer.laws, sources.designer.table, set.plan.clone());
    Ok(StrategyFacts {
        role,
        rto: rto_over(shared, &singles, STRATEGY).map(|(duration, _)| duration),
        rpo: rpo_over(shared, &singles),
        expected: expected(&service, &causes, &costs),
        p95: placed.all.quantile(0.95),
        active: set.active.clone(),
        standby: set.standbys.iter().map(|standby| standby.region).collect(),
        set: set.clone(),
    })
}
