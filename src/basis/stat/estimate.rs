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

/// Values whose difference is below this share of them differ by rounding only.
const ROUNDING: f64 = 1e-9;

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

    /// What this is more than `other`, where both err independently: errors of either side in quadrature, and those of the
    /// inputs where either has one.
    ///
    /// ```
    /// use isochrone::basis::stat::estimate::Estimate;
    /// let more = Estimate::normal(10.0, 3.0).minus(&Estimate::normal(4.0, 4.0));
    /// assert_eq!((more.value, more.std_error), (6.0, 5.0));
    /// ```
    pub fn minus(&self, other: &Estimate) -> Estimate {
        let value = self.value - other.value;
        let apart = |mine: (f64, f64), others: (f64, f64)| {
            let below = (self.value - mine.0).hypot(others.1 - other.value);
            let above = (mine.1 - self.value).hypot(other.value - others.0);
            (value - below, value + above)
        };
        let known = |it: &Estimate| it.input.unwrap_or((it.value, it.value));
        let input = self.input.is_some() || other.input.is_some();
        Estimate {
            value,
            std_error: self.std_error.hypot(other.std_error),
            sampling: apart(self.sampling, other.sampling),
            input: input.then(|| apart(known(self), known(other))),
        }
    }

    /// Whether this is less than `other` beyond the errors of both, each taken towards the other and combined in quadrature.
    ///
    /// ```
    /// use isochrone::basis::stat::estimate::Estimate;
    /// let of = |value| Estimate::normal(value, 2.0);
    /// assert!(of(10.0).is_clearly_less(&of(20.0)));
    /// assert!(!of(10.0).is_clearly_less(&of(14.0)) && !of(20.0).is_clearly_less(&of(10.0)));
    /// ```
    pub fn is_clearly_less(&self, other: &Estimate) -> bool {
        let up = |(_, high): (f64, f64)| high - self.value;
        let down = |(low, _): (f64, f64)| other.value - low;
        let of = |it: &Estimate, reach: &dyn Fn((f64, f64)) -> f64| {
            let input = it.input.map_or(0.0, reach);
            reach(it.sampling).max(0.0).hypot(input.max(0.0))
        };
        let error = of(self, &up).hypot(of(other, &down));
        let rounding = ROUNDING * self.value.abs().max(other.value.abs());
        // Of infinite values there is no difference to hold against an error.
        self.value < other.value
            && (other.value.is_infinite() || other.value - self.value > error.max(rounding))
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
