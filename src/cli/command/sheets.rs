//! The sheets of a report's workbook as CSV files, one each.
//!
//! A sheet that holds one table becomes a tidy file: a header, and a row for each of its rows. Above the header stand a
//! title, a note and the names of groups of columns; the group goes in front of its columns' headers. Sheets of another
//! make (what to read first, what may be edited) are written as they stand.

use std::path::Path;

use crate::basis::error::{Error, Result};
use crate::cli::atomic::{Batch, Folder, Target};
use crate::report::export::Format;
use crate::report::export::csv::guarded;
use crate::report::model::Report;
use crate::world::ingest::{SheetCells, sheets_of};

/// Rows above those of a table: title, note, groups, headers.
const GROUPS: usize = 2;
const HEADERS: usize = 3;

/// Sheets that are no single table.
const OF_ANOTHER_MAKE: [&str; 5] = ["Read me", "Ask", "Inputs", "Chart", "Score"];

/// Writes every sheet of `report` into `folder`: what was written, in a line.
///
/// # Errors
/// When a file cannot be written.
pub fn write(report: &Report, folder: &Path) -> Result<Vec<String>> {
    let book = Format::Xlsx.render(report)?;
    let held = Folder::held(folder)?;
    let written = write_all(&book, folder);
    held.remove_if_empty();
    let names = written?;
    Ok(vec![format!("wrote {}: {}", folder.display(), names.join(", "))])
}

/// All files are found to be writable before the first is written.
fn write_all(book: &[u8], folder: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for sheet in sheets_of("the report's workbook", book)? {
        let rows = if OF_ANOTHER_MAKE.contains(&sheet.name.as_str()) {
            sheet.rows
        } else {
            tidy(&sheet)
        };
        if !rows.is_empty() {
            let name = format!("{}.csv", sheet.name.to_lowercase().replace(' ', "-"));
            files.push((Target::probe(&folder.join(&name))?, csv_of(&rows)?, name));
        }
    }
    let mut batch = Batch::default();
    for (target, bytes, _) in &files {
        batch.put(target, Ok(bytes));
    }
    batch.finish()?;
    Ok(files.into_iter().map(|(_, _, name)| name).collect())
}

/// The table of a sheet: its header with groups, then its rows up to the first that is blank.
fn tidy(sheet: &SheetCells) -> Vec<Vec<String>> {
    let (Some(groups), Some(headers)) = (sheet.rows.get(GROUPS), sheet.rows.get(HEADERS)) else {
        return sheet.rows.clone();
    };
    let columns = headers
        .iter()
        .rposition(|header| !header.is_empty())
        .map_or(0, |last| last + 1);
    let mut group = "";
    let mut header = Vec::new();
    for (name, above) in headers.iter().zip(groups).take(columns) {
        if !above.is_empty() {
            group = above;
        }
        // A sheet shows 0.25 as 25 %; here stands the number itself.
        let name = name.replace('\n', " ").replace('%', "share");
        header.push(if group.is_empty() {
            name
        } else {
            format!("{group}: {name}")
        });
    }
    let rows = sheet.rows[HEADERS + 1..]
        .iter()
        .map(|row| row[..columns].to_vec());
    let rows = rows.take_while(|row| row.iter().any(|cell| !cell.is_empty()));
    std::iter::once(header).chain(rows).collect()
}

fn csv_of(rows: &[Vec<String>]) -> Result<Vec<u8>> {
    let fault = |error: String| Error::internal(format!("a sheet cannot be written as CSV: {error}"));
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows {
        writer
            .write_record(row.iter().map(|cell| guarded(cell).into_owned()))
            .map_err(|error| fault(error.to_string()))?;
    }
    writer.into_inner().map_err(|error| fault(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{SampleInputs, sample_capacity_report};

    #[test]
    fn every_sheet_becomes_a_file_and_tables_are_tidy() {
        let report = sample_capacity_report(&SampleInputs::default());
        let folder = tempfile::tempdir().unwrap();
        write(&report, folder.path()).unwrap();
        let read = |name: &str| {
            let mut reader = csv::Reader::from_path(folder.path().join(name)).unwrap();
            let header = reader.headers().unwrap().clone();
            let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.unwrap()).collect();
            (header, rows)
        };
        let (header, rows) = read("fleet.csv");
        assert!(header.iter().all(|name| !name.is_empty()), "{header:?}");
        assert!(
            header.iter().any(|name| name.ends_with("share"))
                && header.iter().all(|name| !name.contains('%'))
        );
        // A row for each set, region and year.
        let years = report.sets[0].capacity.as_ref().unwrap().years.len();
        let fleets = report
            .sets
            .iter()
            .map(|set| set.capacity.as_ref().unwrap().fleet.len());
        assert_eq!(rows.len(), fleets.sum::<usize>() * years);
        assert!(!read("bill.csv").1.is_empty() && !read("countries.csv").1.is_empty());
        assert!(folder.path().join("inputs.csv").exists());
    }
}
