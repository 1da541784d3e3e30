//! What to choose, why, and how sure that is, in sentences that can stand alone on a page.
//!
//! Names come between Unicode isolates, so that a name in any script leaves the sentence around it in order; whoever
//! makes markup of a sentence finds the names by them.

use super::listed as places;
use super::{
    Unit, capacity, count, decimals, exact, figure_with_unit, fixed, larger_is_better, limit_words,
    objective_unit, objective_words, outcome_words, recovery, scored,
};
use crate::report::model::{Comparison, Difference, Figure, Interval, Outcome, Report, SetResult, Verdict};

/// Opens a name: U+2068, first strong isolate.
pub const NAME_OPENS: char = '\u{2068}';

/// Closes a name: U+2069, pop directional isolate.
pub const NAME_CLOSES: char = '\u{2069}';

/// Ties that are told one by one; the rest is counted.
const TIES_TOLD: usize = 3;

/// What the brackets mean, wherever they are printed.
pub const BRACKETS: &str = "[low, high] holds both 95 % intervals, of sampling and of uncertain inputs";

/// A name, kept apart from the words around it.
pub fn isolated(name: &str) -> String {
    let inner: String = name
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .collect();
    format!("{NAME_OPENS}{inner}{NAME_CLOSES}")
}

/// The set to choose: the first by rank.
pub fn chosen(report: &Report) -> Option<&SetResult> {
    report.sets.iter().min_by_key(|set| set.rank)
}

/// The range that holds both intervals of a figure.
///
/// ```
/// use isochrone::report::model::{Figure, Interval};
/// use isochrone::report::voice::verdict::range;
/// let at = |low, high| Interval { low, high };
/// let known = Figure { value: 6.0, std_error: 0.5, sampling: at(5.0, 7.0), input: Some(at(4.0, 6.5)) };
/// assert_eq!(range(&known), at(4.0, 7.0));
/// ```
pub fn range(figure: &Figure) -> Interval {
    figure.input.map_or(figure.sampling, |input| Interval {
        low: input.low.min(figure.sampling.low),
        high: input.high.max(figure.sampling.high),
    })
}

/// `[4, 8]`, scaled, with the digits that its width leaves.
pub fn brackets(range: Interval, scale: f64) -> String {
    let digits = decimals((range.high - range.low) / 2.0 * scale);
    format!(
        "[{}, {}]",
        fixed(range.low * scale, digits),
        fixed(range.high * scale, digits)
    )
}

/// A figure with both errors: `182 ± 3 ms [170, 196]`; without error nothing but the value.
pub fn figure_in_full(figure: &Figure, unit: Unit) -> String {
    let range = range(figure);
    if range.low == range.high {
        return format!("{} {}", exact(figure.value * unit.scale()), unit.symbol());
    }
    format!(
        "{} {}",
        figure_with_unit(figure, unit),
        brackets(range, unit.scale())
    )
}

/// How far apart two sets are, without a sign: `6 ms [4, 8]`.
fn distance(difference: &Figure, unit: Unit) -> String {
    let Interval { low, high } = range(difference);
    let (value, range) = if difference.value < 0.0 {
        (
            -difference.value,
            Interval {
                low: -high,
                high: -low,
            },
        )
    } else {
        (difference.value, Interval { low, high })
    };
    let scale = unit.scale();
    let symbol = unit.difference_symbol();
    if low == high {
        return format!("{} {symbol}", exact(value * scale));
    }
    let digits = decimals((range.high - range.low) / 2.0 * scale);
    format!(
        "{} {symbol} {}",
        fixed(value * scale, digits),
        brackets(range, scale)
    )
}

/// Where the objective is looked at: `at p95`.
fn at(objective: &str) -> String {
    match objective {
        "mean" => "in the mean".into(),
        "p50" | "p90" | "p95" | "p99" => format!("at {objective}"),
        "worst-country" => "at the p95 of the worst country".into(),
        "worst-group" => "in the largest mean of any user group".into(),
        other => format!("in the {}", objective_words(other)),
    }
}

