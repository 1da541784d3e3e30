//! A race after the search, as it is reported.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Figure;

/// What a race says of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RaceStanding {
    /// It has the best value of those that are left.
    Leads,
    /// It is no further from the other set than the indifference.
    Tied,
    /// It is worse than the other set.
    Separated,
    /// Neither could be shown with the draws that were allowed.
    Undecided,
}

/// A set at the end of its race.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RaceResult {
    /// What is said of it.
    pub standing: RaceStanding,
    /// The set that it was compared with; itself where it leads.
    pub against: String,
    /// Objective less that of the other set. Its interval holds together with those of all sets at all looks, and is
    /// wider than 95 % of a single one would have it.
    pub difference: Figure,
    /// Draws for each user group and region at its last look.
    pub runs: u32,
    /// Looks it took part in.
    pub looks: u32,
}

/// How a race went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RaceSummary {
    /// The set that leads.
    pub leader: String,
    /// Sets that are no further apart are tied; in the unit of the objective.
    pub indifference: f64,
    /// At most so many races say anything wrong, as a share.
    pub error_probability: f64,
    /// Looks that were taken.
    pub looks: u32,
    /// Looks that there could have been.
    pub most_looks: u32,
}
