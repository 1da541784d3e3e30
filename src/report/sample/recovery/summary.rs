//! What the sample tells of all its sets together about recovery.

use crate::report::model::{
    FamilyFit, IncidentFit, RecoveryAssumption, RecoverySummary, Report, Sensitivity, SetResult,
};

use super::figure;

pub(super) fn summary(report: &Report) -> RecoverySummary {
    RecoverySummary {
        assumptions: TERMS.map(assumption).into(),
        incidents: Some(incidents()),
        front: front(&report.sets),
        sensitivity: sensitivity(&report.sets),
    }
}

/// What, value, source, assumed.
type Term = (&'static str, &'static str, &'static str, bool);

const TERMS: [Term; 14] = [
    ("health check interval", "10 s", "scenario", false),
    ("failures before a region is taken out", "3", "scenario", false),
    ("health check time-out", "4 s", "assumption", true),
    ("decision", "none", "scenario", false),
    ("TTL of records", "60 s", "scenario", false),
    (
        "clients that keep records longer",
        "5 %, 5 to 30 min",
        "assumption",
        true,
    ),
    (
        "promotion of a single leader",
        "log-normal, median 31 s, p95 65 s",
        "assumption",
        true,
    ),
    ("ramp of warm capacity", "14 s to 4 times", "assumption", true),
    ("ramp of a pilot light", "20 min", "assumption", true),
    ("restore rate of backups", "200 MB/s", "assumption", true),
    (
        "losses of a whole region",
        "0.2 a year (typical)",
        "assumption: the record is too thin to fit",
        true,
    ),
    ("repair of a whole region", "6 h on average", "assumption", true),
    (
        "share of losses that take the provider",
        "8 %",
        "assumption",
        true,
    ),
    (
        "service incidents",
        "0.9 a region and year",
        "aws incidents 2018–2023",
        false,
    ),
];

fn assumption((what, value, source, assumed): Term) -> RecoveryAssumption {
    RecoveryAssumption {
        what: what.into(),
        value: value.into(),
        source: source.into(),
        assumed,
    }
}

/// Family, parameters, AIC, KS distance, factor on the observed quantiles.
type Fit = (&'static str, &'static str, f64, f64, f64);

fn families(fits: &[Fit], observed: [f64; 5]) -> Vec<FamilyFit> {
    let fit = |&(family, parameters, aic, ks, factor): &Fit| FamilyFit {
        family: family.into(),
        parameters: parameters.into(),
        aic,
        ks,
        quantiles: observed.map(|it| (it, it * factor)).into(),
    };
    fits.iter().map(fit).collect()
}

fn incidents() -> IncidentFit {
    let repair = [
        ("log-normal", "median 58 min, sigma 1.12", 4711.2, 0.031, 1.04),
        ("Weibull", "scale 96 min, shape 0.83", 4740.9, 0.052, 0.91),
        ("exponential", "mean 107 min", 4803.5, 0.094, 0.7),
    ];
    let between = [
        ("exponential", "mean 141 d", 3120.4, 0.048, 1.08),
        ("Weibull", "scale 139 d, shape 0.97", 3122.1, 0.047, 1.05),
    ];
    IncidentFit {
        incidents: 412,
        region_years: 158.3,
        period: ("2018-01-01".into(), "2023-12-31".into()),
        per_year: figure(2.6, 0.13, 0.2),
        repair: families(&repair, [3480.0, 7400.0, 14_600.0, 21_900.0, 47_000.0]),
        between: families(&between, [8.4e6, 1.7e7, 2.8e7, 3.6e7, 5.6e7]),
        faults: "only what the provider published; times are rounded to a minute".into(),
    }
}

/// Sets that no other is both faster and available for longer, the fastest first.
fn front(sets: &[SetResult]) -> Vec<usize> {
    let at = |set: &SetResult| {
        let gone = set.recovery.as_ref()?.availability.unavailability.value;
        Some((set.objective.value, gone))
    };
    let points: Vec<(usize, (f64, f64))> = sets
        .iter()
        .enumerate()
        .filter_map(|(i, set)| Some((i, at(set)?)))
        .collect();
    let beaten = |(i, (x, y)): &(usize, (f64, f64))| {
        points
            .iter()
            .any(|(j, (a, b))| j != i && a <= x && b <= y && (a < x || b < y))
    };
    let mut front: Vec<&(usize, (f64, f64))> = points.iter().filter(|it| !beaten(it)).collect();
    front.sort_by(|a, b| a.1.0.total_cmp(&b.1.0));
    front.into_iter().map(|it| it.0).collect()
}

/// Input, low and high end with what they add to the score, the factor at which another set wins.
type Swing = (
    &'static str,
    (&'static str, f64),
    (&'static str, f64),
    Option<f64>,
);

const SWINGS: [Swing; 6] = [
    (
        "losses of whole regions a year",
        ("0.04", 0.081),
        ("1", -0.124),
        Some(2.8),
    ),
    (
        "p95 of the latency",
        ("−20 %", 0.064),
        ("+20 %", -0.064),
        Some(1.12),
    ),
    ("TTL of records", ("10 s", 0.021), ("300 s", -0.058), None),
    (
        "promotion of a single leader",
        ("8 s", 0.012),
        ("120 s", -0.03),
        None,
    ),
    ("repair of a whole region", ("1 h", 0.006), ("24 h", -0.004), None),
    (
        "clients that keep records longer",
        ("0 %", 0.002),
        ("15 %", -0.003),
        None,
    ),
];

fn sensitivity(sets: &[SetResult]) -> Vec<Sensitivity> {
    let base = sets.first().and_then(|set| Some(set.score.as_ref()?.total.value));
    let (Some(base), Some(second)) = (base, sets.get(1)) else {
        return Vec::new();
    };
    let swing = |&(input, low, high, flips_at): &Swing| Sensitivity {
        input: input.into(),
        measure: "score".into(),
        base,
        low: (low.0.into(), base + low.1),
        high: (high.0.into(), base + high.1),
        flips_at,
        flips_to: flips_at.map(|_| second.name.clone()),
    };
    SWINGS.iter().map(swing).collect()
}
