//! All that is found out about a set's losses.

use super::after::{Aftermath, LossFacts, aftermath};
use super::data_loss::{survival, writes_per_second};
use super::deployed::Deployed;
use super::duration::Duration;
use super::losses::losses_of;
use super::risks::{Scale, assumed, causes_of, hazard_of, rests_on_preset};
use super::service::Service;
use super::strategies::{StrategyFacts, strategies};
use crate::basis::dist::Dist;
use crate::basis::error::Result;
use crate::basis::stat::estimate::Estimate;
use crate::decide::facts::Sources;
use crate::decide::judge::{Contrast, Criteria, Difference, Judged, judge_plans};
use crate::design::recovery::{Loss, LossPreset, LossQuestions, YEARS};
use crate::engine::progress::Watch;
use crate::engine::recovery::availability::{Deployment, Expected, expected};
use crate::engine::recovery::busy::{BUSY_PERIODS, simulated};
use crate::engine::recovery::causes::Cause;
use crate::engine::recovery::chain::{Chain, Wait};
use crate::engine::recovery::data_loss::{Rpo, Survival};
use crate::engine::recovery::rto::{RtoFigures, StepFigures};
use crate::engine::recovery::stop::StopCosts;
use crate::engine::recovery::years::{YearsOfDowntime, years};

/// Shares of requests below this come from rounding.
const LEAST_SHARE: f64 = 1e-9;
/// Key of the draws of the RTO over all losses of a set.
pub(super) const ALL_LOSSES: u32 = u32::MAX;

/// What becomes of a set when something of it is lost.
#[derive(Clone, Debug)]
pub struct RecoveryFacts {
    /// The set as it is run.
    pub set: Deployed,
    /// What may happen to it.
    pub causes: Vec<Cause>,
    /// Mean unavailability by enumeration, with what it is made of.
    pub expected: Expected,
    /// Mean unavailability by simulation, with its error.
    pub unavailability: Estimate,
    /// Downtime of a year.
    pub years: YearsOfDowntime,
    /// The mean under each preset; empty where the user's own rates leave nothing to assume.
    pub presets: Vec<(LossPreset, Expected)>,
    /// RTO over all losses of one active region.
    pub rto: Option<Duration>,
    /// What it is made of.
    pub steps: Vec<StepFigures>,
    /// RPO over all losses of one active region, by store; none for a store that keeps nothing, or loses nothing.
    pub rpo: Vec<Option<StoreRpoFacts>>,
    /// Every loss that was asked about.
    pub losses: Vec<(LossFacts, Option<Duration>, Vec<Option<StoreRpoFacts>>)>,
    /// DR strategies on the same regions.
    pub strategies: Vec<StrategyFacts>,
    /// How many of its active regions may be lost, whichever, and what is promised about latency still holds.
    pub tolerates: usize,
    /// States with many regions down were only bounded.
    pub bounded: bool,
}

/// RPO of a store.
#[derive(Clone, Debug, PartialEq)]
pub struct StoreRpoFacts {
    /// What it rests on: `replication lag`, `quorum`, `backup age`, `nothing`.
    pub basis: &'static str,
    /// The time; none where nothing survives.
    pub rpo: Option<Duration>,
    /// Writes lost on average, where a rate is stated.
    pub writes_lost: Option<f64>,
}

/// What all sets share.
#[derive(Debug)]
pub struct Shared<'a> {
    /// What facts are drawn from.
    pub sources: Sources<'a>,
    /// What sets are judged by.
    pub criteria: &'a Criteria,
    /// The chain of recovery.
    pub chain: Chain,
}

impl<'a> Shared<'a> {
    /// The chain of the scenario, ready.
    pub fn new(sources: Sources<'a>, criteria: &'a Criteria) -> Self {
        Shared {
            chain: Chain::new(&sources.scenario.recovery, &sources.scenario.routing),
            sources,
            criteria,
        }
    }
}

/// Busy periods to simulate beside so many years.
fn busy_periods(years: u32) -> u32 {
    (u64::from(BUSY_PERIODS) * u64::from(years)).div_ceil(u64::from(YEARS)) as u32
}

