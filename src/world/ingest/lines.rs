//! CSV text: its cells, and the lines and columns they stand in.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use super::grid::Grid;
use super::limits::allow_columns;
use super::problems::Problems;
use crate::basis::error::{Error, Place, Problem, Result};

const BOM: &str = "\u{feff}";

/// A CSV text, and where its rows start.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    pub(super) text: Cow<'static, str>,
    header_start: usize,
    /// The byte of `text` at which each row starts.
    starts: Vec<usize>,
    /// The byte at which each line of `text` starts, once somebody asked for a place.
    line_starts: OnceLock<Vec<usize>>,
}

impl Lines {
    /// The lines of `text` and their cells. Rows of the wrong width and quotes that are never closed go into
    /// `problems`.
    ///
    /// # Errors
    /// When the table is too large.
    pub(super) fn read(
        name: &str,
        text: Cow<'static, str>,
        problems: &mut Problems,
    ) -> Result<(Lines, Grid)> {
        let mut lines = Lines {
            text,
            header_start: 0,
            starts: Vec::new(),
            line_starts: OnceLock::new(),
        };
        let mut grid = Grid::default();
        lines.fill(name, &mut grid, problems)?;
        lines.check_separator(name, &grid, problems);
        lines.check_last_quote(name, problems);
        Ok((lines, grid))
    }

    fn fill(&mut self, name: &str, grid: &mut Grid, problems: &mut Problems) -> Result<()> {
        let skipped = if self.text.starts_with(BOM) { BOM.len() } else { 0 };
        let text = std::mem::take(&mut self.text);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .comment(Some(b'#'))
            .from_reader(&text.as_bytes()[skipped..]);
        let mut record = csv::StringRecord::new();
        while reader
            .read_record(&mut record)
            .map_err(|e| Error::input(format!("`{name}` is not a CSV table: {e}")))?
        {
            let before = record.position().map_or(0, |p| p.byte() as usize) + skipped;
            let start = skip_to_record(&text, before);
            if grid.headers.is_empty() {
                allow_columns(name, record.len())?;
                self.header_start = start;
                grid.headers = record.iter().map(|cell| cell.trim().to_owned()).collect();
            } else if record.iter().all(|cell| cell.trim().is_empty()) {
                // Spreadsheets leave rows of bare commas below the data.
            } else if record.len() == grid.headers.len() {
                self.starts.push(start);
                grid.push_row(name, record.iter())?;
            } else {
                let (found, expected) = (record.len(), grid.headers.len());
                problems.push_with(|| wrong_width(found, expected).at(Place::of(name, &text, start..start)));
            }
        }
        self.text = text;
        Ok(())
    }

    fn check_separator(&self, name: &str, grid: &Grid, problems: &mut Problems) {
        if let [only] = grid.headers.as_slice()
            && let Some(separator) = [';', '\t', '|'].into_iter().find(|s| only.contains(*s))
        {
            let problem = Problem::error(format!(
                "the columns are separated by `{}`",
                separator.escape_debug()
            ));
            problems.push(
                problem
                    .at(self.header_place(name, 0))
                    .hint("save the table with commas between the columns"),
            );
        }
    }

    /// A quote that is never closed swallows the rest of the file into one cell, so it shows in the last row.
    fn check_last_quote(&self, name: &str, problems: &mut Problems) {
        let start = self.starts.last().copied().unwrap_or(self.header_start);
        let record = &self.text[start..];
        if record.bytes().filter(|b| *b == b'"').count() % 2 == 1 {
            let at = start + record.find('"').unwrap_or(0);
            problems.push(Problem::error("a quote is never closed").at(self.place_of(name, at..at + 1)));
        }
    }

    pub(super) fn header_place(&self, name: &str, column: usize) -> Place {
        self.place_of(name, nth_field(&self.text, self.header_start, column))
    }

    pub(super) fn cell_place(&self, name: &str, row: usize, column: usize) -> Place {
        self.place_of(name, nth_field(&self.text, self.starts[row], column))
    }

    /// The places of the `width` cells of a row.
    pub(super) fn cell_places(&self, name: &str, row: usize, width: usize) -> Vec<Place> {
        self.places_from(name, self.starts[row], width)
    }

    /// The places of the `width` names in the header.
    pub(super) fn header_places(&self, name: &str, width: usize) -> Vec<Place> {
        self.places_from(name, self.header_start, width)
    }

