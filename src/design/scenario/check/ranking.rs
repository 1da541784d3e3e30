//! What sets are ranked by, and whether the file says enough for it.

use super::Check;
use super::promises::{OBJECTIVES, named_objective};
use super::score::{AFTER_LOSS, COST};
use crate::design::ranking::RankedBy;
use crate::design::scenario::decode::{did_you_mean, given, shortened};
use crate::design::scenario::file::ScenarioFile;
use crate::design::scenario::source::Span;
use crate::design::targets::Objective;

/// Measures that are no figure of latency.
const MEASURES: [&str; 6] = [COST, "score", "rto", "rpo", "downtime", "p95-after-loss"];

/// Between a measure and the figure that breaks its ties.
const THEN: &str = "-then-";

/// What sets are ranked by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ranking {
    /// A measure that comes before the objective.
    pub(super) by: Option<RankedBy>,
    /// A figure of latency.
    pub(super) objective: Objective,
}

impl Check<'_> {
    /// What the ranking minimises; the p95 when nothing is said.
    pub(super) fn ranking(&mut self, file: &ScenarioFile) -> Option<Ranking> {
        let Some(at) = &file.objective else {
            return Some(Ranking {
                by: None,
                objective: Objective::P95,
            });
        };
        let ranking = self.ranking_named(at.get()?, at.span)?;
        if let Some(by) = ranking.by {
            self.expect_section(file, by, at.span);
            self.expect_no_race(file, by);
        }
        Some(ranking)
    }

    fn ranking_named(&mut self, name: &str, span: Span) -> Option<Ranking> {
        let (first, then) = match name.split_once(THEN) {
            Some((first, then)) => (first, Some(then)),
            None => (name, None),
        };
        if let Some(latency) = first.strip_suffix(AFTER_LOSS) {
            let objective = self.objective_of(latency, first, span)?;
            if then.is_some() {
                let message = format!(
                    "equal sets by `{}` go by the same figure in normal times",
                    shortened(first)
                );
                self.error_with_hint(span, message, format!("say \"{}\"", shortened(first)));
            }
            return Some(Ranking {
                by: Some(RankedBy::AfterLoss(objective)),
                objective,
            });
        }
        let Some(by) = named_measure(first) else {
            return self.latency_alone(first, then, span);
        };
        let objective = match then {
            Some(figure) => self.objective_named(figure, span)?,
            None => Objective::P95,
        };
        Some(Ranking {
            by: Some(by),
            objective,
        })
    }

    /// A figure of latency, behind which nothing stands.
    fn latency_alone(&mut self, name: &str, then: Option<&str>, span: Span) -> Option<Ranking> {
        let objective = self.objective_of(name, name, span)?;
        if let Some(then) = then {
            let message = format!(
                "`{}` leaves next to no ties for `{}` to break",
                shortened(name),
                shortened(then)
            );
            let hint = format!(
                "say \"{}\" alone, or a measure before it, such as \"cost{THEN}{}\"",
                shortened(name),
                shortened(name)
            );
            self.error_with_hint(span, message, hint);
        }
        Some(Ranking { by: None, objective })
    }

    /// The figure of latency `name`, as it stands in `whole`.
    fn objective_of(&mut self, name: &str, whole: &str, span: Span) -> Option<Objective> {
        if let Some(limit) = name.strip_prefix("within:") {
            return self.within(limit, span);
        }
        let objective = named_objective(name);
        if objective.is_none() {
            let message = format!("unknown objective `{}`", shortened(whole));
            let hint = if whole == "availability" {
                "say \"downtime\": the fewer minutes a year, the higher the availability".to_owned()
            } else {
                did_you_mean(whole, &[&OBJECTIVES[..], &MEASURES[..]].concat())
            };
            self.error_with_hint(span, message, hint);
        }
        objective
    }

    /// A measure needs the section that says what it is made of.
    fn expect_section(&mut self, file: &ScenarioFile, by: RankedBy, span: Span) {
        let (missing, section, hint) = match by {
            RankedBy::Cost => (
                file.cost.is_none(),
                "[cost]",
                "say [cost], and below it instance = \"m7g.xlarge\"",
            ),
            RankedBy::Score => (
                file.score.is_none(),
                "[[score]]",
                "say [[score]], and below it of = \"p95\", weight = 1, target = \"100ms\", limit = \"400ms\"",
            ),
            RankedBy::Rto => (
                file.recovery.is_none(),
                "[recovery]",
                "say [recovery], and below it what the team does, such as decision = \"10m\"",
            ),
            RankedBy::Rpo => (
                file.store.is_none(),
                "[[store]]",
                "without a store nothing can be lost; say [[store]], and below it name, kind and lag",
            ),
            RankedBy::Downtime | RankedBy::AfterLoss(_) => return,
        };
        if missing {
            let message = format!("the objective is `{}`, but there is no {section}", by.name());
            self.error_with_hint(span, message, hint);
        }
    }

    /// A race draws latencies anew, and nothing else.
    fn expect_no_race(&mut self, file: &ScenarioFile, by: RankedBy) {
        if let Some((_, span)) = given(file.race_runs.as_ref()) {
            let message = format!("there is no race for the objective `{}`", by.name());
            let hint =
                "a race draws latencies anew: rank by one of them, such as \"p95\", or leave `race_runs` out";
            self.error_with_hint(span, message, hint);
        }
    }
}

fn named_measure(name: &str) -> Option<RankedBy> {
    Some(match name {
        COST => RankedBy::Cost,
        "score" => RankedBy::Score,
        "rto" | "rto-p95" => RankedBy::Rto,
        "rpo" | "rpo-p95" => RankedBy::Rpo,
        "downtime" => RankedBy::Downtime,
        _ => return None,
    })
}
