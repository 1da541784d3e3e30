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
