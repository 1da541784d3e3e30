//! `isochrone compare`: two or more sets of regions side by side.

use super::session::Session;
use crate::cli::args::CompareArgs;
use crate::cli::diagnostics::Sources;
use crate::cli::exit::Ending;
use crate::cli::scenario;
use crate::cli::settings::Settings;
use crate::decide::run;

/// Compares the sets of the scenario, or those of `--placement`, with each other and with the baseline.
///
/// # Errors
/// When the scenario is wrong, names fewer than two sets, or a result cannot be written.
pub fn run(args: &CompareArgs, settings: &Settings, sources: &mut Sources) -> Ending {
    let mut session = Session::load(&args.scenario, &args.run, Vec::new(), settings, sources)?;
    session.change(|scenario, catalog| scenario::set_placements(scenario, &args.placements, catalog))?;
    scenario::expect_sets(&session.scenario, 2)?;
    session.run("compare", run::simulate)
}
