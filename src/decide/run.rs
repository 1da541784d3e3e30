//! The questions a scenario can be asked: judge named sets, or search for the best.

mod fronts;

pub mod planning;

mod precise;

mod contest;

mod untried;

mod unkept;

mod affordable;

pub mod together;

pub mod options;

pub mod parts;

pub mod ranked;

mod listed;

use super::beyond::{self, Grown, How};
use super::capacity::planner::Planner;
use super::capacity::whole::CapacityFacts;
use super::designer::Designer;
use super::effort::sizes_in_full;
use super::enumerate::{Accept, Found, Query, Scored, Way};
use super::facts::edge::{EdgeFacts, cdn_or_region};
use super::facts::{Facts, Sources as FactSources, facts};
use super::gauge::{Gauge, Gauged};
use super::infeasible::{Exclusion, exclusions};
use super::judge::{Beside, Criteria, Elsewhere, Judged, Missing, judge_plans_by};
use super::objective::{Figure, figure_named};
use super::race::Raced;
use super::recovery::filter::Filter;
use super::recovery::lookup::{self, AllOfSize};
use super::recovery::score::Score;
use super::recovery::whole::{RecoveryFacts, Shared};
use crate::basis::error::{Error, ErrorKind, Result};
use crate::design::placement::Placement;
use crate::design::recovery::Standby;
use crate::design::scenario::Scenario;
use crate::engine::latency::placed::Placed;
use crate::engine::latency::plan::Plan;
use crate::engine::progress::Watch;
use crate::engine::queue::Queue;
use crate::engine::simulation::Simulation;
use affordable::{Wallet, of_front};
use options::{Load, SearchOptions};
use planning::{CapacityTogether, StrategyExpense};
use precise::{draw, figure_asked, until_precise};
use ranked::{Ranked, Readings};
use together::{Rest, Together, add_rest};
use untried::Looked;

/// A set with the name it goes by.
#[derive(Clone, Debug)]
pub struct NamedSet {
    /// The name.
    pub name: String,
    /// For each store the leader that its placement names; none where the best one was looked for.
    pub given_leaders: Vec<Option<usize>>,
    /// Its figures.
    pub judged: Judged,
    /// What it is beyond its regions.
    pub facts: Option<Facts>,
    /// What becomes of it when something is lost, where that was asked for.
    pub recovery: Option<RecoveryFacts>,
    /// Its score, where the scenario declares one.
    pub score: Option<Score>,
    /// What it carries, needs and costs, where that was asked for.
    pub capacity: Option<CapacityFacts>,
    /// What strategies on its regions cost.
    pub strategy_costs: Vec<StrategyExpense>,
    /// The cheapest of them that keeps what is promised.
    pub cheapest_strategy: Option<usize>,
    /// How it stands by what sets are ranked by, where that is no figure of latency.
    pub gauged: Option<Gauged>,
}

impl NamedSet {
    /// What it costs a month, in the currency; none where that is not known completely, or was not asked.
    pub fn cost(&self) -> Option<f64> {
        let facts = self.capacity.as_ref().filter(|facts| facts.is_priced());
        facts.and_then(|facts| facts.cost)
    }
}

/// What a run found out.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The sets, in the order asked for; by rank for a search.
    pub sets: Vec<NamedSet>,
    /// Place of the baseline among `sets`.
    pub baseline: Option<usize>,
    /// How a search went.
    pub search: Option<SearchFacts>,
    /// Draws for each pair that were made.
    pub runs: u32,
    /// What is not there because the user stopped the run.
    pub missing: Vec<Missing>,
    /// Whether a CDN is enough, where there is one.
    pub edge: Option<EdgeFacts>,
    /// What is to be told of all sets together about losses.
    pub recovery: Option<Together>,
    /// What is to be told of all sets together about capacity and cost.
    pub capacity: Option<CapacityTogether>,
    /// Named sets that cannot be run, with the reason; there are others that can.
    pub left_out: Vec<LeftOut>,
    /// How the sets raced, in their order, where a search had a race.
    pub race: Option<Raced>,
}

/// A named set that cannot be run.
#[derive(Clone, Debug)]
pub struct LeftOut {
    /// Its name.
    pub name: String,
    /// Why it cannot.
    pub why: String,
}

