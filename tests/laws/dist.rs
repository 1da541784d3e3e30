//! Laws of the latency distributions: what must hold for every family, against an independent source of figures,
//! and for what the engine draws.

use isochrone::basis::dist::fit::{Family, Options, Wanted, fit};
use isochrone::basis::dist::table::{CELLS, TAIL_CELLS, uniform};
use isochrone::basis::dist::{Dist, PingTrain, QuantileTable, SMALLEST_DRAW, Shape};
use proptest::prelude::*;

/// The probabilities of the reference figures.
const REFERENCE_P: [f64; 6] = [1e-6, 0.01, 0.5, 0.9, 0.99, 1.0 - 1.0 / 1_048_576.0];

fn log_normal() -> Dist {
    Dist::log_normal(40.0, 0.5).unwrap()
}

fn gamma() -> Dist {
    Dist::gamma(2.5, 4.0).unwrap()
}

fn two_humps() -> Dist {
    Dist::mixture([(0.7, log_normal()), (0.3, gamma())]).unwrap()
}

/// Every family without values that have a share of their own, so that the cdf undoes the quantile.
fn continuous() -> Vec<Dist> {
    vec![
        log_normal(),
        Dist::weibull(10.0, 0.7).unwrap(),
        Dist::weibull(10.0, 1.5).unwrap(),
        Dist::pareto(10.0, 2.5).unwrap(),
        Dist::gumbel(40.0, 5.0).unwrap(),
        Dist::gamma(0.2, 10.0).unwrap(),
        gamma(),
        Dist::gamma(300.0, 0.1).unwrap(),
        Dist::exponential(10.0).unwrap(),
        Dist::shifted(30.0, log_normal()).unwrap(),
        Dist::shifted(30.0, gamma()).unwrap(),
        Dist::shifted(30.0, Dist::weibull(10.0, 1.5).unwrap()).unwrap(),
        Dist::shifted(30.0, Dist::pareto(10.0, 2.5).unwrap()).unwrap(),
        Dist::scaled(1.7, Dist::weibull(10.0, 1.5).unwrap()).unwrap(),
        Dist::shifted(
            30.0,
            Dist::scaled(1.7, Dist::weibull(10.0, 1.5).unwrap()).unwrap(),
        )
        .unwrap(),
        Dist::truncated(30.0, 80.0, log_normal()).unwrap(),
        Dist::truncated(5.0, f64::INFINITY, gamma()).unwrap(),
        Dist::gumbel(5.0, 5.0).unwrap().non_negative().unwrap(),
        Dist::from_quantiles(&[(0.05, 12.0), (0.5, 40.0), (0.9, 60.0), (0.99, 150.0)]).unwrap(),
        Dist::from_quantiles(&[(0.0, 5.0), (0.5, 40.0), (1.0, 90.0)]).unwrap(),
        two_humps(),
    ]
}

/// Families in which single values have a share.
fn with_atoms() -> Vec<Dist> {
    let gate = Dist::mixture([(0.8, Dist::fixed(0.0).unwrap()), (0.2, gamma())]).unwrap();
    let steps = Dist::from_samples(&[1.0, 2.0, 3.0, 9.0]).unwrap();
    vec![
        Dist::fixed(20.0).unwrap(),
        Dist::from_samples(&[3.0, 1.0, 2.0, 2.0, 9.0]).unwrap(),
        Dist::from_quantiles(&[(0.25, 10.0), (0.75, 10.0), (0.9, 15.0)]).unwrap(),
        Dist::shifted(7.0, gate.clone()).unwrap(),
        Dist::truncated(2.0, 8.0, steps).unwrap(),
        Dist::mixture([(1.0, Dist::fixed(20.0).unwrap()), (1.0, gamma())]).unwrap(),
        gate,
    ]
}

fn all() -> Vec<Dist> {
    [continuous(), with_atoms()].concat()
}

fn close(found: f64, expected: f64, relative: f64) -> bool {
    (found - expected).abs() <= relative * expected.abs()
}

// ---------------------------------------------------------------- figures from elsewhere

/// Computed with 50-digit arithmetic (mpmath) at the exact binary values of `REFERENCE_P`. Tolerance 1e-12: the
/// families are closed forms of functions accurate to a few 1e-15, whose errors the exponent of the Weibull (1/0.7),
/// the small shape of the gamma (1/0.2) and the logarithm of p multiply by less than 100; 1 − p at the last figure is
/// exact.
#[test]
#[rustfmt::skip]
fn quantiles_agree_with_high_precision_figures() {
    let cases = [
        (log_normal(), [3.714_214_811_983_063, 12.499_710_913_158_654, 40.0, 75.918_108_293_388_43,
            128.002_960_317_718_48, 432.845_119_031_746_25]),
        (Dist::weibull(10.0, 0.7).unwrap(), [2.682_697_711_492_487_3e-8, 0.013_994_978_958_124_582,
            5.923_901_129_521_338, 32.919_329_721_649_4, 88.612_264_427_391_92, 427.781_580_804_046_16]),
        (Dist::pareto(10.0, 2.5).unwrap(), [10.000_004_000_002_8, 10.040_282_259_209_074, 13.195_079_107_728_943,
            25.118_864_315_095_803, 63.095_734_448_019_3, 2560.0]),
        (Dist::gumbel(40.0, 5.0).unwrap(), [26.871_040_427_619_946, 32.364_101_870_960_49, 41.832_564_602_908_32,
            51.251_836_636_562_23, 63.000_746_133_882_9, 109.314_715_671_807_8]),
        (Dist::exponential(10.0).unwrap(), [1.000_000_500_000_333_3e-5, 0.100_503_358_535_014_41,
            6.931_471_805_599_453, 23.025_850_929_940_46, 46.051_701_859_880_91, 138.629_436_111_989_06]),
        (Dist::gamma(0.2, 1.0).unwrap(), [6.525_480_843_457_256e-31, 6.525_480_843_812_09e-11,
            0.020_746_339_192_824_845, 0.604_902_320_986_574, 2.202_304_866_901_938, 10.397_064_478_521_225]),
        (Dist::gamma(2.5, 1.0).unwrap(), [0.006_448_080_103_248_548, 0.277_149_038_364_138_56,
            2.175_730_095_547_763_7, 4.618_178_449_890_56, 7.543_136_234_694_494, 17.995_593_211_734_136]),
        (Dist::gamma(300.0, 1.0).unwrap(), [224.740_616_251_266_9, 261.182_563_240_437_04,
            299.666_732_590_439_26, 322.400_222_849_535_2, 341.757_795_478_004_3, 389.839_439_059_801_8]),
    ];
    for (dist, expected) in cases {
        for (p, x) in REFERENCE_P.into_iter().zip(expected) {
            let found = dist.quantile(p);
            assert!(close(found, x, 1e-12), "{dist} at {p}: {found} against {x}");
        }
    }
}

