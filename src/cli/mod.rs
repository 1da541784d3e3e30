//! Floor 7: who asks.
//!
//! Arguments (what was typed) become [`settings`] (what it means), then one [`command`] runs, then there is an
//! exit code. Everything that is printed leaves by [`output`].

pub mod exit;

pub mod output;

pub mod diagnostics;

pub mod hold;

pub mod atomic;

pub mod input;

pub mod destinations;

pub mod site_files;

pub mod interrupt;

pub mod args;

pub mod config;

pub mod table;

pub mod progress;

pub mod attend;

pub mod settings;

pub mod memory;

pub mod threads;

pub mod flags;

pub mod scenario;

pub mod losses;

pub mod shards;

pub mod command;

use std::ffi::OsString;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use anstream::ColorChoice;
use clap::{CommandFactory, FromArgMatches};

use args::Cli;
use diagnostics::Sources;
use exit::{Ending, Exit, Halt};
use output::Output;
use settings::Settings;

use crate::world::ingest;

/// Runs the tool with `args`, the first of which is its own name, and gives the exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    interrupt::ignore_hangups_as_told();
    let args: Vec<OsString> = args.into_iter().collect();
    let early = Output::new(early_color(&args), 0);
    panic::set_hook(Box::new(move |info| {
        // A reader of workbooks that gives up is an error about the file, told as one.
        if !ingest::is_caught() {
            early.complain(&fault(&info.to_string()));
        }
    }));
    let exit = panic::catch_unwind(AssertUnwindSafe(|| obey(&args, early)));
    ExitCode::from(exit.unwrap_or(Exit::CouldNotFinish).code())
}

fn fault(what: &str) -> String {
    format!(
        "error: internal error: {what}\nhint: this is a fault of isochrone, please report it with the command line you used"
    )
}

fn obey(args: &[OsString], early: Output) -> Exit {
    let typed = Cli::command().try_get_matches_from(args);
    let (cli, question) = match typed.and_then(|typed| Ok((Cli::from_arg_matches(&typed)?, typed))) {
        Ok((cli, typed)) => (cli, shards::words::words(&Cli::command(), &typed)),
        Err(error) => return answer_clap(&error, early),
    };
    let early = settings::early_output(&cli.global);
    let mut sources = Sources::default();
    let ending = Settings::new(&cli.global)
        .map_err(Halt::from)
        .and_then(|settings| {
            let settings = settings.asked(question);
            let work = || command::run(&cli.command, &settings, &mut sources);
            threads::with(settings.threads, work)?
        });
    settle(ending, early, &mut sources)
}

/// Turns the ending into an exit code, telling the error if there is one.
fn settle(ending: Ending, out: Output, sources: &mut Sources) -> Exit {
    match ending {
        Ok(exit) => exit,
        Err(Halt::PipeClosed) => Exit::Done,
        Err(Halt::Failed(error)) => {
            diagnostics::tell_error(&out, &error, sources);
            Exit::from(error.kind())
        }
    }
}

/// Help and version are answers, for stdout; anything else is a complaint.
fn answer_clap(error: &clap::Error, out: Output) -> Exit {
    let text = error.render().ansi().to_string();
    if error.use_stderr() {
        out.complain(text.trim_end());
        return Exit::NotUnderstood;
    }
    let printed = out.data(text.as_bytes()).map(|()| Exit::Done);
    settle(printed, out, &mut Sources::default())
}

/// Whether colour was asked for, found before anything is parsed: errors of the parser have colours too.
fn early_color(args: &[OsString]) -> ColorChoice {
    let words: Vec<&str> = args.iter().filter_map(|arg| arg.to_str()).collect();
    let spaced = words
        .windows(2)
        .find(|pair| pair[0] == "--color")
        .map(|pair| pair[1]);
    let joined = words.iter().find_map(|word| word.strip_prefix("--color="));
    let variable = std::env::var("ISOCHRONE_COLOR").ok();
    match spaced.or(joined).or(variable.as_deref()) {
        Some("always") => ColorChoice::Always,
        Some("never") => ColorChoice::Never,
        _ => ColorChoice::Auto,
    }
}
