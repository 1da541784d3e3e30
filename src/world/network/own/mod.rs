//! A user's own measurements against the estimates: how far off these are, and what brings both together.
//!
//! [`sample`] looks up what was measured, [`predict`] says what the network makes of the same pairs, [`figures`] compares
//! both, [`mod@fit`] finds the effects that bring them together, [`held_back`] tries these on rows that they were not fitted
//! to, and [`effects`] are what a calibrated network applies.

pub mod effects;

mod design;

mod block;

mod model;

mod numbers;

pub mod observation;

mod spreads;

mod users;

mod links;

pub mod fit;

pub mod sample;

pub mod predict;

pub mod figures;

pub mod held_back;

pub use effects::{Basis, Calibration, Effect, Factor, Level, Levels};
pub use fit::{Fitted, Odd, fit};
pub use observation::{Observation, Over, Subject};
