//! What is told of the cost of all sets together: the front, and what each millisecond and each nine costs on it.

use super::currency;
use crate::report::export::sections::data::without_empty_columns;
use crate::report::export::table::TextTable;
use crate::report::model::{CapacitySummary, Report, SetResult};
use crate::report::voice::{self, capacity as words, recovery};

/// Nothing with a single set: it beats nobody.
pub(super) fn sets(report: &Report, summary: &CapacitySummary) -> TextTable {
    let currency = currency(summary);
    let unit = voice::objective_unit(&report.question.objective);
    let headers = [
        "set".to_owned(),
        format!("cost a month, {currency}"),
        format!("{} {}", report.question.objective, unit.symbol()),
        format!("{currency} a ms of p95 less"),
        format!("{currency} a nine more"),
        "available %".to_owned(),
        "budget".to_owned(),
        "place by cost".to_owned(),
    ];
    let row = |set: &SetResult| {
        let cost = set.capacity.as_ref()?.cost.as_ref()?;
        let price = |price: Option<f64>| price.map_or_else(String::new, words::number);
        let availability = set
            .recovery
            .as_ref()
            .map(|it| it.availability.unavailability.value);
        Some(vec![
            set.name.clone(),
            words::number(cost.total),
            voice::figure(&set.objective, unit),
            price(cost.per_ms),
            price(cost.per_nine),
            availability.map_or_else(String::new, recovery::served),
            words::budget(cost).to_owned(),
            cost.rank.to_string(),
        ])
    };
    let front = summary.front.iter().filter_map(|&at| report.sets.get(at));
    let rows: Vec<Vec<String>> = if report.sets.len() > 1 {
        front.filter_map(row).collect()
    } else {
        Vec::new()
    };
    let notes = if rows.is_empty() {
        Vec::new()
    } else {
        told(report, summary, rows.len())
    };
    let mut table = TextTable {
        title: "Cost against latency and availability: sets that no other beats in all".to_owned(),
        headers: headers.into(),
        rows,
        notes,
    };
    without_empty_columns(&mut table);
    table
}

fn told(report: &Report, summary: &CapacitySummary, shown: usize) -> Vec<String> {
    let costs = report
        .sets
        .iter()
        .filter_map(|set| set.capacity.as_ref()?.cost.as_ref());
    let (all, incomplete) = costs.fold((0, 0), |(all, lacks), cost| {
        (all + 1, lacks + usize::from(!cost.complete))
    });
    let mut notes = vec![format!(
        "{} of {} sets with a cost; prices of a millisecond and a nine are against the next cheaper one of these",
        voice::count(shown as u64),
        voice::count(all as u64)
    )];
    if incomplete > 0 {
        notes.push(format!(
            "{} of incomplete cost: lower bounds, behind all others by cost",
            recovery::counted(incomplete, "set")
        ));
    }
    if let (Some(sized), Some(priced)) = (summary.sets_sized, summary.sets_priced) {
        notes.push(format!(
            "servers and cost were worked out for {} sets of the search; of {} the cost is complete",
            voice::count(sized),
            voice::count(priced)
        ));
    }
    notes
}