/// Whether nothing can be said to tell a set from the one to choose.
fn is_tie(set: &SetResult) -> bool {
    set.versus_best
        .as_ref()
        .is_some_and(|it| it.objective.verdict != Verdict::Differs)
}

/// All sets but the one to choose, by rank.
fn others(report: &Report) -> Vec<&SetResult> {
    let Some(best) = chosen(report) else {
        return Vec::new();
    };
    let mut others: Vec<&SetResult> = report
        .sets
        .iter()
        .filter(|set| !std::ptr::eq(*set, best))
        .collect();
    others.sort_by_key(|set| set.rank);
    others
}

/// Which set to choose and what it gains over the next: `Choose A: it beats B by 6 ms [4, 8] at p95; C ties and is
/// cheaper.`
///
/// ```
/// use isochrone::report::{sample::sample_report, voice::verdict::headline};
/// assert!(headline(&sample_report(3, 20)).starts_with("Choose "));
/// assert!(headline(&sample_report(0, 0)).starts_with("No set of regions was evaluated"));
/// ```
pub fn headline(report: &Report) -> String {
    let Some(best) = chosen(report) else {
        return "No set of regions was evaluated, so there is nothing to choose from.".into();
    };
    let objective = report.question.objective.as_str();
    let name = isolated(&best.name);
    let value = figure_in_full(&best.objective, objective_unit(objective));
    let others = others(report);
    if others.is_empty() {
        return format!(
            "{name} is the only set here, and is compared with nothing: its {} is {value}.",
            objective_words(objective)
        );
    }
    let tied: Vec<&SetResult> = others.iter().copied().filter(|set| is_tie(set)).collect();
    let beaten = others.iter().find_map(|set| {
        let it = &set.versus_best.as_ref()?.objective;
        (it.verdict == Verdict::Differs).then_some((*set, &it.figure))
    });
    match (beaten, tied.as_slice()) {
        (Some(_), ties) if !ties.is_empty() && more_may_tie(report) => leads_the_listed(best, ties, report),
        (Some((other, by)), ties) if ties.len() < 2 => beats(best, other, by, ties, report),
        (Some((other, by)), ties) => leads_a_group(best, other, by, ties, report),
        (None, []) => format!(
            "{name} leads {} with {value}; differences were not computed.",
            at(objective)
        ),
        (None, ties) => format!(
            "{name} leads {} with {value}, but {} from it beyond the errors{}.",
            at(objective),
            none_differs(ties.len()),
            cheaper(ties, best)
        ),
    }
}

fn beats(best: &SetResult, other: &SetResult, by: &Figure, ties: &[&SetResult], report: &Report) -> String {
    let objective = report.question.objective.as_str();
    let tie = ties.first().map_or_else(String::new, |set| {
        let reasons = reasons(set, best, report);
        let reasons = if reasons.is_empty() {
            " with it".to_owned()
        } else {
            format!(" and {}", listed(&reasons))
        };
        format!("; {} ties{reasons}", isolated(&set.name))
    });
    let unlisted = if more_may_tie(report) {
        "; sets that are not listed may tie with it"
    } else {
        ""
    };
    format!(
        "Choose {}: it beats {} by {} {}{tie}{unlisted}.",
        isolated(&best.name),
        isolated(&other.name),
        distance(by, objective_unit(objective)),
        at(objective)
    )
}

/// Whether every set that has a rank ties with the first and there are more that are not listed. Where one of them does
/// not tie, those that are not listed are worse still.
fn more_may_tie(report: &Report) -> bool {
    let mut ranked = others(report)
        .into_iter()
        .filter(|set| places::rank(set).is_some());
    places::leaves_out(report) && ranked.all(is_tie)
}

/// Where all that were to be kept tie, the best that does not is not known.
fn leads_the_listed(best: &SetResult, ties: &[&SetResult], report: &Report) -> String {
    let ranked = report
        .sets
        .iter()
        .filter(|set| places::rank(set).is_some())
        .count();
    let (plural, all) = match (ties.len(), ranked) {
        (1, 2) => ("set that ties", "both of the best 2 do".to_owned()),
        (1, _) => ("set that ties", "more are not listed".to_owned()),
        (_, n) => ("sets that tie", format!("all of the {} best do", count(n as u64))),
    };
    format!(
        "Choose {} or one of at least {} {plural} with it {}: {all}, and a longer list may hold more{}.",
        isolated(&best.name),
        count(ties.len() as u64),
        at(&report.question.objective),
        cheaper(ties, best)
    )
}

