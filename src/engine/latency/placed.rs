//! One placement: which region serves whom, and the latency that follows.

use super::law::Laws;
use super::table::LatencyTable;
use crate::basis::stat::atoms::Atoms;
use crate::basis::stat::estimate::Estimate;
use crate::basis::stat::mixture::Mixture;

/// The region that serves each user group: the one with the least expected RTT, the first of equals.
pub fn nearest(laws: &Laws, regions: &[usize]) -> Vec<usize> {
    (0..laws.groups.len())
        .map(|group| nearest_by(regions, |region| laws.pair(group, region).expected_ms))
        .collect()
}

/// The region with the least `cost`, the first of equals.
pub(super) fn nearest_by(regions: &[usize], cost: impl Fn(usize) -> f64) -> usize {
    let mut best = (f64::INFINITY, regions.first().copied().unwrap_or(0));
    for &region in regions {
        let cost = cost(region);
        if cost < best.0 {
            best = (cost, region);
        }
    }
    best.1
}

/// The latency distribution of some user groups, each served by one region.
#[derive(Clone, Debug)]
pub enum Distribution {
    /// Every latency is a fixed number: quantiles are exact.
    Exact(Atoms),
    /// Binned draws.
    Binned(Mixture),
}

impl Distribution {
    /// The `p`-quantile, ms.
    pub fn quantile(&self, p: f64) -> Estimate {
        match self {
            Distribution::Exact(atoms) => Estimate::exact(atoms.quantile(p)),
            Distribution::Binned(mixture) => mixture.quantile_estimate(p),
        }
    }

    /// The share of requests within `ms`.
    pub fn share_within(&self, ms: f64) -> Estimate {
        match self {
            Distribution::Exact(atoms) => Estimate::exact(atoms.share_within(ms)),
            Distribution::Binned(mixture) => mixture.share_estimate(ms),
        }
    }

    /// Requests per ms around the `p`-quantile; infinite where the latency is fixed.
    pub fn density(&self, p: f64) -> f64 {
        match self {
            Distribution::Exact(_) => f64::INFINITY,
            Distribution::Binned(mixture) => mixture.density(p),
        }
    }

    /// The distribution function as (ms, share within), ascending.
    pub fn points(&self) -> Vec<(f64, f64)> {
        match self {
            Distribution::Exact(atoms) => {
                let mut values = atoms.values().to_vec();
                values.dedup();
                values
                    .into_iter()
                    .map(|ms| (ms, atoms.share_within(ms)))
                    .collect()
            }
            Distribution::Binned(mixture) => mixture.points(),
        }
    }
}

/// A placement and who is served from where.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The regions, ascending.
    pub regions: Vec<usize>,
    /// The region that serves each user group.
    pub serving: Vec<usize>,
    /// Latency over the whole audience.
    pub all: Distribution,
}

impl Placed {
    /// Sends every group to its nearest region of `regions` and mixes the latencies.
    pub fn new(laws: &Laws, table: &LatencyTable, regions: &[usize]) -> Self {
        let serving = nearest(laws, regions);
        let all = mix(laws, table, &serving, 0..laws.groups.len());
        Placed {
            regions: regions.to_vec(),
            serving,
            all,
        }
    }

    /// The mean latency, ms: sums are kept beside the bins, so bins add no error.
    pub fn mean(&self, laws: &Laws, table: &LatencyTable) -> Estimate {
        let (mut mean, mut variance) = (0.0, 0.0);
        for (group, &region) in self.serving.iter().enumerate() {
            let weight = laws.groups[group].weight;
            mean += weight * table.mean(group, region);
            variance += weight * weight * table.variance(group, region) / f64::from(table.runs());
        }
        Estimate::normal(mean, variance.sqrt())
    }

    /// The latency of the groups of one country, or of any other range of groups.
    pub fn of_groups(
        &self,
        laws: &Laws,
        table: &LatencyTable,
        groups: std::ops::Range<usize>,
    ) -> Distribution {
        mix(laws, table, &self.serving, groups)
    }

    /// The group with the largest mean: (group, ms).
    pub fn worst_group(&self, table: &LatencyTable) -> (usize, f64) {
        let mut worst = (0, f64::NEG_INFINITY);
        for (group, &region) in self.serving.iter().enumerate() {
            let mean = table.mean(group, region);
            if mean > worst.1 {
                worst = (group, mean);
            }
        }
        worst
    }

    /// The share of the audience that each of `regions` serves, in the order of `regions`.
    pub fn traffic(&self, laws: &Laws) -> Vec<f64> {
        let mut shares = vec![0.0; self.regions.len()];
        for (group, region) in self.serving.iter().enumerate() {
            if let Ok(at) = self.regions.binary_search(region) {
                shares[at] += laws.groups[group].weight;
            }
        }
        shares
    }
}

fn mix(laws: &Laws, table: &LatencyTable, serving: &[usize], groups: std::ops::Range<usize>) -> Distribution {
    let total: f64 = groups.clone().map(|group| laws.groups[group].weight).sum();
    let fixed: Option<Vec<(f64, f64)>> = groups
        .clone()
        .map(|group| Some((table.fixed(group, serving[group])?, laws.groups[group].weight)))
        .collect();
    match fixed {
        Some(atoms) => Distribution::Exact(Atoms::new(atoms)),
        None => Distribution::Binned(Mixture::new(
            groups.map(|group| table.part(group, serving[group], laws.groups[group].weight / total)),
        )),
    }
}

/// The ranges of groups that share a country, in order of the groups. Groups of a country stand side by side.
pub fn country_ranges(laws: &Laws) -> Vec<std::ops::Range<usize>> {
    let mut ranges: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, group) in laws.groups.iter().enumerate() {
        match ranges.last_mut() {
            Some(range) if laws.groups[range.start].country == group.country => range.end = at + 1,
            _ => ranges.push(at..at + 1),
        }
    }
    ranges
}
