//! How much is down in a year, what it is made of, and what the assumed rate of losses makes of it.

use super::{Shown, notes, table, yes};
use crate::report::export::table::TextTable;
use crate::report::model::{AvailabilityResult, CauseResult};
use crate::report::voice::{self, recovery as words};

pub(super) fn downtime(shown: &[Shown]) -> TextTable {
    let headers = [
        "available %",
        "nines",
        "down a year, mean",
        "p50",
        "p95",
        "p99",
        "found by",
        "years",
    ];
    let mut table = table(shown, "Availability and downtime", &headers, |it| {
        vec![row(&it.recovery.availability)]
    });
    if !table.rows.is_empty() {
        table.notes = notes(shown, |it| {
            words::preset_note(&it.recovery.availability)
                .into_iter()
                .collect()
        });
        table
            .notes
            .push("p50, p95, p99: so many of 100 years have no more downtime".into());
    }
    table
}

fn row(it: &AvailabilityResult) -> Vec<String> {
    let mut row = vec![
        words::served(it.unavailability.value),
        it.nines
            .map_or_else(|| "never down".into(), |nines| voice::fixed(nines, 1)),
    ];
    row.extend(
        [
            &it.mean_minutes,
            &it.p50_minutes,
            &it.p95_minutes,
            &it.p99_minutes,
        ]
        .map(words::downtime),
    );
    row.push(it.method.clone());
    row.push(voice::count(it.years));
    row
}

pub(super) fn causes(shown: &[Shown], width: Option<usize>) -> TextTable {
    /// Causes told of each set where there is a width to keep.
    const MOST: usize = 6;
    let most = width.map_or(usize::MAX, |_| MOST);
    let headers = [
        "cause",
        "down a year",
        "of all %",
        "times a year",
        "mean repair",
        "assumed",
    ];
    let mut table = table(shown, "What the downtime is made of", &headers, |it| {
        let all = &it.recovery.availability;
        let mean = all.mean_minutes.value;
        all.causes
            .iter()
            .take(most)
            .map(|cause| cause_row(cause, mean))
            .collect()
    });
    if !table.rows.is_empty() {
        table.notes = notes(shown, |it| {
            let more = it.recovery.availability.causes.len().saturating_sub(most);
            let note = || format!("{} more causes, smaller ones", voice::count(more as u64));
            (more > 0).then(note).into_iter().collect()
        });
    }
    table
}

fn cause_row(it: &CauseResult, mean_minutes: f64) -> Vec<String> {
    let of_all = if mean_minutes > 0.0 {
        it.minutes / mean_minutes
    } else {
        0.0
    };
    vec![
        it.cause.clone(),
        words::minutes(it.minutes),
        voice::fixed(100.0 * of_all, 1),
        voice::exact(it.per_year),
        words::seconds(it.mean_repair_s),
        yes(it.assumed),
    ]
}
