//! One loss of one set: who takes over, what they are served with, what stops, what is broken.

use std::collections::BTreeMap;

use super::deployed::Deployed;
use super::service::Service;
use super::takeover::{Takeover, copies};
use crate::basis::error::Result;
use crate::decide::designer::Designer;
use crate::decide::facts::{RuleFacts, Sources, residency_facts};
use crate::decide::judge::{Contrast, Judged};
use crate::decide::objective::Figure;
use crate::design::recovery::{Impairment, Loss, Standby};
use crate::design::request::StoreAccess;
use crate::engine::latency::placed::Placed;
use crate::engine::latency::plan::{Added, Plan};
use crate::engine::queue::Queue;
use crate::engine::recovery::availability::Deployment;
use crate::engine::recovery::chain::Wait;
use crate::engine::replication::cap::{CutStore, Reach};
use crate::engine::simulation::links::Detour;

/// What one loss does to a set.
#[derive(Clone, Debug)]
pub struct LossFacts {
    /// The loss.
    pub loss: Loss,
    /// Regions of the set that are lost, ascending.
    pub lost: Vec<usize>,
    /// Regions that serve afterwards, ascending.
    pub serving: Vec<usize>,
    /// Standbys among them.
    pub called_up: Vec<Standby>,
    /// Figures afterwards, over those who are served; none when nobody is, or a store cannot go on.
    pub judged: Option<Judged>,
    /// Difference from before, paired.
    pub change: Option<Contrast>,
    /// Users served from elsewhere than before: (from, to, share of all users), the largest first.
    pub moves: Vec<(usize, usize, f64)>,
    /// Share of requests that nobody serves afterwards.
    pub unserved: f64,
    /// Share of requests by region, before and after.
    pub load: Vec<(usize, f64, f64)>,
    /// Requests that stop until recovery, and what they wait for.
    pub stops: Vec<(f64, Wait)>,
    /// By store.
    pub stores: Vec<StoreAfterFacts>,
    /// Residency rules afterwards, in their order.
    pub residency: Vec<RuleFacts>,
    /// Ways that become longer.
    pub detours: Vec<Detour>,
    /// Groups of serving regions that see each other, where there is more than one.
    pub partitions: Vec<Vec<usize>>,
    /// Share of requests that impaired regions turn away, where nothing can be spared for them.
    pub shed: f64,
    /// A region that cannot keep up with its load afterwards, with its queue.
    pub overloaded: Option<(usize, Queue)>,
}

/// A store after a loss.
#[derive(Clone, Debug, PartialEq)]
pub struct StoreAfterFacts {
    /// Who led it.
    pub leader_before: Option<usize>,
    /// Who leads it after promotion.
    pub leader_after: Option<usize>,
    /// Copies that are left, ascending.
    pub copies: Vec<usize>,
    /// Whether it can go on.
    pub alive: bool,
    /// Share of its writes refused until recovery.
    pub writes_refused: f64,
    /// Share of its writes refused after recovery.
    pub writes_refused_after: f64,
}

impl LossFacts {
    /// Share of requests that stop until recovery.
    pub fn stopped(&self) -> f64 {
        self.stops.iter().fold(0.0, |sum, (share, _)| sum + share)
    }

    /// Whether regions are lost, and nothing else.
    pub fn is_of_regions_alone(&self) -> bool {
        self.loss.links.is_empty() && self.loss.impaired.is_empty()
    }

    /// Share of users that are served from elsewhere than before.
    pub fn moved(&self) -> f64 {
        self.moves.iter().fold(0.0, |sum, (_, _, share)| sum + share)
    }
}

/// A loss with the design in force afterwards; none when nobody is left or a store cannot go on.
#[derive(Clone, Debug)]
pub(super) struct Aftermath {
    pub(super) facts: LossFacts,
    pub(super) plan: Option<Plan>,
}

