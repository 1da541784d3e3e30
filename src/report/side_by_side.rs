//! Some sets of a finished report side by side, without running anything.
//!
//! Differences that the run itself took are paired and are kept, turned round where need be. Others are made from the
//! two figures alone: a report keeps no draws, so their errors are taken as independent. Sets see the same users on
//! mostly the same paths, so that makes a difference look less sure than it is, not more.

use super::assemble::difference;
use super::figures::estimate;
use super::model::{Comparison, Difference, Figure, Interval, RegionMatrix, Report, SetResult};
use crate::basis::stat::estimate::Estimate;
use crate::decide::judge;

/// The report of the sets at `places` of `report`, in that order, against the set at `baseline`, which is added when
/// it is not among them. Places that are not there are left out.
///
/// ```
/// use isochrone::report::{sample::sample_report, side_by_side::side_by_side};
/// let report = sample_report(5, 10);
/// let two = side_by_side(&report, &[2, 1], None);
/// assert_eq!((two.sets[0].rank, two.sets[1].rank), (2, 1));
/// assert!(two.sets[0].versus_best.as_ref().unwrap().unpaired);
/// ```
pub fn side_by_side(report: &Report, places: &[usize], baseline: Option<usize>) -> Report {
    let mut places: Vec<usize> = places
        .iter()
        .copied()
        .filter(|at| *at < report.sets.len())
        .collect();
    if let Some(baseline) = baseline.filter(|at| *at < report.sets.len() && !places.contains(at)) {
        places.push(baseline);
    }
    let best = places.iter().copied().min_by_key(|at| report.sets[*at].rank);
    let against = |at: usize, other: Option<usize>| {
        let other = other.filter(|other| *other != at)?;
        Some(comparison(report, at, other))
    };
    let sets = places.iter().map(|&at| SetResult {
        rank: rank(report, &places, at),
        listed_for: None,
        versus_best: against(at, best),
        versus_baseline: against(at, baseline),
        race: None,
        ..report.sets[at].clone()
    });
    let sets: Vec<SetResult> = sets.collect();
    Report {
        command: "compare".to_owned(),
        search: None,
        baseline: baseline.and_then(|baseline| places.iter().position(|at| *at == baseline)),
        region_matrix: matrix_of(&report.region_matrix, &sets),
        sets,
        ..report.clone()
    }
}

/// 1 for the best of those at `places`.
fn rank(report: &Report, places: &[usize], at: usize) -> usize {
    let before = |other: &&usize| report.sets[**other].rank < report.sets[at].rank;
    1 + places.iter().filter(before).count()
}

/// The difference of set `a` from set `b`: the run's own where there is one.
fn comparison(report: &Report, a: usize, b: usize) -> Comparison {
    let [mine, other] = [&report.sets[a], &report.sets[b]];
    let is_baseline = |at: usize| report.baseline == Some(at);
    let own = [
        mine.versus_best.as_ref().filter(|_| other.rank == 1),
        mine.versus_baseline.as_ref().filter(|_| is_baseline(b)),
    ];
    let turned = [
        other.versus_best.as_ref().filter(|_| mine.rank == 1),
        other.versus_baseline.as_ref().filter(|_| is_baseline(a)),
    ];
    let own = own.into_iter().flatten().next().cloned();
    own.or_else(|| turned.into_iter().flatten().next().map(turn_round))
        .unwrap_or_else(|| unpaired(mine, other))
}

fn turn_round(it: &Comparison) -> Comparison {
    let interval = |it: Interval| Interval {
        low: -it.high,
        high: -it.low,
    };
    let turned = |it: &Difference| Difference {
        figure: Figure {
            value: -it.figure.value,
            std_error: it.figure.std_error,
            sampling: interval(it.figure.sampling),
            input: it.figure.input.map(interval),
        },
        verdict: it.verdict,
    };
    Comparison {
        unpaired: it.unpaired,
        objective: turned(&it.objective),
        mean_ms: turned(&it.mean_ms),
        p50_ms: turned(&it.p50_ms),
        p95_ms: turned(&it.p95_ms),
        p99_ms: turned(&it.p99_ms),
    }
}