/// Computed with 50-digit arithmetic (mpmath) by bisection. The quantile is narrowed to 1e-13 and the cdf behind it is
/// accurate to 1e-15, which its slope at p = 0.01 turns into less than 1e-12.
#[test]
fn quantiles_of_a_mixture_agree_with_high_precision_figures() {
    let expected = [
        (0.01, 1.895_562_411_362_008_4),
        (0.5, 30.325_602_448_288_776),
        (0.99, 119.528_439_673_372_78),
    ];
    for (p, x) in expected {
        let found = two_humps().quantile(p);
        assert!(close(found, x, 1e-12), "{p}: {found}");
    }
}

/// Mean and variance, integrated numerically with 50-digit arithmetic (mpmath). Tolerance 1e-11: a variance is a
/// difference of second moments up to 20 times as large, of functions accurate to a few 1e-15.
#[test]
#[rustfmt::skip]
fn moments_agree_with_high_precision_figures() {
    let inf = f64::INFINITY;
    let cut = |low, high, dist: Dist| Dist::truncated(low, high, dist).unwrap();
    let points = [(0.5, 40.0), (0.9, 60.0), (0.99, 150.0)];
    let cases = [
        (Dist::weibull(10.0, 0.7).unwrap(), 12.658_235_060_572_834, 342.683_555_365_315_4),
        (Dist::gumbel(40.0, 5.0).unwrap(), 42.886_078_324_507_664, 41.123_351_671_205_66),
        (cut(30.0, 80.0, log_normal()), 47.933_850_805_738_9, 166.246_256_902_070_95),
        (cut(5.0, 30.0, gamma()), 11.631_113_273_535_817, 27.342_616_919_666_954),
        (cut(5.0, 30.0, Dist::weibull(10.0, 1.5).unwrap()), 11.465_287_892_986_99, 26.101_666_540_827_96),
        (cut(12.0, 100.0, Dist::pareto(10.0, 2.0).unwrap()), 21.428_571_428_571_43, 160.373_853_342_327_16),
        (cut(0.0, inf, Dist::gumbel(5.0, 5.0).unwrap()), 8.543_510_124_729_657, 37.383_835_752_501_9),
        (cut(2.0, 30.0, Dist::gumbel(5.0, 5.0).unwrap()), 9.188_534_544_734_028, 29.267_790_218_616_213),
        (cut(5.0, 30.0, Dist::exponential(10.0).unwrap()), 12.764_362_754_153_7, 39.110_994_958_827_26),
        (Dist::from_quantiles(&points).unwrap(), 44.842_987_481_314_07, 646.036_904_306_980_5),
    ];
    for (dist, mean, variance) in cases {
        let found = (dist.mean().unwrap(), dist.variance().unwrap());
        assert!(close(found.0, mean, 1e-11) && close(found.1, variance, 1e-11), "{dist}: {found:?}");
    }
}

// ---------------------------------------------------------------- laws of one distribution

/// At p the cdf must come back to within what one part in 1e12 of x is worth, measured as the cdf's change over that,
/// and a few roundings of p itself.
#[test]
fn the_cdf_undoes_the_quantile() {
    let tails = [SMALLEST_DRAW, 1e-6, 1.0 - 1e-6, 1.0 - SMALLEST_DRAW];
    let grid = (1..200).map(|i| f64::from(i) / 200.0);
    let ps: Vec<f64> = tails.into_iter().chain(grid).collect();
    for dist in continuous() {
        for &p in &ps {
            let x = dist.quantile(p);
            let slack = dist.cdf(x * (1.0 + 1e-12)) - dist.cdf(x * (1.0 - 1e-12)) + 4.0 * f64::EPSILON;
            let off = dist.cdf(x) - p;
            assert!(off.abs() <= slack, "{dist} at {p}: {off} off, {slack} allowed");
        }
    }
}

/// The quantile is the smallest x whose cdf reaches p, also where one value has a share of its own. One part in 1e12
/// is the accuracy of the numerical inverses.
#[test]
fn the_quantile_is_the_smallest_value_that_reaches_p() {
    for dist in all() {
        for i in 1..400 {
            let p = f64::from(i) / 400.0;
            let x = dist.quantile(p);
            assert!(dist.cdf(x * (1.0 + 1e-12)) >= p - 1e-14, "{dist} at {p}");
            assert!(dist.cdf(x * (1.0 - 1e-12) - 1e-300) <= p + 1e-14, "{dist} at {p}");
        }
    }
}

#[test]
fn cdf_and_survival_share_out_one() {
    for dist in all() {
        for i in 0..=400 {
            let x = f64::from(i) * 0.5;
            let sum = dist.cdf(x) + dist.survival(x);
            assert!((sum - 1.0).abs() < 1e-13, "{dist} at {x}: {sum}");
        }
    }
}

#[test]
fn survival_keeps_its_digits_where_the_cdf_has_none_left() {
    let survival = Dist::exponential(1.0).unwrap().survival(100.0);
    assert!(close(survival, (-100.0_f64).exp(), 1e-13));
    // Q(2, x) = (1 + x) e^−x
    let survival = Dist::gamma(2.0, 1.0).unwrap().survival(100.0);
    assert!(close(survival, 101.0 * (-100.0_f64).exp(), 1e-12));
}

