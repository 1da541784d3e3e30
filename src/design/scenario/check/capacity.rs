//! How many requests regions can work on at once.

use super::Check;
use super::regions::RegionChoice;
use super::stores::Stores;
use crate::design::capacity::Capacity;
use crate::design::request::RequestClass;
use crate::design::scenario::decode::{At, Entries};
use crate::design::scenario::file::CapacityFile;
use crate::design::scenario::source::Span;
use crate::world::demand::Audience;

const MOST_SERVERS: u64 = 1_000_000;

/// What capacity is read with.
#[derive(Clone, Copy)]
pub(super) struct Load<'l> {
    pub(super) choice: Option<&'l RegionChoice>,
    pub(super) audience: Option<&'l Audience>,
    pub(super) classes: Option<&'l [RequestClass]>,
    pub(super) stores: &'l Stores,
    /// The regions that may be lost by [targets].
    pub(super) tolerate: Option<u32>,
}

impl Check<'_> {
    /// What is said of the servers; none where the file says nothing of them or something wrong, which has been noted.
    pub(super) fn capacity(
        &mut self,
        section: Option<&At<CapacityFile>>,
        load: Load<'_>,
    ) -> Option<Capacity> {
        let at = section?;
        let file = at.get()?;
        let sized = self.is_sized(file);
        let there = file.servers.is_some() || file.by_region.is_some();
        let overflows = file.overload.is_some() || file.degraded_work.is_some() || file.retry.is_some();
        if !(sized || there || overflows || file.size.is_some() || file.store.is_some()) {
            let hint = "say for instance servers = 40 or size = true, or leave it out";
            self.error_with_hint(at.span, "[capacity] says nothing", hint);
        }
        self.expect_rate("[capacity]", at.span, load.audience);
        // Ceilings of stores alone ask for no queue.
        if sized || there || file.store.is_none() {
            self.expect_service(load.classes, at.span, sized);
        }
        if overflows && !sized && !there {
            let message = "no region is ever overloaded: there are always servers enough";
            self.warn(at.span, message, "say servers = 40, or size = true");
        }
        let overload = self.overload(file);
        let retry = file.retry.as_ref().map(|at| self.retry(at.get()?));
        let stores = self.store_ceilings(file.store.as_ref(), load.stores);
        let servers = self.servers(file, load.choice);
        let sizing = sized.then(|| self.sizing(file, at.span, load));
        Some(Capacity {
            servers: servers?,
            sizing: match sizing {
                Some(sizing) => Some(sizing?),
                None => None,
            },
            overload: overload?,
            retry: match retry {
                Some(retry) => Some(retry?),
                None => None,
            },
            stores,
        })
    }

    /// Servers that are there, by candidate.
    fn servers(&mut self, file: &CapacityFile, choice: Option<&RegionChoice>) -> Option<Vec<Option<u32>>> {
        let range = 1..=MOST_SERVERS;
        let each = file.servers.as_ref().map(|_| {
            let servers = self.count(file.servers.as_ref(), 1, range.clone(), "servers")?;
            u32::try_from(servers).ok()
        });
        let choice = choice?;
        let mut servers = vec![each.flatten(); choice.candidates.len()];
        let entries = file.by_region.as_ref().and_then(At::get);
        for (key, number) in entries.into_iter().flat_map(Entries::iter) {
            let name = key.get().map_or("?", String::as_str);
            let index = self.candidate(name, key.span, Some(choice), "`by_region`");
            let number = self.count(Some(number), 1, range.clone(), &format!("servers of {name}"));
            if let (Some(index), Some(number)) = (index, number) {
                servers[index] = u32::try_from(number).ok();
            }
        }
        Some(servers)
    }

    /// Loads and bills follow from how many requests come; `section` asks.
    pub(super) fn expect_rate(&mut self, section: &str, span: Span, audience: Option<&Audience>) {
        if audience.is_some_and(|audience| audience.requests_per_second().is_none()) {
            let message = format!("{section} needs to know how many requests come");
            let hint = "say requests_per_second = 1000 under [audience]";
            self.error_with_hint(span, message, hint);
        }
    }

    /// Who queues depends on how long requests take and how much that varies.
    fn expect_service(&mut self, classes: Option<&[RequestClass]>, span: Span, sized: bool) {
        let classes = classes.unwrap_or_default();
        if let Some(class) = classes.iter().find(|class| class.service.variance().is_none()) {
            let message = format!(
                "[capacity] needs a service time with a variance in class `{}`, found {}",
                class.name,
                class.service.describe()
            );
            self.error_with_hint(span, message, "give it a lighter tail, such as a log-normal");
            return;
        }
        if classes.is_empty() || classes.iter().any(|class| class.service.mean() != Some(0.0)) {
            return;
        }
        if sized {
            let message = "no request takes any time to serve: there is nothing to size";
            let hint = "say `service` in a [[class]] or under [request]";
            self.error_with_hint(span, message, hint);
        } else {
            let message = "no request takes any time to serve: nobody queues";
            let hint = "say `service` in a [[class]], or leave [capacity] out";
            self.warn(span, message, hint);
        }
    }
}
