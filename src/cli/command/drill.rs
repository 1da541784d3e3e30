//! `isochrone drill`: what happens when regions or links are lost.

use super::session::Session;
use crate::cli::args::DrillArgs;
use crate::cli::diagnostics::Sources;
use crate::cli::exit::Ending;
use crate::cli::settings::Settings;
use crate::cli::{losses, scenario};
use crate::decide::run;

/// Loses regions of the sets of the scenario, or of those of `--placement`.
///
/// # Errors
/// When the scenario is wrong, names no set, a loss is wrong, or a result cannot be written.
pub fn run(args: &DrillArgs, settings: &Settings, sources: &mut Sources) -> Ending {
    let mut session = Session::load(&args.scenario, &args.run, Vec::new(), settings, sources)?;
    session.change(|scenario, catalog| {
        scenario::set_placements(scenario, &args.placements, catalog)?;
        losses::ask(scenario, &args.lose, args.lose_any, catalog)
    })?;
    scenario::expect_sets(&session.scenario, 1)?;
    session.run("drill", run::simulate)
}
