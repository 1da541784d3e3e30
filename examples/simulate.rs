//! A scenario put together as text, simulated, and written in every format.
//!
//! ```sh
//! cargo run --release --example simulate -- /tmp/shop
//! ```

#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use std::path::{Path, PathBuf};
use std::{env, fs};

use isochrone::basis::error::{Error, Result};
use isochrone::decide::run::simulate;
use isochrone::design::scenario::Scenario;
use isochrone::engine::progress::Watch;
use isochrone::engine::simulation::Simulation;
use isochrone::report::assemble::assemble;
use isochrone::report::export::Format;
use isochrone::report::export::table::ranking;
use isochrone::world::catalog::Catalog;

/// Requests from `countries` to each of `sets`, as the text of a scenario.
fn scenario(countries: &[&str], sets: &[&[&str]]) -> String {
    let mut text = format!(
        "name = \"Shop\"\nruns = 2000\n\n[audience]\ncountries = {countries:?}\nmin_users = 2000000\n\n\
         [request]\nround_trips = 2\nservice = \"20ms\"\n"
    );
    for set in sets {
        text.extend(["\n[[placement]]\nregions = ", &format!("{set:?}"), "\n"]);
    }
    text
}

fn main() -> Result<()> {
    let folder = env::args_os().nth(1);
    run(&folder.map_or_else(|| PathBuf::from("output/example"), PathBuf::from))
}

/// Simulates, tells, and writes to `folder`.
pub(crate) fn run(folder: &Path) -> Result<()> {
    let text = scenario(
        &["DE", "FR", "GB", "US"],
        &[&["eu-central-1"], &["eu-central-1", "us-east-1"]],
    );

    // Measurements, places and prices that are built in.
    let catalog = Catalog::embedded();
    // Everything that is wrong with the text would be in the error, with line and column.
    let scenario = Scenario::parse("shop.toml", &text, Path::new(""), &[], &catalog)?;
    let simulation = Simulation::new(&scenario, &catalog, Watch::default())?;
    let outcome = simulate(&scenario, &simulation, Watch::default())?;
    let report = assemble("simulate", &scenario, &catalog, &simulation, &outcome)?;

    for set in &report.sets {
        let p95 = &set.latency.p95_ms;
        println!(
            "{}: p95 {:.0} ms, between {:.0} and {:.0} ms",
            set.name, p95.value, p95.sampling.low, p95.sampling.high
        );
    }
    println!("\n{}", ranking(&report, Some(120)));

    let failed =
        |error: std::io::Error| Error::input(format!("cannot write to {}: {error}", folder.display()));
    fs::create_dir_all(folder).map_err(failed)?;
    for format in Format::ALL {
        let path = folder.join(format!("report.{}", format.extensions()[0]));
        fs::write(&path, format.render(&report)?).map_err(failed)?;
        println!("wrote {}", path.display());
    }
    Ok(())
}
