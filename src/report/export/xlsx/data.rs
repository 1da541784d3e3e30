//! The sheets of data: `Stores`, `Copies`, `Cuts`, `Locality`, `Residency`; each only where there is something on it.

use rust_xlsxwriter::{Workbook, XlsxError};

use super::grid::{Cell, Column, Grid, Kind, Rows, Tint};
use crate::report::model::{
    CutResult, LocalityResult, OperationResult, Report, ResidencyResult, StoreResult,
};
use crate::report::voice::{self, Unit};

/// Names of the sheets that `report` does not have.
pub(super) fn absent(report: &Report) -> Vec<&'static str> {
    let grids = grids(report);
    let is_empty = |grid: &&Grid| grid.columns.iter().all(|column| column.cells.is_empty());
    grids.iter().filter(is_empty).map(|grid| grid.name).collect()
}

pub(super) fn write(book: &mut Workbook, report: &Report, max_rows: u32) -> Result<(), XlsxError> {
    let absent = absent(report);
    for grid in grids(report) {
        if !absent.contains(&grid.name) {
            grid.write(book.add_worksheet(), report, max_rows)?;
        }
    }
    Ok(())
}

fn grids(report: &Report) -> [Grid<'static>; 5] {
    [
        stores(report),
        copies(report),
        cuts(report),
        locality(report),
        residency(report),
    ]
}

fn grid(
    name: &'static str,
    title: &str,
    note: &str,
    fixed_columns: u16,
    columns: Vec<Column>,
) -> Grid<'static> {
    Grid {
        name,
        title: title.to_owned(),
        note: note.to_owned(),
        fixed_columns,
        pages_wide: 1,
        columns,
    }
}

fn stores(report: &Report) -> Grid<'static> {
    let rows: Rows<(&StoreResult, &OperationResult)> = Rows::of(report, |it| {
        let stores = it.stores.iter();
        stores.flat_map(|store| store.operations.iter().map(move |it| (store, it)))
    });
    let mut columns = rows.sets();
    columns.extend([
        rows.text("store", |it| it.0.store.clone()),
        rows.text("kind", |it| voice::store_kind(&it.0.kind)),
        rows.text("operation", |it| it.1.access.clone()),
        rows.millis("mean, ms", |it| it.1.mean_ms).tint(Tint::Heat),
        rows.millis("p50, ms", |it| it.1.p50_ms).tint(Tint::Heat),
        rows.millis("p99, ms", |it| it.1.p99_ms).tint(Tint::Heat),
        rows.millis("p99.9, ms", |it| it.1.p999_ms).tint(Tint::Heat),
        rows.text("copies in", |it| it.0.members.join(", ")),
    ]);
    let note = "As the serving regions see it, weighted by their traffic.";
    grid("Stores", "What operations on each store take", note, 3, columns)
}

/// A fact of a store's copies: a share, a time, or a number with its unit.
struct Copy<'a> {
    store: &'a StoreResult,
    what: String,
    share: Option<f64>,
    ms: Option<f64>,
    per_day: Option<(f64, &'static str)>,
}

fn copies(report: &Report) -> Grid<'static> {
    let rows: Rows<Copy> = Rows::of(report, |it| it.stores.iter().flat_map(facts));
    let error = |it: &Copy| {
        let half = |error: f64| 1.96 * error;
        it.ms.and(it.store.visible_std_error_ms).map(half)
    };
    let mut columns = rows.sets();
    columns.extend([
        rows.text("store", |it| it.store.store.clone()),
        rows.text("of its copies", |it| it.what.clone()),
        rows.column("share, %", Kind::Value(Unit::Share, 4), |it| it.share.into())
            .tint(Tint::Shares),
        rows.column("time, ms", Kind::Value(Unit::Millis, 1), |it| it.ms.into()),
        rows.column("± ms", Kind::PlusMinus(Unit::Millis, 1), |it| error(it).into()),
        rows.column("a day", Kind::Count, |it| it.per_day.map(|it| it.0).into()),
        rows.column("unit", Kind::Text, |it| {
            it.per_day.map_or(Cell::Empty, |it| it.1.into())
        }),
    ]);
    let note = "A time without ± comes from numerical convolution.";
    grid(
        "Copies",
        "How fresh copies are, conflicts, bytes copied",
        note,
        3,
        columns,
    )
}

