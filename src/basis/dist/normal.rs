//! The standard normal distribution: what log-normal latencies and interpolated quantiles rest on.
//!
//! Source: the error function and its inverse of statrs, measured there within 2e-15 relative of scipy.

use std::f64::consts::SQRT_2;

use statrs::function::erf::{erfc, erfc_inv};

/// The quantile of p = 0.9: how many standard deviations p90 lies above the median.
pub(super) fn z90() -> f64 {
    quantile(0.9)
}

/// `P(Z ≤ z)`.
pub(super) fn cdf(z: f64) -> f64 {
    0.5 * erfc(-z / SQRT_2)
}

/// The `z` with `P(Z ≤ z) = p`; infinite at 0 and 1.
pub(super) fn quantile(p: f64) -> f64 {
    -SQRT_2 * erfc_inv(2.0 * p)
}
