//! What changed between two sets of data, as it is written: every change with the noise that it was held against.

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::diff::Change;
use crate::report::model::Figure;

/// Name that opens a difference of two data sets written as JSON.
pub const DATA_SCHEMA: &str = "isochrone-data-diff";

/// Name that opens a difference of two sets of measurements written as JSON.
pub const MEASURED_SCHEMA: &str = "isochrone-measured-diff";

/// Raised when a field of either changes its meaning or goes away.
pub const DRIFT_SCHEMA_VERSION: u32 = 1;

/// What changed from one set of data tables to another.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DataDiff {
    /// Always [`DATA_SCHEMA`].
    #[schemars(extend("const" = DATA_SCHEMA))]
    pub schema: &'static str,
    /// [`DRIFT_SCHEMA_VERSION`].
    #[schemars(extend("const" = DRIFT_SCHEMA_VERSION))]
    pub schema_version: u32,
    /// What the first set is called: `embedded`, or its folder.
    pub before: String,
    /// What the second set is called.
    pub after: String,
    /// Rows of every table that either set holds.
    pub tables: Vec<TableChange>,
    /// Round trips, a part for each table that both sets hold.
    pub round_trips: Vec<RttChanges>,
    /// List prices that changed, the largest change first.
    pub prices: Vec<PriceChange>,
    /// Regions that are in the second set only.
    pub opened: Vec<RegionName>,
    /// Regions that are in the first set only.
    pub closed: Vec<RegionName>,
    /// Facts of regions that are in both.
    pub region_facts: Vec<FactChange>,
    /// What went wrong, as far as one of the sets alone has it on record.
    pub record: RecordChange,
    /// Internet users of countries, the largest change first.
    pub users: Vec<UsersChange>,
    /// Whether any round trip or price went up beyond noise.
    pub worse: bool,
}

/// Rows of one table in both sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TableChange {
    /// Its file.
    pub table: String,
    /// Its date in the first set; absent where the set does not hold it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_before: Option<String>,
    /// Its date in the second set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_after: Option<String>,
    /// Rows in the first set.
    pub rows_before: usize,
    /// Rows in the second set.
    pub rows_after: usize,
    /// Rows that only the second set has.
    pub added: usize,
    /// Rows that only the first set has.
    pub removed: usize,
    /// Rows of the same name whose other cells differ; 0 where rows have no name.
    pub changed: usize,
}

/// How a table's noise was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoiseSource {
    /// A round trip is the same in both directions: where the two directions of a pair changed differently, that is noise.
    Directions,
    /// The spread over time that a p90 beside its p50 tells, as if 30 independent days stood behind each median.
    SpreadOverTime,
    /// The number of tests behind a median, and their spread.
    Tests,
    /// The spread of the changes of all pairs that changed, around their median: too wide where much changed.
    SpreadOfChanges,
    /// Nothing but the digits that are written: too few pairs to tell more.
    Rounding,
}

/// How much a figure of a table changes when nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Noise {
    /// How it was found.
    pub source: NoiseSource,
    /// Standard deviation of a change as a share of the figure; the median over pairs where each has its own.
    pub share: f64,
    /// Standard deviation that rounding adds to a change, ms.
    pub rounding_ms: f64,
    /// Pairs that it was found from.
    pub pairs: usize,
}

/// Round trips of one table.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RttChanges {
    /// Its file.
    pub table: String,
    /// Pairs that both sets have.
    pub pairs: usize,
    /// Of these, equal to the last digit.
    pub same: usize,
    /// Of these, different within noise.
    pub within_noise: usize,
    /// What changes were held against.
    pub noise: Noise,
    /// Median of all changes, as a share: 0.04 where half of the pairs got slower by more than 4 %.
    pub median_change: f64,
    /// Pairs that changed beyond noise, the largest change first.
    pub beyond_noise: Vec<PairChange>,
    /// Groups of pairs that moved together.
    pub shifts: Vec<GroupShift>,
}

/// A round trip that changed.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PairChange {
    /// Where it starts.
    pub from: String,
    /// Where it goes.
    pub to: String,
    /// Median in the first set, ms.
    pub before_ms: f64,
    /// Median in the second set, ms.
    pub after_ms: f64,
    /// After − before, ms.
    pub difference_ms: f64,
    /// Half of the 95 % interval of the difference, from the noise of the table, ms.
    pub noise_ms: f64,
    /// The difference as a share of what it was.
    pub change: f64,
    /// How likely noise alone does this in any pair of the table (Benjamini and Hochberg).
    pub p: f64,
    /// What follows.
    pub verdict: Change,
}

/// Pairs with something in common that moved the same way.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct GroupShift {
    /// What they have in common: `all of aws`, `aws:ap-south-1`.
    pub group: String,
    /// Pairs, both directions taken for one.
    pub pairs: usize,
    /// Of these, slower than before.
    pub slower: usize,
    /// Of these, faster than before.
    pub faster: usize,
    /// Median of their changes, as a share.
    pub median_change: f64,
    /// How likely chance alone splits slower and faster like this, in any group of the table (sign test, Holm); for a region
    /// against the shift of the whole table. Of measurements four times as much, as single pairs have half of the 5 %, all
    /// pairs together a quarter, and single ends the last.
    pub p: f64,
    /// What follows: worse or better where `p` is below 5 % and the median moved by 1 % or more.
    pub verdict: Change,
}

/// A list price that changed, came or went.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PriceChange {
    /// The region.
    pub region: String,
    /// What is paid for: `m7g.large`, `egress`, `transfer to aws:us-east-1`.
    pub what: String,
    /// `USD/h` or `USD/GB`.
    pub unit: &'static str,
    /// In the first set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<f64>,
    /// In the second set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<f64>,
    /// The change as a share of what it was; absent where it came, went, or was nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<f64>,
}

