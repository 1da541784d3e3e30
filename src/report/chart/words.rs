//! What the charts say: names, numbers with their certainty, titles and subtitles.

use super::font;
use super::label;
use crate::report::model::{CapacityResult, Difference, Figure, Interval, RecoveryResult, Report, SetResult};
use crate::report::voice::listed::Ties;
use crate::report::voice::{self, capacity};

/// The title, subtitle and notes of a chart.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    pub title: String,
    pub subtitle: Vec<String>,
    pub notes: Vec<String>,
}

/// How sets and regions are called: without the provider when there is only one.
#[derive(Clone, Debug)]
pub(super) struct Names {
    /// `aws:`, or empty.
    prefix: String,
}

impl Names {
    pub(super) fn of(report: &Report) -> Self {
        Names {
            prefix: voice::provider_prefix(report),
        }
    }

    pub(super) fn region(&self, id: &str) -> String {
        font::printable(id.strip_prefix(self.prefix.as_str()).unwrap_or(id))
    }

    /// The name of the set at `place`, marked when it is the baseline.
    pub(super) fn set(&self, report: &Report, place: usize) -> String {
        let name = self.plain(&report.sets[place]);
        if report.baseline == Some(place) {
            format!("{name} (baseline)")
        } else {
            name
        }
    }

    fn plain(&self, set: &SetResult) -> String {
        let name = if self.prefix.is_empty() {
            set.name.clone()
        } else {
            set.name.replace(&self.prefix, "")
        };
        font::printable(if name.trim().is_empty() {
            "(no name)"
        } else {
            &name
        })
    }

    /// A name short enough for a title: what does not fit is counted.
    pub(super) fn brief(&self, set: &SetResult) -> String {
        const WIDEST: f64 = 34.0;
        let name = self.plain(set);
        if font::width(&name, 1.0) <= WIDEST {
            return name;
        }
        let parts: Vec<&str> = name.split(" + ").collect();
        let fits = |n: usize| font::width(&parts[..n].join(" + "), 1.0) <= WIDEST;
        match (1..parts.len()).rev().find(|&n| fits(n)) {
            Some(n) => format!("{} + {} more", parts[..n].join(" + "), parts.len() - n),
            None => label::cut(&name, WIDEST, 1.0),
        }
    }

    /// A text that names regions, such as a loss.
    pub(super) fn text(&self, text: &str) -> String {
        let short = if self.prefix.is_empty() {
            text.to_owned()
        } else {
            text.replace(&self.prefix, "")
        };
        font::printable(&short)
    }

    /// Says which provider was left out of the names.
    pub(super) fn note(&self) -> Option<String> {
        let provider = self.prefix.strip_suffix(':')?;
        Some(format!("all regions are of\u{a0}{}", font::printable(provider)))
    }
}

/// What the ranking is by.
#[derive(Clone, Debug)]
pub(super) struct Goal {
    /// `p95`, `share within 150 ms`.
    pub phrase: String,
    /// Whether it is a share, of which more is better.
    pub share: bool,
    /// The time, when it is a share within a time.
    pub limit_ms: Option<f64>,
}

impl Goal {
    pub(super) fn of(report: &Report) -> Self {
        let objective = report.question.objective.as_str();
        if let Some(limit) = objective.strip_prefix("within:") {
            let limit_ms = limit.strip_suffix("ms").and_then(|ms| ms.trim().parse().ok());
            let limit = limit_ms.map_or_else(|| limit.to_owned(), |ms| format!("{} ms", plain(ms)));
            return Goal {
                phrase: format!("share within {limit}"),
                share: true,
                limit_ms,
            };
        }
        let phrase = match objective {
            "mean" => "mean latency",
            "p50" => "median latency (p50)",
            "worst-country" => "p95 of the worst country",
            "worst-group" => "mean of the worst user group",
            other => other,
        };
        Goal {
            phrase: font::printable(phrase),
            share: false,
            limit_ms: None,
        }
    }

    /// `lowest`, or `highest` where more is better.
    pub(super) fn best_word(&self) -> &'static str {
        if self.share { "highest" } else { "lowest" }
    }

    /// `ms`, or percentage points.
    pub(super) fn difference_unit(&self) -> &'static str {
        if self.share { "points" } else { "ms" }
    }

    /// What values are multiplied with to be shown.
    pub(super) fn factor(&self) -> f64 {
        if self.share { 100.0 } else { 1.0 }
    }

    /// `212 ms ± 3`, `83.1 % ± 0.4`.
    pub(super) fn value(&self, figure: &Figure) -> String {
        with_error(figure.value, half(&figure.sampling), self.share)
    }
}

/// `212 ms ± 3` or, for a share, `83.1 % ± 0.4`; the blanks do not break.
pub(super) fn with_error(value: f64, error: f64, share: bool) -> String {
    let (factor, unit) = if share { (100.0, "%") } else { (1.0, "ms") };
    let (value, error) = (value * factor, error * factor);
    let digits = decimals(value, error);
    let text = number(value, digits);
    if error > 0.0 {
        format!("{text}\u{a0}{unit}\u{a0}±\u{a0}{}", number(error, digits))
    } else {
        format!("{text}\u{a0}{unit}")
    }
}

