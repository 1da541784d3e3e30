//! One CSV text, read whole, its cells checked as they are asked for.

use std::borrow::Cow;
use std::fs;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;

use super::problems::Problems;
use crate::basis::error::{Error, Place, Problem, Result, nearest_names};
use crate::basis::geo::LatLon;
use crate::basis::units::{Millis, Share};

/// Files above this size are refused: tables are read whole, and a planner's sheet has thousands of rows.
pub const MAX_FILE_BYTES: u64 = 256 << 20;

const BOM: &str = "\u{feff}";

/// A CSV table: a header, and rows of as many cells.
///
/// Commas separate, double quotes enclose, blank lines and lines that start with `#` are skipped, and a
/// UTF-8 byte order mark is ignored. Column names are compared without regard to case.
#[derive(Clone, Debug)]
pub struct Table {
    name: String,
    text: Cow<'static, str>,
    headers: Vec<String>,
    header_start: usize,
    /// All cells end to end, trimmed; `ends[i]` is where cell `i` ends. One string is quicker than one per cell.
    cells: String,
    ends: Vec<usize>,
    /// The byte of `text` at which each row starts.
    starts: Vec<usize>,
    /// The byte at which each line of `text` starts, once somebody asked for a place.
    line_starts: OnceLock<Vec<usize>>,
}

/// One row of a [`Table`].
#[derive(Clone, Copy, Debug)]
pub struct Row<'t> {
    table: &'t Table,
    index: usize,
}

impl Table {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// When the file cannot be read, is larger than [`MAX_FILE_BYTES`], is not UTF-8 (the line is named), or is
    /// not a table (see [`Table::parse`]).
    pub fn read(path: &Path) -> Result<Table> {
        Table::read_at_most(path, MAX_FILE_BYTES)
    }

    fn read_at_most(path: &Path, limit: u64) -> Result<Table> {
        let name = path.display().to_string();
        let cannot = |why: io::Error| Error::input(format!("`{name}` cannot be read: {why}"));
        let about = fs::metadata(path).map_err(cannot)?;
        if about.is_dir() {
            return Err(Error::input(format!("`{name}` is a folder, not a file")));
        }
        if about.len() > limit {
            return Err(too_large(&name, limit));
        }
        // A pipe or device tells no length beforehand, so the limit holds while reading too.
        let mut bytes = Vec::new();
        let file = fs::File::open(path).map_err(cannot)?;
        file.take(limit + 1).read_to_end(&mut bytes).map_err(cannot)?;
        if bytes.len() as u64 > limit {
            return Err(too_large(&name, limit));
        }
        Table::from_bytes(&name, bytes)
    }

    /// The table in `bytes`, called `name` in messages.
    ///
    /// # Errors
    /// When the bytes are not UTF-8, or not a table (see [`Table::parse`]).
    pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Result<Table> {
        let text = String::from_utf8(bytes).map_err(|error| not_utf8(name, &error))?;
        Table::parse(name, text)
    }

    /// The table in `text`, called `name` in messages.
    ///
    /// ```
    /// use isochrone::world::ingest::Table;
    /// let table = Table::parse("a.csv", "# two places\nname,lat,lon\nDublin,53.35,-6.26\n").unwrap();
    /// let dublin = table.rows().next().unwrap();
    /// assert_eq!(dublin.get("name"), Some("Dublin"));
    /// assert_eq!(dublin.number("lon").unwrap(), -6.26);
    /// assert_eq!(dublin.place("lon").to_string(), "a.csv:3:14");
    /// ```
    ///
    /// # Errors
    /// When there is no header, a column name stands twice, a row has more or fewer cells than the
    /// header, or a quote is never closed. All such problems are reported together.
    pub fn parse(name: impl Into<String>, text: impl Into<Cow<'static, str>>) -> Result<Table> {
        let mut table = Table {
            name: name.into(),
            text: text.into(),
            headers: Vec::new(),
            header_start: 0,
            cells: String::new(),
            ends: Vec::new(),
            starts: Vec::new(),
            line_starts: OnceLock::new(),
        };
        let mut problems = Problems::default();
        table.fill(&mut problems)?;
        problems.finish(table)
    }

