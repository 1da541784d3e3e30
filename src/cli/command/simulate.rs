//! `isochrone simulate`: the latency of named sets of regions.

use super::session::Session;
use crate::basis::error::{Error, Result};
use crate::cli::args::{ShardArgs, SimulateArgs};
use crate::cli::diagnostics::Sources;
use crate::cli::exit::Ending;
use crate::cli::scenario;
use crate::cli::settings::Settings;
use crate::cli::shards::gathered::Gathered;
use crate::cli::shards::work::Work;
use crate::decide::run::{self, parts};
use crate::engine::latency::table::LatencyTable;

/// Simulates the sets of the scenario, or those of `--placement`.
///
/// # Errors
/// When the scenario is wrong, names no set, or a result cannot be written.
pub fn run(args: &SimulateArgs, settings: &Settings, sources: &mut Sources) -> Ending {
    run_whole_or_part("simulate", &args.shards, asked(args, settings, sources)?)
}

/// Goes on from the replicates that `shards` drew.
///
/// # Errors
/// As [`run()`], and when the shards do not fit what there is now.
pub fn merge(args: &SimulateArgs, shards: &Gathered, settings: &Settings, sources: &mut Sources) -> Ending {
    merge_replicates("simulate", shards, asked(args, settings, sources)?)
}

fn asked<'a>(args: &'a SimulateArgs, settings: &'a Settings, sources: &mut Sources) -> Result<Session<'a>> {
    let mut session = Session::load(&args.scenario, &args.run, Vec::new(), settings, sources)?;
    session.change(|scenario, catalog| scenario::set_placements(scenario, &args.placements, catalog))?;
    scenario::expect_sets(&session.scenario, 1)?;
    Ok(session)
}

/// Runs a question about named sets, or draws the part of its replicates that `args` ask for.
pub(super) fn run_whole_or_part(command: &str, args: &ShardArgs, session: Session<'_>) -> Ending {
    let Some(file) = session.part(args)? else {
        return session.run(command, run::simulate);
    };
    if session.scenario.sampling.input_replicates == 0 {
        let error = Error::input(format!(
            "{command} has nothing to share out: its shards draw replicates for the input error, and input_replicates is 0"
        ));
        return Err(error
            .hint("say --set input_replicates=200, or run it in one piece")
            .into());
    }
    let shard = file.shard;
    session.run_part(file, |scenario, simulation, watch| {
        let part = parts::simulate_part(scenario, simulation, shard, watch)?;
        Ok(part.map(Work::of_replicates))
    })
}

/// Answers a question about named sets with the replicates that `shards` drew.
pub(super) fn merge_replicates(command: &str, shards: &Gathered, mut session: Session<'_>) -> Ending {
    session.take(shards)?;
    let replicates = shards.replicates()?;
    session.run(command, |scenario, simulation, watch| {
        let elsewhere = |table: &LatencyTable| {
            shards.expect_draws(&table.digest())?;
            Ok(replicates.clone())
        };
        run::simulate_by(scenario, simulation, Some(&elsewhere), watch)
    })
}
