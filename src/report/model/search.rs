//! How the best sets of each size were found, and sets that grow.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the best sets of one size were found, and what is proved of the best.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SearchedSize {
    /// Number of regions.
    pub size: usize,
    /// How they were found.
    pub way: SearchWay,
    /// Sets of the size with the must-haves. A search has more of them than fit a whole number of 64 bits.
    pub sets: f64,
    /// Scores that were taken. A search that comes back to a set scores it again.
    pub scored: u64,
    /// Sets that a bound ruled out without a score.
    #[serde(default)]
    pub ruled_out: f64,
    /// Of the scores, those of sets that break a limit.
    pub infeasible: u64,
    /// Sets that were gauged by what sets are ranked by, where that is no figure of latency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gauged: Option<u64>,
    /// Of these, sets without a value, which are not ranked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without_value: Option<u64>,
    /// What is proved of the best set that was found.
    pub proof: SearchProof,
    /// With `within`: the share of its value by which the best set may be better at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<f64>,
    /// A value of the objective that no set of the size is better than, on these draws.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<f64>,
    /// The time that was given ran out: another machine may find another set.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub out_of_time: bool,
    /// The objective of the best set with what its regions cost by being there, ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with_fixed_cost_ms: Option<f64>,
}

/// How the best sets of a size were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchWay {
    /// All of them were scored.
    AllScored,
    /// By local search.
    Searched,
}

/// What is proved of the best set that was found. All of it holds for these draws: the errors of figures come on top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchProof {
    /// No set of the size is better, but for rounding in the ninth digit.
    Optimal,
    /// None is better by more than the gap.
    Within,
    /// Nothing: no bound is known.
    NoBound,
}

/// `within 0.43 %`: a gap to two digits that count, rounded up, since a set may not be farther off than is said.
pub fn gap_in_words(gap: f64) -> String {
    let percent = gap * 100.0;
    let decimals = (1 - percent.log10().floor() as i32).clamp(0, 9);
    let step = 10_f64.powi(decimals);
    let up = (percent * step * (1.0 - 1e-12)).ceil() / step;
    format!("within {up:.*} %", decimals as usize)
}

/// A set that contains the one before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GrowthStep {
    /// The region that was added; absent for the set that the path begins with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub added: Option<String>,
    /// All regions then.
    pub regions: Vec<String>,
    /// Value of the objective.
    pub value: f64,
    /// By how much it is worse than the best set found of its size, in the unit of the objective; absent where that size
    /// was not asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regret: Option<f64>,
    /// Whether it keeps the limits.
    pub feasible: bool,
}
