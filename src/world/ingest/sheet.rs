//! One sheet of a workbook: its cells, and the rows and columns they stand in.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Dimensions, Reader, SheetType, SheetVisible, Xlsx, XlsxError, XlsxFormulaMetadata};

use super::grid::Grid;
use super::guard::guarded;
use super::limits::{allow_rows, allow_sheets};
use super::package;
use super::problems::Problems;
use super::value::{Value, Weighed, value_of};
use crate::basis::digest::digest;
use crate::basis::error::{Error, Place, Problem, Result, cell_name, nearest_names};

/// Rows and columns of a sheet. Source: Microsoft, "Excel specifications and limits".
const SHEET_ROWS: u32 = 1_048_576;
const SHEET_COLUMNS: u32 = 16_384;

/// Where the cells of a table stand on a sheet. Rows and columns count from 0 here.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    /// The file as the user named it.
    file: String,
    pub(super) name: String,
    header_row: u32,
    first_column: u32,
    rows: Vec<u32>,
    /// Rows above the header that begin with `#`, each with its cells parted by blanks.
    pub(super) comments: String,
    /// Of the workbook's bytes.
    pub(super) digest: String,
}

impl Sheet {
    pub(super) fn header_place(&self, column: usize) -> Place {
        self.place(self.header_row, self.first_column + column as u32)
    }

    pub(super) fn cell_place(&self, row: usize, column: usize) -> Place {
        self.place(self.rows[row], self.first_column + column as u32)
    }

    fn place(&self, row: u32, column: u32) -> Place {
        Place::of_cell(&self.file, &self.name, row as usize + 1, column as usize + 1)
    }
}

type Workbook<'b> = Xlsx<Cursor<&'b [u8]>>;

/// Reads a sheet of the workbook `bytes`, called `file`: the one called `wanted`, or else the only one that is
/// shown and has cells. Faults of single cells go into `problems`.
///
/// # Errors
/// When the file is no sound workbook or too large, and when it is not clear which sheet is meant.
pub(super) fn read(
    file: &str,
    wanted: Option<&str>,
    bytes: &[u8],
    problems: &mut Problems,
) -> Result<(Sheet, Grid)> {
    package::check(file, bytes, package::LIMITS)?;
    let opened = guarded(|| Xlsx::new(Cursor::new(bytes)));
    let mut workbook: Workbook<'_> = opened.map_err(|why| unreadable(file, &why))?;
    allow_sheets(file, workbook.sheets_metadata().len())?;
    let name = match wanted {
        Some(wanted) => sheet_called(file, wanted, &workbook)?,
        None => only_sheet(file, &mut workbook)?,
    };
    let (mut sheet, grid) = cells_of(file, &name, &mut workbook, problems)?;
    let merged = guarded(|| workbook.merge_cells_by_sheet_name(&name));
    let merged = merged.map_err(|why| unreadable(file, &why))?;
    refuse_merged(&sheet, &grid, &merged, problems);
    sheet.digest = digest(bytes);
    Ok((sheet, grid))
}

fn unreadable(file: &str, why: &XlsxError) -> Error {
    let why = match why {
        XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound => {
            let error = Error::input(format!("`{file}` is a zip archive without a workbook in it"));
            return error.hint("save the table as .xlsx or .csv");
        }
        other => other.to_string().to_lowercase(),
    };
    Error::input(format!("`{file}` cannot be read as a workbook: {why}"))
        .hint("open it in a spreadsheet program and save it again, as .xlsx or .csv")
}

/// Names of the sheets with cells rather than charts; shown ones, or all.
fn names(workbook: &Workbook<'_>, hidden_too: bool) -> Vec<String> {
    let sheets = workbook.sheets_metadata().iter();
    let meant = sheets.filter(|sheet| {
        sheet.typ == SheetType::WorkSheet && (hidden_too || sheet.visible == SheetVisible::Visible)
    });
    meant.map(|sheet| sheet.name.clone()).collect()
}

/// "`a`, `b`", at most ten.
fn listed(names: &[String]) -> String {
    let mut quoted: Vec<String> = names.iter().take(10).map(|name| format!("`{name}`")).collect();
    if names.len() > 10 {
        quoted.push(format!("{} more", names.len() - 10));
    }
    quoted.join(", ")
}

