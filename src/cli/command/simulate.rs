//! `isochrone simulate`: the latency of named sets of regions.

use super::session::Session;
use crate::cli::args::SimulateArgs;
use crate::cli::diagnostics::Sources;
use crate::cli::exit::Ending;
use crate::cli::scenario;
use crate::cli::settings::Settings;
use crate::decide::run;

/// Simulates the sets of the scenario, or those of `--placement`.
///
/// # Errors
/// When the scenario is wrong, names no set, or a result cannot be written.
pub fn run(args: &SimulateArgs, settings: &Settings, sources: &mut Sources) -> Ending {
    let mut session = Session::load(&args.scenario, &args.run, Vec::new(), settings, sources)?;
    session.change(|scenario, catalog| scenario::set_placements(scenario, &args.placements, catalog))?;
    scenario::expect_sets(&session.scenario, 1)?;
    session.run("simulate", run::simulate)
}
