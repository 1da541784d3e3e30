//! Laws of the workbook, checked on what another reader finds in it.

// The helpers of tests are tests too.
use std::io::Cursor;
use std::time::Duration;

use calamine::{Data, Reader, Xlsx};
use isochrone::report::export::xlsx::to_xlsx;
use isochrone::report::model::{Report, SetResult};
use isochrone::report::sample::{
    sample_design_report, sample_recovery_edges, sample_recovery_report, sample_report,
};
use isochrone::report::voice;

const SHEETS: [&str; 7] = [
    "Read me",
    "Ranking",
    "Chart",
    "Countries",
    "Region matrix",
    "Traffic",
    "Assumptions",
];

/// Row of the headers of a table, from 0.
const HEADERS: u32 = 3;

type Book = Xlsx<Cursor<Vec<u8>>>;

fn open(report: &Report) -> Book {
    Xlsx::new(Cursor::new(to_xlsx(report).unwrap())).unwrap()
}

/// The cells below the first `header` of a sheet.
fn column(book: &mut Book, sheet: &str, header: &str) -> Vec<Data> {
    let range = book.worksheet_range(sheet).unwrap();
    let (last, columns) = range.end().unwrap();
    let wanted = Data::String(header.into());
    let at = (0..=columns)
        .find(|&at| range.get_value((HEADERS, at)) == Some(&wanted))
        .unwrap();
    let cell = |row| range.get_value((row, at)).cloned().unwrap_or(Data::Empty);
    (HEADERS + 1..=last).map(cell).collect()
}

fn numbers(book: &mut Book, sheet: &str, header: &str) -> Vec<f64> {
    let number = |cell: Data| match cell {
        Data::Float(value) => value,
        other => panic!("{other:?} is no number"),
    };
    column(book, sheet, header).into_iter().map(number).collect()
}

fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<Data> {
    texts.into_iter().map(|text| Data::String(text.into())).collect()
}

#[test]
fn two_saves_of_a_report_are_the_same_file_at_any_time() {
    let report = sample_report(3, 10);
    let first = to_xlsx(&report).unwrap();
    // Time stamps in a ZIP archive have steps of two seconds.
    std::thread::sleep(Duration::from_millis(2_100));
    assert!(to_xlsx(&report).unwrap() == first);
}

#[test]
fn the_sheets_are_there_in_order() {
    assert_eq!(open(&sample_report(2, 2)).sheet_names(), SHEETS);
}

#[test]
fn the_ranking_holds_the_figures_of_the_report_to_the_last_bit() {
    let report = sample_report(7, 25);
    let mut book = open(&report);
    let wanted = |pick: fn(&SetResult) -> f64| report.sets.iter().map(pick).collect::<Vec<_>>();
    assert_eq!(
        numbers(&mut book, "Ranking", "p50, ms"),
        wanted(|set| set.latency.p50_ms.value)
    );
    assert_eq!(
        numbers(&mut book, "Ranking", "p99, ms"),
        wanted(|set| set.latency.p99_ms.value)
    );
    let within = numbers(&mut book, "Ranking", "within 150 ms, %");
    assert_eq!(within, wanted(|set| set.latency.share_within[2].share.value));
    let names = texts(report.sets.iter().map(|set| set.name.as_str()));
    assert_eq!(column(&mut book, "Ranking", "set"), names);
}

#[test]
fn countries_and_traffic_have_a_row_for_each_set_and_place() {
    let report = sample_report(3, 12);
    let mut book = open(&report);
    let p95: Vec<f64> = report
        .sets
        .iter()
        .flat_map(|set| &set.countries)
        .map(|it| it.p95_ms)
        .collect();
    assert_eq!(numbers(&mut book, "Countries", "p95, ms"), p95);
    let shares: Vec<f64> = report
        .sets
        .iter()
        .flat_map(|set| &set.traffic)
        .map(|it| it.share)
        .collect();
    assert_eq!(numbers(&mut book, "Traffic", "share of requests, %"), shares);
}

#[test]
fn the_matrix_is_that_of_the_report() {
    let report = sample_report(3, 5);
    let range = open(&report).worksheet_range("Region matrix").unwrap();
    for (i, row) in report.region_matrix.p50_ms.iter().enumerate() {
        for (j, &ms) in row.iter().enumerate() {
            let at = (HEADERS + 1 + i as u32, 1 + j as u32);
            assert_eq!(range.get_value(at), Some(&Data::Float(ms)));
        }
    }
}

