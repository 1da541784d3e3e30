//! How sets were found, in words.

use super::{count, decimals, exact, fixed, objective_unit};
use crate::report::model::{
    GrowthStep, Report, SearchProof, SearchSummary, SearchWay, SearchedSize, gap_in_words,
};

/// Whether there is more to say than that all sets were scored.
pub fn is_told(search: &SearchSummary) -> bool {
    let in_full = |it: &SearchedSize| it.way == SearchWay::AllScored && !it.out_of_time && !some_gauged(it);
    search.fixed_cost_ms.is_some() || !search.by_size.iter().all(in_full)
}

/// Whether some sets of a size that was scored in full were not gauged by what sets are ranked by.
fn some_gauged(it: &SearchedSize) -> bool {
    it.gauged.is_some() && it.proof != SearchProof::Optimal
}

/// What is proved of the best set of a size.
pub fn proof(it: &SearchedSize) -> String {
    match (it.proof, it.gap) {
        (SearchProof::Optimal, _) => "optimal".to_owned(),
        (SearchProof::Within, Some(gap)) => gap_in_words(gap),
        _ => "no bound".to_owned(),
    }
}

/// A number of sets: exact up to eight digits, `2.66e14` beyond.
///
/// ```
/// use isochrone::report::voice::search::sets;
/// assert_eq!((sets(357_760.0).as_str(), sets(2.664e14).as_str()), ("357,760", "2.66e14"));
/// ```
pub fn sets(number: f64) -> String {
    if number < 1e8 {
        count(number as u64)
    } else {
        format!("{number:.2e}")
    }
}

/// How the best sets of a size were found.
pub fn way(it: &SearchedSize) -> &'static str {
    match (it.way, it.out_of_time) {
        (SearchWay::AllScored, false) if some_gauged(it) => "all scored, the quickest gauged",
        (SearchWay::AllScored, false) => "all scored",
        (SearchWay::AllScored, true) => "some scored, out of time",
        (SearchWay::Searched, false) => "searched",
        (SearchWay::Searched, true) => "searched, out of time",
    }
}

/// What must be said of a search that did not score all sets.
pub fn notes(search: &SearchSummary) -> Vec<String> {
    let mut notes = Vec::new();
    if search.by_size.iter().any(|it| it.way == SearchWay::Searched) {
        notes.push(
            "searched: sets changed by one region at a time as long as that helps; a bound says how much better any set \
             could be on these draws"
                .to_owned(),
        );
    }
    if search
        .by_size
        .iter()
        .any(|it| it.proof == SearchProof::NoBound && !it.out_of_time)
    {
        notes.push("no bound: how much better the best set could be is not known".to_owned());
    }
    if search.by_size.iter().any(|it| it.out_of_time) {
        notes.push(
            "the time given by --within ran out: the same search on another machine may find other sets"
                .to_owned(),
        );
    }
    notes.extend(worth(search));
    notes
}

/// `with 5 ms for each region, 3 regions are best`.
fn worth(search: &SearchSummary) -> Option<String> {
    let (cost, size) = (search.fixed_cost_ms?, search.best_size?);
    let plural = if size == 1 { " is" } else { "s are" };
    Some(format!(
        "with {} ms added for each region, {size} region{plural} best",
        exact(cost)
    ))
}

/// One sentence for each size that was not scored in full, for sheets of notes.
pub fn sentences(report: &Report) -> Vec<String> {
    let Some(search) = report.search.as_ref().filter(|search| is_told(search)) else {
        return Vec::new();
    };
    let unit = objective_unit(&report.question.objective);
    let sentence = |it: &SearchedSize| {
        let bound = it.bound.map_or_else(String::new, |bound| {
            let value = bound * unit.scale();
            format!(", bound {} {}", fixed(value, 1), unit.symbol())
        });
        format!(
            "sets of {}: {} of {} sets, {} scores; the best is {}{bound}",
            it.size,
            way(it),
            sets(it.sets),
            count(it.scored),
            proof(it)
        )
    };
    let sizes = search.by_size.iter().map(sentence);
    sizes.chain(notes(search)).collect()
}

/// One sentence for each step of a path, for sheets of notes.
pub fn path(report: &Report) -> Vec<String> {
    let objective = &report.question.objective;
    let unit = objective_unit(objective);
    let steps = report.search.iter().flat_map(|search| &search.growth);
    let sentence = |step: &GrowthStep| {
        let what = step
            .added
            .as_ref()
            .map_or("begin with".to_owned(), |it| format!("add {it}:"));
        let regret = match regret(step, objective) {
            told if told.is_empty() => told,
            told if told == "none" => ", the best of its size".to_owned(),
            told => format!(", {told} worse than the best of its size"),
        };
        format!(
            "one region more: {what} {}, {} {}{regret}",
            step.regions.join(" + "),
            fixed(step.value * unit.scale(), 1),
            unit.symbol()
        )
    };
    steps.map(sentence).collect()
}

/// What a step of a path gives away against the best set of its size; `best` where it is that set.
pub fn regret(step: &GrowthStep, objective: &str) -> String {
    let unit = objective_unit(objective);
    match step.regret {
        None => String::new(),
        Some(0.0) => "none".to_owned(),
        Some(regret) => {
            let amount = regret * unit.scale();
            format!(
                "{} {}",
                fixed(amount, decimals(amount.abs()).max(1)),
                unit.difference_symbol()
            )
        }
    }
}
