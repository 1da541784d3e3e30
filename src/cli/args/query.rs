//! Arguments of the commands that answer a question without a run: check, regions, estimate, fit, validate.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::parse;
use super::run::{Format, TableArgs};
use crate::basis::geo::LatLon;

/// Arguments of `check`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  isochrone check scenario.toml
  isochrone check scenario.toml --set runs=5000")]
pub struct CheckArgs {
    /// Scenario files, TOML or JSON; `-` is stdin
    #[arg(value_name = "SCENARIO", required = true)]
    pub scenarios: Vec<PathBuf>,
    /// Override a key of the scenario (repeatable), as for a run
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = parse::override_of_scenario)]
    pub overrides: Vec<String>,
    /// Tables in place of built-in ones.
    #[command(flatten)]
    pub tables: TableArgs,
}

/// Arguments of `regions`.
#[derive(Args, Clone, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  isochrone regions
  isochrone regions list --provider aws --country DE
  isochrone regions near 52.5,13.4 --top 5
  isochrone regions distance eu-west-1 us-east-1
  isochrone regions failures presets"
)]
pub struct RegionsArgs {
    /// What to do with the catalogue.
    #[command(subcommand)]
    pub command: Option<RegionsCommand>,
    /// Which regions, when no command is given.
    #[command(flatten)]
    pub list: ListArgs,
}

/// Arguments of `regions list`.
#[derive(Args, Clone, Debug)]
pub struct ListArgs {
    /// Which regions.
    #[command(flatten)]
    pub filter: RegionFilter,
    /// How the answer is written.
    #[command(flatten)]
    pub answer: AnswerArgs,
}

/// Which regions are meant.
#[derive(Args, Clone, Debug)]
pub struct RegionFilter {
    /// Only this provider (repeatable, or a,b): aws, azure, gcp or ibm
    #[arg(long, value_name = "PROVIDER", value_delimiter = ',')]
    pub provider: Vec<String>,
    /// Only this partition (repeatable, or a,b), such as aws, aws-cn or aws-us-gov
    #[arg(long, value_name = "PARTITION", value_delimiter = ',')]
    pub partition: Vec<String>,
    /// Only regions whose place is under this jurisdiction (repeatable, or a,b), such as EU, EEA or US
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub jurisdiction: Vec<String>,
    /// Only regions that stand in this country, as two letters of ISO 3166-1
    #[arg(long, value_name = "CC", value_parser = parse::country)]
    pub country: Option<String>,
    /// Only regions that an account can use without enabling them first
    #[arg(long)]
    pub no_opt_in: bool,
}

/// How an answer is written, and what it is taken from.
#[derive(Args, Clone, Debug)]
pub struct AnswerArgs {
    /// How to write the answer [default: table]
    #[arg(long, value_name = "FORMAT", env = "ISOCHRONE_FORMAT", hide_env_values = true)]
    pub format: Option<Format>,
    /// Tables in place of built-in ones.
    #[command(flatten)]
    pub tables: TableArgs,
}

/// What to do with the catalogue.
#[derive(Clone, Debug, Subcommand)]
pub enum RegionsCommand {
    /// List the regions
    #[command(after_help = "\
Examples:
  isochrone regions list --provider gcp
  isochrone regions list --jurisdiction EU --format csv")]
    List(ListArgs),
    /// Show all that is known about some regions
    #[command(after_help = "\
Examples:
  isochrone regions show eu-west-1
  isochrone regions show aws:eu-west-1 gcp:europe-west1")]
    Show {
        /// Region ids, such as eu-west-1 or aws:eu-west-1
        #[arg(value_name = "REGION", required = true)]
        regions: Vec<String>,
        /// How the answer is written.
        #[command(flatten)]
        answer: AnswerArgs,
    },
    /// The regions nearest to a place, with the distance in km
    #[command(after_help = "\
Examples:
  isochrone regions near 52.5,13.4
  isochrone regions near 52.5,13.4 --provider aws --top 3")]
    Near {
        /// Latitude and longitude in degrees, such as 52.5,13.4
        #[arg(value_name = "LAT,LON", value_parser = parse::lat_lon, allow_hyphen_values = true)]
        place: LatLon,
        /// Number of regions to show
        #[arg(long, value_name = "N", default_value = "10", value_parser = clap::value_parser!(u32).range(1..=1000))]
        top: u32,
        /// Which regions.
        #[command(flatten)]
        filter: RegionFilter,
        /// How the answer is written.
        #[command(flatten)]
        answer: AnswerArgs,
    },
    /// What is on record about failures, what was fitted to it, and what is assumed about losses of whole regions
    #[command(after_help = "\
Examples:
  isochrone regions failures
  isochrone regions failures rates --format csv
  isochrone regions failures presets")]
    Failures {
        /// What to tell
        #[arg(value_name = "WHAT", default_value = "fit")]
        what: FailuresOf,
        /// How the answer is written.
        #[command(flatten)]
        answer: AnswerArgs,
    },
    /// Distances between regions in km, with the least round-trip time in ms that fibre allows
    #[command(after_help = "\
Examples:
  isochrone regions distance eu-west-1 us-east-1
  isochrone regions distance eu-west-1 us-east-1 ap-southeast-2 --format csv")]
    Distance {
        /// Two or more region ids; every pair of them is told
        #[arg(value_name = "REGION", required = true, num_args = 2..)]
        regions: Vec<String>,
        /// How the answer is written.
        #[command(flatten)]
        answer: AnswerArgs,
    },
}

