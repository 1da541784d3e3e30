//! Where state lives: kinds of stores, their members, their leader, their lag.

use crate::basis::dist::Dist;

/// A store of data.
#[derive(Clone, Debug)]
pub struct Store {
    /// How files, tables and charts call it.
    pub name: String,
    /// How it replicates.
    pub kind: StoreKind,
    /// Regions that hold a copy.
    pub members: Members,
    /// Time a copy takes for an operation of its own, ms.
    pub service: Dist,
    /// Bytes a write replicates to each other copy.
    pub bytes_per_write: f64,
    /// What it does when members cannot see each other.
    pub partition: PartitionChoice,
}

/// Which regions hold a copy of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Members {
    /// Every region of the set.
    All,
    /// These candidates, whatever the set; ascending.
    Named(Vec<usize>),
}

/// How a store replicates.
#[derive(Clone, Debug)]
pub enum StoreKind {
    /// One copy takes all writes; the others follow (Aurora Global Database).
    SingleLeader {
        /// Who leads.
        leader: Leader,
        /// How far the others are behind beyond the way, ms.
        lag: Dist,
        /// Whether a region without the leader passes writes on; otherwise the user's request goes there itself.
        forwarding: bool,
    },
    /// Every copy takes writes; the last writer wins (`DynamoDB` global tables).
    MultiLeader {
        /// How far the others are behind beyond the way, ms.
        lag: Dist,
        /// Keys that writes spread over evenly, for the conflict probability; at least 1.
        keys: f64,
    },
    /// N copies, of which R answer a read and W acknowledge a write.
    Quorum {
        /// Copies; none means one for each member.
        n: Option<u32>,
        /// Answers that a read waits for.
        r: u32,
        /// Acknowledgements that a write waits for.
        w: u32,
        /// Who coordinates: the serving region, or a leader.
        coordinator: Coordinator,
        /// Times of the four messages where they are given, instead of the way between regions.
        legs: Option<Legs>,
    },
    /// Objects copied after the fact (S3 cross-region replication).
    ObjectReplication {
        /// How far the copies are behind, ms.
        lag: Dist,
        /// Whether replication is held to a promised time (S3: 15 minutes), which the lag is then told against.
        time_control: bool,
    },
    /// No state, or only a cache.
    None,
}

impl StoreKind {
    /// The name used in files.
    pub fn name(&self) -> &'static str {
        match self {
            StoreKind::SingleLeader { .. } => "single_leader",
            StoreKind::MultiLeader { .. } => "multi_leader",
            StoreKind::Quorum { .. } => "quorum",
            StoreKind::ObjectReplication { .. } => "object_replication",
            StoreKind::None => "none",
        }
    }

    /// Who leads, where somebody does.
    pub fn leader(&self) -> Option<&Leader> {
        match self {
            StoreKind::SingleLeader { leader, .. }
            | StoreKind::Quorum {
                coordinator: Coordinator::Leader(leader),
                ..
            } => Some(leader),
            _ => None,
        }
    }
}

/// Who leads a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leader {
    /// This candidate; sets without it are not feasible.
    Fixed(usize),
    /// Whichever member of the set serves the objective best.
    Search,
}

/// Who coordinates a quorum operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coordinator {
    /// The region that serves the user.
    Serving,
    /// A leader: the serving region asks it, it asks the others.
    Leader(Leader),
}

/// One-way times of the four messages of a quorum operation, ms, alike for every copy.
///
/// Names as in Bailis et al., *Probabilistically Bounded Staleness* (VLDB 2012).
#[derive(Clone, Debug)]
pub struct Legs {
    /// W: the write on its way to a copy.
    pub write: Dist,
    /// A: the acknowledgement on its way back.
    pub ack: Dist,
    /// R: the question on its way to a copy.
    pub read: Dist,
    /// S: the answer on its way back.
    pub response: Dist,
    /// One way added to every message to a copy other than the coordinator's own, ms.
    pub remote_ms: f64,
}

/// What a store does when members cannot see each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartitionChoice {
    /// Refuses what it cannot do safely (CP).
    Refuse,
    /// Answers from what it has, stale or divergent (AP).
    Diverge,
}
