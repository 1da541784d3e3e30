//! How a figure is put into words and digits: one place, so that the terminal, the sheets and the documents agree.
//!
//! A number never stands naked: `182 ± 3 ms`. The digits follow from the error, so that none is shown that means
//! nothing.

pub mod age;

pub mod apart;

mod design;

pub mod recovery;

pub mod capacity;

pub mod race;

pub mod listed;

pub mod ranking;

pub mod search;

pub mod verdict;

pub use design::{
    breach, bytes, cdn_answer, choice_words, class_words, leader_note, leader_words, led_stores,
    residency_note, share, share_number, store_kind, time,
};

use super::model::{
    Difference, Figure, Interval, Missing, NetworkSummary, Outcome, Report, SearchSummary, SearchWay,
    TargetAsked, Verdict,
};

/// What `±` means, wherever it is printed.
pub const LEGEND: &str = "± is half the width of the 95 % interval from sampling; it falls with more runs. Uncertain inputs come on top";

/// What a tie by sampling error means.
pub const TIED_SAMPLING: &str = "tied by sampling error: more runs may separate them";

/// What a tie by input error means.
pub const TIED_INPUT: &str = "tied by input error: the inputs are not known well enough to say which is better, and more runs will not help";

/// In place of a difference that an interrupted run did not get to.
const NOT_COMPUTED: &str = "not computed";

/// The mark of a tie by sampling error.
pub const MARK_SAMPLING: &str = "=";

/// The mark of a tie by input error.
pub const MARK_INPUT: &str = "≈";

/// What a value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Milliseconds.
    Millis,
    /// A share of 0–1, spoken of in per cent; differences in percentage points.
    Share,
    /// Seconds: times of recovery.
    Seconds,
    /// Minutes: downtime of a year.
    Minutes,
}

impl Unit {
    /// The sign after a value.
    pub fn symbol(self) -> &'static str {
        match self {
            Unit::Millis => "ms",
            Unit::Share => "%",
            Unit::Seconds => "s",
            Unit::Minutes => "min",
        }
    }

    /// The word after a difference: points are not per cent of anything.
    pub fn difference_symbol(self) -> &'static str {
        match self {
            Unit::Share => "points",
            time => time.symbol(),
        }
    }

    /// The unit of numbers kept in files.
    pub fn stored(self) -> &'static str {
        match self {
            Unit::Share => "share",
            time => time.symbol(),
        }
    }

    /// From the stored number to the spoken one.
    pub fn scale(self) -> f64 {
        match self {
            Unit::Share => 100.0,
            Unit::Millis | Unit::Seconds | Unit::Minutes => 1.0,
        }
    }

    /// The unit that files call `name`; anything unknown is a time in milliseconds.
    pub fn from_stored(name: &str) -> Unit {
        match name {
            "share" => Unit::Share,
            "s" => Unit::Seconds,
            "min" => Unit::Minutes,
            _ => Unit::Millis,
        }
    }
}

/// The unit of the objective `name`: `p95` is a time, `within:150ms` a share.
pub fn objective_unit(name: &str) -> Unit {
    if larger_is_better(name) {
        Unit::Share
    } else {
        Unit::Millis
    }
}

/// Whether more of the objective `name` is better.
pub fn larger_is_better(name: &str) -> bool {
    name.starts_with("within")
}

/// The objective or target `name` in words.
///
/// ```
/// use isochrone::report::voice::objective_words;
/// assert_eq!(objective_words("p95"), "95th percentile of request latency");
/// assert_eq!(objective_words("within:150ms"), "share of requests within 150 ms");
/// ```
pub fn objective_words(name: &str) -> String {
    match name {
        "mean" => "mean request latency".into(),
        "p50" => "median request latency".into(),
        "p90" => "90th percentile of request latency".into(),
        "p95" => "95th percentile of request latency".into(),
        "p99" => "99th percentile of request latency".into(),
        "worst-country" => "95th percentile of the worst country".into(),
        "worst-group" => "largest mean of any user group".into(),
        other => match other.strip_prefix("within:") {
            Some(limit) => format!("share of requests within {}", spaced(limit)),
            None => other.to_owned(),
        },
    }
}

/// A target in words: `95th percentile of request latency at most 250 ms`.
pub fn target_words(target: &TargetAsked) -> String {
    let unit = Unit::from_stored(&target.unit);
    format!(
        "{} {}",
        objective_words(&target.what),
        limit_words(target.limit, unit)
    )
}

