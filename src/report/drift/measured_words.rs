//! A difference of measurements as tables of text.

use super::measured::shown;
use super::model::{LossChange, MeasuredChange, MeasuredDiff, PairTest, TailChange};
use super::words::{chance, more, shifts, signed_percent, table, verdict};
use crate::report::diff::Change;
use crate::report::export::table::TextTable;
use crate::report::voice::{self, Unit, count};

/// `changes` as tables of text: at most `top` pairs beyond noise, the worst first; the others are counted.
pub fn measured_tables(changes: &MeasuredDiff, top: usize) -> Vec<TextTable> {
    let mut named: Vec<&MeasuredChange> = changes
        .pairs
        .iter()
        .filter(|it| matches!(it.verdict, Some(Change::Better | Change::Worse)))
        .collect();
    named.sort_by(|a, b| share(b).abs().total_cmp(&share(a).abs()));
    let rows: Vec<Vec<String>> = named.iter().take(top).map(|it| row(it)).collect();
    let mut notes: Vec<String> = more(rows.len(), named.len(), "pairs changed beyond noise")
        .into_iter()
        .collect();
    let tested = changes.pairs.iter().filter(|it| it.verdict.is_some()).count();
    notes.push(format!(
        "of {} pairs in both {} were tested, {} changed beyond noise ({} tests of pairs, Benjamini and Hochberg; where nothing \
         changed, anything is named of about one pair of files in twenty at most)",
        count(changes.pairs.len() as u64),
        count(tested as u64),
        count(named.len() as u64),
        count((tested + changes.pairs.iter().filter(|it| it.tail.is_some()).count() + changes.losses.len()) as u64)
    ));
    notes.extend(alone("only before", &changes.only_before, top));
    notes.extend(alone("only after", &changes.only_after, top));
    notes.extend(changes.notes.iter().cloned());
    let headers = [
        "from",
        "to",
        "n before",
        "n after",
        "before, ms",
        "after, ms",
        "difference ms",
        "change",
        "test",
        "chance",
        "verdict",
    ];
    let title = format!("Measurements: {} → {}", changes.before, changes.after);
    let first = table(title, &headers, rows, notes);
    std::iter::once(first)
        .chain(tails(changes, top))
        .chain(losses(changes, top))
        .chain(shifts("medians", &changes.shifts, top))
        .collect()
}

fn share(it: &MeasuredChange) -> f64 {
    super::rtts::share_of(it.difference.value, it.before_ms)
}

/// Pairs whose slowest times became more or fewer; nothing where there are none.
fn tails(changes: &MeasuredDiff, top: usize) -> Option<TextTable> {
    let moved = |it: &TailChange| matches!(it.verdict, Some(Change::Better | Change::Worse));
    let mut named: Vec<(&MeasuredChange, &TailChange)> = changes
        .pairs
        .iter()
        .filter_map(|it| Some((it, it.tail.as_ref()?)))
        .filter(|(_, tail)| moved(tail))
        .collect();
    named.sort_by(|(_, a), (_, b)| a.p.total_cmp(&b.p));
    let rows: Vec<Vec<String>> = named
        .iter()
        .take(top)
        .map(|(it, tail)| tail_row(it, tail))
        .collect();
    let mut notes: Vec<String> = more(rows.len(), named.len(), "tails changed beyond noise")
        .into_iter()
        .collect();
    notes.push(
        "of the slowest tenth of the times of a pair, of both files together: which share of each file is in it (Fisher's exact \
         test)"
            .to_owned(),
    );
    let headers = [
        "from",
        "to",
        "p90 before, ms",
        "p90 after, ms",
        "slowest before",
        "slowest after",
        "chance",
        "verdict",
    ];
    (!named.is_empty()).then(|| table("Tails beyond noise", &headers, rows, notes))
}

/// Pairs that lose more or fewer requests; nothing where there are none.
fn losses(changes: &MeasuredDiff, top: usize) -> Option<TextTable> {
    let mut named: Vec<&LossChange> = changes
        .losses
        .iter()
        .filter(|it| matches!(it.verdict, Some(Change::Better | Change::Worse)))
        .collect();
    named.sort_by(|a, b| a.p.total_cmp(&b.p));
    let rows: Vec<Vec<String>> = named.iter().take(top).map(|it| loss_row(it)).collect();
    let notes: Vec<String> = more(rows.len(), named.len(), "pairs lose more or fewer beyond noise")
        .into_iter()
        .collect();
    let headers = [
        "from",
        "to",
        "lost before",
        "lost after",
        "share before",
        "share after",
        "chance",
        "verdict",
    ];
    (!named.is_empty()).then(|| table("Losses beyond noise", &headers, rows, notes))
}

fn loss_row(it: &LossChange) -> Vec<String> {
    let of = |lost: u64, sent: u64| format!("{} of {}", count(lost), count(sent));
    let share = |lost: u64, sent: u64| voice::percent(lost as f64 / sent as f64);
    vec![
        shown(&it.from).to_owned(),
        shown(&it.to).to_owned(),
        of(it.lost_before, it.sent_before),
        of(it.lost_after, it.sent_after),
        share(it.lost_before, it.sent_before),
        share(it.lost_after, it.sent_after),
        it.p_of_all.map_or_else(String::new, chance),
        it.verdict.map_or_else(String::new, verdict),
    ]
}

fn tail_row(it: &MeasuredChange, tail: &TailChange) -> Vec<String> {
    let p90 = it.p90_ms.map(|(before, after)| [before, after]);
    let [before, after] = p90.map_or_else(<[String; 2]>::default, |it| it.map(|ms| voice::fixed(ms, 2)));
    vec![
        shown(&it.from).to_owned(),
        shown(&it.to).to_owned(),
        before,
        after,
        voice::percent(tail.before),
        voice::percent(tail.after),
        tail.p_of_all.map_or_else(String::new, chance),
        tail.verdict.map_or_else(String::new, verdict),
    ]
}

fn row(it: &MeasuredChange) -> Vec<String> {
    let n = |n: Option<u64>| n.map_or_else(String::new, count);
    let digits = match voice::half_width(it.difference.sampling) {
        half if half > 0.0 => voice::decimals(half),
        _ => 2,
    };
    let test = match it.test {
        PairTest::RankSum => "rank sum",
        PairTest::MedianError => "error of the median",
        PairTest::MeanError => "error of the mean",
        PairTest::NoiseOfPairs => "noise of all pairs",
        PairTest::TwoKinds | PairTest::None => "",
    };
    vec![
        shown(&it.from).to_owned(),
        shown(&it.to).to_owned(),
        n(it.n_before),
        n(it.n_after),
        voice::fixed(it.before_ms, digits),
        voice::fixed(it.after_ms, digits),
        voice::signed(&it.difference, Unit::Millis),
        signed_percent(share(it)),
        test.to_owned(),
        it.p_of_all.map_or_else(String::new, chance),
        it.verdict.map_or_else(String::new, verdict),
    ]
}

fn alone(what: &str, names: &[String], top: usize) -> Option<String> {
    let told: Vec<&str> = names.iter().take(top).map(String::as_str).collect();
    let rest = names.len() - told.len();
    let more = if rest > 0 {
        format!(" and {} more", count(rest as u64))
    } else {
        String::new()
    };
    (!names.is_empty()).then(|| format!("{what}: {}{more}", told.join("; ")))
}
