//! The best sets of a search over all sizes, apart from those that are judged for another reason.

use super::{SearchFacts, contenders};

impl SearchFacts {
    /// The regions of the best sets over all sizes, best first: as many as were asked for, or fewer where fewer were found.
    pub fn best_overall(&self) -> Vec<Vec<usize>> {
        let all = match &self.ranked {
            Some(ranked) => ranked.contenders(),
            None => contenders(&self.found, &self.query),
        };
        // Contenders come in order, those that are the best of their size alone last.
        all.into_iter().take(self.query.top).collect()
    }
}
