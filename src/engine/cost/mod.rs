//! What a set of regions is billed a month: what it uses, at the prices that are known.
//!
//! A month is a twelfth of a year of 365 days. Nothing is guessed: a thing without a price is a line without an amount of
//! money, and the bill is then incomplete, its total a lower bound.

pub mod bill;

pub mod traffic;

pub use bill::{Bill, Line, Usage, bill};
pub use traffic::{Deployment, Moved, moved, operations};

/// Hours of a month.
pub const HOURS_PER_MONTH: f64 = 365.0 * 24.0 / 12.0;

/// Seconds of a month.
pub const SECONDS_PER_MONTH: f64 = HOURS_PER_MONTH * 3600.0;

/// Bytes of a GB, as prices count it.
pub const BYTES_PER_GB: f64 = 1e9;
