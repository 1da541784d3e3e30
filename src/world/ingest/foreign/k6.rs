//! What k6 writes: JSON lines of points, CSV of points, and the summary at the end, in its old shape and its new one.
//!
//! Times of k6 are milliseconds by its definition. Source: k6 documentation, results output (JSON, CSV, end of test)
//! and metrics reference.

use std::collections::{BTreeMap, BTreeSet};

use super::gather::{Ends, Gather, Label, not_a_time};
use super::json::{Json, Members};
use super::labels::{Labels, ends, host_of};
use super::measured::{Figures, Quantiles};
use super::text::Text;
use super::unit::Unit;
use crate::basis::error::{Error, Place, Result};
use crate::basis::units::Millis;
use crate::world::ingest::table::Table;

/// The time to connect, which is a round trip and nothing else.
const CONNECTING: &str = "http_req_connecting";
/// Metrics that are nought where a connection was used again.
const PER_CONNECTION: [&str; 3] = [CONNECTING, "http_req_tls_handshaking", "http_req_blocked"];

/// Points so far, and what was left aside.
#[derive(Debug)]
struct Points<'m> {
    metric: &'m str,
    found: u64,
    reused: u64,
    /// Metrics of other names, for a message.
    others: BTreeSet<String>,
}

pub(super) fn read(text: &Text, gather: &mut Gather) -> Result<Label> {
    let metric = gather
        .options
        .metric
        .clone()
        .unwrap_or_else(|| CONNECTING.to_owned());
    gather.unit_said("k6", Unit::Millis, text.place(0..0))?;
    let kind = if text.body().trim_start().starts_with('{') {
        let first = Json::first(text);
        let is_point = first
            .and_then(|first| first.members().ok())
            .is_some_and(|it| it.has("type"));
        if is_point {
            points(text, &metric, gather)?;
            "points"
        } else {
            for value in Json::values(text)? {
                summary(value, &metric, gather)?;
            }
            "summary"
        }
    } else {
        table(text, &metric, gather)?;
        "points, CSV"
    };
    if metric != CONNECTING {
        gather.note(format!(
            "{metric} holds more than the round trip: what the server took is in it"
        ));
    }
    Ok(Label::new(
        format!("k6 {metric} ({kind}; ms by its definition)"),
        "requests",
    ))
}

fn points(text: &Text, metric: &str, gather: &mut Gather) -> Result<()> {
    let mut points = Points::of(metric);
    for value in Json::values(text)? {
        let point = value.members()?;
        if point.word("type")?.as_deref() != Some("Point") {
            continue;
        }
        let name = point.need("metric")?.text()?;
        if name != metric {
            points.others.insert(name);
            continue;
        }
        let data = point.need("data")?.members()?;
        let mut labels = Labels::new();
        if let Some(tags) = data.get("tags") {
            for (name, tag) in tags.members()?.iter() {
                labels.insert(name.to_owned(), tag.word()?);
            }
        }
        let time = data.need("value")?;
        points.add(&labels, time.number()?, || time.place(), gather);
    }
    points.finish(text, gather)
}

fn table(text: &Text, metric: &str, gather: &mut Gather) -> Result<()> {
    let table = Table::parse(text.name(), text.body().to_owned())?;
    let mut points = Points::of(metric);
    for row in table.rows() {
        let Some(name) = gather.problems.keep(row.text("metric_name")) else {
            continue;
        };
        if name != metric {
            points.others.insert(name.to_owned());
            continue;
        }
        let Some(value) = gather.problems.keep(row.number("metric_value")) else {
            continue;
        };
        let mut labels = Labels::new();
        for (at, header) in table.headers().iter().enumerate() {
            if let Some(cell) = row.cell(at) {
                labels.insert(header.clone(), cell.to_owned());
            }
        }
        // Tags of one's own stand together in one column.
        let more = row.get("extra_tags").unwrap_or_default().split('&');
        labels.extend(
            more.filter_map(|tag| tag.split_once('='))
                .map(|(k, v)| (k.to_owned(), v.to_owned())),
        );
        points.add(&labels, value, || row.place("metric_value"), gather);
    }
    points.finish(text, gather)
}

impl<'m> Points<'m> {
    fn of(metric: &'m str) -> Self {
        Points {
            metric,
            found: 0,
            reused: 0,
            others: BTreeSet::new(),
        }
    }

