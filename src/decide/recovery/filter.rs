//! Whether a set keeps what is promised about recovery: RTO, RPO, availability, and how many regions it may lose.

use std::collections::BTreeMap;

use super::after::leaders_kept;
use super::deployed::{Deployed, standbys_of};
use super::lookup::AllOfSize;
use super::losses::subsets;
use super::risks::{Scale, causes_of};
use super::service::Service;
use super::takeover::takeover;
use super::whole::{Shared, rpo_over, rto_over, single_losses};
use crate::basis::units::Share;
use crate::decide::enumerate::count_sets;
use crate::decide::facts::Sources;
use crate::decide::objective::Figure;
use crate::design::targets::Targets;
use crate::engine::latency::placed::Placed;
use crate::engine::progress::Watch;
use crate::engine::recovery::availability::expected;
use crate::engine::recovery::stop::StopCosts;

/// Key of the draws.
const KEY: u32 = u32::MAX - 3;
/// Share of losses that a promise about RTO or RPO is for.
pub const PROMISED: f64 = 0.95;

/// Most sets whose latencies are worked out to be looked up: some seconds, where one by one would take minutes.
const MOST_LOOKED_UP: u64 = 2_000_000;

/// What sets have to keep.
#[derive(Debug)]
pub struct Filter<'a> {
    shared: &'a Shared<'a>,
    costs: StopCosts<'a>,
    /// Latencies that must hold after the losses of `tolerate`, too.
    limits: Vec<(Figure, f64)>,
    /// By size what the limits come to for every set of it, where losses leave such sets and regions alone decide. Made
    /// beforehand: who asks is one of many threads, and making it takes them all.
    smaller: BTreeMap<usize, Vec<AllOfSize>>,
}

/// A promise about recovery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Promise {
    /// Users are served and latencies kept after so many losses.
    Tolerate,
    /// Time to recover.
    Rto,
    /// Age of the newest write that survives.
    Rpo,
    /// Share of requests served.
    Availability,
}

/// How near a set comes to a promise, in its unit: regions, s, s, share.
pub type Broken = (Promise, f64);

impl<'a> Filter<'a> {
    /// The filter of a scenario's targets; none when nothing is promised about recovery. `limits` are those of the search,
    /// which must hold after losses as well.
    pub fn new(shared: &'a Shared<'a>, limits: &[(Figure, f64)], watch: Watch<'_>) -> Option<Self> {
        let targets = &shared.sources.scenario.targets;
        let limits = strictest(limits.iter().copied().chain(promised_latencies(targets)));
        targets.are_about_losses().then(|| Filter {
            shared,
            costs: StopCosts::new(&shared.chain, shared.sources.simulation.seed),
            smaller: smaller(&shared.sources, &limits, watch),
            limits,
        })
    }

    /// Whether a set of active regions keeps everything.
    pub fn accepts(&self, regions: &[usize]) -> bool {
        self.broken(regions).is_none()
    }

    /// The first promise that a set breaks, with what it reaches; the quickest to tell come first.
    pub fn broken(&self, regions: &[usize]) -> Option<Broken> {
        let sources = &self.shared.sources;
        let scenario = sources.scenario;
        let wanted = scenario.targets.tolerate.map_or(0, |wanted| wanted as usize);
        // Before the set is made ready for the other promises: most sets fall here.
        let looked_up = self.looked_up(regions, wanted);
        if let Some(reached) = looked_up.filter(|reached| *reached < wanted) {
            return Some((Promise::Tolerate, reached as f64));
        }
        let plan = sources
            .designer
            .best(self.shared.criteria.objective, regions, &[])
            .map(|(plan, _)| plan);
        let Some(plan) = plan else {
            return Some((Promise::Tolerate, 0.0));
        };
        let standbys = standbys_of(regions, &[], &scenario.recovery);
        let set = Deployed::new(scenario, plan, standbys);
        let targets = &scenario.targets;
        if looked_up.is_none() {
            let reached = self.tolerates(&set, wanted);
            if reached < wanted {
                return Some((Promise::Tolerate, reached as f64));
            }
        }
        if targets.rto_s.is_none() && targets.rpo_s.is_none() && targets.availability.is_none() {
            return None;
        }
        let service = Service::new(sources, &set);
        self.broken_by_times(&set, &service)
            .or_else(|| self.broken_availability(&set, &service))
    }

    fn broken_by_times(&self, set: &Deployed, service: &Service<'_>) -> Option<Broken> {
        let targets = &self.shared.sources.scenario.targets;
        let Ok(losses) = single_losses(self.shared, set, service) else {
            return Some((Promise::Rto, f64::INFINITY));
        };
        if let Some(limit) = targets.rto_s {
            let rto = rto_over(self.shared, &losses, KEY);
            let reached = rto.map_or(0.0, |(duration, _)| duration.p95.value);
            if reached > limit {
                return Some((Promise::Rto, reached));
            }
        }
        if let Some(limit) = targets.rpo_s {
            let of_store = |facts: &super::whole::StoreRpoFacts| {
                facts.rpo.as_ref().map_or(f64::INFINITY, |rpo| rpo.p95.value)
            };
            let stores = rpo_over(self.shared, &losses);
            let reached = stores.iter().flatten().map(of_store).fold(0.0, f64::max);
            if reached > limit {
                return Some((Promise::Rpo, reached));
            }
        }
        None
    }

