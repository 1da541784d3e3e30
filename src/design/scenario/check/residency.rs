//! Rules that bind users or data to jurisdictions.

use std::collections::BTreeSet;

use super::regions::RegionChoice;
use super::sets::Sets;
use super::stores::Stores;
use super::{Check, given};
use crate::design::residency::{Bound, ResidencyMode, ResidencyRule};
use crate::design::scenario::decode::{At, shortened};
use crate::design::scenario::file::{ModeWord, ResidencyFile};
use crate::design::scenario::source::Span;
use crate::design::store::{Leader, Members};
use crate::world::catalog::Region;
use crate::world::demand::Audience;

/// What rules are held against.
#[derive(Clone, Copy)]
pub(super) struct Bounds<'b> {
    pub(super) choice: Option<&'b RegionChoice>,
    pub(super) stores: &'b Stores,
    pub(super) sets: Option<&'b Sets>,
    pub(super) audience: Option<&'b Audience>,
}

impl<'c> Check<'c> {
    pub(super) fn residency(
        &mut self,
        list: Option<&At<Vec<At<ResidencyFile>>>>,
        bounds: Bounds<'_>,
    ) -> Option<Vec<ResidencyRule>> {
        let Some(list) = list else {
            return Some(Vec::new());
        };
        let mut names: Vec<&str> = Vec::new();
        let mut rules = Vec::new();
        for at in list.get()? {
            let Some(file) = at.get() else { continue };
            self.unique_name(&file.name, "rule", names.iter().copied());
            names.extend(file.name.get().map(String::as_str));
            let Some(rule) = self.rule(file, at.span, bounds.stores) else {
                continue;
            };
            self.expect_kept(&rule, file, bounds);
            rules.push(rule);
        }
        (rules.len() == list.get()?.len()).then_some(rules)
    }

    fn rule(&mut self, file: &ResidencyFile, span: Span, stores: &Stores) -> Option<ResidencyRule> {
        let bound = self.bound(file, span, stores);
        let allowed = self.allowed(&file.allowed);
        let mode = match &file.mode {
            Some(at) => *at.get()?,
            None => ModeWord::default(),
        };
        Some(ResidencyRule {
            name: file.name.get()?.clone(),
            bound: bound?,
            allowed: allowed?,
            operator_too: given(file.operator.as_ref()).is_some_and(|(yes, _)| *yes),
            mode: mode.into(),
        })
    }

    /// Exactly one of users and a store.
    fn bound(&mut self, file: &ResidencyFile, span: Span, stores: &Stores) -> Option<Bound> {
        match (&file.users, &file.store) {
            (Some(list), None) => self.bound_users(list),
            (None, Some(at)) => self.store_named(at.get()?, at.span, stores).map(Bound::Store),
            (users, _) => {
                let message = match users {
                    None => "the rule binds neither users nor a store",
                    Some(_) => "the rule binds users and a store",
                };
                let hint = "say users = [\"EU\"] or store = \"orders\", and make two rules of both";
                self.error_with_hint(span, message, hint);
                None
            }
        }
    }

    fn bound_users(&mut self, list: &At<Vec<At<String>>>) -> Option<Bound> {
        let known = self.jurisdictions(list.span)?;
        let (mut jurisdictions, mut countries) = (Vec::new(), Vec::new());
        let mut all = self.expect_some(list, "users");
        for at in list.get()? {
            let Some(name) = at.get() else { continue };
            if known.contains(name.as_str()) {
                jurisdictions.push(name.clone());
                continue;
            }
            if let Ok(country) = self.catalog.country(name) {
                countries.push(country.iso2.clone());
            } else {
                self.unknown(
                    name,
                    at.span,
                    ("jurisdiction or country", "a rule"),
                    known.iter().copied(),
                );
                all = false;
            }
        }
        all.then_some(Bound::Users {
            jurisdictions,
            countries,
        })
    }

    fn expect_some(&mut self, list: &At<Vec<At<String>>>, name: &str) -> bool {
        let empty = list.get().is_some_and(Vec::is_empty);
        if empty {
            let hint = format!("say for instance {name} = [\"EU\"]");
            self.error_with_hint(list.span, format!("`{name}` is empty"), hint);
        }
        !empty
    }

    fn allowed(&mut self, list: &At<Vec<At<String>>>) -> Option<Vec<String>> {
        let known = self.jurisdictions(list.span)?;
        let mut allowed: Vec<String> = Vec::new();
        let mut all = self.expect_some(list, "allowed");
        for at in list.get()? {
            let Some(name) = at.get() else { continue };
            if known.contains(name.as_str()) {
                allowed.push(name.clone());
                continue;
            }
            all = false;
            match self.catalog.country(name) {
                Ok(country) => {
                    let message = format!("`{}` is a country, not a jurisdiction", shortened(name));
                    let hint = format!("regions there count as \"{}\"", country.jurisdiction);
                    self.error_with_hint(at.span, message, hint);
                }
                Err(_) => self.unknown(name, at.span, ("jurisdiction", "a rule"), known.iter().copied()),
            }
        }
        all.then_some(allowed)
    }

