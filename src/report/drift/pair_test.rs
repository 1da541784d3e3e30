//! A pair that was measured twice, tested by what is known of it alone.

use super::model::{MeasuredChange, PairTest, TailChange};
use super::noise::{Digit, MEDIAN_OVER_MEAN, P90_OF_NORMAL};
use crate::basis::stat::estimate::Z95;
use crate::basis::stat::rank::rank_sum;
use crate::basis::stat::student;
use crate::basis::stat::tail::tail_test;
use crate::basis::units::Millis;
use crate::report::model::{Figure, Interval};
use crate::world::ingest::foreign::{Figures, Measured, Summary};

/// Fewer times of a pair cannot tell a change at 5 %, whatever they are.
pub(super) const FEWEST_TIMES: usize = 4;

/// Of fewer times in each file their slowest tenth tells little.
pub(super) const FEWEST_FOR_TAIL: usize = 20;

/// The 90th percentile of fewer times tells no spread: two routes may both be in it, or one.
pub(super) const FEWEST_FOR_MEDIAN: u64 = 10;

/// The standard deviation of fewer times tells no error of their mean.
pub(super) const FEWEST_FOR_MEAN: u64 = 5;

/// So many times stand behind a degree of freedom of a spread that is told by two quantiles. The variance of p90 − p50 of
/// normal times is 3.07 σ²/n, as large beside its square as that of a standard deviation with n / 3.7 degrees of freedom.
const TIMES_A_FREEDOM: f64 = 4.0;

/// The middle of the times of a pair in both files, ms.
enum Middle {
    /// Medians.
    Medians(f64, f64),
    /// Means, where one file or both have nothing else.
    Means(f64, f64),
    /// A mean and a median: they differ where nothing has changed.
    TwoKinds(f64, f64),
}

fn middle(old: &Figures, new: &Figures) -> Option<Middle> {
    let median = |figures: &Figures| figures.percentiles(&[50.0])[0];
    Some(match (old, new) {
        (Figures::Summary(_), _) | (_, Figures::Summary(_)) => match (moments(old), moments(new)) {
            (Some(old), Some(new)) => Middle::Means(old.mean, new.mean),
            (Some(old), None) => Middle::TwoKinds(old.mean, median(new)?),
            (None, new) => Middle::TwoKinds(median(old)?, new?.mean),
        },
        _ => Middle::Medians(median(old)?, median(new)?),
    })
}

/// Mean and standard deviation, ms, of so many times.
#[derive(Clone, Copy)]
struct Moments {
    n: u64,
    mean: f64,
    sd: f64,
}

/// The moments of single times and of a summary; nothing else tells them.
fn moments(figures: &Figures) -> Option<Moments> {
    // What ping calls mdev is the root of the mean square, of n and not of n − 1.
    let of = |n: u64, mean: f64, squares: f64| Moments {
        n,
        mean,
        sd: (squares / n.saturating_sub(1).max(1) as f64).sqrt(),
    };
    match figures {
        Figures::Summary(Summary { n, avg, mdev, .. }) => {
            Some(of(*n, avg.ms(), *n as f64 * mdev.ms().powi(2)))
        }
        Figures::Samples(times) if !times.is_empty() => {
            let mean = times.iter().map(|it| it.ms()).sum::<f64>() / times.len() as f64;
            let squares = times.iter().map(|it| (it.ms() - mean).powi(2)).sum();
            Some(of(times.len() as u64, mean, squares))
        }
        _ => None,
    }
}

/// The last digit of the figures that are compared as such; single times are compared by their order.
pub(super) fn last_digit(both: &[(&Measured, &Measured)]) -> Digit {
    let told = both
        .iter()
        .filter_map(|(old, new)| match middle(&old.figures, &new.figures)? {
            Middle::Medians(..) if both_single(&old.figures, &new.figures).is_some() => None,
            Middle::Medians(old, new) | Middle::Means(old, new) | Middle::TwoKinds(old, new) => {
                Some([old, new])
            }
        });
    Digit::of(told.flatten())
}

fn both_single<'a>(old: &'a Figures, new: &'a Figures) -> Option<(&'a [Millis], &'a [Millis])> {
    match (old, new) {
        (Figures::Samples(old), Figures::Samples(new)) => Some((old, new)),
        _ => None,
    }
}

/// What a test said.
struct Tested {
    test: PairTest,
    p: Option<f64>,
    /// Standard error of the difference, ms, and its degrees of freedom.
    error: Option<(f64, f64)>,
    longer_share: Option<f64>,
    tail: Option<TailChange>,
}

impl Tested {
    fn not(test: PairTest) -> Self {
        Tested {
            test,
            p: None,
            error: None,
            longer_share: None,
            tail: None,
        }
    }
}