    fn fill(&mut self, problems: &mut Problems) -> Result<()> {
        let text = std::mem::take(&mut self.text);
        let outcome = self.fill_from(&text, problems);
        self.text = text;
        outcome?;
        if self.headers.is_empty() {
            let message = format!("`{}` is empty: a header line is expected", self.name);
            return Err(Error::input(message));
        }
        self.check_headers(problems);
        self.check_last_quote(problems);
        Ok(())
    }

    fn fill_from(&mut self, text: &str, problems: &mut Problems) -> Result<()> {
        let skipped = if text.starts_with(BOM) { BOM.len() } else { 0 };
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .comment(Some(b'#'))
            .from_reader(&text.as_bytes()[skipped..]);
        let mut record = csv::StringRecord::new();
        while reader
            .read_record(&mut record)
            .map_err(|e| Error::input(format!("`{}` is not a CSV table: {e}", self.name)))?
        {
            let before = record.position().map_or(0, |p| p.byte() as usize) + skipped;
            self.take_record(text, skip_to_record(text, before), &record, problems);
        }
        Ok(())
    }

    fn take_record(&mut self, text: &str, start: usize, record: &csv::StringRecord, problems: &mut Problems) {
        if self.headers.is_empty() {
            self.header_start = start;
            self.headers = record.iter().map(|cell| cell.trim().to_owned()).collect();
        } else if record.iter().all(|cell| cell.trim().is_empty()) {
            // Spreadsheets leave rows of bare commas below the data.
        } else if record.len() == self.headers.len() {
            self.starts.push(start);
            for cell in record {
                self.cells.push_str(cell.trim());
                self.ends.push(self.cells.len());
            }
        } else {
            let place = Place::of(&self.name, text, start..start);
            problems.push(wrong_width(record.len(), self.headers.len()).at(place));
        }
    }

    fn check_headers(&self, problems: &mut Problems) {
        if let [only] = self.headers.as_slice()
            && let Some(separator) = [';', '\t', '|'].into_iter().find(|s| only.contains(*s))
        {
            let problem = Problem::error(format!(
                "the columns are separated by `{}`",
                separator.escape_debug()
            ));
            problems.push(
                problem
                    .at(self.header_place(0))
                    .hint("save the table with commas between the columns"),
            );
            return;
        }
        for (i, header) in self.headers.iter().enumerate() {
            let earlier = self.headers[..i].iter().any(|h| h.eq_ignore_ascii_case(header));
            if earlier {
                let problem = Problem::error(format!("column `{header}` stands twice in the header"));
                problems.push(problem.at(self.header_place(i)));
            }
        }
    }

    /// A quote that is never closed swallows the rest of the file into one cell, so it shows in the last row.
    fn check_last_quote(&self, problems: &mut Problems) {
        let start = self.starts.last().copied().unwrap_or(self.header_start);
        let record = &self.text[start..];
        if record.bytes().filter(|b| *b == b'"').count() % 2 == 1 {
            let at = start + record.find('"').unwrap_or(0);
            problems.push(Problem::error("a quote is never closed").at(self.place_of(at..at + 1)));
        }
    }

    /// The file's name, as given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text of the file.
    pub fn source_text(&self) -> &str {
        &self.text
    }

    /// The column names in file order.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The number of rows, the header not counted.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there is no row below the header.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// Whether there is a column `name`.
    pub fn has(&self, name: &str) -> bool {
        self.column(name).is_some()
    }

