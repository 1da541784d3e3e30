//! The RTT between any two points: paths from landmarks, access, jitter, and the graph of regions.
//!
//! [`Network`] is built once from plain rows. A place is looked up once ([`Network::user`], [`Network::target`]); any
//! pair of looked-up places then costs a few microseconds.

pub mod rows;

pub mod calibration;

pub mod landmarks;

pub mod path;

pub mod access;

pub mod jitter;

pub mod endtoend;

pub mod graph;

pub mod validate;

use std::collections::BTreeMap;

use crate::basis::error::{Error, Result};

use access::{AccessModel, Technology};
use calibration::UserCalibration;
use endtoend::{ProbeSample, UserModel, UserRtt};
use landmarks::Landmarks;
use path::{Anchor, PathKind, PathModel};
use rows::{AccessRow, CityRow, CityRttRow, Endpoint, ProbeRow, RegionRow, RegionRttRow};

/// Everything the network model is built from.
#[derive(Clone, Copy, Debug)]
pub struct Tables<'a> {
    /// City hosts.
    pub cities: &'a [CityRow],
    /// RTTs between them.
    pub city_rtts: &'a [CityRttRow],
    /// Regions of all providers.
    pub regions: &'a [RegionRow],
    /// Measured RTTs between regions.
    pub region_rtts: &'a [RegionRttRow],
    /// Country tests of the last mile.
    pub access: &'a [AccessRow],
    /// User probes.
    pub probes: &'a [ProbeRow],
}

impl Tables<'_> {
    /// The landmarks these tables hold: the cities and the AWS regions.
    ///
    /// Only one matrix is taken, so that its regions have RTTs to each other; the other providers' stay unseen and
    /// serve as a check (median error 5–6 % on them).
    ///
    /// # Errors
    /// As [`Landmarks::build`].
    pub fn landmarks(&self) -> Result<Landmarks> {
        let aws: Vec<RegionRttRow> = self
            .region_rtts
            .iter()
            .filter(|row| rows::provider_of(&row.from) == LANDMARK_PROVIDER)
            .cloned()
            .collect();
        Landmarks::build(self.cities, self.city_rtts, self.regions, &aws)
    }

    /// The probe rows with their path estimates.
    ///
    /// # Errors
    /// When a probe names a region that is not in the list.
    pub fn probe_samples(&self, paths: &PathModel, access: &AccessModel) -> Result<Vec<ProbeSample>> {
        let places: BTreeMap<&str, Endpoint> =
            self.regions.iter().map(|r| (r.id.as_str(), r.place)).collect();
        let mut targets: BTreeMap<&str, Anchor> = BTreeMap::new();
        let mut samples = Vec::new();
        for row in self.probes {
            let Some(technology) = row.technology.calibrated_index() else {
                continue;
            };
            let target = *places.get(row.region.as_str()).ok_or_else(|| {
                Error::input(format!(
                    "a probe names region `{}`, which is not known",
                    row.region
                ))
            })?;
            let to = targets
                .entry(&row.region)
                .or_insert_with(|| paths.anchor(target, PathKind::Public));
            let from = paths.anchor(row.place, PathKind::Public);
            samples.push(ProbeSample {
                probe: row.probe,
                technology,
                place: row.place,
                target: target.at,
                estimate: paths.estimate(&from, to),
                country_factor: access.country_factor(row.place.country),
                rtt_ms: row.rtt_ms,
            });
        }
        Ok(samples)
    }
}

/// The provider whose regions are landmarks beside the cities.
const LANDMARK_PROVIDER: &str = "aws";

/// The network: what lies between any user and any region, and between regions.
#[derive(Clone, Debug)]
pub struct Network {
    paths: PathModel,
    access: AccessModel,
    users: UserModel,
}

/// A user group's place, looked up.
#[derive(Clone, Debug)]
pub struct UserAnchor {
    anchor: Anchor,
    probe_weights: Vec<f64>,
}

/// A region's place, looked up.
#[derive(Clone, Debug)]
pub struct TargetAnchor {
    anchor: Anchor,
    probe_weights: Vec<f64>,
}

impl Network {
    /// Builds the network with the calibrated constants of the crate.
    ///
    /// # Errors
    /// When a row names something unknown or holds an impossible figure.
    pub fn build(tables: &Tables<'_>) -> Result<Self> {
        let calibration = UserCalibration::calibrated();
        let paths = PathModel::new(tables.landmarks()?);
        let access = AccessModel::build(tables.access, calibration);
        let samples = tables.probe_samples(&paths, &access)?;
        let seen: Vec<&ProbeSample> = samples.iter().collect();
        let users = UserModel::new(&seen, calibration);
        Ok(Network { paths, access, users })
    }

    /// A user group's place with its landmarks and the probes near it.
    pub fn user(&self, place: Endpoint) -> UserAnchor {
        UserAnchor {
            anchor: self.paths.anchor(place, PathKind::Public),
            probe_weights: self.users.shifts().user_weights(place.at, None),
        }
    }

    /// A region's place with its landmarks and the targets of probes near it.
    pub fn target(&self, place: Endpoint) -> TargetAnchor {
        TargetAnchor {
            anchor: self.paths.anchor(place, PathKind::Public),
            probe_weights: self.users.shifts().target_weights(place.at),
        }
    }

    /// The RTT distribution of users of `technology` at `user` to `target`.
    pub fn user_rtt(&self, user: &UserAnchor, target: &TargetAnchor, technology: Technology) -> UserRtt {
        let estimate = self.paths.estimate(&user.anchor, &target.anchor);
        let shift = self
            .users
            .shifts()
            .shift(&user.probe_weights, &target.probe_weights);
        let access = self.access.access(user.anchor.place().country, technology);
        self.users
            .user_rtt(access, estimate, shift, self.paths.spread().shape())
    }

    /// Which landmark pairs the path from `user` to `target` rests on, the heaviest first.
    pub fn explain(&self, user: &UserAnchor, target: &TargetAnchor) -> Vec<path::LandmarkPair> {
        self.paths.explain(&user.anchor, &target.anchor)
    }

    /// The path model, for paths between data centres.
    pub fn paths(&self) -> &PathModel {
        &self.paths
    }

    /// The access model.
    pub fn access(&self) -> &AccessModel {
        &self.access
    }
}
