//! What lost packets cost: waits for the retransmission time-out, doubling on repeats.
//!
//! A round trip that loses `k` times in a row waits for `2ᵏ − 1` time-outs. Before the first sample the time-out is
//! 1 s; after it `SRTT + 4 · RTTVAR`, which after one sample is three round trips, above a stated minimum. Source:
//! RFC 6298, sections 2 and 5.5.

/// Time-out before a round trip was measured, ms (RFC 6298, section 2.1).
pub const FIRST_TIMEOUT_MS: f64 = 1000.0;
/// `SRTT + 4 · RTTVAR` in round trips after the first sample, when RTTVAR is half of it (RFC 6298, section 2.2).
pub const TIMEOUT_ROUND_TRIPS: f64 = 3.0;
/// Losses in a row after which a sender gives up in this model: 2⁶ − 1 time-outs.
const MOST_IN_A_ROW: usize = 6;
/// Waits are told apart up to this many time-outs; the rest counts as this many.
const MOST_WAITS: usize = 255;

/// How many time-outs `trips` round trips wait for: `chance[k]` of at most `k`.
#[derive(Clone, Debug, PartialEq)]
pub struct Waits {
    at_most: Vec<f64>,
}

impl Waits {
    /// `trips` round trips, each losing with chance `loss`, again and again.
    ///
    /// ```
    /// use isochrone::engine::latency::loss::Waits;
    /// let waits = Waits::new(2, 0.01);
    /// assert_eq!(waits.at(0.98), 0); // 0.99² = 0.9801
    /// assert_eq!(waits.at(0.981), 1);
    /// assert!((waits.mean() - 2.0 * 0.01 / (1.0 - 2.0 * 0.01)).abs() < 1e-6); // p / (1 − 2p) a trip
    /// ```
    pub fn new(trips: u32, loss: f64) -> Self {
        let mut chance = vec![0.0; MOST_WAITS + 1];
        chance[0] = 1.0;
        for _ in 0..trips {
            chance = one_more_trip(&chance, loss);
        }
        let at_most = chance
            .iter()
            .scan(0.0, |sum, p| {
                *sum += p;
                Some(*sum)
            })
            .collect();
        Waits { at_most }
    }

    /// The number of time-outs that a share `u` stays at or below.
    pub fn at(&self, u: f64) -> usize {
        self.at_most.partition_point(|share| *share < u).min(MOST_WAITS)
    }

    /// The mean number of time-outs.
    pub fn mean(&self) -> f64 {
        self.at_most.iter().map(|share| 1.0 - share).sum()
    }
}

fn one_more_trip(chance: &[f64], loss: f64) -> Vec<f64> {
    let mut next = vec![0.0; chance.len()];
    for (waits, p) in chance.iter().enumerate().filter(|(_, p)| **p > 0.0) {
        let mut in_a_row = 1.0;
        for k in 0..=MOST_IN_A_ROW {
            let again = if k < MOST_IN_A_ROW { loss } else { 0.0 };
            let to = (waits + (1 << k) - 1).min(MOST_WAITS);
            next[to] += p * in_a_row * (1.0 - again);
            in_a_row *= loss;
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_add_up_and_no_loss_never_waits() {
        for (trips, loss) in [(1, 0.0), (4, 0.02), (20, 0.3)] {
            let waits = Waits::new(trips, loss);
            assert!((waits.at_most[MOST_WAITS] - 1.0).abs() < 1e-12);
        }
        assert_eq!(Waits::new(7, 0.0).at(1.0), 0);
    }
}
