//! Laws of the search where not all sets can be tried, on problems where they can.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::support::laws::weighted_laws_of;
use isochrone::basis::dist::Dist;
use isochrone::basis::seed::{Purpose, Stream};
use isochrone::decide::beyond::{Effort, How, find, grow, hold_against};
use isochrone::decide::designer::Designer;
use isochrone::decide::enumerate::{Accept, Found, Proof, Query, Way, count_sets};
use isochrone::decide::objective::Figure;
use isochrone::decide::run::{SearchFacts, search as search_run};
use isochrone::design::scenario::Scenario;
use isochrone::engine::latency::law::Laws;
use isochrone::engine::latency::table::LatencyTable;
use isochrone::engine::progress::{Silent, Watch};
use isochrone::engine::simulation::Simulation;
use isochrone::world::catalog::Catalog;
use proptest::prelude::*;

/// User groups and regions on a plane of 200 ms, in countries of four groups; some regions stand at one place.
fn laws(groups: usize, regions: usize, salt: u32, fixed: bool) -> Laws {
    let draws = Stream::new(77, Purpose::Resample, salt, 0);
    let place = |at: u64| (200.0 * draws.uniform(2 * at), 200.0 * draws.uniform(2 * at + 1));
    let region = |at: usize| place(1000 + at as u64 - u64::from(at % 5 == 4));
    let way = |a: (f64, f64), b: (f64, f64)| 2.0 + (a.0 - b.0).hypot(a.1 - b.1);
    let rtt: Vec<Vec<Dist>> = (0..groups)
        .map(|group| {
            let ms = |to: usize| way(place(group as u64), region(to));
            let dist = |to: usize| {
                if fixed {
                    Dist::fixed(ms(to).round()).unwrap()
                } else {
                    Dist::log_normal(ms(to), 0.1 + 0.3 * draws.uniform(5000 + to as u64)).unwrap()
                }
            };
            (0..regions).map(dist).collect()
        })
        .collect();
    let weights: Vec<f64> = (0..groups)
        .map(|at| 0.1 + draws.uniform(9000 + at as u64))
        .collect();
    let mut laws = weighted_laws_of(&weights, &rtt);
    for (at, group) in laws.groups.iter_mut().enumerate() {
        group.country = (at / 4) as u16;
    }
    laws
}

const FIGURES: [Figure; 6] = [
    Figure::Mean,
    Figure::Quantile(0.5),
    Figure::Quantile(0.95),
    Figure::ShareWithin(60.0),
    Figure::WorstCountryP95 { min_share: 0.01 },
    Figure::WorstGroupMean,
];

fn table(laws: &Laws) -> LatencyTable {
    LatencyTable::simulate(laws, 300, 7, Watch::default()).unwrap()
}

fn query(figure: Figure, sizes: &[usize], top: usize) -> Query {
    Query {
        sizes: sizes.to_vec(),
        must_have: vec![],
        objective: figure,
        limits: vec![],
        top,
    }
}

fn searched(designer: &Designer<'_>, query: &Query, accept: Option<&Accept<'_>>, effort: Effort) -> Found {
    let how = How {
        effort,
        ..How::default()
    };
    find(designer, query, accept, &how, Watch::default()).unwrap()
}

fn designer<'a>(laws: &'a Laws, table: &'a LatencyTable) -> Designer<'a> {
    Designer {
        laws,
        table,
        backend: None,
    }
}

/// Time buys starts beyond those that are counted, and work on the bound; what it finds is never worse.
#[test]
fn time_that_is_given_is_used_unless_the_best_is_proved() {
    let laws = laws(60, 40, 3, false);
    let table = table(&laws);
    let designer = designer(&laws, &table);
    for figure in [Figure::Quantile(0.95), Figure::Mean] {
        let query = query(figure, &[7], 3);
        let effort = Effort {
            starts: 1,
            passes: 2,
            sieved: 0,
        };
        let short = searched(&designer, &query, None, effort);
        let how = How {
            effort,
            within: Some(Duration::from_secs(3)),
            ..How::default()
        };
        let long = find(&designer, &query, None, &how, Watch::default()).unwrap();
        let (of_short, of_long) = (&short.sizes[&7], &long.sizes[&7]);
        let cost = |found: &Found| query.objective.cost(found.best[&7][0].value);
        assert!(cost(&long) <= cost(&short), "{figure:?}");
        assert!(of_short.proof != Proof::Optimal, "{figure:?}: {of_short:?}");
        assert!(
            of_long.scored > 2 * of_short.scored,
            "{figure:?}: {of_long:?}, but {of_short:?}"
        );
        assert!(
            of_long.bound >= of_short.bound,
            "{figure:?}: {of_long:?}, but {of_short:?}"
        );
        assert!(of_long.out_of_time || of_long.proof == Proof::Optimal);
    }
}

