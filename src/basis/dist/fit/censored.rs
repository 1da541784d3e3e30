//! Fitting durations of which some were cut off: the record ended before they did.
//!
//! ```text
//! ln L = Σ ln f(x) over what ended + Σ ln (1 − F(c)) over what was cut at c
//! ```
//! Leaving out what was cut would make durations too short, for the long ones are cut more often. The observed
//! distribution function is that of Kaplan and Meier (Nonparametric estimation from incomplete observations, JASA 53,
//! 1958), and the distance of a fit is the largest difference from it at the values that ended.

use std::f64::consts::TAU;

use super::estimate::{Data, average, deviation, root};
use super::likelihood::log_likelihood;
use super::{FEWEST_SAMPLES, Family, FittedParameter, goodness, parameters};
use crate::basis::dist::check::Parameter;
use crate::basis::dist::{Dist, normal, numeric};
use crate::basis::error::{Error, Result};

/// The logarithms of a gamma's parameters are found to this accuracy, far below their standard error.
const WIDTH: f64 = 1e-4;
/// A gamma's parameters are looked for within this factor of those without what was cut.
const REACH: f64 = 8.0;
/// Relative change at which the iteration for a log-normal stops, and the steps after which it does in any case.
const SETTLED: f64 = 1e-10;
const STEPS: usize = 10_000;

/// Durations that ended, and what is known of those that did not.
#[derive(Clone, Debug, PartialEq)]
pub struct Durations {
    ended: Vec<f64>,
    cut: Vec<f64>,
}

/// A family fitted to durations of which some were cut off.
#[derive(Clone, Debug, PartialEq)]
pub struct CensoredFit {
    /// The distribution, in the unit of the durations.
    pub dist: Dist,
    /// What was fitted.
    pub family: Family,
    /// The fitted numbers; their unit is said to be `ms` and is that of the durations.
    pub parameters: Vec<FittedParameter>,
    /// The natural logarithm of the likelihood.
    pub log_likelihood: f64,
    /// Akaike's criterion `2k − 2 ln L`; less is better.
    pub aic: f64,
    /// The largest distance between the fit and the Kaplan–Meier distribution function.
    pub ks: f64,
}

impl Durations {
    /// Durations that `ended`, and those `cut` off while they still lasted.
    ///
    /// # Errors
    /// When one of them is not above zero, infinite or not a number.
    pub fn new(ended: &[f64], cut: &[f64]) -> Result<Self> {
        let sorted = |values: &[f64]| -> Result<Vec<f64>> {
            let checked: Result<Vec<f64>> = values
                .iter()
                .map(|&x| Parameter::number("a duration").positive(x))
                .collect();
            let mut values = checked?;
            values.sort_unstable_by(f64::total_cmp);
            Ok(values)
        };
        Ok(Durations {
            ended: sorted(ended)?,
            cut: sorted(cut)?,
        })
    }

    /// Those that ended, ascending.
    pub fn ended(&self) -> &[f64] {
        &self.ended
    }

    /// Those cut off, ascending.
    pub fn cut(&self) -> &[f64] {
        &self.cut
    }

    /// The Kaplan–Meier distribution function: each value that ended, and the share that ended up to it.
    ///
    /// ```
    /// use isochrone::basis::dist::fit::censored::Durations;
    /// // Of four, one ends at 1; of the three left, one is cut at 2; of the two left, one ends at 3.
    /// let steps = Durations::new(&[1.0, 3.0, 5.0], &[2.0])?.steps();
    /// assert_eq!(steps, [(1.0, 0.25), (3.0, 0.625), (5.0, 1.0)]);
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn steps(&self) -> Vec<(f64, f64)> {
        let mut lasting = 1.0;
        let mut steps: Vec<(f64, f64)> = Vec::new();
        for (i, &x) in self.ended.iter().enumerate() {
            // What is cut at the very moment of an end still lasts at that end.
            let gone = self.cut.partition_point(|c| *c < x);
            let at_risk = (self.ended.len() - i + self.cut.len() - gone) as f64;
            lasting *= 1.0 - 1.0 / at_risk;
            match steps.last_mut() {
                Some(last) if last.0 >= x => last.1 = 1.0 - lasting,
                _ => steps.push((x, 1.0 - lasting)),
            }
        }
        steps
    }

