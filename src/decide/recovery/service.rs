//! Who is served in each state of a set, and which requests stop on the way from one state to the next.

use std::collections::BTreeMap;

use super::deployed::Deployed;
use super::takeover::{Takeover, takeover};
use crate::decide::facts::Sources;
use crate::design::recovery::Role;
use crate::design::request::{Call, Callee, RequestClass, StoreAccess, Via};
use crate::engine::latency::class::ClassLaw;
use crate::engine::recovery::availability::Deployment;
use crate::engine::recovery::chain::Wait;
use crate::engine::routing::Assignment;

/// With more regions than this, states in which over [`MANY_DOWN`] are down count as though nobody were served.
const ALL_STATES: usize = 6;
const MANY_DOWN: u32 = 2;

/// A set in all its states. A state is a mask over [`Deployed::members`]: the bits of the regions that are down.
#[derive(Debug)]
pub struct Service<'a> {
    sources: &'a Sources<'a>,
    set: &'a Deployed,
    members: Vec<usize>,
    states: BTreeMap<u32, State>,
    classes: Vec<Class>,
}

/// What a class of request needs.
#[derive(Debug)]
struct Class {
    /// Share of all requests that reach a region; what an edge location answers by itself goes on whatever is lost.
    share: f64,
    /// Stores that it asks.
    stores: Vec<usize>,
    /// Stores whose leader it waits for.
    led: Vec<usize>,
    /// Store whose leader its requests are sent to, where nobody passes writes on.
    sent_to: Option<usize>,
    /// Regions that it calls, whatever the set: nobody else answers for them.
    calls: Vec<usize>,
    /// Users find the region by themselves, through DNS.
    direct: bool,
}

/// One state.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) takeover: Takeover,
    assignment: Option<Assignment>,
    /// Share of users by region.
    served: BTreeMap<usize, f64>,
    /// For each store the region that leads it.
    pub(super) leaders: Vec<Option<usize>>,
    /// Share of requests that nobody serves once recovery is over.
    unserved: f64,
}

impl<'a> Service<'a> {
    /// Works out all states of a set.
    pub fn new(sources: &'a Sources<'a>, set: &'a Deployed) -> Self {
        let members = set.members();
        let classes = classes_of(sources);
        let mut service = Service {
            sources,
            set,
            states: BTreeMap::new(),
            members,
            classes,
        };
        let every = service.members.len() <= ALL_STATES;
        for down in 0..1u32 << service.members.len() {
            if every || down.count_ones() <= MANY_DOWN {
                let state = service.make(down);
                service.states.insert(down, state);
            }
        }
        service
    }

    /// Whether states with many regions down are only bounded.
    pub fn is_bounded(&self) -> bool {
        self.members.len() > ALL_STATES
    }

    /// The regions of a mask, ascending.
    pub fn regions_of(&self, down: u32) -> Vec<usize> {
        let bits = self.members.iter().enumerate();
        let mut regions: Vec<usize> = bits
            .filter(|(bit, _)| down >> bit & 1 == 1)
            .map(|(_, region)| *region)
            .collect();
        regions.sort_unstable();
        regions
    }

    /// Whether a class calls one of `lost`, whatever the set.
    pub(super) fn calls_lost(&self, lost: &[usize]) -> bool {
        let mut called = self.classes.iter().flat_map(|class| &class.calls);
        called.any(|region| lost.contains(region))
    }

    /// The mask of `regions`; those that are no members do not count.
    pub fn mask(&self, regions: &[usize]) -> u32 {
        regions
            .iter()
            .filter_map(|region| self.members.iter().position(|member| member == region))
            .fold(0, |mask, bit| mask | 1 << bit)
    }

    pub(super) fn state(&self, down: u32) -> Option<&State> {
        self.states.get(&down)
    }

    fn make(&self, down: u32) -> State {
        let lost = self.regions_of(down);
        let takeover = takeover(self.sources, self.set, &lost);
        let laws = self.sources.designer.laws;
        let assignment =
            (!takeover.serving.is_empty()).then(|| laws.plain_plan(&takeover.serving).assignment);
        let leaders = self.leaders(&takeover, &lost);
        let unserved = self
            .classes
            .iter()
            .map(|class| class.share * class.unserved(&takeover))
            .sum();
        State {
            served: assignment
                .as_ref()
                .map_or_else(BTreeMap::new, |to| served(self.sources, to)),
            takeover,
            assignment,
            leaders,
            unserved,
        }
    }

    /// Who leads: whoever did, or the first copy that is left.
    fn leaders(&self, takeover: &Takeover, lost: &[usize]) -> Vec<Option<usize>> {
        let before = |store: usize| self.set.plan.leaders.get(store).copied().flatten();
        (0..self.sources.scenario.stores.len())
            .map(|store| {
                let leader = before(store)?;
                if !lost.contains(&leader) {
                    return Some(leader);
                }
                super::takeover::copies(self.sources, store, &takeover.serving, lost)
                    .first()
                    .copied()
            })
            .collect()
    }
}

