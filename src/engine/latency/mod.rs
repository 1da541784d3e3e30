//! Monte Carlo tables of latency per user group and region, and mixtures of them per placement.
//!
//! Every pair of user group and region is simulated once. A placement sends each group to one of its regions,
//! so its latency is a mixture of table cells; scoring it draws nothing.

pub mod part;

pub mod slow_start;

pub mod loss;

pub mod class;

pub mod law;

pub mod kernel;

pub mod class_draws;

pub mod plan;

pub mod draws;

pub mod table;

pub mod placed;

pub mod breakdown;

pub mod level;

mod sides;

pub mod mixed;

pub mod paired;

pub mod scrambled;

pub mod input_error;
