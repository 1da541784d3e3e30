//! How sets stand by a measure that is no figure of latency, in words.

use super::capacity::number;
use super::{Unit, count, half_width, mark, plus_minus};
use crate::report::model::{Difference, Figure, RankedBy, Report, SearchSummary, SetResult};

/// What sets are ranked by: the measure, and what breaks its ties; else the objective.
pub fn words(report: &Report) -> String {
    let objective = super::objective_words(&report.question.objective);
    match &report.question.ranked_by {
        Some(by) => format!("{}, equal sets by the {objective}", by.what),
        None => objective,
    }
}

/// A short head of a column: `cost a month, USD`, `p95 after loss, ms`.
pub fn header(by: &RankedBy) -> String {
    let short = match by.name.as_str() {
        "cost" => "cost a month".to_owned(),
        "downtime" => "downtime a year".to_owned(),
        "rto" => "RTO p95".to_owned(),
        "rpo" => "RPO p95".to_owned(),
        // `within:150ms-after-loss` as well.
        name => name.replace('-', " "),
    };
    match symbol(by) {
        "" => short,
        unit => format!("{short}, {unit}"),
    }
}

/// The unit as it is spoken: `min`, `%`, `USD`.
pub fn symbol(by: &RankedBy) -> &str {
    if is_share(by) {
        Unit::Share.symbol()
    } else {
        &by.unit
    }
}

fn is_share(by: &RankedBy) -> bool {
    by.unit == Unit::Share.stored()
}

fn scale(by: &RankedBy) -> f64 {
    if is_share(by) { Unit::Share.scale() } else { 1.0 }
}

/// A value without its unit, with its error where it has one: `3,842`, `1.31 ± 0.02`.
pub fn value(figure: &Figure, by: &RankedBy) -> String {
    let half = half_width(figure.sampling);
    // Nothing is meant below a millionth of a value.
    if half <= 1e-6 * figure.value.abs() {
        return number(figure.value * scale(by));
    }
    plus_minus(figure.value * scale(by), half * scale(by))
}

/// A bare value: `3,842`.
pub fn bare(value: f64, by: &RankedBy) -> String {
    number(value * scale(by))
}

/// `3,842 USD`.
pub fn amount(figure: &Figure, by: &RankedBy) -> String {
    format!("{} {}", value(figure, by), symbol(by))
        .trim_end()
        .to_owned()
}

/// The value of a set; `none` where it has none.
pub fn cell(set: &SetResult, by: &RankedBy) -> String {
    let figure = set.measure.as_ref().and_then(|it| it.figure.as_ref());
    figure.map_or_else(|| "none".to_owned(), |figure| value(figure, by))
}

/// The difference from the set that is ranked first, with the mark of a tie; `first` on that set.
pub fn versus(set: &SetResult, by: &RankedBy) -> String {
    let versus = set.measure.as_ref().and_then(|it| it.versus_best.as_ref());
    match versus {
        Some(versus) => difference(versus, by),
        None if set.rank == 1 => "first".to_owned(),
        None => String::new(),
    }
}

fn difference(it: &Difference, by: &RankedBy) -> String {
    let sign = if it.figure.value > 0.0 { "+" } else { "" };
    let said = format!("{sign}{} {}", value(&it.figure, by), mark(it.verdict));
    said.trim_end().to_owned()
}

/// What must be said where sets are ranked by a measure.
pub fn notes(report: &Report) -> Vec<String> {
    let Some(by) = &report.question.ranked_by else {
        return Vec::new();
    };
    let mut notes = Vec::new();
    notes.extend(range_note(report, by));
    if let Some(search) = &report.search {
        notes.extend(gauged_note(search, by));
    }
    let none = report.sets.iter().filter(|set| has_none(set)).count();
    if none > 0 {
        notes.push(format!("none: {none} of these sets have no {}", by.what));
    }
    notes
}

fn has_none(set: &SetResult) -> bool {
    set.measure.as_ref().is_some_and(|it| it.figure.is_none())
}

/// How far assumed rates of loss, or uncertain inputs, move the first set.
fn range_note(report: &Report, by: &RankedBy) -> Option<String> {
    let first = report.sets.iter().min_by_key(|set| set.rank)?;
    let input = first.measure.as_ref()?.figure?.input?;
    let why = if by.name == "downtime" {
        "under the other presets for losses"
    } else {
        "with uncertain inputs"
    };
    Some(format!(
        "{} of {}: {} to {} {} {why}",
        by.what,
        first.name,
        bare(input.low, by),
        bare(input.high, by),
        symbol(by)
    ))
}

/// How many sets were gauged, where that is not all of them.
fn gauged_note(search: &SearchSummary, by: &RankedBy) -> Option<String> {
    let (gauged, all) = (search.sets_gauged?, search.sets_feasible);
    (gauged < all).then(|| {
        format!(
            "by {}: {} of the {} sets that keep the limits of latency were gauged; those left out are slower, break another \
             limit, or came too late",
            by.name,
            count(gauged),
            count(all)
        )
    })
}

/// `ireland + virginia ranks first by cost a month: 3,842 USD; 2 sets tie with it`.
pub fn headline(report: &Report, name: &str) -> Option<String> {
    let by = report.question.ranked_by.as_ref()?;
    let first = report.sets.iter().min_by_key(|set| set.rank)?;
    let figure = first.measure.as_ref()?.figure?;
    let ties = super::listed::Ties::of(report).clause();
    Some(format!(
        "{name} ranks first by {}: {}{ties}",
        by.what,
        amount(&figure, by)
    ))
}
