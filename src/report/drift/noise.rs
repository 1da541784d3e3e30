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
pub(super) const FEWEST: usize = 8;

/// The 90th percentile of a normal distribution, in standard deviations.
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
    let figures = pairs.iter().flat_map(|pair| [pair.before.p50, pair.after.p50]);
    let rounding_ms = Digit::of(figures).error();
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
    } else if let Some((share, n)) = by_directions(pairs, Law::Normal) {
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

/// The last digit that figures are written with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Digit {
    /// What one of it is, ms.
    step: f64,
}

impl Digit {
    pub(super) fn of(figures: impl Iterator<Item = f64>) -> Self {
        let figures: Vec<f64> = figures.collect();
        let written = |digits: &i32| {
            let scale = 10f64.powi(*digits);
            figures
                .iter()
                .all(|x| (x * scale - (x * scale).round()).abs() < 1e-6)
        };
        let digits = (0..6).find(written).unwrap_or(6);
        Digit {
            step: 10f64.powi(-digits),
        }
    }

    /// Standard deviation that it adds to a difference, ms.
    pub(super) fn error(self) -> f64 {
        self.step * (2.0f64 / 12.0).sqrt()
    }

    /// Whether figures that are all but equal may be written so far apart.
    pub(super) fn explains(self, by: f64) -> bool {
        by.abs() <= self.step * (1.0 + 1e-6)
    }
}

/// What the tails of noise are like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Law {
    /// Normal.
    Normal,
    /// Student's with 3 degrees of freedom.
    LongTailed,
}

impl Law {
    /// Half of the middle half, and of the middle 95 %, in units of its scale.
    fn quantiles(self) -> [f64; 2] {
        match self {
            Law::Normal => [0.674_489_750_196_081_7, Z95],
            Law::LongTailed => [0.764_892_328_404_345, 3.182_446_305_284_263],
        }
    }

    /// The scale of what lies so far from its middle, ascending: the larger of what its median and its 95th percentile imply,
    /// as tails may be longer still.
    pub(super) fn spread_of_sorted(self, away: &[f64]) -> f64 {
        let [half, most] = self.quantiles();
        let at = |p: f64| quantile_of_sorted(away, p);
        (at(0.5) / half).max(at(0.95) / most)
    }

    fn spread(self, mut away: Vec<f64>) -> f64 {
        away.sort_by(f64::total_cmp);
        self.spread_of_sorted(&away)
    }
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

/// Half of how differently both directions of a pair changed, where either did. None where too few pairs have both directions,
/// or one is a copy of the other.
pub(super) fn by_directions(pairs: &[Pair], law: Law) -> Option<(f64, usize)> {
    let mut there: BTreeMap<(&str, &str), &Pair> = BTreeMap::new();
    for pair in pairs.iter().filter(|pair| pair.is_positive()) {
        there.insert((&pair.from, &pair.to), pair);
    }
    let both: Vec<(&Pair, &Pair)> = there
        .values()
        .filter(|pair| pair.from < pair.to)
        .filter_map(|pair| Some((*pair, *there.get(&(pair.to.as_str(), pair.from.as_str()))?)))
        .filter(|(a, b)| a.log_change() != 0.0 || b.log_change() != 0.0)
        .collect();
    let copied = both
        .iter()
        .all(|(a, b)| a.before.p50 == b.before.p50 && a.after.p50 == b.after.p50);
    if both.len() < FEWEST || copied {
        return None;
    }
    let apart = both.iter().map(|(a, b)| (a.log_change() - b.log_change()).abs());
    // The difference of two changes has twice the variance of one.
    Some((law.spread(apart.collect()) / std::f64::consts::SQRT_2, both.len()))
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

/// Of the pairs that changed, around their median: what all have in common is no noise, and figures that were not measured
/// again tell none.
fn by_changes(pairs: &[Pair]) -> Option<(f64, usize)> {
    let positive = pairs.iter().filter(|pair| pair.is_positive());
    let changes: Vec<f64> = positive
        .map(Pair::log_change)
        .filter(|change| *change != 0.0)
        .collect();
    if changes.len() < FEWEST {
        return None;
    }
    let middle = median(changes.clone());
    let away = changes.iter().map(|change| (change - middle).abs()).collect();
    Some((Law::Normal.spread(away), changes.len()))
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