fn facts(store: &StoreResult) -> Vec<Copy<'_>> {
    let fact = |what: String| Copy {
        store,
        what,
        share: None,
        ms: None,
        per_day: None,
    };
    let share = |what: String, share: f64| Copy {
        share: Some(share),
        ..fact(what)
    };
    let per_day = |what: String, number: f64, unit: &'static str| Copy {
        per_day: Some((number, unit)),
        ..fact(what)
    };
    let mut facts = Vec::new();
    for (ms, fresh) in &store.fresh_at {
        facts.push(share(
            format!("reads that see a write after {}", voice::time(*ms)),
            *fresh,
        ));
    }
    for (seen, ms) in &store.visible_after_ms {
        facts.push(Copy {
            ms: Some(*ms),
            ..fact(format!("seen by {} of reads after", voice::share(*seen)))
        });
    }
    facts.extend(
        store
            .within_promise
            .map(|it| share("copied within the promised time".into(), it)),
    );
    if let Some(it) = &store.conflicts {
        facts.push(share("writes in conflict".into(), it.share));
        facts.push(per_day("conflicting writes".into(), it.per_day, "writes"));
    }
    for (from, to, bytes) in &store.copied_per_day {
        facts.push(per_day(format!("copied from {from} to {to}"), *bytes, "bytes"));
    }
    facts
}

fn cuts(report: &Report) -> Grid<'static> {
    let rows: Rows<(&StoreResult, &CutResult)> = Rows::of(report, |it| {
        let stores = it.stores.iter();
        stores.flat_map(|store| store.cuts.iter().map(move |it| (store, it)))
    });
    let mut columns = rows.sets();
    columns.extend([
        rows.text("cut", |it| it.1.cut.clone()),
        rows.text("store", |it| it.0.store.clone()),
        rows.text("operation", |it| it.1.access.clone()),
        rows.text("choice", |it| voice::choice_words(&it.1.choice)),
    ]);
    let shares = [
        rows.share("as ever, %", 1, |it| it.1.served),
        rows.share("stale, %", 1, |it| it.1.stale),
        rows.share("divergent, %", 1, |it| it.1.divergent),
        rows.share("refused, %", 1, |it| it.1.refused),
    ];
    columns.extend(shares.map(|it| it.tint(Tint::Shares).group("of operations")));
    let note = "The shares of a row add up to 100 %.";
    grid(
        "Cuts",
        "What a cut of the network does to each store",
        note,
        3,
        columns,
    )
}

fn locality(report: &Report) -> Grid<'static> {
    let rows: Rows<&LocalityResult> = Rows::of(report, |it| &it.locality);
    let mut columns = rows.sets();
    columns.extend([
        rows.text("class", |it| it.class.clone()),
        rows.text("waits for", |it| it.what.clone()),
        rows.share("of its requests, %", 1, |it| it.share)
            .tint(Tint::Shares),
        rows.millis("mean wait, ms", |it| it.mean_ms).tint(Tint::Heat),
        rows.text("advice", |it| it.advice.clone().unwrap_or_default()),
    ]);
    let note = "Mean over all requests of the class, the costliest first.";
    grid(
        "Locality",
        "Work across regions that requests wait for",
        note,
        3,
        columns,
    )
}

fn residency(report: &Report) -> Grid<'static> {
    let rows: Rows<&ResidencyResult> = Rows::of(report, |it| &it.residency);
    let mut columns = rows.sets();
    columns.extend([
        rows.text("rule", |it| it.rule.clone()),
        rows.text("kept", |it| if it.kept { "kept" } else { "broken" }.to_owned()),
        rows.text("mode", |it| it.mode.clone()),
        rows.text("binds", |it| it.binds.clone()),
        rows.share("bound users, %", 2, |it| it.bound_users),
        rows.share("users served where it forbids, %", 2, |it| it.breaking_users)
            .tint(Tint::Heat),
        rows.text("data where it forbids", |it| it.breaking_regions.join(", ")),
    ]);
    let note = "Shares are of all users.";
    grid(
        "Residency",
        "Rules on where users are served and data lies",
        note,
        3,
        columns,
    )
}
