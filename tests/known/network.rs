//! Does the network model keep what it states, on data it has not seen, with the tables of `data/`?
//!
//! Thresholds are those the model was asked to meet, not what it happens to reach.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::{LazyLock, OnceLock};

use isochrone::world::catalog::Catalog;
use isochrone::world::network::Network;
use isochrone::world::network::calibration::{self, UserCalibration};
use isochrone::world::network::interval::Interval;
use isochrone::world::network::path::{PathModel, Spread};
use isochrone::world::network::tables::Tables;
use isochrone::world::network::validate::{
    Figures, PathValidation, UserValidation, best_and_worst, calibrate, cross_validate_paths,
    cross_validate_users, predict_matrix, predict_regions,
};
use isochrone::world::network::variance::InputSpread;

use crate::row::{Band, Digits, Kind, Row, hold};

/// The tables of measurements that the network is made from.
pub(crate) const TABLES: [&str; 6] = [
    "network/landmark_rtts.csv",
    "network/aws_rtts.csv",
    "network/gcp_rtts.csv",
    "network/ibm_rtts.csv",
    "network/access_quantiles.csv",
    "network/probe_rtts.csv",
];

fn tables() -> Tables {
    Tables::from_catalog(&Catalog::embedded()).expect("the embedded tables parse")
}

/// Made once: every fold fits all its constants anew.
fn users() -> &'static UserValidation {
    static FOUND: OnceLock<UserValidation> = OnceLock::new();
    FOUND.get_or_init(|| cross_validate_users(&tables()).expect("the embedded tables are sound"))
}

fn paths() -> &'static PathValidation {
    static FOUND: OnceLock<PathValidation> = OnceLock::new();
    FOUND.get_or_init(|| cross_validate_paths(&tables().landmarks().expect("the embedded tables are sound")))
}

const PROVIDERS: [&str; 3] = ["aws", "gcp", "ibm"];

const LEFT_OUT: Kind = Kind {
    source: "measurements left out",
    unit: "%",
    digits: Digits::Point(1),
};

/// A share that is stated to be inside, and the side of its interval over clusters that faces what is stated.
fn inside(what: &str, stated: f64, found: Interval) -> Row {
    let room = if found.value > stated {
        found.value - found.low
    } else {
        found.high - found.value
    };
    let what = format!("{what}: inside the {:.0} % interval", 100.0 * stated);
    let band = (Band::Within(100.0 * room), "95 % over clusters");
    LEFT_OUT.row(what, 100.0 * stated, 100.0 * found.value, band)
}

fn covered(what: &str, figures: &Figures) -> [Row; 2] {
    [
        inside(what, 0.5, figures.coverage_50),
        inside(what, 0.9, figures.coverage_90),
    ]
}

/// An error that was asked to be at most so large, percent.
fn error(what: &str, most: f64, found: Interval) -> Row {
    LEFT_OUT.row(what, most, 100.0 * found.value, (Band::AtMost, "asked for"))
}

fn path_rows() -> Vec<Row> {
    let found = paths();
    let mut rows = vec![
        error(
            "city pairs over 100 km: median error",
            7.9,
            found.all.median_error,
        ),
        error("city pairs over 100 km: p90 error", 30.0, found.all.p90_error),
        error(
            "city pairs over 100 km: median error, half of that of distance alone",
            50.0 * found.distance_alone,
            found.all.median_error,
        ),
    ];
    for (what, figures) in [
        ("city pairs over 100 km", &found.all),
        ("one city unseen", &found.one_unseen),
        ("both cities unseen", &found.both_unseen),
    ] {
        rows.extend(covered(what, figures));
    }
    rows
}

fn matrix_rows() -> Vec<Row> {
    let tables = tables();
    let model = PathModel::new(tables.landmarks().expect("the embedded tables are sound"));
    let mut rows = Vec::new();
    for provider in PROVIDERS {
        let scale = calibration::backbone_scale(provider);
        let figures = predict_matrix(&model, &tables, provider, scale);
        let what = format!("{provider} regions, each unseen");
        rows.push(error(&format!("{what}: median error"), 8.0, figures.median_error));
        rows.extend(covered(&what, &figures));
    }
    rows
}

fn user_rows() -> Vec<Row> {
    let found = users();
    let mut rows = covered("users in unseen countries", &found.all).to_vec();
    for (technology, figures) in &found.technologies {
        let what = format!("users in unseen countries, {}", technology.name());
        rows.extend(covered(&what, figures));
    }
    // The same with the kernel of the shifts chosen among what each fold has seen.
    rows.extend(covered(
        "users, kernel chosen in each fold",
        &found.kernel_chosen_in_fold,
    ));
    rows
}

pub(crate) static ROWS: LazyLock<Vec<Row>> =
    LazyLock::new(|| [path_rows(), matrix_rows(), user_rows()].concat());

