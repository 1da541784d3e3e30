//! Given quantiles, interpolated: what a latency table usually offers.
//!
//! Between two given quantiles the *logarithm* of the value is a straight line in the normal score of `p`, so two
//! quantiles make a log-normal. A straight line in `p` would make the density between two quantiles flat. Given p50,
//! p90 and p99 and asked for p95, the figure people plan by, it errs by +8 % on a log-normal (sigma 0.3), +11 % on a
//! Weibull (shape 1.5), +14 % on a gamma (shape 2) and +7 % on a Gumbel (location five scales), where the
//! logarithmic line errs by 0, −1.5, −1.3 and +0.3 %. A stretch that touches p = 0, p = 1 or a value of zero has no
//! such line and is straight in `p`.
//!
//! Below the first and above the last given quantile the nearest stretch is continued, never below zero. That is an
//! extrapolation; [`Dist::observed`] tells where it begins.

use super::check::Parameter;
use super::{Dist, Law, Shape, normal, text};
use crate::basis::error::Error;

/// A distribution through given points `(p, value)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantiles {
    points: Vec<(f64, f64)>,
    stretches: Vec<Stretch>,
}

/// The quantile function between two values of `p`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stretch {
    /// Lower and upper `p`; the outermost stretches reach to 0 and 1.
    p: (f64, f64),
    line: Line,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Line {
    /// `exp(at + slope · z(p))`.
    Log { at: f64, slope: f64 },
    /// `at + slope · p`, not below zero.
    Straight { at: f64, slope: f64 },
}

impl Dist {
    /// The distribution with the given quantiles, as pairs of `p` (0 to 1) and milliseconds, in ascending order.
    ///
    /// # Errors
    /// With fewer than two pairs, a `p` outside 0..=1 or not above the one before, or a value that is negative,
    /// infinite, not a number or below the one before.
    ///
    /// ```
    /// use isochrone::basis::dist::Dist;
    /// let d = Dist::from_quantiles(&[(0.5, 40.0), (0.9, 60.0), (0.99, 150.0)])?;
    /// assert!((d.quantile(0.9) - 60.0).abs() < 1e-9);
    /// assert_eq!(d.observed(), Some((0.5, 0.99)));
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn from_quantiles(points: &[(f64, f64)]) -> Result<Dist, Error> {
        check(points)?;
        let (first, last) = (points[0], points[points.len() - 1]);
        if first.1 == last.1 {
            return Dist::fixed(first.1);
        }
        let mut stretches: Vec<Stretch> = points.windows(2).map(|w| Stretch::between(w[0], w[1])).collect();
        let end = stretches.len() - 1;
        stretches[0].p.0 = 0.0;
        stretches[end].p.1 = 1.0;
        let points = points.to_vec();
        Ok(Dist::Quantiles(Quantiles { points, stretches }))
    }
}

fn check(points: &[(f64, f64)]) -> Result<(), Error> {
    if points.len() < 2 {
        return Err(Error::input(format!(
            "quantiles need at least two pairs of p and ms, found {}",
            points.len()
        ))
        .hint("one value without a spread is written fixed_ms"));
    }
    for &(p, x) in points {
        Parameter::number("p of a quantile").expect(
            (0.0..=1.0).contains(&p),
            "must lie between 0 and 1",
            p,
        )?;
        Parameter::ms("a quantile").not_negative(x)?;
    }
    for pair in points.windows(2) {
        let ((p, x), (next_p, next_x)) = (pair[0], pair[1]);
        let rule = format!("must be above the one before, {p}");
        Parameter::number("p of a quantile").expect(next_p > p, &rule, next_p)?;
        let rule = format!("at p = {next_p} must not be below the {x} ms at p = {p}");
        Parameter::ms("the quantile").expect(next_x >= x, &rule, next_x)?;
    }
    Ok(())
}

impl Stretch {
    fn between((p, x): (f64, f64), (next_p, next_x): (f64, f64)) -> Stretch {
        let line = if p > 0.0 && next_p < 1.0 && x > 0.0 {
            let (z, next_z) = (normal::quantile(p), normal::quantile(next_p));
            let slope = (next_x / x).ln() / (next_z - z);
            Line::Log {
                at: x.ln() - slope * z,
                slope,
            }
        } else {
            let slope = (next_x - x) / (next_p - p);
            Line::Straight {
                at: x - slope * p,
                slope,
            }
        };
        Stretch { p: (p, next_p), line }
    }

