//! The contract: every figure with its error, and where it came from.
//!
//! A [`Report`] is finished: it can be printed, drawn and exported years later without running anything.
//! All tables, charts and sheets are views of it. Field names carry units: `_ms`, `_km`, `_rps`; a `share` is 0–1.

mod age;

mod atlas;

mod design;

mod recovery;

mod capacity;

mod listed;
mod race;
mod ranking;
mod search;
mod sites;

pub use age::{DataAges, TableAge};
pub use atlas::{Atlas, Reach, RegionPlace, UserPlace, UsersAfter, UsersResult};
pub use capacity::{
    CapacityAnswer, CapacityResult, CapacityState, CapacitySummary, CostAsked, CostLine, CostResult,
    DemandAsked, EventAsked, ExhaustionResult, FleetResult, HoursResult, NeedResult, PriceTier, PriceUsed,
    PromiseAsked, SizingAsked, StateRegion, StoreLoadResult, StrategyCost, WaitResult, YearResult,
};
pub use design::{
    CdnOrRegion, CdnWay, ClassAsked, ClassResult, ConflictResult, CutResult, DesignResult, LocalityResult,
    OperationResult, PartResult, QueueResult, ResidencyResult, RoutingResult, StoreLeader, StoreResult,
};
pub use listed::ListedFor;
pub use race::{RaceResult, RaceStanding, RaceSummary};
pub use ranking::{MeasureResult, RankedBy};
pub use recovery::{
    AvailabilityResult, CauseResult, CountryAfter, DetourResult, DurationResult, FamilyFit, IncidentFit,
    LatencyAfter, LoadResult, LossResult, MoveResult, PresetResult, RecoveryAssumption, RecoveryResult,
    RecoverySummary, RecoveryTarget, ResidencyAfter, ScoreResult, Sensitivity, StandbyResult, StepResult,
    StoreAfter, StoreRpo, StrategyResult, UtilityResult,
};

pub use search::{GrowthStep, SearchProof, SearchWay, SearchedSize, gap_in_words};
pub use sites::{
    SITES_SCHEMA, SITES_SCHEMA_VERSION, SiteResult, SitesAnswer, SitesAsked, SitesGrowth, SitesProvenance,
    SitesReport, SitesStatus, SitesStep, SitesTies, UserResult,
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The name that opens every report file.
pub const SCHEMA: &str = "isochrone-report";

/// Raised when a field changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

/// Everything one command found out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Always [`SCHEMA`].
    #[schemars(extend("const" = SCHEMA))]
    pub schema: String,
    /// [`SCHEMA_VERSION`] of the program that wrote it.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: u32,
    /// `simulate`, `compare`, `search` or `drill`.
    pub command: String,
    /// `false` when the run was interrupted: what is here is right, but not all of it.
    pub complete: bool,
    /// What an interrupted run did not get to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Missing>,
    /// What would have to be the same for the same bytes.
    pub provenance: Provenance,
    /// What was asked.
    pub question: Question,
    /// Where the latencies come from.
    pub network: NetworkSummary,
    /// How the sets were found; absent when they were named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<SearchSummary>,
    /// The sets, best first by the objective (in the order given for `simulate`).
    pub sets: Vec<SetResult>,
    /// Place of the baseline in `sets`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<usize>,
    /// Whether a CDN is enough or another region is worth more, where a CDN was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cdn_or_region: Option<CdnOrRegion>,
    /// What is to be told of all sets together about losses, where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<RecoverySummary>,
    /// What was asked about capacity and cost, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<CapacitySummary>,
    /// RTTs between the regions that occur in `sets`.
    pub region_matrix: RegionMatrix,
    /// Where everything is, for maps; absent in reports of versions before 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub atlas: Option<Atlas>,
    /// What was assumed, with its source.
    pub assumptions: Vec<Assumption>,
    /// What the reader should know before trusting the figures.
    pub warnings: Vec<String>,
}

/// A part of a report that is not there because the run was interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// Some sets were not scored or not judged.
    Sets,
    /// Intervals from uncertain inputs; ties and targets go by sampling error alone.
    InputError,
    /// Differences from the best set and from the baseline.
    Differences,
}

