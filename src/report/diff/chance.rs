//! Whether chance makes the differences of two runs: of each figure by itself, then of all of them together.

use super::{Change, ResultChange, half};
use crate::basis::points::SCRAMBLES;
use crate::basis::stat::rank::holm;
use crate::basis::stat::student::{T95, two_sided};
use crate::report::model::{Figure, Report};
use crate::report::voice::Unit;

/// What is less likely over all figures tested is no chance.
const LEVEL: f64 = 0.05;

/// How the intervals of a report were made from standard errors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reach {
    /// Standard errors from the middle of a 95 % interval to its end.
    times: f64,
    /// Degrees of freedom of these errors.
    freedom: f64,
}

impl Reach {
    /// Scrambled points tell their error by few repetitions, so that its tails are Student's.
    pub(super) fn of(report: &Report) -> Self {
        match report.provenance.points.as_deref() {
            Some("scrambled") => Reach {
                times: T95,
                freedom: (SCRAMBLES - 1) as f64,
            },
            _ => Reach {
                times: super::Z95,
                freedom: f64::INFINITY,
            },
        }
    }
}

/// How likely chance alone makes independent runs differ by `after − before` of one figure; none where neither has an error.
/// Degrees of freedom are those of Welch and Satterthwaite.
pub(super) fn alone(before: (&Figure, Reach), after: (&Figure, Reach)) -> Option<f64> {
    let variance = |(figure, reach): (&Figure, Reach)| (half(figure) / reach.times).powi(2);
    let (old, new) = (variance(before), variance(after));
    let all = old + new;
    if all <= 0.0 {
        return None;
    }
    let loss = old * old / before.1.freedom + new * new / after.1.freedom;
    let by = after.0.value - before.0.value;
    Some(two_sided(by / all.sqrt(), all * all / loss))
}

/// Says of every figure what follows once all that were tested are taken together.
pub(super) fn judge(results: &mut [ResultChange]) {
    let tested: Vec<f64> = results.iter().filter_map(|it| it.p).collect();
    let mut of_all = holm(&tested).into_iter();
    for it in results {
        it.p_of_all = it.p.and_then(|_| of_all.next());
        it.change = change(it);
    }
}

fn change(it: &ResultChange) -> Change {
    let by = it.difference.value;
    let larger_is_better = Unit::from_stored(it.unit) == Unit::Share;
    if by == 0.0 {
        Change::Same
    } else if it.p_of_all.is_some_and(|p| p >= LEVEL) {
        Change::WithinNoise
    } else if (by > 0.0) == larger_is_better {
        Change::Better
    } else {
        Change::Worse
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::stat::rank;
    use crate::report::model::Interval;

    fn figure(value: f64, half: f64) -> Figure {
        Figure {
            value,
            std_error: 0.0,
            sampling: Interval {
                low: value - half,
                high: value + half,
            },
            input: None,
        }
    }

    #[test]
    fn a_difference_as_large_as_its_interval_is_one_in_twenty() {
        let normal = Reach {
            times: super::super::Z95,
            freedom: f64::INFINITY,
        };
        let p = alone((&figure(10.0, 3.0), normal), (&figure(15.0, 4.0), normal)).unwrap();
        assert!((p - 0.05).abs() < 1e-6, "{p}");
        assert_eq!(
            alone((&figure(1.0, 0.0), normal), (&figure(2.0, 0.0), normal)),
            None
        );
        // A figure without error beside one of 16 scrambles: Student's with 15 degrees of freedom.
        let few = Reach {
            times: T95,
            freedom: 15.0,
        };
        let at = |half: f64| alone((&figure(0.0, 0.0), normal), (&figure(half, 1.0), few)).unwrap();
        assert!((at(1.0) - 0.05).abs() < 1e-6 && at(2.0) > rank::two_sided(2.0 * T95));
    }
}