    /// The places of the fields of the record that starts at `start`. Each is counted on from the one before: a row of
    /// thousands of cells is walked once, and not from its beginning for each of them.
    fn places_from(&self, name: &str, start: usize, width: usize) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::with_capacity(width);
        for span in fields(&self.text, start).take(width) {
            let place = match places.last() {
                Some(before) if !self.text[before.span.start..span.start].contains('\n') => Place {
                    column: before.column + self.text[before.span.start..span.start].chars().count(),
                    span,
                    ..before.clone()
                },
                _ => self.place_of(name, span),
            };
            places.push(place);
        }
        // As for a single one: where quotes stand oddly, the rest is in the last.
        if let Some(last) = places.last().cloned() {
            places.resize(width, last);
        }
        places
    }

    /// The place of these bytes of the text. Unlike [`Place::of`] it does not count lines from the top each time,
    /// for matrices keep a place for each of their cells.
    fn place_of(&self, name: &str, span: Range<usize>) -> Place {
        let starts = self.line_starts.get_or_init(|| line_starts(&self.text));
        let line = starts.partition_point(|start| *start <= span.start);
        let before = &self.text[starts[line - 1]..span.start];
        Place {
            file: name.to_owned(),
            sheet: None,
            line,
            column: before.trim_start_matches(BOM).chars().count() + 1,
            span,
        }
    }
}

fn wrong_width(found: usize, expected: usize) -> Problem {
    let cells = if found == 1 { "cell" } else { "cells" };
    Problem::error(format!("the row has {found} {cells}, the header has {expected}"))
        .hint("put a value that contains a comma into double quotes")
}

fn line_starts(text: &str) -> Vec<usize> {
    let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
    std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect()
}

/// From `at`, past line ends and comment lines: where the record itself starts.
fn skip_to_record(text: &str, mut at: usize) -> usize {
    loop {
        let rest = &text.as_bytes()[at..];
        match rest.first() {
            Some(b'\r' | b'\n') => at += 1,
            Some(b'#') => at += rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len()),
            _ => return at,
        }
    }
}

/// The bytes of field `n` of the record that starts at `start`, blanks around it left out; of the last one where there are
/// fewer.
fn nth_field(text: &str, start: usize, n: usize) -> Range<usize> {
    fields(text, start).take(n + 1).last().unwrap_or(start..start)
}

/// The bytes of each field of the record that starts at `start`, blanks around it left out.
fn fields(text: &str, start: usize) -> impl Iterator<Item = Range<usize>> {
    let mut next = Some(start);
    std::iter::from_fn(move || {
        let from = next?;
        let end = field_end(text.as_bytes(), from);
        next = (text.as_bytes().get(end) == Some(&b',')).then_some(end + 1);
        Some(trimmed(text, from..end))
    })
}

/// Where the field that starts at `from` ends: at a comma, with the line, or with the text.
fn field_end(bytes: &[u8], from: usize) -> usize {
    let mut quoted = false;
    for at in from..bytes.len() {
        match bytes[at] {
            b'"' if at == from || quoted => quoted = !quoted,
            // A doubled quote closes and opens again.
            b'"' if bytes[at - 1] == b'"' && bytes[from] == b'"' => quoted = true,
            b',' | b'\n' | b'\r' if !quoted => return at,
            _ => {}
        }
    }
    bytes.len()
}

fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let field = &text[span.clone()];
    let start = span.start + field.len() - field.trim_start().len();
    start..start + field.trim().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_a_whole_row_are_those_of_its_cells() {
        let text =
            "\u{feff}from,\"ä,b\" ,c\n\n# note\nü,  1 ,\n\"two\nlines\", \"a \"\"b\"\"\",3\r\nx,y \"z,4\n";
        let (lines, grid) = Lines::read("t.csv", text.into(), &mut Problems::default()).unwrap();
        let width = grid.headers.len();
        let single: Vec<Place> = (0..width).map(|at| lines.header_place("t.csv", at)).collect();
        assert_eq!(lines.header_places("t.csv", width), single);
        assert_eq!(grid.len(), 3);
        for row in 0..grid.len() {
            let single: Vec<Place> = (0..width).map(|at| lines.cell_place("t.csv", row, at)).collect();
            assert_eq!(lines.cell_places("t.csv", row, width), single);
        }
    }
}
