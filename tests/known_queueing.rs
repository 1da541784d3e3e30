//! Queues against what is known of them: exact figures of Erlang's formulas, and a discrete-event simulation.

use isochrone::basis::dist::Dist;
use isochrone::basis::queueing::simulate::Servers;
use isochrone::basis::queueing::{Wait, erlang_b, erlang_c};

/// Servers, erlang; Erlang B, Erlang C, then in service times the mean wait and its 95th and 99th percentile.
///
/// Method: Erlang B by its recursion in exact rationals, C and the mean from it as rationals, percentiles from them with
/// logarithms to 40 digits; rounded to 15 digits at the end.
const EXACT: [(u32, f64, [f64; 5]); 14] = [
    (
        1,
        0.5,
        [0.333333333333333, 0.5, 1.0, 4.60517018598809, 7.82404601085629],
    ),
    (
        1,
        0.9,
        [0.473684210526316, 0.9, 9.0, 28.9037175789616, 44.9980967033027],
    ),
    (
        2,
        1.0,
        [
            0.2,
            0.333333333333333,
            0.333333333333333,
            1.89711998488588,
            3.50655789731998,
        ],
    ),
    (
        2,
        1.8,
        [
            0.366515837104072,
            0.852631578947368,
            4.26315789473684,
            14.1815226831294,
            22.2287122452999,
        ],
    ),
    (
        3,
        2.0,
        [
            0.210526315789474,
            0.444444444444444,
            0.444444444444444,
            2.18480205733766,
            3.79423996977176,
        ],
    ),
    (
        5,
        4.0,
        [
            0.199066874027994,
            0.554112554112554,
            0.554112554112554,
            2.40534482695181,
            4.01478273938591,
        ],
    ),
    (
        10,
        8.0,
        [
            0.121661064252952,
            0.409180150796444,
            0.204590075398222,
            1.05106626006637,
            1.85578521628342,
        ],
    ),
    (
        10,
        9.0,
        [
            0.167963226291586,
            0.668731524107697,
            0.668731524107697,
            2.59335966489791,
            4.20279757733202,
        ],
    ),
    (
        12,
        10.0,
        [
            0.119739188444825,
            0.449388224298271,
            0.224694112149135,
            1.09793207540808,
            1.90265103162513,
        ],
    ),
    (
        20,
        16.0,
        [
            0.0644109247815699,
            0.256077793839058,
            0.0640194484597645,
            0.408364568768099,
            0.810724046876624,
        ],
    ),
    (
        50,
        45.0,
        [
            0.0541044721646262,
            0.363864467206988,
            0.0727728934413977,
            0.396951690006769,
            0.718839272493589,
        ],
    ),
    (
        100,
        90.0,
        [
            0.0269573804643592,
            0.216940480906366,
            0.0216940480906366,
            0.146760002895277,
            0.307703794138687,
        ],
    ),
    (
        100,
        95.0,
        [
            0.0488042061786778,
            0.506456853913021,
            0.101291370782604,
            0.463083225972048,
            0.784970808458868,
        ],
    ),
    (
        1000,
        980.0,
        [
            0.0138312101291112,
            0.412200292365281,
            0.0206100146182641,
            0.105474318615406,
            0.185946214237111,
        ],
    ),
];

#[test]
fn erlangs_formulas_and_the_waits_of_m_m_c_are_those_of_exact_rationals() {
    for (servers, offered, expected) in EXACT {
        let wait = Wait::new(servers, offered, 1.0, 1.0).unwrap();
        let found = [
            erlang_b(servers, offered),
            erlang_c(servers, offered),
            wait.mean(),
            wait.quantile(0.95),
            wait.quantile(0.99),
        ];
        for (found, expected) in found.iter().zip(expected) {
            let off = (found / expected - 1.0).abs();
            assert!(
                off < 1e-12,
                "{servers} servers, {offered} erlang: {found} against {expected}"
            );
        }
    }
}

/// 100,000 servers: the recursion neither leaves the range nor stops falling.
#[test]
fn thousands_of_servers_block_ever_less() {
    let blocked = [90_000, 99_000, 100_000, 100_500, 110_000].map(|servers| erlang_b(servers, 100_000.0));
    assert!(blocked.iter().all(|blocked| (0.0..1.0).contains(blocked)));
    assert!(blocked.windows(2).all(|pair| pair[1] < pair[0]), "{blocked:?}");
    assert_eq!(erlang_b(1_000_000, 1.0), 0.0);
}

