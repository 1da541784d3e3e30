//! What is known from elsewhere, held against what the program says: published figures, closed forms, sums done by hand,
//! measurements that were left out, and intervals that were tried thousands of times.
//!
//! Every such figure is a row with a band ([`row`]); the rows stand in docs/validation.md ([`page`]).

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may fail, and some measure"
)]

#[path = "../support"]
mod support {
    pub(crate) mod drill;
    pub(crate) mod laws;
}

mod row;

mod page;

mod capacity;
mod costs;
mod draws;
mod matrix;
mod network;
mod pbs;
mod queueing;
mod recovery;
mod stores;
mod study;

use std::fmt::Write;

use isochrone::report::assemble::SAMPLER_VERSION;
use isochrone::world::catalog::{Catalog, TableKind};

use row::{Row, table};

/// Sections that this program writes, in the order of the page.
fn sections() -> Vec<(&'static str, String)> {
    let of = |name, rows: &[Row]| (name, table(rows));
    vec![
        of("quorums", &pbs::ROWS),
        of("placements", &matrix::ROWS),
        of("queues", &queueing::ROWS),
        of("losses", &recovery::ROWS),
        of("stores", &stores::ROWS),
        of("capacity", &capacity::ROWS),
        of("bills", &costs::ROWS),
        ("latency", table(&network::ROWS) + &network::extremes()),
    ]
}

/// How many rows the page has, and what they rest on.
fn summary(page: &str) -> String {
    let (inside, all) = page::counted(page);
    let mut text = format!(
        "**{inside} of {all} rows lie inside their bands.** isochrone {}, sampler {SAMPLER_VERSION}.\n\n\
         Measurements: ",
        env!("CARGO_PKG_VERSION")
    );
    let catalog = Catalog::embedded();
    let dates: Vec<String> = TableKind::ALL
        .iter()
        .map(|kind| catalog.data_table(*kind).unwrap())
        .filter(|table| network::TABLES.contains(&table.name.as_str()))
        .map(|table| format!("{} of {}", table.name, table.date))
        .collect();
    assert_eq!(dates.len(), network::TABLES.len(), "{dates:?}");
    writeln!(text, "{}.", dates.join(", ")).unwrap();
    text
}

#[test]
fn the_page_is_what_the_program_says() {
    page::hold(&sections());
    // Counted over all sections, also those that others write.
    let whole = page::text();
    page::hold(&[("summary", summary(&whole))]);
    let (inside, all) = page::counted(&whole);
    assert!(inside == all && all > 200, "{inside} of {all} rows are inside");
}
