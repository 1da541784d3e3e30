//! One file per format: a report in, bytes out.
//!
//! Nothing here touches a disk; the caller opens the targets before the run and writes the bytes after it. Adding a
//! format is one file, one variant of [`Format`] and one line in [`Format::render`].

use std::path::Path;

use crate::basis::error::{Error, Result, nearest_names};
use crate::report::model::Report;

pub mod json;

pub mod csv;

pub mod table;

pub mod sections;

mod blocks;

pub mod markdown;

pub mod html;

pub mod xlsx;

pub mod sites;

/// What a report can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Everything, for programs and for reading back.
    Json,
    /// One fact a row, for pipelines.
    Csv,
    /// A document to paste.
    Markdown,
    /// A workbook.
    Xlsx,
    /// A page for a browser, everything in one file.
    Html,
}

impl Format {
    /// All formats, in the order they are listed to users.
    pub const ALL: [Format; 5] = [
        Format::Json,
        Format::Csv,
        Format::Markdown,
        Format::Xlsx,
        Format::Html,
    ];

    /// The name used in flags.
    pub fn name(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Csv => "csv",
            Format::Markdown => "markdown",
            Format::Xlsx => "xlsx",
            Format::Html => "html",
        }
    }

    /// The ends of file names that mean this format, without the dot; the first one is the usual one.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Format::Json => &["json"],
            Format::Csv => &["csv"],
            Format::Markdown => &["md", "markdown"],
            Format::Xlsx => &["xlsx"],
            Format::Html => &["html", "htm"],
        }
    }

    /// Whether the bytes are text that a terminal can show.
    pub fn is_text(self) -> bool {
        self != Format::Xlsx
    }

    /// The format that flags call `name`, or one of its extensions.
    ///
    /// # Errors
    /// When no format is called so; the hint lists those there are.
    pub fn from_name(name: &str) -> Result<Format> {
        let wanted = name.to_ascii_lowercase();
        let found = Format::ALL
            .into_iter()
            .find(|format| format.name() == wanted || format.extensions().contains(&wanted.as_str()));
        found.ok_or_else(|| Error::input(format!("`{name}` is not a format")).hint(suggestion(&wanted)))
    }

    /// The format that the end of a file's name stands for, in upper or lower case.
    ///
    /// # Errors
    /// When the name has no extension or an unknown one; the hint lists those there are.
    ///
    /// ```
    /// use isochrone::report::export::Format;
    /// assert_eq!(Format::from_path("output/plan.XLSX".as_ref()).unwrap(), Format::Xlsx);
    /// let error = Format::from_path("plan.docx".as_ref()).unwrap_err();
    /// assert!(error.problems()[0].hint.as_ref().unwrap().contains(".json, .csv, .md, .markdown, .xlsx, .html or .htm"));
    /// ```
    pub fn from_path(path: &Path) -> Result<Format> {
        let shown = path.display();
        let Some(extension) = path.extension() else {
            return Err(
                Error::input(format!("`{shown}` has no extension, so its format is unknown"))
                    .hint(known_extensions()),
            );
        };
        let extension = extension.to_string_lossy().to_ascii_lowercase();
        let found = Format::ALL
            .into_iter()
            .find(|format| format.extensions().contains(&extension.as_str()));
        found.ok_or_else(|| {
            Error::input(format!("`{shown}` has the unknown extension `.{extension}`"))
                .hint(advice(&extension))
        })
    }

    /// `report` in this format. The same report gives the same bytes.
    ///
    /// # Errors
    /// When a figure cannot be written in the format, which is a fault of the program.
    pub fn render(self, report: &Report) -> Result<Vec<u8>> {
        match self {
            Format::Json => json::to_json(report),
            Format::Csv => csv::to_csv(report),
            Format::Markdown => markdown::to_markdown(report),
            Format::Xlsx => xlsx::to_xlsx(report),
            Format::Html => html::to_html(report),
        }
    }
}

fn suggestion(wanted: &str) -> String {
    let names = Format::ALL.map(Format::name);
    let nearest = nearest_names(wanted, names, 1).join("");
    format!("did you mean `{nearest}`? the formats are {}", names.join(", "))
}

fn known_extensions() -> String {
    let all: Vec<String> = Format::ALL
        .iter()
        .flat_map(|format| format.extensions())
        .map(|extension| format!(".{extension}"))
        .collect();
    let (last, others) = all
        .split_last()
        .map_or(("", &[][..]), |(last, others)| (last.as_str(), others));
    format!("use {} or {last}", others.join(", "))
}

fn advice(extension: &str) -> String {
    match extension {
        "svg" | "png" => format!("charts are written by --chart; reports: {}", known_extensions()),
        _ => known_extensions(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_and_extension_leads_back_to_its_format() {
        for format in Format::ALL {
            assert_eq!(Format::from_name(format.name()).unwrap(), format);
            for extension in format.extensions() {
                assert_eq!(
                    Format::from_path(format!("a.b.{extension}").as_ref()).unwrap(),
                    format
                );
            }
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_nearest_and_with_all() {
        let error = Format::from_name("mardkown").unwrap_err();
        let hint = error.problems()[0].hint.clone().unwrap();
        assert_eq!(
            hint,
            "did you mean `markdown`? the formats are json, csv, markdown, xlsx, html"
        );
    }

    #[test]
    fn a_chart_and_a_name_without_extension_are_told_what_to_do() {
        let hint = |path: &str| {
            Format::from_path(path.as_ref()).unwrap_err().problems()[0]
                .hint
                .clone()
                .unwrap()
        };
        assert!(hint("p95.svg").starts_with("charts are written by --chart"));
        assert!(hint("report").starts_with("use .json"));
    }
}
