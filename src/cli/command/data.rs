//! `isochrone data build`: the tables of the project, made again from the raw ones.

use std::path::Path;

use crate::basis::error::Result;
use crate::cli::args::{DataArgs, DataCommand};
use crate::cli::atomic::{self, Target};
use crate::cli::exit::{Ending, Exit};
use crate::cli::settings::Settings;
use crate::world::catalog::build_tables;

/// Makes the tables and writes them.
///
/// # Errors
/// When a raw table is missing or wrong, or a table cannot be written.
pub fn run(args: &DataArgs, settings: &Settings) -> Ending {
    let DataCommand::Build {
        from,
        zones,
        land,
        to,
    } = &args.command;
    let tables = build_tables(from, zones.as_deref(), land.as_deref())?;
    for (name, bytes) in &tables {
        write(&to.join(name), bytes)?;
    }
    settings
        .out
        .note(&format!("wrote {} tables to {}", tables.len(), to.display()));
    Ok(Exit::Done)
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        atomic::make_folder(folder)?;
    }
    Target::probe(path)?.write(bytes)
}
