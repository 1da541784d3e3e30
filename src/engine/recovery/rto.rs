//! RTO as a distribution: draws of the chain, figures with errors.

use super::chain::{Chain, Wait};
use crate::basis::stat::estimate::Estimate;
use crate::design::recovery::Step;

/// A part of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The loss is noticed.
    Detection,
    /// A human decides.
    Decision,
    /// A step of the runbook.
    Step(Step),
}

impl Phase {
    /// The name that reports use.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Detection => "detection",
            Phase::Decision => "decision",
            Phase::Step(step) => step.name(),
        }
    }
}

/// RTO over stops and users, s.
#[derive(Clone, Debug)]
pub struct RtoFigures {
    /// Mean, s.
    pub mean: Estimate,
    /// Median, s.
    pub p50: Estimate,
    /// 95th percentile, s.
    pub p95: Estimate,
    /// 99th percentile, s.
    pub p99: Estimate,
    /// The longest drawn, s.
    pub longest: f64,
    /// What it is made of, in order of the chain; parts that nobody waits for are left out.
    pub steps: Vec<StepFigures>,
}

impl RtoFigures {
    /// Share of recoveries within `target_s`.
    pub fn within(&self, target_s: f64) -> Estimate {
        let _ = target_s;
        todo!()
    }
}

/// A part of the chain, over the recoveries that need it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepFigures {
    /// Which part.
    pub phase: Phase,
    /// Share of recoveries that need it.
    pub needed: f64,
    /// Mean time it takes, s.
    pub mean_s: f64,
    /// Median, s.
    pub p50_s: f64,
    /// 95th percentile, s.
    pub p95_s: f64,
    /// When it begins on average after the loss, s.
    pub begins_s: f64,
    /// Share of all recoveries in which its stage waits for it longest; a step that takes no time never is.
    pub decisive: f64,
}

impl Chain {
    /// RTO over `waits`, each by its weight (share of requests × rate, in any unit). None when nothing waits.
    ///
    /// The draws depend on (`seed`, `key`) and not on the waits: two chains are compared on the same luck.
    pub fn rto(&self, waits: &[(f64, Wait)], seed: u64, key: u32) -> Option<RtoFigures> {
        let _ = (waits, seed, key);
        todo!()
    }
}
