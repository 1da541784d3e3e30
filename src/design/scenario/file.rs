//! The scenario file as it is written: every key, before anything has been checked or looked up.
//!
//! The doc comments of this module are the descriptions in the JSON Schema, so they speak to whoever writes a file.

mod capacity;

mod class;

mod cost;

mod demand;

mod edge;

mod failures;

mod recovery;

mod residency;

mod routing;

mod sampling;

mod score;

mod sites;

mod store;

pub(super) use capacity::{CapacityFile, OverloadWord, RetryFile, ScalingWord, StoreCeilingFile};
pub(super) use class::{AccessWord, CallFile, ClassFile, ConnectionFile, OperationFile, ProtocolWord};
pub(super) use cost::{CostFile, StandbyShareFile};
pub(super) use demand::{DemandFile, EventFile};
pub(super) use edge::{AnycastFile, CarrierWord, CdnFile};
pub(super) use failures::{
    CommonFile, FailuresFile, HazardFile, HazardZoneFile, ImpairedFile, IncidentsFile, LinkFailureFile,
    LossFile, PresetWord,
};
pub(super) use recovery::{
    BackupFile, DetectionFile, FailbackFile, RampFile, RecoveryFile, RoleWord, StepWord,
};
pub(super) use residency::{CutFile, ModeWord, ResidencyFile};
pub(super) use routing::{PolicyWord, ResolverFile, RoutingFile};
pub(super) use sampling::{AllocationWord, PointsWord, PrecisionFile, ToleranceFile};
pub(super) use score::{LevelFile, UtilityFile};
pub(super) use sites::{SiteQuestionFile, SitesFile};
pub(super) use store::{CoordinatorWord, LegsFile, StoreFile, StoreWord};

use schemars::JsonSchema;
use serde::Deserialize;

use super::decode::{At, Entries};
use super::distribution::DistFile;
use super::quantity::{DurationFile, ShareFile, SizesFile};

