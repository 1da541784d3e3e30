//! Whether one set is better than another beyond the errors, from what a report tells of both.

use super::larger_is_better;
use crate::report::figures::{estimate, figure};
use crate::report::model::{Figure, Interval, Report, SetResult};

/// Whether `a` is less than `b` beyond the errors of both.
pub fn clearly_less(a: &Figure, b: &Figure) -> bool {
    estimate(a).is_clearly_less(&estimate(b))
}

/// Whether `a` is better than `b` by the objective of the report. Both are held against the set that ranks first where the
/// report has these differences: what sets share is no error of them.
pub fn is_quicker(a: &SetResult, b: &SetResult, report: &Report) -> bool {
    let behind = |set: &SetResult| match &set.versus_best {
        Some(versus) if !versus.unpaired => Some(versus.objective.figure),
        _ => (set.rank == 1).then_some(NONE),
    };
    let (mine, other) = match (behind(a), behind(b)) {
        (Some(mine), Some(other)) => (mine, other),
        _ => (a.objective, b.objective),
    };
    if larger_is_better(&report.question.objective) {
        clearly_less(&other, &mine)
    } else {
        clearly_less(&mine, &other)
    }
}

/// The objective of `a` less that of `b`, with both errors: the pairs of the run itself where it took them, else the
/// difference of what both are behind the first, with errors taken as independent; none where neither is known.
pub fn difference(a: &SetResult, b: &SetResult) -> Option<Figure> {
    let behind = |set: &SetResult| match &set.versus_best {
        Some(versus) => Some(versus.objective.figure),
        None => (set.rank == 1).then_some(NONE),
    };
    let (mine, other) = (behind(a)?, behind(b)?);
    Some(figure(&estimate(&mine).minus(&estimate(&other))))
}

/// Whether `a` is down less than `b`; no where that is not known of both.
pub fn is_down_less(a: &SetResult, b: &SetResult) -> bool {
    let down = |set: &SetResult| Some(set.recovery.as_ref()?.availability.unavailability);
    down(a)
        .zip(down(b))
        .is_some_and(|(mine, other)| clearly_less(&mine, &other))
}

/// No difference, and no error.
const NONE: Figure = Figure {
    value: 0.0,
    std_error: 0.0,
    sampling: Interval { low: 0.0, high: 0.0 },
    input: None,
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::sample_report;

    #[test]
    fn the_difference_from_the_first_is_that_of_the_run() {
        let report = sample_report(3, 12);
        let [a, b, c] = [0, 1, 2].map(|at| &report.sets[at]);
        let own = b.versus_best.as_ref().unwrap().objective.figure;
        assert_eq!(difference(b, a), Some(own));
        let turned = difference(a, b).unwrap();
        assert_eq!(
            (turned.value, turned.sampling.low),
            (-own.value, -own.sampling.high)
        );
        let apart = difference(c, b).unwrap();
        let half = |it: &Figure| (it.sampling.high - it.sampling.low) / 2.0;
        let other = c.versus_best.as_ref().unwrap().objective.figure;
        assert!((half(&apart) - half(&own).hypot(half(&other))).abs() < 1e-9);
        assert!(half(&apart) < half(&own) + half(&other));
    }

    #[test]
    fn sets_are_held_against_each_other_by_their_differences() {
        let mut report = sample_report(3, 12);
        let behind = |report: &mut Report, at: usize, value: f64| {
            let it = &mut report.sets[at].versus_best.as_mut().unwrap().objective.figure;
            (it.value, it.input) = (value, None);
            it.sampling = Interval {
                low: value - 1.0,
                high: value + 1.0,
            };
        };
        behind(&mut report, 1, 6.0);
        behind(&mut report, 2, 7.0);
        let [a, b, c] = [0, 1, 2].map(|at| &report.sets[at]);
        assert!(is_quicker(a, b, &report) && !is_quicker(b, a, &report));
        assert!(!is_quicker(b, c, &report));
        behind(&mut report, 2, 8.0);
        assert!(is_quicker(&report.sets[1], &report.sets[2], &report));
    }
}
