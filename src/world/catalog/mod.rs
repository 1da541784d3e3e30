//! Providers, regions, edge locations, metros and countries: embedded from `data/`, replaceable.

/// A place a provider lets you deploy to. (The catalogue is being written.)
#[derive(Clone, Debug)]
pub struct Region;
