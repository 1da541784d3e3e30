//! Student's distribution: how far an interval reaches when its standard error comes from a few repetitions.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::estimate::Z95;

/// Standard errors that a 95 % interval from all scrambles reaches to either side: the 97.5th percentile with 15 degrees
/// of freedom.
pub const T95: f64 = 2.131_449_545_559_775;

/// The `p`-quantile with `freedom` degrees of freedom, for `p` of at least ½.
///
/// ```
/// // Table 12 of Pearson and Hartley.
/// let t = isochrone::basis::stat::student::quantile(0.975, 15);
/// assert!((t - 2.131).abs() < 5e-4);
/// ```
pub fn quantile(p: f64, freedom: usize) -> f64 {
    let Ok(law) = StudentsT::new(0.0, 1.0, freedom.max(1) as f64) else {
        return Z95;
    };
    // By bisection on the distribution function, which is good to the last digits far out as well.
    let tail = 1.0 - p;
    let (mut low, mut high) = (0.0, 2.0);
    while law.sf(high) > tail && high < 1e12 {
        high *= 2.0;
    }
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if law.sf(middle) > tail {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::points::SCRAMBLES;

    #[test]
    fn t95_is_the_percentile_for_all_scrambles() {
        assert!((quantile(0.975, SCRAMBLES - 1) - T95).abs() < 1e-9);
    }

    #[test]
    fn percentiles_are_those_of_the_tables() {
        // Pearson and Hartley, Biometrika Tables for Statisticians I, table 12.
        for (p, freedom, t) in [
            (0.95, 1, 6.314),
            (0.995, 5, 4.032),
            (0.999, 15, 3.733),
            (0.9995, 15, 4.073),
            (0.975, 120, 1.980),
        ] {
            assert!((quantile(p, freedom) - t).abs() < 6e-4, "{p} {freedom}");
        }
    }
}
