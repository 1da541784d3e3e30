//! Scaled: another distribution, every value multiplied, as a detour multiplies a path.

use super::check::Parameter;
use super::{Dist, Law, Shape, finite, text};
use crate::basis::error::Error;

/// `factor · X`.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaled {
    factor: f64,
    of: Dist,
}

impl Dist {
    /// `of`, every value multiplied by `factor`. A factor of 1 is `of` itself.
    ///
    /// # Errors
    /// When the factor is not positive, infinite or not a number.
    ///
    /// ```
    /// use isochrone::basis::dist::Dist;
    /// let d = Dist::scaled(0.5, Dist::exponential(4.0)?)?;
    /// assert_eq!((d.mean(), d.variance()), (Some(2.0), Some(4.0)));
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn scaled(factor: f64, of: Dist) -> Result<Dist, Error> {
        let factor = Parameter::number("scale factor").positive(factor)?;
        match of {
            of if factor == 1.0 => Ok(of),
            Dist::Fixed(inner) => Dist::fixed(factor * inner.value_ms()),
            Dist::Scaled(inner) => Dist::scaled(factor * inner.factor, inner.of),
            of => Ok(Dist::Scaled(Box::new(Scaled { factor, of }))),
        }
    }
}

impl Scaled {
    /// The factor.
    pub fn factor(&self) -> f64 {
        self.factor
    }

    /// What is multiplied.
    pub fn of(&self) -> &Dist {
        &self.of
    }
}

impl Law for Scaled {
    fn cdf(&self, x: f64) -> f64 {
        self.of.cdf(x / self.factor)
    }

    fn survival(&self, x: f64) -> f64 {
        self.of.survival(x / self.factor)
    }

    fn quantile(&self, p: f64) -> f64 {
        self.factor * self.of.quantile(p)
    }

    fn mean(&self) -> Option<f64> {
        finite(self.factor * self.of.mean()?)
    }

    fn variance(&self) -> Option<f64> {
        finite(self.factor * self.factor * self.of.variance()?)
    }

    fn moments_up_to(&self, x: f64) -> [f64; 2] {
        let [first, second] = self.of.law().moments_up_to(x / self.factor);
        [self.factor * first, self.factor * self.factor * second]
    }

    fn describe(&self) -> String {
        format!("{:.3} × {}", self.factor, self.of)
    }

    fn toml(&self) -> String {
        let factor = text::float(self.factor);
        format!(
            "{{ scaled = {{ factor = {factor}, of = {} }} }}",
            self.of.to_toml()
        )
    }

    fn shape(&self) -> Shape {
        self.of.shape().scaled(self.factor)
    }

    fn observed(&self) -> Option<(f64, f64)> {
        self.of.observed()
    }
}
