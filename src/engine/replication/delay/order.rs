//! The k-th of several independent delays.

use super::curve::Curve;
use super::slices::Slices;
use super::{Delay, Piece, means_between};

/// When the `k`-th of `of` is over.
pub(super) fn kth(k: usize, of: &[&Delay]) -> Delay {
    if let Some(fixed) = of
        .iter()
        .map(|delay| delay.as_fixed())
        .collect::<Option<Vec<f64>>>()
    {
        return Delay::fixed(kth_value(k, fixed));
    }
    let curves: Vec<Curve> = of.iter().map(|delay| delay.curve()).collect();
    let points = points(k, &curves);
    let pieces = points.windows(2).map(|pair| Piece {
        from: pair[0].0,
        to: pair[1].0,
        mass: pair[1].1 - pair[0].1,
    });
    Delay::rising(means_between(&Slices::shared().edges, pieces))
}

fn kth_value(k: usize, mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[k.clamp(1, values.len()) - 1]
}

/// The distribution function of the `k`-th at every point of any of the curves, from either side.
fn points(k: usize, curves: &[Curve]) -> Vec<(f64, f64)> {
    let all = curves.iter().flat_map(Curve::points);
    let mut places: Vec<f64> = all.map(|point| point.0).collect();
    places.sort_by(f64::total_cmp);
    places.dedup();
    let mut shares = vec![0.0; curves.len()];
    let mut counts = vec![0.0; k + 1];
    let mut points = Vec::with_capacity(2 * places.len());
    for x in places {
        for side in [Curve::below, Curve::at] {
            shares
                .iter_mut()
                .zip(curves)
                .for_each(|(share, curve)| *share = side(curve, x));
            points.push((x, at_least(k, &shares, &mut counts)));
        }
    }
    points
}

/// The chance that at least `k` of independent events happen. `counts[j]` becomes the chance of exactly `j`, and
/// `counts[k]` that of `k` or more.
fn at_least(k: usize, chances: &[f64], counts: &mut [f64]) -> f64 {
    counts.fill(0.0);
    counts[0] = 1.0;
    for chance in chances {
        counts[k] += counts[k - 1] * chance;
        for j in (1..k).rev() {
            counts[j] += chance * (counts[j - 1] - counts[j]);
        }
        counts[0] *= 1.0 - chance;
    }
    counts[k]
}