/// Looks at one loss of a set that was `before`.
///
/// # Errors
/// When a link of the loss is between no candidates.
pub(super) fn aftermath(
    sources: &Sources<'_>,
    set: &Deployed,
    service: &Service<'_>,
    before: &Placed,
    objective: Figure,
    loss: &Loss,
) -> Result<Aftermath> {
    let (simulation, scenario) = (sources.simulation, sources.scenario);
    let down = service.mask(&loss.regions);
    let lost = service.regions_of(down);
    let takeover = super::takeover::takeover(sources, set, &lost);
    let (links, detours) = simulation.links_without(scenario, &loss.links, &loss.regions)?;
    let backend = simulation.backend_of(scenario, &takeover.stores, &links);
    let designer = Designer {
        backend: Some(&backend),
        ..sources.designer
    };
    let chosen = leaders_kept(sources, set, &takeover, &lost);
    let called = service.calls_lost(&lost);
    let able = !called && takeover.alive.iter().all(|alive| *alive) && !takeover.serving.is_empty();
    let mut plan = able
        .then(|| designer.best(objective, &takeover.serving, &chosen))
        .flatten()
        .map(|(plan, _)| plan);
    if let Some(plan) = &mut plan {
        slow_down(
            plan,
            scenario.classes.len(),
            sources.designer.laws.regions,
            &loss.impaired,
        );
    }
    let after = plan
        .clone()
        .map(|plan| Placed::of(sources.designer.laws, sources.designer.table, plan));
    let overloaded = able
        .then(|| designer.overloaded(&takeover.serving, &chosen))
        .flatten();
    let residency = after.as_ref().map_or_else(Vec::new, |after| {
        let sources = Sources {
            backend: &backend,
            designer,
            ..*sources
        };
        residency_facts(&sources, after)
    });
    let flows = service.flows(0, down);
    let mut moves: Vec<(usize, usize, f64)> = flows
        .iter()
        .filter_map(|(&(from, to), &share)| Some((from, to?, share)))
        .filter(|(from, to, _)| from != to)
        .collect();
    moves.sort_by(|a, b| b.2.total_cmp(&a.2).then((a.0, a.1).cmp(&(b.0, b.1))));
    let mut stores = stores_after(sources, set, &takeover, plan.as_ref(), &lost, before);
    if let Some(after) = &after {
        refuse_across(&mut stores, sources, &takeover, after, &detours);
    }
    let facts = LossFacts {
        load: load(
            sources,
            before,
            &traffic_after(sources, service, &takeover.serving, down, after.as_ref()),
        ),
        unserved: service.unserved(down),
        stops: service.stops(0, down),
        partitions: partitions(&takeover.serving, &detours, &loss.links),
        shed: shed(sources, after.as_ref(), &loss.impaired),
        loss: loss.clone(),
        lost,
        serving: takeover.serving,
        called_up: takeover.called_up,
        judged: None,
        change: None,
        moves,
        stores,
        residency,
        detours,
        overloaded,
    };
    Ok(Aftermath { facts, plan })
}

/// Leaders that go on leading; the others are looked for.
pub fn leaders_kept(
    sources: &Sources<'_>,
    set: &Deployed,
    takeover: &Takeover,
    lost: &[usize],
) -> Vec<Option<usize>> {
    (0..sources.scenario.stores.len())
        .map(|store| {
            let leader = set.plan.leaders.get(store).copied().flatten()?;
            copies(sources, store, &takeover.serving, lost)
                .contains(&leader)
                .then_some(leader)
        })
        .collect()
}

/// Adds to each request what an impaired region takes longer.
fn slow_down(plan: &mut Plan, classes: usize, regions: usize, impaired: &[(usize, Impairment)]) {
    for (region, impairment) in impaired {
        let Impairment::AddedLatency(added) = impairment else {
            continue;
        };
        if plan.added.is_empty() {
            plan.added = vec![vec![Added::nothing(); regions]; classes];
        }
        for class in &mut plan.added {
            class[*region] = class[*region].later_by(added);
        }
    }
}

/// Requests that impaired regions turn away: what they would have served beyond the capacity that is left, as though they
/// had been sized for just their load.
fn shed(sources: &Sources<'_>, after: Option<&Placed>, impaired: &[(usize, Impairment)]) -> f64 {
    let Some(after) = after else { return 0.0 };
    let traffic = after.traffic(sources.designer.laws);
    impaired
        .iter()
        .filter_map(|(region, impairment)| match impairment {
            Impairment::CapacityLeft(left) => {
                let at = after.regions.binary_search(region).ok()?;
                Some(traffic[at] * (1.0 - left))
            }
            Impairment::AddedLatency(_) => None,
        })
        .sum()
}

