//! What may be lost, and the losses that are asked about, as they are written.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::design::recovery::LossPreset;
use crate::design::scenario::decode::{At, Entries};
use crate::design::scenario::distribution::DistFile;
use crate::design::scenario::quantity::ShareFile;

/// Pairs of regions, each with its place.
type PairsFile = At<Vec<At<Vec<At<String>>>>>;

/// What may be lost, how often, and for how long.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table such as { preset = \"typical\" }")]
pub(in super::super) struct FailuresFile {
    /// "optimistic", "typical" or "pessimistic": what is assumed about losses of whole regions where nothing else is
    /// said here; the record is too thin to fit them. Default "typical".
    pub(in super::super) preset: Option<At<PresetWord>>,
    /// Loss of any whole region. Default: as the preset says.
    pub(in super::super) region: Option<At<HazardFile>>,
    /// Loss of single regions: `{ us-east-1 = { per_year = 0.1, repair = "6h" } }`. Default: as `region` says.
    pub(in super::super) regions: Option<At<Entries<HazardFile>>>,
    /// Shares of a region's losses that it does not suffer alone. Default: as the preset says.
    pub(in super::super) common: Option<At<CommonFile>>,
    /// Regions that one flood, storm, quake or grid may take together.
    pub(in super::super) zone: Option<At<Vec<At<HazardZoneFile>>>>,
    /// Incidents in which a region is there and serves badly. Default: they are told, and not counted.
    pub(in super::super) incidents: Option<At<IncidentsFile>>,
    /// Loss of one availability zone inside a region. Default: not counted.
    pub(in super::super) zone_loss: Option<At<HazardFile>>,
    /// Links between regions that fail together, such as those in one cable.
    pub(in super::super) link: Option<At<Vec<At<LinkFailureFile>>>>,
}

/// A named assumption about losses of whole regions.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(
    rename_all = "snake_case",
    expecting = "\"optimistic\", \"typical\" or \"pessimistic\""
)]
pub(in super::super) enum PresetWord {
    /// A region is lost rarely and comes back soon.
    Optimistic,
    /// Between the two.
    #[default]
    Typical,
    /// A region is lost often, and slow to come back.
    Pessimistic,
}

impl From<PresetWord> for LossPreset {
    fn from(word: PresetWord) -> Self {
        match word {
            PresetWord::Optimistic => LossPreset::Optimistic,
            PresetWord::Typical => LossPreset::Typical,
            PresetWord::Pessimistic => LossPreset::Pessimistic,
        }
    }
}

/// How often something happens and how long it lasts.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { per_year = 0.02, repair = \"6h\" }"
)]
pub(in super::super) struct HazardFile {
    /// Times a year, on average.
    pub(in super::super) per_year: At<f64>,
    /// Time until it is over.
    pub(in super::super) repair: At<DistFile>,
}

/// Shares of a region's losses that it does not suffer alone; together at most 1.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { provider = \"2%\", country = \"3%\", zone = \"5%\" }"
)]
pub(in super::super) struct CommonFile {
    /// With all regions of its provider. Default 0.
    pub(in super::super) provider: Option<At<ShareFile>>,
    /// With all regions of its provider in its country. Default 0.
    pub(in super::super) country: Option<At<ShareFile>>,
    /// With all regions of its hazard zone. Default 0.
    pub(in super::super) zone: Option<At<ShareFile>>,
}

/// Regions that one hazard may take together.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { name = \"Rhine\", regions = [\"eu-central-1\", \"eu-west-3\"] }"
)]
pub(in super::super) struct HazardZoneFile {
    /// How reports call it. No two zones share a name.
    pub(in super::super) name: At<String>,
    /// Regions in it, at least two. A region lies in one zone at most.
    pub(in super::super) regions: At<Vec<At<String>>>,
}

/// Incidents in which a region is there and serves badly: one of `capacity_left` and `added`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { capacity_left = \"70%\" } or { added = \"200ms\" }"
)]
pub(in super::super) struct IncidentsFile {
    /// Share of its capacity that is left.
    pub(in super::super) capacity_left: Option<At<ShareFile>>,
    /// How much longer each request takes.
    pub(in super::super) added: Option<At<DistFile>>,
    /// Incidents of a region a year, on average. Default: as fitted to the record. Needs `repair`.
    pub(in super::super) per_year: Option<At<f64>>,
    /// Time until one is over. Default: as fitted to the record. Needs `per_year`.
    pub(in super::super) repair: Option<At<DistFile>>,
}

/// Links between regions that fail together.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { name = \"cable\", between = [[\"eu-west-1\", \"us-east-1\"]], per_year = 0.2, repair = \"14d\" }"
)]
pub(in super::super) struct LinkFailureFile {
    /// How reports call it. No two share a name.
    pub(in super::super) name: At<String>,
    /// Pairs of regions whose link fails.
    pub(in super::super) between: PairsFile,
    /// Times a year, on average.
    pub(in super::super) per_year: At<f64>,
    /// Time until it is over.
    pub(in super::super) repair: At<DistFile>,
}

/// A loss whose consequences are told: at least one of `regions`, `links` and `impaired`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { name = \"Ireland\", regions = [\"eu-west-1\"] }"
)]
pub(in super::super) struct LossFile {
    /// How reports call it. No two losses share a name.
    pub(in super::super) name: At<String>,
    /// Regions lost.
    pub(in super::super) regions: Option<At<Vec<At<String>>>>,
    /// Pairs of regions whose link is cut.
    pub(in super::super) links: Option<PairsFile>,
    /// Regions that go on badly.
    pub(in super::super) impaired: Option<At<Vec<At<ImpairedFile>>>>,
}

/// A region that goes on badly: one of `capacity_left` and `added`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { region = \"eu-west-1\", capacity_left = \"50%\" }"
)]
pub(in super::super) struct ImpairedFile {
    /// The region.
    pub(in super::super) region: At<String>,
    /// Share of its capacity that is left.
    pub(in super::super) capacity_left: Option<At<ShareFile>>,
    /// How much longer each request takes.
    pub(in super::super) added: Option<At<DistFile>>,
}
