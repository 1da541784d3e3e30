//! Mean unavailability by simulating busy periods, with rare second losses made frequent.

use super::availability::Deployment;
use super::causes::Cause;
use super::chain::Chain;
use crate::basis::stat::estimate::Estimate;

/// Busy periods simulated unless the caller says otherwise.
pub const BUSY_PERIODS: u32 = 1 << 16;

/// The mean unavailability (share of requests not served) with its sampling error.
pub fn simulated(
    deployment: &dyn Deployment,
    causes: &[Cause],
    chain: &Chain,
    periods: u32,
    seed: u64,
) -> Estimate {
    let _ = (deployment, causes, chain, periods, seed);
    todo!()
}
