//! Arguments of `import`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::run::Format;
use crate::world::ingest::foreign::{Form, Plain, Unit};

/// Arguments of `import`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  isochrone import ping.txt
  isochrone import ping.txt --from dublin-ie --rename eu.example.net=eu-west-1 -o pings.csv
  isochrone import atlas.json --rename probes.csv --write quantiles -o rtts.csv
  isochrone import p50.json p90.json --unit ms -o regions.csv
  isochrone import summary.json --metric http_req_waiting --from dublin-ie --to eu-west-1")]
pub struct ImportArgs {
    /// Files of measurements, each in a form of its own; `-` is stdin
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// How they are read.
    #[command(flatten)]
    pub read: ReadArgs,
    /// What is written to the file [default: single times where all are, else what they tell]
    #[arg(long, value_name = "ROWS")]
    pub write: Option<PlainArg>,
    /// Write the plain form to this CSV, which `fit` and `[network] matrix` read; `-` is stdout
    #[arg(short, long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// How to write the answer [default: table]
    #[arg(long, value_name = "FORMAT", env = "ISOCHRONE_FORMAT", hide_env_values = true)]
    pub format: Option<Format>,
}

/// What is said of files of measurements, for `import`, `validate`, `calibrate` and `diff`.
#[derive(Args, Clone, Debug, Default, PartialEq)]
pub struct ReadArgs {
    /// Form of the files [default: as the content shows, which is told]
    #[arg(long = "as", value_name = "FORM")]
    pub form: Option<FormArg>,
    /// Unit of the times, where neither the form nor a header says one; none is guessed
    #[arg(long, value_name = "UNIT")]
    pub unit: Option<UnitArg>,
    /// Where the times start, where a file does not say so: a user group or a region
    #[arg(long, value_name = "NAME")]
    pub from: Option<String>,
    /// Where the times go, where a file does not say so: a region
    #[arg(long, value_name = "NAME")]
    pub to: Option<String>,
    /// What is called differently (repeatable, or a,b): `from=client,to=server,rtt_ms=latency`
    ///
    /// Columns of a table; for `from` and `to` also labels, attributes or tags of a metric and keys of a result.
    #[arg(long, value_name = "NAME=COLUMN", value_delimiter = ',', value_parser = named_column)]
    pub columns: Vec<(String, String)>,
    /// Which metric: a histogram's name, connect, ssl or wait of an archive, one of k6's
    ///
    /// Without it an archive gives `connect` and k6 `http_req_connecting`: a round trip and nothing else. For cloudping
    /// it is the percentile, where the file does not say it: p50.
    #[arg(long, value_name = "METRIC")]
    pub metric: Option<String>,
    /// Call a host, probe or region otherwise (repeatable): OLD=NEW, or a CSV of old and new names
    #[arg(long, value_name = "OLD=NEW|FILE")]
    pub rename: Vec<String>,
}

/// `from=client`.
fn named_column(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, column)) if !name.trim().is_empty() && !column.trim().is_empty() => {
            Ok((name.trim().to_owned(), column.trim().to_owned()))
        }
        _ => Err("say NAME=COLUMN, such as from=client or rtt_ms=latency".into()),
    }
}

/// A form of measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormArg {
    /// A table: a row a time, or a row a pair with percentiles
    Csv,
    /// Output of ping: Linux, macOS, BSD or Windows
    Ping,
    /// Output of fping: -C N, -C N -q or -e
    Fping,
    /// RIPE Atlas: results of the type ping, in JSON
    Atlas,
    /// The API of cloudping: one percentile, in JSON
    Cloudping,
    /// k6: points in JSON or CSV, or a summary in JSON
    K6,
    /// OpenTelemetry: histograms in JSON
    Otlp,
    /// Prometheus: histograms in its text
    Prometheus,
    /// An archive of a browser's requests
    Har,
    /// A table of percentiles by country or region, from real users
    Rum,
}

impl FormArg {
    /// The form that is meant.
    pub fn form(self) -> Form {
        match self {
            FormArg::Csv => Form::Csv,
            FormArg::Ping => Form::Ping,
            FormArg::Fping => Form::Fping,
            FormArg::Atlas => Form::Atlas,
            FormArg::Cloudping => Form::Cloudping,
            FormArg::K6 => Form::K6,
            FormArg::Otlp => Form::Otlp,
            FormArg::Prometheus => Form::Prometheus,
            FormArg::Har => Form::Har,
            FormArg::Rum => Form::Rum,
        }
    }
}

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum UnitArg {
    /// Nanoseconds
    Ns,
    /// Microseconds
    Us,
    /// Milliseconds
    Ms,
    /// Seconds
    S,
}

impl UnitArg {
    /// The unit that is meant.
    pub fn unit(self) -> Unit {
        match self {
            UnitArg::Ns => Unit::Nanos,
            UnitArg::Us => Unit::Micros,
            UnitArg::Ms => Unit::Millis,
            UnitArg::S => Unit::Seconds,
        }
    }
}

/// Rows of the plain form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PlainArg {
    /// A row a time: `from,to,rtt_ms`
    Samples,
    /// A row a pair: `from,to,p50_ms,p90_ms` and more
    Quantiles,
    /// A row a pair: `from,to,min_ms,avg_ms,max_ms,mdev_ms`
    Summary,
}

impl PlainArg {
    /// The rows that are meant.
    pub fn plain(self) -> Plain {
        match self {
            PlainArg::Samples => Plain::Samples,
            PlainArg::Quantiles => Plain::Quantiles,
            PlainArg::Summary => Plain::Summary,
        }
    }
}
