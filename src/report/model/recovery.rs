//! The contract for disaster recovery: losses, what they cost, how long they last, how sure that is.
//!
//! Times of recovery are in seconds (`_s`), downtime is in minutes a year, latencies are in milliseconds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Difference, Figure, Outcome as Kept, ShareWithin, UsersAfter};

/// What becomes of a set when something of it is lost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecoveryResult {
    /// Regions that serve nobody until another is lost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub standbys: Vec<StandbyResult>,
    /// Availability and downtime.
    pub availability: AvailabilityResult,
    /// RTO over all losses of one region and all whom they stop, each loss by its rate. For whom nobody can take over it is
    /// the time to repair.
    pub rto: DurationResult,
    /// What that RTO is made of.
    pub rto_parts: Vec<StepResult>,
    /// RPO by store, over all losses of one region, each by its rate; empty where no state is kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rpo: Vec<StoreRpo>,
    /// Every loss that was asked about.
    pub losses: Vec<LossResult>,
    /// The DR strategies on the same regions; which of them meet the targets. Where many sets were judged, for the best and
    /// the baseline only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub strategies: Vec<StrategyResult>,
    /// The promises about recovery, kept or not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<RecoveryTarget>,
    /// What else follows, in a sentence each: no survivor, a quorum that dies, a copy nowhere else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
}

/// A standby region.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StandbyResult {
    /// The region.
    pub region: String,
    /// `hot`, `warm`, `pilot_light` or `backup`.
    pub role: String,
}

/// Availability and downtime of a set, weighted by users' requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AvailabilityResult {
    /// Share of requests that are served, over all time.
    pub availability: Figure,
    /// 1 − availability, which keeps its digits where availability is near 1.
    pub unavailability: Figure,
    /// −log10 of the unavailability: 3.3 for 99.95 %. Absent where nothing is ever down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nines: Option<f64>,
    /// How the mean was found: `enumeration`, `importance sampling`.
    pub method: String,
    /// Downtime a year, minutes: mean over years.
    pub mean_minutes: Figure,
    /// Half of the years have no more, minutes.
    pub p50_minutes: Figure,
    /// 95 of 100 years have no more, minutes.
    pub p95_minutes: Figure,
    /// 99 of 100 years have no more, minutes.
    pub p99_minutes: Figure,
    /// Years that were simulated for the percentiles.
    pub years: u64,
    /// (minutes, share of years with more downtime than that), minutes ascending.
    pub exceedance: Vec<(f64, f64)>,
    /// What the mean is made of, the largest first.
    pub causes: Vec<CauseResult>,
    /// The mean under each assumption about losses of whole regions: the record is too thin to fit them.
    pub presets: Vec<PresetResult>,
}

/// A cause of downtime.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CauseResult {
    /// `aws:eu-west-1 alone`, `provider aws`, `country US`, `hazard zone …`, `service incidents`.
    pub cause: String,
    /// Times a year.
    pub per_year: f64,
    /// Mean time to repair, s.
    pub mean_repair_s: f64,
    /// Downtime that it brings on average, minutes a year.
    pub minutes: f64,
    /// Whether rate or repair are assumptions.
    pub assumed: bool,
}

/// Availability under another assumption about losses of whole regions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PresetResult {
    /// `optimistic`, `typical`, `pessimistic`.
    pub preset: String,
    /// Share of requests served.
    pub availability: f64,
    /// Downtime, minutes a year.
    pub mean_minutes: f64,
    /// Whether it is the one in force.
    pub in_force: bool,
}

/// The distribution of a time, s.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DurationResult {
    /// Mean, s.
    pub mean_s: Figure,
    /// Median, s.
    pub p50_s: Figure,
    /// 95th percentile, s.
    pub p95_s: Figure,
    /// 99th percentile, s.
    pub p99_s: Figure,
    /// The promise, s, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_s: Option<f64>,
    /// Chance of keeping it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_target: Option<Figure>,
}

/// A step of the way back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepResult {
    /// `detection`, `decision`, `traffic`, `promotion`, `ramp`, `restore`.
    pub step: String,
    /// How long it takes on average, s.
    pub mean_s: f64,
    /// Median, s.
    pub p50_s: f64,
    /// 95th percentile, s.
    pub p95_s: f64,
    /// When it begins on average after the loss, s.
    pub begins_s: f64,
    /// Share of recoveries in which it is the step that the stage waits for.
    pub decisive: f64,
    /// Where the time comes from.
    pub source: String,
    /// Whether it is an assumption.
    pub assumed: bool,
}

/// RPO of one store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StoreRpo {
    /// The store; `backups` where a region is restored from them.
    pub store: String,
    /// What it rests on: `replication lag`, `quorum`, `backup age`.
    pub basis: String,
    /// Age of the newest write that survives, s; absent where nothing survives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rpo: Option<DurationResult>,
    /// Writes lost on average, where a rate is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub writes_lost: Option<f64>,
}

