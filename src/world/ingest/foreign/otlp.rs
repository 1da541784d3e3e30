//! Histograms of OpenTelemetry in JSON, explicit and exponential; one export, or one a line.
//!
//! Source: OpenTelemetry protocol 1.x, `metrics.proto`, in the JSON mapping of protocol buffers, where 64-bit numbers
//! are texts and enumerations numbers or names. A bucket of an exponential histogram at index `i` holds what lies above
//! `2^(i / 2^scale)` and at most at `2^((i + 1) / 2^scale)`.

use std::collections::{BTreeMap, BTreeSet};

use super::gather::{Gather, Label, not_a_time};
use super::histogram::{Bucket, Histogram};
use super::json::{Json, Members};
use super::labels::{Labels, choose, ends};
use super::measured::Figures;
use super::text::Text;
use super::unit::Unit;
use crate::basis::error::{Error, Result};
use crate::basis::units::{self, Millis};

/// Scales that exporters use; beyond, bounds are no longer told apart or jump over all times there are.
const SCALES: std::ops::RangeInclusive<i64> = -10..=20;
/// The flag of a point that stands for no recorded value.
const NO_VALUE: u64 = 1;

/// A metric, and the attributes of the resource it is of.
struct Metric<'t> {
    name: String,
    unit: Option<Json<'t>>,
    data: Members<'t>,
    exponential: bool,
    resource: Labels,
}

/// Whether points are what came since the last one, or all since the start.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Temporality {
    Delta,
    Cumulative,
    Unsaid,
}

/// A series and its points by their time; of cumulative ones the last counts.
type Series = BTreeMap<(Labels, u64), Vec<(u64, Histogram)>>;

pub(super) fn read(text: &Text, gather: &mut Gather) -> Result<Label> {
    let metrics = metrics(text)?;
    let wanted = wanted(text, &metrics, gather)?;
    let mut unit = None;
    let mut series = [Series::new(), Series::new()];
    let mut bare = Vec::new();
    for metric in metrics.iter().filter(|metric| metric.name == wanted) {
        let known = unit_of(metric, gather)?;
        if unit.is_some_and(|unit| unit != known) {
            return Err(metric
                .data
                .value()
                .wrong(format!("`{wanted}` stands here in more than one unit")));
        }
        unit = Some(known);
        collect(metric, known, &mut series, &mut bare)?;
    }
    if let Some(first) = bare.first() {
        let why = "a count, a sum, a least and a greatest time tell no percentile";
        if series.iter().all(Series::is_empty) {
            let error = first.wrong(format!("no point of `{wanted}` has buckets: {why}"));
            return Err(error.hint("record it with explicit bounds, or as an exponential histogram"));
        }
        let n = units::counted(bare.len(), "point");
        gather.note(format!("{n} of `{wanted}` without buckets left out: {why}"));
    }
    let unit = unit.map_or("", Unit::name);
    let [delta, cumulative] = series;
    let place = text.place(0..0);
    for (labels, histogram) in totals(delta, false).into_iter().chain(totals(cumulative, true)) {
        let ends = ends(&labels, gather.options);
        gather.figures(ends, Figures::Histogram(histogram?), || place.clone());
    }
    Ok(Label::new(
        format!("otlp {wanted} (histogram in {unit})"),
        "requests",
    ))
}

fn metrics(text: &Text) -> Result<Vec<Metric<'_>>> {
    let mut metrics = Vec::new();
    for value in Json::values(text)? {
        for of in value.members()?.need("resourceMetrics")?.items()? {
            let of = of.members()?;
            let resource = match of.get("resource") {
                Some(resource) => attributes(&resource.members()?)?,
                None => Labels::new(),
            };
            let scopes = of.any(&["scopeMetrics", "instrumentationLibraryMetrics"]);
            for scope in scopes.map_or(Ok(Vec::new()), |scopes| scopes.items())? {
                let listed = scope.members()?.get("metrics");
                for metric in listed.map_or(Ok(Vec::new()), |metrics| metrics.items())? {
                    metrics.extend(metric_of(metric, &resource)?);
                }
            }
        }
    }
    Ok(metrics)
}

