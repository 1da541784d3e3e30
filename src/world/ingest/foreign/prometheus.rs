//! Histograms of Prometheus: in the text that it scrapes, `name_bucket{le="0.1",…} 12`, and in what its query API answers.
//!
//! Source: Prometheus, text-based exposition format 0.0.4 and names in UTF-8 (`{"name_bucket",le="0.1"} 12`), and
//! `OpenMetrics` 1.0 for `# UNIT` and exemplars; HTTP API, instant vectors and native histograms. Counts are cumulative:
//! a bucket holds all times at most as long as its `le`. Those of a native histogram are not.

use std::collections::{BTreeMap, BTreeSet};

use super::gather::{Gather, Label, not_a_time};
use super::histogram::{Bucket, Histogram};
use super::json::Json;
use super::labels::{Labels, choose, ends};
use super::measured::Figures;
use super::text::{Line, Text};
use super::unit::{Unit, stem_and_unit};
use crate::basis::error::{Error, Place, Problem, Result};
use crate::basis::units::Millis;

/// What the API answers is called where an expression took the name away.
const NAMELESS: &str = "query";
/// What to ask the API for.
const ASK: &str =
    "ask /api/v1/query for the buckets themselves: NAME_bucket, or sum by (le, LABEL) (NAME_bucket)";

/// Where a count stands.
#[derive(Clone, Copy, Debug)]
enum At<'t> {
    Line(Line<'t>),
    Value(Json<'t>),
}

/// Counts of one series, each with its bound as written and where it stands.
type Counts<'t> = Vec<(f64, u64, At<'t>)>;

/// A series as it stands in the file.
#[derive(Clone, Debug)]
enum Series<'t> {
    Buckets(Counts<'t>),
    Native(Json<'t>),
}

/// Series by their labels, by the name of their histogram.
type Found<'t> = BTreeMap<String, BTreeMap<Labels, Series<'t>>>;

/// A line of a bucket.
#[derive(Debug, PartialEq)]
struct BucketLine<'t> {
    name: String,
    labels: Labels,
    value: &'t str,
}

pub(super) fn read(text: &Text, gather: &mut Gather) -> Result<Label> {
    let mut units: BTreeMap<String, (Unit, Line)> = BTreeMap::new();
    let mut found = if is_answer(text) {
        answer(text)?
    } else {
        scraped(text, &mut units, gather)
    };
    let names: BTreeSet<&str> = found.keys().map(String::as_str).collect();
    let wanted = choose(text.name(), &names, gather.options.metric.as_deref())?;
    let series = found.remove(wanted.as_str()).unwrap_or_default();
    let unit = unit_of(text, &wanted, &units, &series, gather)?;
    if series.len() > 1 && gather.options.columns.is_empty() {
        let n = series.len();
        gather.note(format!("{n} series of `{wanted}`: those without ends of their own are added up; --columns to=LABEL tells them apart"));
    }
    for (labels, series) in series {
        let place = series.place();
        let read = match series {
            Series::Buckets(counts) => histogram(counts, unit),
            Series::Native(buckets) => native(buckets, unit),
        };
        if let (Some(histogram), Some(place)) = (gather.problems.keep(read), place) {
            let ends = ends(&labels, gather.options);
            gather.figures(ends, Figures::Histogram(histogram), || place.place());
        }
    }
    Ok(Label::new(
        format!("prometheus {wanted} (histogram in {})", unit.name()),
        "requests",
    ))
}

impl At<'_> {
    fn place(self) -> Place {
        match self {
            At::Line(line) => line.place(),
            At::Value(value) => value.place(),
        }
    }

    fn wrong(self, message: String) -> Error {
        Error::problems_in_input(vec![Problem::error(message).at(self.place())])
    }
}

impl<'t> Series<'t> {
    /// Where it begins.
    fn place(&self) -> Option<At<'t>> {
        match self {
            Series::Buckets(counts) => counts.first().map(|count| count.2),
            Series::Native(buckets) => Some(At::Value(*buckets)),
        }
    }
}

