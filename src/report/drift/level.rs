//! How often anything is named where nothing has changed, by repetition, whatever is known of pairs; and that a change is found
//! in each of these ways.

use std::fmt::Write as _;

use super::*;
use crate::basis::normal::probit;
use crate::world::ingest::foreign::{ImportOptions, Imported, Names, read_foreign};

/// Files of each kind. Of a hundred at 5 % three standard errors above are eleven.
const FILES: u64 = 100;
const MOST_NAMED: usize = 11;

/// Numbers that look drawn, from a seed that was fixed before looking (splitmix64).
struct Draws(u64);

impl Draws {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (((word ^ (word >> 31)) >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        probit(self.uniform())
    }

    /// Student's with 3 degrees of freedom.
    fn long_tailed(&mut self) -> f64 {
        let squares: f64 = (0..3).map(|_| self.normal().powi(2)).sum();
        self.normal() / (squares / 3.0).sqrt()
    }

    fn exponential(&mut self) -> f64 {
        -self.uniform().ln()
    }
}

/// Times of one pair in one file, ms, around `ms`.
type Times = fn(&mut Draws, f64) -> f64;

fn skewed(draws: &mut Draws, ms: f64) -> f64 {
    ms * (0.8 * draws.normal()).exp()
}

fn queued(draws: &mut Draws, ms: f64) -> f64 {
    ms * (1.0 + 0.1 * draws.exponential())
}

/// How a file tells the times of a pair.
type Told = fn(&str, &[f64]) -> String;

fn single(to: &str, times: &[f64]) -> String {
    let mut text = String::new();
    for ms in times {
        writeln!(text, "x,{to},{ms:.3}").unwrap();
    }
    text
}

fn quantiles(times: &[f64]) -> (f64, f64) {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |p| crate::basis::stat::estimate::quantile_of_sorted(&sorted, p);
    (at(0.5), at(0.9))
}

fn bare_quantiles(to: &str, times: &[f64]) -> String {
    let (p50, p90) = quantiles(times);
    format!("x,{to},{p50:.2},{p90:.2}\n")
}

fn counted_quantiles(to: &str, times: &[f64]) -> String {
    let (p50, p90) = quantiles(times);
    format!("x,{to},{p50:.2},{p90:.2},{}\n", times.len())
}

fn summary(to: &str, times: &[f64]) -> String {
    let n = times.len() as f64;
    let mean = times.iter().sum::<f64>() / n;
    let mdev = (times.iter().map(|ms| (ms - mean).powi(2)).sum::<f64>() / n).sqrt();
    let min = times.iter().copied().fold(f64::INFINITY, f64::min);
    let max = times.iter().copied().fold(0.0, f64::max);
    format!("x,{to},{min:.3},{mean:.3},{max:.3},{mdev:.3},{}\n", times.len())
}

const SINGLE: (&str, Told) = ("from,to,rtt_ms", single);
const BARE: (&str, Told) = ("from,to,p50_ms,p90_ms", bare_quantiles);
const COUNTED: (&str, Told) = ("from,to,p50_ms,p90_ms,n", counted_quantiles);
const SUMMARY: (&str, Told) = ("from,to,min_ms,avg_ms,max_ms,mdev_ms,n", summary);

fn read(text: &str) -> Imported {
    read_foreign("a.csv", text.as_bytes(), &ImportOptions::default()).unwrap()
}

/// A side: how it is told, and times of each pair.
type Side = ((&'static str, Told), usize);

/// Two files of as many pairs, `n` times of each; those of the first pair of the second file are `slower`.
fn files(seed: u64, pairs: usize, law: Times, sides: [Side; 2], slower: f64) -> MeasuredDiff {
    let mut draws = Draws(seed.wrapping_mul(0x5851_f42d_4c95_7f2d));
    let middles: Vec<f64> = (0..pairs).map(|_| 50.0 + 200.0 * draws.uniform()).collect();
    let [before, after] = [(sides[0], 1.0), (sides[1], slower)].map(|(((header, told), n), slower)| {
        let mut text = format!("{header}\n");
        for (at, middle) in middles.iter().enumerate() {
            let ms = middle * if at == 0 { slower } else { 1.0 };
            let times: Vec<f64> = (0..n).map(|_| law(&mut draws, ms)).collect();
            text += &told(&format!("y{at}"), &times);
        }
        read(&text)
    });
    measured(before, after, &Names::default()).unwrap()
}

/// Whether anything is named: a pair, its tail, or what moved together.
fn names(changes: &MeasuredDiff) -> bool {
    let beyond = |it: Change| matches!(it, Change::Better | Change::Worse);
    let pairs = changes.pairs.iter().flat_map(super::measured::verdicts);
    let shifts = changes.shifts.iter().map(|it| it.verdict);
    pairs.chain(shifts).any(beyond)
}

fn named(file: impl Fn(u64) -> MeasuredDiff) -> usize {
    (1..=FILES).filter(|seed| names(&file(*seed))).count()
}

#[test]
fn files_that_differ_by_chance_are_told_as_the_same_whatever_they_hold() {
    let cases: [(&str, usize, Times, [Side; 2]); 11] = [
        ("single times", 12, skewed, [(SINGLE, 30); 2]),
        ("few single times", 30, queued, [(SINGLE, 5); 2]),
        ("p50 and p90 of 5", 40, queued, [(BARE, 5); 2]),
        ("p50 and p90 of 50", 20, queued, [(BARE, 50); 2]),
        ("p50, p90 and n = 5", 1, queued, [(COUNTED, 5); 2]),
        ("p50, p90 and n = 5 of many", 40, queued, [(COUNTED, 5); 2]),
        ("p50, p90 and n = 10", 40, queued, [(COUNTED, 10); 2]),
        (
            "p50, p90 and n of 10 and 200",
            20,
            skewed,
            [(COUNTED, 10), (COUNTED, 200)],
        ),
        ("summaries of 5", 20, skewed, [(SUMMARY, 5); 2]),
        (
            "single times and summaries",
            8,
            skewed,
            [(SINGLE, 40), (SUMMARY, 40)],
        ),
        (
            "ten single times and summaries",
            20,
            skewed,
            [(SINGLE, 10), (SUMMARY, 200)],
        ),
    ];
    let mut told = String::new();
    for (what, pairs, law, sides) in cases {
        let found = named(|seed| files(seed, pairs, law, sides, 1.0));
        if found > MOST_NAMED {
            writeln!(told, "{what}: {found} of {FILES}").unwrap();
        }
    }
    assert_eq!(told, "");
}

/// Medians alone, each times what `factor` says of it; `moved` is that of the first pair in the second file.
fn medians(seed: u64, pairs: usize, factor: impl Fn(&mut Draws, usize, bool) -> f64) -> MeasuredDiff {
    let mut draws = Draws(seed.wrapping_mul(0x1405_7b7e_f767_814f));
    let middles: Vec<f64> = (0..pairs).map(|_| 50.0 + 200.0 * draws.uniform()).collect();
    let [before, after] = [false, true].map(|after| {
        let mut text = "from,to,p50_ms\n".to_owned();
        for (at, ms) in middles.iter().enumerate() {
            writeln!(text, "h{at},y{at},{:.2}", ms * factor(&mut draws, at, after)).unwrap();
        }
        read(&text)
    });
    measured(before, after, &Names::default()).unwrap()
}

#[test]
fn medians_alone_that_differ_by_chance_are_told_as_the_same() {
    let long = named(|seed| medians(seed, 60, |draws, _, _| (0.02 * draws.long_tailed()).exp()));
    let few = named(|seed| medians(seed, 8, |draws, _, _| (0.02 * draws.normal()).exp()));
    // Most pairs were not measured again.
    let some = named(|seed| {
        medians(seed, 30, |draws, at, after| {
            if after && at < 12 {
                (0.01 * draws.normal()).exp()
            } else {
                1.0
            }
        })
    });
    assert!(
        [long, few, some].iter().all(|found| *found <= MOST_NAMED),
        "{long} {few} {some}"
    );
}

#[test]
fn a_change_is_found_in_each_way_to_tell_times() {
    let cases: [(&str, Times, [Side; 2], f64); 6] = [
        ("single times", queued, [(SINGLE, 30); 2], 1.3),
        ("p50 and p90", queued, [(BARE, 50); 2], 2.5),
        ("p50, p90 and few", queued, [(COUNTED, 5); 2], 5.0),
        ("p50, p90 and n", queued, [(COUNTED, 50); 2], 1.3),
        ("summaries", queued, [(SUMMARY, 10); 2], 1.5),
        (
            "single times and summaries",
            queued,
            [(SINGLE, 50), (SUMMARY, 50)],
            1.3,
        ),
    ];
    for (what, law, sides, slower) in cases {
        let changes = files(7, 12, law, sides, slower);
        assert_eq!(
            changes.pairs[0].verdict,
            Some(Change::Worse),
            "{what}: {changes:#?}"
        );
        let others = changes.pairs[1..].iter().flat_map(super::measured::verdicts);
        assert_eq!(others.filter(|it| *it == Change::Worse).count(), 0, "{what}");
        assert!(changes.worse);
    }
    let noisy = |by: f64| {
        medians(3, 40, move |draws, at, after| {
            (0.005 * draws.normal()).exp() * if after && at == 0 { by } else { 1.0 }
        })
    };
    assert_eq!(noisy(1.3).pairs[0].verdict, Some(Change::Worse));
    assert_eq!(noisy(1.0 / 1.3).pairs[0].verdict, Some(Change::Better));
}

fn of_one_pair(times: [Vec<f64>; 2]) -> MeasuredDiff {
    let [before, after] = times.map(|times| read(&format!("from,to,rtt_ms\n{}", single("y", &times))));
    measured(before, after, &Names::default()).unwrap()
}

#[test]
fn a_tail_that_moved_alone_is_found() {
    let before = vec![20.0; 200];
    let mut after = before.clone();
    after[140..].fill(200.0);
    let changes = of_one_pair([before.clone(), after.clone()]);
    let pair = &changes.pairs[0];
    assert_eq!(
        (pair.before_ms, pair.after_ms, pair.p90_ms),
        (20.0, 20.0, Some((20.0, 200.0)))
    );
    let tail = pair.tail.as_ref().unwrap();
    assert_eq!(
        (tail.before, tail.after, tail.verdict),
        (0.0, 0.3, Some(Change::Worse))
    );
    // So many times are slower that the ranks tell it as well; no longer are they told as the same.
    assert_eq!((pair.verdict, changes.worse), (Some(Change::Worse), true));
    let text: String = measured_tables(&changes, 5)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(
        text.contains("Tails beyond noise") && text.contains("200.00"),
        "{text}"
    );
    // One time in fifteen is too few for the ranks.
    let mut rare = before.clone();
    rare[187..].fill(200.0);
    let changes = of_one_pair([before, rare]);
    let pair = &changes.pairs[0];
    assert_eq!(pair.tail.as_ref().unwrap().verdict, Some(Change::Worse));
    let back = of_one_pair([after, vec![20.0; 200]]);
    assert!(!back.worse && back.pairs[0].tail.as_ref().unwrap().verdict == Some(Change::Better));
}

#[test]
fn where_tails_are_not_tested_it_is_said() {
    let counted = |p90: u32| read(&format!("from,to,p50_ms,p90_ms,n\nx,y,20,{p90},500\n"));
    let changes = measured(counted(25), counted(200), &Names::default()).unwrap();
    assert!(changes.pairs[0].tail.is_none());
    let said = |part: &str| changes.notes.iter().any(|note| note.contains(part));
    assert!(
        said("tails are not tested") && said("20 single times"),
        "{:?}",
        changes.notes
    );
}

/// Half of all times ten, the other half a tenth of before: all are faster, and the median is slower.
#[test]
fn the_direction_is_that_of_the_test() {
    let mut draws = Draws(5);
    let mut around = |low: f64, wide: f64, n: usize| -> Vec<f64> {
        (0..n).map(|_| low + wide * draws.uniform()).collect()
    };
    let before = [around(9.0, 2.0, 51), around(99.0, 2.0, 49)].concat();
    let after = [around(1.0, 1.0, 49), around(11.0, 1.0, 51)].concat();
    let changes = of_one_pair([before, after]);
    let pair = &changes.pairs[0];
    assert!(
        pair.difference.value > 0.0 && pair.longer_share.unwrap() < 0.5,
        "{pair:?}"
    );
    assert_eq!((pair.verdict, changes.worse), (Some(Change::Better), false));
    assert!(
        changes
            .notes
            .iter()
            .any(|note| note.starts_with("of 1 named, the median did not move"))
    );
}

/// 1,000 times of one skewed law: their mean is a third above their median.
#[test]
fn single_times_and_a_summary_are_compared_by_their_means() {
    let changes = files(1, 1, skewed, [(SINGLE, 1000), (SUMMARY, 1000)], 1.0);
    let pair = &changes.pairs[0];
    assert_eq!(
        (pair.test, pair.verdict),
        (PairTest::MeanError, Some(Change::WithinNoise))
    );
    assert!((pair.after_ms / pair.before_ms - 1.0).abs() < 0.1, "{pair:?}");
    let changes = files(1, 9, skewed, [(COUNTED, 1000), (SUMMARY, 1000)], 1.0);
    assert!(
        changes
            .pairs
            .iter()
            .all(|it| it.test == PairTest::TwoKinds && it.verdict.is_none())
    );
    assert!(changes.shifts.is_empty() && !changes.worse);
    assert!(
        changes
            .notes
            .iter()
            .any(|note| note.contains("a mean in one file and a median in the other"))
    );
}

#[test]
fn what_the_last_digit_may_do_is_no_change() {
    let told = |ms: u32| read(&format!("from,to,p50_ms,p90_ms,n\nx,y,{ms},{ms},5000\n"));
    let verdict = |ms: u32| measured(told(20), told(ms), &Names::default()).unwrap().pairs[0].verdict;
    assert_eq!(
        [verdict(20), verdict(21)],
        [Some(Change::Same), Some(Change::WithinNoise)]
    );
    assert_eq!(
        [verdict(22), verdict(17)],
        [Some(Change::Worse), Some(Change::Better)]
    );
}
