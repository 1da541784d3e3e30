//! Jitter: what a round trip adds to or takes from the typical one, small, additive, not proportional.
//!
//! ```text
//! p90 − p50 = 2.8 ms + 0.0176 · rtt
//! J = m · (E − ln 2),  E exponential with mean 1,  m = (p90 − p50) / ln 5
//! ```
//! so the median of J is zero: the p50 of a path stays its p50. A year of AWS pairs stands behind the line, so slow
//! changes of route are in it beside queueing; it is not a packet-to-packet figure, and its p99 is an extrapolation.

use crate::basis::units::Millis;

use super::calibration::{JITTER_BASE_MS, JITTER_PER_RTT};

/// ln 5: between the 50 % and the 90 % point an exponential variable grows by this many means.
const LN_5: f64 = 1.609_437_912_434_100_3;

/// The jitter of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jitter {
    mean_ms: f64,
}

impl Jitter {
    /// The jitter of a path with a typical RTT of `rtt`.
    ///
    /// ```
    /// use isochrone::{basis::units::Millis, world::network::jitter::Jitter};
    /// let jitter = Jitter::of(Millis::new(100.0).unwrap());
    /// assert!(jitter.quantile_ms(0.5).abs() < 1e-9);
    /// assert!((jitter.quantile_ms(0.9) - 4.56).abs() < 0.01);
    /// ```
    pub fn of(rtt: Millis) -> Self {
        Jitter {
            mean_ms: (JITTER_BASE_MS + JITTER_PER_RTT * rtt.ms()) / LN_5,
        }
    }

    /// No jitter at all: what a fixed latency has.
    pub fn none() -> Self {
        Jitter { mean_ms: 0.0 }
    }

    /// The jitter of a pair whose own p50 and p90 were measured.
    pub fn measured(p50: Millis, p90: Millis) -> Self {
        Jitter {
            mean_ms: (p90.ms() - p50.ms()).max(0.0) / LN_5,
        }
    }

    /// The jitter (ms) that a share `p` of round trips stays under; negative below the median.
    pub fn quantile_ms(self, p: f64) -> f64 {
        let p = p.clamp(0.0, 1.0 - 1e-12);
        self.mean_ms * (-(1.0 - p).ln() - std::f64::consts::LN_2)
    }

    /// The mean m of the exponential part (ms); the mean of the jitter itself is m · (1 − ln 2).
    pub fn exponential_mean_ms(self) -> f64 {
        self.mean_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measured_pair_keeps_its_own_p90() {
        let ms = |x| Millis::new(x).unwrap();
        let jitter = Jitter::measured(ms(70.0), ms(75.0));
        assert!((jitter.quantile_ms(0.9) - 5.0).abs() < 1e-12);
        assert_eq!(Jitter::measured(ms(70.0), ms(69.0)), Jitter::none());
    }
}
