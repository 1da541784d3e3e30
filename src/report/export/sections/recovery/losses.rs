//! What every loss does: to latency and load, to recovery and data, and what else follows.

use super::{LOSSES_SHOWN, Shown, notes, table};
use crate::report::export::sections::data::without_empty_columns;
use crate::report::export::table::{TextTable, shown_limit};
use crate::report::model::{CountryAfter, DurationResult, Figure, LatencyAfter, LossResult, Report};
use crate::report::voice::{self, Unit, recovery as words};

pub(super) fn tables(report: &Report, shown: &[Shown], width: Option<usize>) -> Vec<TextTable> {
    let most = width.map_or(usize::MAX, |_| LOSSES_SHOWN);
    let what = title(shown);
    let mut latency = latency(report, shown, &what, most);
    if latency.rows.is_empty() {
        return Vec::new();
    }
    latency.notes.extend(left_out(shown, most));
    vec![
        latency,
        recovery(shown, &what, most),
        countries(shown),
        findings(shown, most),
    ]
}

/// Whether only regions were lost, or links as well.
fn title(shown: &[Shown]) -> String {
    let mut losses = shown.iter().flat_map(|it| &it.recovery.losses);
    if losses.all(|loss| loss.kind.starts_with("region")) {
        "When a region is lost".into()
    } else {
        "When a region or a link is lost".into()
    }
}

/// The worst of a set's losses where there are too many for a page; in the order of the report.
fn told<'a>(it: &Shown<'a>, most: usize) -> Vec<&'a LossResult> {
    let all: Vec<&LossResult> = it.recovery.losses.iter().collect();
    if all.len() <= most {
        return all;
    }
    // Losses that leave nobody come before all others.
    let rank = |loss: &LossResult| loss.latency.as_ref().map_or(0, |it| it.rank);
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|&at| rank(all[at]));
    order.truncate(most);
    order.sort_unstable();
    order.into_iter().map(|at| all[at]).collect()
}

fn left_out(shown: &[Shown], most: usize) -> Vec<String> {
    notes(shown, |it| {
        let more = it.recovery.losses.len().saturating_sub(most);
        let note = || {
            format!(
                "{} more losses, less bad; Markdown, CSV and sheets have them all",
                voice::count(more as u64)
            )
        };
        (more > 0).then(note).into_iter().collect()
    })
}

fn latency(report: &Report, shown: &[Shown], what: &str, most: usize) -> TextTable {
    let limit = shown_limit(report);
    let within = limit.map_or_else(String::new, |limit| {
        format!("within {} ms %", voice::exact(limit))
    });
    let headers = [
        "lost",
        "p95 ms after",
        "Δ p95 ms",
        "moved %",
        "unserved %",
        "most loaded survivor",
        "p50 ms",
        "p99 ms",
        &within,
    ];
    let title = format!("{what}: latency and load");
    let mut table = table(shown, &title, &headers, |it| {
        told(it, most)
            .into_iter()
            .map(|loss| latency_row(loss, limit))
            .collect()
    });
    without_empty_columns(&mut table);
    if !table.rows.is_empty() {
        table.notes = notes(shown, |it| {
            let recovery = it.recovery;
            let sentences = [words::worst_loss(recovery), words::nobody_left(recovery)];
            sentences.into_iter().flatten().collect()
        });
        table.notes.push(
            "moved: users served from another region than before; Δ and ×: against before the loss".into(),
        );
        let changes = shown
            .iter()
            .flat_map(|it| told(it, most))
            .filter_map(|loss| loss.latency.as_ref());
        table
            .notes
            .extend(voice::tie_notes(changes.map(|it| it.p95_change_ms.verdict)));
    }
    table
}

