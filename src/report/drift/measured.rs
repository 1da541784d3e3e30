//! Two files of one's own measurements: which pairs changed by more than chance.

use std::collections::BTreeMap;

use super::bare::{pair_of, together};
use super::losses::losses;
use super::model::{
    DRIFT_SCHEMA_VERSION, LossChange, MEASURED_SCHEMA, MeasuredChange, MeasuredDiff, NoiseSource, PairTest,
};
use super::noise::{FEWEST, Pair};
use super::pair_test::{
    FEWEST_FOR_MEAN, FEWEST_FOR_MEDIAN, FEWEST_FOR_TAIL, FEWEST_TIMES, alone, last_digit,
};
use super::shifts::{LEVEL, shifts};
use crate::basis::error::Result;
use crate::basis::stat::rank::benjamini_hochberg;
use crate::basis::units::counted;
use crate::report::diff::Change;
use crate::world::ingest::foreign::{Figures, Imported, Measured, Names, combine};

/// Single pairs have half of the 5 %, so that their probabilities count twice.
const TIMES_OF_PAIRS: f64 = 2.0;

/// All pairs together have a quarter, and single ends have one.
const TIMES_OF_SHIFTS: f64 = 4.0;

/// What changed from the measurements in `before` to those in `after`, both under the new `names`.
///
/// Single times are compared by the rank-sum test and by their slowest tenth, medians with a p90 and a count and means with a
/// standard deviation by the error that these tell, and medians alone by the noise of all pairs together; lost requests by how
/// chance would share them out. Where nothing has
/// changed, any change is named of at most one pair of files in twenty: pairs have half of these 5 % (Benjamini and Hochberg),
/// what moved together the other half (Holm).
///
/// ```
/// use isochrone::report::drift::measured;
/// use isochrone::world::ingest::foreign::{ImportOptions, Names, read_foreign};
/// let read = |text: &str| read_foreign("a.csv", text.as_bytes(), &ImportOptions::default()).unwrap();
/// let times = |ms: [u32; 8]| ms.map(|ms| format!("dublin,us-east-1,{ms}\n")).concat();
/// let before = read(&format!("from,to,rtt_ms\n{}", times([70, 71, 70, 72, 71, 70, 73, 71])));
/// let after = read(&format!("from,to,rtt_ms\n{}", times([81, 82, 80, 83, 81, 84, 82, 81])));
/// let changes = measured(before, after, &Names::default())?;
/// assert!(changes.worse && changes.pairs[0].p.unwrap() < 0.01);
/// # Ok::<(), isochrone::basis::error::Error>(())
/// ```
///
/// # Errors
/// When rows of one pair cannot be put together.
pub fn measured(before: Imported, after: Imported, names: &Names) -> Result<MeasuredDiff> {
    let called = |it: &Imported| format!("{} ({})", it.name, it.read_as);
    let [called_before, called_after] = [called(&before), called(&after)];
    let (was, is) = (by_ends(before, names)?, by_ends(after, names)?);
    let both = || is.iter().filter_map(|(ends, new)| Some((was.get(ends)?, new)));
    let mut losses = losses(both());
    let known = |pair: &Measured| has_middle(&pair.figures);
    let timed: Vec<(&Measured, &Measured)> = both().filter(|(old, new)| known(old) && known(new)).collect();
    let (pairs, noise) = changes(&timed, &mut losses);
    let shifts = shifts("all pairs", &moved(&pairs), TIMES_OF_SHIFTS);
    let alone = |all: &ByEnds, others: &ByEnds| {
        let keys = all.keys().filter(|ends| !others.contains_key(*ends));
        keys.map(|(from, to)| format!("{} → {}", shown(from), shown(to)))
            .collect()
    };
    let of_pairs = pairs.iter().flat_map(verdicts);
    let slower = of_pairs
        .chain(losses.iter().filter_map(|it| it.verdict))
        .any(|it| it == Change::Worse);
    let mut notes = notes(&pairs, noise);
    notes.extend(losses_in_words(both(), &losses));
    Ok(MeasuredDiff {
        schema: MEASURED_SCHEMA,
        schema_version: DRIFT_SCHEMA_VERSION,
        before: called_before,
        after: called_after,
        only_before: alone(&was, &is),
        only_after: alone(&is, &was),
        notes,
        worse: slower || shifts.iter().any(|it| it.verdict == Change::Worse),
        shifts,
        pairs,
        losses,
    })
}

