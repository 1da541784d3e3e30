//! Output of `ping`: of Linux, of macOS and the BSDs, of Windows in whatever language, several runs in one file.
//!
//! A run is a header, a line a reply, and a summary. What was lost is what the summary says was sent, less what came
//! back; where a run has no summary, what its own lines say was lost.

use super::gather::{Ends, Gather, Label};
use super::measured::{Figures, Summary};
use super::ping_line::{Said, said};
use super::text::{Line, Text};
use super::unit::Unit;
use crate::basis::error::Place;
use crate::basis::units::Millis;

/// What a reply below one millisecond counts as on Windows, ms: the middle of what it can be.
const BELOW_ONE_MS: f64 = 0.5;

/// One run so far.
#[derive(Debug, Default)]
struct Run {
    to: Option<String>,
    seen: u64,
    told_lost: u64,
    counts: Option<(u64, u64)>,
    place: Option<Place>,
}

/// Things told once for the whole file.
#[derive(Debug, Default)]
struct Odd {
    runs: u64,
    below: u64,
    duplicates: u64,
    without_time: u64,
    unfinished: u64,
    windows: bool,
    posix: bool,
}

pub(super) fn read(text: &Text, gather: &mut Gather) -> Label {
    let (mut run, mut odd) = (Run::default(), Odd::default());
    for line in text.lines() {
        match said(line.text) {
            Said::Header(to) => {
                close(std::mem::take(&mut run), gather, &mut odd);
                run.to = Some(to.to_owned());
                run.place = Some(line.place());
            }
            // A second summary, or a reply behind one, belongs to a run whose header is missing.
            Said::Counts { .. } | Said::Reply { .. } if run.counts.is_some() => {
                close(std::mem::take(&mut run), gather, &mut odd);
                take(line, &mut run, gather, &mut odd);
            }
            _ => take(line, &mut run, gather, &mut odd),
        }
    }
    close(run, gather, &mut odd);
    odd.tell(gather);
    Label::new(odd.label(), "replies")
}

/// Whether the line is one that only ping writes.
pub(super) fn is_line(line: &str) -> bool {
    matches!(
        said(line),
        Said::Header(_) | Said::Reply { .. } | Said::Counts { .. } | Said::NoTime
    )
}

fn take(line: Line<'_>, run: &mut Run, gather: &mut Gather, odd: &mut Odd) {
    run.place.get_or_insert_with(|| line.place());
    match said(line.text) {
        Said::Reply {
            from,
            value,
            unit,
            below,
        } => {
            run.seen += 1;
            run.to.get_or_insert_with(|| from.to_owned());
            odd.below += u64::from(below);
            let windows = line.text.contains("TTL=") || line.text.starts_with("Reply from");
            odd.windows |= windows;
            odd.posix |= !windows;
            reply(line, value, unit, below, run, gather);
        }
        Said::Duplicate => odd.duplicates += 1,
        Said::NoTime => odd.without_time += 1,
        Said::Lost => run.told_lost += 1,
        Said::Counts {
            sent,
            received,
            replies_are_counted,
        } => {
            let received = if replies_are_counted { received } else { run.seen };
            odd.windows |= !replies_are_counted;
            odd.posix |= replies_are_counted;
            if received > sent {
                let message = format!("{received} replies were received and only {sent} sent");
                gather.wrong(line.place(), message);
            }
            run.counts = Some((sent, received));
        }
        Said::Times(figures) => times(line, figures, run, gather),
        Said::Header(_) | Said::Nothing => {}
    }
}

fn reply(line: Line<'_>, value: &str, unit: bool, below: bool, run: &Run, gather: &mut Gather) {
    let ends = Ends {
        from: None,
        to: run.to.as_deref(),
    };
    let place = || line.place_of(value);
    if !unit {
        gather.wrong(
            place(),
            format!("the time `{value}` has no unit: ping writes ms behind it"),
        );
        return;
    }
    match value.parse::<f64>() {
        Ok(_) if below => gather.number(ends, BELOW_ONE_MS, Unit::Millis, place),
        Ok(ms) => gather.number(ends, ms, Unit::Millis, place),
        Err(_) => gather.wrong(place(), format!("the time must be a number, found `{value}`")),
    }
}

