//! Costs as they are written.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::design::scenario::decode::At;
use crate::design::scenario::quantity::ShareFile;
use crate::design::scenario::size::BytesFile;

/// What a set of regions is billed for; a section of its own, even an empty one, asks for costs. Needs the audience's
/// rate. What has no price, in the tables or your own sheet, is told and not counted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { instance = \"m7g.xlarge\", reserved = \"60%\", reserved_discount = \"30%\" }"
)]
pub(in super::super) struct CostFile {
    /// A sheet of your own prices in US dollars; they win over the tables. Columns `item`, `region`, `unit`, `price`;
    /// optional `to`, `name`, `up_to`.
    pub(in super::super) prices: Option<At<String>>,
    /// The instance type that serves, as price lists name it, such as "m7g.xlarge". Default: instances have no price.
    pub(in super::super) instance: Option<At<String>>,
    /// Share of the instances that run all the time and are reserved. Needs `reserved_discount`. Default "0%".
    pub(in super::super) reserved: Option<At<ShareFile>>,
    /// Discount on reserved instances, below 100%. Needs `reserved`.
    pub(in super::super) reserved_discount: Option<At<ShareFile>>,
    /// Size of an answer, of classes that say no `bytes`: it is billed, and adds nothing to a latency. Default "0 B".
    pub(in super::super) answer_bytes: Option<At<BytesFile>>,
    /// Bytes that a call to another region sends and receives together, of classes that say nothing themselves.
    /// Default "0 B".
    pub(in super::super) call_bytes: Option<At<BytesFile>>,
    /// Bytes that a request moves between the zones of its region, of classes that say nothing themselves. Default:
    /// not counted.
    pub(in super::super) cross_zone_bytes: Option<At<BytesFile>>,
    /// Size of a standby's servers as a share of what it needs once it takes over, by role.
    pub(in super::super) standby: Option<At<StandbyShareFile>>,
    /// What reports count in, three letters such as "EUR". Needs `per_usd`, unless it is "USD". Default "USD".
    pub(in super::super) currency: Option<At<String>>,
    /// What one US dollar is worth in `currency`, such as 0.92.
    pub(in super::super) per_usd: Option<At<f64>>,
    /// Everything is multiplied by this: 0.9 for a discount, 1.19 for a tax. Default 1.
    pub(in super::super) multiplier: Option<At<f64>>,
}

/// Size of a standby's servers as a share of what it needs once it takes over, by role.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { hot = \"100%\", warm = \"30%\" }"
)]
pub(in super::super) struct StandbyShareFile {
    /// A region that runs at full size. Default "100%".
    pub(in super::super) hot: Option<At<ShareFile>>,
    /// A region that runs scaled down. Default "100%", the dearest it can be: nobody knows how far yours is.
    pub(in super::super) warm: Option<At<ShareFile>>,
    /// A region whose servers have to be started. Default "0%".
    pub(in super::super) pilot_light: Option<At<ShareFile>>,
    /// A region where only backups are. Default "0%".
    pub(in super::super) backup: Option<At<ShareFile>>,
}
