//! Downtime of a year as a distribution: whole years, drawn without bias.

use super::availability::Deployment;
use super::causes::Cause;
use super::chain::Chain;
use crate::basis::stat::estimate::Estimate;

/// Years simulated unless the caller says otherwise.
pub const YEARS: u32 = 100_000;

/// Downtime of a year, minutes.
#[derive(Clone, Debug, PartialEq)]
pub struct YearsOfDowntime {
    /// Mean over years.
    pub mean: Estimate,
    /// Half of the years have no more.
    pub p50: Estimate,
    /// 95 of 100 years have no more.
    pub p95: Estimate,
    /// 99 of 100 years have no more.
    pub p99: Estimate,
    /// Years simulated.
    pub years: u32,
    /// (minutes, share of years with more), minutes ascending, at most 200 points.
    pub exceedance: Vec<(f64, f64)>,
}

/// Downtime of `count` years.
pub fn years(
    deployment: &dyn Deployment,
    causes: &[Cause],
    chain: &Chain,
    count: u32,
    seed: u64,
) -> YearsOfDowntime {
    let _ = (deployment, causes, chain, count, seed);
    todo!()
}
