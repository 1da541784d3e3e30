//! Always the same duration: an exact answer stays exact, and a test of numbers can be exact.

use super::check::Parameter;
use super::{Dist, Law, Shape, text};
use crate::basis::error::Error;

/// Always `value` milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fixed {
    value: f64,
}

impl Dist {
    /// Always `ms` milliseconds.
    ///
    /// # Errors
    /// When `ms` is negative, infinite or not a number.
    ///
    /// ```
    /// use isochrone::basis::dist::Dist;
    /// assert_eq!(Dist::fixed(20.0)?.quantile(0.99), 20.0);
    /// let error = Dist::fixed(-3.0).unwrap_err();
    /// assert_eq!(error.to_string(), "fixed duration must be finite and not negative, found -3 ms");
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn fixed(ms: f64) -> Result<Dist, Error> {
        let value = Parameter::ms("fixed duration").not_negative(ms)?;
        Ok(Dist::Fixed(Fixed { value }))
    }

    /// No time at all, always.
    pub fn zero() -> Dist {
        Dist::Fixed(Fixed { value: 0.0 })
    }
}

impl Fixed {
    /// The value in milliseconds.
    pub fn value_ms(&self) -> f64 {
        self.value
    }
}

impl Law for Fixed {
    fn cdf(&self, x: f64) -> f64 {
        if x >= self.value { 1.0 } else { 0.0 }
    }

    fn quantile(&self, _p: f64) -> f64 {
        self.value
    }

    fn mean(&self) -> Option<f64> {
        Some(self.value)
    }

    fn variance(&self) -> Option<f64> {
        Some(0.0)
    }

    fn moments_up_to(&self, x: f64) -> [f64; 2] {
        let mass = self.cdf(x);
        [mass * self.value, mass * self.value * self.value]
    }

    fn describe(&self) -> String {
        format!("fixed({})", text::ms(self.value))
    }

    fn toml(&self) -> String {
        format!("{{ fixed_ms = {} }}", text::float(self.value))
    }

    fn shape(&self) -> Shape {
        Shape::Fixed(self.value)
    }

    fn as_fixed(&self) -> Option<f64> {
        Some(self.value)
    }
}
