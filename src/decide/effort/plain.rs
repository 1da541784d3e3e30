//! What a search of plain sets will have to do: draw, score, judge.

use super::{Asked, PASSES, STARTS};
use crate::decide::enumerate::Way;
use crate::design::scenario::Scenario;

// Processor time of one thread of the machine in `benches/README.md`, where the measurements stand.

/// Seconds for what no thread shares: tables read, the network built.
pub(super) const SECONDS_ALONE: f64 = 0.1;
/// Seconds to write sheets and to draw charts.
pub(super) const SECONDS_OF_FILES: f64 = 0.8;
/// Nanoseconds to make a pair's law.
pub(super) const NANOS_PER_PAIR: f64 = 8_000.0;
/// Nanoseconds for a draw, with its bin.
pub(super) const NANOS_PER_DRAW: f64 = 4.2;
/// Nanoseconds for a set, and for each of its user groups, most sets falling at the first look.
const NANOS_PER_SET: f64 = 40.0;
const NANOS_PER_SET_AND_GROUP: f64 = 0.55;
/// Nanoseconds for an entry of a user group and region in a pass that a bound is raised by.
const NANOS_PER_PASSED_ENTRY: f64 = 3.0;
/// Sets scored by a climb for each pair of a region in the set and one outside.
const CLIMBED_PER_SWAP: f64 = 5.0;
/// Nanoseconds for a replicate of one set's figures and a user group, or a class of its requests.
pub(super) const NANOS_PER_REPLICATE_AND_GROUP: f64 = 700.0;
/// Nanoseconds for what is told of a user group in a judged set.
const NANOS_PER_JUDGED_GROUP: f64 = 12_000.0;
/// Nanoseconds for a request of a user group that two sets are compared by.
pub(super) const NANOS_PER_PAIRED_DRAW: f64 = 1.0;

/// How often each thing is done that threads share.
pub(super) struct Work {
    pub(super) groups: f64,
    pub(super) pairs: f64,
    pub(super) draws: f64,
    pub(super) runs: f64,
    /// Sets scored, a set that must keep limits once more for each.
    scored: f64,
    /// Passes over all pairs.
    passes: f64,
    pub(super) judged: f64,
    pub(super) replicates: f64,
}

impl Work {
    pub(super) fn new(
        scenario: &Scenario,
        sets: &[(usize, u64)],
        ways: &[(usize, Way)],
        asked: &Asked,
    ) -> Self {
        let groups = scenario.audience.groups.len() as f64;
        let regions = scenario.candidates.len() as f64;
        let (mut scored, mut passes) = (0.0, 0.0);
        for (&(size, count), (_, way)) in sets.iter().zip(ways) {
            match way {
                Way::All => scored += count as f64,
                Way::Search => {
                    let swaps = size as f64 * (regions - size as f64).max(0.0);
                    scored += f64::from(STARTS) * swaps * CLIMBED_PER_SWAP;
                    passes += PASSES as f64;
                }
            }
        }
        let runs = f64::from(scenario.sampling.runs);
        let all: f64 = sets.iter().map(|(_, count)| *count as f64).sum();
        // The best, of each size the best, and the baseline.
        let judged = (asked.top + sets.len() + usize::from(scenario.baseline.is_some())) as f64;
        Work {
            groups,
            pairs: groups * regions,
            draws: groups * regions * runs,
            runs,
            scored: scored * (1 + asked.limits) as f64,
            passes,
            judged: judged.min(all),
            replicates: f64::from(scenario.sampling.input_replicates),
        }
    }

    pub(super) fn nanos(&self) -> f64 {
        // Each judged set is compared with the best and with the baseline.
        let compared = 2.0 * self.judged;
        self.pairs * NANOS_PER_PAIR
            + self.draws * NANOS_PER_DRAW
            + self.scored * (NANOS_PER_SET + self.groups * NANOS_PER_SET_AND_GROUP)
            + self.passes * self.pairs * NANOS_PER_PASSED_ENTRY
            + self.replicates * self.judged * self.groups * NANOS_PER_REPLICATE_AND_GROUP
            + self.judged * self.groups * NANOS_PER_JUDGED_GROUP
            + compared * self.groups * self.runs * NANOS_PER_PAIRED_DRAW
    }
}
