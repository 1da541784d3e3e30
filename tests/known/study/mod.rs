//! Do intervals hold what they promise? A small case is run again and again with seeds that were fixed before looking, and
//! it is counted how often the stated 95 % interval holds the truth.
//!
//! Seeds are 1, 2, 3 and so on, the same for all ways to draw. What is counted must be within three binomial standard
//! errors of what is promised, or on its safe side.

mod races;
mod stops;
mod truth;
mod ways;

use std::fmt::Write;
use std::sync::LazyLock;

use isochrone::basis::stat::estimate::Estimate;
use isochrone::decide::judge::Judged;
use isochrone::report::assemble::SAMPLER_VERSION;

use crate::page;
use crate::row::{Band, Digits, Kind, Row, hold, table};
use truth::{OWN, WITHIN_MS};

/// Repetitions of the long run, and of the one that every test run makes.
const LONG: u64 = 10_000;
const SHORT: u64 = 400;

/// The figures of a set, and then the differences of two sets.
const FIGURES: usize = OWN + 5;

/// Where the differences of [`FIGURES`] come from, in their order: mean, p50, p95, p99 and the share of the objective.
const CONTRASTED: [usize; 5] = [0, 1, 3, 4, OBJECTIVE];

/// The share that sets are ranked by: within the second of the times.
const OBJECTIVE: usize = 6;

/// The two sets that are judged.
const SETS: [&[usize]; 2] = [&[0, 1], &[0, 2]];

fn name_of(figure: usize) -> String {
    let own = |at: usize| match at {
        0 => "mean".to_owned(),
        1..5 => ["p50", "p90", "p95", "p99"][at - 1].to_owned(),
        _ => format!("share within {} ms", WITHIN_MS[at - 5]),
    };
    match figure.checked_sub(OWN) {
        None => own(figure),
        Some(at) => format!("difference of {}", own(CONTRASTED[at])),
    }
}

/// The figures of the second of two sets, and the differences of the one that is not best from the other.
struct Told {
    own: [Estimate; OWN],
    /// The set that is told of, and its differences; what is said of each of them.
    behind: usize,
    apart: [(Estimate, isochrone::decide::judge::Verdict); 5],
}

fn told(judged: [&Judged; 2]) -> Told {
    let second = judged[1];
    let mut own = [second.mean; OWN];
    own[1..5].copy_from_slice(&second.quantiles);
    own[5..].copy_from_slice(&second.shares);
    let behind = usize::from(second.versus_best.is_some());
    let contrast = judged[behind].versus_best.unwrap();
    let apart = [
        contrast.mean,
        contrast.p50,
        contrast.p95,
        contrast.p99,
        contrast.objective,
    ];
    Told {
        own,
        behind,
        apart: apart.map(|it| (it.estimate, it.verdict)),
    }
}

/// Which intervals hold what is true.
fn held(told: &Told, truth: &[[f64; OWN]]) -> [bool; FIGURES] {
    let holds = |estimate: Estimate, true_value: f64| {
        let (low, high) = estimate.sampling;
        low <= true_value && true_value <= high
    };
    std::array::from_fn(|figure| match figure.checked_sub(OWN) {
        None => holds(told.own[figure], truth[1][figure]),
        Some(at) => {
            let (behind, ahead) = (truth[told.behind], truth[1 - told.behind]);
            let figure = CONTRASTED[at];
            holds(told.apart[at].0, behind[figure] - ahead[figure])
        }
    })
}

/// A share that was counted, held against what is promised. Percent.
struct Counts {
    repetitions: u64,
}

impl Counts {
    fn kind() -> Kind {
        Kind {
            source: "what is stated",
            unit: "%",
            digits: Digits::Point(2),
        }
    }

    /// Three standard errors of a share of `promised`, in percentage points.
    fn room(&self, promised: f64) -> f64 {
        300.0 * (promised * (1.0 - promised) / self.repetitions as f64).sqrt()
    }

    fn percent(&self, count: u64) -> f64 {
        100.0 * count as f64 / self.repetitions as f64
    }

    /// Intervals that should hold the truth in 95 %; more is safe.
    fn held(&self, what: String, count: u64) -> Row {
        let band = (Band::NotBelow(self.room(0.95)), "3 errors");
        Counts::kind().row(what, 95.0, self.percent(count), band)
    }

