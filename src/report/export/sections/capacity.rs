//! What is told of capacity and cost: the answer to what was asked, what each region carries, needs and has, what
//! each loss adds, how it grows, what it costs, when in the day it is busy, and what all of it rests on.

mod answers;

mod load;

mod losses;

mod stores;

mod growth;

mod cost;

mod together;

mod hours;

mod demand;

use super::told::{Told, notes, table};
use crate::report::export::table::TextTable;
use crate::report::model::{CapacityResult, CapacitySummary, Report, SetResult};
use crate::report::voice;

/// Sets told of in tables of limited width; the other formats have them all.
const SETS_SHOWN: usize = 4;

/// All of it where the command asked for it, above the ranking; nothing for other commands.
pub(super) fn leading(report: &Report, width: Option<usize>) -> Vec<TextTable> {
    if leads(report) {
        tables(report, width)
    } else {
        Vec::new()
    }
}

/// The same below the ranking, for all other commands.
pub(super) fn sections(report: &Report, width: Option<usize>) -> Vec<TextTable> {
    if leads(report) {
        Vec::new()
    } else {
        tables(report, width)
    }
}

fn leads(report: &Report) -> bool {
    report.command == "capacity"
}

fn tables(report: &Report, width: Option<usize>) -> Vec<TextTable> {
    let Some(summary) = &report.capacity else {
        return Vec::new();
    };
    let shown = shown(report, summary, width);
    let mut all = vec![answers::answers(summary)];
    if leads(report) {
        all.extend(shown.iter().flat_map(|it| of_one(it, width)));
    } else {
        all.extend(of_sets(&shown, width));
    }
    let mut together = together::sets(report, summary);
    together.notes.extend(left_out(report, &shown));
    all.extend([together, demand::asked(summary), demand::prices(summary, width)]);
    all
}

/// What is told of sets one by one.
fn of_sets(shown: &[Shown], width: Option<usize>) -> [TextTable; 8] {
    [
        load::regions(shown),
        losses::losses(shown, width),
        stores::limits(shown),
        growth::years(shown),
        growth::exhaustion(shown),
        cost::items(shown),
        cost::strategies(shown),
        hours::hours(shown, width),
    ]
}

/// The same of one set, which the titles name.
fn of_one(it: &Shown, width: Option<usize>) -> [TextTable; 8] {
    let mut tables = of_sets(std::slice::from_ref(it), width);
    for table in &mut tables {
        table.title = format!("{} — {}", table.title, it.label);
    }
    tables
}

/// A set that is told of.
struct Shown<'a> {
    /// `best`, `baseline`, or its name.
    label: String,
    summary: &'a CapacitySummary,
    capacity: &'a CapacityResult,
}

impl Shown<'_> {
    /// Label of all amounts; empty where cost was not asked for.
    fn currency(&self) -> &str {
        currency(self.summary)
    }

    /// Whether all that the set uses has a price.
    fn is_complete(&self) -> bool {
        self.capacity.cost.as_ref().is_some_and(|cost| cost.complete)
    }
}

fn currency(summary: &CapacitySummary) -> &str {
    summary.cost.as_ref().map_or("", |cost| &cost.currency)
}

/// Every set where the command asked for capacity, as far as there is room; else the best set and the baseline.
fn shown<'a>(report: &'a Report, summary: &'a CapacitySummary, width: Option<usize>) -> Vec<Shown<'a>> {
    let most = width.map_or(usize::MAX, |_| SETS_SHOWN);
    let best = report.sets.iter().min_by_key(|set| set.rank);
    let baseline = report.baseline.and_then(|at| report.sets.get(at));
    let is_best = |set: &&SetResult| best.is_some_and(|best| std::ptr::eq(best, *set));
    let named: Vec<(String, &SetResult)> = if leads(report) {
        let all = report.sets.iter().take(most);
        all.map(|set| (set.name.clone(), set)).collect()
    } else {
        let baseline = baseline.filter(|set| !is_best(set));
        let baseline = baseline.map(|set| ("baseline".into(), set));
        let best = best.map(|set| ("best".into(), set));
        best.into_iter().chain(baseline).collect()
    };
    named
        .into_iter()
        .filter_map(|(label, set)| {
            Some(Shown {
                label,
                summary,
                capacity: set.capacity.as_ref()?,
            })
        })
        .collect()
}

fn left_out(report: &Report, shown: &[Shown]) -> Option<String> {
    let all = report.sets.iter().filter(|set| set.capacity.is_some()).count();
    let more = all.saturating_sub(shown.len());
    (leads(report) && more > 0).then(|| {
        format!(
            "{} more sets; Markdown, CSV and sheets have them all",
            voice::count(more as u64)
        )
    })
}

impl Told for Shown<'_> {
    fn label(&self) -> &str {
        &self.label
    }
}

/// A share in per cent; empty where there is none, so that a column of nothing is left out.
fn some_share(share: f64) -> String {
    if share > 0.0 {
        voice::share_number(share)
    } else {
        String::new()
    }
}
