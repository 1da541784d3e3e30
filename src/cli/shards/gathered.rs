//! Shards held against each other: each part once, all of one run, none missing.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::file::{Basis, Body, Read, Source};
use crate::basis::digest::digest;
use crate::basis::error::{Error, Problem, Result};
use crate::basis::shard::Shard;
use crate::basis::units::counted;
use crate::decide::designs::Screened;
use crate::decide::enumerate::{Found, Query};
use crate::decide::run::parts::{FoundPart, Numbered, screened_together};
use crate::engine::latency::input_error::Replicate;

/// Missing shards that are named one by one before the rest are counted.
const MOST_MISSING: usize = 100;

/// All shards of one run, in their order.
#[derive(Clone, Debug)]
pub struct Gathered {
    shards: Vec<Read>,
}

/// What all shards of a search found.
#[derive(Clone, Debug)]
pub enum Search {
    /// The best sets below some prefixes, by shard.
    Prefixes(Vec<BTreeMap<usize, Found>>),
    /// What became of all sets.
    Sets(Screened),
}

impl Gathered {
    /// Reads the files, in whatever order they are named.
    ///
    /// # Errors
    /// When a file is no shard or not whole, is named twice, does not belong with the others or is not complete; when a
    /// shard is missing. Everything that is wrong is told.
    pub fn read(paths: &[PathBuf]) -> Result<Self> {
        let mut problems = Vec::new();
        let mut shards: Vec<Read> = Vec::new();
        for path in paths {
            match Body::read(path) {
                Ok(body) => shards.push(Read {
                    path: path.clone(),
                    body,
                }),
                Err(error) => problems.extend(error.into_problems()),
            }
        }
        if let Some((first, others)) = shards.split_first() {
            problems.extend(others.iter().filter_map(|other| foreign(first, other)));
        }
        if problems.is_empty() {
            problems = unfit(&shards);
        }
        if !problems.is_empty() {
            return Err(Error::problems_in_input(problems));
        }
        shards.sort_by_key(|shard| shard.body.shard);
        Ok(Gathered { shards })
    }

    fn first(&self) -> &Read {
        // There is one: `unfit` finds something missing otherwise.
        &self.shards[0]
    }

    /// What was asked.
    pub fn question(&self) -> &[String] {
        &self.first().body.question
    }

    /// The files.
    pub fn paths(&self) -> impl Iterator<Item = PathBuf> + '_ {
        self.shards.iter().map(|shard| shard.path.clone())
    }

    /// Makes sure that a scenario is one that the shards read, before anything of it is told: its path comes out of a shard,
    /// and whoever made that may have named any file.
    ///
    /// # Errors
    /// When it is not.
    pub fn expect_scenario(&self, name: &str, text: &str) -> Result<()> {
        let found = digest(text.as_bytes());
        if self
            .first()
            .body
            .inputs
            .iter()
            .any(|source| source.digest == found)
        {
            return Ok(());
        }
        let message = format!(
            "`{name}` has changed since the shards were made: none of them read a file of its digest, {found}"
        );
        Err(Error::input(message)
            .hint("bring back what it was, say --scenario FILE, or make all shards again"))
    }

    /// Makes sure that the shards rest on what there is now.
    ///
    /// # Errors
    /// When a file that was read then is not there now, or not the same.
    pub fn expect_basis(&self, now: &Basis) -> Result<()> {
        let then = &self.first().body;
        let mut problems = Vec::new();
        if then.inputs.len() == now.inputs.len() {
            // By place: the scenario may have moved to another folder since.
            let pairs = then.inputs.iter().zip(&now.inputs);
            problems.extend(pairs.filter(|(then, now)| then.digest != now.digest).map(changed));
        } else {
            problems.push(Problem::error(format!(
                "the scenario reads {} now, and read {} when the shards were made",
                files(&now.inputs),
                files(&then.inputs)
            )));
        }
        let data = then.data.iter().zip(&now.data);
        problems.extend(data.filter(|(then, now)| then != now).map(changed));
        if problems.is_empty() {
            return Ok(());
        }
        let error = Error::problems_in_input(problems);
        Err(error.hint("bring back what it was, or make all shards again"))
    }

    /// Makes sure that this machine draws what the machines of the shards drew.
    ///
    /// # Errors
    /// When it does not: their mathematical functions round otherwise.
    pub fn expect_draws(&self, digest: &str) -> Result<()> {
        match &self.first().body.drawn {
            Some(drawn) if drawn == digest => Ok(()),
            drawn => Err(Error::input(format!(
                "this machine draws other latencies (digest {digest}) than the one that made {} (digest {})",
                self.first().name(),
                drawn.as_deref().unwrap_or("none")
            ))
            .hint("their mathematical functions differ: make and merge all shards with the same build and system")),
        }
    }

    /// What was found of a search.
    ///
    /// # Errors
    /// When the shards hold something else.
    pub fn search(&self) -> Result<Search> {
        let (mut prefixes, mut sets) = (Vec::new(), Vec::new());
        for shard in &self.shards {
            match shard.body.work.to_search(shard.body.part()) {
                Some(FoundPart::Prefixes(found)) => prefixes.push(found),
                Some(FoundPart::Sets(screened)) => sets.push(screened),
                None => return Err(unfitting(shard)),
            }
        }
        match (prefixes.is_empty(), sets.is_empty()) {
            (false, true) => Ok(Search::Prefixes(prefixes)),
            (true, _) => {
                let all = screened_together(sets);
                all.map(Search::Sets).ok_or_else(|| unfitting(self.first()))
            }
            (false, false) => Err(unfitting(self.first())),
        }
    }

    /// All replicates, by their numbers.
    ///
    /// # Errors
    /// When the shards hold something else, or one of them twice.
    pub fn replicates(&self) -> Result<Vec<Vec<Replicate>>> {
        let mut all: BTreeMap<u32, Vec<Replicate>> = BTreeMap::new();
        for shard in &self.shards {
            let numbered: Numbered = shard.body.work.to_replicates().ok_or_else(|| unfitting(shard))?;
            for (number, sets) in numbered {
                if !shard.body.part().owns(u64::from(number)) || all.insert(number, sets).is_some() {
                    return Err(unfitting(shard));
                }
            }
        }
        Ok(all.into_values().collect())
    }

    /// The shards themselves.
    pub fn shards(&self) -> &[Read] {
        &self.shards
    }
}

