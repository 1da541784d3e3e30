//! Archives of a browser's requests: how long connecting, securing and waiting took, by host.
//!
//! Source: HTTP Archive 1.2, `entries[].timings`: milliseconds, -1 where a part does not apply, `ssl` within `connect`.
//! Chrome (`HARLog.ts` of its inspector), Safari (`HARBuilder.js`), `WebPageTest` and Playwright write that. Firefox
//! (`NetworkTimings.sys.mjs`, `har-builder.js`) and mitmproxy (`savehar.py`) write TCP alone into `connect`, with `ssl`
//! behind it, and both into the total.

use std::collections::BTreeMap;

use super::gather::{Ends, Gather, Label};
use super::json::{Json, Members};
use super::labels::host_of;
use super::text::Text;
use super::unit::{Unit, tidy};
use crate::basis::error::{Error, Result};

/// Parts of a request that may be read.
const PARTS: [&str; 3] = ["connect", "ssl", "wait"];
/// Parts that a total is the sum of, but for `ssl`.
const SUMMANDS: [&str; 6] = ["blocked", "dns", "connect", "send", "wait", "receive"];
/// Writers of `connect` with `ssl` in it, and of `connect` without, by how their names begin.
const WITH_SSL: [&str; 4] = [
    "webinspector",
    "webkit web inspector",
    "webpagetest",
    "playwright",
];
const TCP_ALONE: [&str; 2] = ["firefox", "mitmproxy"];
/// How far a total may lie from the sum it is of: Firefox rounds each part, and counts those that do not apply as -1.
const SLACK_MS: f64 = 5.0;
/// URLs of what lies in the browser; those of extensions end in `-extension`.
const LOCAL: [&str; 10] = [
    "about",
    "blob",
    "chrome",
    "data",
    "devtools",
    "edge",
    "file",
    "filesystem",
    "javascript",
    "resource",
];

/// What `connect` is in an archive.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Connect {
    /// TCP and the handshake of TLS.
    WithSsl,
    /// TCP.
    TcpAlone,
}

/// What became of a request.
#[derive(Debug)]
enum Request {
    Taken,
    /// It has no such part.
    Absent,
    /// It went over QUIC, which connects and secures at once.
    Quic,
    /// It went to no host, by a URL of this scheme.
    Local(String),
}

/// Requests so far, and those left aside.
#[derive(Debug, Default)]
struct Tally {
    all: u64,
    taken: u64,
    absent: u64,
    quic: u64,
    local: BTreeMap<String, u64>,
}

pub(super) fn read(text: &Text, gather: &mut Gather) -> Result<Label> {
    let part = gather
        .options
        .metric
        .clone()
        .unwrap_or_else(|| PARTS[0].to_owned());
    if !PARTS.contains(&part.as_str()) {
        let error = Error::input(format!("--metric {part} is no part of a request in an archive"));
        return Err(error.hint(format!("say one of {}", PARTS.join(", "))));
    }
    gather.unit_said("an archive", Unit::Millis, text.place(0..0))?;
    let mut tally = Tally::default();
    for value in Json::values(text)? {
        let log = value.members()?.need("log")?.members()?;
        let entries = log.need("entries")?.items()?;
        let connect = connect_of(&log, &entries);
        if connect == Connect::TcpAlone && part == "connect" {
            gather.note("its `connect` is TCP alone, with `ssl` behind it: so its writer counts");
        }
        for entry in entries {
            let read = one(entry, &part, connect, gather);
            tally.add(gather.problems.keep(read));
        }
    }
    let aside = tally.aside(&part);
    if tally.taken == 0 && !aside.is_empty() && gather.problems.is_empty() {
        let why: Vec<String> = aside.iter().map(|(n, why)| format!("{n} {why}")).collect();
        let message = format!(
            "no request of `{}` tells its `{part}`: {}",
            text.name(),
            why.join("; ")
        );
        return Err(Error::input(message).hint(remedy(&part)));
    }
    for (n, why) in aside {
        gather.note(format!("{n} of {} requests {why}", tally.all));
    }
    match part.as_str() {
        "wait" => gather.note("`wait` holds more than the round trip: what the server took is in it"),
        "ssl" => gather
            .note("`ssl` holds more than a round trip: a second one at times, and what both ends compute"),
        _ => {}
    }
    Ok(Label::new(
        format!("har {part} (ms by its definition)"),
        "requests",
    ))
}

