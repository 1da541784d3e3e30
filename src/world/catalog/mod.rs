//! Providers, regions, edge locations, metros and countries: embedded from `data/`, replaceable.