fn add<'t>(found: &mut Found<'t>, name: String, labels: Labels, count: (f64, u64, At<'t>)) {
    let series = found.entry(name).or_default().entry(labels);
    // Beside a native histogram its buckets tell nothing more.
    if let Series::Buckets(counts) = series.or_insert_with(|| Series::Buckets(Vec::new())) {
        counts.push(count);
    }
}

/// The buckets of a text that is scraped.
fn scraped<'t>(
    text: &'t Text,
    units: &mut BTreeMap<String, (Unit, Line<'t>)>,
    gather: &mut Gather,
) -> Found<'t> {
    let mut found = Found::new();
    for line in text.lines() {
        if let Some(rest) = line.text.strip_prefix("# UNIT ") {
            if let Some((name, unit)) = named(rest.trim()).and_then(|(n, u)| Some((n, Unit::parse(u)?))) {
                units.insert(name, (unit, line));
            }
            continue;
        }
        let read = bucket(line);
        let Some(Some(bucket)) = gather.problems.keep(read) else {
            continue;
        };
        let read = entry(bucket, line);
        if let Some((name, labels, count)) = gather.problems.keep(read) {
            add(&mut found, name, labels, count);
        }
    }
    found
}

/// Whether a text is what the API answers. A line of a name in UTF-8 begins with a bracket too.
fn is_answer(text: &Text) -> bool {
    text.body().trim_start().starts_with('{') && !text.lines().any(|line| is_line(line.text))
}

/// The buckets and native histograms of what the API answers.
fn answer(text: &Text) -> Result<Found<'_>> {
    let mut found = Found::new();
    for value in Json::values(text)? {
        let whole = value.members()?;
        if let Some(error) = whole.get("error") {
            return Err(error.wrong(format!("the query failed: {}", error.text()?)));
        }
        let data = whole.need("data")?.members()?;
        let kind = data.need("resultType")?;
        let name = kind.text()?;
        if name != "vector" {
            return Err(kind
                .wrong(format!(
                    "a {name} is not read, only a vector is: each series at one moment"
                ))
                .hint(ASK));
        }
        for sample in data.need("result")?.items()? {
            sampled(sample, &mut found)?;
        }
    }
    if found.is_empty() {
        let message = format!(
            "`{}` holds no histogram: none of its series has buckets",
            text.name()
        );
        return Err(Error::input(message).hint(ASK));
    }
    Ok(found)
}

/// Adds a series of a vector, when it is a bucket or a native histogram.
fn sampled<'t>(sample: Json<'t>, found: &mut Found<'t>) -> Result<()> {
    let sample = sample.members()?;
    let metric = sample.need("metric")?;
    let mut labels = Labels::new();
    for (name, value) in metric.members()?.iter() {
        labels.insert(name.to_owned(), value.text()?);
    }
    let name = labels.remove("__name__");
    if let Some(native) = sample.get("histogram") {
        let [_, native] = parts(native, "be a time and a histogram")?;
        let name = name.unwrap_or_else(|| NAMELESS.to_owned());
        found
            .entry(name)
            .or_default()
            .insert(labels, Series::Native(native));
        return Ok(());
    }
    let stem = match &name {
        Some(name) => name.strip_suffix("_bucket"),
        None => Some(NAMELESS),
    };
    let (Some(stem), Some(le)) = (stem, labels.remove("le")) else {
        return Ok(());
    };
    let bound = bound_of(&le).ok_or_else(|| metric.wrong(no_bound(&le)))?;
    let [_, count] = parts(sample.need("value")?, "be a time and a value")?;
    let count = (bound, count_of(count)?, At::Value(count));
    add(found, stem.to_owned(), labels, count);
    Ok(())
}

fn parts<'t, const N: usize>(list: Json<'t>, rule: &str) -> Result<[Json<'t>; N]> {
    let parts = <[Json; N]>::try_from(list.items()?);
    parts.map_err(|_| list.must(rule))
}

