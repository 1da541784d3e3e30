//! Output of `fping`: a line a reply, a list a host (`-C N -q`), or a host and its time (`-e`).

use std::collections::BTreeMap;

use super::gather::{Ends, Gather, Label};
use super::text::{Line, Text, leading_number};
use super::unit::Unit;

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

pub(super) fn read(text: &Text, gather: &mut Gather) -> Label {
    let lines: Vec<(Line, &str, Said)> = text
        .lines()
        .filter_map(|line| said(line.text).map(|(host, said)| (line, host, said)))
        .collect();
    let mut single: BTreeMap<&str, bool> = BTreeMap::new();
    for (_, host, said) in &lines {
        *single.entry(host).or_default() |= matches!(said, Said::Reply(_));
    }
    let (mut listed, mut alive, mut without_time, mut counts_alone) = (false, false, 0, None);
    for (line, host, said) in &lines {
        let ends = Ends {
            from: None,
            to: Some(host),
        };
        match said {
            // Without -q the list says again what its lines said, and counts come beside them.
            Said::List(_) | Said::Counts if single[host] => {}
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
        gather.wrong(
            line.place(),
            "fping tells no single times here: run it with -C in place of -c",
        );
    }
    if without_time > 0 {
        gather.note(format!(
            "{without_time} × a host that is alive, without its time: run fping with -e"
        ));
    }
    let words = match (listed, alive, single.values().any(|single| *single)) {
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
    // -D puts the time of day in front.
    let line = match line.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
        Some((stamp, rest)) if stamp.parse::<f64>().is_ok() => rest.trim_start(),
        _ => line,
    };
    if let Some((host, facts)) = line.split_once(" : ") {
        let host = host.trim_end();
        let facts = facts.trim();
        return (!host.is_empty() && !host.contains(',')).then_some((host, of_facts(facts)?));
    }
    if let Some((host, rest)) = line.split_once(" is alive") {
        let time = rest.trim().strip_prefix('(').map(|time| leading_number(time).0);
        return Some((first_word(host), Said::Alive(time)));
    }
    let host = line.strip_suffix(" is unreachable")?;
    Some((first_word(host), Said::Unreachable))
}

fn first_word(host: &str) -> &str {
    host.trim().split(' ').next().unwrap_or_default()
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
