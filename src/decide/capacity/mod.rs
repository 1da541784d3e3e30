//! What sets carry, how many servers they need, what they cost: in normal times, after losses, year by year.
//!
//! ```text
//! who serves whom in a state (recovery::service) ─→ loads ─→ needs ─→ fleet ─→ waits, overload, exhaustion, bill
//! ```
//! A fleet bears the worst of the states that count. Loads are exact given the demand; what is uncertain is growth.

pub mod planner;

pub mod states;

pub mod fleet;

pub mod rush;

pub mod databases;

pub mod expense;

pub mod years;

pub mod whole;

pub mod front;

pub mod sweep;