/// The best sets that the shards of a search found, of the one size of `query`.
///
/// # Errors
/// When they did not look at every set.
pub fn together(parts: &[BTreeMap<usize, Found>], query: &Query) -> Result<Found> {
    let of_size = |part: &BTreeMap<usize, Found>| {
        query
            .sizes
            .iter()
            .filter_map(|size| part.get(size).cloned())
            .collect::<Vec<_>>()
    };
    let found = Found::together(parts.iter().flat_map(of_size).collect(), query);
    if found.scored == found.sets {
        return Ok(found);
    }
    Err(Error::input(format!(
        "the shards looked at {} sets of {}",
        found.scored, found.sets
    )))
}

/// A shard whose work is not what its question says.
pub fn unfitting(shard: &Read) -> Error {
    Error::input(format!(
        "{} does not hold what `{}` finds",
        shard.name(),
        shard.body.question.join(" ")
    ))
    .hint("make this shard again")
}

fn changed((then, now): (&Source, &Source)) -> Problem {
    Problem::error(format!(
        "`{}` has changed since the shards were made: its digest was {}, and is {}",
        now.name, then.digest, now.digest
    ))
}

fn files(sources: &[Source]) -> String {
    let names: Vec<String> = sources
        .iter()
        .map(|source| format!("`{}`", source.name))
        .collect();
    names.join(", ")
}

/// Why `other` is not of the same run as `first`.
fn foreign(first: &Read, other: &Read) -> Option<Problem> {
    let (a, b) = (&first.body, &other.body);
    let differs = |what: String, than: String| {
        let message = format!(
            "{} does not belong with {}: {what}, and {} {than}",
            other.name(),
            first.name(),
            first.name()
        );
        Some(Problem::error(message).hint("merge the shards of one run"))
    };
    if a.question != b.question {
        let asked = |body: &Body| format!("answers `{}`", body.question.join(" "));
        return differs(format!("it {}", asked(b)), asked(a));
    }
    if a.of != b.of {
        return differs(
            format!("it is shard {}", b.part()),
            format!("is shard {}", a.part()),
        );
    }
    for (of_a, of_b) in [(&a.inputs, &b.inputs), (&a.data, &b.data)] {
        if let Some((then, now)) = of_a.iter().zip(of_b).find(|(a, b)| a != b) {
            let rests = |source: &Source| format!("on `{}` of digest {}", source.name, source.digest);
            return differs(format!("it rests {}", rests(now)), rests(then));
        }
        if of_a.len() != of_b.len() {
            return differs(
                format!("it rests on {}", files(of_b)),
                format!("on {}", files(of_a)),
            );
        }
    }
    if a.drawn != b.drawn {
        let drew = |body: &Body| {
            format!(
                "drew latencies of digest {}",
                body.drawn.as_deref().unwrap_or("none")
            )
        };
        return differs(format!("it {}", drew(b)), drew(a));
    }
    if a.units != b.units {
        return differs(format!("it knows {} units of work", b.units), a.units.to_string());
    }
    None
}

/// What is wrong with shards of one run: twice there, not complete, or missing.
fn unfit(shards: &[Read]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut there: BTreeMap<u32, &Read> = BTreeMap::new();
    for shard in shards {
        let body = &shard.body;
        if let Some(other) = there.insert(body.shard, shard) {
            let message = format!(
                "shard {} is there twice: {} and {}",
                body.part(),
                other.name(),
                shard.name()
            );
            problems.push(Problem::error(message).hint("name each shard once"));
        }
        let own = body.part().count(body.units);
        if !body.complete || body.done != own {
            let message = format!(
                "shard {} in {} is not complete: {} of its {} are done",
                body.part(),
                shard.name(),
                body.done,
                counted(own as usize, "unit")
            );
            problems.push(Problem::error(message).hint(again(body.part())));
        }
    }
    let Some(of) = shards.first().map(|shard| shard.body.of) else {
        return problems;
    };
    let missing: Vec<Shard> = (1..=of)
        .filter(|number| !there.contains_key(number))
        .filter_map(|number| Shard::new(number, of))
        .take(MOST_MISSING)
        .collect();
    if let Some(first) = missing.first() {
        let mut numbers: Vec<String> = missing.iter().map(|shard| shard.number().to_string()).collect();
        let more = of as usize - there.len() - missing.len();
        if more > 0 {
            numbers.push(format!("{more} more"));
        }
        let message = match numbers.as_slice() {
            [one] => format!("shard {one} of {of} is missing"),
            many => format!("shards {} of {of} are missing", many.join(", ")),
        };
        problems.push(Problem::error(message).hint(again(*first)));
    }
    problems
}

fn again(shard: Shard) -> String {
    format!(
        "run it again with --shard {}/{}, or name its file",
        shard.number(),
        shard.of()
    )
}
