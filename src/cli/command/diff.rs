//! `isochrone diff`: what changed between two reports, two sets of data tables, or two sets of measurements.

use std::path::Path;

use serde::Serialize;

use crate::basis::error::{Error, Result};
use crate::cli::args::import::ReadArgs;
use crate::cli::args::{DiffArgs, Format};
use crate::cli::diagnostics::Sources;
use crate::cli::exit::{Ending, Exit, Halt};
use crate::cli::settings::Settings;
use crate::cli::{input, table};
use crate::report::export::table::TextTable;
use crate::report::export::{json, markdown};
use crate::report::model::Report;
use crate::report::{diff, drift};
use crate::world::catalog::DataSet;
use crate::world::ingest::foreign::{Imported, read_foreign};

use super::import;

/// The word for the tables that are built in.
const EMBEDDED: &str = "embedded";

/// One of the two things that are compared.
enum Side {
    Report(Box<Report>),
    Data(Box<DataSet>),
    Measured(Box<Imported>),
}

impl Side {
    /// What it is, with its article.
    fn kind(&self) -> &'static str {
        match self {
            Side::Report(_) => "a report",
            Side::Data(_) => "a set of data tables",
            Side::Measured(_) => "a file of measurements",
        }
    }
}

/// Compares two things of one kind.
///
/// # Errors
/// When one of them cannot be read, or they are of two kinds.
pub fn run(args: &DiffArgs, settings: &Settings, sources: &mut Sources) -> Ending {
    let (old, new) = (side(&args.old, args, sources)?, side(&args.new, args, sources)?);
    let format = settings.format(args.format);
    let top = args.top as usize;
    let (told, worse) = match (old, new) {
        (Side::Report(old), Side::Report(new)) => {
            let changes = diff::diff(&old, &new);
            (told(&changes, &diff::to_tables(&changes), format)?, changes.worse)
        }
        (Side::Data(old), Side::Data(new)) => {
            let changes = drift::data(&old, &new)?;
            (
                told(&changes, &drift::data_tables(&changes, top), format)?,
                changes.worse,
            )
        }
        (Side::Measured(old), Side::Measured(new)) => {
            let changes = drift::measured(*old, *new, &import::names(&args.read.rename)?)?;
            (
                told(&changes, &drift::measured_tables(&changes, top), format)?,
                changes.worse,
            )
        }
        (old, new) => return Err(two_kinds(args, &old, &new).into()),
    };
    Halt::unless_closed(settings.out.data(&told))?;
    Ok(if args.fail_if_worse && worse {
        Exit::No
    } else {
        Exit::Done
    })
}

/// What stands at `path`: the word for the tables that are built in, a folder, a report by its own word, else measurements.
fn side(path: &Path, args: &DiffArgs, sources: &mut Sources) -> Result<Side> {
    let side = found(path, &args.read, sources)?;
    if !matches!(side, Side::Measured(_)) && args.read != ReadArgs::default() {
        let message = format!(
            "`{}` is {}: how measurements are read means nothing for it",
            input::name(path),
            side.kind()
        );
        let hint = "leave out --as, --unit, --from, --to, --columns, --metric and --rename";
        return Err(Error::input(message).hint(hint));
    }
    Ok(side)
}

fn found(path: &Path, args: &ReadArgs, sources: &mut Sources) -> Result<Side> {
    if path == Path::new(EMBEDDED) {
        return Ok(Side::Data(Box::new(DataSet::embedded()?)));
    }
    if path.is_dir() {
        return Ok(Side::Data(Box::new(DataSet::in_folder(path)?)));
    }
    let (name, bytes) = (input::name(path), input::read(path)?);
    if let (true, Ok(text)) = (input::is_dash(path), std::str::from_utf8(&bytes)) {
        sources.remember(&name, text);
    }
    if says_a_schema(&bytes) {
        return Ok(Side::Report(Box::new(json::from_json(&name, &bytes)?)));
    }
    Ok(Side::Measured(Box::new(read_foreign(
        &name,
        &bytes,
        &import::options(args),
    )?)))
}

/// Whether it is a file of this program, or was one: JSON whose first key is `schema`.
fn says_a_schema(bytes: &[u8]) -> bool {
    let begins = bytes.iter().filter(|byte| !byte.is_ascii_whitespace()).take(9);
    begins.eq(b"{\"schema\"") || json::is_report(bytes)
}

fn two_kinds(args: &DiffArgs, old: &Side, new: &Side) -> Error {
    let named = |path: &Path, side: &Side| format!("`{}` is {}", input::name(path), side.kind());
    let (old, new) = (named(&args.old, old), named(&args.new, new));
    Error::input(format!("{old} and {new}: only two of a kind can be compared")).hint(
        "compare two reports (JSON), two folders of data tables (`embedded` for those built in), or two files of \
         measurements",
    )
}

fn told(changes: &impl Serialize, tables: &[TextTable], format: Format) -> Result<Vec<u8>> {
    match format {
        Format::Json => drift::to_json(changes),
        Format::Table => {
            let tables: Vec<String> = tables.iter().map(table::of_text).collect();
            Ok(tables.join("\n").into_bytes())
        }
        Format::Markdown => Ok(markdown::of_tables(tables).into_bytes()),
        Format::Csv => Err(Error::input("a difference is several tables, and no CSV")
            .hint("say --format json, table or markdown")),
    }
}
