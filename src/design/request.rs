//! What one request does: round trips and service.

use crate::basis::dist::Dist;

/// A simple request: `T = round_trips · (access + path) + Σ jitter + service`.
///
/// Path and access are drawn once in a request (same user, same path), jitter for each round trip.
#[derive(Clone, Debug)]
pub struct Request {
    /// Round trips between user and region, at least 1.
    pub round_trips: u32,
    /// Time the region works on it, ms.
    pub service: Dist,
}
