//! All single losses of all sets against a search without them: the same user groups, candidates and runs.
//!
//! A run draws the table and scores every set of three of 33 regions; with losses it also looks up what each of them comes
//! to after the loss of each of its regions. Apart from that a whole search is timed that tells all about the losses of its
//! best sets, against one that tells nothing of them.

use std::path::Path;
use std::time::Instant;

use isochrone::decide::designer::Designer;
use isochrone::decide::enumerate::Query;
use isochrone::decide::recovery::lookup::{AllOfSize, best_after_loss};
use isochrone::decide::run::{figure_of, search};
use isochrone::design::scenario::Scenario;
use isochrone::engine::latency::table::LatencyTable;
use isochrone::engine::progress::Watch;
use isochrone::engine::simulation::Simulation;
use isochrone::world::catalog::Catalog;

use crate::{Spread, pool, spread};

/// Sets that are told of, as the command line does without being asked.
pub(crate) const TOP: usize = 10;
/// Regions of a set.
pub(crate) const SIZE: usize = 3;
/// Figures that sets are ranked by.
const OBJECTIVES: [&str; 2] = ["mean", "p95"];

/// Times both in turns on one thread, and prints the ratios.
pub(crate) fn compare(repeats: usize) {
    for objective in OBJECTIVES {
        let plain = read(objective);
        let catalog = Catalog::embedded();
        let simulation = Simulation::new(&plain, &catalog, Watch::default()).expect("made ready");
        println!(
            "\nobjective {objective}: {} user groups x {} regions x {} runs, all sets of {SIZE}, one thread",
            plain.audience.groups.len(),
            plain.candidates.len(),
            simulation.runs,
        );
        let run = |losses: bool| pool(1).install(|| table_and_sets(&plain, &simulation, losses));
        in_turns("table and sets", "losses", repeats, &run);
        let table = draw(&simulation);
        let sets = |losses: bool| pool(1).install(|| score(&plain, &simulation, &table, losses));
        in_turns("sets alone", "losses", repeats, &sets);
        let whole = |losses: bool| pool(1).install(|| whole_search(&plain, losses));
        in_turns(
            "whole search, best sets told of",
            "losses",
            repeats.div_ceil(2),
            &whole,
        );
    }
}

/// Seconds without and with `more`, in turns, the one that begins changing; medians, spreads, and the ratio within a turn.
pub(crate) fn in_turns(what: &str, more: &str, repeats: usize, seconds: &dyn Fn(bool) -> f64) {
    let times: Vec<(f64, f64)> = (0..repeats)
        .map(|turn| {
            if turn % 2 == 0 {
                let without = seconds(false);
                (without, seconds(true))
            } else {
                let with = seconds(true);
                (seconds(false), with)
            }
        })
        .collect();
    println!("{what}");
    line(
        &format!("  without {more}"),
        spread(times.iter().map(|pair| pair.0).collect()),
        " s",
    );
    line(
        &format!("  with {more}"),
        spread(times.iter().map(|pair| pair.1).collect()),
        " s",
    );
    let ratios = times.iter().map(|(without, with)| with / without);
    line("  ratio within a turn", spread(ratios.collect()), " x");
}

fn read(objective: &str) -> Scenario {
    let overrides = [("objective".to_owned(), objective.to_owned())];
    let text = include_str!("../designs/plain.toml");
    Scenario::parse(
        "plain.toml",
        text,
        Path::new(""),
        &overrides,
        &Catalog::embedded(),
    )
    .expect("a sound scenario")
}

pub(crate) fn draw(simulation: &Simulation) -> LatencyTable {
    LatencyTable::simulate(
        &simulation.laws,
        simulation.runs,
        simulation.seed,
        Watch::default(),
    )
    .expect("not interrupted")
}

fn table_and_sets(scenario: &Scenario, simulation: &Simulation, losses: bool) -> f64 {
    let start = Instant::now();
    let table = draw(simulation);
    score(scenario, simulation, &table, losses);
    start.elapsed().as_secs_f64()
}

/// Seconds to find the best sets, and with `losses` what every set comes to after each of its losses.
fn score(scenario: &Scenario, simulation: &Simulation, table: &LatencyTable, losses: bool) -> f64 {
    let start = Instant::now();
    find_best(scenario, simulation, table, |designer, query| {
        if losses {
            let all = AllOfSize::score(designer, query.objective, SIZE - 1, Watch::default())
                .expect("not interrupted")
                .expect("regions alone decide");
            let best = best_after_loss(&all, simulation.laws.regions, &[]).expect("some set");
            assert!(best.0.len() == SIZE && best.1 > 0.0);
        }
    });
    start.elapsed().as_secs_f64()
}

/// Finds the best sets of three, then does `more` with what they were scored from.
pub(crate) fn find_best(
    scenario: &Scenario,
    simulation: &Simulation,
    table: &LatencyTable,
    more: impl FnOnce(&Designer<'_>, &Query),
) {
    let backend = simulation.backend(scenario);
    let designer = Designer {
        laws: &simulation.laws,
        table,
        backend: Some(&backend),
    };
    let query = Query {
        sizes: vec![SIZE],
        must_have: Vec::new(),
        objective: figure_of(scenario),
        limits: Vec::new(),
        top: TOP,
    };
    let found = designer
        .find(&query, None, Watch::default())
        .expect("not interrupted");
    assert!(found.complete && found.sets == 5456);
    more(&designer, &query);
}

/// Seconds of one search from the checked scenario to what is told of the best sets, with `losses` all about them.
fn whole_search(scenario: &Scenario, losses: bool) -> f64 {
    let scenario = Scenario {
        recovery_asked: losses,
        ..scenario.clone()
    };
    let catalog = Catalog::embedded();
    let start = Instant::now();
    let simulation = Simulation::new(&scenario, &catalog, Watch::default()).expect("made ready");
    let outcome = search(&scenario, &simulation, &[], TOP, Watch::default()).expect("some set");
    let seconds = start.elapsed().as_secs_f64();
    assert!(outcome.sets.iter().all(|set| set.recovery.is_some() == losses));
    seconds
}

fn line(what: &str, of: Spread, unit: &str) {
    println!(
        "{what:<36} {:8.3}{unit}  [{:.3} .. {:.3}]",
        of.median, of.min, of.max
    );
}
