//! A difference of data sets as tables of text: what changed beyond noise, the worst first, the rest counted.

use super::model::{
    DataDiff, GroupShift, Noise, NoiseSource, OutageName, PairChange, PriceChange, RegionName, RttChanges,
    TableChange, UsersChange,
};
use super::{places, rows};
use crate::report::diff::Change;
use crate::report::export::table::TextTable;
use crate::report::voice::{self, count, fixed, percent};

/// `changes` as tables of text with at most `top` rows of single pairs, prices, facts and countries each.
pub fn data_tables(changes: &DataDiff, top: usize) -> Vec<TextTable> {
    let mut tables = vec![table_rows(changes)];
    tables.extend(changes.round_trips.iter().flat_map(|it| round_trips(it, top)));
    tables.extend(prices(&changes.prices, top));
    tables.extend(regions(changes, top));
    tables.extend(record(changes, top));
    tables.extend(users(&changes.users, top));
    tables
}

pub(super) fn table(
    title: impl Into<String>,
    headers: &[&str],
    rows: Vec<Vec<String>>,
    notes: Vec<String>,
) -> TextTable {
    TextTable {
        title: title.into(),
        headers: headers.iter().map(|&header| header.to_owned()).collect(),
        rows,
        notes,
    }
}

/// `+4.1 %`.
pub(super) fn signed_percent(share: f64) -> String {
    plus(share, percent(share))
}

/// The text of a number, with a plus before what is above zero.
fn plus(value: f64, text: String) -> String {
    if value > 0.0 { format!("+{text}") } else { text }
}

pub(super) fn verdict(change: Change) -> String {
    match change {
        Change::Better => "better",
        Change::Worse => "worse",
        Change::WithinNoise => "within noise",
        Change::Same => "same",
    }
    .to_owned()
}

/// A note that counts what is not shown.
pub(super) fn more(shown: usize, of: usize, what: &str) -> Option<String> {
    (of > shown).then(|| {
        format!(
            "{} more {what}: --top shows more, --format json has them all",
            count((of - shown) as u64)
        )
    })
}

fn table_rows(changes: &DataDiff) -> TextTable {
    let differ: Vec<&TableChange> = changes.tables.iter().filter(|it| !rows::is_same(it)).collect();
    let same = changes.tables.len() - differ.len();
    let date = |date: &Option<String>| match date.as_deref() {
        None => "not held".to_owned(),
        Some("") => "no date".to_owned(),
        Some(date) => date.to_owned(),
    };
    let row = |it: &&TableChange| {
        let counts = [it.rows_before, it.rows_after, it.added, it.removed, it.changed];
        let dates = [date(&it.date_before), date(&it.date_after)];
        let words = std::iter::once(it.table.clone()).chain(dates);
        words.chain(counts.map(|n| count(n as u64))).collect()
    };
    let note = match (differ.len(), same) {
        (0, n) => format!("all {n} tables are the same"),
        (_, 0) => "no table is the same".to_owned(),
        (_, n) => format!("{n} more tables are the same"),
    };
    let headers = [
        "table",
        "date before",
        "date after",
        "rows before",
        "rows after",
        "added",
        "removed",
        "changed",
    ];
    let title = format!("Data tables: {} → {}", changes.before, changes.after);
    table(title, &headers, differ.iter().map(row).collect(), vec![note])
}

/// The pairs of one table beyond noise, and what moved together; nothing where every pair is the same.
fn round_trips(it: &RttChanges, top: usize) -> Vec<TextTable> {
    if it.same == it.pairs {
        return Vec::new();
    }
    let shown = it.beyond_noise.iter().take(top);
    let rows: Vec<Vec<String>> = shown.map(pair_row).collect();
    let named = it.beyond_noise.len();
    let mut notes: Vec<String> = more(rows.len(), named, "pairs changed beyond noise")
        .into_iter()
        .collect();
    notes.push(format!(
        "of {} pairs {} changed beyond noise, {} within it, {} are the same; median change {}",
        count(it.pairs as u64),
        count(named as u64),
        count(it.within_noise as u64),
        count(it.same as u64),
        signed_percent(it.median_change),
    ));
    notes.push(noise(&it.noise));
    let headers = [
        "from",
        "to",
        "before ms",
        "after ms",
        "difference ms",
        "change",
        "verdict",
    ];
    let pairs = table(
        format!("Round trips beyond noise: {}", it.table),
        &headers,
        rows,
        notes,
    );
    std::iter::once(pairs)
        .chain(shifts(&it.table, &it.shifts, top))
        .collect()
}

