//! One line of `ping`, whatever system wrote it, in whatever language: a header, a reply, a loss, a count, or nothing of
//! interest.
//!
//! What tells lines apart is what no language changes: addresses, `icmp_seq=`, `TTL=`, numbers behind `=`, units.

use std::net::IpAddr;

use super::text::leading_number;

/// What one line says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Said<'t> {
    Header(Header<'t>),
    Reply(Reply<'t>),
    Duplicate,
    /// A reply too small to carry a time.
    NoTime {
        from: Source<'t>,
        number: Option<u64>,
    },
    /// A packet without an answer so far, and its number.
    Lost(Option<u64>),
    /// The host or address whose counts follow.
    Statistics(&'t str),
    Counts {
        sent: u64,
        received: u64,
        replies_are_counted: bool,
    },
    /// Some of three counts: the others are in the lines around it.
    Part(Vec<u64>),
    Times(&'t str),
    /// A reply in which no time is found.
    Unread,
    Nothing,
}

/// What announces a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Header<'t> {
    pub(super) to: &'t str,
    pub(super) address: Option<IpAddr>,
    /// The number that its first packet has, where that is known.
    pub(super) first: Option<u64>,
    pub(super) windows: bool,
}

/// Whom a line is from: a host, an address, or a host with its address.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Source<'t> {
    pub(super) name: &'t str,
    pub(super) address: Option<IpAddr>,
}

/// One reply.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reply<'t> {
    pub(super) from: Source<'t>,
    pub(super) number: Option<u64>,
    pub(super) value: &'t str,
    /// Whether the time has a unit, and it is ms.
    pub(super) unit: bool,
    pub(super) below: bool,
    pub(super) windows: bool,
}

/// What `line` says.
pub(super) fn said(line: &str) -> Said<'_> {
    let line = line.trim();
    if line.contains("(DUP!)") {
        return Said::Duplicate;
    }
    let found = header(line)
        .map(Said::Header)
        .or_else(|| posix_reply(line))
        .or_else(|| windows_reply(line))
        .or_else(|| statistics(line).map(Said::Statistics))
        .or_else(|| posix_counts(line))
        .or_else(|| times(line))
        .or_else(|| windows_counts(line))
        .or_else(|| lost(line));
    found.unwrap_or(Said::Nothing)
}

/// Whether the line is one that only ping writes.
pub(super) fn is_line(line: &str) -> bool {
    match said(line) {
        Said::Header(header) => !header.windows || line.contains(" [") || is_ping(line),
        Said::Reply(_) | Said::NoTime { .. } | Said::Unread => true,
        // Other lists of counts with a share are prose to whom does not read ping.
        Said::Counts {
            replies_are_counted, ..
        } => !replies_are_counted || line.contains(" packets transmitted, "),
        _ => false,
    }
}

/// `PING host (address) …`, `PING6(…) a --> b`, `Pinging host [address] …`, or that in another language.
fn header(line: &str) -> Option<Header<'_>> {
    if let Some(rest) = line.strip_prefix("PING6") {
        let (_, to) = rest.split_once("--> ")?;
        let to = &to[..name_end(to)];
        return Some(Header {
            to,
            address: address_of(to),
            first: Some(0),
            windows: false,
        });
    }
    if let Some(rest) = line.strip_prefix("PING ") {
        return posix_header(rest);
    }
    windows_header(line).or_else(|| {
        let rest = line.strip_prefix("Pinging ")?;
        let to = &rest[..name_end(rest)];
        (!to.is_empty()).then_some(Header {
            to,
            address: address_of(to),
            first: None,
            windows: true,
        })
    })
}

fn name_end(rest: &str) -> usize {
    rest.find([' ', '(', '[', ',']).unwrap_or(rest.len())
}

/// `host (address) 56(84) bytes of data.`, `host(name (address)) 56 data bytes`, `host (address): 56 data bytes`.
fn posix_header(rest: &str) -> Option<Header<'_>> {
    let to = rest[..name_end(rest)].trim_end_matches(':');
    // `PING: transmit failed` is no header.
    if to.is_empty() {
        return None;
    }
    let inside = rest.split(')').next().filter(|inside| inside.contains('('));
    let inside = inside.and_then(|inside| inside.rsplit('(').next());
    // iputils counts from 1 and has no colon, others count from 0; behind the name of an interface both have one.
    let first = match (rest.contains(" from "), rest.contains(": ")) {
        (true, _) => rest.contains("bytes of data").then_some(1),
        (false, colon) => Some(u64::from(!colon)),
    };
    Some(Header {
        to,
        address: inside.and_then(address_of).or_else(|| address_of(to)),
        first,
        windows: false,
    })
}

