//! Draws that save work keep what they promise: counted over many seeds that were fixed before.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support {
    pub(crate) mod laws;
}

use isochrone::basis::dist::Dist;
use isochrone::basis::seed::{Points, Source};
use isochrone::basis::stat::estimate::Estimate;
use isochrone::decide::judge::{Criteria, Judged, judge};
use isochrone::decide::objective::Figure;
use isochrone::decide::race::{Raced, Rules, Standing, race};
use isochrone::design::sampling::Tolerance;
use isochrone::engine::latency::draws::Draws;
use isochrone::engine::latency::law::{Laws, Part};
use isochrone::engine::latency::placed::Placed;
use isochrone::engine::latency::plan::Plan;
use isochrone::engine::latency::table::LatencyTable;
use isochrone::engine::progress::Watch;
use rayon::prelude::*;
use support::laws::weighted_laws_of;

const REPETITIONS: u64 = 400;

fn scrambled(seed: u64) -> Source {
    Source {
        seed,
        points: Points::Scrambled,
    }
}

/// Five groups of very different weight and three regions; path, jitter, access network and service are all random.
fn laws() -> Laws {
    let path = |median: f64| Dist::log_normal(median, 0.35).unwrap();
    let rtt = [
        [40.0, 90.0, 150.0],
        [60.0, 45.0, 120.0],
        [140.0, 70.0, 60.0],
        [150.0, 160.0, 35.0],
        [90.0, 80.0, 85.0],
    ];
    let rtt: Vec<Vec<Dist>> = rtt.iter().map(|row| row.map(path).to_vec()).collect();
    let mut laws = weighted_laws_of(&[8.0, 4.0, 2.0, 1.0, 0.5], &rtt);
    for pair in &mut laws.pairs {
        pair.parts
            .push(Part::once(Dist::gamma(2.0, 3.0).unwrap().shape()));
    }
    for group in &mut laws.groups {
        group.access = Part::once(Dist::gamma(1.5, 8.0).unwrap().shape());
    }
    laws.service = Part::once(Dist::log_normal(6.0, 0.5).unwrap().shape());
    laws
}

fn criteria() -> Criteria {
    Criteria {
        objective: Figure::Quantile(0.95),
        within_ms: vec![100.0],
        min_share: 0.05,
        input_replicates: 0,
    }
}

const SETS: [&[usize]; 2] = [&[0, 1], &[0, 2]];

fn judged(laws: &Laws, draws: &Draws) -> Vec<Judged> {
    let table = LatencyTable::drawn(laws, draws, Watch::default()).unwrap();
    let sets: Vec<Vec<usize>> = SETS.iter().map(|set| set.to_vec()).collect();
    judge(laws, &table, &sets, Some(0), &criteria(), Watch::default())
        .unwrap()
        .sets
}

const FIGURES: [&str; 8] = [
    "mean",
    "p50",
    "p95",
    "p99",
    "share",
    "difference of means",
    "difference of p50",
    "difference of p95",
];

/// The figures of the second set, and its differences from the first, whichever is better.
fn figures(judged: &[Judged]) -> [Estimate; 8] {
    let [first, second] = judged else {
        panic!("two sets")
    };
    assert!(first.versus_baseline.is_none());
    let apart = second.versus_baseline.unwrap();
    [
        second.mean,
        second.quantiles[0],
        second.quantiles[2],
        second.quantiles[3],
        second.shares[0],
        apart.mean.estimate,
        apart.p50.estimate,
        apart.p95.estimate,
    ]
}

/// From 2^20 points a pair: errors of a hundredth of those looked at here.
fn truth(laws: &Laws) -> [f64; 8] {
    figures(&judged(laws, &Draws::equal(1 << 20, scrambled(1)))).map(|estimate| estimate.value)
}

/// How often intervals hold the truth, and the root of the mean square of the errors.
fn counted(laws: &Laws, truth: &[f64; 8], draws: impl Fn(u64) -> Draws + Sync) -> [(f64, f64); 8] {
    let of: Vec<[(bool, f64); 8]> = (0..REPETITIONS)
        .into_par_iter()
        .map(|seed| {
            let figures = figures(&judged(laws, &draws(1000 + seed)));
            std::array::from_fn(|at| {
                let (low, high) = figures[at].sampling;
                let off = figures[at].value - truth[at];
                (low <= truth[at] && truth[at] <= high, off * off)
            })
        })
        .collect();
    std::array::from_fn(|at| {
        let held = of.iter().filter(|of| of[at].0).count() as f64 / REPETITIONS as f64;
        let square = of.iter().map(|of| of[at].1).sum::<f64>() / REPETITIONS as f64;
        (held, square.sqrt())
    })
}

#[test]
fn intervals_hold_what_they_promise_and_scrambled_points_are_closer() {
    let laws = laws();
    let truth = truth(&laws);
    let weights = || laws.groups.iter().map(|group| group.weight);
    let runs = 1024;
    let random = counted(&laws, &truth, |seed| Draws::equal(runs, seed));
    let points = counted(&laws, &truth, |seed| Draws::equal(runs, scrambled(seed)));
    let weighed = counted(&laws, &truth, |seed| Draws::by_weight(weights(), runs, seed));
    let both = counted(&laws, &truth, |seed| {
        Draws::by_weight(weights(), runs, scrambled(seed))
    });
    for (at, name) in FIGURES.iter().enumerate() {
        println!(
            "{name}: {:?} {:?} {:?} {:?}",
            random[at], points[at], weighed[at], both[at]
        );
    }
    // Three standard errors of a share counted in 400.
    let least = 0.95 - 3.0 * (0.95f64 * 0.05 / REPETITIONS as f64).sqrt();
    for (at, name) in FIGURES.iter().enumerate() {
        for (how, counted) in [
            ("random", &random),
            ("scrambled", &points),
            ("by weight", &weighed),
            ("both", &both),
        ] {
            assert!(counted[at].0 >= least, "{name}, {how}: {}", counted[at].0);
        }
    }
}
