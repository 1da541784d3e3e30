//! Pareto: a smallest value, and a tail that falls like a power. Rare waits that are out of all proportion.

use super::check::Parameter;
use super::shape::Standard;
use super::{Dist, Law, Shape, finite, text};
use crate::basis::error::Error;

/// `P(X > x) = (scale / x)^shape` from `scale` on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pareto {
    scale: f64,
    shape: f64,
}

impl Dist {
    /// Pareto: `P(X > x) = (scale / x)^shape` for `x ≥ scale`. It has a mean above a shape of 1 and a variance
    /// above a shape of 2.
    ///
    /// # Errors
    /// When one of them is not positive, infinite or not a number.
    ///
    /// ```
    /// use isochrone::basis::dist::Dist;
    /// let d = Dist::pareto(10.0, 3.0)?;
    /// assert_eq!(d.mean(), Some(15.0));
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn pareto(scale_ms: f64, shape: f64) -> Result<Dist, Error> {
        let scale = Parameter::ms("Pareto scale").positive(scale_ms)?;
        let shape = Parameter::number("Pareto shape").positive(shape)?;
        Ok(Dist::Pareto(Pareto { scale, shape }))
    }
}

impl Pareto {
    /// The smallest value in milliseconds.
    pub fn scale_ms(&self) -> f64 {
        self.scale
    }

    /// The tail index.
    pub fn shape_parameter(&self) -> f64 {
        self.shape
    }

    /// As a formula around a table of `X / scale`, which can be shifted.
    pub(super) fn linear_shape(&self) -> Shape {
        let standard = Pareto { scale: 1.0, ..*self };
        Shape::scaled_table(self.scale, &standard)
    }

    /// `E[X^k; X ≤ x]` by integrating the density; the logarithm is its limit where `k` meets the shape.
    fn moment_up_to(&self, k: f64, x: f64) -> f64 {
        let above = k - self.shape;
        let log_ratio = (x / self.scale).ln();
        let integral = if above == 0.0 {
            log_ratio
        } else {
            (above * log_ratio).exp_m1() / above
        };
        self.shape * self.scale.powf(k) * integral
    }
}

impl Law for Pareto {
    fn cdf(&self, x: f64) -> f64 {
        if x <= self.scale {
            return 0.0;
        }
        -(self.shape * (self.scale / x).ln()).exp_m1()
    }

    fn survival(&self, x: f64) -> f64 {
        (self.scale / x.max(self.scale)).powf(self.shape)
    }

    fn quantile(&self, p: f64) -> f64 {
        self.scale * (-(-p).ln_1p() / self.shape).exp()
    }

    fn mean(&self) -> Option<f64> {
        if self.shape <= 1.0 {
            return None;
        }
        finite(self.shape * self.scale / (self.shape - 1.0))
    }

    fn variance(&self) -> Option<f64> {
        if self.shape <= 2.0 {
            return None;
        }
        let a = self.shape;
        finite(self.scale.powi(2) * a / ((a - 1.0).powi(2) * (a - 2.0)))
    }

    fn moments_up_to(&self, x: f64) -> [f64; 2] {
        if x <= self.scale {
            return [0.0; 2];
        }
        [self.moment_up_to(1.0, x), self.moment_up_to(2.0, x)]
    }

    fn describe(&self) -> String {
        format!("Pareto(from {}, shape {:.3})", text::ms(self.scale), self.shape)
    }

    fn toml(&self) -> String {
        let (scale, shape) = (text::float(self.scale), text::float(self.shape));
        format!("{{ pareto = {{ scale_ms = {scale}, shape = {shape} }} }}")
    }

    fn shape(&self) -> Shape {
        Shape::Log {
            scale: self.scale,
            sigma: 1.0 / self.shape,
            table: Standard::Exponential.table(),
        }
    }
}
