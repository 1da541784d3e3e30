//! All sheets of a workbook as they stand: every cell as text.

use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx, XlsxError};

use super::guard::guarded;
use super::limits::{allow_rows, allow_sheets};
use super::package;
use super::value::Weighed;
use crate::basis::error::{Error, Result};

/// A sheet with the text of its cells, row by row from the first; rows are as long as the longest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetCells {
    /// Its name.
    pub name: String,
    /// Its cells; blank ones are empty. Numbers are written so that they read back the same.
    pub rows: Vec<Vec<String>>,
}

/// The sheets of the workbook `bytes`, called `file` in messages, in their order. Formulas are told by their results.
///
/// # Errors
/// When it is no sound workbook, or too large.
pub fn sheets_of(file: &str, bytes: &[u8]) -> Result<Vec<SheetCells>> {
    package::check(file, bytes, package::LIMITS)?;
    let broken = |error| no_sound(file, &error);
    let mut book: Xlsx<_> = guarded(|| Xlsx::new(Cursor::new(bytes))).map_err(broken)?;
    let names = book.sheet_names();
    allow_sheets(file, names.len())?;
    names
        .into_iter()
        .map(|name| {
            let cells = cells_of(file, &name, &mut book)?;
            let rows = rows_of(file, cells)?;
            Ok(SheetCells { name, rows })
        })
        .collect()
}

fn no_sound(file: &str, error: &XlsxError) -> Error {
    Error::input(format!("`{file}` is no sound workbook: {error}"))
}

/// A cell that is not blank, and where it stands.
type Cell = ((u32, u32), String);

fn cells_of(file: &str, name: &str, book: &mut Xlsx<Cursor<&[u8]>>) -> Result<Vec<Cell>> {
    let broken = |error| no_sound(file, &error);
    let mut reader = guarded(|| book.worksheet_cells_reader(name)).map_err(broken)?;
    let mut weighed = Weighed::default();
    let mut cells = Vec::new();
    while let Some(cell) = guarded(|| reader.next_cell()).map_err(broken)? {
        let value = cell.get_value();
        weighed.add(file, value)?;
        if *value != DataRef::Empty {
            cells.push((cell.get_position(), text_of(value)));
        }
    }
    Ok(cells)
}

/// The cells as a rectangle from the first row and column; two cells far apart make a large one.
fn rows_of(file: &str, cells: Vec<Cell>) -> Result<Vec<Vec<String>>> {
    let last = |of: fn(&Cell) -> u32| cells.iter().map(of).max().map_or(0, |at| at as usize);
    let (last_row, last_column) = (last(|cell| cell.0.0), last(|cell| cell.0.1));
    allow_rows(file, last_row.saturating_add(1), last_column.saturating_add(1))?;
    let mut rows = vec![vec![String::new(); last_column + 1]; last_row + 1];
    for ((row, column), text) in cells {
        rows[row as usize][column as usize] = text;
    }
    Ok(rows)
}

fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Float(number) => number.to_string(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::String(text) => text.clone(),
        other => calamine::Data::from(other.clone()).to_string(),
    }
}
