//! Integrals and roots.

/// Nodes and weights of the 16-point Gauss–Legendre rule on −1..1, positive half.
/// Source: roots of the Legendre polynomial P₁₆, computed with 50-digit arithmetic (mpmath).
const LEGENDRE: [(f64, f64); 8] = [
    (0.095_012_509_837_637_44, 0.189_450_610_455_068_5),
    (0.281_603_550_779_258_9, 0.182_603_415_044_923_58),
    (0.458_016_777_657_227_37, 0.169_156_519_395_002_54),
    (0.617_876_244_402_643_8, 0.149_595_988_816_576_74),
    (0.755_404_408_355_003, 0.124_628_971_255_533_88),
    (0.865_631_202_387_831_8, 0.095_158_511_682_492_79),
    (0.944_575_023_073_232_6, 0.062_253_523_938_647_894),
    (0.989_400_934_991_649_9, 0.027_152_459_411_754_096),
];

/// `∫ f` from `low` to `high`.
fn gauss_legendre(f: &impl Fn(f64) -> f64, low: f64, high: f64) -> f64 {
    let (centre, half) = (f64::midpoint(low, high), 0.5 * (high - low));
    let pair = |(x, w): &(f64, f64)| w * (f(centre - half * x) + f(centre + half * x));
    half * LEGENDRE.iter().map(pair).sum::<f64>()
}

/// `∫ f` from `from` ≥ 0 to infinity for an `f` that falls like `e^−s` and has at most a logarithm at zero.
///
/// Panels double in width, so the logarithm is smooth on each; below 1e-40 and above 64 beyond the start
/// nothing is left that a double could hold.
pub(super) fn integrate_upwards(f: impl Fn(f64) -> f64, from: f64) -> f64 {
    let mut low = from.max(1e-40);
    if low > 700.0 {
        return 0.0;
    }
    let end = low + 64.0;
    let mut sum = 0.0;
    while low < end {
        let high = (low + low.min(2.0)).min(end);
        sum += gauss_legendre(&f, low, high);
        low = high;
    }
    sum
}

/// Narrows `low..high` around the point where `rising` turns from negative to not negative, until it is
/// `tolerance` wide relative to its upper end, and gives both ends.
///
/// False position where it works (Illinois variant: the weight of an end that stays is halved), bisection whenever
/// three such steps have not halved the interval; so a jump in `rising` costs time and nothing else. `rising` must
/// be negative at `low` and not negative at `high`.
pub(super) fn narrow(
    rising: impl Fn(f64) -> f64,
    (mut low, mut high): (f64, f64),
    tolerance: f64,
) -> (f64, f64) {
    let (mut at_low, mut at_high) = (rising(low), rising(high));
    let mut watched = high - low;
    let mut side = 0;
    for step in 1..2000 {
        if high - low <= tolerance * high.abs() {
            break;
        }
        let halving = step % 3 == 0 && high - low > 0.5 * watched;
        if step % 3 == 0 {
            watched = high - low;
        }
        let x = between(
            low,
            high,
            if halving { 0.5 } else { at_low / (at_low - at_high) },
            tolerance,
        );
        if !(low < x && x < high) {
            break;
        }
        let value = rising(x);
        if value < 0.0 {
            (low, at_low) = (x, value);
            at_high *= if side == -1 { 0.5 } else { 1.0 };
            side = -1;
        } else {
            (high, at_high) = (x, value);
            at_low *= if side == 1 { 0.5 } else { 1.0 };
            side = 1;
        }
    }
    (low, high)
}

/// The point that divides `low..high` in the ratio `part`, kept off the ends so that both can close in.
fn between(low: f64, high: f64, part: f64, tolerance: f64) -> f64 {
    let part = if part > 0.0 && part < 1.0 { part } else { 0.5 };
    let margin = (0.25 * tolerance * high.abs()).min(0.25 * (high - low));
    (low + part * (high - low)).clamp(low + margin, high - margin)
}

/// The place in `low..high` where `f` is largest, by golden section, to `width`; `f` should have one peak there.
pub(crate) fn peak(f: impl Fn(f64) -> f64, (mut low, mut high): (f64, f64), width: f64) -> f64 {
    let golden = 0.5 * (5.0_f64.sqrt() - 1.0);
    let (mut a, mut b) = (high - golden * (high - low), low + golden * (high - low));
    let (mut at_a, mut at_b) = (f(a), f(b));
    while high - low > width {
        if at_a < at_b {
            low = a;
            (a, at_a) = (b, at_b);
            b = low + golden * (high - low);
            at_b = f(b);
        } else {
            high = b;
            (b, at_b) = (a, at_a);
            a = high - golden * (high - low);
            at_a = f(a);
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_is_found_inside_and_at_the_ends_and_never_looked_for_outside() {
        for (top, low, high) in [
            (1.0, 0.0, 5.0),
            (4.9, 0.0, 5.0),
            (-3.0, -4.0, 10.0),
            (0.0, 0.0, 1.0),
            (1.0, 0.0, 1.0),
        ] {
            let looks = std::cell::Cell::new(0);
            let f = |x: f64| {
                assert!((low..=high).contains(&x), "{x} is outside of {low} to {high}");
                looks.set(looks.get() + 1);
                -(x - top).powi(2)
            };
            let found = peak(f, (low, high), 1e-6);
            assert!((found - top).abs() <= 1e-6, "{found} is not {top}");
            // Each look takes away what is beyond the golden section: 1.618^34 is 10 million.
            assert!(looks.get() <= 37, "{} looks", looks.get());
        }
    }

    #[test]
    fn integrals_of_what_falls_exponentially_are_those_of_the_book() {
        let exponential = |s: f64| (-s).exp();
        for from in [0.0, 1e-3, 0.5, 7.0, 40.0] {
            let found = integrate_upwards(exponential, from);
            assert!(
                (found / exponential(from) - 1.0).abs() < 1e-12,
                "from {from}: {found}"
            );
        }
        // Γ(3.5), and minus Euler's constant.
        let gamma = integrate_upwards(|s| s.powf(2.5) * (-s).exp(), 0.0);
        assert!((gamma - 3.323_350_970_447_843).abs() < 1e-11, "{gamma}");
        let euler = integrate_upwards(|s| s.ln() * (-s).exp(), 0.0);
        assert!((euler + 0.577_215_664_901_532_9).abs() < 1e-11, "{euler}");
        assert_eq!(integrate_upwards(exponential, 701.0), 0.0);
    }

    type Shape = fn(f64) -> f64;

    #[test]
    fn a_root_is_narrowed_whatever_the_shape_and_a_jump_is_bracketed() {
        let shapes: [(&str, Shape); 4] = [
            ("straight", |x| x - 2.0),
            ("flat before", |x| (x - 2.0).powi(9)),
            ("steep", |x| (x - 2.0) * (20.0 * (x - 2.0)).exp()),
            ("a jump", |x| if x < 2.0 { -1.0 } else { 5.0 }),
        ];
        for (name, rising) in shapes {
            let looks = std::cell::Cell::new(0);
            let counted = |x: f64| {
                looks.set(looks.get() + 1);
                rising(x)
            };
            let (low, high) = narrow(counted, (0.0, 7.0), 1e-12);
            assert!(low <= 2.0 && 2.0 <= high, "{name}: {low} to {high}");
            assert!(high - low <= 1e-12 * high, "{name}: {low} to {high}");
            // Bisection alone takes 43; whatever the shape, at most six looks for each halving.
            assert!(looks.get() <= 6 * 43, "{name}: {} looks", looks.get());
        }
    }
}
