//! What is told of disaster recovery: what each loss does, how long recovery takes and why, how much is down in a
//! year, which strategies keep the promises, what the score is made of, and what all of it rests on.

mod availability;

mod chain;

mod losses;

mod summary;

mod worth;

use super::told::{Told, notes, table};
use crate::report::export::table::TextTable;
use crate::report::model::{RecoveryResult, Report, SetResult};

/// Losses shown of each set in a table of limited width; the other formats have them all.
const LOSSES_SHOWN: usize = 12;

/// What a drill leads with: the tables of losses of each set. Nothing for other commands.
pub(super) fn leading(report: &Report, width: Option<usize>) -> Vec<TextTable> {
    if !is_drill(report) {
        return Vec::new();
    }
    let each = shown(report);
    let alone = each.iter().map(std::slice::from_ref);
    alone
        .flat_map(|one| {
            let mut tables = losses::tables(report, one, width);
            for table in &mut tables {
                table.title = format!("{} — {}", table.title, one[0].set.name);
            }
            tables
        })
        .collect()
}

/// Everything else, below the ranking.
pub(super) fn sections(report: &Report, width: Option<usize>) -> Vec<TextTable> {
    let shown = shown(report);
    let mut all = Vec::new();
    if !is_drill(report) {
        all.extend(losses::tables(report, &shown, width));
    }
    all.extend([
        chain::steps(&shown),
        chain::stores(&shown),
        availability::downtime(&shown),
        availability::causes(&shown, width),
        worth::promises(&shown),
        worth::strategies(&shown),
        worth::score(&shown),
    ]);
    all.extend(summary::sections(report));
    all
}

fn is_drill(report: &Report) -> bool {
    report.command == "drill"
}

/// A set that is told of.
struct Shown<'a> {
    /// `best`, `baseline`, or its name.
    label: String,
    set: &'a SetResult,
    recovery: &'a RecoveryResult,
}

/// Every set of a drill; else the best set and the baseline; as far as anything was lost.
fn shown(report: &Report) -> Vec<Shown<'_>> {
    let best = report.sets.iter().min_by_key(|set| set.rank);
    let baseline = report.baseline.and_then(|at| report.sets.get(at));
    let is_best = |set: &&SetResult| best.is_some_and(|best| std::ptr::eq(best, *set));
    let named: Vec<(String, &SetResult)> = if is_drill(report) {
        report.sets.iter().map(|set| (set.name.clone(), set)).collect()
    } else {
        let baseline = baseline
            .filter(|set| !is_best(set))
            .map(|set| ("baseline".into(), set));
        best.map(|set| ("best".into(), set))
            .into_iter()
            .chain(baseline)
            .collect()
    };
    named
        .into_iter()
        .filter_map(|(label, set)| {
            let recovery = set.recovery.as_ref()?;
            Some(Shown { label, set, recovery })
        })
        .collect()
}

impl Told for Shown<'_> {
    fn label(&self) -> &str {
        &self.label
    }
}

fn yes(it: bool) -> String {
    if it { "yes" } else { "no" }.to_owned()
}
