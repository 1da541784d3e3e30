//! Queues against what is known of them: exact figures of Erlang's formulas, and a discrete-event simulation.

use std::sync::LazyLock;

use isochrone::basis::dist::Dist;
use isochrone::basis::queueing::simulate::Servers;
use isochrone::basis::queueing::{Wait, erlang_b, erlang_c};

use crate::row::{Digits, Kind, Row, hold};

/// Servers, erlang; Erlang B, Erlang C, then in service times the mean wait and its 95th and 99th percentile.
///
/// Method: Erlang B by its recursion in exact rationals, C and the mean from it as rationals, percentiles from them with
/// logarithms to 40 digits; rounded to 15 digits at the end.
const EXACT: [(u32, f64, [f64; 5]); 14] = [
    (
        1,
        0.5,
        [
            0.333_333_333_333_333,
            0.5,
            1.0,
            4.605_170_185_988_09,
            7.824_046_010_856_29,
        ],
    ),
    (
        1,
        0.9,
        [
            0.473_684_210_526_316,
            0.9,
            9.0,
            28.903_717_578_961_6,
            44.998_096_703_302_7,
        ],
    ),
    (
        2,
        1.0,
        [
            0.2,
            0.333_333_333_333_333,
            0.333_333_333_333_333,
            1.897_119_984_885_88,
            3.506_557_897_319_98,
        ],
    ),
    (
        2,
        1.8,
        [
            0.366_515_837_104_072,
            0.852_631_578_947_368,
            4.263_157_894_736_84,
            14.181_522_683_129_4,
            22.228_712_245_299_9,
        ],
    ),
    (
        3,
        2.0,
        [
            0.210_526_315_789_474,
            0.444_444_444_444_444,
            0.444_444_444_444_444,
            2.184_802_057_337_66,
            3.794_239_969_771_76,
        ],
    ),
    (
        5,
        4.0,
        [
            0.199_066_874_027_994,
            0.554_112_554_112_554,
            0.554_112_554_112_554,
            2.405_344_826_951_81,
            4.014_782_739_385_91,
        ],
    ),
    (
        10,
        8.0,
        [
            0.121_661_064_252_952,
            0.409_180_150_796_444,
            0.204_590_075_398_222,
            1.051_066_260_066_37,
            1.855_785_216_283_42,
        ],
    ),
    (
        10,
        9.0,
        [
            0.167_963_226_291_586,
            0.668_731_524_107_697,
            0.668_731_524_107_697,
            2.593_359_664_897_91,
            4.202_797_577_332_02,
        ],
    ),
    (
        12,
        10.0,
        [
            0.119_739_188_444_825,
            0.449_388_224_298_271,
            0.224_694_112_149_135,
            1.097_932_075_408_08,
            1.902_651_031_625_13,
        ],
    ),
    (
        20,
        16.0,
        [
            0.064_410_924_781_569_9,
            0.256_077_793_839_058,
            0.064_019_448_459_764_5,
            0.408_364_568_768_099,
            0.810_724_046_876_624,
        ],
    ),
    (
        50,
        45.0,
        [
            0.054_104_472_164_626_2,
            0.363_864_467_206_988,
            0.072_772_893_441_397_7,
            0.396_951_690_006_769,
            0.718_839_272_493_589,
        ],
    ),
    (
        100,
        90.0,
        [
            0.026_957_380_464_359_2,
            0.216_940_480_906_366,
            0.021_694_048_090_636_6,
            0.146_760_002_895_277,
            0.307_703_794_138_687,
        ],
    ),
    (
        100,
        95.0,
        [
            0.048_804_206_178_677_8,
            0.506_456_853_913_021,
            0.101_291_370_782_604,
            0.463_083_225_972_048,
            0.784_970_808_458_868,
        ],
    ),
    (
        1000,
        980.0,
        [
            0.013_831_210_129_111_2,
            0.412_200_292_365_281,
            0.020_610_014_618_264_1,
            0.105_474_318_615_406,
            0.185_946_214_237_111,
        ],
    ),
];

const FIGURES: [(&str, &str); 5] = [
    ("Erlang B", ""),
    ("Erlang C", ""),
    ("mean wait", "services"),
    ("p95 of the wait", "services"),
    ("p99 of the wait", "services"),
];

pub(crate) static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let mut rows = Vec::new();
    for (servers, offered, expected) in EXACT {
        let wait = Wait::new(servers, offered, 1.0, 1.0).unwrap();
        let found = [
            erlang_b(servers, offered),
            erlang_c(servers, offered),
            wait.mean(),
            wait.quantile(0.95),
            wait.quantile(0.99),
        ];
        for (((name, unit), known), found) in FIGURES.into_iter().zip(expected).zip(found) {
            let kind = Kind {
                source: "exact rationals",
                unit,
                digits: Digits::Power(7),
            };
            let what = format!("{name}, {servers} servers, {offered} erlang");
            rows.push(kind.exact(what, known, found, 1e-12));
        }
    }
    rows
});

#[test]
fn erlangs_formulas_and_the_waits_of_m_m_c_are_those_of_exact_rationals() {
    hold(&ROWS);
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
