//! What may be lost, and what a team does about it: roles of regions, the chain of recovery, failures, named losses.
//!
//! Times of recovery and repair are in seconds, rates are per region and year. Every term says where it comes from;
//! a term that nobody could source has no default and is left out until the user gives it.

pub mod defaults;

pub mod forget;

use crate::basis::dist::Dist;

/// What a region of a set is for. The order is that of readiness, the readiest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Serves users all the time.
    Active,
    /// Runs at full size and serves nobody (hot standby).
    Hot,
    /// Runs scaled down (warm standby).
    Warm,
    /// Data is there and alive, servers are not (pilot light).
    PilotLight,
    /// Only backups are there (backup and restore).
    Backup,
}

impl Role {
    /// All roles, the readiest first.
    pub const ALL: [Role; 5] = [
        Role::Active,
        Role::Hot,
        Role::Warm,
        Role::PilotLight,
        Role::Backup,
    ];

    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            Role::Active => "active",
            Role::Hot => "hot",
            Role::Warm => "warm",
            Role::PilotLight => "pilot_light",
            Role::Backup => "backup",
        }
    }
}

/// A region that serves nobody until another is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standby {
    /// The candidate.
    pub region: usize,
    /// How ready it is; never [`Role::Active`].
    pub role: Role,
}

/// A time with its origin, s.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// The time, s.
    pub seconds: Dist,
    /// Who says so: `scenario`, or the source of the default.
    pub source: String,
    /// Whether it is an assumption that nobody measured or promised.
    pub assumed: bool,
}

/// How a loss is noticed: health checks that fail some times in a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Detection {
    /// Time between two checks, s.
    pub interval_s: f64,
    /// Failures in a row that it takes, at least 1.
    pub threshold: u32,
    /// How long a check waits for an answer before it counts as failed, s.
    pub timeout: Term,
    /// Where interval and threshold come from.
    pub source: String,
}

/// A step of recovery after detection and decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Users' resolvers forget the old answer; nothing behind anycast or a CDN.
    Traffic,
    /// A store's copy is made its leader.
    Promotion,
    /// The region that takes over grows to its new load.
    Ramp,
    /// Data is restored from backup.
    Restore,
}

impl Step {
    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            Step::Traffic => "traffic",
            Step::Promotion => "promotion",
            Step::Ramp => "ramp",
            Step::Restore => "restore",
        }
    }
}

/// What backups are like, for regions whose role is [`Role::Backup`].
#[derive(Clone, Debug, PartialEq)]
pub struct Backups {
    /// Time between two backups, s.
    pub interval_s: f64,
    /// Time until a backup has arrived in the other region, s.
    pub copy: Term,
    /// Bytes to restore.
    pub bytes: f64,
    /// Bytes restored a second.
    pub bytes_per_s: f64,
    /// Where size, rate and interval come from.
    pub source: String,
    /// Whether any of them is an assumption.
    pub assumed: bool,
}

/// Going back once the lost region is repaired.
#[derive(Clone, Debug, PartialEq)]
pub struct Failback {
    /// Time from repair until everything is as before, s.
    pub after: Term,
    /// Time that the users who move back are not served, s.
    pub pause: Term,
}

/// What a team does when it loses a region.
#[derive(Clone, Debug, PartialEq)]
pub struct Recovery {
    /// How a loss is noticed.
    pub detection: Detection,
    /// Time until a human decides; none where failover is automatic.
    pub decision: Option<Term>,
    /// Stages in order; the steps of one stage go on side by side. Steps not named are not waited for.
    pub runbook: Vec<Vec<Step>>,
    /// By store of the scenario: time to promote a copy; none where the kind needs no promotion.
    pub promotion: Vec<Option<Term>>,
    /// Time to grow to the new load, by role in the order of [`Role::ALL`].
    pub ramp: [Term; 5],
    /// Backups, where a region's role needs them or the scenario describes them.
    pub backups: Option<Backups>,
    /// Going back.
    pub failback: Option<Failback>,
    /// Standby regions that every set gets which does not hold them already, and that names none of its own.
    pub standbys: Vec<Standby>,
    /// Years of which the downtime is simulated, and busy periods in proportion.
    pub years: u32,
}

/// Years that are simulated unless the scenario says otherwise.
pub const YEARS: u32 = 100_000;

/// How often something happens and how long it lasts.
#[derive(Clone, Debug, PartialEq)]
pub struct Hazard {
    /// Times a year, at least 0.
    pub per_year: f64,
    /// Time until it is over, s.
    pub repair: Dist,
    /// Who says so.
    pub source: String,
    /// Whether it is an assumption that nobody measured or promised.
    pub assumed: bool,
}

/// Named assumptions about the loss of whole regions: the record is too thin to fit them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossPreset {
    /// A region is lost rarely and comes back soon.
    Optimistic,
    /// Between the two.
    Typical,
    /// A region is lost often, and slow to come back.
    Pessimistic,
}

