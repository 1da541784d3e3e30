//! The ways through edge locations: where each user group enters, and what lies behind.

use rayon::prelude::*;

use super::{Builder, PathFacts, Simulation, endpoint};
use crate::basis::error::Result;
use crate::basis::stat::estimate::quantile_of_sorted;
use crate::design::edge::{Carrier, EdgeNetwork, EdgePlace};
use crate::design::request::Via;
use crate::design::scenario::Scenario;
use crate::engine::latency::class::ClassLaw;
use crate::engine::latency::law::{EdgeLaws, PathError, WayLaw};
use crate::engine::progress::Watch;
use crate::world::demand::{Technology, UserGroup};
use crate::world::network::jitter::Jitter;
use crate::world::network::path::PathKind;
use crate::world::network::{TargetAnchor, UserAnchor};

/// Locations, by distance, among which a group enters at the one with the least expected RTT, as a CDN that measures
/// would have it. The nearest on the map may lie behind a bad border: with 4 instead of 32 the mean of a static request of
/// the world's users is half as long again.
const NEAREST: usize = 32;

/// The provider's own network against the public internet, between the candidates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BackboneGain {
    /// Pairs compared.
    pub pairs: usize,
    /// 10th, 50th and 90th percentile over pairs of the median RTT over the one, divided by that over the other.
    pub ratios: [f64; 3],
}

impl Simulation {
    /// The same audience with every request straight to its region; none where no request goes through an edge location.
    ///
    /// # Errors
    /// Never for a checked scenario.
    pub fn without_edge(&self, scenario: &Scenario) -> Result<Option<Simulation>> {
        if self.laws.edge.is_none() {
            return Ok(None);
        }
        let mut direct = self.clone();
        direct.laws.edge = None;
        direct.laws.classes = scenario
            .classes
            .iter()
            .map(|class| {
                let mut class = class.clone();
                class.via = Via::Direct;
                ClassLaw::new(&class, 0.0)
            })
            .collect::<Result<_>>()?;
        Ok(Some(direct))
    }
}

