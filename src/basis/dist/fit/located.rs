//! Families above a floor: the location by profile likelihood.

use super::estimate::Data;
use super::likelihood::log_likelihood;
use crate::basis::dist::{Dist, numeric};

/// How many distances below the smallest sample are tried before the best is refined.
const GRID: usize = 17;

/// To this relative accuracy of the distance between floor and smallest sample.
const WIDTH: f64 = 1e-3;

/// The best shifted distribution, its inner part fitted by `inner`, or nothing where the best floor is none.
///
/// The distance of the floor below the smallest sample is looked for between `(mean − min)/n` and the whole way to
/// zero, evenly in its logarithm: the floor matters by how near it is.
pub(super) fn profile(data: &Data, inner: impl Fn(&Data) -> Option<Dist>) -> Option<Dist> {
    let low = data.smallest();
    let nearest = (data.mean() - low) / data.n() as f64;
    if nearest >= low {
        return None;
    }
    let (from, to) = (nearest.ln(), low.ln());
    let above = |log_distance: f64| data.less(low - log_distance.exp());
    let value = |log_distance: f64| {
        let rest = above(log_distance);
        inner(&rest).map_or(f64::NEG_INFINITY, |dist| log_likelihood(&dist, rest.values()))
    };
    let step = (to - from) / (GRID - 1) as f64;
    let on_grid: Vec<f64> = (0..GRID).map(|i| value(from + step * i as f64)).collect();
    let best = (0..GRID).max_by(|&a, &b| on_grid[a].total_cmp(&on_grid[b]))?;
    let around = (
        from + step * best.saturating_sub(1) as f64,
        (from + step * (best + 1) as f64).min(to),
    );
    let found = numeric::peak(value, around, WIDTH);
    if to - found < 2.0 * WIDTH {
        return None;
    }
    let rest = above(found);
    Dist::shifted(low - found.exp(), inner(&rest)?).ok()
}

/// The exponential above a floor. The likelihood is largest with the floor at the smallest sample, which always lies
/// too high; the unbiased floor is lower by the mean excess over `n − 1`.
pub(super) fn exponential(data: &Data) -> Option<Dist> {
    let low = data.smallest();
    let floor = low - (data.mean() - low) / (data.n() as f64 - 1.0);
    if floor <= 0.0 {
        return None;
    }
    Dist::shifted(floor, Dist::exponential(data.mean() - floor).ok()?).ok()
}