/// Which losses could not be compared, and which pairs have no times that could.
fn losses_in_words<'a>(
    both: impl Iterator<Item = (&'a Measured, &'a Measured)>,
    losses: &[LossChange],
) -> Vec<String> {
    let (mut one_sided, mut silent) = (0, Vec::new());
    for (old, new) in both {
        one_sided += usize::from(old.known_lost().is_some() != new.known_lost().is_some());
        if !has_middle(&old.figures) || !has_middle(&new.figures) {
            silent.push(format!("{} → {}", shown(&new.from), shown(&new.to)));
        }
    }
    let mut notes = Vec::new();
    if !losses.is_empty() {
        notes.push(format!(
            "lost requests of {} were tested as well (Fisher's exact test)",
            counted(losses.len(), "pair")
        ));
    }
    if one_sided > 0 {
        notes.push(format!(
            "lost requests of {} are told in one file only, and not compared",
            counted(one_sided, "pair")
        ));
    }
    if !silent.is_empty() {
        notes.push(format!(
            "without any answer in one of both: {}",
            silent.join("; ")
        ));
    }
    notes
}

type ByEnds = BTreeMap<(String, String), Measured>;

fn by_ends(file: Imported, names: &Names) -> Result<ByEnds> {
    let pairs = combine(vec![file], names)?.pairs.into_iter();
    // Where all requests were lost there is no middle, but something to tell.
    let known = pairs.filter(|pair| has_middle(&pair.figures) || pair.lost > 0);
    Ok(known
        .map(|pair| ((pair.from.clone(), pair.to.clone()), pair))
        .collect())
}

/// What stands for an end that nobody named.
pub(super) fn shown(name: &str) -> &str {
    if name.is_empty() { "?" } else { name }
}

fn has_middle(figures: &Figures) -> bool {
    matches!(figures, Figures::Summary(_)) || figures.percentiles(&[50.0])[0].is_some()
}

/// What was said of a pair, and of its slowest times.
pub(super) fn verdicts(it: &MeasuredChange) -> impl Iterator<Item = Change> + use<> {
    let tail = it.tail.as_ref().and_then(|tail| tail.verdict);
    it.verdict.into_iter().chain(tail)
}

/// Where the noise of pairs without an error came from, and how many they are.
type BareNoise = Option<(NoiseSource, usize)>;

/// Every pair, tested in the way that its figures allow; pairs that have no error of their own are tested together.
fn changes(both: &[(&Measured, &Measured)], losses: &mut [LossChange]) -> (Vec<MeasuredChange>, BareNoise) {
    let digit = last_digit(both);
    let mut all: Vec<MeasuredChange> = both
        .iter()
        .filter_map(|(old, new)| alone(old, new, digit))
        .collect();
    let noise = together(&mut all, digit);
    let tested: Vec<f64> = all
        .iter()
        .flat_map(|it| it.p.into_iter().chain(it.tail.as_ref().map(|tail| tail.p)))
        .chain(losses.iter().map(|it| it.p))
        .collect();
    let raised = benjamini_hochberg(&tested).into_iter();
    let mut of_all = raised.map(|p| (TIMES_OF_PAIRS * p).min(1.0));
    for it in &mut all {
        it.p_of_all = it.p.and_then(|_| of_all.next());
        let by = it.difference.value;
        let towards = it.longer_share.map_or(by, |share| share - 0.5);
        it.verdict = it.p_of_all.map(|p| verdict(by, towards, p));
        if let Some(tail) = &mut it.tail {
            tail.p_of_all = of_all.next();
            let by = tail.after - tail.before;
            tail.verdict = tail.p_of_all.map(|p| verdict(by, by, p));
        }
    }
    for it in losses {
        it.p_of_all = of_all.next();
        let share = |lost: u64, sent: u64| lost as f64 / sent as f64;
        let by = share(it.lost_after, it.sent_after) - share(it.lost_before, it.sent_before);
        it.verdict = it.p_of_all.map(|p| verdict(by, by, p));
    }
    (all, noise)
}

