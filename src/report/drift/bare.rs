//! Pairs that have no error of their own, held against the noise that all of them tell together.
//!
//! Tails of such noise are long: a few pairs are measured at a bad moment. It is taken to be Student's with 3 degrees of
//! freedom, so that what is named stands far out.

use super::model::{MeasuredChange, NoiseSource, PairTest};
use super::noise::{Digit, FEWEST, Law, Pair, Side, by_directions, median};
use super::pair_test::figure;
use crate::basis::stat::student;

/// Degrees of freedom of the noise.
const FREEDOM: f64 = 3.0;

/// Tests the pairs that have no error of their own; says from what noise was found, and of how many pairs. Nothing where too
/// few changed.
pub(super) fn together(all: &mut [MeasuredChange], digit: Digit) -> Option<(NoiseSource, usize)> {
    let bare: Vec<usize> = (0..all.len()).filter(|at| is_bare(&all[*at])).collect();
    let pairs: Vec<Pair> = bare.iter().map(|at| pair_of(&all[*at])).collect();
    // A pair that is the same to the last digit was not measured again, as far as one can tell.
    let changed: Vec<usize> = (0..pairs.len())
        .filter(|at| pairs[*at].log_change() != 0.0)
        .collect();
    let changes: Vec<f64> = changed.iter().map(|at| pairs[*at].log_change()).collect();
    let (source, mut each) = match by_directions(&pairs, Law::LongTailed) {
        Some((share, _)) => (NoiseSource::Directions, vec![share; changed.len()]),
        None if changed.len() >= FEWEST => (NoiseSource::SpreadOfChanges, of_others(&changes)),
        None => return None,
    };
    let alike: Vec<Option<Alike>> = changed.iter().map(|at| Alike::of(&all[bare[*at]])).collect();
    by_kind(&changes, &alike, &mut each);
    for at in &bare {
        let it = &mut all[*at];
        it.test = PairTest::NoiseOfPairs;
        it.p = Some(1.0);
    }
    let reach = student::quantile(0.975, FREEDOM as usize);
    for ((at, share), by) in changed.iter().zip(each).zip(&changes) {
        let it = &mut all[bare[*at]];
        let error = (share * it.before_ms).hypot(digit.error());
        it.difference = figure(it.difference.value, error, reach);
        // The logarithm, so that the way back is as far as the way there.
        let error_of_log = share.hypot(digit.error() / it.before_ms.min(it.after_ms));
        if !digit.explains(it.difference.value) {
            it.p = Some(student::two_sided(by / error_of_log, FREEDOM));
        }
    }
    Some((source, bare.len()))
}

/// Pairs that nothing else can test. Of a single time nothing is known.
fn is_bare(it: &MeasuredChange) -> bool {
    let several = |n: Option<u64>| n.is_none_or(|n| n > 1);
    it.test == PairTest::None && several(it.n_before) && several(it.n_after) && pair_of(it).is_positive()
}

/// A change as the noise of tables and shifts know it.
pub(super) fn pair_of(it: &MeasuredChange) -> Pair {
    let side = |p50: f64| Side {
        p50,
        ..Side::default()
    };
    Pair {
        from: it.from.clone(),
        to: it.to.clone(),
        before: side(it.before_ms),
        after: side(it.after_ms),
    }
}

/// The noise of each change as a share, from all the others around the median, so that what all have in common is no noise
/// and a change does not hide itself.
fn of_others(changes: &[f64]) -> Vec<f64> {
    let middle = median(changes.to_vec());
    let away: Vec<f64> = changes.iter().map(|change| (change - middle).abs()).collect();
    let mut sorted = away.clone();
    sorted.sort_by(f64::total_cmp);
    let without = |value: &f64| {
        let at = sorted.partition_point(|other| other < value);
        let mut others = sorted.clone();
        others.remove(at);
        Law::LongTailed.spread_of_sorted(&others)
    };
    away.iter().map(without).collect()
}

/// What is known of a pair that its noise goes by.
struct Alike {
    /// Whether p90, and whether the number of times is known, in both files.
    known: (bool, bool),
    /// What noise is in proportion to.
    scale: f64,
}

impl Alike {
    /// None where nothing is known.
    fn of(it: &MeasuredChange) -> Option<Self> {
        let n = it.n_before.zip(it.n_after);
        let known = (it.p90_ms.is_some(), n.is_some());
        let (p90_before, p90_after) = it.p90_ms.unwrap_or((2.0 * it.before_ms, 2.0 * it.after_ms));
        let (n_before, n_after) = n.unwrap_or((1, 1));
        let side = |p50: f64, p90: f64, n: u64| (p90 - p50) / p50 / (n as f64).sqrt();
        let scale = side(it.before_ms, p90_before, n_before).hypot(side(it.after_ms, p90_after, n_after));
        (known != (false, false) && scale > 0.0).then_some(Alike { known, scale })
    }
}

/// Where at least eight pairs tell their spread or their number, the noise of each is at least in proportion to that. How much
/// it is follows from the changes, and not from how independent times are.
fn by_kind(changes: &[f64], alike: &[Option<Alike>], each: &mut [f64]) {
    for known in [(true, true), (true, false), (false, true)] {
        let members: Vec<(usize, f64)> = alike
            .iter()
            .enumerate()
            .filter_map(|(at, it)| {
                it.as_ref()
                    .filter(|it| it.known == known)
                    .map(|it| (at, it.scale))
            })
            .collect();
        if members.len() < FEWEST {
            continue;
        }
        let scaled: Vec<f64> = members.iter().map(|(at, scale)| changes[*at] / scale).collect();
        for ((at, scale), share) in members.into_iter().zip(of_others(&scaled)) {
            each[at] = each[at].max(share * scale);
        }
    }
}
