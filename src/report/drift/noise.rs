//! How much a table's figures change when nothing has changed, found from the two tables themselves.

use std::collections::BTreeMap;

use super::model::{Noise, NoiseSource};
use crate::basis::stat::estimate::{Z95, quantile_of_sorted};

/// One figure before and after.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pair {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) before: Side,
    pub(super) after: Side,
}

/// One figure with what is known of its spread.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Side {
    /// Median or mean, ms.
    pub(super) p50: f64,
    /// 90th percentile over time, ms.
    pub(super) p90: Option<f64>,
    /// Standard error of the median as a share of it, where the number of tests tells it.
    pub(super) error: Option<f64>,
}

/// Fewer tell nothing of a spread.
const FEWEST: usize = 8;

/// Half of a normal distribution's middle half, and its 90th percentile, in standard deviations.
const MEDIAN_OF_NORMAL: f64 = 0.674_489_750_196_081_7;
pub(super) const P90_OF_NORMAL: f64 = 1.281_551_565_544_600_4;

/// √(π/2): how much larger the error of a median is than that of a mean, of many normal times.
pub(super) const MEDIAN_OVER_MEAN: f64 = 1.253_314_137_315_500_3;

/// Independent days that are taken to stand behind a median with a p90. A route keeps its ways for hours to days, so that a
/// year of probes is worth far less than its number.
const DAYS: f64 = 30.0;

impl Pair {
    /// The change in the logarithm, which a change in the unit of both leaves alone.
    pub(super) fn log_change(&self) -> f64 {
        (self.after.p50 / self.before.p50).ln()
    }

    /// What may be divided and taken the logarithm of.
    pub(super) fn is_positive(&self) -> bool {
        self.before.p50 > 0.0 && self.after.p50 > 0.0
    }
}

/// The noise of a table, and the standard deviation of each pair's change, ms.
pub(super) fn noise(pairs: &[Pair]) -> (Noise, Vec<f64>) {
    let rounding_ms = rounding(pairs);
    let own = |share: &dyn Fn(&Pair) -> f64| -> Vec<f64> {
        let both = pairs
            .iter()
            .map(|pair| (share(pair) * pair.before.p50).hypot(rounding_ms));
        both.collect()
    };
    let (source, share, found, each) = if let Some((each, middle)) = by_tests(pairs) {
        (
            NoiseSource::Tests,
            middle,
            each.len(),
            own(&|pair| tests_of(pair).unwrap_or(middle)),
        )
    } else if let Some((share, n)) = by_directions(pairs) {
        (NoiseSource::Directions, share, n, own(&|_| share))
    } else if let Some((each, middle)) = by_time(pairs) {
        (
            NoiseSource::SpreadOverTime,
            middle,
            each.len(),
            own(&|pair| time_of(pair).unwrap_or(middle)),
        )
    } else if let Some((share, n)) = by_changes(pairs) {
        (NoiseSource::SpreadOfChanges, share, n, own(&|_| share))
    } else {
        (NoiseSource::Rounding, 0.0, pairs.len(), own(&|_| 0.0))
    };
    let noise = Noise {
        source,
        share,
        rounding_ms,
        pairs: found,
    };
    (noise, each)
}

/// Standard deviation that the last digit written adds to a difference, ms.
fn rounding(pairs: &[Pair]) -> f64 {
    let figures = || pairs.iter().flat_map(|pair| [pair.before.p50, pair.after.p50]);
    let written = |digits: &i32| {
        let scale = 10f64.powi(*digits);
        figures().all(|x| (x * scale - (x * scale).round()).abs() < 1e-6)
    };
    let digits = (0..6).find(written).unwrap_or(6);
    10f64.powi(-digits) * (2.0f64 / 12.0).sqrt()
}

/// The error that the numbers of tests tell, of both sides together.
fn tests_of(pair: &Pair) -> Option<f64> {
    Some(pair.before.error?.hypot(pair.after.error?))
}

fn by_tests(pairs: &[Pair]) -> Option<(Vec<f64>, f64)> {
    let each: Vec<f64> = pairs.iter().filter_map(tests_of).collect();
    (!each.is_empty() && each.len() == pairs.len()).then(|| {
        let middle = median(each.clone());
        (each, middle)
    })
}

/// Half of how differently both directions of a pair changed. The larger of what the median and the 95th percentile of it
/// imply: tails are longer than normal. None where too few pairs have both directions, or one is a copy of the other.
fn by_directions(pairs: &[Pair]) -> Option<(f64, usize)> {
    let mut there: BTreeMap<(&str, &str), &Pair> = BTreeMap::new();
    for pair in pairs.iter().filter(|pair| pair.is_positive()) {
        there.insert((&pair.from, &pair.to), pair);
    }
    let both: Vec<(&Pair, &Pair)> = there
        .values()
        .filter(|pair| pair.from < pair.to)
        .filter_map(|pair| Some((*pair, *there.get(&(pair.to.as_str(), pair.from.as_str()))?)))
        .collect();
    let copied = both
        .iter()
        .all(|(a, b)| a.before.p50 == b.before.p50 && a.after.p50 == b.after.p50);
    if both.len() < FEWEST || copied {
        return None;
    }
    let apart = both.iter().map(|(a, b)| (a.log_change() - b.log_change()).abs());
    // The difference of two changes has twice the variance of one.
    Some((spread(apart.collect()) / std::f64::consts::SQRT_2, both.len()))
}

/// The standard deviation of what lies `away` from its middle.
fn spread(mut away: Vec<f64>) -> f64 {
    away.sort_by(f64::total_cmp);
    let at = |p: f64| quantile_of_sorted(&away, p);
    (at(0.5) / MEDIAN_OF_NORMAL).max(at(0.95) / Z95)
}

/// The error of both medians as the spread over time tells it.
fn time_of(pair: &Pair) -> Option<f64> {
    let of = |side: &Side| {
        let spread = (side.p90? - side.p50) / P90_OF_NORMAL / side.p50;
        Some(MEDIAN_OVER_MEAN * spread / DAYS.sqrt())
    };
    Some(of(&pair.before)?.hypot(of(&pair.after)?))
}

fn by_time(pairs: &[Pair]) -> Option<(Vec<f64>, f64)> {
    let positive = pairs.iter().filter(|pair| pair.is_positive());
    let each: Vec<f64> = positive.filter_map(time_of).collect();
    (each.len() >= FEWEST).then(|| {
        let middle = median(each.clone());
        (each, middle)
    })
}

/// Around their median, so that what all have in common is no noise.
fn by_changes(pairs: &[Pair]) -> Option<(f64, usize)> {
    let positive = pairs.iter().filter(|pair| pair.is_positive());
    let changes: Vec<f64> = positive.map(Pair::log_change).collect();
    if changes.len() < FEWEST {
        return None;
    }
    let middle = median(changes.clone());
    let mut away: Vec<f64> = changes.iter().map(|change| (change - middle).abs()).collect();
    away.sort_by(f64::total_cmp);
    Some((quantile_of_sorted(&away, 0.5) / MEDIAN_OF_NORMAL, changes.len()))
}

/// The median; 0 of nothing.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    if values.is_empty() {
        0.0
    } else {
        quantile_of_sorted(&values, 0.5)
    }
}
