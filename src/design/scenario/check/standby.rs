//! Regions that serve nobody until another is lost.

use super::Check;
use super::regions::RegionChoice;
use crate::design::recovery::{Role, Standby};
use crate::design::scenario::decode::{At, Entries};
use crate::design::scenario::file::RoleWord;
use crate::design::scenario::source::Span;

/// Standbys, and where each stands.
#[derive(Debug, Default)]
pub(super) struct StandbyRows {
    rows: Vec<(Standby, Span)>,
}

impl StandbyRows {
    /// The standbys, ascending by region.
    pub(super) fn standbys(&self) -> Vec<Standby> {
        self.rows.iter().map(|(standby, _)| *standby).collect()
    }

    /// Where the first one stands that is restored from backup.
    pub(super) fn backup_at(&self) -> Option<Span> {
        let mut backups = self.rows.iter();
        let first = backups.find(|(standby, _)| standby.role == Role::Backup);
        first.map(|(_, span)| *span)
    }
}

impl Check<'_> {
    /// The standbys of `whose`, none of them among the regions that serve, `active`.
    pub(super) fn standby_rows(
        &mut self,
        field: Option<&At<Entries<RoleWord>>>,
        choice: Option<&RegionChoice>,
        active: &[usize],
        whose: &str,
    ) -> StandbyRows {
        let mut found = StandbyRows::default();
        let Some(at) = field else { return found };
        let Some(entries) = at.get() else { return found };
        if entries.iter().next().is_none() {
            let hint = "leave it out, or name a region, such as standby = { us-west-2 = \"warm\" }";
            self.error_with_hint(at.span, format!("`standby` of {whose} is empty"), hint);
        }
        for (key, role) in entries.iter() {
            let Some(name) = key.get() else { continue };
            let whose = format!("the standbys of {whose}");
            let region = self.candidate(name, key.span, choice, &whose);
            let role = role.get().and_then(|word| self.standby_role(*word, role.span));
            let (Some(region), Some(role), Some(choice)) = (region, role, choice) else {
                continue;
            };
            let id = &choice.candidates[region].id;
            if active.contains(&region) {
                let message = format!("`{id}` is active and stands by at once");
                let hint = "leave it out of `regions` or of `standby`";
                self.error_with_hint(key.span, message, hint);
            } else if found.rows.iter().any(|(other, _)| other.region == region) {
                let message = format!("`{id}` stands twice in {whose}");
                self.error_with_hint(key.span, message, "leave one out");
            } else {
                found.rows.push((Standby { region, role }, key.span));
            }
        }
        found.rows.sort_by_key(|(standby, _)| standby.region);
        found
    }

    fn standby_role(&mut self, word: RoleWord, span: Span) -> Option<Role> {
        if word == RoleWord::Active {
            let hint =
                "an active region belongs into `regions`; a standby is hot, warm, pilot_light or backup";
            self.error_with_hint(span, "a standby cannot be `active`", hint);
            return None;
        }
        Some(word.into())
    }
}