/// No work for the sieve: the bound has to stand by itself.
const BOUND_ALONE: Effort = Effort {
    starts: 4,
    passes: 400,
    sieved: 0,
};

fn holds(found: &Found, all: &Found, query: &Query, place: &str) {
    for &size in &query.sizes {
        let (best, true_best) = (&found.best[&size], &all.best[&size]);
        let of_size = &found.sizes[&size];
        assert_eq!(best.is_empty(), true_best.is_empty(), "{place}: size {size}");
        let Some(true_best) = true_best.first() else {
            continue;
        };
        assert_eq!(
            best[0].value, true_best.value,
            "{place}: size {size}: {of_size:?}"
        );
        let bound = of_size.bound.unwrap();
        let cost = |value: f64| query.objective.cost(value);
        assert!(
            cost(bound) <= cost(true_best.value),
            "{place}: size {size}: {of_size:?}"
        );
        if let Proof::Within(gap) = of_size.proof {
            let least = cost(best[0].value) - gap * best[0].value.abs();
            assert!((least - cost(bound)).abs() <= 1e-9 * bound.abs());
        }
    }
}

#[test]
fn a_search_finds_what_scoring_all_sets_finds() {
    for salt in 0..6 {
        for fixed in [false, true] {
            let laws = laws(24, 13, salt, fixed);
            let table = table(&laws);
            let designer = designer(&laws, &table);
            for figure in FIGURES {
                let query = query(figure, &[1, 2, 4], 5);
                let all = designer.find(&query, None, Watch::default()).unwrap();
                let place = format!("salt {salt}, fixed {fixed}, {figure:?}");
                let found = searched(&designer, &query, None, Effort::default());
                holds(&found, &all, &query, &place);
                for size in &query.sizes {
                    assert_eq!(found.sizes[size].proof, Proof::Optimal, "{place}");
                    assert_eq!(found.sizes[size].way, Way::Search);
                    assert_eq!(found.best[size], all.best[size], "{place}: size {size}");
                }
                holds(
                    &searched(&designer, &query, None, BOUND_ALONE),
                    &all,
                    &query,
                    &place,
                );
            }
        }
    }
}

#[test]
fn limits_must_haves_and_what_is_not_accepted_are_kept() {
    let refuse = |set: &[usize]| !set.contains(&3);
    for salt in 0..4 {
        let laws = laws(24, 13, salt, false);
        let table = table(&laws);
        let designer = designer(&laws, &table);
        for figure in FIGURES {
            let free = query(figure, &[3, 4], 4);
            let scored = designer.find(&free, None, Watch::default()).unwrap();
            let must_have = vec![usize::try_from(salt).unwrap() + 5];
            // The best sets but for the limit break it, about half.
            let limit = Query {
                objective: Figure::Quantile(0.9),
                ..free.clone()
            };
            let p90 = designer.find(&limit, None, Watch::default()).unwrap();
            let asked = Query {
                must_have,
                limits: vec![(Figure::Quantile(0.9), p90.best[&3][0].value * 1.15)],
                ..free
            };
            let all = designer.find(&asked, Some(&refuse), Watch::default()).unwrap();
            for effort in [Effort::default(), BOUND_ALONE] {
                let found = searched(&designer, &asked, Some(&refuse), effort);
                holds(&found, &all, &asked, &format!("salt {salt}, {figure:?}"));
                for set in found.best.values().flatten() {
                    assert!(!set.regions.contains(&3) && set.regions.contains(&asked.must_have[0]));
                }
            }
            assert!(scored.best[&3][0].regions.len() == 3);
        }
    }
}

