//! Arguments of a search about time, growth, load and what a region must be worth.

use std::time::Duration;

use clap::Args;

use super::parse;
use crate::basis::units::{Millis, Share};

/// What may be asked of a search beyond its sizes.
#[derive(Args, Clone, Debug, Default)]
pub struct BeyondArgs {
    /// Keep only sets whose mean latency is at most this time, such as 80ms
    #[arg(long, value_name = "TIME", value_parser = parse::millis)]
    pub max_mean: Option<Millis>,
    /// Keep only sets whose median latency is at most this time, such as 60ms
    #[arg(long, value_name = "TIME", value_parser = parse::millis)]
    pub max_p50: Option<Millis>,
    /// Keep only sets in which no user group has a mean latency above this time, such as 400ms
    #[arg(long, value_name = "TIME", value_parser = parse::millis)]
    pub max_worst_group: Option<Millis>,
    /// Keep only sets in which no region serves a larger share of all requests, such as 60%
    #[arg(long, value_name = "PERCENT", value_parser = parse::part)]
    pub max_load: Option<Share>,
    /// Time that finding the sets may take, such as 30s or 500ms; what is found then depends on the machine
    ///
    /// Without it, sizes are scored in full as long as that should take one core a minute in all, and larger ones, or sites,
    /// are searched with an effort that is counted, so that the answer is the same everywhere. With it, what is left of the
    /// time goes into further starts and the bound, until the best is proved.
    #[arg(long, value_name = "TIME", value_parser = parse::within)]
    pub within: Option<Duration>,
    /// Score all sets of every size, however long that takes: `optimal` is then sure, and shards share it out
    #[arg(long, conflicts_with = "within")]
    pub in_full: bool,
    /// Tell sets that contain each other, up to the largest size: which region to add next
    ///
    /// From these regions on (`--grow=eu-west-1,us-east-1`); without any, from the best set of the smallest size on.
    #[arg(
        long,
        value_name = "A,B",
        value_delimiter = ',',
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
    )]
    pub grow: Option<Vec<String>>,
    /// What a region costs by being there, in ms of the objective such as 5ms: tells the best size then
    #[arg(long, value_name = "TIME", value_parser = parse::millis)]
    pub fixed_cost: Option<Millis>,
}
