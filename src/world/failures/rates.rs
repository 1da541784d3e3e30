//! How often incidents happen: pooled, and by region with what the others say.
//!
//! ```text
//! n_r ~ Poisson(λ_r · t_r),  λ_r ~ gamma(shape a, rate b)      n_r incidents in t_r years
//! posterior of λ_r: gamma(a + n_r, b + t_r), mean (a + n_r)/(b + t_r)
//! ln L(a, b) = Σ_r [ Σ_{j < n_r} ln(a + j) + a ln b − (a + n_r) ln(b + t_r) ] + constant
//! ```
//! The mean lies between the region's own rate `n_r/t_r` and that of the prior `a/b`; the less a region was watched the
//! nearer to the prior. `a` and `b` are those of the largest marginal likelihood (empirical Bayes; Robbins 1956;
//! Gelman et al., Bayesian Data Analysis, section 2.7). That `a` and `b` are estimates themselves is not in the
//! intervals, so they are a little too narrow.

use super::record::Record;
use crate::basis::dist::{Dist, numeric};
use crate::basis::error::{Error, Result};
use crate::world::catalog::Region;

/// Level of the intervals.
pub const LEVEL: f64 = 0.95;

/// Logarithms of the prior's parameters are found to this accuracy, far below what the record can tell.
const WIDTH: f64 = 1e-6;
/// The prior's shape is looked for from here (rates differ by orders of magnitude) to there (they hardly differ).
const SHAPES: (f64, f64) = (0.01, 1e4);

/// A rate and its interval, per year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateInterval {
    /// The rate.
    pub per_year: f64,
    /// Low end of the 95 % interval.
    pub low: f64,
    /// High end.
    pub high: f64,
}

/// What the rate of a region rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateBasis {
    /// Its own record, drawn towards that of the others.
    Record,
    /// The other regions of its provider only: it was not watched.
    OtherRegions,
}

/// The rate of one region.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionRate {
    /// Region id.
    pub region: String,
    /// Its incidents.
    pub incidents: usize,
    /// Years it was watched.
    pub years: f64,
    /// Mean and interval of the posterior.
    pub rate: RateInterval,
}

impl RegionRate {
    /// Its own incidents over its own years.
    pub fn own_per_year(&self) -> f64 {
        self.incidents as f64 / self.years
    }
}

/// How often incidents happen.
#[derive(Clone, Debug, PartialEq)]
pub struct Rates {
    /// All regions thrown together, with the interval that holds if they were alike (Poisson).
    pub pooled: RateInterval,
    /// Standard error of the pooled rate when regions differ as these do: jackknife over regions.
    pub between_regions: f64,
    /// `Σ (n − λt)²/(λt)` over regions by its degrees of freedom: 1 if all had the same rate.
    pub dispersion: f64,
    /// Shape of the prior, a.
    pub shape: f64,
    /// Rate of the prior, b, years.
    pub years: f64,
    /// Each region that was watched, in the order of the catalogue.
    pub regions: Vec<RegionRate>,
    providers: Vec<String>,
}

/// The exact interval of a rate from `events` in `years`, at confidence `level`.
///
/// ```text
/// low = G(α/2; n)/t,  high = G(1 − α/2; n + 1)/t      G: quantile of the gamma distribution of that shape
/// ```
/// Source: Garwood, Fiducial limits for the Poisson distribution, Biometrika 28, 1936.
///
/// ```
/// use isochrone::world::failures::poisson_interval;
/// let none = poisson_interval(0, 10.0, 0.95)?;
/// assert_eq!(none.low, 0.0);
/// assert!((none.high - 0.368_887_945).abs() < 1e-9, "−ln 0.025 / 10");
/// # Ok::<(), isochrone::basis::error::Error>(())
/// ```
///
/// # Errors
/// When `years` is not above zero.
pub fn poisson_interval(events: usize, years: f64, level: f64) -> Result<RateInterval> {
    if !(years > 0.0 && years.is_finite()) {
        return Err(Error::input(format!(
            "a rate needs years above zero, found {years}"
        )));
    }
    let tail = 0.5 * (1.0 - level);
    let quantile =
        |shape: usize, p: f64| Ok::<f64, Error>(Dist::gamma(shape as f64, 1.0)?.quantile(p) / years);
    Ok(RateInterval {
        per_year: events as f64 / years,
        low: if events == 0 { 0.0 } else { quantile(events, tail)? },
        high: quantile(events + 1, 1.0 - tail)?,
    })
}

