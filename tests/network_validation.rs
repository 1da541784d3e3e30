//! Does the network model keep what it states, on data it has not seen, with the tables of `data/`?
//!
//! Thresholds are those the model was asked to meet, not what it happens to reach.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use isochrone::world::catalog::Catalog;
use isochrone::world::network::Network;
use isochrone::world::network::calibration::{self, UserCalibration};
use isochrone::world::network::path::{PathModel, Spread};
use isochrone::world::network::tables::Tables;
use isochrone::world::network::validate::{
    Figures, UserValidation, calibrate, cross_validate_paths, cross_validate_users, predict_matrix,
};
use isochrone::world::network::variance::InputSpread;

fn tables() -> Tables {
    Tables::from_catalog(&Catalog::embedded()).expect("the embedded tables parse")
}

/// Made once: every fold fits all its constants anew.
fn users() -> &'static UserValidation {
    static FOUND: OnceLock<UserValidation> = OnceLock::new();
    FOUND.get_or_init(|| cross_validate_users(&tables()).expect("the embedded tables are sound"))
}

fn covers_what_it_states(figures: &Figures) -> bool {
    figures.coverage_50.holds(0.5) && figures.coverage_90.holds(0.9)
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
fn unseen_cities_are_predicted_as_asked() {
    let found = cross_validate_paths(&tables().landmarks().unwrap());
    assert!(found.all.median_error.value <= 0.079, "{found:#?}");
    assert!(found.all.p90_error.value <= 0.30, "{found:#?}");
    assert!(
        found.all.median_error.value < found.distance_alone / 2.0,
        "{found:#?}"
    );
    for figures in [&found.all, &found.one_unseen, &found.both_unseen] {
        assert!(covers_what_it_states(figures), "{figures:#?}");
    }
}

#[test]
fn users_in_unseen_countries_lie_in_the_stated_intervals() {
    let found = users();
    assert!(covers_what_it_states(&found.all), "{found:#?}");
    assert_eq!(
        found.technologies.iter().map(|(_, f)| f.n).sum::<usize>(),
        found.all.n
    );
    // The same with the kernel of the shifts chosen among what each fold has seen.
    assert!(covers_what_it_states(&found.kernel_chosen_in_fold), "{found:#?}");
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

#[test]
fn matrices_that_were_left_out_are_predicted_and_covered() {
    let tables = tables();
    let model = PathModel::new(tables.landmarks().unwrap());
    for provider in ["aws", "gcp", "ibm"] {
        let scale = calibration::backbone_scale(provider);
        let figures = predict_matrix(&model, &tables, provider, scale);
        assert!(figures.median_error.value < 0.08, "{provider} {figures:#?}");
        assert!(figures.coverage_90.holds(0.9), "{provider} {figures:#?}");
    }
}
