//! `isochrone search`: the best sets of regions, out of all that satisfy the constraints; or of sites.

use super::session::Session;
use crate::basis::error::Error;
use crate::cli::args::SearchArgs;
use crate::cli::diagnostics::{self, Sources};
use crate::cli::exit::Ending;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Sheet};
use crate::cli::{scenario, threads};
use crate::decide::effort::{self, Plan};
use crate::decide::objective::Figure;
use crate::decide::run;
use crate::design::scenario::Scenario;

/// Searches, or says what a search would do.
///
/// # Errors
/// When the scenario is wrong, no set is feasible, or a result cannot be written.
pub fn run(args: &SearchArgs, settings: &Settings, sources: &mut Sources) -> Ending {
    let opened = scenario::open(&args.scenario)?;
    if opened.asks_for_sites() {
        return super::sites::run(args, &opened, settings, sources);
    }
    if args.within.is_some() {
        let error = Error::input("--within sets the time of a search for sites");
        return Err(error
            .hint("leave it out: a search for regions tries every set")
            .into());
    }
    let more = scenario::sizes(args);
    let mut session = Session::of(&opened, &args.scenario, &args.run, more, settings, sources)?;
    session.change(|scenario, catalog| {
        scenario::require(scenario, &args.require, catalog)?;
        scenario::exclude(scenario, &args.exclude, catalog)
    })?;
    let limits = limits(args, &mut session.scenario);
    if args.dry_run {
        let threads = threads::count(settings.threads);
        let plan = effort::plan(&session.scenario, args.top as usize, threads);
        return settings.answer(&sheet(&plan, &session.scenario), args.run.output.format);
    }
    let top = args.top as usize;
    session.run("search", |scenario, simulation, watch| {
        run::search(scenario, simulation, &limits, top, watch)
    })
}

/// Limits are part of the question, so the report tells them.
fn limits(args: &SearchArgs, scenario: &mut Scenario) -> Vec<(Figure, f64)> {
    let mut limits = Vec::new();
    for (name, quantile, limit) in [("p95", 0.95, args.max_p95), ("p99", 0.99, args.max_p99)] {
        if let Some(limit) = limit {
            limits.push((Figure::Quantile(quantile), limit.ms()));
            scenario.overrides.push(format!("--max-{name} {}ms", limit.ms()));
        }
    }
    limits
}

fn sheet(plan: &Plan, scenario: &Scenario) -> Sheet {
    let mut rows = vec![
        row("candidate regions", plan.candidates as f64, 0, ""),
        row("user groups", plan.user_groups as f64, 0, ""),
        row("draws", plan.draws as f64, 0, ""),
    ];
    for (size, sets) in &plan.sets {
        rows.push(row(&format!("sets of {size}"), *sets as f64, 0, ""));
    }
    for (size, designs) in &plan.designs {
        let what = format!("sets of {size} x leaders");
        rows.push(row(&what, *designs as f64, 0, ""));
    }
    rows.push(row(
        "expected time",
        plan.seconds,
        2,
        &format!("s on {}", diagnostics::counted(plan.threads, "thread")),
    ));
    rows.push(row("expected memory", plan.bytes as f64 / 1e6, 0, "MB"));
    let ids: Vec<&str> = scenario
        .candidates
        .iter()
        .map(|region| region.id.as_str())
        .collect();
    Sheet {
        keys: vec!["what", "value", "unit"],
        rows,
        notes: vec![
            format!("candidates: {}", ids.join(", ")),
            "expected to within a factor of two, on otherwise idle cores of a server of 2023".to_owned(),
        ],
        ..Sheet::default()
    }
}

fn row(what: &str, value: f64, decimals: usize, unit: &str) -> Vec<Cell> {
    vec![what.into(), Cell::Number(value, decimals), unit.into()]
}
