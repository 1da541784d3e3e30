//! Which distribution do these samples come from? Maximum likelihood, ranked, with goodness of fit.
//!
//! ```text
//! criterion   AICc = 2k − 2 ln L + 2k(k + 1)/(n − k − 1): Akaike's criterion with the correction for few samples
//!             (Hurvich and Tsai, Biometrika 76, 1989), which tends to AIC as n grows. Smaller is better; a difference
//!             below 2 says nothing.
//! two humps   are offered only where Schwarz's criterion prefers them too.
//! locations   of shifted families are found by profile likelihood. The likelihood of some of them grows without
//!             bound as the location nears the smallest sample, so it stays (mean − min)/n below it.
//! p-value     of the Kolmogorov–Smirnov distance by parametric bootstrap: draw from the fit, fit again, compare
//!             distances. The textbook p-value assumes that nothing was fitted and is far too kind.
//! ```
//!
//! A low p-value with thousands of samples says that the family is not the exact truth, which no family is; whether
//! it is good enough is for the quantile errors to say.

mod bimodal;
pub mod censored;
mod estimate;
mod goodness;
mod likelihood;
mod located;

use super::check::Parameter;
use super::{Dist, text};
use crate::basis::error::{Error, nearest_names};
use estimate::Data;

/// Fewer samples than this say nothing about a shape.
pub const FEWEST_SAMPLES: usize = 8;

/// Fewer samples than this are not offered two humps: five parameters would follow the noise.
const FEWEST_FOR_BIMODAL: usize = 20;

/// The quantiles at which a fit is compared with the samples.
pub const COMPARED: [f64; 4] = [0.5, 0.9, 0.95, 0.99];

/// A family that can be fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// All samples are equal.
    Fixed,
    /// [`Dist::log_normal`].
    LogNormal,
    /// [`Dist::weibull`].
    Weibull,
    /// [`Dist::pareto`].
    Pareto,
    /// [`Dist::gumbel`].
    Gumbel,
    /// [`Dist::gamma`].
    Gamma,
    /// [`Dist::exponential`].
    Exponential,
    /// A log-normal above a floor.
    ShiftedLogNormal,
    /// A Weibull above a floor.
    ShiftedWeibull,
    /// A gamma above a floor.
    ShiftedGamma,
    /// An exponential above a floor.
    ShiftedExponential,
    /// A mixture of two log-normals.
    Bimodal,
}

impl Family {
    /// Every family, in the order of their names' definition.
    pub const ALL: [Family; 12] = [
        Family::Fixed,
        Family::LogNormal,
        Family::Weibull,
        Family::Pareto,
        Family::Gumbel,
        Family::Gamma,
        Family::Exponential,
        Family::ShiftedLogNormal,
        Family::ShiftedWeibull,
        Family::ShiftedGamma,
        Family::ShiftedExponential,
        Family::Bimodal,
    ];

    /// The name on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Family::Fixed => "fixed",
            Family::LogNormal => "log-normal",
            Family::Weibull => "weibull",
            Family::Pareto => "pareto",
            Family::Gumbel => "gumbel",
            Family::Gamma => "gamma",
            Family::Exponential => "exponential",
            Family::ShiftedLogNormal => "shifted-log-normal",
            Family::ShiftedWeibull => "shifted-weibull",
            Family::ShiftedGamma => "shifted-gamma",
            Family::ShiftedExponential => "shifted-exponential",
            Family::Bimodal => "bimodal",
        }
    }

    /// The family of that name.
    ///
    /// # Errors
    /// When there is none; the hint names the nearest.
    pub fn parse(name: &str) -> Result<Family, Error> {
        let known = Family::ALL.into_iter().find(|family| family.name() == name);
        known.ok_or_else(|| {
            let names = nearest_names(name, Family::ALL.map(Family::name), 3);
            Error::input(format!("`{name}` is not a family")).hint(format!("near it: {}", names.join(", ")))
        })
    }

    /// How many numbers are fitted.
    fn degrees(self) -> usize {
        match self {
            Family::Fixed | Family::Exponential => 1,
            Family::ShiftedLogNormal | Family::ShiftedWeibull | Family::ShiftedGamma => 3,
            Family::Bimodal => 5,
            _ => 2,
        }
    }
}

/// Which families to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Every family that the samples allow, best first.
    Auto,
    /// This one.
    Only(Family),
}

/// How the p-value is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many samples are drawn from each fit and fitted again; 0 leaves the p-value out.
    pub bootstrap: usize,
    /// Where those draws begin.
    pub seed: u64,
}

