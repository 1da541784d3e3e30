//! A placement: a set of regions to be judged.

/// A named set of candidate regions. Regions are indices into the scenario's candidates, ascending, no repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// How tables and charts call it.
    pub name: String,
    /// Indices of the candidates, ascending.
    pub regions: Vec<usize>,
}