    fn add(&mut self, labels: &Labels, value: f64, place: impl Fn() -> Place, gather: &mut Gather) {
        self.found += 1;
        let named = ends(labels, gather.options);
        let host = labels.get("url").or_else(|| labels.get("name"));
        let host = host.and_then(|url| host_of(url));
        let to = if gather.options.column("to").is_some() {
            named.to
        } else {
            named.to.or(host)
        };
        let pair = Ends { to, ..named };
        // A request that got no answer has the status 0.
        if labels.get("status").is_some_and(|status| status == "0") {
            gather.lost(pair, 1, place);
        } else if value == 0.0 && PER_CONNECTION.contains(&self.metric) {
            self.reused += 1;
        } else {
            gather.number(pair, value, Unit::Millis, place);
        }
    }

    fn finish(self, text: &Text, gather: &mut Gather) -> Result<()> {
        if self.found == 0 {
            let others = self.others.into_iter();
            return Err(no_metric(text.name(), self.metric, others));
        }
        if self.reused > 0 {
            let n = self.reused;
            gather.note(format!("{n} × 0 ms is left out: the connection was used again"));
        }
        if self.reused == self.found {
            let message = format!(
                "every connection was used again: `{}` is 0 ms throughout",
                self.metric
            );
            return Err(Error::input(message).hint("say --metric http_req_waiting, or run k6 without reuse"));
        }
        Ok(())
    }
}

fn no_metric(name: &str, metric: &str, others: impl Iterator<Item = String>) -> Error {
    let others: Vec<String> = others
        .filter(|name| name.starts_with("http_req_"))
        .take(8)
        .collect();
    let error = Error::input(format!("`{name}` holds no `{metric}`"));
    if others.is_empty() {
        return error.hint("name the metric with --metric NAME");
    }
    error.hint(format!("name another with --metric: {}", others.join(", ")))
}

fn summary(value: Json<'_>, metric: &str, gather: &mut Gather) -> Result<()> {
    let whole = value.members()?;
    let results = whole
        .get("results")
        .map(|results| results.members())
        .transpose()?;
    let metrics = match &results {
        Some(results) => results.need("metrics")?,
        None => whole.need("metrics")?,
    };
    let mut names: BTreeMap<String, Json> = BTreeMap::new();
    if metrics.is_array() {
        for one in metrics.items()? {
            names.insert(one.members()?.need("name")?.text()?, one);
        }
    } else {
        let members = metrics.members()?;
        names.extend(members.iter().map(|(name, one)| (name.to_owned(), one)));
    }
    let Some(found) = names.get(metric) else {
        return Err(no_metric(&value.place().file, metric, names.into_keys()));
    };
    let one = found.members()?;
    let values = one.get("values").map_or(Ok(one), |values| values.members())?;
    let quantiles = quantiles(&values)?;
    let median = quantiles.at.iter().find(|(p, _)| *p == 50.0);
    if median.is_some_and(|(_, time)| *time == Millis::ZERO) && PER_CONNECTION.contains(&metric) {
        let error = found.wrong(format!(
            "most of `{metric}` are 0 ms: connections were used again"
        ));
        return Err(error
            .hint("say --metric http_req_waiting, or give the points of the run in place of its summary"));
    }
    if PER_CONNECTION.contains(&metric) {
        gather
            .note("connections that were used again count as 0 ms in a summary; its points tell them apart");
    }
    gather.figures(Ends::default(), Figures::Quantiles(quantiles), || found.place());
    Ok(())
}

/// `med`, `p(90)`, `p(99.9)` … of a trend.
fn quantiles(values: &Members<'_>) -> Result<Quantiles> {
    let time = |value: Json| -> Result<Millis> {
        let ms = value.number()?;
        Unit::Millis
            .time(ms)
            .map_err(|rule| value.wrong(not_a_time(rule, ms, Unit::Millis)))
    };
    let mut at = Vec::new();
    for (name, value) in values.iter() {
        let percent = match name {
            "med" => Some(50.0),
            _ => percent_of(name),
        };
        if let Some(percent) = percent {
            at.push((percent, time(value)?));
        }
    }
    if at.is_empty() {
        return Err(values.value().wrong("this metric has no percentiles"));
    }
    let quantiles = Quantiles::new(at).map_err(|why| values.value().wrong(why))?;
    Ok(Quantiles {
        n: values.get("count").map(|count| count.count()).transpose()?,
        min: values.get("min").map(time).transpose()?,
        ..quantiles
    })
}

