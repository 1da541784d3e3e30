//! One run of ping so far.

use std::net::IpAddr;

use super::numbers::Numbers;
use super::spans::{Key, keys};
use crate::world::ingest::foreign::gather::Ends;
use crate::world::ingest::foreign::ping_line::{Header, Source, address_of};
use crate::world::ingest::foreign::text::Line;

#[derive(Debug)]
pub(super) struct Run<'t> {
    pub(super) to: Option<&'t str>,
    pub(super) address: Option<IpAddr>,
    pub(super) headed: bool,
    pub(super) windows: bool,
    /// Its first line, and the number of that.
    pub(super) line: Line<'t>,
    pub(super) opened: usize,
    /// The last line that is known to be of it.
    pub(super) until: usize,
    pub(super) seen: u64,
    pub(super) without_time: u64,
    pub(super) counts: Option<Counts>,
    /// Whether its last line told figures of times.
    pub(super) figures: bool,
    numbers: Numbers,
    /// The line with the greatest number so far.
    advanced: usize,
    /// Losses without a number since then.
    loose: u64,
    /// Lines that name an address and no time: a router answered.
    pub(super) routers: u64,
    pub(super) strange: u64,
}

/// What a summary says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counts {
    pub(super) sent: u64,
    pub(super) received: u64,
    /// On Windows what routers answered is received too.
    pub(super) replies_are_counted: bool,
}

impl<'t> Run<'t> {
    pub(super) fn of(header: Header<'t>, at: usize, line: Line<'t>) -> Self {
        Run {
            address: header.address,
            headed: true,
            windows: header.windows,
            numbers: Numbers::from(header.first),
            ..Run::without_header(Some(header.to), at, line)
        }
    }

    pub(super) fn without_header(to: Option<&'t str>, at: usize, line: Line<'t>) -> Self {
        Run {
            to: to.filter(|to| !to.is_empty()),
            address: None,
            headed: false,
            windows: false,
            line,
            opened: at,
            until: at,
            seen: 0,
            without_time: 0,
            counts: None,
            figures: false,
            numbers: Numbers::from(None),
            advanced: at,
            loose: 0,
            routers: 0,
            strange: 0,
        }
    }

    /// Another run to the same host, whose header is not there.
    pub(super) fn again(&self, at: usize, line: Line<'t>) -> Self {
        Run {
            address: self.address,
            headed: self.headed,
            windows: self.windows,
            until: self.until,
            ..Run::without_header(self.to, at, line)
        }
    }

    /// Whether nothing tells its address yet.
    pub(super) fn is_unnamed(&self) -> bool {
        self.address.is_none() && (self.headed || self.to.is_none())
    }

    pub(super) fn ends(&self) -> Ends<'t> {
        Ends {
            from: None,
            to: self.to,
        }
    }

    pub(super) fn name(&self) -> &'t str {
        self.to.unwrap_or("?")
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = Key> {
        keys(self.to.unwrap_or_default(), self.address)
    }

    /// Takes name and address from a reply, as far as they are not known.
    pub(super) fn learn(&mut self, from: Source<'t>) {
        if self.to.is_none() && !from.name.is_empty() {
            self.to = Some(from.name);
        }
        self.address = self.address.or(from.address);
    }

    /// Whether a summary of `host`, which nothing else names, can be of this run: a header may tell the address alone.
    pub(super) fn may_be(&self, host: &str) -> bool {
        let named = self.to.is_some_and(|to| address_of(to).is_none());
        let told = named && (address_of(host).is_none() || self.address.is_some());
        !(self.headed && told)
    }

    /// Notes the answer to a packet; false when it has one already.
    pub(super) fn answer(&mut self, number: Option<u64>, at: usize) -> bool {
        let before = self.numbers.next();
        let new = number.is_none_or(|number| self.numbers.answer(number));
        self.advance(before, at);
        new
    }

    pub(super) fn lose(&mut self, number: Option<u64>, at: usize) {
        match number {
            Some(number) => {
                let before = self.numbers.next();
                self.numbers.lose(number);
                self.advance(before, at);
            }
            None => self.loose += 1,
        }
    }

    /// A gap before a number that is reached counts what was told without one.
    fn advance(&mut self, before: i64, at: usize) {
        if self.numbers.next() != before {
            (self.advanced, self.loose) = (at, 0);
        }
    }

    /// Whether a loss told in line `at` is counted here if it is of this run, or cannot be of it.
    pub(super) fn accounts_for(&self, at: usize, number: Option<u64>) -> bool {
        at <= self.advanced.max(self.opened) || number.is_some_and(|number| self.numbers.is_answered(number))
    }

    /// Routers' answers that the summary counts as received.
    fn of_routers(&self) -> u64 {
        let counts = self.counts.filter(|counts| !counts.replies_are_counted);
        counts.map_or(0, |counts| {
            counts.received.saturating_sub(self.seen).min(self.routers)
        })
    }

    /// How many packets got no answer.
    pub(super) fn lost(&self) -> u64 {
        match self.counts {
            Some(counts) => {
                let lost = counts.sent.saturating_sub(counts.received.max(self.seen));
                lost.saturating_add(self.of_routers())
            }
            None => self.numbers.missing().saturating_add(self.loose),
        }
    }

    /// Replies that were received and are not in the text.
    pub(super) fn not_here(&self) -> u64 {
        let received = self.counts.map_or(0, |counts| counts.received);
        let here = self.seen + self.without_time + self.of_routers();
        if self.figures {
            0
        } else {
            received.saturating_sub(here)
        }
    }
}