fn unpaired(mine: &SetResult, other: &SetResult) -> Comparison {
    let (a, b) = (&mine.latency, &other.latency);
    Comparison {
        unpaired: true,
        objective: independent(mine.objective, other.objective),
        mean_ms: independent(a.mean_ms, b.mean_ms),
        p50_ms: independent(a.p50_ms, b.p50_ms),
        p95_ms: independent(a.p95_ms, b.p95_ms),
        p99_ms: independent(a.p99_ms, b.p99_ms),
    }
}

/// `a − b` with the errors of both in quadrature; those of the inputs where both have one.
fn independent(a: Figure, b: Figure) -> Difference {
    let apart = estimate(&a).minus(&estimate(&b));
    let both = a.input.is_some() && b.input.is_some();
    difference(&judge::Difference::new(Estimate {
        input: apart.input.filter(|_| both),
        ..apart
    }))
}

/// The rows and columns of the regions that occur in `sets`.
fn matrix_of(matrix: &RegionMatrix, sets: &[SetResult]) -> RegionMatrix {
    let occurs = |region: &String| sets.iter().any(|set| set.regions.contains(region));
    let used: Vec<usize> = (0..matrix.regions.len())
        .filter(|at| occurs(&matrix.regions[*at]))
        .collect();
    RegionMatrix {
        regions: used.iter().map(|at| matrix.regions[*at].clone()).collect(),
        p50_ms: pick(&matrix.p50_ms, &used),
        p90_ms: pick(&matrix.p90_ms, &used),
        measured: pick(&matrix.measured, &used),
    }
}

fn pick<T: Copy>(table: &[Vec<T>], used: &[usize]) -> Vec<Vec<T>> {
    let row = |from: &usize| used.iter().map(|to| table[*from][*to]).collect();
    used.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::model::Verdict;
    use crate::report::sample::sample_report;

    #[test]
    fn what_the_run_paired_stays_paired_in_either_direction() {
        let report = sample_report(6, 20);
        let baseline = report.baseline.unwrap();
        let all: Vec<usize> = (0..6).collect();
        let same = side_by_side(&report, &all, Some(baseline));
        for (before, after) in report.sets.iter().zip(&same.sets) {
            assert_eq!(before.versus_best, after.versus_best);
            assert_eq!(before.versus_baseline, after.versus_baseline);
        }
        // The best as baseline: differences from it are known, and the old baseline's is the old one turned round.
        let turned = side_by_side(&report, &[baseline, 0], Some(baseline));
        let old = report.sets[baseline].versus_best.as_ref().unwrap();
        let new = turned.sets[1].versus_baseline.as_ref().unwrap();
        assert_eq!(new.objective.figure.value, -old.objective.figure.value);
        assert_eq!(
            new.objective.figure.sampling.low,
            -old.objective.figure.sampling.high
        );
        assert!(!new.unpaired);
    }

    #[test]
    fn a_difference_made_of_two_figures_is_wider_than_the_paired_one() {
        let mut report = sample_report(6, 20);
        let at = (1..6).find(|at| Some(*at) != report.baseline).unwrap();
        let paired = report.sets[at].versus_best.take().unwrap();
        let made = side_by_side(&report, &[0, at], None);
        let it = made.sets[1].versus_best.as_ref().unwrap();
        assert!(it.unpaired);
        assert!((it.p95_ms.figure.value - paired.p95_ms.figure.value).abs() < 1e-9);
        let (a, b) = (
            report.sets[at].latency.p95_ms.std_error,
            report.sets[0].latency.p95_ms.std_error,
        );
        assert_eq!(it.p95_ms.figure.std_error, a.hypot(b));
        assert!(it.p95_ms.figure.std_error > paired.p95_ms.figure.std_error);
    }

    #[test]
    fn equal_figures_with_errors_are_tied_and_not_the_same() {
        let report = sample_report(2, 20);
        let it = independent(report.sets[0].objective, report.sets[0].objective);
        assert_eq!(it.verdict, Verdict::TiedSampling);
    }

    #[test]
    fn the_matrix_keeps_the_regions_that_occur() {
        let report = sample_report(6, 20);
        let one = side_by_side(&report, &[2], None);
        let mut regions = one.region_matrix.regions.clone();
        let mut wanted = report.sets[2].regions.clone();
        regions.sort();
        wanted.sort();
        assert_eq!(regions, wanted);
        assert_eq!(one.region_matrix.p50_ms.len(), wanted.len());
        assert_eq!((one.sets[0].rank, one.sets[0].versus_best.is_none()), (1, true));
    }
}
