//! A time of recovery with its figures.

use crate::basis::dist::Dist;
use crate::basis::stat::estimate::{Estimate, Z95};
use crate::engine::recovery::data_loss::Rpo;
use crate::engine::recovery::rto::RtoFigures;

/// The distribution of a time, s.
#[derive(Clone, Debug, PartialEq)]
pub struct Duration {
    /// Mean.
    pub mean: Estimate,
    /// Median.
    pub p50: Estimate,
    /// 95th percentile.
    pub p95: Estimate,
    /// 99th percentile.
    pub p99: Estimate,
    /// Chance of keeping the promise, where there is one.
    pub within_target: Option<Estimate>,
}

impl Duration {
    /// An RTO against `target_s`.
    pub fn of_rto(rto: &RtoFigures, target_s: Option<f64>) -> Self {
        Duration {
            mean: rto.mean,
            p50: rto.p50,
            p95: rto.p95,
            p99: rto.p99,
            within_target: target_s.map(|target| rto.within(target)),
        }
    }

    /// An RPO against `target_s`; none where nothing survives. It is worked out, not drawn.
    pub fn of_rpo(rpo: &Rpo, target_s: Option<f64>) -> Option<Self> {
        let quantile = |p: f64| Estimate::exact(rpo.quantile_s(p));
        let found = Duration {
            mean: Estimate::exact(rpo.mean_s()?),
            p50: quantile(0.5),
            p95: quantile(0.95),
            p99: quantile(0.99),
            within_target: target_s.map(|target| Estimate::exact(rpo.share_within(target))),
        };
        found.p99.value.is_finite().then_some(found)
    }

    /// A time with a known law, s; none where it has no mean.
    fn of_law(law: &Dist, target_s: Option<f64>) -> Option<Self> {
        let quantile = |p: f64| Estimate::exact(law.quantile(p));
        Some(Duration {
            mean: Estimate::exact(law.mean()?),
            p50: quantile(0.5),
            p95: quantile(0.95),
            p99: quantile(0.99),
            within_target: target_s.map(|target| Estimate::exact(law.cdf(target))),
        })
    }

    /// The time until all whom a loss stops are served again: some by the chain, whose figures come with their weight, some
    /// only by a repair, each with its weight. None where nobody is stopped, or a repair has no mean.
    pub fn until_served(
        chained: Option<(f64, &RtoFigures)>,
        repairs: &[(f64, &Dist)],
        target_s: Option<f64>,
    ) -> Option<Self> {
        if let (Some((_, rto)), []) = (chained, repairs) {
            return Some(Duration::of_rto(rto, target_s));
        }
        if let (None, [(_, repair)]) = (chained, repairs) {
            return Duration::of_law(repair, target_s);
        }
        let whole = chained.map_or(0.0, |(by, _)| by) + repairs.iter().map(|(by, _)| by).sum::<f64>();
        if whole <= 0.0 {
            return None;
        }
        let mixed = Mixed {
            chained,
            repairs,
            whole,
        };
        Some(Duration {
            mean: mixed.mean()?,
            p50: mixed.quantile(0.5),
            p95: mixed.quantile(0.95),
            p99: mixed.quantile(0.99),
            within_target: target_s.map(|target| mixed.within(target)),
        })
    }
}

/// Some wait for the chain, some for repair.
struct Mixed<'a> {
    chained: Option<(f64, &'a RtoFigures)>,
    repairs: &'a [(f64, &'a Dist)],
    /// Sum of all weights.
    whole: f64,
}

impl Mixed<'_> {
    /// The weighted mean; only the chain's has a sampling error.
    fn mean(&self) -> Option<Estimate> {
        let mut sum = 0.0;
        for (by, repair) in self.repairs {
            sum += by * repair.mean()?;
        }
        let (chain, error) = self.chained.map_or((0.0, 0.0), |(by, rto)| {
            (by * rto.mean.value, by * rto.mean.std_error)
        });
        Some(Estimate::normal((sum + chain) / self.whole, error / self.whole))
    }

    /// The share who are served within `seconds`.
    fn within(&self, seconds: f64) -> Estimate {
        let repaired: f64 = self
            .repairs
            .iter()
            .map(|(by, repair)| by * repair.cdf(seconds))
            .sum();
        let (chain, error) = self.chained.map_or((0.0, 0.0), |(by, rto)| {
            let within = rto.within(seconds);
            (by * within.value, by * within.std_error)
        });
        Estimate::normal((repaired + chain) / self.whole, error / self.whole)
    }

    /// The `p`-quantile, with the interval that the error of the share spans.
    fn quantile(&self, p: f64) -> Estimate {
        let at = |shift: f64| {
            crossing(|seconds| {
                let within = self.within(seconds);
                within.value + shift * within.std_error >= p
            })
        };
        let (value, low, high) = (at(0.0), at(Z95), at(-Z95));
        Estimate {
            value,
            std_error: (high - low) / (2.0 * Z95),
            sampling: (low, high),
            input: None,
        }
    }
}

/// The least time from which `reached` holds, to 1e-9 of itself.
fn crossing(reached: impl Fn(f64) -> bool) -> f64 {
    /// A repair that takes longer than this never comes.
    const LONGEST_S: f64 = 1e12;
    let (mut low, mut high) = (0.0, 1.0);
    while !reached(high) && high < LONGEST_S {
        (low, high) = (high, high * 4.0);
    }
    while high - low > 1e-9 * high {
        let middle = f64::midpoint(low, high);
        (low, high) = if reached(middle) {
            (low, middle)
        } else {
            (middle, high)
        };
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_nobody_takes_over_waits_for_repair() {
        let repair = Dist::exponential(3600.0).unwrap();
        let only = Duration::until_served(None, &[(0.3, &repair)], Some(3600.0)).unwrap();
        assert!((only.p50.value - 3600.0 * std::f64::consts::LN_2).abs() < 1e-3);
        assert_eq!((only.mean.value, only.mean.std_error), (3600.0, 0.0));
        let kept = only.within_target.unwrap().value;
        assert!((kept - (1.0 - (-1.0f64).exp())).abs() < 1e-12);
        assert_eq!(Duration::until_served(None, &[], None), None);
    }

    /// Half wait exactly an hour, half exactly two.
    #[test]
    fn quantiles_are_those_of_all_together() {
        let (one, two) = (Dist::fixed(3600.0).unwrap(), Dist::fixed(7200.0).unwrap());
        let both = Duration::until_served(None, &[(0.5, &one), (0.5, &two)], None).unwrap();
        assert!((both.p50.value - 3600.0).abs() < 1e-3 && (both.p95.value - 7200.0).abs() < 1e-3);
        assert_eq!(both.mean.value, 5400.0);
    }
}