/// Mean and variance against the quantile function itself, by the midpoint rule over n = 131,072 equal cells. What the
/// rule loses lies in the outermost cells: of an exponential's variance about (ln n)²/n = 1e-3, of a Weibull of shape 0.7
/// (x ~ (ln n)^1.43) about 3e-3; of a Pareto of shape 2.5 a part n^−0.6 = 9e-4 of the mean, and the variance hardly
/// converges at all.
#[test]
fn moments_are_those_of_the_quantile_function() {
    const CELLS: u32 = 1 << 17;
    for dist in all() {
        let heavy = dist.to_string().contains("Pareto");
        let (mut sum, mut squares) = (0.0, 0.0);
        for i in 0..CELLS {
            let x = dist.quantile((f64::from(i) + 0.5) / f64::from(CELLS));
            sum += x;
            squares += x * x;
        }
        let mean = sum / f64::from(CELLS);
        let variance = squares / f64::from(CELLS) - mean * mean;
        let (found, spread) = (dist.mean().unwrap(), dist.variance().unwrap());
        assert!(
            close(mean, found, if heavy { 1e-3 } else { 1e-4 }),
            "{dist}: {mean} against {found}"
        );
        assert!(
            heavy || (variance - spread).abs() <= 3e-3 * spread,
            "{dist}: {variance} against {spread}"
        );
    }
}

#[test]
fn a_fixed_distribution_has_no_variance() {
    let fixed = Dist::fixed(20.0).unwrap();
    assert_eq!((fixed.mean(), fixed.variance()), (Some(20.0), Some(0.0)));
    assert_eq!(fixed.as_fixed(), Some(20.0));
    assert_eq!(fixed.shape(), Shape::Fixed(20.0));
}

#[test]
fn what_changes_nothing_is_the_distribution_itself() {
    for dist in all() {
        assert_eq!(Dist::mixture([(3.0, dist.clone())]).unwrap(), dist);
        assert_eq!(
            Dist::mixture([(3.0, dist.clone()), (1.0, dist.clone())]).unwrap(),
            dist
        );
        assert_eq!(Dist::shifted(0.0, dist.clone()).unwrap(), dist);
        assert_eq!(Dist::scaled(1.0, dist.clone()).unwrap(), dist);
        assert_eq!(dist.clone().non_negative().unwrap(), dist);
    }
}

#[test]
fn whatever_is_made_of_a_fixed_duration_is_fixed() {
    let fixed = Dist::fixed(20.0).unwrap();
    assert_eq!(Dist::shifted(5.0, fixed.clone()).unwrap().as_fixed(), Some(25.0));
    assert_eq!(Dist::scaled(2.0, fixed.clone()).unwrap().as_fixed(), Some(40.0));
    assert_eq!(Dist::truncated(10.0, 30.0, fixed.clone()).unwrap(), fixed);
    assert_eq!(Dist::from_samples(&[20.0; 5]).unwrap(), fixed);
    assert_eq!(Dist::from_quantiles(&[(0.5, 20.0), (0.9, 20.0)]).unwrap(), fixed);
    assert_eq!(Dist::log_normal(20.0, 0.0).unwrap(), fixed);
}

#[test]
fn moments_that_do_not_exist_are_not_told() {
    assert_eq!(Dist::pareto(1.0, 1.0).unwrap().mean(), None);
    assert_eq!(Dist::pareto(1.0, 2.0).unwrap().variance(), None);
    let heavy = Dist::mixture([(1.0, Dist::pareto(1.0, 1.5).unwrap()), (1.0, gamma())]).unwrap();
    assert!(heavy.mean().is_some() && heavy.variance().is_none());
    assert!(Dist::truncated(2.0, 50.0, heavy).unwrap().variance().is_some());
}

#[test]
fn two_quantiles_make_the_same_log_normal_as_p50_and_p90() {
    let points = Dist::from_quantiles(&[(0.5, 40.0), (0.9, 60.0)]).unwrap();
    let named = Dist::from_p50_p90(40.0, 60.0).unwrap();
    for p in [0.001, 0.2, 0.5, 0.77, 0.9, 0.999] {
        assert!(close(points.quantile(p), named.quantile(p), 1e-13));
    }
}

#[test]
fn a_ping_train_without_deviation_is_fixed_at_its_mean() {
    let train = PingTrain {
        min_ms: 11.9,
        avg_ms: 12.0,
        max_ms: 12.1,
        mdev_ms: 0.0,
    };
    assert_eq!(Dist::from_min_avg_max_mdev(train).unwrap().as_fixed(), Some(12.0));
}

#[test]
fn a_ping_train_that_cannot_be_is_refused() {
    let train = PingTrain {
        min_ms: 10.0,
        avg_ms: 12.0,
        max_ms: 13.0,
        mdev_ms: 9.0,
    };
    let message = Dist::from_min_avg_max_mdev(train).unwrap_err().to_string();
    assert_eq!(
        message,
        "ping mdev cannot exceed 1.416 ms with min 10, avg 12 and max 13 ms, found 9 ms"
    );
}

#[test]
fn nan_is_refused_everywhere() {
    let nan = f64::NAN;
    let attempts = [
        Dist::fixed(nan),
        Dist::log_normal(nan, 0.5),
        Dist::log_normal(40.0, nan),
        Dist::weibull(nan, 1.0),
        Dist::weibull(1.0, nan),
        Dist::pareto(nan, 1.0),
        Dist::pareto(1.0, nan),
        Dist::gumbel(nan, 1.0),
        Dist::gumbel(1.0, nan),
        Dist::gamma(nan, 1.0),
        Dist::gamma(1.0, nan),
        Dist::exponential(nan),
        Dist::shifted(nan, gamma()),
        Dist::scaled(nan, gamma()),
        Dist::truncated(nan, 10.0, gamma()),
        Dist::truncated(1.0, nan, gamma()),
        Dist::from_quantiles(&[(nan, 1.0), (0.9, 2.0)]),
        Dist::from_quantiles(&[(0.5, nan), (0.9, 2.0)]),
        Dist::from_samples(&[1.0, nan]),
        Dist::mixture([(nan, gamma())]),
        Dist::from_p50_p90(nan, 1.0),
        Dist::from_p50_p99(1.0, nan),
    ];
    for (i, attempt) in attempts.into_iter().enumerate() {
        assert!(attempt.unwrap_err().to_string().contains("NaN"), "attempt {i}");
    }
}

