//! What is told of all sets together: the front, what moves the answer, what is assumed, and the record of incidents.

use super::yes;
use crate::report::export::table::TextTable;
use crate::report::model::{FamilyFit, IncidentFit, RecoverySummary, Report, SetResult};
use crate::report::voice::{self, recovery as words};

pub(super) fn sections(report: &Report) -> Vec<TextTable> {
    let Some(summary) = &report.recovery else {
        return Vec::new();
    };
    let mut all = vec![front(report, summary), sensitivity(summary), assumptions(summary)];
    all.extend(summary.incidents.as_ref().map(incidents));
    all
}

fn table(title: &str, headers: &[&str], rows: Vec<Vec<String>>, notes: Vec<String>) -> TextTable {
    TextTable {
        title: title.to_owned(),
        headers: headers.iter().map(|&header| header.to_owned()).collect(),
        notes: if rows.is_empty() { Vec::new() } else { notes },
        rows,
    }
}

/// Nothing with a single set: it beats nobody.
fn front(report: &Report, summary: &RecoverySummary) -> TextTable {
    let unit = voice::objective_unit(&report.question.objective);
    let objective = format!("{} {}", report.question.objective, unit.symbol());
    let headers = ["set", &objective, "available %", "nines", "down a year"];
    let row = |set: &SetResult| {
        let it = &set.recovery.as_ref()?.availability;
        Some(vec![
            set.name.clone(),
            voice::figure(&set.objective, unit),
            words::served(it.unavailability.value),
            it.nines
                .map_or_else(|| "never down".into(), |nines| voice::fixed(nines, 1)),
            words::downtime(&it.mean_minutes),
        ])
    };
    let sets = summary.front.iter().filter_map(|&at| report.sets.get(at));
    let rows: Vec<Vec<String>> = if report.sets.len() > 1 {
        sets.filter_map(row).collect()
    } else {
        Vec::new()
    };
    let beaten = report.sets.len().saturating_sub(rows.len());
    let mut notes = vec![format!(
        "{} of {} sets; the other {} beaten: another is better in one beyond the errors, and not worse in the other",
        voice::count(rows.len() as u64),
        voice::count(report.sets.len() as u64),
        if beaten == 1 {
            "one is".to_owned()
        } else {
            format!("{} are", voice::count(beaten as u64))
        },
    )];
    if beaten == 0 {
        notes = vec![
            "every set is on the front: none is better than another in one beyond the errors and not worse in the other"
                .into(),
        ];
    }
    let best = summary
        .front
        .first()
        .and_then(|&at| report.sets.get(at)?.recovery.as_ref());
    notes.extend(best.and_then(|it| words::preset_note(&it.availability)));
    table(
        "Latency against availability: sets that no other beats in both",
        &headers,
        rows,
        notes,
    )
}

fn sensitivity(summary: &RecoverySummary) -> TextTable {
    let headers = ["input", "from", "to", "of", "low", "high", "another set wins at"];
    let rows = summary.sensitivity.iter().map(|it| {
        let flips = match (it.flips_at, &it.flips_to) {
            (Some(at), Some(to)) => format!("× {}: {to}", voice::exact(at)),
            (Some(at), None) => format!("× {}", voice::exact(at)),
            _ => "not in the range".into(),
        };
        vec![
            it.input.clone(),
            it.low.0.clone(),
            it.high.0.clone(),
            it.measure.clone(),
            words::moved_measure(it, it.low.1),
            words::moved_measure(it, it.high.1),
            flips,
        ]
    });
    let strongest = summary
        .sensitivity
        .first()
        .map(|it| format!("strongest: {}", words::sensitivity(it)));
    table(
        "Which inputs move the answer",
        &headers,
        rows.collect(),
        strongest.into_iter().collect(),
    )
}

fn assumptions(summary: &RecoverySummary) -> TextTable {
    let rows = summary.assumptions.iter().map(|it| {
        vec![
            it.what.clone(),
            it.value.clone(),
            yes(it.assumed),
            it.source.clone(),
        ]
    });
    let note = words::assumed_note(&summary.assumptions);
    table(
        "What recovery rests on",
        &["term", "value", "assumed", "source"],
        rows.collect(),
        vec![note],
    )
}

fn incidents(it: &IncidentFit) -> TextTable {
    let headers = [
        "fitted to",
        "family",
        "parameters",
        "AIC",
        "KS distance",
        "p50 seen / fitted",
        "p95 seen / fitted",
        "p99 seen / fitted",
    ];
    let both = [("time to repair", &it.repair), ("time between", &it.between)];
    let rows = both.iter().flat_map(|(what, families)| {
        families
            .iter()
            .enumerate()
            .map(|(i, family)| family_row(what, i == 0, family))
    });
    let mut notes = vec![words::incidents(it)];
    if !it.faults.is_empty() {
        notes.push(format!("faults of the record: {}", it.faults));
    }
    table(
        "Incidents on record, and what was fitted to them",
        &headers,
        rows.collect(),
        notes,
    )
}

/// Places of 50, 95 and 99 % among the quantiles of a fit.
const TOLD: [usize; 3] = [0, 3, 4];

fn family_row(what: &str, chosen: bool, it: &FamilyFit) -> Vec<String> {
    let name = if chosen {
        format!("{} (chosen)", it.family)
    } else {
        it.family.clone()
    };
    let mut row = vec![
        what.to_owned(),
        name,
        it.parameters.clone(),
        voice::fixed(it.aic, 1),
        voice::fixed(it.ks, 3),
    ];
    row.extend(TOLD.map(|at| {
        let pair = it.quantiles.get(at);
        pair.map_or_else(String::new, |(seen, fitted)| {
            format!("{} / {}", words::seconds(*seen), words::seconds(*fitted))
        })
    }));
    row
}