fn latency_row(loss: &LossResult, limit: Option<f64>) -> Vec<String> {
    let after = |cell: &dyn Fn(&LatencyAfter) -> String| loss.latency.as_ref().map_or_else(String::new, cell);
    let millis = |figure: &Figure| voice::figure(figure, Unit::Millis);
    let p95 = match &loss.latency {
        Some(it) => millis(&it.p95_ms),
        None => "nobody is served".into(),
    };
    vec![
        loss.name.clone(),
        p95,
        after(&|it| {
            let change = &it.p95_change_ms;
            let text = format!(
                "{} {}",
                voice::signed(&change.figure, Unit::Millis),
                voice::mark(change.verdict)
            );
            text.trim_end().to_owned()
        }),
        voice::share_number(loss.moved),
        voice::share_number(loss.unserved),
        words::busiest(&loss.load).map_or_else(String::new, words::load),
        after(&|it| millis(&it.p50_ms)),
        after(&|it| millis(&it.p99_ms)),
        after(&|it| {
            let found = it
                .share_within
                .iter()
                .find(|within| Some(within.limit_ms) == limit);
            found.map_or_else(String::new, |within| voice::figure(&within.share, Unit::Share))
        }),
    ]
}

fn recovery(shown: &[Shown], what: &str, most: usize) -> TextTable {
    let headers = [
        "lost",
        "RTO p95",
        "residency",
        "RPO p95 (worst store)",
        "writes refused",
        "RTO p50",
        "RTO p99",
        "in time %",
        "stopped %",
    ];
    let title = format!("{what}: recovery and data");
    let mut table = table(shown, &title, &headers, |it| {
        told(it, most).into_iter().map(recovery_row).collect()
    });
    without_empty_columns(&mut table);
    if !table.rows.is_empty() {
        table.notes.push(
            "RTO: until users are served again; RPO: age of the newest write that survives; stopped: requests that wait for \
             recovery"
                .into(),
        );
    }
    table
}

fn recovery_row(loss: &LossResult) -> Vec<String> {
    let rto = |cell: &dyn Fn(&DurationResult) -> String| loss.rto.as_ref().map_or_else(String::new, cell);
    vec![
        loss.name.clone(),
        words::rto(loss),
        words::residency(&loss.residency),
        words::rpo_of_survivors(&loss.rpo),
        if loss.stores.is_empty() {
            String::new()
        } else {
            words::refused(&loss.stores)
        },
        rto(&|it| words::time(&it.p50_s)),
        rto(&|it| words::time(&it.p99_s)),
        rto(&|it| {
            it.within_target
                .map_or_else(String::new, |it| words::in_time(&it))
        }),
        voice::share_number(loss.stopped),
    ]
}

/// Countries whose p95 rises most after the worst loss.
fn countries(shown: &[Shown]) -> TextTable {
    /// Countries told of each set.
    const MOST: usize = 5;
    let headers = [
        "lost",
        "country",
        "of the audience %",
        "p95 ms before",
        "p95 ms after",
        "served by",
    ];
    table(
        shown,
        "Countries that the worst loss hits hardest",
        &headers,
        |it| {
            let Some(loss) = words::worst(it.recovery) else {
                return Vec::new();
            };
            let rise = |it: &CountryAfter| {
                it.p95_after_ms
                    .map_or(f64::INFINITY, |after| after - it.p95_before_ms)
            };
            let mut hit: Vec<&CountryAfter> = loss.countries.iter().filter(|it| rise(it) > 0.0).collect();
            hit.sort_by(|a, b| rise(b).total_cmp(&rise(a)));
            hit.truncate(MOST);
            hit.into_iter().map(|it| country_row(loss, it)).collect()
        },
    )
}

fn country_row(loss: &LossResult, it: &CountryAfter) -> Vec<String> {
    vec![
        loss.name.clone(),
        it.country.clone(),
        voice::share_number(it.share),
        voice::fixed(it.p95_before_ms, 0),
        it.p95_after_ms
            .map_or_else(|| "not served".into(), |ms| voice::fixed(ms, 0)),
        it.main_region.clone().unwrap_or_else(|| "nobody".into()),
    ]
}

/// What follows from a set as it is, and from each of its losses, in sentences.
fn findings(shown: &[Shown], most: usize) -> TextTable {
    table(shown, "What else follows", &["lost", "finding"], |it| {
        let of_set = it.recovery.findings.iter();
        let mut rows: Vec<Vec<String>> = of_set.map(|it| vec!["in general".into(), it.clone()]).collect();
        for loss in told(it, most) {
            let said = words::findings(loss);
            if !said.is_empty() {
                rows.push(vec![loss.name.clone(), said.join("; ")]);
            }
        }
        rows
    })
}