/// How a search went.
#[derive(Clone, Debug)]
pub struct SearchFacts {
    /// What was found.
    pub found: Found,
    /// What was asked.
    pub query: Query,
    /// By size the set whose objective after its worst loss of one region is best, and that value; where losses are asked
    /// about and regions alone decide.
    pub after_loss: Vec<Scored>,
    /// One region more, and one more, where that was asked.
    pub growth: Vec<Grown>,
    /// What a region costs by being there, in ms of the objective.
    pub fixed_cost_ms: Option<f64>,
    /// How sets were gauged, where they are ranked by a measure that is no figure of latency.
    pub ranked: Option<Ranked>,
}

/// The figure that a scenario's objective means.
pub fn figure_of(scenario: &Scenario) -> Figure {
    figure_named(scenario.objective, scenario.worst_country_min_share)
}

/// What the sets of a scenario are judged by.
pub fn criteria(scenario: &Scenario) -> Criteria {
    let objective = figure_of(scenario);
    let mut within_ms = scenario.share_limits_ms.clone();
    within_ms.extend(scenario.targets.share_within.map(|(limit, _)| limit.ms()));
    let precise = scenario.sampling.precision.as_ref();
    for figure in precise
        .map(|asked| figure_asked(scenario, asked))
        .into_iter()
        .chain([objective])
    {
        if let Figure::ShareWithin(ms) = figure {
            within_ms.push(ms);
        }
    }
    within_ms.sort_by(f64::total_cmp);
    within_ms.dedup();
    Criteria {
        objective,
        within_ms,
        min_share: scenario.worst_country_min_share,
        input_replicates: scenario.sampling.input_replicates,
    }
}

/// Judges the scenario's named placements and its baseline.
///
/// # Errors
/// When there is nothing to judge, or the user asks to stop.
pub fn simulate(scenario: &Scenario, simulation: &Simulation, watch: Watch<'_>) -> Result<Outcome> {
    simulate_by(scenario, simulation, None, watch)
}

/// The same, with the replicates for the input error drawn `elsewhere`, where they are.
///
/// # Errors
/// As [`simulate`], and those of `elsewhere`.
pub fn simulate_by(
    scenario: &Scenario,
    simulation: &Simulation,
    elsewhere: Option<&Elsewhere<'_>>,
    watch: Watch<'_>,
) -> Result<Outcome> {
    until_precise(scenario, simulation, |runs| {
        on_designs(scenario, (simulation, runs), watch, |sources, criteria, found| {
            judge_designs(sources, criteria, found, elsewhere, watch)
        })
    })
}

