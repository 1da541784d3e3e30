//! Round trips between regions, as parts to add up, and the back end that rests on them.

use std::collections::BTreeMap;

use super::{Builder, INTER_ZONE_MS, PathFacts, Simulation, endpoint, own_rtt, routes};
use crate::basis::error::Result;
use crate::design::edge::Carrier;
use crate::design::scenario::Scenario;
use crate::design::store::Store;
use crate::engine::backend::{Backend, RegionLinks};
use crate::engine::latency::law::{Part, WayLaw};
use crate::engine::queue::Queues;
use crate::world::network::graph::Outage;

impl Builder<'_> {
    /// The round trips between all candidates: the user's own figures, then the graph, or the public internet where the
    /// scenario says so. Within a region it is the way from one zone to another.
    pub(super) fn region_links(&self) -> Result<RegionLinks> {
        let candidates = &self.scenario.candidates;
        let mut parts = Vec::with_capacity(candidates.len() * candidates.len());
        for from in candidates {
            for to in candidates {
                let made = match own_rtt(&self.measured, &from.id, &to.id) {
                    Some(rtt) => vec![Part::once(rtt.shape())],
                    None if from.id == to.id => vec![Part::fixed(INTER_ZONE_MS)],
                    None => link_parts(self.link_way(from, to)?)?,
                };
                parts.push(made);
            }
        }
        Ok(RegionLinks::new(candidates.len(), parts))
    }

    fn link_way(
        &self,
        from: &crate::world::catalog::Region,
        to: &crate::world::catalog::Region,
    ) -> Result<WayLaw> {
        if self.scenario.network.regions == Carrier::Public {
            let (a, b) = (
                endpoint(from.place, &from.country)?,
                endpoint(to.place, &to.country)?,
            );
            return Ok(self.host_way(a, b, Carrier::Public, &from.provider));
        }
        let link = self.graph.link(&from.id, &to.id)?;
        Ok(self.way(&PathFacts {
            level_ms: link.p50.ms(),
            spread: if self.scenario.network.spread {
                link.scale
            } else {
                0.0
            },
            deviation: &self.links,
            floor_ms: 0.0,
            jitter: link.jitter(),
            log_error: link.scale,
        }))
    }
}

/// Path and jitter of one round trip. Jitter is taken about its median, and no round trip is quicker than nothing.
fn link_parts(way: WayLaw) -> Result<Vec<Part>> {
    let mut parts = vec![way.path];
    let mean = f64::from(way.jitter_ms);
    if mean > 0.0 {
        let jitter = crate::basis::dist::Dist::exponential(mean)?;
        let mut part = Part::once(jitter.shape());
        if let crate::basis::dist::Shape::Linear { shift, .. } = &mut part.shape {
            *shift -= mean * std::f64::consts::LN_2;
        }
        parts.push(part);
    }
    Ok(parts)
}

/// A way between two candidates that is longer than the direct one.
#[derive(Clone, Debug, PartialEq)]
pub struct Detour {
    /// The pair, the earlier candidate first.
    pub pair: (usize, usize),
    /// Median RTT of the direct way, ms.
    pub before_ms: f64,
    /// Median RTT of the way round, ms; none when there is none.
    pub after_ms: Option<f64>,
}

/// The queues of a scenario that states a capacity and how many requests come.
fn queues_of(scenario: &Scenario) -> Option<Queues> {
    let rate = scenario.audience.requests_per_second()?;
    let capacity = scenario.capacity.as_ref()?;
    // Servers that are to be found wait for nobody: they are sized to.
    let counted = capacity.servers.iter().any(Option::is_some);
    counted.then(|| Queues::new(capacity, &scenario.classes, rate))
}

impl Simulation {
    /// The round trips between candidates with these pairs cut and those of `lost` gone: traffic goes the quickest way
    /// round through other candidates, by the user's own figures where there are any. Where no way is left the direct
    /// one stays in the links, and the detour says that there is none. Nothing is asked about a pair of which an end is
    /// lost.
    ///
    /// # Errors
    /// When a pair is no pair of candidates.
    pub fn links_without(
        &self,
        scenario: &Scenario,
        cut: &[(usize, usize)],
        lost: &[usize],
    ) -> Result<(RegionLinks, Vec<Detour>)> {
        let id = |at: usize| scenario.candidates[at].id.as_str();
        let outage = cut
            .iter()
            .fold(Outage::default(), |outage, (a, b)| outage.link(id(*a), id(*b)));
        let outage = lost.iter().fold(outage, |outage, at| outage.region(id(*at)));
        // Clients may sit in regions of the graph that are no candidates, which carry nobody's traffic.
        let places: BTreeMap<&str, usize> = (0..scenario.candidates.len()).map(|at| (id(at), at)).collect();
        let rtt = |from: usize, to: usize| self.region_rtts.p50_ms[from][to];
        let leg = |from: &str, to: &str| Some(rtt(*places.get(from)?, *places.get(to)?));
        let mut links = self.links.clone();
        let mut detours = Vec::new();
        let left = |pair: &&(usize, usize)| !lost.contains(&pair.0) && !lost.contains(&pair.1);
        for &(a, b) in cut.iter().filter(left) {
            let route = self.graph.route_by(id(a), id(b), &outage, &leg)?;
            let stops = route.map(|route| {
                let known = route.iter().filter_map(|name| places.get(name).copied());
                known.collect::<Vec<usize>>()
            });
            if let Some(stops) = &stops {
                links.led_through(stops);
            }
            detours.push(Detour {
                pair: (a, b),
                before_ms: rtt(a, b),
                after_ms: stops.map(|stops| stops.windows(2).map(|leg| rtt(leg[0], leg[1])).sum()),
            });
        }
        Ok((links, detours))
    }

    /// What stands behind the regions when `stores` and `links` are no longer those of the scenario.
    pub fn backend_of<'a>(
        &'a self,
        scenario: &'a Scenario,
        stores: &'a [Store],
        links: &'a RegionLinks,
    ) -> Backend<'a> {
        Backend::new(
            &scenario.classes,
            stores,
            &scenario.residency,
            |rule, region| routes::permits(rule, &scenario.candidates[region]),
            links,
            &self.nothing,
        )
        .with_queues(queues_of(scenario))
    }

    /// What stands behind the regions of `scenario`, which this simulation was made from.
    pub fn backend<'a>(&'a self, scenario: &'a Scenario) -> Backend<'a> {
        self.backend_of(scenario, &scenario.stores, &self.links)
    }
}
