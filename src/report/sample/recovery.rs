//! The sample with disaster recovery: losses of everything that can be lost, stores of several kinds, strategies,
//! scores, and what is told of all sets together.
//!
//! Latencies after a loss come from the same curves as those before, seen from the regions that are left. Times of
//! recovery follow log-logistic curves, so that their quantiles, means and chances are known in closed form.

mod edges;

mod loss;

mod summary;

pub use edges::sample_recovery_edges;

use super::rank_scores;
use super::{Country, Mix, REGIONS, SHAPE, Served, audience, figure, outcome, sample_design_report, serve};
use crate::report::model::{
    AvailabilityResult, CauseResult, DurationResult, Figure, Outcome, PresetResult, RecoveryResult,
    RecoveryTarget, Report, ScoreResult, SetResult, StandbyResult, StepResult, StoreRpo, StrategyResult,
    UtilityResult,
};

/// Minutes of a year of 365.25 days.
const YEAR_MIN: f64 = 525_960.0;

/// The promises: 95 of 100 recoveries within 5 min, 95 of 100 losses cost at most a minute of writes.
const RTO_TARGET_S: f64 = 300.0;
const RPO_TARGET_S: f64 = 60.0;
const AVAILABILITY_TARGET: f64 = 0.9995;

/// [`sample_design_report`] in which everything that can be lost is lost once.
///
/// Sets of up to three regions have a standby; every set loses each region, two of them, the link between its first
/// and its last, and all it has.
///
/// ```
/// use isochrone::report::sample::sample_recovery_report;
/// let report = sample_recovery_report(4, 10);
/// let recovery = report.sets[0].recovery.as_ref().unwrap();
/// let worst = recovery.losses.iter().filter_map(|it| it.latency.as_ref()).find(|it| it.rank == 1).unwrap();
/// assert!(worst.p95_ms.value >= report.sets[0].latency.p95_ms.value);
/// assert!(recovery.losses.iter().any(|loss| loss.survivors.is_empty()));
/// ```
pub fn sample_recovery_report(sets: usize, countries: usize) -> Report {
    let mut report = sample_design_report(sets, countries);
    report.cdn_or_region = None;
    let users = audience(countries);
    for set in &mut report.sets {
        set.recovery = Some(recovery(set, &users));
        set.score = Some(score(set));
    }
    rank_scores(&mut report.sets);
    report.recovery = Some(summary::summary(&report));
    report
}

/// [`sample_recovery_report`] of two sets as `drill` tells it.
pub fn sample_drill_report(sets: usize, countries: usize) -> Report {
    let mut report = sample_recovery_report(sets, countries);
    report.command = "drill".into();
    report.search = None;
    report
}

fn recovery(set: &SetResult, users: &[Country]) -> RecoveryResult {
    let place = Place::of(set, users);
    let losses = loss::losses(&place);
    let rto = duration(96.0, Some(RTO_TARGET_S));
    let availability = availability(set, rto.mean_s.value);
    let rpo = store_rpo(true);
    let targets = targets(
        &rto,
        Some(&rpo[0]),
        &availability.availability,
        place.regions.len(),
    );
    RecoveryResult {
        standbys: place.standby.iter().map(|it| it.1.clone()).collect(),
        strategies: strategies(&place, &availability),
        rto_parts: steps(),
        rto,
        rpo,
        losses,
        targets,
        availability,
        findings: vec!["sessions are kept in one region only: losing it loses them".into()],
    }
}

/// A set with its users before anything is lost.
struct Place<'a> {
    set: &'a SetResult,
    users: &'a [Country],
    /// Places in [`REGIONS`].
    regions: Vec<usize>,
    standby: Option<(usize, StandbyResult)>,
    served: Vec<Served>,
}

impl<'a> Place<'a> {
    fn of(set: &'a SetResult, users: &'a [Country]) -> Self {
        let at = |name: &String| REGIONS.iter().position(|region| region.0 == name.as_str());
        let regions: Vec<usize> = set.regions.iter().filter_map(at).collect();
        let role = ["pilot_light", "warm", "hot"].get(regions.len().wrapping_sub(1));
        let standby = role.and_then(|role| {
            let free = (0..REGIONS.len()).rev().find(|at| !regions.contains(at))?;
            let standby = StandbyResult {
                region: REGIONS[free].0.into(),
                role: (*role).into(),
            };
            Some((free, standby))
        });
        Place {
            served: serve_all(users, &regions),
            set,
            users,
            regions,
            standby,
        }
    }
}

