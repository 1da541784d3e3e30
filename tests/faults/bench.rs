//! What the tests of faults share: a folder to run in, what a run leaves there, and limits that a machine sets.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use crate::support::program::tool;

/// A folder with a scenario of fixed latencies, which takes no time.
pub(crate) fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd/run.in/fixed.toml");
    fs::copy(scenario, folder.path().join("fixed.toml")).unwrap();
    folder
}

/// A file for each kind of result, where the usual set would take long.
pub(crate) const FILES: [&str; 7] = [
    "r.json", "r.csv", "r.md", "r.html", "r.xlsx", "cdf.svg", "cdf.png",
];

/// Words of a run that writes [`FILES`] into `out`.
pub(crate) fn words(seed: &str) -> Vec<String> {
    let mut words: Vec<String> = ["simulate", "fixed.toml", "--quiet", "--seed", seed]
        .map(str::to_owned)
        .to_vec();
    for file in FILES {
        let flag = if file.starts_with("cdf") {
            "--chart"
        } else {
            "--export"
        };
        words.extend([flag.to_owned(), format!("out/{file}")]);
    }
    words
}

/// The bytes of every file below `folder`, by its path there.
pub(crate) fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// Whether this is the name of a file that a run was still writing.
pub(crate) fn is_half_written(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_str().unwrap();
    name.starts_with('.') && path.extension().is_some_and(|end| end == "tmp")
}

/// The program behind a line of the shell that sets limits; `args` are told to it apart, so nothing needs quoting.
#[cfg(unix)]
pub(crate) fn behind(folder: &Path, limits: &str, args: &[&str]) -> Command {
    let program = tool(folder).get_program().to_owned();
    let mut command = Command::new("bash");
    command
        .current_dir(folder)
        .env("ISOCHRONE_CONFIG", "none")
        .args(["-c", &format!("{limits}; exec \"$0\" \"$@\"")])
        .arg(program)
        .args(args);
    command
}

/// How it ended, with what it said.
pub(crate) fn told(output: &Output) -> String {
    format!(
        "{:?}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Ends with this code, and says each of these.
pub(crate) fn assert_ends(output: &Output, code: i32, says: &[&str]) {
    let told = told(output);
    assert_eq!(output.status.code(), Some(code), "{told}");
    for words in says {
        assert!(told.contains(words), "`{words}` is not in {told}");
    }
    assert!(!told.contains("internal error"), "{told}");
}

/// The value and the time it took.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let since = Instant::now();
    let value = work();
    (value, since.elapsed())
}