/// A line that ends in a colon, with an address, and behind it how many bytes are sent.
fn windows_header(line: &str) -> Option<Header<'_>> {
    let announced = line.strip_suffix([':', '：'])?;
    let (to, address, behind) = if let Some((before, behind)) = announced.split_once(" [") {
        let (inside, behind) = behind.split_once(']')?;
        (before.rsplit(' ').next()?, address_of(inside)?, behind)
    } else {
        let (to, address, behind) = address_in(announced)?;
        let sent = is_ping(line) || behind.contains("32 ") || behind.contains("byte");
        (to, address, sent.then_some(behind)?)
    };
    // `Ping statistics for 1.2.3.4:` counts nothing.
    let counted = behind.contains(|c: char| c.is_ascii_digit());
    (counted && !to.is_empty()).then_some(Header {
        to,
        address: Some(address),
        first: None,
        windows: true,
    })
}

/// `64 bytes from host (address): icmp_seq=1 ttl=53 time=14.3 ms`, `64 Bytes von host (address): … Zeit=14.3 ms`.
fn posix_reply(line: &str) -> Option<Said<'_>> {
    let (from, facts, english) = match line.split_once(" bytes from ") {
        Some((before, rest)) => {
            before.rsplit(' ').next()?.parse::<u32>().ok()?;
            let (from, facts) = rest.split_once(": ").or_else(|| rest.split_once(", "))?;
            (from, facts, true)
        }
        None => foreign_reply(line)?,
    };
    let number = number_behind(facts, "seq=");
    let from = source(from);
    let marked = ["time=", "time<"].iter().find_map(|mark| {
        let (_, time) = facts.split_once(mark)?;
        Some((time, mark.ends_with('<')))
    });
    let marked = marked.or_else(|| if english { None } else { last_fact(facts) });
    let Some((time, below)) = marked else {
        return number.map(|_| Said::NoTime { from, number });
    };
    let (value, unit) = posix_time(time.trim_start());
    Some(Said::Reply(Reply {
        from,
        number,
        value,
        unit,
        below,
        windows: false,
    }))
}

/// A reply that says its `icmp_seq` and `ttl`, whatever the words between.
fn foreign_reply(line: &str) -> Option<(&str, &str, bool)> {
    let line = match line.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
        Some((_, rest)) => rest,
        None => line,
    };
    let (before, _) = line.split_once("seq=")?;
    let facts = &line[before.len()..];
    if !(facts.contains("ttl=") || facts.contains("hlim=")) {
        return None;
    }
    let (sized, rest) = before.split_once(' ')?;
    sized.parse::<u32>().ok()?;
    let (who, _) = rest.rsplit_once([':', ','])?;
    let who = who.trim_end();
    // A host and its address are the last words, or its name alone is the last.
    let last = who.rsplit(' ').next()?;
    let words = if last.starts_with('(') { 2 } else { 1 };
    let start = who.rmatch_indices(' ').nth(words - 1).map_or(0, |(at, _)| at + 1);
    Some((&who[start..], facts, false))
}

/// What stands behind the last `=` or `<`, unless that is a `ttl` or a number.
fn last_fact(facts: &str) -> Option<(&str, bool)> {
    let at = facts.rfind(['=', '<'])?;
    let label = facts[..at].trim_end();
    let known = ["seq", "ttl", "hlim"].iter().any(|known| label.ends_with(known));
    (!known).then(|| (&facts[at + 1..], facts[at..].starts_with('<')))
}

fn posix_time(time: &str) -> (&str, bool) {
    let (value, behind) = leading_number(time);
    if let Some(decimals) = behind.strip_prefix(',') {
        // No number: whether the comma is one of decimals is not for us to say.
        let digits = decimals.len() - decimals.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        return (&time[..value.len() + 1 + digits], true);
    }
    let unit: String = behind
        .trim_start()
        .chars()
        .take_while(|c| c.is_alphabetic())
        .collect();
    (value, is_millis(&unit))
}

