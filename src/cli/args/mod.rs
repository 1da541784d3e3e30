//! What was typed: flags and words, nothing looked up, nothing opened.
//!
//! Help, man pages and completions all come from here.

use clap::{Parser, Subcommand};

pub mod parse;

pub mod global;

pub mod run;

pub mod query;

pub mod file;

pub use file::{ChartArgs, CompletionsArgs, DataArgs, DataCommand, DiffArgs, ExportArgs, InitArgs, ManArgs, SchemaArgs};
pub use file::{SchemaKind, Template, Theme};
pub use global::{ColorWhen, GlobalArgs};
pub use query::{CheckArgs, EstimateArgs, FitArgs, RegionsArgs, RegionsCommand, ValidateArgs};
pub use run::{CompareArgs, Format, RunArgs, SearchArgs, SimulateArgs};

/// Text below the help of the whole tool.
const AFTER_HELP: &str = "\
Examples:
  isochrone init scenario.toml
  isochrone check scenario.toml
  isochrone search scenario.toml --size 1..3

Exit codes:
  0    done, also when the reader of a pipe left early
  1    done, and the answer is no: a target is missed with --gate, `diff --fail-if-worse` found worse,
       `check` found problems, `search` found no feasible set
  2    not understood: bad flags, unreadable or invalid input
  3    could not finish: output not writable, or an internal error
  130  interrupted; what was finished is written, marked as not complete

Settings that do not change a number come from flags, then ISOCHRONE_* variables, then ./isochrone.toml, then
$XDG_CONFIG_HOME/isochrone/config.toml. Whatever changes a number comes from a flag or the scenario alone.";

/// Multi-region latency, offline: which regions to deploy to, and how sure the answer is
///
/// Simulates the latency that users all over the world get from sets of cloud regions, ranks every set that
/// satisfies your constraints, and says which sets are tied. It needs no account and no network: latencies come
/// from published measurements that are built in, or from your own.
#[derive(Debug, Parser)]
#[command(
    name = "isochrone",
    version,
    max_term_width = 100,
    after_help = AFTER_HELP,
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
    /// Browse the catalogue of regions
    Regions(RegionsArgs),
    /// Quantiles of the round-trip time between any two points
    Estimate(EstimateArgs),
    /// A latency distribution from measurements, as TOML for a scenario
    Fit(FitArgs),
    /// How well the built-in model predicts measurements it has not seen
    Validate(ValidateArgs),
    /// Draw charts from a saved report
    Chart(ChartArgs),
    /// Write sheets and documents from a saved report
    Export(ExportArgs),
    /// What changed between two reports, beyond sampling error
    Diff(DiffArgs),
    /// Maintain the built-in data tables
    Data(DataArgs),
    /// JSON Schema of a file format, for editors
    Schema(SchemaArgs),
    /// Completions for a shell
    Completions(CompletionsArgs),
    /// Man pages, one for each command
    Man(ManArgs),
}
