//! A placement: a set of regions to be judged, and who leads each store.

use super::recovery::Standby;

/// A named set of candidate regions. Regions are indices into the scenario's candidates, ascending, no repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// How tables and charts call it.
    pub name: String,
    /// Indices of the candidates, ascending.
    pub regions: Vec<usize>,
    /// For each store of the scenario the candidate that leads it here; none where the store's own setting holds.
    pub leaders: Vec<Option<usize>>,
    /// Regions that serve nobody until another is lost, ascending by region; none of them in `regions`.
    pub standbys: Vec<Standby>,
}
