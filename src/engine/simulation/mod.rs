//! A scenario made ready to run: every name an index, every pair of user group and region a law to draw from.

pub mod edge;

pub mod links;

pub mod own;

pub mod reach;

pub mod routes;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use crate::basis::dist::{Dist, QuantileTable, Shape};
use crate::basis::error::{Error, Result};
use crate::basis::geo::LatLon;
use crate::basis::seed::{Points, Source};
use crate::design::demand::Demand;
use crate::design::edge::Carrier;
use crate::design::sampling::Allocation;
use crate::design::scenario::Scenario;
use crate::design::store::{Members, PartitionChoice, Store, StoreKind};
use crate::engine::backend::RegionLinks;
use crate::engine::capacity::cohorts::GroupDemand;
use crate::engine::capacity::demand::DemandModel;
use crate::engine::latency::class::ClassLaw;
use crate::engine::latency::draws::Draws;
use crate::engine::latency::law::{AccessError, GroupLaw, Laws, PairLaw, Part, PathError};
use crate::engine::memory;
use crate::engine::progress::Watch;
use crate::world::catalog::Catalog;
use crate::world::demand::clock::ZoneClock;
use crate::world::demand::{Technology, UserGroup};
use crate::world::failures::{IncidentModel, LossAssumption, loss_assumptions};
use crate::world::network::access::{Access, AccessBasis};
use crate::world::network::graph::{Measured, RegionGraph};
use crate::world::network::jitter::Jitter;
use crate::world::network::own::Basis;
use crate::world::network::rows::{Country, Endpoint, RegionRow};
use crate::world::network::tables::Tables;
use crate::world::network::variance::InputSpread;
use crate::world::network::{Network, TargetAnchor};

/// RTT between hosts in different zones of one region, ms: the median over 13 regions of IBM's published zone
/// matrix (30-day means to August 2026), 0.76 ms. The only such matrix a provider publishes.
const INTER_ZONE_MS: f64 = 0.76;

/// A country with no more measured places than this says little about its own paths.
pub const THIN_LANDMARKS: usize = 2;

/// A scenario made ready to run.
#[derive(Clone, Debug)]
pub struct Simulation {
    /// What is drawn.
    pub laws: Laws,
    /// Names of the groups, in the order of the laws.
    pub groups: Vec<String>,
    /// Where they are, in the same order.
    pub places: Vec<LatLon>,
    /// Countries of the groups; `GroupLaw::country` counts here.
    pub countries: Vec<String>,
    /// Jurisdictions of the countries, in their order.
    pub jurisdictions: Vec<String>,
    /// Where the latencies come from.
    pub sources: Sources,
    /// RTTs between the candidates.
    pub region_rtts: RegionRtts,
    /// Round trips between the candidates, as parts to add up.
    pub links: RegionLinks,
    /// The regions with their links: where ways lead when one is cut.
    graph: Arc<RegionGraph>,
    /// What paths are estimated by.
    network: Arc<Network>,
    /// A store that holds nothing: calls are measured from it.
    nothing: Store,
    /// How far levels that a country shares may be off.
    pub input_spread: InputSpread,
    /// What is on record about failures; none where nothing is asked about losses.
    pub failures: Option<FailureRecord>,
    /// Demand by hour, as it was described and as it is by cohort; none where nothing is asked about capacity.
    pub demand: Option<(Demand, DemandModel)>,
    /// Draws for each pair, unless precision asks for fewer.
    pub runs: u32,
    /// Seed of all streams.
    pub seed: u64,
    /// How draws of requests are spread.
    pub points: Points,
    /// How they are dealt to user groups.
    pub allocation: Allocation,
}

/// What is on record about failures.
#[derive(Clone, Debug)]
pub struct FailureRecord {
    /// Assumptions about losses of whole regions, from mild to severe.
    pub losses: [LossAssumption; 3],
    /// Service incidents, and what was fitted to them.
    pub incidents: IncidentModel,
}