/// A limit in words: `at most 250 ms`, `at least 80 %`.
pub fn limit_words(limit: f64, unit: Unit) -> String {
    let word = if unit == Unit::Share {
        "at least"
    } else {
        "at most"
    };
    format!("{word} {} {}", exact(limit * unit.scale()), unit.symbol())
}

/// `150ms` becomes `150 ms`.
fn spaced(quantity: &str) -> String {
    let cut = quantity
        .find(|c: char| c.is_alphabetic())
        .unwrap_or(quantity.len());
    format!("{} {}", &quantity[..cut], &quantity[cut..])
}

/// Half the width of an interval.
pub fn half_width(interval: Interval) -> f64 {
    (interval.high - interval.low) / 2.0
}

/// How many decimals an error of `error` leaves a value: up to the error's first significant digit, or the second
/// when the first is a 1 (a first digit alone would round 1.4 by 29 %). Whole numbers stay whole.
///
/// ```
/// use isochrone::report::voice::decimals;
/// assert_eq!([3.1, 0.24, 0.14, 0.0997, 23.0].map(decimals), [0, 1, 2, 2, 0]);
/// ```
pub fn decimals(error: f64) -> usize {
    /// Below a nanosecond in a millisecond figure nothing is meant.
    const MOST: f64 = 6.0;
    if !error.is_finite() || error <= 0.0 {
        return 3;
    }
    let power = error.log10().floor();
    let two_digits = (error / 10f64.powf(power - 1.0)).round();
    // 0.0996 rounds to 0.10: its first digit has moved up, which leaves as many decimals as one digit of 0.09.
    let decimals = if two_digits < 20.0 { 1.0 - power } else { -power };
    decimals.clamp(0.0, MOST) as usize
}

/// A value with `decimals` decimals, a true minus sign, and no minus before a zero.
pub fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{:.*}", decimals, value.abs());
    let is_zero = text.bytes().all(|b| matches!(b, b'0' | b'.'));
    if value < 0.0 && !is_zero {
        format!("−{text}")
    } else {
        text
    }
}

/// A value that is known exactly: at most three decimals, none that is zero at the end.
pub fn exact(value: f64) -> String {
    let text = fixed(value, 3);
    if !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A value with its error, without the unit: `182 ± 3`.
///
/// ```
/// use isochrone::report::model::{Figure, Interval};
/// use isochrone::report::voice::{Unit, figure, figure_with_unit};
/// let p99 = Figure { value: 182.31, std_error: 1.6, sampling: Interval { low: 179.2, high: 185.4 }, input: None };
/// assert_eq!(figure(&p99, Unit::Millis), "182 ± 3");
/// assert_eq!(figure_with_unit(&p99, Unit::Millis), "182 ± 3 ms");
/// ```
pub fn figure(figure: &Figure, unit: Unit) -> String {
    plus_minus(
        figure.value * unit.scale(),
        half_width(figure.sampling) * unit.scale(),
    )
}

/// A value with its error and unit: `182 ± 3 ms`, `81.4 ± 0.3 %`.
pub fn figure_with_unit(it: &Figure, unit: Unit) -> String {
    format!("{} {}", figure(it, unit), unit.symbol())
}

/// `value ± error`, both with the digits that the error leaves.
pub fn plus_minus(value: f64, error: f64) -> String {
    if error == 0.0 {
        return format!("{} ± 0", exact(value));
    }
    let digits = decimals(error);
    format!("{} ± {}", fixed(value, digits), fixed(error, digits))
}

/// A difference with its sign and error, without the unit: `−48 ± 2`, `+3.2 ± 0.4`.
pub fn signed(difference: &Figure, unit: Unit) -> String {
    let text = figure(difference, unit);
    if difference.value > 0.0 && !zero_head(&text) {
        format!("+{text}")
    } else {
        text
    }
}

/// Whether the value before the `±` is printed as zero.
fn zero_head(text: &str) -> bool {
    let head = text.split(" ±").next().unwrap_or(text);
    head.bytes().all(|b| matches!(b, b'0' | b'.'))
}

/// Who lives where hardly any path was measured, so that levels there are the least certain; nothing below 1 %.
pub fn thin_note(network: &NetworkSummary) -> Option<String> {
    /// Countries named; the rest is counted.
    const NAMED: usize = 3;
    let all: f64 = network.thin_countries.iter().map(|(_, share)| share).sum();
    if all < 0.01 {
        return None;
    }
    let named: Vec<String> = network
        .thin_countries
        .iter()
        .take(NAMED)
        .map(|(country, share)| format!("{country} {}", percent(*share)))
        .collect();
    let rest = network.thin_countries.len().saturating_sub(NAMED);
    let more = if rest > 0 {
        format!(" and {} more", count(rest as u64))
    } else {
        String::new()
    };
    Some(format!(
        "thin data: {} of the users live in countries with at most two measured places ({}{more}); bring your own RTTs \
         for them before you rely on small differences",
        percent(all),
        named.join(", ")
    ))
}

/// What must be said of differences that are not paired; nothing where all of them are.
pub fn unpaired_note(report: &Report) -> Option<String> {
    let all = report
        .sets
        .iter()
        .flat_map(|set| [&set.versus_best, &set.versus_baseline])
        .flatten();
    let (count_all, unpaired) = all.fold((0, 0), |(n, unpaired), it| {
        (n + 1, unpaired + u64::from(it.unpaired))
    });
    (unpaired > 0).then(|| {
        format!(
            "{} of {} differences are not paired: the report keeps no draws, so the errors of both sets were taken as \
             independent, which makes them wider; run `compare` on the scenario for paired ones",
            count(unpaired),
            count(count_all)
        )
    })
}

/// The mark behind a difference: empty when the sets differ.
pub fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Differs => "",
        Verdict::TiedSampling => MARK_SAMPLING,
        Verdict::TiedInput => MARK_INPUT,
        Verdict::Same => "same",
    }
}

