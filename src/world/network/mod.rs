//! The RTT between any two points: paths from landmarks, access, jitter, and the graph of regions.
//!
//! [`Network`] is built once from plain rows. A place is looked up once ([`Network::user`], [`Network::target`]); any
//! pair of looked-up places then costs a few microseconds, and several times that where own measurements say how far users differ.

pub mod rows;

pub mod calibration;

pub mod interval;

pub mod landmarks;

pub mod path;

pub mod access;

pub mod jitter;

mod median;

pub mod endtoend;

pub mod tables;

pub mod variance;

pub mod graph;

pub mod reach;

pub mod validate;

pub mod own;

use std::sync::Arc;

use crate::basis::error::Result;

use access::{Access, AccessModel, Technology};
use calibration::UserCalibration;
use endtoend::{ProbeSample, UserModel, UserPath, UserRtt};
use median::Parts;
use own::Calibration;
use path::{Anchor, PathEstimate, PathKind, PathModel};
use rows::{Country, Endpoint};
use tables::Tables;
use variance::{InputSpread, Variance};

/// The network: what lies between any user and any region, and between regions.
#[derive(Clone, Debug)]
pub struct Network {
    paths: PathModel,
    access: AccessModel,
    users: UserModel,
    probes: Vec<ProbeSample>,
    own: Arc<Calibration>,
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
    region: Option<String>,
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
            own: Arc::default(),
        })
    }

    /// The same network, its estimates moved by what a user measured.
    #[must_use]
    pub fn calibrated(self, own: Arc<Calibration>) -> Self {
        Network { own, ..self }
    }

    /// What moves its estimates; empty where nobody calibrated it.
    pub fn own(&self) -> &Calibration {
        &self.own
    }

    /// A user group's place with its landmarks and the probes near it.
    pub fn user(&self, place: Endpoint) -> UserAnchor {
        UserAnchor {
            anchor: self.paths.anchor(place, PathKind::Public),
            probe_weights: self.users.shifts().user_weights(place.at, None),
        }
    }

    /// A place that requests go to and that is no region, with its landmarks and the targets of probes near it.
    pub fn target(&self, place: Endpoint) -> TargetAnchor {
        TargetAnchor {
            anchor: self.paths.anchor(place, PathKind::Public),
            probe_weights: self.users.shifts().target_weights(place.at),
            region: None,
        }
    }

    /// The same of the region `id`, so that what was measured towards it counts.
    pub fn target_of_region(&self, id: &str, place: Endpoint) -> TargetAnchor {
        TargetAnchor {
            region: Some(id.to_owned()),
            ..self.target(place)
        }
    }

    /// The RTT distribution of users of `technology` at `user` to `target`.
    pub fn user_rtt(&self, user: &UserAnchor, target: &TargetAnchor, technology: Technology) -> UserRtt {
        self.user_rtt_under(&self.own, user, target, technology)
    }

    /// The same under another calibration than its own.
    pub fn user_rtt_under(
        &self,
        own: &Calibration,
        user: &UserAnchor,
        target: &TargetAnchor,
        technology: Technology,
    ) -> UserRtt {
        let country = user.anchor.place().country;
        let (estimate, shift) = self.shifted(user, target);
        let access = self.access_under(own, country, technology);
        let rtt = self
            .users
            .user_rtt(access, estimate, shift, self.paths.spread().shape());
        UserRtt {
            path: self.path_under(own, rtt.path, target, (country, technology)),
            ..rtt
        }
    }

    /// The access of users of `technology` in `country`, as the user's own measurements have it.
    pub fn access_of(&self, country: Country, technology: Technology) -> Access {
        self.access_under(&self.own, country, technology)
    }

    fn access_under(&self, own: &Calibration, country: Country, technology: Technology) -> Access {
        let level = own.access_level(country, technology);
        let access = self.access.access(country, technology);
        let spread = own.access_spread.map_or(1.0, |factor| {
            let stated = access.log_sd();
            factor.of(stated, 1.0, level) / stated
        });
        access.moved(level, spread)
    }

    /// A path with what own measurements say of its level and its spread, the latter so that with the access of these
    /// users it leaves the median where it was.
    fn path_under(
        &self,
        own: &Calibration,
        path: UserPath,
        target: &TargetAnchor,
        (country, technology): (Country, Technology),
    ) -> UserPath {
        let level = own.path_level(country, target.region.as_deref());
        let stated = path.moved(level);
        if own.path_spread.is_none() && own.access_spread.is_none() {
            return stated;
        }
        let spread = own.path_spread.map_or(1.0, |factor| {
            let stated_sd = stated.scale * self.user_sd();
            factor.of(stated_sd, stated.estimate.scale, level) / stated_sd
        });
        let access = self.access.access(country, technology);
        let access = access.moved(own.access_level(country, technology), 1.0);
        let before = Parts::of(&access, &stated);
        let fitted = stated.wider(spread);
        let after = Parts::of(&self.access_under(own, country, technology), &fitted);
        fitted.longer(after.back_to(&before))
    }

    /// The path part of [`user_rtt`](Self::user_rtt) for users of any technology: what lies between `target` and the
    /// access network at `user`.
    pub fn user_path(&self, user: &UserAnchor, target: &TargetAnchor) -> UserPath {
        let (estimate, shift) = self.shifted(user, target);
        let path = self.users.path(estimate, shift, self.paths.spread().shape());
        let of = (user.anchor.place().country, Technology::Any);
        self.path_under(&self.own, path, target, of)
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

    /// The standard deviation of Z as its middle two thirds have it: an estimated link's scale times this is that of its
    /// logarithm.
    pub fn link_sd(&self) -> f64 {
        middle_two_thirds(|p| self.link_deviation(p))
    }

    /// The same of Z′, for paths of users.
    pub fn user_sd(&self) -> f64 {
        middle_two_thirds(|p| self.user_deviation(p))
    }

    /// The path model, for paths between data centres.
    pub fn paths(&self) -> &PathModel {
        &self.paths
    }

    /// The access model, without what the user's own measurements say.
    pub fn access(&self) -> &AccessModel {
        &self.access
    }
}

/// Half of what lies between the quantiles one standard deviation of a normal law below and above its median.
fn middle_two_thirds(quantile: impl Fn(f64) -> f64) -> f64 {
    const BELOW: f64 = 0.158_655_254;
    (quantile(1.0 - BELOW) - quantile(BELOW)) / 2.0
}