impl FailureRecord {
    fn of(catalog: &Catalog) -> Result<Self> {
        Ok(FailureRecord {
            losses: loss_assumptions(catalog)?,
            incidents: IncidentModel::fitted(catalog, 0)?,
        })
    }
}

/// Where the latencies of a simulation come from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sources {
    /// User-to-region pairs the user measured.
    pub user_pairs_measured: usize,
    /// User-to-region pairs estimated from landmarks.
    pub user_pairs_estimated: usize,
    /// Pairs of clients inside a region, taken from the region graph.
    pub user_pairs_from_graph: usize,
    /// Groups by what their access figure rests on.
    pub access_basis: Vec<(String, usize)>,
    /// Median over users of the distance to the nearest landmarks used, both ends together, km.
    pub median_landmark_km: Option<f64>,
    /// The provider's network against the public internet, where the scenario has a leg that may run on either.
    pub backbone_gain: Option<edge::BackboneGain>,
    /// Countries whose paths are estimated from at most [`THIN_LANDMARKS`] places measured inside them, and the share of
    /// the audience that lives there, the largest first.
    pub thin_countries: Vec<(String, f64)>,
    /// What the user's own measurements moved.
    pub calibrated: own::Calibrated,
}

/// RTTs between candidates, `[from][to]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RegionRtts {
    /// Median, ms.
    pub p50_ms: Vec<Vec<f64>>,
    /// 90th percentile, ms.
    pub p90_ms: Vec<Vec<f64>>,
    /// Whether measured.
    pub measured: Vec<Vec<bool>>,
}

impl Simulation {
    /// `runs` draws for each pair on average, dealt out and spread as the scenario says.
    pub fn draws(&self, runs: u32) -> Draws {
        let source = Source {
            seed: self.seed,
            points: self.points,
        };
        self.draws_from(source, runs)
    }

    /// The same from another source.
    pub fn draws_from(&self, source: Source, runs: u32) -> Draws {
        match self.allocation {
            Allocation::Equal => Draws::equal(runs, source),
            Allocation::ByWeight => {
                let weights = self.laws.groups.iter().map(|group| group.weight);
                Draws::by_weight(weights, runs, source)
            }
        }
    }

    /// Makes `scenario` ready with the measurements of `catalog`.
    ///
    /// # Errors
    /// When a run would not fit into memory, a table is broken, a user group has no measurement that the scenario's
    /// settings call for, or the user asks to stop.
    pub fn new(scenario: &Scenario, catalog: &Catalog, watch: Watch<'_>) -> Result<Self> {
        memory::check(memory::Dimensions::of(scenario), memory::LIMIT)?;
        let tables = Tables::from_catalog(catalog)?;
        let network = match &scenario.network.calibration {
            Some(own) => Network::build(&tables)?.calibrated(Arc::clone(&own.calibration)),
            None => Network::build(&tables)?,
        };
        let graph = graph_of(scenario, catalog, &tables, &network)?;
        let mut groups: Vec<&UserGroup> = scenario.audience.groups.iter().collect();
        // Groups of a country side by side; the order within a country stays.
        groups.sort_by(|a, b| a.country.cmp(&b.country));
        let countries = countries_of(&groups);
        let builder = Builder::new(scenario, &network, &graph, &countries)?;
        let built: Vec<BuiltGroup> = groups
            .par_iter()
            .map(|group| {
                watch.go_on()?;
                builder.group(group)
            })
            .collect::<Result<_>>()?;
        let input_spread = builder.input_spread;
        let mut sources = sources_of(&built);
        sources.thin_countries = thin_countries(&built, &countries, &network);
        if scenario.edge.is_some() || scenario.network.regions == Carrier::Public {
            sources.backbone_gain = builder.backbone_gain()?;
        }
        let region_rtts = region_rtts(scenario, &graph)?;
        sources.calibrated.count_links(scenario, &region_rtts);
        let links = builder.region_links()?;
        let mut laws = Laws {
            groups: Vec::with_capacity(built.len()),
            regions: scenario.candidates.len(),
            pairs: Vec::with_capacity(built.len() * scenario.candidates.len()),
            service: Part::once(scenario.classes[0].service.shape()),
            classes: classes_of(scenario)?,
            edge: None,
            router: builder.router(catalog, &groups, &built)?,
        };
        if laws.classes.iter().any(|class| class.at_edge)
            && let Some(edge) = &scenario.edge
        {
            laws.edge = Some(builder.edge(edge, &groups, watch)?);
        }
        for group in built {
            laws.groups.push(group.law);
            laws.pairs.extend(group.pairs);
        }
        let demand = scenario
            .capacity_asked
            .then(|| demand_of(scenario, &groups, &laws))
            .transpose()?;
        Ok(Simulation {
            laws,
            demand,
            groups: groups.iter().map(|group| group.id.clone()).collect(),
            places: groups.iter().map(|group| group.place).collect(),
            jurisdictions: countries
                .iter()
                .map(|country| Ok(catalog.country(country)?.jurisdiction.clone()))
                .collect::<Result<_>>()?,
            countries,
            sources,
            region_rtts,
            links,
            graph: Arc::new(graph),
            network: Arc::new(network),
            nothing: Store {
                name: String::new(),
                kind: StoreKind::None,
                members: Members::All,
                service: Dist::zero(),
                bytes_per_write: 0.0,
                partition: PartitionChoice::Refuse,
            },
            input_spread,
            failures: scenario
                .recovery_asked
                .then(|| FailureRecord::of(catalog))
                .transpose()?,
            runs: scenario.sampling.runs,
            seed: scenario.sampling.seed,
            points: scenario.sampling.points,
            allocation: scenario.sampling.allocation,
        })
    }
}

