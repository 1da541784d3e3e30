//! Ready sentences for the page's scripts, so that wording stays in one place.

use serde::Serialize;

use crate::report::model::{Report, SetResult};
use crate::report::voice::{self, verdict};

/// What is said of a report.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Words {
    /// Which set to choose and what it gains.
    verdict: String,
    /// The sets that tie with it.
    ties: Vec<String>,
    /// How sure that is.
    certainty: Vec<String>,
    /// Whether it keeps what was promised.
    #[serde(skip_serializing_if = "Option::is_none")]
    promises: Option<String>,
    /// What the brackets behind figures mean.
    brackets: &'static str,
    /// Set by set, in the order of the report.
    sets: Vec<SetWords>,
    /// What a planner should know of all sets together.
    findings: Vec<String>,
}

/// What is said of a set.
#[derive(Clone, Debug, Serialize)]
struct SetWords {
    /// Against the set to choose: `B is slower by 6 ms [4, 8] at p95`.
    versus_best: String,
    /// Against the baseline; absent without one and on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    versus_baseline: Option<String>,
    /// Promises kept and missed.
    promises: String,
    /// What a planner should know of it: capacity and recovery.
    findings: Vec<String>,
}

impl Words {
    pub(super) fn of(report: &Report) -> Words {
        Words {
            verdict: verdict::headline(report),
            ties: verdict::ties(report),
            certainty: verdict::certainty(report),
            promises: verdict::promises_kept(report),
            brackets: verdict::BRACKETS,
            sets: report.sets.iter().map(|set| of_set(set, report)).collect(),
            findings: findings(report),
        }
    }
}

fn of_set(set: &SetResult, report: &Report) -> SetWords {
    let recovery = set.recovery.iter().flat_map(|it| &it.findings);
    let capacity = set.capacity.iter().flat_map(|it| &it.findings);
    SetWords {
        versus_best: verdict::against_best(set, report),
        versus_baseline: verdict::against_baseline(set, report),
        promises: verdict::promises_words(set, report),
        findings: recovery.chain(capacity).cloned().collect(),
    }
}

/// Findings of the whole report.
pub(super) fn findings(report: &Report) -> Vec<String> {
    let capacity = report.capacity.iter().flat_map(|it| it.findings.iter().cloned());
    let cdn = report.cdn_or_region.as_ref().map(voice::cdn_answer);
    capacity.chain(cdn).collect()
}
