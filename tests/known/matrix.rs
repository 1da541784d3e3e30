//! Published optima on a 19-region AWS matrix (pings of 5 June 2020), through an ordinary scenario with the
//! user's own matrix: latencies are fixed, so every figure must come out exactly.

use std::sync::LazyLock;

use isochrone::decide::run::search;
use isochrone::design::scenario::Scenario;
use isochrone::engine::progress::Watch;
use isochrone::engine::simulation::Simulation;
use isochrone::world::catalog::Catalog;

use crate::row::{Digits, Kind, Row, hold};

const MATRIX: &str = include_str!("aws_2020_rtts.csv");

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
    // Nothing is drawn.
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

const SOURCE: &str = "AWS pings of 5 June 2020, all sets tried";

/// Regions of the best set, and its value as the sum over 19 clients of whole milliseconds.
type Published = (&'static [&'static str], f64);

const BY_MEAN: [Published; 5] = [
    (&["eu-west-2"], 2043.0),
    (&["ap-southeast-1", "eu-west-1"], 1297.0),
    (&["ap-southeast-1", "eu-west-2", "us-east-2"], 833.0),
    (
        &["af-south-1", "ap-southeast-1", "eu-central-1", "us-east-2"],
        684.0,
    ),
    (
        &[
            "af-south-1",
            "ap-southeast-1",
            "eu-central-1",
            "sa-east-1",
            "us-east-2",
        ],
        560.0,
    ),
];

/// The worst client's way in ms; of two regions several sets tie.
const BY_WORST: [Published; 4] = [
    (&["ca-central-1"], 223.0),
    (&[], 180.0),
    (&["af-south-1", "ap-southeast-1", "us-east-1"], 113.0),
    (&["af-south-1", "ap-southeast-1", "sa-east-1", "us-east-1"], 105.0),
];

fn best(objective: &str, called: &str, clients: f64, published: &[Published]) -> Vec<Row> {
    let value = Kind {
        source: SOURCE,
        unit: "ms",
        digits: Digits::Point(4),
    };
    let mut rows = Vec::new();
    for (size, ((found, ms), (regions, sum))) in (1..).zip(best_by_size(objective).iter().zip(published)) {
        if !regions.is_empty() {
            let what = format!("best set by {called}, {size}");
            rows.push(Row::words(what, SOURCE, regions.join(" "), found.join(" ")));
        }
        // Whole milliseconds add up without rounding; what is left is that of one division.
        rows.push(value.exact(format!("its {called}, {size}"), sum / clients, *ms, 1e-12));
    }
    rows
}

pub(crate) static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let mut rows = best("mean", "mean", 19.0, &BY_MEAN);
    rows.extend(best("worst-group", "worst client", 1.0, &BY_WORST));
    assert_eq!(rows.len(), 2 * 9 - 1);
    rows
});

#[test]
fn the_best_sets_are_those_published() {
    hold(&ROWS);
}
