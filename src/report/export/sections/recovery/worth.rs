//! Whether promises are kept, which strategies keep them, and what a set scores.

use super::{Shown, notes, table};
use crate::report::export::sections::data::without_empty_columns;
use crate::report::export::table::TextTable;
use crate::report::model::{RecoveryTarget, StrategyResult, UtilityResult};
use crate::report::voice::{self, recovery as words};

pub(super) fn promises(shown: &[Shown]) -> TextTable {
    let headers = ["promise", "reached", "outcome"];
    table(shown, "Promises about recovery", &headers, |it| {
        it.recovery.targets.iter().map(promise_row).collect()
    })
}

fn promise_row(it: &RecoveryTarget) -> Vec<String> {
    vec![
        words::promise(it),
        words::reached(it),
        voice::outcome_words(it.outcome).to_owned(),
    ]
}

pub(super) fn strategies(shown: &[Shown]) -> TextTable {
    let headers = [
        "strategy",
        "promises",
        "RTO p95",
        "RTO p50",
        "AWS band, in it",
        "RPO p95",
        "available %",
        "down a year",
        "p95 ms",
        "active",
        "standby",
    ];
    let mut table = table(shown, "Strategies on the same regions", &headers, |it| {
        if as_told_of(shown, it).is_some() {
            return Vec::new();
        }
        it.recovery.strategies.iter().map(strategy_row).collect()
    });
    without_empty_columns(&mut table);
    if !table.rows.is_empty() {
        table.notes = notes(shown, |it| match as_told_of(shown, it) {
            Some(earlier) => vec![format!(
                "the same regions and leaders as {earlier}, and so the same strategies"
            )],
            None => meeting(&it.recovery.strategies).into_iter().collect(),
        });
        table.notes.extend(notes(shown, |it| {
            let rests = words::preset_note(&it.recovery.availability).into_iter();
            rests.filter(|_| as_told_of(shown, it).is_none()).collect()
        }));
        table.notes.push(
            "AWS band: its words for the strategy, and whether the median RTO lies in what we hold them to mean: hours 1 to \
             24 h, tens of minutes 10 to 100 min, minutes 1 to 20 min, near zero up to 5 min"
                .into(),
        );
        table.notes.push("p95 ms: request latency in normal times".into());
    }
    table
}

/// The set told before of which the same strategies were told; its label.
fn as_told_of<'a>(shown: &'a [Shown<'_>], it: &Shown<'_>) -> Option<&'a str> {
    let all = &it.recovery.strategies;
    let first = shown.iter().find(|other| other.recovery.strategies == *all)?;
    let told = !all.is_empty() && !std::ptr::eq(first.set, it.set);
    told.then_some(first.label.as_str())
}

fn strategy_row(it: &StrategyResult) -> Vec<String> {
    let outcomes = if it.targets.is_empty() {
        String::new()
    } else {
        words::outcomes(it.meets, &it.targets)
    };
    vec![
        it.strategy.clone(),
        outcomes,
        words::time(&it.rto.p95_s),
        words::time(&it.rto.p50_s),
        words::band(it),
        it.rpo
            .as_ref()
            .map_or_else(String::new, |rpo| words::time(&rpo.p95_s)),
        words::served(1.0 - it.availability.value),
        words::minutes(it.mean_minutes),
        voice::fixed(it.p95_ms, 0),
        it.active.join(", "),
        it.standby.join(", "),
    ]
}

/// Which strategies keep every promise.
fn meeting(all: &[StrategyResult]) -> Option<String> {
    use crate::report::model::Outcome;
    if all.iter().all(|it| it.targets.is_empty()) {
        return None;
    }
    let names = |outcome: Outcome| -> Vec<&str> {
        all.iter()
            .filter(|it| it.meets == outcome)
            .map(|it| it.strategy.as_str())
            .collect()
    };
    let (met, close) = (names(Outcome::Met), names(Outcome::TooCloseToCall));
    let head = if met.is_empty() {
        "no strategy keeps every promise".to_owned()
    } else {
        format!("every promise is kept by {}", met.join(", "))
    };
    let tail = (!close.is_empty()).then(|| format!("; too close to call: {}", close.join(", ")));
    Some(head + &tail.unwrap_or_default())
}

pub(super) fn score(shown: &[Shown]) -> TextTable {
    let headers = [
        "measure",
        "value",
        "worth 1 at",
        "worth 0 at",
        "utility",
        "weight",
        "adds",
    ];
    let mut table = table(shown, "What the score is made of", &headers, |it| {
        it.set
            .score
            .iter()
            .flat_map(|score| score.parts.iter().map(part_row))
            .collect()
    });
    if !table.rows.is_empty() {
        table.notes = notes(shown, |it| {
            let told = |score| {
                let score: &crate::report::model::ScoreResult = score;
                format!("score {}, place {} of all sets", words::score(score), score.rank)
            };
            it.set.score.iter().map(told).collect()
        });
        table.notes.extend(notes(shown, |it| {
            words::preset_note(&it.recovery.availability)
                .into_iter()
                .collect()
        }));
    }
    table
}

fn part_row(it: &UtilityResult) -> Vec<String> {
    let mut row = vec![words::measure(&it.of)];
    row.push(
        it.value
            .map_or("none".to_owned(), |value| words::measured(it, value)),
    );
    row.extend([it.target, it.limit].map(|value| words::measured(it, value)));
    row.extend([it.utility, it.weight, it.utility * it.weight].map(|share| voice::fixed(share, 3)));
    row
}
