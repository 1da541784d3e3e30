//! Puts a report together from what a run found out.

mod age;

mod atlas;

mod design;

mod recovery;

mod together;

mod capacity;

mod answer;

mod cost;

mod listed;
mod race;
mod ranking;
mod search;
mod sites;

pub use sites::assemble_sites;

use super::figures::figure;
use super::model::{
    Assumption, BestOfSize, Comparison, CountryResult, DataSource, Difference, InputDigest, Latency, Missing,
    NetworkSummary, Outcome as Kept, Provenance, Question, RegionMatrix, RegionTraffic, Report, SCHEMA,
    SCHEMA_VERSION, SearchSummary, SetResult, ShareWithin, TargetAsked, TargetResult, Verdict, WorstCountry,
};
use crate::basis::error::{Error, Result};
use crate::basis::seed::Points;
use crate::basis::stat::bins;
use crate::basis::stat::estimate::Estimate;
use crate::decide::enumerate::Scored;
use crate::decide::judge::{self, Contrast, Judged};
use crate::decide::run::{NamedSet, Outcome, SearchFacts};
use crate::design::sampling::Allocation;
use crate::design::scenario::Scenario;
use crate::engine::simulation::Simulation;
use crate::world::catalog::{Catalog, TableKind};

/// Raised whenever the same seed gives other numbers.
pub const SAMPLER_VERSION: u32 = 3;

/// Points of a distribution function kept in a report.
const CDF_POINTS: usize = 200;

/// The report of `outcome`.
///
/// # Errors
/// When a data table cannot be read, or a latency is too long to be told.
pub fn assemble(
    command: &str,
    scenario: &Scenario,
    catalog: &Catalog,
    simulation: &Simulation,
    outcome: &Outcome,
) -> Result<Report> {
    let assembler = Assembler {
        scenario,
        simulation,
        outcome,
        last_ranked: listed::last_ranked(outcome),
    };
    let provenance = assembler.provenance(catalog)?;
    let mut assumptions = assembler.assumptions();
    assumptions.extend(age::assumption(provenance.ages.as_ref()));
    let report = Report {
        schema: SCHEMA.to_owned(),
        schema_version: SCHEMA_VERSION,
        command: command.to_owned(),
        complete: outcome.missing.is_empty(),
        missing: outcome.missing.iter().copied().map(missing).collect(),
        provenance,
        question: assembler.question(),
        network: assembler.network(),
        search: outcome.search.as_ref().map(|facts| assembler.search(facts)),
        sets: (0..outcome.sets.len())
            .map(|place| assembler.set(place))
            .collect(),
        baseline: outcome.baseline,
        cdn_or_region: outcome.edge.as_ref().map(|facts| assembler.cdn_or_region(facts)),
        recovery: assembler.recovery_summary()?,
        capacity: assembler.capacity_summary(),
        region_matrix: assembler.region_matrix(),
        atlas: Some(assembler.atlas(catalog)?),
        assumptions,
        warnings: assembler.warnings(),
    };
    latencies_can_be_told(&report)?;
    Ok(report)
}

/// Refuses latencies of which a quantile that is told lies beyond the last bin.
fn latencies_can_be_told(report: &Report) -> Result<()> {
    let can = |set: &&SetResult| {
        let it = &set.latency;
        let told = [&it.mean_ms, &it.p50_ms, &it.p90_ms, &it.p95_ms, &it.p99_ms];
        told.iter().all(|figure| figure.value.is_finite())
    };
    let Some(set) = report.sets.iter().find(|set| !can(set)) else {
        return Ok(());
    };
    let message = format!(
        "a latency of {} is too long to be told: beyond {:.1} s nothing is told apart",
        set.name,
        bins::lower(bins::COUNT - 1) / 1000.0
    );
    Err(Error::input(message).hint(
        "look whether `request.service` and other times have the unit and the spread that are meant; what nobody waits \
         for is no request",
    ))
}

fn missing(part: judge::Missing) -> Missing {
    match part {
        judge::Missing::Sets => Missing::Sets,
        judge::Missing::InputError => Missing::InputError,
        judge::Missing::Differences => Missing::Differences,
    }
}

struct Assembler<'a> {
    scenario: &'a Scenario,
    simulation: &'a Simulation,
    outcome: &'a Outcome,
    /// The last rank that holds among all sets that were searched.
    last_ranked: usize,
}

