//! Draws until the answer is as precise as was asked for.
//!
//! Draws double, and after each doubling it is looked whether they are enough: first by a guess at what will be judged,
//! which is cheap, then by every set that is judged. Draws are addressed, so a longer table begins with the shorter one.
//! A stop that depends on the draws stops a little too early more often than too late: looks are few, each at twice the
//! draws of the one before, and the intervals are those of the draws that were made. How much that costs was measured, see
//! `tests/known/study`.

use super::{Outcome, criteria, figure_of};
use crate::basis::error::Result;
use crate::basis::stat::estimate::Estimate;
use crate::decide::designer::Designer;
use crate::decide::judge::{Criteria, Judged, QUANTILES};
use crate::decide::objective::{Figure, figure_named};
use crate::decide::scrambles::figure_in;
use crate::design::sampling::Precision;
use crate::design::scenario::Scenario;
use crate::engine::backend::Backend;
use crate::engine::latency::placed::Placed;
use crate::engine::latency::scrambled::Scrambled;
use crate::engine::latency::table::LatencyTable;
use crate::engine::progress::Watch;
use crate::engine::simulation::Simulation;

/// Runs that a precise run begins with; a power of two, as scrambled points like it.
const FIRST_RUNS: u32 = 1024;

/// The figure whose error counts.
pub(super) fn figure_asked(scenario: &Scenario, precision: &Precision) -> Figure {
    match precision.figure {
        Some(named) => figure_named(named, scenario.worst_country_min_share),
        None => figure_of(scenario),
    }
}

/// Runs `ask` with ever more draws for each pair until every set that it judged is as precise as the scenario wants, or
/// all runs are made.
pub(super) fn until_precise(
    scenario: &Scenario,
    simulation: &Simulation,
    ask: impl Fn(u32) -> Result<Outcome>,
) -> Result<Outcome> {
    let all = simulation.runs;
    let Some(precision) = &scenario.sampling.precision else {
        return ask(all);
    };
    let (figure, criteria) = (figure_asked(scenario, precision), criteria(scenario));
    let mut least = FIRST_RUNS.min(all);
    loop {
        let outcome = ask(least)?;
        let enough = |judged: &Judged| {
            let estimate = told(figure, judged, &criteria);
            estimate.is_none_or(|estimate| is_precise(precision, estimate))
        };
        if outcome.runs >= all
            || !outcome.missing.is_empty()
            || outcome.sets.iter().all(|set| enough(&set.judged))
        {
            return Ok(outcome);
        }
        least = outcome.runs.saturating_mul(2).min(all);
    }
}

fn is_precise(precision: &Precision, estimate: Estimate) -> bool {
    estimate.std_error <= precision.within.at(estimate.value)
}

/// A figure of a judged set; none for what is not told of sets.
fn told(figure: Figure, judged: &Judged, criteria: &Criteria) -> Option<Estimate> {
    if figure == criteria.objective {
        return Some(judged.objective);
    }
    match figure {
        Figure::Mean => Some(judged.mean),
        Figure::Quantile(p) => {
            let at = QUANTILES.iter().position(|known| *known == p)?;
            Some(judged.quantiles[at])
        }
        Figure::ShareWithin(ms) => {
            let at = criteria.within_ms.iter().position(|known| *known == ms)?;
            judged.shares.get(at).copied()
        }
        Figure::WorstCountryP95 { .. } => judged.worst_country.map(|(_, p95)| p95),
        Figure::WorstGroupMean => None,
    }
}

/// The latency table: with precision asked for, runs double from `least` on until the figure of every set in `sets` is
/// that precise, or all runs are made.
pub(super) fn draw(
    scenario: &Scenario,
    simulation: &Simulation,
    backend: &Backend<'_>,
    (sets, least): (&[Vec<usize>], u32),
    watch: Watch<'_>,
) -> Result<LatencyTable> {
    let (laws, all) = (&simulation.laws, simulation.runs);
    let Some(precision) = &scenario.sampling.precision else {
        return LatencyTable::drawn(laws, &simulation.draws(all), watch);
    };
    let figure = figure_asked(scenario, precision);
    let mut runs = least.min(all);
    loop {
        let table = LatencyTable::drawn(laws, &simulation.draws(runs), watch)?;
        let designer = Designer {
            laws,
            table: &table,
            backend: Some(backend),
        };
        let plans: Vec<_> = sets
            .iter()
            .map(|regions| {
                let plan = designer
                    .best(figure_of(scenario), regions, &[])
                    .map(|best| best.0);
                plan.unwrap_or_else(|| laws.plain_plan(regions))
            })
            .collect();
        let scrambled = Scrambled::of(laws, &table, &plans.iter().collect::<Vec<_>>(), watch)?;
        let precise = plans.iter().all(|plan| {
            let placed = Placed::of(laws, &table, plan.clone());
            let estimate = match &scrambled {
                None => figure.of(laws, &table, &placed),
                Some(scrambled) => figure_in(figure, laws, &table, &placed, &scrambled.place(plan)),
            };
            is_precise(precision, estimate)
        });
        if precise || runs == all {
            return Ok(table);
        }
        runs = runs.saturating_mul(2).min(all);
    }
}
