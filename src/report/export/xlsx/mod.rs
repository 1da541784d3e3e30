//! XLSX: a workbook that opens in Excel, LibreOffice and Google Sheets.
//!
//! Every Monte Carlo result is a number, never a formula, and stays as exact as in the report: only its display is
//! rounded. `Score` computes: its weights, targets and limits can be edited. So do the planning sheets, where there is
//! capacity: what may be edited stands on `Inputs`, every formula stores what the run found, and a cell that only a run
//! can tell says `re-run needed` once an input it rests on is edited. Text is stored as text, so that a name which
//! starts with `=` is a name. The creation date is fixed, so the same report gives the same bytes.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::basis::error::{Error, Result};
use crate::report::model::Report;

mod live;

mod stale;

mod grid;

mod requests;

mod data;

mod recovery;

mod plan;

mod score;

mod notes;

mod ranking;

mod chart;

mod places;

/// Rows of a sheet, the limit of Excel.
const MAX_ROWS: u32 = 1_048_576;

/// `report` as a workbook. The same report gives the same bytes.
///
/// Sheets: `Read me`, `Ranking`, `Chart`, `Countries`, `Region matrix`, `Traffic`, `Assumptions`; for designs before
/// the countries also `Classes`, `Breakdown`, `Routing`, `CDN or region`, `Stores`, `Copies`, `Cuts`, `Locality`,
/// `Residency`; for disaster recovery `DR`, `RTO`, `Availability`, `Causes`, `Strategies`, `Score`; for capacity `Ask`
/// and `Inputs` at the front, and `Demand`, `Capacity`, `Fleet`, `Bill`, `Cost`, `Strategy cost`; as far as there is
/// something on them. What does not fit into the 1,048,576 rows of a sheet is left out, and the sheet says how much.
///
/// # Errors
/// When the workbook cannot be put together, which is a fault of the program.
///
/// ```
/// use isochrone::report::export::xlsx::to_xlsx;
/// let bytes = to_xlsx(&isochrone::report::sample::sample_report(2, 3)).unwrap();
/// assert!(bytes.starts_with(b"PK"));
/// ```
pub fn to_xlsx(report: &Report) -> Result<Vec<u8>> {
    workbook(report, MAX_ROWS)
        .map_err(|error| Error::internal(format!("the workbook cannot be made: {error}")))
}

fn workbook(report: &Report, max_rows: u32) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&properties(report)?);
    let plan = plan::Plan::of(report, max_rows);
    notes::read_me(book.add_worksheet(), report, plan.as_ref())?;
    if let Some(plan) = &plan {
        plan.write_front(&mut book)?;
    }
    let live = plan
        .as_ref()
        .map_or_else(Vec::new, |plan| score::ranking(report, plan));
    let shape = ranking::write(book.add_worksheet(), report, live, max_rows)?;
    chart::write(book.add_worksheet(), report, &shape)?;
    requests::write(&mut book, report, max_rows)?;
    data::write(&mut book, report, max_rows)?;
    recovery::write(&mut book, report, max_rows)?;
    if let Some(plan) = &plan {
        plan.write_tables(&mut book)?;
    }
    score::write(&mut book, report, plan.as_ref(), max_rows)?;
    places::countries(book.add_worksheet(), report, max_rows)?;
    places::region_matrix(book.add_worksheet(), report)?;
    places::traffic(book.add_worksheet(), report, max_rows)?;
    notes::assumptions(book.add_worksheet(), report)?;
    book.save_to_buffer()
}

/// The date is not the clock's: two exports of one report are to be the same file.
fn properties(report: &Report) -> std::result::Result<DocProperties, XlsxError> {
    let created = ExcelDateTime::from_ymd(2026, 1, 1)?;
    Ok(DocProperties::new()
        .set_title(grid::clipped(&report.question.name))
        .set_author("isochrone")
        .set_comment(format!("input digest {}", report.provenance.input_digest))
        .set_creation_datetime(&created))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::*;
    use crate::report::sample::sample_report;

    #[test]
    fn rows_beyond_the_limit_are_left_out_and_counted() {
        let report = sample_report(4, 30);
        let bytes = workbook(&report, 50).unwrap();
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        let sheet = book.worksheet_range("Countries").unwrap();
        assert_eq!(sheet.end().unwrap().0 + 1, 50);
        let kept = 50 - grid::TABLE_TOP - 1;
        let said = sheet.get_value((1, 0)).unwrap();
        let left_out = 4 * 30 - kept;
        assert!(
            matches!(said, Data::String(text) if text.contains(&format!("{left_out} of 120 rows are left out"))),
            "{said:?}"
        );
    }
}
