//! What a search will take: sets, seconds, bytes, told without drawing anything.

mod design;

use super::enumerate::count_sets;
use crate::design::scenario::Scenario;
use crate::engine::memory::{self, Dimensions};
use design::DesignWork;

/// What a search will have to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Candidate regions.
    pub candidates: usize,
    /// For each size the number of sets.
    pub sets: Vec<(usize, u64)>,
    /// For each size the number of sets, each with every choice of its leaders; none where nothing is to be chosen.
    pub designs: Vec<(usize, u64)>,
    /// User groups.
    pub user_groups: usize,
    /// Draws in all.
    pub draws: u64,
    /// Seconds expected on this many threads.
    pub seconds: f64,
    /// Threads the expectation holds for.
    pub threads: usize,
    /// Bytes expected at the peak, the whole process.
    pub bytes: usize,
}

// Processor time of one thread of the machine in `benches/README.md`, where the measurements stand.

/// Seconds for what no thread shares: tables read, the network built, sheets and charts written.
const SECONDS_ALONE: f64 = 0.9;
/// Nanoseconds to make a pair's law.
const NANOS_PER_PAIR: f64 = 8_000.0;
/// Nanoseconds for a draw, with its bin.
const NANOS_PER_DRAW: f64 = 6.0;
/// Nanoseconds for a set and user group, most sets falling at the first look.
const NANOS_PER_SET_AND_GROUP: f64 = 4.0;
/// Nanoseconds for a replicate of one set's figures and a user group, or a class of its requests.
const NANOS_PER_REPLICATE_AND_GROUP: f64 = 700.0;
/// Nanoseconds for a request of a user group that two sets are compared by.
const NANOS_PER_PAIRED_DRAW: f64 = 1.0;

/// What a search of `scenario` that reports the `top` best sets will have to do.
pub fn plan(scenario: &Scenario, top: usize, threads: usize) -> Plan {
    let (groups, regions) = (scenario.audience.groups.len(), scenario.candidates.len());
    let count = |size: usize| count_sets(regions, size, scenario.must_have.len()).unwrap_or(u64::MAX);
    let sets: Vec<(usize, u64)> = scenario.sizes.iter().map(|size| (*size, count(*size))).collect();
    let leads = |size: usize| design::ways_to_lead(scenario, size);
    let designs = sets
        .iter()
        .filter(|(size, _)| leads(*size) > 1)
        .map(|(size, sets)| (*size, sets.saturating_mul(leads(*size))))
        .collect();
    let threads = threads.max(1);
    let dimensions = Dimensions::of(scenario);
    let work = Work::new(scenario, &sets, top);
    let nanos = if dimensions.layers == 0 {
        work.nanos()
    } else {
        DesignWork::new(scenario, dimensions, &sets, top).nanos(&work)
    };
    Plan {
        candidates: regions,
        sets,
        designs,
        user_groups: groups,
        draws: (work.draws * dimensions.classes.max(1) as f64) as u64,
        seconds: SECONDS_ALONE + nanos * 1e-9 / threads as f64,
        threads,
        bytes: memory::expected(dimensions),
    }
}

/// How often each thing is done that threads share.
struct Work {
    groups: f64,
    pairs: f64,
    draws: f64,
    runs: f64,
    scored: f64,
    judged: f64,
    replicates: f64,
}

impl Work {
    fn new(scenario: &Scenario, sets: &[(usize, u64)], top: usize) -> Self {
        let groups = scenario.audience.groups.len() as f64;
        let pairs = groups * scenario.candidates.len() as f64;
        let runs = f64::from(scenario.sampling.runs);
        let scored: f64 = sets.iter().map(|(_, count)| *count as f64).sum();
        // The best, of each size the best, and the baseline.
        let judged = (top + sets.len() + usize::from(scenario.baseline.is_some())) as f64;
        Work {
            groups,
            pairs,
            draws: pairs * runs,
            runs,
            scored,
            judged: judged.min(scored),
            replicates: f64::from(scenario.sampling.input_replicates),
        }
    }

    fn nanos(&self) -> f64 {
        // Each judged set is compared with the best and with the baseline.
        let compared = 2.0 * self.judged;
        self.pairs * NANOS_PER_PAIR
            + self.draws * NANOS_PER_DRAW
            + self.scored * self.groups * NANOS_PER_SET_AND_GROUP
            + self.replicates * self.judged * self.groups * NANOS_PER_REPLICATE_AND_GROUP
            + compared * self.groups * self.runs * NANOS_PER_PAIRED_DRAW
    }
}
