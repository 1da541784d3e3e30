//! Files that a scenario names: found beside it, read whole, refused when they lie elsewhere.

use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use crate::basis::error::{Error, Place, Problem, Result};

/// Scenarios and the tables they name are read whole; a larger one is not a planner's.
pub(super) const MAX_BYTES: u64 = 64 << 20;

/// The folder of a scenario.
#[derive(Debug)]
pub(super) struct Folder {
    base: PathBuf,
    allow_outside: bool,
}

impl Folder {
    pub(super) fn new(base: &Path, allow_outside: bool) -> Self {
        Folder {
            base: base.to_owned(),
            allow_outside,
        }
    }

    /// The path of the file that the scenario calls `name`, as messages show it.
    ///
    /// # Errors
    /// When it lies outside the folder and the scenario does not allow that.
    pub(super) fn path(&self, name: &str) -> Result<PathBuf> {
        let path = self.base.join(name);
        let inside = self.allow_outside || (self.seems_inside(&path) && self.is_inside(&path));
        if inside {
            return Ok(path);
        }
        Err(
            Error::input(format!("`{name}` lies outside the folder of the scenario")).hint(
                "move it beside the scenario, or say `allow_outside = true` at the top of the scenario",
            ),
        )
    }

    /// By the letters of the path alone, so that nothing outside is touched.
    fn seems_inside(&self, path: &Path) -> bool {
        match (std::path::absolute(self.home()), std::path::absolute(path)) {
            (Ok(base), Ok(path)) => without_dots(&path).starts_with(without_dots(&base)),
            _ => false,
        }
    }

    /// With links followed. A file that is not there is no escape, reading it will say so; but a link that cannot be
    /// followed may still be opened, as those of `/proc` to pipes and to files without a name are.
    fn is_inside(&self, path: &Path) -> bool {
        match (self.home().canonicalize(), path.canonicalize()) {
            (Ok(base), Ok(path)) => path.starts_with(base),
            _ => !leads_on(path, self.home()),
        }
    }

    /// The folder as the system wants it: a bare file name lies in an empty folder, which no system knows.
    fn home(&self) -> &Path {
        if self.base.as_os_str().is_empty() {
            Path::new(".")
        } else {
            &self.base
        }
    }
}

/// Whether any part of `path` below `base` is a link.
fn leads_on(path: &Path, base: &Path) -> bool {
    let below = path
        .ancestors()
        .take_while(|part| *part != base && !part.as_os_str().is_empty());
    below.into_iter().any(Path::is_symlink)
}

/// The path with `.` and `..` resolved by letters.
fn without_dots(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                clean.pop();
            }
            Component::CurDir => {}
            other => clean.push(other),
        }
    }
    clean
}

/// Reads the text at `path`.
///
/// # Errors
/// As [`read_bytes`], and when it is not UTF-8 (with the line).
pub(super) fn read_text(path: &Path, limit: u64) -> Result<String> {
    let bytes = read_bytes(path, limit)?;
    let name = path.display().to_string();
    String::from_utf8(bytes)
        .map_err(|error| not_utf8(&name, error.as_bytes(), error.utf8_error().valid_up_to()))
}

/// Reads the file at `path`.
///
/// # Errors
/// When it cannot be read, is a folder, or has more than `limit` bytes.
pub(super) fn read_bytes(path: &Path, limit: u64) -> Result<Vec<u8>> {
    let name = path.display().to_string();
    let cannot = |why: std::io::Error| Error::input(format!("`{name}` cannot be read: {}", plain(&why)));
    if fs::metadata(path).map_err(cannot)?.is_dir() {
        return Err(Error::input(format!("`{name}` is a folder, not a file")));
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(cannot)?;
    // A device tells no length, so the limit holds while reading.
    file.take(limit + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > limit {
        let mib = limit >> 20;
        return Err(
            Error::input(format!("`{name}` is larger than the limit of {mib} MiB"))
                .hint("sum rows up by metro or country before handing them over"),
        );
    }
    Ok(bytes)
}

/// The system's words without its number: "No such file or directory (os error 2)".
fn plain(why: &std::io::Error) -> String {
    let whole = why.to_string().to_lowercase();
    whole.split(" (os error").next().unwrap_or_default().to_owned()
}

fn not_utf8(name: &str, bytes: &[u8], at: usize) -> Error {
    let sound = String::from_utf8_lossy(&bytes[..at]);
    let problem = Problem::error(format!("byte 0x{:02x} is not UTF-8 text", bytes[at]))
        .at(Place::of(name, &sound, at..at))
        .hint("save the file as UTF-8");
    Error::problems_in_input(vec![problem])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_resolved_by_letters() {
        assert_eq!(without_dots(Path::new("/a/./b/../c")), Path::new("/a/c"));
    }
}