/// The metric, when it is a histogram.
fn metric_of<'t>(metric: Json<'t>, resource: &Labels) -> Result<Option<Metric<'t>>> {
    let members = metric.members()?;
    let (data, exponential) = match (members.get("histogram"), members.get("exponentialHistogram")) {
        (Some(data), _) => (data, false),
        (None, Some(data)) => (data, true),
        (None, None) => return Ok(None),
    };
    Ok(Some(Metric {
        name: members.need("name")?.text()?,
        // An empty text is how the protocol says nothing.
        unit: members.get("unit").filter(|unit| unit.shown() != "\"\""),
        data: data.members()?,
        exponential,
        resource: resource.clone(),
    }))
}

fn wanted(text: &Text, metrics: &[Metric<'_>], gather: &Gather) -> Result<String> {
    let names: BTreeSet<&str> = metrics.iter().map(|metric| metric.name.as_str()).collect();
    choose(text.name(), &names, gather.options.metric.as_deref())
}

fn unit_of(metric: &Metric<'_>, gather: &Gather) -> Result<Unit> {
    let Some(said) = metric.unit else {
        return gather.unit_for(&format!("`{}`", metric.name), metric.data.value().place());
    };
    let word = said.text()?;
    let unit = Unit::parse(&word).ok_or_else(|| said.must("be a unit of time"))?;
    gather.unit_said(&format!("`{}`", metric.name), unit, said.place())
}

/// Adds the points of a metric to their series; those without buckets, which the protocol allows, are `bare`.
fn collect<'t>(
    metric: &Metric<'t>,
    unit: Unit,
    [delta, cumulative]: &mut [Series; 2],
    bare: &mut Vec<Json<'t>>,
) -> Result<()> {
    let temporality = temporality(&metric.data)?;
    let points = metric.data.need("dataPoints")?.items()?;
    for point in &points {
        let members = point.members()?;
        let flags = members.get("flags").map_or(Ok(0), |flags| flags.count())?;
        if flags & NO_VALUE != 0 {
            continue;
        }
        if !metric.exponential && is_bare(&members)? {
            bare.push(*point);
            continue;
        }
        let histogram = if metric.exponential {
            exponential(&members, unit)?
        } else {
            explicit(&members, unit)?
        };
        let mut labels = metric.resource.clone();
        labels.extend(attributes(&members)?);
        let nanos = |name: &str| members.get(name).map_or(Ok(0), |time| time.count());
        let (start, at) = (nanos("startTimeUnixNano")?, nanos("timeUnixNano")?);
        let series = if temporality == Temporality::Delta {
            &mut *delta
        } else {
            &mut *cumulative
        };
        let known = series.entry((labels, start)).or_default();
        if temporality == Temporality::Unsaid && !known.is_empty() {
            let error = point.wrong("whether these points add up or the last one counts is not said");
            return Err(error.hint("`aggregationTemporality` is 1 for delta and 2 for cumulative"));
        }
        known.push((at, histogram));
    }
    Ok(())
}

fn temporality(data: &Members<'_>) -> Result<Temporality> {
    let Some(said) = data.get("aggregationTemporality") else {
        return Ok(Temporality::Unsaid);
    };
    match said.word()?.as_str() {
        "1" | "AGGREGATION_TEMPORALITY_DELTA" => Ok(Temporality::Delta),
        "2" | "AGGREGATION_TEMPORALITY_CUMULATIVE" => Ok(Temporality::Cumulative),
        "0" | "AGGREGATION_TEMPORALITY_UNSPECIFIED" => Ok(Temporality::Unsaid),
        _ => Err(said.must("be a temporality: 1 for delta or 2 for cumulative")),
    }
}

