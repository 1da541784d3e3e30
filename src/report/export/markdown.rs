//! Markdown: a document to paste into a ticket or a decision record.

use std::fmt::Write as _;

use crate::basis::error::Result;
use crate::report::export::blocks;
use crate::report::export::sections::{leading, sections};
use crate::report::export::table::{TextTable, ranking};
use crate::report::model::Report;
use crate::report::voice;

/// `report` as a Markdown document with GitHub's tables.
///
/// # Errors
/// None at present; the signature is that of every format.
///
/// ```
/// use isochrone::report::export::markdown::to_markdown;
/// let bytes = to_markdown(&isochrone::report::sample::sample_report(2, 3)).unwrap();
/// assert!(bytes.starts_with(b"# Worldwide web application\n"));
/// ```
pub fn to_markdown(report: &Report) -> Result<Vec<u8>> {
    let mut text = String::new();
    title(&mut text, report);
    question(&mut text, report);
    told(&mut text, leading(report, None));
    ranking_section(&mut text, report);
    baseline(&mut text, report);
    told(&mut text, sections(report, None));
    search(&mut text, report);
    countries(&mut text, report);
    assumptions(&mut text, report);
    provenance(&mut text, report);
    Ok(text.into_bytes())
}

fn title(text: &mut String, report: &Report) {
    let name = report.question.name.as_str();
    heading(text, 1, if name.is_empty() { "Isochrone report" } else { name });
    if !report.question.description.is_empty() {
        paragraph(text, "", &report.question.description);
    }
    if !report.complete {
        let partial = "what is here is right, but not all of it.";
        paragraph(text, "**Interrupted:** ", partial);
    }
    for warning in report
        .warnings
        .iter()
        .cloned()
        .chain(voice::thin_note(&report.network))
        .chain(voice::age::old_note(report))
    {
        paragraph(text, "> **Warning:** ", &warning);
    }
}

fn question(text: &mut String, report: &Report) {
    let asked = &report.question;
    heading(text, 2, "Question");
    bullet(text, "Objective", &voice::ranking::words(report));
    bullet(text, "Audience", &blocks::audience(report));
    if let Some(rate) = asked.requests_per_second {
        bullet(
            text,
            "Traffic",
            &format!("{} requests/s", voice::count(rate.round() as u64)),
        );
    }
    if asked.classes.is_empty() {
        let request = format!("{} round trips, service {}", asked.round_trips, asked.service);
        bullet(text, "Request", &request);
    }
    for class in &asked.classes {
        bullet(
            text,
            &format!("Class {}", plain(&class.name)),
            &voice::class_words(class),
        );
    }
    bullet(text, "Candidate regions", &asked.candidates.join(", "));
    bullet(text, "Must contain", &asked.must_have.join(", "));
    for target in &asked.targets {
        bullet(text, "Target", &voice::target_words(target));
    }
    bullet(
        text,
        "Countries without figures",
        &asked.missing_countries.join(", "),
    );
    text.push('\n');
}

fn ranking_section(text: &mut String, report: &Report) {
    heading(text, 2, "Ranking");
    let table = ranking(report, None);
    grid(text, &table);
    bullets(text, &table.notes);
}

fn baseline(text: &mut String, report: &Report) {
    if report.baseline.is_none() {
        return;
    }
    let table = blocks::baseline(report);
    heading(text, 2, &table.title);
    grid(text, &table);
    bullets(text, &table.notes);
}

/// Tables that stand by themselves, such as those of a difference, each with its title and its notes.
pub fn of_tables(tables: &[TextTable]) -> String {
    let mut text = String::new();
    told(&mut text, tables.to_vec());
    text
}

/// What is told of designs and of recovery.
fn told(text: &mut String, sections: Vec<TextTable>) {
    for section in sections {
        heading(text, 2, &section.title);
        aligned(text, &section, are_numbers);
        if !section.notes.is_empty() {
            bullets(text, &section.notes);
        }
    }
}

fn search(text: &mut String, report: &Report) {
    let Some(search) = &report.search else {
        return;
    };
    heading(text, 2, "Search");
    let scored = voice::scored(search);
    paragraph(text, "", &format!("{scored}: {}.", search.optimality));
    grid(text, &blocks::best_by_size(report));
    titled(text, 3, &blocks::race(report));
}

