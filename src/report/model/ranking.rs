//! What sets are ranked by where it is no figure of the latency in normal times.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Difference, Figure};

/// A measure that sets are ranked by before the objective, which breaks ties.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RankedBy {
    /// The name used in files and flags: `cost`, `score`, `rto`, `rpo`, `downtime`, `p95-after-loss`.
    pub name: String,
    /// The same in words: `cost a month`.
    pub what: String,
    /// The unit of its values: the currency for `cost`, `s`, `min` (a year), `ms`, `share`; empty for a score.
    pub unit: String,
    /// Whether a larger value is better.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub larger_is_better: bool,
}

/// How a set stands by what sets are ranked by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MeasureResult {
    /// The value with the errors that the model has for it; absent where the set has no value, such as a cost that lacks
    /// prices. For `downtime`, `input` is the range over the presets for losses and no 95 % interval, and `sampling` reaches
    /// down as far as losses that meet a recovery may have been counted twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figure: Option<Figure>,
    /// Difference from the set that is ranked first (this − first). Absent on that set itself. After a loss it is paired;
    /// else errors are taken as independent, and for `downtime` both sets are held under the same presets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub versus_best: Option<Difference>,
}