impl Default for Options {
    /// 199 draws: the smallest p-value is 0.005, and one of 0.05 has a standard error of 0.015.
    fn default() -> Self {
        Options {
            bootstrap: 199,
            seed: 1,
        }
    }
}

/// One fitted number.
#[derive(Clone, Debug, PartialEq)]
pub struct FittedParameter {
    /// As in the scenario file, without the unit: `median`, `shape`.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// `ms`, or empty for a number without a unit.
    pub unit: &'static str,
}

/// A quantile of the fit beside that of the samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuantileError {
    /// Which quantile, 0 to 1.
    pub p: f64,
    /// The samples' quantile in milliseconds, interpolated between order statistics.
    pub sample_ms: f64,
    /// The fit's quantile in milliseconds.
    pub fitted_ms: f64,
}

impl QuantileError {
    /// Fitted minus sampled, in milliseconds.
    pub fn error_ms(&self) -> f64 {
        self.fitted_ms - self.sample_ms
    }
}

/// A distribution fitted to samples, and how well it fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// The distribution; [`Dist::to_toml`] writes it for a scenario.
    pub dist: Dist,
    /// What was fitted.
    pub family: Family,
    /// The fitted numbers.
    pub parameters: Vec<FittedParameter>,
    /// How many samples.
    pub n: usize,
    /// The natural logarithm of the likelihood, with times in milliseconds; infinite for a fixed duration.
    pub log_likelihood: f64,
    /// Akaike's criterion `2k − 2 ln L`.
    pub aic: f64,
    /// The same with the correction for few samples, by which fits are ranked.
    pub aicc: f64,
    /// The largest distance between the cdf of the samples and that of the fit (Kolmogorov–Smirnov).
    pub ks: f64,
    /// How often samples of the fitted distribution, fitted again, are at least that far off. Where Kolmogorov's
    /// distribution already puts it below what the bootstrap could resolve, that upper bound. `None` without
    /// bootstrap.
    pub ks_p: Option<f64>,
    /// Fitted against sampled p50, p90, p95 and p99.
    pub quantile_errors: Vec<QuantileError>,
}

/// Fits `samples` (in milliseconds) with the families `wanted`, best first by `AICc`.
///
/// Equal samples are fitted by a fixed duration, whatever is wanted. Families that the samples rule out (a log-normal
/// with a sample of zero) are left out of [`Wanted::Auto`]; shifted families too where the best floor is none, and two
/// humps where one does as well.
///
/// # Errors
/// When there are fewer than 8 samples, one of them is negative, infinite or not a number, or the one family wanted
/// cannot be fitted to them.
///
/// ```
/// use isochrone::basis::dist::fit::{Family, Options, Wanted, fit};
/// let samples: Vec<f64> = (1..=50).map(|i| -10.0 * (1.0 - f64::from(i) / 51.0).ln()).collect();
/// let best = &fit(&samples, Wanted::Only(Family::Exponential), Options::default())?[0];
/// assert!((best.parameters[0].value - 9.62).abs() < 0.01);
/// assert!(best.ks_p > Some(0.5));
/// # Ok::<(), isochrone::basis::error::Error>(())
/// ```
pub fn fit(samples: &[f64], wanted: Wanted, options: Options) -> Result<Vec<Fit>, Error> {
    let data = checked(samples)?;
    if data.smallest() == data.largest() {
        return Ok(vec![fixed(&data)?]);
    }
    let mut fits: Vec<Fit> = candidates(wanted, data.n())
        .into_iter()
        .filter_map(|family| Some(judge(family, estimate::estimate(family, &data)?, &data, options)))
        .collect();
    fits.sort_by(|a, b| a.aicc.total_cmp(&b.aicc));
    if wanted == Wanted::Auto {
        drop_needless_humps(&mut fits);
    }
    if fits.is_empty() {
        return Err(cannot(wanted, &data));
    }
    Ok(fits)
}

fn checked(samples: &[f64]) -> Result<Data, Error> {
    if samples.len() < FEWEST_SAMPLES {
        let message = format!(
            "a fit needs at least {FEWEST_SAMPLES} samples, found {}",
            samples.len()
        );
        return Err(Error::input(message).hint("fewer can be used as they are: samples_ms = [...]"));
    }
    let checked: Result<Vec<f64>, Error> = samples
        .iter()
        .map(|&x| Parameter::ms("a sample").not_negative(x))
        .collect();
    Ok(Data::new(checked?))
}

fn candidates(wanted: Wanted, n: usize) -> Vec<Family> {
    match wanted {
        Wanted::Only(family) => vec![family],
        Wanted::Auto => Family::ALL
            .into_iter()
            .filter(|&family| family != Family::Bimodal || n >= FEWEST_FOR_BIMODAL)
            .collect(),
    }
}

