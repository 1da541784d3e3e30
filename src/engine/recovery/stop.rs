//! What one stop costs: E[min(RTO, repair)] by wait and repair, worked out once and kept.

use super::chain::{Chain, Wait};
use crate::basis::dist::Dist;

/// Mean time that a stop lasts, s, by what is waited for and by the law of repair. Shared by threads; values do not
/// depend on who asks first.
#[derive(Debug)]
pub struct StopCosts<'a> {
    chain: &'a Chain,
    seed: u64,
}

impl<'a> StopCosts<'a> {
    /// Nothing worked out yet.
    pub fn new(chain: &'a Chain, seed: u64) -> Self {
        StopCosts { chain, seed }
    }

    /// `E[min(RTO, repair)]`, s, and what going back costs afterwards.
    pub fn mean_s(&self, wait: &Wait, repair: &Dist) -> f64 {
        let _ = (wait, repair, self.chain, self.seed);
        todo!()
    }
}
