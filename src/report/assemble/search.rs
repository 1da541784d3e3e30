//! How sets were found, as the report tells it.

use super::Assembler;
use super::ranking::gauged;
use crate::decide::enumerate::{Found, OfSize, Proof, Way};
use crate::decide::run::SearchFacts;
use crate::report::model::{GrowthStep, SearchProof, SearchWay, SearchedSize, gap_in_words};

impl Assembler<'_> {
    pub(super) fn searched_sizes(facts: &SearchFacts) -> Vec<SearchedSize> {
        let sizes = facts.found.sizes.iter();
        sizes
            .map(|(size, of_size)| {
                let (gauged, without_value) = gauged(facts, Some(*size));
                SearchedSize {
                    with_fixed_cost_ms: with_fixed_cost(facts, *size),
                    gauged,
                    without_value,
                    ..searched(*size, of_size)
                }
            })
            .collect()
    }

    pub(super) fn growth(&self, facts: &SearchFacts) -> Vec<GrowthStep> {
        let step = |it: &crate::decide::beyond::Grown| GrowthStep {
            added: it.added.map(|region| self.region(region)),
            regions: it.regions.iter().map(|region| self.region(*region)).collect(),
            value: it.value,
            regret: it.regret,
            feasible: it.feasible,
        };
        facts.growth.iter().map(step).collect()
    }
}

fn searched(size: usize, it: &OfSize) -> SearchedSize {
    let (proof, gap) = match it.proof {
        Proof::Optimal => (SearchProof::Optimal, None),
        Proof::Within(gap) => (SearchProof::Within, Some(gap)),
        Proof::NoBound => (SearchProof::NoBound, None),
    };
    SearchedSize {
        size,
        way: match it.way {
            Way::All => SearchWay::AllScored,
            Way::Search => SearchWay::Searched,
        },
        sets: it.sets,
        scored: it.scored,
        ruled_out: it.pruned,
        infeasible: it.infeasible,
        gauged: None,
        without_value: None,
        proof,
        gap,
        bound: it.bound,
        out_of_time: it.out_of_time,
        with_fixed_cost_ms: None,
    }
}

fn with_fixed_cost(facts: &SearchFacts, size: usize) -> Option<f64> {
    let best = facts.found.best.get(&size)?.first()?;
    Some(best.value + facts.fixed_cost_ms? * size as f64)
}

/// The size whose best set is best with what its regions cost by being there.
pub(super) fn best_size(facts: &SearchFacts) -> Option<usize> {
    let sizes = facts.found.best.keys();
    let costs = sizes.filter_map(|size| Some((*size, with_fixed_cost(facts, *size)?)));
    costs.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(size, _)| size)
}

/// Sets that a search was to score and did not get to.
pub(super) fn not_scored(found: &Found) -> u64 {
    if found.sizes.is_empty() {
        return found.sets.saturating_sub(found.scored);
    }
    let in_full = found.sizes.values().filter(|it| it.way == Way::All);
    in_full.map(|it| (it.sets as u64).saturating_sub(it.scored)).sum()
}

/// `optimal`, `within 0.4 %` of the size that is proved worst, `no bound`, or `partial` for an interrupted search.
pub(super) fn optimality(found: &Found) -> String {
    if !found.complete {
        return "partial".to_owned();
    }
    let mut gap: f64 = 0.0;
    for it in found.sizes.values() {
        match it.proof {
            Proof::Optimal => {}
            Proof::Within(share) => gap = gap.max(share),
            Proof::NoBound => return "no bound".to_owned(),
        }
    }
    if gap > 0.0 {
        gap_in_words(gap)
    } else {
        "optimal".to_owned()
    }
}
