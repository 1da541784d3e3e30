//! Answers in rows and columns: as a table for people, or as JSON, CSV or Markdown for the next program.

use std::io::IsTerminal;

use comfy_table::{CellAlignment, ContentArrangement, Table};
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::args::Format;
use super::output::printable;
use crate::basis::error::{Error, Result};
use crate::report::export::csv::guarded;
use crate::report::export::table::TextTable;

/// Rows that all have the same columns. Keys carry units: `distance_km`.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// A line above the table, for people only.
    pub title: Option<String>,
    /// Names of the columns, as JSON keys and CSV headers.
    pub keys: Vec<&'static str>,
    /// As many cells in each row as there are keys.
    pub rows: Vec<Vec<Cell>>,
    /// Sentences below the table, for people only.
    pub notes: Vec<String>,
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A word or sentence.
    Text(String),
    /// A quantity, with the number of decimals that people need.
    Number(f64, usize),
    /// Yes or no.
    Flag(bool),
    /// Not known, or not applicable.
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl From<usize> for Cell {
    fn from(count: usize) -> Self {
        Cell::Number(count as f64, 0)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Empty, Into::into)
    }
}

impl Cell {
    fn shown(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Number(value, decimals) => format!("{value:.decimals$}"),
            Cell::Flag(true) => "yes".into(),
            Cell::Flag(false) => "no".into(),
            Cell::Empty => String::new(),
        }
    }

    /// Programs get two decimals more, so that they can compute with small figures.
    fn exact(&self) -> String {
        match self {
            Cell::Number(value, decimals) if *decimals > 0 => format!("{value:.*}", decimals + 2),
            other => other.shown(),
        }
    }

    fn value(&self) -> Result<Value> {
        Ok(match self {
            Cell::Text(text) => Value::from(text.as_str()),
            Cell::Number(..) => serde_json::from_str(&self.exact())
                .map_err(|error| Error::internal(format!("a figure is not a number: {error}")))?,
            Cell::Flag(flag) => Value::from(*flag),
            Cell::Empty => Value::Null,
        })
    }
}

/// A row whose keys keep the order of the columns.
struct Object<'a> {
    keys: &'a [&'static str],
    values: &'a [Value],
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_map(self.keys.iter().zip(self.values))
    }
}

impl Sheet {
    /// The sheet as `format` has it.
    ///
    /// # Errors
    /// When a figure is not a number, which is a fault of the program.
    pub fn render(&self, format: Format) -> Result<Vec<u8>> {
        match format {
            Format::Table => Ok(self.for_people().into_bytes()),
            Format::Json => self.json(),
            Format::Csv => self.csv(),
            Format::Markdown => Ok(self.markdown().into_bytes()),
        }
    }

    fn for_people(&self) -> String {
        let headers = self.keys.iter().map(|key| key.replace('_', " ")).collect();
        let rows = self
            .rows
            .iter()
            .map(|row| row.iter().map(|cell| printable(&cell.shown())).collect())
            .collect();
        let mut text = self
            .title
            .as_ref()
            .map_or_else(String::new, |title| format!("{}\n\n", printable(title)));
        text.push_str(&draw(headers, rows, &self.right_aligned()));
        if !self.notes.is_empty() {
            text.push('\n');
        }
        for note in &self.notes {
            text.push_str(&printable(note));
            text.push('\n');
        }
        text
    }

    fn right_aligned(&self) -> Vec<bool> {
        let may_be = |cell: &Cell| matches!(cell, Cell::Number(..) | Cell::Empty);
        let numeric = |column: usize| self.rows.iter().all(|row| may_be(&row[column]));
        (0..self.keys.len()).map(numeric).collect()
    }

    fn json(&self) -> Result<Vec<u8>> {
        let fault = |error: serde_json::Error| Error::internal(format!("cannot write JSON: {error}"));
        let mut values = Vec::new();
        for row in &self.rows {
            values.push(row.iter().map(Cell::value).collect::<Result<Vec<Value>>>()?);
        }
        let objects: Vec<Object> = values
            .iter()
            .map(|values| Object {
                keys: &self.keys,
                values,
            })
            .collect();
        let mut bytes = serde_json::to_vec_pretty(&objects).map_err(fault)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    fn csv(&self) -> Result<Vec<u8>> {
        let fault = |error: csv::Error| Error::internal(format!("cannot write CSV: {error}"));
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&self.keys).map_err(fault)?;
        for row in &self.rows {
            let cells = row.iter().map(|cell| guarded(&cell.exact()).into_owned());
            writer.write_record(cells).map_err(fault)?;
        }
        writer
            .into_inner()
            .map_err(|error| Error::internal(format!("cannot write CSV: {error}")))
    }

    fn markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let rule = |right: &bool| if *right { "---:" } else { "---" }.to_owned();
        let mut text = line(self.keys.iter().map(|key| key.replace('_', " ")).collect());
        text.push_str(&line(self.right_aligned().iter().map(rule).collect()));
        for row in &self.rows {
            text.push_str(&line(row.iter().map(|cell| in_a_cell(&cell.shown())).collect()));
        }
        text
    }
}

