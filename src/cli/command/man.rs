//! `isochrone man`: man pages, one for each command.

use std::path::Path;

use clap::CommandFactory;
use clap_mangen::Man;

use crate::basis::error::{Error, Result};
use crate::cli::args::{Cli, ManArgs};
use crate::cli::atomic::{self, Target};
use crate::cli::exit::{Ending, Exit};
use crate::cli::settings::Settings;

/// Writes every page into a folder, or the top page to stdout.
///
/// # Errors
/// When a page cannot be written.
pub fn run(args: &ManArgs, settings: &Settings) -> Ending {
    let pages = pages()?;
    match &args.dir {
        Some(folder) => {
            write(&pages, folder)?;
            settings.out.note(&format!(
                "wrote {} man pages to {}",
                pages.len(),
                folder.display()
            ));
        }
        None => settings.out.raw(&pages[0].roff)?,
    }
    Ok(Exit::Done)
}

struct Page {
    file: String,
    roff: Vec<u8>,
}

fn write(pages: &[Page], folder: &Path) -> Result<()> {
    atomic::make_folder(folder)?;
    for page in pages {
        Target::probe(&folder.join(&page.file))?.write(&page.roff)?;
    }
    Ok(())
}

/// The page of the whole tool, then those of the commands in order.
fn pages() -> Result<Vec<Page>> {
    let mut tool = Cli::command();
    tool.build();
    let mut pages = Vec::new();
    collect(&tool, &mut pages)?;
    Ok(pages)
}

fn collect(command: &clap::Command, pages: &mut Vec<Page>) -> Result<()> {
    let man = Man::new(command.clone());
    let mut roff = Vec::new();
    man.render(&mut roff)
        .map_err(|error| Error::internal(format!("cannot render a man page: {error}")))?;
    pages.push(Page {
        file: man.get_filename(),
        roff,
    });
    command
        .get_subcommands()
        .try_for_each(|below| collect(below, pages))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_of_its_own() {
        let names: Vec<String> = pages().unwrap().into_iter().map(|page| page.file).collect();
        for expected in ["isochrone.1", "isochrone-search.1", "isochrone-regions-near.1"] {
            assert!(
                names.iter().any(|name| name == expected),
                "{expected} not in {names:?}"
            );
        }
        let mut distinct = names.clone();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), names.len());
    }
}
