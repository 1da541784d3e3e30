//! A race after the search, in words.

use super::{count, exact, fixed, objective_unit, objective_words, percent};
use crate::report::model::{RaceStanding, Report};

/// `tied`, `separated`, …
pub fn standing(standing: RaceStanding) -> &'static str {
    match standing {
        RaceStanding::Leads => "leads",
        RaceStanding::Tied => "tied",
        RaceStanding::Separated => "separated",
        RaceStanding::Undecided => "undecided",
    }
}

/// How the race went, which sets it could not tell from its leader, and whether it bears the ranking out; nothing where
/// there was none.
pub fn notes(report: &Report) -> Vec<String> {
    let Some(race) = report.search.as_ref().and_then(|search| search.race.as_ref()) else {
        return Vec::new();
    };
    let unit = objective_unit(&report.question.objective);
    let runs = report
        .sets
        .iter()
        .filter_map(|set| set.race.as_ref())
        .map(|race| race.runs);
    let mut notes = vec![format!(
        "race for the {} on fresh draws: {} of at most {} looks, up to {} draws for each user group and region; tied means \
         no further apart than {} {}; at most {} of races say anything wrong",
        objective_words(&report.question.objective),
        race.looks,
        race.most_looks,
        count(u64::from(runs.max().unwrap_or(0))),
        exact_or_two(race.indifference * unit.scale()),
        unit.difference_symbol(),
        percent(race.error_probability),
    )];
    let of = |wanted: RaceStanding| -> Vec<&str> {
        let is = |set: &&crate::report::model::SetResult| {
            set.race.as_ref().is_some_and(|race| race.standing == wanted)
        };
        report
            .sets
            .iter()
            .filter(is)
            .map(|set| set.name.as_str())
            .collect()
    };
    for (standing, words) in [
        (RaceStanding::Tied, "tied with it"),
        (
            RaceStanding::Undecided,
            "not told from it with the draws that were allowed",
        ),
    ] {
        let names = of(standing);
        if !names.is_empty() {
            notes.push(format!(
                "{} leads the race; {words}: {}",
                race.leader,
                names.join(", ")
            ));
        }
    }
    let first = report.sets.iter().find(|set| set.rank == 1);
    if let Some(first) = first.filter(|set| set.name != race.leader) {
        notes.push(format!(
            "{} ranks first by the draws of the search, {} leads by those of the race",
            first.name, race.leader
        ));
    }
    notes
}

/// At most three decimals, and no more than the number needs.
fn exact_or_two(value: f64) -> String {
    if value >= 1.0 {
        exact((value * 100.0).round() / 100.0)
    } else {
        fixed(value, 3)
    }
}
