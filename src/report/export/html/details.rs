//! Below the charts: everything else that is told, and what all of it rests on.

use super::markup::{Escaped, bullets, table};
use super::words;
use crate::report::export::blocks;
use crate::report::export::sections::{leading, sections as told};
use crate::report::export::table::TextTable;
use crate::report::model::{NetworkSummary, Report};
use crate::report::voice::{self, recovery};

/// Sections by id and title, those with nothing to tell left out.
pub(super) fn sections(report: &Report) -> Vec<(&'static str, &'static str, String)> {
    let all = [
        (
            "findings",
            "Findings",
            bullets("findings", &words::findings(report)),
        ),
        ("details", "Details", details(report)),
        ("assumptions", "Assumptions", assumptions(report)),
        ("gaps", "Gaps filled", gaps(report)),
        ("data", "Data and their dates", data(report)),
        ("provenance", "Provenance", provenance(report)),
    ];
    all.into_iter().filter(|(_, _, body)| !body.is_empty()).collect()
}

/// What the file is, at its foot.
pub(super) fn footer(report: &Report) -> String {
    format!(
        "<p>Made by isochrone {} from a report with the input digest <code>{}</code>. This file is complete in itself: it \
         fetches nothing, and opens without a network.</p>",
        Escaped(&report.provenance.version),
        Escaped(&report.provenance.input_digest)
    )
}

/// A table that opens on demand; on paper it is open.
fn folded(it: &TextTable) -> String {
    if it.rows.is_empty() && it.notes.is_empty() {
        return String::new();
    }
    let headers: Vec<String> = it
        .headers
        .iter()
        .map(|header| header.replace('\n', " "))
        .collect();
    format!(
        "<details class=\"told\">\n<summary><h3 dir=\"auto\">{}</h3></summary>\n{}{}</details>\n",
        Escaped(&it.title),
        table(&it.title, &headers, &it.rows),
        bullets("notes", &it.notes)
    )
}

fn details(report: &Report) -> String {
    let mut all = leading(report, None);
    all.push(blocks::baseline(report));
    all.extend(told(report, None));
    all.push(blocks::best_by_size(report));
    all.push(blocks::race(report));
    all.push(blocks::countries(report));
    all.iter().map(folded).collect()
}

fn assumptions(report: &Report) -> String {
    let general = blocks::assumptions(report);
    let mut body = table("What was taken for granted", &general.headers, &general.rows);
    if let Some(summary) = &report.recovery {
        body.push_str(&bullets("notes", &[recovery::assumed_note(&summary.assumptions)]));
    }
    body
}

/// Where figures were estimated for want of measurements.
fn gaps(report: &Report) -> String {
    let network = &report.network;
    let mut all = vec![blocks::measured(report)];
    if let Some(km) = network.median_landmark_km {
        all.push(format!(
            "The nearest measured place is {} km from a user at the median.",
            voice::fixed(km, 0)
        ));
    }
    let missing = &report.question.missing_countries;
    if !missing.is_empty() {
        all.push(format!(
            "Countries without a figure, left out: {}.",
            missing.join(", ")
        ));
    }
    if report.capacity.as_ref().is_some_and(|it| it.demand.curve_assumed) {
        all.push("The daily curve of demand is an assumption of ours, not a measurement.".to_owned());
    }
    let unpriced: Vec<&str> = unpriced(report);
    if !unpriced.is_empty() {
        all.push(format!("Without a price: {}.", unpriced.join(", ")));
    }
    all.extend(voice::age::old_note(report));
    let mut body = bullets("notes", &all);
    body.push_str(&table(
        "What the access networks of user groups rest on",
        &["basis".to_owned(), "user groups".to_owned()],
        &access(network),
    ));
    body.push_str(&thin(network));
    body
}

fn unpriced(report: &Report) -> Vec<&str> {
    let costs = report
        .sets
        .iter()
        .filter_map(|set| set.capacity.as_ref()?.cost.as_ref());
    let mut all: Vec<&str> = costs.flat_map(|cost| &cost.missing).map(String::as_str).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn access(network: &NetworkSummary) -> Vec<Vec<String>> {
    let rows = network.access_basis.iter();
    rows.map(|(basis, groups)| vec![basis.clone(), voice::count(*groups as u64)])
        .collect()
}

/// Countries whose paths are the least certain.
fn thin(network: &NetworkSummary) -> String {
    let rows: Vec<Vec<String>> = network
        .thin_countries
        .iter()
        .map(|(country, share)| vec![country.clone(), voice::percent(*share)])
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let title = "Countries with at most two measured places of their own";
    format!(
        "<details class=\"told\">\n<summary><h3>{title}</h3></summary>\n{}</details>\n",
        table(
            title,
            &["country".to_owned(), "share of the audience".to_owned()],
            &rows
        )
    )
}

fn data(report: &Report) -> String {
    let it = blocks::data(report);
    table("The tables in force", &it.headers, &it.rows)
}

fn provenance(report: &Report) -> String {
    let items = blocks::provenance(report)
        .iter()
        .map(|(name, value)| format!("<dt>{name}</dt><dd dir=\"auto\">{}</dd>\n", Escaped(value)))
        .collect::<Vec<String>>()
        .concat();
    format!(
        "<p>The same inputs, settings and seed give the same bytes on any number of threads.</p>\n\
         <dl class=\"pairs\">\n{items}</dl>\n"
    )
}