/// A scenario: who asks, which regions may serve, what a request does, what is promised.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a scenario")]
#[schemars(title = "isochrone scenario")]
pub(super) struct ScenarioFile {
    /// The JSON Schema of this file, for editors (JSON files only; TOML files say `#:schema` in a comment).
    #[serde(rename = "$schema")]
    #[allow(dead_code, reason = "editors read it, we accept it")]
    pub(super) schema: Option<At<String>>,
    /// Title for reports. Default: the file's name.
    pub(super) name: Option<At<String>>,
    /// What the scenario is about.
    pub(super) description: Option<At<String>>,
    /// Seed of all random streams. Default 42.
    pub(super) seed: Option<At<u64>>,
    /// Monte Carlo draws for each user group and region, at least 100. Default 10000, with scrambled points 8192.
    pub(super) runs: Option<At<u64>>,
    /// Replicates of the bootstrap over uncertain inputs; 0 leaves the input error out. Default 200.
    pub(super) input_replicates: Option<At<u64>>,
    /// Stop as soon as the standard error of the objective, or of the figure named, is so small for every set that is
    /// judged: "1%" of its value, "p99:0.5ms", "within:150ms:0.2pp" (percentage points). Looked at whenever the draws
    /// have doubled; `runs` is the most.
    pub(super) precision: Option<At<PrecisionFile>>,
    /// How draws are spread: "random", or "scrambled" over Sobol points in 16 independent scrambles, which takes fewer of
    /// them for the same error; `runs` is then 16 times a power of two. Default "random".
    pub(super) points: Option<At<PointsWord>>,
    /// How draws are dealt to user groups: "equal", or "by-weight", with `runs` on average and at least a sixteenth of it
    /// for each group. Default "equal".
    pub(super) allocation: Option<At<AllocationWord>>,
    /// A race after the search: draws double up to so many for each pair, towards the regions of the best sets alone,
    /// until each of these is told from the best or tied with it. Default: there is no race.
    pub(super) race_runs: Option<At<u64>>,
    /// In a race, sets that are no further apart than this are tied: "1ms", "1%" of the best value, "0.2pp" of a share.
    /// Default "1%".
    pub(super) indifference: Option<At<ToleranceFile>>,
    /// What the ranking minimises: "mean", "p50", "p90", "p95", "p99", "within:150ms" (the larger the share, the
    /// better), "worst-country" or "worst-group". Any of them "after-loss", as "p95-after-loss": after the worst loss of one
    /// region. Or "cost" (a month; needs [cost]), "score" (needs [[score]]), "rto" (needs [recovery]), "rpo" (needs
    /// [[store]]) or "downtime" (minutes a year): equal sets then go by their p95, or by the figure named behind it, as
    /// "cost-then-p99". Default "p95".
    pub(super) objective: Option<At<String>>,
    /// The day that the age of the data is told from, as "2026-11-26". No clock is asked. Default: the date of the newest
    /// table.
    pub(super) as_of: Option<At<String>>,
    /// Whether the files named here may lie outside the folder of this file. Default false.
    pub(super) allow_outside: Option<At<bool>>,
    /// Who asks.
    pub(super) audience: Option<At<AudienceFile>>,
    /// Which regions may be part of a set, and how large sets are.
    pub(super) regions: Option<At<RegionsFile>>,
    /// What one request does, where all requests are alike and need nothing but round trips and service time. Not
    /// together with `class`.
    pub(super) request: Option<At<RequestFile>>,
    /// The kinds of requests, with shares that sum to 1.
    pub(super) class: Option<At<Vec<At<ClassFile>>>>,
    /// How many requests regions can work on at once, or how many servers they are to be given. Default: always enough,
    /// nobody queues.
    pub(super) capacity: Option<At<CapacityFile>>,
    /// How demand goes through the day, the week and the year, and how it grows. Default: the same at every hour.
    pub(super) demand: Option<At<DemandFile>>,
    /// What a set of regions is billed for. Default: nothing is said about costs.
    pub(super) cost: Option<At<CostFile>>,
    /// A CDN in front of the regions.
    pub(super) cdn: Option<At<CdnFile>>,
    /// An anycast on-ramp in front of the regions: users enter the provider's network at the nearest edge location.
    pub(super) anycast: Option<At<AnycastFile>>,
    /// How users find their region. Default: the region with the least expected round trip.
    pub(super) routing: Option<At<RoutingFile>>,
    /// Where state lives.
    pub(super) store: Option<At<Vec<At<StoreFile>>>>,
    /// Rules that bind users or data to jurisdictions.
    pub(super) residency: Option<At<Vec<At<ResidencyFile>>>>,
    /// Cuts of the network whose consequences are told, store by store.
    pub(super) cut: Option<At<Vec<At<CutFile>>>>,
    /// What the team does when it loses a region.
    pub(super) recovery: Option<At<RecoveryFile>>,
    /// What may be lost, how often, and for how long.
    pub(super) failures: Option<At<FailuresFile>>,
    /// Losses whose consequences are told, beside those of each single region.
    pub(super) loss: Option<At<Vec<At<LossFile>>>>,
    /// What the score counts, with weights. Default: there is no score.
    pub(super) score: Option<At<Vec<At<UtilityFile>>>>,
    /// Where latencies come from.
    pub(super) network: Option<At<NetworkFile>>,
    /// The present deployment; every result is also told as a difference from it.
    pub(super) baseline: Option<At<BaselineFile>>,
    /// Named sets to simulate and compare.
    pub(super) placement: Option<At<Vec<At<PlacementFile>>>>,
    /// What is promised.
    pub(super) targets: Option<At<TargetsFile>>,
    /// What the report tells.
    pub(super) report: Option<At<ReportFile>>,
    /// A question without geography, in place of all this: which sites to open, by costs that you bring.
    #[allow(dead_code, reason = "a file with this key is read as a question of its own")]
    pub(super) sites: Option<At<SitesFile>>,
}