/// `Reply from 1.2.3.4: bytes=32 time=14ms TTL=53`, `Antwort von … Zeit<1ms TTL=53`; IPv6 has no TTL.
fn windows_reply(line: &str) -> Option<Said<'_>> {
    if let Some((facts, ttl)) = line.rsplit_once("TTL=") {
        let ttl = ttl.starts_with(|c: char| c.is_ascii_digit());
        let found = address_in(facts).filter(|_| ttl);
        let Some((mark, value, unit)) = time_at_end(facts) else {
            return found.map(|_| Said::Unread);
        };
        return Some(windows_time(found, mark, value, is_millis(unit)));
    }
    let english = line.starts_with("Reply from ");
    if !english && !line.contains(['=', '<']) {
        return None;
    }
    let found = address_in(line)?;
    let (_, address, behind) = found;
    let one_fact = behind.contains(": ") && behind.matches(['=', '<']).count() == 1;
    let structured = english || address.is_ipv6() && one_fact;
    if !structured {
        return None;
    }
    let (mark, value, unit) = time_at_end(line)?;
    (english || is_millis(unit)).then(|| windows_time(Some(found), mark, value, is_millis(unit)))
}

fn windows_time<'t>(
    found: Option<(&'t str, IpAddr, &'t str)>,
    mark: &str,
    value: &'t str,
    unit: bool,
) -> Said<'t> {
    Said::Reply(Reply {
        from: Source {
            name: found.map_or("", |(name, ..)| name),
            address: found.map(|(_, address, _)| address),
        },
        number: None,
        value,
        unit,
        below: mark == "<",
        windows: true,
    })
}

/// `=`, `14` and `ms` of facts that end in `time=14ms`, blanks aside.
fn time_at_end(facts: &str) -> Option<(&str, &str, &str)> {
    let facts = facts.trim_end();
    let at = facts.rfind(['=', '<'])?;
    let (mark, behind) = facts[at..].split_at(1);
    let behind = behind.trim_start();
    let digits = behind.len() - behind.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (value, unit) = behind.split_at(digits);
    let unit = unit.trim();
    let one_word = !unit.contains(|c: char| c.is_whitespace() || c.is_ascii_digit());
    (digits > 0 && one_word).then_some((mark, value, unit))
}

/// Whether a unit is milliseconds: Latin, Cyrillic, Chinese or Japanese; Spanish says `<1m`.
fn is_millis(unit: &str) -> bool {
    const UNITS: [&str; 7] = ["m", "ms", "мс", "м", "мсек", "毫秒", "ミリ秒"];
    UNITS.contains(&unit.trim_end_matches('.').to_lowercase().as_str())
}

/// `--- host ping statistics ---`, `Ping statistics for 1.2.3.4:`, `Ping-Statistik für 1.2.3.4:`.
fn statistics(line: &str) -> Option<&str> {
    if let Some(inside) = line
        .strip_prefix("--- ")
        .and_then(|rest| rest.strip_suffix(" ---"))
    {
        return inside.split_once(' ').map(|(host, _)| host);
    }
    let announced = line.strip_suffix([':', '：']).filter(|line| is_ping(line))?;
    address_in(announced).map(|(found, ..)| found)
}

/// `5 packets transmitted, 4 received, …`, or that in another language.
fn posix_counts(line: &str) -> Option<Said<'_>> {
    let counted = |sent, received| Said::Counts {
        sent,
        received,
        replies_are_counted: true,
    };
    if let Some((sent, rest)) = line.split_once(" packets transmitted, ") {
        let received = rest.split(' ').next()?;
        return Some(counted(sent.trim().parse().ok()?, received.parse().ok()?));
    }
    let mut items = line.split(", ");
    let (sent, received) = (led(items.next()?)?, led(items.next()?)?);
    let share = |item: &str| item.starts_with(|c: char| c.is_ascii_digit()) && item.contains('%');
    items.any(share).then(|| counted(sent, received))
}

/// The number of `5 Pakete übertragen`.
fn led(item: &str) -> Option<u64> {
    let (number, word) = item.split_once(' ')?;
    word.starts_with(char::is_alphabetic)
        .then(|| number.parse().ok())?
}

