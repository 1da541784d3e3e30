//! Maximum likelihood for each family: closed forms where there are any, one root where there are not.

use statrs::function::gamma::digamma;

use super::{Family, bimodal, located};
use crate::basis::dist::{Dist, numeric};

/// Relative accuracy of a fitted shape: far below its standard error at any number of samples.
const TOLERANCE: f64 = 1e-11;

/// Samples in ascending order, and what every family wants to know of them.
#[derive(Clone, Debug)]
pub(super) struct Data {
    values: Vec<f64>,
    /// Their natural logarithms; empty where one is not positive.
    logs: Vec<f64>,
}

impl Data {
    /// Puts `values`, of which there is at least one, in order.
    pub(super) fn new(mut values: Vec<f64>) -> Self {
        values.sort_unstable_by(f64::total_cmp);
        Data::sorted(values)
    }

    fn sorted(values: Vec<f64>) -> Self {
        let positive = values[0] > 0.0;
        let logs = if positive {
            values.iter().map(|x| x.ln()).collect()
        } else {
            Vec::new()
        };
        Data { values, logs }
    }

    /// Every value less `by`.
    pub(super) fn less(&self, by: f64) -> Data {
        Data::sorted(self.values.iter().map(|x| x - by).collect())
    }

    pub(super) fn values(&self) -> &[f64] {
        &self.values
    }

    /// The logarithms, when all values are positive.
    pub(super) fn logs(&self) -> Option<&[f64]> {
        (!self.logs.is_empty()).then_some(&self.logs)
    }

    pub(super) fn n(&self) -> usize {
        self.values.len()
    }

    pub(super) fn smallest(&self) -> f64 {
        self.values[0]
    }

    pub(super) fn largest(&self) -> f64 {
        self.values[self.values.len() - 1]
    }

    pub(super) fn mean(&self) -> f64 {
        average(&self.values)
    }
}

/// The distribution of `family` that makes the samples most likely, if the family allows them.
pub(super) fn estimate(family: Family, data: &Data) -> Option<Dist> {
    match family {
        Family::Fixed => None,
        Family::LogNormal => log_normal(data),
        Family::Weibull => weibull(data),
        Family::Pareto => pareto(data),
        Family::Gumbel => gumbel(data),
        Family::Gamma => gamma(data),
        Family::Exponential => Dist::exponential(data.mean()).ok(),
        Family::ShiftedLogNormal => located::profile(data, log_normal),
        Family::ShiftedWeibull => located::profile(data, weibull),
        Family::ShiftedGamma => located::profile(data, gamma),
        Family::ShiftedExponential => located::exponential(data),
        Family::Bimodal => bimodal::estimate(data),
    }
}

pub(super) fn average(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The standard deviation with divisor `n`, which is the maximum likelihood one.
pub(super) fn deviation(values: &[f64]) -> f64 {
    let mean = average(values);
    let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
    (squares / values.len() as f64).sqrt()
}

pub(super) fn log_normal(data: &Data) -> Option<Dist> {
    let logs = data.logs()?;
    Dist::log_normal(average(logs).exp(), deviation(logs)).ok()
}

fn pareto(data: &Data) -> Option<Dist> {
    let logs = data.logs()?;
    Dist::pareto(data.smallest(), 1.0 / (average(logs) - logs[0])).ok()
}

/// The shape solves `Σ x^k ln x / Σ x^k − 1/k = mean of ln x`; values are taken relative to the largest, so that
/// no power overflows.
pub(super) fn weibull(data: &Data) -> Option<Dist> {
    let logs = data.logs()?;
    let top = logs[logs.len() - 1];
    let mean = average(logs);
    let sums = |k: f64| {
        logs.iter().fold((0.0, 0.0), |(sum, weighted), log| {
            let power = (k * (log - top)).exp();
            (sum + power, weighted + power * log)
        })
    };
    let excess = |k: f64| {
        let (sum, weighted) = sums(k);
        weighted / sum - 1.0 / k - mean
    };
    // ln X has a standard deviation of π / (√6 · shape).
    let shape = root(excess, 1.28 / deviation(logs))?;
    let scale = top.exp() * (sums(shape).0 / logs.len() as f64).powf(1.0 / shape);
    Dist::weibull(scale, shape).ok()
}

/// The shape solves `ln a − ψ(a) = ln mean − mean of ln`, and lies where `1/(2a) < ln a − ψ(a) < 1/a` puts it.
pub(super) fn gamma(data: &Data) -> Option<Dist> {
    let gap = data.mean().ln() - average(data.logs()?);
    if gap <= 0.0 {
        return None;
    }
    let excess = |a: f64| gap - (a.ln() - digamma(a));
    let shape = numeric::narrow(excess, (0.5 / gap, 1.0 / gap), TOLERANCE).1;
    Dist::gamma(shape, data.mean() / shape).ok()
}

/// The scale solves `scale = mean − Σ x e^(−x/scale) / Σ e^(−x/scale)`.
fn gumbel(data: &Data) -> Option<Dist> {
    let (values, low, mean) = (data.values(), data.smallest(), data.mean());
    let sums = |scale: f64| {
        values.iter().fold((0.0, 0.0), |(sum, weighted), x| {
            let weight = (-(x - low) / scale).exp();
            (sum + weight, weighted + weight * x)
        })
    };
    let excess = |scale: f64| {
        let (sum, weighted) = sums(scale);
        scale - mean + weighted / sum
    };
    // The standard deviation is π / √6 scales.
    let scale = root(excess, 0.78 * deviation(values))?;
    let location = low - scale * (sums(scale).0 / values.len() as f64).ln();
    Dist::gumbel(location, scale).ok()?.non_negative().ok()
}

/// The root of a rising function, looked for around `guess` in ever wider brackets.
pub(super) fn root(rising: impl Fn(f64) -> f64, guess: f64) -> Option<f64> {
    let (mut low, mut high) = (0.5 * guess, 2.0 * guess);
    for _ in 0..60 {
        match (rising(low) < 0.0, rising(high) >= 0.0) {
            (true, true) => return Some(numeric::narrow(rising, (low, high), TOLERANCE).1),
            (false, _) => low *= 0.25,
            (true, false) => high *= 4.0,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_is_found_however_far_off_the_guess() {
        for at in [1e-6, 0.3, 1.0, 7e4] {
            for guess in [1e-5, 1.0, 3e5] {
                let found = root(|x| x - at, guess).unwrap();
                assert!((found / at - 1.0).abs() < 1e-9, "{found} for {at} from {guess}");
            }
        }
        assert_eq!(root(|_| 1.0, 1.0), None);
        assert_eq!(root(|_| -1.0, 1.0), None);
    }
}
