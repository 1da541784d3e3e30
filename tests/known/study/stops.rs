//! Runs that stop once they are precise: how often their intervals hold the truth. The stop looks at the draws, which may
//! favour those that look precise.

use std::path::Path;

use isochrone::decide::run::simulate;
use isochrone::design::scenario::Scenario;
use isochrone::engine::progress::Watch;
use isochrone::engine::simulation::Simulation;
use isochrone::world::catalog::Catalog;
use rayon::prelude::*;

use super::truth::{OWN, World};
use super::{CONTRASTED, Counts, FIGURES, SETS, held, name_of, told};
use crate::row::Row;

/// Six groups and two sets, whose laws and regions are then those of the case.
const SCENARIO: &str = r#"
runs = 16384
input_replicates = 0
objective = "within:100ms"
[audience]
at_regions = ["eu-west-1", "us-east-1", "ap-southeast-1", "sa-east-1", "ap-northeast-1", "af-south-1"]
[regions]
candidates = ["ap-southeast-1", "eu-west-1", "us-east-1"]
[[placement]]
name = "one"
regions = ["ap-southeast-1", "eu-west-1"]
[[placement]]
name = "two"
regions = ["ap-southeast-1", "us-east-1"]
"#;

/// Ways to draw, and the standard error of the p95 of every set that is asked for, ms: such that the first look is seldom
/// enough and all runs are hardly ever made.
const WAYS: [(&str, &str, f64); 4] = [
    ("random", "equal", 1.0),
    ("random", "by-weight", 0.8),
    ("scrambled", "equal", 0.25),
    ("scrambled", "by-weight", 0.25),
];

/// Runs of the first look.
const FIRST_RUNS: u32 = 1024;

/// Figures that are looked at: those of a set but for the shares, and its differences.
fn looked_at() -> impl Iterator<Item = usize> {
    (0..FIGURES).filter(|figure| !(5..OWN).contains(figure))
}

pub(super) fn coverage(repetitions: u64) -> Vec<Row> {
    let catalog = Catalog::embedded();
    let world = World::apart();
    let truth = world.truth(&SETS);
    let counts = Counts { repetitions };
    let mut rows = Vec::new();
    for (points, allocation, within_ms) in WAYS {
        let precision = format!("p95:{within_ms}ms");
        let keys = [
            ("points", points),
            ("allocation", allocation),
            ("precision", precision.as_str()),
        ];
        let keys = keys.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let mut scenario = Scenario::parse("stop.toml", SCENARIO, Path::new(""), &keys, &catalog).unwrap();
        // Regions by their numbers, whatever the order of candidates is.
        for (placement, set) in scenario.placements.iter_mut().zip(SETS) {
            placement.regions = set.to_vec();
        }
        let mut ready = Simulation::new(&scenario, &catalog, Watch::default()).unwrap();
        assert_eq!(ready.laws.groups.len(), super::truth::GROUPS);
        ready.laws = world.laws();
        let of: Vec<([bool; FIGURES], u32)> = (1..=repetitions)
            .into_par_iter()
            .map(|seed| {
                let mut simulation = ready.clone();
                simulation.seed = seed;
                let outcome = simulate(&scenario, &simulation, Watch::default()).unwrap();
                let sets = [0, 1].map(|set: usize| &outcome.sets[set].judged);
                // Every set is as precise as was asked for, or all runs were made.
                let precise = sets.iter().all(|set| set.quantiles[2].std_error <= within_ms);
                assert!(precise || outcome.runs == scenario.sampling.runs);
                (held(&told(sets), &truth), outcome.runs)
            })
            .collect();
        let made = |wanted: &dyn Fn(u32) -> bool| of.iter().filter(|(_, runs)| wanted(*runs)).count();
        let (early, later) = (
            made(&|runs| runs < scenario.sampling.runs),
            made(&|runs| runs > FIRST_RUNS),
        );
        assert!(
            2 * early > of.len() && 5 * later > of.len(),
            "{points}, {allocation}: {early} stopped early, {later} after the first look"
        );
        for figure in looked_at() {
            let held = of.iter().filter(|(held, _)| held[figure]).count();
            let what = format!("{}, {points}, {allocation}", name_of(figure));
            rows.push(counts.held(what, held as u64));
        }
    }
    assert_eq!(rows.len(), 4 * (5 + CONTRASTED.len()));
    rows
}
