//! What sets are ranked by, as the report tells it.

use super::{Assembler, difference, figure};
use crate::decide::gauge::Gauged;
use crate::decide::run::SearchFacts;
use crate::design::ranking::RankedBy as By;
use crate::design::targets::Objective;
use crate::report::model::{MeasureResult, RankedBy};

impl Assembler<'_> {
    pub(super) fn ranked_by(&self) -> Option<RankedBy> {
        let by = self.scenario.ranked_by?;
        let currency = self.scenario.cost.as_ref().map(|plan| plan.currency.name.clone());
        let (what, unit) = match by {
            By::Cost => ("cost a month".to_owned(), currency.unwrap_or_default()),
            By::Score => ("score".to_owned(), String::new()),
            By::Rto => ("95th percentile of the RTO".to_owned(), "s".to_owned()),
            By::Rpo => (
                "95th percentile of the RPO of the worst store".to_owned(),
                "s".to_owned(),
            ),
            By::Downtime => ("expected downtime a year".to_owned(), "min".to_owned()),
            By::AfterLoss(objective) => (
                format!("{} after the worst loss of one region", objective.name()),
                if matches!(objective, Objective::ShareWithin(_)) {
                    "share"
                } else {
                    "ms"
                }
                .to_owned(),
            ),
        };
        Some(RankedBy {
            name: by.name(),
            what,
            unit,
            larger_is_better: by.more_is_better(),
        })
    }
}

pub(super) fn measured(gauged: &Gauged) -> MeasureResult {
    MeasureResult {
        figure: gauged.value.as_ref().map(figure),
        versus_best: gauged.versus_best.as_ref().map(difference),
    }
}

/// The best value of a size; none where sets are ranked by latency.
pub(super) fn best_of(facts: &SearchFacts, size: usize) -> Option<f64> {
    facts.ranked.as_ref()?.sizes.get(&size)?.best
}

/// Sets of a size, or of all, that were gauged, and those of them without a value.
pub(super) fn gauged(facts: &SearchFacts, size: Option<usize>) -> (Option<u64>, Option<u64>) {
    let Some(ranked) = &facts.ranked else {
        return (None, None);
    };
    let sizes = || {
        ranked
            .sizes
            .iter()
            .filter(|(of, _)| size.is_none_or(|size| size == **of))
    };
    (
        Some(sizes().map(|(_, it)| it.gauged).sum()),
        Some(sizes().map(|(_, it)| it.without).sum()),
    )
}
