//! Which region serves whom: the policies of a DNS service, compiled for a scenario's groups and candidates.
//!
//! A policy either sends a group to the region with the least *cost* (RTT, distance, place in a list) or splits it by
//! weights. Users whose resolver stands elsewhere are sent where the resolver's place would be.

use crate::basis::geo::LatLon;
use crate::design::routing::{Policy, Routing};

/// What routing needs to know of a user group.
#[derive(Clone, Debug)]
pub struct Asker {
    /// Where it stands, for policies that go by place.
    pub place: LatLon,
    /// ISO 3166-1 alpha-2 code of its country.
    pub country: String,
    /// Continent of its country, as the catalogue names it.
    pub continent: String,
    /// Expected RTT to each candidate, ms.
    pub expected_ms: Vec<f32>,
}

/// Where each group goes, for any set of candidates.
#[derive(Clone, Debug)]
pub struct Router {
    groups: usize,
    regions: usize,
    /// The rule by which questions from the groups' own places are answered, and those from resolvers elsewhere.
    voices: Vec<Voice>,
    /// `allowed[group * regions + region]`; empty when everything is.
    allowed: Vec<bool>,
}

/// Questions that one rule answers.
#[derive(Clone, Debug)]
struct Voice {
    /// Share of each group that asks this way.
    share: Vec<f64>,
    rule: Rule,
}

#[derive(Clone, Debug)]
enum Rule {
    /// The region of least cost: `cost[group * regions + region]`, infinite where a group may not go.
    Least(Vec<f32>),
    /// By weight of the candidates.
    Split(Vec<f64>),
}

/// Where the groups of an audience go in one set: for each group its regions and their shares.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    starts: Vec<u32>,
    to: Vec<(u16, f64)>,
}

impl Assignment {
    /// Every group to one region.
    pub fn whole(serving: &[usize]) -> Self {
        Assignment {
            starts: (0..=serving.len() as u32).collect(),
            to: serving.iter().map(|region| (*region as u16, 1.0)).collect(),
        }
    }

    /// Group by group the regions that serve it with their shares, which sum to at most 1.
    pub fn of_shares(groups: impl IntoIterator<Item = Vec<(u16, f64)>>) -> Self {
        let mut assignment = Assignment {
            starts: vec![0],
            to: Vec::new(),
        };
        for group in groups {
            assignment.to.extend(group);
            assignment.starts.push(assignment.to.len() as u32);
        }
        assignment
    }

    /// Nobody anywhere, for so many groups.
    pub fn nowhere(groups: usize) -> Self {
        Assignment {
            starts: vec![0; groups + 1],
            to: Vec::new(),
        }
    }

    /// The regions that serve `group` with their shares; the shares sum to less than 1 where some go nowhere.
    pub fn of(&self, group: usize) -> &[(u16, f64)] {
        &self.to[self.starts[group] as usize..self.starts[group + 1] as usize]
    }

    /// The region that serves most of each group, the first of equals; the first region for one that goes nowhere.
    pub fn main(&self) -> Vec<usize> {
        (0..self.groups())
            .map(|group| {
                let best = self
                    .of(group)
                    .iter()
                    .fold((0, 0.0), |best, to| if to.1 > best.1 { *to } else { best });
                usize::from(best.0)
            })
            .collect()
    }

    /// Number of groups.
    pub fn groups(&self) -> usize {
        self.starts.len() - 1
    }

    /// Share of `group` that is sent nowhere: no record matches, or no allowed region is in the set.
    pub fn lost(&self, group: usize) -> f64 {
        (1.0 - self.of(group).iter().map(|to| to.1).sum::<f64>()).max(0.0)
    }

    /// Whether every group goes to one region alone.
    pub fn is_whole(&self) -> bool {
        self.to.len() == self.groups() && self.to.iter().all(|to| to.1 == 1.0)
    }
}

