//! Output of `ping`: of Linux, of macOS and the BSDs, of Windows in whatever language, several runs in one file.
//!
//! A run is a header, a line a reply, and a summary. What was lost is what the summary says was sent, less what came
//! back; where a run has no summary, what is missing in the numbers of its packets, and what its lines say was lost.
//! Runs may be written into each other: a line is of the run whose header names its host or address.

mod numbers;

mod spans;

mod odd;

mod run;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use self::odd::Odd;
use self::run::{Counts, Run};
use self::spans::{Key, Spans, keys};
use super::fping;
use super::gather::{Gather, Label};
use super::measured::{Figures, Summary};
use super::ping_line::{Header, Reply, Said, Source, address_in, address_of, said, windows_summary};
use super::text::{Line, Text};
use super::unit::Unit;
use crate::basis::error::{Place, Problem};
use crate::basis::units::Millis;

/// What a reply below one millisecond counts as on Windows, ms: the middle of what it can be.
const BELOW_ONE_MS: f64 = 0.5;

/// As many packets as no run has: one each microsecond for twelve days.
const MOST_SENT: u64 = 1 << 40;

/// What to do with runs that cannot be told apart.
const ONE_FILE_EACH: &str = "write each run of ping into a file of its own";

/// All runs so far.
#[derive(Debug)]
struct Reader<'r, 't, 'o> {
    gather: &'r mut Gather<'o>,
    spans: Spans,
    /// Runs without their summary so far, by a number of ours; and by the last line that is known to be of them.
    open: BTreeMap<usize, Run<'t>>,
    ends: BTreeSet<(usize, usize)>,
    opened: usize,
    known: BTreeMap<Key, Vec<usize>>,
    /// Open runs with a header, and those that no address tells from others yet.
    headed: usize,
    unnamed: BTreeSet<usize>,
    /// The run whose summary came last: its times may follow.
    summed: Option<Run<'t>>,
    /// Whether a quiet run before that one still waits for its times.
    torn: bool,
    /// Whose counts are announced: an open run, or one whose header is missing.
    announced: Vec<(Option<usize>, &'t str)>,
    parts: Vec<u64>,
    /// Losses of which it is not said whose they are.
    unclear: Vec<(usize, Line<'t>, Option<u64>)>,
    odd: Odd<'t>,
}

pub(super) fn read(text: &Text, gather: &mut Gather) -> Label {
    let mut reader = Reader {
        gather,
        spans: Spans::of(text),
        open: BTreeMap::new(),
        ends: BTreeSet::new(),
        opened: 0,
        known: BTreeMap::new(),
        headed: 0,
        unnamed: BTreeSet::new(),
        summed: None,
        torn: false,
        announced: Vec::new(),
        parts: Vec::new(),
        unclear: Vec::new(),
        odd: Odd::default(),
    };
    for (at, line) in text.lines().enumerate() {
        reader.take(at, line);
    }
    reader.finish()
}

impl<'t> Reader<'_, 't, '_> {
    fn take(&mut self, at: usize, line: Line<'t>) {
        let said = said(line.text);
        if !matches!(said, Said::Part(_)) && !line.text.trim().is_empty() {
            self.parts.clear();
        }
        match said {
            Said::Nothing | Said::Times(_) | Said::Part(_) if fping::is_line(line.text) => {
                self.odd.fping.add(line);
            }
            Said::Header(header) => self.header(at, line, header),
            Said::Reply(reply) => self.reply(at, line, reply),
            Said::NoTime { from, number } => {
                self.odd.without_time.add(line);
                if let Some(run) = self.answered(at, line, from, number) {
                    run.without_time += 1;
                }
            }
            Said::Duplicate => self.odd.duplicates += 1,
            Said::Lost(number) => self.lost(at, line, number),
            Said::Statistics(host) => self.statistics(line, host),
            Said::Part(counts) => self.part(at, line, counts),
            Said::Counts {
                sent,
                received,
                replies_are_counted,
            } => {
                let counts = Counts {
                    sent,
                    received,
                    replies_are_counted,
                };
                self.counts(at, line, counts);
            }
            Said::Times(figures) => self.times(line, figures),
            Said::Unread => self
                .gather
                .wrong(line.place(), "a reply in which no time is found"),
            Said::Nothing => self.nothing(line),
        }
    }

    fn header(&mut self, at: usize, line: Line<'t>, header: Header<'t>) {
        self.close_summed();
        self.announced.clear();
        self.torn = false;
        self.odd.header.get_or_insert(line);
        self.begin(at, Run::of(header, at, line));
    }

    /// Opens a run. Those of which nothing follows end here: runs one behind the other do not wait for a summary.
    fn begin(&mut self, at: usize, run: Run<'t>) -> usize {
        while let Some(&(until, id)) = self.ends.first()
            && until < at
        {
            if let Some(run) = self.remove(id) {
                self.close(&run);
            }
        }
        let id = self.opened;
        self.opened += 1;
        self.ends.insert((run.until, id));
        self.headed += usize::from(run.headed);
        self.open.insert(id, run);
        self.know(id, at);
        id
    }

    /// Notes by what a run is known, and how far it goes on.
    fn know(&mut self, id: usize, at: usize) {
        let Some(run) = self.open.get(&id) else { return };
        let (keys, before): (Vec<Key>, usize) = (run.keys().collect(), run.until);
        let mut until = before;
        for key in keys {
            until = until.max(self.spans.until(&key, at));
            let ids = self.known.entry(key).or_default();
            ids.retain(|known| *known != id && self.open.contains_key(known));
            ids.push(id);
        }
        self.ends.remove(&(before, id));
        self.ends.insert((until, id));
        if let Some(run) = self.open.get_mut(&id) {
            run.until = until;
            if run.is_unnamed() {
                self.unnamed.insert(id);
            } else {
                self.unnamed.remove(&id);
            }
        }
    }

    fn remove(&mut self, id: usize) -> Option<Run<'t>> {
        let run = self.open.remove(&id)?;
        self.ends.remove(&(run.until, id));
        self.unnamed.remove(&id);
        self.headed -= usize::from(run.headed);
        Some(run)
    }

    /// The latest open run that is known by an address, or else by a name.
    fn find(&self, name: &str, address: Option<IpAddr>) -> Option<usize> {
        keys(name, address).find_map(|key| {
            let ids = self.known.get(&key)?;
            ids.iter().rev().find(|id| self.open.contains_key(id)).copied()
        })
    }

    /// Whether another open run goes to the same address under another name, and the reply does not tell which it is of.
    fn has_rival(&self, id: usize, from: Source<'t>) -> bool {
        let ids = from
            .address
            .and_then(|address| self.known.get(&Key::Address(address)));
        let to = self.open[&id].to;
        let others = ids.into_iter().flatten().filter_map(|id| self.open.get(id));
        let mut rivals = others.filter(|run| run.to != to).peekable();
        rivals.peek().is_some() && to != Some(from.name)
    }

    fn only_open(&self) -> Option<usize> {
        let mut ids = self.open.keys();
        ids.next().copied().filter(|_| ids.next().is_none())
    }

    /// The run that a reply is of.
    fn run_of(&mut self, at: usize, line: Line<'t>, from: Source<'t>) -> Option<usize> {
        if let Some(id) = self.find(from.name, from.address) {
            if self.has_rival(id, from) {
                let message = format!("a reply from {} while {}", from.name, self.who_is_open());
                self.wrong(line.place(), format!("{message}: more than one header names it"));
                return None;
            }
            self.learn(id, at, from);
            return Some(id);
        }
        let only = self.only_open();
        let mut unnamed = self.unnamed.iter().copied();
        let candidate = unnamed.next().filter(|_| unnamed.next().is_none());
        if let Some(id) = candidate {
            self.learn(id, at, from);
            return Some(id);
        }
        // Whoever answers a run that is alone is answering it.
        if let Some(id) = only.filter(|_| self.headed > 0) {
            self.odd.elsewhere += 1;
            return Some(id);
        }
        if self.headed == 0 {
            let mut run = Run::without_header(None, at, line);
            run.learn(from);
            return Some(self.begin(at, run));
        }
        let message = format!("a reply from {} while {}", from.name, self.who_is_open());
        self.wrong(line.place(), format!("{message}: no header names it"));
        None
    }

    fn learn(&mut self, id: usize, at: usize, from: Source<'t>) {
        let Some(run) = self.open.get_mut(&id) else { return };
        let known = (run.to, run.address);
        run.learn(from);
        if known != (run.to, run.address) {
            self.know(id, at);
        }
    }

    /// The run of a reply, which is noted as answered.
    fn answered(
        &mut self,
        at: usize,
        line: Line<'t>,
        from: Source<'t>,
        number: Option<u64>,
    ) -> Option<&mut Run<'t>> {
        let id = self.run_of(at, line, from)?;
        let run = self.open.get_mut(&id)?;
        if !run.answer(number, at) {
            self.odd.repeated += 1;
            let mut again = run.again(at, line);
            again.answer(number, at);
            let before = std::mem::replace(run, again);
            self.close(&before);
        }
        self.open.get_mut(&id)
    }

    fn reply(&mut self, at: usize, line: Line<'t>, reply: Reply<'t>) {
        let Some(run) = self.answered(at, line, reply.from, reply.number) else {
            return;
        };
        run.seen += 1;
        run.windows |= reply.windows;
        let ends = run.ends();
        self.odd.read = true;
        self.odd.below += u64::from(reply.below);
        let value = reply.value;
        let place = || line.place_of(value);
        if !reply.unit {
            let message = format!("the time `{value}` has no unit that is known: ping writes ms behind it");
            return self.gather.wrong(place(), message);
        }
        match value.parse::<f64>() {
            Ok(_) if reply.below => self.gather.number(ends, BELOW_ONE_MS, Unit::Millis, place),
            Ok(ms) => self.gather.number(ends, ms, Unit::Millis, place),
            Err(_) => self
                .gather
                .wrong(place(), format!("the time must be a number, found `{value}`")),
        }
    }

    /// A packet without an answer so far. Nothing tells whose it is: where several runs are open, that matters to those
    /// that end without a summary.
    fn lost(&mut self, at: usize, line: Line<'t>, number: Option<u64>) {
        let id = match self.only_open() {
            Some(id) => id,
            None if self.open.is_empty() => self.begin(at, Run::without_header(None, at, line)),
            None => return self.unclear.push((at, line, number)),
        };
        if let Some(run) = self.open.get_mut(&id) {
            run.lose(number, at);
            run.routers += u64::from(address_in(line.text).is_some());
        }
    }

    /// A line that is not understood; on Windows that is how a loss looks in another language.
    fn nothing(&mut self, line: Line<'t>) {
        let id = self.only_open().filter(|_| !line.text.trim().is_empty());
        if let Some(run) = id.and_then(|id| self.open.get_mut(&id))
            && run.windows
        {
            run.strange += 1;
            run.routers += u64::from(address_in(line.text).is_some());
        }
    }

    fn statistics(&mut self, line: Line<'t>, host: &'t str) {
        let only = self.only_open().filter(|id| self.open[id].may_be(host));
        let id = self.find(host, address_of(host)).or(only);
        if id.is_none() && self.open.values().any(|run| run.may_be(host)) {
            let message = format!("a summary of {host} while {}", self.who_is_open());
            self.wrong(line.place(), format!("{message}: no header names it"));
        }
        self.announced.push((id, host));
    }

    fn part(&mut self, at: usize, line: Line<'t>, counts: Vec<u64>) {
        let new = self.parts.len();
        self.parts.extend(counts);
        if let [sent, received, lost] = *self.parts.as_slice()
            && let Some(Said::Counts {
                sent,
                received,
                replies_are_counted,
            }) = windows_summary(sent, received, lost)
        {
            let counts = Counts {
                sent,
                received,
                replies_are_counted,
            };
            self.parts.clear();
            self.counts(at, line, counts);
        } else if self.parts.len() > 2 {
            self.parts.drain(..new);
        }
    }

    fn counts(&mut self, at: usize, line: Line<'t>, counts: Counts) {
        let Counts { sent, received, .. } = counts;
        if received > sent {
            let message = format!("{received} replies were received and only {sent} sent");
            self.gather.wrong(line.place(), message);
        }
        if sent > MOST_SENT {
            let message = format!("{sent} packets are more than a run of ping sends");
            self.gather.wrong(line.place(), message);
        }
        let run = match *std::mem::take(&mut self.announced).as_slice() {
            [] if self.open.is_empty() => None,
            [] => {
                let Some(id) = self.only_open() else {
                    let message = format!("a summary that names no host while {}", self.who_is_open());
                    return self.wrong(line.place(), message);
                };
                self.remove(id)
            }
            [(id, host)] => {
                let run = id.and_then(|id| self.remove(id));
                run.or_else(|| Some(Run::without_header(Some(host), at, line)))
            }
            _ => return self.wrong(line.place(), "several summaries begin before this one is told"),
        };
        self.torn |= self
            .summed
            .as_ref()
            .is_some_and(|run| run.seen == 0 && run.not_here() > 0);
        self.close_summed();
        let mut run = run.unwrap_or_else(|| Run::without_header(None, at, line));
        run.windows |= !counts.replies_are_counted;
        run.counts = Some(counts);
        self.summed = Some(run);
    }

    /// The last line of a run that was too quiet to write replies.
    fn times(&mut self, line: Line<'t>, figures: &str) {
        let Some(run) = self.summed.as_mut().filter(|run| run.seen == 0) else {
            return;
        };
        if self.torn {
            return self.wrong(
                line.place(),
                "of which of the summaries above these times are is not clear",
            );
        }
        run.figures = true;
        let (ends, n) = (run.ends(), run.counts.map_or(0, |counts| counts.received));
        let parts: Vec<&str> = figures.split('/').collect();
        let numbers: Vec<Option<Millis>> = parts
            .iter()
            .map(|part| Unit::Millis.time(part.trim().parse().ok()?).ok())
            .collect();
        match *numbers.as_slice() {
            [Some(min), Some(avg), Some(max), Some(mdev)] if min <= avg && avg <= max => {
                let summary = Summary {
                    n,
                    min,
                    avg,
                    max,
                    mdev,
                };
                self.odd.read = true;
                self.gather
                    .figures(ends, Figures::Summary(summary), || line.place());
            }
            [Some(_), Some(_), Some(_)] => self.gather.wrong(
                line.place(),
                "this run tells neither its replies nor their deviation: run ping without -q",
            ),
            _ => self.gather.wrong(
                line.place_of(figures),
                format!("the summary must be four times in order, found `{figures}`"),
            ),
        }
    }

    fn close_summed(&mut self) {
        if let Some(run) = self.summed.take() {
            self.close(&run);
        }
    }

    fn close(&mut self, run: &Run<'t>) {
        let lost = run.lost();
        if run.counts.is_none() && run.seen + run.without_time + lost == 0 {
            if run.headed {
                self.odd.silent += 1;
                self.odd.first_silent.get_or_insert(run.name());
            }
            return;
        }
        self.odd.runs += 1;
        self.odd.windows |= run.windows;
        self.odd.posix |= !run.windows;
        self.odd.read |= lost > 0;
        self.gather.lost(run.ends(), lost, || run.line.place());
        if run.counts.is_none() {
            self.odd.unfinished += 1;
            self.odd.strange += run.strange;
            self.unclear_for(run);
        }
        let missing = run.not_here();
        if let Some(counts) = run.counts
            && missing > 0
        {
            let (to, received, seen) = (run.name(), counts.received, run.seen);
            self.gather.note(format!(
                "a run to {to} received {received} replies and shows {seen}: the other {missing} are not here"
            ));
        }
    }

    /// A run without a summary is wrong where a loss may be its own or another's.
    fn unclear_for(&mut self, run: &Run<'t>) {
        let from = self.unclear.partition_point(|(at, ..)| *at <= run.opened);
        let mut unclear = self.unclear[from..].iter();
        if let Some((_, line, _)) = unclear.find(|(at, _, number)| !run.accounts_for(*at, *number)) {
            let place = line.place();
            let message = format!(
                "whose packet this is is not clear: the run to {} has no summary, and another is open too",
                run.name()
            );
            self.wrong(place, message);
        }
    }

    fn wrong(&mut self, place: Place, message: impl Into<String>) {
        let problem = Problem::error(message).at(place).hint(ONE_FILE_EACH);
        self.gather.problems.push(problem);
    }

    /// `the runs to a and b are open`.
    fn who_is_open(&self) -> String {
        let names: Vec<&str> = self.open.values().take(3).map(Run::name).collect();
        let more = if self.open.len() > names.len() {
            " and others"
        } else {
            ""
        };
        format!("runs to {}{more} are open", names.join(", "))
    }

    fn finish(mut self) -> Label {
        self.close_summed();
        while let Some(id) = self.open.keys().next().copied() {
            if let Some(run) = self.remove(id) {
                self.close(&run);
            }
        }
        self.tell_fping();
        self.tell_nothing();
        self.odd.tell(self.gather);
        Label::new(self.odd.label(), "replies")
    }

    fn tell_fping(&mut self) {
        let Some(first) = self.odd.fping.first else { return };
        let (n, place) = (self.odd.fping.n, first.place());
        if self.gather.options.form.is_some() {
            let line = place.line;
            self.gather.note(format!(
                "{n} × a line of fping, the first in line {line}: left out here, read with --as fping"
            ));
        } else {
            let problem = Problem::error(format!("a line of fping among those of ping ({n} in all)"));
            let hint = "read each by itself: once with --as ping, once with --as fping";
            self.gather.problems.push(problem.at(place).hint(hint));
        }
    }

    /// Runs of which nothing is to be had.
    fn tell_nothing(&mut self) {
        if self.odd.read || !self.gather.problems.is_empty() {
            return;
        }
        let (line, message, hint) = match (self.odd.without_time.first, self.odd.header) {
            (Some(line), _) => (
                line,
                "no reply carries a time: its packets are too small",
                "run ping without -s",
            ),
            (None, Some(line)) => (
                line,
                "no reply and no summary of this run is understood, and of no other here",
                "let ping write English: LC_ALL=C ping, on Linux",
            ),
            (None, None) => return,
        };
        let problem = Problem::error(message).at(line.place()).hint(hint);
        self.gather.problems.push(problem);
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
            Pakete: Gesendet = 4, Empfangen = 2, Verloren = 2\n    (50% Verlust),\n";
        let spanish = "Haciendo ping a a.example [192.0.2.1] con 32 bytes de datos:\n\
            Respuesta desde 192.0.2.1: bytes=32 tiempo=14ms TTL=53\nTiempo de espera agotado para esta solicitud.\n\
            Respuesta desde 192.0.2.9: Host de destino inaccesible.\n\
            Respuesta desde 192.0.2.1: bytes=32 tiempo<1m TTL=53\n\nEstadísticas de ping para 192.0.2.1:\n    \
            Paquetes: enviados = 4, recibidos = 3, perdidos = 1\n    (25% perdidos),\n";
        let italian = spanish
            .replace("recibidos = 3, perdidos = 1\n", "ricevuti = 3,\n    persi = 1 ")
            .replace("tiempo<1m", "durata<1ms");
        let japanese = "a.example [192.0.2.1]に ping を送信しています 32 バイトのデータ:\n\
            192.0.2.1 からの応答: バイト数 =32 時間 =14ms TTL=53\n要求がタイムアウトしました。\n\
            要求がタイムアウトしました。\n192.0.2.1 からの応答: バイト数 =32 時間 <1ms TTL=53\n\n\
            192.0.2.1 の ping 統計:\n    パケット数: 送信 = 4、受信 = 2、損失 = 2 (50% の損失)、\n";
        for text in [english, german, spanish, &italian, japanese] {
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
        let all_lost = "Ping wird ausgeführt für 192.0.2.1 mit 32 Bytes Daten:\nZeitüberschreitung der Anforderung.\n\n\
            Ping-Statistik für 192.0.2.1:\n    Pakete: Gesendet = 1, Empfangen = 0, Verloren = 1\n    (100% Verlust),\n";
        assert_eq!(read(all_lost).read_as, "ping (Windows), 0 replies, 1 lost");
        let six = "Pinging ::1 with 32 bytes of data:\nReply from ::1: time<1ms\n";
        assert_eq!(
            (times(&read(six), 0), read(six).pairs[0].to.as_str()),
            (vec![0.5], "::1")
        );
    }

    const A: &str = "PING a.example (192.0.2.1) 56(84) bytes of data.\n";
    const B: &str = "PING b.example (192.0.2.2) 56(84) bytes of data.\n";

    fn reply(host: u32, number: u32) -> String {
        format!("64 bytes from 192.0.2.{host}: icmp_seq={number} ttl=53 time={host}{number} ms\n")
    }

    fn summary(host: &str, sent: u32, received: u32) -> String {
        format!(
            "\n--- {host} ping statistics ---\n{sent} packets transmitted, {received} received, 9% packet loss, time 1ms\n"
        )
    }

    fn pairs(read: &Imported) -> Vec<(&str, Vec<f64>, u64)> {
        let pairs = read.pairs.iter().enumerate();
        pairs
            .map(|(at, pair)| (pair.to.as_str(), times(read, at), pair.lost))
            .collect()
    }

    #[test]
    fn runs_written_into_each_other_are_told_apart_by_host_and_address() {
        let replies = [reply(1, 1), reply(2, 1), reply(1, 2), reply(2, 3)].concat();
        let cut = read(&format!("{A}{B}{replies}"));
        let wanted = |lost: [u64; 2]| {
            let ([a, b], [x, y]) = (["a.example", "b.example"], lost);
            vec![(a, vec![11.0, 12.0], x), (b, vec![21.0, 23.0], y)]
        };
        assert_eq!(pairs(&cut), wanted([0, 1]));
        // The second begins behind replies of the first, and the first ends last.
        let later = [A, &reply(1, 1), B, &reply(2, 1), &reply(1, 2), &reply(2, 3)].concat();
        let ended = format!(
            "{later}{}{}",
            summary("b.example", 5, 2),
            summary("a.example", 6, 2)
        );
        assert_eq!(pairs(&read(&ended)), wanted([4, 3]));
        // Without headers the addresses remain.
        let bare = read(&replies);
        assert_eq!(
            pairs(&bare),
            [
                ("192.0.2.1", vec![11.0, 12.0], 0),
                ("192.0.2.2", vec![21.0, 23.0], 1)
            ]
        );
        let windows = "Pinging a [192.0.2.1] with 32 bytes of data:\nPinging b [192.0.2.2] with 32 bytes of data:\n\
            Reply from 192.0.2.2: bytes=32 time=2ms TTL=53\nReply from 192.0.2.1: bytes=32 time=1ms TTL=53\n\
            Request timed out.\nPing statistics for 192.0.2.1:\n Packets: Sent = 2, Received = 1, Lost = 1 (50% loss),\n\
            Ping statistics for 192.0.2.2:\n Packets: Sent = 1, Received = 1, Lost = 0 (0% loss),\n";
        assert_eq!(pairs(&read(windows)), [("a", vec![1.0], 1), ("b", vec![2.0], 0)]);
        let quiet = "rtt min/avg/max/mdev = 1/2/3/0.5 ms\n";
        let quiet = read(&format!(
            "{A}{B}{}{quiet}{}{quiet}",
            summary("b.example", 5, 2),
            summary("a.example", 6, 6)
        ));
        assert_eq!(
            quiet.read_as,
            "ping (Linux, macOS or BSD, 2 runs), 2 pairs, 3 lost"
        );
        assert_eq!((quiet.pairs[0].lost, quiet.pairs[0].figures.n()), (0, Some(6)));
    }

    #[test]
    fn what_may_be_of_either_run_is_an_error() {
        let both = [A, B, &reply(1, 1), &reply(2, 1)].concat();
        let third = errors(&format!("{both}{}{}", reply(7, 1), reply(1, 2)));
        let told = "p.txt:5:1: a reply from 192.0.2.7 while runs to a.example, b.example are open";
        assert!(third.contains(told), "{third}");
        let count = errors(&format!(
            "{both}5 packets transmitted, 1 received, 80% packet loss\n"
        ));
        assert!(
            count.contains("p.txt:5:1: a summary that names no host while"),
            "{count}"
        );
        let loss = "no answer yet for icmp_seq=2\n";
        let whose = errors(&format!("{both}{loss}{}", reply(2, 3)));
        assert!(
            whose.contains("p.txt:5:1: whose packet this is is not clear"),
            "{whose}"
        );
        // Where both go on behind it, the gaps tell.
        let clear = read(&format!("{both}{loss}{}{}", reply(2, 2), reply(1, 3)));
        assert_eq!((clear.pairs[0].lost, clear.pairs[1].lost), (1, 0));
        // Two names of one address, at once and one behind the other.
        let other = A.replace("a.example", "c.example");
        let twins = format!(
            "{A}{other}{}{}{}",
            reply(1, 1),
            summary("c.example", 2, 1),
            summary("a.example", 2, 1)
        );
        let told =
            "p.txt:3:1: a reply from 192.0.2.1 while runs to a.example, c.example are open: more than one";
        assert!(errors(&twins).contains(told), "{}", errors(&twins));
        let behind = read(&[A, &reply(1, 1), &other, &reply(1, 1), &reply(1, 2)].concat());
        assert_eq!(
            pairs(&behind),
            [("a.example", vec![11.0], 0), ("c.example", vec![11.0, 12.0], 0)]
        );
        let torn = format!(
            "{A}{B}{}{}rtt min/avg/max/mdev = 1/2/3/0.5 ms\n",
            summary("b.example", 5, 2),
            summary("a.example", 6, 6)
        );
        assert!(
            errors(&torn).contains("of which of the summaries"),
            "{}",
            errors(&torn)
        );
    }

    #[test]
    fn a_reply_that_no_header_names_is_of_the_run_that_is_open() {
        let named = "PING a: 56 data bytes\n64 bytes from 192.0.2.1: icmp_seq=0. time=3.5 ms\n\
            PING b: 56 data bytes\n64 bytes from 192.0.2.2: icmp_seq=0. time=5.5 ms\n\
            64 bytes from 192.0.2.1: icmp_seq=1. time=4.5 ms\n";
        assert_eq!(
            pairs(&read(named)),
            [("a", vec![3.5, 4.5], 0), ("b", vec![5.5], 0)]
        );
        let other = read(&[A, &reply(1, 1), &reply(9, 2)].concat());
        assert_eq!(pairs(&other), [("a.example", vec![11.0, 92.0], 0)]);
        let note = "1 × a reply from another address than its header names: it counts all the same";
        assert!(other.notes.iter().any(|told| told == note), "{:?}", other.notes);
        // macOS tells the address in the header and the name in the summary.
        let six = "PING6(56=40+8+8 bytes) ::2 --> ::1\n16 bytes from ::1, icmp_seq=0 hlim=57 time=5.5 ms\n\
            --- a.example ping6 statistics ---\n3 packets transmitted, 1 packets received, 66.7% packet loss\n";
        assert_eq!(pairs(&read(six)), [("::1", vec![5.5], 2)]);
        let stray = read(&format!("{A}{}{}", reply(1, 1), summary("b.example", 5, 0)));
        assert_eq!(
            pairs(&stray),
            [("a.example", vec![11.0], 0), ("b.example", vec![], 5)]
        );
    }

    #[test]
    fn without_a_summary_what_is_missing_in_the_numbers_is_lost() {
        let late = "no answer yet for icmp_seq=2\n";
        let router = "From 10.0.0.1 icmp_seq=5 Time to live exceeded\n";
        let text = [A, &reply(1, 1), late, &reply(1, 2), &reply(1, 4), router].concat();
        let cut = read(&text);
        assert_eq!(pairs(&cut), [("a.example", vec![11.0, 12.0, 14.0], 2)]);
        // The first has the number 1, and answers before it was seen are missing too.
        assert_eq!(read(&[A, &reply(1, 4)].concat()).pairs[0].lost, 3);
        let whole = read(&format!("{text}{}", summary("a.example", 9, 4)));
        assert_eq!(whole.pairs[0].lost, 5);
        let numbers = (1..=65_540_u32).filter(|number| *number != 65_538);
        let lines = numbers.map(|number| {
            format!(
                "64 bytes from ::1: icmp_seq={} ttl=53 time=1 ms\n",
                number % 65_536
            )
        });
        let round = lines.collect::<Vec<String>>().concat();
        assert_eq!(read(&round).pairs[0].lost, 1);
        // Each run counts anew, behind a header and without.
        let runs = [
            A,
            &reply(1, 1),
            &reply(1, 3),
            A,
            &reply(1, 1),
            &reply(1, 2),
            &reply(1, 1),
        ]
        .concat();
        let runs = read(&runs);
        assert_eq!(
            runs.read_as,
            "ping (Linux, macOS or BSD, 3 runs), 5 replies, 1 lost"
        );
        assert!(
            runs.notes
                .iter()
                .any(|note| note.contains("with the number of one before it"))
        );
        // macOS tells of routers without a number, and counts the packet once more when it is late.
        let mac = "PING a (192.0.2.1): 56 data bytes\n36 bytes from 10.0.0.1: Time to live exceeded\n\
            Request timeout for icmp_seq 0\n64 bytes from 192.0.2.1: icmp_seq=1 ttl=53 time=3 ms\n\
            36 bytes from 10.0.0.1: Destination Net Unreachable\n";
        assert_eq!(read(mac).pairs[0].lost, 2);
    }

    #[test]
    fn lines_of_fping_are_not_dropped_in_silence() {
        let mixed = format!(
            "{A}{}{}b.example : 20 21 -\nc : 3\n",
            reply(1, 1),
            summary("a.example", 1, 1)
        );
        let error = read_foreign("p.txt", mixed.as_bytes(), &ImportOptions::default()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "p.txt:6:1: a line of fping among those of ping (2 in all)"
        );
        let ask = |form| ImportOptions {
            form: Some(form),
            ..ImportOptions::default()
        };
        let ping = read_foreign("p.txt", mixed.as_bytes(), &ask(Form::Ping)).unwrap();
        assert_eq!(pairs(&ping), [("a.example", vec![11.0], 0)]);
        assert!(
            ping.notes
                .iter()
                .any(|note| note.starts_with("2 × a line of fping, the first in line 6"))
        );
        let fping = read_foreign("p.txt", mixed.as_bytes(), &ask(Form::Fping)).unwrap();
        assert_eq!(
            pairs(&fping),
            [("b.example", vec![20.0, 21.0], 1), ("c", vec![3.0], 0)]
        );
    }

    #[test]
    fn a_run_of_which_nothing_is_read_is_told_and_not_left_out() {
        let small = "PING a (192.0.2.1) 4(32) bytes of data.\n12 bytes from 192.0.2.1: icmp_seq=1 ttl=53\n";
        assert!(
            errors(small).contains("p.txt:2:1: no reply carries a time"),
            "{}",
            errors(small)
        );
        assert!(
            errors(A).contains("p.txt:1:1: no reply and no summary"),
            "{}",
            errors(A)
        );
        let odd = "Antwort von 192.0.2.1: Zeit unbekannt TTL=53\n";
        assert!(
            errors(odd).contains("p.txt:1:1: a reply in which no time is found"),
            "{}",
            errors(odd)
        );
        let silent = read(&format!("{A}{B}{}", reply(2, 1)));
        let note = "runs that show neither a reply nor a summary are left out: a.example";
        assert!(silent.notes.iter().any(|told| told == note), "{:?}", silent.notes);
        let cut = "Ping wird ausgeführt für 192.0.2.1 mit 32 Bytes Daten:\n\
            Antwort von 192.0.2.1: Bytes=32 Zeit=14ms TTL=53\nZeitüberschreitung der Anforderung.\n";
        let note = "1 × a line of such a run that is not understood: each may be a packet that was lost";
        assert!(
            read(cut).notes.iter().any(|told| told == note),
            "{:?}",
            read(cut).notes
        );
        let grepped = "Réponse de 192.0.2.1 : octets=32 temps=14 ms TTL=53\n    Paquets : envoyés = 4, reçus = 4, perdus = 0\n";
        let grepped = read(grepped);
        assert_eq!(grepped.pairs[0].lost, 0);
        assert!(
            grepped
                .notes
                .iter()
                .any(|note| note.contains("the other 3 are not here"))
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
            ("31,2 ms", "p.txt:1:49: the time must be a number, found `31,2`"),
            ("14.3", "the time `14.3` has no unit"),
        ] {
            let said = errors(&line(time));
            assert!(said.contains(told), "{time}: {said}");
        }
        let more = "2 packets transmitted, 3 received, 0% packet loss\n";
        assert!(errors(more).contains("only 2 sent"));
        let most = "18446744073709551615 packets transmitted, 2 received, 100% packet loss\n";
        assert!(errors(most).contains("more than a run of ping sends"));
    }
}