impl LossPreset {
    /// All presets, from mild to severe.
    pub const ALL: [LossPreset; 3] = [
        LossPreset::Optimistic,
        LossPreset::Typical,
        LossPreset::Pessimistic,
    ];

    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            LossPreset::Optimistic => "optimistic",
            LossPreset::Typical => "typical",
            LossPreset::Pessimistic => "pessimistic",
        }
    }
}

/// Shares of a region's losses that it does not suffer alone (β-factors), each 0–1, together at most 1.
///
/// ```text
/// λ(provider) = β_provider · λ    all regions of the provider at once
/// λ(country)  = β_country  · λ    all its regions in one country
/// λ(zone)     = β_zone     · λ    all regions of one hazard zone
/// λ(alone)    = (1 − β_provider − β_country − β_zone) · λ
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CommonCause {
    /// β of the provider's control plane.
    pub provider: f64,
    /// β of the country.
    pub country: f64,
    /// β of the hazard zone; it falls back to the region alone where a region is in none.
    pub zone: f64,
}

/// Regions that one flood, storm, quake or grid may take together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HazardZone {
    /// How reports call it.
    pub name: String,
    /// Candidates in it, ascending.
    pub regions: Vec<usize>,
}

/// What an incident that is less than a loss does to a region's requests.
#[derive(Clone, Debug, PartialEq)]
pub enum Impairment {
    /// This share of its capacity is left, 0–1.
    CapacityLeft(f64),
    /// Each request takes so much longer, ms.
    AddedLatency(Dist),
}

/// Links that fail together, such as those in one cable.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkFailure {
    /// How reports call it.
    pub name: String,
    /// Pairs of candidates, the earlier first.
    pub pairs: Vec<(usize, usize)>,
    /// How often, how long.
    pub hazard: Hazard,
}

/// What may be lost, and how often.
#[derive(Clone, Debug, PartialEq)]
pub struct Failures {
    /// The preset in force for what the scenario does not say itself.
    pub preset: LossPreset,
    /// Loss of a whole region by the user's own rate; none: as the preset says.
    pub region: Option<Hazard>,
    /// The user's own rates by candidate; none: as `region` says.
    pub of_region: Vec<Option<Hazard>>,
    /// Shared causes by the user's own word; none: as the preset says.
    pub common: Option<CommonCause>,
    /// Regions that one hazard may take together.
    pub zones: Vec<HazardZone>,
    /// Service incidents with what they do to requests; none: they are told, and not counted.
    pub incidents: Option<Incidents>,
    /// Loss of one zone inside a region; none: not counted.
    pub zone_loss: Option<Hazard>,
    /// Links that fail.
    pub links: Vec<LinkFailure>,
}

/// Service incidents: a region is there, and serves badly.
#[derive(Clone, Debug, PartialEq)]
pub struct Incidents {
    /// How often, how long, by the user's own word; none: as fitted to the record.
    pub hazard: Option<Hazard>,
    /// What they do.
    pub impairment: Impairment,
}

/// A loss that the scenario or the command line asks about.
#[derive(Clone, Debug, PartialEq)]
pub struct Loss {
    /// How reports call it.
    pub name: String,
    /// Candidates lost, ascending.
    pub regions: Vec<usize>,
    /// Pairs of candidates whose link is cut, the earlier first.
    pub links: Vec<(usize, usize)>,
    /// Regions that go on badly.
    pub impaired: Vec<(usize, Impairment)>,
}

/// What is asked about losses.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LossQuestions {
    /// All losses of up to so many regions of a set; 1 unless the command line says more.
    pub lose_any: usize,
    /// Named losses.
    pub named: Vec<Loss>,
}

/// A measure that the score counts, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Utility {
    /// What is measured.
    pub of: Measure,
    /// Its weight; weights are scaled to sum 1.
    pub weight: f64,
    /// Worth 1 from here on: ms for latencies, s for RTO and RPO, a share for shares and availability, an amount a month
    /// for costs.
    pub target: f64,
    /// Worth 0 from here on; on the other side of the target.
    pub limit: f64,
}

/// What a utility measures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// A figure of the latency, in normal times.
    Latency(super::targets::Objective),
    /// The same after the worst loss of one region.
    LatencyAfterLoss(super::targets::Objective),
    /// Availability over all users and requests, a share.
    Availability,
    /// A quantile (0–1) of the RTO over losses and users, s.
    Rto(f64),
    /// A quantile (0–1) of the RPO of the worst store, s.
    Rpo(f64),
    /// What the set costs a month, in the currency of the scenario's costs.
    Cost,
}

impl Measure {
    /// The name used in files: `p95`, `p95-after-loss`, `availability`, `rto-p95`, `rpo-p99`, `cost`.
    pub fn name(self) -> String {
        let percent = |p: f64| (p * 1e4).round() / 1e2;
        match self {
            Measure::Latency(objective) => objective.name(),
            Measure::LatencyAfterLoss(objective) => format!("{}-after-loss", objective.name()),
            Measure::Availability => "availability".into(),
            Measure::Rto(p) => format!("rto-p{}", percent(p)),
            Measure::Rpo(p) => format!("rpo-p{}", percent(p)),
            Measure::Cost => "cost".into(),
        }
    }
}
