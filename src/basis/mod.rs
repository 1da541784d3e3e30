//! Floor 1: what any number rests on. Units, errors, random streams, geometry, statistics, distributions.
//!
//! Nothing here knows what a region or a user is.

pub mod units;

pub mod error;

pub mod digest;

pub mod points;

pub mod seed;

pub mod shard;

pub mod geo;

pub mod land;

pub mod day;

pub mod normal;

pub mod linear;

pub mod halving;

pub mod stat;

pub mod dist;

pub mod queueing;
