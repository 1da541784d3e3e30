//! Pairs that moved together: all of a provider, all of one region.

use std::collections::BTreeMap;

use super::model::GroupShift;
use super::noise::{Pair, median};
use crate::basis::stat::rank::{holm, sign_test};
use crate::report::diff::Change;

/// A median that moved by less is not told, whatever the signs say: 1 %.
const LEAST_SHIFT: f64 = 0.01;

/// Fewer pairs tell no shift: the signs of five pairs alone are as likely as 6 %.
const FEWEST: usize = 6;

/// Shares below this are chance.
pub(super) const LEVEL: f64 = 0.05;

/// The shift of all pairs, called `whole`, and those of single ends that moved beyond it. Probabilities are raised `times`, where
/// so many questions share the 5 %.
pub(super) fn shifts(whole: &str, pairs: &[Pair], times: f64) -> Vec<GroupShift> {
    let moved = both_ways(pairs);
    let all: Vec<f64> = moved.iter().map(|(_, change)| *change).collect();
    if all.len() < FEWEST {
        return Vec::new();
    }
    let p = (times * sign_p(&all)).min(1.0);
    let mut told = vec![shift(whole.to_owned(), &all, &all, p)];
    let common = if told[0].p < LEVEL { median(all) } else { 0.0 };
    told.extend(
        by_end(&moved, common, times)
            .into_iter()
            .filter(|it| it.verdict != Change::WithinNoise),
    );
    told
}

/// Both directions of a pair are one observation: the mean of their changes.
fn both_ways(pairs: &[Pair]) -> Vec<((&str, &str), f64)> {
    let mut together: BTreeMap<(&str, &str), (f64, usize)> = BTreeMap::new();
    for pair in pairs
        .iter()
        .filter(|pair| pair.is_positive() && pair.from != pair.to)
    {
        let (from, to) = (pair.from.as_str(), pair.to.as_str());
        let sum = together.entry((from.min(to), from.max(to))).or_default();
        *sum = (sum.0 + pair.log_change(), sum.1 + 1);
    }
    let means = together
        .into_iter()
        .map(|(ends, (sum, n))| (ends, sum / n as f64));
    means.collect()
}

/// The pairs of each end, against what all have in common.
fn by_end(moved: &[((&str, &str), f64)], common: f64, times: f64) -> Vec<GroupShift> {
    let mut ends: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for ((a, b), change) in moved {
        ends.entry(a).or_default().push(*change);
        ends.entry(b).or_default().push(*change);
    }
    // An end that every pair has tells what all have in common, and that is told.
    ends.retain(|_, changes| (FEWEST..moved.len()).contains(&changes.len()));
    let beyond = |changes: &[f64]| -> Vec<f64> { changes.iter().map(|change| change - common).collect() };
    let own: Vec<f64> = ends.values().map(|changes| sign_p(&beyond(changes))).collect();
    let mut told: Vec<GroupShift> = ends
        .iter()
        .zip(holm(&own))
        .map(|((end, changes), p)| {
            let p = (times * p).min(1.0);
            shift((*end).to_owned(), changes, &beyond(changes), p)
        })
        .collect();
    told.sort_by(|a, b| b.median_change.abs().total_cmp(&a.median_change.abs()));
    told
}

fn sign_p(changes: &[f64]) -> f64 {
    let slower = changes.iter().filter(|change| **change > 0.0).count();
    let faster = changes.iter().filter(|change| **change < 0.0).count();
    sign_test(faster, slower)
}

/// `judged` are the changes beyond what others have in common.
fn shift(group: String, changes: &[f64], judged: &[f64], p: f64) -> GroupShift {
    let median_change = median(changes.to_vec()).exp_m1();
    let beyond = median(judged.to_vec()).exp_m1();
    let verdict = if p >= LEVEL || beyond.abs() < LEAST_SHIFT {
        Change::WithinNoise
    } else if beyond > 0.0 {
        Change::Worse
    } else {
        Change::Better
    };
    GroupShift {
        group,
        pairs: changes.len(),
        slower: changes.iter().filter(|change| **change > 0.0).count(),
        faster: changes.iter().filter(|change| **change < 0.0).count(),
        median_change,
        p,
        verdict,
    }
}
