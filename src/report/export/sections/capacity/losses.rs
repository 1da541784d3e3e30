//! What every loss adds to the regions that are left.

use super::{Shown, notes, some_share, table};
use crate::report::export::sections::data::without_empty_columns;
use crate::report::export::table::TextTable;
use crate::report::model::{CapacityState, NeedResult, StateRegion};
use crate::report::voice::{self, Unit, capacity as words};

/// Losses shown of each set in a table of limited width; the other formats have them all.
const LOSSES_SHOWN: usize = 8;

pub(super) fn losses(shown: &[Shown], width: Option<usize>) -> TextTable {
    let most = width.map_or(usize::MAX, |_| LOSSES_SHOWN);
    let headers = [
        "lost",
        "region left",
        "at its busiest hour",
        "peak requests/s",
        "instances needed",
        "has",
        "busy %",
        "p95 ms at the peak",
        "spilled %",
        "shed %",
        "unserved %",
        "servers needed",
        "wait p99",
        "bound by",
        "times as many by retries",
    ];
    let mut table = table(
        shown,
        "Capacity when a region is lost, in the first year",
        &headers,
        |it| {
            let states = told(it, most);
            states.into_iter().flat_map(|state| rows(it, state)).collect()
        },
    );
    without_empty_columns(&mut table);
    if !table.rows.is_empty() {
        table.notes = notes(shown, |it| left_out(it, most));
        table.notes.push(
            "p95 at the peak: of the whole set at its busiest hour, waits for servers included; has: instances, standbys \
             as they stand"
                .into(),
        );
    }
    table
}

fn lost<'a>(it: &'a Shown<'_>) -> impl Iterator<Item = &'a CapacityState> {
    it.capacity.states.iter().filter(|state| !state.lost.is_empty())
}

/// The worst of the losses where there are too many for a page; in the order of the report.
fn told<'a>(it: &'a Shown<'_>, most: usize) -> Vec<&'a CapacityState> {
    let all: Vec<&CapacityState> = lost(it).collect();
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by(|a, b| busiest(all[*b]).total_cmp(&busiest(all[*a])));
    order.truncate(most);
    order.sort_unstable();
    order.into_iter().map(|at| all[at]).collect()
}

/// The highest utilisation of a region in a state; one that is not known counts for nothing.
fn busiest(state: &CapacityState) -> f64 {
    let all = state.regions.iter().filter_map(|it| it.utilisation);
    all.fold(0.0, f64::max)
}

fn left_out(it: &Shown, most: usize) -> Vec<String> {
    let more = lost(it).count().saturating_sub(most);
    let note = || {
        format!(
            "{} more losses, less bad; Markdown, CSV and sheets have them all",
            voice::count(more as u64)
        )
    };
    (more > 0).then(note).into_iter().collect()
}

fn rows(it: &Shown, state: &CapacityState) -> Vec<Vec<String>> {
    if state.regions.is_empty() {
        let mut row = vec![name(state), "none: nobody is served".to_owned()];
        row.resize(10, String::new());
        row.push(some_share(state.unserved));
        row.resize(15, String::new());
        return vec![row];
    }
    let regions = state.regions.iter().enumerate();
    regions
        .map(|(i, region)| row(it, state, region, i == 0))
        .collect()
}

/// What is lost, and whether the fleet is sized to bear it.
fn name(state: &CapacityState) -> String {
    if state.counts {
        state.name.clone()
    } else {
        format!("{} (not sized for)", state.name)
    }
}

fn row(it: &Shown, state: &CapacityState, region: &StateRegion, first: bool) -> Vec<String> {
    let need = region.needs.iter().find(|need| need.year == 0);
    let has = it
        .capacity
        .fleet
        .iter()
        .find(|fleet| fleet.region == region.region);
    let cell = |of: &dyn Fn(&NeedResult) -> String| need.map_or_else(String::new, of);
    // What holds for the whole set stands once.
    let of_state = |text: String| if first { text } else { String::new() };
    let p95 = state.peak_p95_ms.as_ref();
    vec![
        name(state),
        region.region.clone(),
        words::verdict(&region.verdict),
        words::number(region.peak_rps),
        cell(&|need| words::needed(need.instances)),
        has.map_or_else(String::new, |fleet| voice::count(fleet.instances.into())),
        region.utilisation.map_or_else(String::new, voice::share_number),
        of_state(p95.map_or_else(String::new, |p95| voice::figure(p95, Unit::Millis))),
        some_share(region.spilled),
        some_share(region.shed),
        of_state(some_share(state.unserved)),
        cell(&|need| words::needed(need.servers)),
        words::wait_p99(region),
        cell(&|need| need.bound_by.clone()),
        match region.retry_factor {
            Some(1.0) => String::new(),
            Some(factor) => voice::fixed(factor, 2),
            None if it.summary.retry.is_some() => "without end".to_owned(),
            None => String::new(),
        },
    ]
}
