//! A table, its cells checked as they are asked for.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::grid::Grid;
use super::lines::Lines;
use super::other_unit::in_other_unit;
use super::problems::Problems;
use super::sheet::{self, Sheet};
use crate::basis::digest::digest;
use crate::basis::error::{Error, Place, Problem, Result, nearest_names};
use crate::basis::geo::LatLon;
use crate::basis::units::{Millis, Share};

/// A table: a header, and rows of as many cells.
///
/// It is a CSV text or a sheet of a workbook. In a text commas separate, double quotes enclose, and a UTF-8 byte
/// order mark is ignored. On a sheet the first row with something in it is the header, formulas count by their
/// stored results, and numbers are as in [`str::parse`], whatever their format shows. In both, blank rows and rows
/// that start with `#` are skipped. Column names are compared without regard to case.
#[derive(Clone, Debug)]
pub struct Table {
    name: String,
    grid: Grid,
    origin: Origin,
}

/// Where a table's cells stand.
#[derive(Clone, Debug)]
enum Origin {
    Text(Lines),
    Sheet(Sheet),
}

/// One row of a [`Table`].
#[derive(Clone, Copy, Debug)]
pub struct Row<'t> {
    table: &'t Table,
    index: usize,
}

impl Table {
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
        let name = name.into();
        let mut problems = Problems::default();
        let (lines, grid) = Lines::read(&name, text.into(), &mut problems)?;
        if grid.headers.is_empty() {
            let message = format!("`{name}` is empty: a header line is expected");
            return Err(Error::input(message));
        }
        let origin = Origin::Text(lines);
        Table { name, grid, origin }.checked(problems)
    }

    /// A sheet of the workbook (.xlsx) in `bytes`, called `file` in messages: the sheet called `wanted`, or else
    /// the only one that is not hidden and has cells. The table is called `file#sheet`.
    ///
    /// # Errors
    /// When the bytes are no sound workbook or unpack to too much, when it is not clear which sheet is meant, and
    /// as [`Table::parse`]. Cells that hold an error, formulas without a stored result, cells outside the named
    /// columns and merged cells are reported together.
    pub fn from_workbook(file: &str, wanted: Option<&str>, bytes: &[u8]) -> Result<Table> {
        let mut problems = Problems::default();
        let (sheet, grid) = sheet::read(file, wanted, bytes, &mut problems)?;
        if grid.headers.is_empty() {
            let message = format!(
                "sheet `{}` of `{file}` is empty: a header row is expected",
                sheet.name
            );
            return Err(Error::input(message));
        }
        let name = format!("{file}#{}", sheet.name);
        let origin = Origin::Sheet(sheet);
        Table { name, grid, origin }.checked(problems)
    }

    fn checked(self, mut problems: Problems) -> Result<Table> {
        let mut earlier = BTreeSet::new();
        for (i, header) in self.headers().iter().enumerate() {
            if !earlier.insert(header.to_ascii_lowercase()) {
                problems.push_with(|| {
                    let problem = Problem::error(format!("column `{header}` stands twice in the header"));
                    problem.at(self.header_place(i))
                });
            }
        }
        problems.finish(self)
    }

    /// The file's name, as given; for a sheet, with `#` and the sheet's name behind.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text of the file; `None` for a sheet of a workbook.
    pub fn source_text(&self) -> Option<&str> {
        match &self.origin {
            Origin::Text(lines) => Some(&lines.text),
            Origin::Sheet(_) => None,
        }
    }

    /// What stands above the header, `# key: value` in its lines: the text itself, or the rows of a sheet that
    /// start with `#`, their cells parted by blanks.
    pub fn comments(&self) -> &str {
        match &self.origin {
            Origin::Text(lines) => &lines.text,
            Origin::Sheet(sheet) => &sheet.comments,
        }
    }

    /// [`digest`] of the file's bytes.
    pub fn digest(&self) -> String {
        match &self.origin {
            Origin::Text(lines) => digest(lines.text.as_bytes()),
            Origin::Sheet(sheet) => sheet.digest.clone(),
        }
    }

    /// The column names in file order.
    pub fn headers(&self) -> &[String] {
        &self.grid.headers
    }

    /// The number of rows, the header not counted.
    pub fn len(&self) -> usize {
        self.grid.len()
    }

    /// Whether there is no row below the header.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
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
        for (i, header) in self.headers().iter().enumerate() {
            if !known.iter().any(|name| name.eq_ignore_ascii_case(header)) {
                problems.push_with(|| unknown(header, &known).at(self.header_place(i)));
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
        let rows = self.rows();
        let values = rows.filter_map(|row| problems.reading(|problems| read(row, problems)));
        let values = values.collect();
        problems.finish(values)
    }

    /// The place of the name of column `index` in the header.
    pub fn header_place(&self, index: usize) -> Place {
        match &self.origin {
            Origin::Text(lines) => lines.header_place(&self.name, index),
            Origin::Sheet(sheet) => sheet.header_place(index),
        }
    }

    /// The places of all names in the header.
    pub(super) fn header_places(&self) -> Vec<Place> {
        match &self.origin {
            Origin::Text(lines) => lines.header_places(&self.name, self.headers().len()),
            Origin::Sheet(sheet) => (0..self.headers().len())
                .map(|index| sheet.header_place(index))
                .collect(),
        }
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.headers()
            .iter()
            .position(|header| header.eq_ignore_ascii_case(name))
    }

    fn missing(&self, name: &str) -> Problem {
        Problem::error(format!("column `{name}` is missing")).at(self.header_place(0))
    }
}

/// A column that is none of `known`.
fn unknown(header: &str, known: &[&str]) -> Problem {
    if let Some(message) = in_other_unit(header, known) {
        return Problem::error(message);
    }
    let hint = match nearest_names(header, known.iter().copied(), 1).first() {
        Some(nearest) => format!("did you mean `{nearest}`? the known columns are {}", list(known)),
        None => "leave it out".to_owned(),
    };
    Problem::error(format!("column `{header}` is unknown")).hint(hint)
}

impl<'t> Row<'t> {
    /// The cell in `column`, or `None` when it is blank or there is no such column.
    pub fn get(&self, column: &str) -> Option<&'t str> {
        self.cell(self.table.column(column)?)
    }

    /// The cell in the column with this index, or `None` when it is blank.
    pub fn cell(&self, index: usize) -> Option<&'t str> {
        self.table.grid.cell(self.index, index)
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
        match &self.table.origin {
            Origin::Text(lines) => lines.cell_place(&self.table.name, self.index, index),
            Origin::Sheet(sheet) => sheet.cell_place(self.index, index),
        }
    }

    /// The places of all its cells.
    pub(super) fn cell_places(&self) -> Vec<Place> {
        let width = self.table.headers().len();
        match &self.table.origin {
            Origin::Text(lines) => lines.cell_places(&self.table.name, self.index, width),
            Origin::Sheet(sheet) => (0..width)
                .map(|index| sheet.cell_place(self.index, index))
                .collect(),
        }
    }

    /// The line of the file on which the row starts, or the row of the sheet, from 1.
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
