//! HTML: the same tables as the Markdown document, on a page of its own.

use super::tables::{self, Cell, Grid};
use crate::report::export::html::{Escaped, bullets, plain_page, table};
use crate::report::model::SitesReport;

/// The page of a report of sites.
pub(super) fn to_html(report: &SitesReport) -> Vec<u8> {
    let mut sections = vec![section(0, &tables::numbers(report))];
    let found = report.answers.iter().filter(|answer| !answer.sites.is_empty());
    let grids = found
        .map(|answer| tables::sites_of(report, answer))
        .chain(tables::growth(report));
    sections.extend(grids.enumerate().map(|(i, grid)| section(i + 1, &grid)));
    let notes = bullets("notes", &tables::notes(report));
    sections.push(("notes".to_owned(), "Notes".to_owned(), notes));
    let name = &report.question.name;
    let description = &report.question.description;
    let header = format!(
        "<div class=\"title\">\n<h1 dir=\"auto\">{}</h1>\n<p class=\"description\" dir=\"auto\">{}</p>\n\
         <p class=\"meta\">{}</p>\n</div>",
        Escaped(name),
        Escaped(description),
        Escaped(&tables::headline(report))
    );
    let made = &report.provenance;
    let footer = format!(
        "<p>Made by isochrone {}, seed {}, input digest <code>{}</code>. This file fetches nothing.</p>",
        Escaped(&made.version),
        made.seed,
        Escaped(&made.input_digest)
    );
    plain_page(name, &header, &sections, &footer)
}

fn section(i: usize, grid: &Grid) -> (String, String, String) {
    let row = |row: &Vec<Cell>| row.iter().map(Cell::shown).collect::<Vec<String>>();
    let rows: Vec<Vec<String>> = grid.rows.iter().map(row).collect();
    let body = table(&grid.title, &grid.headers, &rows);
    (format!("table-{i}"), grid.title.clone(), body)
}
