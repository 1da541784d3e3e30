//! Laws of the CSV: it parses, its facts are those of the report, and its shares add up.

// The helpers of tests are tests too.
use isochrone::report::export::csv::{CAPACITY_COLUMNS, COLUMNS, DESIGN_COLUMNS, LOSS, to_csv};
use isochrone::report::model::Report;
use isochrone::report::sample::{
    SampleInputs, sample_capacity_report, sample_design_report, sample_recovery_edges,
    sample_recovery_report, sample_report,
};
use proptest::prelude::*;

type Row = Vec<String>;

/// The rows under the header, each with a field for each column.
fn rows(report: &Report) -> Vec<Row> {
    let bytes = to_csv(report).unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    assert_eq!(reader.headers().unwrap(), COLUMNS.as_slice());
    let records = reader.records();
    records
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

fn field<'a>(row: &'a Row, column: &str) -> &'a str {
    &row[COLUMNS.iter().position(|name| *name == column).unwrap()]
}

fn number(row: &Row, column: &str) -> f64 {
    field(row, column).parse().unwrap()
}

/// The one row that says `statistic` of `set` for the whole audience, against `compared_with`.
fn fact<'a>(rows: &'a [Row], set: &str, statistic: &str, compared_with: &str) -> &'a Row {
    let wanted = [
        ("set", set),
        ("statistic", statistic),
        ("compared_with", compared_with),
        ("country", ""),
    ];
    let mut found = rows
        .iter()
        .filter(|row| wanted.iter().all(|(column, text)| field(row, column) == *text));
    let row = found.next().unwrap();
    assert!(found.next().is_none(), "{statistic} of {set} is there twice");
    row
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn shares_of_requests_and_of_the_audience_add_up_to_one(sets in 1usize..8, countries in 1usize..40) {
        let report = sample_report(sets, countries);
        let rows = rows(&report);
        for set in &report.sets {
            for statistic in ["share_of_requests", "share_of_audience"] {
                let here = |row: &&Row| field(row, "set") == set.name && field(row, "statistic") == statistic;
                let sum: f64 = rows.iter().filter(here).map(|row| number(row, "value")).sum();
                // At most 40 terms and as many sums, each rounded by half an ulp of one at most.
                prop_assert!((sum - 1.0).abs() <= 40.0 * f64::EPSILON, "{statistic}: {sum}");
            }
        }
    }

    #[test]
    fn any_name_is_one_field(name in any::<String>()) {
        let mut report = sample_report(1, 1);
        report.sets[0].name = name.clone();
        for row in rows(&report) {
            // What a sheet would take for a formula has an apostrophe before it.
            let told = field(&row, "set");
            let risky = name.trim_start().starts_with(['=', '+', '-', '@']) || name.starts_with(['\t', '\r', '\n']);
            prop_assert_eq!(told.strip_prefix('\'').filter(|_| risky).unwrap_or(told), name.as_str());
        }
    }
}

#[test]
fn a_figure_stands_with_its_errors_as_exact_as_in_the_report() {
    let report = sample_report(3, 10);
    let rows = rows(&report);
    let set = &report.sets[1];
    let p95 = set.latency.p95_ms;
    let input = p95.input.unwrap();
    let row = fact(&rows, &set.name, "p95", "");
    assert_eq!(field(row, "unit"), "ms");
    let columns = [
        "value",
        "std_error",
        "sampling_low",
        "sampling_high",
        "input_low",
        "input_high",
    ];
    let expected = [
        p95.value,
        p95.std_error,
        p95.sampling.low,
        p95.sampling.high,
        input.low,
        input.high,
    ];
    assert_eq!(columns.map(|column| number(row, column)), expected);
}

#[test]
fn a_difference_names_what_it_is_from_and_its_verdict_is_the_code_of_the_json() {
    let report = sample_report(4, 20);
    let rows = rows(&report);
    for set in &report.sets[1..] {
        let expected = set.versus_best.as_ref().unwrap().p99_ms;
        let row = fact(&rows, &set.name, "p99", "best");
        assert_eq!(number(row, "value"), expected.figure.value);
        let code = serde_json::to_value(expected.verdict).unwrap();
        assert_eq!(field(row, "verdict"), code.as_str().unwrap());
    }
    let best = &report.sets[0].name;
    let is_best = |row: &&Row| field(row, "set") == best && field(row, "compared_with") == "best";
    assert_eq!(rows.iter().filter(is_best).count(), 0);
}