/// What would have to be the same for the same bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Provenance {
    /// Version of the program.
    pub version: String,
    /// Raised whenever the same seed gives other numbers.
    pub sampler_version: u32,
    /// Seed of all random streams.
    pub seed: u64,
    /// Draws per user group and region; on average, where they go by weight.
    pub runs: u32,
    /// How draws were spread, where not at random: `scrambled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<String>,
    /// How draws were dealt to user groups, where not equally: `by-weight`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allocation: Option<String>,
    /// Replicates for the input error.
    pub input_replicates: u32,
    /// Digest over all inputs and settings, hexadecimal.
    pub input_digest: String,
    /// Files that were read.
    pub inputs: Vec<InputDigest>,
    /// Overrides given on the command line, as written.
    pub overrides: Vec<String>,
    /// The data tables in force.
    pub data: Vec<DataSource>,
    /// How old they are; absent in reports of versions before 0.2, and where no table says its date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ages: Option<DataAges>,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InputDigest {
    /// As the user named it.
    pub name: String,
    /// Digest of its bytes, hexadecimal.
    pub digest: String,
}

/// A data table in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DataSource {
    /// The table: `aws_rtt`.
    pub name: String,
    /// Who measured it.
    pub source: String,
    /// When.
    pub date: String,
    /// Digest of its bytes, hexadecimal.
    pub digest: String,
    /// Number of rows.
    pub rows: usize,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Question {
    /// The scenario's title.
    pub name: String,
    /// Its description.
    pub description: String,
    /// Who asks, in words.
    pub audience: String,
    /// Number of user groups.
    pub user_groups: usize,
    /// Sum of their weights.
    pub total_weight: f64,
    /// What a weight counts.
    pub weight_unit: String,
    /// Requests per second of the whole audience, when a rate is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests_per_second: Option<f64>,
    /// Countries asked for that have no figure.
    pub missing_countries: Vec<String>,
    /// Candidate regions.
    pub candidates: Vec<String>,
    /// Regions every searched set had to contain.
    pub must_have: Vec<String>,
    /// Round trips of a request.
    pub round_trips: u32,
    /// Its service time in words: `fixed 20 ms`.
    pub service: String,
    /// The classes of request; empty where all are alike.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<ClassAsked>,
    /// What the ranking minimises: `p95`, `within:150ms`. Sets are compared by it, and it breaks ties of `ranked_by`.
    pub objective: String,
    /// A measure that comes before the objective, where sets are ranked by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ranked_by: Option<RankedBy>,
    /// Countries with a smaller share are left out of "worst country".
    pub worst_country_min_share: f64,
    /// Promises the sets are held against.
    pub targets: Vec<TargetAsked>,
}

/// A promise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TargetAsked {
    /// `p95` or `within:150ms`.
    pub what: String,
    /// The limit: ms for a latency (at most), a share for `within` (at least).
    pub limit: f64,
    /// `ms` or `share`.
    pub unit: String,
}

/// Where the latencies come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NetworkSummary {
    /// User-to-region pairs in use.
    pub user_pairs: usize,
    /// Of these, measured by the user.
    pub user_pairs_measured: usize,
    /// Of these, estimated from landmarks.
    pub user_pairs_estimated: usize,
    /// Region-to-region pairs in use.
    pub region_pairs: usize,
    /// Of these, measured.
    pub region_pairs_measured: usize,
    /// Of these, estimated.
    pub region_pairs_estimated: usize,
    /// User groups by what their access figure rests on: (`country mlab`, 901).
    pub access_basis: Vec<(String, usize)>,
    /// Median distance of the nearest landmark to a user group, km, weighted by users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub median_landmark_km: Option<f64>,
    /// Countries with at most two measured places of their own, and their share of the audience, the largest first:
    /// their paths are the least certain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thin_countries: Vec<(String, f64)>,
}

