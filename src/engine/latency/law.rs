//! What is drawn for one request: the laws of its parts.

use crate::basis::dist::Shape;

/// One independent part of a request's latency: adds `times · max(X, floor)` ms.
#[derive(Clone, Debug)]
pub struct Part {
    /// The law of `X`, ms.
    pub shape: Shape,
    /// How often it counts: the number of round trips for what is drawn once in a request.
    pub times: f32,
    /// What `X` cannot fall below, ms: light in fibre for a path.
    pub floor: f32,
}

impl Part {
    /// A part that always adds `ms`.
    pub fn fixed(ms: f64) -> Self {
        Part {
            shape: Shape::Fixed(ms),
            times: 1.0,
            floor: f32::NEG_INFINITY,
        }
    }

    /// A part that counts once and knows no floor.
    pub fn once(shape: Shape) -> Self {
        Part {
            shape,
            times: 1.0,
            floor: f32::NEG_INFINITY,
        }
    }

    /// What it always adds, if it always adds the same.
    pub fn as_fixed(&self) -> Option<f64> {
        match self.shape {
            Shape::Fixed(ms) => Some(f64::from(self.times) * ms.max(f64::from(self.floor))),
            _ => None,
        }
    }
}

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
}

impl Laws {
    /// The law between a group and a region.
    pub fn pair(&self, group: usize, region: usize) -> &PairLaw {
        &self.pairs[group * self.regions + region]
    }

    /// The latency of a request that knows no chance at all, in ms.
    pub fn fixed(&self, group: usize, region: usize) -> Option<f64> {
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