impl Class {
    /// Share of its requests that nobody serves.
    fn unserved(&self, takeover: &Takeover) -> f64 {
        let called = self.calls.iter().all(|region| !takeover.lost.contains(region));
        if called && self.stores.iter().all(|store| takeover.alive[*store]) {
            takeover.lost_users
        } else {
            1.0
        }
    }
}

/// Share of users by region.
fn served(sources: &Sources<'_>, assignment: &Assignment) -> BTreeMap<usize, f64> {
    let mut served = BTreeMap::new();
    for (group, law) in sources.designer.laws.groups.iter().enumerate() {
        for (region, share) in assignment.of(group) {
            *served.entry(usize::from(*region)).or_insert(0.0) += law.weight * share;
        }
    }
    served
}

/// What the classes of a scenario need.
fn classes_of(sources: &Sources<'_>) -> Vec<Class> {
    let laws = sources.designer.laws;
    let called = |call: &Call| match call.to {
        Callee::Region(region) => Some(region),
        Callee::Leader(_) => None,
    };
    let of = |(at, class): (usize, &RequestClass)| {
        let led: Vec<usize> = class
            .operations
            .iter()
            .filter(|operation| operation.access != StoreAccess::ReadLocal)
            .map(|operation| operation.store)
            .collect();
        let mut stores: Vec<usize> = class.operations.iter().map(|operation| operation.store).collect();
        stores.sort_unstable();
        stores.dedup();
        let sent_to = class.operations.iter().find_map(|operation| {
            let alone = matches!(
                sources.scenario.stores[operation.store].kind,
                crate::design::store::StoreKind::SingleLeader {
                    forwarding: false,
                    ..
                }
            );
            (alone && operation.access == StoreAccess::Write).then_some(operation.store)
        });
        Class {
            share: class.share * laws.classes.get(at).map_or(1.0, ClassLaw::served),
            stores,
            led,
            sent_to,
            calls: class.calls.iter().filter_map(called).collect(),
            direct: class.via == Via::Direct,
        }
    };
    sources.scenario.classes.iter().enumerate().map(of).collect()
}

/// Users of one region in one state, by where they are in the next.
type Flows = BTreeMap<(usize, Option<usize>), f64>;

impl Service<'_> {
    /// Where users are served before and after, as shares of all users that are served before.
    pub(super) fn flows(&self, before: u32, after: u32) -> Flows {
        let mut flows = Flows::new();
        let (Some(a), Some(b)) = (self.state(before), self.state(after)) else {
            return flows;
        };
        let Some(from) = &a.assignment else { return flows };
        for (group, law) in self.sources.designer.laws.groups.iter().enumerate() {
            let to: &[(u16, f64)] = b.assignment.as_ref().map_or(&[], |to| to.of(group));
            moved(&mut flows, law.weight, from.of(group), to);
        }
        flows
    }

    /// What a class waits for whose users go from one region to another, when `newly` are lost.
    fn wait(
        &self,
        class: &Class,
        before: &State,
        after: &State,
        flow: (usize, usize),
        newly: &[usize],
    ) -> Option<Wait> {
        let sent = |state: &State| class.sent_to.and_then(|store| state.leaders[store]);
        let from = sent(before).unwrap_or(flow.0);
        let to = sent(after).unwrap_or(flow.1);
        let moves = newly.contains(&from);
        let mut promotions: Vec<usize> = class
            .led
            .iter()
            .copied()
            .filter(|store| before.leaders[*store].is_some_and(|leader| newly.contains(&leader)))
            .collect();
        promotions.sort_unstable();
        promotions.dedup();
        if !moves && promotions.is_empty() {
            return None;
        }
        let called_up = |region: usize| {
            after
                .takeover
                .called_up
                .iter()
                .any(|standby| standby.region == region)
        };
        let role = if called_up(to) {
            self.set.role(to)
        } else {
            Role::Active
        };
        Some(Wait {
            traffic: moves && class.direct,
            promotions,
            ramp: moves.then_some(role),
            restore: moves && role == Role::Backup,
        })
    }
}

/// Where requests go in a state.
#[derive(Clone, Debug)]
pub struct Traffic<'s> {
    /// Where users go.
    pub assignment: &'s Assignment,
    /// By class the region that its requests go to whoever asks.
    pub sent: Vec<Option<usize>>,
    /// By class whether it can go on.
    pub alive: Vec<bool>,
    /// Share of requests that nobody serves.
    pub unserved: f64,
    /// For each store its leader.
    pub leaders: Vec<Option<usize>>,
    /// For each store the regions with a copy, ascending.
    pub copies: Vec<Vec<usize>>,
}

