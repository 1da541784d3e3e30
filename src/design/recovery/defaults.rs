//! What is taken where the scenario says nothing, with its source. What nobody could source is left out.

use super::{Backups, Detection, Failures, LossPreset, Recovery, Role, Step, Term, YEARS};
use crate::basis::dist::Dist;
use crate::basis::error::Result;
use crate::design::store::{Store, StoreKind};

/// Route 53: standard interval and default failure threshold.
const HEALTH_CHECKS: &str =
    "Amazon Route 53 Developer Guide, health checks: every 30 s, failed after 3 in a row";
/// Route 53: a TCP connection has to stand within so many seconds.
const CONNECT_S: f64 = 4.0;
const CONNECT_SOURCE: &str = "Amazon Route 53 Developer Guide: an HTTP check has to connect within 4 s";
/// What AWS says of the four strategies.
const STRATEGIES: &str =
    "shape assumed inside the band that AWS states (Disaster Recovery of Workloads on AWS)";

impl Recovery {
    /// The chain with nothing but defaults, for `stores` in their order.
    ///
    /// # Errors
    /// Never for the constants in here; the constructors of distributions check them.
    pub fn standard(stores: &[Store]) -> Result<Self> {
        Ok(Recovery {
            detection: Detection {
                interval_s: 30.0,
                threshold: 3,
                timeout: stated(Dist::fixed(CONNECT_S)?, CONNECT_SOURCE),
                source: HEALTH_CHECKS.to_owned(),
            },
            decision: None,
            runbook: vec![vec![Step::Traffic, Step::Promotion, Step::Ramp, Step::Restore]],
            promotion: stores.iter().map(promotion).collect::<Result<_>>()?,
            ramp: [
                ramp(Role::Active)?,
                ramp(Role::Hot)?,
                ramp(Role::Warm)?,
                ramp(Role::PilotLight)?,
                ramp(Role::Backup)?,
            ],
            backups: Some(Backups {
                interval_s: 86_400.0,
                copy: stated(Dist::zero(), "not counted: no source"),
                bytes: 0.0,
                bytes_per_s: 1.0,
                source:
                    "daily, as an AWS Backup plan is by default; size not given, so restoring is not counted"
                        .to_owned(),
                assumed: true,
            }),
            failback: None,
            standbys: Vec::new(),
            years: YEARS,
        })
    }
}

impl Failures {
    /// The typical preset and nothing else, for so many candidates.
    pub fn standard(candidates: usize) -> Self {
        Failures {
            preset: LossPreset::Typical,
            region: None,
            of_region: vec![None; candidates],
            common: None,
            zones: Vec::new(),
            incidents: None,
            zone_loss: None,
            links: Vec::new(),
        }
    }
}

fn stated(seconds: Dist, source: &str) -> Term {
    Term {
        seconds,
        source: source.to_owned(),
        assumed: false,
    }
}

fn assumed(seconds: Dist, source: &str) -> Term {
    Term {
        assumed: true,
        ..stated(seconds, source)
    }
}

/// Time to promote a copy of `store`; none where its kind needs no promotion or nobody says how long it takes.
fn promotion(store: &Store) -> Result<Option<Term>> {
    const AURORA: &str =
        "Aurora Global Database: managed failover typically takes less than a minute (AWS's claim)";
    match store.kind {
        StoreKind::SingleLeader { .. } => Ok(Some(assumed(Dist::from_p50_p95(30.0, 60.0)?, AURORA))),
        _ => Ok(None),
    }
}

/// Time that a region of `role` takes to grow to its new load.
fn ramp(role: Role) -> Result<Term> {
    const MINUTE: f64 = 60.0;
    Ok(match role {
        Role::Active | Role::Hot => assumed(
            Dist::zero(),
            "sized for the loss beforehand; otherwise say `ramp`",
        ),
        Role::Warm => assumed(Dist::from_p50_p95(5.0 * MINUTE, 15.0 * MINUTE)?, STRATEGIES),
        Role::PilotLight => assumed(Dist::from_p50_p95(20.0 * MINUTE, 45.0 * MINUTE)?, STRATEGIES),
        Role::Backup => assumed(Dist::from_p50_p95(120.0 * MINUTE, 480.0 * MINUTE)?, STRATEGIES),
    })
}
