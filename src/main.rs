//! The `isochrone` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    isochrone::cli::run(std::env::args_os())
}
