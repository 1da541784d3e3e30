//! Two files of one's own measurements: which pairs changed by more than chance.

use std::collections::BTreeMap;

use super::model::{DRIFT_SCHEMA_VERSION, MEASURED_SCHEMA, MeasuredChange, MeasuredDiff, PairTest};
use super::noise::{MEDIAN_OVER_MEAN, P90_OF_NORMAL, Pair, Side, noise};
use super::rtts::verdict;
use super::shifts::shifts;
use crate::basis::error::Result;
use crate::basis::stat::estimate::Z95;
use crate::basis::stat::rank::{benjamini_hochberg, rank_sum_test, two_sided};
use crate::report::diff::Change;
use crate::report::model::{Figure, Interval};
use crate::world::ingest::foreign::{Figures, Imported, Measured, Names, combine};

/// Fewer times of a pair cannot tell a change at 5 %, whatever they are.
const FEWEST_TIMES: usize = 4;

/// Fewer pairs tell no noise of their own.
const FEWEST_PAIRS: usize = 8;

/// What changed from the measurements in `before` to those in `after`.
///
/// Single times are compared by the rank-sum test, medians with a p90 and a count by the error that these tell, and medians
/// alone by the noise of all pairs together. Over all pairs, at most one change in twenty that is named is none, on average
/// (Benjamini and Hochberg at 5 %).
///
/// ```
/// use isochrone::report::drift::measured;
/// use isochrone::world::ingest::foreign::{ImportOptions, read_foreign};
/// let read = |text: &str| read_foreign("a.csv", text.as_bytes(), &ImportOptions::default()).unwrap();
/// let times = |ms: [u32; 8]| ms.map(|ms| format!("dublin,us-east-1,{ms}\n")).concat();
/// let before = read(&format!("from,to,rtt_ms\n{}", times([70, 71, 70, 72, 71, 70, 73, 71])));
/// let after = read(&format!("from,to,rtt_ms\n{}", times([81, 82, 80, 83, 81, 84, 82, 81])));
/// let changes = measured(before, after)?;
/// assert!(changes.worse && changes.pairs[0].p.unwrap() < 0.01);
/// # Ok::<(), isochrone::basis::error::Error>(())
/// ```
///
/// # Errors
/// When rows of one pair cannot be put together.
pub fn measured(before: Imported, after: Imported) -> Result<MeasuredDiff> {
    let called = |it: &Imported| format!("{} ({})", it.name, it.read_as);
    let names = [called(&before), called(&after)];
    let (was, is) = (by_ends(before)?, by_ends(after)?);
    let both: Vec<(&Measured, &Measured)> = is
        .iter()
        .filter_map(|(ends, new)| Some((was.get(ends)?, new)))
        .collect();
    let pairs = changes(&both);
    let shifts = shifts("all pairs", &moved(&pairs));
    let alone = |all: &ByEnds, others: &ByEnds| {
        let keys = all.keys().filter(|ends| !others.contains_key(*ends));
        keys.map(|(from, to)| format!("{} → {}", shown(from), shown(to)))
            .collect()
    };
    let slower = pairs.iter().any(|it| it.verdict == Some(Change::Worse));
    let [called_before, called_after] = names;
    Ok(MeasuredDiff {
        schema: MEASURED_SCHEMA,
        schema_version: DRIFT_SCHEMA_VERSION,
        before: called_before,
        after: called_after,
        only_before: alone(&was, &is),
        only_after: alone(&is, &was),
        notes: notes(&pairs),
        worse: slower || shifts.iter().any(|it| it.verdict == Change::Worse),
        shifts,
        pairs,
    })
}

type ByEnds = BTreeMap<(String, String), Measured>;

fn by_ends(file: Imported) -> Result<ByEnds> {
    let pairs = combine(vec![file], &Names::default())?.pairs.into_iter();
    let known = pairs.filter(|pair| median_of(&pair.figures).is_some());
    Ok(known
        .map(|pair| ((pair.from.clone(), pair.to.clone()), pair))
        .collect())
}

/// What stands for an end that nobody named.
pub(super) fn shown(name: &str) -> &str {
    if name.is_empty() { "?" } else { name }
}

/// The median, or what stands for it: the mean of a summary.
fn median_of(figures: &Figures) -> Option<f64> {
    match figures {
        Figures::Summary(summary) => Some(summary.avg.ms()),
        other => other.percentiles(&[50.0])[0],
    }
}

/// Every pair, tested in the way that its figures allow; pairs that have no error of their own are tested together.
fn changes(both: &[(&Measured, &Measured)]) -> Vec<MeasuredChange> {
    let mut all: Vec<MeasuredChange> = both.iter().filter_map(|(old, new)| alone(old, new)).collect();
    together(&mut all);
    let tested: Vec<f64> = all.iter().filter_map(|it| it.p).collect();
    let mut of_all = benjamini_hochberg(&tested).into_iter();
    for it in all.iter_mut().filter(|it| it.p.is_some()) {
        it.p_of_all = of_all.next();
        it.verdict = it.p_of_all.map(|p| verdict(it.difference.value, p));
    }
    all
}

