//! Floor 6: what is told.

pub mod model;

#[doc(hidden)]
pub mod sample;

pub mod export;

pub mod chart;
