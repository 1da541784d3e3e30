//! What k6 writes: JSON lines of points, CSV of points, and the summary at the end, in its old shape and its new one.
//!
//! Times of k6 are milliseconds by its definition; what a script's own metric holds is a time only where the script said
//! so. Source: k6 documentation, results output (JSON, CSV, end of test) and metrics reference; `metrics/builtin.go`,
//! `metrics/value_type.go`, `grpc/metrics.go` and `k6ext/metrics.go` of its source.

use std::collections::BTreeMap;

use super::gather::{Ends, Gather, Label, not_a_time};
use super::json::{Json, Members};
use super::labels::{Labels, ends, host_of};
use super::measured::{Figures, Quantiles};
use super::text::Text;
use super::unit::Unit;
use crate::basis::error::{Error, Place, Problem, Result};
use crate::basis::units::Millis;
use crate::world::ingest::table::Table;

/// The time to connect, which is a round trip and nothing else.
const CONNECTING: &str = "http_req_connecting";
/// Metrics that are nought where a connection was used again.
const PER_CONNECTION: [&str; 3] = [CONNECTING, "http_req_tls_handshaking", "http_req_blocked"];
/// Trends of times that k6 itself writes.
const TIMES: [&str; 19] = [
    CONNECTING,
    "http_req_waiting",
    "http_req_duration",
    "http_req_tls_handshaking",
    "http_req_blocked",
    "http_req_sending",
    "http_req_receiving",
    "ws_ping",
    "ws_connecting",
    "ws_session_duration",
    "grpc_req_duration",
    "iteration_duration",
    "group_duration",
    "browser_http_req_duration",
    "browser_web_vital_fcp",
    "browser_web_vital_fid",
    "browser_web_vital_inp",
    "browser_web_vital_lcp",
    "browser_web_vital_ttfb",
];
/// What else it writes, and what that is.
const OTHERS: [(&str, &str); 19] = [
    ("browser_data_received", "a counter of bytes"),
    ("browser_data_sent", "a counter of bytes"),
    ("browser_http_req_failed", "a rate"),
    ("browser_web_vital_cls", "a trend of scores"),
    ("checks", "a rate"),
    ("data_received", "a counter of bytes"),
    ("data_sent", "a counter of bytes"),
    ("dropped_iterations", "a counter"),
    ("grpc_streams", "a counter"),
    ("grpc_streams_msgs_received", "a counter"),
    ("grpc_streams_msgs_sent", "a counter"),
    ("http_req_failed", "a rate"),
    ("http_reqs", "a counter"),
    ("iterations", "a counter"),
    ("vus", "a gauge"),
    ("vus_max", "a gauge"),
    ("ws_msgs_received", "a counter"),
    ("ws_msgs_sent", "a counter"),
    ("ws_sessions", "a counter"),
];

/// What a file says of a metric: its type (`trend`, `counter` …) and what it contains (`time`, `data`, `default`).
#[derive(Clone, Debug, Default)]
struct Kind {
    shape: Option<String>,
    holds: Option<String>,
}

/// What a metric holds.
#[derive(Clone, Debug, PartialEq)]
enum Held {
    /// Times, in milliseconds.
    Times,
    /// Numbers; whether they are times, and in which unit, is only known to who wrote the script.
    Numbers,
    /// No times, but this.
    Other(String),
}

/// Metrics by name.
type Kinds = BTreeMap<String, Kind>;

/// Points so far, and what was left aside.
#[derive(Debug)]
struct Points<'m> {
    metric: &'m str,
    found: u64,
    reused: u64,
    unit: Option<Unit>,
    /// Where the first point stands of a metric that holds no times, and what it is.
    refused: Option<(Place, String)>,
    /// All metrics that were met.
    kinds: Kinds,
}

pub(super) fn read(text: &Text, gather: &mut Gather) -> Result<Label> {
    let metric = gather
        .options
        .metric
        .clone()
        .unwrap_or_else(|| CONNECTING.to_owned());
    let (kind, held) = if text.body().trim_start().starts_with('{') {
        let first = Json::first(text);
        let is_point = first
            .and_then(|first| first.members().ok())
            .is_some_and(|it| it.has("type"));
        if is_point {
            ("points", points(text, &metric, gather)?)
        } else {
            let mut held = Held::Times;
            for value in Json::values(text)? {
                held = summary(value, &metric, gather)?;
            }
            ("summary", held)
        }
    } else {
        ("points, CSV", table(text, &metric, gather)?)
    };
    if !is_builtin(&metric) {
        gather.note(format!(
            "{metric} is the script's own: what is in its times is not told"
        ));
    } else if metric != CONNECTING {
        gather.note(format!(
            "{metric} holds more than the round trip: what the server took is in it"
        ));
    }
    let unit = match (held, gather.options.unit) {
        (Held::Numbers, Some(unit)) => format!("in {} by --unit", unit.name()),
        _ => "ms by its definition".to_owned(),
    };
    Ok(Label::new(format!("k6 {metric} ({kind}; {unit})"), "requests"))
}

