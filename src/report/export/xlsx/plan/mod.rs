//! The planning sheets: `Ask`, `Inputs`, `Demand`, `Capacity`, `Fleet`, `Bill`, `Cost`, where there is capacity.
//!
//! Cells to edit stand on `Inputs` and nowhere else; the other sheets compute from them and from figures of the run.
//! A formula is written only where it finds what the run found: wherever it does not (another law was at work), and
//! wherever nothing but a run can tell, the cell holds what the run found and says `re-run needed` once an input that
//! it rests on is edited. What is computed from such a cell says so, too.
//!
//! Rows refer to each other by their place: they can be filtered, but not sorted.

mod law;

mod rows;

mod inputs;

mod demand;

mod capacity;

mod fleet;

mod bill;

mod cost;

mod strategies;

mod ask;

use rust_xlsxwriter::{Workbook, XlsxError};

use super::grid::TABLE_TOP;
use crate::report::model::{CapacityResult, CapacitySummary, Report, SetResult};

pub(super) use cost::{ranking, total_of};
pub(super) use inputs::ScoreCells;

use inputs::Inputs;
use rows::{Fleets, Lines, Loads};

/// A report with capacity, and where its parts stand on the planning sheets.
pub(super) struct Plan<'a> {
    report: &'a Report,
    asked: &'a CapacitySummary,
    sets: Vec<PlannedSet<'a>>,
    inputs: Inputs<'a>,
    loads: Loads<'a>,
    fleets: Fleets<'a>,
    lines: Lines<'a>,
    /// The regions of all sets, in the order in which they come.
    region_names: Vec<&'a str>,
    /// The states of all sets, normal times first.
    state_names: Vec<&'a str>,
}

/// A set that capacity is told of.
#[derive(Clone, Copy)]
struct PlannedSet<'a> {
    set: &'a SetResult,
    capacity: &'a CapacityResult,
}

/// Rows of a planning sheet at most: every program still computes so many without delay.
const MOST_ROWS: usize = 20_000;

impl<'a> Plan<'a> {
    /// None where the report says nothing of capacity.
    pub(super) fn of(report: &'a Report, max_rows: u32) -> Option<Plan<'a>> {
        let asked = report.capacity.as_ref()?;
        let sets = planned(
            report,
            MOST_ROWS.min(max_rows.saturating_sub(TABLE_TOP + 1) as usize),
        );
        if sets.is_empty() {
            return None;
        }
        let loads = Loads::of(&sets);
        let fleets = Fleets::of(&sets);
        let inputs = Inputs::of(report, asked, &sets);
        let lines = Lines::of(&sets, &fleets, asked, &inputs);
        let served = loads.rows.iter().map(|load| load.it.region.as_str());
        let fleet = fleets.rows.iter().map(|row| row.it.region.as_str());
        let states = sets.iter().flat_map(|it| &it.capacity.states);
        Some(Plan {
            region_names: distinct(fleet.chain(served)),
            state_names: distinct(states.map(|state| state.name.as_str())),
            report,
            asked,
            sets,
            inputs,
            loads,
            fleets,
            lines,
        })
    }

    /// What is told of sets that have no room on the sheets; nothing where all have.
    fn left_out(&self) -> String {
        let all = self
            .report
            .sets
            .iter()
            .filter(|set| set.capacity.is_some())
            .count();
        match all - self.sets.len() {
            0 => String::new(),
            n => format!(" {n} of {all} sets have no room here; JSON and CSV have them."),
        }
    }

    /// The last year that is looked at.
    fn last_year(&self) -> u32 {
        let years = self.sets.iter().flat_map(|it| &it.capacity.years);
        let needs = self.loads.rows.iter().map(|load| load.year);
        years.map(|it| it.year).chain(needs).max().unwrap_or(0)
    }

    /// Whether all requests wait their turn and nobody asks twice: then loads are those that come.
    fn is_plain(&self) -> bool {
        self.asked.overload == "queue" && self.asked.retry.is_none()
    }

    /// Sheets that stand at the front.
    pub(super) fn write_front(&self, book: &mut Workbook) -> Result<(), XlsxError> {
        ask::write(book.add_worksheet(), self)?;
        inputs::write(book, self)
    }

    /// The other sheets.
    pub(super) fn write_tables(&self, book: &mut Workbook) -> Result<(), XlsxError> {
        demand::write(book.add_worksheet(), self)?;
        capacity::write(book.add_worksheet(), self)?;
        fleet::write(book.add_worksheet(), self)?;
        if self.asked.cost.is_some() {
            bill::write(book.add_worksheet(), self)?;
            cost::write(book.add_worksheet(), self)?;
            strategies::write(book, self)?;
        }
        Ok(())
    }

    /// Sheets that this report does not have.
    pub(super) fn absent(&self) -> Vec<&'static str> {
        let mut absent = Vec::new();
        if self.asked.cost.is_none() {
            absent.extend(["Bill", "Cost"]);
        }
        if strategies::are_absent(self) {
            absent.push("Strategy cost");
        }
        absent
    }

    /// Where the weights, targets and limits of the score stand.
    pub(super) fn score_cells(&self) -> &ScoreCells {
        &self.inputs.score
    }
}

/// Sheets that only a report with capacity has.
pub(super) const SHEETS: [&str; 8] = [
    "Ask",
    "Inputs",
    "Demand",
    "Capacity",
    "Fleet",
    "Bill",
    "Cost",
    "Strategy cost",
];

/// The first sets with capacity, as many as have room.
fn planned(report: &Report, most: usize) -> Vec<PlannedSet<'_>> {
    let mut room = most;
    let mut sets = Vec::new();
    for set in &report.sets {
        let Some(capacity) = &set.capacity else { continue };
        let regions = capacity.states.iter().flat_map(|state| &state.regions);
        let rows: usize = regions.map(|region| region.needs.len().max(1)).sum();
        if rows > room {
            break;
        }
        room -= rows;
        sets.push(PlannedSet { set, capacity });
    }
    sets
}

fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut all = Vec::new();
    for name in names {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

/// Row of the `i`-th line of a table, from 0.
fn row_of(i: usize) -> u32 {
    TABLE_TOP + 1 + i as u32
}

/// A cell of the `i`-th line of a table: `H12`.
fn cell(i: usize, column: u16) -> String {
    rust_xlsxwriter::utility::row_col_to_cell(row_of(i), column)
}

/// Cells of a column from the `first` line on: `H12:H15`.
fn span(first: usize, count: usize, column: u16) -> String {
    format!(
        "{}:{}",
        cell(first, column),
        cell(first + count.max(1) - 1, column)
    )
}