/// Works out all there is to say about the losses of a set that was judged. Looked at `closely`, the changes after each loss
/// come from the same draws before and after, and strategies are tried on its regions; else errors of changes are taken as
/// independent, which is quicker and errs on the wide side.
///
/// # Errors
/// When the user asks to stop, or the set has more regions than can be enumerated.
pub fn recovery_facts(
    shared: &Shared<'_>,
    set: Deployed,
    judged: &Judged,
    closely: bool,
    watch: Watch<'_>,
) -> Result<RecoveryFacts> {
    let sources = &shared.sources;
    let scenario = sources.scenario;
    let members = set.members();
    let service = Service::new(sources, &set);
    let costs = StopCosts::new(&shared.chain, sources.simulation.seed);
    let preset = scenario.failures.preset;
    let causes = causes_of(scenario, sources.simulation, &members, preset, Scale::NONE)?;
    let presets = presets(shared, &service, &costs, &members)?;
    watch.go_on()?;
    let unavailability = simulated(
        &service,
        &causes,
        &shared.chain,
        busy_periods(scenario.recovery.years),
        sources.simulation.seed,
    );
    watch.go_on()?;
    let years = years(
        &service,
        &causes,
        &shared.chain,
        scenario.recovery.years,
        sources.simulation.seed,
    );
    watch.go_on()?;
    let singles = single_losses(shared, &set, &service)?;
    let rto = rto_over(shared, &singles, ALL_LOSSES);
    let losses = losses(shared, &set, &service, (judged, closely), watch)?;
    let strategies = if closely {
        strategies(shared, &set, watch)?
    } else {
        Vec::new()
    };
    Ok(RecoveryFacts {
        expected: expected(&service, &causes, &costs),
        unavailability,
        years,
        presets,
        steps: rto.as_ref().map_or_else(Vec::new, |(_, figures)| {
            figures
                .as_ref()
                .map_or_else(Vec::new, |figures| figures.steps.clone())
        }),
        rto: rto.map(|(duration, _)| duration),
        rpo: rpo_over(shared, &singles),
        tolerates: tolerates(shared, &losses, set.active.len()),
        losses,
        strategies,
        bounded: service.is_bounded(),
        causes,
        set,
    })
}

/// The mean under each preset, where one is in force.
fn presets(
    shared: &Shared<'_>,
    service: &Service<'_>,
    costs: &StopCosts<'_>,
    members: &[usize],
) -> Result<Vec<(LossPreset, Expected)>> {
    let scenario = shared.sources.scenario;
    if !rests_on_preset(&scenario.failures, members) {
        return Ok(Vec::new());
    }
    LossPreset::ALL
        .into_iter()
        .map(|preset| {
            let causes = causes_of(scenario, shared.sources.simulation, members, preset, Scale::NONE)?;
            Ok((preset, expected(service, &causes, costs)))
        })
        .collect()
}

/// The loss of one region in use: what it stops, how often it comes, what survives of each store.
#[derive(Clone, Debug)]
pub(super) struct SingleLoss {
    /// Times a year.
    per_year: f64,
    /// Time to repair.
    repair: Dist,
    stops: Vec<(f64, Wait)>,
    /// Share of requests that nobody serves until repair.
    unserved: f64,
    survival: Vec<Option<Survival>>,
}

impl SingleLoss {
    /// Whether anybody is stopped by it, until others take over or until repair.
    pub(super) fn stops_anybody(&self) -> bool {
        !self.stops.is_empty() || self.unserved > LEAST_SHARE
    }
}

/// The losses of one region in use each.
pub(super) fn single_losses(
    shared: &Shared<'_>,
    set: &Deployed,
    service: &Service<'_>,
) -> Result<Vec<SingleLoss>> {
    let sources = &shared.sources;
    let failures = &sources.scenario.failures;
    let assumed = assumed(sources.simulation, failures.preset)?;
    let before = service.unserved(0);
    Ok(set
        .in_use()
        .iter()
        .map(|region| {
            let down = service.mask(&[*region]);
            let hazard = hazard_of(failures, *region, &assumed);
            let takeover = super::takeover::takeover(sources, set, &[*region]);
            SingleLoss {
                per_year: hazard.per_year,
                repair: hazard.repair.clone(),
                stops: service.stops(0, down),
                unserved: (service.unserved(down) - before).max(0.0),
                survival: (0..sources.scenario.stores.len())
                    .map(|store| survival(sources, set, store, &takeover, &[*region]))
                    .collect(),
            }
        })
        .collect())
}

