//! Student's distribution: how far an interval reaches when its standard error comes from a few repetitions.
//!
//! Averages of few values that are skewed come out on one side too often, as their error falls with them. Hall's transformation
//! takes the skewness that the values show out of Student's ratio, and is turned back into an interval. Where values are
//! not skewed it would reach too little, so an interval reaches as far to each side as either of the two.
//!
//! Source: P. Hall, *On the removal of skewness by transformation*, Journal of the Royal Statistical Society B 54 (1992).

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::estimate::{Estimate, Z95};
use crate::basis::halving::halve;

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
    let mut most = 2.0;
    while law.sf(most) > tail && most < 1e12 {
        most *= 2.0;
    }
    let (low, high) = halve((0.0, most), 80, |t| law.sf(t) > tail);
    f64::midpoint(low, high)
}

/// How likely a variable with `freedom` degrees of freedom lies at least so far from zero, to either side; as a normal one does
/// where `freedom` is infinite, and never unlikely where there is none.
///
/// ```
/// // Table 12 of Pearson and Hartley.
/// let p = isochrone::basis::stat::student::two_sided(-2.131, 15.0);
/// assert!((p - 0.05).abs() < 1e-4);
/// ```
pub fn two_sided(t: f64, freedom: f64) -> f64 {
    if freedom.is_infinite() {
        return super::rank::two_sided(t);
    }
    StudentsT::new(0.0, 1.0, freedom).map_or(1.0, |law| (2.0 * law.sf(t.abs())).min(1.0))
}

/// `value` with the error that independent repetitions of it tell, all of them together: their average, but for rounding.
/// The interval reaches `times` standard errors and further on the side that skewness makes too short.
///
/// ```
/// use isochrone::basis::stat::student::repeated;
/// let even = repeated(3.0, &[1.0, 2.0, 3.0, 4.0, 5.0], 2.0);
/// assert!((even.std_error - 0.5f64.sqrt()).abs() < 1e-12);
/// assert!((even.sampling.1 - 3.0 - 2.0 * even.std_error).abs() < 1e-12);
/// let skewed = repeated(3.0, &[1.0, 1.0, 1.0, 2.0, 10.0], 2.0);
/// assert!(skewed.sampling.1 - 3.0 > 3.0 - skewed.sampling.0);
/// ```
pub fn repeated(value: f64, values: &[f64], times: f64) -> Estimate {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let power = |exponent: i32| -> f64 {
        values
            .iter()
            .map(|value| (value - mean).powi(exponent))
            .sum::<f64>()
    };
    let squares = power(2);
    let std_error = (squares / (count - 1.0) / count).sqrt();
    let mut estimate = Estimate::reaching(value, std_error, times);
    if squares > 0.0 && count > 2.0 {
        let population = power(3) / count / (squares / count).powf(1.5);
        let skewness = population * (count * (count - 1.0)).sqrt() / (count - 2.0);
        let ratio = |at: f64| untransformed(at, skewness / count.sqrt());
        let (low, high) = estimate.sampling;
        estimate.sampling = (
            low.min(value - std_error * ratio(times)),
            high.max(value - std_error * ratio(-times)),
        );
    }
    estimate
}

/// Student's ratio that Hall's transformation takes to `at`; `skew` is the skewness over the root of the number of values.
fn untransformed(at: f64, skew: f64) -> f64 {
    if skew.abs() < 1e-6 {
        return at;
    }
    3.0 / skew * ((1.0 + skew * (at - skew / 6.0)).cbrt() - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transformation_is_undone() {
        for skew in [-0.4, -1e-3, 1e-3, 0.2, 0.5] {
            for ratio in [-3.0, -0.5, 0.0, 1.0, 2.1] {
                // As Hall has it, with all three terms.
                let taken: f64 = ratio
                    + skew * (ratio * ratio / 3.0 + 1.0 / 6.0)
                    + skew * skew * ratio * ratio * ratio / 27.0;
                assert!(
                    (untransformed(taken, skew) - ratio).abs() < 1e-6,
                    "{skew} {ratio}"
                );
            }
        }
    }

    #[test]
    fn values_that_are_all_the_same_have_no_error() {
        assert_eq!(repeated(7.0, &[7.0; 16], T95), Estimate::exact(7.0));
    }
    use crate::basis::points::SCRAMBLES;

    #[test]
    fn t95_is_the_percentile_for_all_scrambles() {
        assert!((quantile(0.975, SCRAMBLES - 1) - T95).abs() < 1e-9);
    }

    #[test]
    fn a_share_beyond_a_percentile_is_what_it_was_taken_for() {
        for freedom in [1, 3, 8, 200] {
            for tail in [0.2, 0.01, 1e-6] {
                let p = two_sided(quantile(1.0 - tail / 2.0, freedom), freedom as f64);
                assert!((p / tail - 1.0).abs() < 1e-6, "{freedom} {tail} {p}");
            }
        }
        assert_eq!(
            (two_sided(2.0, f64::INFINITY), two_sided(9.0, 0.0)),
            (crate::basis::stat::rank::two_sided(2.0), 1.0)
        );
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