/// A pair by itself.
fn alone(old: &Measured, new: &Measured) -> Option<MeasuredChange> {
    let (before_ms, after_ms) = (median_of(&old.figures)?, median_of(&new.figures)?);
    let p90 = |it: &Measured| it.figures.percentiles(&[90.0])[0];
    let error = error_of(&old.figures).zip(error_of(&new.figures));
    let error = error.map(|(old, new)| old.hypot(new));
    let (test, p) = match (&old.figures, &new.figures) {
        (Figures::Samples(a), Figures::Samples(b)) if a.len().min(b.len()) >= FEWEST_TIMES => {
            let times = |times: &[crate::basis::units::Millis]| -> Vec<f64> {
                times.iter().map(|it| it.ms()).collect()
            };
            (PairTest::RankSum, rank_sum_test(&times(a), &times(b)))
        }
        (Figures::Samples(_), Figures::Samples(_)) => (PairTest::None, None),
        _ => match error.filter(|error| *error > 0.0) {
            Some(error) => (
                PairTest::MedianError,
                Some(two_sided((after_ms - before_ms) / error)),
            ),
            None => (PairTest::None, None),
        },
    };
    Some(MeasuredChange {
        from: new.from.clone(),
        to: new.to.clone(),
        n_before: old.figures.n(),
        n_after: new.figures.n(),
        before_ms,
        after_ms,
        p90_ms: p90(old).zip(p90(new)),
        difference: figure(after_ms - before_ms, error.unwrap_or(0.0)),
        test,
        p,
        p_of_all: None,
        verdict: None,
    })
}

fn figure(value: f64, error: f64) -> Figure {
    Figure {
        value,
        std_error: error,
        sampling: Interval {
            low: value - Z95 * error,
            high: value + Z95 * error,
        },
        input: None,
    }
}

/// The standard error of a median, ms, where figures tell it.
fn error_of(figures: &Figures) -> Option<f64> {
    if let Figures::Summary(it) = figures {
        // It is of the mean.
        return (it.n > 1).then(|| it.mdev.ms() / (it.n as f64).sqrt());
    }
    let n = figures.n().filter(|n| *n > 1)? as f64;
    let told = figures.percentiles(&[50.0, 90.0]);
    let spread = (told[1]? - told[0]?) / P90_OF_NORMAL;
    Some(MEDIAN_OVER_MEAN * spread / n.sqrt())
}

/// Pairs that have no error of their own, by the noise that they tell together.
fn together(all: &mut [MeasuredChange]) {
    let bare: Vec<usize> = (0..all.len())
        .filter(|at| all[*at].test == PairTest::None && all[*at].n_before.is_none_or(|n| n > 1))
        .filter(|at| all[*at].n_after.is_none_or(|n| n > 1))
        .collect();
    if bare.len() < FEWEST_PAIRS {
        return;
    }
    let pairs: Vec<Pair> = bare.iter().map(|at| pair_of(&all[*at])).collect();
    let (_, each) = noise(&pairs);
    for (at, sd) in bare.into_iter().zip(each) {
        let it = &mut all[at];
        let by = it.difference.value;
        it.test = PairTest::NoiseOfPairs;
        it.difference = figure(by, sd);
        it.p = Some(if by == 0.0 { 1.0 } else { two_sided(by / sd) });
    }
}

fn pair_of(it: &MeasuredChange) -> Pair {
    let side = |p50: f64, p90: Option<f64>| Side {
        p50,
        p90,
        error: None,
    };
    Pair {
        from: it.from.clone(),
        to: it.to.clone(),
        before: side(it.before_ms, it.p90_ms.map(|(before, _)| before)),
        after: side(it.after_ms, it.p90_ms.map(|(_, after)| after)),
    }
}

fn moved(all: &[MeasuredChange]) -> Vec<Pair> {
    all.iter().map(pair_of).collect()
}

fn notes(all: &[MeasuredChange]) -> Vec<String> {
    let uses = |test: PairTest| all.iter().filter(|it| it.test == test).count();
    let mut notes = Vec::new();
    if uses(PairTest::RankSum) > 0 {
        notes.push(
            "single times are compared by the rank-sum test, which takes them as independent: times that were all taken \
             within minutes share what went on in these minutes, and seem surer than they are"
                .to_owned(),
        );
    }
    if uses(PairTest::MedianError) > 0 {
        notes.push(
            "a median's error is that of normal times of the spread that its p90 tells: √(π/2) · (p90 − p50) / 1.28 / √n; \
             summaries are compared by their means"
                .to_owned(),
        );
    }
    if uses(PairTest::NoiseOfPairs) > 0 {
        notes.push(
            "medians without a count are held against the noise of all pairs together: what differs between both \
             directions, else the spread over time, else the spread of all changes"
                .to_owned(),
        );
    }
    match uses(PairTest::None) {
        0 => {}
        n => notes.push(format!(
            "not tested: {n} of {} pairs, of fewer than {FEWEST_TIMES} times, or medians without a count of fewer than \
             {FEWEST_PAIRS} pairs",
            all.len()
        )),
    }
    notes
}
