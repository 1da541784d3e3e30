//! Signals that ask a run to end: what was finished is kept whichever of them comes, and what reads only ends at once.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::bench::behind;
use crate::support::program::tool;

/// A search of millions of sets, which keeps those that it scored.
const LONG: &str = "runs = 200\ninput_replicates = 0\nobjective = \"p95\"\n\
    [audience]\ncountries = [\"DE\", \"US\", \"BR\"]\n[regions]\nproviders = [\"aws\"]\nsizes = \"3..12\"\n";

const PATIENCE: Duration = Duration::from_mins(2);

fn send(signal: &str, child: &Child) {
    let pid = child.id().to_string();
    let sent = Command::new("kill").args([signal, &pid]).status().unwrap();
    assert!(sent.success());
}

fn end(child: &mut Child) -> (ExitStatus, Duration) {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return (status, began.elapsed());
        }
        if began.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("it did not stop");
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// Starts it, and waits until it says `words`.
fn begun(mut command: Command, words: &str) -> (Child, BufReader<impl Read>) {
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains(words) {
        line.clear();
        assert!(
            said.read_line(&mut line).unwrap() > 0,
            "it ended before `{words}`"
        );
    }
    (child, said)
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("long.toml"), LONG).unwrap();
    folder
}

const SEARCH: [&str; 5] = ["search", "long.toml", "--in-full", "--export", "a.json"];

/// That the search in `folder` was stopped, and kept what it had.
fn assert_kept(folder: &Path) {
    let names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
    let report: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.join("a.json")).unwrap()).unwrap();
    assert_eq!(report["complete"], false);
}

#[test]
fn every_signal_that_asks_to_end_keeps_what_is_finished() {
    for signal in ["-TERM", "-HUP", "-INT"] {
        let folder = folder();
        let mut command = tool(folder.path());
        command.args(SEARCH);
        let (mut child, _said) = begun(command, "seed 42");
        thread::sleep(Duration::from_secs(4));
        send(signal, &child);
        // Terminals that close say so more than once.
        thread::sleep(Duration::from_millis(20));
        send(signal, &child);
        let (status, _) = end(&mut child);
        assert_eq!(status.code(), Some(130), "{signal}");
        assert_kept(folder.path());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_run_that_is_to_outlive_its_terminal_does() {
    let folder = folder();
    let command = behind(folder.path(), "trap '' HUP", &SEARCH);
    let (mut child, _said) = begun(command, "seed 42");
    send("-HUP", &child);
    thread::sleep(Duration::from_secs(4));
    assert!(
        child.try_wait().unwrap().is_none(),
        "it heard the end of the terminal"
    );
    send("-TERM", &child);
    let (status, _) = end(&mut child);
    assert_eq!(status.code(), Some(130));
    assert_kept(folder.path());
}

/// A folder with a scenario whose table takes seconds to read.
fn large() -> tempfile::TempDir {
    use std::fmt::Write;
    let folder = tempfile::tempdir().unwrap();
    let mut users = "id,lat,lon,weight\n".to_owned();
    for number in 0..150_000 {
        let (lat, lon) = (number % 60, number % 170);
        writeln!(users, "u{number},{lat}.5,{lon}.5,1").unwrap();
    }
    fs::write(folder.path().join("users.csv"), users).unwrap();
    let scenario = "runs = 100\ninput_replicates = 0\n[audience]\nfile = \"users.csv\"\n\
        [[placement]]\nregions = [\"eu-west-1\"]\n";
    fs::write(folder.path().join("large.toml"), scenario).unwrap();
    folder
}

/// Before there is anything to keep, a signal ends the process as it ends any.
#[test]
fn a_check_ends_at_once() {
    let folder = large();
    let mut child = tool(folder.path()).args(["check", "large.toml"]).spawn().unwrap();
    thread::sleep(Duration::from_millis(200));
    send("-TERM", &child);
    let (status, took) = end(&mut child);
    assert_eq!(status.signal(), Some(15), "{status}");
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[test]
fn a_sweep_that_reads_its_first_variant_ends_at_once() {
    let folder = large();
    let mut command = tool(folder.path());
    command.args(["sweep", "large.toml", "--question", "simulate", "--no-output"]);
    let (mut child, mut said) = begun(command, "variant 1 of 1");
    thread::sleep(Duration::from_millis(100));
    send("-INT", &child);
    let (status, took) = end(&mut child);
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert_eq!(status.code(), Some(130), "{rest}");
    assert!(took < Duration::from_millis(800), "{took:?}");
    assert!(rest.contains("error: interrupted\n"), "{rest}");
}