/// One histogram for each series: the sum of its points, or the last of them.
fn totals(series: Series, last: bool) -> Vec<(Labels, Result<Histogram>)> {
    let mut totals = Vec::new();
    for ((labels, _), mut points) in series {
        points.sort_by_key(|(at, _)| *at);
        if last {
            points.drain(..points.len().saturating_sub(1));
        }
        let mut points = points.into_iter().map(|(_, histogram)| histogram);
        if let Some(first) = points.next() {
            let sum = points.try_fold(first, |sum, more| sum.merged(&more));
            totals.push((labels, sum.map_err(Error::input)));
        }
    }
    totals
}

fn attributes(of: &Members<'_>) -> Result<Labels> {
    let mut labels = Labels::new();
    let listed = of.get("attributes");
    for pair in listed.map_or(Ok(Vec::new()), |listed| listed.items())? {
        let pair = pair.members()?;
        let key = pair.need("key")?.text()?;
        let Some(value) = pair.get("value") else { continue };
        let value = value.members()?;
        if let Some(word) = value.any(&["stringValue", "intValue", "boolValue", "doubleValue"]) {
            labels.insert(key, word.word()?);
        }
    }
    Ok(labels)
}

fn list<'t>(point: &Members<'t>, name: &str) -> Result<Vec<Json<'t>>> {
    point.get(name).map_or(Ok(Vec::new()), |list| list.items())
}

/// Whether a point has neither bounds nor counts.
fn is_bare(point: &Members<'_>) -> Result<bool> {
    Ok(list(point, "explicitBounds")?.is_empty() && list(point, "bucketCounts")?.is_empty())
}

fn explicit(point: &Members<'_>, unit: Unit) -> Result<Histogram> {
    let (bounds, counts) = (list(point, "explicitBounds")?, list(point, "bucketCounts")?);
    if counts.len() != bounds.len() + 1 {
        let (counts, bounds) = (counts.len(), bounds.len());
        return Err(point.value().wrong(format!(
            "{bounds} bounds need {} counts, found {counts}",
            bounds + 1
        )));
    }
    let mut lower = Millis::ZERO;
    let mut buckets = Vec::new();
    for (at, count) in counts.iter().enumerate() {
        let upper = bounds.get(at).map(|bound| time(*bound, unit)).transpose()?;
        if let (Some(upper), Some(bound)) = (upper, bounds.get(at))
            && (upper < lower || (at > 0 && upper == lower))
        {
            return Err(bound.must("lie above the bound before it"));
        }
        buckets.push(Bucket {
            lower,
            upper,
            count: count.count()?,
        });
        lower = upper.unwrap_or(lower);
    }
    finished(point, buckets, unit)
}

fn exponential(point: &Members<'_>, unit: Unit) -> Result<Histogram> {
    let scale = point.get("scale").map_or(Ok(0), |scale| scale.integer())?;
    if !SCALES.contains(&scale) {
        return Err(point.need("scale")?.must("be a scale between -10 and 20"));
    }
    if let Some(negative) = point.get("negative") {
        for count in list(&negative.members()?, "bucketCounts")? {
            if count.count()? > 0 {
                return Err(count.wrong("times below zero are counted here"));
            }
        }
    }
    let zero = point.get("zeroCount").map_or(Ok(0), |count| count.count())?;
    let threshold = point
        .get("zeroThreshold")
        .map(|bound| time(bound, unit))
        .transpose()?;
    let threshold = threshold.unwrap_or(Millis::ZERO);
    let mut buckets = Vec::new();
    if zero > 0 {
        buckets.push(Bucket {
            lower: Millis::ZERO,
            upper: Some(threshold),
            count: zero,
        });
    }
    if let Some(positive) = point.get("positive") {
        positive_buckets(&positive.members()?, scale, threshold, unit, &mut buckets)?;
    }
    finished(point, buckets, unit)
}

