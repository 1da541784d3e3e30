//! Files that hold tables: which sheet of which file is meant, and whether it is read as text or as a workbook.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use super::limits::{MAX_FILE_BYTES, too_large};
use super::package::is_packed;
use super::table::Table;
use crate::basis::error::{Error, Place, Problem, Result};

/// Endings of workbooks. Only the first kind is read; the others are told what to become.
const WORKBOOKS: [&str; 5] = [".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"];

/// The file that `name` means, and the sheet in it: `plan.xlsx#Users` is the sheet `Users` of `plan.xlsx`.
///
/// ```
/// use isochrone::world::ingest::file_and_sheet;
/// assert_eq!(file_and_sheet("in/plan.xlsx#Users"), ("in/plan.xlsx", Some("Users")));
/// assert_eq!(file_and_sheet("in/plan.xlsx"), ("in/plan.xlsx", None));
/// assert_eq!(file_and_sheet("in/no#1.csv"), ("in/no#1.csv", None));
/// ```
pub fn file_and_sheet(name: &str) -> (&str, Option<&str>) {
    let small = name.to_ascii_lowercase();
    let behind = |ending: &&str| small.rfind(&format!("{ending}#")).map(|at| at + ending.len());
    match WORKBOOKS.iter().filter_map(behind).max() {
        // No sheet has a slash in its name, so one behind `#` belongs to a folder.
        Some(at) if !name[at..].contains(['/', '\\']) => (&name[..at], Some(&name[at + 1..])),
        _ => (name, None),
    }
}

/// Whether `name` means a file with a table in it, by its ending: a CSV or a workbook of whatever kind.
///
/// ```
/// use isochrone::world::ingest::is_table_file;
/// assert!(is_table_file("edges.CSV") && is_table_file("plan.xlsx#Edges"));
/// assert!(!is_table_file("cloudfront"));
/// ```
pub fn is_table_file(name: &str) -> bool {
    let (file, _) = file_and_sheet(name);
    workbook_ending(file).is_some() || file.to_ascii_lowercase().ends_with(".csv")
}

/// Whether `name` means a workbook, or a sheet of one, by its ending.
///
/// ```
/// use isochrone::world::ingest::is_workbook;
/// assert!(is_workbook("plan.xlsx#Users") && !is_workbook("users.csv"));
/// ```
pub fn is_workbook(name: &str) -> bool {
    workbook_ending(file_and_sheet(name).0).is_some()
}

fn workbook_ending(file: &str) -> Option<&'static str> {
    let small = file.to_ascii_lowercase();
    WORKBOOKS.into_iter().find(|ending| small.ends_with(ending))
}

impl Table {
    /// Reads the table at `path`: a CSV text, or a workbook by its ending `.xlsx`, with `#` and the name of a
    /// sheet behind where it has several.
    ///
    /// # Errors
    /// When the file cannot be read or is larger than [`MAX_FILE_BYTES`], and as [`Table::from_bytes`].
    pub fn read(path: &Path) -> Result<Table> {
        Table::read_at_most(path, MAX_FILE_BYTES)
    }

    fn read_at_most(path: &Path, limit: u64) -> Result<Table> {
        let name = path.display().to_string();
        match file_and_sheet(&name) {
            (_, None) => Table::from_bytes(&name, bytes_of(path, limit)?),
            (file, Some(_)) => Table::from_bytes(&name, bytes_of(Path::new(file), limit)?),
        }
    }

    /// The table in `bytes`, called `name` in messages; by that name it is a CSV text or a workbook.
    ///
    /// # Errors
    /// When there are more bytes than [`MAX_FILE_BYTES`], more rows than [`MAX_ROWS`](super::MAX_ROWS) or more
    /// cells than [`MAX_CELLS`](super::MAX_CELLS); when a text is not UTF-8 (the line is named) or not a table
    /// (see [`Table::parse`]); when a workbook is of another kind than .xlsx, and as [`Table::from_workbook`].
    pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Result<Table> {
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(too_large(name, MAX_FILE_BYTES));
        }
        let (file, sheet) = file_and_sheet(name);
        match workbook_ending(file) {
            Some(".xlsx") => Table::from_workbook(file, sheet, &bytes),
            Some(other) => {
                let error = Error::input(format!(
                    "`{file}` is a workbook of a kind that is not read, {other}"
                ));
                Err(error.hint("save it as .xlsx or .csv"))
            }
            None if is_packed(&bytes) => {
                let error = Error::input(format!("`{name}` is a workbook, not a CSV text"));
                Err(error.hint("call it .xlsx, or save it as .csv"))
            }
            None => {
                let text = String::from_utf8(bytes).map_err(|error| not_utf8(name, &error))?;
                Table::parse(name, text)
            }
        }
    }
}

fn bytes_of(path: &Path, limit: u64) -> Result<Vec<u8>> {
    let name = path.display().to_string();
    let cannot = |why: io::Error| Error::input(format!("`{name}` cannot be read: {}", plain(&why)));
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
    Ok(bytes)
}

/// The system's words without its number: "No such file or directory (os error 2)".
fn plain(why: &io::Error) -> String {
    let whole = why.to_string().to_lowercase();
    whole.split(" (os error").next().unwrap_or_default().to_owned()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_is_not_utf8_is_refused_with_its_line() {
        let error = Table::from_bytes("t.csv", b"name\nok\nZ\xfcrich\n".to_vec()).unwrap_err();
        assert_eq!(error.to_string(), "t.csv:3:2: byte 0xfc is not UTF-8 text");
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
    fn only_what_stands_behind_the_ending_of_a_workbook_is_a_sheet() {
        for (name, file, sheet) in [
            ("a.XLSX#Q1", "a.XLSX", Some("Q1")),
            ("a.xlsx#", "a.xlsx", Some("")),
            ("a.xlsx#b#c", "a.xlsx", Some("b#c")),
            ("old.xls#b", "old.xls", Some("b")),
            ("odd.xlsx#/users.csv", "odd.xlsx#/users.csv", None),
            ("#1.csv", "#1.csv", None),
        ] {
            assert_eq!(file_and_sheet(name), (file, sheet));
        }
    }

    #[test]
    fn workbooks_of_other_kinds_are_refused_by_name() {
        for name in ["a.ods", "a.xls", "a.XLSB", "a.xlsm#Users"] {
            let error = Table::from_bytes(name, b"a\n1\n".to_vec()).unwrap_err();
            let (file, _) = file_and_sheet(name);
            let ending = workbook_ending(file).unwrap();
            let message = format!("`{file}` is a workbook of a kind that is not read, {ending}");
            assert_eq!(error.to_string(), message);
            assert_eq!(
                error.problems()[0].hint.as_deref(),
                Some("save it as .xlsx or .csv")
            );
        }
        let error = Table::from_bytes("a.csv", b"PK\x03\x04".to_vec()).unwrap_err();
        assert_eq!(error.to_string(), "`a.csv` is a workbook, not a CSV text");
    }
}
