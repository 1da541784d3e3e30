//! The contract of a question of sites: which to open, how good that is, how sure, and who goes where.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::InputDigest;

/// The name that opens every such report.
pub const SITES_SCHEMA: &str = "isochrone-sites";

/// Raised when a field changes its meaning or goes away.
pub const SITES_SCHEMA_VERSION: u32 = 1;

/// Everything that was found out about a question of sites. Costs are in the unit of the question, weights in whatever
/// the user counts; a `share` is 0–1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SitesReport {
    /// Always [`SITES_SCHEMA`].
    #[schemars(extend("const" = SITES_SCHEMA))]
    pub schema: String,
    /// [`SITES_SCHEMA_VERSION`] of the program that wrote it.
    #[schemars(extend("const" = SITES_SCHEMA_VERSION))]
    pub schema_version: u32,
    /// `search`.
    pub command: String,
    /// `false` when the run was interrupted: what is here is right, but may not be the best, nor all of it.
    pub complete: bool,
    /// Numbers of sites that an interrupted run did not get to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<usize>,
    /// What would have to be the same for the same bytes.
    pub provenance: SitesProvenance,
    /// What was asked.
    pub question: SitesAsked,
    /// The best set found for each number of sites, ascending.
    pub answers: Vec<SitesAnswer>,
    /// Sets that grow out of each other; absent where one number of sites was asked for and none are there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub growth: Option<SitesGrowth>,
    /// How terms are meant here.
    pub definitions: Vec<String>,
    /// What was taken for granted because nothing was said about it.
    pub assumptions: Vec<String>,
    /// What may not have been meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// What would have to be the same for the same bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SitesProvenance {
    /// Version of the program.
    pub version: String,
    /// Seed of the randomised starts.
    pub seed: u64,
    /// Randomised starts of each search.
    pub restarts: u32,
    /// Steps for each number of sites; absent where only the time ended a search.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<u64>,
    /// The time that was set for the whole search, ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_limit_ms: Option<f64>,
    /// Whether the time was up before a proof, so that a faster machine may find and prove more.
    pub depends_on_machine: bool,
    /// Digest over all inputs and settings, hexadecimal.
    pub input_digest: String,
    /// Files that were read.
    pub inputs: Vec<InputDigest>,
    /// Overrides and flags, as written.
    pub overrides: Vec<String>,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a fact of the question, told under its name"
)]
pub struct SitesAsked {
    /// Title.
    pub name: String,
    /// What it is about, possibly empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// `median`, `center`, `cover` or `fixed`.
    pub goal: String,
    /// With `cover`: the largest cost at which a user counts as covered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<f64>,
    /// The unit of costs, in the user's words.
    pub unit: String,
    /// The unit of values.
    pub value_unit: String,
    /// How many users there are.
    pub users: usize,
    /// How many sites there are.
    pub sites: usize,
    /// The sum of all weights.
    pub weight: f64,
    /// Whether weights were given; else each user weighs 1.
    pub weights_given: bool,
    /// Whether costs are shortest ways along edges; else they stand in a table.
    pub graph: bool,
    /// Pairs without a cost, which are not allowed.
    pub pairs_not_allowed: usize,
    /// How many sites to open; empty for any number. With `fixed` each is the most.
    pub open: Vec<usize>,
    /// Sites that must be open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub must: Vec<String>,
    /// Sites that must not be open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub never: Vec<String>,
    /// Sites that are there already.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub have: Vec<String>,
    /// No user is served at a larger cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_cost: Option<f64>,
    /// Whether sites have capacities.
    pub capacities: bool,
    /// Whether costs had to be the same both ways.
    pub symmetric: bool,
}

/// How sure an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SitesStatus {
    /// No set is better.
    Optimal,
    /// A better set may be better by the `gap` at most.
    Within,
    /// There is no set: `why` says what excludes it.
    Infeasible,
    /// The search ended before a set was found, or shown not to be.
    Unknown,
}

/// What is known for a number of sites.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SitesAnswer {
    /// So many sites, with `fixed` at most; absent for any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<usize>,
    /// How sure it is.
    pub status: SitesStatus,
    /// The value of the set, in the `value_unit` of the question. With `cover` the weight within, the more the better;
    /// with all others the less the better.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// No set has a better value than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<f64>,
    /// The largest share by which a better set may be better, of the larger of value and bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<f64>,
    /// With `cover`: the share of all weight that is within.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// Steps of the search.
    pub steps: u64,
    /// Why the search ended: `proved`, `steps`, `time` or `interrupted`.
    pub ended: String,
    /// What stands in the way of a set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub why: Vec<String>,
    /// Other sets with the same value, to within a share of 10⁻⁹; absent where there is no set, or nobody looked because
    /// that would take long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ties: Option<SitesTies>,
    /// The open sites, in file order.
    pub sites: Vec<SiteResult>,
    /// Every user, in file order.
    pub users: Vec<UserResult>,
}

/// Other sets with the value of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SitesTies {
    /// How many were found.
    pub sets: usize,
    /// Whether every set was tried, so that there are no others; else only those one site away were, and there may be
    /// more.
    pub all: bool,
    /// The sites of the first few of them, in file order.
    pub first: Vec<Vec<String>>,
}

/// An open site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SiteResult {
    /// Its name.
    pub site: String,
    /// Users who go there.
    pub users: usize,
    /// Their weight.
    pub weight: f64,
    /// The weight it can take; absent without a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<f64>,
    /// The sum of weight times cost of its users.
    pub cost: f64,
    /// What opening it costs, with `fixed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<f64>,
    /// The largest cost of its users that have a weight.
    pub farthest: f64,
    /// Its part of the value; absent with `center`, and where the value is 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
}

/// A user, and where it goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UserResult {
    /// Its name.
    pub user: String,
    /// Its weight.
    pub weight: f64,
    /// Its site; absent when it may go to none that is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// The cost there, for a weight of 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
    /// With `cover`: whether that is within.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covered: Option<bool>,
}

/// Sets that grow out of each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SitesGrowth {
    /// Whether the first sites are there already; else they are the best set of the smallest number.
    pub there: bool,
    /// The sites at the beginning.
    pub start: Vec<String>,
    /// Their value; absent where they do not serve everybody, or a site gets more than it can take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_value: Option<f64>,
    /// Why they are no set, where they have no value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_why: Option<String>,
    /// One site more each.
    pub steps: Vec<SitesStep>,
}

/// A site added to those before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SitesStep {
    /// How many sites there are then.
    pub open: usize,
    /// The site that was added.
    pub site: String,
    /// The value then; absent where it is still none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// The best value that was found for as many sites, without what was there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best: Option<f64>,
    /// The largest share by which the value may be worse than the best of as many sites, of that best: 11 where 9 is
    /// possible is 0.222. Absent where the best is 0 and the value is not, which is no share of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regret: Option<f64>,
    /// Why these sites are no set, where they have no value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}