/// RTO over losses, each by its rate, of all whom they stop: those who wait for the chain, and those for whom nobody can
/// take over, who wait for repair. With it the figures of the chain alone.
pub(super) fn rto_over(
    shared: &Shared<'_>,
    losses: &[SingleLoss],
    key: u32,
) -> Option<(Duration, Option<RtoFigures>)> {
    let weight = |loss: &SingleLoss| if loss.per_year > 0.0 { loss.per_year } else { 1e-12 };
    let waits: Vec<(f64, Wait)> = losses
        .iter()
        .flat_map(|loss| {
            let by = weight(loss);
            loss.stops
                .iter()
                .map(move |(share, wait)| (share * by, wait.clone()))
        })
        .collect();
    let repairs: Vec<(f64, &Dist)> = losses
        .iter()
        .filter(|loss| loss.unserved > LEAST_SHARE)
        .map(|loss| (loss.unserved * weight(loss), &loss.repair))
        .collect();
    let figures = shared.chain.rto(&waits, shared.sources.simulation.seed, key);
    let target = shared.sources.scenario.targets.rto_s;
    let chained: f64 = waits.iter().map(|(by, _)| by).sum();
    let found = Duration::until_served(
        figures.as_ref().map(|figures| (chained, figures)),
        &repairs,
        target,
    )?;
    Some((found, figures))
}

/// RPO by store over losses, each by its rate.
pub(super) fn rpo_over(shared: &Shared<'_>, losses: &[SingleLoss]) -> Vec<Option<StoreRpoFacts>> {
    let stores = shared.sources.scenario.stores.len();
    (0..stores)
        .map(|store| {
            let parts: Vec<(f64, Survival)> = losses
                .iter()
                .filter_map(|loss| Some((loss.per_year.max(1e-12), loss.survival[store].clone()?)))
                .collect();
            rpo_of(shared, store, parts)
        })
        .collect()
}

fn rpo_of(shared: &Shared<'_>, store: usize, parts: Vec<(f64, Survival)>) -> Option<StoreRpoFacts> {
    let basis = parts.iter().map(|(_, survival)| basis(survival)).next()?;
    let rpo = Rpo::new(parts)?;
    let writes = writes_per_second(&shared.sources, store);
    Some(StoreRpoFacts {
        basis,
        writes_lost: writes.and_then(|writes| rpo.writes_lost(writes)),
        rpo: Duration::of_rpo(&rpo, shared.sources.scenario.targets.rpo_s),
    })
}

fn basis(survival: &Survival) -> &'static str {
    match survival {
        Survival::Lag(_) | Survival::LagAndWay(_) => "replication lag",
        Survival::Quorum => "quorum",
        Survival::Backup { .. } => "backup age",
        Survival::Nothing => "nothing",
    }
}

type LossRow = (LossFacts, Option<Duration>, Vec<Option<StoreRpoFacts>>);

/// Every loss that was asked about, judged against the set as it was.
fn losses(
    shared: &Shared<'_>,
    set: &Deployed,
    service: &Service<'_>,
    (judged, paired): (&Judged, bool),
    watch: Watch<'_>,
) -> Result<Vec<LossRow>> {
    let sources = &shared.sources;
    let scenario = sources.scenario;
    let name = |region: usize| scenario.candidates[region].id.clone();
    let tolerate = scenario.targets.tolerate.unwrap_or(0) as usize;
    let cables = scenario.failures.links.iter().map(|link| Loss {
        name: link.name.clone(),
        regions: Vec::new(),
        links: link.pairs.clone(),
        impaired: Vec::new(),
    });
    let asked = LossQuestions {
        lose_any: scenario.losses.lose_any.max(tolerate),
        named: scenario.losses.named.iter().cloned().chain(cables).collect(),
    };
    let asked: Vec<Loss> = losses_of(&set.in_use(), &asked, &name);
    let found = asked
        .iter()
        .map(|loss| {
            watch.go_on()?;
            aftermath(
                sources,
                set,
                service,
                &judged.placed,
                shared.criteria.objective,
                loss,
            )
        })
        .collect::<Result<Vec<Aftermath>>>()?;
    let judgements = if paired {
        judge_paired(shared, judged, &found, watch)?
    } else {
        judge_apart(shared, judged, &found, watch)?
    };
    found
        .into_iter()
        .zip(judgements)
        .enumerate()
        .map(|(at, (found, after))| {
            let mut facts = found.facts;
            facts.change = after.as_ref().and_then(|after| after.versus_baseline);
            facts.judged = after;
            let rto = rto_of(shared, &facts, at as u32)?;
            let rpo = rpo_of_loss(shared, set, &facts);
            Ok((facts, rto, rpo))
        })
        .collect()
}

/// The criteria for what comes after a loss: its sampling error only.
fn sampling_only(criteria: &Criteria) -> Criteria {
    Criteria {
        input_replicates: 0,
        ..criteria.clone()
    }
}