/// A count of the API, which it writes as a text.
fn count_of(count: Json<'_>) -> Result<u64> {
    let word = count.word()?;
    whole(&word).ok_or_else(|| {
        let error = count.wrong(format!("a count must be a whole number, found `{word}`"));
        error.hint("`rate` and `increase` make fractions of counts: ask for NAME_bucket, or NAME_bucket - NAME_bucket offset 1d")
    })
}

/// A native histogram: `[rule, left, right, count]` for each bucket.
fn native(histogram: Json<'_>, unit: Unit) -> Result<Histogram> {
    let listed = histogram.members()?.get("buckets");
    let mut buckets = Vec::new();
    for listed in listed.map_or(Ok(Vec::new()), |listed| listed.items())? {
        let [_, left, right, count] = parts(listed, "be a rule, two bounds and a count")?;
        let n = count_of(count)?;
        let bound = |bound: Json| -> Result<f64> {
            let word = bound.word()?;
            word.parse().map_err(|_| bound.must("be a number"))
        };
        let (lower, upper) = (bound(left)?, bound(right)?);
        if n == 0 {
            continue;
        }
        if upper < 0.0 || (upper == 0.0 && lower < 0.0) {
            return Err(listed.wrong("times below zero are counted here"));
        }
        let time = |of: Json, bound: f64| {
            unit.time(bound)
                .map_err(|rule| of.wrong(not_a_time(rule, bound, unit)))
        };
        buckets.push(Bucket {
            // The bucket around zero begins below it.
            lower: time(left, lower.max(0.0))?,
            upper: (upper != f64::INFINITY).then(|| time(right, upper)).transpose()?,
            count: n,
        });
    }
    Histogram::new(buckets).map_err(|why| histogram.wrong(why))
}

/// Whether the line is one that only this form has.
pub(super) fn is_line(line: &str) -> bool {
    let typed = line
        .strip_prefix("# TYPE ")
        .and_then(named)
        .is_some_and(|(_, kind)| !kind.contains(' '));
    let plain = line.split_once("_bucket{").is_some_and(|(name, _)| is_name(name));
    typed || ((plain || is_quoted(line)) && line.contains("le=\""))
}

/// Whether a line begins with a name in UTF-8; behind the first text of JSON a colon would stand.
fn is_quoted(line: &str) -> bool {
    let inside = line.trim_start().strip_prefix('{').map(str::trim_start);
    let name = inside.and_then(|inside| quoted(inside.strip_prefix('"')?));
    name.is_some_and(|(name, behind)| {
        name.ends_with("_bucket") && behind.trim_start().starts_with([',', '}'])
    })
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_:.".contains(c))
}

/// A name, in quotes or without, and what stands behind it.
fn named(text: &str) -> Option<(String, &str)> {
    if let Some(inside) = text.strip_prefix('"') {
        let (name, behind) = quoted(inside)?;
        return Some((name, behind.strip_prefix(' ')?));
    }
    let (name, behind) = text.split_once(' ')?;
    Some((name.to_owned(), behind))
}

fn unit_of<'t>(
    text: &Text,
    name: &str,
    units: &BTreeMap<String, (Unit, Line<'t>)>,
    series: &BTreeMap<Labels, Series<'t>>,
    gather: &Gather,
) -> Result<Unit> {
    let first = series.values().find_map(Series::place);
    let place = || first.map_or_else(|| text.place(0..0), At::place);
    let what = format!("`{name}`");
    match (units.get(name), stem_and_unit(name).1) {
        (Some((unit, line)), _) => gather.unit_said(&what, *unit, line.place()),
        (None, Some(unit)) => gather.unit_said(&what, unit, place()),
        (None, None) => gather.unit_for(&what, place()),
    }
}

