//! What the house is built of.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod architecture;
mod offline;
mod vendored;
