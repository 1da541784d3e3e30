//! How long a write takes to be seen elsewhere: the way there, then the lag of the copy.

use super::delay::Delay;
use super::links::{Links, one_way};
use crate::basis::dist::Dist;
use crate::design::store::{Store, StoreKind};

/// What S3 replication time control promises for 99.99 % of objects: 15 minutes.
///
/// Source: Amazon S3 service level agreement for replication time control.
pub const TIME_CONTROL_MS: f64 = 15.0 * 60.0 * 1000.0;

/// How far the copies of `store` are behind beyond the way; none for a store whose copies do not follow.
pub fn lag_of(store: &Store) -> Option<&Dist> {
    match &store.kind {
        StoreKind::SingleLeader { lag, .. }
        | StoreKind::MultiLeader { lag, .. }
        | StoreKind::ObjectReplication { lag, .. } => Some(lag),
        StoreKind::Quorum { .. } | StoreKind::None => None,
    }
}

/// The share of the given lag within 15 minutes, to hold against the promise of time control.
///
/// ```
/// use isochrone::{basis::dist::Dist, engine::replication::lag::share_within_time_control};
/// let lag = Dist::exponential(60_000.0)?;
/// assert!((share_within_time_control(&lag) - (1.0 - (-15f64).exp())).abs() < 1e-12);
/// # Ok::<(), isochrone::basis::error::Error>(())
/// ```
pub fn share_within_time_control(lag: &Dist) -> f64 {
    lag.cdf(TIME_CONTROL_MS)
}

/// Time from a write in force at `from` until it is in force at each of `to`; nothing at `from` itself.
pub fn visible_after(links: &dyn Links, lag: &Delay, from: usize, to: usize) -> Delay {
    if from == to {
        return Delay::zero();
    }
    one_way(links, from, to).plus(lag)
}