impl Tally {
    fn add(&mut self, request: Option<Request>) {
        self.all += 1;
        match request {
            Some(Request::Taken) => self.taken += 1,
            Some(Request::Absent) => self.absent += 1,
            Some(Request::Quic) => self.quic += 1,
            Some(Request::Local(scheme)) => *self.local.entry(scheme).or_default() += 1,
            None => {}
        }
    }

    /// How many are left out for each reason.
    fn aside(&self, part: &str) -> Vec<(u64, String)> {
        let absent = match part {
            "connect" => "their connection was used again",
            "ssl" => "their connection was used again, or has no TLS",
            _ => "they waited for no answer",
        };
        let local: Vec<String> = self
            .local
            .iter()
            .map(|(scheme, n)| format!("{n} {scheme}:"))
            .collect();
        let reasons = [
            (self.absent, format!("have no `{part}` and are left out: {absent}")),
            (
                self.quic,
                "went over QUIC (HTTP/3) and are left out: it connects and secures in one handshake, so TCP has none"
                    .to_owned(),
            ),
            (
                self.local.values().sum(),
                format!("went to no host and are left out: {}", local.join(", ")),
            ),
        ];
        reasons.into_iter().filter(|(n, _)| *n > 0).collect()
    }
}

fn remedy(part: &str) -> &'static str {
    match part {
        "connect" => {
            "say --metric ssl or --metric wait, which hold more than the round trip, or record it in a browser that was just \
             started"
        }
        _ => "record it in a browser that was just started",
    }
}

/// What `connect` is: by who wrote the archive, else by what its totals are the sum of.
fn connect_of(log: &Members<'_>, entries: &[Json<'_>]) -> Connect {
    let creator = log.get("creator").and_then(|creator| creator.members().ok());
    let name = creator.and_then(|creator| creator.word("name").ok().flatten());
    let name = name.unwrap_or_default().to_ascii_lowercase();
    let is_of = |names: &[&str]| names.iter().any(|known| name.starts_with(known));
    if is_of(&TCP_ALONE) {
        return Connect::TcpAlone;
    }
    if is_of(&WITH_SSL) {
        return Connect::WithSsl;
    }
    let mut told = entries
        .iter()
        .filter_map(|entry| told_by_total(*entry))
        .peekable();
    if told.peek().is_some() && told.all(|connect| connect == Connect::TcpAlone) {
        Connect::TcpAlone
    } else {
        Connect::WithSsl
    }
}

/// What the total of a request says, where it says something.
fn told_by_total(entry: Json<'_>) -> Option<Connect> {
    let members = entry.members().ok()?;
    let timings = members.get("timings")?.members().ok()?;
    let part = |name: &&str| timings.get(name)?.number().ok().filter(|ms| *ms > 0.0);
    let (total, ssl) = (members.get("time")?.number().ok()?, part(&"ssl")?);
    part(&"connect")?;
    let sum: f64 = SUMMANDS.iter().filter_map(part).sum();
    let is_near = |sum: f64| (total - sum).abs() <= SLACK_MS;
    match (is_near(sum), is_near(sum + ssl)) {
        (true, false) => Some(Connect::WithSsl),
        (false, true) => Some(Connect::TcpAlone),
        _ => None,
    }
}