/// What `regions failures` tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailuresOf {
    /// Families fitted to the time to repair and the time between service incidents, s
    Fit,
    /// Service incidents a region and year, region by region
    Rates,
    /// Outages that were written about, counted by provider and scope
    Outages,
    /// The three assumptions about the loss of a whole region, with their reasons
    Presets,
}

/// Arguments of `estimate`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  isochrone estimate --from 52.5,13.4 --country DE --to eu-central-1
  isochrone estimate --from eu-west-1 --to us-east-1
  isochrone estimate --from eu-west-1 --to us-east-1 --ignore-measured
  isochrone estimate pairs.csv --format csv")]
pub struct EstimateArgs {
    /// CSV or .xlsx of pairs: lat,lon,country,technology,region or from,to; `-` is stdin
    #[arg(value_name = "PAIRS", conflicts_with_all = ["from", "to"], required_unless_present_any = ["from", "to"])]
    pub pairs: Option<PathBuf>,
    /// Where the request starts: a region, a metro, or latitude,longitude in degrees
    #[arg(
        long,
        value_name = "REGION|METRO|LAT,LON",
        requires = "to",
        allow_hyphen_values = true
    )]
    pub from: Option<String>,
    /// Where it goes: a region, a metro, or latitude,longitude in degrees
    #[arg(
        long,
        value_name = "REGION|METRO|LAT,LON",
        requires = "from",
        allow_hyphen_values = true
    )]
    pub to: Option<String>,
    /// Country of the users at --from, as two letters of ISO 3166-1; adds their access network
    #[arg(long, value_name = "CC", value_parser = parse::country, requires = "from")]
    pub country: Option<String>,
    /// How the users at --from reach the internet: any, lan, wifi, cellular, satellite, `geo_satellite` or none
    ///
    /// `any` is the mix that the country's tests show; `none` is a host in a data centre [default: any].
    #[arg(long, value_name = "TECHNOLOGY", requires = "from")]
    pub technology: Option<String>,
    /// Predict as if nobody had measured the regions of the pair
    ///
    /// Between two regions nothing that was measured at either is used, one at a time. Between a region and any other
    /// place neither the region's row of the matrix nor the probes that reached it are used; other regions in the same
    /// city still are. Constants that were calibrated on all measurements together stay as they are.
    #[arg(long)]
    pub ignore_measured: bool,
    /// How the answer is written.
    #[command(flatten)]
    pub answer: AnswerArgs,
}

/// Arguments of `fit`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  isochrone fit samples.csv
  isochrone fit samples.csv --family log-normal
  isochrone fit samples.csv --column rtt_ms --all")]
pub struct FitArgs {
    /// CSV or .xlsx of measured times in ms, one a row; `-` is stdin
    #[arg(value_name = "SAMPLES")]
    pub samples: PathBuf,
    /// Column to read [default: `rtt_ms`, or the first one with numbers]
    ///
    /// A name that ends in _s or _us is read in seconds or microseconds, any other in ms.
    #[arg(long, value_name = "NAME")]
    pub column: Option<String>,
    /// Family to fit; `auto` takes the one that describes the samples best
    #[arg(long, value_name = "FAMILY", default_value = "auto")]
    pub family: String,
    /// Print the goodness of fit of every family
    #[arg(long)]
    pub all: bool,
}

/// Arguments of `validate`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  isochrone validate
  isochrone validate --format csv
  isochrone validate --by region")]
pub struct ValidateArgs {
    /// Judge the measured regions one by one, each foretold without its own measurements
    #[arg(long, value_name = "WHAT")]
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
