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

/// What is known of copies of a store: a line a fact.
pub(super) fn freshness(shown: &[Shown]) -> TextTable {
    let headers = ["store", "of its copies", "value"];
    table(shown, "Copies and conflicts", &headers, |design| {
        design.stores.iter().flat_map(copy_rows).collect()
    })
}

fn copy_rows(store: &StoreResult) -> Vec<Vec<String>> {
    let mut facts: Vec<(String, String)> = Vec::new();
    for (ms, fresh) in &store.fresh_at {
        let what = match *ms {
            0.0 => "reads that see a write at once".to_owned(),
            ms => format!("reads that see a write after {}", voice::time(ms)),
        };
        facts.push((what, voice::share(*fresh)));
    }
    for (seen, ms) in &store.visible_after_ms {
        facts.push((
            format!("seen by {} of reads after", voice::share(*seen)),
            visible(store, *ms),
        ));
    }
    facts.extend(
        store
            .within_promise
            .map(|it| ("copied within the promised time".into(), voice::share(it))),
    );
    if let Some(it) = &store.conflicts {
        facts.push(("writes in conflict".into(), voice::share(it.share)));
        facts.push((
            "conflicting writes a day".into(),
            voice::count(it.per_day.round().max(0.0) as u64),
        ));
    }
    for (from, to, bytes) in &store.copied_per_day {
        facts.push((format!("copied a day from {from} to {to}"), voice::bytes(*bytes)));
    }
    facts
        .into_iter()
        .map(|(what, value)| vec![store.store.clone(), what, value])
        .collect()
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