/// Who asks: exactly one of `built_in`, `countries`, `file` and `at_regions`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table such as { built_in = \"world\" }")]
pub(super) struct AudienceFile {
    /// Internet users of "world", of a continent ("africa", "asia", "europe", "north-america", "oceania",
    /// "south-america"), of the "eu" or of the "eea", by metro.
    pub(super) built_in: Option<At<String>>,
    /// Internet users of these countries by metro: ISO 3166-1 alpha-2 codes such as "DE".
    pub(super) countries: Option<At<Vec<At<String>>>>,
    /// A CSV, or a sheet of an .xlsx workbook such as "plan.xlsx#Users", with one user group a row: `metro`, `lat,lon` or `region`; `country`; one of `weight`, `users` and
    /// `requests_per_second`; optional `id`; optional `zone`, an IANA time zone (default: that of the metro, or of the
    /// nearest one in the country); optional shares `lan`, `wifi`, `cellular`, `satellite`.
    pub(super) file: Option<At<String>>,
    /// Clients inside these regions, one unit each, with no access network between.
    pub(super) at_regions: Option<At<Vec<At<String>>>>,
    /// Leave out groups with fewer users. For `built_in` and `countries` only. Default 0.
    pub(super) min_users: Option<At<f64>>,
    /// Requests per second that one user sends on average.
    pub(super) requests_per_user_per_second: Option<At<f64>>,
    /// Requests per second of the whole audience.
    pub(super) requests_per_second: Option<At<f64>>,
    /// Shares of the access technologies; they sum to 1. Default: the mix each country's measurements show.
    pub(super) access: Option<At<AccessFile>>,
}

/// Shares of the access technologies; they sum to 1.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { wifi = 0.6, cellular = 0.4 }"
)]
pub(super) struct AccessFile {
    /// Unknown technology: the mix a country's measurements show.
    pub(super) any: Option<At<ShareFile>>,
    /// Fixed line, wired to the router.
    pub(super) lan: Option<At<ShareFile>>,
    /// Fixed line, last metres by radio.
    pub(super) wifi: Option<At<ShareFile>>,
    /// Mobile network.
    pub(super) cellular: Option<At<ShareFile>>,
    /// Satellite.
    pub(super) satellite: Option<At<ShareFile>>,
}

/// Which regions may be part of a set. A region is "provider:code", or just its code where that says enough.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table such as { providers = [\"aws\"] }")]
pub(super) struct RegionsFile {
    /// Providers whose regions are candidates: "aws", "azure", "gcp", "ibm". Default: "aws" alone.
    pub(super) providers: Option<At<Vec<At<String>>>>,
    /// The candidates, instead of all regions of the providers.
    pub(super) candidates: Option<At<Vec<At<String>>>>,
    /// Partition whose regions are candidates: "aws", "aws-cn", "aws-us-gov" ... Default: the commercial one of
    /// each provider.
    pub(super) partition: Option<At<String>>,
    /// Whether regions that an account has to enable first are candidates. Default true.
    pub(super) opt_in: Option<At<bool>>,
    /// Regions that every searched set contains.
    pub(super) must_have: Option<At<Vec<At<String>>>>,
    /// Regions that no set contains.
    pub(super) must_not_have: Option<At<Vec<At<String>>>>,
    /// Sizes of the sets to search: 3, [1, 2, 3] or "1..4" (4 included). Default "1..4".
    pub(super) sizes: Option<At<SizesFile>>,
    /// Services a region must offer, from your own table.
    pub(super) services: Option<At<ServicesFile>>,
}

/// Services a region must offer to be a candidate.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { file = \"services.csv\", required = [\"postgres\"] }"
)]
pub(super) struct ServicesFile {
    /// A CSV or a sheet of an .xlsx workbook with the columns `region` and `service`: one row for each service a
    /// region offers.
    pub(super) file: At<String>,
    /// What a candidate must offer.
    pub(super) required: At<Vec<At<String>>>,
}

/// What one request does.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { round_trips = 2, service = \"20ms\" }"
)]
pub(super) struct RequestFile {
    /// Round trips between user and region, 1 to 1000. Default 1.
    pub(super) round_trips: Option<At<u64>>,
    /// Time the region works on it. Default "0ms".
    pub(super) service: Option<At<DistFile>>,
}

/// Where latencies come from.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table such as { jitter = false }")]
pub(super) struct NetworkFile {
    /// A CSV or a sheet of an .xlsx workbook of RTTs you measured, in milliseconds, from a user group's id or a region to a region. They win over
    /// everything. One pair a row: `from,to,rtt_ms`, or `p50_ms,p90_ms`, or `min_ms,avg_ms,max_ms,mdev_ms`. Or a
    /// square: `from` and then regions in the header. A pair of regions given one way counts both ways.
    pub(super) matrix: Option<At<String>>,
    /// RTTs you measured, one by one. They win over the matrix.
    pub(super) link: Option<At<Vec<At<LinkFile>>>>,
    /// A file that `isochrone calibrate` wrote: what your own measurements make of the estimates. It moves paths, access
    /// networks and links that are estimated, and their input errors; what you measured still wins.
    pub(super) calibration: Option<At<String>>,
    /// Add the users' access network. Say false when the RTTs were measured at the users. Default true.
    pub(super) access: Option<At<bool>>,
    /// Add the spread between users of one group where a path is estimated. Default true.
    pub(super) spread: Option<At<bool>>,
    /// Add jitter to each round trip. Default true.
    pub(super) jitter: Option<At<bool>>,
    /// Whose network carries what regions say to each other: "backbone" or "public". Default "backbone".
    pub(super) regions: Option<At<CarrierWord>>,
}