    /// The rows in file order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        (0..self.len()).map(|index| Row { table: self, index })
    }

    /// Checks that every required column is there and that none is unknown.
    ///
    /// ```
    /// use isochrone::world::ingest::Table;
    /// let table = Table::parse("users.csv", "metro,wieght\ntokyo-jp,3\n").unwrap();
    /// let error = table.expect_columns(&["metro"], &["weight"]).unwrap_err();
    /// assert_eq!(error.to_string(), "users.csv:1:7: column `wieght` is unknown");
    /// ```
    ///
    /// # Errors
    /// One problem for each missing and each unknown column, naming the known ones.
    pub fn expect_columns(&self, required: &[&str], optional: &[&str]) -> Result<()> {
        let mut problems = Problems::default();
        let known: Vec<&str> = required.iter().chain(optional).copied().collect();
        for name in required.iter().filter(|name| !self.has(name)) {
            problems.push(
                self.missing(name)
                    .hint(format!("the known columns are {}", list(&known))),
            );
        }
        for (i, header) in self.headers.iter().enumerate() {
            if !known.iter().any(|name| name.eq_ignore_ascii_case(header)) {
                let problem = Problem::error(format!("column `{header}` is unknown"));
                let hint = match nearest_names(header, known.iter().copied(), 1).first() {
                    Some(nearest) => {
                        format!("did you mean `{nearest}`? the known columns are {}", list(&known))
                    }
                    None => "leave it out".to_owned(),
                };
                problems.push(problem.at(self.header_place(i)).hint(hint));
            }
        }
        problems.finish(())
    }

    /// One value for each row, in file order. `read` puts what is wrong into the problems and then gives `None`;
    /// reading goes on with the next row.
    ///
    /// # Errors
    /// All problems of all rows (see [`Problems`]).
    pub fn collect<T>(&self, mut read: impl FnMut(Row<'_>, &mut Problems) -> Option<T>) -> Result<Vec<T>> {
        let mut problems = Problems::default();
        let values = self.rows().filter_map(|row| read(row, &mut problems)).collect();
        problems.finish(values)
    }

    /// The place of the name of column `index` in the header.
    pub fn header_place(&self, index: usize) -> Place {
        self.place_of(nth_field(&self.text, self.header_start, index))
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.headers
            .iter()
            .position(|header| header.eq_ignore_ascii_case(name))
    }

    fn missing(&self, name: &str) -> Problem {
        Problem::error(format!("column `{name}` is missing")).at(self.header_place(0))
    }

    /// The place of these bytes of the text. Unlike [`Place::of`] it does not count lines from the top each time,
    /// for matrices keep a place for each of their cells.
    fn place_of(&self, span: Range<usize>) -> Place {
        let starts = self.line_starts.get_or_init(|| line_starts(&self.text));
        let line = starts.partition_point(|start| *start <= span.start);
        let before = &self.text[starts[line - 1]..span.start];
        Place {
            file: self.name.clone(),
            line,
            column: before.trim_start_matches(BOM).chars().count() + 1,
            span,
        }
    }
}

