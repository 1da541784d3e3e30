//! Runs that are killed at any moment (`kill -9`): what they leave is whole or not there, and the next run completes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::bench::{FILES, files, folder, is_half_written, words};
use crate::fuzz::mutate::Rng;
use crate::support::program::tool;

type Files = BTreeMap<PathBuf, Vec<u8>>;

/// A run to its end, and what it wrote below `out`.
fn undisturbed(folder: &Path, words: &[String]) -> Files {
    let output = tool(folder).args(words).output().unwrap();
    assert!(output.status.success(), "{}", super::bench::told(&output));
    files(&folder.join("out"))
}

/// Runs and kills after `delay`; whether there still was something to kill.
fn killed(folder: &Path, words: &[String], delay: Duration) -> bool {
    let mut child = tool(folder)
        .args(words)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    thread::sleep(delay);
    let running = child.try_wait().unwrap().is_none();
    // On Unix this is SIGKILL.
    let _ = child.kill();
    child.wait().unwrap();
    running
}

/// What was found of all kills.
#[derive(Debug, Default)]
struct Tally {
    kills: usize,
    /// Kills between the first and the last file.
    amid_files: usize,
    /// Half-written files that were left, and cleared by the next run.
    left: usize,
}

/// Kills `times` runs of `words` at moments spread over the time that one takes. Every other one runs over the results of
/// an earlier run with another seed.
fn kill(times: usize, words_of: impl Fn(&str) -> Vec<String>, complete_each: usize) -> Tally {
    let folder = folder();
    let out = folder.path().join("out");
    let fresh = |with: Option<&Files>| {
        let _ = fs::remove_dir_all(&out);
        fs::create_dir(&out).unwrap();
        for (name, bytes) in with.into_iter().flatten() {
            fs::create_dir_all(out.join(name).parent().unwrap()).unwrap();
            fs::write(out.join(name), bytes).unwrap();
        }
    };
    let (new, old) = (words_of("7"), words_of("8"));
    fresh(None);
    let old_files = undisturbed(folder.path(), &old);
    fresh(None);
    let new_files = undisturbed(folder.path(), &new);
    // The quickest of some runs: a kill is to come while there is something to kill.
    let timed = || {
        fresh(None);
        let since = Instant::now();
        undisturbed(folder.path(), &new);
        since.elapsed()
    };
    let took = (0..5).map(|_| timed()).min().unwrap();
    assert!(new_files.len() >= FILES.len());
    let mut rng = Rng::new(9);
    let mut tally = Tally::default();
    for at in 0..times {
        let over = (at % 2 == 1).then_some(&old_files);
        fresh(over);
        let share = (at as f64 + rng.below(1000) as f64 / 1000.0) / times as f64;
        tally.kills += usize::from(killed(folder.path(), &new, took.mul_f64(share)));
        let found = files(&out);
        let half = found.keys().filter(|name| is_half_written(name)).count();
        tally.left += half;
        // Some files are the same whatever the seed.
        let tells = |name: &PathBuf| over.and_then(|old| old.get(name)) != new_files.get(name);
        let mut renewed = 0;
        for (name, bytes) in found.iter().filter(|(name, _)| !is_half_written(name)) {
            let is_new = new_files.get(name) == Some(bytes);
            let is_old = over.and_then(|old| old.get(name)) == Some(bytes);
            assert!(is_new || is_old, "{} is neither of the two runs'", name.display());
            renewed += usize::from(is_new && tells(name));
        }
        tally.amid_files +=
            usize::from(renewed > 0 && renewed < new_files.keys().filter(|name| tells(name)).count());
        if at % complete_each == 0 || half > 0 {
            assert!(
                undisturbed(folder.path(), &new) == new_files,
                "the run after a kill differs"
            );
        }
    }
    tally
}

#[test]
fn a_killed_run_leaves_whole_files_and_the_next_one_completes() {
    let tally = kill(12, words, 6);
    assert!(tally.kills >= 6, "{tally:?}");
}

/// Two hundred kills, twenty of them of runs that write everything a search writes.
#[test]
#[ignore = "takes minutes"]
fn long_kills() {
    let everything = |seed: &str| {
        let words = [
            "search",
            "fixed.toml",
            "--quiet",
            "--seed",
            seed,
            "--output",
            "out",
        ];
        words.map(str::to_owned).to_vec()
    };
    let named = kill(180, words, 1);
    println!("180 runs that write seven files: {named:?}");
    let all = kill(20, everything, 1);
    println!("20 runs that write all results of a search: {all:?}");
    // Files take their places together, so hardly any kill comes between the first and the last.
    assert!(named.kills >= 90 && named.amid_files <= 3, "{named:?}");
    assert!(all.kills >= 15 && all.amid_files <= 1, "{all:?}");
}