impl Router {
    /// Compiles `routing` for `askers`. `places` are those of the candidates; `resolvers` are the askers that stand at
    /// the places of `routing.resolvers`, in their order. `allowed` as in [`Router`], empty when all is allowed.
    pub fn new(
        routing: &Routing,
        askers: &[Asker],
        resolvers: &[Asker],
        places: &[LatLon],
        allowed: Vec<bool>,
    ) -> Self {
        let own_share: Vec<f64> = askers
            .iter()
            .map(|asker| {
                let away: f64 = routing.resolvers.iter().map(|r| share_of(r, asker)).sum();
                (1.0 - away).max(0.0)
            })
            .collect();
        let mut voices = vec![Voice {
            share: own_share,
            rule: rule(&routing.policy, &askers.iter().collect::<Vec<_>>(), places),
        }];
        for (resolver, asker) in routing.resolvers.iter().zip(resolvers) {
            let all = vec![asker; askers.len()];
            voices.push(Voice {
                share: askers.iter().map(|asker| share_of(resolver, asker)).collect(),
                rule: rule(&routing.policy, &all, places),
            });
        }
        Router {
            groups: askers.len(),
            regions: places.len(),
            voices,
            allowed,
        }
    }

    /// The costs that alone decide, where every group goes whole to the region of least cost:
    /// `cost[group * regions + region]`, infinite where it may not go.
    pub fn single_cost(&self) -> Option<Vec<f32>> {
        let [voice] = &self.voices[..] else {
            return None;
        };
        let Rule::Least(cost) = &voice.rule else {
            return None;
        };
        let allowed = |at: usize| self.allowed.get(at).copied().unwrap_or(true);
        Some(
            cost.iter()
                .enumerate()
                .map(|(at, cost)| if allowed(at) { *cost } else { f32::INFINITY })
                .collect(),
        )
    }

    /// Whether `group` may be served from `region`.
    pub fn may_go(&self, group: usize, region: usize) -> bool {
        let at = group * self.regions + region;
        self.allowed.get(at).copied().unwrap_or(true)
    }

    /// Where each group goes when the set is `regions` (ascending).
    pub fn assign(&self, regions: &[usize]) -> Assignment {
        let mut assignment = Assignment {
            starts: Vec::with_capacity(self.groups + 1),
            to: Vec::with_capacity(self.groups),
        };
        assignment.starts.push(0);
        let mut shares = vec![0.0; regions.len()];
        for group in 0..self.groups {
            shares.fill(0.0);
            for voice in &self.voices {
                self.add(voice, group, regions, &mut shares);
            }
            let reached = regions.iter().zip(&shares).filter(|(_, share)| **share > 0.0);
            assignment
                .to
                .extend(reached.map(|(region, share)| (*region as u16, *share)));
            assignment.starts.push(assignment.to.len() as u32);
        }
        assignment
    }

    fn add(&self, voice: &Voice, group: usize, regions: &[usize], shares: &mut [f64]) {
        let share = voice.share[group];
        if share <= 0.0 {
            return;
        }
        let allowed = |region: usize| self.may_go(group, region);
        match &voice.rule {
            Rule::Least(cost) => {
                let mut best = (f32::INFINITY, None);
                for (at, &region) in regions.iter().enumerate() {
                    let cost = cost[group * self.regions + region];
                    if cost < best.0 && allowed(region) {
                        best = (cost, Some(at));
                    }
                }
                if let Some(at) = best.1 {
                    shares[at] += share;
                }
            }
            Rule::Split(weights) => {
                let weight = |region: usize| if allowed(region) { weights[region] } else { 0.0 };
                let whole: f64 = regions.iter().map(|region| weight(*region)).sum();
                for (to, &region) in shares.iter_mut().zip(regions) {
                    if whole > 0.0 {
                        *to += share * weight(region) / whole;
                    }
                }
            }
        }
    }
}

fn share_of(resolver: &crate::design::routing::Resolver, asker: &Asker) -> f64 {
    let asks = resolver.users.is_empty() || resolver.users.contains(&asker.country);
    if asks { resolver.share } else { 0.0 }
}

