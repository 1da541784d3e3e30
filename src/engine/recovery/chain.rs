//! The chain of recovery: from a loss until a user is served again.

use crate::design::recovery::{Recovery, Role};
use crate::design::routing::Routing;

/// What a stopped user waits for, beside detection and decision.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wait {
    /// The resolver's old answer has to expire.
    pub traffic: bool,
    /// Stores of the scenario that have to be promoted; the slowest counts.
    pub promotions: Vec<usize>,
    /// A region of this role has to grow to its new load.
    pub ramp: Option<Role>,
    /// Data has to be restored from backup.
    pub restore: bool,
}

/// The chain of recovery of a scenario, ready to be drawn from.
#[derive(Clone, Debug)]
pub struct Chain {}

impl Chain {
    /// The chain that `recovery` describes, for users routed by `routing`.
    pub fn new(recovery: &Recovery, routing: &Routing) -> Self {
        let _ = (recovery, routing);
        Chain {}
    }
}
