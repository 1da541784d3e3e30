//! Floor 2: what is so, whoever asks. Regions, users, networks, measurements.

pub mod ingest;

pub mod catalog;

pub mod prices;

pub mod failures;

pub mod network;

pub mod demand;