/// What one loss does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LossResult {
    /// Its name: the regions that are lost, or what the scenario calls it.
    pub name: String,
    /// `region`, `regions`, `link`, `impairment` or `mixed`.
    pub kind: String,
    /// Regions lost.
    pub regions: Vec<String>,
    /// Links cut.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<(String, String)>,
    /// Regions that serve users afterwards; empty when nobody is left.
    pub survivors: Vec<String>,
    /// Standbys that were called up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub called_up: Vec<StandbyResult>,
    /// Request latency after the loss, over those who are served; absent when nobody is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<LatencyAfter>,
    /// Share of users served from another region than before.
    pub moved: f64,
    /// Where they go, the largest first.
    pub moves: Vec<MoveResult>,
    /// Share of requests that nobody serves once recovery is over, those turned away by impaired regions among them.
    pub unserved: f64,
    /// Load by region, before and after.
    pub load: Vec<LoadResult>,
    /// The countries concerned, by falling share of the audience.
    pub countries: Vec<CountryAfter>,
    /// The user groups concerned; absent when nobody is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users: Option<UsersAfter>,
    /// Time until all whom it stops are served again, by the chain or, where nobody can take over, by repair; absent when
    /// nothing stops.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rto: Option<DurationResult>,
    /// Share of requests that stop until recovery.
    pub stopped: f64,
    /// RPO by store.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rpo: Vec<StoreRpo>,
    /// What becomes of each store.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stores: Vec<StoreAfter>,
    /// Residency rules afterwards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub residency: Vec<ResidencyAfter>,
    /// Groups of regions that see each other, where the network falls apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partitions: Vec<Vec<String>>,
    /// Ways between regions that become longer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub detours: Vec<DetourResult>,
    /// What else follows, in a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
}

/// Request latency after a loss.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LatencyAfter {
    /// Mean, ms.
    pub mean_ms: Figure,
    /// Median, ms.
    pub p50_ms: Figure,
    /// 95th percentile, ms.
    pub p95_ms: Figure,
    /// 99th percentile, ms.
    pub p99_ms: Figure,
    /// Share of requests within each time.
    pub share_within: Vec<ShareWithin>,
    /// Change of the 95th percentile against before, ms. From the same draws before and after for the best set, the
    /// baseline, and where few sets were judged; else the errors are taken as independent, which is wider.
    pub p95_change_ms: Difference,
    /// 1 for the loss after which the objective is worst.
    pub rank: usize,
}

/// Users who are served from elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MoveResult {
    /// From this region.
    pub from: String,
    /// To this one.
    pub to: String,
    /// Share of all users.
    pub share: f64,
}

/// Load of a region, before and after a loss.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LoadResult {
    /// The region.
    pub region: String,
    /// Share of all requests before.
    pub before: f64,
    /// Share of all requests after.
    pub after: f64,
    /// Requests per second after, when a rate is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests_per_second: Option<f64>,
}

/// A country before and after a loss.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CountryAfter {
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// Its share of the audience.
    pub share: f64,
    /// The region that serves most of it afterwards; absent when nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub main_region: Option<String>,
    /// 95th percentile before, ms.
    pub p95_before_ms: f64,
    /// 95th percentile after, ms; absent when nobody serves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p95_after_ms: Option<f64>,
}

/// A store after a loss.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StoreAfter {
    /// The store.
    pub store: String,
    /// Who led it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leader_before: Option<String>,
    /// Who leads it after promotion; absent without a leader.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leader_after: Option<String>,
    /// Copies that are left.
    pub copies: Vec<String>,
    /// Whether it can go on: a copy is left, a quorum lives.
    pub alive: bool,
    /// Share of its writes refused until recovery.
    pub writes_refused: f64,
    /// Share of its writes refused after recovery.
    pub writes_refused_after: f64,
}

/// A residency rule after a loss.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResidencyAfter {
    /// The rule.
    pub rule: String,
    /// Whether it is kept.
    pub kept: bool,
    /// Share of all users served where it forbids.
    pub breaking_users: f64,
}

/// A way between two regions that becomes longer, or is gone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DetourResult {
    /// One end.
    pub from: String,
    /// The other.
    pub to: String,
    /// Median RTT before, ms.
    pub before_ms: f64,
    /// Median RTT over what is left, ms; absent when no way is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_ms: Option<f64>,
}