/// Demand by hour of the audience, whose groups stand in the order of the laws.
fn demand_of(scenario: &Scenario, groups: &[&UserGroup], laws: &Laws) -> Result<(Demand, DemandModel)> {
    let demand = scenario.demand.clone().unwrap_or_else(Demand::steady);
    let mut clocks: BTreeMap<&str, [i16; 12]> = BTreeMap::new();
    for group in groups {
        if !clocks.contains_key(group.zone.as_str()) {
            let clock = ZoneClock::of(&group.zone, demand.start.year)?;
            clocks.insert(&group.zone, clock.offset_minutes);
        }
    }
    let groups: Vec<GroupDemand<'_>> = groups
        .iter()
        .zip(&laws.groups)
        .map(|(group, law)| GroupDemand {
            share: law.weight,
            country: &group.country,
            offsets: clocks[group.zone.as_str()],
        })
        .collect();
    let rate = scenario.audience.requests_per_second().ok_or_else(|| {
        Error::input("capacity needs to know how many requests come")
            .hint("say requests_per_second = 1000 under [audience]")
    })?;
    let model = DemandModel::new(&demand, &groups, rate);
    Ok((demand, model))
}

/// Whether all requests are alike and no more than round trips and a service time.
fn is_plain(scenario: &Scenario) -> bool {
    matches!(&scenario.classes[..], [class] if class.is_simple())
}

/// The laws of the classes; none where all requests are alike.
fn classes_of(scenario: &Scenario) -> Result<Vec<ClassLaw>> {
    if is_plain(scenario) {
        return Ok(Vec::new());
    }
    let hits = scenario.edge.as_ref().map_or(0.0, |edge| edge.hits);
    scenario
        .classes
        .iter()
        .map(|class| ClassLaw::new(class, hits))
        .collect()
}

fn countries_of(groups: &[&UserGroup]) -> Vec<String> {
    let mut countries: Vec<String> = groups.iter().map(|group| group.country.clone()).collect();
    countries.dedup();
    countries
}

fn endpoint(place: crate::basis::geo::LatLon, country: &str) -> Result<Endpoint> {
    Ok(Endpoint {
        at: place,
        country: Country::new(country)?,
    })
}