impl Rates {
    /// The rates of `record`.
    ///
    /// # Errors
    /// When fewer than two regions were watched, or nothing happened.
    pub fn of(record: &Record) -> Result<Rates> {
        let counts: Vec<(f64, f64)> = record
            .regions
            .iter()
            .map(|it| (it.incidents() as f64, it.years))
            .collect();
        if counts.len() < 2 || record.incidents() == 0 {
            return Err(Error::input(
                "rates need two regions that were watched, and an incident",
            ));
        }
        let (shape, years) = prior(&counts);
        let regions: Result<Vec<RegionRate>> = record
            .regions
            .iter()
            .map(|it| {
                Ok(RegionRate {
                    region: it.region.clone(),
                    incidents: it.incidents(),
                    years: it.years,
                    rate: posterior(shape + it.incidents() as f64, years + it.years)?,
                })
            })
            .collect();
        let mut providers: Vec<String> = record
            .regions
            .iter()
            .filter_map(|it| it.region.split(':').next().map(str::to_owned))
            .collect();
        providers.dedup();
        Ok(Rates {
            pooled: poisson_interval(record.incidents(), record.region_years(), LEVEL)?,
            between_regions: jackknife(&counts),
            dispersion: dispersion(&counts),
            shape,
            years,
            regions: regions?,
            providers,
        })
    }

    /// The rate of `region` and what it rests on; none where there is no record of its provider.
    ///
    /// # Errors
    /// Never for rates that exist; the constructor of the distribution checks again.
    pub fn of_region(&self, region: &Region) -> Result<Option<(RateInterval, RateBasis)>> {
        if let Some(own) = self.regions.iter().find(|it| it.region == region.id) {
            return Ok(Some((own.rate, RateBasis::Record)));
        }
        if self.providers.contains(&region.provider) {
            return Ok(Some((
                posterior(self.shape, self.years)?,
                RateBasis::OtherRegions,
            )));
        }
        Ok(None)
    }

    /// The rate of a region of which nothing is known but that it is one of them, with the interval in which regions lie.
    ///
    /// # Errors
    /// As [`Rates::of_region`].
    pub fn prior(&self) -> Result<RateInterval> {
        posterior(self.shape, self.years)
    }

    /// The mean rate of a region of which nothing is known but that it is one of them.
    pub fn prior_mean(&self) -> f64 {
        self.shape / self.years
    }
}

fn posterior(shape: f64, years: f64) -> Result<RateInterval> {
    let rate = Dist::gamma(shape, 1.0)?;
    let tail = 0.5 * (1.0 - LEVEL);
    Ok(RateInterval {
        per_year: shape / years,
        low: rate.quantile(tail) / years,
        high: rate.quantile(1.0 - tail) / years,
    })
}

/// Shape and rate of the prior that make the counts most likely.
fn prior(counts: &[(f64, f64)]) -> (f64, f64) {
    let (n, t) = totals(counts);
    let centre = (n / t).ln();
    let value = |log_shape: f64, log_mean: f64| {
        let a = log_shape.exp();
        marginal(counts, a, a / log_mean.exp())
    };
    // The mean of regions differs from the pooled rate by less than a factor of e³ = 20.
    let best_mean =
        |log_shape: f64| numeric::peak(|m| value(log_shape, m), (centre - 3.0, centre + 3.0), WIDTH);
    let shapes = (SHAPES.0.ln(), SHAPES.1.ln());
    let log_shape = numeric::peak(|s| value(s, best_mean(s)), shapes, WIDTH);
    let shape = log_shape.exp();
    (shape, shape / best_mean(log_shape).exp())
}

fn marginal(counts: &[(f64, f64)], a: f64, b: f64) -> f64 {
    counts
        .iter()
        .map(|(n, t)| {
            let rising: f64 = (0..*n as usize).map(|j| (a + j as f64).ln()).sum();
            rising + a * b.ln() - (a + n) * (b + t).ln()
        })
        .sum()
}

fn totals(counts: &[(f64, f64)]) -> (f64, f64) {
    counts
        .iter()
        .fold((0.0, 0.0), |(n, t), one| (n + one.0, t + one.1))
}

fn dispersion(counts: &[(f64, f64)]) -> f64 {
    let (n, t) = totals(counts);
    let squares: f64 = counts
        .iter()
        .map(|one| (one.0 - n / t * one.1).powi(2) / (n / t * one.1))
        .sum();
    squares / (counts.len() as f64 - 1.0)
}

/// Standard error of `Σn/Σt` from leaving out one region at a time. Source: Miller, The jackknife – a review,
/// Biometrika 61, 1974.
fn jackknife(counts: &[(f64, f64)]) -> f64 {
    let (n, t) = totals(counts);
    let without: Vec<f64> = counts.iter().map(|one| (n - one.0) / (t - one.1)).collect();
    let k = without.len() as f64;
    let mean = without.iter().sum::<f64>() / k;
    let squares: f64 = without.iter().map(|it| (it - mean).powi(2)).sum();
    ((k - 1.0) / k * squares).sqrt()
}