impl<'t> Row<'t> {
    /// The cell in `column`, or `None` when it is blank or there is no such column.
    pub fn get(&self, column: &str) -> Option<&'t str> {
        self.cell(self.table.column(column)?)
    }

    /// The cell in the column with this index, or `None` when it is blank.
    pub fn cell(&self, index: usize) -> Option<&'t str> {
        let i = self.index * self.table.headers.len() + index;
        let start = if i == 0 { 0 } else { self.table.ends[i - 1] };
        Some(&self.table.cells[start..self.table.ends[i]]).filter(|cell| !cell.is_empty())
    }

    /// The text in `column`.
    ///
    /// # Errors
    /// When the column is missing or the cell blank.
    pub fn text(&self, column: &str) -> Result<&'t str> {
        let index = self.table.column(column);
        let index = index.ok_or_else(|| Error::problems_in_input(vec![self.table.missing(column)]))?;
        self.cell(index)
            .ok_or_else(|| self.wrong(column, format!("column `{column}` is empty")))
    }

    /// The finite number in `column`.
    ///
    /// # Errors
    /// When the column is missing, the cell blank, no number, infinite or NaN.
    pub fn number(&self, column: &str) -> Result<f64> {
        let text = self.text(column)?;
        let wrong = |what| {
            self.wrong(
                column,
                format!("column `{column}` must be {what}, found `{text}`"),
            )
        };
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            Ok(_) => Err(wrong("a finite number")),
            Err(_) if text.replace(',', ".").parse::<f64>().is_ok() => {
                Err(wrong("a number").hint("write decimals with a point"))
            }
            Err(_) => Err(wrong("a number")),
        }
    }

    /// The finite number in `column`, or `None` when the cell is blank or there is no such column.
    ///
    /// # Errors
    /// When the cell holds something else than a finite number.
    pub fn optional_number(&self, column: &str) -> Result<Option<f64>> {
        self.get(column).map(|_| self.number(column)).transpose()
    }

    /// The number ≥ 0 in `column`.
    ///
    /// # Errors
    /// As [`Row::number`], and when the number is negative.
    pub fn non_negative(&self, column: &str) -> Result<f64> {
        let number = self.number(column)?;
        if number < 0.0 {
            return Err(self.must(column, "must not be negative"));
        }
        Ok(number)
    }

    /// The number > 0 in `column`.
    ///
    /// # Errors
    /// As [`Row::number`], and when the number is zero or negative.
    pub fn positive(&self, column: &str) -> Result<f64> {
        let number = self.number(column)?;
        if number <= 0.0 {
            return Err(self.must(column, "must be above zero"));
        }
        Ok(number)
    }

    /// The number of milliseconds in `column`, such as `rtt_ms`.
    ///
    /// # Errors
    /// As [`Row::non_negative`].
    pub fn millis(&self, column: &str) -> Result<Millis> {
        Millis::new(self.non_negative(column)?)
    }

    /// The milliseconds in `column`, or `None` when the cell is blank or there is no such column.
    ///
    /// # Errors
    /// When the cell holds something else than a finite number ≥ 0.
    pub fn optional_millis(&self, column: &str) -> Result<Option<Millis>> {
        self.get(column).map(|_| self.millis(column)).transpose()
    }

    /// The share in `column`, 0 to 1.
    ///
    /// # Errors
    /// As [`Row::number`], and when it lies outside 0 to 1.
    pub fn share(&self, column: &str) -> Result<Share> {
        Share::new(self.number(column)?).map_err(|_| self.must(column, "must lie between 0 and 1"))
    }

    /// The point given by the columns `lat` and `lon`, in degrees.
    ///
    /// # Errors
    /// When either is no number (both are reported), or out of range.
    pub fn lat_lon(&self) -> Result<LatLon> {
        let mut problems = Problems::default();
        let lat = problems.keep(self.within("lat", 90.0));
        let lon = problems.keep(self.within("lon", 180.0));
        problems.finish(())?;
        LatLon::new(lat.unwrap_or_default(), lon.unwrap_or_default())
    }

    fn within(&self, column: &str, limit: f64) -> Result<f64> {
        let number = self.number(column)?;
        if number.abs() > limit {
            return Err(self.must(column, &format!("must lie between -{limit} and {limit} degrees")));
        }
        Ok(number)
    }

    /// `yes` or `no` in `column` (also `true` or `false`).
    ///
    /// # Errors
    /// When the column is missing or the cell says something else.
    pub fn yes_no(&self, column: &str) -> Result<bool> {
        match self.text(column)?.to_ascii_lowercase().as_str() {
            "yes" | "true" => Ok(true),
            "no" | "false" => Ok(false),
            _ => Err(self.must(column, "must be `yes` or `no`")),
        }
    }

    /// The place of the cell in `column`; of the row when there is no such column.
    pub fn place(&self, column: &str) -> Place {
        match self.table.column(column) {
            Some(index) => self.cell_place(index),
            None => self.cell_place(0),
        }
    }

    /// The place of the cell in the column with this index.
    pub fn cell_place(&self, index: usize) -> Place {
        let start = self.table.starts[self.index];
        self.table.place_of(nth_field(&self.table.text, start, index))
    }

    /// The line of the file on which the row starts, from 1.
    pub fn line(&self) -> usize {
        self.cell_place(0).line
    }

    /// An error with `message` at the cell in `column`.
    pub fn wrong(&self, column: &str, message: impl Into<String>) -> Error {
        Error::problems_in_input(vec![Problem::error(message).at(self.place(column))])
    }

    /// "column `c` must …, found `value`".
    fn must(&self, column: &str, rule: &str) -> Error {
        let found = self.get(column).unwrap_or_default();
        self.wrong(column, format!("column `{column}` {rule}, found `{found}`"))
    }
}