fn one(entry: Json<'_>, part: &str, connect: Connect, gather: &mut Gather) -> Result<Request> {
    let members = entry.members()?;
    let request = members.need("request")?.members()?;
    let url = request.need("url")?;
    let address = url.text()?;
    if let Some(scheme) = local_scheme(&address) {
        return Ok(Request::Local(scheme));
    }
    let host = host_of(&address).ok_or_else(|| url.must("be a URL with a host"))?;
    let ends = Ends {
        from: None,
        to: Some(host),
    };
    let response = members
        .get("response")
        .map(|response| response.members())
        .transpose()?;
    let status = response.as_ref().and_then(|response| response.get("status"));
    if status.map_or(Ok(1.0), |status| status.number())? == 0.0 {
        gather.lost(ends, 1, || entry.place());
        return Ok(Request::Taken);
    }
    let timings = members.need("timings")?.members()?;
    // Some browsers write 0 where others write -1.
    let Some((at, ms)) = timing(&timings, part)?.filter(|(_, ms)| *ms != 0.0 || part == "wait") else {
        return Ok(Request::Absent);
    };
    let mut time = ms;
    if part == "connect" {
        if [Some(&request), response.as_ref()]
            .into_iter()
            .flatten()
            .any(is_quic)
        {
            return Ok(Request::Quic);
        }
        match tcp_of(at, ms, &timings, connect, is_tls(&address))? {
            Some(tcp) => time = tcp,
            None => return Ok(Request::Quic),
        }
    }
    gather.number(ends, time, Unit::Millis, || at.place());
    Ok(Request::Taken)
}

/// The part of `connect` that is of TCP; none where all of it is the handshake of TLS, as over QUIC.
fn tcp_of(
    at: Json<'_>,
    ms: f64,
    timings: &Members<'_>,
    connect: Connect,
    is_tls: bool,
) -> Result<Option<f64>> {
    // Without TLS some write what is left of a subtraction into `ssl`.
    let ssl = timing(timings, "ssl")?.filter(|(_, ssl)| is_tls && *ssl > 0.0);
    match (connect, ssl) {
        (Connect::WithSsl, Some((_, ssl))) if ssl > ms => Err(at.wrong(format!(
            "`connect` holds `ssl` and must not lie below it, found {ms} ms below {ssl} ms"
        ))),
        (Connect::WithSsl, Some((_, ssl))) => Ok(Some(tidy(ms - ssl)).filter(|tcp| *tcp > 0.0)),
        _ => Ok(Some(ms)),
    }
}

/// The scheme of a URL that goes to no host.
fn local_scheme(url: &str) -> Option<String> {
    let scheme = url.trim_start().split_once(':')?.0.to_ascii_lowercase();
    let is_local = LOCAL.contains(&scheme.as_str()) || scheme.ends_with("-extension");
    is_local.then_some(scheme)
}

fn is_tls(url: &str) -> bool {
    let scheme = url.split("://").next().unwrap_or_default();
    !(scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("ws"))
}

/// Whether a request or its response names a version of HTTP over QUIC: `h3`, `HTTP/3`, `http/2.0+quic/46`.
fn is_quic(side: &Members<'_>) -> bool {
    let version = side.word("httpVersion").ok().flatten();
    let version = version.unwrap_or_default().to_ascii_lowercase();
    version.starts_with("h3") || version.starts_with("http/3") || version.contains("quic")
}

fn timing<'t>(timings: &Members<'t>, part: &str) -> Result<Option<(Json<'t>, f64)>> {
    let Some(value) = timings.get(part) else {
        return Ok(None);
    };
    let ms = value.number()?;
    Ok((ms != -1.0).then_some((value, ms)))
}

#[cfg(test)]
mod tests {
    use crate::world::ingest::foreign::{Figures, ImportOptions, Imported, read_foreign};

