//! What was meant: flags, variables and configuration files made into one answer to every question of taste.

use std::path::PathBuf;

use anstream::ColorChoice;

use super::args::{ColorWhen, Format, GlobalArgs, Theme};
use super::config::Config;
use super::exit::{Ending, Exit};
use super::output::Output;
use super::table::Sheet;
use crate::basis::error::{Error, Result};
use crate::engine::registers::Registers;

/// Settings of one invocation, none of which changes a number, and what was asked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The door to stdout and stderr.
    pub out: Output,
    /// Whether progress may be drawn.
    pub progress: bool,
    /// Number of threads, when one was asked for.
    pub threads: Option<usize>,
    /// What was asked, in words of the command line; none when they are not UTF-8.
    pub question: Option<Vec<String>>,
    format: Format,
    output: PathBuf,
    theme: Theme,
}

impl Settings {
    /// Flags and variables first, then the configuration files, then what is built in.
    ///
    /// # Errors
    /// When a configuration file cannot be read or says something unknown.
    pub fn new(args: &GlobalArgs) -> Result<Self> {
        let (config, files) = Config::load(args.config.as_deref())?;
        allow_registers()?;
        let out = Output::new(color_choice(args.color.or(config.color)), verbosity(args));
        for file in files {
            out.detail(1, &format!("configuration: {}", file.display()));
        }
        Ok(Settings {
            out,
            progress: !args.no_progress && config.progress.unwrap_or(true) && out.watched(),
            threads: args.threads.or(config.threads),
            question: None,
            format: config.format.unwrap_or(Format::Table),
            // Not a variable of the flag: naming a folder on the command line asks for the usual set of results.
            output: std::env::var_os("ISOCHRONE_OUTPUT")
                .map(PathBuf::from)
                .or(config.output)
                .unwrap_or_else(|| PathBuf::from("output")),
            theme: config.theme.unwrap_or(Theme::Light),
        })
    }

    /// The same, for what was asked.
    pub fn asked(self, question: Option<Vec<String>>) -> Self {
        Settings { question, ..self }
    }

    /// The same, telling nothing but data and errors.
    pub fn silent(&self) -> Self {
        Settings {
            out: self.out.silent(),
            ..self.clone()
        }
    }

    /// How stdout is written when a command was asked for `asked`.
    pub fn format(&self, asked: Option<Format>) -> Format {
        asked.unwrap_or(self.format)
    }

    /// Prints an answer in the form that was asked for.
    ///
    /// # Errors
    /// When stdout cannot be written.
    pub fn answer(&self, sheet: &Sheet, asked: Option<Format>) -> Ending {
        self.out.data(&sheet.render(self.format(asked))?)?;
        Ok(Exit::Done)
    }

    /// The folder for results when a command was asked for `asked`.
    pub fn output_folder(&self, asked: Option<&PathBuf>) -> PathBuf {
        asked.unwrap_or(&self.output).clone()
    }

    /// Colours of charts when a command was asked for `asked`.
    pub fn theme(&self, asked: Option<Theme>) -> Theme {
        asked.unwrap_or(self.theme)
    }
}

/// Holds the width of registers down where a variable says so, which shows that no byte depends on it: `scalar` or
/// `narrow`.
///
/// # Errors
/// When the variable says anything else.
fn allow_registers() -> Result<()> {
    let Some(word) = std::env::var_os("ISOCHRONE_REGISTERS") else {
        return Ok(());
    };
    let registers = word.to_str().and_then(Registers::named).ok_or_else(|| {
        Error::input(format!("ISOCHRONE_REGISTERS is `{}`", word.display()))
            .hint("say `scalar`, `narrow` or `widest`: results are the same, only slower or faster")
    })?;
    registers.allow();
    Ok(())
}

/// The door before any configuration is known: for errors in the configuration itself.
pub fn early_output(args: &GlobalArgs) -> Output {
    Output::new(color_choice(args.color), verbosity(args))
}

fn verbosity(args: &GlobalArgs) -> i8 {
    let count = |n: u8| i8::try_from(n).unwrap_or(i8::MAX);
    count(args.verbose).saturating_sub(count(args.quiet))
}

/// `auto` leaves the decision to each stream.
pub fn color_choice(when: Option<ColorWhen>) -> ColorChoice {
    match when {
        None | Some(ColorWhen::Auto) => ColorChoice::Auto,
        Some(ColorWhen::Always) => ColorChoice::Always,
        Some(ColorWhen::Never) => ColorChoice::Never,
    }
}
