//! How long recovery takes, step by step, and what is lost of each store.

use super::{Shown, notes, table, yes};
use crate::report::export::sections::data::without_empty_columns;
use crate::report::export::table::TextTable;
use crate::report::model::{DurationResult, StepResult, StoreRpo};
use crate::report::voice::{self, recovery as words};

pub(super) fn steps(shown: &[Shown]) -> TextTable {
    let headers = [
        "step",
        "begins after",
        "p50",
        "p95",
        "mean",
        "decides %",
        "assumed",
        "where it comes from",
    ];
    let mut table = table(shown, "How long recovery takes, step by step", &headers, |it| {
        // A step that takes no time and decides nothing says nothing.
        let parts = it
            .recovery
            .rto_parts
            .iter()
            .filter(|step| step.p95_s > 0.0 || step.decisive > 0.0);
        parts.map(step_row).collect()
    });
    if !table.rows.is_empty() {
        table.notes = notes(shown, |it| vec![rto_words(&it.recovery.rto)]);
        table
            .notes
            .push("decides: share of recoveries in which it is the step that is waited for".into());
    }
    table
}

fn step_row(it: &StepResult) -> Vec<String> {
    let mut row = vec![it.step.clone()];
    row.extend([it.begins_s, it.p50_s, it.p95_s, it.mean_s].map(words::seconds));
    row.push(voice::share_number(it.decisive));
    row.push(yes(it.assumed));
    row.push(it.source.clone());
    row
}

/// `RTO p50 1.6 ± 0.1 min, p95 …, p99 …; 83.1 ± 0.2 % within the promised 5 min`.
fn rto_words(it: &DurationResult) -> String {
    let [p50, p95, p99] = [&it.p50_s, &it.p95_s, &it.p99_s].map(words::time);
    let promise = it.target_s.zip(it.within_target).map(|(limit, within)| {
        let share = words::in_time(&within);
        format!("; {share} % within the promised {}", words::seconds(limit))
    });
    format!(
        "RTO p50 {p50}, p95 {p95}, p99 {p99}{}",
        promise.unwrap_or_default()
    )
}

pub(super) fn stores(shown: &[Shown]) -> TextTable {
    let headers = [
        "store",
        "rests on",
        "RPO p95",
        "p50",
        "p99",
        "in time %",
        "writes lost on average",
    ];
    let mut table = table(shown, "What a loss costs each store", &headers, |it| {
        it.recovery.rpo.iter().map(store_row).collect()
    });
    without_empty_columns(&mut table);
    table
}

fn store_row(it: &StoreRpo) -> Vec<String> {
    let rpo = |cell: &dyn Fn(&DurationResult) -> String| it.rpo.as_ref().map_or_else(String::new, cell);
    vec![
        it.store.clone(),
        it.basis.clone(),
        it.rpo
            .as_ref()
            .map_or_else(|| "no copy is left".into(), |it| words::time(&it.p95_s)),
        rpo(&|it| words::time(&it.p50_s)),
        rpo(&|it| words::time(&it.p99_s)),
        rpo(&|it| {
            it.within_target
                .map_or_else(String::new, |it| words::in_time(&it))
        }),
        it.writes_lost
            .map_or_else(String::new, |writes| voice::count(writes.round().max(0.0) as u64)),
    ]
}