/// Every country from its nearest region; nobody where no region is left.
fn serve_all(users: &[Country], regions: &[usize]) -> Vec<Served> {
    if regions.is_empty() {
        return Vec::new();
    }
    users.iter().map(|country| serve(country, regions)).collect()
}

/// A figure whose standard error is a two-hundredth of it.
fn timed(value: f64) -> Figure {
    figure(value, 0.005 * value, 0.2)
}

/// A log-logistic time of median `median` s; zero is exact.
fn duration(median: f64, target: Option<f64>) -> DurationResult {
    let quantile = |q: f64| timed(median * (q / (1.0 - q)).sqrt().sqrt());
    let quarter = std::f64::consts::FRAC_PI_4;
    let within = |limit: f64| 1.0 / (1.0 + (median / limit).powi(SHAPE));
    DurationResult {
        mean_s: timed(median * quarter / quarter.sin()),
        p50_s: quantile(0.5),
        p95_s: quantile(0.95),
        p99_s: quantile(0.99),
        target_s: target,
        within_target: target.map(|limit| figure(within(limit), 0.001, 0.02)),
    }
}

/// Step, median s, when it begins on average s, share in which it decides, source, assumed.
type Step = (&'static str, f64, f64, f64, &'static str, bool);

const STEPS: [Step; 6] = [
    (
        "detection",
        26.0,
        0.0,
        1.0,
        "health checks every 10 s, 3 failures",
        false,
    ),
    ("decision", 0.0, 29.0, 0.0, "none: fails over by itself", false),
    (
        "traffic",
        52.0,
        29.0,
        0.72,
        "TTL 60 s, 5 % of clients keep it longer",
        true,
    ),
    ("promotion", 31.0, 29.0, 0.21, "promotion of a replica", true),
    ("ramp", 14.0, 29.0, 0.07, "warm capacity grows fourfold", true),
    ("restore", 0.0, 29.0, 0.0, "nothing to restore", false),
];

fn steps() -> Vec<StepResult> {
    let step = |(step, median, begins, decisive, source, assumed): Step| {
        let time = duration(median, None);
        StepResult {
            step: step.into(),
            mean_s: time.mean_s.value,
            p50_s: time.p50_s.value,
            p95_s: time.p95_s.value,
            begins_s: begins,
            decisive,
            source: source.into(),
            assumed,
        }
    };
    STEPS.map(step).into()
}

/// Store, basis, median s.
const RPO: [(&str, &str, f64); 4] = [
    ("orders", "replication lag", 0.8),
    ("carts", "replication lag", 1.3),
    ("ledger", "quorum", 0.0),
    ("backups", "backup age", 1800.0),
];

/// RPO by store; what lies in backups survives even where no region does.
fn store_rpo(a_copy_is_left: bool) -> Vec<StoreRpo> {
    let mut all: Vec<StoreRpo> = RPO
        .iter()
        .map(|&(store, basis, median)| {
            let survives = a_copy_is_left || store == "backups";
            StoreRpo {
                store: store.into(),
                basis: basis.into(),
                rpo: survives.then(|| duration(median, Some(RPO_TARGET_S))),
                writes_lost: (survives && store == "orders").then_some(1.1 * median * 40.0),
            }
        })
        .collect();
    all.push(StoreRpo {
        store: "sessions".into(),
        basis: "no other copy".into(),
        rpo: None,
        writes_lost: None,
    });
    all
}

/// Share of years with any downtime.
const ANY: f64 = 0.97;

fn availability(set: &SetResult, rto_s: f64) -> AvailabilityResult {
    let causes = causes(set, rto_s);
    let mean = causes.iter().map(|cause| cause.minutes).sum::<f64>();
    let gone = mean / YEAR_MIN;
    // S(m) = ANY / (1 + (m/scale)²), whose mean is ANY · scale · π/2.
    let scale = mean / (ANY * std::f64::consts::FRAC_PI_2);
    let quantile = |q: f64| timed(scale * (ANY / (1.0 - q) - 1.0).max(0.0).sqrt());
    let exceedance = (0..60).map(|i| {
        let minutes = if i == 0 {
            0.0
        } else {
            scale * 10f64.powf(f64::from(i) / 15.0 - 2.0)
        };
        (minutes, ANY / (1.0 + (minutes / scale).powi(2)))
    });
    AvailabilityResult {
        availability: figure(1.0 - gone, 0.01 * gone, 0.8 * gone),
        unavailability: figure(gone, 0.01 * gone, 0.8),
        nines: (gone > 0.0).then(|| -gone.log10()),
        method: "enumeration".into(),
        mean_minutes: figure(mean, 0.01 * mean, 0.8),
        p50_minutes: quantile(0.5),
        p95_minutes: quantile(0.95),
        p99_minutes: quantile(0.99),
        years: 10_000,
        exceedance: exceedance.collect(),
        presets: presets(&causes),
        causes,
    }
}