/// Share of requests by region afterwards. Where no design is in force, because a store cannot go on or a region cannot
/// keep up, the classes of request that can go on come all the same.
fn traffic_after(
    sources: &Sources<'_>,
    service: &Service<'_>,
    serving: &[usize],
    down: u32,
    after: Option<&Placed>,
) -> Vec<(usize, f64)> {
    match after {
        Some(after) => {
            let traffic = after.traffic(sources.designer.laws);
            after.regions.iter().copied().zip(traffic).collect()
        }
        None => serving
            .iter()
            .map(|region| (*region, service.load_at(down, *region)))
            .collect(),
    }
}

/// Share of requests by region before and after, in the order of the candidates.
fn load(sources: &Sources<'_>, before: &Placed, after: &[(usize, f64)]) -> Vec<(usize, f64, f64)> {
    let mut load: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    for (region, share) in before.regions.iter().zip(before.traffic(sources.designer.laws)) {
        load.entry(*region).or_default().0 += share;
    }
    for (region, share) in after {
        load.entry(*region).or_default().1 += share;
    }
    load.into_iter()
        .map(|(region, (was, is))| (region, was, is))
        .collect()
}

/// Serving regions that still see each other, directly or by a way round; empty while all do.
fn partitions(serving: &[usize], detours: &[Detour], cut: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let apart = |a: usize, b: usize| {
        let pair = (a.min(b), a.max(b));
        cut.contains(&pair)
            && detours
                .iter()
                .any(|detour| detour.pair == pair && detour.after_ms.is_none())
    };
    let mut sides: Vec<Vec<usize>> = Vec::new();
    for &region in serving {
        match sides
            .iter_mut()
            .find(|side| side.iter().any(|other| !apart(*other, region)))
        {
            Some(side) => side.push(region),
            None => sides.push(vec![region]),
        }
    }
    if sides.len() > 1 { sides } else { Vec::new() }
}

fn stores_after(
    sources: &Sources<'_>,
    set: &Deployed,
    takeover: &Takeover,
    plan: Option<&Plan>,
    lost: &[usize],
    before: &Placed,
) -> Vec<StoreAfterFacts> {
    let lost_traffic = before
        .regions
        .iter()
        .zip(before.traffic(sources.designer.laws))
        .filter(|(region, _)| lost.contains(region))
        .fold(0.0, |sum, (_, share)| sum + share);
    let all_traffic: f64 = before.traffic(sources.designer.laws).iter().sum();
    let of_lost = if all_traffic > 0.0 {
        lost_traffic / all_traffic
    } else {
        0.0
    };
    (0..sources.scenario.stores.len())
        .map(|store| {
            let leader_before = set.plan.leaders.get(store).copied().flatten();
            let leader_lost = leader_before.is_some_and(|leader| lost.contains(&leader));
            let alive = takeover.alive[store];
            StoreAfterFacts {
                leader_before,
                leader_after: plan.and_then(|plan| plan.leaders.get(store).copied().flatten()),
                copies: copies(sources, store, &takeover.serving, lost),
                alive,
                writes_refused: if leader_lost || !alive { 1.0 } else { of_lost },
                writes_refused_after: if alive { takeover.lost_users } else { 1.0 },
            }
        })
        .collect()
}

/// Counts the writes that stores refuse because regions do not see each other, directly or by a way round.
fn refuse_across(
    stores: &mut [StoreAfterFacts],
    sources: &Sources<'_>,
    takeover: &Takeover,
    after: &Placed,
    detours: &[Detour],
) {
    let apart: Vec<(usize, usize)> = detours
        .iter()
        .filter(|detour| detour.after_ms.is_none())
        .map(|detour| detour.pair)
        .collect();
    let traffic: Vec<(usize, f64)> = after
        .regions
        .iter()
        .copied()
        .zip(after.traffic(sources.designer.laws))
        .collect();
    let all: f64 = traffic.iter().map(|(_, share)| share).sum();
    if apart.is_empty() || all <= 0.0 {
        return;
    }
    for (facts, store) in stores.iter_mut().zip(&takeover.stores) {
        let mut regions: Vec<usize> = after.regions.iter().chain(&facts.copies).copied().collect();
        regions.sort_unstable();
        regions.dedup();
        let cut = CutStore {
            store,
            members: &facts.copies,
            leader: facts.leader_after,
            reach: &Reach::under(&regions, &apart),
        };
        let refused = cut.shares(StoreAccess::Write, &traffic).refused / all;
        facts.writes_refused = facts.writes_refused.max(refused);
        facts.writes_refused_after = facts.writes_refused_after.max(refused);
    }
}
