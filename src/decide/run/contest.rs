//! The race after a search.

use super::NamedSet;
use crate::basis::error::{ErrorKind, Result};
use crate::basis::seed::Source;
use crate::decide::judge::Criteria;
use crate::decide::race::{Raced, Rules, race};
use crate::design::scenario::Scenario;
use crate::engine::latency::plan::Plan;
use crate::engine::progress::Watch;
use crate::engine::simulation::Simulation;

/// Which of the sources that have nothing to do with the search's is that of the race.
const OF_THE_RACE: u32 = 1;

/// The race of the sets that were judged, from `runs` draws on; none where none was asked for, or the user did not wait.
pub(super) fn of_sets(
    scenario: &Scenario,
    simulation: &Simulation,
    (criteria, runs): (&Criteria, u32),
    sets: &[NamedSet],
    watch: Watch<'_>,
) -> Result<Option<Raced>> {
    let Some(asked) = &scenario.sampling.race else {
        return Ok(None);
    };
    let rules = Rules {
        figure: criteria.objective,
        first: runs.min(asked.runs),
        most: asked.runs,
        indifference: asked.indifference,
    };
    let source = Source {
        seed: simulation.seed,
        points: simulation.points,
    };
    let draws = |runs: u32| simulation.draws_from(source.apart(OF_THE_RACE), runs);
    let plans: Vec<Plan> = sets.iter().map(|set| set.judged.placed.plan.clone()).collect();
    match race(&simulation.laws, &plans, &rules, &draws, watch) {
        Err(error) if error.kind() == ErrorKind::Interrupted => Ok(None),
        raced => raced,
    }
}
