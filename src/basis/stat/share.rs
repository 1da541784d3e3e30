//! The interval of a share that is added up from draws of unequal weight.
//!
//! The normal interval fails where few draws lie on one side, and is empty where none does. Of a share and what is left of
//! the whole the rarer one is a weighted sum of counts that are nearly Poisson. Its limits are those of gamma laws: for the
//! lower one with the mean and variance of the sum, for the upper one as if one more draw had been seen, of the largest
//! weight there is. Where many draws lie on both sides this is the normal interval.
//!
//! Source: M. P. Fay, E. J. Feuer, *Confidence intervals for directly standardized rates: a method based on the gamma
//! distribution*, Statistics in Medicine 16 (1997). Quantiles of the gamma by E. B. Wilson, M. M. Hilferty, *The distribution
//! of chi-square*, PNAS 17 (1931): its shape is 1 at least, where that is 1 % off at the upper limit and low at the lower one.

/// The interval of a share that reaches `times` standard errors to either side, were it normal. `grain` is the largest part
/// of the whole that a single draw stands for; 0 where nothing is drawn, and then the share is exact.
///
/// ```
/// use isochrone::basis::stat::share::interval;
/// // None of 1000 draws is late: up to 3.7 in 1000 may be.
/// let (low, high) = interval(1.0, 0.0, 1e-3, 1.96);
/// assert!((low - 0.99633).abs() < 1e-4 && high == 1.0);
/// // Of 10,000 draws half are late: as wide as the normal interval.
/// let (low, high) = interval(0.5, 0.25e-4, 1e-4, 1.96);
/// assert!((low - 0.4902).abs() < 3e-4 && (high - 0.5098).abs() < 3e-4);
/// ```
pub fn interval(share: f64, variance: f64, grain: f64, times: f64) -> (f64, f64) {
    if grain <= 0.0 {
        return (share, share);
    }
    let rare = share.min(1.0 - share).max(0.0);
    let low = gamma(rare, variance, -times);
    let high = gamma(rare + grain, variance + grain * grain, times).min(1.0);
    if share <= 0.5 {
        (low, high)
    } else {
        (1.0 - high, 1.0 - low)
    }
}

/// The quantile, as many standard deviations from the middle as a normal one, of the gamma law with this mean and variance.
fn gamma(mean: f64, variance: f64, at: f64) -> f64 {
    if mean <= 0.0 {
        return 0.0;
    }
    // One over the square root of its shape, squared.
    let spread = variance / (mean * mean);
    mean * (1.0 - spread / 9.0 + at * spread.sqrt() / 3.0).max(0.0).powi(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Limits of a Poisson mean, from the tables of Pearson and Hartley (Biometrika Tables I, table 40), 95 %.
    #[test]
    fn limits_of_a_few_draws_are_those_of_the_tables() {
        let n = 1e6;
        for (seen, low, high) in [
            (0.0, 0.0, 3.69),
            (1.0, 0.0253, 5.57),
            (2.0, 0.242, 7.22),
            (5.0, 1.62, 11.67),
            (10.0, 4.80, 18.39),
            (50.0, 37.11, 65.92),
        ] {
            let found = interval(seen / n, seen / (n * n), 1.0 / n, 1.959_964);
            assert!((found.0 * n - low).abs() < 0.02 + 0.01 * low, "{seen}: {found:?}");
            assert!((found.1 * n - high).abs() < 0.01 * high, "{seen}: {found:?}");
        }
    }

    #[test]
    fn a_share_and_what_is_left_of_the_whole_have_the_same_interval() {
        for share in [0.0, 0.001, 0.2, 0.5] {
            let variance = share * (1.0 - share) / 1000.0;
            let (low, high) = interval(share, variance, 1e-3, 2.0);
            let (left_low, left_high) = interval(1.0 - share, variance, 1e-3, 2.0);
            assert!(low <= share && share < high);
            if share < 0.5 {
                assert!((left_low - (1.0 - high)).abs() < 1e-12 && (left_high - (1.0 - low)).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn what_is_not_drawn_is_exact() {
        assert_eq!(interval(0.3, 0.0, 0.0, 2.0), (0.3, 0.3));
    }
}