/// The figures after each loss, with paired differences from before; none where there is no design.
fn judge_paired(
    shared: &Shared<'_>,
    judged: &Judged,
    found: &[Aftermath],
    watch: Watch<'_>,
) -> Result<Vec<Option<Judged>>> {
    let (laws, table) = (shared.sources.designer.laws, shared.sources.designer.table);
    let mut plans = vec![judged.placed.plan.clone()];
    plans.extend(found.iter().filter_map(|found| found.plan.clone()));
    let criteria = sampling_only(shared.criteria);
    let judgement = judge_plans(laws, table, &plans, Some(0), &criteria, watch)?;
    let mut after = judgement.sets.into_iter().skip(1);
    Ok(found
        .iter()
        .map(|found| found.plan.as_ref().and_then(|_| after.next()))
        .collect())
}

/// The same with differences whose errors are taken as independent.
fn judge_apart(
    shared: &Shared<'_>,
    judged: &Judged,
    found: &[Aftermath],
    watch: Watch<'_>,
) -> Result<Vec<Option<Judged>>> {
    let (laws, table) = (shared.sources.designer.laws, shared.sources.designer.table);
    let criteria = sampling_only(shared.criteria);
    found
        .iter()
        .map(|found| {
            let Some(plan) = &found.plan else { return Ok(None) };
            let judgement = judge_plans(laws, table, std::slice::from_ref(plan), None, &criteria, watch)?;
            Ok(judgement.sets.into_iter().next().map(|mut after| {
                after.versus_baseline = Some(apart(&after, judged));
                after
            }))
        })
        .collect()
}

/// Differences of two sets that no draws were paired for.
fn apart(after: &Judged, before: &Judged) -> Contrast {
    let of = |a: Estimate, b: Estimate| {
        Difference::new(Estimate::normal(
            a.value - b.value,
            a.std_error.hypot(b.std_error),
        ))
    };
    Contrast {
        objective: of(after.objective, before.objective),
        mean: of(after.mean, before.mean),
        p50: of(after.quantiles[0], before.quantiles[0]),
        p95: of(after.quantiles[2], before.quantiles[2]),
        p99: of(after.quantiles[3], before.quantiles[3]),
    }
}

/// RTO of one loss; those for whom nobody can take over wait for the first region that was lost to be repaired.
fn rto_of(shared: &Shared<'_>, facts: &LossFacts, key: u32) -> Result<Option<Duration>> {
    let sources = &shared.sources;
    let scenario = sources.scenario;
    let figures = shared.chain.rto(&facts.stops, sources.simulation.seed, key);
    let assumed = assumed(sources.simulation, scenario.failures.preset)?;
    let repair = facts
        .lost
        .first()
        .map(|region| &hazard_of(&scenario.failures, *region, &assumed).repair);
    let repairs: Vec<(f64, &Dist)> = repair
        .filter(|_| facts.unserved > LEAST_SHARE)
        .map(|repair| (facts.unserved, repair))
        .into_iter()
        .collect();
    let chained = figures.as_ref().map(|figures| (facts.stopped(), figures));
    Ok(Duration::until_served(chained, &repairs, scenario.targets.rto_s))
}

fn rpo_of_loss(shared: &Shared<'_>, set: &Deployed, facts: &LossFacts) -> Vec<Option<StoreRpoFacts>> {
    let takeover = super::takeover::takeover(&shared.sources, set, &facts.lost);
    (0..shared.sources.scenario.stores.len())
        .map(|store| {
            let survival = survival(&shared.sources, set, store, &takeover, &facts.lost)?;
            rpo_of(shared, store, vec![(1.0, survival)])
        })
        .collect()
}

/// The largest number of regions such that after every loss of so many, users are served within the promised latencies.
/// Only losses that were asked about are known.
fn tolerates(shared: &Shared<'_>, losses: &[LossRow], active: usize) -> usize {
    let holds = |facts: &LossFacts| {
        facts
            .judged
            .as_ref()
            .is_some_and(|judged| keeps_latency(shared, judged))
            && facts.unserved <= 1e-9
    };
    let mut most = 0;
    for size in 1..=active {
        let mut of_size = losses
            .iter()
            .map(|(facts, _, _)| facts)
            .filter(|facts| facts.lost.len() == size && facts.is_of_regions_alone())
            .peekable();
        if of_size.peek().is_none() || !of_size.all(holds) {
            break;
        }
        most = size;
    }
    most
}

/// Whether the promises about latency hold.
fn keeps_latency(shared: &Shared<'_>, judged: &Judged) -> bool {
    let targets = &shared.sources.scenario.targets;
    let at_most = |limit: Option<crate::basis::units::Millis>, at: usize| {
        limit.is_none_or(|limit| judged.quantiles[at].value <= limit.ms())
    };
    let within = targets
        .share_within
        .is_none_or(|(limit, share)| judged.placed.all.share_within(limit.ms()).value >= share.get());
    at_most(targets.p50, 0) && at_most(targets.p95, 2) && at_most(targets.p99, 3) && within
}
