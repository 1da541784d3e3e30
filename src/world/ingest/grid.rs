//! What a table holds, wherever it was read from: a header, and rows of as many cells.

use super::limits::{allow_rows, allow_text};
use crate::basis::error::Result;

/// Column names, and trimmed cells below them.
#[derive(Clone, Debug, Default)]
pub(super) struct Grid {
    pub(super) headers: Vec<String>,
    /// All cells end to end; `ends[i]` is where cell `i` ends. One string is quicker than one per cell.
    cells: String,
    ends: Vec<usize>,
    rows: usize,
}

impl Grid {
    /// Adds a row of a table called `name`: as many cells as there are headers.
    ///
    /// # Errors
    /// When the table gets too large.
    pub(super) fn push_row<'c>(&mut self, name: &str, cells: impl Iterator<Item = &'c str>) -> Result<()> {
        self.rows += 1;
        allow_rows(name, self.rows, self.headers.len())?;
        for cell in cells {
            self.cells.push_str(cell.trim());
            self.ends.push(self.cells.len());
        }
        allow_text(name, self.cells.len())
    }

    pub(super) fn len(&self) -> usize {
        self.rows
    }

    /// The cell, or nothing when it is blank.
    pub(super) fn cell(&self, row: usize, column: usize) -> Option<&str> {
        let i = row * self.headers.len() + column;
        let start = if i == 0 { 0 } else { self.ends[i - 1] };
        Some(&self.cells[start..self.ends[i]]).filter(|cell| !cell.is_empty())
    }
}