fn positive_buckets(
    positive: &Members<'_>,
    scale: i64,
    threshold: Millis,
    unit: Unit,
    buckets: &mut Vec<Bucket>,
) -> Result<()> {
    let offset = positive.get("offset").map_or(Ok(0), |offset| offset.integer())?;
    let step = (-scale as f64).exp2();
    for (at, count) in list(positive, "bucketCounts")?.into_iter().enumerate() {
        let n = count.count()?;
        if n == 0 {
            continue;
        }
        let index = offset as f64 + at as f64;
        let bound = |index: f64| {
            let bound = (index * step).exp2();
            unit.time(bound)
                .map_err(|rule| count.wrong(not_a_time(rule, bound, unit)))
        };
        let (lower, upper) = (bound(index)?, bound(index + 1.0)?);
        buckets.push(Bucket {
            // What lies within the threshold was counted as zero.
            lower: if lower < threshold && threshold <= upper {
                threshold
            } else {
                lower
            },
            upper: Some(upper),
            count: n,
        });
    }
    Ok(())
}

fn finished(point: &Members<'_>, buckets: Vec<Bucket>, unit: Unit) -> Result<Histogram> {
    let mut histogram = Histogram::new(buckets).map_err(|why| point.value().wrong(why))?;
    let (counted, told) = (histogram.total(), point.get("count"));
    if let Some(told) = told
        && told.count()? != counted
    {
        return Err(told.must(&format!("be the sum of the buckets, {counted}")));
    }
    if counted > 0 {
        histogram.min = point.get("min").map(|min| time(min, unit)).transpose()?;
        histogram.max = point.get("max").map(|max| time(max, unit)).transpose()?;
    }
    Ok(histogram)
}

