//! What a search will take: sets, seconds, bytes, told without drawing anything.

mod design;

use std::time::Duration;

use super::enumerate::{Way, count_sets};
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
    /// For each size how its best sets are found.
    pub ways: Vec<(usize, Way)>,
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
/// Sets whose scores take as long as the search of a size and its bound, for each pair of a region in the set and one
/// outside.
const SEARCHED_PER_SWAP: u64 = 300;
/// Nanoseconds for a replicate of one set's figures and a user group, or a class of its requests.
const NANOS_PER_REPLICATE_AND_GROUP: f64 = 700.0;
/// Nanoseconds for a request of a user group that two sets are compared by.
const NANOS_PER_PAIRED_DRAW: f64 = 1.0;

/// Sizes are scored in full, the smallest first, as long as that should take one core no longer than this in all. With
/// [`NANOS_PER_SET_AND_GROUP`] it is 15 thousand million sets times user groups: 5 of 130 regions for 50 groups, 3 of 130
/// for 40,000.
const SECONDS_OF_ENUMERATION: f64 = 60.0;

/// Number of sets of `size` out of `regions` that contain `must_have` of them; beyond 2⁵³ to 16 digits.
///
/// ```
/// assert_eq!(isochrone::decide::effort::sets_of_size(130, 10, 0), 266_401_260_897_200.0);
/// ```
pub fn sets_of_size(regions: usize, size: usize, must_have: usize) -> f64 {
    match count_sets(regions, size, must_have) {
        Some(sets) => sets as f64,
        None if size < must_have => 0.0,
        None => (0..size - must_have).fold(1.0, |count, i| {
            count * (regions - must_have - i) as f64 / (i + 1) as f64
        }),
    }
}

/// Seconds of one core that scoring all sets may take: a minute, or the time that finding sets may take where that is less;
/// any time where all sets are to be scored.
pub fn budget(within: Option<Duration>, in_full: bool) -> f64 {
    match (within, in_full) {
        (_, true) => f64::INFINITY,
        (Some(time), _) => time.as_secs_f64().min(SECONDS_OF_ENUMERATION),
        (None, _) => SECONDS_OF_ENUMERATION,
    }
}

/// How the best sets of each size of `scenario` are found: by scoring all, as long as that takes an expected `limit` of
/// seconds of one core at most.
pub fn ways(scenario: &Scenario, limit: f64) -> Vec<(usize, Way)> {
    let groups = scenario.audience.groups.len() as f64;
    let dimensions = Dimensions::of(scenario);
    let mut spent = 0.0;
    let way = |size: &usize| {
        let sets = sets_of_size(scenario.candidates.len(), *size, scenario.must_have.len());
        let nanos = if dimensions.layers == 0 {
            sets * groups * NANOS_PER_SET_AND_GROUP
        } else {
            design::nanos_screened(scenario, dimensions, (*size, sets))
        };
        spent += nanos * 1e-9;
        let way = if spent <= limit { Way::All } else { Way::Search };
        (*size, way)
    };
    scenario.sizes.iter().map(way).collect()
}

/// The sizes of which all sets are scored.
pub fn sizes_in_full(scenario: &Scenario, limit: f64) -> Vec<usize> {
    let ways = ways(scenario, limit).into_iter();
    ways.filter(|(_, way)| *way == Way::All)
        .map(|(size, _)| size)
        .collect()
}

/// Sets of a size that are gauged at most by a measure that is no figure of latency: `quick` ones take a microsecond each,
/// others some milliseconds. Of more sets the quickest are gauged.
pub fn most_gauged(quick: bool) -> usize {
    if quick { 2_000_000 } else { 20_000 }
}

/// What a search of `scenario` that reports the `top` best sets will have to do, when scoring all sets may take `limit`
/// seconds of one core ([`budget`]).
pub fn plan(scenario: &Scenario, top: usize, threads: usize, limit: f64) -> Plan {
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
    let ways = ways(scenario, limit);
    let work = Work::new(scenario, &looked_at(scenario, &sets, &ways), top);
    let nanos = if dimensions.layers == 0 {
        work.nanos()
    } else {
        DesignWork::new(scenario, dimensions, &looked_at(scenario, &sets, &ways), top).nanos(&work)
    };
    Plan {
        candidates: regions,
        sets,
        ways,
        designs,
        user_groups: groups,
        draws: (work.draws * dimensions.classes.max(1) as f64) as u64,
        seconds: SECONDS_ALONE + nanos * 1e-9 / threads as f64,
        threads,
        bytes: memory::expected(dimensions),
    }
}

/// For each size the sets that are scored, or for a size that is searched, as many as take as long.
fn looked_at(scenario: &Scenario, sets: &[(usize, u64)], ways: &[(usize, Way)]) -> Vec<(usize, u64)> {
    let regions = scenario.candidates.len() as u64;
    let of_size = |(&(size, sets), &(_, way)): (&(usize, u64), &(usize, Way))| match way {
        Way::All => (size, sets),
        Way::Search => (size, SEARCHED_PER_SWAP * size as u64 * regions),
    };
    sets.iter().zip(ways).map(of_size).collect()
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
