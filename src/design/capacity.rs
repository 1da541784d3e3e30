//! How many requests a region can work on at once.

/// Servers by candidate. A request holds one for its service time, and none while it waits for data or other regions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// By candidate; none where there are always enough.
    pub servers: Vec<Option<u32>>,
}