/// `Packets: Sent = 4, Received = 3, Lost = 1 (25% loss),`, whatever the words, the commas, and where lines end.
fn windows_counts(line: &str) -> Option<Said<'_>> {
    let at = line.find(" = ")?;
    // The share stands in brackets.
    let behind = &line[at..];
    let end = behind
        .find(['(', '（'])
        .map_or(line.len(), |bracket| at + bracket);
    let mut numbers = Vec::new();
    for item in line[..end].split([',', '，', '、', '،']) {
        if item.trim().is_empty() {
            continue;
        }
        let (_, number) = item.split_once(" = ")?;
        let number = number.trim();
        // `+3` is a number to Rust.
        if !number.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        numbers.push(number.parse().ok()?);
    }
    match *numbers.as_slice() {
        [_] | [_, _] => Some(Said::Part(numbers)),
        [sent, received, lost] => windows_summary(sent, received, lost),
        _ => None,
    }
}

/// The summary of three counts, when they add up.
pub(super) fn windows_summary<'t>(sent: u64, received: u64, lost: u64) -> Option<Said<'t>> {
    (received.checked_add(lost) == Some(sent)).then_some(Said::Counts {
        sent,
        received,
        // What is `received` counts errors of routers on the way too.
        replies_are_counted: false,
    })
}

fn times(line: &str) -> Option<Said<'_>> {
    let (_, rest) = line.split_once("min/avg/max")?;
    let (_, figures) = rest.split_once('=')?;
    // Behind the unit may stand how many packets were under way at once.
    Some(Said::Times(figures.split("ms").next().unwrap_or(figures).trim()))
}

fn lost(line: &str) -> Option<Said<'_>> {
    const WORDS: [&str; 8] = [
        "Request timed out",
        "Destination Host Unreachable",
        "Destination host unreachable",
        "Destination net unreachable",
        "TTL expired in transit",
        "General failure",
        "transmit failed",
        "ping: send",
    ];
    const OF_ROUTERS: [&str; 3] = ["nreachable", "exceeded", "prohibited"];
    // A packet that is told by its number is lost unless its answer comes too, whatever is said of it.
    if let Some(number) = number_behind(line, "icmp_seq") {
        return Some(if line.contains("ttl=") {
            Said::Unread
        } else {
            Said::Lost(Some(number))
        });
    }
    let of_router = line.contains(" bytes from ") && OF_ROUTERS.iter().any(|word| line.contains(word));
    (of_router || WORDS.iter().any(|words| line.contains(words))).then_some(Said::Lost(None))
}

fn number_behind(text: &str, word: &str) -> Option<u64> {
    let (_, behind) = text.split_once(word)?;
    let behind = behind.trim_start_matches(['=', ' ']);
    let digits = behind
        .split(|c: char| !c.is_ascii_digit())
        .next()
        .unwrap_or_default();
    digits.parse().ok()
}

fn source(from: &str) -> Source<'_> {
    let name = from.trim_start().split(' ').next().unwrap_or(from);
    let inside = from
        .rsplit_once('(')
        .and_then(|(_, inside)| address_of(inside.trim_end_matches(')')));
    Source {
        name,
        address: inside.or_else(|| address_of(name)),
    }
}

/// The address that `word` is, without the zone behind it.
pub(super) fn address_of(word: &str) -> Option<IpAddr> {
    word.split('%').next().unwrap_or(word).parse().ok()
}

/// The first address in a line, and what stands behind it; letters of other scripts may touch it.
pub(super) fn address_in(line: &str) -> Option<(&str, IpAddr, &str)> {
    let part_of_one = |c: char| c.is_ascii_hexdigit() || c == ':' || c == '.';
    let mut rest = line;
    while let Some(start) = rest.find(part_of_one) {
        let touches = rest[..start].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        let run = &rest[start..];
        let run = &run[..run.find(|c| !part_of_one(c)).unwrap_or(run.len())];
        let found = [run, run.strip_suffix([':', '.']).unwrap_or(run)]
            .into_iter()
            .find_map(|word| Some((word, word.parse().ok()?)));
        if let Some((word, address)) = found.filter(|_| !touches) {
            return Some((word, address, &rest[start + word.len()..]));
        }
        rest = &rest[start + run.len()..];
    }
    None
}

