//! The scenario file: its format, its check with places, its schema.
//!
//! A [`Scenario`] is what a file means once everything in it has been checked: every name resolved, every
//! number in range. It cannot be made from a file with an error in it.
//!
//! ```text
//! text → tree (TOML or JSON, every value with its place) → overrides → file (as written) → check → Scenario
//! ```
//!
//! Files are read by serde through a reader of our own, which notes what is wrong and goes on; so one look at a
//! file tells all its problems:
//!
//! ```
//! use isochrone::design::scenario::Scenario;
//! use isochrone::world::catalog::Catalog;
//! let text = "rusn = 1000\n[audience]\nbuilt_in = \"world\"\n[baseline]\nregions = [\"us-esat-1\"]\n";
//! let error = Scenario::parse("a.toml", text, "".as_ref(), &[], &Catalog::embedded()).unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "a.toml:1:1: unknown key `rusn`\na.toml:5:12: region `us-esat-1` is unknown"
//! );
//! ```

mod calendar;

mod check;

mod decode;

mod distribution;

mod file;

mod folder;

mod in_code;

mod overrides;

mod quantity;

mod reading;

mod schema;

mod reference;

mod site_question;

mod size;

mod source;

mod template;

mod tree;

mod without;

pub use reading::{Checked, asks_for_sites, read_scenario};
pub use reference::reference_markdown;
pub use schema::schema_json;
pub use site_question::{SiteCosts, SiteGoal, SiteQuestion};
pub use source::SourceText;
pub use template::{TemplateKind, init_template};

use std::sync::Arc;

use crate::basis::day::Day;
use crate::basis::dist::Dist;
use crate::basis::error::Problem;
use crate::basis::seed::Points;
use crate::design::capacity::{Capacity, CapacityQuestion};
use crate::design::cost::CostPlan;
use crate::design::demand::Demand;
use crate::design::edge::{Carrier, EdgeNetwork};
use crate::design::placement::Placement;
use crate::design::ranking::RankedBy;
use crate::design::recovery::{Failures, LossQuestions, Recovery, Utility};
use crate::design::request::RequestClass;
use crate::design::residency::ResidencyRule;
use crate::design::routing::Routing;
use crate::design::sampling::{Allocation, Precision, Race};
use crate::design::store::Store;
use crate::design::targets::{Objective, Targets};
use crate::world::catalog::Region;
use crate::world::demand::Audience;
use crate::world::network::own::Calibration;

