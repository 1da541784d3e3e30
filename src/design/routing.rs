//! How a user group finds a region: the policies of a DNS service, and what goes wrong on the way.

use std::collections::BTreeMap;

use crate::basis::dist::Dist;
use crate::basis::geo::LatLon;

/// How user groups are sent to regions.
#[derive(Clone, Debug)]
pub struct Routing {
    /// Who is meant to go where.
    pub policy: Policy,
    /// Users whose resolver stands elsewhere.
    pub resolvers: Vec<Resolver>,
    /// How long an answer may be kept, s.
    pub ttl_s: f64,
    /// Share of clients that keep an answer longer than they may.
    pub ignore_ttl: f64,
    /// How much longer these keep it, s.
    pub overstay_s: Option<Dist>,
    /// Whether somebody said all this, so that it is told of even where it costs nothing.
    pub stated: bool,
}

impl Routing {
    /// Latency-based with perfect knowledge.
    pub fn perfect() -> Self {
        Routing {
            policy: Policy::Latency,
            resolvers: Vec::new(),
            ttl_s: 60.0,
            ignore_ttl: 0.0,
            overstay_s: None,
            stated: false,
        }
    }

    /// Whether every group goes to the region with the least expected RTT.
    pub fn is_perfect(&self) -> bool {
        matches!(self.policy, Policy::Latency) && self.resolvers.is_empty()
    }
}

/// The kinds of routing that Route 53 knows. A region that is not in the set is passed over.
#[derive(Clone, Debug, PartialEq)]
pub enum Policy {
    /// The region with the least expected RTT.
    Latency,
    /// By country, else by continent, else the default.
    Geolocation {
        /// Country (ISO 3166-1 alpha-2) → candidates in order of preference.
        countries: BTreeMap<String, Vec<usize>>,
        /// Continent as the catalogue names it → candidates in order of preference.
        continents: BTreeMap<String, Vec<usize>>,
        /// Everybody else, in order of preference; empty means the nearest region of the set by distance.
        default: Vec<usize>,
    },
    /// The nearest by distance, where a bias from −99 to 99 stretches or shrinks a region's reach.
    Geoproximity {
        /// Bias by candidate; 0 where none is given.
        bias: Vec<f64>,
    },
    /// By weights, whoever asks.
    Weighted {
        /// Weight by candidate; the weights of a set's regions are scaled to 1.
        weights: Vec<f64>,
    },
    /// Everything to the first region of this order that is in the set; the rest stand by.
    Failover {
        /// Candidates in order of preference; those not named come last, in catalogue order.
        order: Vec<usize>,
    },
    /// Any region of the set, evenly.
    Multivalue,
}

impl Policy {
    /// The name used in files.
    pub fn name(&self) -> &'static str {
        match self {
            Policy::Latency => "latency",
            Policy::Geolocation { .. } => "geolocation",
            Policy::Geoproximity { .. } => "geoproximity",
            Policy::Weighted { .. } => "weighted",
            Policy::Failover { .. } => "failover",
            Policy::Multivalue => "multivalue",
        }
    }
}

/// Users whose questions come from a resolver that does not stand where they are and does not pass on who asks.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolver {
    /// Where it stands.
    pub place: LatLon,
    /// Country it stands in.
    pub country: String,
    /// Share of the users of `users` that ask it.
    pub share: f64,
    /// Countries whose users ask it; empty means all.
    pub users: Vec<String>,
}