/// Half the width of an interval.
pub(super) fn half(interval: &Interval) -> f64 {
    (interval.high - interval.low) / 2.0
}

/// Decimals that show an error with one digit, at most two.
pub(super) fn decimals(value: f64, error: f64) -> usize {
    let by_value = match value.abs() {
        v if v >= 100.0 || v.fract() == 0.0 => 0,
        v if v >= 10.0 => 1,
        _ => 2,
    };
    if error > 0.0 && error.is_finite() {
        (-error.log10().floor()).clamp(0.0, 2.0) as usize
    } else {
        by_value
    }
}

/// A number with `digits` decimals, groups of three set apart.
pub(super) fn number(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return "?".into();
    }
    let text = format!("{:.digits$}", value.abs());
    let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    let grouped: Vec<&str> = whole
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap_or(""))
        .collect();
    let is_zero = text.bytes().all(|b| b == b'0' || b == b'.');
    let sign = if value < 0.0 && !is_zero { "−" } else { "" };
    format!("{sign}{}{fraction}", grouped.join(","))
}

/// A number in as few digits as it needs, at most two decimals.
pub(super) fn plain(value: f64) -> String {
    let digits = (0..=2)
        .find(|&d| {
            let tens = 10f64.powi(d);
            ((value * tens).round() / tens - value).abs() <= 1e-9 * value.abs()
        })
        .unwrap_or(2);
    number(value, digits as usize)
}

/// `1 set`, `3 sets`.
pub(super) fn count(n: usize, what: &str) -> String {
    let number = number(n as f64, 0);
    if n == 1 {
        format!("{number} {what}")
    } else {
        format!("{number} {what}s")
    }
}

/// `72 %`; the blank does not break.
pub(super) fn share_of(share: f64) -> String {
    format!("{}\u{a0}%", number(share * 100.0, 0))
}

/// The best of the sets of which it is told what a loss does.
pub(super) fn recovered(report: &Report) -> Option<(&SetResult, &RecoveryResult)> {
    let told = report
        .sets
        .iter()
        .filter_map(|set| Some((set, set.recovery.as_ref()?)));
    told.min_by_key(|(set, _)| set.rank)
}

/// The best of the sets of which it is told what they carry and need.
pub(super) fn sized(report: &Report) -> Option<(&SetResult, &CapacityResult)> {
    let told = report
        .sets
        .iter()
        .filter_map(|set| Some((set, set.capacity.as_ref()?)));
    told.min_by_key(|(set, _)| set.rank)
}

/// Label of all amounts; empty where cost was not asked for.
pub(super) fn currency(report: &Report) -> String {
    let cost = report.capacity.as_ref().and_then(|it| it.cost.as_ref());
    cost.map_or_else(String::new, |cost| {
        label::cut(&font::printable(&cost.currency), 8.0, 1.0)
    })
}

/// The budget a month, where there is one.
pub(super) fn budget(report: &Report) -> Option<f64> {
    let cost = report.capacity.as_ref()?.cost.as_ref()?;
    cost.budget.filter(|budget| budget.is_finite() && *budget > 0.0)
}

