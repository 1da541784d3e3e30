//! An estimate that carries its error.

/// Half-width of a 95 % interval in standard errors: the 97.5th percentile of the standard normal.
pub const Z95: f64 = 1.959_963_984_540_054;

/// An estimate, its standard error from sampling, and 95 % intervals from sampling and from uncertain inputs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Standard error of the Monte Carlo.
    pub std_error: f64,
    /// 95 % interval of the Monte Carlo, bin error included.
    pub sampling: (f64, f64),
    /// 95 % interval from uncertain inputs, when computed.
    pub input: Option<(f64, f64)>,
}

impl Estimate {
    /// A value without error.
    pub fn exact(value: f64) -> Self {
        Estimate {
            value,
            std_error: 0.0,
            sampling: (value, value),
            input: None,
        }
    }

    /// A value with a normal sampling error.
    pub fn normal(value: f64, std_error: f64) -> Self {
        Estimate::reaching(value, std_error, Z95)
    }

    /// A value whose interval reaches `times` standard errors to either side: more than [`Z95`] of them where the
    /// standard error itself comes from a few repetitions.
    pub fn reaching(value: f64, std_error: f64, times: f64) -> Self {
        let half = times * std_error;
        Estimate {
            value,
            std_error,
            sampling: (value - half, value + half),
            input: None,
        }
    }

    /// The same with a sampling interval that reaches further to both sides, unless there is no sampling error.
    pub fn wider_by(mut self, more: f64) -> Self {
        if self.std_error > 0.0 {
            self.sampling = (self.sampling.0 - more, self.sampling.1 + more);
        }
        self
    }

    /// The same with the interval that `replicates` span, shifted so that it is centred on the value's own
    /// replicate: the 2.5th and 97.5th percentiles of `value + (replicate − reference)`.
    pub fn with_input(mut self, replicates: &[f64], reference: f64) -> Self {
        if !replicates.is_empty() {
            let mut sorted = replicates.to_vec();
            sorted.sort_by(f64::total_cmp);
            let at = |p: f64| self.value + quantile_of_sorted(&sorted, p) - reference;
            self.input = Some((at(0.025), at(0.975)));
        }
        self
    }

    /// The same with an interval of the inputs that reaches `times` as far to both sides of the value.
    pub fn input_reaching(mut self, times: f64) -> Self {
        let value = self.value;
        self.input = self
            .input
            .map(|(low, high)| (value + times * (low - value), value + times * (high - value)));
        self
    }
}

/// The `p`-quantile of ascending values, interpolated between order statistics (type 7 of Hyndman and Fan).
///
/// ```
/// use isochrone::basis::stat::estimate::quantile_of_sorted;
/// assert_eq!(quantile_of_sorted(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.25), 2.0);
/// ```
pub fn quantile_of_sorted(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    let at = p.clamp(0.0, 1.0) * last as f64;
    let below = at.floor() as usize;
    let above = (below + 1).min(last);
    sorted[below] + (at - below as f64) * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn z95_is_the_97_5th_percentile() {
        assert!((crate::basis::normal::probit(0.975) - Z95).abs() < 1e-12);
    }
}