/// The last line of a run that was too quiet to write replies.
fn times(line: Line<'_>, figures: &str, run: &Run, gather: &mut Gather) {
    let (Some((_, received)), 0) = (run.counts, run.seen) else {
        return;
    };
    let parts: Vec<&str> = figures.split('/').collect();
    let numbers: Vec<Option<Millis>> = parts
        .iter()
        .map(|part| Unit::Millis.time(part.trim().parse().ok()?).ok())
        .collect();
    match numbers.as_slice() {
        [Some(min), Some(avg), Some(max), Some(mdev)] if min <= avg && avg <= max => {
            let summary = Summary {
                n: received,
                min: *min,
                avg: *avg,
                max: *max,
                mdev: *mdev,
            };
            let ends = Ends {
                from: None,
                to: run.to.as_deref(),
            };
            gather.figures(ends, Figures::Summary(summary), || line.place());
        }
        [Some(_), Some(_), Some(_)] => gather.wrong(
            line.place(),
            "this run tells neither its replies nor their deviation: run ping without -q",
        ),
        _ => gather.wrong(
            line.place_of(figures),
            format!("the summary must be four times in order, found `{figures}`"),
        ),
    }
}

fn close(run: Run, gather: &mut Gather, odd: &mut Odd) {
    let Some(place) = run
        .place
        .filter(|_| run.seen + run.told_lost > 0 || run.counts.is_some())
    else {
        return;
    };
    odd.runs += 1;
    let lost = if let Some((sent, received)) = run.counts {
        sent.saturating_sub(received.max(run.seen))
    } else {
        odd.unfinished += 1;
        run.told_lost
    };
    let ends = Ends {
        from: None,
        to: run.to.as_deref(),
    };
    gather.lost(ends, lost, || place.clone());
    if let Some((_, received)) = run.counts
        && run.seen > 0
        && received > run.seen
    {
        let to = run.to.unwrap_or_default();
        let (seen, missing) = (run.seen, received - run.seen);
        gather.note(format!(
            "a run to {to} received {received} replies and shows {seen}: the other {missing} are not here"
        ));
    }
}

impl Odd {
    fn label(&self) -> String {
        let system = match (self.windows, self.posix) {
            (true, true) => "Windows and others",
            (true, false) => "Windows",
            (false, _) => "Linux, macOS or BSD",
        };
        match self.runs {
            1 => format!("ping ({system})"),
            runs => format!("ping ({system}, {runs} runs)"),
        }
    }

