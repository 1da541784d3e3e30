//! `isochrone merge`: the report of a run that was shared out among machines.

use std::path::PathBuf;

use clap::Parser;

use super::{compare, search, simulate, sweep};
use crate::basis::error::{Error, Result};
use crate::basis::units::counted;
use crate::cli::args::{Cli, Command, MergeArgs, RunArgs};
use crate::cli::diagnostics::Sources;
use crate::cli::exit::{Ending, Halt};
use crate::cli::scenario;
use crate::cli::settings::Settings;
use crate::cli::shards::gathered::Gathered;

/// Asks what the shards were asked, and takes what they found.
///
/// # Errors
/// When a shard is missing, there twice, foreign, not whole or not complete; when a file that they read has changed; and
/// whatever stops the run itself.
pub fn run(args: &MergeArgs, settings: &Settings, sources: &mut Sources) -> Ending {
    let shards = Gathered::read(&args.shards)?;
    let mut question = question(&shards)?;
    move_scenarios(&mut question, &args.scenarios)?;
    for path in scenarios(&mut question) {
        let opened = scenario::open(path)?;
        shards.expect_scenario(opened.name(), opened.text())?;
    }
    if let Some(run) = run_args(&mut question) {
        run.output.clone_from(&args.output);
        run.gate = args.gate;
    }
    match &question {
        Command::Search(asked) => search::merge(asked, &shards, settings, sources),
        Command::Simulate(asked) => simulate::merge(asked, &shards, settings, sources),
        Command::Compare(asked) => compare::merge(asked, &shards, settings, sources),
        Command::Sweep(asked) => sweep::merge(asked, &shards, settings, sources),
        _ => Err(Halt::from(not_shared(&shards))),
    }
}

/// The command that the shards were made with.
fn question(shards: &Gathered) -> Result<Command> {
    let words = ["isochrone"]
        .into_iter()
        .chain(shards.question().iter().map(String::as_str));
    let typed = Cli::try_parse_from(words).map_err(|error| {
        let why = error.render().to_string();
        let line = why
            .lines()
            .next()
            .unwrap_or_default()
            .trim_start_matches("error: ")
            .to_owned();
        Error::input(format!(
            "what the shards were asked is not understood, `{}`: {line}",
            shards.question().join(" ")
        ))
    })?;
    Ok(typed.command)
}

fn not_shared(shards: &Gathered) -> Error {
    Error::input(format!(
        "`{}` is not shared out among machines",
        shards.question().join(" ")
    ))
}

fn run_args(question: &mut Command) -> Option<&mut RunArgs> {
    match question {
        Command::Search(asked) => Some(&mut asked.run),
        Command::Simulate(asked) => Some(&mut asked.run),
        Command::Compare(asked) => Some(&mut asked.run),
        Command::Sweep(asked) => Some(&mut asked.run),
        _ => None,
    }
}

fn scenarios(question: &mut Command) -> Vec<&mut PathBuf> {
    match question {
        Command::Search(asked) => vec![&mut asked.scenario],
        Command::Simulate(asked) => vec![&mut asked.scenario],
        Command::Compare(asked) => vec![&mut asked.scenario],
        Command::Sweep(asked) => asked.scenarios.iter_mut().collect(),
        _ => Vec::new(),
    }
}

/// Puts the scenarios where they are now.
fn move_scenarios(question: &mut Command, to: &[PathBuf]) -> Result<()> {
    let scenarios = scenarios(question);
    if to.is_empty() {
        return Ok(());
    }
    if to.len() != scenarios.len() {
        return Err(Error::input(format!(
            "--scenario is there {} times, and the shards were made from {}: {}",
            to.len(),
            counted(scenarios.len(), "scenario"),
            scenarios
                .iter()
                .map(|path| format!("`{}`", path.display()))
                .collect::<Vec<_>>()
                .join(", ")
        )));
    }
    for (path, to) in scenarios.into_iter().zip(to) {
        path.clone_from(to);
    }
    Ok(())
}
