//! `isochrone compare`: two or more sets of regions side by side.

mod saved;

use super::session::Session;
use crate::basis::error::{Error, Result};
use crate::cli::args::CompareArgs;
use crate::cli::diagnostics::Sources;
use crate::cli::exit::Ending;
use crate::cli::settings::Settings;
use crate::cli::{input, scenario};
use crate::decide::run;
use crate::report::model::Report;

/// Compares the sets of the scenario, or those of `--placement`, and those of a saved report, with each other and with
/// the baseline. Given a saved report in place of the scenario, compares its sets without running anything.
///
/// # Errors
/// When an input is wrong, names fewer than two sets, or a result cannot be written.
pub fn run(args: &CompareArgs, settings: &Settings, sources: &mut Sources) -> Ending {
    if input::is_report(&args.scenario) {
        return saved::run(args, settings, sources);
    }
    let report = saved_sets(args, sources)?;
    let mut session = Session::load(&args.scenario, &args.run, Vec::new(), settings, sources)?;
    session.change(|scenario, catalog| {
        scenario::set_placements(scenario, &args.placements, catalog)?;
        match (&report, &args.report) {
            (Some(report), Some(path)) => scenario::add_sets_of(scenario, report, path, catalog),
            _ => Ok(()),
        }
    })?;
    scenario::expect_sets(&session.scenario, 2)?;
    session.run("compare", run::simulate)
}

/// The report beside the scenario, if there is one.
fn saved_sets(args: &CompareArgs, sources: &mut Sources) -> Result<Option<Report>> {
    let Some(path) = &args.report else {
        return Ok(None);
    };
    if input::is_dash(path) && input::is_dash(&args.scenario) {
        return Err(Error::input("scenario and report cannot both come by stdin"));
    }
    input::report(path, sources).map(Some)
}
