//! `isochrone export`: sheets and documents from a saved report.

use std::iter;

use crate::basis::error::Result;
use crate::cli::args::{ExportArgs, Format};
use crate::cli::destinations::{self, Destinations};
use crate::cli::diagnostics::Sources;
use crate::cli::exit::{Ending, Exit, Halt};
use crate::cli::settings::Settings;
use crate::cli::{input, interrupt, table};
use crate::report::export;
use crate::report::model::Report;

/// Writes the report to every file named, or to stdout.
///
/// # Errors
/// When the report cannot be read or a file cannot be written.
pub fn run(args: &ExportArgs, settings: &Settings, sources: &mut Sources) -> Ending {
    let mut files = Destinations::default();
    args.outputs.iter().try_for_each(|path| files.add_report(path))?;
    files.spare(&[&args.report])?;
    let report = input::report(&args.report, sources)?;
    interrupt::end_cleanly(settings.out)?;
    if let Some(folder) = &args.sheets {
        for line in super::sheets::write(&report, folder)? {
            settings.out.note(&line);
        }
    }
    let printed = match shown(args, settings) {
        Some(format) => settings.out.data(&on_stdout(&report, format)?),
        None => Ok(()),
    };
    for line in destinations::in_words(&files.write(&report)?) {
        settings.out.note(&line);
    }
    Halt::unless_closed(printed)?;
    Ok(Exit::Done)
}

fn shown(args: &ExportArgs, settings: &Settings) -> Option<Format> {
    args.format
        .or_else(|| (args.outputs.is_empty() && args.sheets.is_none()).then(|| settings.format(None)))
}

/// A report as stdout gets it.
///
/// # Errors
/// When a figure cannot be written in the format, which is a fault of the program.
pub fn on_stdout(report: &Report, format: Format) -> Result<Vec<u8>> {
    match format {
        Format::Table => Ok(tables(report, table::width()).into_bytes()),
        Format::Json => export::Format::Json.render(report),
        Format::Csv => export::Format::Csv.render(report),
        Format::Markdown => export::Format::Markdown.render(report),
    }
}

/// The ranking, and below it what is told of designs and recovery; a drill leads with its losses.
fn tables(report: &Report, width: Option<usize>) -> String {
    let leading = export::sections::leading(report, width);
    let ranking = export::table::ranking(report, width);
    let below = export::sections::sections(report, width);
    let all: Vec<String> = leading
        .iter()
        .chain(iter::once(&ranking))
        .chain(&below)
        .map(table::of_text)
        .collect();
    all.join("\n")
}
