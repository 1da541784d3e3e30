//! Arguments of `capacity`.

use std::path::PathBuf;

use clap::Args;

use super::parse::{self, SetArg};
use super::run::RunArgs;

/// Arguments of `capacity`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  isochrone capacity scenario.toml
  isochrone capacity scenario.toml --growth 40% --start 2026-12 --horizon 3
  isochrone capacity scenario.toml --region eu-west-1 --without us-east-1 --year 2
  isochrone capacity scenario.toml --budget 20000 --export plan.xlsx")]
pub struct CapacityArgs {
    /// Scenario file, TOML or JSON; `-` is stdin
    #[arg(value_name = "SCENARIO")]
    pub scenario: PathBuf,
    /// Set of regions to plan in place of those in the scenario (repeatable): a,b or name=a,b
    #[arg(long = "placement", value_name = "[NAME=]A,B", value_parser = parse::set)]
    pub placements: Vec<SetArg>,
    /// Growth of demand a year, such as 30% or -5%
    #[arg(long, value_name = "PERCENT", allow_hyphen_values = true)]
    pub growth: Option<String>,
    /// The month at whose start the stated rate holds, such as 2026-12
    #[arg(long, value_name = "MONTH")]
    pub start: Option<String>,
    /// Years to look ahead
    #[arg(long, value_name = "YEARS", value_parser = clap::value_parser!(u32).range(0..=30))]
    pub horizon: Option<u32>,
    /// Region to answer for, in one line and no more: what it needs and what that costs
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// Regions that are lost meanwhile (a,b); with --region
    #[arg(long, value_name = "REGION", value_delimiter = ',', requires = "region")]
    pub without: Vec<String>,
    /// Years from the start; with --region
    #[arg(long, value_name = "YEARS", value_parser = clap::value_parser!(u32).range(0..=30), requires = "region")]
    pub year: Option<u32>,
    /// What every run takes.
    #[command(flatten)]
    pub run: RunArgs,
}