/// What a metric holds: as the file says, or as k6 defines its own.
fn held(metric: &str, kind: &Kind) -> Held {
    // Of a part of a metric, as `http_req_duration{status:200}`.
    let name = metric.split('{').next().unwrap_or_default();
    let other = OTHERS.iter().find(|(other, _)| *other == name);
    match (kind.shape.as_deref(), kind.holds.as_deref()) {
        (_, None | Some("default")) if other.is_some() => {
            Held::Other(other.map_or("", |(_, what)| what).to_owned())
        }
        (None | Some("trend"), Some("time")) => Held::Times,
        (None | Some("trend"), None) if TIMES.contains(&name) => Held::Times,
        (None | Some("trend"), None | Some("default")) => Held::Numbers,
        (shape, holds) => Held::Other(format!(
            "a {}{}",
            shape.unwrap_or("metric"),
            match holds {
                Some("data") => " of bytes",
                Some("time") => " of times",
                _ => "",
            }
        )),
    }
}

fn is_builtin(metric: &str) -> bool {
    let name = metric.split('{').next().unwrap_or_default();
    TIMES.contains(&name)
}

/// The unit of a metric that may hold times.
fn unit_of(metric: &str, held: &Held, place: Place, gather: &Gather) -> Result<Unit> {
    match held {
        Held::Numbers => gather.unit_for(&format!("`{metric}`, which is the script's own,"), place),
        _ => gather.unit_said("k6", Unit::Millis, place),
    }
}

/// That a metric is something else than times.
fn refusal(metric: &str, what: &str, kinds: &Kinds, place: Place) -> Error {
    let problem = Problem::error(format!("`{metric}` is {what} and no trend of times")).at(place);
    Error::problems_in_input(vec![problem]).hint(another(kinds))
}

/// Metrics that would do.
fn another(kinds: &Kinds) -> String {
    let of = |wanted: Held| {
        kinds
            .iter()
            .filter(move |(name, kind)| held(name, kind) == wanted)
    };
    let names: Vec<&str> = of(Held::Times)
        .chain(of(Held::Numbers))
        .map(|(name, _)| name.as_str())
        .take(8)
        .collect();
    if names.is_empty() {
        return format!(
            "it holds no trend of times; {} of k6 is one",
            TIMES[..3].join(", ")
        );
    }
    format!("name another with --metric: {}", names.join(", "))
}

fn no_metric(name: &str, metric: &str, kinds: &Kinds) -> Error {
    Error::input(format!("`{name}` holds no `{metric}`")).hint(another(kinds))
}

fn points(text: &Text, metric: &str, gather: &mut Gather) -> Result<Held> {
    let mut points = Points::of(metric);
    for value in Json::values(text)? {
        let line = value.members()?;
        let is_point = match line.word("type")?.as_deref() {
            Some("Point") => true,
            Some("Metric") => false,
            _ => continue,
        };
        let name = line.need("metric")?.text()?;
        let data = line.need("data")?.members()?;
        if !is_point {
            points.kinds.insert(name, Kind::of(&data)?);
            continue;
        }
        if name != metric {
            points.kinds.entry(name).or_default();
            continue;
        }
        let mut labels = Labels::new();
        if let Some(tags) = data.get("tags") {
            for (name, tag) in tags.members()?.iter() {
                labels.insert(name.to_owned(), tag.word()?);
            }
        }
        let time = data.need("value")?;
        points.add(&labels, time.number()?, || time.place(), gather)?;
    }
    points.finish(text, gather)
}

