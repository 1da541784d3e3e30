//! Shifted: another distribution, later by a fixed time such as the propagation delay that nothing undercuts.

use super::check::Parameter;
use super::{Dist, Law, Shape, text};
use crate::basis::error::Error;

/// `by + X`.
#[derive(Clone, Debug, PartialEq)]
pub struct Shifted {
    by: f64,
    of: Dist,
}

impl Dist {
    /// `of`, every value `by_ms` milliseconds larger. A shift of nothing is `of` itself.
    ///
    /// # Errors
    /// When the shift is negative, infinite or not a number.
    ///
    /// ```
    /// use isochrone::basis::dist::Dist;
    /// let d = Dist::shifted(30.0, Dist::exponential(4.0)?)?;
    /// assert_eq!((d.quantile(0.0), d.mean()), (30.0, Some(34.0)));
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn shifted(by_ms: f64, of: Dist) -> Result<Dist, Error> {
        let by = Parameter::ms("shift").not_negative(by_ms)?;
        match of {
            of if by == 0.0 => Ok(of),
            Dist::Fixed(inner) => Dist::fixed(by + inner.value_ms()),
            Dist::Shifted(inner) => Dist::shifted(by + inner.by, inner.of),
            of => Ok(Dist::Shifted(Box::new(Shifted { by, of }))),
        }
    }
}

impl Shifted {
    /// The shift in milliseconds.
    pub fn by_ms(&self) -> f64 {
        self.by
    }

    /// What is shifted.
    pub fn of(&self) -> &Dist {
        &self.of
    }
}

impl Law for Shifted {
    fn cdf(&self, x: f64) -> f64 {
        self.of.cdf(x - self.by)
    }

    fn survival(&self, x: f64) -> f64 {
        self.of.survival(x - self.by)
    }

    fn quantile(&self, p: f64) -> f64 {
        self.by + self.of.quantile(p)
    }

    fn mean(&self) -> Option<f64> {
        Some(self.by + self.of.mean()?)
    }

    fn variance(&self) -> Option<f64> {
        self.of.variance()
    }

    fn moments_up_to(&self, x: f64) -> [f64; 2] {
        let mass = self.cdf(x);
        let [first, second] = self.of.law().moments_up_to(x - self.by);
        [
            self.by * mass + first,
            self.by * self.by * mass + 2.0 * self.by * first + second,
        ]
    }

    fn describe(&self) -> String {
        format!("{} + {}", text::ms(self.by), self.of)
    }

    fn toml(&self) -> String {
        let by = text::float(self.by);
        format!("{{ shifted = {{ by_ms = {by}, of = {} }} }}", self.of.to_toml())
    }

    fn shape(&self) -> Shape {
        self.of.linear_shape().shifted(self.by)
    }

    fn observed(&self) -> Option<(f64, f64)> {
        self.of.observed()
    }
}

impl Dist {
    /// The shape in a form that a shift folds into: families whose own shape is an exponential give a table of
    /// their standardised quantiles, so that all of one shape parameter share it.
    pub(super) fn linear_shape(&self) -> Shape {
        match self {
            Dist::LogNormal(d) => d.linear_shape(),
            Dist::Weibull(d) => d.linear_shape(),
            Dist::Pareto(d) => d.linear_shape(),
            Dist::Scaled(d) => d.of().linear_shape().scaled(d.factor()),
            // A gate gives zeros, and those would have to be shifted too.
            Dist::Mixture(d) => Shape::scaled_table(1.0, d),
            _ => self.shape(),
        }
    }
}
