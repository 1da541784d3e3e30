//! Up to which line a run goes on: the last that names its host or address before another header does.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::world::ingest::foreign::ping_line::{Said, Source, address_of, said};
use crate::world::ingest::foreign::text::Text;

/// By what a run is known: its address, or its name in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Address(IpAddr),
    Name(String),
}

/// For each host and address, the lines from a header that names it to the last that does.
#[derive(Debug, Default)]
pub(super) struct Spans {
    of: BTreeMap<Key, Vec<(usize, usize)>>,
}

/// What a host and its address are known by, as far as they are told.
pub(super) fn keys(name: &str, address: Option<IpAddr>) -> impl Iterator<Item = Key> {
    let name = (!name.is_empty()).then(|| Key::Name(name.to_lowercase()));
    address.map(Key::Address).into_iter().chain(name)
}

impl Spans {
    pub(super) fn of(text: &Text) -> Self {
        let mut spans = Spans::default();
        for (at, line) in text.lines().enumerate() {
            match said(line.text) {
                Said::Header(header) => {
                    for key in keys(header.to, header.address) {
                        spans.of.entry(key).or_default().push((at, at));
                    }
                }
                Said::Reply(reply) => spans.reply(reply.from, at),
                Said::NoTime { from, .. } => spans.reply(from, at),
                Said::Statistics(host) => keys(host, address_of(host)).for_each(|key| spans.go_on(key, at)),
                _ => {}
            }
        }
        spans
    }

    /// The name in a reply is what its address is called, and need not be the name that a header has.
    fn reply(&mut self, from: Source<'_>, at: usize) {
        let known = from.address.map(Key::Address);
        match known.filter(|key| self.of.contains_key(key)) {
            Some(key) => self.go_on(key, at),
            None => keys(from.name, from.address).for_each(|key| self.go_on(key, at)),
        }
    }

    fn go_on(&mut self, key: Key, at: usize) {
        let spans = self.of.entry(key).or_default();
        match spans.last_mut() {
            Some((_, to)) => *to = at,
            None => spans.push((at, at)),
        }
    }

    /// The last line of the span of `key` that line `at` is in.
    pub(super) fn until(&self, key: &Key, at: usize) -> usize {
        let Some(spans) = self.of.get(key) else { return at };
        let next = spans.partition_point(|(from, _)| *from <= at);
        next.checked_sub(1).map_or(at, |span| spans[span].1.max(at))
    }
}
