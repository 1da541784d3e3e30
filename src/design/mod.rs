//! Floor 3: what is being judged. Placements, requests, routing, stores, targets, and the scenario that names them all.

pub mod edge;

pub mod store;

pub mod request;

pub mod routing;

pub mod capacity;

pub mod demand;

pub mod residency;

pub mod targets;

pub mod ranking;

pub mod sampling;

pub mod recovery;

pub mod cost;

pub mod placement;

pub mod calibration;

pub mod scenario;