/// A pair by itself; `digit` is the last one of the file. What follows is not yet said.
pub(super) fn alone(old: &Measured, new: &Measured, digit: Digit) -> Option<MeasuredChange> {
    let (before_ms, after_ms, tested) = match middle(&old.figures, &new.figures)? {
        Middle::Medians(a, b) => {
            let tested = match both_single(&old.figures, &new.figures) {
                Some(times) => by_ranks(times, [&old.figures, &new.figures]),
                None => by_spread(
                    PairTest::MedianError,
                    b - a,
                    medians(&old.figures, &new.figures),
                    digit,
                ),
            };
            (a, b, tested)
        }
        Middle::Means(a, b) => {
            let error = means(moments(&old.figures)?, moments(&new.figures)?);
            (a, b, by_spread(PairTest::MeanError, b - a, error, digit))
        }
        Middle::TwoKinds(a, b) => (a, b, Tested::not(PairTest::TwoKinds)),
    };
    let p90 = |it: &Measured| it.figures.percentiles(&[90.0])[0];
    Some(MeasuredChange {
        from: new.from.clone(),
        to: new.to.clone(),
        n_before: old.figures.n(),
        n_after: new.figures.n(),
        before_ms,
        after_ms,
        p90_ms: p90(old).zip(p90(new)),
        difference: tested.error.map_or_else(
            || figure(after_ms - before_ms, 0.0, 0.0),
            |(error, freedom)| figure(after_ms - before_ms, error, reach(freedom)),
        ),
        test: tested.test,
        longer_share: tested.longer_share,
        p: tested.p,
        p_of_all: None,
        verdict: None,
        tail: tested.tail,
    })
}

/// `value` with a standard error, and an interval that reaches so many of them.
pub(super) fn figure(value: f64, error: f64, reach: f64) -> Figure {
    Figure {
        value,
        std_error: error,
        sampling: Interval {
            low: value - reach * error,
            high: value + reach * error,
        },
        input: None,
    }
}

/// Standard errors to the end of a 95 % interval.
fn reach(freedom: f64) -> f64 {
    if freedom.is_finite() {
        student::quantile(0.975, freedom as usize)
    } else {
        Z95
    }
}

/// Single times, and the same as `figures`.
fn by_ranks((old, new): (&[Millis], &[Millis]), figures: [&Figures; 2]) -> Tested {
    let fewest = old.len().min(new.len());
    if fewest < FEWEST_TIMES {
        return Tested::not(PairTest::None);
    }
    let times = |times: &[Millis]| -> Vec<f64> { times.iter().map(|it| it.ms()).collect() };
    let (a, b) = (times(old), times(new));
    let ranks = rank_sum(&a, &b);
    let tail = tail_test(&a, &b).filter(|_| fewest >= FEWEST_FOR_TAIL);
    let error = |figures: &Figures, times: &[Millis]| Some(spread(figures)? / (times.len() as f64).sqrt());
    Tested {
        test: PairTest::RankSum,
        p: ranks.map(|it| it.p),
        error: error(figures[0], old)
            .zip(error(figures[1], new))
            .map(|(a, b)| (a.hypot(b), f64::INFINITY)),
        longer_share: ranks.map(|it| it.second_larger),
        tail: tail.map(|it| TailChange {
            before: it.first,
            after: it.second,
            p: it.p,
            p_of_all: None,
            verdict: None,
        }),
    }
}

/// Standard error of a median of one time, of normal times of the spread that p90 tells, ms.
fn spread(figures: &Figures) -> Option<f64> {
    let told = figures.percentiles(&[50.0, 90.0]);
    Some(MEDIAN_OVER_MEAN * (told[1]? - told[0]?) / P90_OF_NORMAL)
}

/// The error of a difference with its degrees of freedom. Where nothing has changed both files have one spread: the larger
/// of both is taken, and as few degrees of freedom as the fewer times leave. Few times of a skewed law beside many would
/// seem surer than they are.
fn of_larger(spreads: [f64; 2], n: [u64; 2], freedom: f64) -> (f64, f64) {
    let scale = n.map(|n| 1.0 / n as f64).iter().sum::<f64>().sqrt();
    (spreads[0].max(spreads[1]) * scale, freedom)
}

fn medians(old: &Figures, new: &Figures) -> Option<(f64, f64)> {
    let n = [old.n()?, new.n()?];
    let fewest = n[0].min(n[1]);
    let spreads = [spread(old)?, spread(new)?];
    (fewest >= FEWEST_FOR_MEDIAN).then(|| of_larger(spreads, n, (fewest - 1) as f64 / TIMES_A_FREEDOM))
}

fn means(old: Moments, new: Moments) -> Option<(f64, f64)> {
    let fewest = old.n.min(new.n);
    (fewest >= FEWEST_FOR_MEAN).then(|| of_larger([old.sd, new.sd], [old.n, new.n], (fewest - 1) as f64))
}

/// Student's test; the last digit adds to the error, and what is no more than one of it is no change.
fn by_spread(test: PairTest, by: f64, error: Option<(f64, f64)>, digit: Digit) -> Tested {
    let Some((error, freedom)) = error else {
        return Tested::not(PairTest::None);
    };
    let error = error.hypot(digit.error());
    Tested {
        test,
        p: Some(if digit.explains(by) {
            1.0
        } else {
            student::two_sided(by / error, freedom)
        }),
        error: Some((error, freedom)),
        longer_share: None,
        tail: None,
    }
}
