//! What was typed: flags and words, nothing looked up, nothing opened.
//!
//! Help, man pages and completions all come from here.

use std::sync::LazyLock;

use clap::{Parser, Subcommand};

pub mod parse;

pub mod global;

mod beyond;

pub mod run;

pub mod capacity;

pub mod shards;

mod losses;

pub mod query;

pub mod import;

pub mod own;

pub mod file;

pub use beyond::BeyondArgs;
pub use capacity::CapacityArgs;
pub use file::{
    ChartArgs, CompletionsArgs, DataArgs, DataCommand, DiffArgs, ExportArgs, InitArgs, ManArgs, SchemaArgs,
    ViewArgs,
};
pub use file::{SchemaKind, Template, Theme};
pub use global::{ColorWhen, GlobalArgs};
pub use import::ImportArgs;
pub use losses::{DrillArgs, LimitArgs};
pub use own::{CalibrateArgs, ValidateArgs, ValidateBy};
pub use query::{
    AnswerArgs, CheckArgs, EstimateArgs, FailuresOf, FitArgs, ListArgs, RegionFilter, RegionsArgs,
    RegionsCommand,
};
pub use run::{CompareArgs, Format, OutputArgs, RunArgs, SearchArgs, SimulateArgs, TableArgs};
pub use shards::{MergeArgs, ShardArgs, SweepArgs, SweepQuestion};

use super::exit::Exit;
use crate::report::assemble::SAMPLER_VERSION;
use crate::report::model::SCHEMA_VERSION;
use crate::world::catalog::TableKind;

/// The first steps, below every help of the whole tool.
const EXAMPLES: &str = "\
Examples:
  isochrone init scenario.toml
  isochrone check scenario.toml
  isochrone search scenario.toml --size 1..3";

/// Where settings come from, below the long help.
const SETTINGS: &str = "\
Settings:
  What does not change a number comes from flags, then ISOCHRONE_* variables, then
  ./isochrone.toml, then $XDG_CONFIG_HOME/isochrone/config.toml. Whatever changes a number
  comes from a flag or the scenario alone.";

/// Columns that help is written for; narrower terminals wrap.
const HELP_WIDTH: usize = 96;

fn long_epilogue() -> String {
    let codes: String = Exit::ALL.into_iter().map(exit_line).collect();
    format!("{EXAMPLES}\n\nExit codes:\n{codes}\n{SETTINGS}")
}

fn exit_line(exit: Exit) -> String {
    let mut text = format!("  {:<4} ", exit.code());
    let mut column = text.len();
    for word in exit.meaning().split(' ') {
        if column + word.len() > HELP_WIDTH {
            text.push_str("\n       ");
            column = 7;
        }
        text.push_str(word);
        text.push(' ');
        column += word.len() + 1;
    }
    format!("{}\n", text.trim_end())
}

/// Made once: clap keeps a reference for good.
static LONG_VERSION: LazyLock<String> = LazyLock::new(long_version);

/// What `--version` tells beyond the number: what would have to be the same for the same figures.
fn long_version() -> String {
    let head = format!(
        "{}\nsampler {SAMPLER_VERSION} (the same seed gives the same figures while it stays)\nreport schema {SCHEMA_VERSION}",
        env!("CARGO_PKG_VERSION")
    );
    let data = TableKind::ALL.into_iter().map(|kind| {
        let date = kind
            .embedded_text()
            .lines()
            .find_map(|line| line.strip_prefix("# date: "));
        format!(
            "data {} of {}",
            parse::table_name(kind),
            date.unwrap_or("unknown date")
        )
    });
    [head].into_iter().chain(data).collect::<Vec<_>>().join("\n")
}

/// Multi-region latency, offline: which regions to deploy to, and how sure the answer is
///
/// Simulates the latency that users all over the world get from sets of cloud regions, ranks every set that
/// satisfies your constraints, and says which sets are tied. It needs no account and no network: latencies come
/// from published measurements that are built in, or from your own.
#[derive(Debug, Parser)]
#[command(
    name = "isochrone",
    version,
    long_version = LONG_VERSION.as_str(),
    max_term_width = 100,
    after_help = EXAMPLES,
    after_long_help = long_epilogue(),
    disable_help_subcommand = true,
    propagate_version = false
)]
pub struct Cli {
    /// Flags that every command takes.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands, in the order in which they are taught.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a commented scenario to start from
    Init(InitArgs),
    /// Find every problem of a scenario, with line and column
    Check(CheckArgs),
    /// Latency of the scenario's sets of regions
    Simulate(SimulateArgs),
    /// Two or more sets of regions side by side
    Compare(CompareArgs),
    /// The best sets of regions, out of all that satisfy the constraints
    Search(SearchArgs),
    /// What happens when regions or links are lost
    Drill(DrillArgs),
    /// Load, servers, growth and cost of the scenario's sets of regions
    Capacity(CapacityArgs),
    /// Many variants of a scenario, a report for each and a table of all
    Sweep(SweepArgs),
    /// The report of a run that was shared out among machines
    Merge(MergeArgs),
    /// Browse the catalogue of regions
    Regions(RegionsArgs),
    /// Quantiles of the round-trip time between any two points
    Estimate(EstimateArgs),
    /// A latency distribution from measurements, as TOML for a scenario
    Fit(FitArgs),
    /// Measurements of ping, RIPE Atlas, k6, OpenTelemetry and others, in the plain form
    Import(ImportArgs),
    /// How well the estimates agree with measurements: those built in, unseen, or your own
    Validate(ValidateArgs),
    /// What your own measurements make of the estimates, as a file for a scenario
    Calibrate(CalibrateArgs),
    /// A saved report as a page in the browser: one file, no server, no network
    View(ViewArgs),
    /// Draw charts from a saved report
    Chart(ChartArgs),
    /// Write sheets and documents from a saved report
    Export(ExportArgs),
    /// What changed between two reports, two sets of data or of measurements, beyond noise
    Diff(DiffArgs),
    /// The built-in data tables: how old they are, and making them anew
    Data(DataArgs),
    /// JSON Schema of a file format, for editors
    Schema(SchemaArgs),
    /// Completions for a shell
    Completions(CompletionsArgs),
    /// Man pages, one for each command
    Man(ManArgs),
}

#[cfg(test)]
mod tests;