fn sheet_called(file: &str, wanted: &str, workbook: &Workbook<'_>) -> Result<String> {
    let names = names(workbook, true);
    let found = names.iter().find(|name| *name == wanted).or_else(|| {
        // Spreadsheet programs do not tell capital letters apart either.
        names
            .iter()
            .find(|name| name.to_lowercase() == wanted.to_lowercase())
    });
    found.cloned().ok_or_else(|| {
        let error = Error::input(format!(
            "`{file}` has no sheet `{wanted}`: it has {}",
            listed(&names)
        ));
        match nearest_names(wanted, names.iter().map(String::as_str), 1).first() {
            Some(nearest) => error.hint(format!("did you mean `{file}#{nearest}`?")),
            None => error,
        }
    })
}

fn only_sheet(file: &str, workbook: &mut Workbook<'_>) -> Result<String> {
    let shown = names(workbook, false);
    let mut filled = Vec::new();
    for name in &shown {
        if has_cells(file, name, workbook)? {
            filled.push(name.clone());
        }
    }
    match filled.as_slice() {
        [only] => Ok(only.clone()),
        [] => {
            let hidden: Vec<String> = names(workbook, true)
                .into_iter()
                .filter(|name| !shown.contains(name))
                .collect();
            let error = Error::input(format!("`{file}` has no sheet with cells in it"));
            Err(match hidden.first() {
                Some(first) => error.hint(format!(
                    "hidden sheets are read by name only, such as `{file}#{first}`"
                )),
                None => error,
            })
        }
        [first, ..] => {
            let (n, list) = (filled.len(), listed(&filled));
            let message = format!("`{file}` has {n} sheets with cells in them: {list}");
            Err(Error::input(message).hint(format!("say which is meant, such as `{file}#{first}`")))
        }
    }
}

fn has_cells(file: &str, name: &str, workbook: &mut Workbook<'_>) -> Result<bool> {
    let wrong = |why| unreadable(file, &why);
    let mut reader = guarded(|| workbook.worksheet_cells_reader(name)).map_err(wrong)?;
    let mut weighed = Weighed::default();
    loop {
        match guarded(|| reader.next_cell()) {
            Ok(Some(cell)) => {
                weighed.add(file, cell.get_value())?;
                if value_of(cell.get_value()) != Value::Blank {
                    return Ok(true);
                }
            }
            Ok(None) => return Ok(false),
            // An error value that the reader does not know is something in a cell.
            Err(XlsxError::CellError(_)) => return Ok(true),
            Err(why) => return Err(wrong(why)),
        }
    }
}

fn cells_of(
    file: &str,
    name: &str,
    workbook: &mut Workbook<'_>,
    problems: &mut Problems,
) -> Result<(Sheet, Grid)> {
    let mut reading = Reading::new(file, name);
    let opened = guarded(|| workbook.worksheet_cells_reader(name));
    let mut reader = opened.map_err(|why| unreadable(file, &why))?;
    let mut weighed = Weighed::default();
    let mut formulas: BTreeMap<usize, String> = BTreeMap::new();
    loop {
        match guarded(|| reader.next_cell_with_formula_metadata()) {
            Ok(None) => break,
            Ok(Some(cell)) => {
                weighed.add(file, &cell.value)?;
                if let Some(XlsxFormulaMetadata::Shared {
                    shared_index,
                    formula,
                    ..
                }) = &cell.formula
                {
                    formulas.insert(*shared_index, formula.clone());
                }
                let formula = cell.formula.as_ref().map(|formula| text_of(formula, &formulas));
                reading.begin(cell.pos, problems)?;
                reading.take(cell.pos.1, content(value_of(&cell.value), formula));
            }
            Err(XlsxError::CellError(error)) => reading.take_unknown(&error),
            Err(why) => return Err(unreadable(file, &why)),
        }
    }
    reading.finish(problems)
}

/// A formula that is written once for many cells is told as it stands in the first of them.
fn text_of<'f>(formula: &'f XlsxFormulaMetadata, shared: &'f BTreeMap<usize, String>) -> &'f str {
    match formula {
        XlsxFormulaMetadata::Normal { formula } | XlsxFormulaMetadata::Shared { formula, .. } => formula,
        XlsxFormulaMetadata::SharedDerived { shared_index } => {
            shared.get(shared_index).map_or("", String::as_str)
        }
        _ => "",
    }
}

