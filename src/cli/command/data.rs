//! `isochrone data`: how old the tables are, and the tables of the project made again from the raw ones.

use std::path::Path;

use super::regions::catalog;
use crate::basis::day::Day;
use crate::basis::error::Result;
use crate::basis::units::counted;
use crate::cli::args::{DataArgs, DataCommand, TableArgs};
use crate::cli::atomic::{self, Target};
use crate::cli::exit::{Ending, Exit};
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Sheet};
use crate::world::catalog::{DataAge, DataKind, build_tables};

/// Tells how old the tables are, or makes them and writes them.
///
/// # Errors
/// When a table is missing or wrong, or cannot be written.
pub fn run(args: &DataArgs, settings: &Settings) -> Ending {
    match &args.command {
        DataCommand::Ages { as_of, answer } => settings.answer(&ages(*as_of, &answer.tables)?, answer.format),
        DataCommand::Build {
            from,
            zones,
            land,
            to,
        } => build(from, (zones.as_deref(), land.as_deref()), to, settings),
    }
}

fn build(
    from: &Path,
    (zones, land): (Option<&Path>, Option<&Path>),
    to: &Path,
    settings: &Settings,
) -> Ending {
    let tables = build_tables(from, zones, land)?;
    for (name, bytes) in &tables {
        write(&to.join(name), bytes)?;
    }
    settings
        .out
        .note(&format!("wrote {} tables to {}", tables.len(), to.display()));
    Ok(Exit::Done)
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        atomic::make_folder(folder)?;
    }
    Target::probe(path)?.write(bytes)
}

fn ages(as_of: Option<Day>, tables: &TableArgs) -> Result<Sheet> {
    let ages = catalog(tables)?.ages(as_of)?;
    let from = match (ages.as_of, ages.given) {
        (Some(day), true) => format!("ages as of {day}, the day asked for"),
        (Some(day), false) => {
            format!("ages as of {day}, the date of the newest table: --as-of tells them from another day")
        }
        (None, _) => "no table says its date, so nobody knows how old they are".to_owned(),
    };
    let limits: Vec<String> = DataKind::ALL
        .map(|kind| format!("{} {}", kind.name(), kind.limit_years()))
        .into();
    let later = ages.tables.iter().filter(|age| age.is_later()).count();
    let later = (later > 0).then(|| {
        format!(
            "{} of a later date than that: how old these will be is not known",
            counted(later, "table")
        )
    });
    let notes = [from].into_iter().chain(later).chain([
        "a date without a day counts as the first of its month or year, so that data are rather told too old"
            .to_owned(),
        format!("limits in years, a rule of ours: {}", limits.join(", ")),
    ]);
    Ok(Sheet {
        keys: vec!["table", "kind", "date", "age_years", "limit_years", "state"],
        rows: ages.tables.iter().map(row).collect(),
        notes: notes.collect(),
        ..Sheet::default()
    })
}

fn row(age: &DataAge) -> Vec<Cell> {
    let kind = age.kind.data_kind();
    let state = match age.years {
        None => "no date",
        Some(_) if age.is_old() => "old",
        Some(_) if age.is_later() => "later",
        Some(_) => "ok",
    };
    vec![
        age.table.as_str().into(),
        kind.name().into(),
        age.date.as_str().into(),
        age.years.map_or(Cell::Empty, |years| Cell::Number(years, 1)),
        Cell::Number(kind.limit_years(), 0),
        state.into(),
    ]
}
