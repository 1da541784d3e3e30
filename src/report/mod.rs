//! Floor 6: what is told.

pub mod chart;
pub mod export;
pub mod model;
