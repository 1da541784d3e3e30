//! Exponential: the wait for something that happens at a constant rate.

use super::check::Parameter;
use super::shape::Standard;
use super::{Dist, Law, Shape, finite, text};
use crate::basis::error::Error;

/// `P(X > x) = exp(−x / mean)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exponential {
    mean: f64,
}

impl Dist {
    /// Exponential: `P(X > x) = exp(−x / mean)`.
    ///
    /// # Errors
    /// When the mean is not positive, infinite or not a number.
    ///
    /// ```
    /// use isochrone::basis::dist::Dist;
    /// let d = Dist::exponential(10.0)?;
    /// assert!((d.quantile(0.5) - 10.0 * 2.0_f64.ln()).abs() < 1e-14);
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn exponential(mean_ms: f64) -> Result<Dist, Error> {
        let mean = Parameter::ms("exponential mean").positive(mean_ms)?;
        Ok(Dist::Exponential(Exponential { mean }))
    }
}

impl Exponential {
    /// The mean in milliseconds.
    pub fn mean_ms(&self) -> f64 {
        self.mean
    }
}

impl Law for Exponential {
    fn cdf(&self, x: f64) -> f64 {
        -(-x.max(0.0) / self.mean).exp_m1()
    }

    fn survival(&self, x: f64) -> f64 {
        (-x.max(0.0) / self.mean).exp()
    }

    fn quantile(&self, p: f64) -> f64 {
        // Adding zero turns the minus zero of p = 0 into zero.
        -self.mean * (-p).ln_1p() + 0.0
    }

    fn mean(&self) -> Option<f64> {
        Some(self.mean)
    }

    fn variance(&self) -> Option<f64> {
        finite(self.mean * self.mean)
    }

    fn moments_up_to(&self, x: f64) -> [f64; 2] {
        let y = x.max(0.0) / self.mean;
        let (mass, rest) = (self.cdf(x), self.survival(x));
        let first = mass - y * rest;
        let second = 2.0 * first - y * y * rest;
        [self.mean * first, self.mean * self.mean * second]
    }

    fn describe(&self) -> String {
        format!("exponential(mean {})", text::ms(self.mean))
    }

    fn toml(&self) -> String {
        format!("{{ exponential = {{ mean_ms = {} }} }}", text::float(self.mean))
    }

    fn shape(&self) -> Shape {
        Shape::Linear {
            shift: 0.0,
            scale: self.mean,
            table: Standard::Exponential.table(),
        }
    }
}
