//! Gumbel: the largest of many independent durations. The one family whose lower end is open.

use std::f64::consts::PI;

use super::check::Parameter;
use super::shape::Standard;
use super::{Dist, Law, Shape, finite, numeric, text};
use crate::basis::error::Error;

/// Euler's constant, the mean of the standard Gumbel distribution.
const EULER: f64 = 0.577_215_664_901_532_9;

/// `P(X ≤ x) = exp(−exp(−(x − location) / scale))`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gumbel {
    location: f64,
    scale: f64,
}

impl Dist {
    /// Gumbel (largest values): `P(X ≤ x) = exp(−exp(−(x − location) / scale))`; the location is its mode.
    ///
    /// A Gumbel whose location is not many scales above zero can be negative, which a latency cannot:
    /// [`Dist::can_be_negative`] tells, [`Dist::non_negative`] cuts it at zero.
    ///
    /// # Errors
    /// When the scale is not positive, or one of them is infinite or not a number.
    ///
    /// ```
    /// use isochrone::basis::dist::Dist;
    /// assert!(!Dist::gumbel(40.0, 5.0)?.can_be_negative());
    /// let wide = Dist::gumbel(5.0, 5.0)?;
    /// assert!(wide.can_be_negative());
    /// assert_eq!(wide.non_negative()?.quantile(0.0), 0.0);
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn gumbel(location_ms: f64, scale_ms: f64) -> Result<Dist, Error> {
        let location = Parameter::ms("Gumbel location").finite(location_ms)?;
        let scale = Parameter::ms("Gumbel scale").positive(scale_ms)?;
        Ok(Dist::Gumbel(Gumbel { location, scale }))
    }
}

impl Gumbel {
    /// The mode in milliseconds.
    pub fn location_ms(&self) -> f64 {
        self.location
    }

    /// The scale in milliseconds.
    pub fn scale_ms(&self) -> f64 {
        self.scale
    }

    /// The exponential duration whose logarithm makes `x`: `−ln P(X ≤ x)`.
    fn exponent(&self, x: f64) -> f64 {
        (-(x - self.location) / self.scale).exp()
    }
}

impl Law for Gumbel {
    fn cdf(&self, x: f64) -> f64 {
        (-self.exponent(x)).exp()
    }

    fn survival(&self, x: f64) -> f64 {
        -(-self.exponent(x)).exp_m1()
    }

    fn quantile(&self, p: f64) -> f64 {
        self.location - self.scale * (-p.ln()).ln()
    }

    fn mean(&self) -> Option<f64> {
        finite(self.location + EULER * self.scale)
    }

    fn variance(&self) -> Option<f64> {
        finite((PI * self.scale).powi(2) / 6.0)
    }

    /// `X = location − scale · ln S` with `S` exponential, so these are integrals of `(ln s)^k e^−s`.
    fn moments_up_to(&self, x: f64) -> [f64; 2] {
        let from = self.exponent(x);
        let value = |s: f64| self.location - self.scale * s.ln();
        let integral = |k: i32| numeric::integrate_upwards(|s| value(s).powi(k) * (-s).exp(), from);
        [integral(1), integral(2)]
    }

    fn describe(&self) -> String {
        let (location, scale) = (text::ms(self.location), text::ms(self.scale));
        format!("Gumbel(mode {location}, scale {scale})")
    }

    fn toml(&self) -> String {
        let (location, scale) = (text::float(self.location), text::float(self.scale));
        format!("{{ gumbel = {{ location_ms = {location}, scale_ms = {scale} }} }}")
    }

    fn shape(&self) -> Shape {
        Shape::Linear {
            shift: self.location,
            scale: self.scale,
            table: Standard::Gumbel.table(),
        }
    }
}
