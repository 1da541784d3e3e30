//! What each part of a request adds to a class's latency: on average, and to the requests about a percentile.
//!
//! Parts of a mean add up. A percentile has no such parts, so what is told is the mean of each part among the requests
//! whose latency is about the percentile: these add up to it.

use rayon::prelude::*;

use super::class_draws::GroupDraws;
use super::law::Laws;
use super::placed::{Placed, shares};
use super::plan::Added;
use crate::basis::error::Result;
use crate::basis::seed::{BLOCK, Purpose, Stream};
use crate::engine::progress::Watch;

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

    fn averages(self) -> Breakdown {
        let average =
            |(parts, whole): ([f64; 10], f64)| parts.map(|part| if whole > 0.0 { part / whole } else { 0.0 });
        Breakdown {
            mean: average(self.all),
            about: self.about.into_iter().map(average).collect(),
        }
    }
}

/// A design whose parts are wanted.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The design.
    pub placed: &'a Placed,
    /// What each region adds, by region.
    pub behind: Vec<Behind>,
    /// Latencies about which the parts are wanted, ms.
    pub latencies: Vec<f64>,
}

/// The parts of `class` in each design asked for. What a user group draws is the same in all of them, and drawn once.
/// Nothing for requests that have no classes.
///
/// # Errors
/// When the user asks to stop.
pub fn breakdowns(
    laws: &Laws,
    seed: u64,
    class: usize,
    asked: &[Asked<'_>],
    watch: Watch<'_>,
) -> Result<Vec<Breakdown>> {
    if laws.classes.is_empty() {
        return Ok(Vec::new());
    }
    let of_groups: Vec<Vec<Sums>> = (0..laws.groups.len())
        .into_par_iter()
        .map_init(
            || OfGroup::new(laws, seed, class),
            |draws, group| {
                watch.go_on()?;
                draws.of(group);
                Ok(asked.iter().map(|asked| draws.sums(asked)).collect())
            },
        )
        .collect::<Result<_>>()?;
    let whole = |(number, asked): (usize, &Asked<'_>)| {
        let mut sums = Sums::new(asked.latencies.len());
        for of_group in &of_groups {
            sums.merge(&of_group[number]);
        }
        sums.averages()
    };
    Ok(asked.iter().enumerate().map(whole).collect())
}

/// The requests of one class and one user group, taken to their parts.
struct OfGroup<'a> {
    laws: &'a Laws,
    seed: u64,
    class: usize,
    group: usize,
    /// Draws for each group.
    count: usize,
    draws: GroupDraws,
    /// By region, made when first asked for.
    ways: Vec<Option<Vec<Drawn>>>,
}

/// One request towards a region: its own parts, and where in what the region adds it stands if it gets there.
#[derive(Clone, Copy, Debug)]
struct Drawn {
    own: [f64; 7],
    behind: Option<[u32; 3]>,
}

impl<'a> OfGroup<'a> {
    fn new(laws: &'a Laws, seed: u64, class: usize) -> Self {
        OfGroup {
            laws,
            seed,
            class,
            group: 0,
            count: draws_of(laws.groups.len()),
            draws: GroupDraws::default(),
            ways: vec![None; laws.regions],
        }
    }

    fn of(&mut self, group: usize) {
        self.group = group;
        self.ways.fill(None);
        let class = self.class..self.class + 1;
        self.draws
            .draw_classes(self.laws, self.seed.into(), group, (0, self.count), class);
    }

    fn sums(&mut self, asked: &Asked<'_>) -> Sums {
        let mut sums = Sums::new(asked.latencies.len());
        let class = self.class..self.class + 1;
        for share in shares(self.laws, &asked.placed.plan, self.group, class) {
            let behind = &asked.behind[share.region];
            for drawn in self.way(share.region) {
                let mut parts = [0.0; 10];
                parts[..7].copy_from_slice(&drawn.own);
                if let Some([queue, data, calls]) = drawn.behind {
                    parts[7] = pick(&behind.queue, queue);
                    parts[8] = pick(&behind.data, data);
                    parts[9] = pick(&behind.calls, calls);
                }
                sums.add(&parts, share.weight, &asked.latencies);
            }
        }
        sums
    }

    fn way(&mut self, region: usize) -> &[Drawn] {
        if self.ways[region].is_none() {
            self.ways[region] = Some(self.draw_way(region));
        }
        self.ways[region].as_deref().unwrap_or_default()
    }

    fn draw_way(&self, region: usize) -> Vec<Drawn> {
        let (laws, class) = (self.laws, self.class);
        let mut rtt = Vec::new();
        if laws.classes[class].at_edge {
            self.draws.far_rtt(laws, self.seed.into(), region, &mut rtt);
        } else {
            self.draws.direct_rtt(laws, self.seed.into(), region, &mut rtt);
        }
        let mut words = vec![0u32; 3 * self.count];
        let purpose = Purpose::Added(class as u8);
        Stream::new(self.seed, purpose, self.group as u32, region as u32).fill(0, &mut words);
        let (data, rest) = words.split_at(self.count);
        let (calls, queue) = rest.split_at(self.count);
        (0..self.count)
            .map(|at| Drawn {
                own: self.draws.parts(laws, class, region, &rtt, at),
                behind: self
                    .draws
                    .is_served(laws, class, at)
                    .then_some([queue[at], data[at], calls[at]]),
            })
            .collect()
    }
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
