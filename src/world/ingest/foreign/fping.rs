//! Output of `fping`: a line a reply, a list a host (`-C N -q`), a host and its time (`-e`), or JSON (`-J`).
//!
//! Source of the JSON: fping 5.5, `doc/fping-json.md`: an object a line with one member that says what it is, `resp`,
//! `timeout`, `vSum` for `-C`, `summary` for `-c`, `intSum` for `-Q`; times are ms, and what is not known is skipped.

use std::collections::BTreeMap;

use super::gather::{Ends, Gather, Label};
use super::json::{Json, Members};
use super::ping_line;
use super::text::{Line, Text, leading_number};
use super::unit::Unit;
use crate::basis::error::{Place, Problem, Result};

/// What the objects of JSON are called that tell of a host.
const OF_HOSTS: [&str; 6] = ["resp", "timeout", "vSum", "summary", "intSum", "warning"];

const NO_TIMES: &str = "fping tells no single times here: run it with -C in place of -c, and without -Q";

/// What one line says of a host.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Said<'t> {
    /// `host : 91.7 37.0 - 29.2`.
    List(&'t str),
    /// `host : [0], 64 bytes, 14.3 ms (14.3 avg, 0% loss)`: its time, or nothing when it was lost.
    Reply(Option<&'t str>),
    /// `host is alive (14.3 ms)`.
    Alive(Option<&'t str>),
    /// `host is unreachable`.
    Unreachable,
    /// `host : xmt/rcv/%loss = 5/4/20%, min/avg/max = 1/2/3`.
    Counts,
}

/// Which hosts have a line for each reply, or their times in a list.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    single: bool,
    listed: bool,
}

pub(super) fn read(text: &Text, gather: &mut Gather) -> Label {
    if is_json(text) {
        let read = of_json(text, gather);
        gather.problems.keep(read);
        return Label::new("fping -J", "replies");
    }
    tell_ping(text, gather);
    let lines: Vec<(Line, &str, Said)> = text
        .lines()
        .filter_map(|line| said(line.text).map(|(host, said)| (line, host, said)))
        .collect();
    let mut hosts: BTreeMap<&str, Told> = BTreeMap::new();
    for (_, host, said) in &lines {
        let told = hosts.entry(host).or_default();
        told.single |= matches!(said, Said::Reply(_));
        told.listed |= matches!(said, Said::List(_));
    }
    let (mut listed, mut alive, mut without_time, mut counts_alone) = (false, false, 0, None);
    for (line, host, said) in &lines {
        let ends = Ends {
            from: None,
            to: Some(host),
        };
        match said {
            // Without -q the list says again what its lines said, and counts come beside them.
            Said::List(_) | Said::Counts if hosts[host].single => {}
            Said::Counts if hosts[host].listed => {}
            Said::List(times) => {
                listed = true;
                list(*line, ends, times, gather);
            }
            Said::Reply(Some(time)) => one(*line, ends, time, gather),
            Said::Reply(None) => gather.lost(ends, 1, || line.place()),
            Said::Unreachable => {
                alive = true;
                gather.lost(ends, 1, || line.place());
            }
            Said::Alive(Some(time)) => {
                alive = true;
                one(*line, ends, time, gather);
            }
            Said::Alive(None) => without_time += 1,
            Said::Counts => counts_alone = Some(*line),
        }
    }
    if let Some(line) = counts_alone {
        gather.wrong(line.place(), NO_TIMES);
    }
    if without_time > 0 {
        gather.note(format!(
            "{without_time} × a host that is alive, without its time: run fping with -e"
        ));
    }
    let words = match (listed, alive, hosts.values().any(|told| told.single)) {
        (true, false, false) => "fping -C -q",
        (false, true, false) => "fping -e",
        (false, false, _) => "fping -C",
        _ => "fping",
    };
    Label::new(words, "replies")
}

/// Whether the line is one that only fping writes.
pub(super) fn is_line(line: &str) -> bool {
    said(line).is_some()
}

/// Lines of ping are no lines of fping: each has its own form.
fn tell_ping(text: &Text, gather: &mut Gather) {
    let mut lines = text
        .lines()
        .filter(|line| said(line.text).is_none() && ping_line::is_line(line.text));
    let Some(first) = lines.next() else { return };
    let (n, place) = (lines.count() + 1, first.place());
    if gather.options.form.is_some() {
        let line = place.line;
        gather.note(format!(
            "{n} × a line of ping, the first in line {line}: left out here, read with --as ping"
        ));
    } else {
        let problem = Problem::error(format!("a line of ping among those of fping ({n} in all)"));
        let hint = "read each by itself: once with --as ping, once with --as fping";
        gather.problems.push(problem.at(place).hint(hint));
    }
}

/// Whether the text is what `fping -J` writes.
pub(super) fn is_json(text: &Text) -> bool {
    let first = Json::first(text).and_then(|first| first.members().ok());
    first.is_some_and(|first| {
        let of_host = |name: &&str| -> bool {
            let inner = first.get(name).and_then(|inner| inner.members().ok());
            inner.is_some_and(|inner| inner.has("host"))
        };
        OF_HOSTS.iter().any(of_host)
    })
}

fn of_json(text: &Text, gather: &mut Gather) -> Result<()> {
    let values = Json::values(text)?;
    let mut hosts: BTreeMap<String, Told> = BTreeMap::new();
    for value in &values {
        if let Some((name, host, _)) = of_host(*value)? {
            let told = hosts.entry(host).or_default();
            told.single |= name == "resp" || name == "timeout";
            told.listed |= name == "vSum";
        }
    }
    let mut no_times: Option<Place> = None;
    for value in values {
        let Some((name, host, inner)) = of_host(value)? else {
            continue;
        };
        let ends = Ends {
            from: None,
            to: Some(&host),
        };
        let told = hosts[&host];
        match name {
            "resp" => json_time(inner.need("rtt")?, ends, gather)?,
            "timeout" => gather.lost(ends, 1, || value.place()),
            "vSum" if !told.single => json_list(&inner, ends, gather)?,
            "summary" | "intSum" if !told.single && !told.listed => {
                no_times.get_or_insert_with(|| value.place());
            }
            _ => {}
        }
    }
    if let Some(place) = no_times {
        gather.wrong(place, NO_TIMES);
    }
    Ok(())
}

/// What an object of JSON is, the host it tells of, and what it tells; nothing when it is of no host.
fn of_host(value: Json<'_>) -> Result<Option<(&'static str, String, Members<'_>)>> {
    let members = value.members()?;
    let known = OF_HOSTS
        .into_iter()
        .find_map(|name| Some((name, members.get(name)?)));
    let Some((name, inner)) = known else {
        return Ok(None);
    };
    let inner = inner.members()?;
    let host = inner.need("host")?.text()?;
    Ok(Some((name, host, inner)))
}

fn json_list(inner: &Members<'_>, ends: Ends<'_>, gather: &mut Gather) -> Result<()> {
    for time in inner.need("values")?.items()? {
        if time.shown() == "null" {
            gather.lost(ends, 1, || time.place());
        } else {
            json_time(time, ends, gather)?;
        }
    }
    Ok(())
}

fn json_time(time: Json<'_>, ends: Ends<'_>, gather: &mut Gather) -> Result<()> {
    gather.number(ends, time.number()?, Unit::Millis, || time.place());
    Ok(())
}

fn list(line: Line<'_>, ends: Ends<'_>, times: &str, gather: &mut Gather) {
    for time in times.split_ascii_whitespace() {
        if time == "-" {
            gather.lost(ends, 1, || line.place());
        } else {
            one(line, ends, time, gather);
        }
    }
}

fn one(line: Line<'_>, ends: Ends<'_>, time: &str, gather: &mut Gather) {
    match time.parse::<f64>() {
        Ok(ms) => gather.number(ends, ms, Unit::Millis, || line.place_of(time)),
        Err(_) => gather.wrong(
            line.place_of(time),
            format!("the time must be a number, found `{time}`"),
        ),
    }
}

fn said(line: &str) -> Option<(&str, Said<'_>)> {
    let line = line.trim();
    let line = stamped(line).unwrap_or(line);
    if let Some((host, facts)) = line.split_once(" : ") {
        let host = host.trim_end();
        let facts = facts.trim();
        return (!host.is_empty() && !host.contains(',')).then_some((host, of_facts(facts)?));
    }
    if let Some((host, rest)) = line.split_once(" is alive") {
        let time = rest.trim().strip_prefix('(').map(|time| leading_number(time).0);
        return Some((host_of(host)?, Said::Alive(time)));
    }
    let host = line.strip_suffix(" is unreachable")?;
    Some((host_of(host)?, Said::Unreachable))
}

/// What stands behind the time that -D puts in front, `[1700000000.5]` or `[2025-01-31 12:30:01]`, or -Q above.
pub(super) fn stamped(line: &str) -> Option<&str> {
    let (stamp, rest) = line.strip_prefix('[')?.split_once(']')?;
    let clock = stamp.split_once(':').is_some_and(|(hour, minute)| {
        hour.ends_with(|c: char| c.is_ascii_digit()) && minute.starts_with(|c: char| c.is_ascii_digit())
    });
    // Of JSON a list may begin so, but in it a colon stands behind quotes.
    let clock = clock && !stamp.contains(['"', '{', '[', ',']) && (rest.is_empty() || rest.starts_with(' '));
    let seconds = stamp.parse::<f64>().is_ok() && rest.starts_with(' ');
    (clock || seconds).then(|| rest.trim_start())
}

/// `host`, or `host (address)`; a message of the system is neither.
fn host_of(words: &str) -> Option<&str> {
    let (host, rest) = words.trim().split_once(' ').unwrap_or((words.trim(), ""));
    let rest = rest.trim();
    let address = rest.is_empty() || rest.starts_with('(') && rest.ends_with(')');
    (address && !host.is_empty()).then_some(host)
}

fn of_facts(facts: &str) -> Option<Said<'_>> {
    if facts.starts_with("xmt/rcv/%loss") {
        return Some(Said::Counts);
    }
    if let Some(rest) = facts.strip_prefix('[') {
        let (_, rest) = rest.split_once(']')?;
        if rest.contains("timed out") || rest.contains("nreachable") {
            return Some(Said::Reply(None));
        }
        let (_, time) = rest.split_once("bytes, ")?;
        return Some(Said::Reply(Some(leading_number(time).0)));
    }
    let words = || facts.split_ascii_whitespace();
    let is_time = |word: &str| word == "-" || word.parse::<f64>().is_ok();
    (words().next().is_some() && words().all(is_time)).then_some(Said::List(facts))
}

