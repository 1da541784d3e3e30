//! Laws: what holds whatever the scenario is, by property and by repetition.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

#[path = "../support"]
mod support {
    pub(crate) mod drill;
    pub(crate) mod laws;
}

mod beyond;
mod capacity;
mod designs;
mod dist;
mod effort;
mod engine;
mod findings;
mod ranking;
mod recovery;
mod seeds;
mod simulation;