/// What a cell gives: its text, or what is wrong with it.
type Content = std::result::Result<String, Problem>;

/// Formulas longer than this are cut in messages.
const FORMULA_SHOWN: usize = 60;

fn content(value: Value, formula: Option<&str>) -> Option<Content> {
    let quoted = |formula: &str| {
        // Not counted to its end: a formula that stands once may be that of a million cells.
        let cut = formula.chars().nth(FORMULA_SHOWN).map_or("", |_| "…");
        format!(
            "`={}{cut}`",
            formula.chars().take(FORMULA_SHOWN).collect::<String>()
        )
    };
    match (value, formula) {
        (Value::Text(text), _) => Some(Ok(text)),
        (Value::Fault(error), formula) => {
            let from = formula
                .map(|formula| format!(", from {}", quoted(formula)))
                .unwrap_or_default();
            let problem = Problem::error(format!("the cell holds the error `{error}`{from}"));
            Some(Err(problem.hint("put the value in its place, or clear the cell")))
        }
        (Value::Blank, Some(formula)) => {
            let problem = Problem::error(format!(
                "the cell holds the formula {} without a result",
                quoted(formula)
            ));
            Some(Err(
                problem.hint("open the workbook in a spreadsheet program and save it")
            ))
        }
        (Value::Blank, None) => None,
    }
}

/// A sheet being read, row by row.
struct Reading {
    sheet: Sheet,
    grid: Grid,
    /// The header's cells, until the first row below tells where the table begins.
    header: Vec<(u32, String)>,
    has_header: bool,
    row: Option<u32>,
    column: u32,
    /// The cells of the present row that are not blank.
    cells: Vec<(u32, Content)>,
}

impl Reading {
    fn new(file: &str, name: &str) -> Self {
        Reading {
            sheet: Sheet {
                file: file.to_owned(),
                name: name.to_owned(),
                header_row: 0,
                first_column: 0,
                rows: Vec::new(),
                comments: String::new(),
                digest: String::new(),
            },
            grid: Grid::default(),
            header: Vec::new(),
            has_header: false,
            row: None,
            column: 0,
            cells: Vec::new(),
        }
    }

    /// Goes on to the cell at `pos`, which lies behind the one before.
    fn begin(&mut self, pos: (u32, u32), problems: &mut Problems) -> Result<()> {
        let (row, column) = pos;
        if row >= SHEET_ROWS || column >= SHEET_COLUMNS {
            return Err(self.out_of_order(pos));
        }
        match self.row {
            Some(before) if row < before || (row == before && column <= self.column) => {
                return Err(self.out_of_order(pos));
            }
            Some(before) if row == before => {}
            _ => self.end_row(problems)?,
        }
        self.row = Some(row);
        self.column = column;
        Ok(())
    }

    fn out_of_order(&self, (row, column): (u32, u32)) -> Error {
        let (file, name) = (&self.sheet.file, &self.sheet.name);
        let cell = cell_name(row as usize + 1, column as usize + 1);
        Error::input(format!(
            "sheet `{name}` of `{file}` is damaged: cell {cell} stands where it cannot"
        ))
        .hint("open it in a spreadsheet program and save it again, as .xlsx or .csv")
    }

    fn take(&mut self, column: u32, content: Option<Content>) {
        self.cells.extend(content.map(|content| (column, content)));
    }

    /// An error value that the reader does not know, nor where it stands: behind the cell before.
    fn take_unknown(&mut self, error: &str) {
        let problem = Problem::error(format!("a cell behind this one holds the error `{error}`"));
        let column = self.column;
        self.row.get_or_insert(0);
        self.cells.push((
            column,
            Err(problem.hint("put the value in its place, or clear the cell")),
        ));
    }

