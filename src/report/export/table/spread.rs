//! A set's spread as a bar of characters: from the median to the 99th percentile, all sets on one scale.

use crate::report::model::{Report, SetResult};
use crate::report::voice;

/// Characters of a bar.
const ROOM: usize = 20;

/// What the marks of a bar mean.
const MARKS: &str = "p50├ p95● p99┤";

/// Whether `header` is that of the column of bars.
pub(crate) fn is_bar(header: &str) -> bool {
    header.starts_with(MARKS)
}

/// The column's header and its cells; none where there is nothing to compare.
pub(super) fn column(report: &Report) -> Option<(String, Vec<String>)> {
    let end = report
        .sets
        .iter()
        .map(|set| set.latency.p99_ms.value)
        .fold(0.0, f64::max);
    if report.sets.len() < 2 || !(end.is_finite() && end > 0.0) {
        return None;
    }
    let header = format!("{MARKS} of 0–{} ms", voice::fixed(end, 0));
    Some((header, report.sets.iter().map(|set| bar(set, end)).collect()))
}

/// `   ├───●──┤`: blanks up to the median, the 95th percentile on the way.
fn bar(set: &SetResult, end: f64) -> String {
    let at = |ms: f64| ((ms / end).clamp(0.0, 1.0) * (ROOM - 1) as f64).round() as usize;
    let latency = &set.latency;
    let [p50, p95, p99] = [&latency.p50_ms, &latency.p95_ms, &latency.p99_ms].map(|it| at(it.value));
    (0..=p99)
        .map(|place| match place {
            // Where they fall together, the 95th percentile is what is looked for.
            _ if place == p95 => '●',
            _ if place == p50 => '├',
            _ if place == p99 => '┤',
            _ if place > p50 => '─',
            _ => '\u{b7}',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::sample_report;

    #[test]
    fn bars_share_a_scale_and_hold_the_percentiles_in_order() {
        let report = sample_report(6, 20);
        let (header, cells) = column(&report).unwrap();
        assert!(header.contains("ms"), "{header}");
        assert_eq!(cells.iter().map(|cell| cell.chars().count()).max(), Some(ROOM));
        for (cell, set) in cells.iter().zip(&report.sets) {
            let place = |mark: char| cell.chars().position(|it| it == mark);
            assert!(place('├') < place('●') && place('●') < place('┤'), "{cell}");
            let expected = set.latency.p95_ms.value / set.latency.p99_ms.value;
            let drawn = place('●').unwrap() as f64 / place('┤').unwrap() as f64;
            assert!((drawn - expected).abs() < 0.12, "{cell}: {drawn} {expected}");
        }
    }

    #[test]
    fn a_single_set_has_no_bar_and_a_fixed_latency_is_a_dot() {
        assert!(column(&sample_report(1, 5)).is_none());
        let mut report = sample_report(2, 5);
        for set in &mut report.sets {
            for figure in [
                &mut set.latency.p50_ms,
                &mut set.latency.p95_ms,
                &mut set.latency.p99_ms,
            ] {
                figure.value = 120.0;
            }
        }
        let (_, cells) = column(&report).unwrap();
        assert!(
            cells[0].ends_with('●') && cells[0].chars().count() == ROOM,
            "{}",
            cells[0]
        );
        for set in &mut report.sets {
            set.latency.p99_ms.value = 0.0;
        }
        assert!(column(&report).is_none());
    }
}
