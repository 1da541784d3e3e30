//! What a terminal shows: the sets, the sites of the largest of them, how sets grow, and what must be said.

use super::tables::{self, Cell, Grid};
use crate::report::export::table::TextTable;
use crate::report::model::{SitesAnswer, SitesReport};

/// Names of sites in a cell, and rows of sites, before the rest are counted.
const NAMES: usize = 8;
const ROWS: usize = 25;

/// The tables, in their order; all notes stand below the last.
pub fn tables(report: &SitesReport) -> Vec<TextTable> {
    let mut numbers = tables::numbers(report);
    for (row, answer) in numbers.rows.iter_mut().zip(&report.answers) {
        if let Some(last) = row.last_mut() {
            *last = Cell::Text(names(answer));
        }
    }
    let mut all = vec![shown(numbers)];
    if let Some(answer) = report.answers.iter().rfind(|answer| !answer.sites.is_empty()) {
        let mut sites = tables::sites_of(report, answer);
        let more = sites.rows.len().saturating_sub(ROWS);
        sites.rows.truncate(ROWS);
        let mut table = shown(sites);
        if more > 0 {
            table.notes.push(format!("and {more} sites more, in the report"));
        }
        all.push(table);
    }
    all.extend(tables::growth(report).map(shown));
    if let Some(last) = all.last_mut() {
        last.notes.extend(tables::notes(report));
    }
    all
}

fn names(answer: &SitesAnswer) -> String {
    let first: Vec<&str> = answer
        .sites
        .iter()
        .take(NAMES)
        .map(|site| site.site.as_str())
        .collect();
    match answer.sites.len().saturating_sub(NAMES) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

fn shown(grid: Grid) -> TextTable {
    TextTable {
        title: grid.title,
        headers: grid.headers,
        rows: grid
            .rows
            .iter()
            .map(|row| row.iter().map(Cell::shown).collect())
            .collect(),
        notes: Vec::new(),
    }
}