#[test]
fn no_text_becomes_a_formula_and_odd_names_survive() {
    let names = [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "say \"it's\" & more",
        "<script>alert(1)</script>",
        "مرحبا",
        "🚀 Tōkyō",
        " spaces ",
    ];
    let mut report = sample_report(names.len(), 2);
    for (set, name) in report.sets.iter_mut().zip(names) {
        set.name = name.into();
        set.regions = vec![name.into()];
        set.countries[0].country = name.into();
        set.traffic[0].region = name.into();
    }
    report.question.name = "=HYPERLINK(\"http://x\")".into();
    report.warnings = vec!["=1+1".into()];
    report.assumptions[0].what = "@x".into();
    let mut book = open(&report);
    for sheet in SHEETS {
        assert!(
            book.worksheet_formula(sheet).unwrap().is_empty(),
            "{sheet} has a formula"
        );
    }
    assert_eq!(column(&mut book, "Ranking", "set"), texts(names));
    assert_eq!(column(&mut book, "Ranking", "regions"), texts(names));
}

#[test]
fn a_text_longer_than_a_cell_is_cut_and_a_figure_that_is_no_number_left_empty() {
    let mut report = sample_report(1, 1);
    report.question.description = "🚀".repeat(40_000);
    report.warnings = vec!["x".repeat(100_000)];
    report.provenance.input_digest = "&".repeat(400);
    report.sets[0].latency.p50_ms.value = f64::NAN;
    let mut book = open(&report);
    assert_eq!(column(&mut book, "Ranking", "p50, ms"), [Data::Empty]);
}

#[test]
fn every_verdict_stands_in_words() {
    let report = sample_report(6, 20);
    let mut book = open(&report);
    let verdicts = column(&mut book, "Ranking", "verdict");
    let wanted = report.sets.iter().map(|set| match &set.versus_best {
        Some(it) => voice::verdict_words(&it.objective, false),
        None => "the best",
    });
    assert_eq!(verdicts, texts(wanted));
}

/// The sheets of designs, between `Chart` and `Countries`.
const DESIGN_SHEETS: [&str; 10] = [
    "Classes",
    "Breakdown",
    "Routing",
    "Queues",
    "CDN or region",
    "Stores",
    "Copies",
    "Cuts",
    "Locality",
    "Residency",
];