/// A checked scenario: who asks, which regions may serve, what a request does, what is promised.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Title for reports.
    pub name: String,
    /// What the scenario is about, possibly empty.
    pub description: String,
    /// Who asks.
    pub audience: Audience,
    /// Regions that may be part of a set, in catalogue order.
    pub candidates: Vec<Region>,
    /// Indices of candidates every searched set must contain, ascending.
    pub must_have: Vec<usize>,
    /// Sizes of the sets to search, ascending, each between 1 and the number of candidates.
    pub sizes: Vec<usize>,
    /// Named sets from the file, in file order.
    pub placements: Vec<Placement>,
    /// The present deployment; every result is also told as a difference from it.
    pub baseline: Option<Placement>,
    /// The kinds of requests, with shares that sum to 1; at least one.
    pub classes: Vec<RequestClass>,
    /// How many requests regions can work on at once, and how many servers they are to be given; none where always enough.
    pub capacity: Option<Capacity>,
    /// How demand goes through the day, the week and the year; none where the audience's rate holds at every hour.
    pub demand: Option<Demand>,
    /// What sets are billed for; none where nobody asks what they cost.
    pub cost: Option<CostPlan>,
    /// Whether anything in the file asks how much regions take or cost, so that reports tell of it. Servers that are
    /// there ask for nothing but their queues.
    pub capacity_asked: bool,
    /// What is asked of one region, on the command line.
    pub capacity_question: Option<CapacityQuestion>,
    /// Edge locations: a CDN or an anycast on-ramp; needed when a class goes through one.
    pub edge: Option<EdgeNetwork>,
    /// How user groups find their region.
    pub routing: Routing,
    /// Where state lives.
    pub stores: Vec<Store>,
    /// Where users may be served and data may lie.
    pub residency: Vec<ResidencyRule>,
    /// Cuts whose consequences are told, store by store.
    pub cuts: Vec<Cut>,
    /// What the team does when it loses a region.
    pub recovery: Recovery,
    /// What may be lost, and how often.
    pub failures: Failures,
    /// What is asked about losses.
    pub losses: LossQuestions,
    /// Whether anything in the file or on the command line asks about losses, so that reports tell of them.
    pub recovery_asked: bool,
    /// What the score counts; empty without a score.
    pub score: Vec<Utility>,
    /// Where latencies come from, and what the user measured.
    pub network: NetworkSettings,
    /// What is promised.
    pub targets: Targets,
    /// The figure of latency that the ranking minimises, and that sets are compared by.
    pub objective: Objective,
    /// What sets are ranked by before that, where it is something else.
    pub ranked_by: Option<RankedBy>,
    /// Times (ms) for which the share of requests within is reported, ascending; never empty.
    pub share_limits_ms: Vec<f64>,
    /// Countries with a smaller share of the audience are left out of "worst country".
    pub worst_country_min_share: f64,
    /// The day that the age of data is told from; none for the date of the newest table.
    pub as_of: Option<Day>,
    /// How sets are ranked and errors are found.
    pub sampling: Sampling,
    /// Everything that was read, for provenance: file name as the user wrote it and its contents' digest.
    pub inputs: Vec<InputFile>,
    /// `--set` overrides in force, as written.
    pub overrides: Vec<String>,
    /// What may not have been meant.
    pub warnings: Vec<Problem>,
}

/// How many draws, from which stream, and how many replicates for the input error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// Draws per user group and region, at least 100.
    pub runs: u32,
    /// Seed of every random stream.
    pub seed: u64,
    /// Replicates of the bootstrap over uncertain inputs; 0 leaves the input error out.
    pub input_replicates: u32,
    /// Stop when the standard error of a figure is within a tolerance.
    pub precision: Option<Precision>,
    /// How draws are spread.
    pub points: Points,
    /// How they are dealt to user groups.
    pub allocation: Allocation,
    /// More draws for the best sets after a search, where that was asked for.
    pub race: Option<Race>,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// As the user named it.
    pub name: String,
    /// Digest of the bytes, 16 hexadecimal digits.
    pub digest: String,
}

/// Where latencies come from.
#[derive(Clone, Debug)]
pub struct NetworkSettings {
    /// RTTs the user brings: user group id or region id → region id. They win over everything.
    pub measured: Vec<MeasuredRtt>,
    /// What own measurements make of the estimates.
    pub calibration: Option<NamedCalibration>,
    /// Add the access network of the users (no: users sit where the measurement was made).
    pub access: bool,
    /// Add the spread between users of a group on estimated paths.
    pub spread: bool,
    /// Add jitter to each round trip.
    pub jitter: bool,
    /// Whose network carries what regions say to each other.
    pub regions: Carrier,
}

/// A calibration, and the file it is from.
#[derive(Clone, Debug)]
pub struct NamedCalibration {
    /// The file as the scenario calls it.
    pub name: String,
    /// What it does.
    pub calibration: Arc<Calibration>,
}

/// A cut of the network that the report tells the consequences of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// How reports call it.
    pub name: String,
    /// Pairs of candidates that cannot see each other while it lasts.
    pub pairs: Vec<(usize, usize)>,
}

/// An RTT the user brings.
#[derive(Clone, Debug)]
pub struct MeasuredRtt {
    /// A user group's id or a region's id.
    pub from: String,
    /// A region's id.
    pub to: String,
    /// The RTT, ms.
    pub rtt: Dist,
}
