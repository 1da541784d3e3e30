//! Floor 6: what is told.

pub mod model;

pub mod export;

pub mod chart;