#[test]
fn no_two_rows_state_the_same_fact() {
    let rows = rows(&sample_report(3, 30));
    let mut keys: Vec<String> = rows.iter().map(|row| row[..8].join("\u{1f}")).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), rows.len());
}

/// Header and rows of a report with designs.
fn design_rows(report: &Report) -> (Vec<String>, Vec<Row>) {
    let bytes = to_csv(report).unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let records = reader.records();
    let row = |row: csv::Result<csv::StringRecord>| row.unwrap().iter().map(str::to_owned).collect();
    (header, records.map(row).collect())
}

#[test]
fn designs_add_columns_behind_the_others_and_no_fact_twice() {
    let (header, rows) = design_rows(&sample_design_report(3, 30));
    assert_eq!(header, [&COLUMNS[..], &DESIGN_COLUMNS[..]].concat());
    let key = |row: &Row| [&row[..8], &row[COLUMNS.len()..]].concat().join("\u{1f}");
    let mut keys: Vec<String> = rows.iter().map(key).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), rows.len());
}

#[test]
fn the_parts_of_a_class_sum_to_its_mean() {
    let report = sample_design_report(3, 10);
    let (header, rows) = design_rows(&report);
    let at = |name: &str| header.iter().position(|it| it == name).unwrap();
    let (set, class, part, statistic) = (at("set"), at("class"), at("part"), at("statistic"));
    for result in &report.sets {
        for it in &result.design.as_ref().unwrap().classes {
            let of_class = |row: &&Row| row[set] == result.name && row[class] == it.name;
            let adds = |row: &&Row| row[statistic] == "adds_to_mean" && !row[part].is_empty();
            let sum: f64 = rows
                .iter()
                .filter(of_class)
                .filter(adds)
                .map(|row| number(row, "value"))
                .sum();
            // Seven rounded parts and as many sums.
            assert!((sum / it.mean_ms.value - 1.0).abs() < 14.0 * f64::EPSILON);
        }
    }
}

#[test]
fn a_set_that_is_not_ranked_still_has_its_ways() {
    let mut report = sample_design_report(2, 5);
    for way in &mut report.cdn_or_region.as_mut().unwrap().ways {
        way.set = "elsewhere".into();
    }
    let (_, rows) = design_rows(&report);
    let ways = rows
        .iter()
        .filter(|row| row[0] == "elsewhere" && row[2].is_empty());
    assert_eq!(ways.count(), 4 * 3);
}

#[test]
fn recovery_adds_a_column_for_the_loss_and_no_fact_twice() {
    let mut reports = sample_recovery_edges();
    reports.push(("eight sets", sample_recovery_report(8, 12)));
    for (what, report) in reports {
        let (header, rows) = design_rows(&report);
        assert_eq!(
            header,
            [&COLUMNS[..], &DESIGN_COLUMNS[..], &[LOSS]].concat(),
            "{what}"
        );
        let key = |row: &Row| [&row[..8], &row[COLUMNS.len()..]].concat().join("\u{1f}");
        let mut keys: Vec<String> = rows.iter().map(key).collect();
        let all = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), all, "{what}");
        assert!(
            rows.iter().all(|row| row[8].parse::<f64>().unwrap().is_finite()),
            "{what}"
        );
    }
}

#[test]
fn users_after_a_loss_are_served_somewhere_or_not_at_all() {
    let report = sample_recovery_report(5, 12);
    let (header, rows) = design_rows(&report);
    let at = |name: &str| header.iter().position(|it| it == name).unwrap();
    let (set, statistic, loss) = (at("set"), at("statistic"), at(LOSS));
    for result in &report.sets {
        for it in &result.recovery.as_ref().unwrap().losses {
            let here = |row: &&Row| row[set] == result.name && row[loss] == it.name;
            let of = |name: &str| -> f64 {
                let found = rows.iter().filter(here).filter(|row| row[statistic] == name);
                found.map(|row| number(row, "value")).sum()
            };
            // At most five regions, each share a sum of twelve rounded ones.
            assert!(
                (of("load_after") + of("unserved") - 1.0).abs() < 100.0 * f64::EPSILON,
                "{}",
                it.name
            );
        }
    }
}

