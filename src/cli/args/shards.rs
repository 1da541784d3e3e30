//! Arguments about work that is shared out among machines: shards, sweep, merge.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::parse::{self, Vary};
use super::run::{OutputArgs, RunArgs};
use crate::basis::shard::Shard;

/// Which part of the work to do.
#[derive(Args, Clone, Debug, Default)]
pub struct ShardArgs {
    /// Do part I of N of the work and no more; `merge` makes the report from all parts
    ///
    /// The same question must be asked N times, on any machines, with I from 1 to N. The merged report has the bytes of
    /// a run in one piece.
    #[arg(long, value_name = "I/N", value_parser = parse::shard, requires = "shard_file", help_heading = "Beyond one machine")]
    pub shard: Option<Shard>,
    /// File for what the part finds; written whole or not at all
    #[arg(
        long,
        value_name = "FILE",
        requires = "shard",
        help_heading = "Beyond one machine"
    )]
    pub shard_file: Option<PathBuf>,
}

/// What a sweep asks of each variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SweepQuestion {
    /// The best sets of regions
    Search,
    /// Latency of the scenario's sets
    Simulate,
    /// The scenario's sets side by side, at least two
    Compare,
    /// What happens when regions are lost
    Drill,
    /// Load, servers and cost
    Capacity,
}

/// Arguments of `sweep`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  isochrone sweep scenario.toml --vary objective=mean,p95 --vary runs=100,200
  isochrone sweep scenario.toml --vary regions.sizes=[1],[1,2] --question search --export all.md
  isochrone sweep scenario.toml --vary seed=1,2,3 --question simulate --format csv --no-output")]
pub struct SweepArgs {
    /// Scenario files, TOML or JSON
    #[arg(value_name = "SCENARIO", required = true)]
    pub scenarios: Vec<PathBuf>,
    /// Key of the scenario and the values it takes (repeatable): every combination is a variant
    ///
    /// Values are written as for --set, with commas between them; those in brackets, braces or quotes belong to a value.
    #[arg(long, value_name = "KEY=A,B,...", value_parser = parse::vary)]
    pub vary: Vec<Vary>,
    /// What is asked of each variant
    #[arg(long, value_name = "QUESTION", default_value = "search")]
    pub question: SweepQuestion,
    /// Number of best sets that each search reports
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000), default_value = "10")]
    pub top: u32,
    /// Which part of it.
    #[command(flatten)]
    pub shards: ShardArgs,
    /// What every run takes.
    #[command(flatten)]
    pub run: RunArgs,
}

/// Arguments of `merge`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  isochrone search scenario.toml --shard 1/2 --shard-file part-1.json
  isochrone search scenario.toml --shard 2/2 --shard-file part-2.json
  isochrone merge part-1.json part-2.json
  isochrone merge part-2.json part-1.json --scenario scenario.toml --format markdown --no-output")]
pub struct MergeArgs {
    /// Files that --shard-file named, all of one run, in any order
    #[arg(value_name = "SHARD", required = true)]
    pub shards: Vec<PathBuf>,
    /// Where the scenario is now, when it has moved (repeatable: for a sweep all of them, in their order)
    #[arg(long = "scenario", value_name = "FILE")]
    pub scenarios: Vec<PathBuf>,
    /// Exit with 1 when a target of the scenario is missed
    #[arg(long)]
    pub gate: bool,
    /// Where results go.
    #[command(flatten)]
    pub output: OutputArgs,
}
