//! Truncated: another distribution, given that the value lies between two limits.
//!
//! Values outside are drawn again, not moved to the limit: nothing piles up there. The closed forms behind the
//! moments are the partial moments of each family.

use super::check::Parameter;
use super::{Dist, Law, Shape, finite, text};
use crate::basis::error::Error;

/// Less than this between the limits is refused: the answer would be made of rounding errors.
const SMALLEST_MASS: f64 = 1e-9;

/// `X` given `min ≤ X ≤ max`.
#[derive(Clone, Debug, PartialEq)]
pub struct Truncated {
    min: f64,
    max: f64,
    of: Dist,
    /// `P(X < min)`.
    below: f64,
    /// `P(min ≤ X ≤ max)`.
    mass: f64,
}

impl Dist {
    /// `of`, given that it lies in `min_ms..=max_ms`; an infinite `max_ms` leaves the top open. A fixed duration
    /// inside the limits is itself.
    ///
    /// # Errors
    /// When a limit is negative or not a number, they are not in order, or less than 1e-9 of `of` lies between.
    ///
    /// ```
    /// use isochrone::basis::dist::Dist;
    /// let d = Dist::truncated(10.0, f64::INFINITY, Dist::exponential(4.0)?)?;
    /// assert!((d.mean().unwrap() - 14.0).abs() < 1e-12); // it has no memory
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn truncated(min_ms: f64, max_ms: f64, of: Dist) -> Result<Dist, Error> {
        let min = Parameter::ms("lower limit").not_negative(min_ms)?;
        let rule = format!("must be above the lower limit of {min} ms");
        let max = Parameter::ms("upper limit").expect(max_ms > min, &rule, max_ms)?;
        let below = of.below(min);
        let mass = if below > 0.5 {
            // Both ends in the upper tail, where survivals are the accurate numbers.
            of.survival(min.next_down()) - of.survival(max)
        } else {
            of.cdf(max) - below
        };
        Truncated {
            min,
            max,
            of,
            below,
            mass,
        }
        .checked()
    }
}

impl Truncated {
    fn checked(self) -> Result<Dist, Error> {
        if self.mass < SMALLEST_MASS {
            let limits = format!("between {} ms and {} ms", self.min, self.max);
            return Err(Error::input(format!(
                "truncation keeps nothing: {} has a share of {:e} {limits}",
                self.of, self.mass
            ))
            .hint(format!("half of it lies below {:.3} ms", self.of.quantile(0.5))));
        }
        if self.of.as_fixed().is_some() {
            return Ok(self.of);
        }
        Ok(Dist::Truncated(Box::new(self)))
    }

    /// The lower limit in milliseconds.
    pub fn min_ms(&self) -> f64 {
        self.min
    }

    /// The upper limit in milliseconds, which may be infinite.
    pub fn max_ms(&self) -> f64 {
        self.max
    }

    /// What is truncated.
    pub fn of(&self) -> &Dist {
        &self.of
    }

    /// `E[X; X < min]` and `E[X²; X < min]` of the distribution inside.
    fn cut_below(&self) -> [f64; 2] {
        self.of.law().moments_up_to(self.min.next_down())
    }

    /// `E[X]` and `E[X²]`, as far as they exist.
    fn moments(&self) -> [Option<f64>; 2] {
        let cut = self.cut_below();
        let up_to = if self.max.is_finite() {
            self.of.law().moments_up_to(self.max).map(Some)
        } else {
            let mean = self.of.mean();
            let square = mean.and_then(|m| Some(self.of.variance()? + m * m));
            [mean, square]
        };
        [0, 1].map(|k| finite((up_to[k]? - cut[k]) / self.mass))
    }
}

impl Law for Truncated {
    fn cdf(&self, x: f64) -> f64 {
        if x < self.min {
            return 0.0;
        }
        ((self.of.cdf(x.min(self.max)) - self.below) / self.mass).clamp(0.0, 1.0)
    }

    fn survival(&self, x: f64) -> f64 {
        if x < self.min {
            return 1.0;
        }
        let above = self.of.survival(self.max);
        ((self.of.survival(x.min(self.max)) - above) / self.mass).clamp(0.0, 1.0)
    }

    fn quantile(&self, p: f64) -> f64 {
        self.of
            .quantile(self.below + p * self.mass)
            .clamp(self.min, self.max)
    }

    fn mean(&self) -> Option<f64> {
        self.moments()[0]
    }

    fn variance(&self) -> Option<f64> {
        let [mean, square] = self.moments();
        Some((square? - mean?.powi(2)).max(0.0))
    }

    fn moments_up_to(&self, x: f64) -> [f64; 2] {
        if x < self.min {
            return [0.0; 2];
        }
        let (cut, up_to) = (self.cut_below(), self.of.law().moments_up_to(x.min(self.max)));
        [0, 1].map(|k| (up_to[k] - cut[k]) / self.mass)
    }

    fn describe(&self) -> String {
        let limits = match (self.min > 0.0, self.max.is_finite()) {
            (_, false) => format!("from {}", text::ms(self.min)),
            (false, true) => format!("up to {}", text::ms(self.max)),
            (true, true) => format!("within {} to {}", text::ms(self.min), text::ms(self.max)),
        };
        format!("{} {limits}", self.of)
    }

    fn toml(&self) -> String {
        let (min, of) = (text::float(self.min), self.of.to_toml());
        let max = if self.max.is_finite() {
            format!("max_ms = {}, ", text::float(self.max))
        } else {
            String::new()
        };
        format!("{{ truncated = {{ min_ms = {min}, {max}of = {of} }} }}")
    }

    fn shape(&self) -> Shape {
        Shape::scaled_table(1.0, self)
    }

    fn observed(&self) -> Option<(f64, f64)> {
        let (from, to) = self.of.observed()?;
        let inside = |p: f64| ((p - self.below) / self.mass).clamp(0.0, 1.0);
        Some((inside(from), inside(to)))
    }
}
