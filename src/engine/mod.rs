//! Floor 4: what would happen.

pub mod progress;

pub mod latency;

pub mod replication;

pub mod simulation;
