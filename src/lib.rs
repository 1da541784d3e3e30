//! Offline multi-region latency simulator and capacity planner: which regions to deploy to, what a loss does, and how sure
//! the answer is.
//!
//! # From a question to a file
//!
//! A [`Scenario`](design::scenario::Scenario) says who asks, which regions may serve and what a request does: read from a
//! file, or made in code. A [`Simulation`](engine::simulation::Simulation) is the same made ready, with the law of every
//! path. [`decide::run`] draws and judges; [`report::assemble`] makes a [`Report`](report::model::Report) of it, which is
//! finished: it can be drawn and exported years later without running anything.
//!
//! ```
//! use isochrone::decide::run::simulate;
//! use isochrone::design::scenario::Scenario;
//! use isochrone::engine::progress::Watch;
//! use isochrone::engine::simulation::Simulation;
//! use isochrone::report::assemble::assemble;
//! use isochrone::report::export::Format;
//! use isochrone::world::catalog::Catalog;
//! use isochrone::world::demand::{Audience, audience::Selection};
//!
//! // Measurements, places and prices that are built in; `Catalog::with_file` puts yours in their places.
//! let catalog = Catalog::embedded();
//! let icelanders = Audience::internet_users(&catalog, &Selection::Countries(vec!["IS".into()]), 0.0)?;
//! let mut scenario = Scenario::new("Shop", icelanders, &["eu-west-1", "us-east-1"], &catalog)?
//!     .with_placement("Dublin", &["eu-west-1"])?
//!     .with_placement("both", &["eu-west-1", "us-east-1"])?;
//! scenario.sampling.runs = 400;
//! scenario.sampling.input_replicates = 20;
//!
//! let simulation = Simulation::new(&scenario, &catalog, Watch::default())?;
//! let outcome = simulate(&scenario, &simulation, Watch::default())?;
//! let report = assemble("simulate", &scenario, &catalog, &simulation, &outcome)?;
//!
//! let p95 = &report.sets[0].latency.p95_ms;
//! assert!(p95.sampling.low < p95.value && p95.value < p95.sampling.high);
//! let workbook: Vec<u8> = Format::Xlsx.render(&report)?;
//! assert!(workbook.starts_with(b"PK"));
//! # Ok::<(), isochrone::basis::error::Error>(())
//! ```
//!
//! Longer ones lie in `examples/`: `in_code` (losses, servers, a chart), `search`, `simulate` (from text, every format).
//! The same scenario and seed give the same report, to the byte, on any number of threads and registers of any width.
//!
//! # Floors
//!
//! Data climbs seven floors, and nobody looks up:
//! [`basis`] → [`world`] → [`design`] → [`engine`] → [`decide`] → [`report`] → `cli`.
//!
//! # What is promised
//!
//! While the version begins with 0, what is promised below may break with the second number and not with the third.
//!
//! - **Promised:** [`basis::error`], [`basis::units`], [`basis::day`], [`basis::dist`]; [`world::catalog`],
//!   [`world::demand`], [`world::ingest`]; [`design`]; [`engine::progress`], [`engine::simulation::Simulation`];
//!   [`decide::run`]; [`report`]. Structs of these get further fields with the second number, so match them with `..`.
//! - **Not promised:** everything else that is public. It is so for tests and benches, and moves as the work wants it;
//!   `cli` is the program, whose commands, flags and exit codes are promised, and not its types.
//! - **Figures** of the same scenario and seed stay while
//!   [`SAMPLER_VERSION`](report::assemble::SAMPLER_VERSION) stays and the data do.
//! - **Files:** reports say the version of their schema ([`report::model::SCHEMA_VERSION`]); it is raised when a field goes
//!   away or changes its meaning, not when one comes.

#![warn(
    rustdoc::broken_intra_doc_links,
    rustdoc::private_intra_doc_links,
    rustdoc::bare_urls
)]

pub mod basis;
pub mod decide;
pub mod design;
pub mod engine;
pub mod report;
pub mod world;

#[cfg(feature = "cli")]
pub mod cli;
