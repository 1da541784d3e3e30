//! Laws of the JSON report: what is written is read back bit by bit, and what is not a report is refused.

// The helpers of tests are tests too.
use isochrone::basis::error::Error;
use isochrone::report::export::json::{from_json, to_json};
use isochrone::report::model::Report;
use isochrone::report::sample::{
    sample_design_report, sample_recovery_edges, sample_recovery_report, sample_report,
};
use proptest::prelude::*;

fn round_trip(report: &Report) -> Report {
    from_json("report.json", &to_json(report).unwrap()).unwrap()
}

fn refused(text: &str) -> Error {
    from_json("r.json", text.as_bytes()).unwrap_err()
}

fn any_finite() -> impl Strategy<Value = f64> {
    any::<f64>().prop_filter("JSON has no infinities", |x| x.is_finite())
}

proptest! {
    #[test]
    fn every_finite_number_and_every_text_survives(
        value in any_finite(), low in any_finite(), name in any::<String>(), seed: u64
    ) {
        let mut report = sample_report(2, 3);
        report.sets[1].latency.p99_ms.value = value;
        report.sets[0].latency.p50_ms.sampling.low = low;
        report.sets[0].name = name;
        report.provenance.seed = seed;
        let back = round_trip(&report);
        prop_assert_eq!(back.sets[1].latency.p99_ms.value.to_bits(), value.to_bits());
        prop_assert_eq!(&back, &report);
        prop_assert_eq!(to_json(&back).unwrap(), to_json(&report).unwrap());
    }
}

#[test]
fn absent_fields_stay_absent() {
    let mut report = sample_report(1, 2);
    report.search = None;
    report.baseline = None;
    report.question.requests_per_second = None;
    report.sets[0].objective.input = None;
    let text = String::from_utf8(to_json(&report).unwrap()).unwrap();
    assert!(!text.contains("null"));
    assert_eq!(round_trip(&report), report);
}

#[test]
fn floats_are_written_with_the_fewest_digits_that_read_back() {
    let mut report = sample_report(1, 1);
    report.sets[0].latency.worst_group_mean_ms = 0.1 + 0.2;
    report.question.total_weight = 1.0;
    let text = String::from_utf8(to_json(&report).unwrap()).unwrap();
    assert!(text.contains("\"worst_group_mean_ms\": 0.30000000000000004,"));
    assert!(text.contains("\"total_weight\": 1.0,"));
}

#[test]
fn a_figure_that_is_not_a_number_is_refused_rather_than_dropped() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut report = sample_report(1, 1);
        report.sets[0].latency.p95_ms.std_error = bad;
        let message = to_json(&report).unwrap_err().to_string();
        assert!(message.contains("infinite or not a number"), "{message}");
    }
}

#[test]
fn other_files_and_other_versions_are_refused_with_what_they_are() {
    assert_eq!(
        refused("{\"schema\": \"something-else\"}").to_string(),
        "r.json is not an isochrone report: its `schema` is \"something-else\", not \"isochrone-report\""
    );
    assert!(refused("{}").to_string().ends_with("it has no `schema`"));
    let text = String::from_utf8(to_json(&sample_report(1, 1)).unwrap()).unwrap();
    let with_version = |line: &str| refused(&text.replacen("\"schema_version\": 1,", line, 1));
    let newer = with_version("\"schema_version\": 2,");
    assert_eq!(
        newer.to_string(),
        "r.json has schema version 2, and this program knows 1"
    );
    assert!(
        newer.problems()[0]
            .hint
            .as_ref()
            .unwrap()
            .contains("newer version")
    );
    assert!(
        with_version("\"schema_version\": 0,")
            .to_string()
            .contains("never released")
    );
    assert!(with_version("").to_string().contains("does not say"));
}

#[test]
fn a_broken_file_is_refused_with_its_place() {
    let message = refused("{\n  \"schema\": oops\n}").to_string();
    assert!(
        message.starts_with("r.json:2:13: the report cannot be read: expected value"),
        "{message}"
    );
    assert!(from_json("r.json", b"\xff\xfe").is_err());
    assert!(from_json("r.json", b"").is_err());
}

#[test]
fn parts_that_do_not_fit_together_are_refused() {
    let message = |report: &Report| {
        from_json("r.json", &to_json(report).unwrap())
            .unwrap_err()
            .to_string()
    };
    let mut report = sample_report(2, 2);
    report.baseline = Some(2);
    assert_eq!(
        message(&report),
        "r.json: the baseline is set 2 of 2, counted from 0"
    );
    let mut report = sample_report(2, 2);
    report.region_matrix.p50_ms[0].pop();
    assert!(message(&report).contains("the region matrix must have a row and a column"));
}

#[test]
fn a_design_survives_and_a_plain_report_does_not_mention_it() {
    let report = sample_design_report(3, 4);
    assert_eq!(round_trip(&report), report);
    let plain = String::from_utf8(to_json(&sample_report(3, 4)).unwrap()).unwrap();
    for field in ["design", "classes", "cdn_or_region"] {
        assert!(!plain.contains(&format!("\"{field}\"")), "{field}");
    }
}

#[test]
fn what_is_told_of_recovery_is_read_back_as_it_was() {
    for (what, report) in sample_recovery_edges() {
        assert_eq!(round_trip(&report), report, "{what}");
    }
}

#[test]
fn a_front_of_sets_that_are_not_there_is_refused() {
    let mut report = sample_recovery_report(2, 3);
    report.recovery.as_mut().unwrap().front = vec![0, 2];
    let text = String::from_utf8(to_json(&report).unwrap()).unwrap();
    assert!(refused(&text).to_string().contains("the front names set 2 of 2"));
}

/// A user group that nobody serves has no figures, and that is read back too.
#[test]
fn users_whom_nobody_serves_survive_a_round_trip() {
    let mut report = sample_report(2, 5);
    for set in &mut report.sets {
        let users = set.users.as_mut().unwrap();
        users.region[1] = None;
        users.p50_ms[1] = None;
        users.p95_ms[1] = None;
    }
    let text = String::from_utf8(to_json(&report).unwrap()).unwrap();
    assert!(text.contains("-1"));
    assert_eq!(round_trip(&report), report);
}

#[test]
fn columns_that_do_not_fit_the_atlas_are_refused() {
    let report = sample_report(2, 5);
    let spoilt = |spoil: &dyn Fn(&mut Report)| {
        let mut report = report.clone();
        spoil(&mut report);
        refused(&String::from_utf8(to_json(&report).unwrap()).unwrap()).to_string()
    };
    for said in [
        spoilt(&|it| it.sets[1].users.as_mut().unwrap().p95_ms.truncate(3)),
        spoilt(&|it| it.sets[1].users.as_mut().unwrap().region[0] = Some(99)),
        spoilt(&|it| it.atlas.as_mut().unwrap().users.truncate(2)),
    ] {
        assert!(said.contains("do not fit the atlas"), "{said}");
    }
    let said = spoilt(&|it| {
        it.atlas
            .as_mut()
            .unwrap()
            .reach
            .as_mut()
            .unwrap()
            .latitudes
            .truncate(2);
    });
    assert!(said.contains("the grid of the atlas"), "{said}");
}
