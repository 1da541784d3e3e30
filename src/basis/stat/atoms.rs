//! Exact quantiles of weighted values: what bins would round stays as it is.

/// Weighted values, ascending, with their running weights.
#[derive(Clone, Debug)]
pub struct Atoms {
    values: Vec<f64>,
    running: Vec<f64>,
}

impl Atoms {
    /// Sorts `(value, weight)` pairs. Weights are positive; their sum need not be 1.
    pub fn new(mut pairs: Vec<(f64, f64)>) -> Self {
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut total = 0.0;
        let running = pairs
            .iter()
            .map(|pair| {
                total += pair.1;
                total
            })
            .collect();
        Atoms {
            values: pairs.into_iter().map(|pair| pair.0).collect(),
            running,
        }
    }

    /// The least value that at least the share `p` of the weight does not exceed.
    ///
    /// ```
    /// use isochrone::basis::stat::atoms::Atoms;
    /// let atoms = Atoms::new(vec![(30.0, 1.0), (10.0, 1.0), (20.0, 2.0)]);
    /// assert_eq!((atoms.quantile(0.25), atoms.quantile(0.5), atoms.quantile(0.99)), (10.0, 20.0, 30.0));
    /// ```
    pub fn quantile(&self, p: f64) -> f64 {
        let Some(total) = self.running.last() else {
            return f64::NAN;
        };
        // A sum of many weights may fall short of `p · total` by rounding alone.
        let wanted = p * total * (1.0 - 1e-12);
        let at = self.running.partition_point(|running| *running < wanted);
        self.values[at.min(self.values.len() - 1)]
    }

    /// The share of the weight at values of at most `x`.
    pub fn share_within(&self, x: f64) -> f64 {
        let below = self.values.partition_point(|value| *value <= x);
        match (below.checked_sub(1), self.running.last()) {
            (Some(last), Some(total)) => self.running[last] / total,
            _ => 0.0,
        }
    }

    /// The values, ascending.
    pub fn values(&self) -> &[f64] {
        &self.values
    }
}
