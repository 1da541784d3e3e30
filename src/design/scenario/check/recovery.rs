//! What the team does when it loses a region: what the file says over what is taken without it.

use super::Check;
use super::regions::RegionChoice;
use super::standby::StandbyRows;
use super::stores::Stores;
use super::times::SCENARIO;
use crate::basis::dist::Dist;
use crate::design::recovery::{Backups, Detection, Failback, Recovery, Role, Step, Term, YEARS};
use crate::design::scenario::decode::At;
use crate::design::scenario::distribution::DistFile;
use crate::design::scenario::file::{
    BackupFile, DetectionFile, FailbackFile, RampFile, RecoveryFile, StepWord,
};
use crate::design::scenario::source::Span;

/// More failures in a row than this are not a health check that anybody runs; Route 53 takes at most 10.
const MOST_FAILURES: u64 = 1000;
/// Years that may be simulated.
const YEARS_BOUNDS: std::ops::RangeInclusive<u64> = 1000..=10_000_000;

/// The section, and what is checked against the sets.
#[derive(Debug)]
pub(super) struct RecoveryRow {
    pub(super) recovery: Recovery,
    pub(super) standbys: StandbyRows,
    /// Whether the file says how much has to be restored.
    pub(super) restore_told: bool,
}

impl Check<'_> {
    /// The defaults where nothing is said. `None` when nothing could be made of the section.
    pub(super) fn recovery(
        &mut self,
        section: Option<&At<RecoveryFile>>,
        choice: Option<&RegionChoice>,
        stores: &Stores,
    ) -> Option<RecoveryRow> {
        let mut recovery = Recovery::standard(&stores.all().unwrap_or_default()).ok()?;
        for (promotion, row) in recovery.promotion.iter_mut().zip(stores.rows()) {
            if let Some((term, _)) = &row.promotion {
                *promotion = Some(term.clone());
            }
        }
        let mut row = RecoveryRow {
            recovery,
            standbys: StandbyRows::default(),
            restore_told: false,
        };
        let Some(at) = section else { return Some(row) };
        let file = at.get()?;
        let recovery = &mut row.recovery;
        if let Some(at) = &file.detection {
            self.detection(at, &mut recovery.detection);
        }
        if let Some(at) = &file.decision {
            recovery.decision = self.term(at, "`decision`");
        }
        if let Some(at) = &file.ramp {
            self.ramp(at, &mut recovery.ramp);
        }
        if let (Some(at), Some(backups)) = (&file.backup, &mut recovery.backups) {
            row.restore_told = self.backup(at, backups);
        }
        if let Some(at) = &file.failback {
            recovery.failback = at.get().and_then(|file| self.failback(file));
        }
        if let Some(at) = &file.runbook {
            recovery.runbook = self.runbook(at);
            self.expect_steps(file, recovery, stores);
        }
        let years = self.count(file.years.as_ref(), u64::from(YEARS), YEARS_BOUNDS, "years");
        recovery.years = years.map_or(YEARS, |years| years as u32);
        row.standbys = self.standby_rows(file.standby.as_ref(), choice, &[], "[recovery]");
        row.recovery.standbys = row.standbys.standbys();
        Some(row)
    }

    fn detection(&mut self, at: &At<DetectionFile>, detection: &mut Detection) {
        let Some(file) = at.get() else { return };
        if let Some(at) = &file.interval {
            let seconds = self.positive_seconds(at, "`interval` of health checks");
            detection.interval_s = seconds.unwrap_or(detection.interval_s);
        }
        let usual = u64::from(detection.threshold);
        let threshold = self.count(file.threshold.as_ref(), usual, 1..=MOST_FAILURES, "threshold");
        detection.threshold = threshold.unwrap_or(usual) as u32;
        if let Some(at) = &file.timeout
            && let Some(term) = self.term(at, "`timeout` of health checks")
        {
            detection.timeout = term;
            self.lint_timeout(at.span, detection);
        }
        detection.source = match (&file.interval, &file.threshold) {
            (Some(_), Some(_)) => SCENARIO.to_owned(),
            (Some(_), None) => format!("interval: scenario; threshold: {}", detection.source),
            (None, Some(_)) => format!("threshold: scenario; interval: {}", detection.source),
            (None, None) => return,
        };
    }

    fn lint_timeout(&mut self, span: Span, detection: &Detection) {
        let (least, interval) = (detection.timeout.seconds.quantile(0.0), detection.interval_s);
        if least > interval {
            let message = format!(
                "a health check waits {least} s for its answer, but the next follows after {interval} s"
            );
            self.warn(span, message, "a time-out is shorter than the interval as a rule");
        }
    }

    fn ramp(&mut self, at: &At<RampFile>, ramp: &mut [Term; 5]) {
        let Some(file) = at.get() else { return };
        let fields: [&Option<At<DistFile>>; 5] = [
            &file.active,
            &file.hot,
            &file.warm,
            &file.pilot_light,
            &file.backup,
        ];
        for ((role, field), term) in Role::ALL.into_iter().zip(fields).zip(ramp) {
            if let Some(at) = field
                && let Some(told) = self.term(at, &format!("`ramp` of role `{}`", role.name()))
            {
                *term = told;
            }
        }
    }

    /// Whether size and rate are told.
    fn backup(&mut self, at: &At<BackupFile>, backups: &mut Backups) -> bool {
        let Some(file) = at.get() else { return true };
        if let Some(at) = &file.interval
            && let Some(seconds) = self.positive_seconds(at, "`interval` of backups")
        {
            backups.interval_s = seconds;
        }
        if let Some(at) = &file.copy
            && let Some(term) = self.term(at, "`copy` of backups")
        {
            backups.copy = term;
        }
        let restore = self.restore(file, backups);
        let interval = match file.interval {
            Some(_) => "interval: scenario",
            None => "interval: daily, as an AWS Backup plan is by default",
        };
        let told = if restore {
            "size and rate: scenario"
        } else {
            "size not given, so restoring is not counted"
        };
        backups.assumed = file.interval.is_none() || !restore;
        backups.source = if backups.assumed {
            format!("{interval}; {told}")
        } else {
            SCENARIO.to_owned()
        };
        restore
    }

    /// Size and rate, which only together say how long restoring takes. Whether they are told.
    fn restore(&mut self, file: &BackupFile, backups: &mut Backups) -> bool {
        let size = file.size.as_ref().and_then(|at| {
            let bytes = self.keep(at.get()?.bytes(), at.span)?;
            self.expect_above_zero(bytes, at.span, "`size` of backups", "B")
        });
        let rate = file.rate.as_ref().and_then(|at| {
            let rate = self.keep(at.get()?.bytes_per_s(), at.span)?;
            self.expect_above_zero(rate, at.span, "`rate` of backups", "B/s")
        });
        match (&file.size, &file.rate) {
            (Some(at), None) => {
                let hint = "say how fast it is restored, such as rate = \"200 MB/s\"";
                self.error_with_hint(at.span, "`size` of backups without a `rate`", hint);
            }
            (None, Some(at)) => {
                let hint = "say how much is restored, such as size = \"2 TB\"";
                self.error_with_hint(at.span, "`rate` of backups without a `size`", hint);
            }
            _ => {}
        }
        if let (Some(size), Some(rate)) = (size, rate) {
            (backups.bytes, backups.bytes_per_s) = (size, rate);
        }
        file.size.is_some() || file.rate.is_some()
    }

    fn expect_above_zero(&mut self, value: f64, span: Span, what: &str, unit: &str) -> Option<f64> {
        if value > 0.0 {
            return Some(value);
        }
        self.error(span, format!("{what} must be above 0 {unit}"));
        None
    }

    fn failback(&mut self, file: &FailbackFile) -> Option<Failback> {
        let after = self.term(&file.after, "`after` of failback");
        let pause = match &file.pause {
            Some(at) => self.term(at, "`pause` of failback"),
            None => Some(Term {
                seconds: Dist::zero(),
                source: "not given: users move back without a break".to_owned(),
                assumed: true,
            }),
        };
        Some(Failback {
            after: after?,
            pause: pause?,
        })
    }

    fn runbook(&mut self, list: &At<Vec<At<Vec<At<StepWord>>>>>) -> Vec<Vec<Step>> {
        let example = "say for instance [[\"restore\", \"promotion\"], [\"ramp\"], [\"traffic\"]]";
        let mut stages: Vec<Vec<Step>> = Vec::new();
        if list.get().is_some_and(Vec::is_empty) {
            let message = "`runbook` is empty: nothing would be waited for";
            self.error_with_hint(list.span, message, example);
        }
        for stage in list.get().into_iter().flatten() {
            if stage.get().is_some_and(Vec::is_empty) {
                self.error_with_hint(stage.span, "a stage of `runbook` is empty", "leave it out");
            }
            let mut steps: Vec<Step> = Vec::new();
            for at in stage.get().into_iter().flatten() {
                let Some(step) = at.get().map(|word| Step::from(*word)) else {
                    continue;
                };
                if stages
                    .iter()
                    .flatten()
                    .chain(&steps)
                    .any(|earlier| *earlier == step)
                {
                    let message = format!("step `{}` stands twice in `runbook`", step.name());
                    self.error_with_hint(at.span, message, "a step is done once: leave one out");
                }
                steps.push(step);
            }
            stages.push(steps);
        }
        stages
    }

    /// A step that is described and not waited for was probably forgotten.
    fn expect_steps(&mut self, file: &RecoveryFile, recovery: &Recovery, stores: &Stores) {
        let backup = file.backup.as_ref().and_then(At::get);
        let promotion = stores.rows().iter().find_map(|row| row.promotion.as_ref());
        let described = [
            (Step::Ramp, file.ramp.as_ref().map(|at| at.span), "ramp"),
            (
                Step::Restore,
                backup.and_then(|file| file.size.as_ref()).map(|at| at.span),
                "size",
            ),
            (Step::Promotion, promotion.map(|(_, span)| *span), "promotion"),
        ];
        for (step, span, key) in described {
            if let Some(span) = span
                && !recovery.runbook.iter().flatten().any(|named| *named == step)
            {
                let message = format!("`{key}` is told, but `runbook` does not wait for it");
                let hint = format!("add \"{}\" to a stage of `runbook`", step.name());
                self.warn(span, message, hint);
            }
        }
    }
}
