//! A latency distribution as it is written in a scenario, and what it means.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

use super::check::Check;
use super::decode::At;
use super::quantity::{DurationFile, Quantity};
use super::source::{Found, Span};
use crate::basis::dist::{Dist, PingTrain};
use crate::basis::error::Error;

/// A fixed duration such as "20ms", or a table with one family.
#[derive(Clone, Debug)]
pub(super) enum DistFile {
    Fixed(DurationFile),
    Family(Box<Family>),
}

/// The families; each is a table with its parameters, in milliseconds where they carry no unit.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", expecting = "a distribution")]
pub(super) enum Family {
    /// Always this many milliseconds.
    FixedMs(At<f64>),
    /// Log-normal: `p50` with `p90`, `p95` or `p99`, or `median` with `sigma`.
    LogNormal(Box<At<LogNormalFile>>),
    /// Weibull.
    Weibull(At<ScaleShape>),
    /// Pareto: `scale_ms` is the smallest value.
    Pareto(At<ScaleShape>),
    /// Gumbel, for the largest of many.
    Gumbel(At<GumbelFile>),
    /// Gamma.
    Gamma(At<ScaleShape>),
    /// Exponential.
    Exponential(At<ExponentialFile>),
    /// Another distribution, every value later by a fixed time.
    Shifted(At<ShiftedFile>),
    /// Another distribution, every value multiplied.
    Scaled(At<ScaledFile>),
    /// Another distribution, given that the value lies between two limits.
    Truncated(At<TruncatedFile>),
    /// Measured quantiles: pairs of a probability and milliseconds, both rising.
    Quantiles(At<Vec<At<(f64, f64)>>>),
    /// The last line of `ping`.
    Ping(At<PingFile>),
    /// Measured values, each as likely as the others.
    SamplesMs(At<Vec<At<f64>>>),
    /// A CSV or a sheet of an .xlsx workbook of measured values in a column `ms` or one whose name ends in `_ms`.
    SamplesFile(At<String>),
    /// One of several distributions, by weight.
    Mixture(At<Vec<At<PartFile>>>),
}

/// `p50` with `p90`, `p95` or `p99`, or `median` with `sigma`. Times carry their unit, or stand as plain milliseconds
/// under a key that ends in `_ms`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { p50_ms = 40, p90_ms = 60 }"
)]
pub(super) struct LogNormalFile {
    /// The value half of the draws do not exceed, such as "5m".
    p50: Option<At<DurationFile>>,
    /// The value 90 % of the draws do not exceed.
    p90: Option<At<DurationFile>>,
    /// The value 95 % of the draws do not exceed.
    p95: Option<At<DurationFile>>,
    /// The value 99 % of the draws do not exceed.
    p99: Option<At<DurationFile>>,
    /// The median.
    median: Option<At<DurationFile>>,
    /// The value half of the draws do not exceed, ms.
    p50_ms: Option<At<f64>>,
    /// The value 90 % of the draws do not exceed, ms.
    p90_ms: Option<At<f64>>,
    /// The value 95 % of the draws do not exceed, ms.
    p95_ms: Option<At<f64>>,
    /// The value 99 % of the draws do not exceed, ms.
    p99_ms: Option<At<f64>>,
    /// The median, ms.
    median_ms: Option<At<f64>>,
    /// Standard deviation of the natural logarithm.
    sigma: Option<At<f64>>,
}

/// A scale in milliseconds and a shape.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { scale_ms = 40, shape = 2 }"
)]
pub(super) struct ScaleShape {
    /// The scale.
    scale_ms: At<f64>,
    /// The shape, a pure number.
    shape: At<f64>,
}

/// Location and scale.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { location_ms = 40, scale_ms = 5 }"
)]
pub(super) struct GumbelFile {
    /// The most likely value.
    location_ms: At<f64>,
    /// The scale.
    scale_ms: At<f64>,
}

