//! What is drawn for one request: the laws of its parts.

use std::sync::Arc;

use super::class::ClassLaw;
pub use super::part::Part;
use crate::engine::routing::Router;

/// A user group as the engine sees it.
#[derive(Clone, Debug)]
pub struct GroupLaw {
    /// Share of the audience; all shares sum to 1.
    pub weight: f64,
    /// Number of its country among the audience's countries.
    pub country: u16,
    /// Its access network. Drawn once in a request, the same towards every region: same user.
    pub access: Part,
    /// How far the level of its access figure may be off.
    pub access_error: AccessError,
}

/// The uncertainty of a group's access level.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AccessError {
    /// Standard error of the logarithm of the level.
    pub log_sd: f32,
    /// The level itself, ms in the request.
    pub level_ms: f32,
}

/// What lies between a user group and a region.
#[derive(Clone, Debug)]
pub struct PairLaw {
    /// Independent parts, each drawn from a stream of its own.
    pub parts: Vec<Part>,
    /// The parts were measured from the users and hold their access network: it is not added once more.
    pub contains_access: bool,
    /// Expected RTT as a DNS policy sees it, ms: what routing goes by.
    pub expected_ms: f64,
    /// How far the level of its path may be off.
    pub path_error: PathError,
    /// Mean of the exponential part of one round trip's jitter, ms. Where requests have classes, jitter is drawn from
    /// it and `parts` holds the path of a single round trip; otherwise `parts` holds everything.
    pub jitter_ms: f32,
}

/// A leg of the way through an edge location.
#[derive(Clone, Debug)]
pub struct WayLaw {
    /// One round trip.
    pub path: Part,
    /// Mean of the exponential part of its jitter, ms.
    pub jitter_ms: f32,
    /// Expected RTT, ms.
    pub expected_ms: f64,
    /// How far the level of its path may be off.
    pub path_error: PathError,
}

/// The ways through edge locations: each user group enters at one.
#[derive(Clone, Debug)]
pub struct EdgeLaws {
    /// For each group the edge location it enters at.
    pub entered: Vec<usize>,
    /// For each group the way to that location; the access network comes on top.
    pub near: Vec<WayLaw>,
    /// `far[group * regions + region]`: from there to the region.
    pub far: Vec<WayLaw>,
}

/// The uncertainty of a path's level, shared by all groups of a country towards a region.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PathError {
    /// Standard error of the logarithm of the level; 0 for what was measured.
    pub log_sd: f32,
    /// The level itself, ms in the request.
    pub level_ms: f32,
}

/// Everything the Monte Carlo draws from.
#[derive(Clone, Debug)]
pub struct Laws {
    /// User groups, those of a country side by side.
    pub groups: Vec<GroupLaw>,
    /// Number of regions.
    pub regions: usize,
    /// `pairs[group * regions + region]`.
    pub pairs: Vec<PairLaw>,
    /// Time the region works on a request. Drawn once in a request, the same in every region.
    pub service: Part,
    /// The kinds of requests; empty when all are alike, `times` round trips and a service time.
    pub classes: Vec<ClassLaw>,
    /// The ways through edge locations, where a class takes them.
    pub edge: Option<EdgeLaws>,
    /// Which region serves whom; none when it is the one with the least expected RTT.
    pub router: Option<Arc<Router>>,
}

impl Laws {
    /// The law between a group and a region.
    pub fn pair(&self, group: usize, region: usize) -> &PairLaw {
        &self.pairs[group * self.regions + region]
    }

    /// Number of classes: 1 where all requests are alike.
    pub fn class_count(&self) -> usize {
        self.classes.len().max(1)
    }

    /// Columns of a table for each user group: every class at every region.
    pub fn columns(&self) -> usize {
        self.class_count() * self.regions
    }

    /// The column of a class at a region.
    pub fn column(&self, class: usize, region: usize) -> usize {
        class * self.regions + region
    }

    /// Share of all requests that a class has.
    pub fn class_share(&self, class: usize) -> f64 {
        self.classes.get(class).map_or(1.0, |law| law.share)
    }

    /// The latency of a request that knows no chance at all, in ms. `column` as in [`Laws::column`].
    pub fn fixed(&self, group: usize, column: usize) -> Option<f64> {
        if self.classes.is_empty() {
            self.fixed_alike(group, column)
        } else {
            self.fixed_class(group, column / self.regions, column % self.regions)
        }
    }

    fn fixed_class(&self, group: usize, class: usize, region: usize) -> Option<f64> {
        let law = &self.classes[class];
        let access = || self.groups[group].access.as_fixed();
        let fixed = |path: &Part, jitter_ms: f32| (jitter_ms == 0.0).then(|| path.as_fixed()).flatten();
        match &self.edge {
            Some(edge) if law.at_edge => {
                let (near, far) = (&edge.near[group], &edge.far[group * self.regions + region]);
                let near_ms = access()? + fixed(&near.path, near.jitter_ms)?;
                let far_ms = if law.modes.iter().all(|mode| mode.far == 0) {
                    0.0
                } else {
                    fixed(&far.path, far.jitter_ms)?
                };
                law.fixed(near_ms, far_ms)
            }
            _ => {
                let pair = self.pair(group, region);
                let access = if pair.contains_access { 0.0 } else { access()? };
                let path = pair
                    .parts
                    .iter()
                    .try_fold(access, |sum, part| Some(sum + part.as_fixed()?))?;
                (pair.jitter_ms == 0.0).then(|| law.fixed(path, 0.0)).flatten()
            }
        }
    }

    fn fixed_alike(&self, group: usize, region: usize) -> Option<f64> {
        let pair = self.pair(group, region);
        let access = if pair.contains_access {
            0.0
        } else {
            self.groups[group].access.as_fixed()?
        };
        let base = access + self.service.as_fixed()?;
        pair.parts
            .iter()
            .try_fold(base, |sum, part| Some(sum + part.as_fixed()?))
    }
}
