//! `isochrone compare`: two or more sets of regions side by side.

mod saved;

use super::session::Session;
use super::simulate::{merge_replicates, run_whole_or_part};
use crate::basis::error::{Error, Result};
use crate::cli::args::CompareArgs;
use crate::cli::diagnostics::Sources;
use crate::cli::exit::Ending;
use crate::cli::settings::Settings;
use crate::cli::shards::gathered::Gathered;
use crate::cli::{input, scenario};
use crate::report::model::Report;

/// Compares the sets of the scenario, or those of `--placement`, and those of a saved report, with each other and with
/// the baseline. Given a saved report in place of the scenario, compares its sets without running anything.
///
/// # Errors
/// When an input is wrong, names fewer than two sets, or a result cannot be written.
pub fn run(args: &CompareArgs, settings: &Settings, sources: &mut Sources) -> Ending {
    if input::is_report(&args.scenario) {
        if args.shards.shard.is_some() {
            let error =
                Error::input("a saved report is compared as it stands: there is nothing to share out");
            return Err(error.hint("leave out --shard and --shard-file").into());
        }
        return saved::run(args, settings, sources);
    }
    run_whole_or_part("compare", &args.shards, asked(args, settings, sources)?)
}

/// Goes on from the replicates that `shards` drew.
///
/// # Errors
/// As [`run`], and when the shards do not fit what there is now.
pub fn merge(args: &CompareArgs, shards: &Gathered, settings: &Settings, sources: &mut Sources) -> Ending {
    merge_replicates("compare", shards, asked(args, settings, sources)?)
}

fn asked<'a>(args: &'a CompareArgs, settings: &'a Settings, sources: &mut Sources) -> Result<Session<'a>> {
    let report = saved_sets(args, sources)?;
    let mut session = Session::load(&args.scenario, &args.run, Vec::new(), settings, sources)?;
    session.change(|scenario, catalog| {
        scenario::set_placements(scenario, &args.placements, catalog)?;
        match (&report, &args.report) {
            (Some(report), Some(path)) => scenario::add_sets_of(scenario, report, path, catalog),
            _ => Ok(()),
        }
    })?;
    if let Some(path) = &args.report {
        session.spare(path);
    }
    scenario::expect_sets(&session.scenario, 2)?;
    Ok(session)
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
