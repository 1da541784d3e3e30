//! `isochrone chart`: charts from a saved report.

use std::path::Path;

use crate::basis::error::Result;
use crate::cli::args::{ChartArgs, Theme};
use crate::cli::destinations::{self, Destinations};
use crate::cli::diagnostics::Sources;
use crate::cli::exit::{Ending, Exit};
use crate::cli::settings::Settings;
use crate::cli::{input, interrupt};
use crate::report::chart::{self, ChartKind, ChartOptions};

/// Draws what was asked for, or every kind beside the report.
///
/// # Errors
/// When the report cannot be read, a kind is unknown or a file cannot be written.
pub fn run(args: &ChartArgs, settings: &Settings, sources: &mut Sources) -> Ending {
    let files = plan(args, settings)?;
    files.spare(&[&args.report])?;
    let report = input::report(&args.report, sources)?;
    interrupt::end_cleanly(settings.out)?;
    for line in destinations::in_words(&files.write(&report)?) {
        settings.out.note(&line);
    }
    Ok(Exit::Done)
}

fn plan(args: &ChartArgs, settings: &Settings) -> Result<Destinations> {
    let style = ChartOptions {
        width: args.width.unwrap_or(ChartOptions::default().width),
        height: args.height.unwrap_or(ChartOptions::default().height),
        theme: theme(settings.theme(args.theme)),
        ..ChartOptions::default()
    };
    let kind = args.kind.as_deref().map(ChartKind::parse).transpose()?;
    let mut files = Destinations::default();
    for text in &args.outputs {
        files.add_chart(text, kind, style)?;
    }
    if args.outputs.is_empty() {
        let folder = args.report.parent().unwrap_or(Path::new(""));
        match kind {
            Some(kind) => {
                let path = folder.join(format!("{}.svg", kind.name()));
                files.add_chart(&path.to_string_lossy(), Some(kind), style)?;
            }
            None => files.add_usual_charts(folder, style)?,
        }
    }
    Ok(files)
}

/// The theme as charts know it.
pub fn theme(theme: Theme) -> chart::Theme {
    match theme {
        Theme::Light => chart::Theme::Light,
        Theme::Dark => chart::Theme::Dark,
    }
}