/// One DR strategy on the regions of a set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StrategyResult {
    /// `active/active`, `hot standby`, `warm standby`, `pilot light`, `backup and restore`.
    pub strategy: String,
    /// Regions that serve all the time.
    pub active: Vec<String>,
    /// Regions that stand by.
    pub standby: Vec<String>,
    /// RTO over all losses of one active region.
    pub rto: DurationResult,
    /// RPO of the worst store; absent where no state is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rpo: Option<DurationResult>,
    /// Share of requests served.
    pub availability: Figure,
    /// Downtime, minutes a year.
    pub mean_minutes: f64,
    /// 95th percentile of the latency in normal times, ms.
    pub p95_ms: f64,
    /// The promises about recovery, kept or not.
    pub targets: Vec<RecoveryTarget>,
    /// Whether all of them are kept.
    pub meets: Kept,
    /// The AWS band that the RTO is held against: `hours`, `tens of minutes`, `minutes`, `near zero`.
    pub stated_band: String,
    /// Whether the median RTO lies in it.
    pub in_band: bool,
}

/// A promise about recovery and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecoveryTarget {
    /// `rto`, `rpo`, `availability` or `tolerate`.
    pub what: String,
    /// The limit: s for RTO and RPO (at most), a share for availability, a number of regions for `tolerate` (at least).
    pub limit: f64,
    /// `s`, `share` or `regions`.
    pub unit: String,
    /// The figure held against it: the 95th percentile of RTO or RPO; the availability; the regions that may be lost.
    pub reached: Figure,
    /// Kept or not.
    pub outcome: Kept,
}

/// What a measure is worth in the score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UtilityResult {
    /// The measure: `p95`, `availability`, `rto-p95`.
    pub of: String,
    /// Its value, in `unit`; absent where there is none, such as an RTO when nobody takes over: worth nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// `ms`, `s` or `share`.
    pub unit: String,
    /// Worth 1 from here on.
    pub target: f64,
    /// Worth 0 from here on.
    pub limit: f64,
    /// What it is worth, 0–1.
    pub utility: f64,
    /// Its weight; weights sum to 1.
    pub weight: f64,
}

/// The score of a set: the weighted sum of utilities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScoreResult {
    /// The sum, 0–1.
    pub total: Figure,
    /// 1 for the best score.
    pub rank: usize,
    /// Its parts.
    pub parts: Vec<UtilityResult>,
}

/// What is to be told of all sets together about recovery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecoverySummary {
    /// What is assumed about losses, chain and repair, with its source.
    pub assumptions: Vec<RecoveryAssumption>,
    /// Incidents on record and what was fitted to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incidents: Option<IncidentFit>,
    /// Sets that no other beats in latency and availability, the fastest first: places in `sets`. One beats another where it
    /// is better in one of them beyond the errors and not worse in the other.
    pub front: Vec<usize>,
    /// Which inputs move the answer, the strongest first; empty with a single set.
    pub sensitivity: Vec<Sensitivity>,
}

/// A term of the recovery model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecoveryAssumption {
    /// What.
    pub what: String,
    /// Its value in words, with units.
    pub value: String,
    /// Where it comes from.
    pub source: String,
    /// Whether nobody measured or promised it.
    pub assumed: bool,
}

/// What was fitted to the incidents on record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IncidentFit {
    /// Incidents on record.
    pub incidents: usize,
    /// Region-years that they were observed over.
    pub region_years: f64,
    /// First and last day of the record.
    pub period: (String, String),
    /// Incidents a region and year.
    pub per_year: Figure,
    /// Families fitted to the time to repair, the chosen one first.
    pub repair: Vec<FamilyFit>,
    /// Families fitted to the time between incidents of a region, the chosen one first.
    pub between: Vec<FamilyFit>,
    /// Known faults of the record.
    pub faults: String,
}

/// A family fitted to durations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FamilyFit {
    /// `log-normal`, `Weibull`, `exponential` …
    pub family: String,
    /// Its parameters in words.
    pub parameters: String,
    /// Akaike's criterion; less is better.
    pub aic: f64,
    /// Largest distance between the fitted and the observed distribution function (Kolmogorov–Smirnov).
    pub ks: f64,
    /// Observed and fitted quantiles at 50, 75, 90, 95 and 99 %, s.
    pub quantiles: Vec<(f64, f64)>,
}

/// How far one input moves the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sensitivity {
    /// The input: `losses of whole regions a year`, `TTL`, `p95 of the latency`.
    pub input: String,
    /// What moves: `score`, `availability` or the objective.
    pub measure: String,
    /// Its value as things stand.
    pub base: f64,
    /// The low end of the input's range in words, and the measure there.
    pub low: (String, f64),
    /// The high end of the input's range in words, and the measure there.
    pub high: (String, f64),
    /// The factor on the input nearest to 1 at which another set wins; absent when none within the range does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flips_at: Option<f64>,
    /// The set that wins then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flips_to: Option<String>,
}