/// An RTT you measured.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { from = \"eu-west-1\", to = \"us-east-1\", rtt = \"70ms\" }"
)]
pub(super) struct LinkFile {
    /// A user group's id or a region.
    pub(super) from: At<String>,
    /// A region.
    pub(super) to: At<String>,
    /// The round-trip time.
    pub(super) rtt: At<DistFile>,
}

/// The present deployment.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { regions = [\"us-east-1\"] }"
)]
pub(super) struct BaselineFile {
    /// How tables and charts call it. Default: its regions.
    pub(super) name: Option<At<String>>,
    /// Its regions.
    pub(super) regions: At<Vec<At<String>>>,
    /// Which region leads which store here, such as { orders = "eu-west-1" }. Default: as the store says.
    pub(super) leaders: Option<At<Entries<String>>>,
    /// Regions that serve nobody until another is lost, with their role: `{ us-west-2 = "warm" }`; `hot`, `warm`,
    /// `pilot_light` or `backup`. Default: those of `[recovery]`.
    pub(super) standby: Option<At<Entries<RoleWord>>>,
}

/// A named set of regions.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { name = \"two\", regions = [\"eu-west-1\", \"us-east-1\"] }"
)]
pub(super) struct PlacementFile {
    /// How tables and charts call it. Default: its regions.
    pub(super) name: Option<At<String>>,
    /// Its regions.
    pub(super) regions: At<Vec<At<String>>>,
    /// Which region leads which store here, such as { orders = "eu-west-1" }. Default: as the store says.
    pub(super) leaders: Option<At<Entries<String>>>,
    /// Regions that serve nobody until another is lost, with their role: `{ us-west-2 = "warm" }`; `hot`, `warm`,
    /// `pilot_light` or `backup`. Default: those of `[recovery]`.
    pub(super) standby: Option<At<Entries<RoleWord>>>,
}

/// What is promised. Leave out what is not.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table such as { p95 = \"200ms\" }")]
pub(super) struct TargetsFile {
    /// Half of the requests take no longer.
    pub(super) p50: Option<At<DurationFile>>,
    /// 95 % of the requests take no longer.
    pub(super) p95: Option<At<DurationFile>>,
    /// 99 % of the requests take no longer.
    pub(super) p99: Option<At<DurationFile>>,
    /// At least this share of the requests takes no longer than this.
    pub(super) share_within: Option<At<ShareWithinFile>>,
    /// 95 of 100 losses are recovered from within this time.
    pub(super) rto: Option<At<DurationFile>>,
    /// In 95 of 100 losses no more than the writes of this time are lost; "0s" for none.
    pub(super) rpo: Option<At<DurationFile>>,
    /// At least this share of the requests is served, such as "99.95%".
    pub(super) availability: Option<At<ShareFile>>,
    /// So many regions of a set may be lost, and what is promised about latency is still kept.
    pub(super) tolerate: Option<At<u64>>,
    /// A set costs no more a month, in the currency of [cost].
    pub(super) budget: Option<At<f64>>,
}

/// At least a share of the requests within a time.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { within = \"150ms\", at_least = \"90%\" }"
)]
pub(super) struct ShareWithinFile {
    /// The time.
    pub(super) within: At<DurationFile>,
    /// The share.
    pub(super) at_least: At<ShareFile>,
}

/// What the report tells.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { share_within = [\"150ms\"] }"
)]
pub(super) struct ReportFile {
    /// Times for which the share of requests within is told. Default 50, 100, 150, 200 and 300 ms.
    pub(super) share_within: Option<At<Vec<At<DurationFile>>>>,
    /// Countries with a smaller share of the audience do not count as "worst country". Default "0.1%".
    pub(super) worst_country_min_share: Option<At<ShareFile>>,
}
