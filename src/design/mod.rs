//! Floor 3: what is being judged. Placements, requests, targets, and the scenario that names them all.

pub mod placement;

pub mod request;

pub mod targets;

pub mod scenario;
