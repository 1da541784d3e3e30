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

impl Placement {
    /// Whether both run the same: the same regions, leaders and standbys, whatever they are called.
    ///
    /// ```
    /// use isochrone::design::placement::Placement;
    /// use isochrone::design::recovery::{Role, Standby};
    /// let alone = Placement { name: "alone".into(), regions: vec![0], leaders: vec![], standbys: vec![] };
    /// let mut behind = Placement { name: "with a standby".into(), ..alone.clone() };
    /// assert!(alone.runs_like(&behind));
    /// behind.standbys.push(Standby { region: 1, role: Role::Warm });
    /// assert!(!alone.runs_like(&behind));
    /// ```
    pub fn runs_like(&self, other: &Placement) -> bool {
        self.regions == other.regions && self.leaders == other.leaders && self.standbys == other.standbys
    }
}
