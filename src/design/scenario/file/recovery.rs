//! What is done about a loss, as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::design::recovery::{Role, Step};
use crate::design::scenario::decode::{At, Entries};
use crate::design::scenario::distribution::DistFile;
use crate::design::scenario::quantity::DurationFile;
use crate::design::scenario::size::{BytesFile, RateFile};

/// What the team does when it loses a region. What is left out has a default with a source, or is not counted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { decision = \"10m\", standby = { us-west-2 = \"warm\" } }"
)]
pub(in super::super) struct RecoveryFile {
    /// How a loss is noticed.
    pub(in super::super) detection: Option<At<DetectionFile>>,
    /// Time until a human decides to fail over. Default: nobody is asked.
    pub(in super::super) decision: Option<At<DistFile>>,
    /// Stages in order, the steps of one stage side by side: "traffic", "promotion", "ramp" and "restore", such as
    /// `[["restore", "promotion"], ["ramp"], ["traffic"]]`. Steps not named are not waited for. Default: all at once.
    pub(in super::super) runbook: Option<RunbookFile>,
    /// Time that a region takes to grow to its new load, by its role.
    pub(in super::super) ramp: Option<At<RampFile>>,
    /// What backups are like, for regions whose role is "backup".
    pub(in super::super) backup: Option<At<BackupFile>>,
    /// Going back once the lost region is repaired. Default: not counted.
    pub(in super::super) failback: Option<At<FailbackFile>>,
    /// Regions that serve nobody until another is lost, with their role: `{ us-west-2 = "warm" }`. They stand by for
    /// every set that names none of its own, except where they are part of it.
    pub(in super::super) standby: Option<At<Entries<RoleWord>>>,
    /// Years of which the downtime is simulated, 1000 to 10000000. Default 100000. Fewer are quicker where many sets are
    /// drilled, more tell rarer years.
    pub(in super::super) years: Option<At<u64>>,
}

/// Stages in order, each with its steps.
type RunbookFile = At<Vec<At<Vec<At<StepWord>>>>>;

/// How a loss is noticed: health checks that fail some times in a row.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { interval = \"30s\", threshold = 3 }"
)]
pub(in super::super) struct DetectionFile {
    /// Time between two checks. Default "30s" (Route 53).
    pub(in super::super) interval: Option<At<DurationFile>>,
    /// Failures in a row that it takes, 1 to 1000. Default 3 (Route 53).
    pub(in super::super) threshold: Option<At<u64>>,
    /// How long a check waits for an answer before it counts as failed. Default "4s" (Route 53).
    pub(in super::super) timeout: Option<At<DistFile>>,
}

/// A step of recovery after detection and decision.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(
    rename_all = "snake_case",
    expecting = "\"traffic\", \"promotion\", \"ramp\" or \"restore\""
)]
pub(in super::super) enum StepWord {
    /// Users' resolvers forget the old answer.
    Traffic,
    /// A store's copy is made its leader.
    Promotion,
    /// The region that takes over grows to its new load.
    Ramp,
    /// Data is restored from backup.
    Restore,
}

impl From<StepWord> for Step {
    fn from(word: StepWord) -> Self {
        match word {
            StepWord::Traffic => Step::Traffic,
            StepWord::Promotion => Step::Promotion,
            StepWord::Ramp => Step::Ramp,
            StepWord::Restore => Step::Restore,
        }
    }
}

/// What a region is for.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(
    rename_all = "snake_case",
    expecting = "\"hot\", \"warm\", \"pilot_light\" or \"backup\""
)]
pub(in super::super) enum RoleWord {
    /// Serves users all the time: regions of a set do, a standby never does.
    #[schemars(skip)]
    Active,
    /// Runs at full size and serves nobody.
    Hot,
    /// Runs scaled down.
    Warm,
    /// Data is there and alive, servers are not.
    PilotLight,
    /// Only backups are there.
    Backup,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Active => Role::Active,
            RoleWord::Hot => Role::Hot,
            RoleWord::Warm => Role::Warm,
            RoleWord::PilotLight => Role::PilotLight,
            RoleWord::Backup => Role::Backup,
        }
    }
}

/// Time that a region takes to grow to its new load, by its role.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { warm = \"5m\", pilot_light = \"20m\" }"
)]
pub(in super::super) struct RampFile {
    /// A region that serves users already. Default "0s": sized for the loss beforehand.
    pub(in super::super) active: Option<At<DistFile>>,
    /// A region that runs at full size. Default "0s".
    pub(in super::super) hot: Option<At<DistFile>>,
    /// A region that runs scaled down. Default: half within 5 min, 95 % within 15 min (assumed).
    pub(in super::super) warm: Option<At<DistFile>>,
    /// A region whose servers have to be started. Default: half within 20 min, 95 % within 45 min (assumed).
    pub(in super::super) pilot_light: Option<At<DistFile>>,
    /// A region where everything has to be set up. Default: half within 2 h, 95 % within 8 h (assumed).
    pub(in super::super) backup: Option<At<DistFile>>,
}

/// What backups are like.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { interval = \"24h\", size = \"2 TB\", rate = \"200 MB/s\" }"
)]
pub(in super::super) struct BackupFile {
    /// Time between two backups. Default "24h".
    pub(in super::super) interval: Option<At<DurationFile>>,
    /// Time until a backup has arrived in the other region. Default: not counted.
    pub(in super::super) copy: Option<At<DistFile>>,
    /// What has to be restored, such as "2 TB". Needs `rate`. Default: restoring is not counted.
    pub(in super::super) size: Option<At<BytesFile>>,
    /// How fast it is restored, such as "200 MB/s" or "1 Gbps". Needs `size`.
    pub(in super::super) rate: Option<At<RateFile>>,
}

/// Going back once the lost region is repaired.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { after = \"1h\", pause = \"30s\" }"
)]
pub(in super::super) struct FailbackFile {
    /// Time from repair until everything is as before.
    pub(in super::super) after: At<DistFile>,
    /// Time that the users who move back are not served. Default "0s".
    pub(in super::super) pause: Option<At<DistFile>>,
}