/// How the sets were found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SearchSummary {
    /// Sizes that were searched.
    pub sizes: Vec<usize>,
    /// Of the sets that were scored, those that keep every limit.
    pub sets_feasible: u64,
    /// Sets of these sizes with the regions they had to contain that were scored; where sets were searched, scores.
    pub sets_scored: u64,
    /// Such sets that an interrupted search did not get to.
    #[serde(default)]
    pub sets_not_scored: u64,
    /// `optimal` where no set is better than the best of any size, `within 0.4 %` where none is better by more, `no bound`
    /// where that is not known of some size, `partial` when the search was interrupted.
    pub optimality: String,
    /// How many of the best were kept, per size or overall.
    pub top: usize,
    /// Of the feasible sets, those that were gauged by what sets are ranked by, where that is no figure of latency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sets_gauged: Option<u64>,
    /// Of these, sets without a value, which are not ranked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sets_without_value: Option<u64>,
    /// The best value for each size, for the curve of diminishing returns.
    pub best_by_size: Vec<BestOfSize>,
    /// Sets better than the worst that is kept of their size that break a promise about recovery; all that do where fewer
    /// are kept than were wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turned_away_by_recovery: Option<u64>,
    /// By size the set whose objective after its worst loss of one region is best, with its value then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub best_after_loss: Vec<BestOfSize>,
    /// How the best sets of each size were found, and what is proved of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_size: Vec<SearchedSize>,
    /// Sets that contain each other, where they were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub growth: Vec<GrowthStep>,
    /// What each region costs by being there, ms of the objective.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed_cost_ms: Option<f64>,
    /// The size whose best set is best with these costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best_size: Option<usize>,
    /// The race of the sets that were judged, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub race: Option<RaceSummary>,
}

/// The best set of one size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BestOfSize {
    /// Number of regions.
    pub size: usize,
    /// The regions.
    pub regions: Vec<String>,
    /// Value of the objective.
    pub value: f64,
    /// Value of what sets are ranked by, where that is no figure of latency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<f64>,
}

/// A range that holds the true value in 95 of 100 repetitions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// An estimate and its two errors, which are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Figure {
    /// The estimate.
    pub value: f64,
    /// Standard error of the Monte Carlo: falls with more runs.
    pub std_error: f64,
    /// 95 % interval of the Monte Carlo.
    pub sampling: Interval,
    /// 95 % interval from uncertain inputs: does not fall with more runs. Absent when it was not computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<Interval>,
}

/// One set of regions and all that was found out about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SetResult {
    /// How tables and charts call it.
    pub name: String,
    /// The regions, in catalogue order.
    pub regions: Vec<String>,
    /// 1 for the best. Where `listed_for` is absent, the rank among all sets that were searched or named; with it, no more
    /// than the place among the sets of this report.
    pub rank: usize,
    /// What a set is listed for that is not among the best of a search; absent in reports of versions before 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed_for: Option<ListedFor>,
    /// Value of the objective.
    pub objective: Figure,
    /// Value of what sets are ranked by, where that is no figure of latency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<MeasureResult>,
    /// Request latency over the whole audience.
    pub latency: Latency,
    /// Difference from the best set (this − best). Absent on the best itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub versus_best: Option<Comparison>,
    /// Difference from the baseline (this − baseline). Absent on the baseline itself or without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub versus_baseline: Option<Comparison>,
    /// How the traffic falls on its regions.
    pub traffic: Vec<RegionTraffic>,
    /// Latency by country, by falling share of the audience.
    pub countries: Vec<CountryResult>,
    /// As each user group sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users: Option<UsersResult>,
    /// The distribution function: (ms, share of requests within), ascending.
    pub cdf: Vec<(f64, f64)>,
    /// The promises, kept or not.
    pub targets: Vec<TargetResult>,
    /// What it is beyond its regions; absent where requests are all alike and nothing else was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub design: Option<DesignResult>,
    /// What becomes of it when something is lost, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<RecoveryResult>,
    /// What it carries, needs and costs, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<CapacityResult>,
    /// Its score, where the scenario weighs measures against each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<ScoreResult>,
    /// How it did in the race after the search, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub race: Option<RaceResult>,
}

/// Request latency of a set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Latency {
    /// Mean, ms.
    pub mean_ms: Figure,
    /// Median, ms.
    pub p50_ms: Figure,
    /// 90th percentile, ms.
    pub p90_ms: Figure,
    /// 95th percentile, ms.
    pub p95_ms: Figure,
    /// 99th percentile, ms.
    pub p99_ms: Figure,
    /// Share of requests within each time.
    pub share_within: Vec<ShareWithin>,
    /// The country with the highest p95.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worst_country: Option<WorstCountry>,
    /// Largest mean of any user group, ms.
    pub worst_group_mean_ms: f64,
    /// Name of that group.
    pub worst_group: String,
}