/// Losses of a whole region a year, and how long they last, s: both assumed.
const LOSSES_A_YEAR: f64 = 0.2;
const REPAIR_S: f64 = 21_600.0;

fn causes(set: &SetResult, rto_s: f64) -> Vec<CauseResult> {
    let alone = |(region, share): (&String, f64)| CauseResult {
        cause: format!("{region} alone"),
        per_year: LOSSES_A_YEAR,
        mean_repair_s: REPAIR_S,
        minutes: LOSSES_A_YEAR * rto_s.min(REPAIR_S) / 60.0 * share,
        assumed: true,
    };
    let shares = set.traffic.iter().map(|it| (&it.region, it.share));
    let mut causes: Vec<CauseResult> = shares.map(alone).collect();
    let cause = |cause: &str, per_year: f64, repair_min: f64, touched: f64, assumed: bool| CauseResult {
        cause: cause.into(),
        per_year,
        mean_repair_s: 60.0 * repair_min,
        minutes: per_year * repair_min * touched,
        assumed,
    };
    causes.push(cause("provider aws", 0.02, 240.0, 1.0, true));
    // A region more is one more to have incidents, and each touches fewer users.
    let n = set.regions.len().max(1) as f64;
    causes.push(cause(
        "service incidents",
        0.9 * n,
        45.0,
        0.6 / n.powf(1.9),
        false,
    ));
    causes.sort_by(|a, b| b.minutes.total_cmp(&a.minutes));
    causes
}

fn presets(causes: &[CauseResult]) -> Vec<PresetResult> {
    let minutes = |assumed: bool| -> f64 {
        let these = causes.iter().filter(|cause| cause.assumed == assumed);
        these.map(|cause| cause.minutes).sum()
    };
    let preset = |(preset, factor): (&str, f64)| {
        let mean = minutes(false) + factor * minutes(true);
        PresetResult {
            preset: preset.into(),
            availability: 1.0 - mean / YEAR_MIN,
            mean_minutes: mean,
            in_force: preset == "typical",
        }
    };
    [("optimistic", 0.2), ("typical", 1.0), ("pessimistic", 5.0)]
        .map(preset)
        .into()
}

fn targets(
    rto: &DurationResult,
    rpo: Option<&StoreRpo>,
    availability: &Figure,
    regions: usize,
) -> Vec<RecoveryTarget> {
    let target = |what: &str, unit: &str, limit: f64, reached: Figure, at_least: bool| RecoveryTarget {
        what: what.into(),
        limit,
        unit: unit.into(),
        reached,
        outcome: outcome(reached, limit, at_least),
    };
    let may_lose = figure(regions as f64 - 1.0, 0.0, 0.0);
    let mut all = vec![target("rto", "s", RTO_TARGET_S, rto.p95_s, false)];
    let rpo = rpo.and_then(|it| it.rpo.as_ref());
    all.extend(rpo.map(|it| target("rpo", "s", RPO_TARGET_S, it.p95_s, false)));
    all.push(target(
        "availability",
        "share",
        AVAILABILITY_TARGET,
        *availability,
        true,
    ));
    let kept = if regions > 1 {
        Outcome::Met
    } else {
        Outcome::Missed
    };
    all.push(RecoveryTarget {
        outcome: kept,
        ..target("tolerate", "regions", 1.0, may_lose, true)
    });
    all
}

/// Strategy, median RTO s, median RPO s, stated band, whether it lies in it.
const STRATEGIES: [(&str, f64, f64, &str, bool); 5] = [
    ("active/active", 61.0, 0.8, "near zero", true),
    ("hot standby", 92.0, 0.8, "near zero", false),
    ("warm standby", 240.0, 0.9, "minutes", true),
    ("pilot light", 1320.0, 1.1, "tens of minutes", true),
    ("backup and restore", 16_200.0, 1800.0, "hours", true),
];

