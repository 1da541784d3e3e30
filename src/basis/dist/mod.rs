//! Latency distributions: families, empirical quantiles, mixtures, and fitting them to samples.
