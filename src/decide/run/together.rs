//! The losses of all sets of a run, and what is to be told of them together.

use super::NamedSet;
use super::fronts;
use super::planning::{CapacityTogether, add_capacity};
use crate::basis::error::{ErrorKind, Result};
use crate::decide::facts::Sources;
use crate::decide::judge::Criteria;
use crate::decide::recovery::deployed::{Deployed, standbys_of};
use crate::decide::recovery::score::{Score, rank, score, values};
use crate::decide::recovery::sensitivity::{Contender, Swing, sensitivity};
use crate::decide::recovery::whole::{Shared, recovery_facts};
use crate::design::recovery::Standby;
use crate::engine::progress::Watch;

/// What is to be told of all sets together.
#[derive(Clone, Debug, PartialEq)]
pub struct Together {
    /// Sets that no other beats in latency and availability both: places, the fastest first.
    pub front: Vec<usize>,
    /// Which inputs move the answer, the strongest first.
    pub sensitivity: Vec<Swing>,
}

/// With more sets than this only the best and the baseline are looked at closely.
const LOOKED_AT_CLOSELY: usize = 6;

/// All that is to be told of a run's sets beyond their latency.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rest {
    /// About losses, where that was asked.
    pub recovery: Option<Together>,
    /// About capacity and cost, where that was asked.
    pub capacity: Option<CapacityTogether>,
}

/// Adds to each set what becomes of it when something is lost, what it carries and costs, and its score; `own` are the
/// standbys that each names itself. What the user did not wait for is left out.
///
/// # Errors
/// When a set has more regions than can be enumerated.
pub fn add_rest(
    sources: Sources<'_>,
    criteria: &Criteria,
    own: &[Vec<Standby>],
    sets: &mut [NamedSet],
    baseline: Option<usize>,
    watch: Watch<'_>,
) -> Result<Rest> {
    let shared = Shared::new(sources, criteria);
    let lost = add_losses(&shared, own, sets, baseline, watch)?;
    let capacity = add_capacity(sources, criteria, own, sets, baseline, watch)?;
    add_scores(&shared, sets);
    let recovery = match lost.then(|| of_all(&shared, sets, watch)) {
        Some(Err(error)) if error.kind() == ErrorKind::Interrupted => None,
        found => found.transpose()?,
    };
    Ok(Rest { recovery, capacity })
}

/// Adds what becomes of each set when something is lost; whether that was asked, and waited for.
fn add_losses(
    shared: &Shared<'_>,
    own: &[Vec<Standby>],
    sets: &mut [NamedSet],
    baseline: Option<usize>,
    watch: Watch<'_>,
) -> Result<bool> {
    let scenario = shared.sources.scenario;
    if !scenario.recovery_asked {
        return Ok(false);
    }
    let all = sets.len() as u64;
    for (at, (set, own)) in sets.iter_mut().zip(own).enumerate() {
        watch.advance("losing regions", at as u64, all);
        let plan = set.judged.placed.plan.clone();
        let standbys = standbys_of(&plan.regions, own, &scenario.recovery);
        let deployed = Deployed::new(scenario, plan, standbys);
        let closely = all <= LOOKED_AT_CLOSELY as u64 || set.judged.rank == 1 || baseline == Some(at);
        match recovery_facts(shared, deployed, &set.judged, closely, watch) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(false),
            facts => set.recovery = Some(facts?),
        }
    }
    Ok(true)
}

fn add_scores(shared: &Shared<'_>, sets: &mut [NamedSet]) {
    let utilities = &shared.sources.scenario.score;
    if utilities.is_empty() {
        return;
    }
    let mut scores: Vec<Score> = sets
        .iter()
        .map(|set| {
            score(
                utilities,
                &values(shared, &set.judged, set.recovery.as_ref(), set.cost()),
            )
        })
        .collect();
    rank(&mut scores);
    for (set, score) in sets.iter_mut().zip(scores) {
        set.score = Some(score);
    }
}

fn of_all(shared: &Shared<'_>, sets: &[NamedSet], watch: Watch<'_>) -> Result<Together> {
    let contenders: Vec<Contender<'_>> = sets
        .iter()
        .filter_map(|set| {
            Some(Contender {
                judged: &set.judged,
                facts: set.recovery.as_ref()?,
                cost: set.cost(),
            })
        })
        .collect();
    Ok(Together {
        front: fronts::by_availability(shared.criteria, sets),
        sensitivity: sensitivity(shared, &contenders, watch)?,
    })
}
