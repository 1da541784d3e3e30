//! One part of a run, for a machine that does no more than that: the best sets among some, or some of the replicates.
//!
//! A part ends before anything is judged. What all parts found goes to [`search_scored`](super::search_scored) and
//! [`simulate_by`](super::simulate_by), which go on as though it had been found there.

use std::collections::BTreeMap;

use super::options::SearchOptions;
use super::{Ground, on_designs, on_ground, ranked};
use crate::basis::error::{Error, ErrorKind, Result};
use crate::basis::shard::Shard;
use crate::decide::designer::Designer;
use crate::decide::designs::{Screened, Seen};
use crate::decide::effort::sizes_in_full;
use crate::decide::enumerate::{Found, Query, count_sets, prefixes, search_shard};
use crate::decide::judge::replicates_for;
use crate::decide::objective::Figure;
use crate::design::scenario::Scenario;
use crate::engine::latency::input_error::Replicate;
use crate::engine::progress::Watch;
use crate::engine::simulation::Simulation;

/// What one machine found.
#[derive(Clone, Debug, PartialEq)]
pub struct PartOf<T> {
    /// Name of the table that all figures rest on: another one means that the machines draw other numbers.
    pub drawn: String,
    /// Units of all parts.
    pub units: u64,
    /// Units of this part that are done.
    pub done: u64,
    /// Nothing of this part is missing.
    pub complete: bool,
    /// What was found.
    pub found: T,
}

impl<T> PartOf<T> {
    /// The same with what was found in another form.
    pub fn map<U>(self, form: impl FnOnce(T) -> U) -> PartOf<U> {
        PartOf {
            drawn: self.drawn,
            units: self.units,
            done: self.done,
            complete: self.complete,
            found: form(self.found),
        }
    }
}

/// What was found of a search.
#[derive(Clone, Debug, PartialEq)]
pub enum FoundPart {
    /// The best sets below some prefixes, by size, where regions alone decide.
    Prefixes(BTreeMap<usize, Found>),
    /// What became of some sets, where sets are designs: which of them is best needs the others.
    Sets(Screened),
}

/// Replicates with their numbers, of all sets in order.
pub type Numbered = Vec<(u32, Vec<Replicate>)>;

/// Looks at one part of the sets of a search.
///
/// Where regions alone decide a unit is a prefix of sets, elsewhere it is a set.
///
/// # Errors
/// When the user asks to stop before the table is drawn.
pub fn search_part(
    scenario: &Scenario,
    simulation: &Simulation,
    limits: &[(Figure, f64)],
    (top, options): (usize, &SearchOptions),
    shard: Shard,
    watch: Watch<'_>,
) -> Result<PartOf<FoundPart>> {
    refuse_precision(scenario)?;
    ranked::refuse_parts(scenario)?;
    on_ground(
        scenario,
        (simulation, simulation.runs),
        limits,
        (top, options),
        watch,
        |ground| {
            // What is not scored in full is searched when the parts are put together.
            let sizes = sizes_in_full(scenario, options.budget());
            if sizes.is_empty() {
                return Err(nothing_to_share());
            }
            let query = Query {
                sizes,
                ..ground.query.clone()
            };
            if ground.sources.designer.is_needed() {
                Ok(part_of_sets(ground, &query, shard, watch))
            } else {
                part_of_prefixes(ground, &query, shard, watch)
            }
        },
    )
}

/// How many draws are enough shows only when all sets are judged.
fn refuse_precision(scenario: &Scenario) -> Result<()> {
    if scenario.sampling.precision.is_none() {
        return Ok(());
    }
    Err(
        Error::input("a part of a run cannot tell when it is precise enough: that takes all of it")
            .hint("leave `precision` out and say how many `runs` there should be"),
    )
}

fn nothing_to_share() -> Error {
    Error::input("no size is scored in full, so there is nothing to share out")
        .hint("say --in-full to score all sets of every size, or ask for smaller sizes")
}

fn part_of_prefixes(
    ground: &Ground<'_>,
    query: &Query,
    shard: Shard,
    watch: Watch<'_>,
) -> Result<PartOf<FoundPart>> {
    let Designer { laws, table, .. } = ground.sources.designer;
    let found = search_shard(laws, table, query, ground.accept, shard, watch)?;
    let complete = found.values().all(|found| found.complete);
    let units = prefixes(laws.regions, &query.sizes);
    Ok(PartOf {
        drawn: table.digest(),
        units,
        // A walk that was broken off is none.
        done: if complete { shard.count(units) } else { 0 },
        complete,
        found: FoundPart::Prefixes(found),
    })
}

fn part_of_sets(ground: &Ground<'_>, query: &Query, shard: Shard, watch: Watch<'_>) -> PartOf<FoundPart> {
    let designer = &ground.sources.designer;
    let screened = designer.screen(query, shard, watch);
    let units = all_sets(query, designer);
    let seen = screened.values().flatten().filter(|seen| **seen != Seen::Not);
    let done = seen.count() as u64;
    PartOf {
        drawn: designer.table.digest(),
        units,
        done,
        complete: done == shard.count(units),
        found: FoundPart::Sets(screened),
    }
}

fn all_sets(query: &Query, designer: &Designer<'_>) -> u64 {
    let count = |size: &usize| count_sets(designer.laws.regions, *size, query.must_have.len());
    query.sizes.iter().filter_map(count).sum()
}

/// Puts the parts of a screening together; `None` when they are not of the same sets.
pub fn screened_together(parts: Vec<Screened>) -> Option<Screened> {
    let mut parts = parts.into_iter();
    let mut all = parts.next()?;
    for part in parts {
        if !part.keys().eq(all.keys()) {
            return None;
        }
        for (mine, other) in all.values_mut().zip(part.into_values()) {
            if mine.len() != other.len() {
                return None;
            }
            for (mine, other) in mine.iter_mut().zip(other) {
                if *mine == Seen::Not {
                    *mine = other;
                }
            }
        }
    }
    Some(all)
}

/// Draws one part of the replicates for the input error of the named sets. A unit is a replicate.
///
/// # Errors
/// As [`simulate`](super::simulate).
pub fn simulate_part(
    scenario: &Scenario,
    simulation: &Simulation,
    shard: Shard,
    watch: Watch<'_>,
) -> Result<PartOf<Numbered>> {
    refuse_precision(scenario)?;
    on_designs(
        scenario,
        (simulation, simulation.runs),
        watch,
        |sources, criteria, designed| {
            let Designer { laws, table, .. } = sources.designer;
            let numbers: Vec<u32> = (0..criteria.input_replicates)
                .filter(|number| shard.owns(u64::from(*number)))
                .collect();
            let drawn = replicates_for(laws, table, &designed.plans, criteria, &numbers, watch);
            let (complete, replicates) = match drawn {
                Ok(replicates) => (true, replicates),
                Err(error) if error.kind() == ErrorKind::Interrupted => (false, Vec::new()),
                Err(error) => return Err(error),
            };
            Ok(PartOf {
                drawn: table.digest(),
                units: u64::from(criteria.input_replicates),
                done: replicates.len() as u64,
                complete,
                found: numbers.into_iter().zip(replicates).collect(),
            })
        },
    )
}
