//! Making a table fit a width: break words first, then leave out columns from the right.

use crate::report::export::table::{PADDING, TextTable, dropped_note, one_line, text_width, wrap};

/// Widths at which words are broken, until the table fits.
const ROOMS: [usize; 4] = [40, 28, 20, 14];

/// `table` at most `width` wide where it can be done; cells without line feeds where no width is asked for.
pub(super) fn fitted(mut table: TextTable, width: Option<usize>) -> TextTable {
    for cell in table.rows.iter_mut().flatten() {
        *cell = one_line(cell);
    }
    if table.rows.is_empty() {
        table.headers.clear();
    }
    let Some(width) = width else {
        return table;
    };
    for room in ROOMS {
        if total_width(&table) <= width {
            break;
        }
        break_words(&mut table, room);
    }
    let dropped = drop_columns(&mut table, width);
    wrap_headers(&mut table);
    table.notes.extend(dropped_note(&dropped, width));
    table
}

fn cell_width(table: &TextTable, column: usize) -> usize {
    let cells = table.rows.iter().filter_map(|row| row.get(column));
    cells.map(|cell| text_width(cell)).max().unwrap_or(0)
}

fn wrapped_header(table: &TextTable, column: usize) -> String {
    wrap(&table.headers[column], " ", cell_width(table, column))
}

/// Width of all columns with the headers broken as far as that helps.
fn total_width(table: &TextTable) -> usize {
    let column = |i| cell_width(table, i).max(text_width(&wrapped_header(table, i))) + PADDING;
    (0..table.headers.len()).map(column).sum()
}

fn break_words(table: &mut TextTable, room: usize) {
    for cell in table.rows.iter_mut().flatten() {
        // A figure and its error stay on one line.
        if !cell.contains('±') {
            *cell = wrap(cell, " ", room);
        }
    }
}

/// Drops columns from the right, never the first two; their headers.
fn drop_columns(table: &mut TextTable, width: usize) -> Vec<String> {
    let mut dropped = Vec::new();
    while total_width(table) > width && table.headers.len() > 2 {
        dropped.extend(table.headers.pop());
        for row in &mut table.rows {
            row.truncate(table.headers.len());
        }
    }
    dropped.reverse();
    dropped
}

fn wrap_headers(table: &mut TextTable) {
    table.headers = (0..table.headers.len())
        .map(|i| wrapped_header(table, i))
        .collect();
}
