//! Columns for what sets are ranked by, where that is no figure of latency in normal times.

use super::super::grid::{Cell, Column, Kind, Tint};
use super::cells;
use crate::report::model::{Difference, Figure, RankedBy, Report, SetResult};
use crate::report::voice::{self, Unit, ranking as words};

/// Value with its interval, difference from the first, and what follows in words.
pub(super) fn columns(report: &Report) -> Vec<Column> {
    let Some(by) = &report.question.ranked_by else {
        return Vec::new();
    };
    let sets = &report.sets;
    let kind = kind(by);
    let number = |header: String, pick: &dyn Fn(&SetResult) -> Option<f64>| {
        Column::new(header, kind, cells(sets, |set| pick(set).into()))
    };
    let figure = |set: &SetResult| set.measure.as_ref()?.figure;
    let mut columns = vec![number(words::header(by), &|set| Some(figure(set)?.value)).tint(Tint::Bars)];
    let uncertain = |figure: Figure| voice::half_width(figure.sampling) > 1e-6 * figure.value.abs();
    if sets.iter().filter_map(figure).any(uncertain) {
        columns.push(number("95 % from".into(), &|set| Some(figure(set)?.sampling.low)));
        columns.push(number("95 % to".into(), &|set| Some(figure(set)?.sampling.high)));
    }
    if sets
        .iter()
        .filter_map(figure)
        .any(|figure| figure.input.is_some())
    {
        let (from, to) = if by.name == "downtime" {
            ("least of the presets", "most of the presets")
        } else {
            ("95 % from, by inputs", "95 % to, by inputs")
        };
        columns.push(number(from.into(), &|set| Some(figure(set)?.input?.low)));
        columns.push(number(to.into(), &|set| Some(figure(set)?.input?.high)));
    }
    let versus = |set: &SetResult| set.measure.as_ref()?.versus_best;
    if sets.iter().any(|set| versus(set).is_some()) {
        columns.push(number("Δ against the first".into(), &|set| {
            Some(versus(set)?.figure.value)
        }));
        let said = |set: &SetResult| verdict(versus(set), set, by);
        columns.push(Column::new("verdict", Kind::Text, cells(sets, said)));
    }
    columns
        .into_iter()
        .map(|column| column.group("ranked by"))
        .collect()
}

fn verdict(versus: Option<Difference>, set: &SetResult, by: &RankedBy) -> Cell {
    match versus {
        Some(versus) => voice::verdict_words(&versus, by.larger_is_better).into(),
        None if set.rank == 1 => "the first".into(),
        None => Cell::Empty,
    }
}

fn kind(by: &RankedBy) -> Kind {
    match by.unit.as_str() {
        "share" => Kind::Value(Unit::Share, 2),
        "ms" => Kind::Value(Unit::Millis, 1),
        // A score.
        "" => Kind::Number(4),
        // Seconds, minutes, money.
        _ => Kind::Number(2),
    }
}