fn bucket(line: Line<'_>) -> Result<Option<BucketLine<'_>>> {
    let text = line.text.trim();
    let plain = text.split_once("_bucket{").filter(|(name, _)| is_name(name));
    let inside = match plain {
        Some((_, inside)) => Some(inside),
        None => text
            .strip_prefix('{')
            .filter(|inside| inside.contains("_bucket\"")),
    };
    let Some(inside) = inside else {
        return Ok(None);
    };
    let (name, labels, rest) = labels(line, inside)?;
    let name = match plain {
        Some((name, _)) => Some(name.to_owned()),
        None => name.and_then(|name| name.strip_suffix("_bucket").map(str::to_owned)),
    };
    // A time stamp or an exemplar may stand behind the value.
    let value = rest.split_ascii_whitespace().next().unwrap_or_default();
    Ok(name.map(|name| BucketLine { name, labels, value }))
}

/// `a="x","b.c"="y"} …`: the labels, and what stands behind the bracket. A text alone among them is the name.
fn labels<'t>(line: Line<'t>, text: &'t str) -> Result<(Option<String>, Labels, &'t str)> {
    let wrong = |at: &'t str| {
        let problem =
            Problem::error("labels must be written `name=\"value\"`, with commas between them and } behind");
        Error::problems_in_input(vec![problem.at(line.place_of(&at[..0]))])
    };
    let (mut name, mut labels, mut rest) = (None, Labels::new(), text);
    loop {
        rest = rest.trim_start();
        if let Some(behind) = rest.strip_prefix('}') {
            return Ok((name, labels, behind));
        }
        let label = match rest.strip_prefix('"') {
            Some(inside) => quoted(inside),
            None => rest
                .find('=')
                .map(|at| (rest[..at].trim().to_owned(), &rest[at..])),
        };
        let (label, behind) = label.ok_or_else(|| wrong(rest))?;
        let behind = behind.trim_start();
        rest = if let Some(value) = behind.strip_prefix('=') {
            let value = value.trim_start().strip_prefix('"').and_then(quoted);
            let (value, behind) = value.ok_or_else(|| wrong(rest))?;
            labels.insert(label, value);
            behind.trim_start()
        } else {
            name = Some(label);
            behind
        };
        rest = rest.strip_prefix(',').unwrap_or(rest);
    }
}

/// A value up to its closing quote, and what stands behind it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => match chars.next()?.1 {
                'n' => value.push('\n'),
                other => value.push(other),
            },
            _ => value.push(c),
        }
    }
    None
}

fn entry<'t>(bucket: BucketLine<'t>, line: Line<'t>) -> Result<(String, Labels, (f64, u64, At<'t>))> {
    let BucketLine {
        name,
        mut labels,
        value,
    } = bucket;
    let wrong = |part: &str, message: String| {
        Error::problems_in_input(vec![Problem::error(message).at(line.place_of(part))])
    };
    let le = labels
        .remove("le")
        .ok_or_else(|| wrong(line.text, format!("a bucket of `{name}` has no bound `le`")))?;
    let bound = bound_of(&le).ok_or_else(|| wrong(line.text, no_bound(&le)))?;
    let count = whole(value);
    // Where nothing stands behind the labels there is nothing to point at but the line.
    let at = if value.is_empty() { line.text } else { value };
    let count = count.ok_or_else(|| wrong(at, format!("a count must be a whole number, found `{value}`")))?;
    Ok((name, labels, (bound, count, At::Line(line))))
}

fn bound_of(le: &str) -> Option<f64> {
    let bound = le.parse::<f64>().ok();
    bound.filter(|bound| !bound.is_nan() && *bound > f64::NEG_INFINITY)
}

fn no_bound(le: &str) -> String {
    format!("the bound `le` must be a number or +Inf, found `{le}`")
}

fn whole(count: &str) -> Option<u64> {
    // Beyond 2^53 a float no longer counts one by one.
    let count = count
        .parse::<f64>()
        .ok()
        .filter(|count| *count >= 0.0 && count.fract() == 0.0 && *count < 9_007_199_254_740_992.0);
    count.map(|count| count as u64)
}

