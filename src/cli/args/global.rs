//! Flags that every command takes; none of them changes a number.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args, ValueEnum};
use schemars::JsonSchema;
use serde::Deserialize;

use super::parse;

/// Flags that every command takes.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// When to use colour; meaning never depends on it
    ///
    /// `auto` uses colour on a terminal, unless `NO_COLOR` is set or TERM is `dumb`; each stream decides by itself.
    #[arg(
        long,
        value_name = "WHEN",
        env = "ISOCHRONE_COLOR",
        hide_env_values = true,
        global = true
    )]
    pub color: Option<ColorWhen>,
    /// Say less: only data and errors
    #[arg(short, long, action = ArgAction::Count, global = true, conflicts_with = "verbose")]
    pub quiet: u8,
    /// Say more; twice for timings
    ///
    /// Once: where settings and estimates come from. Twice: how long each step took.
    #[arg(short, long, action = ArgAction::Count, global = true)]
    pub verbose: u8,
    /// Draw no progress bars
    ///
    /// There are none anyway when stderr is not a terminal.
    #[arg(
        long,
        env = "ISOCHRONE_NO_PROGRESS",
        hide_env_values = true,
        value_parser = FalseyValueParser::new(),
        global = true
    )]
    pub no_progress: bool,
    /// Number of threads to use; the results are the same for any [default: all cores]
    #[arg(
        long,
        value_name = "N",
        env = "ISOCHRONE_THREADS",
        hide_env_values = true,
        value_parser = parse::threads,
        global = true
    )]
    pub threads: Option<usize>,
    /// Configuration file to use in place of the usual two; `none` ignores both
    #[arg(
        long,
        value_name = "FILE",
        env = "ISOCHRONE_CONFIG",
        hide_env_values = true,
        global = true
    )]
    pub config: Option<PathBuf>,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ColorWhen {
    /// On a terminal that wants it
    Auto,
    /// Always, also into files and pipes
    Always,
    /// Never
    Never,
}