fn too_large(name: &str, limit: u64) -> Error {
    let message = format!(
        "`{name}` is larger than the limit of {} MiB",
        limit.div_ceil(1 << 20)
    );
    Error::input(message).hint("sum rows up by metro or country before handing them over")
}

fn not_utf8(name: &str, error: &std::string::FromUtf8Error) -> Error {
    let at = error.utf8_error().valid_up_to();
    // The part before the fault is sound, so its lines can be counted.
    let sound = String::from_utf8_lossy(&error.as_bytes()[..at]);
    let byte = error.as_bytes()[at];
    let place = Place::of(name, &sound, at..at);
    let problem = Problem::error(format!("byte 0x{byte:02x} is not UTF-8 text"));
    Error::problems_in_input(vec![problem.at(place).hint("save the file as UTF-8")])
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

/// The bytes of field `n` of the record that starts at `start`, blanks around it left out.
fn nth_field(text: &str, start: usize, n: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let (mut from, mut field, mut quoted) = (start, 0, false);
    for at in start..=bytes.len() {
        match bytes.get(at) {
            Some(b'"') if at == from || quoted => quoted = !quoted,
            // A doubled quote closes and opens again.
            Some(b'"') if at > from && bytes[at - 1] == b'"' && bytes[from] == b'"' => quoted = true,
            Some(b',') if !quoted && field < n => {
                field += 1;
                from = at + 1;
            }
            Some(b',' | b'\n' | b'\r') if !quoted => return trimmed(text, from..at),
            None => return trimmed(text, from..at),
            _ => {}
        }
    }
    start..start
}

fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let field = &text[span.clone()];
    let start = span.start + field.len() - field.trim_start().len();
    start..start + field.trim().len()
}

