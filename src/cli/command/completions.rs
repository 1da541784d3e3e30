//! `isochrone completions`: a script that completes flags and commands in a shell.

use clap::CommandFactory;

use crate::cli::args::{Cli, CompletionsArgs};
use crate::cli::exit::{Ending, Exit};
use crate::cli::settings::Settings;

/// Prints the script.
///
/// # Errors
/// When stdout cannot be written.
pub fn run(args: &CompletionsArgs, settings: &Settings) -> Ending {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "isochrone", &mut script);
    settings.out.raw(&script)?;
    Ok(Exit::Done)
}
