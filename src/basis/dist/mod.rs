//! Latency distributions: families, empirical quantiles, mixtures, and fitting them to samples.
//!
//! A [`Dist`] is a distribution of a duration in milliseconds. It can be asked for its cdf, its quantiles and its
//! moments, described in one line, written as the TOML of a scenario, and reduced to a [`Shape`] from which the
//! engine draws with one table look-up. Parameters are checked by the constructors, so a `Dist` that exists is
//! right and nothing downstream checks again.
//!
//! One family stands in one file. Every family answers by inversion: one uniform number makes one draw, and a
//! larger uniform number never makes a smaller draw. Common random numbers, antithetic and quasi-random points
//! rest on that.

mod build;
mod check;
mod exponential;
mod fixed;
mod gamma;
mod gumbel;
mod log_normal;
mod mixture;
mod normal;
pub(crate) mod numeric;
mod pareto;
mod quantiles;
mod samples;
mod scaled;
mod shifted;
mod text;
mod truncated;
mod weibull;

pub mod fit;
pub mod shape;
pub mod table;

pub use build::PingTrain;
pub use exponential::Exponential;
pub use fixed::Fixed;
pub use gamma::Gamma;
pub use gumbel::Gumbel;
pub use log_normal::LogNormal;
pub use mixture::Mixture;
pub use pareto::Pareto;
pub use quantiles::Quantiles;
pub use samples::Samples;
pub use scaled::Scaled;
pub use shape::Shape;
pub use shifted::Shifted;
pub use table::QuantileTable;
pub use truncated::Truncated;
pub use weibull::Weibull;

use std::fmt;

use crate::basis::error::Error;

/// The smallest probability that a 32-bit uniform number can hit: half of 2⁻³², see [`table::uniform`].
pub const SMALLEST_DRAW: f64 = 1.0 / (1_u64 << 33) as f64;

/// A distribution of a duration in milliseconds.
///
/// Make one with the constructors ([`Dist::fixed`], [`Dist::log_normal`], …) or from what is known about the
/// latency ([`Dist::from_p50_p90`], [`Dist::from_min_avg_max_mdev`], [`Dist::from_samples`], [`fit::fit`]).
/// Constructors hand back the simplest equal distribution: a shift by nothing, a scale of 1 or a mixture of one
/// is the distribution inside.
///
/// ```
/// use isochrone::basis::dist::Dist;
/// let rtt = Dist::from_p50_p90(40.0, 60.0)?;
/// assert!((rtt.quantile(0.9) - 60.0).abs() < 1e-9);
/// assert!((rtt.cdf(40.0) - 0.5).abs() < 1e-12);
/// assert_eq!(rtt.to_string(), "log-normal(p50 40.0 ms, p90 60.0 ms)");
/// # Ok::<(), isochrone::basis::error::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Dist {
    /// Always the same duration.
    Fixed(Fixed),
    /// The logarithm is normal.
    LogNormal(LogNormal),
    /// A power of an exponential duration.
    Weibull(Weibull),
    /// A smallest value and a tail that falls like a power.
    Pareto(Pareto),
    /// The largest of many; the one family that can fall below zero, see [`Dist::non_negative`].
    Gumbel(Gumbel),
    /// The sum of exponential durations.
    Gamma(Gamma),
    /// No memory.
    Exponential(Exponential),
    /// Another distribution, later by a fixed time.
    Shifted(Box<Shifted>),
    /// Another distribution, every value multiplied.
    Scaled(Box<Scaled>),
    /// Another distribution, given that the value lies between two limits.
    Truncated(Box<Truncated>),
    /// Given quantiles, interpolated.
    Quantiles(Quantiles),
    /// Observed values, each as likely as the others.
    Samples(Samples),
    /// One of several distributions, by weight.
    Mixture(Mixture),
}

/// What every family answers. The public methods of [`Dist`] document the meaning.
trait Law {
    fn cdf(&self, x: f64) -> f64;
    /// `1 − cdf(x)` without the cancellation where a family can.
    fn survival(&self, x: f64) -> f64 {
        1.0 - self.cdf(x)
    }
    /// `p` lies in 0..=1.
    fn quantile(&self, p: f64) -> f64;
    /// The same where it is known to lie between two values, and to the accuracy of a 32-bit float.
    fn quantile_within(&self, p: f64, _bracket: table::Bracket) -> f64 {
        self.quantile(p)
    }
    fn mean(&self) -> Option<f64>;
    fn variance(&self) -> Option<f64>;
    /// `E[X; X ≤ x]` and `E[X²; X ≤ x]` for a finite `x`: what truncation needs.
    fn moments_up_to(&self, x: f64) -> [f64; 2];
    fn describe(&self) -> String;
    fn toml(&self) -> String;
    fn shape(&self) -> Shape;
    fn as_fixed(&self) -> Option<f64> {
        None
    }
    fn observed(&self) -> Option<(f64, f64)> {
        None
    }
}

impl Dist {
    /// The probability of a duration of at most `x` milliseconds: `P(X ≤ x)`.
    pub fn cdf(&self, x: f64) -> f64 {
        if x.is_nan() {
            return f64::NAN;
        }
        self.law().cdf(x)
    }

    /// The probability of a duration above `x` milliseconds: `P(X > x)`, accurate where it is small.
    pub fn survival(&self, x: f64) -> f64 {
        if x.is_nan() {
            return f64::NAN;
        }
        self.law().survival(x)
    }