/// A region by its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RegionName {
    /// `aws:eu-west-1`.
    pub id: String,
    /// What its provider calls it.
    pub name: String,
    /// Country it stands in.
    pub country: String,
    /// Day it opened, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub launch_date: Option<String>,
}

/// A cell that changed in a row that both sets have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FactChange {
    /// What the row is called.
    pub row: String,
    /// The column.
    pub what: String,
    /// In the first set; empty where it was blank.
    pub before: String,
    /// In the second set.
    pub after: String,
}

/// What one of two records of failures alone holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct RecordChange {
    /// Outages that only the second set has, by date.
    pub new_outages: Vec<OutageName>,
    /// Outages that only the first set has, by date.
    pub gone_outages: Vec<OutageName>,
    /// Service incidents that only the second set has.
    pub new_incidents: usize,
    /// Service incidents that only the first set has.
    pub gone_incidents: usize,
}

/// An outage by its facts.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct OutageName {
    /// The day it began.
    pub date: String,
    /// Its region, or its provider where it has none.
    pub of: String,
    /// `zone`, `zones`, `region`, `multi-region` or `global`.
    pub scope: &'static str,
    /// How long it lasted, h.
    pub hours: f64,
}

/// Internet users of a country.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct UsersChange {
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// In the first set; absent where there is no figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<f64>,
    /// In the second set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<f64>,
}

/// What changed from one set of measurements to another.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct MeasuredDiff {
    /// Always [`MEASURED_SCHEMA`].
    #[schemars(extend("const" = MEASURED_SCHEMA))]
    pub schema: &'static str,
    /// [`DRIFT_SCHEMA_VERSION`].
    #[schemars(extend("const" = DRIFT_SCHEMA_VERSION))]
    pub schema_version: u32,
    /// The first file, and what it was read as.
    pub before: String,
    /// The second file, and what it was read as.
    pub after: String,
    /// Pairs that both have, by name.
    pub pairs: Vec<MeasuredChange>,
    /// Pairs that lost requests, where both files tell how many.
    pub losses: Vec<LossChange>,
    /// Pairs that only the first has.
    pub only_before: Vec<String>,
    /// Pairs that only the second has.
    pub only_after: Vec<String>,
    /// Groups of pairs that moved together.
    pub shifts: Vec<GroupShift>,
    /// What should be known before it is relied on.
    pub notes: Vec<String>,
    /// Whether any pair, its slowest times or a group got slower beyond noise, or a pair lost more.
    pub worse: bool,
}

/// How the figures of a pair were held against each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PairTest {
    /// Single times: the rank-sum test of Wilcoxon, Mann and Whitney.
    RankSum,
    /// A median, a p90 and how many times they are of, ten or more: the error of a median of normal times of that spread.
    MedianError,
    /// Means with a standard deviation and a number of times, five or more: Student's test. Single times have a mean as well.
    MeanError,
    /// The noise of all pairs that have no error of their own.
    NoiseOfPairs,
    /// None: one file has a mean, the other a median.
    TwoKinds,
    /// None: too little is known.
    None,
}

/// The slowest tenth of the times of a pair, of both files together.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct TailChange {
    /// Share of the times before that is in it.
    pub before: f64,
    /// Share of the times after that is in it.
    pub after: f64,
    /// How likely chance alone shares it out so unevenly, of this pair (Fisher's exact test).
    pub p: f64,
    /// The same over all tests of pairs, as [`MeasuredChange::p_of_all`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_of_all: Option<f64>,
    /// What follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Change>,
}

/// Requests of a pair that got no answer.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct LossChange {
    /// Where it starts.
    pub from: String,
    /// Where it goes.
    pub to: String,
    /// Lost before.
    pub lost_before: u64,
    /// Requests before, lost ones included.
    pub sent_before: u64,
    /// Lost after.
    pub lost_after: u64,
    /// Requests after, lost ones included.
    pub sent_after: u64,
    /// How likely chance alone shares the lost ones out so unevenly, of this pair (Fisher's exact test).
    pub p: f64,
    /// The same over all tests of pairs, as [`MeasuredChange::p_of_all`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_of_all: Option<f64>,
    /// What follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Change>,
}

/// A pair that was measured twice.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct MeasuredChange {
    /// Where it starts.
    pub from: String,
    /// Where it goes.
    pub to: String,
    /// Times behind the first figures, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n_before: Option<u64>,
    /// Times behind the second figures, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n_after: Option<u64>,
    /// Median before, ms; the mean where either file has no more than that.
    pub before_ms: f64,
    /// Median after, ms; the mean likewise.
    pub after_ms: f64,
    /// 90th percentiles before and after, ms, where both are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p90_ms: Option<(f64, f64)>,
    /// After − before, ms, with its error; no error where none is known.
    pub difference: Figure,
    /// How it was tested.
    pub test: PairTest,
    /// Of a time before and one after, how often the one after is the longer, equal ones half; of the rank-sum test, whose
    /// verdict goes by this and not by the medians.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longer_share: Option<f64>,
    /// How likely chance alone does this, of this pair; absent where it was not tested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<f64>,
    /// The same over all tests of pairs, tails and losses included (Benjamini and Hochberg), twice as much: pairs have half of the 5 %,
    /// what moved together the other half.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_of_all: Option<f64>,
    /// What follows; absent where it was not tested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Change>,
    /// What became of the slowest times; absent where either file has fewer than 20 single times of the pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tail: Option<TailChange>,
}
