//! User groups: who asks, from where, how often, and when in the day.

use crate::basis::geo::LatLon;

pub use crate::world::network::access::Technology;

pub mod zone;

pub mod clock;

pub mod curve;

pub mod audience;

/// People who share a place and an access network.
#[derive(Clone, Debug, PartialEq)]
pub struct UserGroup {
    /// A name that is unique in the audience: a metro's id, or what the user's file says.
    pub id: String,
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// Where they are.
    pub place: LatLon,
    /// Their time zone, an IANA name such as `Asia/Tokyo`.
    pub zone: String,
    /// How much they count: users, or whatever the user's file weighs by. Positive and finite.
    pub weight: f64,
    /// Requests per second this group sends on average; `None` when the audience states no rate.
    pub requests_per_second: Option<f64>,
    /// Access technologies with their shares; shares sum to 1.
    pub access: Vec<(Technology, f64)>,
    /// The region they sit in, for clients inside a cloud: no access network lies between.
    pub at_region: Option<String>,
}

/// Everyone who asks, and what their weights mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Audience {
    /// A line that says who they are: `internet users of 250 countries`.
    pub description: String,
    /// The groups, in a fixed order.
    pub groups: Vec<UserGroup>,
    /// What a weight counts: `users`, `requests/s` or `weight`.
    pub weight_unit: String,
    /// Countries that were asked for and have no figure, and so are missing.
    pub missing: Vec<String>,
}

impl Audience {
    /// Requests per second of the whole audience, where every group states a rate.
    pub fn requests_per_second(&self) -> Option<f64> {
        self.groups.iter().map(|group| group.requests_per_second).sum()
    }

    /// The sum of all weights, folded in the order of the groups.
    pub fn total_weight(&self) -> f64 {
        self.groups.iter().map(|group| group.weight).sum()
    }
}
