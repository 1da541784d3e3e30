//! One placement: which region serves whom, and the latency that follows.

use std::ops::Range;

use super::class::ClassLaw;
use super::law::Laws;
use super::plan::{Added, Plan};
use super::table::LatencyTable;
use crate::basis::stat::atoms::Atoms;
use crate::basis::stat::estimate::Estimate;
use crate::basis::stat::mixture::{Mixture, MixtureBuilder};

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

    /// The same where the share at the quantile has a standard error that was found otherwise, and the interval reaches
    /// `times` of them to either side.
    pub fn quantile_reaching(&self, p: f64, share_std_error: f64, times: f64) -> Estimate {
        match self {
            Distribution::Exact(atoms) => Estimate::exact(atoms.quantile(p)),
            Distribution::Binned(mixture) => mixture.quantile_reaching(p, share_std_error, times),
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
    /// The region that serves most of each user group.
    pub serving: Vec<usize>,
    /// The design that the latencies are those of.
    pub plan: Plan,
    /// Latency over the whole audience.
    pub all: Distribution,
}

impl Placed {
    /// Sends every group where the scenario's routing says and mixes the latencies.
    pub fn new(laws: &Laws, table: &LatencyTable, regions: &[usize]) -> Self {
        Placed::of(laws, table, laws.plain_plan(regions))
    }

    /// The latencies of a design.
    pub fn of(laws: &Laws, table: &LatencyTable, plan: Plan) -> Self {
        let all = mix(laws, table, &plan, 0..laws.groups.len(), 0..laws.class_count());
        Placed {
            regions: plan.regions.clone(),
            serving: plan.assignment.main(),
            plan,
            all,
        }
    }

    /// The mean latency, ms: sums are kept beside the bins, so bins add no error.
    pub fn mean(&self, laws: &Laws, table: &LatencyTable) -> Estimate {
        self.mean_of(laws, table, 0..laws.class_count())
    }

    /// The same over some classes.
    pub fn mean_of(&self, laws: &Laws, table: &LatencyTable, classes: Range<usize>) -> Estimate {
        let (mut mean, mut variance, mut whole) = (0.0, 0.0, 0.0);
        for group in 0..laws.groups.len() {
            // Classes and regions of one group share their users: errors go together at most.
            let mut deviation = 0.0;
            for share in shares(laws, &self.plan, group, classes.clone()) {
                let column = laws.column(share.class, share.region);
                let added = self
                    .plan
                    .added(share.class, share.region)
                    .map_or(0.0, Added::mean);
                mean += share.weight * (table.mean(group, column) + added);
                deviation +=
                    share.weight * (table.variance(group, column) / f64::from(table.runs_of(group))).sqrt();
                whole += share.weight;
            }
            variance += deviation * deviation;
        }
        // The weights of an audience sum to 1 unless some of it is served by nobody or only some classes are asked for.
        if (whole - 1.0).abs() < 1e-9 {
            whole = 1.0;
        }
        Estimate::normal(mean / whole, variance.sqrt() / whole)
    }

    /// The latency of the groups of one country, or of any other range of groups.
    pub fn of_groups(&self, laws: &Laws, table: &LatencyTable, groups: Range<usize>) -> Distribution {
        mix(laws, table, &self.plan, groups, 0..laws.class_count())
    }

    /// The latency of one class of request.
    pub fn of_class(&self, laws: &Laws, table: &LatencyTable, class: usize) -> Distribution {
        mix(laws, table, &self.plan, 0..laws.groups.len(), class..class + 1)
    }

    /// Mean latency of one group, ms; none when nobody serves it.
    pub fn group_mean(&self, laws: &Laws, table: &LatencyTable, group: usize) -> Option<f64> {
        let (mut mean, mut whole) = (0.0, 0.0);
        for share in shares(laws, &self.plan, group, 0..laws.class_count()) {
            let added = self
                .plan
                .added(share.class, share.region)
                .map_or(0.0, Added::mean);
            mean += share.weight * (table.mean(group, laws.column(share.class, share.region)) + added);
            whole += share.weight;
        }
        (whole > 0.0).then(|| mean / whole)
    }

    /// The group with the largest mean: (group, ms).
    pub fn worst_group(&self, laws: &Laws, table: &LatencyTable) -> (usize, f64) {
        let mut worst = (0, f64::NEG_INFINITY);
        for group in 0..laws.groups.len() {
            let mean = self.group_mean(laws, table, group).unwrap_or(f64::NEG_INFINITY);
            if mean > worst.1 {
                worst = (group, mean);
            }
        }
        worst
    }

    /// The share of the requests that each of `regions` serves, in the order of `regions`. What an edge location
    /// answers by itself reaches no region.
    pub fn traffic(&self, laws: &Laws) -> Vec<f64> {
        let mut traffic = vec![0.0; self.regions.len()];
        for group in 0..laws.groups.len() {
            for share in shares(laws, &self.plan, group, 0..laws.class_count()) {
                if let Ok(at) = self.regions.binary_search(&share.region) {
                    let served = laws.classes.get(share.class).map_or(1.0, ClassLaw::served);
                    traffic[at] += share.weight * served;
                }
            }
        }
        traffic
    }

    /// The requests of one class that reach a region, by region, as shares of all requests; regions with none are left
    /// out.
    pub fn class_traffic(&self, laws: &Laws, class: usize) -> Vec<(usize, f64)> {
        let mut traffic = vec![0.0; laws.regions];
        let served = laws.classes.get(class).map_or(1.0, ClassLaw::served);
        for group in 0..laws.groups.len() {
            for share in shares(laws, &self.plan, group, class..class + 1) {
                traffic[share.region] += share.weight * served;
            }
        }
        traffic
            .into_iter()
            .enumerate()
            .filter(|(_, share)| *share > 0.0)
            .collect()
    }

    /// The share of users whose requests go to another region than the one with the least expected RTT.
    pub fn elsewhere(&self, laws: &Laws) -> f64 {
        let nearest = nearest(laws, &self.regions);
        let mut elsewhere = 0.0;
        for (group, law) in laws.groups.iter().enumerate() {
            for (region, share) in self.plan.assignment.of(group) {
                if usize::from(*region) != nearest[group] {
                    elsewhere += law.weight * share;
                }
            }
        }
        elsewhere
    }

    /// The same design with perfect latency routing.
    pub fn with_perfect_routing(&self, laws: &Laws, table: &LatencyTable) -> Placed {
        let plan = Plan {
            leaders: self.plan.leaders.clone(),
            added: self.plan.added.clone(),
            sent: self.plan.sent.clone(),
            ..Plan::plain(&self.regions, &nearest(laws, &self.regions))
        };
        Placed::of(laws, table, plan)
    }

    /// The share of the audience that nobody serves.
    pub fn lost(&self, laws: &Laws) -> f64 {
        let of = |(group, law): (usize, &super::law::GroupLaw)| law.weight * self.plan.assignment.lost(group);
        laws.groups.iter().enumerate().map(of).sum()
    }
}

/// A part of one group's requests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    pub(super) class: usize,
    pub(super) region: usize,
    /// Weight in the whole audience.
    pub(super) weight: f64,
}