    /// The smallest value up to which at least the share `p` had ended; none where the record is too short to tell.
    pub fn quantile(&self, p: f64) -> Option<f64> {
        // A product of hundreds of factors may miss a round share by its rounding.
        let reached = |&(_, share): &(f64, f64)| share >= p - 1e-12;
        self.steps().into_iter().find(reached).map(|(x, _)| x)
    }

    /// The largest distance between `dist` and the Kaplan–Meier distribution function.
    pub fn distance(&self, dist: &Dist) -> f64 {
        let mut before = 0.0;
        let mut largest = 0.0_f64;
        for (x, after) in self.steps() {
            let share = dist.cdf(x);
            largest = largest.max((share - before).abs()).max((after - share).abs());
            before = after;
        }
        largest
    }

    fn log_likelihood(&self, dist: &Dist) -> f64 {
        let cut: f64 = self.cut.iter().map(|&c| dist.survival(c).ln()).sum();
        log_likelihood(dist, &self.ended) + cut
    }

    /// Fits the family: log-normal, Weibull, gamma or exponential.
    ///
    /// ```
    /// use isochrone::basis::dist::fit::{Family, censored::Durations};
    /// // The exponential's mean is the time that passed, over the number of ends: (9 · 2 + 6) / 9.
    /// let fit = Durations::new(&[2.0; 9], &[6.0])?.fit(Family::Exponential)?;
    /// assert!((fit.parameters[0].value - 24.0 / 9.0).abs() < 1e-12);
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    ///
    /// # Errors
    /// When fewer than 8 durations ended, or the family is another or does not fit them.
    pub fn fit(&self, family: Family) -> Result<CensoredFit> {
        if self.ended.len() < FEWEST_SAMPLES {
            let found = self.ended.len();
            return Err(Error::input(format!(
                "a fit needs at least {FEWEST_SAMPLES} durations that ended, found {found}"
            )));
        }
        let fitted = match family {
            Family::Exponential => self.exponential(),
            Family::Weibull => self.weibull(),
            Family::LogNormal => self.log_normal(),
            Family::Gamma => self.gamma(),
            _ => None,
        };
        let dist = fitted.ok_or_else(|| {
            let name = family.name();
            Error::input(format!(
                "{name} cannot be fitted to durations of which some were cut off"
            ))
        })?;
        let log_likelihood = self.log_likelihood(&dist);
        Ok(CensoredFit {
            family,
            parameters: parameters(&dist),
            log_likelihood,
            aic: 2.0 * family.degrees() as f64 - 2.0 * log_likelihood,
            ks: self.distance(&dist),
            dist,
        })
    }

    /// How often durations that `redraw` draws from the fit, fitted again, lie as far off as these; none without
    /// `runs`. Drawing is the caller's, who knows what cuts durations off. See [`super::Fit::ks_p`].
    pub fn p_value(
        &self,
        fit: &CensoredFit,
        runs: usize,
        redraw: impl Fn(usize) -> Option<Durations>,
    ) -> Option<f64> {
        goodness::as_far(goodness::scaled(fit.ks, self.ended.len()), runs, |run| {
            let drawn = redraw(run)?;
            Some(goodness::scaled(
                drawn.fit(fit.family).ok()?.ks,
                drawn.ended.len(),
            ))
        })
    }

    /// Sum of all times, whether they ended or not.
    fn total(&self) -> f64 {
        self.ended.iter().sum::<f64>() + self.cut.iter().sum::<f64>()
    }

    fn exponential(&self) -> Option<Dist> {
        Dist::exponential(self.total() / self.ended.len() as f64).ok()
    }

