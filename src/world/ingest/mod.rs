//! Sheets and measurement files turned into rows that know their place.
//!
//! A [`Table`] is one CSV text or one sheet of a workbook, with its name. Its [`Row`]s hand out checked values;
//! what is wrong goes into [`Problems`], so that a reader sees every fault of a file at once, each with line and
//! column or cell.
//!
//! ```
//! use isochrone::world::ingest::Table;
//! let table = Table::parse("users.csv", "metro,weight\ntokyo-jp,3\nparis-fr,-1\n").unwrap();
//! table.expect_columns(&["metro", "weight"], &["country"]).unwrap();
//! let rows = table.collect(|row, problems| {
//!     let metro = problems.keep(row.text("metro"));
//!     let weight = problems.keep(row.non_negative("weight"));
//!     Some((metro?.to_owned(), weight?))
//! });
//! assert_eq!(
//!     rows.unwrap_err().to_string(),
//!     "users.csv:3:10: column `weight` must not be negative, found `-1`"
//! );
//! ```

mod problems;

mod limits;

mod grid;

mod lines;

mod package;

mod guard;

mod value;

mod sheet;

mod other_unit;

mod table;

mod files;

mod matrix;

mod book;

pub mod foreign;

pub use book::{SheetCells, sheets_of};
pub use files::{file_and_sheet, is_table_file, is_workbook};
pub use guard::is_caught;
pub use limits::{MAX_CELLS, MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS};
pub use matrix::{MatrixRow, MatrixRtt, read_matrix};
pub use problems::Problems;
pub use table::{Row, Table};
