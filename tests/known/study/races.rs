//! Races: how often one says anything wrong.

use isochrone::basis::seed::{Points, Source};
use isochrone::decide::objective::Figure;
use isochrone::decide::race::{ERROR, Raced, Rules, Standing, race};
use isochrone::design::sampling::Tolerance;
use isochrone::engine::latency::draws::Draws;
use isochrone::engine::latency::plan::Plan;
use isochrone::engine::progress::Watch;
use rayon::prelude::*;

use super::Counts;
use super::truth::{OWN, World};
use crate::row::Row;

/// The first two differ by one region, the third is the worst.
const RUNNERS: [&[usize]; 3] = [&[0, 1], &[0, 2], &[1]];

/// Figures, where they stand among those of a set, and an indifference that nothing can be shown to be within, ms.
const BY: [(&str, Figure, usize, f64); 2] = [
    ("mean", Figure::Mean, 0, 0.2),
    ("p95", Figure::Quantile(0.95), 3, 0.5),
];

/// What the third region adds where sets are to differ, ms.
const LATER_MS: f64 = 10.0;

/// Sets that differ do so by a tenth more than the indifference: called tied, they are called so wrongly.
const OF_THE_DISTANCE: f64 = 1.0 / 1.1;

pub(super) fn rows(repetitions: u64) -> Vec<Row> {
    let counts = Counts { repetitions };
    let (twins, near) = (World::twins(0.0), World::twins(LATER_MS));
    let truths = [&twins, &near].map(|world| world.truth(&RUNNERS));
    let mut rows = Vec::new();
    for (name, figure, place, small) in BY {
        let distance = truths[1][1][place] - truths[1][0][place];
        assert!(distance > 1.0, "{name}: {distance}");
        for (points, how) in [(Points::Random, "random"), (Points::Scrambled, "scrambled")] {
            for (world, truth, indifference, what) in [
                (&twins, &truths[0], small, "two equal sets and a third"),
                (
                    &near,
                    &truths[1],
                    OF_THE_DISTANCE * distance,
                    "two sets just beyond the indifference and a third",
                ),
            ] {
                let rules = Rules {
                    figure,
                    first: 256,
                    most: 2048,
                    indifference: Tolerance::Ms(indifference),
                };
                let raced = races(world, &rules, points, repetitions);
                let wrong = raced.iter().filter(|raced| is_wrong(raced, truth, place)).count();
                says_something(&raced, name);
                let what = format!("races by {name} that say anything wrong, {how}: {what}");
                rows.push(counts.wrong(what, ERROR, wrong as u64));
            }
        }
    }
    rows
}

fn races(world: &World, rules: &Rules, points: Points, repetitions: u64) -> Vec<Raced> {
    let laws = world.laws();
    let plans: Vec<Plan> = RUNNERS.iter().map(|set| laws.plain_plan(set)).collect();
    (1..=repetitions)
        .into_par_iter()
        .map(|seed| {
            let draws = |runs: u32| Draws::equal(runs, Source { seed, points });
            race(&laws, &plans, rules, &draws, Watch::default())
                .unwrap()
                .unwrap()
        })
        .collect()
}

fn is_wrong(raced: &Raced, truth: &[[f64; OWN]], place: usize) -> bool {
    raced.runners.iter().enumerate().any(|(set, runner)| {
        let apart = truth[set][place] - truth[runner.against][place];
        match runner.standing {
            Standing::Separated => apart <= 0.0,
            Standing::Tied => apart.abs() > raced.indifference,
            Standing::Leads | Standing::Undecided => false,
        }
    })
}

/// Not wrong by never saying anything: the third set is far behind, and told so.
fn says_something(raced: &[Raced], name: &str) {
    let told = raced
        .iter()
        .filter(|raced| raced.runners[2].standing == Standing::Separated);
    let told = told.count();
    assert!(10 * told > 9 * raced.len(), "{name}: {told} of {}", raced.len());
}
