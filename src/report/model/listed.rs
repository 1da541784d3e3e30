//! Why a set stands in the report of a search without being among its best.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a set is listed for that does not belong to the best by rank: better sets may have been found and are not here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ListedFor {
    /// It is what the others are compared with.
    Baseline,
    /// The scenario names it.
    Named,
    /// It is the best of its number of regions.
    BestOfSize,
    /// No set is better in latency and cost at once.
    Front,
}
