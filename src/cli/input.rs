//! Files that come in: read whole, from disk or stdin, never more than a limit.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::atomic::reason;
use super::diagnostics::Sources;
use crate::basis::error::{Error, Result};
use crate::report::export::json;
use crate::report::model::Report;
use crate::world::ingest::Table;

/// A report of a hundred sets takes a few megabytes; what is larger than this is not one of ours.
const MOST_BYTES: u64 = 1 << 30;

/// What stdin is called in messages.
pub const STDIN: &str = "stdin";

/// Whether `path` means stdin (for input) or stdout (for output).
pub fn is_dash(path: &Path) -> bool {
    path == Path::new("-")
}

/// The name of an input in messages.
pub fn name(path: &Path) -> String {
    if is_dash(path) {
        STDIN.to_owned()
    } else {
        path.display().to_string()
    }
}

/// The bytes of a file, or of stdin for `-`.
///
/// # Errors
/// When it cannot be read, or is larger than a gigabyte.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let name = name(path);
    let read = if is_dash(path) {
        take(io::stdin().lock(), MOST_BYTES)
    } else {
        at_most(path, MOST_BYTES)
    };
    match read {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(Error::input(format!("`{name}` is larger than 1 GB"))),
        Err(error) => Err(Error::input(format!("cannot read `{name}`: {}", reason(&error)))),
    }
}

/// The bytes of the file at `path`, if there are at most `most`: a device tells no length.
///
/// # Errors
/// When it cannot be read.
pub fn at_most(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    File::open(path).and_then(|file| take(file, most))
}

fn take(from: impl Read, most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    from.take(most + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

/// A table: a CSV text, or a sheet of a workbook (see [`Table::read`]). What comes by stdin is a text.
///
/// # Errors
/// When the file cannot be read, is too large, or is not a table.
pub fn table(path: &Path, sources: &mut Sources) -> Result<Table> {
    if !is_dash(path) {
        return Table::read(path);
    }
    let (name, bytes) = (name(path), read(path)?);
    remember(path, &bytes, sources);
    Table::from_bytes(&name, bytes)
}

/// What came by stdin cannot be read again when a message wants to show a line of it.
fn remember(path: &Path, bytes: &[u8], sources: &mut Sources) {
    if let (true, Ok(text)) = (is_dash(path), std::str::from_utf8(bytes)) {
        sources.remember(&name(path), text);
    }
}

/// Whether the file at `path` is a saved report: JSON that says so. A report on stdin is not looked for.
pub fn is_report(path: &Path) -> bool {
    let is_json = |bytes: &[u8]| bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    let bytes = if is_dash(path) { None } else { read(path).ok() };
    bytes.is_some_and(|bytes| is_json(&bytes) && json::is_report(&bytes))
}

/// A saved report.
///
/// # Errors
/// When the file cannot be read or is no report of this program.
pub fn report(path: &Path, sources: &mut Sources) -> Result<Report> {
    let (name, bytes) = (name(path), read(path)?);
    remember(path, &bytes, sources);
    json::from_json(&name, &bytes)
}
