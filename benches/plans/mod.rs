//! Hourly load, servers and cost of all sets, with all their single losses, against a search without them: the same user
//! groups, candidates and runs.
//!
//! A run draws the table and scores every set of three of 33 regions; a plan also works out the load of every region of
//! each set by hour, in normal times and after each loss of one region, the servers for it, and what they and their traffic
//! cost. Apart from that a whole search is timed that tells the plans of its best sets, against one that tells none.

use std::path::Path;
use std::time::Instant;

use isochrone::decide::capacity::planner::Planner;
use isochrone::decide::capacity::sweep::{Purse, all_sets};
use isochrone::decide::facts::Sources;
use isochrone::decide::run::search;
use isochrone::design::scenario::Scenario;
use isochrone::engine::latency::table::LatencyTable;
use isochrone::engine::progress::Watch;
use isochrone::engine::simulation::Simulation;
use isochrone::world::catalog::Catalog;

use crate::losses::{SIZE, TOP, draw, find_best, in_turns};
use crate::pool;

/// Times both in turns on one thread, and prints the ratios.
pub(crate) fn compare(repeats: usize) {
    let planned = read();
    let catalog = Catalog::embedded();
    let simulation = Simulation::new(&planned, &catalog, Watch::default()).expect("made ready");
    println!(
        "\n{} user groups x {} regions x {} runs, all sets of {SIZE}, one thread",
        planned.audience.groups.len(),
        planned.candidates.len(),
        simulation.runs,
    );
    let run = |plans: bool| pool(1).install(|| table_and_sets(&planned, &simulation, plans));
    in_turns("table and sets", "plans", repeats, &run);
    let table = draw(&simulation);
    let sets = |plans: bool| pool(1).install(|| score(&planned, &simulation, &table, plans));
    in_turns("sets alone", "plans", repeats, &sets);
    let whole = |plans: bool| pool(1).install(|| whole_search(&planned, plans));
    in_turns(
        "whole search, best sets told of",
        "plans",
        repeats.div_ceil(2),
        &whole,
    );
}

fn read() -> Scenario {
    let text = [include_str!("../designs/plain.toml"), include_str!("plan.toml")].concat();
    let text = text.replace(
        "built_in = \"world\"",
        "built_in = \"world\"\nrequests_per_second = 20000",
    );
    Scenario::parse("plan.toml", &text, Path::new(""), &[], &Catalog::embedded()).expect("a sound scenario")
}

fn table_and_sets(scenario: &Scenario, simulation: &Simulation, plans: bool) -> f64 {
    let start = Instant::now();
    let table = draw(simulation);
    score(scenario, simulation, &table, plans);
    start.elapsed().as_secs_f64()
}

/// Seconds to find the best sets, and with `plans` what every set needs and costs.
fn score(scenario: &Scenario, simulation: &Simulation, table: &LatencyTable, plans: bool) -> f64 {
    let start = Instant::now();
    find_best(scenario, simulation, table, |designer, query| {
        if plans {
            let sources = Sources {
                scenario,
                simulation,
                designer: *designer,
                backend: designer.backend.expect("there is one"),
            };
            let planner = Planner::new(sources)
                .expect("services with variances")
                .expect("asked");
            let purse = Purse::new(&planner, query.objective).expect("costs are asked for");
            let all = all_sets(&purse, &query.sizes, &[], Watch::default())
                .expect("not interrupted")
                .expect("regions alone decide");
            assert!(all.sized == 5456 && !all.front.is_empty());
        }
    });
    start.elapsed().as_secs_f64()
}

/// Seconds of one search from the checked scenario to what is told of the best sets, with `plans` all about them.
fn whole_search(scenario: &Scenario, plans: bool) -> f64 {
    let mut scenario = Scenario {
        capacity_asked: plans,
        ..scenario.clone()
    };
    if !plans {
        (scenario.capacity, scenario.cost, scenario.demand) = (None, None, None);
    }
    let catalog = Catalog::embedded();
    let start = Instant::now();
    let simulation = Simulation::new(&scenario, &catalog, Watch::default()).expect("made ready");
    let outcome = search(&scenario, &simulation, &[], TOP, Watch::default()).expect("some set");
    let seconds = start.elapsed().as_secs_f64();
    assert!(outcome.sets.iter().all(|set| set.capacity.is_some() == plans));
    seconds
}