/// The mean: `mean` with its unit, or `mean_ms`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table such as { mean_ms = 5 }")]
pub(super) struct ExponentialFile {
    /// The mean, such as "6h".
    mean: Option<At<DurationFile>>,
    /// The mean, ms.
    mean_ms: Option<At<f64>>,
}

/// A shift.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { by_ms = 10, of = { exponential = { mean_ms = 5 } } }"
)]
pub(super) struct ShiftedFile {
    /// How much later.
    by_ms: At<f64>,
    /// What is shifted.
    of: Box<At<DistFile>>,
}

/// A factor.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { factor = 2, of = \"10ms\" }"
)]
pub(super) struct ScaledFile {
    /// What every value is multiplied by.
    factor: At<f64>,
    /// What is scaled.
    of: Box<At<DistFile>>,
}

/// Two limits.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { max_ms = 500, of = { exponential = { mean_ms = 50 } } }"
)]
pub(super) struct TruncatedFile {
    /// The lower limit. Default 0.
    min_ms: Option<At<f64>>,
    /// The upper limit. Default: none.
    max_ms: Option<At<f64>>,
    /// What is truncated.
    of: Box<At<DistFile>>,
}

/// What `ping` prints last: `min/avg/max/mdev`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { min_ms = 38, avg_ms = 41, max_ms = 55, mdev_ms = 2 }"
)]
#[allow(clippy::struct_field_names, reason = "keys of a file say their unit")]
pub(super) struct PingFile {
    /// The smallest round trip.
    min_ms: At<f64>,
    /// The mean.
    avg_ms: At<f64>,
    /// The largest.
    max_ms: At<f64>,
    /// The standard deviation, which `ping` calls mdev.
    mdev_ms: At<f64>,
}

/// A part of a mixture.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { weight = 0.9, of = \"20ms\" }"
)]
pub(super) struct PartFile {
    /// How often it is drawn, relative to the other parts.
    weight: At<f64>,
    /// What is drawn.
    of: At<DistFile>,
}

struct DistVisitor;

impl<'de> Visitor<'de> for DistVisitor {
    type Value = DistFile;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration such as \"20ms\" or a distribution such as { log_normal = { p50_ms = 40, p90_ms = 60 } }")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<DistFile, E> {
        Ok(DistFile::Fixed(DurationFile(Quantity::Text(text.to_owned()))))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<DistFile, E> {
        Ok(DistFile::Fixed(DurationFile(Quantity::Number(number))))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<DistFile, E> {
        self.visit_f64(number as f64)
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<DistFile, E> {
        self.visit_f64(number as f64)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<DistFile, A::Error> {
        if map.size_hint() != Some(1) {
            return Err(A::Error::custom(
                "must name exactly one family, such as { fixed_ms = 20 }",
            ));
        }
        let family = Family::deserialize(MapAccessDeserializer::new(&mut map))?;
        Ok(DistFile::Family(Box::new(family)))
    }
}

impl<'de> Deserialize<'de> for DistFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DistVisitor)
    }
}

impl JsonSchema for DistFile {
    fn schema_name() -> Cow<'static, str> {
        "Distribution".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let duration = generator.subschema_for::<DurationFile>();
        let family = generator.subschema_for::<Family>();
        json_schema!({
            "description": "A fixed duration such as \"20ms\", or a table with one family.",
            "anyOf": [duration, family]
        })
    }
}

