//! Observed values: what was measured, each as likely as the others, and nothing that was not.

use std::sync::Arc;

use super::check::Parameter;
use super::{Dist, Law, Shape, text};
use crate::basis::error::Error;

/// The empirical distribution: `P(X ≤ x)` is the share of values that are at most `x`.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples {
    /// In ascending order, at least two different ones.
    sorted: Arc<[f64]>,
}

impl Dist {
    /// The observed values themselves: a draw is one of them, all equally likely.
    ///
    /// Nothing lies beyond the largest value, so quantiles above `1 − 1/n` say more about `n` than about the tail;
    /// [`fit`](super::fit) extrapolates. Equal values are a fixed duration.
    ///
    /// # Errors
    /// When there is no value, or one is negative, infinite or not a number.
    ///
    /// ```
    /// use isochrone::basis::dist::Dist;
    /// let d = Dist::from_samples(&[30.0, 10.0, 20.0, 40.0])?;
    /// assert_eq!((d.quantile(0.5), d.mean(), d.cdf(25.0)), (20.0, Some(25.0), 0.5));
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn from_samples(samples_ms: &[f64]) -> Result<Dist, Error> {
        let parameter = Parameter::ms("a sample");
        let checked: Result<Vec<f64>, Error> =
            samples_ms.iter().map(|&x| parameter.not_negative(x)).collect();
        let mut sorted = checked?;
        sorted.sort_unstable_by(f64::total_cmp);
        match (sorted.first(), sorted.last()) {
            (Some(min), Some(max)) if min == max => Dist::fixed(*min),
            (Some(_), Some(_)) => Ok(Dist::Samples(Samples {
                sorted: sorted.into(),
            })),
            _ => Err(Error::input("samples must hold at least one value, found none")),
        }
    }
}

impl Samples {
    /// The values in milliseconds, in ascending order.
    pub fn sorted_ms(&self) -> &[f64] {
        &self.sorted
    }

    fn n(&self) -> f64 {
        self.sorted.len() as f64
    }

    /// How many values are at most `x`.
    fn rank(&self, x: f64) -> usize {
        self.sorted.partition_point(|&s| s <= x)
    }

    fn average(&self) -> f64 {
        self.sorted.iter().sum::<f64>() / self.n()
    }
}

impl Law for Samples {
    fn cdf(&self, x: f64) -> f64 {
        self.rank(x) as f64 / self.n()
    }

    fn quantile(&self, p: f64) -> f64 {
        // The rank is rounded up, but not over a rounding error of p·n.
        let rank = (p * self.n() * (1.0 - 2.0 * f64::EPSILON)).ceil().max(1.0);
        self.sorted[(rank as usize).min(self.sorted.len()) - 1]
    }

    fn mean(&self) -> Option<f64> {
        super::finite(self.average())
    }

    fn variance(&self) -> Option<f64> {
        let mean = self.average();
        let squares = self.sorted.iter().map(|x| (x - mean).powi(2)).sum::<f64>();
        super::finite(squares / self.n())
    }

    fn moments_up_to(&self, x: f64) -> [f64; 2] {
        let kept = &self.sorted[..self.rank(x)];
        let first = kept.iter().sum::<f64>() / self.n();
        let second = kept.iter().map(|x| x * x).sum::<f64>() / self.n();
        [first, second]
    }

    fn describe(&self) -> String {
        let (p50, p90) = (text::ms(self.quantile(0.5)), text::ms(self.quantile(0.9)));
        format!("{} samples(p50 {p50}, p90 {p90})", self.sorted.len())
    }

    fn toml(&self) -> String {
        let values = self.sorted.iter().map(|&x| text::float(x));
        format!("{{ samples_ms = {} }}", text::list(values))
    }

    fn shape(&self) -> Shape {
        Shape::scaled_table(1.0, self)
    }

    fn observed(&self) -> Option<(f64, f64)> {
        Some((1.0 / self.n(), 1.0 - 1.0 / self.n()))
    }
}
