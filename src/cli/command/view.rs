//! `isochrone view`: a saved report as a page, in the browser or in the file that was asked for. The page is a file; there is no server.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::basis::error::{Error, Result};
use crate::cli::args::ViewArgs;
use crate::cli::destinations::{self, Destinations};
use crate::cli::diagnostics::Sources;
use crate::cli::exit::{Ending, Exit};
use crate::cli::settings::Settings;
use crate::cli::{input, interrupt};
use crate::report::export::Format;

/// Who opens files in programs of the user's choice.
const OPENER: &str = if cfg!(target_os = "macos") {
    "open"
} else if cfg!(windows) {
    "explorer"
} else {
    "xdg-open"
};

/// Openers that fail do so at once; one that is still at work by then is a browser.
const PATIENCE: Duration = Duration::from_secs(2);

/// Writes the page, and opens it unless a file was named.
///
/// # Errors
/// When the report cannot be read or the page cannot be written. That nothing opens it is told, and no error: the page
/// is there.
pub fn run(args: &ViewArgs, settings: &Settings, sources: &mut Sources) -> Ending {
    let page = page(args)?;
    let mut files = Destinations::default();
    files.add_report(&page)?;
    files.spare(&[&args.report])?;
    let report = input::report(&args.report, sources)?;
    interrupt::end_cleanly(settings.out)?;
    for line in destinations::in_words(&files.write(&report)?) {
        settings.out.note(&line);
    }
    // Who asks for a file is given one; who does not wants to look.
    let opens = !args.no_open && args.output.is_none();
    if opens && let Err(why) = open(&page) {
        settings
            .out
            .note(&format!("{why}; open {} yourself", page.display()));
    }
    Ok(Exit::Done)
}

/// Where the page goes.
fn page(args: &ViewArgs) -> Result<PathBuf> {
    let page = match &args.output {
        Some(page) => page.clone(),
        None if input::is_dash(&args.report) => PathBuf::from("report.html"),
        None => args.report.with_extension("html"),
    };
    match Format::from_path(&page)? {
        Format::Html => Ok(page),
        other => Err(Error::input(format!(
            "`{}` would be {}, and a browser needs a page",
            page.display(),
            other.name()
        ))
        .hint("name a file in .html; `isochrone export` writes the other formats")),
    }
}

/// Hands the page to `$BROWSER`, or to the system; else says why that did not work.
fn open(page: &Path) -> std::result::Result<(), String> {
    let browser = std::env::var_os("BROWSER").filter(|it| !it.is_empty());
    let program = browser.unwrap_or_else(|| OsString::from(OPENER));
    let shown = program.to_string_lossy().into_owned();
    // An absolute path is never taken for a flag or an address.
    let page = std::path::absolute(page).map_err(|error| format!("no way to the page: {error}"))?;
    let child = Command::new(&program)
        .arg(page)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("cannot start `{shown}` to open it: {error}"))?;
    started(child, &shown)
}

fn started(mut child: Child, shown: &str) -> std::result::Result<(), String> {
    let since = Instant::now();
    while since.elapsed() < PATIENCE {
        match child.try_wait() {
            // The opener of Windows ends with 1 when all is well.
            Ok(Some(status)) if status.success() || cfg!(windows) => return Ok(()),
            Ok(Some(status)) => return Err(format!("`{shown}` could not open it: {status}")),
            Ok(None) => std::thread::sleep(Duration::from_millis(20)),
            Err(_) => break,
        }
    }
    Ok(())
}
