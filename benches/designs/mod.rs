//! A search over designs against one over plain sets: the same user groups, candidates and runs.
//!
//! Three classes of request, a CDN, resolvers that stand elsewhere, and a leader to be chosen, over all sets of three of 33
//! regions, against requests that are all alike.

use std::path::Path;
use std::time::Instant;

use isochrone::decide::run::search;
use isochrone::design::scenario::Scenario;
use isochrone::engine::progress::Watch;
use isochrone::engine::simulation::Simulation;
use isochrone::world::catalog::Catalog;

use crate::{Spread, pool, spread};

/// Sets that are told of, as the command line does without being asked.
const TOP: usize = 10;

/// Figures that sets are ranked by. The mean is screened by means alone, a percentile by distribution functions.
const OBJECTIVES: [&str; 2] = ["mean", "p95"];

/// Times both, in turns on one thread, and prints the ratios.
pub(crate) fn compare(repeats: usize) {
    for objective in OBJECTIVES {
        let plain = read("plain.toml", include_str!("plain.toml"), objective);
        let design = read("design.toml", include_str!("design.toml"), objective);
        assert_eq!(plain.candidates, design.candidates);
        assert_eq!(plain.audience.groups.len(), design.audience.groups.len());
        assert_eq!(plain.sampling, design.sampling);
        println!(
            "\nobjective {objective}: {} user groups x {} regions x {} runs, all sets of {:?}",
            plain.audience.groups.len(),
            plain.candidates.len(),
            plain.sampling.runs,
            plain.sizes
        );
        let times: Vec<(f64, f64)> = (0..repeats).map(|_| (time(&plain), time(&design))).collect();
        line(
            "plain sets",
            spread(times.iter().map(|pair| pair.0).collect()),
            " s",
        );
        line("designs", spread(times.iter().map(|pair| pair.1).collect()), " s");
        let ratios = times.iter().map(|(plain, design)| design / plain);
        line("ratio within a repeat", spread(ratios.collect()), " x");
    }
}

fn read(name: &str, text: &str, objective: &str) -> Scenario {
    let overrides = [("objective".to_owned(), objective.to_owned())];
    Scenario::parse(name, text, Path::new(""), &overrides, &Catalog::embedded()).expect("a sound scenario")
}

/// Seconds of one search on one thread, from the checked scenario to what is told of the best.
fn time(scenario: &Scenario) -> f64 {
    let catalog = Catalog::embedded();
    pool(1).install(|| {
        let start = Instant::now();
        let simulation = Simulation::new(scenario, &catalog, Watch::default()).expect("made ready");
        let outcome = search(scenario, &simulation, &[], TOP, Watch::default()).expect("some set");
        let seconds = start.elapsed().as_secs_f64();
        assert!(outcome.sets.len() >= TOP && outcome.missing.is_empty());
        seconds
    })
}

fn line(what: &str, of: Spread, unit: &str) {
    println!(
        "{what:<24} {:7.2}{unit}  [{:.2} .. {:.2}]",
        of.median, of.min, of.max
    );
}
