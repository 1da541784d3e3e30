//! One line of `ping`, whatever system wrote it: a header, a reply, a count, or nothing of interest.

use std::net::IpAddr;

use super::text::leading_number;

/// What one line says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Said<'t> {
    Header(&'t str),
    Reply {
        from: &'t str,
        value: &'t str,
        unit: bool,
        below: bool,
    },
    Duplicate,
    NoTime,
    Lost,
    Counts {
        sent: u64,
        received: u64,
        replies_are_counted: bool,
    },
    Times(&'t str),
    Nothing,
}

/// What `line` says.
pub(super) fn said(line: &str) -> Said<'_> {
    let line = line.trim();
    if line.contains("(DUP!)") {
        return Said::Duplicate;
    }
    if let Some(found) = header(line) {
        return Said::Header(found);
    }
    if let Some(found) = posix_reply(line).or_else(|| windows_reply(line)) {
        return found;
    }
    if let Some(found) = counts(line) {
        return found;
    }
    if let Some((_, figures)) = line
        .split_once("min/avg/max")
        .and_then(|(_, rest)| rest.split_once('='))
    {
        // Behind the unit may stand how many packets were under way at once.
        return Said::Times(figures.split("ms").next().unwrap_or(figures).trim());
    }
    if is_lost(line) { Said::Lost } else { Said::Nothing }
}

/// `PING host (address) …`, `PING6(…) a --> b`, `Pinging host [address] …`, or that in another language.
fn header(line: &str) -> Option<&str> {
    let end = |rest: &str| rest.find([' ', '(', '[', ',']).unwrap_or(rest.len());
    if let Some(rest) = line.strip_prefix("PING6") {
        let to = rest.split_once("--> ")?.1;
        return Some(&to[..end(to)]);
    }
    if let Some(rest) = line
        .strip_prefix("PING ")
        .or_else(|| line.strip_prefix("Pinging "))
    {
        // `PING: transmit failed` is no header.
        return (end(rest) > 0).then(|| &rest[..end(rest)]);
    }
    let announced = line.strip_suffix(':')?;
    // Only `Ping statistics for 1.2.3.4:` ends so too, and names nothing in brackets.
    if let Some((before, behind)) = announced.split_once(" [") {
        let address = behind.split(']').next()?.parse::<IpAddr>().is_ok();
        return before
            .rsplit(' ')
            .next()
            .filter(|name| address && !name.is_empty());
    }
    let counted = announced.contains("32 ") || announced.contains("bytes");
    let word = announced.split(' ').find(|word| word.parse::<IpAddr>().is_ok());
    word.filter(|_| counted && announced.to_lowercase().contains("ping"))
}

/// `64 bytes from host (address): icmp_seq=1 ttl=53 time=14.3 ms`.
fn posix_reply(line: &str) -> Option<Said<'_>> {
    let (before, rest) = line.split_once(" bytes from ")?;
    let sized = before.rsplit(' ').next()?.parse::<u32>().is_ok();
    if !sized {
        return None;
    }
    let (from, facts) = rest.split_once(": ").or_else(|| rest.split_once(", "))?;
    let from = from.split(' ').next().unwrap_or(from);
    let below = facts.contains("time<");
    let mark = if below { "time<" } else { "time=" };
    let Some((_, time)) = facts.split_once(mark) else {
        return facts.contains("seq=").then_some(Said::NoTime);
    };
    let (value, behind) = leading_number(time);
    let unit = behind.trim_start().starts_with("ms");
    Some(Said::Reply {
        from,
        value,
        unit,
        below,
    })
}

/// `Reply from 1.2.3.4: bytes=32 time=14ms TTL=53`, `Antwort von … Zeit<1ms TTL=53`; IPv6 has no TTL.
fn windows_reply(line: &str) -> Option<Said<'_>> {
    let facts = match line.find("TTL=") {
        Some(at) => &line[..at],
        None if line.starts_with("Reply from ") => line,
        None => return None,
    };
    let at = facts.rfind("ms")?;
    let before = facts[..at].trim_end();
    let digits = before.len() - before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let value = &before[before.len() - digits..];
    let mark = before[..before.len() - digits].trim_end();
    if digits == 0 || !mark.ends_with(['=', '<']) {
        return None;
    }
    let from = line.split(' ').map(|word| word.trim_end_matches(':'));
    let from = from.into_iter().find(|word| word.parse::<IpAddr>().is_ok());
    Some(Said::Reply {
        from: from.unwrap_or_default(),
        value,
        unit: true,
        below: mark.ends_with('<'),
    })
}

/// `5 packets transmitted, 4 received, …`, `Packets: Sent = 4, Received = 3, Lost = 1 (25% loss),`.
fn counts(line: &str) -> Option<Said<'_>> {
    if let Some((sent, rest)) = line.split_once(" packets transmitted, ") {
        let received = rest.split(' ').next()?;
        return Some(Said::Counts {
            sent: sent.trim().parse().ok()?,
            received: received.parse().ok()?,
            replies_are_counted: true,
        });
    }
    // Whatever the language: three counts behind equals signs, and a share.
    let (facts, _) = line.split_once('%')?;
    let (facts, _) = facts.rsplit_once('(')?;
    let numbers: Vec<u64> = facts
        .split('=')
        .skip(1)
        .filter_map(|part| leading_number(part.trim()).0.parse().ok())
        .collect();
    match numbers.as_slice() {
        // What is `received` counts errors of routers on the way too.
        [sent, received, lost] if received.checked_add(*lost) == Some(*sent) => Some(Said::Counts {
            sent: *sent,
            received: *received,
            replies_are_counted: false,
        }),
        _ => None,
    }
}

fn is_lost(line: &str) -> bool {
    const WORDS: [&str; 7] = [
        "Request timeout for icmp_seq",
        "no answer yet for icmp_seq",
        "Request timed out",
        "Destination Host Unreachable",
        "Destination host unreachable",
        "General failure",
        "transmit failed",
    ];
    WORDS.iter().any(|words| line.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_all_systems_name_the_target() {
        for (line, to) in [
            ("PING a.example (192.0.2.1) 56(84) bytes of data.", "a.example"),
            ("PING a.example(host-1 (2001:db8::1)) 56 data bytes", "a.example"),
            (
                "PING6(56=40+8+8 bytes) 2001:db8::2 --> 2001:db8::1",
                "2001:db8::1",
            ),
            (
                "Pinging a.example [192.0.2.1] with 32 bytes of data:",
                "a.example",
            ),
            (
                "Ping wird ausgeführt für 192.0.2.1 mit 32 Bytes Daten:",
                "192.0.2.1",
            ),
            (
                "Envoi d'une requête 'ping' sur a.example [192.0.2.1] avec 32 octets de données :",
                "a.example",
            ),
        ] {
            assert_eq!(said(line), Said::Header(to), "{line}");
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
