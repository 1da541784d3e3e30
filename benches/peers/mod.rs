//! The table of ratios: the engine and the best public tools on the same work, in rounds, side by side.
//!
//! A round runs each peer's script once and our side right before and after it; a ratio is taken within its round, so that
//! what else the machine does falls on both. Told are medians over the rounds with their spread.

mod ours;
mod scripts;

use std::path::Path;

use crate::{Spread, spread};
use ours::Ours;
use scripts::{Numba, Numpy, Solved};

/// Where the peers' scripts are and what runs them.
pub(crate) struct Peers<'a> {
    /// Folder of the scripts.
    pub(crate) scripts: &'a Path,
    /// Their interpreter.
    pub(crate) python: &'a str,
    /// Folder that holds `data/`.
    pub(crate) folder: &'a Path,
}

/// One round.
struct Round {
    ours: Ours,
    numpy: Numpy,
    numba: [Numba; 2],
}

/// A row of the table: a ratio of each round, and what it should come to.
struct Row {
    what: String,
    ratios: Vec<f64>,
    /// Whether more is better.
    more: bool,
    floor: f64,
    goal: f64,
    unit: &'static str,
}

/// Fills the table, in so many rounds.
pub(crate) fn table(peers: &Peers<'_>, rounds: usize) {
    scripts::make_data(peers);
    let rounds: Vec<Round> = (1..=rounds)
        .map(|round| {
            println!("\n== round {round} of {rounds}");
            let ours = Ours::time(peers.folder);
            ours.print();
            Round {
                ours,
                numpy: scripts::numpy(peers),
                numba: [scripts::numba(peers, 1), scripts::numba(peers, 2)],
            }
        })
        .collect();
    let solved = solved(peers, rounds.len());
    println!("\n| figure | median | spread | floor | goal |\n|---|---|---|---|---|");
    for row in rows(&rounds, &solved) {
        row.print();
    }
}

#[allow(clippy::too_many_lines, reason = "a table, row by row")]
fn rows(rounds: &[Round], solved: &[Solved]) -> Vec<Row> {
    let ratio = |what: &str, floor: f64, goal: f64, of: &dyn Fn(&Round) -> f64| Row {
        what: what.to_owned(),
        ratios: rounds.iter().map(of).collect(),
        more: true,
        floor,
        goal,
        unit: "x",
    };
    let bound = |what: &str, floor: f64, goal: f64, unit: &'static str, of: &dyn Fn(&Round) -> f64| Row {
        more: false,
        unit,
        ..ratio(what, floor, goal, of)
    };
    let set = |round: &Round, threads: usize| round.ours.set_of_3_us[threads - 1];
    let mut rows = vec![
        ratio(
            "sample + bin, three-part latency, against the best numpy",
            9.0,
            12.0,
            &|r| r.numpy.sample_s / r.ours.sample_s,
        ),
        ratio(
            "C(34,3) x 500 groups end to end, against the best numpy",
            9.0,
            25.0,
            &|r| (r.numpy.sample_s + r.numpy.score_s) / r.ours.end_to_end_s[0],
        ),
        ratio(
            "scoring a set of 3, against the best numpy, one thread",
            12.0,
            40.0,
            &|r| r.numpy.score_s * 1e6 / 5984.0 / set(r, 1),
        ),
        ratio(
            "scoring a set of 3, against numba, one thread each",
            6.0,
            20.0,
            &|r| r.numba[0].set_of_3_us / set(r, 1),
        ),
        ratio(
            "scoring a set of 3, against numba, two threads each",
            6.0,
            20.0,
            &|r| r.numba[1].set_of_3_us / set(r, 2),
        ),
        ratio(
            "C(34,5) full scoring, against numba, one thread each",
            8.0,
            30.0,
            &|r| r.numba[0].sets_of_5_s / r.ours.sets_of_5_s[0],
        ),
        ratio(
            "C(34,5) full scoring, against numba, two threads each",
            8.0,
            30.0,
            &|r| r.numba[1].sets_of_5_s / r.ours.sets_of_5_s[1],
        ),
        bound(
            "one CDF point for all sets of 5, against reading a row of the table",
            4.0,
            2.0,
            "x",
            &|r| r.ours.point_ns / r.ours.read_ns,
        ),
        bound(
            "all single losses on top of a run by p95",
            50.0,
            25.0,
            "%",
            &|r| (r.ours.with_losses_s / r.ours.without_losses_s - 1.0) * 100.0,
        ),
        ratio("two cores against one, end to end", 1.6, 1.8, &|r| {
            r.ours.end_to_end_s[0] / r.ours.end_to_end_s[1]
        }),
        bound(
            "exponent of time in user groups (100, 500, 2000)",
            1.1,
            1.05,
            "",
            &|r| r.ours.exponents.groups,
        ),
        bound(
            "exponent of time in runs (2500, 10000, 40000)",
            1.1,
            1.05,
            "",
            &|r| r.ours.exponents.runs,
        ),
        bound("exponent of time in sets (sizes 3, 4, 5)", 1.1, 1.05, "", &|r| {
            r.ours.exponents.sets
        }),
    ];
    for solved in solved {
        rows.push(Row {
            what: format!(
                "120 sites, k = 6, {}: HiGHS's time over ours to its value ({}; HiGHS {:.1} s: {})",
                solved.name, solved.agree, solved.highs_s, solved.status
            ),
            ratios: solved.ours_s.iter().map(|ours| solved.highs_s / ours).collect(),
            more: true,
            floor: 100.0,
            goal: 500.0,
            unit: "x",
        });
    }
    rows
}

/// What `HiGHS` and we find for the large matrix, ours `repeats` times.
fn solved(peers: &Peers<'_>, repeats: usize) -> Vec<Solved> {
    println!("\n== 120 sites, k = 6");
    let matrices = ours::matrices(peers.folder);
    let theirs = scripts::highs(peers);
    matrices
        .into_iter()
        .zip(theirs)
        .map(|(matrix, theirs)| ours::solve(&matrix, theirs, repeats))
        .collect()
}

impl Row {
    fn print(&self) {
        let Spread { min, median, max } = spread(self.ratios.clone());
        let unit = self.unit;
        let verdict = |limit: f64| {
            let kept = if self.more {
                median >= limit
            } else {
                median <= limit
            };
            if kept { "kept" } else { "missed" }
        };
        println!(
            "| {} | {median:.2} {unit} | [{min:.2}, {max:.2}] | {} {unit}, {} | {} {unit}, {} |",
            self.what,
            self.floor,
            verdict(self.floor),
            self.goal,
            verdict(self.goal)
        );
    }
}
