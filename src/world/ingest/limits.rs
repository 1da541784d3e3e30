//! How much a table may hold, so that a file that cannot be meant is refused before memory is eaten.

use crate::basis::error::{Error, Result};

/// Files above this size are refused: tables are read whole, and a planner's sheet has thousands of rows.
pub const MAX_FILE_BYTES: u64 = 256 << 20;

/// Tables with more rows are refused. A sheet of a workbook ends at 1,048,576 anyway.
pub const MAX_ROWS: usize = 2_000_000;

/// Tables with more cells, blank ones counted, are refused.
pub const MAX_CELLS: usize = 20_000_000;

/// Tables with more columns are refused; no sheet of a workbook has as many.
pub const MAX_COLUMNS: usize = 16_384;

/// Workbooks with more sheets are refused: a sheet is found by comparing its name with all before it.
pub(super) const MAX_SHEETS: usize = 5_000;

/// Bytes of text that one cell may have: no cell of a workbook has more than 32,767 letters.
pub(super) const MAX_CELL_BYTES: usize = 4 * 32_767;

/// What a table of a planner can be made of, instead of what its users are logged in.
const SMALLER: &str = "sum rows up by metro or country before handing them over";

/// Whether a table called `name` may have `rows` of so many cells each.
pub(super) fn allow_rows(name: &str, rows: usize, width: usize) -> Result<()> {
    if rows > MAX_ROWS {
        let message = format!("`{name}` has more rows than the limit of {MAX_ROWS}");
        return Err(Error::input(message).hint(SMALLER));
    }
    if rows.saturating_mul(width) > MAX_CELLS {
        let message = format!("`{name}` has more cells than the limit of {MAX_CELLS}: {width} in each row");
        return Err(Error::input(message).hint("leave out columns and rows that hold nothing"));
    }
    Ok(())
}

/// Whether a table called `name` may have so many columns.
pub(super) fn allow_columns(name: &str, columns: usize) -> Result<()> {
    if columns > MAX_COLUMNS {
        let message = format!("`{name}` has more columns than the limit of {MAX_COLUMNS}");
        return Err(Error::input(message)
            .hint("is it one row where many are meant? put each row on a line of its own"));
    }
    Ok(())
}

/// Whether a workbook called `name` may have so many sheets.
pub(super) fn allow_sheets(name: &str, sheets: usize) -> Result<()> {
    if sheets > MAX_SHEETS {
        let message = format!("`{name}` has more sheets than the limit of {MAX_SHEETS}: {sheets}");
        return Err(Error::input(message).hint("copy the table into a new workbook, or save it as .csv"));
    }
    Ok(())
}

/// Whether the cells of a table called `name` may have so many bytes of text together.
pub(super) fn allow_text(name: &str, bytes: usize) -> Result<()> {
    if bytes as u64 > MAX_FILE_BYTES {
        let mib = MAX_FILE_BYTES >> 20;
        let message = format!("the cells of `{name}` have more text than the limit of {mib} MiB");
        return Err(Error::input(message).hint(SMALLER));
    }
    Ok(())
}

pub(super) fn too_large(name: &str, limit: u64) -> Error {
    let message = format!(
        "`{name}` is larger than the limit of {} MiB",
        limit.div_ceil(1 << 20)
    );
    Error::input(message).hint(SMALLER)
}