fn countries(text: &mut String, report: &Report) {
    titled(text, 2, &blocks::countries(report));
}

fn assumptions(text: &mut String, report: &Report) {
    heading(text, 2, "Assumptions");
    grid(text, &blocks::assumptions(report));
    paragraph(text, "", &blocks::measured(report));
}

fn provenance(text: &mut String, report: &Report) {
    heading(text, 2, "Provenance");
    for (name, value) in blocks::provenance(report) {
        bullet(text, name, &value);
    }
    text.push('\n');
    grid(text, &blocks::data(report));
}

/// A table under its title; nothing when it has no rows.
fn titled(text: &mut String, level: usize, table: &TextTable) {
    if !table.rows.is_empty() {
        heading(text, level, &table.title);
        grid(text, table);
    }
}

/// A table as GitHub reads it; nothing when it has no rows. The first column of words is to the left, numbers to the
/// right.
fn grid(text: &mut String, table: &TextTable) {
    aligned(text, table, is_number);
}

/// The same with another rule for which columns hold numbers.
fn aligned(text: &mut String, table: &TextTable, is_number: fn(&TextTable, usize) -> bool) {
    if table.rows.is_empty() {
        return;
    }
    line(text, &table.headers);
    let rules: Vec<&str> = (0..table.headers.len())
        .map(|i| if is_number(table, i) { "---:" } else { "---" })
        .collect();
    let _ = writeln!(text, "| {} |", rules.join(" | "));
    for row in &table.rows {
        line(text, row);
    }
    text.push('\n');
}

/// Whether the column's first filled cell starts like a number.
fn is_number(table: &TextTable, i: usize) -> bool {
    let mut cells = table
        .rows
        .iter()
        .filter_map(|row| row.get(i))
        .filter(|cell| !cell.is_empty());
    cells.any(|cell| {
        cell.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '−')) && cell.contains('±')
    })
}

/// Whether every filled cell of the column starts like a number.
fn are_numbers(table: &TextTable, i: usize) -> bool {
    let cells = table.rows.iter().filter_map(|row| row.get(i));
    let mut filled = cells.filter(|cell| !cell.is_empty()).peekable();
    filled.peek().is_some()
        && filled.all(|cell| cell.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '−')))
}

/// A row of a table.
pub(super) fn line(text: &mut String, cells: &[String]) {
    let cells: Vec<String> = cells.iter().map(|cell| plain(cell)).collect();
    let _ = writeln!(text, "| {} |", cells.join(" | "));
}

pub(super) fn heading(text: &mut String, level: usize, words: &str) {
    let _ = writeln!(text, "{} {}\n", "#".repeat(level), plain(words));
}

/// `mark` stands before the words and is markup of our own.
pub(super) fn paragraph(text: &mut String, mark: &str, words: &str) {
    let _ = writeln!(text, "{mark}{}\n", opening(words));
}

/// A list with nothing behind it.
pub(super) fn items(text: &mut String, sentences: &[String]) {
    for sentence in sentences {
        let _ = writeln!(text, "- {}", opening(sentence));
    }
}

fn bullets(text: &mut String, sentences: &[String]) {
    items(text, sentences);
    text.push('\n');
}

fn bullet(text: &mut String, name: &str, value: &str) {
    if !value.is_empty() {
        let _ = writeln!(text, "- {name}: {}", plain(value));
    }
}

/// The same where a line begins: its first characters must make no list and no rule.
fn opening(text: &str) -> String {
    let text = plain(text);
    let text = text.trim_start();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let mark = match text.as_bytes().get(digits) {
        Some(b'-' | b'+' | b'=') if digits == 0 => 0,
        Some(b'.' | b')') if digits > 0 && !text[digits + 1..].starts_with(|c: char| c.is_ascii_digit()) => {
            digits
        }
        _ => return text.to_owned(),
    };
    format!("{}\\{}", &text[..mark], &text[mark..])
}

