//! Draws that save work: what they are worth, and races that end when all is said.

use std::path::Path;

use isochrone::basis::dist::Dist;
use isochrone::basis::seed::{Points, Source};
use isochrone::basis::stat::estimate::Estimate;
use isochrone::decide::judge::{Criteria, Judged, judge};
use isochrone::decide::objective::Figure;
use isochrone::decide::race::{Rules, Standing, race};
use isochrone::design::sampling::Tolerance;
use isochrone::design::scenario::Scenario;
use isochrone::engine::latency::draws::Draws;
use isochrone::engine::latency::law::{Laws, Part};
use isochrone::engine::latency::placed::Placed;
use isochrone::engine::latency::plan::Plan;
use isochrone::engine::latency::scrambled::pairs_used;
use isochrone::engine::latency::table::LatencyTable;
use isochrone::engine::progress::Watch;
use isochrone::engine::simulation::Simulation;
use isochrone::world::catalog::Catalog;

use crate::support::laws::weighted_laws_of;

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

/// Three regions for the same users: two alike, and one that is `later` ms later.
fn mirrored(later: f64) -> Laws {
    let path = || Dist::log_normal(60.0, 0.35).unwrap();
    let row = vec![path(), path(), path()];
    let mut laws = weighted_laws_of(&[3.0, 2.0, 1.0], &[row.clone(), row.clone(), row]);
    for (at, pair) in laws.pairs.iter_mut().enumerate() {
        if at % 3 == 2 {
            pair.parts.push(Part::fixed(later));
        }
    }
    for group in &mut laws.groups {
        group.access = Part::once(Dist::gamma(1.5, 8.0).unwrap().shape());
    }
    laws
}

#[test]
fn a_race_ends_when_all_is_decided_and_losers_get_no_more_draws() {
    let laws = mirrored(25.0);
    let rules = Rules {
        figure: Figure::Mean,
        first: 256,
        most: 65_536,
        indifference: Tolerance::Relative(0.01),
    };
    assert_eq!(rules.looks(), 9);
    let plans: Vec<Plan> = (0..3).map(|region| laws.plain_plan(&[region])).collect();
    let raced = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let draws = |runs: u32| Draws::equal(runs, 3);
        pool.install(|| race(&laws, &plans, &rules, &draws, Watch::default()))
            .unwrap()
            .unwrap()
    };
    let one = raced(1);
    assert_eq!(one, raced(4));
    let third = one.runners[2];
    assert_eq!((third.standing, third.runs), (Standing::Separated, 256));
    assert!(third.difference.sampling.0 > 0.0);
    // The two that are alike come within a hundredth of each other long before all looks are taken.
    let tied = one
        .runners
        .iter()
        .filter(|runner| runner.standing == Standing::Tied)
        .count();
    assert_eq!(tied, 1);
    assert!(one.looks > 1 && one.looks < one.most_looks, "{}", one.looks);
    assert!(one.runners[one.leader].difference.value == 0.0);
}

#[test]
fn a_set_that_serves_like_another_is_tied_with_it_at_once() {
    let laws = mirrored(0.0);
    let plans = vec![laws.plain_plan(&[0]), laws.plain_plan(&[0])];
    let rules = Rules {
        figure: Figure::Quantile(0.99),
        first: 256,
        most: 4096,
        indifference: Tolerance::Ms(1e-9),
    };
    let draws = |runs: u32| Draws::equal(runs, 3);
    let raced = race(&laws, &plans, &rules, &draws, Watch::default())
        .unwrap()
        .unwrap();
    assert_eq!((raced.looks, raced.runners[1].standing), (1, Standing::Tied));
    let alone = race(&laws, &plans[..1], &rules, &draws, Watch::default()).unwrap();
    assert!(alone.is_none());
}

#[test]
fn scrambled_draws_by_weight_are_the_same_on_any_number_of_threads() {
    let laws = laws();
    let weights: Vec<f64> = laws.groups.iter().map(|group| group.weight).collect();
    let told = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let draws = Draws::by_weight(weights.iter().copied(), 2048, scrambled(5));
        pool.install(|| figures(&judged(&laws, &draws)))
    };
    assert_eq!(told(1), told(4));
}

/// How close figures come on the user groups of the world with equal draws, by how these are made: the root of the mean
/// square error over seeds. `cargo test --release --test known -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement, whose figures stand in ARCHITECTURE.md"]
fn what_draws_are_worth() {
    const SEEDS: u64 = 40;
    const RUNS: u32 = 1024;
    let catalog = Catalog::embedded();
    let text = "input_replicates = 0\n[audience]\nbuilt_in = \"world\"\n[regions]\ncandidates = [\"eu-west-1\", \"us-east-1\", \"ap-southeast-1\"]\n";
    let scenario = Scenario::parse("world.toml", text, Path::new(""), &[], &catalog).unwrap();
    let laws = Simulation::new(&scenario, &catalog, Watch::default())
        .unwrap()
        .laws;
    let plan = laws.plain_plan(&[0, 1, 2]);
    let used = pairs_used(&laws, &[&plan]);
    let told = |draws: &Draws| -> [f64; 4] {
        let wanted = |group: usize, region: usize| used[group * laws.regions + region];
        let table = LatencyTable::simulate_at(&laws, draws, &wanted, Watch::default()).unwrap();
        let placed = Placed::of(&laws, &table, plan.clone());
        let quantile = |p: f64| placed.all.quantile(p).value;
        [
            placed.mean(&laws, &table).value,
            quantile(0.5),
            quantile(0.95),
            quantile(0.99),
        ]
    };
    let truth = told(&Draws::equal(1 << 16, scrambled(1)));
    println!(
        "{} groups, {RUNS} draws each on average, {SEEDS} seeds; truth {truth:?} ms",
        laws.groups.len()
    );
    let weights = || laws.groups.iter().map(|group| group.weight);
    let ways: [(&str, &(dyn Fn(u64) -> Draws + Sync)); 4] = [
        ("random, equal", &|seed| Draws::equal(RUNS, seed)),
        ("scrambled, equal", &|seed| Draws::equal(RUNS, scrambled(seed))),
        ("random, by weight", &|seed| {
            Draws::by_weight(weights(), RUNS, seed)
        }),
        ("scrambled, by weight", &|seed| {
            Draws::by_weight(weights(), RUNS, scrambled(seed))
        }),
    ];
    let mut plain = None;
    for (name, draws) in ways {
        let mut squares = [0.0; 4];
        for seed in 0..SEEDS {
            for (square, (value, truth)) in squares.iter_mut().zip(told(&draws(500 + seed)).iter().zip(truth))
            {
                *square += (value - truth).powi(2) / SEEDS as f64;
            }
        }
        let plain = *plain.get_or_insert(squares);
        let gain: Vec<String> = (0..4)
            .map(|at| format!("{:.1}", plain[at] / squares[at]))
            .collect();
        println!(
            "{name}: errors {:.4?} ms, variances smaller by {gain:?}",
            squares.map(f64::sqrt)
        );
    }
}