    /// The smallest duration in milliseconds that at least the share `p` of draws do not exceed.
    ///
    /// `quantile(0)` is the smallest possible value and `quantile(1)` the largest, which may be infinite. A `p`
    /// outside 0..=1 counts as the nearer end; NaN gives NaN. Never falls as `p` grows. Closed form for
    /// most families; a relative 1e-12 for gamma and mixtures, which are inverted numerically.
    pub fn quantile(&self, p: f64) -> f64 {
        if p.is_nan() {
            return f64::NAN;
        }
        self.law().quantile(p.clamp(0.0, 1.0))
    }

    /// The mean in milliseconds, or `None` where it does not exist (Pareto with a shape of at most 1) or is
    /// too large for a number.
    pub fn mean(&self) -> Option<f64> {
        self.law().mean()
    }

    /// The variance in square milliseconds, or `None` where it does not exist (Pareto with a shape of at most
    /// 2) or is too large for a number.
    ///
    /// ```
    /// use isochrone::basis::dist::Dist;
    /// assert_eq!(Dist::fixed(20.0)?.variance(), Some(0.0));
    /// assert_eq!(Dist::pareto(10.0, 2.0)?.variance(), None);
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn variance(&self) -> Option<f64> {
        self.law().variance()
    }

    /// `E[min(X, limit)]`: the mean when nothing counts for more than `limit`, in the unit of the distribution. It is
    /// also the integral of the survival function from 0 to `limit`, for a distribution that is never negative. The
    /// mean where `limit` is infinite, infinite where that does not exist; 0 for a limit of at most 0.
    ///
    /// ```
    /// use isochrone::basis::dist::Dist;
    /// let d = Dist::exponential(10.0)?;
    /// assert!((d.mean_up_to(10.0) - 10.0 * (1.0 - (-1f64).exp())).abs() < 1e-12);
    /// assert_eq!(Dist::fixed(20.0)?.mean_up_to(15.0), 15.0);
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn mean_up_to(&self, limit: f64) -> f64 {
        if limit <= 0.0 {
            return 0.0;
        }
        if limit == f64::INFINITY {
            return self.mean().unwrap_or(f64::INFINITY);
        }
        if let Some(value) = self.as_fixed() {
            return value.min(limit);
        }
        let law = self.law();
        (law.moments_up_to(limit)[0] + limit * law.survival(limit)).min(limit)
    }

    /// The one value of a distribution that has no spread, in milliseconds.
    pub fn as_fixed(&self) -> Option<f64> {
        self.law().as_fixed()
    }

    /// One line with units, for reports: `log-normal(p50 40.0 ms, p90 60.0 ms)`.
    pub fn describe(&self) -> String {
        self.law().describe()
    }

    /// The distribution as the value of a latency in a scenario file, for instance
    /// `{ log_normal = { p50_ms = 40.0, p90_ms = 60.0 } }`. Reading it back gives the same distribution.
    ///
    /// ```
    /// use isochrone::basis::dist::Dist;
    /// let far = Dist::shifted(10.0, Dist::exponential(2.5)?)?;
    /// assert_eq!(far.to_toml(), "{ shifted = { by_ms = 10.0, of = { exponential = { mean_ms = 2.5 } } } }");
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn to_toml(&self) -> String {
        self.law().toml()
    }

    /// What the engine draws from: a formula around one shared table of quantiles.
    pub fn shape(&self) -> Shape {
        self.law().shape()
    }

    /// The range of `p` in which quantiles rest on figures given or observed; outside it they are an
    /// extrapolation and a report says so. `None` for a parametric family, which is a model throughout.
    pub fn observed(&self) -> Option<(f64, f64)> {
        self.law().observed()
    }

    /// The same distribution given that it is not negative.
    ///
    /// Only a Gumbel can fall below zero. It is cut at 0 ms when that could ever be drawn, that is when
    /// `P(X < 0)` exceeds [`SMALLEST_DRAW`]; every other distribution comes back as it is.
    ///
    /// # Errors
    /// When hardly anything lies above zero.
    pub fn non_negative(self) -> Result<Dist, Error> {
        if self.can_be_negative() {
            Dist::truncated(0.0, f64::INFINITY, self)
        } else {
            Ok(self)
        }
    }

    /// Whether a draw could be below 0 ms.
    pub fn can_be_negative(&self) -> bool {
        self.quantile(SMALLEST_DRAW) < 0.0
    }

    /// `P(X < x)`: the cdf just below `x`, which differs from the cdf where one value has a share of its own.
    fn below(&self, x: f64) -> f64 {
        self.law().cdf(x.next_down())
    }

    fn law(&self) -> &dyn Law {
        match self {
            Dist::Fixed(d) => d,
            Dist::LogNormal(d) => d,
            Dist::Weibull(d) => d,
            Dist::Pareto(d) => d,
            Dist::Gumbel(d) => d,
            Dist::Gamma(d) => d,
            Dist::Exponential(d) => d,
            Dist::Shifted(d) => &**d,
            Dist::Scaled(d) => &**d,
            Dist::Truncated(d) => &**d,
            Dist::Quantiles(d) => d,
            Dist::Samples(d) => d,
            Dist::Mixture(d) => d,
        }
    }
}

impl fmt::Display for Dist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe())
    }
}

/// A moment as an answer: one that overflowed is too large to be told.
fn finite(x: f64) -> Option<f64> {
    x.is_finite().then_some(x)
}
