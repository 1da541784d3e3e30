//! A scenario made in code, without a file: what a loss does, how many servers it takes, a workbook and a chart in memory.
//!
//! ```sh
//! cargo run --release --example in_code
//! ```

#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use isochrone::basis::dist::Dist;
use isochrone::basis::error::Result;
use isochrone::basis::units::Millis;
use isochrone::decide::run::simulate;
use isochrone::design::capacity::{Capacity, Overload, Sizing};
use isochrone::design::request::RequestClass;
use isochrone::design::scenario::Scenario;
use isochrone::engine::progress::Watch;
use isochrone::engine::simulation::Simulation;
use isochrone::report::assemble::assemble;
use isochrone::report::chart::{ChartKind, ChartOptions, draw};
use isochrone::report::export::Format;
use isochrone::report::model::Report;
use isochrone::world::catalog::Catalog;
use isochrone::world::demand::Audience;
use isochrone::world::demand::audience::{Rate, Selection};

/// Customers in Germany and Brazil of a shop that stands in Frankfurt, and may stand in São Paulo as well.
fn shop(catalog: &Catalog) -> Result<Scenario> {
    let countries = Selection::Countries(vec!["DE".into(), "BR".into()]);
    let customers = Audience::internet_users(catalog, &countries, 3e6)?.with_rate(Rate::Total(500.0));
    let mut scenario = Scenario::new("Shop", customers, &["eu-central-1", "sa-east-1"], catalog)?
        .with_baseline("Frankfurt", &["eu-central-1"])?
        .with_placement("Frankfurt and São Paulo", &["eu-central-1", "sa-east-1"])?;
    // Two round trips on a warm connection, and 20 ms of work.
    scenario.classes = vec![RequestClass::simple(2, Dist::fixed(20.0)?)];
    scenario.targets.p95 = Some(Millis::new(250.0)?);
    scenario.sampling.runs = 1000;
    scenario.sampling.input_replicates = 20;
    // What is lost with each region, and what it takes to carry the load nevertheless.
    scenario.recovery_asked = true;
    scenario.capacity = Some(servers(scenario.candidates.len()));
    scenario.capacity_asked = true;
    Ok(scenario)
}

/// Servers that work on one request at a time, at most 60 % busy, enough of them after the loss of any one region.
fn servers(regions: usize) -> Capacity {
    Capacity {
        servers: vec![None; regions],
        sizing: Some(Sizing {
            concurrency: 1,
            max_utilisation: 0.6,
            promises: Vec::new(),
            zones: vec![3; regions],
            min_per_zone: 1,
            survive_zone: true,
            survive_regions: 1,
            spare: 0.0,
            scale_out_s: None,
            hourly: false,
        }),
        overload: Overload::Queue,
        retry: None,
        stores: Vec::new(),
    }
}

fn tell(report: &Report) {
    for set in &report.sets {
        let p95 = &set.latency.p95_ms;
        println!(
            "{}: p95 {:.0} ms, between {:.0} and {:.0} ms",
            set.name, p95.value, p95.sampling.low, p95.sampling.high
        );
        for loss in set.recovery.iter().flat_map(|recovery| &recovery.losses) {
            match &loss.latency {
                Some(after) => println!("  without {}: p95 {:.0} ms", loss.name, after.p95_ms.value),
                None => println!("  without {}: nobody is served", loss.name),
            }
        }
        for fleet in set.capacity.iter().flat_map(|capacity| &capacity.fleet) {
            println!("  {}: {} instances", fleet.region, fleet.instances);
        }
    }
}

pub(crate) fn main() -> Result<()> {
    let catalog = Catalog::embedded();
    let scenario = shop(&catalog)?;
    let simulation = Simulation::new(&scenario, &catalog, Watch::default())?;
    let outcome = simulate(&scenario, &simulation, Watch::default())?;
    let report = assemble("drill", &scenario, &catalog, &simulation, &outcome)?;
    tell(&report);
    // Bytes in memory: whoever calls decides where they go.
    let workbook = Format::Xlsx.render(&report)?;
    let chart = draw(&report, ChartKind::Cdf, &ChartOptions::default())?;
    println!(
        "a workbook of {} bytes, a chart of {} bytes",
        workbook.len(),
        chart.len()
    );
    Ok(())
}
