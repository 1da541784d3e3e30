//! The RTT between any two points: paths from landmarks, access, jitter, and the graph of regions.
//!
//! [`Network`] is built once from plain rows. A place is looked up once ([`Network::user`], [`Network::target`]); any
//! pair of looked-up places then costs a few microseconds.

pub mod rows;

pub mod calibration;

pub mod interval;

pub mod landmarks;

pub mod path;

pub mod access;

pub mod jitter;

pub mod endtoend;

pub mod tables;

pub mod variance;

pub mod graph;

pub mod reach;

pub mod validate;

use crate::basis::error::Result;

use access::{AccessModel, Technology};
use calibration::UserCalibration;
use endtoend::{ProbeSample, UserModel, UserPath, UserRtt};
use path::{Anchor, PathEstimate, PathKind, PathModel};
use rows::Endpoint;
use tables::Tables;
use variance::{InputSpread, Variance};

/// The network: what lies between any user and any region, and between regions.
#[derive(Clone, Debug)]
pub struct Network {
    paths: PathModel,
    access: AccessModel,
    users: UserModel,
    probes: Vec<ProbeSample>,
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
    pub fn build(tables: &Tables) -> Result<Self> {
        let calibration = UserCalibration::calibrated();
        let paths = PathModel::new(tables.landmarks()?);
        let access = AccessModel::build(&tables.access, calibration);
        let probes = tables.probe_samples(&paths, &access)?;
        let seen: Vec<&ProbeSample> = probes.iter().collect();
        let users = UserModel::new(&seen, calibration);
        Ok(Network {
            paths,
            access,
            users,
            probes,
        })
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
        let (estimate, shift) = self.shifted(user, target);
        let access = self.access.access(user.anchor.place().country, technology);
        self.users
            .user_rtt(access, estimate, shift, self.paths.spread().shape())
    }

    /// The path part of [`user_rtt`](Self::user_rtt): what lies between `target` and the access network at `user`.
    pub fn user_path(&self, user: &UserAnchor, target: &TargetAnchor) -> UserPath {
        let (estimate, shift) = self.shifted(user, target);
        self.users.path(estimate, shift, self.paths.spread().shape())
    }

    fn shifted(&self, user: &UserAnchor, target: &TargetAnchor) -> (PathEstimate, f64) {
        let estimate = self.paths.estimate(&user.anchor, &target.anchor);
        let shifts = self.users.shifts();
        (estimate, shifts.shift(&user.probe_weights, &target.probe_weights))
    }

    /// How far the levels of a whole country may lie from their estimates, from the probes of this network; from
    /// those of the crate's tables where it has too few.
    pub fn input_spread(&self) -> InputSpread {
        InputSpread::of(&self.probes, &self.users)
    }

    /// The analyses of variance behind [`input_spread`](Self::input_spread), path and access; nothing where there are
    /// too few probes.
    pub fn input_variance(&self) -> (Option<Variance>, Option<Variance>) {
        variance::analyse(&self.probes, &self.users)
    }

    /// Which landmark pairs the path from `user` to `target` rests on, the heaviest first.
    pub fn explain(&self, user: &UserAnchor, target: &TargetAnchor) -> Vec<path::LandmarkPair> {
        self.paths.explain(&user.anchor, &target.anchor)
    }

    /// The value Z′ below which a share `p` of users lies: `ln(path / level)` is κ·s times this. See [`endtoend`].
    pub fn user_deviation(&self, p: f64) -> f64 {
        endtoend::stretch(self.link_deviation(p), self.users.calibration().path_tail)
    }

    /// The value Z below which a share `p` of estimated links lies: `ln(rtt / p50)` is the link's scale times this.
    pub fn link_deviation(&self, p: f64) -> f64 {
        self.paths.spread().shape().quantile(p)
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