    fn end_row(&mut self, problems: &mut Problems) -> Result<()> {
        let cells = std::mem::take(&mut self.cells);
        let (Some(row), Some((_, first))) = (self.row, cells.first()) else {
            return Ok(());
        };
        if first.as_ref().is_ok_and(|text| text.starts_with('#')) {
            if !self.has_header {
                let texts: Vec<&str> = cells
                    .iter()
                    .filter_map(|(_, content)| content.as_deref().ok())
                    .collect();
                self.sheet.comments.push_str(&texts.join(" "));
                self.sheet.comments.push('\n');
            }
            return Ok(());
        }
        let cells = self.sound(row, cells, problems);
        if self.has_header {
            self.data_row(row, &cells, problems)
        } else {
            self.has_header = true;
            self.sheet.header_row = row;
            self.header = cells;
            Ok(())
        }
    }

    /// The texts of a row; faulty cells become blank and are told.
    fn sound(&self, row: u32, cells: Vec<(u32, Content)>, problems: &mut Problems) -> Vec<(u32, String)> {
        let texts = cells.into_iter().map(|(column, content)| {
            let text = content.unwrap_or_else(|problem| {
                problems.push(problem.at(self.sheet.place(row, column)));
                String::new()
            });
            (column, text)
        });
        texts.collect()
    }

    /// Where the table begins and ends: the names of its columns, and a first one without a name where rows are
    /// named in it, as in a square matrix.
    fn fix_columns(&mut self, first_below: Option<u32>) {
        let (Some(first), Some(last)) = (self.header.first(), self.header.last()) else {
            return;
        };
        let first = first_below.map_or(first.0, |below| below.min(first.0));
        let mut headers = vec![String::new(); (last.0 - first) as usize + 1];
        for (column, name) in self.header.drain(..) {
            headers[(column - first) as usize] = name;
        }
        self.sheet.first_column = first;
        self.grid.headers = headers;
    }

    fn data_row(&mut self, row: u32, cells: &[(u32, String)], problems: &mut Problems) -> Result<()> {
        if self.grid.headers.is_empty() {
            self.fix_columns(cells.first().map(|(column, _)| *column));
        }
        let (first, width) = (self.sheet.first_column, self.grid.headers.len() as u32);
        // Before a row of so many cells is made.
        allow_rows(&self.sheet.file, self.grid.len() + 1, width as usize)?;
        let mut texts = vec![""; width as usize];
        for (column, text) in cells {
            if *column < first || *column >= first + width {
                let named = self.sheet.header_row + 1;
                problems.push_with(|| {
                    let problem = Problem::error(format!(
                        "the cell lies outside the table: row {named} has no name for its column"
                    ));
                    let problem = problem.at(self.sheet.place(row, *column));
                    problem.hint("name the column, or clear the cell")
                });
            } else {
                texts[(column - first) as usize] = text;
            }
        }
        self.sheet.rows.push(row);
        self.grid.push_row(&self.sheet.file, texts.into_iter())
    }

    fn finish(mut self, problems: &mut Problems) -> Result<(Sheet, Grid)> {
        self.end_row(problems)?;
        if self.grid.headers.is_empty() {
            self.fix_columns(None);
        }
        Ok((self.sheet, self.grid))
    }
}

/// Merged cells have a value in the first of them only, so that rows would be read as blank.
fn refuse_merged(sheet: &Sheet, grid: &Grid, merged: &[Dimensions], problems: &mut Problems) {
    let columns = sheet.first_column..sheet.first_column + grid.headers.len() as u32;
    for range in merged {
        let (top, bottom) = (range.start.0.min(range.end.0), range.start.0.max(range.end.0));
        let (left, right) = (range.start.1.min(range.end.1), range.start.1.max(range.end.1));
        let next = sheet.rows.partition_point(|row| *row < top);
        let has_row = |row: u32| (top..=bottom).contains(&row);
        let in_rows = has_row(sheet.header_row) || sheet.rows.get(next).is_some_and(|row| has_row(*row));
        if in_rows && left < columns.end && right >= columns.start {
            let corner = |row: u32, column: u32| cell_name(row as usize + 1, column as usize + 1);
            let (from, to) = (corner(top, left), corner(bottom, right));
            let each = if top == bottom { "column" } else { "row" };
            let problem = Problem::error(format!("{from}:{to} are merged"));
            let problem = problem.at(sheet.place(top, left));
            problems.push(problem.hint(format!("give each {each} its own value")));
        }
    }
}