/// Two humps are offered only when they beat every single one by Schwarz's criterion, `k ln n − 2 ln L`: Akaike's finds
/// a second hump in one of a few data sets that have none, for the parameters of a hump without weight mean nothing and
/// the theory behind it fails (Keribin, Consistent estimation of the order of mixture models, Sankhyā A 62, 2000).
fn drop_needless_humps(fits: &mut Vec<Fit>) {
    let schwarz = |fit: &Fit| fit.aic + fit.family.degrees() as f64 * ((fit.n as f64).ln() - 2.0);
    let best = fits.iter().min_by(|a, b| schwarz(a).total_cmp(&schwarz(b)));
    if best.is_some_and(|best| best.family != Family::Bimodal) {
        fits.retain(|fit| fit.family != Family::Bimodal);
    }
}

fn cannot(wanted: Wanted, data: &Data) -> Error {
    let name = match wanted {
        Wanted::Auto => "no family",
        Wanted::Only(family) => family.name(),
    };
    let (low, high) = (text::ms(data.smallest()), text::ms(data.largest()));
    Error::input(format!(
        "{name} cannot be fitted to {} samples from {low} to {high}",
        data.n()
    ))
    .hint("try the other families, or use the samples as they are: samples_ms = [...]")
}

fn fixed(data: &Data) -> Result<Fit, Error> {
    let dist = Dist::fixed(data.smallest())?;
    Ok(Fit {
        family: Family::Fixed,
        parameters: parameters(&dist),
        n: data.n(),
        log_likelihood: f64::INFINITY,
        aic: f64::NEG_INFINITY,
        aicc: f64::NEG_INFINITY,
        ks: 0.0,
        ks_p: Some(1.0),
        quantile_errors: goodness::quantile_errors(data, &dist),
        dist,
    })
}

fn judge(family: Family, dist: Dist, data: &Data, options: Options) -> Fit {
    let log_likelihood = likelihood::log_likelihood(&dist, data.values());
    let (k, n) = (family.degrees() as f64, data.n() as f64);
    let aic = 2.0 * k - 2.0 * log_likelihood;
    let ks = goodness::distance(data.values(), &dist);
    Fit {
        family,
        parameters: parameters(&dist),
        n: data.n(),
        log_likelihood,
        aic,
        aicc: aic + 2.0 * k * (k + 1.0) / (n - k - 1.0),
        ks,
        ks_p: goodness::p_value(family, &dist, (ks, data.n()), options),
        quantile_errors: goodness::quantile_errors(data, &dist),
        dist,
    }
}

/// The numbers that make up `dist`, under the names of the scenario file.
fn parameters(dist: &Dist) -> Vec<FittedParameter> {
    let ms = |name: &str, value: f64| named(name, value, "ms");
    let number = |name: &str, value: f64| named(name, value, "");
    match dist {
        Dist::Fixed(d) => vec![ms("fixed", d.value_ms())],
        Dist::LogNormal(d) => vec![ms("median", d.median_ms()), number("sigma", d.sigma())],
        Dist::Weibull(d) => vec![ms("scale", d.scale_ms()), number("shape", d.shape_parameter())],
        Dist::Pareto(d) => vec![ms("scale", d.scale_ms()), number("shape", d.shape_parameter())],
        Dist::Gumbel(d) => vec![ms("location", d.location_ms()), ms("scale", d.scale_ms())],
        Dist::Gamma(d) => vec![number("shape", d.shape_parameter()), ms("scale", d.scale_ms())],
        Dist::Exponential(d) => vec![ms("mean", d.mean_ms())],
        Dist::Shifted(d) => [vec![ms("by", d.by_ms())], parameters(d.of())].concat(),
        Dist::Truncated(d) => parameters(d.of()),
        Dist::Mixture(d) => d.parts().iter().zip(1..).flat_map(part_parameters).collect(),
        Dist::Scaled(_) | Dist::Quantiles(_) | Dist::Samples(_) => Vec::new(),
    }
}

fn part_parameters(((weight, dist), part): (&(f64, Dist), usize)) -> Vec<FittedParameter> {
    let of_part = |p: FittedParameter| named(&format!("{} {part}", p.name), p.value, p.unit);
    let inner = parameters(dist).into_iter().map(of_part);
    [named(&format!("weight {part}"), *weight, "")]
        .into_iter()
        .chain(inner)
        .collect()
}

fn named(name: &str, value: f64, unit: &'static str) -> FittedParameter {
    FittedParameter {
        name: name.to_owned(),
        value,
        unit,
    }
}
