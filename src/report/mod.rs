//! Floor 6: what is told.

pub mod model;

pub mod assemble;

#[doc(hidden)]
pub mod sample;

pub mod voice;

pub mod export;

pub mod diff;

pub mod chart;