    fn read(entries: &str, metric: Option<&str>) -> crate::basis::error::Result<Imported> {
        let options = ImportOptions {
            metric: metric.map(str::to_owned),
            ..ImportOptions::default()
        };
        let text = format!(r#"{{"log":{{"version":"1.2","entries":[{entries}]}}}}"#);
        read_foreign("h.har", text.as_bytes(), &options)
    }

    fn entry(connect: &str, ssl: &str, status: &str) -> String {
        format!(
            r#"{{"request":{{"url":"https://a.example/x"}},"response":{{"status":{status}}},
            "timings":{{"connect":{connect},"ssl":{ssl},"wait":50.5,"send":0.1}}}}"#
        )
    }

    #[test]
    fn the_handshake_is_taken_off_and_connections_used_again_are_left_out() {
        let entries = [
            entry("60.5", "30.2", "200"),
            entry("-1", "-1", "200"),
            entry("0", "0", "200"),
            entry("28", "-1", "200"),
            entry("1", "-1", "0"),
        ];
        let read_connect = read(&entries.join(","), None).unwrap();
        let Figures::Samples(times) = &read_connect.pairs[0].figures else {
            panic!()
        };
        assert_eq!(
            times.iter().map(|time| time.ms()).collect::<Vec<_>>(),
            [30.3, 28.0]
        );
        assert_eq!(
            read_connect.read_as,
            "har connect (ms by its definition), 2 requests, 1 lost"
        );
        assert!(read_connect.notes.iter().any(|note| note.starts_with("2 of 5")));
        let wait = read(&entries.join(","), Some("wait")).unwrap();
        assert_eq!(wait.pairs[0].figures.n(), Some(4));
    }

    #[test]
    fn what_stands_against_itself_is_told() {
        let told = read(&entry("10", "20", "200"), None).unwrap_err().to_string();
        assert!(told.contains("h.har:2:"), "{told}");
        assert!(told.contains("found 10 ms below 20 ms"), "{told}");
        assert!(
            read(&entry("-5", "-1", "200"), None)
                .unwrap_err()
                .to_string()
                .contains("not be negative")
        );
        assert!(read("", Some("dns")).unwrap_err().to_string().contains("no part"));
        assert!(
            read("", None)
                .unwrap_err()
                .to_string()
                .contains("holds no measurement")
        );
    }

    fn log(creator: &str, entries: &[String]) -> String {
        let entries = entries.join(",");
        format!(r#"{{"log":{{"creator":{{"name":"{creator}"}},"entries":[{entries}]}}}}"#)
    }

    fn request(url: &str, version: &str, total: f64, connect: f64, ssl: f64) -> String {
        format!(
            r#"{{"time":{total},"request":{{"url":"{url}","httpVersion":"{version}"}},"response":{{"status":200}},
            "timings":{{"blocked":1,"dns":-1,"connect":{connect},"ssl":{ssl},"send":0,"wait":40,"receive":2}}}}"#
        )
    }

    fn times(text: &str) -> crate::basis::error::Result<Vec<f64>> {
        let read = read_foreign("h.har", text.as_bytes(), &ImportOptions::default())?;
        let Figures::Samples(times) = &read.pairs[0].figures else {
            panic!()
        };
        Ok(times.iter().map(|time| time.ms()).collect())
    }

    #[test]
    fn connect_is_tcp_alone_where_its_writer_or_its_totals_say_so() {
        let entry = |total, connect, ssl| request("https://a.example/", "h2", total, connect, ssl);
        // Firefox: 1 - 1 + 71 + 68 + 40 + 2, whatever the total says.
        for total in [181.0, 100.0] {
            assert_eq!(
                times(&log("Firefox", &[entry(total, 71.0, 68.0)])).unwrap(),
                [71.0]
            );
        }
        assert_eq!(
            times(&log("Firefox", &[entry(104.0, 31.0, 33.0)])).unwrap(),
            [31.0]
        );
        // The same by another name: 1 - 1 + 31 + 33 + 40 + 2 is told by the total.
        assert_eq!(
            times(&log("LibreWolf", &[entry(106.0, 31.0, 33.0)])).unwrap(),
            [31.0]
        );
        assert_eq!(times(&log("other", &[entry(182.0, 71.0, 68.0)])).unwrap(), [71.0]);
        // As it is written down, `ssl` is within, and so it is where two totals say one thing each, or none anything.
        assert_eq!(
            times(&log("WebInspector", &[entry(106.5, 63.5, 32.5)])).unwrap(),
            [31.0]
        );
        assert_eq!(times(&log("other", &[entry(106.5, 63.5, 32.5)])).unwrap(), [31.0]);
        let both = [entry(114.0, 71.0, 40.0), entry(154.0, 71.0, 40.0)];
        assert_eq!(times(&log("other", &both)).unwrap(), [31.0, 31.0]);
        // Playwright counts `ssl` twice in its totals.
        assert_eq!(
            times(&log("Playwright", &[entry(154.0, 71.0, 40.0)])).unwrap(),
            [31.0]
        );
        let told = times(&log("WebInspector", &[entry(106.0, 31.0, 33.0)])).unwrap_err();
        assert!(told.to_string().contains("found 31 ms below 33 ms"), "{told}");
    }

    #[test]
    fn without_tls_nothing_is_taken_off() {
        let entry = request("http://a.example/", "http/1.1", 74.0, 31.0, 32.0);
        assert_eq!(times(&log("Playwright", &[entry])).unwrap(), [31.0]);
    }

    #[test]
    fn over_quic_there_is_no_handshake_of_tcp_and_that_is_what_is_said() {
        let tcp = request("https://a.example/", "h2", 106.5, 63.5, 32.5);
        let same = request("https://q.example/", "", 74.0, 31.0, 31.0);
        let named = request("https://q.example/", "h3", 74.0, 31.5, 31.0);
        let text = log("WebInspector", &[tcp, same.clone(), named]);
        let read = read_foreign("h.har", text.as_bytes(), &ImportOptions::default()).unwrap();
        assert_eq!((read.pairs.len(), read.pairs[0].figures.n()), (1, Some(1)));
        assert!(
            read.notes
                .iter()
                .any(|note| note.starts_with("2 of 3 requests went over QUIC")),
            "{:?}",
            read.notes
        );
        let firefox = request("https://q.example/", "HTTP/3", 74.0, 31.0, -1.0);
        let alone = times(&log("Firefox", &[firefox])).unwrap_err();
        assert!(alone.to_string().contains("1 went over QUIC"), "{alone}");
        assert!(
            alone.problems()[0]
                .hint
                .as_deref()
                .unwrap()
                .contains("--metric ssl")
        );
        // Where `ssl` comes behind, the two may well be the same.
        assert_eq!(times(&log("Firefox", &[same])).unwrap(), [31.0]);
    }

    #[test]
    fn what_goes_to_no_host_is_left_out_and_counted() {
        let hosted = request("https://a.example/", "h2", 106.5, 63.5, 32.5);
        let local = [
            "data:image/png;base64,AAAA",
            "data:,x",
            "blob:https://a.example/5b1c",
            "about:blank",
            "moz-extension://0f/x.js",
        ];
        let mut entries: Vec<String> = local
            .iter()
            .map(|url| request(url, "", 0.0, -1.0, -1.0))
            .collect();
        let none = times(&log("Firefox", &entries)).unwrap_err().to_string();
        assert!(none.contains("5 went to no host"), "{none}");
        entries.push(hosted);
        let text = log("WebInspector", &entries);
        for metric in ["connect", "wait"] {
            let options = ImportOptions {
                metric: Some(metric.to_owned()),
                ..ImportOptions::default()
            };
            let read = read_foreign("h.har", text.as_bytes(), &options).unwrap();
            assert_eq!((read.pairs.len(), read.pairs[0].figures.n()), (1, Some(1)));
            let note = "5 of 6 requests went to no host and are left out: 1 about:, 1 blob:, 2 data:, 1 moz-extension:";
            assert!(read.notes.iter().any(|told| told == note), "{:?}", read.notes);
        }
        let odd = times(&log(
            "WebInspector",
            &[request("a.example/x", "", 0.0, 1.0, -1.0)],
        ))
        .unwrap_err();
        assert!(odd.to_string().contains("must be a URL with a host"), "{odd}");
    }
}
