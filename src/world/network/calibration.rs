//! Constants fitted to data. Each names its data; `calibrate` in the sibling module `validate` makes them all anew, and a
//! test there fails when they no longer agree with the tables.

/// c0 … c3 of the path spread. Data: cross-validation over cities, 12.6 thousand pairs of city pings (July 2020).
pub const SPREAD_COEFFICIENTS: [f64; 4] = [-0.3006, -0.1104, 0.1167, 0.9303];

/// Quantiles of the standardised residuals of the same cross-validation, at the levels of the shape.
pub const SPREAD_SHAPE: [f64; 17] = [
    -6.0, -3.42, -2.11, -1.66, -1.24, -0.76, -0.42, -0.14, 0.14, 0.42, 0.77, 1.17, 1.84, 2.50, 3.22, 5.37,
    9.0,
];

/// What the path spread is multiplied with between two regions of one provider.
/// Data: AWS matrix of July 2025, each region left out in turn.
pub const BACKBONE_SCALE: f64 = 1.4;

/// Intercept of p90 − p50 against RTT [ms], least absolute deviations. Data: AWS matrix of July 2025, 1056 pairs.
pub const JITTER_BASE_MS: f64 = 2.8;

/// Slope of p90 − p50 against RTT. Data: as [`JITTER_BASE_MS`].
pub const JITTER_PER_RTT: f64 = 0.0176;

/// What was fitted to user probes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UserCalibration {
    /// Median access round trip of LAN, Wi-Fi, cellular and low-orbit satellite users [ms].
    pub access_median_ms: [f64; 4],
    /// Log-normal spread of the same.
    pub access_sigma: [f64; 4],
    /// What the path spread between data centres is multiplied with for users.
    pub path_scale: f64,
    /// Power the standardised residual is raised to for users: above 1 the tails are heavier.
    pub path_tail: f64,
}

impl UserCalibration {
    /// The constants of this crate. Data: 1003 traceroutes of 270 probes in 26 countries to seven AWS regions (February 2023).
    pub fn calibrated() -> Self {
        UserCalibration {
            access_median_ms: [4.0, 3.9, 21.9, 27.9],
            access_sigma: [0.64, 0.64, 0.64, 0.32],
            path_scale: 1.35,
            path_tail: 1.15,
        }
    }
}