fn leads_a_group(
    best: &SetResult,
    other: &SetResult,
    by: &Figure,
    ties: &[&SetResult],
    report: &Report,
) -> String {
    let objective = report.question.objective.as_str();
    let of = if places::leaves_out(report) {
        "at least"
    } else {
        "the"
    };
    format!(
        "Choose {} or one of {of} {} sets that tie with it {}; the best of the others, {}, is {} behind{}.",
        isolated(&best.name),
        count(ties.len() as u64),
        at(objective),
        isolated(&other.name),
        distance(by, objective_unit(objective)),
        cheaper(ties, best)
    )
}

fn none_differs(ties: usize) -> String {
    if ties == 1 {
        "the set that it was compared with does not differ".into()
    } else {
        format!(
            "none of the {} sets that it was compared with differs",
            count(ties as u64)
        )
    }
}

/// `; of those that tie, C is the cheapest`; nothing where none is cheaper.
fn cheaper(ties: &[&SetResult], best: &SetResult) -> String {
    cheapest(ties, best).map_or_else(String::new, |set| match ties.len() {
        1 => format!("; {} is cheaper", isolated(&set.name)),
        _ => format!("; of those that tie, {} is the cheapest", isolated(&set.name)),
    })
}

/// The tie that saves most; nothing where none is cheaper than the best.
fn cheapest<'a>(ties: &[&'a SetResult], best: &SetResult) -> Option<&'a SetResult> {
    let saved = |set: &SetResult| saving(set, best).unwrap_or(0.0);
    let priced = ties.iter().copied().filter(|set| saved(set) > 0.0);
    priced.max_by(|a, b| saved(a).total_cmp(&saved(b)).then(b.rank.cmp(&a.rank)))
}

/// What speaks for a tie, without amounts.
fn reasons(set: &SetResult, best: &SetResult, report: &Report) -> Vec<String> {
    advantages(set, best, report)
        .iter()
        .map(|it| it.split(", by ").next().unwrap_or(it).to_owned())
        .collect()
}

/// The sets that tie with the one to choose, a sentence each, with what speaks for them; then how many more there are.
pub fn ties(report: &Report) -> Vec<String> {
    let Some(best) = chosen(report) else {
        return Vec::new();
    };
    let tied: Vec<&SetResult> = others(report).into_iter().filter(|set| is_tie(set)).collect();
    let told = told_ties(&tied, best);
    let left = tied.len().saturating_sub(told.len());
    let sentences = told.into_iter().filter_map(|set| tie(set, best, report));
    let more = (left > 0).then(|| {
        let plural = if left == 1 {
            "listed set ties"
        } else {
            "listed sets tie"
        };
        format!(
            "{} more {plural} with it; the ranking has them.",
            count(left as u64)
        )
    });
    sentences.chain(more).collect()
}

/// The first by rank, and the cheapest of all among them where cost was asked for.
fn told_ties<'a>(tied: &[&'a SetResult], best: &SetResult) -> Vec<&'a SetResult> {
    let mut told: Vec<&SetResult> = tied.iter().take(TIES_TOLD).copied().collect();
    let new = |set: &&SetResult| told.iter().all(|it| !std::ptr::eq(*it, *set));
    let cheapest = cheapest(tied, best).filter(new);
    told.extend(cheapest);
    told
}

/// What `set` costs less than `best` a month; nothing where either cost is not known in full.
fn saving(set: &SetResult, best: &SetResult) -> Option<f64> {
    let cost = |set: &SetResult| {
        let cost = set.capacity.as_ref()?.cost.as_ref()?;
        cost.complete.then_some(cost.total)
    };
    Some(cost(best)? - cost(set)?)
}