    /// The shape solves `Σ x^k ln x / Σ x^k − 1/k = mean of ln x`, the sums over all and the mean over what ended.
    fn weibull(&self) -> Option<Dist> {
        let ends: Vec<f64> = self.ended.iter().map(|x| x.ln()).collect();
        let all: Vec<f64> = ends
            .iter()
            .copied()
            .chain(self.cut.iter().map(|c| c.ln()))
            .collect();
        let top = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mean = average(&ends);
        let sums = |k: f64| {
            all.iter().fold((0.0, 0.0), |(sum, weighted), log| {
                let power = (k * (log - top)).exp();
                (sum + power, weighted + power * log)
            })
        };
        let excess = |k: f64| {
            let (sum, weighted) = sums(k);
            weighted / sum - 1.0 / k - mean
        };
        // ln X has a standard deviation of π / (√6 · shape).
        let shape = root(excess, 1.28 / deviation(&ends))?;
        let scale = top.exp() * (sums(shape).0 / ends.len() as f64).powf(1.0 / shape);
        Dist::weibull(scale, shape).ok()
    }

    /// Expectation–maximisation: what was cut counts as the normal variable beyond its cut is on average, and so does
    /// its square.
    fn log_normal(&self) -> Option<Dist> {
        let ends: Vec<f64> = self.ended.iter().map(|x| x.ln()).collect();
        let cuts: Vec<f64> = self.cut.iter().map(|c| c.ln()).collect();
        let n = (ends.len() + cuts.len()) as f64;
        let (sum, squares) = ends.iter().fold((0.0, 0.0), |(s, q), z| (s + z, q + z * z));
        let (mut mean, mut sd) = (average(&ends), deviation(&ends));
        for _ in 0..STEPS {
            let (mut s, mut q) = (sum, squares);
            for cut in &cuts {
                let score = (cut - mean) / sd;
                // Mean excess of a standard normal variable beyond `score`.
                let beyond = density(score) / normal::cdf(-score);
                s += mean + sd * beyond;
                q += mean * mean + 2.0 * mean * sd * beyond + sd * sd * (1.0 + score * beyond);
            }
            let new_mean = s / n;
            let new_sd = (q / n - new_mean * new_mean).max(0.0).sqrt();
            let moved = (new_mean - mean).abs() + (new_sd - sd).abs();
            (mean, sd) = (new_mean, new_sd);
            if moved < SETTLED * sd {
                break;
            }
        }
        Dist::log_normal(mean.exp(), sd).ok()
    }

    /// The shape by profile likelihood, each with its best scale.
    fn gamma(&self) -> Option<Dist> {
        let start = super::estimate::gamma(&Data::new(self.ended.clone()))?;
        let Dist::Gamma(near) = &start else { return None };
        let (shape, reach) = (near.shape_parameter().ln(), REACH.ln());
        let centre = (self.total() / self.ended.len() as f64).ln();
        let value = |log_shape: f64, log_mean: f64| {
            gamma_of(log_shape, log_mean).map_or(f64::NEG_INFINITY, |dist| self.log_likelihood(&dist))
        };
        let best_mean =
            |log_shape| numeric::peak(|m| value(log_shape, m), (centre - reach, centre + reach), WIDTH);
        let best = numeric::peak(
            |log_shape| value(log_shape, best_mean(log_shape)),
            (shape - reach, shape + reach),
            WIDTH,
        );
        gamma_of(best, best_mean(best))
    }
}

/// The density of the standard normal distribution.
fn density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / TAU.sqrt()
}

