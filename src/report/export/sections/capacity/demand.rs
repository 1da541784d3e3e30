//! What capacity and cost rest on: how demand goes, what is asked of servers, and the prices with their dates.

use crate::report::export::sections::data::without_empty_columns;
use crate::report::export::table::TextTable;
use crate::report::model::{CapacitySummary, CostAsked, DemandAsked, PriceUsed, SizingAsked};
use crate::report::voice::{self, capacity as words, recovery, share};

/// Prices shown in a table of limited width; the other formats have them all.
const PRICES_SHOWN: usize = 16;

pub(super) fn asked(summary: &CapacitySummary) -> TextTable {
    let mut rows = of_demand(&summary.demand);
    rows.extend(summary.sizing.as_ref().map_or_else(Vec::new, of_sizing));
    rows.push(pair(
        "requests beyond the servers",
        words::overload(&summary.overload),
    ));
    rows.push(pair(
        "who waits too long",
        summary.retry.clone().unwrap_or_default(),
    ));
    rows.extend(summary.cost.as_ref().map_or_else(Vec::new, of_cost));
    rows.retain(|row| !row[1].is_empty());
    let assumed = summary.demand.curve_assumed.then(|| {
        "the daily curve is assumed, not yours: busiest hours, servers and cost rest on it; state your own to be sure".into()
    });
    TextTable {
        title: "What capacity and cost rest on".to_owned(),
        headers: vec!["term".into(), "value".into()],
        rows,
        notes: assumed
            .into_iter()
            .chain(summary.findings.iter().cloned())
            .collect(),
    }
}

fn pair(term: &str, value: String) -> Vec<String> {
    vec![term.to_owned(), value]
}

fn of_demand(it: &DemandAsked) -> Vec<Vec<String>> {
    let curve = if it.curve_assumed && !it.curve.contains("assume") {
        format!("{} (assumed)", it.curve)
    } else {
        it.curve.clone()
    };
    let others = it.growth_of.iter();
    let others: Vec<String> = others
        .map(|(country, growth)| format!("{country} {}", share(*growth)))
        .collect();
    let mut rows = vec![
        pair("mean of the first year", words::rate(it.mean_rps)),
        pair(
            "busiest hour of all users",
            format!("{}, {}", words::rate(it.peak_rps), it.peak_at),
        ),
        pair("daily curve", curve),
        pair("growth", words::growth(it)),
        pair("growth of countries", others.join(", ")),
        pair(
            "from, and years looked ahead",
            format!("{}, {}", it.start, it.horizon_years),
        ),
        pair("clocks", it.clocks.clone()),
    ];
    rows.extend(it.events.iter().map(|event| pair("event", words::event(event))));
    rows
}

fn of_sizing(it: &SizingAsked) -> Vec<Vec<String>> {
    let promises: Vec<String> = it.promises.iter().map(words::promise).collect();
    let per_zone = if it.min_per_zone > 0 {
        format!("{} a zone at least", words::instances(it.min_per_zone))
    } else {
        String::new()
    };
    vec![
        pair("servers of an instance", voice::count(it.concurrency.into())),
        pair("busy at the peak hour, at most", share(it.max_utilisation)),
        pair("promises at the peak hour", promises.join(", ")),
        pair("the fleet bears", words::survives(it)),
        pair("spread", per_zone),
        pair("room for bursts", share(it.spare)),
        pair(
            "a new instance takes",
            it.scale_out_s.map_or_else(String::new, recovery::seconds),
        ),
        pair(
            "instances",
            if it.hourly {
                "follow the load hour by hour"
            } else {
                "run all the time"
            }
            .to_owned(),
        ),
    ]
}

fn of_cost(it: &CostAsked) -> Vec<Vec<String>> {
    let reserved = if it.reserved_share > 0.0 {
        format!(
            "{} of what runs all the time, at {} less",
            share(it.reserved_share),
            share(it.reserved_discount)
        )
    } else {
        String::new()
    };
    let factor = |factor: f64| {
        if factor == 1.0 {
            String::new()
        } else {
            voice::exact(factor)
        }
    };
    let currency = factor(it.per_usd);
    vec![
        pair("instance type", it.instance.clone().unwrap_or_default()),
        pair("reserved", reserved),
        pair(
            "currency",
            if currency.is_empty() {
                it.currency.clone()
            } else {
                format!("1 USD is {currency} {}", it.currency)
            },
        ),
        pair("all amounts times", factor(it.multiplier)),
        pair(
            "budget",
            it.budget.map_or_else(String::new, |budget| {
                format!("{} a month", words::amount(budget, &it.currency))
            }),
        ),
    ]
}

pub(super) fn prices(summary: &CapacitySummary, width: Option<usize>) -> TextTable {
    let most = width.map_or(usize::MAX, |_| PRICES_SHOWN);
    let all = summary.cost.as_ref().map_or(&[][..], |cost| &cost.prices);
    let mut notes = Vec::new();
    let more = all.len().saturating_sub(most);
    if more > 0 {
        notes.push(format!(
            "{} more prices; Markdown, CSV and sheets have them all",
            voice::count(more as u64)
        ));
    }
    if !all.is_empty() {
        notes.push("list prices in US dollars, before discounts, currency and multiplier".into());
    }
    let headers = [
        "item",
        "where",
        "USD a unit, by amount a month",
        "unit",
        "as of",
        "of",
        "source",
        "known",
    ];
    let mut table = TextTable {
        title: "Prices".to_owned(),
        headers: headers.map(str::to_owned).into(),
        rows: all.iter().take(most).map(price_row).collect(),
        notes,
    };
    without_empty_columns(&mut table);
    table
}

fn price_row(it: &PriceUsed) -> Vec<String> {
    vec![
        words::item(&it.item),
        words::place(it),
        words::tiers(&it.tiers),
        it.unit.clone(),
        it.date.clone(),
        it.name.clone().unwrap_or_default(),
        it.source.clone(),
        if it.first_tier_only { "first tier only" } else { "" }.to_owned(),
    ]
}
