//! How likely samples are under a distribution.

use std::f64::consts::TAU;

use statrs::function::gamma::ln_gamma;

use crate::basis::dist::Dist;

/// A density's logarithm, with what does not depend on the sample worked out beforehand.
type LogDensity = Box<dyn Fn(f64) -> f64>;

/// The sum of the logarithms of the density at `values`, in milliseconds; minus infinity where a distribution gives one
/// of them no density.
pub(super) fn log_likelihood(dist: &Dist, values: &[f64]) -> f64 {
    let density = log_density(dist);
    values.iter().map(|&x| density(x)).sum()
}

fn log_density(dist: &Dist) -> LogDensity {
    match dist {
        Dist::LogNormal(d) => log_normal(d.median_ms().ln(), d.sigma()),
        Dist::Weibull(d) => weibull(d.scale_ms(), d.shape_parameter()),
        Dist::Pareto(d) => pareto(d.scale_ms(), d.shape_parameter()),
        Dist::Gumbel(d) => gumbel(d.location_ms(), d.scale_ms()),
        Dist::Gamma(d) => gamma(d.shape_parameter(), d.scale_ms()),
        Dist::Exponential(d) => weibull(d.mean_ms(), 1.0),
        Dist::Shifted(d) => {
            let (by, inner) = (d.by_ms(), log_density(d.of()));
            Box::new(move |x| inner(x - by))
        }
        Dist::Scaled(d) => {
            let (factor, inner) = (d.factor(), log_density(d.of()));
            Box::new(move |x| inner(x / factor) - factor.ln())
        }
        Dist::Truncated(d) => {
            let (min, max, inner) = (d.min_ms(), d.max_ms(), log_density(d.of()));
            let mass = (d.of().cdf(max) - d.of().cdf(min)).ln();
            Box::new(move |x| {
                if (min..=max).contains(&x) {
                    inner(x) - mass
                } else {
                    f64::NEG_INFINITY
                }
            })
        }
        Dist::Mixture(d) => {
            let parts: Vec<(f64, LogDensity)> =
                d.parts().iter().map(|(w, d)| (w.ln(), log_density(d))).collect();
            Box::new(move |x| log_sum(parts.iter().map(|(weight, density)| weight + density(x))))
        }
        // Single values have a share, not a density.
        Dist::Fixed(_) | Dist::Samples(_) | Dist::Quantiles(_) => Box::new(|_| f64::NEG_INFINITY),
    }
}

fn log_normal(log_median: f64, sigma: f64) -> LogDensity {
    let constant = -sigma.ln() - 0.5 * TAU.ln();
    Box::new(move |x| {
        let log = x.ln();
        constant - log - 0.5 * ((log - log_median) / sigma).powi(2)
    })
}

fn weibull(scale: f64, shape: f64) -> LogDensity {
    let (log_scale, constant) = (scale.ln(), shape.ln() - scale.ln());
    if shape == 1.0 {
        return Box::new(move |x| {
            if x < 0.0 {
                f64::NEG_INFINITY
            } else {
                constant - x / scale
            }
        });
    }
    Box::new(move |x| {
        let log = x.ln() - log_scale;
        constant + (shape - 1.0) * log - (shape * log).exp()
    })
}

fn pareto(scale: f64, shape: f64) -> LogDensity {
    let constant = shape.ln() + shape * scale.ln();
    Box::new(move |x| {
        if x < scale {
            f64::NEG_INFINITY
        } else {
            constant - (shape + 1.0) * x.ln()
        }
    })
}

fn gumbel(location: f64, scale: f64) -> LogDensity {
    let constant = -scale.ln();
    Box::new(move |x| {
        let z = (x - location) / scale;
        constant - z - (-z).exp()
    })
}

fn gamma(shape: f64, scale: f64) -> LogDensity {
    let constant = -ln_gamma(shape) - shape * scale.ln();
    Box::new(move |x| constant + (shape - 1.0) * x.ln() - x / scale)
}

/// `ln Σ e^term`, with the largest term taken out so that none overflows.
fn log_sum(terms: impl Iterator<Item = f64> + Clone) -> f64 {
    let top = terms.clone().fold(f64::NEG_INFINITY, f64::max);
    if top == f64::NEG_INFINITY {
        return top;
    }
    top + terms.map(|term| (term - top).exp()).sum::<f64>().ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The density is the slope of the cdf: a central difference with step h errs by about h², here 1e-10 of the
    /// density, and the cdf's rounding adds 1e-16 / (h · density), about 1e-9.
    #[test]
    fn every_density_is_the_slope_of_its_cdf() {
        let gamma = Dist::gamma(2.5, 4.0).unwrap();
        let families = [
            Dist::log_normal(10.0, 0.5).unwrap(),
            Dist::weibull(10.0, 1.7).unwrap(),
            Dist::exponential(10.0).unwrap(),
            Dist::pareto(6.0, 2.5).unwrap(),
            Dist::gumbel(8.0, 3.0).unwrap(),
            gamma.clone(),
            Dist::shifted(3.0, gamma.clone()).unwrap(),
            Dist::scaled(1.5, gamma.clone()).unwrap(),
            Dist::truncated(4.0, 30.0, gamma.clone()).unwrap(),
            Dist::mixture([(1.0, gamma), (2.0, Dist::log_normal(20.0, 0.2).unwrap())]).unwrap(),
        ];
        for dist in families {
            let density = log_density(&dist);
            for x in [7.0, 10.0, 19.0] {
                let h = 1e-4;
                let slope = (dist.cdf(x + h) - dist.cdf(x - h)) / (2.0 * h);
                assert!((density(x).exp() / slope - 1.0).abs() < 1e-7, "{dist} at {x}");
            }
        }
    }
}
