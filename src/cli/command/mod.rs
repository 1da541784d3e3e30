//! One file per command: each takes what was typed and the settings, and ends with an exit code.

pub mod regions;

pub mod init;

pub mod check;

pub mod schema;

pub mod estimate;

pub mod fit;

pub mod import;

pub mod own;

pub mod validate;

pub mod calibrate;

pub mod sheets;

pub mod export;

pub mod failures;

pub mod view;

pub mod chart;

pub mod diff;

pub mod results;

pub mod session;

pub mod simulate;

pub mod compare;

pub mod sites;

pub mod search;

pub mod drill;

pub mod capacity;

pub mod sweep;

pub mod merge;

pub mod data;

pub mod completions;

pub mod man;

use super::args::Command;
use super::diagnostics::Sources;
use super::exit::Ending;
use super::settings::Settings;

/// Runs one command; `sources` learns the texts that problems may point into.
///
/// # Errors
/// Whatever stops the command before its end.
pub fn run(command: &Command, settings: &Settings, sources: &mut Sources) -> Ending {
    match command {
        Command::Estimate(args) => estimate::run(args, settings, sources),
        Command::Init(args) => init::run(args, settings),
        Command::Check(args) => check::run(args, settings, sources),
        Command::Schema(args) => schema::run(args, settings),
        Command::Fit(args) => fit::run(args, settings, sources),
        Command::Import(args) => import::run(args, settings, sources),
        Command::Validate(args) => validate::run(args, settings, sources),
        Command::Calibrate(args) => calibrate::run(args, settings, sources),
        Command::Export(args) => export::run(args, settings, sources),
        Command::View(args) => view::run(args, settings, sources),
        Command::Chart(args) => chart::run(args, settings, sources),
        Command::Regions(args) => regions::run(args, settings),
        Command::Data(args) => data::run(args, settings),
        Command::Completions(args) => completions::run(args, settings),
        Command::Man(args) => man::run(args, settings),
        Command::Diff(args) => diff::run(args, settings, sources),
        Command::Simulate(args) => simulate::run(args, settings, sources),
        Command::Compare(args) => compare::run(args, settings, sources),
        Command::Search(args) => search::run(args, settings, sources),
        Command::Drill(args) => drill::run(args, settings, sources),
        Command::Capacity(args) => capacity::run(args, settings, sources),
        Command::Sweep(args) => sweep::run(args, settings, sources),
        Command::Merge(args) => merge::run(args, settings, sources),
    }
}