fn gamma_of(log_shape: f64, log_mean: f64) -> Option<Dist> {
    Dist::gamma(log_shape.exp(), (log_mean - log_shape).exp()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Forty quantiles of `dist`; those beyond its `cut`-quantile are cut there, every third of the others at a
    /// quarter of its time.
    fn record(dist: &Dist, cut: f64) -> Durations {
        let at = |i: u32| dist.quantile((f64::from(i) + 0.5) / 40.0);
        let end = dist.quantile(cut);
        let (mut ended, mut lasting) = (Vec::new(), Vec::new());
        for i in 0..40 {
            match (at(i), i % 3) {
                (x, _) if x > end => lasting.push(end),
                (x, 2) => lasting.push(0.25 * x),
                (x, _) => ended.push(x),
            }
        }
        Durations::new(&ended, &lasting).unwrap()
    }

    #[test]
    fn ends_at_one_moment_are_one_step() {
        let steps = Durations::new(&[1.0, 2.0, 2.0, 4.0], &[2.0, 3.0])
            .unwrap()
            .steps();
        // Of six one ends; of five two; of two one.
        let expected = [(1.0, 1.0 / 6.0), (2.0, 1.0 - 5.0 / 6.0 * 3.0 / 5.0), (4.0, 1.0)];
        assert_eq!(steps.len(), expected.len());
        for ((x, share), (at, known)) in steps.into_iter().zip(expected) {
            assert_eq!(x, at);
            assert!((share - known).abs() < 1e-15, "{x}: {share}");
        }
    }

    #[test]
    fn the_likelihood_counts_what_was_cut_by_its_survival() {
        let dist = Dist::exponential(10.0).unwrap();
        let record = Durations::new(&[5.0, 20.0], &[30.0]).unwrap();
        let by_hand = -2.0 * 10.0_f64.ln() - 5.5;
        assert!((record.log_likelihood(&dist) - by_hand).abs() < 1e-12);
        assert_eq!(record.total(), 55.0);
    }

    /// No neighbour of a fit is likelier: every family, parameters changed by a thousandth either way.
    #[test]
    fn fits_of_what_was_cut_are_the_likeliest() {
        let gamma = |mean: f64, shape: f64| Dist::gamma(shape, mean / shape).unwrap();
        let weibull = |scale: f64, shape: f64| Dist::weibull(scale, shape).unwrap();
        let log_normal = |median: f64, sd: f64| Dist::log_normal(median, sd).unwrap();
        let record = record(&Dist::log_normal(30.0, 0.9).unwrap(), 0.8);
        let known = |family: Family| {
            let fit = record.fit(family).unwrap();
            assert!((fit.aic - (2.0 * family.degrees() as f64 - 2.0 * fit.log_likelihood)).abs() < 1e-12);
            assert_eq!(fit.ks, record.distance(&fit.dist));
            fit
        };
        let likeliest = |fit: &CensoredFit, of: &dyn Fn(f64, f64) -> Dist, (a, b): (f64, f64)| {
            let same = record.log_likelihood(&of(a, b));
            assert!((same - fit.log_likelihood).abs() < 1e-6, "{}: {same}", fit.dist);
            for (up, down) in [(1.001, 1.0), (0.999, 1.0), (1.0, 1.001), (1.0, 0.999)] {
                let near = of(a * up, b * down);
                assert!(
                    record.log_likelihood(&near) < fit.log_likelihood,
                    "{near} is likelier than {}",
                    fit.dist
                );
            }
        };
        let fit = known(Family::Weibull);
        // The scale is where 1 − 1/e have ended, the shape follows from the median: (ln 2)^(1/shape) scales.
        let scale = fit.dist.quantile(1.0 - (-1.0_f64).exp());
        let shape = std::f64::consts::LN_2.ln() / (fit.dist.quantile(0.5) / scale).ln();
        likeliest(&fit, &weibull, (scale, shape));
        let fit = known(Family::LogNormal);
        let median = fit.dist.quantile(0.5);
        let sd = (fit.dist.quantile(0.841_344_746_068_542_9) / median).ln();
        likeliest(&fit, &log_normal, (median, sd));
        let fit = known(Family::Gamma);
        let (mean, variance) = (fit.dist.mean().unwrap(), fit.dist.variance().unwrap());
        likeliest(&fit, &gamma, (mean, mean * mean / variance));
    }
}