/// Text that neither ends a cell of Markdown nor its line.
fn in_a_cell(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    line.replace('\\', "\\\\").replace('|', "\\|")
}

/// A ranking, drawn. Names in it come from outside: a terminal shows them and obeys none.
pub fn of_text(table: &TextTable) -> String {
    let mut text = String::new();
    if !table.title.is_empty() {
        text.push_str(&printable(&table.title));
        text.push_str("\n\n");
    }
    let right: Vec<bool> = (0..table.headers.len())
        .map(|column| looks_numeric(table, column))
        .collect();
    if !table.rows.is_empty() {
        text.push_str(&coloured(&draw(
            all_printable(&table.headers),
            table.rows.iter().map(|row| all_printable(row)).collect(),
            &right,
        )));
        if !table.notes.is_empty() {
            text.push('\n');
        }
    }
    for note in &table.notes {
        text.push_str(&printable(note));
        text.push('\n');
    }
    text
}

fn all_printable(cells: &[String]) -> Vec<String> {
    cells.iter().map(|cell| printable(cell)).collect()
}

/// Colours for cells that say how it stands. What they mean is in the words; a stream without colour drops them.
fn coloured(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let cells: Vec<String> = line.split("  ").map(coloured_cell).collect();
        cells.join("  ")
    });
    lines.collect()
}

fn coloured_cell(cell: &str) -> String {
    use anstyle::AnsiColor::{Green, Red, Yellow};
    let word = cell.trim();
    let style = match word {
        "met" | "kept" => Green.on_default(),
        "missed" => Red.on_default(),
        "too close to call" => Yellow.on_default(),
        "best" | "baseline" => anstyle::Style::new().bold(),
        _ => return cell.to_owned(),
    };
    cell.replacen(word, &format!("{style}{word}{style:#}"), 1)
}

fn looks_numeric(table: &TextTable, column: usize) -> bool {
    let mut cells = table
        .rows
        .iter()
        .map(|row| &row[column])
        .filter(|cell| !cell.is_empty());
    cells.all(|cell| cell.starts_with(|c: char| c.is_ascii_digit() || "+-−".contains(c)))
}

/// Draws rows under headers without lines; columns of numbers are aligned to the right.
pub fn draw(headers: Vec<String>, rows: Vec<Vec<String>>, right_aligned: &[bool]) -> String {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(headers).add_rows(rows);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if right_aligned.get(index).copied().unwrap_or(false) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text = table.trim_fmt();
    text.push('\n');
    text
}

/// Characters of a line of stdout: COLUMNS when it is set, else the terminal's; `None` when nobody looks.
pub fn width() -> Option<usize> {
    let columns = std::env::var("COLUMNS")
        .ok()
        .and_then(|text| text.parse::<usize>().ok());
    let terminal =
        || terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0));
    if std::io::stdout().is_terminal() {
        columns.or_else(terminal)
    } else {
        columns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        Sheet {
            title: None,
            keys: vec!["region", "distance_km", "opt_in"],
            rows: vec![
                vec!["aws:a|b".into(), Cell::Number(5461.07, 0), Cell::Flag(true)],
                vec!["x, y".into(), Cell::Number(3.0, 0), Cell::Empty],
            ],
            notes: vec!["as the crow flies".into()],
        }
    }

    fn rendered(format: Format) -> String {
        String::from_utf8(sheet().render(format).unwrap()).unwrap()
    }

    #[test]
    fn people_get_aligned_columns_and_notes() {
        let expected = "region   distance km  opt in\naws:a|b         5461  yes\nx, y               3\n\nas the crow flies\n";
        assert_eq!(rendered(Format::Table), expected);
    }

    #[test]
    fn machines_get_the_same_figures_under_keys_with_units() {
        assert_eq!(
            rendered(Format::Csv),
            "region,distance_km,opt_in\naws:a|b,5461,yes\n\"x, y\",3,\n"
        );
        let rows: Vec<serde_json::Map<String, Value>> =
            serde_json::from_str(&rendered(Format::Json)).unwrap();
        assert_eq!(rows[0]["distance_km"], Value::from(5461));
        assert_eq!(rows[1]["opt_in"], Value::Null);
    }

    #[test]
    fn words_that_judge_are_coloured_and_stay_the_same_words() {
        let plain = "1  a set  12 ± 3  met\n2  missed set  15 ± 3  missed\n";
        let shown = coloured(plain);
        assert_eq!(shown.matches("\u{1b}[32m").count(), 1, "{shown:?}");
        assert_eq!(shown.matches("\u{1b}[31m").count(), 1, "{shown:?}");
        assert_eq!(anstream::adapter::strip_str(&shown).to_string(), plain);
    }

    #[test]
    fn a_bar_in_a_cell_does_not_break_markdown() {
        assert!(rendered(Format::Markdown).contains("| aws:a\\|b | 5461 | yes |"));
    }
}