#[test]
#[rustfmt::skip]
fn errors_name_the_parameter_the_value_and_the_unit() {
    let message = |made: Result<Dist, isochrone::basis::error::Error>| made.unwrap_err().to_string();
    assert_eq!(message(Dist::weibull(-3.0, 1.0)), "Weibull scale must be positive and finite, found -3 ms");
    assert_eq!(message(Dist::weibull(3.0, 0.0)), "Weibull shape must be positive and finite, found 0");
    assert_eq!(message(Dist::mixture([(0.0, gamma())])), "mixture weight must be positive and finite, found 0");
    assert_eq!(message(Dist::truncated(9.0, 4.0, gamma())),
        "upper limit must be above the lower limit of 9 ms, found 4 ms");
    assert_eq!(message(Dist::from_quantiles(&[(0.5, 40.0), (0.9, 30.0)])),
        "the quantile at p = 0.9 must not be below the 40 ms at p = 0.5, found 30 ms");
    assert!(message(Dist::truncated(1e6, 2e6, gamma())).starts_with("truncation keeps nothing"));
    assert!(message(Dist::from_samples(&[])).contains("at least one"));
    assert!(message(Dist::mixture([])).contains("at least one"));
}

#[test]
#[rustfmt::skip]
fn every_distribution_writes_the_toml_of_a_scenario() {
    let cases = [
        (Dist::from_p50_p90(40.0, 60.0).unwrap(), "{ log_normal = { p50_ms = 40.0, p90_ms = 60.0 } }"),
        (Dist::fixed(20.0).unwrap(), "{ fixed_ms = 20.0 }"),
        (Dist::weibull(10.0, 0.7).unwrap(), "{ weibull = { scale_ms = 10.0, shape = 0.7 } }"),
        (Dist::pareto(10.0, 2.5).unwrap(), "{ pareto = { scale_ms = 10.0, shape = 2.5 } }"),
        (Dist::gumbel(40.0, 5.0).unwrap(), "{ gumbel = { location_ms = 40.0, scale_ms = 5.0 } }"),
        (gamma(), "{ gamma = { shape = 2.5, scale_ms = 4.0 } }"),
        (Dist::scaled(2.0, gamma()).unwrap(),
            "{ scaled = { factor = 2.0, of = { gamma = { shape = 2.5, scale_ms = 4.0 } } } }"),
        (Dist::truncated(1.0, 9.0, gamma()).unwrap(),
            "{ truncated = { min_ms = 1.0, max_ms = 9.0, of = { gamma = { shape = 2.5, scale_ms = 4.0 } } } }"),
        (Dist::truncated(1.0, f64::INFINITY, Dist::exponential(2.0).unwrap()).unwrap(),
            "{ truncated = { min_ms = 1.0, of = { exponential = { mean_ms = 2.0 } } } }"),
        (Dist::from_quantiles(&[(0.5, 40.0), (0.9, 60.0)]).unwrap(), "{ quantiles = [[0.5, 40.0], [0.9, 60.0]] }"),
        (Dist::from_samples(&[2.0, 1.0]).unwrap(), "{ samples_ms = [1.0, 2.0] }"),
        (Dist::mixture([(3.0, Dist::fixed(1.0).unwrap()), (1.0, Dist::exponential(2.0).unwrap())]).unwrap(),
            "{ mixture = [{ weight = 0.75, of = { fixed_ms = 1.0 } }, \
             { weight = 0.25, of = { exponential = { mean_ms = 2.0 } } }] }"),
    ];
    for (dist, expected) in cases {
        assert_eq!(dist.to_toml(), expected);
    }
}

#[test]
fn a_log_normal_writes_its_p90_only_where_that_says_it_exactly() {
    let dist = Dist::log_normal(40.0, 0.1 + 0.2).unwrap();
    let text = dist.to_toml();
    let number = |key: &str| -> Option<f64> {
        let after = text.split(&format!("{key} = ")).nth(1)?;
        after.split([',', ' ']).next()?.parse().ok()
    };
    let back = match number("p90_ms") {
        Some(p90) => Dist::from_p50_p90(number("p50_ms").unwrap(), p90),
        None => Dist::log_normal(number("median_ms").unwrap(), number("sigma").unwrap()),
    };
    assert_eq!(back.unwrap(), dist);
}

// ---------------------------------------------------------------- properties

