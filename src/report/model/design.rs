//! The contract for what is more than regions: classes of request, routing, stores, locality, residency.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Difference, Figure};

/// A class of request, as asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClassAsked {
    /// Its name.
    pub name: String,
    /// `static`, `read` or `write`.
    pub kind: String,
    /// Share of all requests.
    pub share: f64,
    /// `direct`, `cdn` or `anycast`.
    pub via: String,
    /// What it does, in words: `tls1.3, 80 % reuse, 1 exchange, 60 kB, 20 ms service`.
    pub does: String,
}

/// A set as a design: everything beyond which regions it has. Empty parts were not asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DesignResult {
    /// Who leads which store.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leaders: Vec<StoreLeader>,
    /// Latency by class of request, with what each part adds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<ClassResult>,
    /// How users find their region, and what that costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routing: Option<RoutingResult>,
    /// How busy the servers of the regions are, and how long requests wait for one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queues: Vec<QueueResult>,
    /// What becomes of data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stores: Vec<StoreResult>,
    /// Cross-region work that requests wait for, the costliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locality: Vec<LocalityResult>,
    /// Rules on where users are served and data lies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub residency: Vec<ResidencyResult>,
}

/// Who leads a store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StoreLeader {
    /// The store.
    pub store: String,
    /// The region.
    pub region: String,
    /// Whether it was searched for, rather than fixed.
    pub searched: bool,
}

/// Latency of one class of request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClassResult {
    /// Its name.
    pub name: String,
    /// Share of all requests.
    pub share: f64,
    /// Mean, ms.
    pub mean_ms: Figure,
    /// Median, ms.
    pub p50_ms: Figure,
    /// 95th percentile, ms.
    pub p95_ms: Figure,
    /// 99th percentile, ms.
    pub p99_ms: Figure,
    /// Latency at the `quantile_levels` of the atlas, ms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quantiles_ms: Vec<f64>,
    /// Share of its requests that reach a region; the rest is answered at the edge.
    pub reach_region: f64,
    /// What each part of a request adds, in the order of a request; parts that add nothing are left out.
    pub parts: Vec<PartResult>,
}

/// What one part adds to a class. Parts sum to the class's figure, up to the error of either.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PartResult {
    /// `dns`, `connect`, `exchange`, `transfer`, `loss`, `edge to region`, `service`, `queueing`, `data` or
    /// `calls`.
    pub part: String,
    /// Its mean, ms.
    pub mean_ms: f64,
    /// Its mean among requests about the class's median, ms.
    pub p50_ms: f64,
    /// Its mean among requests about the class's 95th percentile, ms.
    pub p95_ms: f64,
}

/// How users find their region.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoutingResult {
    /// `latency`, `geolocation`, `geoproximity`, `weighted`, `failover` or `multivalue`.
    pub policy: String,
    /// Share of the users' requests that go to another region than perfect latency routing would choose.
    pub elsewhere: f64,
    /// Share of users whom no record answers, or who may not be served from any region of the set.
    pub unserved: f64,
    /// Mean latency lost against perfect latency routing, ms.
    pub lost_mean_ms: f64,
    /// 95th percentile lost against perfect latency routing, ms.
    pub lost_p95_ms: f64,
    /// Seconds after a change of records until 50, 95 and 99 % of the users follow it.
    pub follow_after_s: [f64; 3],
}

/// The queue in front of one region's servers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QueueResult {
    /// The region.
    pub region: String,
    /// Its servers.
    pub servers: u32,
    /// Servers that are busy at a time, on average.
    pub busy: f64,
    /// Share of the requests that wait for a server.
    pub waiting: f64,
    /// Mean wait over all requests, ms.
    pub mean_ms: f64,
    /// 95th percentile of the wait over all requests, ms.
    pub p95_ms: f64,
    /// 99th percentile of the wait over all requests, ms.
    pub p99_ms: f64,
}

