//! Weibull: a power of an exponential duration. Shapes below 1 have a heavier tail than the exponential.

use statrs::function::gamma::{gamma, gamma_lr};

use super::check::Parameter;
use super::shape::Standard;
use super::{Dist, Law, Shape, finite, text};
use crate::basis::error::Error;

/// `P(X > x) = exp(−(x / scale)^shape)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weibull {
    scale: f64,
    shape: f64,
}

impl Dist {
    /// Weibull: `P(X > x) = exp(−(x / scale)^shape)`; the scale is the 63.2 % quantile.
    ///
    /// The mean is accurate to 1e-14 relative; the variance loses digits as the square of a large shape (about
    /// 1e-10 relative at a shape of 1000), since it is a small difference of large numbers.
    ///
    /// # Errors
    /// When one of them is not positive, infinite or not a number.
    ///
    /// ```
    /// use isochrone::basis::dist::Dist;
    /// let d = Dist::weibull(10.0, 2.0)?;
    /// assert!((d.cdf(10.0) - (1.0 - (-1.0_f64).exp())).abs() < 1e-15);
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn weibull(scale_ms: f64, shape: f64) -> Result<Dist, Error> {
        let scale = Parameter::ms("Weibull scale").positive(scale_ms)?;
        let shape = Parameter::number("Weibull shape").positive(shape)?;
        Ok(Dist::Weibull(Weibull { scale, shape }))
    }
}

impl Weibull {
    /// The 63.2 % quantile in milliseconds.
    pub fn scale_ms(&self) -> f64 {
        self.scale
    }

    /// The exponent.
    pub fn shape_parameter(&self) -> f64 {
        self.shape
    }

    /// As a formula around a table of `X / scale`, which can be shifted.
    pub(super) fn linear_shape(&self) -> Shape {
        let standard = Weibull { scale: 1.0, ..*self };
        Shape::scaled_table(self.scale, &standard)
    }

    /// The exponential duration that `x` is a power of.
    fn exponent(&self, x: f64) -> f64 {
        (x.max(0.0) / self.scale).powf(self.shape)
    }

    /// `E[(X / scale)^k]`.
    fn moment(&self, k: f64) -> f64 {
        gamma(1.0 + k / self.shape)
    }
}

impl Law for Weibull {
    fn cdf(&self, x: f64) -> f64 {
        -(-self.exponent(x)).exp_m1()
    }

    fn survival(&self, x: f64) -> f64 {
        (-self.exponent(x)).exp()
    }

    fn quantile(&self, p: f64) -> f64 {
        self.scale * (-(-p).ln_1p()).powf(1.0 / self.shape)
    }

    fn mean(&self) -> Option<f64> {
        finite(self.scale * self.moment(1.0))
    }

    fn variance(&self) -> Option<f64> {
        finite(self.scale * self.scale * (self.moment(2.0) - self.moment(1.0).powi(2)))
    }

    fn moments_up_to(&self, x: f64) -> [f64; 2] {
        let y = self.exponent(x);
        let up_to = |k: f64| match y {
            0.0 => 0.0,
            f64::INFINITY => self.moment(k),
            _ => self.moment(k) * gamma_lr(1.0 + k / self.shape, y),
        };
        [self.scale * up_to(1.0), self.scale * self.scale * up_to(2.0)]
    }

    fn describe(&self) -> String {
        format!("Weibull(scale {}, shape {:.3})", text::ms(self.scale), self.shape)
    }

    fn toml(&self) -> String {
        let (scale, shape) = (text::float(self.scale), text::float(self.shape));
        format!("{{ weibull = {{ scale_ms = {scale}, shape = {shape} }} }}")
    }

    fn shape(&self) -> Shape {
        Shape::Log {
            scale: self.scale,
            sigma: 1.0 / self.shape,
            table: Standard::LogExponential.table(),
        }
    }
}