impl Builder<'_> {
    /// The ways of all groups through `edge`.
    pub(super) fn edge(
        &self,
        edge: &EdgeNetwork,
        groups: &[&UserGroup],
        watch: Watch<'_>,
    ) -> Result<EdgeLaws> {
        let targets: Vec<TargetAnchor> = edge
            .locations
            .iter()
            .map(|at| Ok(self.network.target(endpoint(at.place, &at.country)?)))
            .collect::<Result<_>>()?;
        let behind: Vec<Vec<WayLaw>> = edge
            .locations
            .par_iter()
            .map(|at| self.behind(at, edge.origin))
            .collect::<Result<_>>()?;
        let entries: Vec<(usize, WayLaw)> = groups
            .par_iter()
            .map(|group| {
                watch.go_on()?;
                self.entry(edge, &targets, group)
            })
            .collect::<Result<_>>()?;
        let (entered, near): (Vec<usize>, Vec<WayLaw>) = entries.into_iter().unzip();
        let far = entered
            .iter()
            .flat_map(|at| behind[*at].iter().cloned())
            .collect();
        Ok(EdgeLaws { entered, near, far })
    }

    /// Where `group` enters, and the way there.
    fn entry(
        &self,
        edge: &EdgeNetwork,
        targets: &[TargetAnchor],
        group: &UserGroup,
    ) -> Result<(usize, WayLaw)> {
        let user = self.network.user(endpoint(group.place, &group.country)?);
        let mut near: Vec<(f64, usize)> = edge
            .locations
            .iter()
            .enumerate()
            .map(|(number, at)| (group.place.distance(at.place).km(), number))
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        near.truncate(NEAREST);
        let mut best: Option<(usize, WayLaw)> = None;
        for (_, number) in near {
            let way = self.way_to_edge(&user, &targets[number]);
            if best
                .as_ref()
                .is_none_or(|(_, least)| way.expected_ms < least.expected_ms)
            {
                best = Some((number, way));
            }
        }
        best.ok_or_else(|| crate::basis::error::Error::input("there is no edge location"))
    }

    fn way_to_edge(&self, user: &UserAnchor, target: &TargetAnchor) -> WayLaw {
        let rtt = self.network.user_rtt(user, target, Technology::Any);
        let floor = rtt.path.estimate.fibre.ms();
        self.way(&PathFacts {
            level_ms: (rtt.path.estimate.median.ms() * rtt.path.shift.exp()).max(floor),
            spread: if self.scenario.network.spread {
                rtt.path.scale
            } else {
                0.0
            },
            deviation: &self.users,
            floor_ms: floor,
            jitter: rtt.jitter,
            log_error: rtt
                .path
                .own
                .error(self.input_spread.path * rtt.path.estimate.scale),
        })
    }

    /// The ways from an edge location to all candidates.
    fn behind(&self, at: &EdgePlace, carrier: Carrier) -> Result<Vec<WayLaw>> {
        let from = endpoint(at.place, &at.country)?;
        self.scenario
            .candidates
            .iter()
            .map(|region| {
                let to = endpoint(region.place, &region.country)?;
                Ok(self.host_way(from, to, carrier, &region.provider))
            })
            .collect()
    }

    /// The way between two hosts of `provider`, over its own network or the public internet.
    pub(super) fn host_way(
        &self,
        from: crate::world::network::rows::Endpoint,
        to: crate::world::network::rows::Endpoint,
        carrier: Carrier,
        provider: &str,
    ) -> WayLaw {
        let (kind, stretch) = match carrier {
            Carrier::Backbone => (
                PathKind::Backbone,
                crate::world::network::calibration::backbone_scale(provider),
            ),
            Carrier::Public => (PathKind::Public, 1.0),
        };
        let path = self.network.paths().between(from, to, kind);
        let scale = stretch * path.scale;
        self.way(&PathFacts {
            level_ms: path.median.ms(),
            spread: if self.scenario.network.spread { scale } else { 0.0 },
            deviation: &self.links,
            floor_ms: path.fibre.ms(),
            jitter: Jitter::of(path.median),
            log_error: scale,
        })
    }

    /// How much quicker the provider's own network is between the candidates than the public internet, pair by pair:
    /// (pairs, 10th, 50th and 90th percentile of the ratio of medians). None with fewer than two candidates of one provider.
    pub(super) fn backbone_gain(&self) -> Result<Option<BackboneGain>> {
        let candidates = &self.scenario.candidates;
        let mut ratios = Vec::new();
        for (at, from) in candidates.iter().enumerate() {
            for to in candidates[..at].iter().filter(|to| to.provider == from.provider) {
                let ends = (
                    endpoint(from.place, &from.country)?,
                    endpoint(to.place, &to.country)?,
                );
                let median = |kind| self.network.paths().between(ends.0, ends.1, kind).median.ms();
                ratios.push(median(PathKind::Backbone) / median(PathKind::Public));
            }
        }
        ratios.sort_by(f64::total_cmp);
        let at = |p: f64| quantile_of_sorted(&ratios, p);
        Ok((!ratios.is_empty()).then(|| BackboneGain {
            pairs: ratios.len(),
            ratios: [at(0.1), at(0.5), at(0.9)],
        }))
    }

    /// One round trip over a leg.
    pub(super) fn way(&self, facts: &PathFacts<'_>) -> WayLaw {
        let pair = self.pair(facts);
        let path = pair.parts.into_iter().next();
        WayLaw {
            path: path.map_or_else(
                || crate::engine::latency::law::Part::fixed(0.0),
                |mut part| {
                    part.times = 1.0;
                    part
                },
            ),
            jitter_ms: pair.jitter_ms,
            expected_ms: pair.expected_ms,
            path_error: PathError {
                level_ms: facts.level_ms as f32,
                ..pair.path_error
            },
        }
    }
}
