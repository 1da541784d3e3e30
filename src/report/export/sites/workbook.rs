//! A workbook: a sheet for each table.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use super::tables::{self, Cell, Grid};
use crate::basis::error::{Error, Result};
use crate::report::model::SitesReport;

/// Rows of a sheet, the header among them.
const MAX_ROWS: usize = 1_048_576;
/// Characters of a cell.
const MAX_TEXT: usize = 32_767;

pub(super) fn to_xlsx(report: &SitesReport) -> Result<Vec<u8>> {
    book(report).map_err(|error| Error::internal(format!("the workbook cannot be made: {error}")))
}

fn book(report: &SitesReport) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The date is not the clock's: two exports of one report are to be the same file.
    let created = ExcelDateTime::from_ymd(2026, 1, 1)?;
    book.set_properties(
        &DocProperties::new()
            .set_title(clipped(&report.question.name))
            .set_author("isochrone")
            .set_comment(format!("input digest {}", report.provenance.input_digest))
            .set_creation_datetime(&created),
    );
    write(&mut book, "Sets", &tables::numbers(report))?;
    if let Some(growth) = tables::growth(report) {
        write(&mut book, "Growth", &growth)?;
    }
    let found = || report.answers.iter().filter(|answer| !answer.sites.is_empty());
    for (name, grid) in [
        (
            "Sites",
            joined(found().map(|answer| (answer.open, tables::sites_of(report, answer)))),
        ),
        (
            "Users",
            joined(found().map(|answer| (answer.open, tables::users_of(report, answer)))),
        ),
    ] {
        write(&mut book, name, &grid)?;
    }
    let notes = Grid {
        title: String::new(),
        headers: vec!["notes".to_owned()],
        rows: tables::notes(report)
            .into_iter()
            .map(|note| vec![Cell::Text(note)])
            .collect(),
    };
    write(&mut book, "Notes", &notes)?;
    book.save_to_buffer()
}

/// Tables of several numbers of sites below each other, the number in front.
fn joined(grids: impl Iterator<Item = (Option<usize>, Grid)>) -> Grid {
    let mut all = Grid::default();
    for (open, grid) in grids {
        if all.headers.is_empty() {
            all.headers = std::iter::once("of".to_owned())
                .chain(grid.headers.clone())
                .collect();
        }
        let numbered = |row| std::iter::once(open.into()).chain::<Vec<Cell>>(row).collect();
        all.rows.extend(grid.rows.into_iter().map(numbered));
    }
    all
}

fn write(book: &mut Workbook, name: &str, grid: &Grid) -> std::result::Result<(), XlsxError> {
    let sheet = book.add_worksheet();
    sheet.set_name(name)?;
    let bold = Format::new().set_bold();
    let share = Format::new().set_num_format("0.0%");
    let at_most = Format::new().set_num_format("0.000%");
    for (column, header) in grid.headers.iter().enumerate() {
        sheet.write_string_with_format(0, column as u16, clipped(header), &bold)?;
        sheet.set_column_width(column as u16, (header.chars().count() + 3).clamp(8, 40) as f64)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (at, row) in grid.rows.iter().take(MAX_ROWS - 1).enumerate() {
        for (column, cell) in row.iter().enumerate() {
            let (at, column) = (at as u32 + 1, column as u16);
            match cell {
                Cell::Text(text) => drop(sheet.write_string(at, column, clipped(text))?),
                Cell::Number(number) => drop(sheet.write_number(at, column, *number)?),
                Cell::Share(number) => drop(sheet.write_number_with_format(at, column, *number, &share)?),
                Cell::AtMost(number) => drop(sheet.write_number_with_format(at, column, *number, &at_most)?),
                Cell::Empty => {}
            }
        }
    }
    Ok(())
}

fn clipped(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}