/// The graph over the candidates and the regions that clients sit in.
fn graph_of(
    scenario: &Scenario,
    catalog: &Catalog,
    tables: &Tables,
    network: &Network,
) -> Result<RegionGraph> {
    let mut rows: Vec<RegionRow> = Vec::new();
    for region in &scenario.candidates {
        rows.push(RegionRow {
            id: region.id.clone(),
            place: endpoint(region.place, &region.country)?,
        });
    }
    let homes: std::collections::BTreeSet<&str> = scenario
        .audience
        .groups
        .iter()
        .filter_map(|group| group.at_region.as_deref())
        .collect();
    for home in homes {
        if !rows.iter().any(|row| row.id == home) {
            let region = catalog.region(home)?;
            rows.push(RegionRow {
                id: region.id.clone(),
                place: endpoint(region.place, &region.country)?,
            });
        }
    }
    let graph = RegionGraph::build(&rows, &tables.region_rtts, network.paths(), Measured::Use)?;
    Ok(graph.calibrated(network.own(), network.link_sd()))
}

struct BuiltGroup {
    law: GroupLaw,
    pairs: Vec<PairLaw>,
    measured: usize,
    estimated: usize,
    from_graph: usize,
    own: Vec<Basis>,
    basis: String,
    landmark_km: Option<f64>,
}

/// What all groups share.
struct Builder<'a> {
    scenario: &'a Scenario,
    network: &'a Network,
    graph: &'a RegionGraph,
    countries: &'a [String],
    targets: Vec<TargetAnchor>,
    total_weight: f64,
    trips: f64,
    /// All requests are alike.
    plain: bool,
    /// Spread of a path between users, tails as calibrated.
    users: Deviation,
    /// Spread of an estimated link between regions.
    links: Deviation,
    /// Sum of the jitter of all round trips, for an exponential part with mean 1.
    jitter_sum: Shape,
    input_spread: InputSpread,
    measured: BTreeMap<(&'a str, &'a str), &'a Dist>,
    /// Access networks so far: groups of a country share the table of theirs, and with it its memory.
    accesses: Mutex<BTreeMap<AccessKey, Shape>>,
}

/// What the access network of a group depends on: country, technologies, and the bits of their shares.
type AccessKey = (Country, Vec<(Technology, u64)>);

/// A standardised spread: `ln(rtt / level) = σ · Z`.
struct Deviation {
    /// Quantiles of Z.
    table: Arc<QuantileTable>,
    /// Mean of exp(σ·Z) at σ = 0, 1/64, …
    means: Vec<f64>,
}

impl Deviation {
    /// Steps of the grid of means to one unit of σ.
    const STEPS: f64 = 64.0;
    /// Largest σ on the grid; the means of wider spreads are taken there.
    const MAX_SIGMA: f64 = 2.0;
    /// Equally likely parts a mean is taken over.
    const PARTS: u32 = 4096;

    fn new(quantile: impl Fn(f64) -> f64) -> Self {
        let table = Arc::new(QuantileTable::new(quantile));
        let part = u32::MAX / Self::PARTS;
        let quantiles: Vec<f64> = (0..Self::PARTS)
            .map(|i| f64::from(table.at(i * part + part / 2)))
            .collect();
        let mean =
            |sigma: f64| quantiles.iter().map(|q| (sigma * q).exp()).sum::<f64>() / f64::from(Self::PARTS);
        let steps = (Self::MAX_SIGMA * Self::STEPS) as usize;
        Deviation {
            means: (0..=steps).map(|step| mean(step as f64 / Self::STEPS)).collect(),
            table,
        }
    }

    /// Mean of exp(σ·Z), interpolated.
    fn mean_of_exp(&self, sigma: f64) -> f64 {
        let at = sigma.clamp(0.0, Self::MAX_SIGMA) * Self::STEPS;
        let below = (at.floor() as usize).min(self.means.len() - 2);
        self.means[below] + (at - below as f64) * (self.means[below + 1] - self.means[below])
    }
}

/// What is known of a path: its level, the spread about it, the least it can be, jitter, and the level's error.
struct PathFacts<'a> {
    level_ms: f64,
    spread: f64,
    deviation: &'a Deviation,
    floor_ms: f64,
    jitter: Jitter,
    log_error: f64,
}

