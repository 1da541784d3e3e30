//! The normal distribution's quantile function, for log-normal spreads.

use statrs::function::erf::erfc_inv;

/// The value below which a standard normal variable falls with probability `p`.
///
/// ```text
/// probit(p) = −√2 · erfc⁻¹(2p)
/// ```
/// `p` is held inside 1e-12 … 1 − 1e-12, so the result is always finite.
///
/// ```
/// use isochrone::basis::normal::probit;
/// assert!((probit(0.975) - 1.959_963_984_5).abs() < 1e-9);
/// assert!(probit(0.5).abs() < 1e-12);
/// ```
pub fn probit(p: f64) -> f64 {
    let p = p.clamp(1e-12, 1.0 - 1e-12);
    -std::f64::consts::SQRT_2 * erfc_inv(2.0 * p)
}
