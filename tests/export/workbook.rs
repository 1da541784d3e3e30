//! The planning workbook: what its formulas stand on, what they store, and what nobody can smuggle into them.
//!
//! Whether a spreadsheet program computes what is stored is checked by `.ci/workbook.py` on the files that
//! `workbooks_to_recalculate` leaves behind.

// The helpers of tests are tests too.
use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

use calamine::{Data, Range, Reader, Xlsx};
use isochrone::report::export::xlsx::to_xlsx;
use isochrone::report::model::{PriceTier, PromiseAsked, Report};
use isochrone::report::sample::{SampleInputs, sample_capacity_report, sample_report};

type Book = Xlsx<Cursor<Vec<u8>>>;

/// Row of the headers of a table, from 0.
const HEADERS: u32 = 3;

fn open(report: &Report) -> Book {
    Xlsx::new(Cursor::new(to_xlsx(report).unwrap())).unwrap()
}

fn sample() -> Report {
    sample_capacity_report(&SampleInputs::default())
}

fn wait(share: f64, within_ms: f64) -> PromiseAsked {
    PromiseAsked {
        of: "wait".into(),
        share,
        within_ms,
    }
}

fn column_of(range: &Range<Data>, header: &str) -> u32 {
    let (_, columns) = range.end().unwrap();
    let wanted = Data::String(header.into());
    (0..=columns)
        .find(|&at| range.get_value((HEADERS, at)) == Some(&wanted))
        .unwrap_or_else(|| panic!("no column {header}"))
}

/// The cells below the first `header` of a sheet.
fn column(book: &mut Book, sheet: &str, header: &str) -> Vec<Data> {
    let range = book.worksheet_range(sheet).unwrap();
    let at = column_of(&range, header);
    let last = range.end().unwrap().0;
    let cell = |row| range.get_value((row, at)).cloned().unwrap_or(Data::Empty);
    (HEADERS + 1..=last).map(cell).collect()
}

fn number(cell: &Data) -> f64 {
    match cell {
        Data::Float(value) => *value,
        other => panic!("{other:?} is no number"),
    }
}

fn numbers(book: &mut Book, sheet: &str, header: &str) -> Vec<f64> {
    column(book, sheet, header).iter().map(number).collect()
}

/// What the workbooks of the recalculation are made from: a name, what was edited, and the run with these edits.
#[allow(clippy::too_many_lines, reason = "a table")]
fn edits() -> Vec<(&'static str, SampleInputs)> {
    let base = SampleInputs::default();
    let with = |change: fn(&mut SampleInputs)| {
        let mut inputs = SampleInputs::default();
        change(&mut inputs);
        inputs
    };
    vec![
        ("run", base),
        ("rate", with(|it| it.mean_rps = 31_700.0)),
        ("growth", with(|it| it.growth_per_year = 0.55)),
        (
            "sizing",
            with(|it| {
                it.max_utilisation = 0.9;
                it.spare = 0.25;
                it.concurrency = 6;
                it.min_per_zone = 9;
                it.promises = vec![wait(0.95, 0.05), wait(0.99, 0.4)];
            }),
        ),
        (
            "terms",
            with(|it| {
                it.reserved_share = 0.9;
                it.reserved_discount = 0.4;
                it.per_usd = 1.1;
                it.multiplier = 1.19;
                it.budget = 21_000.0;
            }),
        ),
        (
            "prices",
            with(|it| {
                for price in &mut it.prices {
                    if price.item == "instance" && price.region == "us-east-1" {
                        price.tiers[0].usd = 0.6;
                    }
                    if price.item == "egress" && price.region == "eu-west-1" {
                        price.tiers[1].usd = 0.05;
                    }
                }
                let mut copied = it
                    .prices
                    .iter()
                    .find(|it| it.item == "inter_region")
                    .unwrap()
                    .clone();
                copied.region = "sa-east-1".into();
                copied.tiers = vec![PriceTier {
                    up_to: None,
                    usd: 0.138,
                }];
                it.prices.push(copied);
            }),
        ),
        ("score", with(|it| it.cost_weight = 0.8)),
        (
            "all",
            with(|it| {
                it.mean_rps = 8_000.0;
                it.growth_per_year = 0.1;
                it.max_utilisation = 0.6;
                it.per_usd = 1.0;
            }),
        ),
        ("large", with(|it| it.mean_rps = 900_000.0)),
        (
            "tight",
            with(|it| {
                it.mean_rps = 150_000.0;
                it.max_utilisation = 1.0;
                it.spare = 0.0;
            }),
        ),
        ("given-run", with(|it| it.given = Some(160))),
        (
            "given-rate",
            with(|it| {
                it.given = Some(160);
                it.mean_rps = 20_000.0;
            }),
        ),
        (
            "countries-run",
            with(|it| it.growth_of = vec![("DE".into(), 0.05), ("IN".into(), 0.8)]),
        ),
        (
            "countries-growth",
            with(|it| {
                it.growth_of = vec![("DE".into(), 0.05), ("IN".into(), 0.8)];
                it.growth_per_year = 0.2;
                it.mean_rps = 10_000.0;
            }),
        ),
        (
            "response-run",
            with(|it| it.promises = vec![wait(0.95, 0.2), response()]),
        ),
        (
            "response-rate",
            with(|it| {
                it.promises = vec![wait(0.95, 0.2), response()];
                it.mean_rps = 15_000.0;
            }),
        ),
    ]
}

