//! Capacity and cost of all sets of a run, and what is to be told of them together.

use super::NamedSet;
use super::fronts;
use crate::basis::error::{ErrorKind, Result};
use crate::decide::capacity::front::{Costs, prices};
use crate::decide::capacity::planner::Planner;
use crate::decide::capacity::whole::{capacity_facts, cost_of};
use crate::decide::facts::Sources;
use crate::decide::judge::Criteria;
use crate::decide::recovery::deployed::{Deployed, standbys_of};
use crate::decide::recovery::strategies::StrategyFacts;
use crate::design::recovery::{Role, Standby};
use crate::design::targets::Targets;
use crate::engine::progress::Watch;

/// What is to be told of all sets together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CapacityTogether {
    /// Sets that no other beats in latency, cost and downtime at once: places, the cheapest first.
    pub front: Vec<usize>,
    /// What a millisecond and a nine cost at each place of the front.
    pub prices: Vec<(Option<f64>, Option<f64>)>,
    /// Place by cost of each set, 1 for the cheapest; those whose cost is incomplete come last.
    pub ranks: Vec<usize>,
    /// How many sets of a search were sized and priced.
    pub swept: Option<SweptSets>,
}

/// How many sets of a search were sized and priced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SweptSets {
    /// Sets whose servers and cost were worked out.
    pub sized: u64,
    /// Of these, sets whose cost is complete.
    pub priced: u64,
}

/// What a disaster recovery strategy costs.
#[derive(Clone, Debug, PartialEq)]
pub struct StrategyExpense {
    /// What the other regions are for.
    pub role: Role,
    /// A month, in the currency.
    pub cost: f64,
    /// Whether everything has a price.
    pub complete: bool,
    /// Share of requests served.
    pub availability: f64,
    /// 95th percentile of the RTO, s.
    pub rto_p95_s: Option<f64>,
    /// Whether what is promised about recovery is kept.
    pub meets_targets: bool,
}

/// With more sets than this only the best and the baseline are looked at closely.
const LOOKED_AT_CLOSELY: usize = 6;

/// Adds to each set what it carries, needs and costs. What the user did not wait for is left out.
///
/// # Errors
/// When a set has more regions than can be enumerated.
pub(super) fn add_capacity(
    sources: Sources<'_>,
    criteria: &Criteria,
    own: &[Vec<Standby>],
    sets: &mut [NamedSet],
    baseline: Option<usize>,
    watch: Watch<'_>,
) -> Result<Option<CapacityTogether>> {
    let scenario = sources.scenario;
    let Some(planner) = Planner::new(sources)? else {
        return Ok(None);
    };
    let all = sets.len();
    for (at, (set, own)) in sets.iter_mut().zip(own).enumerate() {
        watch.advance("sizing regions", at as u64, all as u64);
        let plan = set.judged.placed.plan.clone();
        let standbys = standbys_of(&plan.regions, own, &scenario.recovery);
        let deployed = Deployed::new(scenario, plan, standbys);
        let closely = all <= LOOKED_AT_CLOSELY || set.judged.rank == 1 || baseline == Some(at);
        match capacity_facts(&planner, criteria, deployed, closely, watch) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(None),
            facts => set.capacity = Some(facts?),
        }
        add_strategies(&planner, set);
    }
    Ok(Some(together(criteria, sets)))
}

/// What the strategies that were tried on the regions of a set cost, and the cheapest that keeps what is promised.
fn add_strategies(planner: &Planner<'_>, set: &mut NamedSet) {
    let Some(recovery) = &set.recovery else { return };
    let targets = &planner.sources.scenario.targets;
    set.strategy_costs = recovery
        .strategies
        .iter()
        .filter_map(|strategy| {
            let (cost, complete) = cost_of(planner, &strategy.set)?;
            let availability = 1.0 - strategy.expected.unavailability;
            let rto_p95_s = strategy.rto.as_ref().map(|rto| rto.p95.value);
            Some(StrategyExpense {
                role: strategy.role,
                cost,
                complete,
                availability,
                rto_p95_s: rto_p95_s.filter(|seconds| seconds.is_finite()),
                meets_targets: meets(targets, strategy, availability, rto_p95_s),
            })
        })
        .collect();
    let kept = set.strategy_costs.iter().enumerate();
    let mut kept: Vec<(usize, f64)> = kept
        .filter(|(_, of)| of.meets_targets && of.complete)
        .map(|(at, of)| (at, of.cost))
        .collect();
    kept.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    set.cheapest_strategy = kept.first().map(|(at, _)| *at);
}

/// Whether a strategy keeps what is promised about RTO, RPO and availability.
fn meets(targets: &Targets, strategy: &StrategyFacts, availability: f64, rto_p95_s: Option<f64>) -> bool {
    let rto = targets
        .rto_s
        .is_none_or(|limit| rto_p95_s.is_none_or(|rto| rto <= limit));
    let worst_rpo = strategy.rpo.iter().flatten().map(|store| {
        let rpo = store.rpo.as_ref();
        rpo.map_or(f64::INFINITY, |rpo| rpo.p95.value)
    });
    let worst_rpo = worst_rpo.fold(0.0, f64::max);
    rto && targets.rpo_s.is_none_or(|limit| worst_rpo <= limit)
        && targets
            .availability
            .is_none_or(|least| availability >= least.get())
}

fn together(criteria: &Criteria, sets: &[NamedSet]) -> CapacityTogether {
    let costs: Vec<Costs> = sets
        .iter()
        .map(|set| Costs {
            latency: criteria.objective.cost(set.judged.objective.value),
            money: set.cost(),
            unavailability: set
                .recovery
                .as_ref()
                .map_or(0.0, |facts| facts.expected.unavailability),
        })
        .collect();
    let on = fronts::by_cost(criteria, sets);
    let mut order: Vec<usize> = (0..sets.len()).collect();
    let money = |at: usize| costs[at].money.unwrap_or(f64::INFINITY);
    order.sort_by(|a, b| money(*a).total_cmp(&money(*b)).then(a.cmp(b)));
    let mut ranks = vec![0; sets.len()];
    for (rank, at) in order.into_iter().enumerate() {
        ranks[at] = rank + 1;
    }
    CapacityTogether {
        prices: prices(&costs, &on),
        front: on,
        ranks,
        swept: None,
    }
}