    fn tell(&self, gather: &mut Gather) {
        if self.windows {
            gather.note("ping on Windows tells whole milliseconds");
        }
        if self.below > 0 {
            let n = self.below;
            gather.note(format!("{n} × `<1ms` counts as {BELOW_ONE_MS} ms"));
        }
        if self.duplicates > 0 {
            let n = self.duplicates;
            gather.note(format!("{n} × a reply that came twice: the first counts"));
        }
        if self.without_time > 0 {
            let n = self.without_time;
            gather.note(format!("{n} × a reply without a time: too small to carry one"));
        }
        if self.unfinished > 0 {
            let n = self.unfinished;
            gather.note(format!(
                "{n} × a run without its summary: only what its lines say was lost is counted"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::ingest::foreign::{Form, ImportOptions, Imported, read_foreign};

    fn read(text: &str) -> Imported {
        read_foreign("p.txt", text.as_bytes(), &ImportOptions::default()).unwrap()
    }

    fn errors(text: &str) -> String {
        let options = ImportOptions {
            form: Some(Form::Ping),
            ..ImportOptions::default()
        };
        read_foreign("p.txt", text.as_bytes(), &options)
            .unwrap_err()
            .to_string()
    }

    fn times(read: &Imported, at: usize) -> Vec<f64> {
        match &read.pairs[at].figures {
            Figures::Samples(times) => times.iter().map(|time| time.ms()).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn runs_of_linux_and_macos_in_one_file_are_told_apart() {
        let text = "PING a.example (192.0.2.1) 56(84) bytes of data.\n\
            64 bytes from host-1.example (192.0.2.1): icmp_seq=1 ttl=53 time=14.3 ms\n\
            [1700000000.1] 64 bytes from 192.0.2.1: icmp_seq=2 ttl=53 time=15.0 ms (DUP!)\n\
            64 bytes from 192.0.2.1: icmp_seq=3 ttl=53 time=15 ms\n\n\
            --- a.example ping statistics ---\n\
            3 packets transmitted, 2 received, +1 duplicates, 33.3333% packet loss, time 2003ms\n\
            rtt min/avg/max/mdev = 14.3/14.6/15/0.3 ms\n\
            PING b.example (192.0.2.2): 56 data bytes\n\
            64 bytes from 192.0.2.2: icmp_seq=0 ttl=53 time=20.001 ms\n\
            Request timeout for icmp_seq 1\n\
            2 packets transmitted, 1 packets received, 50.0% packet loss\n";
        let read = read(text);
        assert_eq!(
            read.read_as,
            "ping (Linux, macOS or BSD, 2 runs), 3 replies, 2 lost"
        );
        assert_eq!(
            (times(&read, 0), times(&read, 1)),
            (vec![14.3, 15.0], vec![20.001])
        );
        assert_eq!((read.pairs[0].lost, read.pairs[1].to.as_str()), (1, "b.example"));
        assert!(
            read.notes.iter().any(|note| note.contains("came twice")),
            "{:?}",
            read.notes
        );
    }

    #[test]
    fn windows_is_read_in_any_language() {
        let english = "\r\nPinging a.example [192.0.2.1] with 32 bytes of data:\r\n\
            Reply from 192.0.2.1: bytes=32 time=14ms TTL=53\r\nRequest timed out.\r\n\
            Reply from 192.0.2.9: Destination host unreachable.\r\n\
            Reply from 192.0.2.1: bytes=32 time<1ms TTL=53\r\n\r\nPing statistics for 192.0.2.1:\r\n    \
            Packets: Sent = 4, Received = 3, Lost = 1 (25% loss),\r\n\
            Approximate round trip times in milli-seconds:\r\n    \
            Minimum = 0ms, Maximum = 14ms, Average = 7ms\r\n";
        let german = "Ping wird ausgeführt für a.example [192.0.2.1] mit 32 Bytes Daten:\n\
            Antwort von 192.0.2.1: Bytes=32 Zeit=14ms TTL=53\nZeitüberschreitung der Anforderung.\n\
            Zeitüberschreitung der Anforderung.\nAntwort von 192.0.2.1: Bytes=32 Zeit<1ms TTL=53\n\
            Pakete: Gesendet = 4, Empfangen = 2, Verloren = 2\n(50% Verlust),\n"
            .replace("2\n(50%", "2 (50%");
        for text in [english, &german] {
            let read = read(text);
            assert_eq!(read.read_as, "ping (Windows), 2 replies, 2 lost", "{text}");
            assert_eq!(times(&read, 0), [14.0, 0.5]);
            assert_eq!(read.pairs[0].to, "a.example");
        }
        let french = "Réponse de 192.0.2.1 : octets=32 temps=14 ms TTL=53\n";
        assert_eq!(
            (times(&read(french), 0), read(french).pairs[0].to.as_str()),
            (vec![14.0], "192.0.2.1")
        );
        let six = "Pinging ::1 with 32 bytes of data:\nReply from ::1: time<1ms\n";
        assert_eq!(
            (times(&read(six), 0), read(six).pairs[0].to.as_str()),
            (vec![0.5], "::1")
        );
    }

    #[test]
    fn a_quiet_run_is_its_summary() {
        let quiet = "PING a (192.0.2.1): 56 data bytes\n\n10 packets transmitted, 9 packets received, 10.0% packet loss\n\
            round-trip min/avg/max/stddev = 1.0/2.0/4.0/0.5 ms\n";
        let read = read(quiet);
        let Figures::Summary(summary) = read.pairs[0].figures else {
            panic!("{read:?}")
        };
        assert_eq!((summary.n, summary.max.ms(), read.pairs[0].lost), (9, 4.0, 1));
        let many = quiet.replace("0.5 ms", "0.5 ms, pipe 2");
        assert_eq!(super::tests::read(&many).pairs[0].figures, read.pairs[0].figures);
        let busy = quiet.replace("/stddev", "").replace("/0.5", "");
        assert!(
            errors(&busy).contains("p.txt:4:1: this run tells neither"),
            "{}",
            errors(&busy)
        );
    }

    #[test]
    fn a_run_that_lost_everything_is_a_pair_without_times() {
        let read = read(
            "PING a (192.0.2.1) 56(84) bytes of data.\n3 packets transmitted, 0 received, 100% packet loss\n",
        );
        assert_eq!((times(&read, 0).len(), read.pairs[0].lost), (0, 3));
    }

    #[test]
    fn times_that_cannot_be_are_told_where_they_stand() {
        let line = |time: &str| format!("64 bytes from 192.0.2.1: icmp_seq=1 ttl=53 time={time}\n");
        for (time, told) in [
            ("-3 ms", "p.txt:1:49: the time must not be negative, found -3 ms"),
            ("nan ms", "the time must be a finite number"),
            ("1e999 ms", "the time must be a finite number"),
            ("1e12 ms", "the time must be below a day"),
            ("x ms", "the time must be a number, found `x`"),
            ("14.3", "the time `14.3` has no unit"),
        ] {
            let said = errors(&line(time));
            assert!(said.contains(told), "{time}: {said}");
        }
        let more = "2 packets transmitted, 3 received, 0% packet loss\n";
        assert!(errors(more).contains("only 2 sent"));
    }
}
