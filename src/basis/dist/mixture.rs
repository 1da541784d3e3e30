//! Mixture: one of several distributions, chosen anew for each draw. Cache hit or miss, cable or mobile.

use super::check::Parameter;
use super::{Dist, Law, Shape, finite, numeric};
use crate::basis::error::Error;

/// The relative width to which a quantile is narrowed.
const TOLERANCE: f64 = 1e-13;

/// The same for a table of 32-bit floats.
const TABLE_TOLERANCE: f64 = 1e-9;

/// With probability `weight` of each part, that part.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixture {
    /// Weights sum to 1; at least two parts.
    parts: Vec<(f64, Dist)>,
}

impl Dist {
    /// One of the `parts`, each chosen with its weight over the sum of the weights. A mixture of one is itself, and
    /// equal parts are one.
    ///
    /// # Errors
    /// When there is no part, or a weight is not positive, infinite or not a number.
    ///
    /// ```
    /// use isochrone::basis::dist::Dist;
    /// let d = Dist::mixture([(9.0, Dist::fixed(20.0)?), (1.0, Dist::fixed(120.0)?)])?;
    /// assert_eq!(d.mean(), Some(30.0));
    /// assert_eq!((d.quantile(0.89), d.quantile(0.91)), (20.0, 120.0));
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn mixture(parts: impl IntoIterator<Item = (f64, Dist)>) -> Result<Dist, Error> {
        let mut merged: Vec<(f64, Dist)> = Vec::new();
        for (weight, dist) in parts {
            let weight = Parameter::number("mixture weight").positive(weight)?;
            match merged.iter_mut().find(|(_, known)| *known == dist) {
                Some((known, _)) => *known += weight,
                None => merged.push((weight, dist)),
            }
        }
        if merged.is_empty() {
            return Err(Error::input("a mixture must have at least one part, found none"));
        }
        let sum: f64 = merged.iter().map(|(weight, _)| weight).sum();
        let sum = Parameter::number("sum of mixture weights").positive(sum)?;
        for (weight, _) in &mut merged {
            *weight /= sum;
        }
        Ok(Mixture::of(merged))
    }
}

impl Mixture {
    /// The mixture of normalised parts, of which there is at least one.
    fn of(mut parts: Vec<(f64, Dist)>) -> Dist {
        if parts.len() == 1 {
            return parts.remove(0).1;
        }
        Dist::Mixture(Mixture { parts })
    }

    /// Weight and distribution of each part; the weights sum to 1.
    pub fn parts(&self) -> &[(f64, Dist)] {
        &self.parts
    }

    fn sum(&self, f: impl Fn(&Dist) -> f64) -> f64 {
        self.parts.iter().map(|(weight, dist)| weight * f(dist)).sum()
    }

    /// A mixture's quantile lies among those of its parts.
    fn bracket(&self, p: f64) -> (f64, f64) {
        let ends = (f64::INFINITY, f64::NEG_INFINITY);
        self.parts.iter().fold(ends, |(low, high), (_, dist)| {
            let x = dist.quantile(p);
            (low.min(x), high.max(x))
        })
    }

    /// How far the share up to `x` lies above `p`, from the side that is accurate.
    fn excess(&self, p: f64, x: f64) -> f64 {
        if p <= 0.5 {
            self.cdf(x) - p
        } else {
            (1.0 - p) - self.survival(x)
        }
    }

    /// The value in `low..=high` where the share reaches `p`.
    fn search(&self, p: f64, (low, high): (f64, f64), tolerance: f64) -> f64 {
        if low >= high || self.excess(p, low) >= 0.0 {
            return low;
        }
        let (below, x) = numeric::narrow(|x| self.excess(p, x), (low, high), tolerance);
        self.exact_within(below, x).unwrap_or(x)
    }

    /// A fixed part inside the last interval is the answer, exactly.
    fn exact_within(&self, low: f64, high: f64) -> Option<f64> {
        let fixed = self.parts.iter().filter_map(|(_, dist)| dist.as_fixed());
        fixed.filter(|x| low < *x && *x <= high).min_by(f64::total_cmp)
    }

    /// The parts apart from those that are always zero, and their weight.
    fn gated(&self) -> Option<(f64, Dist)> {
        let kept: Vec<(f64, Dist)> = self
            .parts
            .iter()
            .filter(|(_, d)| d.as_fixed() != Some(0.0))
            .cloned()
            .collect();
        if kept.len() == self.parts.len() {
            return None;
        }
        let share: f64 = kept.iter().map(|(weight, _)| weight).sum();
        let parts = kept
            .into_iter()
            .map(|(weight, dist)| (weight / share, dist))
            .collect();
        Some((share, Mixture::of(parts)))
    }
}

impl Law for Mixture {
    fn cdf(&self, x: f64) -> f64 {
        self.sum(|d| d.cdf(x)).min(1.0)
    }

    fn survival(&self, x: f64) -> f64 {
        self.sum(|d| d.survival(x)).min(1.0)
    }

    fn quantile(&self, p: f64) -> f64 {
        let (low, high) = self.bracket(p);
        // At p = 0 and 1 the ends of the whole are the outermost ends of the parts.
        if p <= 0.0 {
            return low;
        }
        if p >= 1.0 {
            return high;
        }
        self.search(p, (low, high), TOLERANCE)
    }

    fn quantile_within(&self, p: f64, (low, high): (f64, f64)) -> f64 {
        if low.is_finite() && high.is_finite() {
            self.search(p, (low, high), TABLE_TOLERANCE)
        } else {
            self.quantile(p)
        }
    }

    fn mean(&self) -> Option<f64> {
        let means: Option<Vec<f64>> = self.parts.iter().map(|(w, d)| Some(w * d.mean()?)).collect();
        finite(means?.iter().sum())
    }

    fn variance(&self) -> Option<f64> {
        let mean = self.mean()?;
        let spread = |(w, d): &(f64, Dist)| Some(w * (d.variance()? + (d.mean()? - mean).powi(2)));
        let spreads: Option<Vec<f64>> = self.parts.iter().map(spread).collect();
        finite(spreads?.iter().sum())
    }

    fn moments_up_to(&self, x: f64) -> [f64; 2] {
        [0, 1].map(|k| self.sum(|d| d.law().moments_up_to(x)[k]))
    }

    fn describe(&self) -> String {
        let parts = self
            .parts
            .iter()
            .map(|(weight, dist)| format!("{:.1} % {dist}", weight * 100.0));
        format!("mixture({})", parts.collect::<Vec<_>>().join(", "))
    }

    fn toml(&self) -> String {
        let part =
            |(weight, dist): &(f64, Dist)| format!("{{ weight = {weight:?}, of = {} }}", dist.to_toml());
        format!(
            "{{ mixture = {} }}",
            super::text::list(self.parts.iter().map(part))
        )
    }

    fn shape(&self) -> Shape {
        match self.gated() {
            Some((p, inner)) => Shape::Gated {
                p,
                inner: Box::new(inner.shape()),
            },
            None => Shape::scaled_table(1.0, self),
        }
    }
}