    fn broken_availability(&self, set: &Deployed, service: &Service<'_>) -> Option<Broken> {
        let scenario = self.shared.sources.scenario;
        let limit = scenario.targets.availability?.get();
        let causes = causes_of(
            scenario,
            self.shared.sources.simulation,
            &set.members(),
            scenario.failures.preset,
            Scale::NONE,
        )
        .ok()?;
        let reached = 1.0 - expected(service, &causes, &self.costs).unavailability;
        (reached < limit).then_some((Promise::Availability, reached))
    }

    /// The same as [`Filter::tolerates`] where regions alone decide: a set that lost some is the set without them, whose
    /// latencies are looked up. None where they are not, or where there are too many sets to look up.
    fn looked_up(&self, regions: &[usize], wanted: usize) -> Option<usize> {
        if self.smaller.is_empty() {
            return None;
        }
        for size in 1..=wanted {
            if size >= regions.len() {
                return Some(size - 1);
            }
            let all = self.smaller.get(&(regions.len() - size))?;
            let kept = |lost: &Vec<usize>| {
                let mut left = regions.to_vec();
                left.retain(|region| !lost.contains(region));
                let keeps = |(all, (figure, limit)): (&AllOfSize, &(Figure, f64))| {
                    all.cost_of(&left) <= figure.cost(*limit)
                };
                all.iter().zip(&self.limits).all(keeps)
            };
            if !subsets(regions, size).iter().all(kept) {
                return Some(size - 1);
            }
        }
        Some(wanted)
    }

    /// How many regions of a set may be lost, up to `wanted`, with users served and latencies kept.
    fn tolerates(&self, set: &Deployed, wanted: usize) -> usize {
        (1..=wanted)
            .take_while(|size| {
                subsets(&set.active, *size)
                    .iter()
                    .all(|lost| *size <= set.active.len() && self.survives(set, lost))
                    && *size <= set.active.len()
            })
            .count()
    }

    fn survives(&self, set: &Deployed, lost: &[usize]) -> bool {
        let sources = &self.shared.sources;
        let (laws, table) = (sources.designer.laws, sources.designer.table);
        let takeover = takeover(sources, set, lost);
        if takeover.serving.is_empty()
            || takeover.lost_users > 1e-9
            || takeover.alive.iter().any(|alive| !alive)
        {
            return false;
        }
        if self.limits.is_empty() {
            return true;
        }
        let backend =
            sources
                .simulation
                .backend_of(sources.scenario, &takeover.stores, &sources.simulation.links);
        let designer = crate::decide::designer::Designer {
            backend: Some(&backend),
            ..sources.designer
        };
        let leaders = leaders_kept(sources, set, &takeover, lost);
        let objective = self.shared.criteria.objective;
        let Some((plan, _)) = designer.best(objective, &takeover.serving, &leaders) else {
            return false;
        };
        let placed = Placed::of(laws, table, plan);
        self.limits
            .iter()
            .all(|(figure, limit)| figure.cost(figure.of(laws, table, &placed).value) <= figure.cost(*limit))
    }
}

/// What the limits come to for all sets that are left of the scenario's sizes once regions are lost; empty where more than
/// regions decides who is served how, and for sizes with too many sets. When the user asks to stop what is there is all.
fn smaller(
    sources: &Sources<'_>,
    limits: &[(Figure, f64)],
    watch: Watch<'_>,
) -> BTreeMap<usize, Vec<AllOfSize>> {
    let (scenario, designer) = (sources.scenario, &sources.designer);
    let plain = !designer.is_needed() && scenario.stores.is_empty() && scenario.recovery.standbys.is_empty();
    let lost = scenario.targets.tolerate.filter(|_| plain).unwrap_or(0) as usize;
    let left = |size: &usize| {
        (1..=lost)
            .filter_map(|lost| size.checked_sub(lost))
            .collect::<Vec<_>>()
    };
    let mut sizes: Vec<usize> = scenario
        .sizes
        .iter()
        .flat_map(left)
        .filter(|size| *size > 0)
        .collect();
    sizes.sort_unstable();
    sizes.dedup();
    let few = |size: &usize| {
        count_sets(designer.laws.regions, *size, 0).is_some_and(|count| count <= MOST_LOOKED_UP)
    };
    sizes
        .into_iter()
        .filter(few)
        .filter_map(|size| {
            let of = |(figure, _): &(Figure, f64)| AllOfSize::score(designer, *figure, size, watch).ok()?;
            Some((size, limits.iter().map(of).collect::<Option<Vec<_>>>()?))
        })
        .collect()
}