fn tie(set: &SetResult, best: &SetResult, report: &Report) -> Option<String> {
    let difference = &set.versus_best.as_ref()?.objective;
    let unit = objective_unit(&report.question.objective);
    let why = match difference.verdict {
        Verdict::TiedSampling => ": more runs may separate them",
        Verdict::TiedInput => ": more runs will not separate them, better measurements might",
        _ => "",
    };
    let apart = if difference.verdict == Verdict::Same {
        "it is the same to the last bit".to_owned()
    } else {
        format!("{} apart{why}", distance(&difference.figure, unit))
    };
    let advantages = advantages(set, best, report);
    let advantages = if advantages.is_empty() {
        String::new()
    } else {
        format!(". It {}", listed(&advantages))
    };
    Some(format!("{} ties ({apart}){advantages}.", isolated(&set.name)))
}

/// What may decide between two sets whose latency does not.
fn advantages(set: &SetResult, best: &SetResult, report: &Report) -> Vec<String> {
    let mut all = Vec::new();
    let currency = report
        .capacity
        .as_ref()
        .and_then(|it| it.cost.as_ref())
        .map_or("", |cost| cost.currency.as_str());
    if let Some(saved) = saving(set, best).filter(|saved| *saved > 0.0) {
        all.push(format!(
            "is cheaper, by {} a month",
            capacity::amount(saved, currency)
        ));
    }
    let fewer = best.regions.len().saturating_sub(set.regions.len());
    if fewer > 0 {
        let plural = if fewer == 1 { "region" } else { "regions" };
        all.push(format!("needs {fewer} {plural} less"));
    }
    let down = |set: &SetResult| {
        let it = set.recovery.as_ref()?;
        Some(it.availability.mean_minutes.value)
    };
    if let (Some(this), Some(that)) = (down(set), down(best))
        && this < 0.9 * that
    {
        all.push(format!(
            "is down {} a year rather than {}",
            recovery::minutes(this),
            recovery::minutes(that)
        ));
    }
    all
}

/// `a, b and c`.
fn listed(parts: &[String]) -> String {
    match parts.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
    }
}

/// How sure it is that no other set is better, in sentences.
pub fn certainty(report: &Report) -> Vec<String> {
    let mut all = Vec::new();
    let others = others(report);
    let verdicts = others
        .iter()
        .filter_map(|set| Some(set.versus_best.as_ref()?.objective.verdict));
    let (mut worse, mut sampling, mut input, mut same) = (0u64, 0u64, 0u64, 0u64);
    for verdict in verdicts {
        match verdict {
            Verdict::Differs => worse += 1,
            Verdict::TiedSampling => sampling += 1,
            Verdict::TiedInput => input += 1,
            Verdict::Same => same += 1,
        }
    }
    let compared = worse + sampling + input + same;
    if compared > 0 {
        let mut parts = vec![format!("{} worse beyond both errors", are(worse))];
        for (n, words) in [
            (sampling, "tied by sampling error"),
            (input, "tied by uncertain inputs"),
            (same, "exactly the same"),
        ] {
            if n > 0 {
                parts.push(format!("{} {words}", are(n)));
            }
        }
        let sets = if compared == 1 { "set" } else { "sets" };
        all.push(format!(
            "Of {} other {sets} here, {}.",
            count(compared),
            listed(&parts)
        ));
    }
    if more_may_tie(report) {
        all.push(
            "Other sets that were scored are not listed and were not compared with it; --top lists more of them."
                .to_owned(),
        );
    }
    if let Some(search) = &report.search {
        let proof = match search.optimality.as_str() {
            "optimal" => "no set of these sizes is better on these draws".to_owned(),
            "partial" => {
                "the search was interrupted, and a better set may be among those not scored".to_owned()
            }
            "no bound" => "how much better another set could be is not known".to_owned(),
            within => format!("the best possible set is {within} of it"),
        };
        all.push(format!("{}: {proof}.", sentence(&scored(search))));
    }
    all
}

fn are(n: u64) -> String {
    match n {
        0 => "none is".into(),
        1 => "1 is".into(),
        n => format!("{} are", count(n)),
    }
}

