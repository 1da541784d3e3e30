//! Floor 2: what is so, whoever asks. Regions, users, networks, measurements.

pub mod ingest;

pub mod catalog;

pub mod failures;

pub mod network;

pub mod demand;