/// "`a`, `b` and `c`".
fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(error: &Error) -> Vec<String> {
        error.problems().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_cell_knows_its_line_and_column_behind_comments_quotes_and_blank_lines() {
        let text = "# source: me\n\nname,lat\r\n\n# middle\n\"Foz, \"\"x\"\"\", 12\r\nplain,13";
        let table = Table::parse("t.csv", text).unwrap();
        let places: Vec<String> = table.rows().map(|row| row.place("lat").to_string()).collect();
        assert_eq!(places, ["t.csv:6:15", "t.csv:7:7"]);
        let row = table.rows().next().unwrap();
        assert_eq!(row.get("name"), Some("Foz, \"x\""));
        assert_eq!(&text[row.place("lat").span], "12");
    }

    #[test]
    fn columns_count_characters_and_spans_count_bytes() {
        let table = Table::parse("t.csv", "name,lat\nZürich,x\n").unwrap();
        let place = table.rows().next().unwrap().place("lat");
        assert_eq!((place.column, place.span), (8, 17..18));
    }

    #[test]
    fn a_byte_order_mark_belongs_to_no_column() {
        let table = Table::parse("t.csv", "\u{feff}lat,lon\n1,2\n").unwrap();
        assert_eq!(table.headers(), ["lat", "lon"]);
        assert_eq!(table.header_place(1).to_string(), "t.csv:1:5");
        assert_eq!(table.rows().next().unwrap().line(), 2);
    }

    #[test]
    fn text_that_is_not_utf8_is_refused_with_its_line() {
        let error = Table::from_bytes("t.csv", b"name\nok\nZ\xfcrich\n".to_vec()).unwrap_err();
        assert_eq!(messages(&error), ["t.csv:3:2: byte 0xfc is not UTF-8 text"]);
    }

    #[test]
    fn a_file_above_the_limit_is_refused_before_it_is_read() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "a\n1\n").unwrap();
        assert!(Table::read_at_most(file.path(), 4).is_ok());
        let message = Table::read_at_most(file.path(), 3).unwrap_err().to_string();
        assert!(
            message.ends_with("is larger than the limit of 1 MiB"),
            "{message}"
        );
    }

    #[test]
    fn a_folder_or_a_missing_file_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("none.csv");
        assert!(
            Table::read(folder.path())
                .unwrap_err()
                .to_string()
                .ends_with("is a folder, not a file")
        );
        assert!(
            Table::read(&missing)
                .unwrap_err()
                .to_string()
                .contains("none.csv` cannot be read")
        );
    }

    #[test]
    fn every_bad_value_of_a_file_is_reported_with_its_place() {
        let text = "lat,lon,weight\nx,200,1\n,0,nan\n1,2,-1\n3,4,\"1,5\"\n5,6,7\n";
        let table = Table::parse("u.csv", text).unwrap();
        let read = table.collect(|row, problems| {
            let at = problems.keep(row.lat_lon());
            let weight = problems.keep(row.non_negative("weight"));
            Some((at?, weight?))
        });
        assert_eq!(
            messages(&read.unwrap_err()),
            [
                "u.csv:2:1: column `lat` must be a number, found `x`",
                "u.csv:2:3: column `lon` must lie between -180 and 180 degrees, found `200`",
                "u.csv:3:1: column `lat` is empty",
                "u.csv:3:4: column `weight` must be a finite number, found `nan`",
                "u.csv:4:5: column `weight` must not be negative, found `-1`",
                "u.csv:5:5: column `weight` must be a number, found `1,5`",
            ]
        );
    }

    #[test]
    fn missing_and_unknown_columns_are_reported_together_with_the_known_ones() {
        let table = Table::parse("u.csv", "metro,wieght\n").unwrap();
        let error = table
            .expect_columns(&["metro", "country"], &["weight"])
            .unwrap_err();
        assert_eq!(
            messages(&error),
            [
                "u.csv:1:1: column `country` is missing",
                "u.csv:1:7: column `wieght` is unknown"
            ]
        );
        let hint = error.problems()[1].hint.as_deref();
        let known = "`metro`, `country` and `weight`";
        assert_eq!(
            hint,
            Some(format!("did you mean `weight`? the known columns are {known}").as_str())
        );
    }

    #[test]
    fn rows_of_the_wrong_width_are_all_reported() {
        let error = Table::parse("u.csv", "a,b\n1\n1,2\n1,2,3\n").unwrap_err();
        assert_eq!(
            messages(&error),
            [
                "u.csv:2:1: the row has 1 cell, the header has 2",
                "u.csv:4:1: the row has 3 cells, the header has 2"
            ]
        );
    }

    #[test]
    fn rows_of_bare_commas_are_skipped() {
        let table = Table::parse("u.csv", "a,b\n1,2\n,\n , \n").unwrap();
        assert_eq!(table.len(), 1);
    }

    #[test]
    fn a_header_that_cannot_be_meant_is_refused() {
        let refused = |text: &'static str| Table::parse("u.csv", text).unwrap_err().to_string();
        assert_eq!(refused(""), "`u.csv` is empty: a header line is expected");
        assert_eq!(
            refused("a,b,A\n"),
            "u.csv:1:5: column `A` stands twice in the header"
        );
        assert_eq!(
            refused("a;b\n1;2\n"),
            "u.csv:1:1: the columns are separated by `;`"
        );
        assert_eq!(refused("a,b\n1,\"2\n3,4\n"), "u.csv:2:3: a quote is never closed");
    }
}
