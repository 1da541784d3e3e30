//! What becomes of requests that a region cannot take, and how much stores take.

use super::Check;
use super::stores::Stores;
use crate::design::capacity::{Overload, Retry, StoreCeiling};
use crate::design::scenario::decode::{At, Entries};
use crate::design::scenario::file::{CapacityFile, OverloadWord, RetryFile, StoreCeilingFile};

/// Nobody asks more often than this within a visit.
const MOST_RETRIES: u64 = 100;

/// More connections than this are not held by one copy.
const MOST_CONNECTIONS: u64 = 1_000_000_000;

impl Check<'_> {
    pub(super) fn overload(&mut self, file: &CapacityFile) -> Option<Overload> {
        let word = match &file.overload {
            Some(at) => *at.get()?,
            None => OverloadWord::Queue,
        };
        if let (Some(work), false) = (&file.degraded_work, word == OverloadWord::Degrade) {
            let hint = "say overload = \"degrade\", or leave it out";
            self.error_with_hint(work.span, "`degraded_work` without a degraded service", hint);
        }
        Some(match word {
            OverloadWord::Queue => Overload::Queue,
            OverloadWord::Shed => Overload::Shed,
            OverloadWord::Spill => Overload::Spill,
            OverloadWord::Degrade => Overload::Degrade(self.degraded_work(file)?),
        })
    }

    fn degraded_work(&mut self, file: &CapacityFile) -> Option<f64> {
        let Some(at) = &file.degraded_work else {
            let overload = file.overload.as_ref()?;
            let hint = "say which share of the work is left, such as degraded_work = \"50%\"";
            self.error_with_hint(overload.span, "`overload` degrades without `degraded_work`", hint);
            return None;
        };
        let work = self.share(at)?.get();
        if work > 0.0 && work < 1.0 {
            return Some(work);
        }
        let message = "`degraded_work` must lie between 0% and 100%, both excluded";
        let hint = "to turn requests away whole, say overload = \"shed\"";
        self.error_with_hint(at.span, message, hint);
        None
    }

    pub(super) fn retry(&mut self, file: &RetryFile) -> Option<Retry> {
        let after = self.positive_seconds(&file.after, "`after` of `retry`");
        let times = self.count(file.times.as_ref(), 1, 1..=MOST_RETRIES, "times");
        Some(Retry {
            after_ms: after? * 1000.0,
            times: u32::try_from(times?).ok()?,
        })
    }

    /// The ceilings of all stores, in their order; those that the file does not name have none.
    pub(super) fn store_ceilings(
        &mut self,
        entries: Option<&At<Entries<StoreCeilingFile>>>,
        stores: &Stores,
    ) -> Vec<StoreCeiling> {
        let mut ceilings = vec![StoreCeiling::default(); stores.len()];
        let entries = entries.and_then(At::get);
        for (key, at) in entries.into_iter().flat_map(Entries::iter) {
            let Some(name) = key.get() else { continue };
            let store = self.store_named(name, key.span, stores);
            let ceiling = self.store_ceiling(at, name);
            if let (Some(store), Some(ceiling)) = (store, ceiling) {
                ceilings[store] = ceiling;
            }
        }
        ceilings
    }

    fn store_ceiling(&mut self, at: &At<StoreCeilingFile>, name: &str) -> Option<StoreCeiling> {
        let file = at.get()?;
        if file.operations_per_second.is_none() && file.connections.is_none() {
            let message = format!("the ceiling of store `{name}` says nothing");
            let hint = "say for instance operations_per_second = 20000, or leave it out";
            self.error_with_hint(at.span, message, hint);
        }
        match (&file.connections, &file.connections_per_instance) {
            (Some(at), None) => {
                let hint = "say how many an instance holds, such as connections_per_instance = 20";
                self.error_with_hint(at.span, "`connections` without `connections_per_instance`", hint);
            }
            (None, Some(at)) => {
                let hint = "say how many a copy takes, such as connections = 5000";
                self.error_with_hint(at.span, "`connections_per_instance` without `connections`", hint);
            }
            _ => {}
        }
        let operations = &file.operations_per_second;
        let range = 1..=MOST_CONNECTIONS;
        let connections = self.count(file.connections.as_ref(), 1, range.clone(), "connections");
        let each = &file.connections_per_instance;
        let each = self.count(each.as_ref(), 0, range, "connections_per_instance");
        Some(StoreCeiling {
            operations_per_second: match operations {
                Some(at) => Some(self.positive(at, "`operations_per_second`")?),
                None => None,
            },
            connections: match &file.connections {
                Some(_) => Some(u32::try_from(connections?).ok()?),
                None => None,
            },
            connections_per_instance: u32::try_from(each?).ok()?,
        })
    }
}
