//! What sets are ranked by where it is no figure of the latency in normal times.

use super::targets::Objective;

/// What sets are ranked by, before the objective. The objective goes on choosing leaders and breaking ties.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RankedBy {
    /// What a set costs a month, in the currency of the scenario's costs.
    Cost,
    /// The score that the scenario declares, 0–1; the more, the better.
    Score,
    /// The 95th percentile of the RTO over losses of one region, s.
    Rto,
    /// The 95th percentile of the RPO of the worst store over losses of one region, s.
    Rpo,
    /// Expected downtime, minutes a year.
    Downtime,
    /// The objective after the worst loss of one region (minimax).
    AfterLoss(Objective),
}

impl RankedBy {
    /// The name used in files and flags: `cost`, `downtime`, `p95-after-loss`.
    ///
    /// ```
    /// use isochrone::design::{ranking::RankedBy, targets::Objective};
    /// assert_eq!(RankedBy::AfterLoss(Objective::P95).name(), "p95-after-loss");
    /// ```
    pub fn name(self) -> String {
        match self {
            RankedBy::Cost => "cost".into(),
            RankedBy::Score => "score".into(),
            RankedBy::Rto => "rto".into(),
            RankedBy::Rpo => "rpo".into(),
            RankedBy::Downtime => "downtime".into(),
            RankedBy::AfterLoss(objective) => format!("{}-after-loss", objective.name()),
        }
    }

    /// Whether a larger value is better.
    pub fn more_is_better(self) -> bool {
        matches!(
            self,
            RankedBy::Score | RankedBy::AfterLoss(Objective::ShareWithin(_))
        )
    }

    /// The value turned so that less is better; infinite stays the worst.
    pub fn cost(self, value: f64) -> f64 {
        match (value.is_finite(), self.more_is_better()) {
            (false, _) => f64::INFINITY,
            (true, true) => -value,
            (true, false) => value,
        }
    }

    /// The value that was turned so.
    pub fn value_of(self, cost: f64) -> f64 {
        if self.more_is_better() { -cost } else { cost }
    }

    /// Whether it can only be told by losing something.
    pub fn is_about_losses(self) -> bool {
        !matches!(self, RankedBy::Cost | RankedBy::Score)
    }
}
