//! Distributions from what is known about a latency: two quantiles, or the last line of a ping.

use super::check::Parameter;
use super::{Dist, normal};
use crate::basis::error::Error;

/// Figures of a ping are rounded to a microsecond; differences below this mean nothing.
const ROUNDING_MS: f64 = 0.001;

/// The summary that ping prints: `rtt min/avg/max/mdev`, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PingTrain {
    /// The smallest RTT.
    pub min_ms: f64,
    /// The mean.
    pub avg_ms: f64,
    /// The largest RTT.
    pub max_ms: f64,
    /// The standard deviation, `√(E[X²] − E[X]²)` in iputils.
    pub mdev_ms: f64,
}

impl Dist {
    /// The log-normal with this median and 90 % quantile; fixed when they are equal.
    ///
    /// # Errors
    /// When the p90 is below the p50, the p50 is zero and the p90 is not, or one is negative, infinite or not a
    /// number.
    ///
    /// ```
    /// use isochrone::basis::dist::Dist;
    /// assert_eq!(Dist::from_p50_p90(20.0, 20.0)?.as_fixed(), Some(20.0));
    /// let error = Dist::from_p50_p90(60.0, 40.0).unwrap_err();
    /// assert_eq!(error.to_string(), "p90 must not be below the p50 of 60 ms, found 40 ms");
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn from_p50_p90(p50_ms: f64, p90_ms: f64) -> Result<Dist, Error> {
        from_median_and(p50_ms, ("p90", normal::z90()), p90_ms)
    }

    /// The log-normal with this median and 95 % quantile; fixed when they are equal.
    ///
    /// # Errors
    /// As [`Dist::from_p50_p90`].
    pub fn from_p50_p95(p50_ms: f64, p95_ms: f64) -> Result<Dist, Error> {
        from_median_and(p50_ms, ("p95", normal::quantile(0.95)), p95_ms)
    }

    /// The log-normal with this median and 99 % quantile; fixed when they are equal.
    ///
    /// # Errors
    /// As [`Dist::from_p50_p90`].
    pub fn from_p50_p99(p50_ms: f64, p99_ms: f64) -> Result<Dist, Error> {
        from_median_and(p50_ms, ("p99", normal::quantile(0.99)), p99_ms)
    }

    /// The distribution of the RTTs of a ping train: a log-normal above the smallest RTT, with the mean and the
    /// standard deviation that were printed; fixed at the mean when `mdev` is 0.
    ///
    /// The minimum stands for propagation, which nothing undercuts. Of the families with a floor the log-normal has
    /// the heavier tail (a gamma of the same spread has a lower p99), as queues on real paths do, and its
    /// parameters are closed forms: `sigma² = ln(1 + mdev² / (avg − min)²)`. The maximum depends on the number of
    /// pings and only serves to refuse figures that cannot belong together: on a range, `mdev² ≤ (max − avg)(avg −
    /// min)` (Bhatia and Davis, A better bound on the variance, American Mathematical Monthly 107, 2000).
    ///
    /// # Errors
    /// When `min ≤ avg ≤ max` does not hold, `mdev` is too large for that range, or a figure is negative, infinite
    /// or not a number.
    ///
    /// ```
    /// use isochrone::basis::dist::{Dist, PingTrain};
    /// let train = PingTrain { min_ms: 10.0, avg_ms: 12.0, max_ms: 31.0, mdev_ms: 3.0 };
    /// let d = Dist::from_min_avg_max_mdev(train)?;
    /// assert!((d.mean().unwrap() - 12.0).abs() < 1e-12);
    /// assert!((d.variance().unwrap() - 9.0).abs() < 1e-12);
    /// assert_eq!(d.quantile(0.0), 10.0);
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn from_min_avg_max_mdev(train: PingTrain) -> Result<Dist, Error> {
        let PingTrain {
            min_ms,
            avg_ms,
            mdev_ms,
            ..
        } = train;
        train.check()?;
        let above = avg_ms - min_ms;
        if mdev_ms == 0.0 || above <= 0.0 {
            return Dist::fixed(avg_ms);
        }
        let spread = (mdev_ms / above).powi(2);
        let median = above / (1.0 + spread).sqrt();
        Dist::shifted(min_ms, Dist::log_normal(median, spread.ln_1p().sqrt())?)
    }
}

impl PingTrain {
    fn check(&self) -> Result<(), Error> {
        let min = Parameter::ms("ping min").not_negative(self.min_ms)?;
        let avg = Parameter::ms("ping avg").not_negative(self.avg_ms)?;
        let max = Parameter::ms("ping max").not_negative(self.max_ms)?;
        let mdev = Parameter::ms("ping mdev").not_negative(self.mdev_ms)?;
        let rule = format!("must not be below the min of {min} ms");
        Parameter::ms("ping avg").expect(avg >= min, &rule, avg)?;
        let rule = format!("must not be below the avg of {avg} ms");
        Parameter::ms("ping max").expect(max >= avg, &rule, max)?;
        let largest = ((max - avg + ROUNDING_MS) * (avg - min + ROUNDING_MS)).sqrt() + ROUNDING_MS;
        let rule = format!("cannot exceed {largest:.3} ms with min {min}, avg {avg} and max {max} ms");
        Parameter::ms("ping mdev")
            .expect(mdev <= largest, &rule, mdev)
            .map(|_| ())
    }
}

/// The log-normal with this median and the value `upper_ms` at normal score `z`.
fn from_median_and(p50_ms: f64, (name, z): (&'static str, f64), upper_ms: f64) -> Result<Dist, Error> {
    let median = Parameter::ms("p50").not_negative(p50_ms)?;
    let upper = Parameter::ms(name).not_negative(upper_ms)?;
    let rule = format!("must not be below the p50 of {median} ms");
    Parameter::ms(name).expect(upper >= median, &rule, upper)?;
    if upper == median {
        return Dist::fixed(median);
    }
    Dist::log_normal(median, (upper / median).ln() / z).map_err(|e| {
        e.hint(format!(
            "a p50 of 0 ms has no log-normal with a {name} of {upper} ms"
        ))
    })
}