fn pair_row(it: &PairChange) -> Vec<String> {
    let digits = voice::decimals(it.noise_ms);
    let difference = fixed(it.difference_ms, digits);
    vec![
        it.from.clone(),
        it.to.clone(),
        fixed(it.before_ms, digits),
        fixed(it.after_ms, digits),
        format!(
            "{} ± {}",
            plus(it.difference_ms, difference),
            fixed(it.noise_ms, digits)
        ),
        signed_percent(it.change),
        verdict(it.verdict),
    ]
}

/// What a change was held against, in a sentence.
fn noise(it: &Noise) -> String {
    let share = format!("{} %", voice::exact(it.share * 100.0));
    let pairs = count(it.pairs as u64);
    let how = match it.source {
        NoiseSource::Directions => {
            format!("{share} of the figure, from how differently both directions of {pairs} pairs changed")
        }
        NoiseSource::SpreadOverTime => format!(
            "{share} of the figure at the median, from p90 − p50 of {pairs} pairs, as if 30 independent days stood behind \
             each median"
        ),
        NoiseSource::Tests => format!(
            "{share} of the figure at the median, from the number of tests behind each of {pairs} medians and their spread"
        ),
        NoiseSource::SpreadOfChanges => format!(
            "{share} of the figure, from the spread of {pairs} changes around their median: too wide where much changed"
        ),
        NoiseSource::Rounding => format!("the last digit alone: {pairs} pairs tell no more"),
    };
    format!(
        "noise (an estimate): a standard deviation of {how}; named is what noise hardly makes in any pair (Benjamini and \
         Hochberg, 5 %)"
    )
}

/// Pairs that moved together; nothing where there are too few.
pub(super) fn shifts(of: &str, shifts: &[GroupShift], top: usize) -> Option<TextTable> {
    let row = |it: &GroupShift| {
        vec![
            it.group.clone(),
            count(it.pairs as u64),
            count(it.slower as u64),
            count(it.faster as u64),
            signed_percent(it.median_change),
            chance(it.p),
            verdict(it.verdict),
        ]
    };
    let shown: Vec<Vec<String>> = shifts.iter().take(top.max(1)).map(row).collect();
    let mut notes: Vec<String> = more(shown.len(), shifts.len(), "groups moved")
        .into_iter()
        .collect();
    notes.extend(
        shifts
            .iter()
            .filter(|it| it.verdict != Change::WithinNoise)
            .take(3)
            .map(sentence),
    );
    notes.push(
        "sign test over pairs, taken as independent, both directions as one (Holm over groups); a region is held against the \
         shift of all; a median that moved by less than 1 % is not judged"
            .to_owned(),
    );
    let headers = [
        "group",
        "pairs",
        "slower",
        "faster",
        "median change",
        "chance",
        "verdict",
    ];
    (!shifts.is_empty()).then(|| table(format!("Moved together: {of}"), &headers, shown, notes))
}

/// `aws:ap-south-1: 31 of 32 pairs got slower, by 4.0 % at the median`.
fn sentence(it: &GroupShift) -> String {
    let slower = it.median_change > 0.0;
    let (n, word) = if slower {
        (it.slower, "slower")
    } else {
        (it.faster, "faster")
    };
    format!(
        "{}: {} of {} pairs got {word}, by {} at the median",
        it.group,
        count(n as u64),
        count(it.pairs as u64),
        percent(it.median_change.abs())
    )
}

/// A small probability in words: `below 0.1 %`.
pub(super) fn chance(p: f64) -> String {
    if p < 0.001 {
        "below 0.1 %".to_owned()
    } else {
        percent(p)
    }
}