impl<'a> Builder<'a> {
    fn new(
        scenario: &'a Scenario,
        network: &'a Network,
        graph: &'a RegionGraph,
        countries: &'a [String],
    ) -> Result<Self> {
        let targets = scenario
            .candidates
            .iter()
            .map(|region| {
                let place = endpoint(region.place, &region.country)?;
                Ok(network.target_of_region(&region.id, place))
            })
            .collect::<Result<_>>()?;
        // Where requests have classes, laws are those of a single round trip.
        let plain = is_plain(scenario);
        let trips = if plain {
            f64::from(scenario.classes[0].exchanges)
        } else {
            1.0
        };
        let measured = scenario
            .network
            .measured
            .iter()
            .map(|row| ((row.from.as_str(), row.to.as_str()), &row.rtt))
            .collect();
        Ok(Builder {
            scenario,
            network,
            graph,
            countries,
            targets,
            total_weight: scenario.audience.total_weight(),
            trips,
            plain,
            users: Deviation::new(|p| network.user_deviation(p)),
            links: Deviation::new(|p| network.link_deviation(p)),
            jitter_sum: Dist::gamma(trips.max(1.0), 1.0)?.shape(),
            input_spread: network.input_spread(),
            measured,
            accesses: Mutex::default(),
        })
    }

    fn group(&self, group: &'a UserGroup) -> Result<BuiltGroup> {
        let weight = group.weight / self.total_weight;
        let country = self.countries.binary_search(&group.country).unwrap_or(0) as u16;
        let mut built = BuiltGroup {
            law: GroupLaw {
                weight,
                country,
                access: Part::fixed(0.0),
                access_error: AccessError::default(),
            },
            pairs: Vec::with_capacity(self.scenario.candidates.len()),
            measured: 0,
            estimated: 0,
            from_graph: 0,
            own: Vec::new(),
            basis: "none".to_owned(),
            landmark_km: None,
        };
        let user = match &group.at_region {
            Some(_) => None,
            None => Some(self.network.user(endpoint(group.place, &group.country)?)),
        };
        if user.is_some() && self.scenario.network.access {
            self.add_access(group, &mut built)?;
        }
        for (number, region) in self.scenario.candidates.iter().enumerate() {
            let pair = if let Some(rtt) = self.measured_rtt(group, &region.id) {
                built.measured += 1;
                self.measured_pair(rtt)
            } else if let Some(user) = &user {
                built.estimated += 1;
                self.estimated_pair(user, &self.targets[number], &mut built)
            } else {
                built.from_graph += 1;
                self.graph_pair(group.at_region.as_deref().unwrap_or_default(), &region.id)?
            };
            built.pairs.push(pair);
        }
        Ok(built)
    }