#[cfg(test)]
mod tests {
    use crate::world::ingest::foreign::{Figures, Form, ImportOptions, Imported, Unit, read_foreign};

    fn read(text: &str) -> crate::basis::error::Result<Imported> {
        read_foreign("f.txt", text.as_bytes(), &ImportOptions::default())
    }

    fn times(read: &Imported, at: usize) -> Vec<f64> {
        match &read.pairs[at].figures {
            Figures::Samples(times) => times.iter().map(|time| time.ms()).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn all_three_forms_give_their_times() {
        let quiet = read("a.example  : 91.7 37.0 - 29.2\n2001:db8::1 : - -\n").unwrap();
        assert_eq!(quiet.read_as, "fping -C -q, 3 replies, 3 lost");
        assert_eq!(
            (times(&quiet, 1), quiet.pairs[1].lost),
            (vec![91.7, 37.0, 29.2], 1)
        );
        let loud = read(
            "[1700000000.5] a : [0], 64 bytes, 14.3 ms (14.3 avg, 0% loss)\n\
             a : [1], timed out (14.3 avg, 50% loss)\n\na : 14.3 -\n",
        )
        .unwrap();
        assert_eq!(loud.read_as, "fping -C, 1 reply, 1 lost");
        let alive = read("a is alive (3.21 ms)\nb (192.0.2.1) is unreachable\n").unwrap();
        assert_eq!(alive.read_as, "fping -e, 1 reply, 1 lost");
        assert_eq!(times(&alive, 0), [3.21]);
    }

    #[test]
    fn json_gives_each_time_once() {
        let json = read(
            "{\"resp\": {\"host\": \"a\", \"seq\": 0, \"size\": 64, \"rtt\": 5.12}}\n\
             {\"timeout\": {\"host\": \"a\", \"seq\": 1}}\n\
             {\"vSum\": {\"host\": \"a\", \"values\": [5.12, null]}}\n\
             {\"vSum\": {\"host\": \"b\", \"values\": [1.5, null, 3]}}\n\
             {\"intSum\": {\"time\": 1733560000, \"host\": \"b\", \"xmt\": 3, \"rcv\": 2, \"loss\": 33}}\n\
             {\"stats\": {\"targets\": 2}}\n",
        )
        .unwrap();
        assert_eq!(
            (json.form, json.read_as.as_str()),
            (Form::Fping, "fping -J, 3 replies, 2 lost")
        );
        assert_eq!((times(&json, 0), times(&json, 1)), (vec![5.12], vec![1.5, 3.0]));
        let counts =
            "{\"summary\": {\"host\": \"a\", \"xmt\": 1, \"rcv\": 1, \"loss\": 0, \"rttMin\": 5.12}}\n";
        let counts = read(counts).unwrap_err().to_string();
        assert!(
            counts.starts_with("f.txt:1:1: fping tells no single times"),
            "{counts}"
        );
        let wrong = read("{\"resp\": {\"host\": \"a\", \"rtt\": -1}}")
            .unwrap_err()
            .to_string();
        assert!(
            wrong.starts_with("f.txt:1:31: the time must not be negative"),
            "{wrong}"
        );
    }

    #[test]
    fn stamps_of_all_kinds_stand_before_what_is_said() {
        let stamped = read(
            "[2025-01-31 12:30:01] a : [0], 64 bytes, 14.3 ms (14.3 avg, 0% loss)\n\
             [2025-01-31T12:30:02+0100] a : [1], timed out (14.3 avg, 50% loss)\n\
             [Fri Jan 31 12:30:03 2025] a : [2], 64 bytes, 15.3 ms (14.8 avg, 33% loss)\n",
        )
        .unwrap();
        assert_eq!((times(&stamped, 0), stamped.pairs[0].lost), (vec![14.3, 15.3], 1));
        let interval = "[12:30:01]\na : xmt/rcv/%loss = 3/2/33%, min/avg/max = 1/2/3\n";
        let alone = read(interval).unwrap_err().to_string();
        assert!(
            alone.starts_with("f.txt:2:1: fping tells no single times"),
            "{alone}"
        );
        let listed = read(&format!("{interval}a : 1 - 3\n")).unwrap();
        assert_eq!((times(&listed, 0), listed.pairs[0].lost), (vec![1.0, 3.0], 1));
    }

    #[test]
    fn lines_of_ping_are_not_dropped_in_silence() {
        // Nobody looks so far down to know a form.
        let many = "a : 20 21 -\n".repeat(2000);
        let mixed = format!("{many}64 bytes from 192.0.2.1: icmp_seq=1 ttl=53 time=30 ms\n");
        let error = read(&mixed).unwrap_err().to_string();
        assert_eq!(
            error,
            "f.txt:2001:1: a line of ping among those of fping (1 in all)"
        );
        assert!(read("connect: Network is unreachable\n").is_err());
    }

    #[test]
    fn what_tells_no_times_says_how_to_get_them() {
        let counts = read("a : xmt/rcv/%loss = 5/4/20%, min/avg/max = 1/2/3\n").unwrap_err();
        assert!(
            counts
                .to_string()
                .contains("f.txt:1:1: fping tells no single times"),
            "{counts}"
        );
        let options = ImportOptions {
            form: Some(Form::Fping),
            ..ImportOptions::default()
        };
        assert!(read_foreign("f.txt", b"a is alive\n", &options).is_err());
        let options = ImportOptions {
            unit: Some(Unit::Seconds),
            ..ImportOptions::default()
        };
        let unit = read_foreign("f.txt", b"a : 3\n", &options).unwrap_err();
        assert_eq!(
            unit.to_string(),
            "f.txt:1:1: the unit of fping is ms here, and s by --unit"
        );
        let wrong = read("a : 3 -1 2\n").unwrap_err().to_string();
        assert_eq!(wrong, "f.txt:1:7: the time must not be negative, found -1 ms");
    }
}
