//! A spread that is fitted leaves the median of access and path together where it was.
//!
//! The median of a sum grows with the spreads of its parts, and who measures how far users differ says nothing of it. So
//! the level of the path is moved by δ with `median(access′ + e^δ · path′) = median(access + path)`, where ′ has the fitted
//! spreads. Without it a fitted spread would move the median of pairs that nobody measured.

use super::access::Access;
use super::endtoend::{UserPath, strata};
use crate::basis::halving::halve;

/// Equally likely parts of the path and of the access.
const PARTS: (usize, usize) = (61, 41);
/// The path is moved no further than this, a logarithm: where access is nearly all, no path brings the median back.
const MOST: f64 = 1.0;
/// Halvings of an interval until it is narrower than what the parts resolve.
const HALVINGS: usize = 24;
/// Medians that differ by this share are one.
const RESOLVED: f64 = 1e-6;

/// Access and path of the same users.
pub(super) struct Parts {
    /// Path without the bound of its fibre, ms, ascending.
    path: Vec<f64>,
    fibre_ms: f64,
    access: Vec<f64>,
}

impl Parts {
    pub(super) fn of(access: &Access, path: &UserPath) -> Self {
        Parts {
            path: strata(PARTS.0).map(|p| path.free_ms(p)).collect(),
            fibre_ms: path.estimate.fibre.ms(),
            access: strata(PARTS.1).map(|p| access.quantile(p).ms()).collect(),
        }
    }

    /// Whether half of the sums are `ms` or less, with a path that is longer by `factor`.
    fn half_within(&self, ms: f64, factor: f64) -> bool {
        let mut fit = self.access.len();
        let mut within = 0;
        for path in &self.path {
            let left = ms - (path * factor).max(self.fibre_ms);
            while fit > 0 && self.access[fit - 1] > left {
                fit -= 1;
            }
            within += fit;
        }
        2 * within >= self.path.len() * self.access.len()
    }

    fn median_ms(&self) -> f64 {
        let ends = |at: fn(&[f64]) -> Option<&f64>| {
            let path = at(&self.path).copied().unwrap_or_default();
            path.max(self.fibre_ms) + at(&self.access).copied().unwrap_or_default()
        };
        least((ends(<[f64]>::first), ends(<[f64]>::last)), |ms| {
            self.half_within(ms, 1.0)
        })
    }

    /// By how much a path of these parts is to be moved, a logarithm, for their median to be that of `stated`. The least
    /// such: where most paths are at the bound of their fibre the median stays while they move.
    pub(super) fn back_to(&self, stated: &Parts) -> f64 {
        let ms = stated.median_ms();
        let furthest = |ms: f64| -least((-MOST, MOST), |nearer| self.half_within(ms, (-nearer).exp()));
        0.0_f64.max(furthest(ms * (1.0 - RESOLVED))).min(furthest(ms))
    }
}

/// The least value for which `holds`, if all above it do; the upper end if none does.
fn least(bracket: (f64, f64), holds: impl Fn(f64) -> bool) -> f64 {
    halve(bracket, HALVINGS, |x| !holds(x)).1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(sd: f64, times: f64) -> Parts {
        let normal = |parts: usize, median: f64| {
            strata(parts)
                .map(|p| median * (sd * crate::basis::normal::probit(p)).exp())
                .collect()
        };
        Parts {
            path: normal(PARTS.0, 20.0 * times),
            fibre_ms: 1.0,
            access: normal(PARTS.1, 20.0),
        }
    }

    #[test]
    fn the_median_of_one_law_is_its_own() {
        let one = Parts {
            path: vec![0.0],
            fibre_ms: 3.0,
            ..parts(0.5, 1.0)
        };
        // 41 parts, of which the 21st is the middle.
        assert!((one.median_ms() - 23.0).abs() < 1e-4, "{}", one.median_ms());
    }

    #[test]
    fn what_is_spread_wider_goes_back_and_what_has_the_same_spread_stays() {
        let (narrow, wide) = (parts(0.1, 1.0), parts(0.6, 1.0));
        assert!(
            wide.median_ms() > 1.05 * narrow.median_ms(),
            "a spread moves the median of a sum"
        );
        let back = wide.back_to(&narrow);
        let moved = parts(0.6, back.exp()).median_ms() / narrow.median_ms();
        assert!(back < -0.1 && moved.ln().abs() < 1e-3, "{back} {moved}");
        assert!(narrow.back_to(&narrow).abs() < 1e-3);
        // And the other way round.
        assert!(
            (parts(0.1, narrow.back_to(&wide).exp()).median_ms() / wide.median_ms())
                .ln()
                .abs()
                < 1e-3
        );
    }

    #[test]
    fn paths_at_the_bound_of_their_fibre_stay() {
        let bound = |sd: f64| Parts {
            fibre_ms: 60.0,
            ..parts(sd, 1.0)
        };
        assert_eq!(bound(0.05).back_to(&bound(0.1)), 0.0);
    }

    #[test]
    fn no_path_makes_up_for_more_than_its_bound() {
        let far = parts(0.3, 100.0);
        assert!((parts(0.3, 1.0).back_to(&far) - MOST).abs() < 1e-6);
        assert!((far.back_to(&parts(0.3, 1.0)) + MOST).abs() < 1e-6);
    }
}