fn rule(policy: &Policy, askers: &[&Asker], places: &[LatLon]) -> Rule {
    let least = |cost: &dyn Fn(&Asker, usize) -> f32| {
        let of = |asker: &&Asker| (0..places.len()).map(|r| cost(asker, r)).collect::<Vec<_>>();
        Rule::Least(askers.iter().flat_map(of).collect())
    };
    match policy {
        Policy::Latency => least(&|asker, region| asker.expected_ms[region]),
        Policy::Geolocation {
            countries,
            continents,
            default,
        } => least(&|asker, region| {
            let none = Vec::new();
            let lists = [
                countries.get(&asker.country),
                continents.get(&asker.continent),
                (!default.is_empty()).then_some(default),
            ];
            // Only the most specific record that exists is followed, as DNS does.
            match lists.into_iter().flatten().next() {
                Some(list) => place_in(list, region),
                None if default.is_empty() => kilometres(asker, places[region]),
                None => place_in(&none, region),
            }
        }),
        Policy::Geoproximity { bias } => {
            least(&|asker, region| biased(kilometres(asker, places[region]), bias[region]))
        }
        Policy::Failover { order } => least(&|_, region| {
            let listed = place_in(order, region);
            if listed.is_finite() {
                listed
            } else {
                (order.len() + region) as f32
            }
        }),
        Policy::Weighted { weights } => Rule::Split(weights.clone()),
        Policy::Multivalue => Rule::Split(vec![1.0; places.len()]),
    }
}

fn place_in(list: &[usize], region: usize) -> f32 {
    list.iter()
        .position(|listed| *listed == region)
        .map_or(f32::INFINITY, |at| at as f32)
}

fn kilometres(asker: &Asker, place: LatLon) -> f32 {
    asker.place.distance(place).km() as f32
}

/// A distance stretched or shrunk by a bias from −99 to 99, by the formula of the Route 53 developer guide:
/// `km · (1 − bias/100)` for a positive bias, `km / (1 + bias/100)` for a negative one.
fn biased(km: f32, bias: f64) -> f32 {
    if bias >= 0.0 {
        km * (1.0 - bias / 100.0) as f32
    } else {
        km / (1.0 + bias / 100.0) as f32
    }
}

