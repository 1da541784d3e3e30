//! The named sets and the baseline.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};

use super::Check;
use super::regions::RegionChoice;
use super::standby::StandbyRows;
use super::stores::Stores;
use crate::design::placement::Placement;
use crate::design::recovery::Role;
use crate::design::scenario::decode::{At, Entries, given};
use crate::design::scenario::file::{RoleWord, ScenarioFile};
use crate::design::scenario::source::Span;
use crate::design::store::Members;

/// The sets a file names, checked.
#[derive(Debug, Default)]
pub(super) struct Sets {
    placements: Vec<SetRow>,
    baseline: Option<SetRow>,
}

/// A set, and where its regions stand.
#[derive(Debug)]
pub(super) struct SetRow {
    pub(super) placement: Placement,
    pub(super) regions_at: Span,
    pub(super) standbys: StandbyRows,
}

/// What the sets before one are called, and what each is made of.
#[derive(Default)]
struct Earlier {
    names: BTreeSet<String>,
    /// The name of the first set that is made of it.
    made_of: BTreeMap<Parts, String>,
}

/// The regions of a set, its leaders by store, and its standbys.
type Parts = (Vec<usize>, Vec<(usize, usize)>, Vec<(usize, Role)>);

fn parts_of(set: &Placement) -> Parts {
    let leaders = set.leaders.iter().enumerate();
    let standbys = set.standbys.iter().map(|standby| (standby.region, standby.role));
    (
        set.regions.clone(),
        leaders
            .filter_map(|(store, leader)| Some((store, (*leader)?)))
            .collect(),
        standbys.collect(),
    )
}

/// A set as it is written.
struct SetFile<'f> {
    name: Option<&'f At<String>>,
    regions: &'f At<Vec<At<String>>>,
    leaders: Option<&'f At<Entries<String>>>,
    standby: Option<&'f At<Entries<RoleWord>>>,
}

impl Sets {
    /// The baseline, then the others in file order.
    pub(super) fn all(&self) -> impl Iterator<Item = &SetRow> {
        self.baseline.iter().chain(&self.placements)
    }

    /// Those in file order, without the baseline.
    pub(super) fn placements(&self) -> impl Iterator<Item = &SetRow> {
        self.placements.iter()
    }

    /// The baseline and the other sets.
    pub(super) fn into_parts(self) -> (Option<Placement>, Vec<Placement>) {
        let placements = self.placements.into_iter().map(|row| row.placement);
        (self.baseline.map(|row| row.placement), placements.collect())
    }
}

