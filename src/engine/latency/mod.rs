//! Monte Carlo tables of latency per user group and region, and mixtures of them per placement.
