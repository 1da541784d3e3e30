//! Latency distributions: families, empirical quantiles, mixtures, and fitting them to samples.

/// A latency distribution in ms. (The families are being written.)
#[derive(Clone, Debug)]
pub struct Dist;