fn table(text: &Text, metric: &str, gather: &mut Gather) -> Result<Held> {
    let table = Table::parse(text.name(), text.body().to_owned())?;
    let mut points = Points::of(metric);
    for row in table.rows() {
        let Some(name) = gather.problems.keep(row.text("metric_name")) else {
            continue;
        };
        if name != metric {
            points.kinds.entry(name.to_owned()).or_default();
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
        points.add(&labels, value, || row.place("metric_value"), gather)?;
    }
    points.finish(text, gather)
}

impl Kind {
    fn of(told: &Members<'_>) -> Result<Kind> {
        let word = |name: &str| -> Result<Option<String>> {
            let word = told.get(name).map(|word| word.text()).transpose()?;
            Ok(word.map(|word| word.to_ascii_lowercase()))
        };
        Ok(Kind {
            shape: word("type")?,
            holds: word("contains")?,
        })
    }
}

impl<'m> Points<'m> {
    fn of(metric: &'m str) -> Self {
        Points {
            metric,
            found: 0,
            reused: 0,
            unit: None,
            refused: None,
            kinds: Kinds::new(),
        }
    }

    fn held(&self) -> Held {
        let kind = self.kinds.get(self.metric).cloned().unwrap_or_default();
        held(self.metric, &kind)
    }

    /// The unit of the metric, unless it holds no times.
    fn unit(&mut self, place: impl Fn() -> Place, gather: &Gather) -> Result<Option<Unit>> {
        if self.unit.is_none() && self.refused.is_none() {
            match self.held() {
                Held::Other(what) => self.refused = Some((place(), what)),
                held => self.unit = Some(unit_of(self.metric, &held, place(), gather)?),
            }
        }
        Ok(self.unit)
    }

    fn add(
        &mut self,
        labels: &Labels,
        value: f64,
        place: impl Fn() -> Place,
        gather: &mut Gather,
    ) -> Result<()> {
        self.found += 1;
        let Some(unit) = self.unit(&place, gather)? else {
            return Ok(());
        };
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
            gather.number(pair, value, unit, place);
        }
        Ok(())
    }

    fn finish(self, text: &Text, gather: &mut Gather) -> Result<Held> {
        if self.found == 0 {
            return Err(no_metric(text.name(), self.metric, &self.kinds));
        }
        let held = self.held();
        if let Some((place, what)) = self.refused {
            return Err(refusal(self.metric, &what, &self.kinds, place));
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
        Ok(held)
    }
}

fn summary(value: Json<'_>, metric: &str, gather: &mut Gather) -> Result<Held> {
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
    let kinds = || -> Result<Kinds> {
        let kinds = names
            .iter()
            .map(|(name, one)| Ok((name.clone(), kind_in_summary(*one)?)));
        kinds.collect()
    };
    let Some(found) = names.get(metric) else {
        return Err(no_metric(&value.place().file, metric, &kinds()?));
    };
    let held = held(metric, &kind_in_summary(*found)?);
    if let Held::Other(what) = &held {
        return Err(refusal(metric, what, &kinds()?, found.place()));
    }
    let unit = unit_of(metric, &held, found.place(), gather)?;
    let quantiles = quantiles(&values_of(*found)?, unit)?;
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
    Ok(held)
}

/// The figures of a metric, which stand in a member of their own but in the oldest shape.
fn values_of(one: Json<'_>) -> Result<Members<'_>> {
    let members = one.members()?;
    members
        .get("values")
        .map_or(Ok(members), |values| values.members())
}

/// What a summary says of a metric; the oldest shape shows it by the figures alone.
fn kind_in_summary(one: Json<'_>) -> Result<Kind> {
    let kind = Kind::of(&one.members()?)?;
    let values = values_of(one)?;
    let has = |names: &[&str]| names.iter().all(|name| values.has(name));
    let shown = if has(&["passes"]) || has(&["fails"]) {
        Some("rate")
    } else if has(&["count", "rate"]) {
        Some("counter")
    } else if has(&["value"]) {
        Some("gauge")
    } else {
        None
    };
    Ok(Kind {
        shape: kind.shape.or(shown.map(str::to_owned)),
        ..kind
    })
}

/// `med`, `p(90)`, `p(99.9)` … of a trend.
fn quantiles(values: &Members<'_>, unit: Unit) -> Result<Quantiles> {
    let time = |value: Json| -> Result<Millis> {
        let number = value.number()?;
        unit.time(number)
            .map_err(|rule| value.wrong(not_a_time(rule, number, unit)))
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
    use crate::world::ingest::foreign::{ImportOptions, Imported, Unit, read_foreign};

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

    fn told(text: &str, metric: &str, unit: Option<Unit>) -> crate::basis::error::Result<Imported> {
        let options = ImportOptions {
            metric: Some(metric.to_owned()),
            unit,
            ..ImportOptions::default()
        };
        read_foreign("k6.txt", text.as_bytes(), &options)
    }

    fn declared(name: &str, shape: &str, holds: &str) -> String {
        format!(
            "{{\"type\":\"Metric\",\"data\":{{\"name\":\"{name}\",\"type\":\"{shape}\",\"contains\":\"{holds}\"}},\
             \"metric\":\"{name}\"}}\n"
        )
    }

    fn value_of(name: &str, value: f64) -> String {
        format!("{{\"metric\":\"{name}\",\"type\":\"Point\",\"data\":{{\"value\":{value}}}}}\n")
    }

    #[test]
    fn what_is_no_trend_of_times_is_refused_by_what_it_is() {
        let points = declared("orders", "counter", "default")
            + &value_of("orders", 3.0)
            + &value_of("data_received", 4096.0)
            + &declared("pages", "trend", "data")
            + &value_of("pages", 512.0)
            + &declared("last", "gauge", "time")
            + &value_of("last", 12.0)
            + &declared("vus", "gauge", "default")
            + &value_of("vus", 1.0)
            + &point("31.5", "200");
        let csv = "metric_name,timestamp,metric_value,status,url\n\
            http_req_waiting,1,31.5,200,https://a.example/x\nhttp_reqs,1,1,200,https://a.example/x\nvus,1,10,,\n";
        let flat = r#"{"metrics":{"data_received":{"count":1000,"rate":10.1},"mine":{"value":1,"passes":2,"fails":0},
            "vus":{"value":1,"min":1,"max":10},"http_req_waiting":{"med":31.5}}}"#;
        let nested = r#"{"metrics":{"vus":{"type":"gauge","contains":"default","values":{"value":1}},
            "sizes":{"type":"trend","contains":"data","values":{"med":1}},
            "steps":{"type":"trend","contains":"time","values":{"med":1}}}}"#;
        let cases = [
            (points.as_str(), "orders", "a counter", "http_req_connecting"),
            (
                &points,
                "data_received",
                "a counter of bytes",
                "http_req_connecting",
            ),
            (&points, "pages", "a trend of bytes", "http_req_connecting"),
            (&points, "last", "a gauge of times", "http_req_connecting"),
            (&points, "vus", "a gauge", "http_req_connecting"),
            (csv, "http_reqs", "a counter", "http_req_waiting"),
            (csv, "vus", "a gauge", "http_req_waiting"),
            (flat, "data_received", "a counter of bytes", "http_req_waiting"),
            (flat, "mine", "a rate", "http_req_waiting"),
            (flat, "vus", "a gauge", "http_req_waiting"),
            (nested, "vus", "a gauge", "steps"),
            (nested, "sizes", "a trend of bytes", "steps"),
        ];
        for (text, metric, what, another) in cases {
            for unit in [None, Some(Unit::Millis)] {
                let error = told(text, metric, unit).unwrap_err();
                let wanted = format!("`{metric}` is {what} and no trend of times");
                assert!(error.to_string().ends_with(&wanted), "{error}");
                let hint = error.problems()[0].hint.as_deref().unwrap();
                assert_eq!(hint, format!("name another with --metric: {another}"));
            }
        }
    }

    #[test]
    fn a_trend_of_the_scripts_own_is_in_ms_where_it_is_of_times_and_else_as_the_user_says() {
        let points = |holds: &str| declared("rtt", "trend", holds) + &value_of("rtt", 0.25);
        let of_times = told(&points("time"), "rtt", None).unwrap();
        assert_eq!(
            of_times.read_as,
            "k6 rtt (points; ms by its definition), 1 request, 0 lost"
        );
        assert!(told(&points("time"), "rtt", Some(Unit::Seconds)).is_err());
        let csv = "metric_name,timestamp,metric_value\nrtt,1,0.25\n";
        let flat = r#"{"metrics":{"rtt":{"avg":1,"med":0.25}}}"#;
        let nested =
            r#"{"metrics":{"rtt":{"type":"trend","contains":"default","values":{"avg":1,"med":0.25}}}}"#;
        for text in [points("default").as_str(), csv, flat, nested] {
            let error = told(text, "rtt", None).unwrap_err();
            let message = error.to_string();
            assert!(
                message.contains("the unit of `rtt`, which is the script's own, is not said"),
                "{message}"
            );
            assert!(error.problems()[0].hint.as_deref().unwrap().contains("--unit ms"));
            let read = told(text, "rtt", Some(Unit::Seconds)).unwrap();
            assert_eq!(read.pairs[0].figures.percentiles(&[50.0]), [Some(250.0)]);
            assert!(read.read_as.contains("in s by --unit"), "{}", read.read_as);
        }
        let part = r#"{"metrics":{"http_req_waiting{status:200}":{"med":31.5}}}"#;
        assert!(told(part, "http_req_waiting{status:200}", None).is_ok());
    }
}
