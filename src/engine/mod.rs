//! Floor 4: what would happen.

pub mod progress;

#[doc(hidden)]
pub mod registers;

pub mod routing;

pub mod latency;

pub mod replication;

pub mod queue;

pub mod cost;

pub mod capacity;

pub mod backend;

pub mod recovery;

pub mod memory;

pub mod simulation;