/// What follows: the test says whether anything changed, and to which side.
fn verdict(by: f64, towards: f64, p: f64) -> Change {
    match p < LEVEL {
        true if towards > 0.0 => Change::Worse,
        true if towards < 0.0 => Change::Better,
        false if by == 0.0 => Change::Same,
        _ => Change::WithinNoise,
    }
}

/// Pairs whose figures are of one kind.
fn moved(all: &[MeasuredChange]) -> Vec<Pair> {
    let comparable = all.iter().filter(|it| it.test != PairTest::TwoKinds);
    comparable.map(pair_of).collect()
}

fn notes(all: &[MeasuredChange], noise: BareNoise) -> Vec<String> {
    let uses = |test: PairTest| all.iter().filter(|it| it.test == test).count();
    let mut notes = Vec::new();
    if uses(PairTest::RankSum) > 0 {
        notes.push(
            "single times are compared by the rank-sum test, which takes them as independent: times that were all taken \
             within minutes share what went on in these minutes, and seem surer than they are"
                .to_owned(),
        );
    }
    if uses(PairTest::MedianError) > 0 {
        notes.push(
            "a median's error is that of normal times of the spread that its p90 tells, the larger of both files: \
             √(π/2) · (p90 − p50) / 1.28 · √(1/n + 1/m); Student's test, a degree of freedom for each four times"
                .to_owned(),
        );
    }
    if uses(PairTest::MeanError) > 0 {
        notes.push(
            "where a file has means only (min/avg/max/mdev), means are compared with means, by Student's test with the \
             larger standard deviation of both files"
                .to_owned(),
        );
    }
    notes.extend(noise.map(of_noise));
    notes.extend(not_tested(all));
    notes.extend(against_medians(all));
    notes.push(tails(all));
    notes
}

fn of_noise((source, pairs): (NoiseSource, usize)) -> String {
    let from = match source {
        NoiseSource::Directions => "how differently both directions of a pair changed",
        _ => "the spread of all changes around their median, which is too wide where much changed",
    };
    format!(
        "{pairs} pairs have no error of their own and are held against noise from {from}; its tails are taken as long \
         (Student's, 3 degrees of freedom), and as wide where p90 − p50 is, or times are few"
    )
}

fn not_tested(all: &[MeasuredChange]) -> Vec<String> {
    let count = |test: PairTest| all.iter().filter(|it| it.test == test).count();
    let of = all.len();
    let too_little = match count(PairTest::None) {
        0 => None,
        n => Some(format!(
            "not tested: {n} of {of} pairs, of fewer than {FEWEST_TIMES} times, {FEWEST_FOR_MEAN} behind a mean or \
             {FEWEST_FOR_MEDIAN} behind a p90, or medians without a count of fewer than {FEWEST} pairs that changed"
        )),
    };
    let two_kinds = match count(PairTest::TwoKinds) {
        0 => None,
        n => Some(format!(
            "not tested: {n} of {of} pairs have a mean in one file and a median in the other, which differ anyway"
        )),
    };
    too_little.into_iter().chain(two_kinds).collect()
}

/// Pairs whose median went the other way than most of their times.
fn against_medians(all: &[MeasuredChange]) -> Option<String> {
    let against = all.iter().filter(|it| match it.verdict {
        Some(Change::Worse) => it.difference.value <= 0.0,
        Some(Change::Better) => it.difference.value >= 0.0,
        _ => false,
    });
    match against.count() {
        0 => None,
        n => Some(format!(
            "of {n} named, the median did not move the way that the verdict says: it goes by all times, where the rank sum sees \
             more of them slower or faster"
        )),
    }
}

fn tails(all: &[MeasuredChange]) -> String {
    let tested = all.iter().filter(|it| it.tail.is_some()).count();
    let what = format!("tails take {FEWEST_FOR_TAIL} single times of a pair in each file");
    match all.len() - tested {
        0 => format!("tails of all {tested} pairs were tested as well"),
        n if tested == 0 => {
            format!("tails are not tested ({what}): a p90 that moved alone is not seen in {n} pairs")
        }
        n => format!("tails of {tested} pairs were tested as well, of {n} not ({what})"),
    }
}
