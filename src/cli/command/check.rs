//! `isochrone check`: everything that is wrong with a scenario, with line and column.

use std::path::Path;

use crate::basis::error::{Error, Severity};
use crate::basis::units::counted;
use crate::cli::args::CheckArgs;
use crate::cli::diagnostics::{self, Sources, Tally};
use crate::cli::exit::{Ending, Exit};
use crate::cli::settings::Settings;
use crate::cli::{input, scenario};
use crate::world::catalog::Catalog;

use super::regions::catalog;

/// Checks every scenario named; problems are the answer, so they end with code 1.
///
/// # Errors
/// When a file cannot be read at all.
pub fn run(args: &CheckArgs, settings: &Settings, sources: &mut Sources) -> Ending {
    let catalog = catalog(&args.tables)?;
    let mut total = Tally::default();
    for path in &args.scenarios {
        let found = check_one(path, args, &catalog, settings, sources)?;
        total.errors += found.errors;
        total.warnings += found.warnings;
    }
    let files = counted(args.scenarios.len(), "file");
    let found = total.in_words().unwrap_or_else(|| "no problem".into());
    settings.out.note(&format!("{files} checked: {found}"));
    Ok(if total.errors > 0 { Exit::No } else { Exit::Done })
}

fn check_one(
    path: &Path,
    args: &CheckArgs,
    catalog: &Catalog,
    settings: &Settings,
    sources: &mut Sources,
) -> Result<Tally, Error> {
    let checked = scenario::check(path, &scenario::pairs(&args.overrides), catalog)?;
    for text in &checked.sources {
        sources.remember(&text.name, &text.text);
    }
    let unreadable = checked.sources.is_empty();
    if unreadable
        && checked
            .problems
            .iter()
            .any(|problem| problem.severity == Severity::Error)
    {
        return Err(Error::problems_in_input(checked.problems));
    }
    let tally = diagnostics::tell(&settings.out, &checked.problems, sources);
    if tally == Tally::default() {
        settings.out.note(&format!("{}: no problem", input::name(path)));
    }
    Ok(tally)
}
