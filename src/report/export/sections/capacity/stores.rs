//! Copies of stores against the limits that are stated for them.

use super::{Shown, table};
use crate::report::export::sections::data::without_empty_columns;
use crate::report::export::table::TextTable;
use crate::report::model::{CapacityState, StoreLoadResult};
use crate::report::voice::{self, capacity as words};

pub(super) fn limits(shown: &[Shown]) -> TextTable {
    let headers = [
        "store",
        "copy in",
        "state",
        "limits",
        "operations/s",
        "at most",
        "connections",
        "at most",
    ];
    let mut table = table(
        shown,
        "Stores against their limits, at the busiest hour of the whole set",
        &headers,
        |it| {
            let states = it.capacity.states.iter();
            states
                .flat_map(|state| state.stores.iter().map(|store| row(state, store)))
                .collect()
        },
    );
    without_empty_columns(&mut table);
    table
}

fn row(state: &CapacityState, it: &StoreLoadResult) -> Vec<String> {
    let count = |n: Option<u32>| n.map_or_else(String::new, |n| voice::count(n.into()));
    let connections = match (it.connections, it.connections_limit) {
        (None, Some(_)) => "not known".to_owned(),
        (held, _) => count(held),
    };
    vec![
        it.store.clone(),
        it.region.clone(),
        words::state(&state.name),
        if it.kept { "kept" } else { "broken" }.to_owned(),
        words::number(it.operations_per_second),
        it.operations_limit.map_or_else(String::new, words::number),
        connections,
        count(it.connections_limit),
    ]
}
