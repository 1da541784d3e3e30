//! HTML: one file for a browser, which fetches nothing and needs no server.
//!
//! Everything a reader must know is markup made here: which set to choose, why, how sure that is, the ranking, and what
//! all of it rests on. It reads and prints without scripts. Scripts, embedded as well, sort and filter the ranking and
//! draw charts from the report's figures (`data`), and every chart has its figures as a table.
//!
//! Text from a report enters through `markup` alone, and a policy in the page's head forbids it to fetch anything.

mod answer;

mod assets;

mod data;

mod details;

mod facts;

mod markup;

mod ranking;

mod template;

mod ways;

mod words;

use crate::basis::error::Result;
use crate::report::model::Report;
use words::Words;

pub(super) use markup::{Escaped, bullets, section, table};

/// The page of `report`. The same report gives the same bytes.
///
/// # Errors
/// When the report has no form as JSON, which is a fault of the program.
///
/// ```
/// use isochrone::report::export::html::to_html;
/// let page = to_html(&isochrone::report::sample::sample_report(2, 3)).unwrap();
/// let page = String::from_utf8(page).unwrap();
/// assert!(page.starts_with("<!doctype html>") && page.contains("Recommendation"));
/// ```
pub fn to_html(report: &Report) -> Result<Vec<u8>> {
    let first = [
        ("answer", "Recommendation", answer::body(report)),
        ("ranking", "Ranking", ranking::body(report)),
    ];
    let rest = details::sections(report);
    let page = Page {
        title: title(report),
        header: answer::header(report),
        contents: first
            .iter()
            .chain(&rest)
            .map(|(id, title, _)| link(id, title))
            .collect(),
        first: joined(&first),
        rest: joined(&rest),
        footer: details::footer(report),
        data: data::embedded(report, &Words::of(report))?,
        scripts: assets::scripts(),
    };
    Ok(page.render())
}

/// Sections (id, title, markup) one below the other.
fn joined(sections: &[(&str, &str, String)]) -> String {
    sections
        .iter()
        .map(|(id, title, body)| section(id, title, body))
        .collect()
}

/// A page without charts and scripts: a title, sentences below it, and sections (id, title, markup).
pub(super) fn plain_page(
    title: &str,
    header: &str,
    sections: &[(String, String, String)],
    footer: &str,
) -> Vec<u8> {
    let page = Page {
        title: title.to_owned(),
        header: header.to_owned(),
        contents: sections.iter().map(|(id, title, _)| link(id, title)).collect(),
        first: sections
            .iter()
            .map(|(id, title, body)| section(id, title, body))
            .collect(),
        rest: String::new(),
        footer: footer.to_owned(),
        data: "{}".to_owned(),
        scripts: String::new(),
    };
    page.render()
}

fn title(report: &Report) -> String {
    match report.question.name.trim() {
        "" => "Isochrone report".to_owned(),
        name => name.to_owned(),
    }
}

fn link(id: &str, title: &str) -> String {
    format!("<li><a href=\"#{id}\">{}</a></li>\n", markup::Escaped(title))
}

/// What fills the skeleton; all but the title is markup.
struct Page {
    title: String,
    header: String,
    contents: String,
    first: String,
    rest: String,
    footer: String,
    data: String,
    scripts: String,
}

impl Page {
    fn render(&self) -> Vec<u8> {
        let title = markup::Escaped(&self.title).to_string();
        let part = |name: &str| {
            Some(match name {
                "title" => title.as_str(),
                "style" => assets::STYLE,
                "header" => &self.header,
                "contents" => &self.contents,
                "first" => &self.first,
                "rest" => &self.rest,
                "footer" => &self.footer,
                "data" => &self.data,
                "scripts" => &self.scripts,
                _ => return None,
            })
        };
        template::fill(assets::PAGE, part).into_bytes()
    }
}
