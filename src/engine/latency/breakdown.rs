//! What each part of a request adds to a class's latency: on average, and to the requests about a percentile.
//!
//! Parts of a mean add up. A percentile has no such parts, so what is told is the mean of each part among the requests
//! whose latency is about the percentile: these add up to it.

use rayon::prelude::*;

use super::class_draws::GroupDraws;
use super::law::Laws;
use super::placed::{Placed, Share, shares};
use super::plan::Added;
use crate::basis::seed::{BLOCK, Purpose, Stream};

/// The parts of a request, in its order.
pub const PARTS: [&str; 10] = [
    "dns",
    "connect",
    "exchange",
    "transfer",
    "loss",
    "edge to region",
    "service",
    "queueing",
    "data",
    "calls",
];

/// Fewest draws a group, a region and a class are looked at with. A multiple of the stream's block.
const DRAWS: usize = 16 * BLOCK;

/// Groups that these are enough for: where there are fewer, each is looked at more closely.
const ENOUGH_GROUPS: usize = 64;

/// Draws for each group.
fn draws_of(groups: usize) -> usize {
    DRAWS * (ENOUGH_GROUPS / groups.max(1)).max(1)
}

/// Requests within this share of a percentile are about it.
const ABOUT: f64 = 0.03;

/// What one region adds to a class: the wait for a server, operations on data, and calls.
#[derive(Clone, Debug, Default)]
pub struct Behind {
    /// The wait for a server.
    pub queue: Added,
    /// Operations on data.
    pub data: Added,
    /// Calls to other regions.
    pub calls: Added,
}

/// The parts of one class, ms, in the order of [`PARTS`].
#[derive(Clone, Debug, PartialEq)]
pub struct Breakdown {
    /// On average.
    pub mean: [f64; 10],
    /// About each latency asked for.
    pub about: Vec<[f64; 10]>,
}

/// Sums over draws: the parts of all, and of those about each latency, with their weights.
#[derive(Clone, Debug)]
struct Sums {
    all: ([f64; 10], f64),
    about: Vec<([f64; 10], f64)>,
}

impl Sums {
    fn new(latencies: usize) -> Self {
        Sums {
            all: ([0.0; 10], 0.0),
            about: vec![([0.0; 10], 0.0); latencies],
        }
    }

    fn add(&mut self, parts: &[f64; 10], weight: f64, latencies: &[f64]) {
        let total: f64 = parts.iter().sum();
        let near = |latency: &f64| (total - latency).abs() <= ABOUT * latency;
        let sums = std::iter::once(&mut self.all).chain(
            self.about
                .iter_mut()
                .zip(latencies)
                .filter(|(_, latency)| near(latency))
                .map(|(sum, _)| sum),
        );
        for (sum, whole) in sums {
            for (sum, part) in sum.iter_mut().zip(parts) {
                *sum += weight * part;
            }
            *whole += weight;
        }
    }

    fn merge(&mut self, other: &Sums) {
        let mine = std::iter::once(&mut self.all).chain(&mut self.about);
        let others = std::iter::once(&other.all).chain(&other.about);
        for (mine, other) in mine.zip(others) {
            for (sum, more) in mine.0.iter_mut().zip(other.0) {
                *sum += more;
            }
            mine.1 += other.1;
        }
    }
}

/// The parts of `class` in a design, on average and about each of `latencies` (ms). `behind(region)` is what a region
/// adds. Nothing for requests that have no classes.
pub fn breakdown(
    laws: &Laws,
    seed: u64,
    placed: &Placed,
    class: usize,
    behind: &(impl Fn(usize) -> Behind + Sync),
    latencies: &[f64],
) -> Option<Breakdown> {
    if laws.classes.is_empty() {
        return None;
    }
    let behind: Vec<Behind> = (0..laws.regions).map(behind).collect();
    let of_groups: Vec<Sums> = (0..laws.groups.len())
        .into_par_iter()
        .map(|group| of_group(laws, seed, placed, (group, class), &behind, latencies))
        .collect();
    let mut sums = Sums::new(latencies.len());
    for of_group in &of_groups {
        sums.merge(of_group);
    }
    let average =
        |(parts, whole): ([f64; 10], f64)| parts.map(|part| if whole > 0.0 { part / whole } else { 0.0 });
    Some(Breakdown {
        mean: average(sums.all),
        about: sums.about.into_iter().map(average).collect(),
    })
}

fn of_group(
    laws: &Laws,
    seed: u64,
    placed: &Placed,
    (group, class): (usize, usize),
    behind: &[Behind],
    latencies: &[f64],
) -> Sums {
    let mut sums = Sums::new(latencies.len());
    let mut draws = GroupDraws::default();
    let count = draws_of(laws.groups.len());
    draws.draw(laws, seed, group, 0, count);
    let at: Vec<Share> = shares(laws, &placed.plan, group, class..class + 1).collect();
    let (mut rtt, mut words) = (Vec::new(), vec![0u32; 3 * count]);
    for share in at {
        if laws.classes[class].at_edge {
            draws.far_rtt(laws, seed, share.region, &mut rtt);
        } else {
            draws.direct_rtt(laws, seed, share.region, &mut rtt);
        }
        Stream::new(
            seed,
            Purpose::Added(class as u8),
            group as u32,
            share.region as u32,
        )
        .fill(0, &mut words);
        let (data, rest) = words.split_at(count);
        let (calls, queue) = rest.split_at(count);
        let behind = &behind[share.region];
        let served = |at: usize| draws.is_served(laws, class, at);
        for at in 0..count {
            let own = draws.parts(laws, class, share.region, &rtt, at);
            let mut parts = [0.0; 10];
            parts[..7].copy_from_slice(&own);
            if served(at) {
                parts[7] = pick(&behind.queue, queue[at]);
                parts[8] = pick(&behind.data, data[at]);
                parts[9] = pick(&behind.calls, calls[at]);
            }
            sums.add(&parts, share.weight, latencies);
        }
    }
    sums
}

fn pick(added: &Added, word: u32) -> f64 {
    let values = added.values();
    f64::from(values[((u64::from(word) * values.len() as u64) >> 32) as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_groups_are_looked_at_more_closely() {
        assert_eq!(
            [1, 8, 64, 943].map(draws_of),
            [64, 8, 1, 1].map(|more| more * DRAWS)
        );
    }
}
