//! Floor 6: what is told.

pub mod model;

mod figures;

pub mod schema;

pub mod assemble;

pub mod side_by_side;

#[doc(hidden)]
pub mod sample;

pub mod voice;

pub mod export;

pub mod diff;

pub mod drift;

pub mod chart;
