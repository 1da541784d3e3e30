//! Columns of the ranking that tell of disaster recovery; none where nothing was lost.

use super::{Column, one_line};
use crate::report::model::{AvailabilityResult, RecoveryResult, RecoveryTarget, Report, SetResult};
use crate::report::voice::{self, Unit, recovery as words};

pub(super) fn columns(sets: &[SetResult]) -> Vec<Column> {
    let mut columns = Vec::new();
    if sets.iter().any(|set| set.score.is_some()) {
        let cell = |set: &SetResult| set.score.as_ref().map(words::score);
        columns.push(column(sets, "score", 87, cell));
    }
    if sets.iter().all(|set| set.recovery.is_none()) {
        return columns;
    }
    let told = |header: &str, importance: u8, cell: fn(&RecoveryResult) -> Option<String>| {
        column(sets, header, importance, |set| {
            set.recovery.as_ref().and_then(cell)
        })
    };
    columns.push(told("available %", 86, |it| Some(available(&it.availability))));
    columns.push(told("down a year", 65, |it| {
        Some(words::downtime(&it.availability.mean_minutes))
    }));
    columns.push(told("RTO p95", 84, |it| Some(words::time(&it.rto.p95_s))));
    columns.push(told("RPO p95 (worst store)", 62, |it| {
        (!it.rpo.is_empty()).then(|| words::rpo(&it.rpo))
    }));
    columns.push(told("p95 ms after the worst loss", 72, |it| {
        let after = words::worst(it)?.latency.as_ref()?;
        Some(voice::figure(&after.p95_ms, Unit::Millis))
    }));
    columns.extend(targets(sets));
    columns.retain(|column| column.cells.iter().any(|cell| !cell.is_empty()));
    columns
}

fn column(
    sets: &[SetResult],
    header: &str,
    importance: u8,
    cell: impl Fn(&SetResult) -> Option<String>,
) -> Column {
    Column {
        header: header.to_owned(),
        cells: sets
            .iter()
            .map(|set| one_line(&cell(set).unwrap_or_default()))
            .collect(),
        importance,
    }
}

/// `99.9968 (4.5 nines)`.
fn available(it: &AvailabilityResult) -> String {
    format!(
        "{} ({})",
        words::served(it.unavailability.value),
        words::nines_words(it.nines)
    )
}

/// A column for each promise, with what became of it.
fn targets(sets: &[SetResult]) -> Vec<Column> {
    let first = sets.iter().find_map(|set| set.recovery.as_ref());
    let asked = first.map_or(&[][..], |it| &it.targets);
    let outcome = |set: &SetResult, asked: &RecoveryTarget| {
        let all = &set.recovery.as_ref()?.targets;
        let found = all.iter().find(|it| it.what == asked.what)?;
        Some(voice::outcome_words(found.outcome).to_owned())
    };
    asked
        .iter()
        .map(|it| column(sets, &words::promise(it), 80, |set| outcome(set, it)))
        .collect()
}

/// What rests on an assumed rate, beside the figures that do.
pub(super) fn notes(report: &Report) -> Vec<String> {
    let best = report.sets.iter().min_by_key(|set| set.rank);
    let Some((set, recovery)) = best.and_then(|set| Some((set, set.recovery.as_ref()?))) else {
        return Vec::new();
    };
    let note = words::preset_note(&recovery.availability);
    note.map(|note| format!("availability of {}: {note}", set.name))
        .into_iter()
        .collect()
}
