//! The standard normal distribution: what log-normal latencies and interpolated quantiles rest on.

use std::f64::consts::{SQRT_2, TAU};

use statrs::function::erf::{erfc, erfc_inv};

/// The quantile of p = 0.9: how many standard deviations p90 lies above the median.
pub(super) fn z90() -> f64 {
    quantile(0.9)
}

/// `P(Z ≤ z)`, relative to which it errs by at most 1e-14 for |z| up to 8.
///
/// The complementary error function of statrs 0.19.1 has only ten digits (it is off by up to 1e-10 relative from
/// x = 0.5 on), but its inverse has all sixteen. So the inverse says which `z` the rough value belongs to, and one
/// Newton step takes the rest; what that leaves is the square of 1e-10.
pub(super) fn cdf(z: f64) -> f64 {
    if z > 0.0 {
        return 1.0 - cdf(-z);
    }
    let rough = 0.5 * erfc(-z / SQRT_2);
    if rough < f64::MIN_POSITIVE {
        return rough;
    }
    let density = (-0.5 * z * z).exp() / TAU.sqrt();
    rough + density * (z - quantile(rough))
}

/// The `z` with `P(Z ≤ z) = p`; infinite at 0 and 1.
pub(super) fn quantile(p: f64) -> f64 {
    -SQRT_2 * erfc_inv(2.0 * p)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with 50-digit arithmetic (mpmath). The tail multiplies rounding errors of `z` by `z²`.
    #[test]
    fn the_cdf_agrees_with_high_precision_figures() {
        let expected = [
            (-20.0, 2.753_624_118_606_233_7e-89),
            (-8.0, 6.220_960_574_271_784e-16),
            (-6.0, 9.865_876_450_376_98e-10),
            (-2.5, 0.006_209_665_325_776_135),
            (-1.0, 0.158_655_253_931_457_05),
            (-0.5, 0.308_537_538_725_986_9),
            (0.75, 0.773_372_647_623_131_8),
            (3.0, 0.998_650_101_968_369_9),
        ];
        for (z, p) in expected {
            let relative = (cdf(z) / p - 1.0).abs();
            assert!(relative < 4e-16 * z.abs().max(1.0).powi(2), "{z}: {relative}");
        }
    }

    #[test]
    fn the_cdf_has_ends() {
        assert_eq!(
            (cdf(f64::NEG_INFINITY), cdf(0.0), cdf(f64::INFINITY)),
            (0.0, 0.5, 1.0)
        );
        assert_eq!((cdf(-40.0), cdf(40.0)), (0.0, 1.0));
        assert!(cdf(f64::NAN).is_nan());
    }
}