    /// The jurisdictions that countries lie in.
    fn jurisdictions(&mut self, span: Span) -> Option<BTreeSet<&'c str>> {
        let outcome = self.catalog.countries();
        let countries = self.keep(outcome, span)?;
        Some(
            countries
                .iter()
                .map(|country| country.jurisdiction.as_str())
                .collect(),
        )
    }

    /// A rule that has to be kept and cannot be leaves no set to choose.
    fn expect_kept(&mut self, rule: &ResidencyRule, file: &ResidencyFile, bounds: Bounds<'_>) {
        let Some(choice) = bounds.choice else { return };
        if !choice.candidates.iter().any(|region| keeps(rule, region)) {
            let message = format!("no candidate can meet the rule `{}`", shortened(&rule.name));
            let hint = format!(
                "the candidates lie in {}",
                where_they_lie(rule, &choice.candidates)
            );
            match rule.mode {
                ResidencyMode::Enforce => self.error_with_hint(file.allowed.span, message, hint),
                ResidencyMode::Report => self.warn(file.allowed.span, message, hint),
            }
            return;
        }
        self.expect_somebody_bound(rule, file, bounds.audience);
        if rule.mode == ResidencyMode::Enforce {
            self.expect_lawful_store(rule, file, choice, bounds.stores);
            self.warn_of_unlawful_sets(rule, choice, bounds.sets);
        }
    }

    fn expect_somebody_bound(
        &mut self,
        rule: &ResidencyRule,
        file: &ResidencyFile,
        audience: Option<&Audience>,
    ) {
        let (
            Bound::Users {
                jurisdictions,
                countries,
            },
            Some(audience),
            Some(users),
        ) = (&rule.bound, audience, &file.users)
        else {
            return;
        };
        let Some(known) = self.keep(self.catalog.countries(), users.span) else {
            return;
        };
        let bound = |code: &String| {
            let country = known.iter().find(|country| country.iso2 == *code);
            countries.contains(code) || country.is_some_and(|c| jurisdictions.contains(&c.jurisdiction))
        };
        if !audience.groups.iter().any(|group| bound(&group.country)) {
            let message = format!(
                "the rule `{}` binds nobody of the audience",
                shortened(&rule.name)
            );
            self.warn(users.span, message, "leave it out, or widen `users`");
        }
    }

    /// A store whose copies or leader are named has them where it says, whatever the set.
    fn expect_lawful_store(
        &mut self,
        rule: &ResidencyRule,
        file: &ResidencyFile,
        choice: &RegionChoice,
        stores: &Stores,
    ) {
        let (Bound::Store(index), Some(at)) = (&rule.bound, &file.store) else {
            return;
        };
        let Some(store) = &stores.row(*index).store else {
            return;
        };
        let mut named: Vec<(usize, &str)> = Vec::new();
        if let Members::Named(members) = &store.members {
            named.extend(members.iter().map(|&member| (member, "has a copy")));
        } else if let Some(Leader::Fixed(leader)) = store.kind.leader() {
            named.push((*leader, "has its leader"));
        }
        for (index, what) in named {
            let region = &choice.candidates[index];
            if !keeps(rule, region) {
                let message = format!(
                    "store `{}` {what} in `{}`, which the rule `{}` does not allow",
                    store.name,
                    region.id,
                    shortened(&rule.name)
                );
                let hint = format!(
                    "it lies in {}",
                    where_they_lie(rule, std::slice::from_ref(region))
                );
                self.error_with_hint(at.span, message, hint);
            }
        }
    }

    fn warn_of_unlawful_sets(&mut self, rule: &ResidencyRule, choice: &RegionChoice, sets: Option<&Sets>) {
        for set in sets.into_iter().flat_map(Sets::all) {
            let placement = &set.placement;
            if !placement
                .regions
                .iter()
                .any(|&i| keeps(rule, &choice.candidates[i]))
            {
                let message = format!(
                    "set `{}` has no region that the rule `{}` allows",
                    placement.name,
                    shortened(&rule.name)
                );
                self.warn(
                    set.regions_at,
                    message,
                    "add one, or say mode = \"report\" to see what breaks it",
                );
            }
        }
    }
}

fn keeps(rule: &ResidencyRule, region: &Region) -> bool {
    rule.allowed.contains(&region.jurisdiction)
        && (!rule.operator_too || rule.allowed.contains(&region.operator_jurisdiction))
}

/// "`EU`, `US`", and whose operators are where if that counts.
fn where_they_lie(rule: &ResidencyRule, regions: &[Region]) -> String {
    let places: BTreeSet<&str> = regions
        .iter()
        .map(|region| region.jurisdiction.as_str())
        .collect();
    let places = quoted(&places);
    if !rule.operator_too {
        return places;
    }
    let operators = regions.iter().map(|region| region.operator_jurisdiction.as_str());
    format!("{places}; their operators in {}", quoted(&operators.collect()))
}

fn quoted(names: &BTreeSet<&str>) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