impl Check<'_> {
    pub(super) fn sets(&mut self, file: &ScenarioFile, choice: &RegionChoice, stores: &Stores) -> Sets {
        let mut sets = Sets::default();
        if let Some((baseline, _)) = given(file.baseline.as_ref()) {
            let written = SetFile {
                name: baseline.name.as_ref(),
                regions: &baseline.regions,
                leaders: baseline.leaders.as_ref(),
                standby: baseline.standby.as_ref(),
            };
            sets.baseline = self.set(&written, choice, stores);
        }
        let mut earlier = Earlier::default();
        for at in file.placement.as_ref().and_then(At::get).into_iter().flatten() {
            let Some(placement) = at.get() else { continue };
            let written = SetFile {
                name: placement.name.as_ref(),
                regions: &placement.regions,
                leaders: placement.leaders.as_ref(),
                standby: placement.standby.as_ref(),
            };
            let Some(set) = self.set(&written, choice, stores) else {
                continue;
            };
            let name_span = placement.name.as_ref().map_or(at.span, |name| name.span);
            self.compare_with_earlier(&set, name_span, sets.baseline.as_ref(), &mut earlier);
            sets.placements.push(set);
        }
        sets
    }

    fn set(&mut self, written: &SetFile<'_>, choice: &RegionChoice, stores: &Stores) -> Option<SetRow> {
        let SetFile { name, regions, .. } = *written;
        if regions.get()?.is_empty() {
            self.error_with_hint(
                regions.span,
                "a set of 0 regions serves nobody",
                "name at least one region",
            );
            return None;
        }
        let wanted = regions.get()?.len();
        let listed = self.region_list(regions, "regions");
        let name = match name {
            Some(at) if at.get()?.trim().is_empty() => {
                self.error_with_hint(
                    at.span,
                    "the name of a set is empty",
                    "leave it out to name it by its regions",
                );
                return None;
            }
            Some(at) => at.get()?.clone(),
            None => listed
                .iter()
                .map(|(region, _)| region.code.as_str())
                .collect::<Vec<_>>()
                .join(" + "),
        };
        let mut members = Vec::new();
        for (region, at) in &listed {
            if let Some(index) = choice.index(&region.id) {
                members.push(index);
                continue;
            }
            let reason = choice.reason(&region.id);
            let message = format!("`{}` of set `{name}` is no candidate: {reason}", region.id);
            self.error_with_hint(*at, message, "add it to the candidates under [regions]");
        }
        members.sort_unstable();
        if members.len() != wanted {
            return None;
        }
        let mut placement = Placement {
            name,
            regions: members,
            leaders: vec![None; stores.len()],
            standbys: Vec::new(),
        };
        let whose = format!("set `{}`", placement.name);
        let standbys = self.standby_rows(written.standby, Some(choice), &placement.regions, &whose);
        placement.standbys = standbys.standbys();
        self.leaders(written.leaders, &mut placement, choice, stores)?;
        self.expect_hosts(&placement, regions.span, choice, stores);
        Some(SetRow {
            placement,
            regions_at: regions.span,
            standbys,
        })
    }

    /// Who leads which store in this set.
    fn leaders(
        &mut self,
        field: Option<&At<Entries<String>>>,
        placement: &mut Placement,
        choice: &RegionChoice,
        stores: &Stores,
    ) -> Option<()> {
        let Some(field) = field else { return Some(()) };
        let mut all = true;
        for (key, at) in field.get()?.iter() {
            let store = key.get().and_then(|name| self.led_store(name, key.span, stores));
            let whose = format!("the leaders of set `{}`", placement.name);
            let region = at
                .get()
                .and_then(|name| self.candidate(name, at.span, Some(choice), &whose));
            let (Some(store), Some(region)) = (store, region) else {
                all = false;
                continue;
            };
            self.expect_led_from_within(store, region, at.span, placement, choice, stores);
            placement.leaders[store] = Some(region);
        }
        all.then_some(())
    }

    /// A leader is a copy: a region of the set, or a named member where the store names them.
    fn expect_led_from_within(
        &mut self,
        store: usize,
        region: usize,
        span: Span,
        placement: &Placement,
        choice: &RegionChoice,
        stores: &Stores,
    ) {
        let Some(store) = &stores.row(store).store else {
            return;
        };
        let id = &choice.candidates[region].id;
        match &store.members {
            Members::All if !placement.regions.contains(&region) => {
                let message = format!(
                    "the leader `{id}` of store `{}` is not in set `{}`",
                    store.name, placement.name
                );
                let hint = format!("let one of the set lead: {}", codes(&placement.regions, choice));
                self.error_with_hint(span, message, hint);
            }
            Members::Named(named) if !named.contains(&region) => {
                let message = format!("the leader `{id}` is no member of store `{}`", store.name);
                let hint = format!("let a member lead: {}", codes(named, choice));
                self.error_with_hint(span, message, hint);
            }
            _ => {}
        }
    }

    fn compare_with_earlier(
        &mut self,
        row: &SetRow,
        name_span: Span,
        baseline: Option<&SetRow>,
        earlier: &mut Earlier,
    ) {
        let set = &row.placement;
        if let Some(baseline) = baseline.map(|row| &row.placement)
            && baseline.name == set.name
            && let Some(what) = difference(baseline, set)
        {
            let message = format!(
                "`{}` is also the name of the baseline, which has other {what}",
                set.name
            );
            self.error(name_span, message);
        }
        if !earlier.names.insert(set.name.clone()) {
            self.error(name_span, format!("two sets are called `{}`", set.name));
        }
        match earlier.made_of.entry(parts_of(set)) {
            Entry::Vacant(place) => {
                place.insert(set.name.clone());
            }
            Entry::Occupied(same) => {
                let message = format!("set `{}` has the same regions as `{}`", set.name, same.get());
                self.error_with_hint(row.regions_at, message, "leave one out");
            }
        }
    }
}

/// What two sets differ in beside their names.
fn difference(a: &Placement, b: &Placement) -> Option<&'static str> {
    if a.regions != b.regions {
        Some("regions")
    } else if a.leaders != b.leaders {
        Some("leaders")
    } else if a.standbys != b.standbys {
        Some("standbys")
    } else {
        None
    }
}

/// "`eu-west-1`, `us-east-1`".
fn codes(regions: &[usize], choice: &RegionChoice) -> String {
    let codes = regions
        .iter()
        .map(|&i| format!("`{}`", choice.candidates[i].code));
    codes.collect::<Vec<_>>().join(", ")
}
