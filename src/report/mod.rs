//! Floor 6: what is told.

pub mod model;

#[doc(hidden)]
pub mod sample;

pub mod voice;

pub mod export;

pub mod diff;

pub mod chart;
