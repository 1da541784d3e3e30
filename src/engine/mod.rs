//! Floor 4: what would happen.

pub mod latency;
