//! What a shard found, as it stands in its file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::exact::{Exact, all, values};
use crate::basis::shard::Shard;
use crate::decide::designs::{Screened, Seen};
use crate::decide::enumerate::{Found, Scored};
use crate::decide::run::parts::{FoundPart, Numbered};
use crate::engine::latency::input_error::Replicate;

/// What was found.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Of a search where regions alone decide: the best sets below some prefixes, by size.
    Prefixes(Vec<Prefixes>),
    /// Of a search for designs: how sets did in coarse bins.
    Sets(Vec<SetsOfSize>),
    /// Of simulate and compare: replicates for the input error.
    Replicates(Vec<NumberedReplicate>),
    /// Of a sweep: what became of variants.
    Variants(Vec<VariantDone>),
}

/// The best sets of one size below some prefixes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prefixes {
    size: usize,
    best: Vec<(Vec<usize>, Exact)>,
    sets: u64,
    scored: u64,
    infeasible: u64,
    /// Costs of the sets that were turned away.
    refused: Vec<Exact>,
}

/// How the sets of one size did that belong to the shard, in the order of their numbers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetsOfSize {
    size: usize,
    /// Sets of this size in all shards.
    sets: usize,
    seen: Vec<Did>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Did {
    Scored(Exact),
    Infeasible,
    NotSeen,
}

/// The figures of all sets in one replicate.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberedReplicate {
    number: u32,
    sets: Vec<Figures>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Figures {
    mean: Exact,
    quantiles: Vec<Exact>,
    shares: Vec<Exact>,
    worst_group_mean: Exact,
    worst_country_p95: Exact,
}

/// What became of one variant of a sweep.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariantDone {
    /// Its number, from 1.
    pub number: u64,
    /// Its report, as it is written to a file; none where no set is feasible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<Box<RawValue>>,
    /// Why there is no report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub infeasible: Option<String>,
}

impl Work {
    /// What was found of a search.
    pub fn of_search(found: FoundPart, shard: Shard) -> Self {
        match found {
            FoundPart::Prefixes(sizes) => Work::Prefixes(sizes.into_iter().map(prefixes).collect()),
            FoundPart::Sets(screened) => Work::Sets(sets(screened, shard)),
        }
    }

    /// Replicates.
    pub fn of_replicates(numbered: Numbered) -> Self {
        let file = |(number, sets): (u32, Vec<Replicate>)| NumberedReplicate {
            number,
            sets: sets.iter().map(figures).collect(),
        };
        Work::Replicates(numbered.into_iter().map(file).collect())
    }

    /// What was found of a search by `shard`; `None` when it is something else or does not fit together.
    pub fn to_search(&self, shard: Shard) -> Option<FoundPart> {
        match self {
            Work::Prefixes(sizes) => Some(FoundPart::Prefixes(
                sizes.iter().map(|of| (of.size, of.found())).collect(),
            )),
            Work::Sets(sizes) => screened(sizes, shard).map(FoundPart::Sets),
            Work::Replicates(_) | Work::Variants(_) => None,
        }
    }

    /// Replicates; `None` when it is something else.
    pub fn to_replicates(&self) -> Option<Numbered> {
        let Work::Replicates(numbered) = self else {
            return None;
        };
        let memory = |it: &NumberedReplicate| (it.number, it.sets.iter().map(replicate).collect());
        Some(numbered.iter().map(memory).collect())
    }
}

fn prefixes((size, found): (usize, Found)) -> Prefixes {
    let best = found.best.into_values().flatten();
    Prefixes {
        size,
        best: best.map(|set| (set.regions, Exact(set.value))).collect(),
        sets: found.sets,
        scored: found.scored,
        infeasible: found.infeasible,
        refused: all(&found.refused),
    }
}

impl Prefixes {
    fn found(&self) -> Found {
        let scored = |(regions, value): &(Vec<usize>, Exact)| Scored {
            regions: regions.clone(),
            value: value.0,
        };
        Found {
            best: BTreeMap::from([(self.size, self.best.iter().map(scored).collect())]),
            sets: self.sets,
            scored: self.scored,
            infeasible: self.infeasible,
            turned_away: self.refused.len() as u64,
            refused: values(&self.refused),
            complete: true,
            ..Found::default()
        }
    }
}

fn sets(screened: Screened, shard: Shard) -> Vec<SetsOfSize> {
    let mut first = 0;
    let of_size = |(size, seen): (usize, Vec<Seen>)| {
        let own = (first..).zip(&seen).filter(|(number, _)| shard.owns(*number));
        let done = own.map(|(_, seen)| match seen {
            Seen::Scored(value) => Did::Scored(Exact(*value)),
            Seen::Infeasible => Did::Infeasible,
            Seen::Not => Did::NotSeen,
        });
        let of_size = SetsOfSize {
            size,
            sets: seen.len(),
            seen: done.collect(),
        };
        first += seen.len() as u64;
        of_size
    };
    screened.into_iter().map(of_size).collect()
}

fn screened(sizes: &[SetsOfSize], shard: Shard) -> Option<Screened> {
    let mut all = Screened::new();
    let mut number = 0u64;
    for of in sizes {
        // Before room is made for as many as the file says.
        let behind = number.checked_add(of.sets as u64)?;
        if shard.count(behind) - shard.count(number) != of.seen.len() as u64 {
            return None;
        }
        let mut own = of.seen.iter();
        let mut seen = Vec::with_capacity(of.sets);
        for _ in 0..of.sets {
            let mine = shard.owns(number).then(|| own.next());
            seen.push(match mine {
                None => Seen::Not,
                Some(did) => match did? {
                    Did::Scored(value) => Seen::Scored(value.0),
                    Did::Infeasible => Seen::Infeasible,
                    Did::NotSeen => Seen::Not,
                },
            });
            number += 1;
        }
        if own.next().is_some() {
            return None;
        }
        all.insert(of.size, seen);
    }
    Some(all)
}

fn figures(of: &Replicate) -> Figures {
    Figures {
        mean: Exact(of.mean),
        quantiles: all(&of.quantiles),
        shares: all(&of.shares),
        worst_group_mean: Exact(of.worst_group_mean),
        worst_country_p95: Exact(of.worst_country_p95),
    }
}

fn replicate(of: &Figures) -> Replicate {
    Replicate {
        mean: of.mean.0,
        quantiles: values(&of.quantiles),
        shares: values(&of.shares),
        worst_group_mean: of.worst_group_mean.0,
        worst_country_p95: of.worst_country_p95.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_screening_come_back_where_they_were() {
        let seen = |from: usize, sets: usize, shard: Shard, first: u64| -> Vec<Seen> {
            (0..sets)
                .map(|at| match (shard.owns(first + at as u64), (from + at) % 3) {
                    (false, _) => Seen::Not,
                    (true, 0) => Seen::Infeasible,
                    (true, _) => Seen::Scored((from + at) as f64 / 7.0),
                })
                .collect()
        };
        for number in 1..=3 {
            let shard = Shard::new(number, 3).unwrap();
            let whole = Screened::from([(1, seen(0, 4, shard, 0)), (2, seen(9, 6, shard, 4))]);
            let work = Work::of_search(FoundPart::Sets(whole.clone()), shard);
            assert_eq!(work.to_search(shard), Some(FoundPart::Sets(whole)));
            let Work::Sets(mut sizes) = work else { panic!() };
            sizes[1].seen.pop();
            assert_eq!(Work::Sets(sizes).to_search(shard), None);
        }
    }
}
