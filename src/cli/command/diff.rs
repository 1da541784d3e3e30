//! `isochrone diff`: what changed between two reports, beyond sampling error.

use crate::basis::error::{Error, Result};
use crate::cli::args::{DiffArgs, Format};
use crate::cli::diagnostics::Sources;
use crate::cli::exit::{Ending, Exit, Halt};
use crate::cli::settings::Settings;
use crate::cli::{input, table};
use crate::report::diff::{self, ReportDiff};

/// Compares two reports.
///
/// # Errors
/// When a report cannot be read.
pub fn run(args: &DiffArgs, settings: &Settings, sources: &mut Sources) -> Ending {
    let (old, new) = (
        input::report(&args.old, sources)?,
        input::report(&args.new, sources)?,
    );
    let changes = diff::diff(&old, &new);
    let printed = settings.out.data(&told(&changes, settings.format(args.format))?);
    Halt::unless_closed(printed)?;
    Ok(if args.fail_if_worse && changes.worse {
        Exit::No
    } else {
        Exit::Done
    })
}

fn told(changes: &ReportDiff, format: Format) -> Result<Vec<u8>> {
    match format {
        Format::Json => diff::to_json(changes),
        Format::Table => {
            let tables = diff::to_tables(changes);
            Ok(tables
                .iter()
                .map(table::of_text)
                .collect::<Vec<_>>()
                .join("\n")
                .into_bytes())
        }
        Format::Csv | Format::Markdown => {
            Err(Error::input("a difference is written as a table or as JSON").hint("say --format json"))
        }
    }
}
