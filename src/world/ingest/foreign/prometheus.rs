//! Histograms in the text that Prometheus scrapes: `name_bucket{le="0.1",…} 12`.
//!
//! Source: Prometheus, text-based exposition format 0.0.4, and `OpenMetrics` 1.0 for `# UNIT` and exemplars. Counts are
//! cumulative: a bucket holds all times at most as long as its `le`.

use std::collections::{BTreeMap, BTreeSet};

use super::gather::{Gather, Label, not_a_time};
use super::histogram::{Bucket, Histogram};
use super::labels::{Labels, choose, ends};
use super::measured::Figures;
use super::text::{Line, Text};
use super::unit::{Unit, stem_and_unit};
use crate::basis::error::{Error, Problem, Result};
use crate::basis::units::Millis;

/// Counts of one series, each with its bound as written and its line.
type Counts<'t> = Vec<(f64, u64, Line<'t>)>;

/// A line of a bucket.
#[derive(Debug, PartialEq)]
struct BucketLine<'t> {
    name: &'t str,
    labels: Labels,
    value: &'t str,
}

pub(super) fn read(text: &Text, gather: &mut Gather) -> Result<Label> {
    let mut found: BTreeMap<&str, BTreeMap<Labels, Counts>> = BTreeMap::new();
    let mut units: BTreeMap<&str, (Unit, Line)> = BTreeMap::new();
    for line in text.lines() {
        if let Some(rest) = line.text.strip_prefix("# UNIT ") {
            if let Some((name, unit)) = rest
                .trim()
                .split_once(' ')
                .and_then(|(n, u)| Some((n, Unit::parse(u)?)))
            {
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
            found
                .entry(name)
                .or_default()
                .entry(labels)
                .or_default()
                .push(count);
        }
    }
    let names: BTreeSet<&str> = found.keys().copied().collect();
    let wanted = choose(text.name(), &names, gather.options.metric.as_deref())?;
    let series = found.remove(wanted.as_str()).unwrap_or_default();
    let unit = unit_of(text, &wanted, &units, &series, gather)?;
    if series.len() > 1 && gather.options.columns.is_empty() {
        let n = series.len();
        gather.note(format!("{n} series of `{wanted}`: those without ends of their own are added up; --columns to=LABEL tells them apart"));
    }
    for (labels, counts) in series {
        let read = histogram(counts.clone(), unit);
        if let Some(histogram) = gather.problems.keep(read) {
            let ends = ends(&labels, gather.options);
            gather.figures(ends, Figures::Histogram(histogram), || counts[0].2.place());
        }
    }
    Ok(Label::new(
        format!("prometheus {wanted} (histogram in {})", unit.name()),
        "requests",
    ))
}

/// Whether the line is one that only this form has.
pub(super) fn is_line(line: &str) -> bool {
    let typed = line
        .strip_prefix("# TYPE ")
        .is_some_and(|rest| rest.split(' ').count() == 2);
    let named = line.split_once("_bucket{").is_some_and(|(name, _)| is_name(name));
    typed || (named && line.contains("le=\""))
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_:.".contains(c))
}

fn unit_of<'t>(
    text: &Text,
    name: &str,
    units: &BTreeMap<&str, (Unit, Line<'t>)>,
    series: &BTreeMap<Labels, Counts<'t>>,
    gather: &Gather,
) -> Result<Unit> {
    let first = series.values().flatten().next();
    let place = || first.map_or_else(|| text.place(0..0), |count| count.2.place());
    let what = format!("`{name}`");
    match (units.get(name), stem_and_unit(name).1) {
        (Some((unit, line)), _) => gather.unit_said(&what, *unit, line.place()),
        (None, Some(unit)) => gather.unit_said(&what, unit, place()),
        (None, None) => gather.unit_for(&what, place()),
    }
}

fn bucket(line: Line<'_>) -> Result<Option<BucketLine<'_>>> {
    let text = line.text.trim();
    let Some((name, rest)) = text.split_once("_bucket{").filter(|(name, _)| is_name(name)) else {
        return Ok(None);
    };
    let (labels, rest) = labels(line, rest)?;
    // A time stamp or an exemplar may stand behind the value.
    let value = rest.split_ascii_whitespace().next().unwrap_or_default();
    Ok(Some(BucketLine { name, labels, value }))
}

/// `a="x",b="y"} …`: the labels, and what stands behind the bracket.
fn labels<'t>(line: Line<'t>, text: &'t str) -> Result<(Labels, &'t str)> {
    let wrong = |at: &'t str| {
        let problem =
            Problem::error("labels must be written `name=\"value\"`, with commas between them and } behind");
        Error::problems_in_input(vec![problem.at(line.place_of(&at[..0]))])
    };
    let (mut labels, mut rest) = (Labels::new(), text);
    loop {
        rest = rest.trim_start();
        if let Some(behind) = rest.strip_prefix('}') {
            return Ok((labels, behind));
        }
        let (name, value) = rest.split_once("=\"").ok_or_else(|| wrong(rest))?;
        let (value, behind) = quoted(value).ok_or_else(|| wrong(rest))?;
        labels.insert(name.trim().to_owned(), value);
        rest = behind.trim_start();
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

fn entry<'t>(bucket: BucketLine<'t>, line: Line<'t>) -> Result<(&'t str, Labels, (f64, u64, Line<'t>))> {
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
    let bound = le
        .parse::<f64>()
        .ok()
        .filter(|bound| !bound.is_nan() && *bound > f64::NEG_INFINITY);
    let bound = bound.ok_or_else(|| {
        wrong(
            line.text,
            format!("the bound `le` must be a number or +Inf, found `{le}`"),
        )
    })?;
    let count = value.parse::<f64>().ok().filter(|count| {
        // Beyond 2^53 a float no longer counts one by one.
        *count >= 0.0 && count.fract() == 0.0 && *count < 9_007_199_254_740_992.0
    });
    // Where nothing stands behind the labels there is nothing to point at but the line.
    let at = if value.is_empty() { line.text } else { value };
    let count = count.ok_or_else(|| wrong(at, format!("a count must be a whole number, found `{value}`")))?;
    Ok((name, labels, (bound, count as u64, line)))
}

fn histogram(mut counts: Counts<'_>, unit: Unit) -> Result<Histogram> {
    counts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let wrong = |line: &Line, message: String| {
        Error::problems_in_input(vec![Problem::error(message).at(line.place())])
    };
    if let Some(pair) = counts.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        let later = if pair[0].2.place().line > pair[1].2.place().line {
            &pair[0].2
        } else {
            &pair[1].2
        };
        return Err(wrong(
            later,
            format!("the bucket le={} of this series stands twice", pair[0].0),
        )
        .hint("give one scrape alone"));
    }
    let (mut lower, mut before) = (Millis::ZERO, 0);
    let mut buckets = Vec::new();
    for (bound, count, line) in &counts {
        if *count < before {
            return Err(wrong(
                line,
                format!("counts must not fall from bucket to bucket, found {count} behind {before}"),
            ));
        }
        let upper = if bound.is_infinite() {
            None
        } else {
            let time = unit.time(*bound);
            Some(time.map_err(|rule| wrong(line, not_a_time(rule, *bound, unit)))?)
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
        Some((bound, _, line)) if bound.is_finite() => Err(wrong(
            line,
            "the last bucket of a series must be le=\"+Inf\"".into(),
        )),
        Some((_, _, line)) => Histogram::new(buckets).map_err(|why| wrong(line, why)),
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
}