impl Latency {
    /// The mean and the percentiles under the names that objectives and files use.
    pub fn statistics(&self) -> [(&'static str, &Figure); 5] {
        [
            ("mean", &self.mean_ms),
            ("p50", &self.p50_ms),
            ("p90", &self.p90_ms),
            ("p95", &self.p95_ms),
            ("p99", &self.p99_ms),
        ]
    }
}

/// Share of requests within a time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShareWithin {
    /// The time, ms.
    pub limit_ms: f64,
    /// The share.
    pub share: Figure,
}

/// The country with the highest p95.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorstCountry {
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// Its 95th percentile, ms.
    pub p95_ms: Figure,
}

/// The differences between two sets. Paired: both saw the same users on the same paths.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// Made from the two figures, whose errors were taken as independent: wider than a paired difference.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unpaired: bool,
    /// Difference of the objective.
    pub objective: Difference,
    /// Difference of the mean, ms.
    pub mean_ms: Difference,
    /// Difference of the median, ms.
    pub p50_ms: Difference,
    /// Difference of the 95th percentile, ms.
    pub p95_ms: Difference,
    /// Difference of the 99th percentile, ms.
    pub p99_ms: Difference,
}

impl Comparison {
    /// The differences under the names that objectives and files use; the objective's own comes first.
    pub fn statistics(&self) -> [(&'static str, &Difference); 5] {
        [
            ("objective", &self.objective),
            ("mean", &self.mean_ms),
            ("p50", &self.p50_ms),
            ("p95", &self.p95_ms),
            ("p99", &self.p99_ms),
        ]
    }
}

/// A difference with its errors, and what follows from them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// The estimate and its errors.
    pub figure: Figure,
    /// What can be said.
    pub verdict: Verdict,
}

/// What can be said of a difference at 95 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Both intervals exclude zero: the sets differ.
    Differs,
    /// The sampling interval contains zero: more runs may separate them.
    TiedSampling,
    /// More runs would separate them, but the inputs are not known well enough to say which is better.
    TiedInput,
    /// The two are the same to the last bit.
    Same,
}

/// What one region of a set carries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RegionTraffic {
    /// The region.
    pub region: String,
    /// Share of the requests it serves.
    pub share: f64,
    /// Requests per second, when a rate is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests_per_second: Option<f64>,
}

/// A set seen from one country.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CountryResult {
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// Its share of the audience.
    pub share: f64,
    /// The region that serves most of it.
    pub main_region: String,
    /// Median, ms.
    pub p50_ms: f64,
    /// 95th percentile, ms.
    pub p95_ms: f64,
    /// Standard error of the 95th percentile, ms.
    pub p95_std_error_ms: f64,
    /// 99th percentile, ms.
    pub p99_ms: f64,
    /// Latency at the `quantile_levels` of the atlas, ms; for large countries of the best sets and the baseline only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quantiles_ms: Vec<f64>,
}

/// A promise, kept or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TargetResult {
    /// `p95` or `within:150ms`.
    pub what: String,
    /// The limit.
    pub limit: f64,
    /// `ms` or `share`.
    pub unit: String,
    /// What the set reaches.
    pub reached: Figure,
    /// Whether it is kept.
    pub outcome: Outcome,
}

/// Whether a promise is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Kept, and the errors do not reach the limit.
    Met,
    /// Missed, and the errors do not reach the limit.
    Missed,
    /// The limit lies within the errors.
    TooCloseToCall,
}

/// RTTs between regions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RegionMatrix {
    /// Region ids, both axes.
    pub regions: Vec<String>,
    /// Median RTT in ms, `[from][to]`.
    pub p50_ms: Vec<Vec<f64>>,
    /// 90th percentile in ms, `[from][to]`.
    pub p90_ms: Vec<Vec<f64>>,
    /// Whether the pair was measured, `[from][to]`.
    pub measured: Vec<Vec<bool>>,
}

/// Something taken for granted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Assumption {
    /// What.
    pub what: String,
    /// The value, with its unit.
    pub value: String,
    /// Where it comes from.
    pub source: String,
}