fn response() -> PromiseAsked {
    PromiseAsked {
        of: "response".into(),
        share: 0.99,
        within_ms: 25.0,
    }
}

#[test]
fn workbooks_to_recalculate() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("workbooks");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, inputs) in edits() {
        let bytes = to_xlsx(&sample_capacity_report(&inputs)).unwrap();
        std::fs::write(folder.join(format!("{name}.xlsx")), bytes).unwrap();
    }
}

#[test]
fn the_planning_sheets_are_there_where_there_is_capacity() {
    let names = open(&sample()).sheet_names();
    assert_eq!(names[..4], ["Read me", "Ask", "Inputs", "Ranking"]);
    let at = names.iter().position(|name| name == "Demand").unwrap();
    let tables = [
        "Demand",
        "Capacity",
        "Fleet",
        "Bill",
        "Cost",
        "Strategy cost",
        "Score",
        "Countries",
    ];
    assert_eq!(names[at..at + 8], tables);
    let mut report = sample();
    report.capacity = None;
    assert!(!open(&report).sheet_names().contains(&"Inputs".to_owned()));
}

#[test]
fn a_report_without_costs_has_no_bill() {
    let mut report = sample();
    report.capacity.as_mut().unwrap().cost = None;
    for set in &mut report.sets {
        set.capacity.as_mut().unwrap().cost = None;
    }
    let names = open(&report).sheet_names();
    assert!(names.contains(&"Fleet".to_owned()) && !names.contains(&"Bill".to_owned()));
}

#[test]
fn what_is_not_asked_of_servers_leaves_loads_alone() {
    let mut report = sample();
    report.capacity.as_mut().unwrap().sizing = None;
    for set in &mut report.sets {
        let capacity = set.capacity.as_mut().unwrap();
        for region in capacity.states.iter_mut().flat_map(|state| &mut state.regions) {
            region.needs.clear();
        }
        for fleet in &mut capacity.fleet {
            fleet.given = true;
            fleet.needed_normal = None;
            fleet.needed_worst = None;
        }
    }
    let mut book = open(&report);
    let servers = numbers(&mut book, "Fleet", "servers");
    assert!(servers.iter().all(|servers| *servers >= 0.0));
}

#[test]
fn every_input_has_a_name_that_leads_to_its_value() {
    let report = sample();
    let mut book = open(&report);
    let names: BTreeMap<String, String> = book.defined_names().iter().cloned().collect();
    let inputs = book.worksheet_range("Inputs").unwrap();
    let value = |name: &str| {
        let at = names.get(name).unwrap_or_else(|| panic!("no name {name}"));
        let row: u32 = at.strip_prefix("Inputs!$B$").unwrap().parse().unwrap();
        number(inputs.get_value((row - 1, 1)).unwrap())
    };
    let asked = SampleInputs::default();
    let wanted = [
        ("rate_mean_rps", asked.mean_rps),
        ("growth_per_year", asked.growth_per_year),
        ("max_utilisation", asked.max_utilisation),
        ("spare", asked.spare),
        ("concurrency", f64::from(asked.concurrency)),
        ("min_per_zone", f64::from(asked.min_per_zone)),
        ("wait_p95_ms", 0.2),
        ("wait_p99_ms", 0.8),
        ("reserved_share", asked.reserved_share),
        ("reserved_discount", asked.reserved_discount),
        ("per_usd", asked.per_usd),
        ("multiplier", asked.multiplier),
        ("budget", asked.budget),
        ("score_weight_cost", asked.cost_weight),
        ("price_instance_us_east_1_m7g_2xlarge", 0.3264),
        ("price_egress_eu_west_1_tier2", 0.081),
        ("rate_ratio", 1.0),
        ("same_rate", 1.0),
    ];
    for (name, wanted) in wanted {
        assert_eq!(value(name), wanted, "{name}");
    }
    assert!(
        names.contains_key("price_inter_region_sa_east_1"),
        "a missing price can be filled in"
    );
}

