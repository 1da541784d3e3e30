//! Small deployments and causes that tests share.

use super::availability::Deployment;
use super::causes::{Cause, Effect, YEAR_S};
use super::chain::{Chain, Wait};
use crate::basis::dist::Dist;
use crate::design::recovery::{Detection, Recovery, Term};
use crate::design::routing::Routing;

/// A cause that takes `members` down `per_year` times a year for as long as `repair`, s.
pub(super) fn down(members: u32, per_year: f64, repair: Dist) -> Cause {
    Cause {
        name: format!("{members:b}"),
        members,
        per_year,
        repair,
        assumed: false,
        effect: Effect::Down,
    }
}

/// A cause that is there for the share `p` of time, an hour at a time on average.
pub(super) fn cause_with_share(members: u32, p: f64) -> Cause {
    let mttr = 3600.0;
    let mtbf = mttr * (1.0 - p) / p;
    down(members, YEAR_S / mtbf, Dist::exponential(mttr).unwrap())
}

/// How likely it is that at least `k` regions are up.
pub(super) fn up_at_least(states: &[f64], k: u32) -> f64 {
    let regions = states.len().trailing_zeros();
    (0..states.len())
        .filter(|down| regions - down.count_ones() >= k)
        .map(|down| states[down])
        .sum()
}

/// Served wholly by any `k` of `n` regions, without delay.
pub(super) struct KOfN(pub(super) usize, pub(super) u32);

impl Deployment for KOfN {
    fn regions(&self) -> usize {
        self.0
    }

    fn unserved(&self, down: u32) -> f64 {
        f64::from(u8::from(self.0 as u32 - down.count_ones() < self.1))
    }

    fn stops(&self, _before: u32, _after: u32) -> Vec<(f64, Wait)> {
        Vec::new()
    }

    fn load(&self, down: u32, region: usize) -> f64 {
        if down >> region & 1 == 1 {
            return 0.0;
        }
        1.0 / f64::from(self.0 as u32 - down.count_ones())
    }
}

/// Users belong to regions by share; those of a lost one go to the first that is left, after `wait`.
pub(super) struct Moving {
    pub(super) shares: Vec<f64>,
    pub(super) wait: Wait,
}

impl Moving {
    fn serving(&self, home: usize, down: u32) -> Option<usize> {
        let up = |region: &usize| down >> region & 1 == 0;
        if up(&home) {
            return Some(home);
        }
        (0..self.shares.len()).find(up)
    }
}

impl Deployment for Moving {
    fn regions(&self) -> usize {
        self.shares.len()
    }

    fn unserved(&self, down: u32) -> f64 {
        let homes = 0..self.shares.len();
        homes
            .filter(|home| self.serving(*home, down).is_none())
            .map(|home| self.shares[home])
            .sum()
    }

    fn stops(&self, before: u32, after: u32) -> Vec<(f64, Wait)> {
        let moves = |home: &usize| match (self.serving(*home, before), self.serving(*home, after)) {
            (Some(from), Some(to)) => from != to && after >> from & 1 == 1,
            _ => false,
        };
        let share: f64 = (0..self.shares.len())
            .filter(moves)
            .map(|home| self.shares[home])
            .sum();
        if share > 0.0 {
            vec![(share, self.wait.clone())]
        } else {
            Vec::new()
        }
    }

    fn load(&self, down: u32, region: usize) -> f64 {
        let homes = 0..self.shares.len();
        homes
            .filter(|home| self.serving(*home, down) == Some(region))
            .map(|home| self.shares[home])
            .sum()
    }
}

/// A chain of health checks every `interval_s`, three in a row, no time-out, and the TTL.
pub(super) fn dns(interval_s: f64, ttl_s: f64) -> Chain {
    Chain::new(&checks(interval_s), &routing(ttl_s))
}

/// Users who keep an answer for `ttl_s`.
pub(super) fn routing(ttl_s: f64) -> Routing {
    Routing {
        ttl_s,
        ..Routing::perfect()
    }
}

/// Health checks every `interval_s`, three in a row, no time-out; everything else by default.
pub(super) fn checks(interval_s: f64) -> Recovery {
    let mut recovery = Recovery::standard(&[]).unwrap();
    recovery.detection = Detection {
        interval_s,
        threshold: 3,
        timeout: term(Dist::zero()),
        source: String::new(),
    };
    recovery
}

/// A time that a test says.
pub(super) fn term(seconds: Dist) -> Term {
    Term {
        seconds,
        source: String::new(),
        assumed: false,
    }
}

/// Waits for the resolver and for nothing else.
pub(super) fn traffic() -> Wait {
    Wait {
        traffic: true,
        ..Wait::default()
    }
}
