//! A report of sites in every format, all of them views of the same few tables.

mod tables;

mod terminal;

mod text;

mod page;

mod workbook;

use super::Format;
use super::json::to_finite_json;
use crate::basis::error::Result;
use crate::report::model::SitesReport;

pub use terminal::tables;
pub use text::users_csv;

/// `report` in this format. The same report gives the same bytes.
///
/// # Errors
/// When a figure cannot be written in the format, which is a fault of the program.
pub fn render(report: &SitesReport, format: Format) -> Result<Vec<u8>> {
    match format {
        Format::Json => to_finite_json(report),
        Format::Csv => text::facts_csv(report),
        Format::Markdown => Ok(text::markdown(report).into_bytes()),
        Format::Xlsx => workbook::to_xlsx(report),
        Format::Html => Ok(page::to_html(report)),
    }
}
