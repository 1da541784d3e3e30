//! Mean availability by enumeration of states.

use super::causes::Cause;
use super::chain::Wait;
use super::stop::StopCosts;

/// A deployment as far as availability is concerned. Regions are bits of a mask, bit i for the i-th.
///
/// The answers depend on the arguments only.
pub trait Deployment: Sync {
    /// How many regions there are, standbys included.
    fn regions(&self) -> usize;

    /// Share of all requests that nobody serves while `down` are down, once recovery is over.
    fn unserved(&self, down: u32) -> f64;

    /// Who stops until recovery when the regions down become `after` instead of `before`: shares of all requests
    /// with what they wait for. Requests counted in `unserved(after)` are not among them.
    fn stops(&self, before: u32, after: u32) -> Vec<(f64, Wait)>;

    /// Share of all requests that `region` serves while `down` are down.
    fn load(&self, down: u32, region: usize) -> f64;
}

/// Mean unavailability and what it is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Expected {
    /// Share of requests not served, over all time.
    pub unavailability: f64,
    /// Downtime by cause in the order given, minutes a year; they sum to the whole.
    pub minutes: Vec<f64>,
    /// How much of the unavailability may be counted twice, because one loss may meet the recovery from another.
    pub overlap: f64,
}

impl Expected {
    /// Downtime, minutes a year.
    pub fn mean_minutes(&self) -> f64 {
        self.minutes.iter().sum()
    }
}

/// The mean over all states and all first steps out of them.
pub fn expected(deployment: &dyn Deployment, causes: &[Cause], costs: &StopCosts<'_>) -> Expected {
    let _ = (deployment, causes, costs);
    todo!()
}