/// The sentences that explain the marks of `verdicts`, one for each mark that occurs.
pub fn tie_notes(verdicts: impl IntoIterator<Item = Verdict>) -> Vec<String> {
    let (mut sampling, mut input) = (false, false);
    for verdict in verdicts {
        sampling |= verdict == Verdict::TiedSampling;
        input |= verdict == Verdict::TiedInput;
    }
    let note = |mark: &str, words: &str| format!("{mark} {words}");
    let sampling = sampling.then(|| note(MARK_SAMPLING, TIED_SAMPLING));
    let input = input.then(|| note(MARK_INPUT, TIED_INPUT));
    sampling.into_iter().chain(input).collect()
}

/// What can be said of a difference (this − other) in words, `larger_is_better` as for [`larger_is_better`].
pub fn verdict_words(difference: &Difference, larger_is_better: bool) -> &'static str {
    match difference.verdict {
        Verdict::Differs if (difference.figure.value > 0.0) == larger_is_better => "better",
        Verdict::Differs => "worse",
        Verdict::TiedSampling => "tied by sampling error",
        Verdict::TiedInput => "tied by input error",
        Verdict::Same => "the same",
    }
}

/// What stands in place of a difference that is not there: `reference` on the reference itself.
pub fn no_difference(is_reference: bool, reference: &str) -> &str {
    if is_reference { reference } else { NOT_COMPUTED }
}

/// What an interrupted run left out, a sentence each; nothing for a complete one.
pub fn interruption(report: &Report) -> Vec<String> {
    if report.complete {
        return Vec::new();
    }
    let mut notes = vec!["the run was interrupted: what is here is right, but not all of it".to_owned()];
    notes.extend(
        report
            .missing
            .iter()
            .map(|part| missing(*part, report.search.as_ref())),
    );
    notes
}

fn missing(part: Missing, search: Option<&SearchSummary>) -> String {
    match (part, search.filter(|search| search.sets_not_scored > 0)) {
        (Missing::Sets, Some(search)) => format!(
            "{} sets were scored and {} were not: a better one may be among those",
            count(search.sets_scored),
            count(search.sets_not_scored)
        ),
        (Missing::Sets, None) => "not every set that was asked for is here".to_owned(),
        (Missing::InputError, _) => {
            "the input error was not computed: ties and targets go by sampling error alone".to_owned()
        }
        (Missing::Differences, _) => "differences between sets were not computed".to_owned(),
    }
}

