//! Capacity as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::design::scenario::decode::{At, Entries};

/// How many requests regions can work on at once; the others queue, first come, first served. Needs the audience's rate.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table such as { servers = 40 }")]
pub(in super::super) struct CapacityFile {
    /// Servers of each region, 1 to 1000000: a request holds one for its `service` time, and none while it waits for data
    /// or other regions. Default: always enough.
    pub(in super::super) servers: Option<At<u64>>,
    /// Servers by region, where they are others: { "us-east-1" = 60 }.
    pub(in super::super) by_region: Option<At<Entries<u64>>>,
}
