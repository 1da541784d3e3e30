//! How many requests regions can work on at once.

use super::Check;
use super::regions::RegionChoice;
use crate::design::capacity::{Capacity, Overload};
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
}

impl Check<'_> {
    /// The servers of each region; none where the file says nothing of them or something wrong, which has been noted.
    pub(super) fn capacity(
        &mut self,
        section: Option<&At<CapacityFile>>,
        load: Load<'_>,
    ) -> Option<Capacity> {
        let at = section?;
        let file = at.get()?;
        if file.servers.is_none() && file.by_region.is_none() {
            let hint = "say for instance servers = 40, or leave it out";
            self.error_with_hint(at.span, "[capacity] says nothing", hint);
        }
        if load
            .audience
            .is_some_and(|audience| audience.requests_per_second().is_none())
        {
            let message = "[capacity] needs to know how many requests come";
            let hint = "say requests_per_second = 1000 under [audience]";
            self.error_with_hint(at.span, message, hint);
        }
        self.expect_service(load.classes, at.span);
        let range = 1..=MOST_SERVERS;
        let each = file.servers.as_ref().map(|_| {
            let servers = self.count(file.servers.as_ref(), 1, range.clone(), "servers")?;
            u32::try_from(servers).ok()
        });
        let choice = load.choice?;
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
        Some(Capacity {
            servers,
            sizing: None,
            overload: Overload::Queue,
            retry: None,
            stores: Vec::new(),
        })
    }

    /// Who queues depends on how long requests take and how much that varies.
    fn expect_service(&mut self, classes: Option<&[RequestClass]>, span: Span) {
        let classes = classes.unwrap_or_default();
        if let Some(class) = classes.iter().find(|class| class.service.variance().is_none()) {
            let message = format!(
                "[capacity] needs a service time with a variance in class `{}`, found {}",
                class.name,
                class.service.describe()
            );
            self.error_with_hint(span, message, "give it a lighter tail, such as a log-normal");
        } else if !classes.is_empty() && classes.iter().all(|class| class.service.mean() == Some(0.0)) {
            let message = "no request takes any time to serve: nobody queues";
            self.warn(
                span,
                message,
                "say `service` in a [[class]], or leave [capacity] out",
            );
        }
    }
}
