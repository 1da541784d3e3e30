//! The few figures of the set to choose that a reader looks for first, a card each.

use super::markup::{Escaped, sentence};
use crate::report::model::{Outcome, Report, SetResult};
use crate::report::voice::{self, Unit, capacity, recovery, verdict};

/// A figure with its name, and what must be known beside it.
struct Fact {
    name: String,
    value: String,
    note: String,
    /// `good`, `bad` or nothing.
    mood: &'static str,
}

fn fact(name: &str, value: String, note: String) -> Fact {
    Fact {
        name: name.to_owned(),
        value,
        note,
        mood: "",
    }
}

/// The cards of the set to choose; nothing without one.
pub(super) fn cards(report: &Report) -> String {
    let Some(set) = verdict::chosen(report) else {
        return String::new();
    };
    let cards = facts(set, report)
        .iter()
        .map(|it| {
            format!(
                "<div class=\"card {}\"><dt>{}</dt><dd><span class=\"value\">{}</span>{}</dd></div>\n",
                it.mood,
                Escaped(&it.name),
                Escaped(&it.value),
                if it.note.is_empty() {
                    String::new()
                } else {
                    format!("<span class=\"note\">{}</span>", sentence(&it.note))
                }
            )
        })
        .collect::<Vec<String>>()
        .concat();
    format!(
        "<h3>{}</h3>\n<dl class=\"cards\">\n{cards}</dl>\n",
        sentence(&format!("{} in figures", verdict::isolated(&set.name)))
    )
}

fn facts(set: &SetResult, report: &Report) -> Vec<Fact> {
    let objective = report.question.objective.as_str();
    let unit = voice::objective_unit(objective);
    let mut all = vec![fact(
        &voice::objective_words(objective),
        verdict::figure_in_full(&set.objective, unit),
        rank_note(set, report),
    )];
    for (name, figure) in set.latency.statistics() {
        if name != objective && name != "p90" && name != "mean" {
            all.push(fact(
                &voice::objective_words(name),
                verdict::figure_in_full(figure, Unit::Millis),
                String::new(),
            ));
        }
    }
    all.extend(against_baseline(set, report));
    all.extend(kept(set, report));
    all.extend(worst_country(set, objective));
    all.extend(cost(set, report));
    all.extend(down(set));
    all.extend(score(set, report));
    all.extend(traffic(set, report));
    all
}

fn rank_note(set: &SetResult, report: &Report) -> String {
    let place = voice::listed::place(set);
    match &report.search {
        Some(search) => format!("rank {place}; {}", voice::scored(search)),
        None => format!("rank {place} of {}", voice::count(report.sets.len() as u64)),
    }
}

fn against_baseline(set: &SetResult, report: &Report) -> Option<Fact> {
    let base = report.baseline.and_then(|at| report.sets.get(at))?;
    let it = &set.versus_baseline.as_ref()?.objective;
    let unit = voice::objective_unit(&report.question.objective);
    let more = voice::larger_is_better(&report.question.objective);
    let said = voice::verdict_words(it, more);
    Some(Fact {
        mood: match said {
            "better" => "good",
            "worse" => "bad",
            _ => "",
        },
        ..fact(
            "Against the baseline",
            format!("{} {}", voice::signed(&it.figure, unit), unit.difference_symbol()),
            format!("{said}, baseline {}", verdict::isolated(&base.name)),
        )
    })
}

fn kept(set: &SetResult, report: &Report) -> Option<Fact> {
    let all = verdict::promises(set, report);
    let met = all.iter().filter(|it| it.outcome == Outcome::Met).count();
    let missed = all.iter().any(|it| it.outcome == Outcome::Missed);
    let others: Vec<String> = all
        .iter()
        .filter(|it| it.outcome != Outcome::Met)
        .map(|it| format!("{}: {}", voice::outcome_words(it.outcome), it.promise))
        .collect();
    (!all.is_empty()).then(|| Fact {
        mood: match (missed, met == all.len()) {
            (true, _) => "bad",
            (false, true) => "good",
            (false, false) => "",
        },
        ..fact(
            "Promises kept",
            format!("{met} of {}", all.len()),
            others.join("; "),
        )
    })
}

fn worst_country(set: &SetResult, objective: &str) -> Option<Fact> {
    let worst = set
        .latency
        .worst_country
        .as_ref()
        .filter(|_| objective != "worst-country")?;
    Some(fact(
        "Worst country, p95",
        verdict::figure_in_full(&worst.p95_ms, Unit::Millis),
        worst.country.clone(),
    ))
}

fn cost(set: &SetResult, report: &Report) -> Option<Fact> {
    let asked = report.capacity.as_ref()?.cost.as_ref()?;
    let cost = set.capacity.as_ref()?.cost.as_ref()?;
    let place = if cost.complete {
        format!("the {} of the sets here", place(cost.rank))
    } else {
        capacity::LOWER_BOUND.to_owned()
    };
    Some(fact("Cost a month", capacity::cost(cost, &asked.currency), place))
}

/// `cheapest`, `2nd cheapest`.
fn place(rank: usize) -> String {
    let end = match (rank % 10, rank % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    if rank == 1 {
        "cheapest".into()
    } else {
        format!("{rank}{end} cheapest")
    }
}

fn down(set: &SetResult) -> Vec<Fact> {
    let Some(it) = &set.recovery else {
        return Vec::new();
    };
    let mut all = vec![fact(
        "Availability",
        recovery::availability(&it.availability),
        format!(
            "down {} a year; an estimate on an assumed rate of losses",
            recovery::downtime(&it.availability.mean_minutes)
        ),
    )];
    all.push(fact(
        "RTO, p95",
        recovery::time(&it.rto.p95_s),
        "from a loss until users are served again".into(),
    ));
    if !it.rpo.is_empty() {
        all.push(fact(
            "RPO, p95",
            recovery::rpo(&it.rpo),
            "age of the newest write that survives, in the worst store".into(),
        ));
    }
    if let Some(worst) = recovery::worst(it)
        && let Some(after) = &worst.latency
    {
        let change = voice::signed(&after.p95_change_ms.figure, Unit::Millis);
        all.push(fact(
            "p95 after the worst loss",
            verdict::figure_in_full(&after.p95_ms, Unit::Millis),
            format!("without {} ({change} ms)", verdict::isolated(&worst.name)),
        ));
    }
    all
}

fn score(set: &SetResult, report: &Report) -> Option<Fact> {
    let score = set.score.as_ref()?;
    let first = report
        .sets
        .iter()
        .find(|set| set.score.as_ref().is_some_and(|score| score.rank == 1));
    let note = match first {
        Some(other) if !std::ptr::eq(other, set) => {
            format!("by the score {} leads", verdict::isolated(&other.name))
        }
        _ => "the best score".into(),
    };
    Some(fact("Score", recovery::score(score), note))
}

fn traffic(set: &SetResult, report: &Report) -> Option<Fact> {
    let provider = voice::provider_prefix(report);
    let mut parts: Vec<(&str, f64)> = set
        .traffic
        .iter()
        .map(|it| (it.region.as_str(), it.share))
        .collect();
    parts.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    let words: Vec<String> = parts
        .iter()
        .map(|(region, share)| format!("{} {}", region.replace(&provider, ""), voice::percent(*share)))
        .collect();
    let n = parts.len();
    let regions = if n == 1 { "region" } else { "regions" };
    (n > 0).then(|| {
        fact(
            "Who serves the requests",
            format!("{n} {regions}"),
            words.join(", "),
        )
    })
}