    /// The user's own figure for this group, by its name or by the region it sits in, in either direction.
    fn measured_rtt(&self, group: &'a UserGroup, region: &'a str) -> Option<&'a Dist> {
        let named = self.measured.get(&(group.id.as_str(), region)).copied();
        named.or_else(|| own_rtt(&self.measured, group.at_region.as_deref()?, region))
    }

    /// What the user measured contains everything between the group and the region: access, path and jitter.
    fn measured_pair(&self, rtt: &Dist) -> PairLaw {
        let expected_ms = rtt.mean().unwrap_or_else(|| rtt.quantile(0.5));
        let own = Part {
            shape: rtt.shape(),
            times: self.trips as f32,
            floor: f32::NEG_INFINITY,
        };
        PairLaw {
            parts: vec![own],
            contains_access: true,
            expected_ms,
            path_error: PathError::default(),
            jitter_ms: 0.0,
        }
    }

    fn estimated_pair(
        &self,
        user: &crate::world::network::UserAnchor,
        target: &TargetAnchor,
        built: &mut BuiltGroup,
    ) -> PairLaw {
        let rtt = self.network.user_rtt(user, target, Technology::Any);
        built.own.push(rtt.path.own.basis);
        let away = rtt.path.estimate.landmarks_away.km();
        built.landmark_km = Some(built.landmark_km.map_or(away, |least| least.min(away)));
        let level = rtt.path.estimate.median.ms() * rtt.path.shift.exp();
        let spread = if self.scenario.network.spread {
            rtt.path.scale
        } else {
            0.0
        };
        let floor = rtt.path.estimate.fibre.ms();
        self.pair(&PathFacts {
            level_ms: level.max(floor),
            spread,
            deviation: &self.users,
            floor_ms: floor,
            jitter: rtt.jitter,
            log_error: rtt
                .path
                .own
                .error(self.input_spread.path * rtt.path.estimate.scale),
        })
    }

    fn graph_pair(&self, home: &str, region: &str) -> Result<PairLaw> {
        let mut facts = PathFacts {
            level_ms: INTER_ZONE_MS,
            spread: 0.0,
            deviation: &self.links,
            floor_ms: 0.0,
            jitter: Jitter::none(),
            log_error: 0.0,
        };
        if home != region {
            let link = self.graph.link(home, region)?;
            (facts.level_ms, facts.jitter, facts.log_error) = (link.p50.ms(), link.jitter(), link.scale);
            facts.spread = if self.scenario.network.spread {
                link.scale
            } else {
                0.0
            };
        }
        Ok(self.pair(&facts))
    }

    fn pair(&self, facts: &PathFacts<'_>) -> PairLaw {
        let shape = if facts.spread > 0.0 {
            let table = facts.deviation.table.clone();
            Shape::Log {
                scale: facts.level_ms,
                sigma: facts.spread,
                table,
            }
        } else {
            Shape::Fixed(facts.level_ms)
        };
        let mut parts = vec![Part {
            shape,
            times: self.trips as f32,
            floor: facts.floor_ms as f32,
        }];
        let mut expected_ms = facts.level_ms * facts.deviation.mean_of_exp(facts.spread);
        let mean = if self.scenario.network.jitter {
            facts.jitter.exponential_mean_ms()
        } else {
            0.0
        };
        if mean > 0.0 {
            if self.plain {
                parts.push(self.jitter_part(mean));
            }
            expected_ms += mean * (1.0 - std::f64::consts::LN_2);
        }
        let level_ms = (facts.level_ms * self.trips) as f32;
        PairLaw {
            parts,
            contains_access: false,
            expected_ms,
            path_error: PathError {
                log_sd: facts.log_error as f32,
                level_ms,
            },
            jitter_ms: mean as f32,
        }
    }

    /// Jitter of all round trips together: `m · (Γ(n, 1) − n ln 2)`.
    fn jitter_part(&self, mean_ms: f64) -> Part {
        let shape = match &self.jitter_sum {
            Shape::Linear { shift, scale, table } => Shape::Linear {
                shift: mean_ms * (shift - self.trips * std::f64::consts::LN_2),
                scale: mean_ms * scale,
                table: table.clone(),
            },
            other => other.clone(),
        };
        Part::once(shape)
    }

    fn add_access(&self, group: &UserGroup, built: &mut BuiltGroup) -> Result<()> {
        let country = Country::new(&group.country)?;
        let accesses: Vec<(f64, Access)> = group
            .access
            .iter()
            .map(|(technology, share)| (*share, self.network.access_of(country, *technology)))
            .collect();
        built.basis = accesses
            .first()
            .map_or("none".to_owned(), |(_, access)| basis_name(access.basis()));
        let level: f64 = accesses
            .iter()
            .map(|(share, access)| share * access.median().ms())
            .sum();
        let technologies = group
            .access
            .iter()
            .map(|(technology, share)| (*technology, share.to_bits()));
        built.law.access = Part {
            shape: self.access_shape((country, technologies.collect()), &accesses)?,
            times: self.trips as f32,
            floor: 0.0,
        };
        built.law.access_error = AccessError {
            log_sd: own::access_error(&accesses, self.input_spread.access) as f32,
            level_ms: (level * self.trips) as f32,
        };
        Ok(())
    }

    fn access_shape(&self, key: AccessKey, accesses: &[(f64, Access)]) -> Result<Shape> {
        // A panic elsewhere cannot leave the map half-changed: each lock does one step.
        let known = || self.accesses.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shape) = known().get(&key) {
            return Ok(shape.clone());
        }
        // Made without the lock, so that threads make different ones at the same time; the same by two are equal.
        let shape = access_shape(accesses)?;
        Ok(known().entry(key).or_insert(shape).clone())
    }
}

