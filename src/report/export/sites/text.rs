//! CSV and Markdown.

use super::tables::{self, Cell, Grid};
use crate::basis::error::{Error, Result};
use crate::report::export::csv::guarded;
use crate::report::export::markdown::{heading, items, line, paragraph};
use crate::report::model::{SitesAnswer, SitesReport};

/// One fact a row. `sites` is the number of sites an answer is about (blank for any), `part` what the row is about
/// (`set`, `site`, `user` or `growth`), `name` which one, `what` which figure.
pub(super) const COLUMNS: [&str; 6] = ["sites", "part", "name", "what", "value", "unit"];

/// The columns of [`users_csv`].
const USERS: [&str; 6] = ["sites", "user", "weight", "site", "cost", "unit"];

/// All facts.
pub(super) fn facts_csv(report: &SitesReport) -> Result<Vec<u8>> {
    let mut rows = Vec::new();
    for answer in &report.answers {
        answer_facts(report, answer, &mut rows);
    }
    if let Some(growth) = &report.growth {
        let unit = &report.question.value_unit;
        for step in &growth.steps {
            let mut fact = |what: &str, value: Option<f64>, unit: &str| {
                if let Some(value) = value {
                    let number = step.open.to_string();
                    rows.push(
                        [&number, "growth", &step.site, what, &value.to_string(), unit].map(str::to_owned),
                    );
                }
            };
            fact("value", step.value, unit);
            fact("best", step.best, unit);
            fact("regret", step.regret, "share");
            if let Some(why) = &step.why {
                rows.push([&step.open.to_string(), "growth", &step.site, "why", why, ""].map(str::to_owned));
            }
        }
    }
    written(&COLUMNS, &rows)
}

fn answer_facts(report: &SitesReport, answer: &SitesAnswer, rows: &mut Vec<[String; 6]>) {
    let asked = &report.question;
    let number = answer.open.map_or_else(String::new, |open| open.to_string());
    let mut fact = |part: &str, name: &str, what: &str, value: Option<String>, unit: &str| {
        if let Some(value) = value {
            rows.push([&number, part, name, what, &value, unit].map(str::to_owned));
        }
    };
    let figure = |value: Option<f64>| value.map(|value| value.to_string());
    let weighted = if asked.weights_given {
        format!("{} × weight", asked.unit)
    } else {
        asked.unit.clone()
    };
    fact("set", "", "proof", Some(tables::status(answer)), "");
    fact("set", "", "value", figure(answer.value), &asked.value_unit);
    fact("set", "", "bound", figure(answer.bound), &asked.value_unit);
    fact("set", "", "gap", figure(answer.gap), "share");
    fact("set", "", "share", figure(answer.share), "share");
    fact("set", "", "steps", Some(answer.steps.to_string()), "");
    if let Some(ties) = &answer.ties {
        let unit = if ties.all { "sets" } else { "sets at least" };
        fact("set", "", "ties", Some(ties.sets.to_string()), unit);
    }
    for why in &answer.why {
        fact("set", "", "why", Some(why.clone()), "");
    }
    for site in &answer.sites {
        let name = &site.site;
        fact("site", name, "users", Some(site.users.to_string()), "");
        fact("site", name, "weight", figure(Some(site.weight)), "weight");
        fact("site", name, "capacity", figure(site.capacity), "weight");
        fact("site", name, "cost", figure(Some(site.cost)), &weighted);
        fact("site", name, "opening", figure(site.opening), &weighted);
        fact("site", name, "farthest", figure(Some(site.farthest)), &asked.unit);
        fact("site", name, "share", figure(site.share), "share");
    }
    for user in &answer.users {
        fact("user", &user.user, "site", user.site.clone(), "");
        fact("user", &user.user, "cost", figure(user.cost), &asked.unit);
        let covered = user.covered.map(|yes| if yes { "yes" } else { "no" }.to_owned());
        fact("user", &user.user, "covered", covered, "");
    }
}

/// Who goes where: a row for each user and number of sites.
///
/// # Errors
/// When it cannot be written, which is a fault of the program.
pub fn users_csv(report: &SitesReport) -> Result<Vec<u8>> {
    let mut rows = Vec::new();
    for answer in &report.answers {
        let number = answer.open.map_or_else(String::new, |open| open.to_string());
        for user in &answer.users {
            rows.push([
                number.clone(),
                user.user.clone(),
                user.weight.to_string(),
                user.site.clone().unwrap_or_default(),
                user.cost.map_or_else(String::new, |cost| cost.to_string()),
                report.question.unit.clone(),
            ]);
        }
    }
    written(&USERS, &rows)
}

fn written<const N: usize>(columns: &[&str; N], rows: &[[String; N]]) -> Result<Vec<u8>> {
    let fault = |error: csv::Error| Error::internal(format!("cannot write CSV: {error}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(columns).map_err(fault)?;
    for row in rows {
        let cells = row.iter().map(|cell| guarded(cell).into_owned());
        writer.write_record(cells).map_err(fault)?;
    }
    writer
        .into_inner()
        .map_err(|error| Error::internal(format!("cannot write CSV: {error}")))
}

/// A document to paste.
pub(super) fn markdown(report: &SitesReport) -> String {
    let mut text = String::new();
    heading(&mut text, 1, &report.question.name);
    if !report.question.description.is_empty() {
        paragraph(&mut text, "", &report.question.description);
    }
    section(&mut text, &tables::numbers(report));
    for answer in report.answers.iter().filter(|answer| !answer.sites.is_empty()) {
        section(&mut text, &tables::sites_of(report, answer));
    }
    if let Some(growth) = tables::growth(report) {
        section(&mut text, &growth);
    }
    heading(&mut text, 2, "Notes");
    let provenance = &report.provenance;
    let mut notes = tables::notes(report);
    notes.push(format!(
        "isochrone {}, seed {}, input digest {}",
        provenance.version, provenance.seed, provenance.input_digest
    ));
    items(&mut text, &notes);
    text
}

fn section(text: &mut String, grid: &Grid) {
    let number = |column: usize| {
        let is = |row: &Vec<Cell>| !matches!(row[column], Cell::Text(_));
        grid.rows.iter().all(is)
    };
    heading(text, 2, &grid.title);
    line(text, &grid.headers);
    let rule = (0..grid.headers.len()).map(|column| if number(column) { "---:" } else { "---" }.to_owned());
    line(text, &rule.collect::<Vec<String>>());
    for row in &grid.rows {
        line(text, &row.iter().map(Cell::shown).collect::<Vec<String>>());
    }
    text.push('\n');
}
