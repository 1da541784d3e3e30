//! What a difference is taken of, and the moments its error follows from.

/// A figure that a difference is taken of, as it stands on one placement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Level {
    /// The mean.
    Mean,
    /// The share of requests within `ms`, divided by `density`: with density 1 a share; with the density at a
    /// quantile, minus the quantile's own error.
    Share {
        /// The time, ms.
        ms: f64,
        /// Divisor, requests per ms or 1.
        density: f64,
    },
}

/// Two placements to be compared, by their numbers, and the levels of the figures on each.
#[derive(Clone, Debug)]
pub struct Pairing {
    /// Number of the one.
    pub a: usize,
    /// Number of the other.
    pub b: usize,
    /// For each figure, its level on `a` and on `b`.
    pub levels: Vec<(Level, Level)>,
}

/// Moments of two figures over one group's draws.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moments {
    pub(super) a: f64,
    pub(super) b: f64,
    pub(super) aa: f64,
    pub(super) bb: f64,
    pub(super) ab: f64,
}

impl Moments {
    /// Variance of the difference for a single draw.
    pub(super) fn variance_of_difference(&self, runs: f64) -> f64 {
        let (a, b) = (self.a / runs, self.b / runs);
        let variance = (self.aa - 2.0 * self.ab + self.bb) / runs - (a - b) * (a - b);
        variance.max(0.0)
    }
}