fn prices(all: &[PriceChange], top: usize) -> Option<TextTable> {
    let price = |price: Option<f64>| price.map_or_else(|| "—".to_owned(), |price| format!("{price}"));
    let row = |it: &PriceChange| {
        let change = match (it.before, it.after) {
            (None, _) => "new".to_owned(),
            (_, None) => "gone".to_owned(),
            _ => it.change.map_or_else(String::new, signed_percent),
        };
        vec![
            it.region.clone(),
            it.what.clone(),
            price(it.before),
            price(it.after),
            it.unit.to_owned(),
            change,
        ]
    };
    let shown: Vec<Vec<String>> = all.iter().take(top).map(row).collect();
    let mut notes: Vec<String> = more(shown.len(), all.len(), "prices changed")
        .into_iter()
        .collect();
    let up = all
        .iter()
        .filter(|it| it.change.is_some_and(|by| by > 0.0))
        .count();
    let down = all
        .iter()
        .filter(|it| it.change.is_some_and(|by| by < 0.0))
        .count();
    notes.push(format!(
        "{} went up, {} down, {} came or went; a list price has no noise",
        count(up as u64),
        count(down as u64),
        count((all.len() - up - down) as u64)
    ));
    let headers = ["region", "what", "before", "after", "unit", "change"];
    (!all.is_empty()).then(|| table("List prices", &headers, shown, notes))
}

fn regions(changes: &DataDiff, top: usize) -> Option<TextTable> {
    let named = |what: &str, it: &RegionName| {
        let opened = it.launch_date.clone().unwrap_or_default();
        vec![
            what.to_owned(),
            it.id.clone(),
            format!("{}, {}", it.name, it.country),
            opened,
        ]
    };
    let opened = changes.opened.iter().map(|it| named("opened", it));
    let closed = changes.closed.iter().map(|it| named("closed", it));
    let facts = changes.region_facts.iter().take(top).map(|it| {
        let cell = |text: &str| {
            if text.is_empty() {
                "—".to_owned()
            } else {
                text.to_owned()
            }
        };
        let words = format!("{}: {} → {}", it.what, cell(&it.before), cell(&it.after));
        vec!["changed".to_owned(), it.row.clone(), words, String::new()]
    });
    let rows: Vec<Vec<String>> = opened.chain(closed).chain(facts).collect();
    let notes = more(
        top.min(changes.region_facts.len()),
        changes.region_facts.len(),
        "facts changed",
    );
    let headers = ["what", "region", "words", "open since"];
    (!rows.is_empty()).then(|| table("Regions", &headers, rows, notes.into_iter().collect()))
}

fn record(changes: &DataDiff, top: usize) -> Option<TextTable> {
    let it = &changes.record;
    let row = |what: &str, it: &OutageName| {
        vec![
            what.to_owned(),
            it.date.clone(),
            it.of.clone(),
            it.scope.to_owned(),
            voice::exact(it.hours),
        ]
    };
    // The newest first.
    let new = it.new_outages.iter().rev().map(|outage| row("new", outage));
    let gone = it.gone_outages.iter().rev().map(|outage| row("gone", outage));
    let all: Vec<Vec<String>> = new.chain(gone).collect();
    let outages = all.len();
    let shown: Vec<Vec<String>> = all.into_iter().take(top).collect();
    let mut notes: Vec<String> = more(shown.len(), outages, "outages").into_iter().collect();
    if it.new_incidents + it.gone_incidents > 0 {
        notes.push(format!(
            "service incidents: {} new, {} gone",
            count(it.new_incidents as u64),
            count(it.gone_incidents as u64)
        ));
    }
    let headers = ["what", "date", "of", "scope", "hours"];
    (outages > 0 || !notes.is_empty()).then(|| table("Outages on record", &headers, shown, notes))
}

fn users(all: &[UsersChange], top: usize) -> Option<TextTable> {
    let number =
        |users: Option<f64>| users.map_or_else(|| "—".to_owned(), |users| count(users.round() as u64));
    let row = |it: &UsersChange| {
        vec![
            it.country.clone(),
            number(it.before),
            number(it.after),
            places::change_of(it).map_or_else(String::new, signed_percent),
        ]
    };
    let shown: Vec<Vec<String>> = all.iter().take(top).map(row).collect();
    let notes = more(shown.len(), all.len(), "countries changed");
    let headers = ["country", "users before", "users after", "change"];
    (!all.is_empty()).then(|| table("Internet users", &headers, shown, notes.into_iter().collect()))
}