    fn value(&self, p: f64) -> f64 {
        match self.line {
            // A flat stretch is flat up to p = 1, where the normal score is infinite.
            Line::Log { at, slope: 0.0 } => at.exp(),
            Line::Log { at, slope } => (at + slope * normal::quantile(p)).exp(),
            Line::Straight { at, slope } => (at + slope * p).max(0.0),
        }
    }

    /// The largest `p` of the stretch whose value is at most `x`.
    fn share(&self, x: f64) -> f64 {
        let p = match self.line {
            Line::Log { at, slope } if slope > 0.0 && x > 0.0 => normal::cdf((x.ln() - at) / slope),
            Line::Straight { at, slope } if slope > 0.0 && x >= 0.0 => (x - at) / slope,
            _ if x >= self.value(self.p.0) => self.p.1,
            _ => self.p.0,
        };
        p.clamp(self.p.0, self.p.1)
    }

    /// `∫ value(p)^k dp` from the start of the stretch to `to`.
    fn moment(&self, k: i32, to: f64) -> f64 {
        let from = self.p.0;
        match self.line {
            Line::Log { at, slope } => {
                let k = f64::from(k);
                let below = |p: f64| normal::cdf(normal::quantile(p) - k * slope);
                (k * at + 0.5 * (k * slope).powi(2)).exp() * (below(to) - below(from))
            }
            Line::Straight { at, slope: 0.0 } => at.powi(k) * (to - from),
            Line::Straight { slope, .. } => {
                let n = k + 1;
                (self.value(to).powi(n) - self.value(from).powi(n)) / (f64::from(n) * slope)
            }
        }
    }
}

impl Quantiles {
    /// The given pairs of `p` and milliseconds.
    pub fn points(&self) -> &[(f64, f64)] {
        &self.points
    }

    fn stretch_at(&self, p: f64) -> &Stretch {
        let at = self.stretches.partition_point(|s| s.p.1 < p);
        &self.stretches[at.min(self.stretches.len() - 1)]
    }

    /// `E[X^k; p ≤ to]`.
    fn moment(&self, k: i32, to: f64) -> f64 {
        let whole = self.stretches.iter().take_while(|s| s.p.0 < to);
        whole.map(|s| s.moment(k, s.p.1.min(to))).sum()
    }
}

impl Law for Quantiles {
    fn cdf(&self, x: f64) -> f64 {
        let given = self.points.partition_point(|&(_, value)| value <= x);
        let stretch = given.saturating_sub(1).min(self.stretches.len() - 1);
        let share = self.stretches[stretch].share(x);
        // A given value is reached at its p, whatever the logarithms round to.
        if given == 0 {
            share
        } else {
            share.max(self.points[given - 1].0)
        }
    }

    fn quantile(&self, p: f64) -> f64 {
        let given = self.points.binary_search_by(|(q, _)| q.total_cmp(&p));
        given.map_or_else(|_| self.stretch_at(p).value(p), |at| self.points[at].1)
    }

    fn mean(&self) -> Option<f64> {
        super::finite(self.moment(1, 1.0))
    }

    fn variance(&self) -> Option<f64> {
        super::finite((self.moment(2, 1.0) - self.moment(1, 1.0).powi(2)).max(0.0))
    }

    fn moments_up_to(&self, x: f64) -> [f64; 2] {
        let share = self.cdf(x);
        [self.moment(1, share), self.moment(2, share)]
    }

    fn describe(&self) -> String {
        let named = |&(p, x): &(f64, f64)| format!("p{} {}", (p * 1e5).round() / 1e3, text::ms(x));
        let points: Vec<String> = self.points.iter().map(named).collect();
        match points.as_slice() {
            [first, .., last] if points.len() > 5 => {
                format!("{} quantiles({first} to {last})", points.len())
            }
            _ => format!("quantiles({})", points.join(", ")),
        }
    }

    fn toml(&self) -> String {
        let pair = |&(p, x): &(f64, f64)| text::list([text::float(p), text::float(x)]);
        format!("{{ quantiles = {} }}", text::list(self.points.iter().map(pair)))
    }

    fn shape(&self) -> Shape {
        Shape::scaled_table(1.0, self)
    }

    fn observed(&self) -> Option<(f64, f64)> {
        Some((self.points[0].0, self.points[self.points.len() - 1].0))
    }
}
