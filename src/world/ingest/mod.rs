//! Sheets and measurement files turned into rows that know their place.
//!
//! A [`Table`] is one CSV text with its name. Its [`Row`]s hand out checked values; what is wrong goes into
//! [`Problems`], so that a reader sees every fault of a file at once, each with line and column.
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

mod table;

mod matrix;

pub use matrix::{MatrixRow, MatrixRtt, read_matrix};
pub use problems::Problems;
pub use table::{MAX_FILE_BYTES, Row, Table};