/// With a capital at its head.
fn sentence(text: &str) -> String {
    let mut rest = text.chars();
    rest.next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// A set against the one to choose, in words: `B is slower by 6 ms [4, 8] at p95`.
pub fn against_best(set: &SetResult, report: &Report) -> String {
    let Some(best) = chosen(report) else {
        return String::new();
    };
    if std::ptr::eq(set, best) {
        return format!("{} leads", isolated(&set.name));
    }
    against(set, set.versus_best.as_ref(), &best.name, report)
}

/// A set against the baseline, in words; nothing without one and on the baseline itself.
pub fn against_baseline(set: &SetResult, report: &Report) -> Option<String> {
    let base = report.baseline.and_then(|at| report.sets.get(at))?;
    (!std::ptr::eq(set, base)).then(|| against(set, set.versus_baseline.as_ref(), &base.name, report))
}

fn against(set: &SetResult, comparison: Option<&Comparison>, other: &str, report: &Report) -> String {
    let (name, other) = (isolated(&set.name), isolated(other));
    let Some(it) = comparison else {
        return format!("{name} was not compared with {other}");
    };
    let objective = report.question.objective.as_str();
    let unit = objective_unit(objective);
    let apart = distance(&it.objective.figure, unit);
    match it.objective.verdict {
        Verdict::Differs => format!(
            "{name} is {} than {other} by {apart} {}",
            comparative(&it.objective, objective),
            at(objective)
        ),
        Verdict::TiedSampling => {
            format!("{name} ties with {other}, {apart} apart: more runs may separate them")
        }
        Verdict::TiedInput => {
            format!("{name} ties with {other}, {apart} apart: the inputs are not known well enough")
        }
        Verdict::Same => format!("{name} is the same as {other} to the last bit"),
    }
}

fn comparative(difference: &Difference, objective: &str) -> &'static str {
    match (larger_is_better(objective), difference.figure.value > 0.0) {
        (true, true) => "better",
        (true, false) => "worse",
        (false, true) => "slower",
        (false, false) => "faster",
    }
}

/// A promise of a set, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Promise {
    /// The promise: `95th percentile of request latency at most 250 ms`.
    pub promise: String,
    /// What the set reaches, with its error.
    pub reached: String,
    /// Whether it is kept.
    pub outcome: Outcome,
}

/// Every promise a set is held against: latency, recovery, budget.
pub fn promises(set: &SetResult, report: &Report) -> Vec<Promise> {
    let latency = set.targets.iter().map(|it| {
        let unit = Unit::from_stored(&it.unit);
        Promise {
            promise: format!("{} {}", objective_words(&it.what), limit_words(it.limit, unit)),
            reached: figure_in_full(&it.reached, unit),
            outcome: it.outcome,
        }
    });
    let recovery = set.recovery.iter().flat_map(|it| &it.targets).map(|it| Promise {
        promise: recovery::promise(it),
        reached: recovery::reached(it),
        outcome: it.outcome,
    });
    latency.chain(recovery).chain(budget(set, report)).collect()
}

fn budget(set: &SetResult, report: &Report) -> Option<Promise> {
    let asked = report.capacity.as_ref()?.cost.as_ref()?;
    let cost = set.capacity.as_ref()?.cost.as_ref()?;
    let outcome = match cost.budget? {
        Outcome::Met if !cost.complete => Outcome::TooCloseToCall,
        outcome => outcome,
    };
    Some(Promise {
        promise: format!(
            "cost of at most {} a month",
            capacity::amount(asked.budget?, &asked.currency)
        ),
        reached: capacity::cost(cost, &asked.currency),
        outcome,
    })
}

/// Whether the set to choose keeps what was promised, and which set does where it does not; nothing where nothing was
/// promised.
pub fn promises_kept(report: &Report) -> Option<String> {
    let best = chosen(report)?;
    let all = promises(best, report);
    if all.is_empty() {
        return None;
    }
    let unsure: Vec<String> = all
        .iter()
        .filter(|it| it.outcome != Outcome::Met)
        .map(|it| {
            let word = match it.outcome {
                Outcome::Missed => "misses",
                _ => "is too close to call on",
            };
            format!("{word} \u{201c}{}\u{201d} with {}", it.promise, it.reached)
        })
        .collect();
    if unsure.is_empty() {
        let n = all.len();
        let words = if n == 1 {
            "the one promise".into()
        } else {
            format!("all {n} promises")
        };
        return Some(format!("It keeps {words}."));
    }
    Some(format!("It {}. {}", listed(&unsure), who_keeps_all(report)))
}