#[test]
fn what_breaks_every_limit_is_counted_among_what_was_tried() {
    let laws = laws(20, 12, 3, false);
    let table = table(&laws);
    let designer = designer(&laws, &table);
    let asked = Query {
        limits: vec![(Figure::Quantile(0.95), 4.0), (Figure::Mean, 1e6)],
        ..query(Figure::Mean, &[3], 3)
    };
    let found = searched(&designer, &asked, None, Effort::default());
    let of_size = &found.sizes[&3];
    assert!(found.best[&3].is_empty());
    assert_eq!(of_size.broken[0].0, of_size.scored);
    assert_eq!(of_size.broken[1].0, 0);
    let nearest = of_size.broken[0].1.as_ref().unwrap();
    let p95 = query(Figure::Quantile(0.95), &[3], 1);
    let least = designer.find(&p95, None, Watch::default()).unwrap();
    assert_eq!(nearest, &least.best[&3][0]);
}

#[test]
fn one_thread_and_four_find_the_same() {
    let laws = laws(40, 30, 1, false);
    let table = table(&laws);
    let designer = designer(&laws, &table);
    for figure in FIGURES {
        let query = query(figure, &[5, 6], 8);
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| searched(&designer, &query, None, BOUND_ALONE))
        };
        assert_eq!(with(1), with(4), "{figure:?}");
    }
}

#[test]
fn more_effort_never_widens_the_gap() {
    let laws = laws(40, 30, 2, false);
    let table = table(&laws);
    let designer = designer(&laws, &table);
    for figure in FIGURES {
        let query = query(figure, &[6], 3);
        let (mut value, mut bound) = (f64::INFINITY, f64::NEG_INFINITY);
        for times in [1, 4, 16] {
            let effort = Effort {
                starts: times,
                passes: 100 * u64::from(times),
                sieved: 0,
            };
            let found = searched(&designer, &query, None, effort);
            let of_size = &found.sizes[&6];
            let now = figure.cost(found.best[&6][0].value);
            let floor = figure.cost(of_size.bound.unwrap());
            assert!(
                now <= value && floor >= bound && floor <= now,
                "{figure:?}: {of_size:?}"
            );
            (value, bound) = (now, floor);
        }
    }
}

#[test]
fn a_further_candidate_never_makes_the_best_worse() {
    for figure in [Figure::Mean, Figure::Quantile(0.95), Figure::ShareWithin(60.0)] {
        let mut before = f64::INFINITY;
        for regions in [8, 14, 20] {
            let laws = laws(30, regions, 4, true);
            let table = table(&laws);
            let found = searched(
                &designer(&laws, &table),
                &query(figure, &[4], 1),
                None,
                Effort::default(),
            );
            let cost = figure.cost(found.best[&4][0].value);
            // Everybody goes to the nearest: with fixed latencies a candidate more cannot lengthen a way.
            assert!(
                cost <= before,
                "{figure:?}: {regions} regions: {cost}, before {before}"
            );
            before = cost;
        }
    }
}

#[test]
fn who_stops_a_search_gets_what_was_found() {
    let laws = laws(20, 16, 5, false);
    let table = table(&laws);
    let designer = designer(&laws, &table);
    let query = query(Figure::Mean, &[2, 5], 3);
    let stop = AtomicBool::new(true);
    let found = find(
        &designer,
        &query,
        None,
        &How::default(),
        Watch::new(&Silent, &stop),
    )
    .unwrap();
    assert!(!found.complete && found.best.is_empty());
    stop.store(false, Ordering::Relaxed);
    let how = How {
        within: Some(Duration::from_nanos(1)),
        ..How::default()
    };
    let found = find(&designer, &query, None, &how, Watch::new(&Silent, &stop)).unwrap();
    assert!(found.complete && found.out_of_time);
    for size in query.sizes {
        assert!(found.sizes[&size].out_of_time && !found.best[&size].is_empty());
    }
}

