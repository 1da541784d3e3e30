//! Capacity as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::design::scenario::decode::{At, Entries};
use crate::design::scenario::quantity::{ChangeFile, DurationFile, ShareFile};

/// How many requests regions can work on at once; the others queue, first come, first served. Needs the audience's rate.
/// A request holds a server for its `service` time, and none while it waits for data or other regions.
///
/// Any of `concurrency`, `max_utilisation`, `wait_…`, `response_…`, `zones`, `min_per_zone`, `survive_zone`,
/// `survive_regions`, `spare`, `scale_out` and `scaling` asks how many servers are to be there.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { servers = 40 } or { max_utilisation = \"70%\" }"
)]
pub(in super::super) struct CapacityFile {
    /// Servers of each region, 1 to 1000000. Default: always enough. Where it is asked how many are to be there, these
    /// are those that are there now: the report tells until when they will do.
    pub(in super::super) servers: Option<At<u64>>,
    /// Servers by region, where they are others: { "us-east-1" = 60 }.
    pub(in super::super) by_region: Option<At<Entries<u64>>>,
    /// Whether it is asked how many servers are to be there. Default: true where any key below asks for it.
    pub(in super::super) size: Option<At<bool>>,
    /// Servers of an instance: requests that a machine works on at a time, 1 to 100000. Default 1.
    pub(in super::super) concurrency: Option<At<u64>>,
    /// No server is busy for a larger share of the peak hour, such as "70%". Default "100%": no ceiling, as many
    /// servers as keep the queue from growing without end and what is promised.
    pub(in super::super) max_utilisation: Option<At<ShareFile>>,
    /// 95 % of the requests wait no longer for a server at the peak hour.
    pub(in super::super) wait_p95: Option<At<DurationFile>>,
    /// 99 % of the requests wait no longer for a server at the peak hour.
    pub(in super::super) wait_p99: Option<At<DurationFile>>,
    /// Wait and service together take no longer for 95 % of the requests at the peak hour.
    pub(in super::super) response_p95: Option<At<DurationFile>>,
    /// Wait and service together take no longer for 99 % of the requests at the peak hour.
    pub(in super::super) response_p99: Option<At<DurationFile>>,
    /// Zones of a region that instances are spread over evenly, 1 to 100. Default: those of the region, at most 3; 1
    /// where nobody knows how many it has.
    pub(in super::super) zones: Option<At<u64>>,
    /// Instances of each zone at least, 0 to 100000. Default 1 with `survive_zone`, else 0.
    pub(in super::super) min_per_zone: Option<At<u64>>,
    /// Whether all this holds after the loss of any one zone, whose users stay in the region. Default false.
    pub(in super::super) survive_zone: Option<At<bool>>,
    /// So many regions of a set may be lost at once, whichever, and all this holds: 0, 1 or 2. Default: `tolerate` of
    /// [targets], else 0.
    pub(in super::super) survive_regions: Option<At<u64>>,
    /// Room for bursts: servers are counted for a load larger by this share, such as "20%". Default "0%".
    pub(in super::super) spare: Option<At<ChangeFile>>,
    /// Time until a new instance takes requests. With `scaling = "hourly"` there are enough for the load that far
    /// ahead. Default: not counted.
    pub(in super::super) scale_out: Option<At<DurationFile>>,
    /// "fixed": as many instances as the peak hour needs, all year; "hourly": as many as each hour needs. Default
    /// "fixed".
    pub(in super::super) scaling: Option<At<ScalingWord>>,
    /// What becomes of requests that a region cannot take: "queue", "shed", "spill" or "degrade". Default "queue".
    pub(in super::super) overload: Option<At<OverloadWord>>,
    /// With `overload = "degrade"`: the share of the work with which every request is served under overload, above 0%
    /// and below 100%.
    pub(in super::super) degraded_work: Option<At<ShareFile>>,
    /// What users do who wait too long. Default: they wait.
    pub(in super::super) retry: Option<At<RetryFile>>,
    /// How much stores take, by name: `{ orders = { operations_per_second = 20000 } }`.
    pub(in super::super) store: Option<At<Entries<StoreCeilingFile>>>,
}

/// Whether the number of instances follows the load.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case", expecting = "\"fixed\" or \"hourly\"")]
pub(in super::super) enum ScalingWord {
    /// As many as the peak hour needs, all year.
    Fixed,
    /// As many as each hour needs.
    Hourly,
}

/// What becomes of requests that a region cannot take.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(
    rename_all = "kebab-case",
    expecting = "\"queue\", \"shed\", \"spill\" or \"degrade\""
)]
pub(in super::super) enum OverloadWord {
    /// The queue grows without end, and the set is said to be unstable.
    Queue,
    /// What goes beyond the ceiling is turned away.
    Shed,
    /// What goes beyond the ceiling goes to the next region of the set.
    Spill,
    /// Every request is served with less work, and what still goes beyond is turned away.
    Degrade,
}

/// What users do who wait too long: they ask again, and what they asked for before is worked on all the same.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { after = \"2s\", times = 1 }"
)]
pub(in super::super) struct RetryFile {
    /// Wait and service together that a user waits for.
    pub(in super::super) after: At<DurationFile>,
    /// So many times they ask again at most, 1 to 100. Default 1.
    pub(in super::super) times: Option<At<u64>>,
}

/// How much a store takes. Leave out what is no limit.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { operations_per_second = 20000 }"
)]
pub(in super::super) struct StoreCeilingFile {
    /// Operations a second that one copy answers.
    pub(in super::super) operations_per_second: Option<At<f64>>,
    /// Connections that one copy takes. Needs `connections_per_instance`.
    pub(in super::super) connections: Option<At<u64>>,
    /// Connections that an instance holds to its copy. Needs `connections`.
    pub(in super::super) connections_per_instance: Option<At<u64>>,
}