#[test]
fn more_servers_never_lengthen_a_percentile() {
    for offered in [0.3, 4.0, 9.5, 95.0, 980.0] {
        let mut before = [f64::INFINITY; 3];
        for servers in (offered as u32 + 1)..(offered as u32 + 40) {
            let wait = Wait::new(servers, offered, 1.0, 2.0).unwrap();
            let now = [wait.mean(), wait.quantile(0.95), wait.quantile(0.999)];
            assert!(now.iter().zip(before).all(|(now, before)| *now <= before));
            before = now;
        }
    }
}

/// Twenty erlang on three regions of ten servers; one is lost.
#[test]
fn a_region_lost_leaves_the_others_without_a_wait_to_tell() {
    assert!(Wait::new(10, 20.0 / 3.0, 1.0, 1.0).is_some());
    assert_eq!(Wait::new(10, 20.0 / 2.0, 1.0, 1.0), None);
}

/// Runs that a figure is averaged over; independent, so their spread is the error of the average.
const RUNS: u32 = 10;

/// Standard errors of ten runs that a figure may be off: Student's t of 9 degrees of freedom is beyond 4.8 once in a
/// thousand. Seeds are fixed, so a figure that passes goes on passing.
const ERRORS: f64 = 4.8;

/// Mean wait, 95th and 99th percentile by simulation, each with its standard error.
fn simulated(servers: u32, offered: f64, service: &Dist) -> [(f64, f64); 3] {
    let queue = Servers {
        count: servers,
        offered,
        service,
        seed: 42,
    };
    let figures: Vec<[f64; 3]> = (0..RUNS)
        .map(|run| {
            let mut waits = queue.waits(run, 10_000, 60_000);
            waits.sort_by(f64::total_cmp);
            let mean = waits.iter().sum::<f64>() / waits.len() as f64;
            [mean, waits[57_000], waits[59_400]]
        })
        .collect();
    std::array::from_fn(|at| {
        let runs = f64::from(RUNS);
        let mean = figures.iter().map(|of| of[at]).sum::<f64>() / runs;
        let square: f64 = figures.iter().map(|of| (of[at] - mean).powi(2)).sum();
        (mean, (square / (runs - 1.0) / runs).sqrt())
    })
}

/// What the formulas tell of the same queue.
fn told(servers: u32, offered: f64, service: &Dist) -> [f64; 3] {
    let (mean, variance) = (service.mean().unwrap(), service.variance().unwrap());
    let wait = Wait::new(servers, offered, mean, variance / (mean * mean)).unwrap();
    [wait.mean(), wait.quantile(0.95), wait.quantile(0.99)]
}

#[test]
fn a_simulation_finds_the_waits_of_m_m_c() {
    let service = Dist::exponential(1.0).unwrap();
    for (servers, offered) in [(1, 0.5), (1, 0.8), (3, 2.0), (10, 9.0)] {
        let expected = told(servers, offered, &service);
        for ((found, error), expected) in simulated(servers, offered, &service).into_iter().zip(expected) {
            let off = (found - expected).abs();
            assert!(
                off < ERRORS * error,
                "{servers} {offered}: {found} ± {error}, {expected}"
            );
        }
    }
}

/// No spread, a little, much, and a heavier tail.
fn services() -> [Dist; 4] {
    [
        Dist::fixed(1.0).unwrap(),
        Dist::gamma(4.0, 0.25).unwrap(),
        Dist::gamma(0.25, 4.0).unwrap(),
        Dist::log_normal(0.8, 0.75).unwrap(),
    ]
}

#[test]
fn a_simulation_finds_the_mean_of_pollaczek_and_khinchine_with_one_server() {
    for service in services() {
        let (found, error) = simulated(1, 0.7, &service)[0];
        let expected = told(1, 0.7, &service)[0];
        let off = (found - expected).abs();
        assert!(
            off < ERRORS * error,
            "{}: {found} ± {error}, {expected}",
            service.describe()
        );
    }
}

/// As the module states it.
#[test]
fn waits_of_any_service_are_as_near_as_stated() {
    const WITHIN: [f64; 3] = [0.11, 0.15, 0.15];
    for service in services() {
        for (servers, offered) in [(1, 0.7), (2, 1.8), (5, 3.5), (10, 9.0), (20, 16.0), (20, 19.0)] {
            let told = told(servers, offered, &service);
            let found = simulated(servers, offered, &service);
            for (((found, error), told), within) in found.into_iter().zip(told).zip(WITHIN) {
                let off = (told - found).abs();
                assert!(
                    off < within * found + ERRORS * error,
                    "{} at {servers}, {offered}: {told} against {found} ± {error}",
                    service.describe()
                );
            }
        }
    }
}