fn is_ping(line: &str) -> bool {
    line.to_lowercase().contains("ping")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_all_systems_name_the_target_and_its_address() {
        for (line, to, address, first) in [
            (
                "PING a.example (192.0.2.1) 56(84) bytes of data.",
                "a.example",
                "192.0.2.1",
                Some(1),
            ),
            (
                "PING a.example(host-1 (2001:db8::1)) 56 data bytes",
                "a.example",
                "2001:db8::1",
                Some(1),
            ),
            (
                "PING fe80::1%eth0(fe80::1%eth0) from fe80::2%eth0 eth0: 56 data bytes",
                "fe80::1%eth0",
                "fe80::1",
                None,
            ),
            (
                "PING a.example (192.0.2.1): 56 data bytes",
                "a.example",
                "192.0.2.1",
                Some(0),
            ),
            (
                "PING6(56=40+8+8 bytes) 2001:db8::2 --> 2001:db8::1",
                "2001:db8::1",
                "2001:db8::1",
                Some(0),
            ),
            (
                "Pinging a.example [192.0.2.1] with 32 bytes of data:",
                "a.example",
                "192.0.2.1",
                None,
            ),
            (
                "Ping wird ausgeführt für 192.0.2.1 mit 32 Bytes Daten:",
                "192.0.2.1",
                "192.0.2.1",
                None,
            ),
            (
                "Envoi d'une requête 'ping' sur a.example [192.0.2.1] avec 32 octets de données :",
                "a.example",
                "192.0.2.1",
                None,
            ),
            (
                "Ping a.example [192.0.2.1] 32바이트 데이터 사용:",
                "a.example",
                "192.0.2.1",
                None,
            ),
            (
                "Обмен пакетами с 192.0.2.1 по 32 байтами данных:",
                "192.0.2.1",
                "192.0.2.1",
                None,
            ),
        ] {
            let Said::Header(header) = said(line) else {
                panic!("{line}: {:?}", said(line))
            };
            let address = address.parse().ok();
            assert_eq!(
                (header.to, header.address, header.first),
                (to, address, first),
                "{line}"
            );
        }
        for line in [
            "PING: transmit failed.",
            "Ping statistics for 192.0.2.1:",
            "",
            ":",
            "me@here [x]:",
        ] {
            assert!(!matches!(said(line), Said::Header(_)), "{line}");
        }
        let nameless = said("PING a.example: 56 data bytes");
        assert!(
            matches!(
                nameless,
                Said::Header(Header {
                    to: "a.example",
                    address: None,
                    ..
                })
            ),
            "{nameless:?}"
        );
    }

    #[test]
    fn replies_of_windows_are_known_by_structure() {
        let four = "192.0.2.1";
        let six = "2001:db8::1";
        for (line, from, value, below) in [
            (
                "Respuesta desde 192.0.2.1: bytes=32 tiempo<1m TTL=53",
                four,
                "1",
                true,
            ),
            (
                "Ответ от 192.0.2.1: число байт=32 время=31мс TTL=53",
                four,
                "31",
                false,
            ),
            (
                "192.0.2.1 からの応答: バイト数 =32 時間 <1ms TTL=53",
                four,
                "1",
                true,
            ),
            ("192.0.2.1의 응답: 바이트=32 시간=38ms TTL=52", four, "38", false),
            (
                "来自 192.0.2.1 的回复: 字节=32 时间=31ms TTL=53",
                four,
                "31",
                false,
            ),
            ("Antwort von 2001:db8::1: Zeit=31ms ", six, "31", false),
            ("Réponse de 2001:db8::1 : temps<1ms", six, "1", true),
            ("2001:db8::1 からの応答: 時間 =31ms", six, "31", false),
        ] {
            let Said::Reply(reply) = said(line) else {
                panic!("{line}: {:?}", said(line))
            };
            assert_eq!((reply.from.name, reply.value), (from, value), "{line}");
            assert_eq!(
                (reply.unit, reply.below, reply.windows),
                (true, below, true),
                "{line}"
            );
        }
        // A unit that is not known is no milliseconds.
        let Said::Reply(odd) = said("Antwort von 192.0.2.1: Bytes=32 Zeit=31s TTL=53") else {
            panic!()
        };
        assert!(!odd.unit);
        assert_eq!(said("Antwort von 192.0.2.1: Zeit unbekannt TTL=53"), Said::Unread);
        for line in [
            "fe80::1: mtu=1500",
            "fe80::1: a=1ms b=2ms",
            "Antwort von 2001:db8::1: Zielhost nicht erreichbar.",
        ] {
            assert_eq!(said(line), Said::Nothing, "{line}");
        }
    }

    #[test]
    fn replies_of_linux_are_known_in_other_languages() {
        for (line, name) in [
            (
                "64 Bytes von host-1 (192.0.2.1): icmp_seq=7 ttl=53 Zeit=31.2 ms",
                "host-1",
            ),
            (
                "64 octets de 192.0.2.1 : icmp_seq=7 ttl=53 temps=31.2 ms",
                "192.0.2.1",
            ),
            (
                "[1700000000.1] 64 Bytes von 192.0.2.1: icmp_seq=7 ttl=53 Zeit=31.2 ms",
                "192.0.2.1",
            ),
        ] {
            let Said::Reply(reply) = said(line) else {
                panic!("{line}: {:?}", said(line))
            };
            assert_eq!(
                (reply.from.name, reply.number, reply.value, reply.unit),
                (name, Some(7), "31.2", true),
                "{line}"
            );
            assert_eq!(reply.from.address, "192.0.2.1".parse().ok());
        }
        let bare = "64 Bytes von 192.0.2.1: icmp_seq=7 ttl=53";
        assert!(matches!(said(bare), Said::NoTime { number: Some(7), .. }));
        assert_eq!(said("noch keine Antwort auf icmp_seq=3"), Said::Lost(Some(3)));
    }

    #[test]
    fn counts_are_known_in_any_language_and_on_several_lines() {
        let counts = |sent, received, replies_are_counted| Said::Counts {
            sent,
            received,
            replies_are_counted,
        };
        for line in [
            "    Packets: Sent = 4, Received = 3, Lost = 1 (25% loss),",
            "    Paquets : envoyés = 4, reçus = 3, perdus = 1 (perte 25%),",
            "    Pakete: Gesendet = 4, Empfangen = 3, Verloren = 1",
            "    数据包: 已发送 = 4，已接收 = 3，丢失 = 1 (25% 丢失)，",
            "    パケット数: 送信 = 4、受信 = 3、損失 = 1 (25% の損失)、",
            "    패킷: 보냄 = 4, 받음 = 3, 손실 = 1 (25% 손실),",
            "    Пакетов: отправлено = 4, получено = 3, потеряно = 1",
        ] {
            assert_eq!(said(line), counts(4, 3, false), "{line}");
        }
        assert_eq!(
            said("3 Pakete übertragen, 2 empfangen, 33,3% Paketverlust, Zeit 2003ms"),
            counts(3, 2, true)
        );
        assert_eq!(
            said("    Pacchetti: Trasmessi = 4, Ricevuti = 3,"),
            Said::Part(vec![4, 3])
        );
        assert_eq!(said("    Persi = 1 (25% persi),"), Said::Part(vec![1]));
        for line in [
            "    Packets: Sent = 4, Received = 3, Lost = 2 (25% loss),",
            "    Минимальное = 0мсек, Максимальное = 31 мсек, Среднее = 20 мсек",
            "3 apples, 2 pears, some % of all",
        ] {
            assert_eq!(said(line), Said::Nothing, "{line}");
        }
        for (line, to) in [
            ("--- a.example ping statistics ---", "a.example"),
            ("Ping-Statistik für 192.0.2.1:", "192.0.2.1"),
            ("192.0.2.1에 대한 Ping 통계:", "192.0.2.1"),
        ] {
            assert_eq!(said(line), Said::Statistics(to), "{line}");
        }
    }

    #[test]
    fn prose_is_no_reply() {
        for line in [
            "4 bytes from time=3",
            "many bytes from a: time=3 ms",
            "took 14 ms TTL=53",
            "Minimum = 0ms, Maximum = 14ms, Average = 7ms",
            "TTL=",
            "ms TTL=1",
        ] {
            assert_eq!(said(line), Said::Nothing, "{line}");
        }
    }
}
