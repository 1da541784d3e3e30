//! The peers' scripts, run as they are, and what they print.

use std::process::Command;

use super::Peers;

/// What numpy and scipy need at their best, in seconds.
pub(crate) struct Numpy {
    /// All pairs drawn and binned.
    pub(crate) sample_s: f64,
    /// All sets of three scored, the quickest of three ways; its tables are made before.
    pub(crate) score_s: f64,
}

/// What numba needs.
pub(crate) struct Numba {
    /// A set of three, µs.
    pub(crate) set_of_3_us: f64,
    /// All sets of five, seconds, from ten thousand of them.
    pub(crate) sets_of_5_s: f64,
}

/// What `HiGHS` said of one matrix.
pub(crate) struct Highs {
    pub(crate) seconds: f64,
    pub(crate) value: f64,
    pub(crate) status: String,
}

/// A matrix solved by both.
pub(crate) struct Solved {
    pub(crate) name: &'static str,
    pub(crate) highs_s: f64,
    pub(crate) status: String,
    /// Seconds until our search held a set as good as that of `HiGHS`.
    pub(crate) ours_s: Vec<f64>,
    /// How the two values compare, in words.
    pub(crate) agree: String,
}

/// Writes the data of the common work.
pub(crate) fn make_data(peers: &Peers<'_>) {
    let script = peers.scripts.join("make_data.py");
    run(Command::new(peers.python).arg(script).current_dir(peers.folder));
}

pub(crate) fn numpy(peers: &Peers<'_>) -> Numpy {
    let said = script(peers, "numpy_scipy.py", 1);
    let sample_s = said
        .lines()
        .find(|line| line.starts_with("numpy best: sample+hist all pairs"))
        .and_then(|line| seconds_after(line, "pairs:"))
        .expect("the peer's sampling time");
    let score_s = said
        .lines()
        .filter(|line| line.contains("C(34,3):"))
        .filter_map(|line| seconds_after(line, "C(34,3):"))
        .fold(f64::INFINITY, f64::min);
    Numpy { sample_s, score_s }
}

/// After [`numpy`], whose histograms it reads.
pub(crate) fn numba(peers: &Peers<'_>, threads: usize) -> Numba {
    let said = script(peers, "numba_jax_duckdb.py", threads);
    let line = |mark: &str| {
        said.lines()
            .find(|line| line.starts_with("numba") && line.contains(mark))
            .expect("a line of numba")
    };
    let three = line("score C(34,3):");
    let set_of_3_us = three
        .split_whitespace()
        .rev()
        .nth(1)
        .and_then(|word| word.parse().ok())
        .expect("microseconds a set");
    let sets_of_5_s = seconds_after(line("score k=5"), "C(34,5)").expect("seconds for all sets of five");
    Numba {
        set_of_3_us,
        sets_of_5_s,
    }
}

/// Reads the matrices that were written to the data folder: `mean`, then `slo`.
pub(crate) fn highs(peers: &Peers<'_>) -> Vec<Highs> {
    let said = script(peers, "milp_highs.py", 1);
    let after = |line: &str, mark: &str| -> Option<f64> {
        let rest = line.split(mark).nth(1)?;
        rest.split_whitespace().next()?.trim_end_matches('s').parse().ok()
    };
    ["mean", "slo"]
        .map(|name| {
            let line = said
                .lines()
                .find(|line| line.starts_with(name) && line.contains("MILP"))
                .expect("a line of HiGHS");
            Highs {
                seconds: after(line, "k=6").expect("its seconds"),
                value: after(line, "obj").expect("its value"),
                status: line.rsplit("gap").next().map_or(String::new(), |rest| {
                    rest.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
                }),
            }
        })
        .into()
}

fn script(peers: &Peers<'_>, name: &str, threads: usize) -> String {
    println!(
        "-- {name}, {threads} thread{}",
        if threads == 1 { "" } else { "s" }
    );
    let said = run(Command::new(peers.python)
        .arg(peers.scripts.join(name))
        .current_dir(peers.folder)
        .env("BENCH_DATA", peers.folder.join("data"))
        .env("T", threads.to_string()));
    print!("{said}");
    said
}

fn seconds_after(line: &str, mark: &str) -> Option<f64> {
    let rest = line.split(mark).nth(1)?.trim_start();
    rest[..rest.find('s')?].trim().parse().ok()
}

fn run(command: &mut Command) -> String {
    let output = command.output().expect("the peer's interpreter starts");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}