/// Draws the table, at least `runs` draws for each pair, and makes the designs of the named sets, for `go` to go on with.
fn on_designs<T>(
    scenario: &Scenario,
    (simulation, runs): (&Simulation, u32),
    watch: Watch<'_>,
    go: impl FnOnce(&FactSources<'_>, &Criteria, Designed) -> Result<T>,
) -> Result<T> {
    let mut named = scenario.placements.clone();
    let mut baseline = baseline_among(&mut named, scenario.baseline.as_ref());
    if named.is_empty() {
        return Err(Error::input("the scenario names no placement").hint(
            "add a [[placement]] to the scenario or say --placement eu-west-1,us-east-1; `search` looks for sets by itself",
        ));
    }
    let backend = simulation.backend(scenario);
    let sets: Vec<Vec<usize>> = named.iter().map(|placement| placement.regions.clone()).collect();
    let table = draw(scenario, simulation, &backend, (&sets, runs), watch)?;
    let designer = Designer {
        laws: &simulation.laws,
        table: &table,
        backend: Some(&backend),
    };
    let criteria = criteria(scenario);
    let mut found = designs_of(&designer, scenario, &criteria, named, &mut baseline)?;
    if let (Some(why), true) = (found.first.take(), found.plans.is_empty()) {
        return Err(why);
    }
    let sources = FactSources {
        scenario,
        simulation,
        designer,
        backend: &backend,
    };
    go(&sources, &criteria, Designed { baseline, ..found })
}

fn judge_designs(
    sources: &FactSources<'_>,
    criteria: &Criteria,
    found: Designed,
    elsewhere: Option<&Elsewhere<'_>>,
    watch: Watch<'_>,
) -> Result<Outcome> {
    let (laws, table) = (sources.designer.laws, sources.designer.table);
    let (named, plans, baseline) = (found.named, found.plans, found.baseline);
    let own: Vec<Vec<Standby>> = named.iter().map(|named| named.standbys.clone()).collect();
    let shared = Shared::new(*sources, criteria);
    let planner = Planner::new(*sources)?;
    let gauge = Gauge::new(&shared, planner.as_ref(), &[], watch)?;
    let read = Readings::of(gauge.as_ref(), &plans, own.iter().map(Vec::as_slice))?;
    let beside = Beside {
        elsewhere,
        order: read.as_ref().map(Readings::order),
    };
    let judged = judge_plans_by(laws, table, (&plans, baseline), criteria, beside, watch)?;
    let mut sets = named_sets(sources, named, judged.sets, watch)?;
    if let Some(read) = &read {
        read.tell(&mut sets, watch)?;
    }
    let Rest { recovery, capacity } = add_rest(*sources, criteria, &own, &mut sets, baseline, watch)?;
    Ok(Outcome {
        baseline: baseline.filter(|at| *at < sets.len()),
        edge: edge_facts(sources, &sets, watch)?,
        recovery,
        capacity,
        sets,
        search: None,
        runs: table.runs(),
        missing: judged.missing,
        left_out: found.left_out,
        race: None,
    })
}

/// Named sets with their designs.
struct Designed {
    named: Vec<Placement>,
    plans: Vec<Plan>,
    left_out: Vec<LeftOut>,
    /// Why the first of those that are left out is.
    first: Option<Error>,
    /// Place of the baseline among them.
    baseline: Option<usize>,
}

/// The designs of named sets, without those that cannot be run; `baseline` is a place among them and follows.
fn designs_of(
    designer: &Designer<'_>,
    scenario: &Scenario,
    criteria: &Criteria,
    named: Vec<Placement>,
    baseline: &mut Option<usize>,
) -> Result<Designed> {
    let mut found = Designed {
        named: Vec::new(),
        plans: Vec::new(),
        left_out: Vec::new(),
        first: None,
        baseline: None,
    };
    let was = baseline.take();
    for (at, placement) in named.into_iter().enumerate() {
        match design(designer, scenario, criteria, &placement, &placement.leaders) {
            Ok(plan) => {
                if was == Some(at) {
                    *baseline = Some(found.plans.len());
                }
                found.named.push(placement);
                found.plans.push(plan);
            }
            Err(error) if error.kind() == ErrorKind::Infeasible => {
                found.left_out.push(LeftOut {
                    name: placement.name.clone(),
                    why: error.to_string(),
                });
                found.first.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// The judged sets with their facts. What was judged is told even if the user asked to stop since: then without facts.
fn named_sets(
    sources: &FactSources<'_>,
    named: Vec<Placement>,
    judged: Vec<Judged>,
    watch: Watch<'_>,
) -> Result<Vec<NamedSet>> {
    let placed: Vec<&Placed> = judged.iter().map(|judged| &judged.placed).collect();
    let facts = match facts(sources, &placed, watch) {
        Err(error) if error.kind() == ErrorKind::Interrupted => vec![None; judged.len()],
        other => other?,
    };
    let sets = named.into_iter().zip(judged).zip(facts);
    Ok(sets
        .map(|((named, judged), facts)| NamedSet {
            name: named.name,
            given_leaders: named.leaders,
            judged,
            facts,
            recovery: None,
            score: None,
            capacity: None,
            strategy_costs: Vec::new(),
            cheapest_strategy: None,
            gauged: None,
        })
        .collect())
}

/// The answer to whether a CDN is enough; none without one, or when the user asked to stop.
fn edge_facts(sources: &FactSources<'_>, sets: &[NamedSet], watch: Watch<'_>) -> Result<Option<EdgeFacts>> {
    let placed: Vec<&Placed> = sets.iter().map(|set| &set.judged.placed).collect();
    match cdn_or_region(sources, &placed, watch) {
        Err(error) if error.kind() == ErrorKind::Interrupted => Ok(None),
        other => other,
    }
}

/// The design of a named set: with the leaders it names, or those that serve the objective best.
fn design(
    designer: &Designer<'_>,
    scenario: &Scenario,
    criteria: &Criteria,
    named: &Placement,
    leaders: &[Option<usize>],
) -> Result<Plan> {
    let mut best = designer.best(criteria.objective, &named.regions, leaders);
    if best.is_none() && scenario.capacity_asked {
        // A planner wants to know what an overloaded set needs; that it is unstable is told with its servers.
        best = designer.best_unqueued(criteria.objective, &named.regions, leaders);
    }
    best.map(|(plan, _)| plan).ok_or_else(|| {
        if let Some((region, queue)) = designer.overloaded(&named.regions, leaders) {
            return overloaded(scenario, named, region, &queue);
        }
        let stores: Vec<&str> = scenario.stores.iter().map(|store| store.name.as_str()).collect();
        Error::new(
            ErrorKind::Infeasible,
            format!(
                "the set `{}` cannot hold its stores ({}): a leader is not among its members, there are fewer copies \
                 than a quorum counts on, or a residency rule keeps users from the leader that their writes go to",
                named.name,
                stores.join(", ")
            ),
        )
        .hint("add the leader's region to the set, lower n, r or w of the store, or let writes be forwarded")
    })
}

/// More requests come than can be served: the queue grows without end, and there is no latency to tell.
fn overloaded(scenario: &Scenario, named: &Placement, region: usize, queue: &Queue) -> Error {
    let message = format!(
        "the set `{}` is unstable: the requests that come to {} keep {:.1} servers busy, and it has {}",
        named.name, scenario.candidates[region].id, queue.offered, queue.servers
    );
    let hint = format!(
        "give it at least {:.0} servers under [capacity], or send some of its users elsewhere",
        queue.offered.floor() + 1.0
    );
    Error::new(ErrorKind::Infeasible, message).hint(hint)
}

/// Puts the baseline among the sets, once: its place.
fn baseline_among(named: &mut Vec<Placement>, baseline: Option<&Placement>) -> Option<usize> {
    let baseline = baseline?;
    let at = named.iter().position(|placement| placement.runs_like(baseline));
    Some(at.unwrap_or_else(|| {
        named.push(baseline.clone());
        named.len() - 1
    }))
}

/// Finds the best sets of the scenario's sizes and judges them. Sizes of which all sets can be scored in good time are
/// ([`sizes_in_full`]), others are searched ([`beyond::find`]).
///
/// Judged are the `top` best over all sizes, the best of each size, and the baseline.
///
/// # Errors
/// [`ErrorKind::Infeasible`] when no set keeps the limits; when the user asks
/// to stop before any set was scored.
pub fn search(
    scenario: &Scenario,
    simulation: &Simulation,
    limits: &[(Figure, f64)],
    top: usize,
    watch: Watch<'_>,
) -> Result<Outcome> {
    search_with(
        scenario,
        simulation,
        limits,
        top,
        &SearchOptions::default(),
        watch,
    )
}

/// The same with what else may be asked of a search.
///
/// # Errors
/// As [`search`].
pub fn search_with(
    scenario: &Scenario,
    simulation: &Simulation,
    limits: &[(Figure, f64)],
    top: usize,
    options: &SearchOptions,
    watch: Watch<'_>,
) -> Result<Outcome> {
    let find = |designer: &Designer<'_>, query: &Query, accept: Option<&Accept<'_>>| {
        beyond::find(designer, query, accept, &how(scenario, options), watch)
    };
    search_by(scenario, simulation, limits, top, options, &find, watch)
}

/// The same where sizes of which all sets are scored were scored elsewhere: `scored` hands in what was found.
///
/// # Errors
/// As [`search`], and those of `scored`.
pub fn search_scored(
    scenario: &Scenario,
    simulation: &Simulation,
    limits: &[(Figure, f64)],
    top: usize,
    options: &SearchOptions,
    scored: &ScoredElsewhere<'_>,
    watch: Watch<'_>,
) -> Result<Outcome> {
    ranked::refuse_parts(scenario)?;
    let find = |designer: &Designer<'_>, query: &Query, accept: Option<&Accept<'_>>| {
        let score = |query: &Query, _: Watch<'_>| scored(designer, query, accept);
        beyond::find_by(designer, query, accept, &how(scenario, options), &score, watch)
    };
    search_by(scenario, simulation, limits, top, options, &find, watch)
}

/// How the sets of each size are found.
fn how(scenario: &Scenario, options: &SearchOptions) -> How {
    How {
        all: sizes_in_full(scenario, options.budget()),
        effort: options.effort,
        seed: scenario.sampling.seed,
        within: options.within,
    }
}

/// What was found elsewhere of all sets of the one size of a query.
pub type ScoredElsewhere<'a> =
    dyn Fn(&Designer<'_>, &Query, Option<&Accept<'_>>) -> Result<Found> + Sync + 'a;

/// How the best sets are found, before they are judged.
type Finder<'a> = dyn Fn(&Designer<'_>, &Query, Option<&Accept<'_>>) -> Result<Found> + Sync + 'a;

/// A search whose best sets are found by `find`.
fn search_by(
    scenario: &Scenario,
    simulation: &Simulation,
    limits: &[(Figure, f64)],
    top: usize,
    options: &SearchOptions,
    find: &Finder<'_>,
    watch: Watch<'_>,
) -> Result<Outcome> {
    until_precise(scenario, simulation, |runs| {
        on_ground(
            scenario,
            (simulation, runs),
            limits,
            (top, options),
            watch,
            |ground| {
                let (found, ranked) = match ground.gauge {
                    Some(gauge) => {
                        let (found, ranked) = ranked::find(ground, gauge, find, watch)?;
                        (found, Some(ranked))
                    }
                    None => (
                        find(&ground.sources.designer, &ground.query, ground.accept)?,
                        None,
                    ),
                };
                judge_found(ground, found, ranked, watch)
            },
        )
    })
}

/// What a search stands on before the first set is scored.
struct Ground<'a> {
    sources: FactSources<'a>,
    criteria: Criteria,
    query: Query,
    options: &'a SearchOptions,
    filter: Option<&'a Filter<'a>>,
    wallet: &'a Wallet<'a>,
    load: &'a Load<'a>,
    /// What sets are gauged with, where they are ranked by a measure that is no figure of latency.
    gauge: Option<&'a Gauge<'a>>,
    accepts: &'a Accept<'a>,
    /// The same, unless everything is accepted.
    accept: Option<&'a Accept<'a>>,
}

/// Draws the table, at least `runs` draws for each pair, and makes ready what sets are accepted by, for `go` to go on with.
fn on_ground<T>(
    scenario: &Scenario,
    (simulation, runs): (&Simulation, u32),
    limits: &[(Figure, f64)],
    (top, options): (usize, &SearchOptions),
    watch: Watch<'_>,
    go: impl FnOnce(&Ground<'_>) -> Result<T>,
) -> Result<T> {
    options.check(criteria(scenario).objective)?;
    ranked::check(scenario, options)?;
    let criteria = criteria(scenario);
    let query = query_of(scenario, criteria.objective, limits, top);
    let first_guess = [(0..simulation.laws.regions).collect()];
    let backend = simulation.backend(scenario);
    let table = draw(scenario, simulation, &backend, (&first_guess, runs), watch)?;
    let designer = Designer {
        laws: &simulation.laws,
        table: &table,
        backend: Some(&backend),
    };
    let sources = FactSources {
        scenario,
        simulation,
        designer,
        backend: &backend,
    };
    let shared = Shared::new(sources, &criteria);
    let filter = Filter::new(&shared, limits, watch);
    let planner = Planner::new(sources)?;
    let wallet = Wallet::new(planner.as_ref(), &query);
    let load = Load::new(designer, criteria.objective, options.max_load);
    let gauge = Gauge::new(&shared, planner.as_ref(), &query.sizes, watch)?;
    let accepts = |regions: &[usize]| {
        load.accepts(regions)
            && wallet.affords(regions)
            && filter.as_ref().is_none_or(|filter| filter.accepts(regions))
    };
    let accept = (filter.is_some() || wallet.counts() || load.counts()).then_some(&accepts as &Accept<'_>);
    go(&Ground {
        sources,
        criteria: criteria.clone(),
        query,
        options,
        filter: filter.as_ref(),
        wallet: &wallet,
        load: &load,
        gauge: gauge.as_ref(),
        accepts: &accepts,
        accept,
    })
}

/// Judges the best of what was found, and tells all there is to tell of them.
fn judge_found(
    ground: &Ground<'_>,
    mut found: Found,
    ranked: Option<Ranked>,
    watch: Watch<'_>,
) -> Result<Outcome> {
    let Ground {
        sources,
        criteria,
        query,
        options,
        filter,
        wallet,
        ..
    } = ground;
    let (scenario, designer) = (sources.scenario, &sources.designer);
    let (laws, table) = (designer.laws, designer.table);
    let growth = options.growth(designer, query, ground.accept, &mut found, watch)?;
    let in_full = sizes_scored(&found, query);
    let after_loss = best_after_loss(scenario, designer, &in_full, watch)?;
    let best = ranked
        .as_ref()
        .map_or_else(|| contenders(&found, query), Ranked::contenders);
    let mut named = best
        .into_iter()
        .map(|set| named_design(designer, scenario, criteria, set))
        .collect::<Result<Vec<(Placement, Plan)>>>()?;
    if let (true, Some(error)) = (named.is_empty(), ranked.as_ref().and_then(Ranked::no_value)) {
        return Err(error);
    }
    if named.is_empty() {
        return Err(no_set(
            sources,
            &found,
            query,
            (*filter, wallet, ground.load),
            &how(scenario, options),
            watch,
        )?);
    }
    let mut swept = None;
    if let Some(all) = wallet.all(&in_full, watch)? {
        let (sets, counted) = of_front(&all, designer, query, ground.accepts);
        swept = Some(counted);
        for set in sets {
            let (own, plan) = named_design(designer, scenario, criteria, set)?;
            add_design(&mut named, &own, plan);
        }
    }
    let (baseline, left_out) = add_own(designer, scenario, criteria, &mut named)?;
    let (named, plans): (Vec<Placement>, Vec<Plan>) = named.into_iter().unzip();
    let standbys = named.iter().map(|named| named.standbys.as_slice());
    let read = Readings::of(ground.gauge, &plans, standbys)?;
    let beside = Beside {
        order: read.as_ref().map(Readings::order),
        ..Beside::default()
    };
    let judged = judge_plans_by(laws, table, (&plans, baseline), criteria, beside, watch)?;
    let mut missing = judged.missing;
    add_sets_missing(&found, &mut missing);
    let own: Vec<Vec<Standby>> = named.iter().map(|named| named.standbys.clone()).collect();
    let mut sets = named_sets(sources, named, judged.sets, watch)?;
    if let Some(read) = &read {
        read.tell(&mut sets, watch)?;
    }
    let (own, mut sets, baseline) = by_rank(sets, own, baseline);
    let Rest {
        recovery,
        mut capacity,
    } = add_rest(*sources, criteria, &own, &mut sets, baseline, watch)?;
    if let Some(capacity) = &mut capacity {
        capacity.swept = swept;
    }
    let race = contest::of_sets(
        scenario,
        sources.simulation,
        (criteria, table.runs()),
        &sets,
        watch,
    )?;
    Ok(Outcome {
        edge: edge_facts(sources, &sets, watch)?,
        recovery,
        capacity,
        sets,
        baseline,
        search: Some(SearchFacts {
            found,
            query: query.clone(),
            after_loss,
            growth,
            fixed_cost_ms: options.fixed_cost_ms,
            ranked,
        }),
        runs: table.runs(),
        missing,
        left_out,
        race,
    })
}

/// Sets by rank with their own standbys, and where the baseline is then.
fn by_rank(
    sets: Vec<NamedSet>,
    own: Vec<Vec<Standby>>,
    baseline: Option<usize>,
) -> (Vec<Vec<Standby>>, Vec<NamedSet>, Option<usize>) {
    let mut sets: Vec<(bool, Vec<Standby>, NamedSet)> = sets
        .into_iter()
        .enumerate()
        .zip(own)
        .map(|((at, set), own)| (Some(at) == baseline, own, set))
        .collect();
    sets.sort_by_key(|(_, _, set)| set.judged.rank);
    let baseline = sets.iter().position(|(is_baseline, _, _)| *is_baseline);
    let (own, sets) = sets.into_iter().map(|(_, own, set)| (own, set)).unzip();
    (own, sets, baseline)
}

/// Sets that the search did not get to are missing.
fn add_sets_missing(found: &Found, missing: &mut Vec<Missing>) {
    if !found.complete && !missing.contains(&Missing::Sets) {
        missing.insert(0, Missing::Sets);
    }
}

/// Adds the scenario's own sets that say more than their regions, and the baseline: its place, and what cannot be run.
fn add_own(
    designer: &Designer<'_>,
    scenario: &Scenario,
    criteria: &Criteria,
    named: &mut Vec<(Placement, Plan)>,
) -> Result<(Option<usize>, Vec<LeftOut>)> {
    let of_their_own = scenario.placements.iter().filter(|named| !is_plain(named));
    let own: Vec<Placement> = of_their_own.chain(&scenario.baseline).cloned().collect();
    let mut baseline = scenario.baseline.as_ref().map(|_| own.len() - 1);
    let found = designs_of(designer, scenario, criteria, own, &mut baseline)?;
    let designs = found.named.iter().zip(found.plans);
    let places: Vec<usize> = designs.map(|(own, plan)| add_design(named, own, plan)).collect();
    Ok((baseline.map(|at| places[at]), found.left_out))
}

/// What a search of `scenario` asks.
fn query_of(scenario: &Scenario, objective: Figure, limits: &[(Figure, f64)], top: usize) -> Query {
    Query {
        sizes: scenario.sizes.clone(),
        must_have: scenario.must_have.clone(),
        objective,
        limits: limits.to_vec(),
        top: top.max(1),
    }
}

/// A set that was found, with its name and its best design.
fn named_design(
    designer: &Designer<'_>,
    scenario: &Scenario,
    criteria: &Criteria,
    set: Vec<usize>,
) -> Result<(Placement, Plan)> {
    let named = name_set(scenario, set);
    let plan = design(designer, scenario, criteria, &named, &named.leaders)?;
    Ok((named, plan))
}

/// The query for the sizes of which all sets were scored.
fn sizes_scored(found: &Found, query: &Query) -> Query {
    let sizes = query.sizes.iter().copied();
    Query {
        sizes: sizes.filter(|size| is_in_full(found, *size)).collect(),
        ..query.clone()
    }
}

/// Whether all sets of a size were scored.
fn is_in_full(found: &Found, size: usize) -> bool {
    found
        .sizes
        .get(&size)
        .is_none_or(|of_size| of_size.way == Way::All)
}

/// By size the set that is best after its worst loss of one region, with its value then.
fn best_after_loss(
    scenario: &Scenario,
    designer: &Designer<'_>,
    query: &Query,
    watch: Watch<'_>,
) -> Result<Vec<Scored>> {
    let mut best = Vec::new();
    if !scenario.recovery_asked {
        return Ok(best);
    }
    for &size in query.sizes.iter().filter(|size| **size > 1) {
        let Some(all) = AllOfSize::score(designer, query.objective, size - 1, watch)? else {
            continue;
        };
        let found = lookup::best_after_loss(&all, designer.laws.regions, &query.must_have);
        best.extend(found.map(|(regions, cost)| Scored {
            regions,
            value: cost.abs(),
        }));
    }
    Ok(best)
}

/// Why there is no set to tell of: the limits, or the user's impatience.
fn no_set(
    sources: &FactSources<'_>,
    found: &Found,
    query: &Query,
    (filter, wallet, load): (Option<&Filter<'_>>, &Wallet<'_>, &Load<'_>),
    how: &How,
    watch: Watch<'_>,
) -> Result<Error> {
    let (scenario, designer) = (sources.scenario, &sources.designer);
    if !found.complete {
        let message = format!(
            "interrupted: of {} sets {} were scored and none of them is feasible",
            found.sets, found.scored
        );
        return Ok(Error::new(ErrorKind::Interrupted, message));
    }
    let looked = Looked::at(found, query);
    let name = |set: &[usize]| name_set(scenario, set.to_vec()).name;
    if found.turned_away > 0 {
        let sets = best_regardless(designer, query, how, watch)?;
        if let Some(error) = load.none_accepted(&sets, &looked, &name) {
            return Ok(error);
        }
        if let Some(error) = wallet.too_dear(&sets, &looked, name) {
            return Ok(error);
        }
        if let Some(filter) = filter {
            let otherwise = |set: &[usize]| load.accepts(set) && wallet.affords(set);
            return Ok(unkept::no_set_recovers(
                (found, &looked),
                filter,
                &sets,
                &otherwise,
                &name,
            ));
        }
    }
    if !looked.all {
        return Ok(untried::nothing_found(found, query, name));
    }
    let message = if query.limits.is_empty() {
        format!(
            "no set is feasible: none of {} can hold the stores, carry the load and serve every user where residency allows",
            found.sets
        )
    } else {
        format!("no set is feasible: all {} break a limit", found.sets)
    };
    let reasons = exclusions(designer, query, watch)?;
    let error = reasons
        .iter()
        .map(|reason| excluded_in_words(scenario, reason, found.sets))
        .fold(Error::new(ErrorKind::Infeasible, message), Error::and);
    Ok(error.hint(if query.limits.is_empty() {
        "allow more sizes or candidates"
    } else {
        "loosen a limit or allow larger sets"
    }))
}

/// The best sets of each size by latency, whatever else is asked of them.
fn best_regardless(
    designer: &Designer<'_>,
    query: &Query,
    how: &How,
    watch: Watch<'_>,
) -> Result<Vec<Vec<usize>>> {
    /// Sets of each size that are looked at again.
    const LOOKED_AT: usize = 50;
    let query = Query {
        top: LOOKED_AT,
        ..query.clone()
    };
    let best = beyond::find(designer, &query, None, how, watch)?;
    Ok(best
        .best
        .into_values()
        .flatten()
        .map(|scored| scored.regions)
        .collect())
}

/// `p95 at most 150 ms excludes 6 of 6 sets by itself; the nearest miss is 152 ± 1.3 ms, of eu-west-1`.
fn excluded_in_words(scenario: &Scenario, reason: &Exclusion, sets: u64) -> String {
    let Exclusion { figure, limit, .. } = *reason;
    let bound = if figure.more_is_better() { "least" } else { "most" };
    let half = reason.reached.value - reason.reached.sampling.0;
    let error = if half > 0.0 {
        format!(" (± {})", figure.amount(half))
    } else {
        String::new()
    };
    let what = if reason.excluded == sets {
        "the nearest miss"
    } else {
        "the best value"
    };
    format!(
        "{} at {bound} {} excludes {} of {sets} by itself; {what} is {}{error}, of {}",
        figure.words(),
        figure.amount(limit),
        reason.excluded,
        figure.amount(reason.reached.value),
        name_set(scenario, reason.nearest.clone()).name
    )
}

/// The best sets over all sizes and the best of each size.
fn contenders(found: &Found, query: &Query) -> Vec<Vec<usize>> {
    let mut all: Vec<(usize, &super::enumerate::Scored)> = found
        .best
        .values()
        .flat_map(|sets| sets.iter().enumerate())
        .collect();
    let cost = |value: f64| query.objective.cost(value);
    all.sort_by(|a, b| {
        cost(a.1.value)
            .total_cmp(&cost(b.1.value))
            .then_with(|| a.1.regions.len().cmp(&b.1.regions.len()))
            .then_with(|| a.1.regions.cmp(&b.1.regions))
    });
    all.iter()
        .enumerate()
        .filter(|(place, (of_size, _))| *place < query.top || *of_size == 0)
        .map(|(_, (_, scored))| scored.regions.clone())
        .collect()
}

/// Whether a placement says no more than its regions: neither who leads a store nor who stands by.
fn is_plain(named: &Placement) -> bool {
    named.leaders.iter().all(Option::is_none) && named.standbys.is_empty()
}

/// Puts a named design among the others, once: its place. The name wins over that of the same design found by search.
fn add_design(all: &mut Vec<(Placement, Plan)>, named: &Placement, plan: Plan) -> usize {
    let same = |(other, its): &(Placement, Plan)| {
        its.regions == plan.regions && its.leaders == plan.leaders && other.standbys == named.standbys
    };
    if let Some(at) = all.iter().position(same) {
        all[at].0 = named.clone();
        at
    } else {
        all.push((named.clone(), plan));
        all.len() - 1
    }
}

/// A set that was found, under the name that a placement gives it. A placement with leaders
/// or standbys of its own is another design.
fn name_set(scenario: &Scenario, regions: Vec<usize>) -> Placement {
    let known = scenario
        .placements
        .iter()
        .find(|placement| placement.regions == regions && is_plain(placement));
    let name = known.map_or_else(
        || set_name(scenario, &regions),
        |placement| placement.name.clone(),
    );
    Placement {
        name,
        regions,
        leaders: Vec::new(),
        standbys: Vec::new(),
    }
}

/// The name of a set nobody named: its regions, without the provider where all candidates share it.
pub fn set_name(scenario: &Scenario, regions: &[usize]) -> String {
    let provider = |at: usize| scenario.candidates[at].provider.as_str();
    let one_provider = (1..scenario.candidates.len()).all(|at| provider(at) == provider(0));
    let name = |at: &usize| {
        let region = &scenario.candidates[*at];
        if one_provider {
            region.code.clone()
        } else {
            region.id.clone()
        }
    };
    regions.iter().map(name).collect::<Vec<_>>().join(" + ")
}