fn strategies(place: &Place, it: &AvailabilityResult) -> Vec<StrategyResult> {
    let all = place.set.regions.clone();
    let alone = serve_all(place.users, &place.regions[..place.regions.len().min(1)]);
    let strategy = |&(strategy, rto, rpo, band, in_band): &(&str, f64, f64, &str, bool)| {
        let spread = strategy == "active/active";
        let active = if spread {
            all.clone()
        } else {
            all[..all.len().min(1)].to_vec()
        };
        let (rto, rpo) = (
            duration(rto, Some(RTO_TARGET_S)),
            duration(rpo, Some(RPO_TARGET_S)),
        );
        let mean = it.mean_minutes.value + LOSSES_A_YEAR * rto.mean_s.value.min(REPAIR_S) / 60.0;
        let gone = mean / YEAR_MIN;
        let availability = figure(1.0 - gone, 0.01 * gone, 0.8 * gone);
        let store = StoreRpo {
            rpo: Some(rpo.clone()),
            ..store_rpo(true).swap_remove(0)
        };
        let targets = targets(&rto, Some(&store), &availability, all.len());
        StrategyResult {
            strategy: strategy.into(),
            standby: all[active.len()..].to_vec(),
            active,
            rto,
            rpo: Some(rpo),
            availability,
            mean_minutes: mean,
            p95_ms: if spread {
                place.set.latency.p95_ms.value
            } else {
                Mix(&alone).quantile(0.95)
            },
            meets: worst_outcome(&targets),
            targets,
            stated_band: band.into(),
            in_band,
        }
    };
    STRATEGIES.iter().map(strategy).collect()
}

fn worst_outcome(targets: &[RecoveryTarget]) -> Outcome {
    let any = |outcome: Outcome| targets.iter().any(|target| target.outcome == outcome);
    if any(Outcome::Missed) {
        Outcome::Missed
    } else if any(Outcome::TooCloseToCall) {
        Outcome::TooCloseToCall
    } else {
        Outcome::Met
    }
}

fn score(set: &SetResult) -> ScoreResult {
    let recovery = set.recovery.as_ref();
    let rto = recovery.map_or(0.0, |it| it.rto.p95_s.value);
    let availability = recovery.map_or(1.0, |it| it.availability.availability.value);
    let part = |of: &str, unit: &str, value: f64, [target, limit, weight]: [f64; 3]| UtilityResult {
        of: of.into(),
        value: Some(value),
        unit: unit.into(),
        target,
        limit,
        utility: ((limit - value) / (limit - target)).clamp(0.0, 1.0),
        weight,
    };
    let parts = vec![
        part("p95", "ms", set.latency.p95_ms.value, [150.0, 500.0, 0.4]),
        part("availability", "share", availability, [0.999_99, 0.999_9, 0.35]),
        part("rto-p95", "s", rto, [60.0, 900.0, 0.25]),
    ];
    ScoreResult {
        total: figure(parts.iter().map(|it| it.utility * it.weight).sum(), 0.004, 0.05),
        rank: 0,
        parts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_sum_to_the_downtime_and_parts_to_the_score() {
        for set in sample_recovery_report(5, 12).sets {
            let it = &set.recovery.unwrap().availability;
            let minutes: f64 = it.causes.iter().map(|cause| cause.minutes).sum();
            assert!((minutes - it.mean_minutes.value).abs() < 1e-9);
            assert!((it.unavailability.value * YEAR_MIN / minutes - 1.0).abs() < 1e-12);
            let score = set.score.unwrap();
            let sum: f64 = score.parts.iter().map(|part| part.utility * part.weight).sum();
            assert!((sum - score.total.value).abs() < 1e-12);
            assert!((score.parts.iter().map(|part| part.weight).sum::<f64>() - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn after_a_loss_every_user_is_served_once_or_not_at_all() {
        for set in sample_recovery_report(5, 12).sets {
            for loss in set.recovery.unwrap().losses {
                let served: f64 = loss.load.iter().map(|load| load.after).sum();
                assert!((served + loss.unserved - 1.0).abs() < 1e-9, "{}", loss.name);
                let moves: f64 = loss.moves.iter().map(|it| it.share).sum();
                assert!((moves - loss.moved).abs() < 1e-9, "{}", loss.name);
                assert_eq!(loss.latency.is_some(), !loss.survivors.is_empty());
            }
        }
    }
}
