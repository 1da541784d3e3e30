//! What may have been overlooked about who is far from what. What each costs in ms is known only in the report.

use super::Check;
use super::classes::ClassRow;
use super::hosts::copies_needed;
use super::regions::RegionChoice;
use super::sets::Sets;
use super::stores::{StoreRow, Stores};
use crate::design::request::{Callee, StoreAccess};
use crate::design::store::{Leader, Members, Store};

/// From so many calls on, one after another, a request waits more for the ways between regions than for anything.
const MANY_CALLS: u64 = 3;

impl Check<'_> {
    pub(super) fn lint_locality(
        &mut self,
        rows: &[ClassRow],
        choice: &RegionChoice,
        stores: &Stores,
        sets: &Sets,
    ) {
        for row in rows {
            self.lint_callees(row, choice, sets);
            self.lint_serial_calls(row);
        }
        for (index, at, store) in stores.understood() {
            self.lint_copies(at, store, sets);
            self.lint_use(index, at, store, rows);
            self.lint_searched_leader(index, at, store, rows, choice);
            self.lint_searched_room(store, choice);
        }
    }

    /// A region that is called and serves nobody is across regions from everywhere.
    fn lint_callees(&mut self, row: &ClassRow, choice: &RegionChoice, sets: &Sets) {
        for (call, at) in row.class.calls.iter().zip(&row.callees_at) {
            let Callee::Region(callee) = call.to else { continue };
            let without = sets.all().find(|set| !set.placement.regions.contains(&callee));
            if let Some(set) = without {
                let message = format!(
                    "class `{}` calls `{}`, which is not in set `{}`",
                    row.class.name, choice.candidates[callee].id, set.placement.name
                );
                let hint = "every such call leaves the region; the report tells what it costs";
                self.warn(*at, message, hint);
            }
        }
    }

    fn lint_serial_calls(&mut self, row: &ClassRow) {
        let serial = row.class.calls.iter().filter(|call| !call.parallel);
        let count: u64 = serial.map(|call| u64::from(call.times)).sum();
        if let Some(at) = row.calls_at
            && count >= MANY_CALLS
        {
            let message = format!(
                "class `{}` makes {count} calls to other regions one after another",
                row.class.name
            );
            let hint = "say parallel = true where they can be made at once; the report tells what each costs";
            self.warn(at, message, hint);
        }
    }

    /// A store that names its members may have none where users are served.
    fn lint_copies(&mut self, at: &StoreRow, store: &Store, sets: &Sets) {
        let Members::Named(members) = &store.members else {
            return;
        };
        let without = sets.all().find(|set| {
            !members
                .iter()
                .any(|member| set.placement.regions.contains(member))
        });
        if let (Some(set), Some(span)) = (without, at.members_at) {
            let message = format!(
                "store `{}` has no copy in set `{}`",
                store.name, set.placement.name
            );
            let hint = "every operation leaves the region; the report tells what it costs";
            self.warn(span, message, hint);
        }
    }

    fn lint_use(&mut self, index: usize, at: &StoreRow, store: &Store, rows: &[ClassRow]) {
        let used = rows.iter().any(|row| {
            row.class
                .operations
                .iter()
                .any(|operation| operation.store == index)
                || row
                    .class
                    .calls
                    .iter()
                    .any(|call| call.to == Callee::Leader(index))
        });
        if !used && at.name.is_some() {
            let message = format!("no class reads or writes store `{}`", store.name);
            self.warn(
                at.name_at,
                message,
                "say so in `operation` of a [[class]], or leave the store out",
            );
        }
    }

    /// Where sets are searched, those without a fixed leader are passed over.
    fn lint_searched_leader(
        &mut self,
        index: usize,
        at: &StoreRow,
        store: &Store,
        rows: &[ClassRow],
        choice: &RegionChoice,
    ) {
        let (Some(Leader::Fixed(leader)), Some(span)) = (store.kind.leader(), at.leader_at) else {
            return;
        };
        let written = rows.iter().flat_map(|row| &row.class.operations);
        let written = written
            .filter(|operation| operation.store == index)
            .any(|operation| operation.access == StoreAccess::Write);
        let some_without = choice.sizes.iter().any(|&size| size < choice.candidates.len());
        if written
            && choice.sizes_at.is_some()
            && some_without
            && store.members == Members::All
            && !choice.must_have.contains(leader)
        {
            let region = &choice.candidates[*leader];
            let message = format!(
                "`{}` leads store `{}` but is not in `must_have`: searched sets without it are not feasible",
                region.id, store.name
            );
            let hint = format!(
                "say must_have = [\"{}\"] under [regions], or leader = \"search\"",
                region.code
            );
            self.warn(span, message, hint);
        }
    }

    /// Where sets are searched, those with fewer regions than copies are passed over.
    fn lint_searched_room(&mut self, store: &Store, choice: &RegionChoice) {
        let (needed, Some(span)) = (copies_needed(store), choice.sizes_at) else {
            return;
        };
        let too_small = choice.sizes.iter().find(|&&size| (size as u64) < needed);
        if let (Some(size), Members::All) = (too_small, &store.members) {
            let message = format!(
                "store `{}` needs {needed} regions: searched sets of {size} are not feasible",
                store.name
            );
            self.warn(span, message, format!("start at {needed}"));
        }
    }
}
