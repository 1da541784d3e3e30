//! Peaks of sets and after their losses, fleets, and what a large one takes.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use isochrone::basis::dist::Dist;
use isochrone::basis::queueing::service::Service;
use isochrone::basis::queueing::sizing::fleet::{Ask, Promise, need};
use isochrone::design::demand::{Demand, Growth, Month, RateIs};
use isochrone::engine::capacity::cohorts::GroupDemand;
use isochrone::engine::capacity::demand::DemandModel;
use isochrone::engine::capacity::sweep::Sweep;
use isochrone::engine::latency::law::Laws;

/// Groups of the worldwide audience, candidates of AWS, and clocks that the groups have.
pub(super) const GROUPS: usize = 943;
pub(super) const REGIONS: usize = 34;
const CLOCKS: usize = 40;
const SETS: usize = 2000;

/// Times sets of three and fleets.
pub(super) fn compare(laws: &Laws, repeats: usize) {
    let demand = demand();
    let groups: Vec<GroupDemand> = (0..laws.groups.len())
        .map(|group| {
            let winter = i16::try_from(group % CLOCKS).unwrap_or(0) * 30 - 600;
            let mut offsets = [winter; 12];
            match group % CLOCKS % 3 {
                0 => offsets[3..10].fill(winter + 60),
                1 => offsets[2..10].fill(winter + 60),
                _ => {}
            }
            GroupDemand {
                share: laws.groups[group].weight,
                country: "DE",
                offsets,
            }
        })
        .collect();
    let model = DemandModel::new(&demand, &groups, 10_000.0);
    let Some(sweep) = Sweep::new(laws, &model, 1.0) else {
        return;
    };
    let mut room = sweep.room(3);
    let per_set = best(repeats, || {
        for set in 0..SETS {
            let first = set % (REGIONS - 2);
            sweep.of(&[first, first + 1, REGIONS - 1], &mut room);
            black_box(room.after(0, 1));
        }
    }) / SETS as f64;
    println!(
        "{} groups, {} cohorts, {} hours told apart: a set of 3 with its losses in {:.1} µs",
        laws.groups.len(),
        model.cohorts().len(),
        model.cells(),
        per_set * 1e6
    );
    fleets(repeats);
}

fn fleets(repeats: usize) {
    let Some(service) = Dist::log_normal(20.0, 0.8)
        .ok()
        .and_then(|dist| Service::of(&dist))
    else {
        return;
    };
    let response = [true, false];
    for offered in [10.0, 1e3, 1e6] {
        for response in response {
            let promises = [Promise {
                response,
                share: 0.99,
                within_ms: if response { 150.0 } else { 0.5 },
            }];
            let ask = Ask {
                offered,
                service: &service,
                ceiling: 1.0,
                promises: &promises,
                spare: 0.0,
                concurrency: 4,
                zones: 3,
                min_per_zone: 1,
                survive_zone: true,
            };
            let seconds = best(repeats, || {
                let _ = black_box(need(black_box(&ask)));
            });
            let what = if response { "response" } else { "wait" };
            println!("a fleet for {offered} erlang by {what}: {:.0} µs", seconds * 1e6);
        }
    }
}

fn best(repeats: usize, mut work: impl FnMut()) -> f64 {
    let time = |_| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64()
    };
    (0..repeats).map(time).fold(f64::INFINITY, f64::min)
}

fn demand() -> Demand {
    Demand {
        rate_is: RateIs::Mean,
        week: std::array::from_fn(|hour| 1.0 + 0.5 * (hour as f64 / 24.0 * std::f64::consts::TAU).sin()),
        curve_words: "a sine".to_owned(),
        curve_assumed: true,
        season: [1.0; 12],
        growth: Growth::NONE,
        growth_of_country: BTreeMap::new(),
        start: Month {
            year: 2026,
            month: 11,
        },
        horizon_years: 1,
        events: Vec::new(),
    }
}