/// The share of clients that still follow an old answer `seconds` after a record changed: phases are even over the
/// TTL; those that ignore it stay for what `overstay` says.
///
/// ```
/// use isochrone::{design::routing::Routing, engine::routing::still_old};
/// let routing = Routing { ttl_s: 60.0, ..Routing::perfect() };
/// assert_eq!(still_old(&routing, 0.0), 1.0);
/// assert_eq!(still_old(&routing, 15.0), 0.75);
/// assert_eq!(still_old(&routing, 60.0), 0.0);
/// ```
pub fn still_old(routing: &Routing, seconds: f64) -> f64 {
    let keeping = if routing.ttl_s > 0.0 {
        (1.0 - seconds / routing.ttl_s).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let overstaying = match &routing.overstay_s {
        Some(overstay) => 1.0 - overstay.cdf((seconds - routing.ttl_s).max(0.0)),
        None => keeping,
    };
    (1.0 - routing.ignore_ttl) * keeping + routing.ignore_ttl * overstaying.max(keeping)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::routing::Resolver;
    use std::collections::BTreeMap;

    fn place(lat: f64, lon: f64) -> LatLon {
        LatLon::new(lat, lon).unwrap()
    }

    /// Dublin, Virginia, Sydney.
    fn places() -> Vec<LatLon> {
        vec![place(53.3, -6.3), place(39.0, -77.5), place(-33.9, 151.2)]
    }

    fn asker(country: &str, continent: &str, at: LatLon, expected_ms: [f32; 3]) -> Asker {
        Asker {
            place: at,
            country: country.into(),
            continent: continent.into(),
            expected_ms: expected_ms.to_vec(),
        }
    }

    /// Paris, New York, Auckland.
    fn askers() -> Vec<Asker> {
        vec![
            asker("FR", "Europe", place(48.9, 2.3), [20.0, 90.0, 280.0]),
            asker("US", "North America", place(40.7, -74.0), [75.0, 12.0, 220.0]),
            asker("NZ", "Oceania", place(-36.8, 174.8), [270.0, 200.0, 35.0]),
        ]
    }

    fn routed(policy: Policy, regions: &[usize]) -> Vec<Vec<(u16, f64)>> {
        let routing = Routing {
            policy,
            ..Routing::perfect()
        };
        let assignment = Router::new(&routing, &askers(), &[], &places(), Vec::new()).assign(regions);
        (0..3).map(|group| assignment.of(group).to_vec()).collect()
    }

    #[test]
    fn latency_goes_by_the_expected_rtt() {
        assert_eq!(
            routed(Policy::Latency, &[0, 1]),
            [[(0, 1.0)], [(1, 1.0)], [(1, 1.0)]]
        );
    }

    #[test]
    fn geolocation_follows_only_the_most_specific_record() {
        let policy = |default: Vec<usize>| Policy::Geolocation {
            countries: BTreeMap::from([("FR".to_owned(), vec![2])]),
            continents: BTreeMap::from([("Europe".to_owned(), vec![0]), ("Oceania".to_owned(), vec![2])]),
            default,
        };
        assert_eq!(
            routed(policy(vec![1]), &[0, 1, 2]),
            [[(2, 1.0)], [(1, 1.0)], [(2, 1.0)]]
        );
        // France has a record of its own, and its region is not in the set.
        assert_eq!(routed(policy(vec![1]), &[0, 1])[0], []);
        // Without a default the nearest by distance answers.
        assert_eq!(routed(policy(vec![]), &[0, 1, 2])[1], [(1, 1.0)]);
    }

    #[test]
    fn a_bias_widens_the_reach_of_a_region() {
        let even = Policy::Geoproximity { bias: vec![0.0; 3] };
        assert_eq!(routed(even, &[0, 1])[1], [(1, 1.0)]);
        let biased = Policy::Geoproximity {
            bias: vec![97.0, 0.0, 0.0],
        };
        assert_eq!(routed(biased, &[0, 1])[1], [(0, 1.0)]);
    }

    #[test]
    fn weights_split_every_group_alike_and_leave_out_who_is_not_in_the_set() {
        let policy = Policy::Weighted {
            weights: vec![3.0, 1.0, 4.0],
        };
        assert_eq!(routed(policy, &[0, 1])[2], [(0, 0.75), (1, 0.25)]);
        assert_eq!(routed(Policy::Multivalue, &[0, 2])[0], [(0, 0.5), (2, 0.5)]);
        let failover = Policy::Failover { order: vec![2, 0] };
        assert_eq!(routed(failover, &[0, 1])[1], [(0, 1.0)]);
    }

    #[test]
    fn a_resolver_elsewhere_takes_its_users_with_it() {
        let routing = Routing {
            resolvers: vec![Resolver {
                place: place(37.4, -122.1),
                country: "US".into(),
                share: 0.25,
                users: vec!["FR".into()],
            }],
            ..Routing::perfect()
        };
        let resolver = asker("US", "North America", place(37.4, -122.1), [140.0, 65.0, 150.0]);
        let router = Router::new(&routing, &askers(), &[resolver], &places(), Vec::new());
        let assignment = router.assign(&[0, 1]);
        assert_eq!(assignment.of(0), [(0, 0.75), (1, 0.25)]);
        assert_eq!(assignment.of(2), [(1, 1.0)]);
        assert!(router.single_cost().is_none());
    }

    #[test]
    fn who_may_go_nowhere_is_lost() {
        let routing = Routing::perfect();
        let mut allowed = vec![true; 9];
        allowed[0] = false; // Paris may not be served from Dublin
        let router = Router::new(&routing, &askers(), &[], &places(), allowed);
        let assignment = router.assign(&[0]);
        assert_eq!(assignment.of(0), []);
        assert!((assignment.lost(0) - 1.0).abs() < 1e-12);
        assert_eq!(router.assign(&[0, 1]).main(), [1, 1, 1]);
    }
}
