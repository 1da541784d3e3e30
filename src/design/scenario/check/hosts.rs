//! Whether the regions of a set can hold the stores.

use super::Check;
use super::regions::RegionChoice;
use super::stores::Stores;
use crate::design::placement::Placement;
use crate::design::scenario::source::Span;
use crate::design::store::{Leader, Members, Store, StoreKind};

impl Check<'_> {
    /// A set without the leader of a store, or with fewer regions than a quorum needs, could not be run.
    pub(super) fn expect_hosts(
        &mut self,
        placement: &Placement,
        span: Span,
        choice: &RegionChoice,
        stores: &Stores,
    ) {
        for (index, _, store) in stores.understood() {
            if store.members != Members::All {
                continue;
            }
            let fixed = store.kind.leader().filter(|_| placement.leaders[index].is_none());
            if let Some(Leader::Fixed(leader)) = fixed
                && !placement.regions.contains(leader)
            {
                let region = &choice.candidates[*leader];
                let message = format!(
                    "set `{}` is without `{}`, which leads store `{}`",
                    placement.name, region.id, store.name
                );
                let hint = format!(
                    "add it, or let another region lead here: leaders = {{ {} = … }}",
                    store.name
                );
                self.error_with_hint(span, message, hint);
            }
            self.expect_room(store, placement, span);
        }
    }

    fn expect_room(&mut self, store: &Store, placement: &Placement, span: Span) {
        let (room, needed) = (placement.regions.len(), copies_needed(store));
        if (room as u64) < needed {
            let message = format!(
                "set `{}` has room for {room} of the {needed} copies that store `{}` needs",
                placement.name, store.name
            );
            self.error_with_hint(span, message, "add regions, or lower `n`, `r` and `w`");
        }
    }
}

/// The regions a set needs at least to hold the store, one for each copy.
pub(super) fn copies_needed(store: &Store) -> u64 {
    match store.kind {
        StoreKind::Quorum {
            n, r, w, legs: None, ..
        } => u64::from(n.unwrap_or(r.max(w))),
        _ => 0,
    }
}