#[test]
fn the_rto_of_a_loss_stands_with_its_errors_as_exact_as_in_the_report() {
    let report = sample_recovery_report(4, 12);
    let (header, rows) = design_rows(&report);
    let at = |name: &str| header.iter().position(|it| it == name).unwrap();
    let set = &report.sets[0];
    let loss = &set.recovery.as_ref().unwrap().losses[0];
    let is_it = |row: &&Row| {
        row[at("set")] == set.name && row[at(LOSS)] == loss.name && row[at("statistic")] == "rto_p95"
    };
    let row = rows.iter().find(is_it).unwrap();
    let wanted = loss.rto.as_ref().unwrap().p95_s;
    assert_eq!(row[at("unit")], "s");
    assert_eq!(
        ["value", "std_error", "sampling_low"].map(|column| number(row, column)),
        [wanted.value, wanted.std_error, wanted.sampling.low]
    );
}

#[test]
fn capacity_has_its_columns_and_its_facts_are_those_of_the_report() {
    let report = sample_capacity_report(&SampleInputs::default());
    let bytes = to_csv(&report).unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let wanted = [&COLUMNS[..], &DESIGN_COLUMNS[..], &[LOSS], &CAPACITY_COLUMNS[..]].concat();
    assert_eq!(header, wanted);
    let at = |name: &str| header.iter().position(|it| it == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    for set in &report.sets {
        let capacity = set.capacity.as_ref().unwrap();
        let own = |statistic: &str| -> Vec<&csv::StringRecord> {
            let rows = rows.iter();
            rows.filter(|row| row[at("set")] == set.name && row[at("statistic")] == *statistic)
                .collect()
        };
        let value = |row: &csv::StringRecord| row[at("value")].parse::<f64>().unwrap();
        let cost = capacity.cost.as_ref().unwrap();
        let lines: f64 = own("line_cost").into_iter().map(value).sum();
        assert!((lines / cost.total - 1.0).abs() < 1e-12, "{}", set.name);
        let hours = capacity.hours.iter().flat_map(|it| &it.regions).count() * 24;
        assert_eq!(own("load_by_hour").len(), hours);
        for state in &capacity.states {
            let loss = if state.lost.is_empty() { "" } else { &state.name };
            for region in &state.regions {
                for need in &region.needs {
                    let found = own("servers_needed").into_iter().find(|row| {
                        row[at(LOSS)] == *loss
                            && row[at("region")] == region.region
                            && row[at("year")] == need.year.to_string()
                    });
                    assert_eq!(value(found.unwrap()), f64::from(need.servers.unwrap()));
                }
            }
        }
    }
}

#[test]
fn no_text_becomes_a_formula_and_numbers_stay_numbers() {
    let odd = ["=1+1", "+SUM(A1)", "-2+3", "@SUM(A1)", "\t=1+1", "-5"];
    let mut report = sample_report(6, 3);
    for (set, name) in report.sets.iter_mut().zip(odd) {
        set.name = name.into();
        set.regions[0] = format!("={name}");
        set.countries[0].main_region = "@here".into();
    }
    let mut below_zero = 0;
    for row in rows(&report) {
        for cell in &row {
            if cell.starts_with(['=', '+', '-', '@', '\t']) {
                assert!(cell.parse::<f64>().is_ok(), "{row:?}");
                below_zero += 1;
            }
        }
    }
    assert!(
        below_zero > 0,
        "the sample has differences below zero, or this test says nothing"
    );
    let text = String::from_utf8(to_csv(&report).unwrap()).unwrap();
    for told in ["'=1+1", "'+SUM(A1)", "'-2+3", "'@SUM(A1)", "'\t=1+1", "'@here"] {
        assert!(text.contains(told), "{told}");
    }
}
