//! Arguments of the commands that run a scenario: simulate, compare, search.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use schemars::JsonSchema;
use serde::Deserialize;

use super::beyond::BeyondArgs;
use super::losses::LimitArgs;
use super::parse::{self, Seed, SetArg};
use super::shards::ShardArgs;
use crate::basis::day::Day;
use crate::basis::units::Millis;
use crate::world::catalog::TableKind;

/// How stdout is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// A table for people
    Table,
    /// JSON: complete and versioned
    Json,
    /// CSV: one fact a row, units in the headers
    Csv,
    /// Markdown: for documents
    Markdown,
}

impl Format {
    /// Whether people read it, in words and as much as they can take in; a program gets every figure.
    pub fn is_for_people(self) -> bool {
        matches!(self, Format::Table | Format::Markdown)
    }
}

/// What every run of a scenario takes.
#[derive(Args, Clone, Debug)]
pub struct RunArgs {
    /// Draws per user group and region, at least 100; more draws, smaller sampling error
    #[arg(long, value_name = "N", value_parser = parse::runs, help_heading = "Sampling")]
    pub runs: Option<u32>,
    /// Run until the standard error of every set is this small, at most --runs: 1%, p99:0.5ms
    ///
    /// Of the objective, or of the measure before the colon; a part of it (1%), milliseconds (0.5ms), or percentage points
    /// of a share (within:150ms:0.2pp). Draws double from look to look.
    #[arg(long, value_name = "[MEASURE:]AMOUNT", value_parser = parse::precision, help_heading = "Sampling")]
    pub precision: Option<String>,
    /// Seed of all random streams: a number, or `random` for a fresh one, which is printed
    #[arg(long, value_name = "N|random", value_parser = parse::seed, help_heading = "Sampling")]
    pub seed: Option<Seed>,
    /// Day that the age of the data is told from [default: the date of the newest table]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse::day)]
    pub as_of: Option<Day>,
    /// Override a key of the scenario (repeatable); recorded in the report
    ///
    /// KEY is a path such as `runs`, VALUE is written as in TOML; quotes around plain words may be left out.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = parse::override_of_scenario)]
    pub overrides: Vec<String>,
    /// Measure to rank by
    ///
    /// One of mean, p50, p90, p95, p99 (latency in ms), within:150ms (share of requests within a time), worst-country
    /// (p95 in ms of the worst country), worst-group (largest mean in ms of any user group); any of these after the worst loss
    /// of one region, as p95-after-loss; cost (a month), score (the weighted one), rto, rpo (p95 in s) or downtime (minutes a
    /// year). Sets that are equal by one of the last go by their p95, or by the figure behind it: cost-then-p99.
    #[arg(long, value_name = "MEASURE")]
    pub objective: Option<String>,
    /// Compare every set against this one: a name from the scenario, or regions
    #[arg(long, value_name = "NAME|A,B")]
    pub baseline: Option<String>,
    /// Exit with 1 when a target of the scenario is missed
    ///
    /// By any set but the baseline; for `search`, by the best one. A target within the error of a figure counts as kept.
    #[arg(long)]
    pub gate: bool,
    /// What a loss may cost.
    #[command(flatten)]
    pub limits: LimitArgs,
    /// Where results go.
    #[command(flatten)]
    pub output: OutputArgs,
    /// Tables in place of built-in ones.
    #[command(flatten)]
    pub tables: TableArgs,
}

/// The user's tables.
#[derive(Args, Clone, Debug, Default)]
pub struct TableArgs {
    /// Use a table of your own in place of a built-in one (repeatable); the same columns as in data/
    ///
    /// NAME is that of the built-in file without its ending, such as regions, metros or `aws_rtts`.
    #[arg(long = "table", value_name = "NAME=FILE", value_parser = parse::table)]
    pub tables: Vec<(TableKind, PathBuf)>,
}

/// Where the results of a run go.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// How to write the results on stdout [default: table]
    #[arg(long, value_name = "FORMAT", env = "ISOCHRONE_FORMAT", hide_env_values = true)]
    pub format: Option<Format>,
    /// Write the report to a file (repeatable); format by extension: json, csv, md, xlsx, html
    ///
    /// The file is checked before the run starts and written whole or not at all. `-` is stdout, as --format says.
    #[arg(long, value_name = "FILE")]
    pub export: Vec<PathBuf>,
    /// Draw a chart (repeatable): `cdf.svg`, or `cdf=path/of/file.png`; format by extension: svg, png
    ///
    /// Without `kind=` the stem of the file names the kind of chart.
    #[arg(long, value_name = "[KIND=]FILE")]
    pub chart: Vec<String>,
    /// Folder for results; they are written to `DIR/SCENARIO/` [default: output] [env: `ISOCHRONE_OUTPUT`]
    ///
    /// Report, sheets and charts are written there when neither --export nor --chart is given, or when this is.
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Write no files beyond --export and --chart
    #[arg(long)]
    pub no_output: bool,
}

