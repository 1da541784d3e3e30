//! Residency rules and cuts as they are written.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::design::residency::ResidencyMode;
use crate::design::scenario::decode::At;

/// A rule that binds users or data to jurisdictions: exactly one of `users` and `store`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { name = \"GDPR\", users = [\"EU\"], allowed = [\"EU\", \"EEA\"] }"
)]
pub(in super::super) struct ResidencyFile {
    /// How reports call it. No two rules share a name.
    pub(in super::super) name: At<String>,
    /// Users at home in these jurisdictions ("EU", "EEA" for those outside the EU, "UK") or countries ("DE").
    pub(in super::super) users: Option<At<Vec<At<String>>>>,
    /// Every copy of this store.
    pub(in super::super) store: Option<At<String>>,
    /// Jurisdictions where they may be served or the data may lie: "EU", "EEA" (outside the EU), "UK", else the
    /// country's code.
    pub(in super::super) allowed: At<Vec<At<String>>>,
    /// Whether the jurisdiction of the region's operator has to be among them as well. Default false.
    pub(in super::super) operator: Option<At<bool>>,
    /// "enforce": what would break it is excluded; "report": it is told, with the share of users. Default "enforce".
    pub(in super::super) mode: Option<At<ModeWord>>,
}

/// What happens to what breaks a rule.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case", expecting = "\"enforce\" or \"report\"")]
pub(in super::super) enum ModeWord {
    /// Routing and replication that would break it are excluded.
    #[default]
    Enforce,
    /// It is told, with the share of users concerned.
    Report,
}

impl From<ModeWord> for ResidencyMode {
    fn from(word: ModeWord) -> Self {
        match word {
            ModeWord::Enforce => ResidencyMode::Enforce,
            ModeWord::Report => ResidencyMode::Report,
        }
    }
}

/// A cut of the network.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { name = \"Atlantic\", between = [[\"eu-west-1\", \"us-east-1\"]] }"
)]
pub(in super::super) struct CutFile {
    /// How reports call it. No two cuts share a name.
    pub(in super::super) name: At<String>,
    /// Pairs of regions that cannot see each other while it lasts.
    pub(in super::super) between: At<Vec<At<Vec<At<String>>>>>,
}