impl Assembler<'_> {
    /// What the scenario was warned of, and the sets that are not told of.
    fn warnings(&self) -> Vec<String> {
        let of_scenario = self.scenario.warnings.iter().map(ToString::to_string);
        let left_out = self.outcome.left_out.iter();
        let left_out = left_out.map(|set| format!("the set `{}` is left out: {}", set.name, set.why));
        of_scenario.chain(left_out).collect()
    }

    fn provenance(&self, catalog: &Catalog) -> Result<Provenance> {
        let data = TableKind::ALL
            .iter()
            .map(|kind| {
                let table = catalog.data_table(*kind)?;
                Ok(DataSource {
                    name: table.name,
                    source: table.source,
                    date: table.date,
                    digest: table.digest,
                    rows: table.rows,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        let inputs: Vec<InputDigest> = self
            .scenario
            .inputs
            .iter()
            .map(|input| InputDigest {
                name: input.name.clone(),
                digest: input.digest.clone(),
            })
            .collect();
        let overrides = self.scenario.overrides.clone();
        Ok(Provenance {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            sampler_version: SAMPLER_VERSION,
            seed: self.simulation.seed,
            runs: self.outcome.runs,
            points: (self.simulation.points == Points::Scrambled).then(|| "scrambled".to_owned()),
            allocation: (self.simulation.allocation == Allocation::ByWeight).then(|| "by-weight".to_owned()),
            input_replicates: self.scenario.sampling.input_replicates,
            input_digest: digest_of(&inputs, &overrides, &data),
            inputs,
            overrides,
            data,
            ages: self.ages(catalog)?,
        })
    }

    fn region(&self, at: usize) -> String {
        self.scenario.candidates[at].id.clone()
    }

    fn requests_per_second(&self) -> Option<f64> {
        self.scenario
            .audience
            .groups
            .iter()
            .map(|group| group.requests_per_second)
            .sum()
    }

    fn question(&self) -> Question {
        let scenario = self.scenario;
        Question {
            name: scenario.name.clone(),
            description: scenario.description.clone(),
            audience: scenario.audience.description.clone(),
            user_groups: scenario.audience.groups.len(),
            total_weight: scenario.audience.total_weight(),
            weight_unit: scenario.audience.weight_unit.clone(),
            requests_per_second: self.requests_per_second(),
            missing_countries: scenario.audience.missing.clone(),
            candidates: (0..scenario.candidates.len()).map(|at| self.region(at)).collect(),
            must_have: scenario.must_have.iter().map(|at| self.region(*at)).collect(),
            round_trips: scenario.classes[0].exchanges,
            service: scenario.classes[0].service.describe(),
            classes: self.classes_asked(),
            objective: scenario.objective.name(),
            ranked_by: self.ranked_by(),
            worst_country_min_share: scenario.worst_country_min_share,
            targets: self.targets_asked(),
        }
    }

    fn targets_asked(&self) -> Vec<TargetAsked> {
        let targets = &self.scenario.targets;
        let latency = |what: &str, limit: Option<crate::basis::units::Millis>| {
            limit.map(|limit| TargetAsked {
                what: what.to_owned(),
                limit: limit.ms(),
                unit: "ms".to_owned(),
            })
        };
        let share = targets.share_within.map(|(limit, share)| TargetAsked {
            what: format!("within:{}ms", limit.ms()),
            limit: share.get(),
            unit: "share".to_owned(),
        });
        [
            latency("p50", targets.p50),
            latency("p95", targets.p95),
            latency("p99", targets.p99),
            share,
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn network(&self) -> NetworkSummary {
        let sources = &self.simulation.sources;
        let pairs = |wanted: bool| {
            let measured = &self.simulation.region_rtts.measured;
            let n = measured.len();
            (0..n)
                .flat_map(|a| (0..n).map(move |b| (a, b)))
                .filter(|(a, b)| a != b && measured[*a][*b] == wanted)
                .count()
        };
        NetworkSummary {
            user_pairs: sources.user_pairs_measured
                + sources.user_pairs_estimated
                + sources.user_pairs_from_graph,
            user_pairs_measured: sources.user_pairs_measured,
            user_pairs_estimated: sources.user_pairs_estimated,
            region_pairs: pairs(true) + pairs(false),
            region_pairs_measured: pairs(true),
            region_pairs_estimated: pairs(false),
            access_basis: sources.access_basis.clone(),
            median_landmark_km: sources.median_landmark_km,
            thin_countries: sources.thin_countries.clone(),
        }
    }

    fn search(&self, facts: &SearchFacts) -> SearchSummary {
        let best_by_size = facts
            .found
            .best
            .iter()
            .filter_map(|(size, sets)| {
                debug_assert!(sets.iter().all(|set| set.regions.len() == *size));
                let best = sets.first()?;
                Some(BestOfSize {
                    measure: ranking::best_of(facts, *size),
                    ..self.best_of_size(best)
                })
            })
            .collect();
        let (sets_gauged, sets_without_value) = ranking::gauged(facts, None);
        SearchSummary {
            sizes: facts.query.sizes.clone(),
            sets_feasible: facts.found.scored - facts.found.infeasible,
            sets_scored: facts.found.scored,
            sets_not_scored: search::not_scored(&facts.found),
            optimality: search::optimality(&facts.found),
            top: facts.query.top,
            sets_gauged,
            sets_without_value,
            best_by_size,
            turned_away_by_recovery: self
                .scenario
                .targets
                .are_about_losses()
                .then_some(facts.found.turned_away),
            best_after_loss: facts
                .after_loss
                .iter()
                .map(|best| self.best_of_size(best))
                .collect(),
            by_size: Assembler::searched_sizes(facts),
            growth: self.growth(facts),
            fixed_cost_ms: facts.fixed_cost_ms,
            best_size: search::best_size(facts),
            race: self.race(),
        }
    }

    fn best_of_size(&self, best: &Scored) -> BestOfSize {
        BestOfSize {
            size: best.regions.len(),
            regions: best.regions.iter().map(|at| self.region(*at)).collect(),
            value: best.value,
            measure: None,
        }
    }

    fn set(&self, place: usize) -> SetResult {
        let set: &NamedSet = &self.outcome.sets[place];
        let judged = &set.judged;
        SetResult {
            design: self.design(set),
            recovery: self.recovery(set),
            capacity: self.capacity(set),
            score: set.score.as_ref().map(|score| self.score(score)),
            race: self.runner(place),
            name: set.name.clone(),
            regions: judged.placed.regions.iter().map(|at| self.region(*at)).collect(),
            rank: judged.rank,
            listed_for: self.listed_for(place),
            objective: figure(&judged.objective),
            measure: set.gauged.as_ref().map(ranking::measured),
            latency: self.latency(judged),
            versus_best: judged.versus_best.as_ref().map(comparison),
            versus_baseline: judged.versus_baseline.as_ref().map(comparison),
            traffic: self.traffic(judged),
            countries: self.countries(judged, self.has_curves(place)),
            users: Some(atlas::users(judged)),
            cdf: thin(judged.placed.all.points()),
            targets: self.targets(judged),
        }
    }

    fn latency(&self, judged: &Judged) -> Latency {
        Latency {
            mean_ms: figure(&judged.mean),
            p50_ms: figure(&judged.quantiles[0]),
            p90_ms: figure(&judged.quantiles[1]),
            p95_ms: figure(&judged.quantiles[2]),
            p99_ms: figure(&judged.quantiles[3]),
            share_within: self.shares(&judged.shares),
            worst_country: judged.worst_country.as_ref().map(|(country, p95)| WorstCountry {
                country: self.simulation.countries[*country as usize].clone(),
                p95_ms: figure(p95),
            }),
            worst_group_mean_ms: judged.worst_group.1,
            worst_group: self.simulation.groups[judged.worst_group.0].clone(),
        }
    }

    /// Shares of requests within the times of the criteria.
    pub(super) fn shares(&self, shares: &[Estimate]) -> Vec<ShareWithin> {
        self.share_limits()
            .into_iter()
            .zip(shares)
            .map(|(limit_ms, share)| ShareWithin {
                limit_ms,
                share: figure(share),
            })
            .collect()
    }

    fn share_limits(&self) -> Vec<f64> {
        crate::decide::run::criteria(self.scenario).within_ms
    }

    fn traffic(&self, judged: &Judged) -> Vec<RegionTraffic> {
        let rate = self.requests_per_second();
        judged
            .placed
            .regions
            .iter()
            .zip(judged.placed.traffic(&self.simulation.laws))
            .map(|(region, share)| RegionTraffic {
                region: self.region(*region),
                share,
                requests_per_second: rate.map(|rate| rate * share),
            })
            .collect()
    }

    fn countries(&self, judged: &Judged, curves: bool) -> Vec<CountryResult> {
        let mut countries: Vec<CountryResult> = judged
            .countries
            .iter()
            .map(|of| CountryResult {
                country: self.simulation.countries[of.country as usize].clone(),
                share: of.share,
                main_region: self.region(of.main_region),
                p50_ms: of.p50.value,
                p95_ms: of.p95.value,
                p95_std_error_ms: of.p95.std_error,
                p99_ms: of.p99.value,
                quantiles_ms: if curves && of.share >= atlas::LEAST_SHARE_OF_A_CURVE {
                    of.curve.clone()
                } else {
                    Vec::new()
                },
            })
            .collect();
        countries.sort_by(|a, b| {
            b.share
                .total_cmp(&a.share)
                .then_with(|| a.country.cmp(&b.country))
        });
        countries
    }

    fn targets(&self, judged: &Judged) -> Vec<TargetResult> {
        let limits = self.share_limits();
        self.targets_asked()
            .into_iter()
            .filter_map(|asked| {
                let reached = match asked.what.as_str() {
                    "p50" => judged.quantiles[0],
                    "p95" => judged.quantiles[2],
                    "p99" => judged.quantiles[3],
                    _ => {
                        let wanted = self.scenario.targets.share_within?.0.ms();
                        judged.shares[limits.iter().position(|limit| *limit == wanted)?]
                    }
                };
                let outcome = kept(&reached, asked.limit, asked.unit == "share");
                Some(TargetResult {
                    what: asked.what,
                    limit: asked.limit,
                    unit: asked.unit,
                    reached: figure(&reached),
                    outcome,
                })
            })
            .collect()
    }

    fn region_matrix(&self) -> RegionMatrix {
        let mut used: Vec<usize> = self
            .outcome
            .sets
            .iter()
            .flat_map(|set| set.judged.placed.regions.iter().copied())
            .collect();
        used.sort_unstable();
        used.dedup();
        let rtts = &self.simulation.region_rtts;
        let pick = |of: &Vec<Vec<f64>>| {
            used.iter()
                .map(|a| used.iter().map(|b| of[*a][*b]).collect())
                .collect()
        };
        RegionMatrix {
            regions: used.iter().map(|at| self.region(*at)).collect(),
            p50_ms: pick(&rtts.p50_ms),
            p90_ms: pick(&rtts.p90_ms),
            measured: used
                .iter()
                .map(|a| used.iter().map(|b| rtts.measured[*a][*b]).collect())
                .collect(),
        }
    }

    fn assumptions(&self) -> Vec<Assumption> {
        crate::engine::simulation::assumptions(
            self.scenario,
            self.simulation.input_spread,
            self.simulation.sources.backbone_gain,
        )
        .into_iter()
        .chain(crate::engine::simulation::own::told(
            self.scenario,
            self.simulation.sources.calibrated,
        ))
        .map(|(what, value, source)| Assumption { what, value, source })
        .collect()
    }
}

fn digest_of(inputs: &[InputDigest], overrides: &[String], data: &[DataSource]) -> String {
    let mut text = String::new();
    for input in inputs {
        text.push_str(&input.digest);
    }
    for line in overrides.iter().chain(data.iter().map(|table| &table.digest)) {
        text.push('\n');
        text.push_str(line);
    }
    crate::basis::digest::digest(text.as_bytes())
}

pub(super) fn difference(of: &judge::Difference) -> Difference {
    Difference {
        figure: figure(&of.estimate),
        verdict: match of.verdict {
            judge::Verdict::Differs => Verdict::Differs,
            judge::Verdict::TiedSampling => Verdict::TiedSampling,
            judge::Verdict::TiedInput => Verdict::TiedInput,
            judge::Verdict::Same => Verdict::Same,
        },
    }
}

/// The change of the 95th percentile; none at all where nothing was compared.
pub(super) fn comparison_of_p95(contrast: Option<&Contrast>) -> Difference {
    contrast.map_or_else(
        || Difference {
            figure: recovery::no_figure(),
            verdict: Verdict::Same,
        },
        |contrast| difference(&contrast.p95),
    )
}

fn comparison(contrast: &Contrast) -> Comparison {
    Comparison {
        unpaired: false,
        objective: difference(&contrast.objective),
        mean_ms: difference(&contrast.mean),
        p50_ms: difference(&contrast.p50),
        p95_ms: difference(&contrast.p95),
        p99_ms: difference(&contrast.p99),
    }
}

/// Kept or missed when both errors together stay on one side of the limit.
pub(super) fn kept(reached: &Estimate, limit: f64, more_is_better: bool) -> Kept {
    let gap = reached.value - limit;
    let reach = |(low, high): (f64, f64)| {
        if gap > 0.0 {
            reached.value - low
        } else {
            high - reached.value
        }
    };
    let error = reach(reached.sampling).hypot(reached.input.map_or(0.0, reach));
    if gap.abs() < error {
        Kept::TooCloseToCall
    } else if (gap >= 0.0) == more_is_better || gap == 0.0 {
        Kept::Met
    } else {
        Kept::Missed
    }
}

/// At most [`CDF_POINTS`] points: both ends, and those nearest to equal steps of the share.
fn thin(points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    if points.len() <= CDF_POINTS {
        return points;
    }
    let step = 1.0 / (CDF_POINTS - 2) as f64;
    let last = points.len() - 1;
    let mut next = 0.0;
    points
        .into_iter()
        .enumerate()
        .filter(|(at, (_, share))| {
            let keep = *share >= next || *at == 0 || *at == last;
            if *share >= next {
                next = share + step;
            }
            keep
        })
        .map(|(_, point)| point)
        .collect()
}
