//! Names from outside, in every text of a report that can be one: nothing that is written takes them for its own marks.
//!
//! Which texts those are is found by trying, so that none is forgotten: a text is free when a report that has another
//! one in its place is still read.

use std::collections::BTreeSet;
use std::fs;
use std::io::Cursor;

use calamine::{Reader as _, Xlsx};
use isochrone::report::chart::{ChartFormat, ChartKind, ChartOptions, draw};
use isochrone::report::export::{Format, json};
use isochrone::report::model::Report;
use isochrone::report::sample::{
    SampleInputs, sample_capacity_report, sample_design_report, sample_drill_report, sample_report,
};
use quick_xml::events::Event;
use serde_json::Value;

use super::bench::{assert_ends, folder};
use crate::fuzz::mutate::Rng;
use crate::support::program::run;

/// Texts that are something else to whoever reads a file of ours.
fn hostile() -> Vec<String> {
    let mut texts: Vec<String> = [
        "<script>alert(1)</script>",
        "</script><script src=//x>",
        "</title></style></svg><img src=x onerror=alert(1)>",
        "\" onmouseover=\"alert(1)",
        "' onfocus='alert(1)",
        "]]><!-- --> <![CDATA[",
        "<!--<script>",
        "&lt;b&gt; &amp;amp; &#x41; &nbsp;",
        "=1+1",
        "=HYPERLINK(\"http://x\";\"y\")",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1+1",
        "\r\n=1+1",
        "a|b|c `d` *e* _f_ [g](javascript:alert(1)) ![h](x)",
        "line\nbreak\r\nand\ttab",
        "| --- | --- |\n# title\n- item\n1. one\n> quote",
        "comma, \"quote\"\" and 'apostrophe'",
        "nul\u{0} bell\u{7} escape\u{1b}[31m delete\u{7f} next\u{85}",
        "\u{202e}evil\u{202c} \u{2066}left\u{2069} \u{200f}mark",
        "\u{feff}bom \u{fffe} \u{ffff} \u{fffd}",
        "مرحبا بالعالم",
        "🚀 👩‍👩‍👧 Tōkyō e\u{301}",
        "_x0000_ _x000D_ _x005F_",
        "javascript:alert(1)",
        "url(https://example.net/x)",
        "{{7*7}} ${7*7} <%= 7*7 %>",
        "%s%n%x %00",
        " spaces  around ",
        "",
        "\\",
        "../../etc/passwd",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("long ".repeat(8_000));
    texts.push("w".repeat(33_000));
    texts.push("<".repeat(500));
    texts
}

fn samples() -> Vec<(&'static str, Report)> {
    vec![
        ("plain", sample_report(3, 3)),
        ("design", sample_design_report(2, 2)),
        ("drill", sample_drill_report(2, 2)),
        ("capacity", sample_capacity_report(&SampleInputs::default())),
    ]
}

/// Calls `with` on each text of a value, with its path; places in lists are left out of that.
fn each_text(value: &mut Value, path: &str, with: &mut impl FnMut(&str, &mut String)) {
    match value {
        Value::String(text) => with(path, text),
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| each_text(item, &format!("{path}[]"), with)),
        Value::Object(members) => {
            for (name, member) in members {
                each_text(member, &format!("{path}.{name}"), with);
            }
        }
        _ => {}
    }
}

fn report_of(value: &Value) -> Option<Report> {
    json::from_json("r.json", &serde_json::to_vec(value).unwrap()).ok()
}

/// The paths of the texts that may be anything.
fn free(whole: &Value) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    each_text(&mut whole.clone(), "", &mut |path, _| {
        paths.insert(path.to_owned());
    });
    let paths: Vec<String> = paths.into_iter().collect();
    let mut free = BTreeSet::new();
    find_free(whole, &paths, &mut free);
    free
}

/// Those of `paths` that may be anything: all, if all at once may, else looked for in either half.
fn find_free(whole: &Value, paths: &[String], free: &mut BTreeSet<String>) {
    let mut other = whole.clone();
    each_text(&mut other, "", &mut |path, text| {
        if paths.iter().any(|one| one == path) {
            "some other text".clone_into(text);
        }
    });
    if report_of(&other).is_some() {
        free.extend(paths.iter().cloned());
    } else if paths.len() > 1 {
        let (one, two) = paths.split_at(paths.len() / 2);
        find_free(whole, one, free);
        find_free(whole, two, free);
    }
}

/// The report with a share of its free texts made hostile.
fn hostile_report(whole: &Value, free: &BTreeSet<String>, texts: &[String], rng: &mut Rng) -> Report {
    let mut other = whole.clone();
    each_text(&mut other, "", &mut |path, text| {
        if free.contains(path) && rng.below(3) > 0 {
            text.clone_from(rng.pick(texts));
        }
    });
    report_of(&other).unwrap()
}

/// Elements and attributes of markup, scripts and styles left out; how many scripts; what stands in the report's.
struct Page {
    marks: BTreeSet<String>,
    scripts: usize,
}

