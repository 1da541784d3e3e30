//! Which sites to open, as it is written: a question that stands in place of a scenario.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::design::scenario::decode::At;
use crate::design::scenario::quantity::SizesFile;

/// A file with a `[sites]` table, and all that may stand beside it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a question of sites")]
pub(in super::super) struct SiteQuestionFile {
    #[serde(rename = "$schema")]
    #[allow(dead_code, reason = "editors read it, we accept it")]
    pub(in super::super) schema: Option<At<String>>,
    pub(in super::super) name: Option<At<String>>,
    pub(in super::super) description: Option<At<String>>,
    pub(in super::super) seed: Option<At<u64>>,
    pub(in super::super) allow_outside: Option<At<bool>>,
    pub(in super::super) sites: At<SitesFile>,
}

/// A question without geography: which sites to open, by costs that you bring. It stands in place of all that a scenario
/// is made of; only `name`, `description`, `seed` and `allow_outside` may stand beside it. `isochrone search` answers it.
/// Exactly one of `matrix` and `graph`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { matrix = \"costs.csv\", unit = \"ms\", goal = \"median\", open = 3 }"
)]
pub(in super::super) struct SitesFile {
    /// A CSV, or a sheet of an .xlsx workbook such as "plan.xlsx#Costs", of what it costs to serve each user from each
    /// site. One row a user and one column a site, with the users' names in the first column and, if wanted, their
    /// weights in one called `weight`; or one row a pair: `user,site,cost`.
    pub(in super::super) matrix: Option<At<String>>,
    /// A table of edges, `from,to,length`, that can be gone both ways: every vertex is a user and a site, and a cost is
    /// the length of the shortest way. Where an edge stands twice the last one counts.
    pub(in super::super) graph: Option<At<String>>,
    /// What costs are counted in, for the report, such as "ms", "km" or "USD".
    pub(in super::super) unit: Option<At<String>>,
    /// A table of weights, `user,weight`, such as requests or inhabitants. Default: each user weighs 1.
    pub(in super::super) weights: Option<At<String>>,
    /// What is wanted: "median" (the least sum of weight times cost), "center" (the least cost of the user worst off),
    /// "cover:150" (the most weight at a cost of at most 150) or "fixed" (the least sum of weight times cost and of what
    /// opening costs).
    pub(in super::super) goal: Option<At<String>>,
    /// How many sites to open: 5, or "3..5" for each of 3, 4 and 5. With "fixed" it is the most, and may be left out.
    pub(in super::super) open: Option<At<SizesFile>>,
    /// A table of sites: `site,opening` with what opening costs, in the unit times the unit of weights, and `capacity`,
    /// the weight a site can take (blank: any). Users go to the nearest open site whether or not it has room: a set that
    /// overloads a site is none.
    pub(in super::super) opening: Option<At<String>>,
    /// Sites that must be open.
    pub(in super::super) must: Option<At<Vec<At<String>>>>,
    /// Sites that must not be open.
    pub(in super::super) never: Option<At<Vec<At<String>>>>,
    /// Sites that are there: more are added to them one at a time, up to `open`, each held against the best set of as
    /// many sites that is free of what is there.
    pub(in super::super) have: Option<At<Vec<At<String>>>>,
    /// No user is served at a larger cost than this.
    pub(in super::super) max_cost: Option<At<f64>>,
    /// What pairs without a cost are. Without this key they are an error.
    pub(in super::super) missing: Option<At<MissingWord>>,
    /// Costs are the same both ways: an entry that differs is an error, one that is missing is taken from the other.
    /// Users and sites must then have the same names. Default false.
    pub(in super::super) symmetric: Option<At<bool>>,
    /// How long to search for each number of sites, in steps, which are the same on every machine. Default 500000, or
    /// without end where the command line sets a time.
    pub(in super::super) steps: Option<At<u64>>,
}

/// What pairs without a cost are.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(expecting = "\"not allowed\"")]
pub(in super::super) enum MissingWord {
    /// The user may not be served from the site.
    #[serde(rename = "not allowed")]
    NotAllowed,
}
