//! Which sets of a search are its best by rank, and what the others are listed for.

use super::Assembler;
use crate::decide::run::Outcome;
use crate::report::model::ListedFor;

impl Assembler<'_> {
    /// What the set at `place` is listed for; none where its rank is that among all sets that were searched, and where
    /// nothing was searched.
    pub(super) fn listed_for(&self, place: usize) -> Option<ListedFor> {
        let facts = self.outcome.search.as_ref()?;
        let set = &self.outcome.sets[place];
        if set.judged.rank <= self.last_ranked {
            return None;
        }
        if self.outcome.baseline == Some(place) {
            return Some(ListedFor::Baseline);
        }
        let regions = &set.judged.placed.regions;
        let best = facts.found.best.get(&regions.len());
        let is_best = best
            .and_then(|sets| sets.first())
            .is_some_and(|best| best.regions == *regions);
        let is_named = self.scenario.placements.iter().any(|it| it.name == set.name);
        Some(match (is_best, is_named) {
            (true, _) => ListedFor::BestOfSize,
            (false, true) => ListedFor::Named,
            (false, false) => ListedFor::Front,
        })
    }
}

/// The last rank that holds among all sets that were searched. Sets that are listed anyway may stand among the best, and
/// count: nothing that was found and is better than the last of the best is missing.
pub(super) fn last_ranked(outcome: &Outcome) -> usize {
    let sets = &outcome.sets;
    let Some(facts) = &outcome.search else {
        return sets.len();
    };
    let best = facts.best_overall();
    if best.len() < facts.query.top {
        return sets.len();
    }
    // A named set of the same regions with other leaders is another design, and no better than the one that was found.
    let rank_of = |regions: &Vec<usize>| {
        let of_them = sets.iter().filter(|set| set.judged.placed.regions == *regions);
        of_them.map(|set| set.judged.rank).min()
    };
    best.iter().filter_map(rank_of).max().unwrap_or(sets.len())
}