#[test]
fn sets_that_grow_contain_each_other_and_know_how_far_they_are_from_the_best() {
    let laws = laws(30, 15, 6, false);
    let table = table(&laws);
    let designer = designer(&laws, &table);
    for figure in FIGURES {
        let query = query(figure, &[2, 3, 4], 2);
        let mut found = designer.find(&query, None, Watch::default()).unwrap();
        let best = found.best.clone();
        let mut path = grow(&designer, &query, None, &[1, 9], Watch::default()).unwrap();
        hold_against(&mut found, &query, &mut path);
        assert_eq!(
            found.best, best,
            "all sets were scored, so the path brings nothing new"
        );
        assert_eq!(path.len(), 3);
        for pair in path.windows(2) {
            assert!(
                pair[0]
                    .regions
                    .iter()
                    .all(|region| pair[1].regions.contains(region))
            );
            assert_eq!(pair[1].regions.len(), pair[0].regions.len() + 1);
            assert!(pair[1].regions.contains(&pair[1].added.unwrap()));
        }
        for step in &path {
            let best = best[&step.regions.len()][0].value;
            assert_eq!(step.regret, Some(figure.cost(step.value) - figure.cost(best)));
            assert!(step.regret >= Some(0.0) && step.feasible);
        }
        // No other third region would have done better.
        let others = Query {
            must_have: vec![1, 9],
            sizes: vec![3],
            ..query
        };
        let third = designer.find(&others, None, Watch::default()).unwrap();
        assert_eq!(third.best[&3][0].value, path[1].value);
    }
}

/// The search of model 22 in some sizes, ranked by `objective`.
fn of_three_providers(objective: &str, sizes: &str) -> SearchFacts {
    let keys = [
        ("runs", "200"),
        ("input_replicates", "0"),
        ("objective", objective),
        ("regions.sizes", sizes),
    ];
    let keys: Vec<(String, String)> = keys
        .iter()
        .map(|(key, value)| ((*key).into(), (*value).into()))
        .collect();
    let catalog = Catalog::embedded();
    let model = Path::new("models/22-three-providers.toml");
    let scenario = Scenario::load(model, &keys, &catalog).unwrap();
    assert!(scenario.candidates.len() > 120);
    let simulation = Simulation::new(&scenario, &catalog, Watch::default()).unwrap();
    let found = search_run(&scenario, &simulation, &[], 2, Watch::default()).unwrap();
    found.search.unwrap()
}

#[test]
fn all_regions_of_three_providers_are_searched_with_a_gap_that_is_told() {
    for objective in ["\"mean\"", "\"p95\""] {
        let facts = of_three_providers(objective, "[1, 2, 3, 6, 10]");
        let sizes = &facts.found.sizes;
        for size in [1, 2, 3] {
            assert_eq!((sizes[&size].way, sizes[&size].proof), (Way::All, Proof::Optimal));
        }
        for size in [6, 10] {
            let Proof::Within(gap) = sizes[&size].proof else {
                assert_eq!(sizes[&size].proof, Proof::Optimal);
                continue;
            };
            assert!(
                sizes[&size].way == Way::Search && gap < 0.1,
                "{objective}: {size}: {gap}"
            );
        }
        let values: Vec<f64> = facts.found.best.values().map(|sets| sets[0].value).collect();
        assert!(
            values.windows(2).all(|pair| pair[1] < pair[0]),
            "{objective}: {values:?}"
        );
        assert!(sizes[&10].sets > 2.6e14);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_set_is_better_than_the_bound(
        salt in 100_u32..100_000,
        groups in 3_usize..20,
        regions in 4_usize..11,
        size in 1_usize..4,
        figure in 0..FIGURES.len(),
        passes in 0_u64..200,
        fixed: bool,
    ) {
        let laws = laws(groups, regions, salt, fixed);
        let table = table(&laws);
        let designer = designer(&laws, &table);
        let query = query(FIGURES[figure], &[size], 1);
        let all = designer.find(&query, None, Watch::default()).unwrap();
        let effort = Effort { starts: 1, passes, sieved: 0 };
        let found = searched(&designer, &query, None, effort);
        let cost = |value: f64| query.objective.cost(value);
        let best = all.best[&size][0].value;
        if let Some(bound) = found.sizes[&size].bound {
            prop_assert!(cost(bound) <= cost(best), "{:?}, best {best}", found.sizes[&size]);
        }
        prop_assert!(cost(best) <= cost(found.best[&size][0].value));
        if found.sizes[&size].proof == Proof::Optimal {
            prop_assert!((best - found.best[&size][0].value).abs() <= 1e-8 * best.abs());
        }
        prop_assert_eq!(found.sizes[&size].sets, count_sets(regions, size, 0).unwrap() as f64);
    }
}