/// The parts of one group's requests, by class and region.
pub(super) fn shares<'a>(
    laws: &'a Laws,
    plan: &'a Plan,
    group: usize,
    classes: Range<usize>,
) -> impl Iterator<Item = Share> + 'a {
    let weight = laws.groups[group].weight;
    let alike = laws.classes.is_empty();
    classes.flat_map(move |class| {
        let of_class = if alike {
            weight
        } else {
            weight * laws.classes[class].share
        };
        plan.assignment
            .of(group)
            .iter()
            .map(move |(region, share)| Share {
                class,
                region: plan.goes_to(class, usize::from(*region)),
                weight: if *share == 1.0 { of_class } else { of_class * share },
            })
    })
}

impl Laws {
    /// The design of a set that is nothing but regions: who is served from where, and nothing added.
    pub fn plain_plan(&self, regions: &[usize]) -> Plan {
        match &self.router {
            None => Plan::plain(regions, &nearest(self, regions)),
            Some(router) => Plan {
                assignment: router.assign(regions),
                ..Plan::plain(regions, &[])
            },
        }
    }
}

fn mix(
    laws: &Laws,
    table: &LatencyTable,
    plan: &Plan,
    groups: Range<usize>,
    classes: Range<usize>,
) -> Distribution {
    if let Some(atoms) = atoms(laws, table, plan, groups.clone(), classes.clone()) {
        return Distribution::Exact(Atoms::new(atoms));
    }
    let total: f64 = groups
        .clone()
        .flat_map(|group| shares(laws, plan, group, classes.clone()))
        .map(|share| share.weight)
        .sum();
    let part = |group: usize, share: Share| {
        table.part(
            group,
            laws.column(share.class, share.region),
            share.weight / total,
        )
    };
    let mut builder = MixtureBuilder::default();
    for group in groups.clone() {
        let alone = |share: &Share| plan.added(share.class, share.region).is_none();
        let parts = shares(laws, plan, group, classes.clone()).filter(alone);
        builder.block(parts.map(|share| part(group, share)));
    }
    let mut whole = builder.done();
    for class in classes {
        let mut of_class = Mixture::empty();
        for region in plan.serving(class) {
            if let Some(added) = plan.added(class, region) {
                let here = |group: usize| {
                    let mine = move |share: &Share| share.region == region;
                    shares(laws, plan, group, class..class + 1)
                        .filter(mine)
                        .map(move |share| (group, share))
                };
                let fixed =
                    |group: usize, share: Share| table.fixed(group, laws.column(share.class, share.region));
                for (group, share) in groups.clone().flat_map(here) {
                    if let Some(ms) = fixed(group, share) {
                        of_class.add_fixed_later_by(ms, share.weight / total, added.values());
                    }
                }
                let drawn = groups
                    .clone()
                    .flat_map(here)
                    .filter(|(group, share)| fixed(*group, *share).is_none())
                    .map(|(group, share)| part(group, share));
                of_class.add_independent(&Mixture::new(drawn).later_by(added.values()));
            }
        }
        whole.add_together(&of_class);
    }
    Distribution::Binned(whole)
}

/// The latencies as weighted values, where all of them are fixed.
fn atoms(
    laws: &Laws,
    table: &LatencyTable,
    plan: &Plan,
    groups: Range<usize>,
    classes: Range<usize>,
) -> Option<Vec<(f64, f64)>> {
    groups
        .flat_map(|group| shares(laws, plan, group, classes.clone()).map(move |share| (group, share)))
        .map(|(group, share)| {
            let fixed = table.fixed(group, laws.column(share.class, share.region))?;
            let added = plan.added(share.class, share.region);
            Some((fixed + added.map_or(Some(0.0), Added::as_fixed)?, share.weight))
        })
        .collect()
}

/// The ranges of groups that share a country, in order of the groups. Groups of a country stand side by side.
pub fn country_ranges(laws: &Laws) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (at, group) in laws.groups.iter().enumerate() {
        match ranges.last_mut() {
            Some(range) if laws.groups[range.start].country == group.country => range.end = at + 1,
            _ => ranges.push(at..at + 1),
        }
    }
    ranges
}
