//! How load, servers and cost grow, and when a fleet no longer does.

use super::{Shown, notes, table};
use crate::report::export::sections::data::without_empty_columns;
use crate::report::export::table::TextTable;
use crate::report::model::{FleetResult, YearResult};
use crate::report::voice::{self, capacity as words};

pub(super) fn years(shown: &[Shown]) -> TextTable {
    let currency = shown.first().map_or("", |it| it.currency());
    let cost = format!("cost a month, {currency}");
    let headers = [
        "from",
        "instances",
        "needed",
        &cost,
        "instances, 90 %",
        "cost, 90 %",
        "mean requests/s",
        "instances by region",
    ];
    let mut table = table(shown, "Growth, year by year", &headers, |it| {
        let years = &it.capacity.years;
        if years.len() < 2 {
            return Vec::new();
        }
        years.iter().map(|year| year_row(it, year)).collect()
    });
    without_empty_columns(&mut table);
    if !table.rows.is_empty() {
        table.notes = notes(shown, |it| {
            let last = it.capacity.years.last();
            last.map(|year| words::year(it.capacity, year, it.currency()))
                .into_iter()
                .collect()
        });
        let summary = shown.first().map(|it| it.summary);
        table
            .notes
            .extend(summary.map(|it| format!("growth: {}", words::growth(&it.demand))));
        if shown
            .iter()
            .any(|it| it.capacity.cost.is_some() && !it.is_complete())
        {
            table.notes.push(words::LOWER_BOUND.to_owned());
        }
    }
    table
}

/// The first year is the same at any growth.
fn year_row(it: &Shown, year: &YearResult) -> Vec<String> {
    let later = year.year > 0;
    let by_region = it.capacity.fleet.iter().zip(&year.instances);
    let by_region: Vec<String> = by_region
        .map(|(fleet, n)| format!("{} {}", fleet.region, words::needed(*n)))
        .collect();
    vec![
        year.month.clone(),
        if year.instances.is_empty() {
            String::new()
        } else {
            words::needed(words::total_instances(&year.instances))
        },
        // Where nothing is stated, the instances are what is needed.
        words::stated(it.capacity).map_or_else(String::new, |_| {
            words::needed(words::needed_in(it.capacity, year.year))
        }),
        words::known_cost(year).map_or_else(String::new, |cost| words::bare_bound(cost, it.is_complete())),
        year.instances_interval
            .filter(|(low, high)| low < high && words::total_instances(&year.instances).is_some())
            .map_or_else(String::new, |(low, high)| {
                format!("{} to {}", voice::count(low.into()), voice::count(high.into()))
            }),
        year.cost_interval
            .filter(|range| later && range.high > 0.0 && words::known_cost(year).is_some())
            .map_or_else(String::new, |range| {
                format!(
                    "{} to {}",
                    words::bare_bound(range.low, it.is_complete()),
                    words::number(range.high)
                )
            }),
        words::number(year.mean_rps),
        by_region.join(", "),
    ]
}

pub(super) fn exhaustion(shown: &[Shown]) -> TextTable {
    let headers = [
        "region",
        "no longer does from",
        "90 % by growth",
        "instances",
        "not busy %",
        "stated or needed",
    ];
    let mut table = table(shown, "When the fleet of today no longer does", &headers, |it| {
        let dated = it.capacity.fleet.iter().filter(|fleet| fleet.exhausted.is_some());
        dated.map(|fleet| fleet_row(it, fleet)).collect()
    });
    without_empty_columns(&mut table);
    if !table.rows.is_empty() {
        table
            .notes
            .push("not busy: of the servers at the busiest hour of normal times".into());
    }
    table
}

fn fleet_row(it: &Shown, fleet: &FleetResult) -> Vec<String> {
    let demand = &it.summary.demand;
    let of = fleet.exhausted.as_ref();
    vec![
        fleet.region.clone(),
        of.map_or_else(String::new, |of| words::exhausted(of, &demand.start)),
        of.map_or_else(String::new, |of| words::exhausted_interval(of, demand)),
        voice::count(fleet.instances.into()),
        voice::fixed(fleet.headroom * 100.0, 1),
        if fleet.given { "stated" } else { "as needed today" }.to_owned(),
    ]
}
