//! Floor 3: what is being judged. Scenario files, placements, requests, targets.

pub mod scenario;