/// Arguments of `simulate`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  isochrone simulate scenario.toml
  isochrone simulate scenario.toml --placement eu-west-1,us-east-1 --runs 5000 --no-output
  isochrone simulate scenario.toml --export report.json --chart cdf.svg")]
pub struct SimulateArgs {
    /// Scenario file, TOML or JSON; `-` is stdin
    #[arg(value_name = "SCENARIO")]
    pub scenario: PathBuf,
    /// Set of regions to simulate in place of those in the scenario (repeatable): a,b or name=a,b
    #[arg(long = "placement", value_name = "[NAME=]A,B", value_parser = parse::set)]
    pub placements: Vec<SetArg>,
    /// Which part of it.
    #[command(flatten)]
    pub shards: ShardArgs,
    /// What every run takes.
    #[command(flatten)]
    pub run: RunArgs,
}

/// Arguments of `compare`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  isochrone compare scenario.toml --placement us-east-1 --placement us-east-1,eu-west-1
  isochrone compare scenario.toml --baseline us-east-1 --format markdown --no-output
  isochrone compare scenario.toml report.json --no-output
  isochrone compare report.json --placement us-east-1 --placement us-east-1,eu-west-1")]
pub struct CompareArgs {
    /// Scenario file, TOML or JSON; `-` is stdin; or a saved report, whose sets are compared as they stand
    ///
    /// Nothing is run for a saved report. Differences that its run did not take are made from the two figures: they
    /// are not paired, which makes them less sure, and the output says so.
    #[arg(value_name = "SCENARIO|REPORT")]
    pub scenario: PathBuf,
    /// Saved report, JSON: its sets are run beside those of the scenario, on the same random numbers
    #[arg(value_name = "REPORT")]
    pub report: Option<PathBuf>,
    /// Set of regions to compare in place of those in the scenario (repeatable): a,b or name=a,b
    ///
    /// With a saved report alone: the name or the regions of a set in it.
    #[arg(long = "placement", value_name = "[NAME=]A,B", value_parser = parse::set)]
    pub placements: Vec<SetArg>,
    /// Which part of it.
    #[command(flatten)]
    pub shards: ShardArgs,
    /// What every run takes.
    #[command(flatten)]
    pub run: RunArgs,
}

/// Arguments of `search`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  isochrone search scenario.toml --dry-run
  isochrone search scenario.toml --size 1..2 --top 5
  isochrone search scenario.toml --size 2 --require eu-west-1 --max-p95 400ms --no-output
  isochrone search scenario.toml --size 1..3 --grow=eu-west-1 --fixed-cost 5ms --no-output
  isochrone search scenario.toml --size 3 --within 10s --no-output
  isochrone search sites.toml --size 2..3 --within 5s --no-output")]
pub struct SearchArgs {
    /// Scenario file, TOML or JSON; `-` is stdin
    #[arg(value_name = "SCENARIO")]
    pub scenario: PathBuf,
    /// Number of regions in a set: 3, or 2..4 for 2, 3 and 4 regions
    #[arg(long, value_name = "N|A..B", value_parser = parse::sizes)]
    pub size: Option<RangeInclusive<usize>>,
    /// Region that every set must contain (repeatable, or a,b)
    #[arg(long, value_name = "REGION", value_delimiter = ',')]
    pub require: Vec<String>,
    /// Region that no set may contain (repeatable, or a,b)
    #[arg(long, value_name = "REGION", value_delimiter = ',')]
    pub exclude: Vec<String>,
    /// Keep only sets whose 95th percentile is at most this time, such as 150ms or 0.15s
    #[arg(long, value_name = "TIME", value_parser = parse::millis)]
    pub max_p95: Option<Millis>,
    /// Keep only sets whose 99th percentile is at most this time, such as 250ms or 0.25s
    #[arg(long, value_name = "TIME", value_parser = parse::millis)]
    pub max_p99: Option<Millis>,
    /// Time, growth, load, and what a region must be worth.
    #[command(flatten)]
    pub beyond: BeyondArgs,
    /// Number of best sets to report [default: 10]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub top: Option<u32>,
    /// Race of the best sets: up to N draws per user group and region, until they are told apart
    ///
    /// Draws double, towards the regions of these sets alone, until each is told from the best or tied with it: no further
    /// apart than the scenario's `indifference`, 1 % of the best value if it says nothing.
    #[arg(long, value_name = "N", value_parser = parse::runs, help_heading = "Sampling")]
    pub race: Option<u32>,
    /// Say what would be done, and do nothing: sets, seconds, memory
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Which part of it.
    #[command(flatten)]
    pub shards: ShardArgs,
    /// What every run takes.
    #[command(flatten)]
    pub run: RunArgs,
}