/// The regions that are predicted best and worst when each is left out, in words.
pub(crate) fn extremes() -> String {
    let tables = tables();
    let model = PathModel::new(tables.landmarks().expect("the embedded tables are sound"));
    let mut text =
        "\nOne region left out at a time, the links that lead from it foretold: the median error is\n\n"
            .to_owned();
    for provider in PROVIDERS {
        let scale = calibration::backbone_scale(provider);
        let regions = predict_regions(&model, &tables, provider, scale);
        let (best, worst) = best_and_worst(&regions).expect("a matrix has regions");
        let told = |(name, figures): &(String, Figures)| {
            let error = figures.median_error;
            let [value, low, high] = [error.value, error.low, error.high].map(|share| 100.0 * share);
            format!(
                "{name} with {value:.1} % ({low:.1} to {high:.1}, {} clusters)",
                figures.clusters
            )
        };
        writeln!(
            text,
            "- among {} regions of {provider} least from {}, largest from {};",
            regions.len(),
            told(best),
            told(worst)
        )
        .unwrap();
    }
    text
}

#[test]
fn what_was_left_out_is_predicted_and_covered() {
    hold(&ROWS);
}

/// Every link has one region that it leads from.
#[test]
fn regions_one_by_one_are_the_matrix_taken_apart() {
    let tables = tables();
    let model = PathModel::new(tables.landmarks().expect("the embedded tables are sound"));
    for provider in PROVIDERS {
        let whole = predict_matrix(&model, &tables, provider, 1.0);
        let regions = predict_regions(&model, &tables, provider, 1.0);
        assert_eq!(
            regions.iter().map(|(_, figures)| figures.n).sum::<usize>(),
            whole.n
        );
        assert!(regions.is_sorted_by(|a, b| a.0 < b.0));
        for (name, figures) in &regions {
            assert!(
                name.starts_with(provider) && figures.clusters == figures.n,
                "{name} {figures:?}"
            );
        }
        let inside: f64 = regions
            .iter()
            .map(|(_, it)| it.coverage_90.value * it.n as f64)
            .sum();
        assert!((inside / whole.n as f64 - whole.coverage_90.value).abs() < 1e-9);
    }
}

fn assert_near(what: &str, found: &[f64], committed: &[f64], tolerance: f64) {
    for (f, c) in found.iter().zip(committed) {
        assert!(
            (f - c).abs() <= tolerance * c.abs().max(0.1),
            "{what}: {found:?} against {committed:?}"
        );
    }
}

#[test]
fn calibrated_constants_agree_with_the_tables() {
    let found = calibrate(&tables()).unwrap();
    let spread = Spread::calibrated();
    assert_near(
        "spread",
        &found.spread.coefficients(),
        &spread.coefficients(),
        0.002,
    );
    assert_near(
        "shape",
        &found.spread.shape().quantiles(),
        &spread.shape().quantiles(),
        0.01,
    );
    let backbone = ["aws", "ibm"].map(calibration::backbone_scale);
    assert_near(
        "backbone",
        &[found.backbone_scale_seen, found.backbone_scale_unseen],
        &backbone,
        0.01,
    );
    let jitter = [calibration::JITTER_BASE_MS, calibration::JITTER_PER_RTT];
    assert_near("jitter", &[found.jitter.0, found.jitter.1], &jitter, 0.01);
    let (users, committed) = (found.users, UserCalibration::calibrated());
    assert_near(
        "access median",
        &users.access_median_ms,
        &committed.access_median_ms,
        0.01,
    );
    assert_near(
        "access spread",
        &users.access_sigma,
        &committed.access_sigma,
        0.01,
    );
    let spread_of = |c: UserCalibration| [c.path_scale, c.path_tail];
    assert_near("user spread", &spread_of(users), &spread_of(committed), 0.01);
}

#[test]
fn the_input_errors_for_tables_without_probes_lie_in_the_intervals_of_the_probes() {
    let network = Network::build(&tables()).unwrap();
    let (path, access) = network.input_variance();
    let (path, access) = (path.unwrap(), access.unwrap());
    let committed = InputSpread::calibrated();
    assert!(path.between.holds(committed.path), "{path:?}");
    assert!(access.between.holds(committed.access), "{access:?}");
    let used = network.input_spread();
    assert_eq!(
        (used.path, used.access),
        (path.between.value, access.between.value)
    );
    let bare = Tables {
        probes: Vec::new(),
        ..tables()
    };
    assert_eq!(Network::build(&bare).unwrap().input_spread(), committed);
}

#[test]
fn every_probe_is_a_row_of_one_analysis() {
    let tables = tables();
    let (path, access) = Network::build(&tables).unwrap().input_variance();
    assert_eq!(path.unwrap().rows + access.unwrap().rows, tables.probes.len());
}

#[test]
fn every_row_of_users_is_of_one_technology() {
    let found = users();
    assert_eq!(
        found.technologies.iter().map(|(_, f)| f.n).sum::<usize>(),
        found.all.n
    );
    assert_eq!(found.kernel_chosen_in_fold.n, found.all.n);
}

#[test]
fn countries_with_five_probes_are_told_one_by_one() {
    let tables = tables();
    let found = users();
    let mut probes: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for row in &tables.probes {
        probes
            .entry(row.place.country.to_string())
            .or_default()
            .insert(row.probe);
    }
    let large: Vec<(String, usize)> = probes
        .into_iter()
        .map(|(country, probes)| (country, probes.len()))
        .filter(|(_, probes)| *probes >= 5)
        .collect();
    let told: Vec<(String, usize)> = found
        .countries
        .iter()
        .map(|(country, figures)| (country.to_string(), figures.clusters))
        .collect();
    assert_eq!(told, large);
}
