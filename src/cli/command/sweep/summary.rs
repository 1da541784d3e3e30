//! The table of a sweep: what became of each variant, a row each.

use super::variants::Variant;
use crate::cli::table::{Cell, Sheet};
use crate::report::model::{Report, SetResult};
use crate::report::voice::listed::Ties;
use crate::report::voice::{Unit, objective_unit, objective_words, ranking};

/// What became of a variant.
pub(super) struct Answer<'a> {
    pub(super) variant: &'a Variant,
    /// None where no set is feasible.
    pub(super) report: Option<Report>,
    /// Why there is none.
    pub(super) why: Option<String>,
    /// The file of the report in the folder of the sweep.
    pub(super) file: Option<String>,
}

impl Answer<'_> {
    /// The set that the report leads with.
    fn best(&self) -> Option<(&Report, &SetResult)> {
        let report = self.report.as_ref()?;
        let best = report.sets.iter().find(|set| set.rank == 1)?;
        Some((report, best))
    }

    /// Sets that are not told apart from the best one.
    fn tied(&self) -> Option<Ties> {
        self.best().map(|(report, _)| Ties::of(report))
    }

    /// Cost of the best set a month, whether it is complete, and the currency.
    fn cost(&self) -> Option<(f64, bool, &str)> {
        let (report, best) = self.best()?;
        let cost = best.capacity.as_ref()?.cost.as_ref()?;
        let asked = report.capacity.as_ref()?.cost.as_ref()?;
        Some((cost.total, cost.complete, &asked.currency))
    }

    fn outcome(&self) -> String {
        match &self.why {
            None => "answered".to_owned(),
            Some(why) => why.lines().next().unwrap_or_default().to_owned(),
        }
    }
}