/// One limit for each figure, the strictest: a flag and a target may ask the same.
fn strictest(limits: impl Iterator<Item = (Figure, f64)>) -> Vec<(Figure, f64)> {
    let mut all: Vec<(Figure, f64)> = Vec::new();
    for (figure, limit) in limits {
        match all.iter_mut().find(|(other, _)| *other == figure) {
            Some((_, other)) if figure.cost(limit) < figure.cost(*other) => *other = limit,
            Some(_) => {}
            None => all.push((figure, limit)),
        }
    }
    all
}

/// What is promised about latency: `p95 ≤ 400 ms`.
fn latency_words(targets: &Targets) -> Vec<String> {
    let quantiles = [("p50", targets.p50), ("p95", targets.p95), ("p99", targets.p99)];
    let quantiles = quantiles
        .into_iter()
        .filter_map(|(name, limit)| Some(format!("{name} \u{2264} {} ms", limit?.ms())));
    let within = targets
        .share_within
        .map(|(limit, share)| format!("{} % within {} ms", share.get() * 100.0, limit.ms()));
    quantiles.chain(within).collect()
}

impl Promise {
    /// The promise with its limit in words, and a value of its figure.
    fn words(self, targets: &Targets, reached: f64) -> (String, String) {
        let seconds = |value: f64| {
            if value.is_finite() {
                format!("{value:.1} s")
            } else {
                "never".to_owned()
            }
        };
        let percent = |value: f64| format!("{} %", (value * 1e10).round() / 1e8);
        match self {
            Promise::Tolerate => {
                let wanted = match targets.tolerate {
                    Some(1) => "any region may be lost".to_owned(),
                    wanted => format!("any {} regions may be lost", wanted.unwrap_or(0)),
                };
                let latency = latency_words(targets);
                let kept = format!("{wanted} and {} still kept", latency.join(" and "));
                let loss = match reached {
                    0.0 => "no loss at all".to_owned(),
                    1.0 => "the loss of 1 region".to_owned(),
                    regions => format!("the loss of {regions} regions"),
                };
                (if latency.is_empty() { wanted } else { kept }, loss)
            }
            Promise::Rto => (
                format!("RTO p95 at most {}", seconds(targets.rto_s.unwrap_or(0.0))),
                seconds(reached),
            ),
            Promise::Rpo => (
                format!("RPO p95 at most {}", seconds(targets.rpo_s.unwrap_or(0.0))),
                seconds(reached),
            ),
            Promise::Availability => (
                format!(
                    "availability at least {}",
                    percent(targets.availability.map_or(0.0, Share::get))
                ),
                percent(reached),
            ),
        }
    }

    fn more_is_better(self) -> bool {
        matches!(self, Promise::Tolerate | Promise::Availability)
    }
}

/// Why sets were turned away: for each promise how many of `sets` it excludes first, and the nearest miss with its set.
pub fn misses(filter: &Filter<'_>, sets: &[Vec<usize>]) -> Vec<Miss> {
    let found: Vec<(usize, Broken)> = sets
        .iter()
        .enumerate()
        .filter_map(|(at, set)| Some((at, filter.broken(set)?)))
        .collect();
    let targets = &filter.shared.sources.scenario.targets;
    [
        Promise::Tolerate,
        Promise::Rto,
        Promise::Rpo,
        Promise::Availability,
    ]
    .into_iter()
    .filter_map(|promise| {
        let of = || found.iter().filter(|(_, broken)| broken.0 == promise);
        let cost = |value: f64| if promise.more_is_better() { -value } else { value };
        let (at, (_, reached)) = of().min_by(|a, b| cost(a.1.1).total_cmp(&cost(b.1.1)))?;
        let (asked, reached) = promise.words(targets, *reached);
        Some(Miss {
            asked,
            excluded: of().count(),
            reached,
            nearest: sets[*at].clone(),
        })
    })
    .collect()
}

/// A promise that sets break.
#[derive(Clone, Debug, PartialEq)]
pub struct Miss {
    /// The promise in words.
    pub asked: String,
    /// Sets that break it, and none of the promises that are looked at before it.
    pub excluded: usize,
    /// The nearest miss in words.
    pub reached: String,
    /// The set of the nearest miss.
    pub nearest: Vec<usize>,
}

/// What a scenario promises about latency, as limits.
pub fn promised_latencies(targets: &Targets) -> Vec<(Figure, f64)> {
    let quantiles = [(0.5, targets.p50), (0.95, targets.p95), (0.99, targets.p99)];
    quantiles
        .into_iter()
        .filter_map(|(p, limit)| Some((Figure::Quantile(p), limit?.ms())))
        .chain(
            targets
                .share_within
                .map(|(limit, share)| (Figure::ShareWithin(limit.ms()), share.get())),
        )
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_limits_on_a_figure_the_stricter_one_is_kept() {
        let (p95, within) = (Figure::Quantile(0.95), Figure::ShareWithin(200.0));
        let asked = [
            (p95, 150.0),
            (within, 0.8),
            (p95, 140.0),
            (within, 0.9),
            (p95, 160.0),
        ];
        assert_eq!(strictest(asked.into_iter()), [(p95, 140.0), (within, 0.9)]);
    }
}
