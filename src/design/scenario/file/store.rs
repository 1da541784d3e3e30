//! Stores as they are written.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::design::scenario::decode::At;
use crate::design::scenario::distribution::DistFile;
use crate::design::scenario::quantity::{DurationFile, NamesFile};
use crate::design::scenario::size::BytesFile;
use crate::design::store::PartitionChoice;

/// A store of data. Which keys it takes depends on its kind.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { name = \"orders\", kind = \"single_leader\", lag = \"1s\" }"
)]
pub(in super::super) struct StoreFile {
    /// How classes, tables and charts call it. No two stores share a name.
    pub(in super::super) name: At<String>,
    /// `single_leader`, `multi_leader`, `quorum`, `object_replication` or `none`.
    pub(in super::super) kind: At<StoreWord>,
    /// The region that leads, or "search" for the best one of each set. For `single_leader`, and `quorum` with
    /// `coordinator = "leader"`. Default "search".
    pub(in super::super) leader: Option<At<String>>,
    /// Regions that hold a copy: "all" regions of the set, or a list, whatever the set. Default "all".
    pub(in super::super) members: Option<At<NamesFile>>,
    /// Time a copy takes for an operation of its own. Default "0ms".
    pub(in super::super) service: Option<At<DistFile>>,
    /// How far copies are behind, beyond the way there. Needed for `single_leader`, `multi_leader` and
    /// `object_replication`: no provider publishes a distribution, so there is no default.
    pub(in super::super) lag: Option<At<DistFile>>,
    /// `single_leader`: whether a region without the leader passes writes on; otherwise the user's request goes to
    /// the leader's region itself. Default true.
    pub(in super::super) forwarding: Option<At<bool>>,
    /// `multi_leader`: how many keys writes spread over, evenly. Needed: the chance of a conflict depends on it.
    pub(in super::super) keys: Option<At<f64>>,
    /// `object_replication`: replication is held to a promised time, 15 minutes for 99.99 % of objects (S3's claim);
    /// the report tells which share of `lag` keeps it. Default false.
    pub(in super::super) time_control: Option<At<bool>>,
    /// `quorum`: copies. Default: one for each member.
    pub(in super::super) n: Option<At<u64>>,
    /// `quorum`: answers that a read waits for. Needed.
    pub(in super::super) r: Option<At<u64>>,
    /// `quorum`: acknowledgements that a write waits for. Needed.
    pub(in super::super) w: Option<At<u64>>,
    /// `quorum`: who coordinates, "serving" (the region that serves the user) or "leader". Default "serving".
    pub(in super::super) coordinator: Option<At<CoordinatorWord>>,
    /// `quorum`: one-way times of the four messages, instead of the ways between regions; the copies then need no
    /// regions, and `n` has to be given.
    pub(in super::super) legs: Option<At<LegsFile>>,
    /// `single_leader`, and `quorum` with `coordinator = "leader"`: time to make a copy the leader after a loss. Default
    /// for `single_leader`: half within 30 s, 95 % within a minute (AWS's claim for Aurora Global Database); for
    /// `quorum`: not counted.
    pub(in super::super) promotion: Option<At<DistFile>>,
    /// Bytes a write replicates to each other copy, such as "2 KB". Default "0 B".
    pub(in super::super) bytes_per_write: Option<At<BytesFile>>,
    /// What is kept in each copy, such as "500 GB", for [cost]. Default: not counted.
    pub(in super::super) stored: Option<At<BytesFile>>,
    /// What it does when members cannot see each other: "refuse" (CP) or "diverge" (AP). Default: "refuse" for
    /// `single_leader` and `quorum`, "diverge" for `multi_leader` and `object_replication`.
    pub(in super::super) partition: Option<At<PartitionWord>>,
}

/// How a store replicates.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(
    rename_all = "snake_case",
    expecting = "\"single_leader\", \"multi_leader\", \"quorum\", \"object_replication\" or \"none\""
)]
pub(in super::super) enum StoreWord {
    /// One copy takes all writes, the others follow: Aurora Global Database.
    SingleLeader,
    /// Every copy takes writes, the last writer wins: DynamoDB global tables.
    MultiLeader,
    /// N copies, of which R answer a read and W acknowledge a write: strongly consistent tables.
    Quorum,
    /// Objects copied after the fact: S3 cross-region replication.
    ObjectReplication,
    /// No state, or only a cache.
    None,
}

impl StoreWord {
    /// The name used in files.
    pub(in super::super) fn name(self) -> &'static str {
        match self {
            StoreWord::SingleLeader => "single_leader",
            StoreWord::MultiLeader => "multi_leader",
            StoreWord::Quorum => "quorum",
            StoreWord::ObjectReplication => "object_replication",
            StoreWord::None => "none",
        }
    }
}

/// Who coordinates a quorum operation.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case", expecting = "\"serving\" or \"leader\"")]
pub(in super::super) enum CoordinatorWord {
    /// The region that serves the user.
    #[default]
    Serving,
    /// A leader: the serving region asks it, it asks the others.
    Leader,
}

/// What a store does when members cannot see each other.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", expecting = "\"refuse\" or \"diverge\"")]
pub(in super::super) enum PartitionWord {
    /// Refuses what it cannot do safely (CP).
    Refuse,
    /// Answers from what it has, stale or divergent (AP).
    Diverge,
}

impl From<PartitionWord> for PartitionChoice {
    fn from(word: PartitionWord) -> Self {
        match word {
            PartitionWord::Refuse => PartitionChoice::Refuse,
            PartitionWord::Diverge => PartitionChoice::Diverge,
        }
    }
}

/// One-way times of the four messages of a quorum operation, alike for every copy.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { write = \"3ms\", ack = \"1ms\", read = \"1ms\", response = \"1ms\" }"
)]
pub(in super::super) struct LegsFile {
    /// The write on its way to a copy.
    pub(in super::super) write: At<DistFile>,
    /// The acknowledgement on its way back.
    pub(in super::super) ack: At<DistFile>,
    /// The question on its way to a copy.
    pub(in super::super) read: At<DistFile>,
    /// The answer on its way back.
    pub(in super::super) response: At<DistFile>,
    /// One way added to every message to a copy other than the coordinator's own. Default "0ms".
    pub(in super::super) remote: Option<At<DurationFile>>,
}
