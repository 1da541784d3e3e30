//! Constants fitted to data. Each names its data; `validate::calibrate` makes them all anew, and
//! `tests/known/network.rs` fails when they no longer agree with the tables.

use super::tables::LANDMARK_PROVIDER;

/// c0 … c3 of the path spread. Data: cross-validation over cities, 22.8 thousand judged pairs of city pings (July 2020).
pub const SPREAD_COEFFICIENTS: [f64; 4] = [-0.3460, -0.0988, 0.0807, 0.9700];

/// Quantiles of the standardised residuals of the same cross-validation, at the levels of the shape.
pub const SPREAD_SHAPE: [f64; 17] = [
    -4.275, -3.139, -2.128, -1.686, -1.270, -0.802, -0.473, -0.182, 0.100, 0.386, 0.718, 1.144, 1.826, 2.544,
    3.232, 5.263, 7.419,
];

/// What the path spread is multiplied with between two regions of the provider whose matrix the landmarks hold.
/// Data: AWS matrix of July 2025, each region left out in turn.
const BACKBONE_SCALE_SEEN: f64 = 0.906;

/// The same for any other provider. Data: GCP matrix of April 2022 and IBM matrix of August 2026, both unseen.
const BACKBONE_SCALE_UNSEEN: f64 = 1.491;

/// The factor on the path spread between two regions of `provider`.
pub fn backbone_scale(provider: &str) -> f64 {
    if provider == LANDMARK_PROVIDER {
        BACKBONE_SCALE_SEEN
    } else {
        BACKBONE_SCALE_UNSEEN
    }
}

/// Intercept of p90 − p50 against RTT (ms), least absolute deviations. Data: AWS matrix of July 2025, 1056 pairs.
pub const JITTER_BASE_MS: f64 = 2.8;

/// Slope of p90 − p50 against RTT. Data: as [`JITTER_BASE_MS`].
pub const JITTER_PER_RTT: f64 = 0.0176;

/// What was fitted to user probes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UserCalibration {
    /// Median access round trip of LAN, Wi-Fi, cellular and low-orbit satellite users (ms).
    pub access_median_ms: [f64; 4],
    /// Log-normal spread of the same.
    pub access_sigma: [f64; 4],
    /// What the path spread between data centres is multiplied with for users.
    pub path_scale: f64,
    /// Power the standardised residual is raised to for users: above 1 the tails are heavier.
    pub path_tail: f64,
}

impl UserCalibration {
    /// The constants of this crate. Data: 1003 traceroutes of user probes in 26 countries to seven AWS regions (February 2023).
    pub fn calibrated() -> Self {
        UserCalibration {
            access_median_ms: [3.92, 3.42, 21.35, 27.90],
            access_sigma: [0.64, 0.64, 0.64, 0.32],
            path_scale: 1.104,
            path_tail: 1.15,
        }
    }
}