#[test]
fn designs_have_their_sheets_and_only_those_with_something_on_them() {
    let mut report = sample_design_report(3, 5);
    let with = |more: &[&'static str]| [&SHEETS[..3], more, &SHEETS[3..]].concat();
    assert_eq!(open(&report).sheet_names(), with(&DESIGN_SHEETS));
    report.cdn_or_region = None;
    for design in report.sets.iter_mut().filter_map(|set| set.design.as_mut()) {
        design.routing = None;
        design.queues.clear();
        design.residency.clear();
        for store in &mut design.stores {
            store.cuts.clear();
        }
    }
    let left = ["Classes", "Breakdown", "Stores", "Copies", "Locality"];
    assert_eq!(open(&report).sheet_names(), with(&left));
}

#[test]
fn classes_and_parts_hold_the_figures_of_the_report_to_the_last_bit() {
    let report = sample_design_report(4, 10);
    let mut book = open(&report);
    let classes = || {
        report
            .sets
            .iter()
            .flat_map(|set| &set.design.as_ref().unwrap().classes)
    };
    let p95: Vec<f64> = classes().map(|class| class.p95_ms.value).collect();
    assert_eq!(numbers(&mut book, "Classes", "p95, ms"), p95);
    let parts: Vec<f64> = classes()
        .flat_map(|class| &class.parts)
        .map(|part| part.mean_ms)
        .collect();
    assert_eq!(numbers(&mut book, "Breakdown", "to the mean, ms"), parts);
    let leaders = report
        .sets
        .iter()
        .map(|set| set.design.as_ref().unwrap().leaders[0].region.as_str());
    assert_eq!(column(&mut book, "Ranking", "orders"), texts(leaders));
}

#[test]
fn no_name_of_a_design_becomes_a_formula() {
    let mut report = sample_design_report(2, 3);
    for design in report.sets.iter_mut().filter_map(|set| set.design.as_mut()) {
        design.classes[0].name = "=1+1".into();
        design.classes[0].parts[0].part = "@x".into();
        design.stores[0].store = "+cmd|' /C calc'!A0".into();
        design.leaders[0].store = "-2".into();
        design.residency[0].rule = "=A1".into();
    }
    report.cdn_or_region.as_mut().unwrap().fewer = "=B2".into();
    let mut book = open(&report);
    for sheet in book.sheet_names() {
        assert!(
            book.worksheet_formula(&sheet).unwrap().is_empty(),
            "{sheet} has a formula"
        );
    }
}

/// The sheets of disaster recovery, before `Countries`.
const RECOVERY_SHEETS: [&str; 6] = ["DR", "RTO", "Availability", "Causes", "Strategies", "Score"];

#[test]
fn recovery_has_its_sheets_and_only_those_with_something_on_them() {
    let report = sample_recovery_report(3, 5);
    let names = open(&report).sheet_names();
    let at = names.iter().position(|name| name == "DR").unwrap();
    assert_eq!(names[at..at + 6], RECOVERY_SHEETS);
    assert_eq!(names[at + 6], "Countries");
    for (what, report) in sample_recovery_edges() {
        let names = open(&report).sheet_names();
        let losses = report.sets.iter().filter_map(|set| set.recovery.as_ref());
        let has_losses = losses.clone().any(|it| !it.losses.is_empty());
        assert_eq!(names.contains(&"DR".to_owned()), has_losses, "{what}");
        let has_causes = losses.clone().any(|it| !it.availability.causes.is_empty());
        assert_eq!(names.contains(&"Causes".to_owned()), has_causes, "{what}");
    }
}

#[test]
fn losses_and_steps_hold_the_figures_of_the_report_to_the_last_bit() {
    let report = sample_recovery_report(4, 10);
    let mut book = open(&report);
    let all = || report.sets.iter().filter_map(|set| set.recovery.as_ref());
    let moved: Vec<f64> = all().flat_map(|it| &it.losses).map(|it| it.moved).collect();
    assert_eq!(numbers(&mut book, "DR", "moved users, %"), moved);
    let steps: Vec<f64> = all().flat_map(|it| &it.rto_parts).map(|it| it.p95_s).collect();
    assert_eq!(numbers(&mut book, "RTO", "p95, s"), steps);
    let minutes: Vec<f64> = all().map(|it| it.availability.mean_minutes.value).collect();
    assert_eq!(numbers(&mut book, "Availability", "mean, min"), minutes);
    let rto: Vec<Data> = all()
        .flat_map(|it| &it.losses)
        .map(|it| {
            it.rto
                .as_ref()
                .map_or(Data::Empty, |it| Data::Float(it.p95_s.value))
        })
        .collect();
    assert_eq!(
        column(&mut book, "DR", "p95, s"),
        rto,
        "empty where there is no RTO"
    );
}

#[test]
fn the_score_is_computed_from_the_cells_and_its_result_is_stored() {
    let report = sample_recovery_report(4, 10);
    let mut book = open(&report);
    let formulas = book.worksheet_formula("Score").unwrap();
    let range = book.worksheet_range("Score").unwrap();
    // Title, note, gap, headers; three measures; a gap and headers.
    let first = 4 + 3 + 2 + 1;
    for (i, set) in report.sets.iter().enumerate() {
        let row = first + i as u32;
        let score = set.score.as_ref().unwrap();
        assert_eq!(range.get_value((row, 8)), Some(&Data::Float(score.total.value)));
        let formula = formulas.get_value((row, 8)).unwrap();
        let line = row + 1;
        assert_eq!(
            formula,
            &format!("($E$5*F{line}+$E$6*G{line}+$E$7*H{line})/SUM($E$5:$E$7)")
        );
        for (at, part) in (5..).zip(&score.parts) {
            assert_eq!(
                range.get_value((row, at)),
                Some(&Data::Float(part.utility)),
                "{}",
                part.of
            );
            assert!(
                formulas
                    .get_value((row, at))
                    .unwrap()
                    .starts_with("MAX(0,MIN(1,(")
            );
        }
    }
}

#[test]
fn no_name_of_recovery_becomes_a_formula() {
    let mut report = sample_recovery_report(2, 3);
    for set in &mut report.sets {
        set.name = "=1+1".into();
        set.score.as_mut().unwrap().parts[0].of = "=A1".into();
        let recovery = set.recovery.as_mut().unwrap();
        recovery.losses[0].name = "=2+2".into();
        recovery.losses[0].findings = vec!["@x".into()];
        recovery.rto_parts[0].source = "+cmd|' /C calc'!A0".into();
        recovery.availability.causes[0].cause = "-2".into();
        recovery.strategies[0].strategy = "=B2".into();
    }
    report.recovery.as_mut().unwrap().assumptions[0].source = "=HYPERLINK(\"http://x\")".into();
    let mut book = open(&report);
    for sheet in book.sheet_names() {
        let formulas = book.worksheet_formula(&sheet).unwrap();
        let own = formulas.used_cells().all(|(_, _, it)| {
            ["MAX(0,", "($E$5*", "IF(COUNT("]
                .iter()
                .any(|own| it.starts_with(own))
        });
        assert!(own, "{sheet} has a formula of somebody else's");
        assert!(sheet == "Score" || formulas.is_empty(), "{sheet} has a formula");
    }
}

#[test]
fn a_workbook_of_recovery_is_the_same_file_every_time() {
    let report = sample_recovery_report(3, 8);
    assert!(to_xlsx(&report).unwrap() == to_xlsx(&report).unwrap());
}
