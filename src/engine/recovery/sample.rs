//! Weighted draws under several independent shifts, and what they say with which error.

use crate::basis::stat::estimate::Estimate;

/// Independent shifts.
pub(super) const SHIFTS: usize = 32;
/// 97.5th percentile of Student's t with one degree of freedom fewer than shifts.
const T31: f64 = 2.039_513_446_396_408;

/// One draw.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    pub(super) time: f64,
    pub(super) weight: f64,
    pub(super) shift: usize,
}

/// Weighted draws, ascending.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) values: Vec<Value>,
    weight: f64,
    /// Between these every draw must lie.
    ends: (f64, f64),
}

impl Sample {
    pub(super) fn new(mut values: Vec<Value>, ends: (f64, f64)) -> Self {
        values.sort_by(|a, b| a.time.total_cmp(&b.time));
        let weight = values.iter().map(|value| value.weight).sum();
        Sample { values, weight, ends }
    }

    /// The one value where there is no other.
    pub(super) fn fixed(&self) -> Option<f64> {
        let (first, last) = (self.values.first()?.time, self.values.last()?.time);
        (first == last).then_some(first)
    }

    pub(super) fn mean(&self) -> Estimate {
        if let Some(value) = self.fixed() {
            return Estimate::exact(value);
        }
        if self
            .values
            .last()
            .is_some_and(|value| value.time == f64::INFINITY)
        {
            return Estimate::exact(f64::INFINITY);
        }
        let by_shift = self.by_shift(|time| time);
        around(by_shift.iter().sum::<f64>() / SHIFTS as f64, spread(&by_shift))
    }

    pub(super) fn quantile(&self, p: f64) -> Estimate {
        let value = self.at(p);
        if self.fixed().is_some() {
            return Estimate::exact(value);
        }
        let below = self.by_shift(|time| f64::from(u8::from(time <= value)));
        // Points lie no closer than this; a smaller error would be luck.
        let error = spread(&below).max(0.5 / self.values.len() as f64);
        let (low, high) = (self.at(p - T31 * error), self.at(p + T31 * error));
        let std_error = if high > low {
            (high - low) / (2.0 * T31)
        } else {
            0.0
        };
        Estimate {
            std_error,
            sampling: (low, high),
            ..Estimate::exact(value)
        }
    }

    pub(super) fn within(&self, target: f64) -> Estimate {
        let share: f64 = self
            .by_shift(|time| f64::from(u8::from(time <= target)))
            .iter()
            .sum::<f64>();
        let share = (share / SHIFTS as f64).clamp(0.0, 1.0);
        if self.fixed().is_some() || target >= self.ends.1 || target < self.ends.0 {
            return Estimate::exact(share.round());
        }
        let error = spread(&self.by_shift(|time| f64::from(u8::from(time <= target))));
        // With none of n on one side, up to 3/n of them may belong there (95 %).
        let unseen = 3.0 / self.values.len() as f64;
        let found = around(share, error.max(unseen / 3.0));
        let low = found.sampling.0.min(share - unseen).max(0.0);
        let high = found.sampling.1.max(share + unseen).min(1.0);
        Estimate {
            sampling: (low, high),
            ..found
        }
    }

    /// The mean of `f` within each shift.
    fn by_shift(&self, f: impl Fn(f64) -> f64) -> [f64; SHIFTS] {
        let (mut sums, mut weights) = ([0.0; SHIFTS], [0.0; SHIFTS]);
        for value in &self.values {
            sums[value.shift] += value.weight * f(value.time);
            weights[value.shift] += value.weight;
        }
        std::array::from_fn(|shift| sums[shift] / weights[shift])
    }

    /// The least value that the share `p` of the weight does not exceed.
    pub(super) fn at(&self, p: f64) -> f64 {
        let (wanted, mut sum) = (p * self.weight, 0.0);
        // Sums of equal weights may fall a hair short of a round share.
        let reached = self.values.iter().find(|value| {
            sum += value.weight;
            sum >= wanted * (1.0 - 1e-12)
        });
        reached
            .or(self.values.last())
            .map_or(f64::NAN, |value| value.time)
    }
}

/// Standard error of the mean of independent estimates.
fn spread(estimates: &[f64; SHIFTS]) -> f64 {
    let n = SHIFTS as f64;
    let mean = estimates.iter().sum::<f64>() / n;
    let squares: f64 = estimates.iter().map(|x| (x - mean).powi(2)).sum();
    (squares / (n - 1.0) / n).sqrt()
}

fn around(value: f64, std_error: f64) -> Estimate {
    Estimate {
        std_error,
        sampling: (value - T31 * std_error, value + T31 * std_error),
        ..Estimate::exact(value)
    }
}
