//! One of several delays, by weight.

use super::Delay;
use super::curve::Curve;

/// The relative width to which a quantile is narrowed.
const TOLERANCE: f64 = 1e-10;

/// A mixture of delays.
///
/// ```
/// use isochrone::engine::replication::delay::{Delay, Mix};
/// let mix = Mix::new(&[(0.75, Delay::fixed(10.0)), (0.25, Delay::fixed(50.0))]);
/// assert_eq!((mix.mean(), mix.share_within(10.0)), (20.0, 0.75));
/// assert_eq!((mix.quantile(0.5), mix.quantile(0.9)), (10.0, 50.0));
/// ```
#[derive(Clone, Debug)]
pub struct Mix {
    /// Weights sum to 1.
    parts: Vec<(f64, Curve)>,
    fixed: Vec<f64>,
    mean: f64,
}

impl Mix {
    /// Each delay with its weight over the sum of weights.
    pub fn new(parts: &[(f64, Delay)]) -> Self {
        let total: f64 = parts.iter().map(|part| part.0).sum();
        let share = |weight: f64| if total > 0.0 { weight / total } else { 0.0 };
        Mix {
            fixed: parts.iter().filter_map(|part| part.1.as_fixed()).collect(),
            mean: parts
                .iter()
                .map(|(weight, delay)| share(*weight) * delay.mean())
                .sum(),
            parts: parts
                .iter()
                .map(|(weight, delay)| (share(*weight), delay.curve()))
                .collect(),
        }
    }

    /// The mean, ms.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The share within `x` ms.
    pub fn share_within(&self, x: f64) -> f64 {
        self.parts
            .iter()
            .map(|(weight, curve)| weight * curve.at(x))
            .sum::<f64>()
            .min(1.0)
    }

    /// The least time within which the share `p` lies, ms.
    pub fn quantile(&self, p: f64) -> f64 {
        // Weights that sum to 1 may fall short of it by rounding alone.
        let wanted = p.clamp(0.0, 1.0) * (1.0 - 1e-12);
        let ends = self.parts.iter().map(|(_, curve)| curve.quantile(wanted));
        let (mut low, mut high) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
            (low.min(x), high.max(x))
        });
        if self.share_within(low) >= wanted {
            return low;
        }
        while high - low > TOLERANCE * high.abs() {
            let middle = f64::midpoint(low, high);
            if middle <= low || middle >= high {
                break;
            }
            *(if self.share_within(middle) >= wanted {
                &mut high
            } else {
                &mut low
            }) = middle;
        }
        // A value without spread inside the last interval is the answer, exactly.
        let exact = self.fixed.iter().copied().filter(|x| low < *x && *x <= high);
        exact.min_by(f64::total_cmp).unwrap_or(high)
    }
}