/// Any distribution with parameters of the size that latencies have.
fn any_dist() -> impl Strategy<Value = Dist> {
    let base = prop_oneof![
        (0.0..500.0).prop_map(|x| Dist::fixed(x).unwrap()),
        (0.1..500.0, 0.01..2.0).prop_map(|(m, s)| Dist::log_normal(m, s).unwrap()),
        (0.1..500.0, 0.3..10.0).prop_map(|(l, k)| Dist::weibull(l, k).unwrap()),
        (0.1..500.0, 0.5..10.0).prop_map(|(l, k)| Dist::pareto(l, k).unwrap()),
        (0.1..500.0, 0.01..9.0).prop_map(|(l, s)| Dist::gumbel(l, l * s).unwrap().non_negative().unwrap()),
        (0.1..400.0, 0.1..50.0).prop_map(|(a, s)| Dist::gamma(a, s).unwrap()),
        (0.1..500.0).prop_map(|m| Dist::exponential(m).unwrap()),
        prop::collection::vec(0.0..500.0, 1..20).prop_map(|xs| Dist::from_samples(&xs).unwrap()),
    ];
    base.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            (0.0..100.0, inner.clone()).prop_map(|(by, d)| Dist::shifted(by, d).unwrap()),
            (0.1..10.0, inner.clone()).prop_map(|(f, d)| Dist::scaled(f, d).unwrap()),
            prop::collection::vec((0.01..5.0, inner), 1..4).prop_map(|parts| Dist::mixture(parts).unwrap()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn quantiles_never_fall_and_are_never_negative(dist in any_dist(), p in 0.0..1.0, q in 0.0..1.0) {
        let (low, high) = if p < q { (p, q) } else { (q, p) };
        // A numerical inverse may be off by one part in 1e12.
        prop_assert!(dist.quantile(low) <= dist.quantile(high) * (1.0 + 1e-12));
        prop_assert!(dist.quantile(low) >= 0.0);
    }

    #[test]
    fn the_cdf_rises_from_zero_to_one(dist in any_dist(), x in 0.0..1000.0, y in 0.0..1000.0) {
        let (low, high) = if x < y { (x, y) } else { (y, x) };
        prop_assert!(dist.cdf(low) <= dist.cdf(high) + 1e-14);
        // An untouched Gumbel may keep a share below zero that no draw can hit.
        prop_assert!(dist.cdf(-1.0) <= SMALLEST_DRAW);
        prop_assert!((dist.cdf(f64::INFINITY) - 1.0).abs() < 1e-15 * 16.0);
    }

    #[test]
    fn a_shift_moves_every_quantile_alike(dist in any_dist(), by in 0.0..100.0, p in 0.001..0.999) {
        let shifted = Dist::shifted(by, dist.clone()).unwrap();
        prop_assert!(close(shifted.quantile(p), by + dist.quantile(p), 1e-11));
    }

    #[test]
    fn truncation_keeps_draws_within_its_limits(dist in any_dist(), a in 0.05..0.5, b in 0.5..0.95, p in 0.0..=1.0) {
        let (low, high) = (dist.quantile(a), dist.quantile(b));
        prop_assume!(low < high);
        let cut = Dist::truncated(low, high, dist).unwrap();
        prop_assert!((low..=high).contains(&cut.quantile(p)));
    }

    #[test]
    fn a_mixture_lies_among_its_parts(a in any_dist(), b in any_dist(), w in 0.01..0.99, p in 0.001..0.999) {
        let mix = Dist::mixture([(w, a.clone()), (1.0 - w, b.clone())]).unwrap();
        let (x, y) = (a.quantile(p), b.quantile(p));
        let slack = 1.0 + 1e-11;
        prop_assert!(mix.quantile(p) <= x.max(y) * slack && mix.quantile(p) * slack >= x.min(y));
        if let (Some(found), Some(ma), Some(mb)) = (mix.mean(), a.mean(), b.mean()) {
            prop_assert!(close(found, w * ma + (1.0 - w) * mb, 1e-12));
        }
    }

    #[test]
    fn the_toml_of_anything_can_be_parsed(dist in any_dist()) {
        let text = format!("latency = {}", dist.to_toml());
        prop_assert!(text.parse::<toml::Table>().is_ok(), "{}", text);
    }
}

// ---------------------------------------------------------------- what the engine draws

/// The i-th of n numbers spread evenly over all 2³², at ever other places of a cell.
fn spread(i: u32, n: u32) -> u32 {
    let step = (1_u64 << 32) / u64::from(n);
    (u64::from(i) * step + (u64::from(i) * 2_654_435_761) % step) as u32
}

/// Standard quantile functions are off by at most r²/8 with r = 1/16, so 4.9e-4, of a value of 5.5 where that happens: 9e-5
/// relative. A power 1/0.7 (Weibull) makes that 1.3e-4, sigma = 0.5 of a normal score less. In the lower tail of a gamma of
/// shape 0.2 values bend like the fifth power, but are a small part of the mean: the error is taken relative to the value
/// or a hundredth of the median, whichever is larger. At a given quantile the slope breaks, by s of the value per unit of
/// p, and a chord across the break is off by s/4 of a cell: here (60 ms,
/// from 108 to 300 ms per unit) 0.012 ms, 2e-4. 4e-4 covers them all.
#[test]
fn table_draws_are_the_exact_quantiles_within_the_stated_error() {
    const DRAWS: u32 = 100_000;
    for dist in continuous() {
        let shape = dist.shape();
        let floor = 0.01 * dist.quantile(0.5);
        let ends = (0..300).chain(u32::MAX - 300..=u32::MAX);
        for u in (0..DRAWS).map(|i| spread(i, DRAWS)).chain(ends) {
            let (drawn, exact) = (shape.at(u), dist.quantile(uniform(u)));
            let error = (drawn - exact).abs() / exact.max(floor);
            assert!(error < 4e-4, "{dist} at {u}: {drawn} against {exact}");
        }
    }
}

/// In the tail each halving has 64 cells of its own: the error of a logarithm is below (1/64)²/8 = 3.1e-5 everywhere, plus
/// the rounding of 32-bit floats (6e-8 of a value of up to 23).
#[test]
fn tails_keep_their_accuracy_to_the_last_draw() {
    let table = QuantileTable::new(|p| -(-p).ln_1p());
    let exact = |u: u32| -(-uniform(u)).ln_1p();
    let tail = (TAIL_CELLS as u32) << 20;
    for k in (0..4000).chain((0..tail).step_by(4099)) {
        let u = u32::MAX - k;
        assert!(QuantileTable::is_tail(u) && QuantileTable::is_tail(k));
        assert!(
            (f64::from(table.at(u)) - exact(u)).abs() < 3.3e-5,
            "{k} from the top"
        );
    }
    assert!(!QuantileTable::is_tail(tail) && !QuantileTable::is_tail(u32::MAX - tail));
}

/// A jump between two values is smeared over the cell it falls into and nowhere else.
#[test]
fn atoms_stay_exact_outside_the_cell_of_their_jump() {
    for dist in with_atoms() {
        let shape = dist.shape();
        for u in (0..20_000).map(|i| spread(i, 20_000)) {
            let (p, cell) = (uniform(u), 1.0 / CELLS as f64);
            let (low, high) = (dist.quantile(p - cell), dist.quantile(p + cell));
            let drawn = shape.at(u);
            let slack = 1e-6 * high.max(1.0);
            // The table ends at its last draw.
            let low = low.min(dist.quantile(uniform(u32::MAX)));
            assert!(
                low - slack <= drawn && drawn <= high + slack,
                "{dist} at {p}: {drawn}"
            );
        }
    }
}

#[test]
fn draws_never_fall_as_the_uniform_number_grows() {
    let tail = (TAIL_CELLS as u32) << 20;
    let near = |u: u32| u.saturating_sub(200)..=u.saturating_add(200);
    for dist in all() {
        let shape = dist.shape();
        let rises = |us: &mut dyn Iterator<Item = u32>| {
            let draws: Vec<f64> = us.map(|u| shape.at(u)).collect();
            draws.windows(2).all(|w| w[0] <= w[1])
        };
        assert!(rises(&mut (0..50_000).map(|i| spread(i, 50_000))), "{dist}");
        for seam in [0, tail, !tail, u32::MAX] {
            assert!(rises(&mut near(seam)), "{dist} near {seam}");
        }
    }
}

/// One step of a 64-bit xorshift with a multiplied output (Vigna, An experimental exploration of Marsaglia's xorshift
/// generators, scrambled, 2016): another generator than the one under test.
fn next(state: &mut u64) -> u64 {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    state.wrapping_mul(0x2545_F491_4F6C_DD1D)
}

/// Kolmogorov–Smirnov at α = 0.001 per family: the critical value is √(ln(2/α)/2)/√n = 1.95/√n. With 21 families the
/// false alarm rate is 2.1 % at most; the draws are fixed, so it was paid once.
#[test]
fn table_draws_follow_the_cdf() {
    const DRAWS: usize = 100_000;
    let critical = (0.5 * (2.0_f64 / 0.001).ln()).sqrt() / (DRAWS as f64).sqrt();
    for dist in continuous() {
        let shape = dist.shape();
        let mut state = 12_345_u64;
        let mut draws: Vec<f64> = (0..DRAWS)
            .map(|_| shape.at((next(&mut state) >> 32) as u32))
            .collect();
        draws.sort_by(f64::total_cmp);
        let n = DRAWS as f64;
        let gap = |(i, x): (usize, &f64)| {
            let share = dist.cdf(*x);
            (share - i as f64 / n)
                .abs()
                .max((share - (i + 1) as f64 / n).abs())
        };
        let distance = draws.iter().enumerate().map(gap).fold(0.0, f64::max);
        assert!(distance < critical, "{dist}: {distance} against {critical}");
    }
}

/// The mean of the table is that of the distribution to within the average interpolation error: at distance p from the
/// top a chord lies above the logarithm by (h/p)²/12 on average, and summed over the cells from 16 on that is h/(12 · 15.5)
/// = 1.3e-6; the tail adds (1/64)²/12 of 1/256, 8e-8, and the floats 6e-8. The second moment weighs the error with twice the
/// value, below 2 · 5.6, so 1.5e-5.
#[test]
fn the_table_has_the_mean_and_variance_of_the_distribution() {
    let table = QuantileTable::new(|p| -(-p).ln_1p());
    let (mut mean, mut square) = (0.0, 0.0);
    // The equal cells: a straight line has the mean of its ends, and a known mean square.
    let h = 1.0 / CELLS as f64;
    for cell in TAIL_CELLS..CELLS - TAIL_CELLS {
        let (a, b) = (table.edges()[cell], table.edges()[cell + 1]);
        let (a, b) = (f64::from(a), f64::from(b));
        mean += h * 0.5 * (a + b);
        square += h * (a * a + a * b + b * b) / 3.0;
    }
    // The tails: every draw.
    let tail = (TAIL_CELLS as u32) << 20;
    for k in 0..tail {
        for x in [table.tail(k), table.tail(!k)].map(f64::from) {
            mean += x / 4_294_967_296.0;
            square += x * x / 4_294_967_296.0;
        }
    }
    assert!((mean - 1.0).abs() < 1.5e-6, "{mean}");
    assert!((square - mean * mean - 1.0).abs() < 2e-5, "{square}");
}

#[test]
fn equal_shapes_share_one_table() {
    let table = |dist: &Dist| match dist.shape() {
        Shape::Linear { table, .. } | Shape::Log { table, .. } => table,
        other => panic!("{other:?}"),
    };
    let far = Dist::log_normal(80.0, 0.5).unwrap();
    let pairs = [
        (log_normal(), Dist::log_normal(7.0, 0.1).unwrap()),
        (gamma(), Dist::gamma(2.5, 9.0).unwrap()),
        (gamma(), Dist::shifted(3.0, gamma()).unwrap()),
        (
            Dist::shifted(3.0, log_normal()).unwrap(),
            Dist::shifted(9.0, far).unwrap(),
        ),
        (two_humps(), two_humps()),
    ];
    for (a, b) in pairs {
        // Held while the other is asked for: tables live as long as someone uses them.
        let held = table(&a);
        assert!(std::sync::Arc::ptr_eq(&held, &table(&b)), "{a} and {b}");
    }
}

#[test]
fn a_mixture_with_zero_is_a_gate() {
    let spike = Dist::mixture([(4.0, Dist::fixed(0.0).unwrap()), (1.0, gamma())]).unwrap();
    let Shape::Gated { p, inner } = spike.shape() else {
        panic!("{:?}", spike.shape());
    };
    assert!(close(p, 0.2, 1e-15));
    assert_eq!(*inner, gamma().shape());
}

#[test]
fn durations_too_large_for_a_table_stay_finite() {
    let heavy = Dist::shifted(1.0, Dist::pareto(1.0, 0.1).unwrap()).unwrap();
    assert!(heavy.shape().at(u32::MAX).is_finite() && heavy.shape().at(u32::MAX - 70).is_finite());
}

// ---------------------------------------------------------------- fits

/// `n` draws of `dist` by a generator of its own, in the order drawn.
fn draws(dist: &Dist, n: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let uniform = |bits: u64| ((bits >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0;
    // The first outputs of small seeds are alike.
    for _ in 0..20 {
        next(&mut state);
    }
    (0..n).map(|_| dist.quantile(uniform(next(&mut state)))).collect()
}

fn without_bootstrap() -> Options {
    Options {
        bootstrap: 0,
        ..Options::default()
    }
}

/// Fitted parameters against the truth, in standard errors given times √n: false alarms below 6e-5 each.
fn assert_recovers(dist: &Dist, family: Family, expected: &[(&str, f64, f64)]) {
    const N: usize = 4000;
    let found = fit(&draws(dist, N, 77), Wanted::Only(family), without_bootstrap()).unwrap();
    assert_eq!(found[0].parameters.len(), expected.len());
    for (parameter, (name, truth, error)) in found[0].parameters.iter().zip(expected) {
        assert_eq!(parameter.name, *name);
        let off = (parameter.value - truth).abs() / (error / (N as f64).sqrt());
        assert!(
            off < 4.0,
            "{dist}: {name} {} is {off:.1} standard errors off",
            parameter.value
        );
    }
}

/// Standard errors times √n, from Fisher's information. Log-normal: median·σ and σ/√2. Exponential: the mean. Pareto:
/// the shape itself; the scale is the smallest sample, too large by scale/(n·shape) = 0.001 on average with the spread of
/// an exponential, so ten times that is allowed (e⁻¹⁰). Weibull: 1.053 λ/k and 0.780 k; Gumbel: 1.053 β and 0.780 β.
/// Gamma: √(a/(aψ′ − 1)) and θ√(ψ′/(aψ′ − 1)), with ψ′(2.5) = 0.490358.
#[test]
fn fits_recover_their_parameters() {
    assert_recovers(
        &log_normal(),
        Family::LogNormal,
        &[("median", 40.0, 20.0), ("sigma", 0.5, 0.3536)],
    );
    let exponential = Dist::exponential(10.0).unwrap();
    assert_recovers(&exponential, Family::Exponential, &[("mean", 10.0, 10.0)]);
    let pareto = Dist::pareto(10.0, 2.5).unwrap();
    assert_recovers(
        &pareto,
        Family::Pareto,
        &[("scale", 10.0, 0.158), ("shape", 2.5, 2.5)],
    );
    let weibull = Dist::weibull(10.0, 1.5).unwrap();
    assert_recovers(
        &weibull,
        Family::Weibull,
        &[("scale", 10.0, 7.02), ("shape", 1.5, 1.17)],
    );
    let gumbel = Dist::gumbel(40.0, 5.0).unwrap();
    assert_recovers(
        &gumbel,
        Family::Gumbel,
        &[("location", 40.0, 5.265), ("scale", 5.0, 3.9)],
    );
    let root = (2.5_f64 * 0.490_358 - 1.0).sqrt();
    let (shape, scale) = (2.5_f64.sqrt() / root, 4.0 * 0.490_358_f64.sqrt() / root);
    assert_recovers(
        &gamma(),
        Family::Gamma,
        &[("shape", 2.5, shape), ("scale", 4.0, scale)],
    );
}

/// The floor of a shifted exponential is off by mean/n with the spread of an exponential: 0.001 here, and ten times that
/// is allowed (e⁻¹⁰).
#[test]
fn a_shifted_exponential_is_found_with_its_floor() {
    let truth = Dist::shifted(30.0, Dist::exponential(4.0).unwrap()).unwrap();
    assert_recovers(
        &truth,
        Family::ShiftedExponential,
        &[("by", 30.0, 0.158), ("mean", 4.0, 4.0)],
    );
}

/// A floor that is fitted trades against the other parameters, so quantiles are what is compared: within 4 standard
/// errors of a sample quantile, √(p(1−p)/n)/density, which a fit of the right family undercuts.
#[test]
fn shifted_fits_recover_the_quantiles() {
    let cases = [
        (Dist::log_normal(8.0, 0.6).unwrap(), Family::ShiftedLogNormal),
        (gamma(), Family::ShiftedGamma),
        (Dist::weibull(10.0, 1.5).unwrap(), Family::ShiftedWeibull),
    ];
    for (inner, family) in cases {
        let truth = Dist::shifted(30.0, inner).unwrap();
        let samples = draws(&truth, 2000, 5);
        let found = &fit(&samples, Wanted::Only(family), without_bootstrap()).unwrap()[0];
        assert_eq!(found.parameters[0].name, "by");
        for p in [0.05, 0.5, 0.9, 0.95, 0.99] {
            let x = truth.quantile(p);
            let density = (truth.cdf(x + 1e-3) - truth.cdf(x - 1e-3)) / 2e-3;
            let error = (p * (1.0 - p) / 2000.0).sqrt() / density;
            assert!(
                (found.dist.quantile(p) - x).abs() < 4.0 * error,
                "{truth} fitted as {}",
                found.dist
            );
        }
    }
}

#[test]
fn two_humps_are_found_where_there_are_two() {
    let near = Dist::log_normal(20.0, 0.1).unwrap();
    let far = Dist::log_normal(90.0, 0.15).unwrap();
    let truth = Dist::mixture([(0.7, near), (0.3, far)]).unwrap();
    let best = &fit(&draws(&truth, 1000, 3), Wanted::Auto, without_bootstrap()).unwrap()[0];
    assert_eq!(best.family, Family::Bimodal);
    let value = |name: &str| best.parameters.iter().find(|p| p.name == name).unwrap().value;
    // Four standard errors: √(w(1−w)/n) for the weight, σ/√(nw) of the logarithm for the medians.
    assert!((value("weight 1") - 0.7).abs() < 4.0 * (0.21_f64 / 1000.0).sqrt());
    assert!((value("median 1") / 20.0).ln().abs() < 4.0 * 0.1 / 700.0_f64.sqrt());
    assert!((value("median 2") / 90.0).ln().abs() < 4.0 * 0.15 / 300.0_f64.sqrt());
}

#[test]
fn one_hump_is_not_split() {
    let fits = fit(&draws(&log_normal(), 500, 9), Wanted::Auto, without_bootstrap()).unwrap();
    assert!(fits.iter().all(|fit| fit.family != Family::Bimodal));
    assert!(fits.windows(2).all(|w| w[0].aicc <= w[1].aicc));
}

/// The p-value of the true family is uniform between 0 and 1: the mean of 40 has a standard error of 0.046, and the number
/// below 0.1 is binomial with mean 4, above 11 with a probability of 4e-4. A p-value that ignored the fitting would have a
/// mean far above ½.
#[test]
fn the_p_value_knows_that_parameters_were_fitted() {
    let options = Options {
        bootstrap: 99,
        seed: 4,
    };
    let p_value = |set: u64| {
        let samples = draws(&log_normal(), 60, 1000 + set);
        fit(&samples, Wanted::Only(Family::LogNormal), options).unwrap()[0]
            .ks_p
            .unwrap()
    };
    let p_values: Vec<f64> = (0..40).map(p_value).collect();
    let mean = p_values.iter().sum::<f64>() / 40.0;
    assert!((mean - 0.5).abs() < 4.0 * 0.046, "{mean}");
    assert!(
        p_values.iter().filter(|&&p| p < 0.1).count() <= 11,
        "{p_values:?}"
    );
}

#[test]
fn the_wrong_family_has_a_low_p_value() {
    let samples = draws(&Dist::exponential(10.0).unwrap(), 1000, 8);
    let p_value = |family| {
        fit(&samples, Wanted::Only(family), Options::default()).unwrap()[0]
            .ks_p
            .unwrap()
    };
    assert!(p_value(Family::LogNormal) < 0.01);
    assert!(p_value(Family::Exponential) > 0.01);
}

#[test]
fn the_same_samples_in_another_order_give_the_same_fit() {
    let samples = draws(&gamma(), 50, 6);
    let mut reversed = samples.clone();
    reversed.reverse();
    let options = Options {
        bootstrap: 19,
        seed: 2,
    };
    let fits = fit(&samples, Wanted::Auto, options).unwrap();
    assert_eq!(fits, fit(&reversed, Wanted::Auto, options).unwrap());
}

#[test]
fn samples_that_say_nothing_are_refused() {
    let message = |samples: &[f64]| {
        fit(samples, Wanted::Auto, Options::default())
            .unwrap_err()
            .to_string()
    };
    assert_eq!(message(&[1.0; 5]), "a fit needs at least 8 samples, found 5");
    let with = |x: f64| [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, x];
    assert_eq!(
        message(&with(f64::NAN)),
        "a sample must be finite and not negative, found NaN ms"
    );
    assert_eq!(
        message(&with(-2.0)),
        "a sample must be finite and not negative, found -2 ms"
    );
}

#[test]
fn equal_samples_are_fixed_whatever_is_wanted() {
    for wanted in [Wanted::Auto, Wanted::Only(Family::Gamma)] {
        let fits = fit(&[12.5; 9], wanted, Options::default()).unwrap();
        assert_eq!(
            (fits.len(), fits[0].dist.as_fixed(), fits[0].ks),
            (1, Some(12.5), 0.0)
        );
    }
}

#[test]
fn samples_with_a_zero_rule_out_what_needs_a_logarithm() {
    let samples: Vec<f64> = (0..20).map(f64::from).collect();
    let fits = fit(&samples, Wanted::Auto, without_bootstrap()).unwrap();
    assert!(
        fits.iter()
            .all(|fit| [Family::Exponential, Family::Gumbel].contains(&fit.family))
    );
    let error = fit(&samples, Wanted::Only(Family::LogNormal), without_bootstrap()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "log-normal cannot be fitted to 20 samples from 0.0 ms to 19.0 ms"
    );
}

#[test]
fn a_family_is_known_by_its_name() {
    for family in Family::ALL {
        assert_eq!(Family::parse(family.name()).unwrap(), family);
    }
    let error = Family::parse("weibul").unwrap_err();
    assert!(error.problems()[0].hint.as_ref().unwrap().contains("weibull"));
}

// ---------------------------------------------------------------- cut out, shifted, scaled

/// Mean and variance as integrals of the quantiles, by the midpoint rule.
fn moments_of_quantiles(dist: &Dist) -> (f64, f64) {
    const N: u32 = 20_000;
    let quantiles = (0..N).map(|i| dist.quantile((f64::from(i) + 0.5) / f64::from(N)));
    let (first, second) = quantiles.fold((0.0, 0.0), |(a, b), x| (a + x, b + x * x));
    let mean = first / f64::from(N);
    (mean, second / f64::from(N) - mean * mean)
}

/// What is cut out of a law twice has the moments of its own quantiles, and those of what is cut out once where the
/// second cut takes away nothing more: partial moments of all families, shifted and scaled, come in here. A step of the
/// midpoint rule is a twenty-thousandth of the width, and where single values have a share a few steps are off.
#[test]
fn what_is_cut_out_twice_has_the_moments_of_its_quantiles() {
    let nested = |of: &Dist| {
        let shifted = Dist::shifted(11.0, of.clone()).unwrap();
        let scaled = Dist::scaled(2.5, of.clone()).unwrap();
        let mixed = Dist::mixture([(1.0, shifted.clone()), (3.0, scaled.clone())]).unwrap();
        [of.clone(), shifted, scaled, mixed]
    };
    for law in all().iter().flat_map(nested) {
        let (low, high) = (law.quantile(0.1), law.quantile(0.9));
        let (inner_low, inner_high) = (law.quantile(0.25), law.quantile(0.8));
        let Ok(outer) = Dist::truncated(low, high, law.clone()) else {
            continue;
        };
        let Ok(inner) = Dist::truncated(inner_low, inner_high, outer.clone()) else {
            continue;
        };
        for cut in [&outer, &inner] {
            let (mean, variance) = moments_of_quantiles(cut);
            let width = cut.quantile(1.0) - cut.quantile(0.0);
            let (found, spread) = (cut.mean().unwrap(), cut.variance().unwrap());
            assert!(
                (found - mean).abs() <= 3e-4 * width + 1e-9,
                "{cut}: mean {found}, by quantiles {mean}"
            );
            assert!(
                (spread - variance).abs() <= 1e-3 * width * width + 1e-9,
                "{cut}: variance {spread}, by quantiles {variance}"
            );
        }
    }
}

#[test]
fn a_shift_and_a_scale_leave_what_is_observed() {
    let given = Dist::from_quantiles(&[(0.05, 12.0), (0.5, 40.0), (0.99, 150.0)]).unwrap();
    assert_eq!(given.observed(), Some((0.05, 0.99)));
    let moved = Dist::shifted(3.0, given.clone()).unwrap();
    let larger = Dist::scaled(1.5, given).unwrap();
    assert_eq!(moved.observed(), Some((0.05, 0.99)));
    assert_eq!(larger.observed(), Some((0.05, 0.99)));
    assert_eq!(Dist::shifted(3.0, gamma()).unwrap().observed(), None);
}