/// How an access figure's basis is counted in reports.
fn basis_name(basis: &AccessBasis) -> String {
    match basis {
        AccessBasis::Probes { .. } => "probes of that technology".to_owned(),
        AccessBasis::Country { .. } => "tests of the country".to_owned(),
        AccessBasis::Continent { .. } => "other countries of the continent".to_owned(),
        AccessBasis::World { .. } => "all countries".to_owned(),
        AccessBasis::Published => "published median".to_owned(),
    }
}

/// One technology is drawn from its own table; several from a mixture of theirs.
fn access_shape(accesses: &[(f64, Access)]) -> Result<Shape> {
    /// Levels that stand for a technology inside a mixture.
    const LEVELS: usize = 400;
    if let [(_, access)] = accesses {
        let table = QuantileTable::new(|p| access.quantile(p).ms());
        return Ok(Shape::Linear {
            shift: 0.0,
            scale: 1.0,
            table: Arc::new(table),
        });
    }
    let parts = accesses
        .iter()
        .map(|(share, access)| {
            let points: Vec<(f64, f64)> = (0..LEVELS)
                .map(|i| {
                    let p = (i as f64 + 0.5) / LEVELS as f64;
                    (p, access.quantile(p).ms())
                })
                .collect();
            Ok((*share, Dist::from_quantiles(&points)?))
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(Dist::mixture(parts)?.shape())
}

fn sources_of(built: &[BuiltGroup]) -> Sources {
    let mut sources = Sources::default();
    let mut bases: BTreeMap<&str, usize> = BTreeMap::new();
    let mut away: Vec<(f64, f64)> = Vec::new();
    for group in built {
        sources.user_pairs_measured += group.measured;
        sources.user_pairs_estimated += group.estimated;
        sources.user_pairs_from_graph += group.from_graph;
        sources.calibrated.count_paths(&group.own);
        *bases.entry(&group.basis).or_default() += 1;
        away.extend(group.landmark_km.map(|km| (km, group.law.weight)));
    }
    sources.access_basis = bases
        .into_iter()
        .map(|(basis, count)| (basis.to_owned(), count))
        .collect();
    if !away.is_empty() {
        sources.median_landmark_km = Some(crate::basis::stat::atoms::Atoms::new(away).quantile(0.5));
    }
    sources
}

/// Countries with estimated paths and at most [`THIN_LANDMARKS`] landmarks, with their share of the audience.
fn thin_countries(built: &[BuiltGroup], countries: &[String], network: &Network) -> Vec<(String, f64)> {
    let measured_in = |country: &str| -> usize {
        let landmarks = network.paths().landmarks().list().iter();
        landmarks
            .filter(|landmark| landmark.place.country.to_string() == country)
            .count()
    };
    let mut shares = vec![0.0; countries.len()];
    for group in built.iter().filter(|group| group.estimated > 0) {
        shares[usize::from(group.law.country)] += group.law.weight;
    }
    let mut thin: Vec<(String, f64)> = countries
        .iter()
        .zip(shares)
        .filter(|(country, share)| *share > 0.0 && measured_in(country) <= THIN_LANDMARKS)
        .map(|(country, share)| (country.clone(), share))
        .collect();
    thin.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    thin
}

/// The user's own figure between two regions, in either direction.
fn own_rtt<'a>(
    measured: &BTreeMap<(&'a str, &'a str), &'a Dist>,
    from: &'a str,
    to: &'a str,
) -> Option<&'a Dist> {
    measured
        .get(&(from, to))
        .or_else(|| measured.get(&(to, from)))
        .copied()
}