fn histogram(mut counts: Counts<'_>, unit: Unit) -> Result<Histogram> {
    counts.sort_by(|a, b| a.0.total_cmp(&b.0));
    if let Some(pair) = counts.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        let later = if pair[0].2.place().line > pair[1].2.place().line {
            &pair[0].2
        } else {
            &pair[1].2
        };
        let error = later.wrong(format!("the bucket le={} of this series stands twice", pair[0].0));
        return Err(error.hint("give one scrape alone"));
    }
    let (mut lower, mut before) = (Millis::ZERO, 0);
    let mut buckets = Vec::new();
    for (bound, count, at) in &counts {
        if *count < before {
            return Err(at.wrong(format!(
                "counts must not fall from bucket to bucket, found {count} behind {before}"
            )));
        }
        let upper = if bound.is_infinite() {
            None
        } else {
            let time = unit.time(*bound);
            Some(time.map_err(|rule| at.wrong(not_a_time(rule, *bound, unit)))?)
        };
        buckets.push(Bucket {
            lower,
            upper,
            count: count - before,
        });
        before = *count;
        lower = upper.unwrap_or(lower);
    }
    match counts.last() {
        Some((bound, _, at)) if bound.is_finite() => {
            Err(at.wrong("the last bucket of a series must be le=\"+Inf\"".into()))
        }
        Some((_, _, at)) => Histogram::new(buckets).map_err(|why| at.wrong(why)),
        None => Err(Error::internal("a series has no bucket")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::ingest::foreign::{ImportOptions, Imported, read_foreign};

    fn read(text: &str, columns: &[(&str, &str)]) -> Result<Imported> {
        let columns = columns.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
        let options = ImportOptions {
            columns: columns.collect(),
            ..ImportOptions::default()
        };
        read_foreign("m.prom", text.as_bytes(), &options)
    }

    const TEXT: &str = "# TYPE rtt_seconds histogram\n\
        rtt_seconds_bucket{zone=\"a, \\\"b\\\"}\",le=\"0.01\"} 20\n\
        rtt_seconds_bucket{zone=\"a, \\\"b\\\"}\",le=\"0.02\"} 80 # {id=\"x\"} 0.015\n\
        rtt_seconds_bucket{zone=\"a, \\\"b\\\"}\",le=\"+Inf\"} 1e2 1700000000000\n\
        rtt_seconds_sum{zone=\"a\"} 1.5\n\
        rtt_seconds_bucket{le=\"+Inf\",zone=\"c\"} 3\n\
        rtt_seconds_bucket{le=\"0.01\",zone=\"c\"} 3\n";

    #[test]
    fn series_are_told_apart_by_a_label_or_added_up() {
        let apart = read(TEXT, &[("to", "zone")]).unwrap();
        assert_eq!(apart.read_as, "prometheus rtt_seconds (histogram in s), 2 pairs");
        assert_eq!(apart.pairs[0].to, "a, \"b\"}");
        assert_eq!(
            apart.pairs[0].figures.percentiles(&[50.0, 90.0]),
            [Some(15.0), None]
        );
        assert_eq!(apart.pairs[1].figures.percentiles(&[50.0]), [Some(5.0)]);
        let whole = read(TEXT, &[]).unwrap();
        assert_eq!(whole.pairs[0].figures.n(), Some(103));
        assert!(
            whole.notes[0].starts_with("2 series of `rtt_seconds`"),
            "{:?}",
            whole.notes
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let told = |text: &str| read(text, &[]).unwrap_err().to_string();
        let line = |le: &str, count: &str| format!("rtt_seconds_bucket{{le=\"{le}\"}} {count}\n");
        let inf = line("+Inf", "5");
        let cases = [
            (
                line("0.1", "5"),
                "m.prom:1:1: the last bucket of a series must be le=\"+Inf\"",
            ),
            (line("0.1", "6") + &inf, "m.prom:2:1: counts must not fall"),
            (
                line("0.1", "2") + &line("0.1", "2") + &inf,
                "m.prom:2:1: the bucket le=0.1",
            ),
            (
                line("0.1", "-2") + &inf,
                "m.prom:1:30: a count must be a whole number, found `-2`",
            ),
            (
                line("0.1", ""),
                "m.prom:1:1: a count must be a whole number, found ``",
            ),
            (line("0.1", "1.5") + &inf, "a count must be a whole number"),
            (line("x", "1") + &inf, "the bound `le` must be a number"),
            (
                line("-1", "0") + &inf,
                "the time must not be negative, found -1 s",
            ),
            (line("NaN", "0") + &inf, "the bound `le` must be a number"),
            (
                "rtt_seconds_bucket{le=\"0.1} 5\n".to_owned() + &inf,
                "m.prom:1:20: labels must be written",
            ),
            (
                inf.replace("_seconds", ""),
                "m.prom:1:1: the unit of `rtt` is not said",
            ),
            (inf.clone() + &inf.replace("rtt", "ttfb"), "holds 2 histograms"),
        ];
        for (text, wanted) in cases {
            let said = told(&text);
            assert!(said.contains(wanted), "{text}: {said}");
        }
        let unit = "# UNIT rtt milliseconds\n".to_owned() + &inf.replace("_seconds", "");
        assert!(read(&unit, &[]).is_ok());
    }

    #[test]
    fn names_in_utf8_stand_within_the_brackets() {
        let text = "# TYPE \"client.rtt seconds\" histogram\n# UNIT \"client.rtt seconds\" seconds\n\
            {\"client.rtt seconds_bucket\",le=\"0.01\"} 20\n{ \"client.rtt seconds_bucket\", \"my.zone\"=\"\", le=\"+Inf\" } 1\n\
            {le=\"+Inf\",\"client.rtt seconds_bucket\"} 20 1700000000000\n{\"other\",x=\"a_bucket\"} 3\n";
        let read_whole = read(text, &[("to", "my.zone")]).unwrap();
        assert_eq!(
            read_whole.read_as,
            "prometheus client.rtt seconds (histogram in s), 1 pair"
        );
        assert_eq!(read_whole.pairs[0].figures.n(), Some(21));
        // It is known without a comment too, though a bracket comes first.
        let bare = "{\"rtt_seconds_bucket\",le=\"0.01\",target=\"a\"} 20\n{\"rtt_seconds_bucket\",le=\"+Inf\",target=\"a\"} 20\n";
        let bare = read(bare, &[]).unwrap();
        assert_eq!(
            (bare.read_as.as_str(), bare.pairs[0].to.as_str()),
            ("prometheus rtt_seconds (histogram in s), 1 pair", "a")
        );
        let told = read("{\"rtt_seconds_bucket\",le=\"0.01} 20\n# TYPE x histogram\n", &[]).unwrap_err();
        assert!(
            told.to_string().contains("m.prom:1:23: labels must be written"),
            "{told}"
        );
    }

    fn vector(samples: &[String]) -> String {
        let samples = samples.join(",");
        format!(r#"{{"status":"success","data":{{"resultType":"vector","result":[{samples}]}}}}"#)
    }

    fn sample(name: &str, le: &str, count: &str) -> String {
        let name = if name.is_empty() {
            String::new()
        } else {
            format!(r#""__name__":"{name}","#)
        };
        format!(r#"{{"metric":{{{name}"le":"{le}","target":"a"}},"value":[1700000000.1,"{count}"]}}"#)
    }

    #[test]
    fn what_the_api_answers_says_the_same_as_what_is_scraped() {
        let of = |name: &str| {
            let other =
                r#"{"metric":{"__name__":"rtt_seconds_sum","target":"a"},"value":[1700000000.1,"1.5"]}"#;
            vector(&[
                sample(name, "0.02", "80"),
                other.to_owned(),
                sample(name, "+Inf", "80"),
                sample(name, "0.01", "20"),
            ])
        };
        let scraped = "rtt_seconds_bucket{target=\"a\",le=\"0.01\"} 20\nrtt_seconds_bucket{target=\"a\",le=\"0.02\"} 80\n\
            rtt_seconds_bucket{target=\"a\",le=\"+Inf\"} 80\n";
        let (answer, scraped) = (
            read(&of("rtt_seconds_bucket"), &[]).unwrap(),
            read(scraped, &[]).unwrap(),
        );
        assert_eq!(answer.read_as, "prometheus rtt_seconds (histogram in s), 1 pair");
        assert_eq!(
            (&answer.pairs[0].figures, &answer.pairs[0].to),
            (&scraped.pairs[0].figures, &scraped.pairs[0].to)
        );
        // An expression takes the name away, and the unit with it.
        let told = read(&of(""), &[]).unwrap_err().to_string();
        assert!(told.contains("the unit of `query` is not said"), "{told}");
        let options = ImportOptions {
            unit: Some(Unit::Seconds),
            ..ImportOptions::default()
        };
        let nameless = read_foreign("q.json", of("").as_bytes(), &options).unwrap();
        assert_eq!(nameless.pairs[0].figures, scraped.pairs[0].figures);
    }

    #[test]
    fn native_histograms_are_read_from_what_the_api_answers() {
        let native = |buckets: &str| {
            let histogram = format!(r#"{{"count":"30","sum":"0.4","buckets":[{buckets}]}}"#);
            vector(&[format!(
                r#"{{"metric":{{"__name__":"rtt_seconds","target":"a"}},"histogram":[1700000000.1,{histogram}]}}"#
            )])
        };
        let text = native(r#"[3,"-0.001","0.001","10"],[0,"0.01","0.02","20"],[0,"0.02","+Inf","0"]"#);
        let read_native = read(&text, &[]).unwrap();
        assert_eq!(
            read_native.read_as,
            "prometheus rtt_seconds (histogram in s), 1 pair"
        );
        assert_eq!(read_native.pairs[0].to, "a");
        let told = read_native.pairs[0].figures.percentiles(&[20.0, 50.0, 100.0]);
        assert_eq!(told, [Some(0.6), Some(12.5), Some(20.0)]);
        let negative = read(&native(r#"[1,"-0.02","-0.01","10"]"#), &[]).unwrap_err();
        assert!(negative.to_string().contains("times below zero"), "{negative}");
        let short = read(&native(r#"[0,"0.01","0.02"]"#), &[]).unwrap_err();
        assert!(
            short
                .to_string()
                .contains("must be a rule, two bounds and a count"),
            "{short}"
        );
    }

    #[test]
    fn what_the_api_answers_else_is_refused_with_what_to_ask() {
        let matrix = vector(&[]).replace("vector", "matrix");
        let value = r#"{"metric":{"target":"a"},"value":[1700000000.1,"0.0312"]}"#;
        let rate = vector(&[sample("rtt_seconds_bucket", "0.02", "0.25")]);
        let cases = [
            (
                matrix.as_str(),
                "m.prom:1:42: a matrix is not read",
                "NAME_bucket",
            ),
            (
                &vector(&[value.to_owned()]),
                "holds no histogram: none of its series has buckets",
                "sum by (le",
            ),
            (&rate, "a count must be a whole number, found `0.25`", "offset 1d"),
            (&sample("x_bucket", "x", "1"), "`data` is missing", ""),
            (
                &vector(&[sample("x_bucket", "x", "1")]),
                "the bound `le` must be a number",
                "",
            ),
        ];
        for (text, wanted, remedy) in cases {
            let options = ImportOptions {
                form: Some(super::super::Form::Prometheus),
                ..ImportOptions::default()
            };
            let error = read_foreign("m.prom", text.as_bytes(), &options).unwrap_err();
            assert!(error.to_string().contains(wanted), "{text}: {error}");
            let hint = error.problems()[0].hint.clone().unwrap_or_default();
            assert!(hint.contains(remedy), "{text}: {hint}");
        }
        let failed = r#"{"status":"error","errorType":"bad_data","error":"parse error"}"#;
        let failed = read(failed, &[]).unwrap_err().to_string();
        assert_eq!(failed, "m.prom:1:50: the query failed: parse error");
    }
}