fn page_of(page: &str) -> Page {
    let mut marks = BTreeSet::new();
    let mut scripts = 0;
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let (tag, end) = tag_of(rest);
        let name = tag
            .split(|c: char| c.is_whitespace() || c == '/')
            .find(|it| !it.is_empty());
        let name = name.unwrap_or_default().to_ascii_lowercase();
        marks.extend(
            attributes(tag)
                .into_iter()
                .map(|attribute| format!("{name} {attribute}")),
        );
        rest = &rest[end..];
        if name == "script" || name == "style" {
            scripts += usize::from(name == "script");
            let close = format!("</{name}");
            let end = rest.to_ascii_lowercase().find(&close).expect("it is closed");
            rest = &rest[end + close.len()..];
        }
        marks.insert(name);
    }
    Page { marks, scripts }
}

/// The tag that begins here, up to its end outside of quotes, as a browser sees it.
fn tag_of(rest: &str) -> (&str, usize) {
    let mut quote = None;
    for (at, c) in rest.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (None, '>') => return (&rest[..at], at + 1),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    panic!("a tag has no end: {}", rest.chars().take(200).collect::<String>());
}

/// The names of a tag's attributes.
fn attributes(tag: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = tag
        .split_once(char::is_whitespace)
        .map_or("", |(_, rest)| rest)
        .trim();
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        names.push(rest[..end].trim_matches('/').to_ascii_lowercase());
        rest = rest[end..].trim_start();
        if let Some(value) = rest.strip_prefix('=') {
            let value = value.trim_start();
            let quote = value.chars().next().filter(|c| *c == '"' || *c == '\'');
            rest = match quote {
                Some(quote) => value[1..]
                    .split_once(quote)
                    .expect("a quote is closed")
                    .1
                    .trim_start(),
                None => value.split_once(char::is_whitespace).map_or("", |(_, rest)| rest),
            };
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

fn text_of(format: Format, report: &Report) -> String {
    String::from_utf8(format.render(report).unwrap()).unwrap()
}

fn assert_page(what: &str, page: &str, known: &Page) {
    let found = page_of(page);
    let new: Vec<_> = found.marks.difference(&known.marks).collect();
    assert!(new.is_empty(), "{what}: {new:?} in the page");
    assert_eq!(found.scripts, known.scripts, "{what}: scripts in the page");
    assert!(
        page.chars().all(|c| c == '\n' || !c.is_control()),
        "{what}: a control character in the page"
    );
    let (_, behind) = page.split_once("id=\"report\">").unwrap();
    let embedded = behind.split_once("</script>").unwrap().0;
    assert!(
        serde_json::from_str::<Value>(embedded).is_ok(),
        "{what}: the report in the page is not read"
    );
}

fn assert_svg(what: &str, svg: &str, elements: &BTreeSet<String>) {
    let mut reader = quick_xml::Reader::from_str(svg);
    loop {
        match reader
            .read_event()
            .unwrap_or_else(|error| panic!("{what}: {error}"))
        {
            Event::Start(element) | Event::Empty(element) => {
                let name = element.name();
                let name: &[u8] = name.as_ref().as_ref();
                let name = String::from_utf8_lossy(name).into_owned();
                assert!(elements.contains(&name), "{what}: <{name}>");
                for attribute in element.attributes() {
                    attribute.unwrap_or_else(|error| panic!("{what}: {error}"));
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(
        svg.chars().all(|c| c == '\n' || !c.is_control()),
        "{what}: a control character"
    );
    assert!(
        !svg.contains(['\u{fffe}', '\u{ffff}']),
        "{what}: what XML does not allow"
    );
}

fn elements_of(svg: &str) -> BTreeSet<String> {
    svg.split('<')
        .skip(1)
        .filter_map(|tag| {
            let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).collect();
            (!name.is_empty()).then_some(name)
        })
        .collect()
}

fn svg(report: &Report, kind: ChartKind) -> String {
    let options = ChartOptions {
        format: ChartFormat::Svg,
        ..ChartOptions::default()
    };
    String::from_utf8(draw(report, kind, &options).unwrap()).unwrap()
}

fn assert_csv(what: &str, bytes: &[u8], report: &Report) {
    let mut reader = csv::Reader::from_reader(bytes);
    let headers = reader.headers().unwrap().clone();
    let mut sets = BTreeSet::new();
    for record in reader.records() {
        let record = record.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(record.len(), headers.len(), "{what}");
        for cell in &record {
            let formula =
                cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) && cell.parse::<f64>().is_err();
            assert!(!formula, "{what}: {cell:?} is a formula");
        }
        sets.insert(record[0].to_owned());
    }
    for set in &report.sets {
        let plain = sets.contains(&set.name) || sets.contains(&format!("'{}", set.name));
        assert!(plain, "{what}: {:?} is not among {sets:?}", set.name);
    }
}

/// Columns of a row in Markdown: bars that nothing stands before.
fn bars(line: &str) -> usize {
    let mut escaped = false;
    line.chars()
        .filter(|c| {
            let bar = *c == '|' && !escaped;
            escaped = *c == '\\' && !escaped;
            bar
        })
        .count()
}

fn assert_markdown(what: &str, text: &str) {
    let lines: Vec<&str> = text.lines().collect();
    for pair in lines
        .windows(2)
        .filter(|pair| pair.iter().all(|line| line.starts_with('|')))
    {
        assert_eq!(bars(pair[0]), bars(pair[1]), "{what}: {pair:?}");
    }
    assert!(
        !text.contains("<script") && !text.contains("<img"),
        "{what}: markup in Markdown"
    );
    assert!(
        text.chars().all(|c| c == '\n' || !c.is_control()),
        "{what}: a control character in Markdown"
    );
}

/// Words of hostile texts that stand in none of our own formulas.
const FOREIGN: [&str; 7] = [
    "HYPERLINK",
    "cmd|",
    "SUM(A1)",
    "alert",
    "1+1",
    "javascript",
    "script",
];

/// A formula without the texts and the names of sheets in quotes.
fn without_quoted(formula: &str) -> String {
    let mut quote = None;
    formula
        .chars()
        .filter(|&c| {
            let inside = quote.is_some();
            match quote {
                // A doubled quote closes and opens again.
                Some(open) if open == c => quote = None,
                None if c == '"' || c == '\'' => quote = Some(c),
                _ => {}
            }
            !inside && quote.is_none()
        })
        .collect()
}

fn assert_book(what: &str, bytes: &[u8], report: &Report) {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    for sheet in book.sheet_names() {
        for (_, _, formula) in book.worksheet_formula(&sheet).unwrap().used_cells() {
            let bare = without_quoted(formula);
            let foreign = FOREIGN.iter().find(|word| bare.contains(**word));
            assert!(foreign.is_none(), "{what}: {foreign:?} in {formula} of {sheet}");
            assert!(
                formula.chars().count() <= 8_192,
                "{what}: a formula of {sheet} is too long"
            );
        }
    }
    let range = book.worksheet_range("Ranking").unwrap();
    let texts: BTreeSet<String> = range.used_cells().map(|(_, _, cell)| cell.to_string()).collect();
    for set in &report.sets {
        let cut = set.name.len() > 32_000
            || set
                .name
                .chars()
                .any(|c| c.is_control() || "\u{fffe}\u{ffff}".contains(c));
        let there = cut || set.name.is_empty() || texts.contains(&set.name);
        assert!(there, "{what}: {:?} is not in the ranking: {texts:?}", set.name);
    }
}

fn survive(rounds: u64) {
    let texts = hostile();
    let samples = samples();
    let mut known = Page {
        marks: BTreeSet::new(),
        scripts: 0,
    };
    let mut elements = BTreeSet::new();
    for (_, report) in &samples {
        let page = page_of(&text_of(Format::Html, report));
        known.marks.extend(page.marks);
        known.scripts = page.scripts;
        elements.extend(
            ChartKind::all()
                .iter()
                .flat_map(|kind| elements_of(&svg(report, *kind))),
        );
    }
    for (kind, report) in &samples {
        let whole = serde_json::to_value(report).unwrap();
        let free = free(&whole);
        assert!(free.len() >= 20, "{kind}: {free:?}");
        for round in 0..rounds {
            let what = format!("{kind}, round {round}");
            let mut rng = Rng::new(round * 31 + kind.len() as u64);
            let report = hostile_report(&whole, &free, &texts, &mut rng);
            assert_page(&what, &text_of(Format::Html, &report), &known);
            assert_csv(&what, &Format::Csv.render(&report).unwrap(), &report);
            assert_markdown(&what, &text_of(Format::Markdown, &report));
            assert_book(&what, &Format::Xlsx.render(&report).unwrap(), &report);
            for chart in ChartKind::all() {
                assert_svg(
                    &format!("{what}, {}", chart.name()),
                    &svg(&report, *chart),
                    &elements,
                );
            }
        }
    }
}

#[test]
fn names_in_every_format() {
    survive(3);
}

#[test]
#[ignore = "takes minutes"]
fn long_names() {
    survive(150);
    println!("150 rounds of 4 reports: no name became a mark");
}

/// The terminal shows names and obeys none.
#[test]
fn names_on_a_terminal() {
    let folder = folder();
    let texts = hostile();
    for (kind, report) in samples() {
        let whole = serde_json::to_value(&report).unwrap();
        let report = hostile_report(&whole, &free(&whole), &texts, &mut Rng::new(5));
        fs::write(folder.path().join("r.json"), json::to_json(&report).unwrap()).unwrap();
        let output = run(folder.path(), &["export", "r.json"]);
        assert_ends(&output, 0, &[]);
        let shown = String::from_utf8(output.stdout).unwrap();
        let obeyed: BTreeSet<char> = shown.chars().filter(|c| c.is_control() && *c != '\n').collect();
        assert!(obeyed.is_empty(), "{kind}: {obeyed:?}");
    }
}