/// Text that Markdown shows as it is: on one line, with every character that could start markup escaped.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_control() => out.push(' '),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '~' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{SampleInputs, sample_capacity_edges, sample_capacity_report, sample_report};

    fn markdown(report: &Report) -> String {
        String::from_utf8(to_markdown(report).unwrap()).unwrap()
    }

    /// Cells of a table row: the bars that are not escaped, less one.
    fn cells(line: &str) -> usize {
        line.replace("\\\\", "").replace("\\|", "").matches('|').count() - 1
    }

    #[test]
    fn a_name_full_of_markup_stays_one_cell_and_plain_text() {
        let mut report = sample_report(2, 3);
        report.sets[0].name = "a|b `c` <script>alert(1)</script>\n# d \\| [x](y)".into();
        let text = markdown(&report);
        let rows: Vec<&str> = text.lines().filter(|line| line.contains("script")).collect();
        assert!(rows.len() >= 2);
        assert!(!text.contains("<script>") && !text.contains("\n# d"));
        let table: Vec<&str> = text
            .lines()
            .skip_while(|line| *line != "## Ranking")
            .skip(2)
            .take(4)
            .collect();
        assert!(
            table.iter().all(|line| cells(line) == cells(table[0])),
            "{table:#?}"
        );
    }

    #[test]
    fn nothing_that_begins_a_line_makes_a_list() {
        for (text, shown) in [
            ("- li", "\\- li"),
            ("1. x", "1\\. x"),
            ("12) x", "12\\) x"),
            ("===", "\\==="),
            ("  + x", "\\+ x"),
            ("1.5 ms", "1.5 ms"),
            ("95 % of", "95 % of"),
            ("", ""),
        ] {
            assert_eq!(opening(text), shown);
        }
    }

    #[test]
    fn what_a_search_says_of_itself_is_plain_text() {
        let mut report = sample_report(2, 2);
        report.search.as_mut().unwrap().optimality = "best <img src=x onerror=alert(1)>".into();
        let text = markdown(&report);
        assert!(text.contains("best &lt;img") && !text.contains("<img"), "{text}");
    }

    #[test]
    fn every_section_is_there_and_an_empty_report_says_so() {
        let text = markdown(&sample_report(3, 5));
        for section in [
            "Question",
            "Ranking",
            "Differences from",
            "Search",
            "Assumptions",
            "Provenance",
        ] {
            assert!(text.contains(&format!("## {section}")), "{section}");
        }
        assert!(markdown(&sample_report(0, 0)).contains("no set of regions was evaluated"));
    }

    #[test]
    fn markup_in_what_is_told_of_capacity_stays_plain_text() {
        let mut report = sample_capacity_report(&SampleInputs::default());
        report.command = "capacity".into();
        let odd = "a|b `c` <script>alert(1)</script>\n# d";
        let capacity = report.sets[0].capacity.as_mut().unwrap();
        capacity.findings.push(odd.into());
        capacity.states[0].regions[0].event = Some(odd.into());
        capacity.cost.as_mut().unwrap().lines[0].item = odd.into();
        let summary = report.capacity.as_mut().unwrap();
        summary.answers[0].region = odd.into();
        summary.demand.curve = odd.into();
        let cost = summary.cost.as_mut().unwrap();
        cost.currency = odd.into();
        cost.prices[0].source = odd.into();
        let text = markdown(&report);
        assert!(!text.contains("<script>") && !text.contains("\n# d"));
        let mut in_row = 0;
        let lines: Vec<&str> = text.lines().collect();
        for pair in lines
            .windows(2)
            .filter(|pair| pair[0].starts_with('|') && pair[1].starts_with('|'))
        {
            assert_eq!(cells(pair[0]), cells(pair[1]), "{pair:#?}");
            in_row += usize::from(pair[1].contains("script"));
        }
        assert!(in_row >= 4, "{in_row}");
    }

    #[test]
    fn every_odd_report_of_capacity_is_a_document_without_broken_figures() {
        for (what, report) in sample_capacity_edges() {
            let text = markdown(&report);
            assert!(text.contains("## What capacity and cost rest on"), "{what}");
            for wrong in ["NaN", "inf ", "≥ 0 "] {
                assert!(!text.contains(wrong), "{what} has {wrong}");
            }
        }
    }
}
