//! Offline multi-region latency simulator and capacity planner.
//!
//! Data climbs seven floors, and nobody looks up:
//! `basis` → `world` → `design` → `engine` → `decide` → `report` → `cli`.

pub mod basis;
pub mod decide;
pub mod design;
pub mod engine;
pub mod report;
pub mod world;

#[cfg(feature = "cli")]
pub mod cli;