impl Check<'_> {
    /// The distribution that `spec` means; `owner` says whose it is, such as `service`.
    pub(super) fn dist(&mut self, spec: &At<DistFile>, owner: &str) -> Option<Dist> {
        let dist = match spec.get()? {
            DistFile::Fixed(duration) => {
                let ms = self.millis_of(duration, spec.span)?.ms();
                Dist::fixed(ms)
            }
            DistFile::Family(family) => self.family(family, owner)?,
        };
        let dist = self.accept(dist, spec.span, owner)?;
        self.cut_at_zero(dist, spec.span, owner)
    }

    fn accept(&mut self, dist: Result<Dist, Error>, span: Span, owner: &str) -> Option<Dist> {
        match dist {
            Ok(dist) => Some(dist),
            Err(error) => {
                for problem in error.into_problems() {
                    self.found
                        .push(Found::from_elsewhere(span, problem).label(format!("in {owner}")));
                }
                None
            }
        }
    }

    fn cut_at_zero(&mut self, dist: Dist, span: Span, owner: &str) -> Option<Dist> {
        if dist.can_be_negative() {
            let message = format!("{dist} can fall below 0 ms, which a latency cannot: it is cut there");
            self.found.push(
                Found::warning(span, message)
                    .label(format!("in {owner}"))
                    .hint("a location of at least four scales stays above zero"),
            );
        }
        self.accept(dist.non_negative(), span, owner)
    }

    /// The outer `None` says that something inside was wrong and has been noted.
    fn family(&mut self, family: &Family, owner: &str) -> Option<Result<Dist, Error>> {
        Some(match family {
            Family::FixedMs(ms) => Dist::fixed(*ms.get()?),
            Family::LogNormal(spec) => self.log_normal(spec)?,
            Family::Weibull(spec) => two(spec, |p| Some((p.scale_ms.get()?, p.shape.get()?)), Dist::weibull)?,
            Family::Pareto(spec) => two(spec, |p| Some((p.scale_ms.get()?, p.shape.get()?)), Dist::pareto)?,
            Family::Gamma(spec) => two(spec, |p| Some((p.shape.get()?, p.scale_ms.get()?)), Dist::gamma)?,
            Family::Gumbel(spec) => two(
                spec,
                |p| Some((p.location_ms.get()?, p.scale_ms.get()?)),
                Dist::gumbel,
            )?,
            Family::Exponential(spec) => Dist::exponential(self.exponential_mean(spec)?),
            Family::Shifted(spec) => {
                let spec = spec.get()?;
                let of = self.dist(&spec.of, owner)?;
                Dist::shifted(*spec.by_ms.get()?, of)
            }
            Family::Scaled(spec) => {
                let spec = spec.get()?;
                let of = self.dist(&spec.of, owner)?;
                Dist::scaled(*spec.factor.get()?, of)
            }
            Family::Truncated(spec) => {
                let spec = spec.get()?;
                let of = self.dist(&spec.of, owner)?;
                Dist::truncated(
                    limit(spec.min_ms.as_ref(), 0.0)?,
                    limit(spec.max_ms.as_ref(), f64::INFINITY)?,
                    of,
                )
            }
            Family::Quantiles(points) => Dist::from_quantiles(&values(points)?),
            Family::Ping(spec) => ping(spec.get()?)?,
            Family::SamplesMs(samples) => Dist::from_samples(&values(samples)?),
            Family::SamplesFile(file) => Dist::from_samples(&self.samples(file)?),
            Family::Mixture(parts) => self.mixture(parts, owner)?,
        })
    }

    fn log_normal(&mut self, spec: &At<LogNormalFile>) -> Option<Result<Dist, Error>> {
        let file = spec.get()?;
        let p50 = self.either(file.p50.as_ref(), file.p50_ms.as_ref(), "p50")?;
        let p90 = self.either(file.p90.as_ref(), file.p90_ms.as_ref(), "p90")?;
        let p95 = self.either(file.p95.as_ref(), file.p95_ms.as_ref(), "p95")?;
        let p99 = self.either(file.p99.as_ref(), file.p99_ms.as_ref(), "p99")?;
        let median = self.either(file.median.as_ref(), file.median_ms.as_ref(), "median")?;
        Some(match (p50, p90, p95, p99, median, &file.sigma) {
            (Some(p50), Some(p90), None, None, None, None) => Dist::from_p50_p90(p50, p90),
            (Some(p50), None, Some(p95), None, None, None) => Dist::from_p50_p95(p50, p95),
            (Some(p50), None, None, Some(p99), None, None) => Dist::from_p50_p99(p50, p99),
            (None, None, None, None, Some(median), Some(sigma)) => Dist::log_normal(median, *sigma.get()?),
            _ => {
                let message = "`log_normal` takes `p50` with `p90`, `p95` or `p99`, or `median` with `sigma`";
                let hint = "say times with their unit, p50 = \"40ms\", or in milliseconds, p50_ms = 40";
                self.found.push(Found::error(spec.span, message).hint(hint));
                return None;
            }
        })
    }

    fn exponential_mean(&mut self, spec: &At<ExponentialFile>) -> Option<f64> {
        let file = spec.get()?;
        let mean = self.either(file.mean.as_ref(), file.mean_ms.as_ref(), "mean")?;
        if mean.is_none() {
            let found = Found::error(spec.span, "`exponential` has no `mean`");
            self.found.push(found.hint("say mean = \"5ms\", or mean_ms = 5"));
        }
        mean
    }

    /// A time that is written with its unit or in plain milliseconds, ms. The outer `None` says that it is wrong, or
    /// written both ways, and has been noted.
    #[allow(clippy::option_option, reason = "wrong, absent and there are three things")]
    fn either(
        &mut self,
        with_unit: Option<&At<DurationFile>>,
        plain: Option<&At<f64>>,
        name: &str,
    ) -> Option<Option<f64>> {
        match (with_unit, plain) {
            (Some(_), Some(plain)) => {
                let message = format!("`{name}` and `{name}_ms` say the same");
                self.found
                    .push(Found::error(plain.span, message).hint("leave one out"));
                None
            }
            (Some(at), None) => Some(Some(self.millis_of(at.get()?, at.span)?.ms())),
            (None, Some(at)) => Some(Some(*at.get()?)),
            (None, None) => Some(None),
        }
    }

    fn mixture(&mut self, parts: &At<Vec<At<PartFile>>>, owner: &str) -> Option<Result<Dist, Error>> {
        let parts: Vec<Option<(f64, Dist)>> = parts
            .get()?
            .iter()
            .map(|part| {
                let part = part.get()?;
                let of = self.dist(&part.of, owner);
                Some((*part.weight.get()?, of?))
            })
            .collect();
        let parts: Option<Vec<(f64, Dist)>> = parts.into_iter().collect();
        Some(Dist::mixture(parts?))
    }

    fn samples(&mut self, file: &At<String>) -> Option<Vec<f64>> {
        let table = self.table(file)?;
        let column = table.headers().iter().find(|name| is_millis(name)).cloned();
        let Some(column) = column else {
            let message = format!("`{}` has no column of milliseconds", table.name());
            let hint = "call it `ms`, or let its name end in `_ms`";
            self.found.push(Found::error(file.span, message).hint(hint));
            return None;
        };
        let samples = table.collect(|row, problems| Some(problems.keep(row.millis(&column))?.ms()));
        self.keep(samples, file.span)
    }
}

/// A column that says that it holds milliseconds.
pub(super) fn is_millis(header: &str) -> bool {
    header.eq_ignore_ascii_case("ms") || header.to_ascii_lowercase().ends_with("_ms")
}

fn two<T>(
    spec: &At<T>,
    parameters: impl Fn(&T) -> Option<(&f64, &f64)>,
    make: impl Fn(f64, f64) -> Result<Dist, Error>,
) -> Option<Result<Dist, Error>> {
    let (a, b) = parameters(spec.get()?)?;
    Some(make(*a, *b))
}

fn limit(field: Option<&At<f64>>, default: f64) -> Option<f64> {
    field.map_or(Some(default), |at| at.get().copied())
}

fn values<T: Clone>(list: &At<Vec<At<T>>>) -> Option<Vec<T>> {
    list.get()?.iter().map(|at| at.get().cloned()).collect()
}

fn ping(spec: &PingFile) -> Option<Result<Dist, Error>> {
    Some(Dist::from_min_avg_max_mdev(PingTrain {
        min_ms: *spec.min_ms.get()?,
        avg_ms: *spec.avg_ms.get()?,
        max_ms: *spec.max_ms.get()?,
        mdev_ms: *spec.mdev_ms.get()?,
    }))
}