impl Service<'_> {
    /// Where requests go while `down` are down; none when nobody serves, or the state was not worked out.
    pub fn traffic(&self, down: u32) -> Option<Traffic<'_>> {
        let state = self.state(down)?;
        let sent = |class: &Class| class.sent_to.and_then(|store| state.leaders[store]);
        let lost = self.regions_of(down);
        let copies = |store| super::takeover::copies(self.sources, store, &state.takeover.serving, &lost);
        Some(Traffic {
            leaders: state.leaders.clone(),
            copies: (0..self.sources.scenario.stores.len()).map(copies).collect(),
            assignment: state.assignment.as_ref()?,
            sent: self.classes.iter().map(sent).collect(),
            alive: self
                .classes
                .iter()
                .map(|class| class.unserved(&state.takeover) < 1.0)
                .collect(),
            unserved: state.unserved,
        })
    }

    /// Share of all requests that the candidate `region` serves while `down` are down: those of the classes that can go on.
    pub(super) fn load_at(&self, down: u32, region: usize) -> f64 {
        let Some(state) = self.state(down) else { return 0.0 };
        let living = self
            .classes
            .iter()
            .filter(|class| class.unserved(&state.takeover) < 1.0);
        let share: f64 = living.map(|class| class.share).sum();
        share * state.served.get(&region).copied().unwrap_or(0.0)
    }
}

/// Adds the users of one group to the flows: shares that stay stay, the rest is spread over where the group goes.
fn moved(flows: &mut Flows, weight: f64, from: &[(u16, f64)], to: &[(u16, f64)]) {
    let stays = |region: u16, share: f64| {
        let there = to.iter().find(|(other, _)| *other == region);
        there.map_or(0.0, |(_, other)| share.min(*other))
    };
    let mut add = |key, share: f64| {
        if share > 0.0 {
            *flows.entry(key).or_insert(0.0) += weight * share;
        }
    };
    let gains: Vec<(usize, f64)> = to
        .iter()
        .map(|(region, share)| {
            let had = from
                .iter()
                .find(|(other, _)| other == region)
                .map_or(0.0, |had| had.1);
            (usize::from(*region), (share - had).max(0.0))
        })
        .collect();
    let gained: f64 = gains.iter().map(|gain| gain.1).sum();
    for &(region, share) in from {
        let kept = stays(region, share);
        let leaves = share - kept;
        let at = usize::from(region);
        add((at, Some(at)), kept);
        if leaves > 0.0 && gained > 0.0 {
            let served = leaves.min(gained);
            for &(other, gain) in &gains {
                add((at, Some(other)), served * gain / gained);
            }
            add((at, None), leaves - served);
        } else {
            add((at, None), leaves);
        }
    }
}

impl Deployment for Service<'_> {
    fn regions(&self) -> usize {
        self.members.len()
    }

    fn unserved(&self, down: u32) -> f64 {
        let everything = || self.classes.iter().map(|class| class.share).sum();
        self.state(down).map_or_else(everything, |state| state.unserved)
    }

    fn load(&self, down: u32, region: usize) -> f64 {
        let at = self.members.get(region);
        at.map_or(0.0, |at| self.load_at(down, *at))
    }

    fn stops(&self, before: u32, after: u32) -> Vec<(f64, Wait)> {
        let (Some(a), Some(b)) = (self.state(before), self.state(after)) else {
            return Vec::new();
        };
        let newly = self.regions_of(after & !before);
        let flows = self.flows(before, after);
        let mut stops: BTreeMap<Wait, f64> = BTreeMap::new();
        for class in &self.classes {
            // What cannot go on at all is unserved, and waits for repair.
            if class.unserved(&b.takeover) >= 1.0 {
                continue;
            }
            for (&(from, to), share) in &flows {
                let wait = to.and_then(|to| self.wait(class, a, b, (from, to), &newly));
                if let Some(wait) = wait {
                    *stops.entry(wait).or_insert(0.0) += class.share * share;
                }
            }
        }
        stops.into_iter().map(|(wait, share)| (share, wait)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_of_a_lost_region_go_where_their_group_gains() {
        let mut flows = Flows::new();
        moved(&mut flows, 1.0, &[(0, 0.5), (1, 0.5)], &[(1, 0.75), (2, 0.25)]);
        assert_eq!(flows[&(1, Some(1))], 0.5);
        assert_eq!(flows[&(0, Some(1))], 0.25);
        assert_eq!(flows[&(0, Some(2))], 0.25);
    }

    #[test]
    fn users_whom_nobody_may_serve_go_nowhere() {
        let mut flows = Flows::new();
        moved(&mut flows, 0.5, &[(0, 1.0)], &[]);
        assert_eq!(flows[&(0, None)], 0.5);
        let mut flows = Flows::new();
        moved(&mut flows, 0.5, &[(0, 1.0)], &[(1, 0.5)]);
        assert_eq!((flows[&(0, Some(1))], flows[&(0, None)]), (0.25, 0.25));
    }
}