/// Audience, load and curve: what loads, servers and costs follow from.
pub(super) fn about_load(report: &Report) -> Vec<String> {
    const WIDEST: f64 = 64.0;
    let cut = |text: &str| label::cut(&font::printable(text), WIDEST, 1.0);
    let mut parts = vec![cut(&report.question.audience)];
    if !report.complete {
        parts.push("interrupted: a partial result".into());
    }
    if let Some(summary) = &report.capacity {
        let demand = &summary.demand;
        parts.push(format!(
            "{} on average in the first year",
            capacity::rate(demand.mean_rps)
        ));
        parts.push(format!("daily curve: {}", cut(&demand.curve)));
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// Place of the best set.
pub(super) fn best(report: &Report) -> Option<usize> {
    (0..report.sets.len()).min_by_key(|&i| report.sets[i].rank)
}

/// The places of the sets to draw: the first ones, and the baseline in any case.
pub(super) fn drawn(report: &Report, most: usize) -> Vec<usize> {
    let mut places: Vec<usize> = (0..report.sets.len().min(most)).collect();
    for must in best(report).into_iter().chain(report.baseline) {
        if must < report.sets.len() && !places.contains(&must) && most > 1 {
            places.pop();
            places.push(must);
        }
    }
    places
}

/// Audience, runs and seed; says when something is left out.
pub(super) fn subtitle(report: &Report, drawn: usize) -> Vec<String> {
    const WIDEST: f64 = 64.0;
    let (question, provenance) = (&report.question, &report.provenance);
    let mut parts = vec![label::cut(&font::printable(&question.audience), WIDEST, 1.0)];
    parts.extend(left_out(report, drawn));
    if !report.complete {
        parts.push("interrupted: a partial result".into());
    }
    parts.push(count(question.user_groups, "user group"));
    parts.push(format!(
        "{} per group and region",
        count(provenance.runs as usize, "run")
    ));
    parts.push(format!("seed {}", provenance.seed));
    parts.retain(|part| !part.trim().is_empty());
    parts
}

fn left_out(report: &Report, drawn: usize) -> Option<String> {
    let sets = report.sets.len();
    let kept = report.baseline.is_some_and(|place| place >= drawn);
    let with = if kept { ", with the baseline" } else { "" };
    (drawn < sets).then(|| format!("{drawn} of {sets} sets drawn{with}"))
}

/// The main finding: which set is best, by how much, and how sure that is.
pub(super) fn headline(report: &Report, names: &Names) -> String {
    let goal = Goal::of(report);
    let Some(place) = best(report) else {
        return "There is no set to draw".into();
    };
    let set = &report.sets[place];
    let name = names.brief(set);
    if let Some(headline) = voice::ranking::headline(report, &name) {
        return font::printable(&headline);
    }
    let value = goal.value(&set.objective) + &inputs(&set.objective, &goal);
    if report.sets.len() == 1 {
        return format!("{name}: {} {value}", goal.phrase);
    }
    let rest = ties(report, place, &goal);
    format!(
        "{name} has the {} {}: {value}{rest}",
        goal.best_word(),
        goal.phrase
    )
}

fn inputs(figure: &Figure, goal: &Goal) -> String {
    let Some(input) = figure.input else {
        return String::new();
    };
    let (low, high) = (input.low * goal.factor(), input.high * goal.factor());
    let digits = decimals(high, (high - low) / 2.0);
    let (low, high) = (number(low, digits), number(high, digits));
    format!(" ({low}–{high} with uncertain inputs)")
}

/// How many sets cannot be told from the best, or how far the next one is.
fn ties(report: &Report, best: usize, goal: &Goal) -> String {
    let others: Vec<(usize, &Difference)> = (0..report.sets.len())
        .filter(|&i| i != best)
        .filter_map(|i| Some((i, &report.sets[i].versus_best.as_ref()?.objective)))
        .collect();
    // The next is known among those that have a rank; others are listed for another reason.
    let ranked = others
        .iter()
        .filter(|(i, _)| voice::listed::rank(&report.sets[*i]).is_some());
    match (Ties::of(report), ranked.min_by_key(|(i, _)| report.sets[*i].rank)) {
        (Ties { listed: 0, .. }, Some((_, next))) => format!("; the next is {}", distance(next, goal)),
        (ties, _) => ties.clause(),
    }
}

/// `5.1 ± 0.4 ms higher`.
pub(super) fn distance(difference: &Difference, goal: &Goal) -> String {
    let figure = &difference.figure;
    let (value, error) = (
        figure.value * goal.factor(),
        half(&figure.sampling) * goal.factor(),
    );
    let digits = decimals(value, error);
    let way = if value < 0.0 { "lower" } else { "higher" };
    let margin = if error > 0.0 {
        format!("\u{a0}±\u{a0}{}", number(error, digits))
    } else {
        String::new()
    };
    format!(
        "{}{margin}\u{a0}{} {way}",
        number(value.abs(), digits),
        goal.difference_unit()
    )
}

/// Explains the bars, as far as they are there.
pub(super) fn about_errors<'a>(figures: impl IntoIterator<Item = &'a Figure>) -> String {
    let mut sampling = false;
    let mut input = false;
    for figure in figures {
        sampling |= half(&figure.sampling) > 0.0;
        input |= figure.input.is_some();
    }
    match (sampling, input) {
        (true, true) => {
            "± and thick bars: 95 % sampling error; thin bars: 95 % range from uncertain inputs".into()
        }
        (true, false) => "± and bars: 95 % sampling error; input error not computed".into(),
        (false, true) => "no sampling error; thin bars: 95 % range from uncertain inputs".into(),
        (false, false) => "no sampling error; input error not computed".into(),
    }
}

/// Explains the certainty that the title states, as far as it does.
pub(super) fn about_title(report: &Report) -> Option<String> {
    let figure = &report.sets.get(best(report)?)?.objective;
    (half(&figure.sampling) > 0.0).then(|| "±: 95 % sampling error".into())
}

/// A long list of parts as one line for a subtitle.
pub(super) fn joined(parts: &[String]) -> String {
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_as_precise_as_its_error() {
        let shown = |value, error, share| with_error(value, error, share).replace('\u{a0}', " ");
        assert_eq!(shown(212.345, 3.2, false), "212 ms ± 3");
        assert_eq!(shown(212.345, 0.32, false), "212.3 ms ± 0.3");
        assert_eq!(shown(212.345, 0.0, false), "212 ms");
        assert_eq!(shown(0.83125, 0.0042, true), "83.1 % ± 0.4");
    }

    #[test]
    fn numbers_are_grouped_and_signed() {
        assert_eq!(number(1_234_567.0, 0), "1,234,567");
        assert_eq!(number(-1234.56, 1), "−1,234.6");
        assert_eq!(number(-0.04, 1), "0.0");
        assert_eq!(number(f64::NAN, 1), "?");
        assert_eq!(
            (plain(2.5), plain(150.0), plain(1.0 / 3.0)),
            ("2.5".into(), "150".into(), "0.33".into())
        );
    }
}