fn who_keeps_all(report: &Report) -> String {
    let keeps = |set: &&&SetResult| promises(set, report).iter().all(|it| it.outcome == Outcome::Met);
    let others = others(report);
    others.iter().find(keeps).map_or_else(
        || "No other set here keeps every promise for sure.".to_owned(),
        |set| format!("{} keeps every promise.", isolated(&set.name)),
    )
}

/// The promises of a set in a sentence: `keeps all 3 promises`, `misses …`; nothing where there are none.
pub fn promises_words(set: &SetResult, report: &Report) -> String {
    let all = promises(set, report);
    let not_met: Vec<String> = all
        .iter()
        .filter(|it| it.outcome != Outcome::Met)
        .map(|it| format!("{}: {} ({})", outcome_words(it.outcome), it.promise, it.reached))
        .collect();
    match (all.len(), not_met.is_empty()) {
        (0, _) => String::new(),
        (1, true) => "keeps its promise".into(),
        (n, true) => format!("keeps all {n} promises"),
        _ => not_met.join("; "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{
        SampleInputs, sample_capacity_report, sample_recovery_report, sample_report,
    };

    fn known(value: f64, half: f64, input: Option<(f64, f64)>) -> Figure {
        Figure {
            value,
            std_error: half / 1.96,
            sampling: Interval {
                low: value - half,
                high: value + half,
            },
            input: input.map(|(low, high)| Interval { low, high }),
        }
    }

    fn report_of_three() -> Report {
        let mut report = sample_report(3, 12);
        for (i, name) in ["A", "B", "C"].into_iter().enumerate() {
            report.sets[i].name = name.into();
            report.sets[i].targets.clear();
        }
        let set = |set: &mut SetResult, figure, verdict| {
            set.versus_best.as_mut().unwrap().objective = Difference { figure, verdict };
        };
        set(
            &mut report.sets[1],
            known(6.2, 1.1, Some((4.1, 7.9))),
            Verdict::Differs,
        );
        set(&mut report.sets[2], known(1.0, 1.9, None), Verdict::TiedSampling);
        report
    }

    fn bare(text: &str) -> String {
        text.replace([NAME_OPENS, NAME_CLOSES], "")
    }

    #[test]
    fn the_headline_names_the_set_the_gain_and_both_errors() {
        let report = report_of_three();
        assert_eq!(
            bare(&headline(&report)),
            "Choose A: it beats B by 6.2 ms [4.1, 7.9] at p95; C ties with it."
        );
        assert_eq!(
            ties(&report).iter().map(|it| bare(it)).collect::<Vec<_>>(),
            ["C ties (1.0 ms [−0.9, 2.9] apart: more runs may separate them)."]
        );
        assert!(
            certainty(&report)[0]
                .starts_with("Of 2 other sets here, 1 is worse beyond both errors and 1 is tied"),
            "{:?}",
            certainty(&report)
        );
    }

    /// Makes a set tie with the best, or stand so much behind it.
    fn tie_or_differ(set: &mut SetResult, tie: bool, behind: f64) {
        if let Some(it) = &mut set.versus_best {
            it.objective.figure = known(if tie { 1.0 } else { behind }, 2.0, None);
            it.objective.verdict = if tie {
                Verdict::TiedSampling
            } else {
                Verdict::Differs
            };
        }
    }

    #[test]
    fn the_best_of_many_ties_is_told_with_them_before_what_it_beats() {
        let mut report = sample_report(5, 12);
        for set in &mut report.sets {
            let tie = set.rank < 4;
            tie_or_differ(set, tie, 9.0);
        }
        let told = bare(&headline(&report));
        assert!(
            told.contains(" or one of at least 2 sets that tie with it at p95; the best of the others, "),
            "{told}"
        );
        assert!(told.ends_with(", is 9 ms [7, 11] behind."), "{told}");
        report.search.as_mut().unwrap().sets_feasible = 5;
        let told = bare(&headline(&report));
        assert!(told.contains(" or one of the 2 sets that tie with it"), "{told}");
    }

    /// The baseline differs, and better sets that are not listed may do so as well, or tie.
    #[test]
    fn where_all_of_the_best_tie_the_best_of_the_others_is_not_known() {
        let mut report = sample_report(5, 12);
        report.search.as_mut().unwrap().top = 4;
        for set in &mut report.sets {
            let tie = set.rank < 5;
            set.listed_for = (!tie).then_some(crate::report::model::ListedFor::Baseline);
            tie_or_differ(set, tie, 90.0);
        }
        let told = bare(&headline(&report));
        assert!(
            told.ends_with(
                " or one of at least 3 sets that tie with it at p95: all of the 4 best do, and a longer list may hold more."
            ),
            "{told}"
        );
        assert!(!told.contains("best of the others"), "{told}");
        assert!(
            certainty(&report)[1].contains("were not compared"),
            "{:?}",
            certainty(&report)
        );
        // All there are: now the baseline is the best of the others.
        report.search.as_mut().unwrap().sets_feasible = 4;
        let told = bare(&headline(&report));
        assert!(
            told.contains("one of the 3 sets") && told.ends_with(" is 90 ms [88, 92] behind."),
            "{told}"
        );
    }

    #[test]
    fn of_a_share_more_is_better_and_points_are_counted() {
        let mut report = report_of_three();
        report.question.objective = "within:150ms".into();
        let it = &mut report.sets[1].versus_best.as_mut().unwrap().objective;
        it.figure = known(-0.021, 0.004, None);
        assert_eq!(
            bare(&headline(&report)),
            "Choose A: it beats B by 2.1 points [1.7, 2.5] in the share of requests within 150 ms; C ties with it."
        );
        assert!(bare(&against_best(&report.sets[1], &report)).starts_with("B is worse than A by 2.1 points"));
    }

    #[test]
    fn where_nothing_differs_nobody_is_beaten() {
        let mut report = report_of_three();
        report.sets[1].versus_best.as_mut().unwrap().objective.verdict = Verdict::TiedInput;
        assert!(headline(&report).contains("none of the 2 sets that it was compared with differs"));
        assert_eq!(ties(&report).len(), 2);
        report.sets.truncate(1);
        assert!(headline(&report).contains("the only set here"));
        assert!(ties(&report).is_empty());
        for set in &mut report.sets {
            set.versus_best = None;
        }
        assert_eq!(certainty(&report).len(), 1);
    }

    #[test]
    fn a_cheaper_tie_is_told_even_far_down_the_ranking() {
        let mut report = sample_capacity_report(&SampleInputs::default());
        let last = report.sets.iter().map(|set| set.rank).max().unwrap();
        for set in &mut report.sets {
            if let Some(it) = &mut set.versus_best {
                it.objective.verdict = Verdict::TiedInput;
            }
            let cost = set.capacity.as_mut().unwrap().cost.as_mut().unwrap();
            cost.complete = true;
            cost.total = if set.rank == last { 100.0 } else { 5000.0 };
        }
        let told = ties(&report).join("\n");
        assert!(told.contains("is cheaper, by 4,900 EUR a month"), "{told}");
        let told = bare(&headline(&report));
        let cheapest = report.sets.iter().find(|set| set.rank == last).unwrap();
        assert!(
            told.ends_with(&format!(
                "; of those that tie, {} is the cheapest.",
                cheapest.name
            )),
            "{told}"
        );
    }

    #[test]
    fn a_promise_that_is_missed_is_told_beside_the_recommendation() {
        let mut report = sample_recovery_report(3, 12);
        let said = promises_kept(&report).unwrap();
        assert!(said.starts_with("It "), "{said}");
        for set in &mut report.sets {
            set.targets.clear();
            set.recovery = None;
        }
        assert_eq!(promises_kept(&report), None);
    }

    #[test]
    fn a_name_cannot_leave_its_isolate() {
        assert_eq!(isolated("a\u{2069}\u{202e}b\nc"), "\u{2068}ab c\u{2069}");
    }
}