#[test]
fn stored_results_are_the_figures_of_the_report() {
    let report = sample();
    let mut book = open(&report);
    let capacities: Vec<_> = report
        .sets
        .iter()
        .map(|set| set.capacity.as_ref().unwrap())
        .collect();
    let mut servers: Vec<f64> = numbers(&mut book, "Capacity", "servers");
    let states = capacities.iter().flat_map(|it| &it.states);
    let needs = states.flat_map(|it| &it.regions).flat_map(|it| &it.needs);
    let mut wanted: Vec<f64> = needs.map(|need| f64::from(need.servers.unwrap())).collect();
    servers.sort_by(f64::total_cmp);
    wanted.sort_by(f64::total_cmp);
    assert_eq!(servers, wanted);
    let costs: Vec<f64> = capacities
        .iter()
        .map(|it| it.cost.as_ref().unwrap().total)
        .collect();
    assert_eq!(numbers(&mut book, "Cost", "cost, EUR")[..3], costs);
    let first = |sheet: &str, book: &mut Book| column(book, sheet, "cost, EUR")[..3].to_vec();
    assert_eq!(first("Ranking", &mut book), first("Cost", &mut book));
    let year_3 = column(&mut book, "Cost", "year 3");
    for (cell, it) in year_3.iter().zip(&capacities) {
        assert_eq!(number(cell), it.years[3].cost.unwrap());
    }
}

#[test]
fn every_formula_stores_a_result() {
    for (name, inputs) in edits() {
        let mut book = open(&sample_capacity_report(&inputs));
        let mut count = 0;
        for sheet in book.sheet_names() {
            let values = book.worksheet_range(&sheet).unwrap();
            let formulas = book.worksheet_formula(&sheet).unwrap();
            let (top, left) = formulas.start().unwrap_or_default();
            for (row, at, formula) in formulas.used_cells().filter(|it| !it.2.is_empty()) {
                let at = (row as u32 + top, at as u32 + left);
                let value = values.get_value(at).cloned().unwrap_or(Data::Empty);
                let is_there = match &value {
                    Data::Float(value) => value.is_finite(),
                    Data::String(text) => !text.is_empty() && text != "re-run needed",
                    _ => false,
                };
                assert!(is_there, "{name}: {sheet} {at:?} {formula} holds {value:?}");
                assert!(formula.len() < 8_000, "{formula}");
                count += 1;
            }
        }
        assert!(count > 1_000, "{name}: {count}");
    }
}

/// Functions that spreadsheet programs have had since 2003.
const KNOWN: [&str; 22] = [
    "ABS",
    "AND",
    "COUNT",
    "COUNTIF",
    "EXP",
    "FIXED",
    "IF",
    "INDEX",
    "INT",
    "ISNUMBER",
    "LN",
    "MATCH",
    "MAX",
    "MIN",
    "N",
    "OR",
    "POISSON",
    "RANK",
    "ROUNDUP",
    "ROW",
    "SUM",
    "SUMPRODUCT",
];

#[test]
fn formulas_use_old_functions_only() {
    let mut book = open(&sample());
    for sheet in book.sheet_names() {
        let formulas = book.worksheet_formula(&sheet).unwrap();
        for (.., formula) in formulas.used_cells() {
            // Every other part between quotes is a text.
            let code: Vec<&str> = formula.split('"').step_by(2).collect();
            let code = code.join(" ");
            for (at, _) in code.match_indices('(') {
                let word: String = code[..at]
                    .chars()
                    .rev()
                    .take_while(char::is_ascii_alphabetic)
                    .collect();
                let word: String = word.chars().rev().collect();
                assert!(
                    word.is_empty() || KNOWN.contains(&word.as_str()),
                    "{sheet}: {word} in {formula}"
                );
            }
        }
    }
}

#[test]
fn no_name_becomes_a_formula_or_a_part_of_one() {
    let smuggled = ["=cmd|' /C calc'!A0", "+1", "@x", "=1+1\"&A1&\""];
    let mut report = sample();
    for (set, name) in report.sets.iter_mut().zip(smuggled) {
        set.name = name.into();
        let capacity = set.capacity.as_mut().unwrap();
        for (state, name) in capacity.states.iter_mut().skip(1).zip(smuggled) {
            state.name = name.into();
        }
        capacity.fleet[0].worst_state = "\"&A1&\"".into();
        for region in capacity.states.iter_mut().flat_map(|state| &mut state.regions) {
            region.peak_at = "=1+1".into();
            region.needs[0].bound_by = "\"&HYPERLINK(\"http://x\")&\"".into();
        }
        capacity.cost.as_mut().unwrap().lines[0].name = Some("=HYPERLINK(\"http://x\")".into());
    }
    report.capacity.as_mut().unwrap().cost.as_mut().unwrap().currency = "\"&A1&\"".into();
    let mut book = open(&report);
    for sheet in book.sheet_names() {
        for (.., formula) in book.worksheet_formula(&sheet).unwrap().used_cells() {
            let code: Vec<&str> = formula.split('"').step_by(2).collect();
            assert!(!code.join(" ").contains("HYPERLINK"), "{sheet}: {formula}");
            assert!(!code.join(" ").contains("cmd"), "{sheet}: {formula}");
            assert!(formula.matches('"').count() % 2 == 0, "{sheet}: {formula}");
        }
    }
    let names = column(&mut book, "Cost", "set");
    for (name, wanted) in names.iter().zip(smuggled).take(3) {
        assert_eq!(name, &Data::String(wanted.into()));
    }
}

