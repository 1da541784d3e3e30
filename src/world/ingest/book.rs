//! All sheets of a workbook as they stand: every cell as text.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use super::package;
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
    let broken = |error: calamine::XlsxError| Error::input(format!("`{file}` is no sound workbook: {error}"));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let names = book.sheet_names();
    names
        .into_iter()
        .map(|name| {
            let range = book.worksheet_range(&name).map_err(broken)?;
            let (last_row, last_column) = range.end().unwrap_or((0, 0));
            let cell = |row, column| range.get_value((row, column)).map_or_else(String::new, text_of);
            let rows = (0..=last_row).map(|row| (0..=last_column).map(|column| cell(row, column)).collect());
            Ok(SheetCells {
                name,
                rows: rows.collect(),
            })
        })
        .collect()
}

fn text_of(value: &Data) -> String {
    match value {
        Data::Empty => String::new(),
        Data::Float(number) => number.to_string(),
        other => other.to_string(),
    }
}
