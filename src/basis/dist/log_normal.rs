//! Log-normal: the logarithm of the duration is normal. The default for a path: never negative, skewed upwards.

use super::check::Parameter;
use super::shape::Standard;
use super::{Dist, Law, Shape, finite, normal, text};
use crate::basis::error::Error;

/// `X = median · exp(sigma · Z)`, `Z` standard normal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogNormal {
    median: f64,
    sigma: f64,
}

impl Dist {
    /// Log-normal with a median of `median_ms` and a standard deviation of the natural logarithm of `sigma`.
    /// A `sigma` of 0 is a fixed duration.
    ///
    /// # Errors
    /// When the median is not positive, `sigma` is negative, or one of them is infinite or not a number.
    ///
    /// ```
    /// use isochrone::basis::dist::Dist;
    /// let d = Dist::log_normal(40.0, 0.5)?;
    /// assert!((d.mean().unwrap() - 40.0 * (0.125_f64).exp()).abs() < 1e-12);
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn log_normal(median_ms: f64, sigma: f64) -> Result<Dist, Error> {
        let median = Parameter::ms("log-normal median").positive(median_ms)?;
        let sigma = Parameter::number("log-normal sigma").not_negative(sigma)?;
        if sigma == 0.0 {
            return Dist::fixed(median);
        }
        Ok(Dist::LogNormal(LogNormal { median, sigma }))
    }
}

impl LogNormal {
    /// The median in milliseconds.
    pub fn median_ms(&self) -> f64 {
        self.median
    }

    /// The standard deviation of the natural logarithm.
    pub fn sigma(&self) -> f64 {
        self.sigma
    }

    /// As a formula around a table of `X / median`, which all log-normals of one sigma share and which can be
    /// shifted; the plain shape cannot.
    pub(super) fn linear_shape(&self) -> Shape {
        let standard = LogNormal { median: 1.0, ..*self };
        Shape::scaled_table(self.median, &standard)
    }

    fn z(&self, x: f64) -> f64 {
        (x / self.median).ln() / self.sigma
    }

    /// `E[X^k]`.
    fn moment(&self, k: f64) -> f64 {
        self.median.powf(k) * (0.5 * (k * self.sigma).powi(2)).exp()
    }

    /// The p90 to at most 12 digits, if that says exactly this distribution.
    fn p90_that_reads_back(&self) -> Option<f64> {
        let p90: f64 = format!("{:.11e}", self.quantile(0.9)).parse().ok()?;
        let back = Dist::from_p50_p90(self.median, p90).ok()?;
        (back == Dist::LogNormal(*self)).then_some(p90)
    }
}

impl Law for LogNormal {
    fn cdf(&self, x: f64) -> f64 {
        if x <= 0.0 { 0.0 } else { normal::cdf(self.z(x)) }
    }

    fn survival(&self, x: f64) -> f64 {
        if x <= 0.0 { 1.0 } else { normal::cdf(-self.z(x)) }
    }

    fn quantile(&self, p: f64) -> f64 {
        self.median * (self.sigma * normal::quantile(p)).exp()
    }

    fn mean(&self) -> Option<f64> {
        finite(self.moment(1.0))
    }

    fn variance(&self) -> Option<f64> {
        finite(self.moment(1.0).powi(2) * (self.sigma * self.sigma).exp_m1())
    }

    fn moments_up_to(&self, x: f64) -> [f64; 2] {
        if x <= 0.0 {
            return [0.0; 2];
        }
        let up_to = |k: f64| self.moment(k) * normal::cdf(self.z(x) - k * self.sigma);
        [up_to(1.0), up_to(2.0)]
    }

    fn describe(&self) -> String {
        let p90 = text::ms(self.quantile(0.9));
        format!("log-normal(p50 {}, p90 {p90})", text::ms(self.median))
    }

    fn toml(&self) -> String {
        let median = text::float(self.median);
        match self.p90_that_reads_back() {
            Some(p90) => {
                format!(
                    "{{ log_normal = {{ p50_ms = {median}, p90_ms = {} }} }}",
                    text::float(p90)
                )
            }
            None => {
                format!(
                    "{{ log_normal = {{ median_ms = {median}, sigma = {} }} }}",
                    text::float(self.sigma)
                )
            }
        }
    }

    fn shape(&self) -> Shape {
        Shape::Log {
            scale: self.median,
            sigma: self.sigma,
            table: Standard::Normal.table(),
        }
    }
}
