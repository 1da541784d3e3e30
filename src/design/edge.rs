//! Edge locations in front of the regions: a CDN, an anycast on-ramp, and whose network each leg runs on.

use crate::basis::geo::LatLon;

/// Where edge locations stand and what they do.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgeNetwork {
    /// The locations.
    pub locations: Vec<EdgePlace>,
    /// Share of static requests that the location has a copy for.
    pub hits: f64,
    /// Whose network carries a request from the edge location to the region.
    pub origin: Carrier,
}

/// An edge location.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgePlace {
    /// Its id: `cloudfront:dub`.
    pub id: String,
    /// Where it stands.
    pub place: LatLon,
    /// ISO 3166-1 alpha-2 code of its country.
    pub country: String,
}

/// Whose network carries a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// The public internet.
    Public,
    /// The provider's own network.
    Backbone,
}