fn percent_of(name: &str) -> Option<f64> {
    let digits = name.strip_prefix("p(")?.strip_suffix(')')?;
    digits.parse().ok().filter(|p| (0.0..=100.0).contains(p))
}

#[cfg(test)]
mod tests {
    use crate::basis::units::Millis;
    use crate::world::ingest::foreign::{ImportOptions, Imported, read_foreign};

    fn read(text: &str, metric: Option<&str>) -> crate::basis::error::Result<Imported> {
        let options = ImportOptions {
            metric: metric.map(str::to_owned),
            ..ImportOptions::default()
        };
        read_foreign("k6.txt", text.as_bytes(), &options)
    }

    fn point(value: &str, status: &str) -> String {
        format!(
            "{{\"metric\":\"http_req_connecting\",\"type\":\"Point\",\"data\":{{\"time\":\"2026-01-01T00:00:00Z\",\
             \"value\":{value},\"tags\":{{\"url\":\"https://a.example/x\",\"status\":\"{status}\"}}}}}}\n"
        )
    }

    #[test]
    fn connections_used_again_are_left_out_and_failures_are_lost() {
        let text = point("31.5", "200") + &point("0", "200") + &point("0", "0") + &point("29.5", "200");
        let read = read(&text, None).unwrap();
        assert_eq!(
            read.read_as,
            "k6 http_req_connecting (points; ms by its definition), 2 requests, 1 lost"
        );
        assert_eq!(
            (read.pairs[0].to.as_str(), read.pairs[0].source.as_str()),
            ("a.example", "k6 http_req_connecting")
        );
        assert!(
            read.notes.iter().any(|note| note.starts_with("1 × 0 ms")),
            "{:?}",
            read.notes
        );
        let all = point("0", "200");
        let error =
            super::super::read_foreign("k6.txt", all.as_bytes(), &ImportOptions::default()).unwrap_err();
        assert!(error.to_string().contains("used again"), "{error}");
    }

    #[test]
    fn points_in_csv_and_in_json_say_the_same() {
        let csv = "metric_name,timestamp,metric_value,status,url,extra_tags\n\
            http_req_connecting,1,31.5,200,https://a.example/x,\n\
            http_req_waiting,1,50,200,https://a.example/x,\n\
            http_req_connecting,1,29.5,200,https://a.example/x,zone=eu&x=1\n";
        let (csv, json) = (
            read(csv, None).unwrap(),
            read(&(point("31.5", "200") + &point("29.5", "200")), None).unwrap(),
        );
        assert_eq!(csv.pairs[0].figures, json.pairs[0].figures);
        assert_eq!(csv.pairs[0].to, json.pairs[0].to);
    }

    #[test]
    fn summaries_of_all_shapes_give_their_percentiles() {
        let values = r#"{"avg":60,"min":40.5,"med":55,"max":200,"p(90)":80,"p(95)":90,"count":120}"#;
        let flat = format!(r#"{{"metrics":{{"http_req_waiting":{values}}}}}"#);
        let nested = format!(
            r#"{{"metrics":{{"http_req_waiting":{{"type":"trend","contains":"time","values":{values}}}}}}}"#
        );
        let new = format!(
            r#"{{"version":"1.0.0","results":{{"metrics":[{{"name":"http_req_waiting","type":"trend","values":{values}}}],"checks":[]}}}}"#
        );
        for text in [flat, nested, new] {
            let read = read(&text, Some("http_req_waiting")).unwrap();
            let figures = &read.pairs[0].figures;
            assert_eq!(
                figures.percentiles(&[50.0, 90.0, 95.0]),
                [Some(55.0), Some(80.0), Some(90.0)],
                "{text}"
            );
            assert_eq!(
                (figures.n(), figures.min().map(Millis::ms)),
                (Some(120), Some(40.5))
            );
        }
        let reused =
            r#"{"metrics":{"http_req_connecting":{"med":0,"p(90)":31},"http_req_waiting":{"med":1}}}"#;
        let error = read(reused, None).unwrap_err();
        assert!(error.to_string().starts_with("k6.txt:1:35: most of"), "{error}");
        let other = read(reused, Some("http_req_x")).unwrap_err();
        assert!(
            other.problems()[0]
                .hint
                .as_deref()
                .unwrap()
                .contains("http_req_waiting")
        );
    }
}