#[test]
fn ask_answers_with_the_figures_of_the_report() {
    let report = sample();
    let mut book = open(&report);
    let ask = book.worksheet_range("Ask").unwrap();
    let text = |row: u32| match ask.get_value((row, 1)) {
        Some(Data::String(text)) => text.clone(),
        other => panic!("{other:?}"),
    };
    let (set, lost, region) = (text(3), text(4), text(5));
    let year = number(ask.get_value((6, 1)).unwrap()) as u32;
    let capacity = report
        .sets
        .iter()
        .find(|it| it.name == set)
        .unwrap()
        .capacity
        .as_ref()
        .unwrap();
    let state = capacity.states.iter().find(|it| it.name == lost).unwrap();
    let own = state.regions.iter().find(|it| it.region == region).unwrap();
    let need = own.needs.iter().find(|it| it.year == year).unwrap();
    let at = capacity.fleet.iter().position(|it| it.region == region).unwrap();
    let value = |row: u32| number(ask.get_value((row, 1)).unwrap());
    assert_eq!(value(11), need.peak_rps);
    assert_eq!(value(12), f64::from(need.servers.unwrap()));
    assert_eq!(value(13), f64::from(need.instances.unwrap()));
    assert_eq!(value(14), f64::from(capacity.fleet[at].servers));
    assert_eq!(
        value(16),
        f64::from(capacity.years[year as usize].instances[at].unwrap())
    );
    let cost = capacity.cost.as_ref().unwrap();
    let line = cost
        .lines
        .iter()
        .find(|it| it.item == "instance" && it.region == region)
        .unwrap();
    let one = line.cost.unwrap() / f64::from(capacity.fleet[at].instances);
    assert!((value(18) / (one * f64::from(need.instances.unwrap())) - 1.0).abs() < 1e-12);
    let Some(Data::String(sentence)) = ask.get_value((8, 0)) else {
        panic!("no sentence")
    };
    assert!(
        sentence.starts_with(&format!("{region} needs {} servers on", need.servers.unwrap())),
        "{sentence}"
    );
    assert!(
        sentence.contains(&format!("if {lost} is lost")) && sentence.ends_with("EUR a month"),
        "{sentence}"
    );
}

#[test]
fn a_figure_that_another_law_made_is_held_and_not_computed() {
    let mut report = sample();
    let capacity = report.sets[0].capacity.as_mut().unwrap();
    let first = &mut capacity.states[0].regions[0].needs[0];
    first.servers = first.servers.map(|servers| servers + 7);
    let line = &mut capacity.cost.as_mut().unwrap().lines[1];
    line.cost = line.cost.map(|cost| cost * 1.5);
    let mut book = open(&report);
    let formulas = book.worksheet_formula("Capacity").unwrap();
    let held = |it: &&str| it.starts_with("IF(same_rate*same_sizing=1,");
    let range = book.worksheet_range("Capacity").unwrap();
    let at = column_of(&range, "servers");
    let all: Vec<String> = (4..=range.end().unwrap().0)
        .map(|row| formulas.get_value((row, at)).unwrap().clone())
        .collect();
    assert_eq!(all.iter().map(String::as_str).filter(held).count(), 1);
}

#[test]
fn a_workbook_with_capacity_is_the_same_file_every_time() {
    let report = sample();
    assert!(to_xlsx(&report).unwrap() == to_xlsx(&report).unwrap());
}

#[test]
fn a_report_without_capacity_has_no_word_of_planning() {
    let mut book = open(&sample_report(2, 3));
    assert!(
        book.defined_names()
            .iter()
            .all(|(name, _)| !name.starts_with("rate"))
    );
    let read_me = book.worksheet_range("Read me").unwrap();
    let says = |cell: &Data| matches!(cell, Data::String(text) if text.contains("re-run needed"));
    assert!(!read_me.used_cells().any(|(.., cell)| says(cell)));
}
