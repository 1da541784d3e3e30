//! What the planner promised, and what is being minimised.

use crate::basis::units::{Millis, Share};

/// Promises a set is held against. Absent ones are not checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Targets {
    /// Request latency that 50 % of requests must not exceed.
    pub p50: Option<Millis>,
    /// Request latency that 95 % of requests must not exceed.
    pub p95: Option<Millis>,
    /// Request latency that 99 % of requests must not exceed.
    pub p99: Option<Millis>,
    /// At least this share of requests within this time.
    pub share_within: Option<(Millis, Share)>,
    /// 95 of 100 losses are recovered from within this time, s.
    pub rto_s: Option<f64>,
    /// In 95 of 100 losses no more than the writes of this time are lost, s.
    pub rpo_s: Option<f64>,
    /// At least this share of requests is served.
    pub availability: Option<Share>,
    /// So many regions of a set may be lost, and what is promised about latency is still kept.
    pub tolerate: Option<u32>,
    /// A set costs no more a month, in the currency of the scenario's costs.
    pub budget: Option<f64>,
}

impl Targets {
    /// Whether any of them can only be judged by losing something.
    ///
    /// ```
    /// use isochrone::design::targets::Targets;
    /// let promised = Targets { rto_s: Some(300.0), ..Targets::default() };
    /// assert!(promised.are_about_losses() && !Targets::default().are_about_losses());
    /// ```
    pub fn are_about_losses(&self) -> bool {
        self.rto_s.is_some() || self.rpo_s.is_some() || self.availability.is_some() || self.tolerate.is_some()
    }
}

/// What the ranking minimises.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Objective {
    /// Mean request latency.
    Mean,
    /// Median request latency.
    P50,
    /// 90th percentile.
    P90,
    /// 95th percentile.
    P95,
    /// 99th percentile.
    P99,
    /// Share of requests within a time; the larger, the better.
    ShareWithin(Millis),
    /// 95th percentile of the worst country with at least a stated share of the audience.
    WorstCountryP95,
    /// Largest mean of any user group (p-center, "minimax").
    WorstGroupMean,
}

impl Objective {
    /// The name used in files and flags; a share carries its time: `within:150ms`.
    pub fn name(self) -> String {
        match self {
            Objective::Mean => "mean".into(),
            Objective::P50 => "p50".into(),
            Objective::P90 => "p90".into(),
            Objective::P95 => "p95".into(),
            Objective::P99 => "p99".into(),
            Objective::ShareWithin(limit) => format!("within:{}ms", limit.ms()),
            Objective::WorstCountryP95 => "worst-country".into(),
            Objective::WorstGroupMean => "worst-group".into(),
        }
    }
}