fn region_rtts(scenario: &Scenario, graph: &RegionGraph) -> Result<RegionRtts> {
    let measured: BTreeMap<(&str, &str), &Dist> = scenario
        .network
        .measured
        .iter()
        .map(|row| ((row.from.as_str(), row.to.as_str()), &row.rtt))
        .collect();
    let mut rtts = RegionRtts::default();
    for from in &scenario.candidates {
        let (mut p50, mut p90, mut known) = (Vec::new(), Vec::new(), Vec::new());
        for to in &scenario.candidates {
            let (mid, high, is_measured) = match own_rtt(&measured, &from.id, &to.id) {
                Some(rtt) => (rtt.quantile(0.5), rtt.quantile(0.9), true),
                None if from.id == to.id => (INTER_ZONE_MS, INTER_ZONE_MS, false),
                None => {
                    let link = graph.link(&from.id, &to.id)?;
                    (link.p50.ms(), link.p90.ms(), link.is_measured())
                }
            };
            p50.push(mid);
            p90.push(high);
            known.push(is_measured);
        }
        rtts.p50_ms.push(p50);
        rtts.p90_ms.push(p90);
        rtts.measured.push(known);
    }
    Ok(rtts)
}

/// Who is sent where, in words: what, its value, where it comes from.
fn routing_assumed(scenario: &Scenario) -> (&'static str, String, &'static str) {
    if scenario.routing.is_perfect() {
        let value = "each user group goes to the region of the set with the least expected RTT";
        return (
            "routing",
            value.to_owned(),
            "latency-based DNS with perfect knowledge",
        );
    }
    let value = format!(
        "{} routing by what is expected of users and resolvers, not by load; requests that fail are not sent again",
        scenario.routing.policy.name()
    );
    ("routing", value, "scenario")
}

/// What a run of `scenario` takes for granted: what, its value, where it comes from.
pub fn assumptions(
    scenario: &Scenario,
    spread: InputSpread,
    gain: Option<edge::BackboneGain>,
) -> Vec<(String, String, String)> {
    let mut list: Vec<(&str, String, &str)> = vec![
        routing_assumed(scenario),
        (
            "user weights",
            "taken as given, without error".to_owned(),
            "the audience",
        ),
    ];
    if let Some(edge::BackboneGain { pairs, ratios }) = gain {
        let [low, middle, high] = ratios;
        list.push((
            "provider's own network against the public internet",
            format!(
                "RTT × {middle:.2} at the median of {pairs} pairs of candidates (× {low:.2} at the 10th percentile, × {high:.2} at the \
                 90th); below 1 it is the quicker"
            ),
            "region pairs of the providers against city pings over the internet: aws_rtts.csv, landmark_rtts.csv",
        ));
    }
    if scenario.network.spread {
        list.push((
            "path error shared by a country towards a region",
            format!(
                "{:.2} times the spread of the estimate (standard deviation of the logarithm)",
                spread.path
            ),
            "analysis of variance of probe_rtts.csv, paths of 60 ms and more",
        ));
    }
    if scenario.network.access {
        list.push((
            "access error shared by a country",
            format!("{:.2} (standard deviation of the logarithm)", spread.access),
            "analysis of variance of probe_rtts.csv, paths below 60 ms",
        ));
    }
    if scenario
        .audience
        .groups
        .iter()
        .any(|group| group.at_region.is_some())
    {
        list.push((
            "RTT within a region, where no figure is given",
            format!("{INTER_ZONE_MS} ms"),
            "median of the inter-zone matrix that IBM publishes, August 2026",
        ));
    }
    list.push((
        "p99 of a path",
        "an extrapolation: sources give at most the 90th percentile of a pair over time".to_owned(),
        "aws_rtts.csv, landmark_rtts.csv",
    ));
    list.into_iter()
        .map(|(what, value, source)| (what.to_owned(), value, source.to_owned()))
        .collect()
}
