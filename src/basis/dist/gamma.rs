//! Gamma: the sum of `shape` exponential durations, such as several stages in a row.

use statrs::function::gamma::{gamma_lr, gamma_ur, ln_gamma};

use super::check::Parameter;
use super::{Dist, Law, Shape, finite, normal, text};
use crate::basis::error::Error;

/// Beyond this shape the spread is below a third of a percent of the mean, and the incomplete gamma function
/// needs thousands of terms.
const LARGEST_SHAPE: f64 = 1e5;

/// The density is `x^(shape−1) · exp(−x / scale) / (Γ(shape) · scale^shape)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gamma {
    shape: f64,
    scale: f64,
}

impl Dist {
    /// Gamma with mean `shape · scale` and variance `shape · scale²`.
    ///
    /// Quantiles are found by Newton's method on the logarithm of the incomplete gamma function, to 1e-13
    /// relative at shapes up to 1000 and 2e-12 up to the largest. (The inverse in statrs stops at an absolute
    /// 1e-9, which says nothing about the small quantiles of a small shape.)
    ///
    /// # Errors
    /// When one of them is not positive, infinite or not a number, or the shape is above 100,000.
    ///
    /// ```
    /// use isochrone::basis::dist::Dist;
    /// let d = Dist::gamma(2.0, 5.0)?;
    /// assert_eq!(d.mean(), Some(10.0));
    /// // P(X ≤ x) = 1 − (1 + x/5)·exp(−x/5) for a shape of 2
    /// assert!((d.cdf(5.0) - (1.0 - 2.0 * (-1.0_f64).exp())).abs() < 1e-14);
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn gamma(shape: f64, scale_ms: f64) -> Result<Dist, Error> {
        let parameter = Parameter::number("gamma shape");
        let shape = parameter.positive(shape)?;
        parameter
            .expect(shape <= LARGEST_SHAPE, "must be at most 100000", shape)
            .map_err(|e| e.hint("a spread this small is as well a log_normal with a small sigma"))?;
        let scale = Parameter::ms("gamma scale").positive(scale_ms)?;
        Ok(Dist::Gamma(Gamma { shape, scale }))
    }
}

impl Gamma {
    /// The number of stages.
    pub fn shape_parameter(&self) -> f64 {
        self.shape
    }

    /// The mean of one stage in milliseconds.
    pub fn scale_ms(&self) -> f64 {
        self.scale
    }
}

impl Law for Gamma {
    fn cdf(&self, x: f64) -> f64 {
        lower(self.shape, x / self.scale)
    }

    fn survival(&self, x: f64) -> f64 {
        upper(self.shape, x / self.scale)
    }

    fn quantile(&self, p: f64) -> f64 {
        self.scale * quantile(self.shape, p)
    }

    fn mean(&self) -> Option<f64> {
        finite(self.shape * self.scale)
    }

    fn variance(&self) -> Option<f64> {
        finite(self.shape * self.scale * self.scale)
    }

    fn moments_up_to(&self, x: f64) -> [f64; 2] {
        let Gamma { shape: a, scale } = *self;
        let first = scale * a * lower(a + 1.0, x / scale);
        let second = scale * scale * a * (a + 1.0) * lower(a + 2.0, x / scale);
        [first, second]
    }

    fn describe(&self) -> String {
        format!("gamma(shape {:.3}, scale {})", self.shape, text::ms(self.scale))
    }

    fn toml(&self) -> String {
        let (shape, scale) = (text::float(self.shape), text::float(self.scale));
        format!("{{ gamma = {{ shape = {shape}, scale_ms = {scale} }} }}")
    }

    fn shape(&self) -> Shape {
        let standard = Gamma { scale: 1.0, ..*self };
        Shape::scaled_table(self.scale, &standard)
    }
}

/// The regularised lower incomplete gamma function on the whole line.
fn lower(a: f64, x: f64) -> f64 {
    match x {
        x if x <= 0.0 => 0.0,
        f64::INFINITY => 1.0,
        _ => gamma_lr(a, x).clamp(0.0, 1.0),
    }
}

/// The regularised upper incomplete gamma function on the whole line.
fn upper(a: f64, x: f64) -> f64 {
    match x {
        x if x <= 0.0 => 1.0,
        f64::INFINITY => 0.0,
        _ => gamma_ur(a, x).clamp(0.0, 1.0),
    }
}

/// The `x` with `P(a, x) = p`.
///
/// Newton's method in `y = ln x` on `ln P` below the median and on `ln Q` above it, so that both tails keep
/// their relative accuracy; a bracket catches steps that leave it.
fn quantile(a: f64, p: f64) -> f64 {
    if p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    let start = first_guess(a, p);
    if start < f64::MIN_POSITIVE.ln() {
        // P(a, x) is its first term here, x^a / Γ(a + 1), and x is smaller than any ordinary number.
        return start.exp();
    }
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    let mut y = start;
    for _ in 0..100 {
        let (miss, slope) = miss_and_slope(a, p, y);
        if miss < 0.0 {
            low = y;
        } else {
            high = y;
        }
        let mut next = y - miss / slope;
        if !(next > low && next < high) {
            next = inside(low, high, y);
        }
        let step = (next - y).abs();
        y = next;
        if step <= 4.0 * f64::EPSILON * y.abs().max(1.0) {
            break;
        }
    }
    y.exp()
}

/// `ln P − ln p` (or the mirror image of it above the median) at `x = e^y`, and its derivative by `y`.
fn miss_and_slope(a: f64, p: f64, y: f64) -> (f64, f64) {
    let x = y.exp();
    let density = (a * y - x - ln_gamma(a)).exp();
    if p <= 0.5 {
        let mass = lower(a, x);
        ((mass / p).ln(), density / mass)
    } else {
        let mass = upper(a, x);
        (((1.0 - p) / mass).ln(), density / mass)
    }
}

/// A point inside a bracket that may still be open.
fn inside(low: f64, high: f64, y: f64) -> f64 {
    match (low.is_finite(), high.is_finite()) {
        (true, true) => f64::midpoint(low, high),
        (true, false) => y + 1.0,
        _ => y - 1.0,
    }
}

/// `ln x`: the first term of the series where it dominates, elsewhere the cube of a normal (Wilson and Hilferty,
/// The distribution of chi-square, PNAS 17, 1931).
fn first_guess(a: f64, p: f64) -> f64 {
    let series = (p.ln() + ln_gamma(a + 1.0)) / a;
    let cube = 1.0 - 1.0 / (9.0 * a) + normal::quantile(p) / (3.0 * a.sqrt());
    if a < 1.0 && p < 0.5 || cube < 0.2 {
        series
    } else {
        a.ln() + 3.0 * cube.ln()
    }
}