fn time(value: Json<'_>, unit: Unit) -> Result<Millis> {
    let number = value.number()?;
    unit.time(number)
        .map_err(|rule| value.wrong(not_a_time(rule, number, unit)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::ingest::foreign::{ImportOptions, Imported, read_foreign};

    fn read(text: &str, unit: Option<Unit>) -> Result<Imported> {
        let options = ImportOptions {
            unit,
            columns: vec![("from".into(), "client.region".into())],
            ..ImportOptions::default()
        };
        read_foreign("o.json", text.as_bytes(), &options)
    }

    fn export(unit: &str, kind: &str, temporality: &str, points: &str) -> String {
        format!(
            r#"{{"resourceMetrics":[{{"resource":{{"attributes":[{{"key":"client.region","value":{{"stringValue":"eu"}}}}]}},
            "scopeMetrics":[{{"metrics":[{{"name":"http.client.request.duration"{unit},"{kind}":{{"aggregationTemporality":{temporality},
            "dataPoints":[{points}]}}}},{{"name":"other","sum":{{}}}}]}}]}}]}}"#
        )
    }

    const POINT: &str = r#"{"startTimeUnixNano":"1","timeUnixNano":"2","count":"10","bucketCounts":["2","6","2"],
        "explicitBounds":[0.01,0.02],"attributes":[{"key":"server.address","value":{"stringValue":"a.example"}}]}"#;

    #[test]
    fn an_explicit_histogram_takes_its_unit_from_the_metric() {
        let read = read(&export(r#","unit":"s""#, "histogram", "2", POINT), None).unwrap();
        assert_eq!(
            read.read_as,
            "otlp http.client.request.duration (histogram in s), 1 pair"
        );
        let pair = &read.pairs[0];
        assert_eq!((pair.from.as_str(), pair.to.as_str()), ("eu", "a.example"));
        assert_eq!(pair.figures.percentiles(&[50.0, 90.0]), [Some(15.0), None]);
    }

    #[test]
    fn of_cumulative_points_the_last_counts_and_deltas_add_up() {
        let later = POINT.replace(r#""timeUnixNano":"2""#, r#""timeUnixNano":"3""#);
        let both = format!("{POINT},{later}");
        let n = |temporality: &str| {
            let text = export(r#","unit":"s""#, "histogram", temporality, &both);
            read(&text, None).map(|read| read.pairs[0].figures.n())
        };
        assert_eq!(n("2").unwrap(), Some(10));
        assert_eq!(n("\"AGGREGATION_TEMPORALITY_DELTA\"").unwrap(), Some(20));
        assert!(n("0").unwrap_err().to_string().contains("is not said"));
        assert!(n("7").unwrap_err().to_string().contains("temporality"));
    }

    #[test]
    fn points_without_buckets_are_left_out_and_told() {
        let bare = r#"{"timeUnixNano":"2","count":"10","sum":100.0,"min":5,"max":20,"bucketCounts":[],
            "attributes":[{"key":"server.address","value":{"stringValue":"b.example"}}]}"#;
        let text = |points: &str| export(r#","unit":"s""#, "histogram", "2", points);
        let some = read(&text(&format!("{bare},{POINT}")), None).unwrap();
        assert_eq!((some.pairs.len(), some.pairs[0].to.as_str()), (1, "a.example"));
        let note = "1 point of `http.client.request.duration` without buckets left out: a count";
        assert!(
            some.notes.iter().any(|told| told.starts_with(note)),
            "{:?}",
            some.notes
        );
        let none = read(&text(&bare.replace("\"bucketCounts\":[],", "")), None)
            .unwrap_err()
            .to_string();
        assert!(
            none.contains("no point of `http.client.request.duration` has buckets"),
            "{none}"
        );
        assert!(none.starts_with("o.json:3:"), "{none}");
    }

    #[test]
    fn an_exponential_histogram_has_bounds_that_are_powers() {
        // Scale 0: buckets (8, 16] and (16, 32] ms.
        let point = r#"{"count":5,"scale":0,"zeroCount":"1","positive":{"offset":3,"bucketCounts":["2",2]},"max":30}"#;
        let read = read(
            &export(r#","unit":"ms""#, "exponentialHistogram", "1", point),
            None,
        )
        .unwrap();
        let Figures::Histogram(histogram) = &read.pairs[0].figures else {
            panic!()
        };
        let bounds: Vec<(f64, f64)> = histogram
            .buckets()
            .iter()
            .map(|bucket| (bucket.lower.ms(), bucket.upper.unwrap().ms()))
            .collect();
        assert_eq!(bounds, [(0.0, 0.0), (8.0, 16.0), (16.0, 32.0)]);
        assert_eq!(histogram.quantile(0.6).unwrap().ms(), 16.0);
    }

    #[test]
    fn what_does_not_add_up_is_told_where_it_stands() {
        let told = |unit: &str, kind: &str, point: &str| {
            read(&export(unit, kind, "2", point), None)
                .unwrap_err()
                .to_string()
        };
        let s = r#","unit":"s""#;
        let cases = [
            (
                told("", "histogram", POINT),
                "the unit of `http.client.request.duration` is not said",
            ),
            (
                told(r#","unit":"By""#, "histogram", POINT),
                "must be a unit of time, found `\"By\"`",
            ),
            (
                told(s, "histogram", &POINT.replace("\"10\"", "\"11\"")),
                "must be the sum of the buckets, 10",
            ),
            (
                told(s, "histogram", &POINT.replace("[0.01,", "[")),
                "1 bounds need 2 counts, found 3",
            ),
            (
                told(s, "histogram", &POINT.replace("[0.01,", "[0.03,")),
                "must lie above the bound before it",
            ),
            (
                told(s, "histogram", &POINT.replace("\"6\"", "\"-6\"")),
                "must be a whole number that is not negative",
            ),
            (
                told(
                    s,
                    "exponentialHistogram",
                    r#"{"count":1,"scale":99,"positive":{"bucketCounts":[1]}}"#,
                ),
                "between -10 and 20",
            ),
            (
                told(
                    s,
                    "exponentialHistogram",
                    r#"{"count":1,"scale":0,"positive":{"offset":999,"bucketCounts":[1]}}"#,
                ),
                "the time must be below a day, found 5.357543035931337e300 s",
            ),
            (
                told(
                    s,
                    "exponentialHistogram",
                    r#"{"count":1,"negative":{"bucketCounts":[1]}}"#,
                ),
                "times below zero",
            ),
        ];
        for (said, wanted) in cases {
            assert!(said.starts_with("o.json:"), "{said}");
            assert!(said.contains(wanted), "{said}");
        }
        assert!(read(&export("", "histogram", "2", POINT), Some(Unit::Seconds)).is_ok());
        assert!(read(&export(s, "histogram", "2", POINT), Some(Unit::Millis)).is_err());
    }
}
