//! Published optima on a 19-region AWS matrix (pings of 5 June 2020), through an ordinary scenario with the
//! user's own matrix: latencies are fixed, so every figure must come out exactly.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use isochrone::decide::run::search;
use isochrone::design::scenario::Scenario;
use isochrone::engine::progress::Watch;
use isochrone::engine::simulation::Simulation;
use isochrone::world::catalog::Catalog;

const MATRIX: &str = include_str!("known/aws_2020_rtts.csv");

/// The best sets by size: the regions without their provider, and the value in ms.
fn best_by_size(objective: &str) -> Vec<(Vec<String>, f64)> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("matrix.csv"), MATRIX).unwrap();
    let header = MATRIX.lines().find(|line| line.starts_with("from,")).unwrap();
    let regions: Vec<&str> = header.split(',').skip(1).collect();
    let text = format!(
        "objective = \"{objective}\"\nruns = 100\n\
         [audience]\nat_regions = {regions:?}\n\
         [regions]\ncandidates = {regions:?}\nsizes = \"1..5\"\n\
         [request]\nround_trips = 1\nservice = \"0ms\"\n\
         [network]\nmatrix = \"matrix.csv\"\n"
    );
    let file = folder.path().join("case.toml");
    std::fs::write(&file, text).unwrap();
    let catalog = Catalog::embedded();
    let scenario = Scenario::load(&file, &[], &catalog).unwrap();
    let simulation = Simulation::new(&scenario, &catalog, Watch::default()).unwrap();
    let outcome = search(&scenario, &simulation, &[], 3, Watch::default()).unwrap();
    assert!(
        outcome
            .sets
            .iter()
            .all(|set| set.judged.quantiles[2].std_error == 0.0)
    );
    let found = outcome.search.unwrap().found;
    found
        .best
        .values()
        .map(|sets| {
            let names = sets[0]
                .regions
                .iter()
                .map(|at| scenario.candidates[*at].code.clone());
            let mut names: Vec<String> = names.collect();
            names.sort();
            (names, sets[0].value)
        })
        .collect()
}

#[test]
fn mean_optimal_sets_are_those_published() {
    // A mean over 19 clients of whole milliseconds: exact to rounding of the last digit printed.
    let published: [(&[&str], f64); 5] = [
        (&["eu-west-2"], 2043.0 / 19.0),
        (&["ap-southeast-1", "eu-west-1"], 1297.0 / 19.0),
        (&["ap-southeast-1", "eu-west-2", "us-east-2"], 833.0 / 19.0),
        (
            &["af-south-1", "ap-southeast-1", "eu-central-1", "us-east-2"],
            684.0 / 19.0,
        ),
        (
            &[
                "af-south-1",
                "ap-southeast-1",
                "eu-central-1",
                "sa-east-1",
                "us-east-2",
            ],
            560.0 / 19.0,
        ),
    ];
    for ((names, value), (expected, ms)) in best_by_size("mean").iter().zip(published) {
        assert_eq!(names, expected);
        assert!((value - ms).abs() < 1e-9, "{names:?}: {value}");
    }
}

#[test]
fn minimax_sets_are_those_published() {
    let found = best_by_size("worst-group");
    let values: Vec<f64> = found.iter().take(4).map(|(_, value)| *value).collect();
    assert_eq!(values, [223.0, 180.0, 113.0, 105.0]);
    assert_eq!(found[0].0, ["ca-central-1"]);
    assert_eq!(found[2].0, ["af-south-1", "ap-southeast-1", "us-east-1"]);
    assert_eq!(
        found[3].0,
        ["af-south-1", "ap-southeast-1", "sa-east-1", "us-east-1"]
    );
}