/// What becomes of data in one store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StoreResult {
    /// The store.
    pub store: String,
    /// `single_leader`, `multi_leader`, `quorum`, `object_replication` or `none`.
    pub kind: String,
    /// Regions that hold a copy.
    pub members: Vec<String>,
    /// What an operation takes as the serving regions see it, weighted by their traffic.
    pub operations: Vec<OperationResult>,
    /// Chance that a read so long after a write sees it: (ms, share).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fresh_at: Vec<(f64, f64)>,
    /// Time after a write from which a share of reads see it: (share, ms).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub visible_after_ms: Vec<(f64, f64)>,
    /// Whether these two come from a Monte Carlo (then with its error) or from numerical convolution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_std_error_ms: Option<f64>,
    /// Share of replication within the promised time, for object replication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_promise: Option<f64>,
    /// Writes that meet another region's write to the same key before they see it; a day, when a rate is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflicts: Option<ConflictResult>,
    /// Bytes copied between regions a day, when a rate is stated: (from, to, bytes).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copied_per_day: Vec<(String, String, f64)>,
    /// What a cut does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cuts: Vec<CutResult>,
}

/// What one kind of operation takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OperationResult {
    /// `read-local`, `read-fresh` or `write`.
    pub access: String,
    /// Mean, ms.
    pub mean_ms: f64,
    /// Median, ms.
    pub p50_ms: f64,
    /// 99th percentile, ms.
    pub p99_ms: f64,
    /// 99.9th percentile, ms.
    pub p999_ms: f64,
}

/// Conflicts of concurrent writes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConflictResult {
    /// Share of writes in conflict.
    pub share: f64,
    /// Conflicting writes a day.
    pub per_day: f64,
}

/// What a cut of the network does to one store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CutResult {
    /// The cut.
    pub cut: String,
    /// `read-local`, `read-fresh` or `write`.
    pub access: String,
    /// `CP` where the store refuses, `AP` where it diverges.
    pub choice: String,
    /// Share of this access served as ever.
    pub served: f64,
    /// Share served from stale copies.
    pub stale: f64,
    /// Share of writes that diverge.
    pub divergent: f64,
    /// Share refused.
    pub refused: f64,
}

/// Cross-region work that requests wait for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LocalityResult {
    /// The class that waits.
    pub class: String,
    /// What for: `write to orders, led by eu-west-1`, `2 calls to us-east-1`.
    pub what: String,
    /// Share of the class's requests that wait for another region.
    pub share: f64,
    /// Mean wait over all of the class's requests, ms.
    pub mean_ms: f64,
    /// What would be right: `lead orders from us-east-1: 12 ms less on average`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

/// A rule on where users are served or data lies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResidencyResult {
    /// The rule.
    pub rule: String,
    /// `enforce` or `report`.
    pub mode: String,
    /// What it binds, in words: `users of EU`, `store orders`.
    pub binds: String,
    /// Share of all users that it binds, for a rule on users.
    pub bound_users: f64,
    /// Share of all users served where it forbids.
    pub breaking_users: f64,
    /// Regions that hold data where it forbids.
    pub breaking_regions: Vec<String>,
    /// Whether it is kept.
    pub kept: bool,
}

/// Whether a CDN is enough, or another region is worth more: the same audience four ways.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CdnOrRegion {
    /// The set of fewer regions.
    pub fewer: String,
    /// The set of more regions.
    pub more: String,
    /// Latency of each combination, from the plainest on.
    pub ways: Vec<CdnWay>,
    /// 95th percentile: what the CDN saves with the fewer regions (with − without).
    pub cdn_saves: Difference,
    /// 95th percentile: what the further regions save without the CDN (more − fewer).
    pub region_saves: Difference,
}

/// One combination of CDN and regions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CdnWay {
    /// The set.
    pub set: String,
    /// Whether requests go through the edge as the scenario says.
    pub edge: bool,
    /// Mean, ms.
    pub mean_ms: Figure,
    /// Median, ms.
    pub p50_ms: Figure,
    /// 95th percentile, ms.
    pub p95_ms: Figure,
}
