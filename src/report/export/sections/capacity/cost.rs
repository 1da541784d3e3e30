//! What a set costs, item by item, and what each strategy of recovery costs on the same regions.

use super::{Shown, notes, table};
use crate::report::export::sections::data::without_empty_columns;
use crate::report::export::table::TextTable;
use crate::report::model::{CostLine, CostResult, StrategyCost};
use crate::report::voice::{self, capacity as words, recovery};

/// Prices that a note names; the others are counted.
const MISSING_NAMED: usize = 4;

pub(super) fn items(shown: &[Shown]) -> TextTable {
    let currency = shown.first().map_or("", |it| it.currency());
    let cost = format!("a month, {currency}");
    let headers = ["item", &cost, "of the cost %", "most of it in", "amount"];
    let mut table = table(shown, "Cost, item by item", &headers, |it| {
        it.capacity.cost.as_ref().map_or_else(Vec::new, item_rows)
    });
    without_empty_columns(&mut table);
    if !table.rows.is_empty() {
        table.notes = notes(shown, |it| {
            it.capacity
                .cost
                .as_ref()
                .map_or_else(Vec::new, |cost| told(it, cost))
        });
    }
    table
}

/// The items of a bill, the dearest first, and their sum.
fn item_rows(cost: &CostResult) -> Vec<Vec<String>> {
    let mut items: Vec<&str> = Vec::new();
    for line in &cost.lines {
        if !items.contains(&line.item.as_str()) {
            items.push(&line.item);
        }
    }
    let lines =
        |item: &str| -> Vec<&CostLine> { cost.lines.iter().filter(|line| line.item == item).collect() };
    let mut rows: Vec<(f64, Vec<String>)> = items
        .into_iter()
        .map(|item| item_row(item, &lines(item), cost.total))
        .collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let total = vec![
        "all".to_owned(),
        words::bare_bound(cost.total, cost.complete),
        String::new(),
        String::new(),
        String::new(),
    ];
    rows.into_iter().map(|(_, row)| row).chain([total]).collect()
}

fn item_row(item: &str, lines: &[&CostLine], total: f64) -> (f64, Vec<String>) {
    let sum: f64 = lines.iter().filter_map(|line| line.cost).sum();
    let priced = lines.iter().filter(|line| line.cost.is_some()).count();
    let most = lines.iter().filter(|line| line.cost.is_some()).max_by(|a, b| {
        let cost = |line: &CostLine| line.cost.unwrap_or(0.0);
        cost(a).total_cmp(&cost(b))
    });
    let unit = lines.first().map_or("", |line| line.unit.as_str());
    let amount: f64 = lines.iter().map(|line| line.amount).sum();
    let row = vec![
        words::item(item),
        if priced == 0 {
            "no price".to_owned()
        } else {
            words::bare_bound(sum, priced == lines.len())
        },
        if priced == 0 || total <= 0.0 {
            String::new()
        } else {
            voice::fixed(100.0 * sum / total, 1)
        },
        most.map_or_else(String::new, |line| where_most(line, lines.len())),
        format!("{} {unit}", words::number(amount)),
    ];
    (sum, row)
}

/// Nothing where there is one place only.
fn where_most(line: &CostLine, lines: usize) -> String {
    match (&line.to, lines) {
        (_, 1) if line.to.is_none() => line.region.clone(),
        (Some(to), _) => format!("{} → {to}", line.region),
        (None, _) => line.region.clone(),
    }
}

/// What has no price, and whether the budget is kept.
fn told(it: &Shown, cost: &CostResult) -> Vec<String> {
    let mut all = Vec::new();
    if !cost.complete {
        let named: Vec<&str> = cost
            .missing
            .iter()
            .take(MISSING_NAMED)
            .map(String::as_str)
            .collect();
        let rest = cost.missing.len().saturating_sub(MISSING_NAMED);
        let more = if rest > 0 {
            format!(" and {} more", voice::count(rest as u64))
        } else {
            String::new()
        };
        all.push(format!(
            "no price, so the cost is a lower bound: {}{more}",
            named.join("; ")
        ));
    }
    let budget = it.summary.cost.as_ref().and_then(|asked| asked.budget);
    all.extend(budget.filter(|_| cost.budget.is_some()).map(|limit| {
        format!(
            "budget of {} a month: {}",
            words::amount(limit, it.currency()),
            words::budget(cost)
        )
    }));
    all
}

pub(super) fn strategies(shown: &[Shown]) -> TextTable {
    let currency = shown.first().map_or("", |it| it.currency());
    let cost = format!("a month, {currency}");
    let headers = ["strategy", &cost, "keeps its promises", "available %", "RTO p95"];
    let mut table = table(
        shown,
        "Cost of strategies of recovery on the same regions",
        &headers,
        |it| {
            let strategies = it.capacity.cost.iter().flat_map(|cost| &cost.strategies);
            strategies.map(strategy_row).collect()
        },
    );
    without_empty_columns(&mut table);
    if !table.rows.is_empty() {
        table.notes = notes(shown, |it| {
            let cost = it.capacity.cost.as_ref();
            cost.and_then(|cost| words::cheapest(cost, it.currency()))
                .into_iter()
                .collect()
        });
    }
    table
}

fn strategy_row(it: &StrategyCost) -> Vec<String> {
    vec![
        words::strategy(it),
        words::bare_bound(it.cost, it.complete),
        if it.meets_targets { "yes" } else { "no" }.to_owned(),
        recovery::served(1.0 - it.availability),
        it.rto_p95_s
            .map_or_else(|| "nobody takes over".to_owned(), recovery::seconds),
    ]
}
