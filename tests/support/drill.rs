//! Reports of `drill` and of `search` on scenario text, and what tests look up in them.
#![allow(dead_code, unreachable_pub)]

use std::path::Path;
use std::sync::LazyLock;

use isochrone::basis::error::{Error, Severity};
use isochrone::decide::run::{search, simulate};
use isochrone::design::scenario::Scenario;
use isochrone::engine::progress::Watch;
use isochrone::engine::recovery::causes::YEAR_MIN;
use isochrone::engine::simulation::Simulation;
use isochrone::report::assemble::assemble;
use isochrone::report::model::{Figure, LossResult, RecoveryResult, Report, SetResult};
use isochrone::world::catalog::Catalog;

pub static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::embedded);

/// The scenario of `text`, of which reports shall tell losses.
pub fn scenario(text: &str) -> Scenario {
    let checked = Scenario::check_text("a.toml", text, Path::new(""), &[], &CATALOG);
    let errors = checked
        .problems
        .iter()
        .filter(|it| it.severity == Severity::Error);
    assert_eq!(errors.count(), 0, "{text}{:?}", checked.problems);
    let mut scenario = checked.scenario.unwrap();
    scenario.recovery_asked = true;
    scenario
}

/// A simulation without the paths from all places on land: they take far longer than a few draws, and only maps show them.
pub fn made_ready(scenario: &Scenario) -> Simulation {
    let mut simulation = Simulation::new(scenario, &CATALOG, Watch::default()).unwrap();
    simulation.sources.user_pairs_estimated = 0;
    simulation
}

pub fn drilled(scenario: &Scenario) -> Report {
    let simulation = made_ready(scenario);
    let outcome = simulate(scenario, &simulation, Watch::default()).unwrap();
    assemble("drill", scenario, &CATALOG, &simulation, &outcome).unwrap()
}

pub fn drill(text: &str) -> Report {
    drilled(&scenario(text))
}

/// What is told of the only set of `text`.
pub fn only(text: &str) -> SetResult {
    only_of(drill(text))
}

pub fn only_of(report: Report) -> SetResult {
    let mut sets = report.sets;
    assert_eq!(sets.len(), 1);
    sets.remove(0)
}

/// All sets that a search keeps, or why there is none.
pub fn searched(scenario: &Scenario) -> Result<Report, Error> {
    const ALL: usize = 1000;
    let simulation = made_ready(scenario);
    let outcome = search(scenario, &simulation, &[], ALL, Watch::default())?;
    assemble("search", scenario, &CATALOG, &simulation, &outcome)
}

pub fn recovery(set: &SetResult) -> &RecoveryResult {
    set.recovery.as_ref().unwrap()
}

pub fn loss<'a>(set: &'a SetResult, name: &str) -> &'a LossResult {
    let mut losses = recovery(set).losses.iter();
    losses.find(|loss| loss.name == name).unwrap()
}

/// Unavailability by enumeration: what the causes bring, without sampling error.
pub fn enumerated(set: &SetResult) -> f64 {
    let causes = recovery(set).availability.causes.iter();
    causes.map(|cause| cause.minutes).sum::<f64>() / YEAR_MIN
}

/// Within 4 standard errors of what is known; a normal estimate is farther off once in 15,800 cases.
pub fn assert_within_4_errors(what: &str, found: Figure, known: f64) {
    assert!(
        (found.value - known).abs() <= 4.0 * found.std_error + 1e-12 * known.abs(),
        "{what}: {found:?} is not {known}"
    );
}

/// Equal to rounding.
pub fn assert_close(what: &str, found: f64, known: f64, relative: f64) {
    assert!(
        (found - known).abs() <= relative * known.abs(),
        "{what}: {found} is not {known}"
    );
}
