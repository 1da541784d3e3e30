//! Data: what operations on stores take, how fresh copies are, what cuts do, who waits for whom, and what must stay.

use super::{Shown, millis, table};
use crate::report::export::table::TextTable;
use crate::report::model::{CutResult, LocalityResult, OperationResult, ResidencyResult, StoreResult};
use crate::report::voice;

pub(super) fn stores(shown: &[Shown]) -> TextTable {
    let headers = [
        "store",
        "kind",
        "operation",
        "mean ms",
        "p50 ms",
        "p99 ms",
        "p99.9 ms",
        "copies in",
    ];
    table(shown, "Stores", &headers, |design| {
        design.stores.iter().flat_map(operation_rows).collect()
    })
}

fn operation_rows(store: &StoreResult) -> Vec<Vec<String>> {
    let members = store.members.join(", ");
    // Said once: they are the same for every operation.
    let row = |(i, it): (usize, &OperationResult)| {
        let mut row = vec![
            store.store.clone(),
            voice::store_kind(&store.kind),
            it.access.clone(),
        ];
        row.extend([it.mean_ms, it.p50_ms, it.p99_ms, it.p999_ms].map(millis));
        row.push(if i == 0 { members.clone() } else { String::new() });
        row
    };
    store.operations.iter().enumerate().map(row).collect()
}

/// Times after a write at which freshness is shown, ms; CSV and sheets have more.
const FRESH_AT_MS: [f64; 4] = [0.0, 100.0, 1000.0, 10_000.0];

/// What is known of the copies of a store: a line a store.
pub(super) fn freshness(shown: &[Shown]) -> TextTable {
    let headers = [
        "store",
        "fresh at once %",
        "after 100 ms %",
        "after 1 s %",
        "after 10 s %",
        "50 % see it after",
        "90 %",
        "99 %",
        "99.9 %",
        "in time %",
        "conflicts",
        "a day",
        "copied a day",
    ];
    let mut table = table(shown, "Copies and conflicts", &headers, |design| {
        let told = design
            .stores
            .iter()
            .filter(|store| !store.fresh_at.is_empty() || !store.copied_per_day.is_empty());
        told.map(copies_row).collect()
    });
    without_empty_columns(&mut table);
    if !table.rows.is_empty() {
        table.notes.push(
            "fresh: reads that see a write so long after it; copied: to all other regions together"
                .to_owned(),
        );
    }
    table
}

fn copies_row(store: &StoreResult) -> Vec<String> {
    let fresh = |at: f64| store.fresh_at.iter().find(|(ms, _)| *ms == at);
    let mut row = vec![store.store.clone()];
    row.extend(
        FRESH_AT_MS.map(|at| fresh(at).map_or_else(String::new, |(_, share)| voice::share_number(*share))),
    );
    let seen = |i: usize| store.visible_after_ms.get(i);
    row.extend([0, 1, 2, 3].map(|i| seen(i).map_or_else(String::new, |(_, ms)| visible(store, *ms))));
    let optional = |text: Option<String>| text.unwrap_or_default();
    row.push(optional(store.within_promise.map(voice::share_number)));
    row.push(optional(
        store.conflicts.as_ref().map(|it| voice::share(it.share)),
    ));
    let a_day = |per_day: f64| voice::count(per_day.round().max(0.0) as u64);
    row.push(optional(store.conflicts.as_ref().map(|it| a_day(it.per_day))));
    let bytes: f64 = store.copied_per_day.iter().map(|(_, _, bytes)| bytes).sum();
    row.push(optional((bytes > 0.0).then(|| voice::bytes(bytes))));
    row
}

/// Leaves out the columns in which no row says anything.
pub(super) fn without_empty_columns(table: &mut TextTable) {
    let said: Vec<bool> = (0..table.headers.len())
        .map(|at| table.rows.iter().any(|row| !row[at].is_empty()))
        .collect();
    let keep = |cells: &mut Vec<String>| {
        let mut said = said.iter();
        cells.retain(|_| *said.next().unwrap_or(&true));
    };
    keep(&mut table.headers);
    table.rows.iter_mut().for_each(keep);
}

/// A time of visibility, with its error where it comes from a Monte Carlo.
fn visible(store: &StoreResult, ms: f64) -> String {
    match store.visible_std_error_ms.filter(|error| *error > 0.0) {
        Some(error) => format!("{} ms", voice::plus_minus(ms, 1.96 * error)),
        None => voice::time(ms),
    }
}

pub(super) fn cuts(shown: &[Shown]) -> TextTable {
    let headers = [
        "cut",
        "store",
        "operation",
        "choice",
        "served %",
        "stale %",
        "divergent %",
        "refused %",
    ];
    table(shown, "Under a cut", &headers, |design| {
        let stores = design.stores.iter();
        stores
            .flat_map(|store| store.cuts.iter().map(move |cut| cut_row(store, cut)))
            .collect()
    })
}

fn cut_row(store: &StoreResult, cut: &CutResult) -> Vec<String> {
    let mut row = vec![
        cut.cut.clone(),
        store.store.clone(),
        cut.access.clone(),
        voice::choice_words(&cut.choice),
    ];
    row.extend([cut.served, cut.stale, cut.divergent, cut.refused].map(voice::share_number));
    row
}

pub(super) fn locality(shown: &[Shown]) -> TextTable {
    let headers = ["class", "waits for", "of its requests %", "mean ms", "advice"];
    table(
        shown,
        "Work across regions that requests wait for",
        &headers,
        |design| design.locality.iter().map(locality_row).collect(),
    )
}

fn locality_row(it: &LocalityResult) -> Vec<String> {
    vec![
        it.class.clone(),
        it.what.clone(),
        voice::share_number(it.share),
        millis(it.mean_ms),
        it.advice.clone().unwrap_or_default(),
    ]
}

/// The rules that are broken, and how many are not.
pub(super) fn residency(shown: &[Shown]) -> TextTable {
    let headers = ["rule", "mode", "binds", "broken by"];
    let mut table = table(shown, "Residency", &headers, |design| {
        let broken = design.residency.iter().filter(|rule| !rule.kept);
        broken.map(residency_row).collect()
    });
    for it in shown.iter().filter(|it| !it.design.residency.is_empty()) {
        let whose = if shown.len() > 1 {
            format!("{}: ", it.label)
        } else {
            String::new()
        };
        table
            .notes
            .push(format!("{whose}{}", voice::residency_note(&it.design.residency)));
    }
    table
}

fn residency_row(rule: &ResidencyResult) -> Vec<String> {
    let bound =
        (rule.bound_users > 0.0).then(|| format!(" ({} of all users)", voice::share(rule.bound_users)));
    vec![
        rule.rule.clone(),
        rule.mode.clone(),
        format!("{}{}", rule.binds, bound.unwrap_or_default()),
        voice::breach(rule),
    ]
}