    /// What may be wrong in `most` of all cases; less is safe.
    fn wrong(&self, what: String, most: f64, count: u64) -> Row {
        let band = (Band::NotAbove(self.room(most)), "3 errors");
        Counts::kind().row(what, 100.0 * most, self.percent(count), band)
    }
}

/// The tables of the page, one after the other.
fn told_in_full(repetitions: u64) -> (Vec<Row>, String) {
    let mut rows = Vec::new();
    let mut text = String::new();
    let mut add = |title: &str, more: Vec<Row>| {
        write!(text, "### {title}\n\n{}\n", table(&more)).unwrap();
        rows.extend(more);
    };
    add("Intervals that hold the truth", ways::coverage(repetitions));
    add("Ties", ways::ties(repetitions));
    add("After an early stop (`precision`)", stops::coverage(repetitions));
    add("Races (`--race`)", races::rows(repetitions));
    write!(text, "{}", ways::among_five(repetitions)).unwrap();
    (rows, text)
}

/// What stands above the tables of the long run.
fn heading(date: &str) -> String {
    format!(
        "{LONG} repetitions, seeds 1 to {LONG}; sampler {SAMPLER_VERSION}; run on {date} by \
         `docs/long-run.sh`.\n\n"
    )
}

#[test]
#[ignore = "ten thousand repetitions: minutes, and only in an optimised build; docs/long-run.sh runs it"]
fn ten_thousand_repetitions_hold_what_is_promised() {
    let (rows, text) = told_in_full(LONG);
    if let Ok(date) = std::env::var("VALIDATION_DATE") {
        page::hold(&[("intervals", heading(&date) + &text)]);
    }
    hold(&rows);
}

#[test]
fn intervals_hold_what_they_promise() {
    hold(&ways::coverage(SHORT));
}

#[test]
fn equal_sets_are_tied_and_none_is_put_before_a_better_one() {
    hold(&ways::ties(SHORT / 2));
}

#[test]
fn races_are_wrong_no_more_often_than_they_say() {
    hold(&races::rows(SHORT / 4));
}

#[test]
fn intervals_after_an_early_stop_hold_what_they_promise() {
    hold(&stops::coverage(SHORT / 8));
}

/// A result that was kept says what made it: after a change of what is drawn it has to be made anew.
#[test]
fn the_kept_long_run_is_of_this_sampler() {
    static KEPT: LazyLock<String> = LazyLock::new(page::text);
    let kept = page::section(&KEPT, "intervals");
    let (first, _) = kept.split_once(" by `docs/long-run.sh`").unwrap();
    let date = first.rsplit(' ').next().unwrap();
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = date.split('-').collect();
    assert!(
        parts.len() == 3 && parts.iter().all(|part| digits(part)),
        "{date} is no date"
    );
    assert!(
        kept.starts_with(heading(date).trim_end()),
        "the repetitions kept in docs/validation.md are of another sampler, or fewer: docs/long-run.sh makes them anew"
    );
    let (inside, all) = page::counted(kept);
    assert!(inside == all && all > 80, "{inside} of {all} rows are inside");
    let figures: Vec<&str> = kept.lines().filter(|line| line.ends_with("| yes |")).collect();
    assert_eq!(figures.len(), all);
    for row in figures {
        assert_is_as_it_says(row);
    }
}

/// A kept row: its difference follows from its figures, and lies on the side of its band that is allowed.
fn assert_is_as_it_says(row: &str) {
    let points = |cell: &str| -> f64 {
        let number = cell.trim().split(' ').next().unwrap().replace('−', "-");
        number
            .parse()
            .unwrap_or_else(|_| panic!("no number in `{cell}` of {row}"))
    };
    let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
    let [_, _, known, found, difference, band, _] = cells[..] else {
        panic!("{row} has other cells");
    };
    let (difference, band) = (points(difference), points(band));
    assert!(
        (points(found) - points(known) - difference).abs() < 0.011,
        "{row}"
    );
    // A band of one sign: what is on the other side of what is stated is safe.
    assert!(
        if band < 0.0 {
            difference >= band
        } else {
            difference <= band
        },
        "{row}"
    );
}
