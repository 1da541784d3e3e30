//! Fine logarithmic bins for the Monte Carlo of quorums: 1024 to the octave, so that the 99.9th percentile is off by
//! chance alone.
//!
//! Bin 0 is zero itself, which has a probability of its own: a read that is always fresh needs no time.

use crate::basis::stat::estimate::{Estimate, Z95};

const SUB_BITS: u32 = 10;
const SHIFT: u32 = 23 - SUB_BITS;
/// Octaves: a microsecond to a quarter of an hour; below lies one bin down to zero, above the overflow bin.
const LOW_EXPONENT: i32 = -10;
const OCTAVES: usize = 30;
const COUNT: usize = (OCTAVES << SUB_BITS) + 3;
const FIRST: u32 = (((LOW_EXPONENT + 127) as u32) << 23) >> SHIFT;

/// Counts of values.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fine {
    counts: Vec<u32>,
    runs: u32,
}

/// The bin of `x`; below zero counts as zero.
#[inline]
fn of(x: f32) -> usize {
    let step = (x.max(0.0).to_bits() >> SHIFT) + 2;
    let bin = (step.max(FIRST + 1) - FIRST).min(COUNT as u32 - 1);
    if x > 0.0 { bin as usize } else { 0 }
}

fn lower(bin: usize) -> f64 {
    match bin {
        0 | 1 => 0.0,
        _ => f64::from(f32::from_bits((FIRST + bin as u32 - 2) << SHIFT)),
    }
}

fn upper(bin: usize) -> f64 {
    match bin {
        0 => 0.0,
        _ if bin + 1 == COUNT => f64::INFINITY,
        _ => lower(bin + 1),
    }
}

impl Fine {
    pub(super) fn new() -> Self {
        Fine {
            counts: vec![0; COUNT],
            runs: 0,
        }
    }

    pub(super) fn record(&mut self, values: &[f32]) {
        for x in values {
            self.counts[of(*x)] += 1;
        }
        self.runs += values.len() as u32;
    }

    /// Adds what another has counted. Integers: the order does not matter.
    pub(super) fn merge(&mut self, other: &Fine) {
        self.counts
            .iter_mut()
            .zip(&other.counts)
            .for_each(|(a, b)| *a += b);
        self.runs += other.runs;
    }

    /// Running counts, so that many questions cost little.
    pub(super) fn running(&self) -> Running {
        let mut total = 0;
        let running = self.counts.iter().map(|count| {
            total += count;
            total
        });
        Running {
            counts: running.collect(),
        }
    }
}

/// How many values lie in each bin or below.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Running {
    counts: Vec<u32>,
}

impl Running {
    pub(super) fn runs(&self) -> f64 {
        self.counts.last().map_or(0.0, |count| f64::from(*count))
    }

    fn before(&self, bin: usize) -> f64 {
        bin.checked_sub(1).map_or(0.0, |bin| f64::from(self.counts[bin]))
    }

    /// The share within `x` ms, interpolated inside a bin.
    pub(super) fn share_within(&self, x: f64) -> f64 {
        if x < 0.0 {
            return 0.0;
        }
        let bin = of(x as f32);
        let (low, high) = (lower(bin), upper(bin));
        let part = if high > low && high.is_finite() {
            ((x - low) / (high - low)).clamp(0.0, 1.0)
        } else {
            1.0
        };
        let inside = f64::from(self.counts[bin]) - self.before(bin);
        (self.before(bin) + part * inside) / self.runs()
    }

    /// The `p`-quantile in ms, interpolated inside a bin; infinite in the overflow bin.
    pub(super) fn quantile(&self, p: f64) -> f64 {
        let wanted = p.clamp(0.0, 1.0) * self.runs();
        let bin = self.counts.partition_point(|count| f64::from(*count) < wanted);
        let bin = bin.min(COUNT - 1);
        let inside = f64::from(self.counts[bin]) - self.before(bin);
        let part = if inside > 0.0 {
            (wanted - self.before(bin)) / inside
        } else {
            0.0
        };
        if upper(bin).is_infinite() && part > 0.0 {
            return f64::INFINITY;
        }
        lower(bin) + part * (upper(bin) - lower(bin))
    }

    /// The share within `x` ms with its sampling error.
    pub(super) fn share_estimate(&self, x: f64) -> Estimate {
        let share = self.share_within(x);
        let mut estimate = Estimate::normal(share, (share * (1.0 - share) / self.runs()).sqrt());
        estimate.sampling = (estimate.sampling.0.max(0.0), estimate.sampling.1.min(1.0));
        estimate
    }

    /// The `p`-quantile with its sampling error by Woodruff's method: the interval of the share, turned back into ms.
    pub(super) fn quantile_estimate(&self, p: f64) -> Estimate {
        let half = Z95 * (p * (1.0 - p) / self.runs()).sqrt();
        let sampling = (self.quantile(p - half), self.quantile(p + half));
        Estimate {
            value: self.quantile(p),
            std_error: (sampling.1 - sampling.0) / (2.0 * Z95),
            sampling,
            input: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_edge_opens_its_own_bin() {
        for bin in 2..COUNT {
            let edge = lower(bin) as f32;
            assert_eq!((of(edge), of(edge.next_down())), (bin, bin - 1));
        }
        assert_eq!(
            (of(0.0), of(-1.0), of(f32::MIN_POSITIVE), of(f32::MAX)),
            (0, 0, 1, COUNT - 1)
        );
    }

    #[test]
    fn quantiles_of_even_values_are_even() {
        let mut fine = Fine::new();
        let values: Vec<f32> = (0..100_000).map(|i| (i as f32 + 0.5) / 1000.0).collect();
        fine.record(&values);
        let running = fine.running();
        for p in [0.01, 0.5, 0.999] {
            assert!(
                (running.quantile(p) - 100.0 * p).abs() < 2e-3,
                "{}",
                running.quantile(p)
            );
            assert!((running.share_within(100.0 * p) - p).abs() < 2e-5);
        }
    }

    #[test]
    fn zeros_are_exactly_zero() {
        let mut fine = Fine::new();
        fine.record(&[0.0, 0.0, 0.0, 8.0]);
        let running = fine.running();
        assert_eq!((running.share_within(0.0), running.quantile(0.75)), (0.75, 0.0));
        assert!(running.quantile(0.76) >= 8.0);
    }
}
