//! A time of recovery with its figures.

use crate::basis::dist::Dist;
use crate::basis::stat::estimate::Estimate;
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
    pub fn of_law(law: &Dist, target_s: Option<f64>) -> Option<Self> {
        let quantile = |p: f64| Estimate::exact(law.quantile(p));
        Some(Duration {
            mean: Estimate::exact(law.mean()?),
            p50: quantile(0.5),
            p95: quantile(0.95),
            p99: quantile(0.99),
            within_target: target_s.map(|target| Estimate::exact(law.cdf(target))),
        })
    }
}
