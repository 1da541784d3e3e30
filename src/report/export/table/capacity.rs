//! Columns of the ranking that tell of capacity and cost; none where they were not asked about.

use super::{Column, one_line};
use crate::report::model::{CapacityResult, Report, SetResult};
use crate::report::voice::{self, capacity as words};

pub(super) fn columns(report: &Report) -> Vec<Column> {
    let currency = currency(report);
    let sets = &report.sets;
    // Where sets are ranked by cost, that column stands first already; only a cost that is a lower bound is told again.
    let by_cost = report
        .question
        .ranked_by
        .as_ref()
        .is_some_and(|by| by.name == "cost");
    let costs = || sets.iter().filter_map(|set| set.capacity.as_ref()?.cost.as_ref());
    let told = by_cost && costs().all(|cost| cost.complete);
    let mut columns = vec![
        column(sets, "cost a month", 89, |it| {
            it.cost
                .as_ref()
                .filter(|_| !told)
                .map(|cost| words::cost(cost, currency))
        }),
        column(sets, "instances", 66, |it| {
            let all: u32 = it.fleet.iter().map(|fleet| fleet.instances).sum();
            (!it.fleet.is_empty()).then(|| voice::count(all.into()))
        }),
    ];
    if let Some(budget) = report.capacity.as_ref().and_then(|it| it.cost.as_ref()?.budget) {
        let header = format!("budget {}", words::amount(budget, currency));
        let kept = |it: &CapacityResult| it.cost.as_ref().map(|cost| words::budget(cost).to_owned());
        columns.push(column(sets, &header, 79, kept));
    }
    columns.retain(|column| column.cells.iter().any(|cell| !cell.is_empty()));
    columns
}

fn currency(report: &Report) -> &str {
    let cost = report.capacity.as_ref().and_then(|it| it.cost.as_ref());
    cost.map_or("", |cost| &cost.currency)
}

fn column(
    sets: &[SetResult],
    header: &str,
    importance: u8,
    cell: impl Fn(&CapacityResult) -> Option<String>,
) -> Column {
    let cell = |set: &SetResult| set.capacity.as_ref().and_then(&cell).unwrap_or_default();
    Column {
        header: header.to_owned(),
        cells: sets.iter().map(|set| one_line(&cell(set))).collect(),
        importance,
    }
}

/// What an incomplete cost means, where there is one.
pub(super) fn notes(report: &Report) -> Option<String> {
    let costs = report
        .sets
        .iter()
        .filter_map(|set| set.capacity.as_ref()?.cost.as_ref());
    let incomplete = costs.filter(|cost| !cost.complete).count();
    (incomplete > 0).then(|| words::LOWER_BOUND.to_owned())
}