/// How many sets were scored: `6 of 10 sets scored, 4 of them feasible`.
pub fn scored(search: &SearchSummary) -> String {
    let all = search.sets_scored + search.sets_not_scored;
    let of_all = if search.sets_not_scored > 0 {
        format!(" of {}", count(all))
    } else {
        String::new()
    };
    let feasible = if search.sets_feasible == search.sets_scored {
        "all".to_owned()
    } else {
        count(search.sets_feasible)
    };
    let searched = search.by_size.iter().any(|it| it.way == SearchWay::Searched);
    let what = if searched { "scores of sets" } else { "sets scored" };
    let gauged = search
        .sets_gauged
        .map_or_else(String::new, |gauged| format!(", {} gauged", count(gauged)));
    let without = match search.sets_without_value {
        Some(without @ 1..) => format!(", {} without a value", count(without)),
        _ => String::new(),
    };
    format!(
        "{}{of_all} {what}, {feasible} of them feasible{gauged}{without}",
        count(search.sets_scored)
    )
}

/// Whether a promise is kept, in words.
pub fn outcome_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Met => "met",
        Outcome::Missed => "missed",
        Outcome::TooCloseToCall => "too close to call",
    }
}

/// A whole number with commas: `20,000`.
///
/// ```
/// assert_eq!(isochrone::report::voice::count(1_234_567), "1,234,567");
/// ```
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share in per cent with one decimal: `81.4 %`.
pub fn percent(share: f64) -> String {
    format!("{} %", fixed(share * 100.0, 1))
}

/// `aws:` where every region of a report is one of that provider's, so that tables can leave it out; empty otherwise.
pub fn provider_prefix(report: &Report) -> String {
    let sets = report.sets.iter().flat_map(|set| &set.regions);
    let by_size = report.search.iter().flat_map(|search| &search.best_by_size);
    let mut ids = sets
        .chain(&report.region_matrix.regions)
        .chain(by_size.flat_map(|best| &best.regions));
    let first = ids.next().and_then(|id| prefix(id)).unwrap_or("");
    if ids.all(|id| id.starts_with(first)) {
        first.to_owned()
    } else {
        String::new()
    }
}

/// `aws:` of `aws:eu-west-1`.
fn prefix(id: &str) -> Option<&str> {
    id.find(':').map(|at| &id[..=at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(value: f64, half: f64) -> Figure {
        Figure {
            value,
            std_error: half / 1.96,
            sampling: Interval {
                low: value - half,
                high: value + half,
            },
            input: None,
        }
    }

    #[test]
    fn the_error_sets_the_digits_of_the_value() {
        let said = |value, half| figure(&known(value, half), Unit::Millis);
        assert_eq!(said(48.312, 0.2), "48.3 ± 0.2");
        assert_eq!(said(48.312, 0.14), "48.31 ± 0.14");
        assert_eq!(said(211.6, 3.4), "212 ± 3");
        assert_eq!(said(211.6, 23.4), "212 ± 23");
        assert_eq!(said(211.6, 0.996), "211.6 ± 1.0");
    }

    #[test]
    fn a_fixed_latency_has_no_error_and_no_made_up_digits() {
        assert_eq!(figure(&known(70.0, 0.0), Unit::Millis), "70 ± 0");
        assert_eq!(figure(&known(70.125, 0.0), Unit::Millis), "70.125 ± 0");
    }

    #[test]
    fn a_share_is_spoken_of_in_per_cent() {
        assert_eq!(
            figure_with_unit(&known(0.8137, 0.003), Unit::Share),
            "81.4 ± 0.3 %"
        );
    }

    #[test]
    fn a_difference_has_a_sign_unless_it_rounds_to_zero() {
        let said = |value, half| signed(&known(value, half), Unit::Millis);
        assert_eq!(said(-48.2, 2.3), "−48 ± 2");
        assert_eq!(said(3.2, 0.4), "+3.2 ± 0.4");
        assert_eq!(said(0.3, 2.3), "0 ± 2");
        assert_eq!(said(-0.3, 2.3), "0 ± 2");
        assert_eq!(said(0.0, 0.0), "0 ± 0");
    }

    #[test]
    fn better_means_more_for_a_share_and_less_for_a_time() {
        let lower = Difference {
            figure: known(-5.0, 1.0),
            verdict: Verdict::Differs,
        };
        assert_eq!(verdict_words(&lower, false), "better");
        assert_eq!(verdict_words(&lower, true), "worse");
    }
}
