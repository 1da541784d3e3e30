//! Arguments about losses: what is promised for them, and which are drilled.

use std::path::PathBuf;

use clap::Args;

use super::parse::{self, LossArg, SetArg};
use super::run::RunArgs;

/// Limits on what a loss may cost; they take the place of targets of the scenario.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Recovery")]
pub struct LimitArgs {
    /// Recovery time (RTO) that 95 of 100 losses must keep, such as 90s or 5m; `search` keeps only sets that do
    #[arg(long, value_name = "DURATION", value_parser = parse::duration)]
    pub rto: Option<String>,
    /// Age of the writes (RPO) that 95 of 100 losses may cost at most, such as 0s, 90s or 1m
    #[arg(long, value_name = "DURATION", value_parser = parse::duration)]
    pub rpo: Option<String>,
    /// Share of requests that must be served over the year, such as 99.95%
    #[arg(long, value_name = "PERCENT", value_parser = parse::availability)]
    pub availability: Option<String>,
    /// Number of regions that a set must be able to lose and still keep its latency targets
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub tolerate: Option<u32>,
    /// Cost a month that no set may exceed, in the currency of the scenario's costs; `search` keeps only sets that do
    #[arg(long, value_name = "AMOUNT", help_heading = "Cost")]
    pub budget: Option<f64>,
}

impl LimitArgs {
    /// Whether any of them was given.
    pub fn is_given(&self) -> bool {
        let texts = [&self.rto, &self.rpo, &self.availability];
        texts.into_iter().any(Option::is_some) || self.tolerate.is_some() || self.budget.is_some()
    }
}

/// Arguments of `drill`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  isochrone drill scenario.toml
  isochrone drill scenario.toml --placement eu-west-1,us-east-1 --lose eu-west-1 --no-output
  isochrone drill scenario.toml --lose eu-west-1,us-east-1/sa-east-1 --rto 5m
  isochrone drill scenario.toml --lose-any 2 --availability 99.95% --tolerate 1")]
pub struct DrillArgs {
    /// Scenario file, TOML or JSON; `-` is stdin
    #[arg(value_name = "SCENARIO")]
    pub scenario: PathBuf,
    /// Set of regions to drill in place of those in the scenario (repeatable): a,b or name=a,b
    #[arg(long = "placement", value_name = "[NAME=]A,B", value_parser = parse::set)]
    pub placements: Vec<SetArg>,
    /// Regions and links that are lost together, in place of the losses that the scenario names (repeatable)
    ///
    /// A link is written as the two regions it joins: eu-west-1,us-east-1/sa-east-1 loses Ireland and the link between
    /// Virginia and Oregon at once.
    #[arg(long, value_name = "REGION|A/B,...", value_parser = parse::loss)]
    pub lose: Vec<LossArg>,
    /// Number of regions to lose at once: every loss of up to so many regions of a set is told
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10), default_value = "1")]
    pub lose_any: u32,
    /// What every run takes.
    #[command(flatten)]
    pub run: RunArgs,
}