/// Every figure under a key of its own.
pub(super) fn for_programs(answers: &[Answer<'_>]) -> Sheet {
    Sheet {
        keys: vec![
            "variant",
            "scenario",
            "settings",
            "outcome",
            "best_set",
            "regions",
            "objective",
            "unit",
            "value",
            "sampling_low",
            "sampling_high",
            "input_low",
            "input_high",
            "tied_sets",
            "tied_sets_are_all",
            "downtime_min_per_year",
            "cost_per_month",
            "cost_is_complete",
            "currency",
            "report",
        ],
        rows: answers.iter().map(full_row).collect(),
        ..Sheet::default()
    }
}

fn full_row(answer: &Answer<'_>) -> Vec<Cell> {
    let best = answer.best();
    let ties = answer.tied();
    let figure = best.map(|(_, set)| set.objective);
    let objective = best.map(|(report, _)| report.question.objective.clone());
    let unit = objective_unit(objective.as_deref().unwrap_or_default());
    let number = |value: Option<f64>| value.map_or(Cell::Empty, |value| Cell::Number(value, decimals(unit)));
    let input = figure.and_then(|figure| figure.input);
    let cost = answer.cost();
    let recovery = best.and_then(|(_, set)| set.recovery.as_ref());
    let downtime = recovery.map(|recovery| recovery.availability.mean_minutes.value);
    vec![
        Cell::from(answer.variant.number as usize),
        Cell::from(answer.variant.scenario.display().to_string()),
        Cell::from(answer.variant.settings()),
        Cell::from(answer.outcome()),
        Cell::from(best.map(|(_, set)| set.name.clone())),
        Cell::from(best.map(|(_, set)| set.regions.join(","))),
        Cell::from(objective.clone()),
        Cell::from(objective.map(|_| unit.stored())),
        number(figure.map(|figure| figure.value)),
        number(figure.map(|figure| figure.sampling.low)),
        number(figure.map(|figure| figure.sampling.high)),
        number(input.map(|input| input.low)),
        number(input.map(|input| input.high)),
        Cell::from(ties.map(|ties| ties.listed)),
        ties.map_or(Cell::Empty, |ties| Cell::Flag(!ties.at_least)),
        downtime.map_or(Cell::Empty, |minutes| Cell::Number(minutes, 2)),
        cost.map_or(Cell::Empty, |(total, _, _)| Cell::Number(total, 2)),
        cost.map_or(Cell::Empty, |(_, complete, _)| Cell::Flag(complete)),
        Cell::from(cost.map(|(_, _, currency)| currency)),
        Cell::from(answer.file.clone()),
    ]
}

/// The decimals of an objective that are worth keeping, two more of which are written.
fn decimals(unit: Unit) -> usize {
    if unit == Unit::Share { 4 } else { 2 }
}

/// What can be taken in at a glance.
pub(super) fn for_people(answers: &[Answer<'_>]) -> Sheet {
    let one = |field: &dyn Fn(&Answer<'_>) -> String| {
        answers.windows(2).all(|pair| field(&pair[0]) == field(&pair[1]))
    };
    let one_scenario = one(&|answer| answer.variant.scenario.display().to_string());
    let mut keys = vec!["variant"];
    if !one_scenario {
        keys.push("scenario");
    }
    keys.extend(["settings", "best_set", "ranked_by", "value", "±", "tied", "cost"]);
    let row = |answer: &Answer<'_>| {
        let mut row = vec![Cell::from(answer.variant.number as usize)];
        if !one_scenario {
            row.push(Cell::from(answer.variant.scenario.display().to_string()));
        }
        row.push(Cell::from(answer.variant.settings()));
        row.extend(short_row(answer));
        row
    };
    Sheet {
        keys,
        rows: answers.iter().map(row).collect(),
        notes: notes(answers),
        ..Sheet::default()
    }
}

fn short_row(answer: &Answer<'_>) -> Vec<Cell> {
    let Some((report, best)) = answer.best() else {
        let mut row = vec![Cell::from("none is feasible")];
        row.resize(6, Cell::Empty);
        return row;
    };
    let [by, value, half] = ranked_by(report, best);
    vec![
        Cell::from(best.name.clone()),
        Cell::from(by),
        Cell::from(value),
        Cell::from(half),
        answer.tied().map_or(Cell::Empty, |ties| {
            if ties.at_least {
                Cell::from(format!("≥ {}", ties.listed))
            } else {
                Cell::from(ties.listed)
            }
        }),
        answer.cost().map_or(Cell::Empty, |(total, complete, currency)| {
            let least = if complete { "" } else { "≥ " };
            Cell::from(format!("{least}{total:.0} {currency}"))
        }),
    ]
}

/// What sets are ranked by, the value of the best one with its unit, and its ±.
fn ranked_by(report: &Report, best: &SetResult) -> [String; 3] {
    let measured = best.measure.as_ref().and_then(|it| it.figure);
    if let (Some(by), Some(figure)) = (&report.question.ranked_by, measured) {
        let value = format!("{} {}", ranking::bare(figure.value, by), ranking::symbol(by));
        let half = ranking::bare((figure.sampling.high - figure.sampling.low) / 2.0, by);
        return [by.what.clone(), value.trim_end().to_owned(), half];
    }
    let objective = report.question.objective.as_str();
    let unit = objective_unit(objective);
    let figure = best.objective;
    let half = (figure.sampling.high - figure.sampling.low) / 2.0;
    [
        objective_words(objective),
        format!("{:.1} {}", figure.value * unit.scale(), unit.symbol()),
        format!("{:.1}", half * unit.scale()),
    ]
}

fn notes(answers: &[Answer<'_>]) -> Vec<String> {
    let mut notes: Vec<String> = answers
        .iter()
        .filter_map(|answer| Some((answer.variant.number, answer.why.as_ref()?)))
        .map(|(number, why)| format!("variant {number}: {}", why.lines().next().unwrap_or_default()))
        .collect();
    notes.push(
        "± is half the width of the 95 % interval from sampling; tied are sets that are not told apart from the best"
            .to_owned(),
    );
    let left_out = |answer: &Answer<'_>| answer.tied().is_some_and(|ties| ties.at_least);
    if answers.iter().any(left_out) {
        notes.push("≥: a search keeps the best sets only, and others may tie as well".to_owned());
    }
    if answers.iter().any(|answer| answer.cost().is_some()) {
        notes.push("cost is that of the best set, a month".to_owned());
    }
    notes
}
