//! Which figures an edit of `Inputs` outdates though no formula can find them: those of a simulation.
//!
//! Loads, servers and costs follow by formulas. Latencies do not: they hold for every load where nobody waits for a
//! server, and for the load and the servers of the run where somebody may.

use crate::report::model::{Report, SetResult};

/// Checks on `Inputs`, each 1 while none of its inputs is edited.
pub(super) const RATE: &str = "same_rate";
pub(super) const GROWTH: &str = "same_growth";
pub(super) const SIZING: &str = "same_sizing";
pub(super) const TERMS: &str = "same_terms";
pub(super) const PRICES: &str = "same_prices";

/// What `checks` say together.
pub(super) fn all(checks: &[&str]) -> String {
    checks.join("*")
}

/// The checks that the latencies of a set rest on; none where no request waits for a server.
pub(super) fn latency(set: &SetResult) -> Option<String> {
    let capacity = set.capacity.as_ref()?;
    let given = capacity.fleet.iter().any(|it| it.given);
    let queues = set.design.as_ref().is_some_and(|it| !it.queues.is_empty());
    if !given && !queues {
        return None;
    }
    let all_given = capacity.fleet.iter().all(|it| it.given || it.role != "active");
    Some(if all_given {
        RATE.into()
    } else {
        all(&[RATE, SIZING])
    })
}

/// The checks that the latency at the busiest hour rests on: there, somebody always may wait.
pub(super) fn peak_latency(set: &SetResult) -> String {
    latency(set).unwrap_or_else(|| all(&[RATE, SIZING]))
}

/// Sheets of latencies.
const LATENCIES: [&str; 6] = [
    "Ranking",
    "Classes",
    "Breakdown",
    "CDN or region",
    "Countries",
    "Strategies",
];

/// Sheets that tell of requests, writes or bytes a second, a day or at a loss.
const LOADS: [&str; 4] = ["Queues", "Copies", "DR", "Traffic"];

/// Whether a figure on the sheet called `name` is outdated: a formula over the checks, where one may be.
pub(super) fn rule(report: &Report, name: &str) -> Option<String> {
    report.capacity.as_ref()?;
    let mut checks: Vec<String> = Vec::new();
    if LOADS.contains(&name) {
        checks.push(RATE.into());
    }
    if LOADS.contains(&name) || LATENCIES.contains(&name) {
        checks.extend(report.sets.iter().filter_map(latency));
    }
    checks.sort();
    checks.dedup();
    (!checks.is_empty()).then(|| format!("={}<>1", checks.join("*")))
}
