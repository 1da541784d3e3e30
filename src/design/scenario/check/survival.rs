//! What is promised about losses, and whether anybody could keep it.

use super::Check;
use super::recovery::RecoveryRow;
use super::regions::RegionChoice;
use super::sets::{SetRow, Sets};
use super::standby::StandbyRows;
use super::stores::{StoreRow, Stores};
use crate::basis::units::{Share, counted};
use crate::design::recovery::{Detection, Recovery, Standby};
use crate::design::scenario::decode::At;
use crate::design::scenario::file::{ScenarioFile, TargetsFile};
use crate::design::store::{Members, Store, StoreKind};
use crate::design::targets::Targets;

/// More regions than this are no set.
const MOST_REGIONS: u64 = 1000;

/// What a promise about losses is held against.
#[derive(Clone, Copy)]
pub(super) struct Held<'r> {
    pub(super) choice: &'r RegionChoice,
    pub(super) stores: &'r Stores,
    pub(super) sets: &'r Sets,
    pub(super) recovery: &'r RecoveryRow,
}

impl Check<'_> {
    /// What is promised about losses.
    pub(super) fn recovery_targets(&mut self, file: &TargetsFile, targets: &mut Targets) {
        if let Some(at) = &file.rto {
            targets.rto_s = self.positive_seconds(at, "target rto");
        }
        if let Some(at) = &file.rpo {
            targets.rpo_s = self.seconds(at, "target rpo");
        }
        if let Some(at) = &file.availability {
            targets.availability = self.share(at).filter(|share| self.can_be_promised(*share, at));
        }
        if file.tolerate.is_some() {
            let regions = self.count(file.tolerate.as_ref(), 1, 1..=MOST_REGIONS, "tolerate");
            targets.tolerate = regions.map(|regions| regions as u32);
        }
    }

    fn can_be_promised<T>(&mut self, share: Share, at: &At<T>) -> bool {
        let share = share.get();
        if share >= 1.0 {
            let hint =
                "nothing is up all the time; say for instance \"99.99%\", which is 53 minutes down a year";
            self.error_with_hint(at.span, "target availability of 100 % cannot be kept", hint);
        } else if share <= 0.0 {
            let message = "target availability must be above 0 %: no set could miss it";
            self.error(at.span, message);
        }
        share > 0.0 && share < 1.0
    }

    /// Promises and stores against the sets.
    pub(super) fn expect_survival(&mut self, file: &ScenarioFile, targets: &Targets, held: Held<'_>) {
        let promised = file.targets.as_ref().and_then(At::get);
        if let Some(promised) = promised {
            self.lint_rto(promised, targets, &held.recovery.recovery);
            self.lint_rpo(promised, held.stores);
            self.expect_survivors(promised, targets, held);
        }
        self.lint_restore(held);
        for (_, row, store) in held.stores.understood() {
            self.lint_quorum(row, store, held.sets);
        }
    }

    /// Detection alone may take longer than the promise.
    fn lint_rto(&mut self, file: &TargetsFile, targets: &Targets, recovery: &Recovery) {
        let (Some(at), Some(target)) = (&file.rto, targets.rto_s) else {
            return;
        };
        let least = least_detection_s(&recovery.detection);
        if target < least {
            let message =
                format!("target rto of {target} s is out of reach: noticing a loss takes {least} s at least");
            let hint = format!(
                "{} checks in a row have to fail, {} s apart; see `detection` under [recovery]",
                recovery.detection.threshold, recovery.detection.interval_s
            );
            self.warn(at.span, message, hint);
        }
    }

    /// Where nothing is stored, nothing can be lost.
    fn lint_rpo(&mut self, file: &TargetsFile, stores: &Stores) {
        if let (Some(at), true) = (&file.rpo, stores.rows().is_empty()) {
            let message =
                "target rpo says nothing: there is no [[store]], so no write is lost whatever happens";
            let hint = "say [[store]] for what is written, and how it is copied";
            self.warn(at.span, message, hint);
        }
    }

    /// Where as many regions may be lost as a set has, nobody is left.
    fn expect_survivors(&mut self, file: &TargetsFile, targets: &Targets, held: Held<'_>) {
        let (Some(at), Some(tolerate)) = (&file.tolerate, targets.tolerate) else {
            return;
        };
        let tolerate = u64::from(tolerate);
        let Held {
            choice,
            sets,
            recovery,
            ..
        } = held;
        let standbys = recovery.recovery.standbys.as_slice();
        let named = sets.all().map(|row| regions_to_lose(row, standbys));
        // A search is not bound to the named sets, so those it would try count as well.
        let most = named
            .chain([largest_searched(choice, standbys)])
            .max()
            .unwrap_or(0);
        let lost = counted(tolerate as usize, "region");
        if most <= tolerate {
            let message = format!(
                "no set survives the loss of {lost}: the largest has {}, standbys counted",
                counted(most as usize, "region")
            );
            self.error_with_hint(at.span, message, "promise less, or add regions or a standby");
            return;
        }
        for row in sets.placements() {
            if regions_to_lose(row, standbys) <= tolerate {
                let message = format!(
                    "nobody is left of set `{}` when it loses {lost}",
                    row.placement.name
                );
                let hint = "give it a standby, such as standby = { us-west-2 = \"warm\" }; as it is, it misses `tolerate`";
                self.warn(row.regions_at, message, hint);
            }
        }
    }

    /// A region that is set up from backup takes as long as there is to restore.
    fn lint_restore(&mut self, held: Held<'_>) {
        if held.recovery.restore_told {
            return;
        }
        let rows = held.sets.all().map(|row| &row.standbys);
        let backup = rows
            .chain([&held.recovery.standbys])
            .find_map(StandbyRows::backup_at);
        if let Some(span) = backup {
            let message =
                "a region is restored from backup, but nobody says how much: restoring is not counted";
            let hint = "say backup = { size = \"2 TB\", rate = \"200 MB/s\" } under [recovery]";
            self.warn(span, message, hint);
        }
    }

    /// A quorum that needs every copy stops with the first loss.
    fn lint_quorum(&mut self, row: &StoreRow, store: &Store, sets: &Sets) {
        let StoreKind::Quorum {
            n, r, w, legs: None, ..
        } = store.kind
        else {
            return;
        };
        let needed = r.max(w);
        let what = if w >= r { "write" } else { "read" };
        if let Some(n) = n {
            if needed >= n {
                let message = format!(
                    "store `{}` cannot lose a copy: a {what} waits for {needed} of {n}",
                    store.name
                );
                self.warn(
                    row.name_at,
                    message,
                    "with n = 3, r = 2 and w = 2 one may be lost",
                );
            }
            return;
        }
        for set in sets.placements().filter(|_| store.members == Members::All) {
            let copies = set.placement.regions.len();
            if needed as usize >= copies {
                let message = format!(
                    "store `{}` cannot lose a region of set `{}`: a {what} waits for {needed} of {copies} copies",
                    store.name, set.placement.name
                );
                self.warn(set.regions_at, message, "add a region, or lower `r` and `w`");
            }
        }
    }
}

/// The shortest that noticing a loss can take, s: it falls right before a check, which is the first to fail.
fn least_detection_s(detection: &Detection) -> f64 {
    f64::from(detection.threshold - 1) * detection.interval_s + detection.timeout.seconds.quantile(0.0)
}

/// How many regions a set has that could serve: its own, and its standbys or else those of every set.
fn regions_to_lose(row: &SetRow, standbys: &[Standby]) -> u64 {
    let placement = &row.placement;
    let more = match placement.standbys.len() {
        0 => standbys
            .iter()
            .filter(|standby| !placement.regions.contains(&standby.region))
            .count(),
        own => own,
    };
    (placement.regions.len() + more) as u64
}

fn largest_searched(choice: &RegionChoice, standbys: &[Standby]) -> u64 {
    let largest = choice.sizes.last().copied().unwrap_or(0);
    (largest + standbys.len()).min(choice.candidates.len()) as u64
}
