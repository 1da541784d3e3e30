//! The best sets of two regions under a limit, and what the first loses with each of its regions.
//!
//! ```sh
//! cargo run --release --example search
//! ```

#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use std::path::Path;

use isochrone::basis::error::Result;
use isochrone::decide::objective::Figure;
use isochrone::decide::run::search;
use isochrone::design::scenario::Scenario;
use isochrone::engine::progress::Watch;
use isochrone::engine::simulation::Simulation;
use isochrone::report::assemble::assemble;
use isochrone::report::model::Verdict;
use isochrone::world::catalog::Catalog;

const SCENARIO: &str = r#"
name = "Europe and Brazil"
runs = 1000
objective = "p95"

[audience]
countries = ["DE", "ES", "PL", "BR"]
min_users = 2000000

[regions]
candidates = ["eu-west-1", "eu-central-1", "us-east-1", "sa-east-1"]
sizes = 2

[request]
round_trips = 2
"#;

pub(crate) fn main() -> Result<()> {
    let catalog = Catalog::embedded();
    let mut scenario = Scenario::parse("plan.toml", SCENARIO, Path::new(""), &[], &catalog)?;
    // Losses of the sets that are judged are told as well.
    scenario.recovery_asked = true;
    let simulation = Simulation::new(&scenario, &catalog, Watch::default())?;
    let limits = [(Figure::Quantile(0.5), 400.0)];
    let outcome = search(&scenario, &simulation, &limits, 3, Watch::default())?;
    let report = assemble("search", &scenario, &catalog, &simulation, &outcome)?;

    for set in &report.sets {
        let tie = set
            .versus_best
            .as_ref()
            .is_some_and(|it| it.objective.verdict != Verdict::Differs);
        println!(
            "{}. {}: p95 {:.0} ms{}",
            set.rank,
            set.name,
            set.objective.value,
            if tie { ", tied with the first" } else { "" }
        );
    }
    let losses = report.sets.first().and_then(|set| set.recovery.as_ref());
    for loss in losses.map_or(&[][..], |recovery| &recovery.losses) {
        let after = loss.latency.as_ref().map(|latency| latency.p95_ms.value);
        println!(
            "without {}: p95 {:.0} ms",
            loss.name,
            after.unwrap_or(f64::INFINITY)
        );
    }
    Ok(())
}
