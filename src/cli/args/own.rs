//! Arguments of the commands that hold estimates against measurements: validate and calibrate.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::import::ReadArgs;
use super::query::AnswerArgs;
use crate::world::network::own::Over;

/// Arguments of `validate`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  isochrone validate
  isochrone validate --format csv
  isochrone validate --by region
  isochrone validate own.csv
  isochrone validate own.csv --plot agreement.svg --top 5
  isochrone validate own.csv --calibration calibration.toml")]
pub struct ValidateArgs {
    /// What was measured, and what is said of it.
    #[command(flatten)]
    pub own: SampleArgs,
    /// Move the estimates by a file that `calibrate` wrote
    ///
    /// Rows that it was fitted to are not unseen: `calibrate` tells what is left on rows held back.
    #[arg(long, value_name = "FILE", requires = "samples")]
    pub calibration: Option<PathBuf>,
    /// Number of pairs to name, those that are farthest off
    #[arg(long, value_name = "N", default_value = "10", value_parser = clap::value_parser!(u32).range(0..=1000), requires = "samples")]
    pub top: u32,
    /// Draw predicted against measured medians (repeatable); format by extension: svg, png
    #[arg(long, value_name = "FILE", requires = "samples")]
    pub plot: Vec<PathBuf>,
    /// Judge the measured regions one by one, each foretold without its own measurements
    #[arg(long, value_name = "WHAT", conflicts_with = "samples")]
    pub by: Option<ValidateBy>,
    /// How the answer is written.
    #[command(flatten)]
    pub answer: AnswerArgs,
}

/// What `validate` judges one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ValidateBy {
    /// Regions of providers with a measured matrix
    Region,
}

/// Arguments of `calibrate`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  isochrone calibrate own.csv
  isochrone calibrate own.csv -o calibration.toml
  isochrone calibrate own.csv --over users -o calibration.toml --format csv")]
pub struct CalibrateArgs {
    /// What was measured, and what is said of it.
    #[command(flatten)]
    pub own: SampleArgs,
    /// Write the effects to this file, which `[network] calibration` of a scenario names
    #[arg(short, long, value_name = "FILE", requires = "samples")]
    pub out: Option<PathBuf>,
    /// How the answer is written.
    #[command(flatten)]
    pub answer: AnswerArgs,
}

/// Files of measurements, and what is said of them.
#[derive(Args, Clone, Debug)]
pub struct SampleArgs {
    /// Files of measurements in any form that `import` reads, such as a CSV with `rtt_ms`; `-` is stdin
    ///
    /// Each goes from a user group (sao-paulo-br), a country (BR) or a region to a region. A technology stands behind a
    /// slash (sao-paulo-br/wifi), or in a column `technology`.
    #[arg(value_name = "SAMPLES")]
    pub samples: Vec<PathBuf>,
    /// How they are read.
    #[command(flatten)]
    pub read: ReadArgs,
    /// How users reach the internet of whom nothing else is said [default: any]
    ///
    /// any, lan, wifi, cellular, satellite or `geo_satellite`
    #[arg(long, value_name = "TECHNOLOGY")]
    pub technology: Option<String>,
    /// Whose times a row is: of one host over time, or of many users [default: by the form]
    ///
    /// Percentiles over many users tell the spread between them; those of one host do not. Tables, ping, fping, RIPE
    /// Atlas, cloudping, k6 and HAR are taken for hosts; rum, OpenTelemetry and Prometheus for users.
    #[arg(long, value_name = "WHOM")]
    pub over: Option<OverArg>,
    /// Know the user groups of a scenario's audience too
    #[arg(long, value_name = "SCENARIO")]
    pub scenario: Option<PathBuf>,
}

impl SampleArgs {
    /// Whether anything is said of measurements.
    pub fn says_something(&self) -> bool {
        self.read != ReadArgs::default()
            || self.technology.is_some()
            || self.over.is_some()
            || self.scenario.is_some()
    }
}

/// Whose times a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OverArg {
    /// One host or probe, over time
    Hosts,
    /// Many users
    Users,
}

impl OverArg {
    /// What is meant.
    pub fn over(self) -> Over {
        match self {
            OverArg::Hosts => Over::Host,
            OverArg::Users => Over::Users,
        }
    }
}
