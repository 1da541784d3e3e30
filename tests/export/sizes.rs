//! Every format takes every size: nothing at all, one set, hundreds of sets and countries.

// The helpers of tests are tests too.
use isochrone::report::export::Format;
use isochrone::report::export::table::ranking;
use isochrone::report::model::{DesignResult, Report};
use isochrone::report::sample::{sample_design_report, sample_report};

fn every_format_takes(report: &Report) {
    for format in Format::ALL {
        let bytes = format.render(report).unwrap();
        assert!(!bytes.is_empty());
        assert_eq!(
            format.is_text(),
            std::str::from_utf8(&bytes).is_ok(),
            "{}",
            format.name()
        );
    }
    let table = ranking(report, Some(100));
    assert_eq!(table.rows.len(), report.sets.len());
    assert!(table.rows.iter().all(|row| row.len() == table.headers.len()));
}

#[test]
fn a_report_without_sets() {
    every_format_takes(&sample_report(0, 0));
}

#[test]
fn one_set_and_one_country() {
    every_format_takes(&sample_report(1, 1));
}

#[test]
fn a_set_without_any_details() {
    let mut report = sample_report(2, 3);
    report.baseline = None;
    report.search = None;
    for set in &mut report.sets {
        set.countries.clear();
        set.traffic.clear();
        set.targets.clear();
        set.latency.share_within.clear();
        set.latency.worst_country = None;
        set.versus_best = None;
        set.versus_baseline = None;
    }
    every_format_takes(&report);
}

#[test]
fn five_hundred_sets_and_two_hundred_countries() {
    every_format_takes(&sample_report(500, 200));
}

#[test]
fn designs_of_every_size() {
    for (sets, countries) in [(0, 0), (1, 1), (60, 20)] {
        every_format_takes(&sample_design_report(sets, countries));
    }
}

#[test]
fn a_design_of_which_nothing_was_asked() {
    let mut report = sample_design_report(2, 3);
    for set in &mut report.sets {
        set.design = Some(DesignResult::default());
    }
    report.cdn_or_region = None;
    every_format_takes(&report);
}
