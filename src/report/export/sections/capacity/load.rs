//! What every region of a set carries in normal times, has, and would need in the worst state that counts.

use super::{Shown, notes, table};
use crate::report::export::sections::data::without_empty_columns;
use crate::report::export::table::TextTable;
use crate::report::model::{CapacityResult, FleetResult, StateRegion};
use crate::report::voice::{self, Unit, capacity as words};

pub(super) fn regions(shown: &[Shown]) -> TextTable {
    let headers = [
        "region",
        "at its busiest hour",
        "peak requests/s",
        "instances",
        "needed normally",
        "needed at worst",
        "worst state",
        "busy %",
        "wait p99",
        "when, UTC",
        "mean requests/s",
        "servers",
        "zones",
        "event",
    ];
    let mut table = table(
        shown,
        "Capacity of every region, in the first year",
        &headers,
        |it| {
            let capacity = it.capacity;
            let rows = capacity.fleet.iter().map(|fleet| row(capacity, fleet));
            rows.chain(without_fleet(capacity)).collect()
        },
    );
    without_empty_columns(&mut table);
    if !table.rows.is_empty() {
        table.notes = notes(shown, told);
        table.notes.push(
            "busy: utilisation at the busiest hour; needed at worst: in the worst state that the fleet is to bear".into(),
        );
    }
    table
}

fn normal<'a>(capacity: &'a CapacityResult, region: &str) -> Option<&'a StateRegion> {
    let first = capacity.states.first()?;
    first.regions.iter().find(|it| it.region == region)
}

fn row(capacity: &CapacityResult, fleet: &FleetResult) -> Vec<String> {
    let load = normal(capacity, &fleet.region);
    let mut row = vec![fleet.region.clone()];
    row.push(load.map_or_else(|| words::standby(fleet), |it| words::verdict(&it.verdict)));
    row.push(load.map_or_else(String::new, |it| words::number(it.peak_rps)));
    row.push(voice::count(fleet.instances.into()));
    row.extend(needs(fleet));
    row.extend(times(load));
    row.push(voice::count(fleet.servers.into()));
    row.push(voice::count(fleet.zones.into()));
    row.push(load.and_then(|it| it.event.clone()).unwrap_or_default());
    row
}

/// Instances needed normally and at worst, and that state; nothing where sizing was not asked for.
fn needs(fleet: &FleetResult) -> [String; 3] {
    if fleet.needed_normal.is_none() && fleet.needed_worst.is_none() && fleet.given {
        return [String::new(), String::new(), String::new()];
    }
    let worst = if fleet.worst_state == "normal" {
        "normal".to_owned()
    } else {
        words::state(&fleet.worst_state)
    };
    [
        words::needed(fleet.needed_normal),
        words::needed(fleet.needed_worst),
        worst,
    ]
}

/// Utilisation, wait, when, and the mean.
fn times(load: Option<&StateRegion>) -> [String; 4] {
    let Some(it) = load else {
        return [const { String::new() }; 4];
    };
    let busy = it.utilisation.map_or_else(String::new, voice::share_number);
    [
        busy,
        words::wait_p99(it),
        it.peak_at.replace(" UTC", ""),
        words::number(it.mean_rps),
    ]
}

/// Regions that carry load where nobody says how many servers there are.
fn without_fleet(capacity: &CapacityResult) -> Vec<Vec<String>> {
    let first = capacity.states.first().map_or(&[][..], |state| &state.regions);
    let row = |it: &StateRegion| {
        let mut row = vec![
            it.region.clone(),
            words::verdict(&it.verdict),
            words::number(it.peak_rps),
        ];
        row.extend([const { String::new() }; 4]);
        row.extend(times(Some(it)));
        row.extend([String::new(), String::new(), it.event.clone().unwrap_or_default()]);
        row
    };
    let has_fleet = |it: &&StateRegion| capacity.fleet.iter().any(|fleet| fleet.region == it.region);
    first.iter().filter(|it| !has_fleet(it)).map(row).collect()
}

/// Latency at the busiest hour of the whole set, then what else was found.
fn told(it: &Shown) -> Vec<String> {
    let peak = it.capacity.peak_p95_ms.as_ref().map(|p95| {
        let change = it.capacity.peak_p95_change_ms.as_ref().map(|change| {
            format!(
                "; against the year's mean load {} ms, {}",
                voice::signed(&change.figure, Unit::Millis),
                voice::verdict_words(change, false)
            )
        });
        format!(
            "p95 at the busiest hour of the whole set, waits for servers included: {}{}",
            voice::figure_with_unit(p95, Unit::Millis),
            change.unwrap_or_default()
        )
    });
    peak.into_iter()
        .chain(it.capacity.findings.iter().cloned())
        .collect()
}
