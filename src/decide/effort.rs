//! What a search will take: sets, seconds, bytes, told without drawing anything.

mod plain;

mod closer;

mod design;

use std::time::Duration;

use super::enumerate::{Way, count_sets};
use crate::design::scenario::Scenario;
use crate::engine::memory::{self, Dimensions};
use design::DesignWork;
use plain::Work;

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

/// What is asked of a search besides its scenario.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asked {
    /// How many of the best sets are reported.
    pub top: usize,
    /// Threads.
    pub threads: usize,
    /// Seconds of one core that scoring all sets may take, see [`budget`].
    pub limit: f64,
    /// Limits on figures that sets must keep.
    pub limits: usize,
    /// Sheets and charts are written.
    pub files: bool,
}

/// What scoring a set counts for each user group, in nanoseconds. Not what it takes, which is less since it became quicker:
/// which sizes are scored in full is part of the answer, and stays as it is when a search becomes quicker or slower.
const COUNTED_PER_SET_AND_GROUP: f64 = 4.0;

/// Sizes are scored in full, the smallest first, as long as that counts no more than this in all. With
/// [`COUNTED_PER_SET_AND_GROUP`] it is 15 thousand million sets times user groups: 5 of 130 regions for 50 groups, 3 of 130
/// for 40,000.
const SECONDS_OF_ENUMERATION: f64 = 60.0;

/// Random starts of a size of which not all sets are scored, besides the greedy ones; our choice.
pub const STARTS: u32 = 14;
/// Passes over the user groups that a bound of such a size is raised by; our choice.
pub const PASSES: u64 = 1_200;

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

/// How the best sets of each size of `scenario` are found: by scoring all, as long as that counts a `limit` of seconds of one
/// core at most.
pub fn ways(scenario: &Scenario, limit: f64) -> Vec<(usize, Way)> {
    let groups = scenario.audience.groups.len() as f64;
    let dimensions = Dimensions::of(scenario);
    let mut spent = 0.0;
    let way = |size: &usize| {
        let sets = sets_of_size(scenario.candidates.len(), *size, scenario.must_have.len());
        let nanos = if dimensions.layers == 0 {
            sets * groups * COUNTED_PER_SET_AND_GROUP
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

/// What a search of `scenario` will have to do.
pub fn plan(scenario: &Scenario, asked: &Asked) -> Plan {
    let (groups, regions) = (scenario.audience.groups.len(), scenario.candidates.len());
    let count = |size: usize| count_sets(regions, size, scenario.must_have.len()).unwrap_or(u64::MAX);
    let sets: Vec<(usize, u64)> = scenario.sizes.iter().map(|size| (*size, count(*size))).collect();
    let leads = |size: usize| design::ways_to_lead(scenario, size);
    let designs = sets
        .iter()
        .filter(|(size, _)| leads(*size) > 1)
        .map(|(size, sets)| (*size, sets.saturating_mul(leads(*size))))
        .collect();
    let threads = asked.threads.max(1);
    let dimensions = Dimensions::of(scenario);
    let ways = ways(scenario, asked.limit);
    let work = Work::new(scenario, &sets, &ways, asked);
    let nanos = if dimensions.layers == 0 {
        work.nanos()
    } else {
        let looked_at = looked_at(scenario, &sets, &ways);
        DesignWork::new(scenario, dimensions, &looked_at, asked.top).nanos(&work)
    };
    let shared_out = nanos + closer::nanos(scenario, &sets, &ways, &work, asked);
    let files = if asked.files { plain::SECONDS_OF_FILES } else { 0.0 };
    let bytes = memory::foretold(dimensions, work.judged as usize, asked.files);
    let bytes = bytes.saturating_add(closer::bytes(scenario, &sets, &ways, &work));
    Plan {
        candidates: regions,
        sets,
        ways,
        designs,
        user_groups: groups,
        draws: (work.draws * dimensions.classes.max(1) as f64) as u64,
        seconds: plain::SECONDS_ALONE + files + shared_out * 1e-9 / threads as f64,
        threads,
        bytes,
    }
}

/// For each size the designs that are screened: all, or for a size that is searched, some for each swap of a region.
fn looked_at(scenario: &Scenario, sets: &[(usize, u64)], ways: &[(usize, Way)]) -> Vec<(usize, u64)> {
    let regions = scenario.candidates.len() as u64;
    let of_size = |(&(size, sets), &(_, way)): (&(usize, u64), &(usize, Way))| match way {
        Way::All => (size, sets),
        Way::Search => (size, SCREENED_PER_SWAP * size as u64 * regions),
    };
    sets.iter().zip(ways).map(of_size).collect()
}

/// Designs that a search of a size screens for each pair of a region in the set and one outside: 17 starts, a few rounds.
const SCREENED_PER_SWAP: u64 = 100;
