//! The sample as a design: classes, stores of every kind, routing, a cut, rules, and whether a CDN is enough.

use super::{difference, figure, sample_report};
use crate::decide::judge::CURVE;
use crate::report::model::{
    CdnOrRegion, CdnWay, ClassAsked, ClassResult, ConflictResult, CutResult, DesignResult, Figure, Interval,
    Latency, LocalityResult, OperationResult, PartResult, QueueResult, Report, ResidencyResult,
    RoutingResult, SetResult, StoreLeader, StoreResult,
};

/// Name, kind, share, way, and how many times the audience's latency a request takes; shares times factors give one.
const CLASSES: [(&str, &str, f64, &str, f64); 3] = [
    ("static", "static", 0.5, "cdn", 0.5),
    ("browse", "read", 0.4, "direct", 1.25),
    ("checkout", "write", 0.1, "direct", 2.5),
];

/// What a request of each class does, in words.
const DOES: [&str; 3] = [
    "tls1.3, 80 % reuse, 1 exchange, 60 kB, 85 % hits at the edge",
    "tls1.3, 80 % reuse, 1 exchange, 20 kB, 20 ms service, a local read of orders",
    "tls1.3, 50 % reuse, 2 exchanges, 4 kB, 30 ms service, a write to orders, 1 call to us-east-1",
];

/// Shares of a class's mean, p50 and p95 that a part adds.
type Parts = &'static [(&'static str, [f64; 3])];

/// By class; every column adds up to one.
const PARTS: [Parts; 3] = [
    &[
        ("dns", [0.06, 0.02, 0.10]),
        ("connect", [0.30, 0.28, 0.30]),
        ("exchange", [0.34, 0.42, 0.26]),
        ("transfer", [0.16, 0.18, 0.14]),
        ("loss", [0.02, 0.00, 0.06]),
        ("edge to region", [0.08, 0.04, 0.10]),
        ("service", [0.04, 0.06, 0.04]),
    ],
    &[
        ("dns", [0.03, 0.01, 0.05]),
        ("connect", [0.27, 0.25, 0.29]),
        ("exchange", [0.40, 0.45, 0.36]),
        ("transfer", [0.08, 0.09, 0.07]),
        ("loss", [0.02, 0.00, 0.04]),
        ("service", [0.12, 0.13, 0.09]),
        ("data", [0.08, 0.07, 0.10]),
    ],
    &[
        ("dns", [0.02, 0.01, 0.03]),
        ("connect", [0.16, 0.17, 0.16]),
        ("exchange", [0.22, 0.25, 0.20]),
        ("transfer", [0.02, 0.02, 0.02]),
        ("service", [0.08, 0.09, 0.06]),
        ("data", [0.38, 0.36, 0.40]),
        ("calls", [0.12, 0.10, 0.13]),
    ],
];

/// Share of a class's requests that reach a region.
const REACH: [f64; 3] = [0.15, 1.0, 1.0];

/// [`sample_report`] in which every set is a whole design and the CDN is weighed against further regions.
///
/// ```
/// use isochrone::report::sample::{sample_design_report, sample_report};
/// let design = sample_design_report(3, 10).sets[0].design.clone().unwrap();
/// assert_eq!((design.classes.len(), design.stores.len()), (3, 5));
/// let mut plain = sample_design_report(3, 10);
/// for set in &mut plain.sets {
///     set.design = None;
/// }
/// plain.question.classes.clear();
/// plain.cdn_or_region = None;
/// assert_eq!(plain, sample_report(3, 10));
/// ```
pub fn sample_design_report(sets: usize, countries: usize) -> Report {
    let mut report = sample_report(sets, countries);
    for set in &mut report.sets {
        set.design = Some(design(set));
    }
    report.question.classes = asked();
    report.cdn_or_region = cdn_or_region(&report.sets);
    report
}

fn asked() -> Vec<ClassAsked> {
    let class = |((name, kind, share, via, _), does): (&(&str, &str, f64, &str, f64), &str)| ClassAsked {
        name: (*name).into(),
        kind: (*kind).into(),
        share: *share,
        via: (*via).into(),
        does: does.into(),
    };
    CLASSES.iter().zip(DOES).map(class).collect()
}

fn design(set: &SetResult) -> DesignResult {
    DesignResult {
        leaders: leaders(set),
        classes: (0..CLASSES.len()).map(|i| class(&set.latency, i)).collect(),
        routing: Some(routing(&set.latency)),
        queues: set.regions.iter().map(|region| queue(region)).collect(),
        stores: stores(set),
        locality: locality(set),
        residency: residency(set),
    }
}

fn leaders(set: &SetResult) -> Vec<StoreLeader> {
    let leader = |store: &str, region: Option<&String>, searched| StoreLeader {
        store: store.into(),
        region: region.cloned().unwrap_or_default(),
        searched,
    };
    vec![
        leader("orders", set.regions.first(), true),
        leader("ledger", set.regions.last(), false),
    ]
}

fn times(it: &Figure, factor: f64) -> Figure {
    let scaled = |interval: Interval| Interval {
        low: interval.low * factor,
        high: interval.high * factor,
    };
    Figure {
        value: it.value * factor,
        std_error: it.std_error * factor,
        sampling: scaled(it.sampling),
        input: it.input.map(scaled),
    }
}

fn class(latency: &Latency, i: usize) -> ClassResult {
    let (name, _, share, _, factor) = CLASSES[i];
    let part = |(part, shares): &(&str, [f64; 3])| PartResult {
        part: (*part).into(),
        mean_ms: latency.mean_ms.value * factor * shares[0],
        p50_ms: latency.p50_ms.value * factor * shares[1],
        p95_ms: latency.p95_ms.value * factor * shares[2],
    };
    ClassResult {
        name: name.into(),
        share,
        mean_ms: times(&latency.mean_ms, factor),
        p50_ms: times(&latency.p50_ms, factor),
        p95_ms: times(&latency.p95_ms, factor),
        p99_ms: times(&latency.p99_ms, factor),
        quantiles_ms: CURVE
            .map(|p| latency.p50_ms.value * factor * (p / (1.0 - p)).powf(0.25))
            .to_vec(),
        reach_region: REACH[i],
        parts: PARTS[i].iter().map(part).collect(),
    }
}

fn routing(latency: &Latency) -> RoutingResult {
    RoutingResult {
        policy: "geolocation".into(),
        elsewhere: 0.042,
        unserved: 0.003,
        lost_mean_ms: 0.011 * latency.mean_ms.value,
        lost_p95_ms: 0.05 * latency.p95_ms.value,
        follow_after_s: [31.0, 58.0, 290.0],
    }
}

fn queue(region: &str) -> QueueResult {
    QueueResult {
        region: region.into(),
        servers: 40,
        busy: 31.2,
        waiting: 0.071,
        mean_ms: 0.161,
        p95_ms: 0.8,
        p99_ms: 4.5,
    }
}

fn operation(access: &str, mean_ms: f64) -> OperationResult {
    OperationResult {
        access: access.into(),
        mean_ms,
        p50_ms: 0.9 * mean_ms,
        p99_ms: 2.4 * mean_ms,
        p999_ms: 3.7 * mean_ms,
    }
}

/// A store of each kind.
fn stores(set: &SetResult) -> Vec<StoreResult> {
    vec![
        single_leader(set),
        multi_leader(set),
        quorum(set),
        objects(set),
        stateless(set),
    ]
}

fn store(set: &SetResult, name: &str, kind: &str, operations: Vec<OperationResult>) -> StoreResult {
    StoreResult {
        store: name.into(),
        kind: kind.into(),
        members: set.regions.clone(),
        operations,
        fresh_at: Vec::new(),
        visible_after_ms: Vec::new(),
        visible_std_error_ms: None,
        within_promise: None,
        conflicts: None,
        copied_per_day: Vec::new(),
        cuts: Vec::new(),
    }
}

fn single_leader(set: &SetResult) -> StoreResult {
    let operations = vec![
        operation("read-local", 1.8),
        operation("read-fresh", 64.0),
        operation("write", 78.5),
    ];
    StoreResult {
        fresh_at: vec![(0.0, 0.412), (10.0, 0.73), (100.0, 0.961), (1000.0, 0.999_62)],
        visible_after_ms: vec![(0.5, 3.1), (0.9, 61.0), (0.99, 203.4), (0.999, 640.2)],
        copied_per_day: copied(set, 5.4e9),
        cuts: cuts(
            set,
            "CP",
            &[("read-local", [1.0, 0.0, 0.0]), ("write", [0.58, 0.0, 0.0])],
        ),
        ..store(set, "orders", "single_leader", operations)
    }
}

fn multi_leader(set: &SetResult) -> StoreResult {
    let operations = vec![operation("read-local", 3.2), operation("write", 5.4)];
    StoreResult {
        visible_after_ms: vec![(0.5, 420.0), (0.99, 1290.0)],
        visible_std_error_ms: Some(4.2),
        conflicts: Some(ConflictResult {
            share: 3.1e-5,
            per_day: 1340.0,
        }),
        copied_per_day: copied(set, 8.6e8),
        cuts: cuts(
            set,
            "AP",
            &[("read-local", [0.64, 0.36, 0.0]), ("write", [0.64, 0.0, 0.36])],
        ),
        ..store(set, "carts", "multi_leader", operations)
    }
}

fn quorum(set: &SetResult) -> StoreResult {
    let operations = vec![operation("read-fresh", 92.0), operation("write", 97.0)];
    StoreResult {
        fresh_at: vec![(0.0, 1.0)],
        cuts: cuts(set, "CP", &[("write", [0.61, 0.0, 0.0])]),
        ..store(set, "ledger", "quorum", operations)
    }
}

fn objects(set: &SetResult) -> StoreResult {
    StoreResult {
        visible_after_ms: vec![(0.5, 14_000.0), (0.99, 611_000.0)],
        within_promise: Some(0.9991),
        ..store(
            set,
            "media",
            "object_replication",
            vec![operation("read-local", 24.0)],
        )
    }
}

fn stateless(set: &SetResult) -> StoreResult {
    store(set, "thumbnails", "none", vec![operation("read-local", 0.9)])
}

/// Bytes from the first region to each of the others.
fn copied(set: &SetResult, bytes: f64) -> Vec<(String, String, f64)> {
    let from = set.regions.first().cloned().unwrap_or_default();
    let to = set.regions.iter().skip(1);
    to.map(|region| (from.clone(), region.clone(), bytes)).collect()
}

/// The first region cut from the last; what is neither served, stale nor divergent is refused.
fn cuts(set: &SetResult, choice: &str, accesses: &[(&str, [f64; 3])]) -> Vec<CutResult> {
    let (Some(a), Some(b)) = (set.regions.first(), set.regions.last()) else {
        return Vec::new();
    };
    if a == b {
        return Vec::new();
    }
    let cut = |(access, [served, stale, divergent]): &(&str, [f64; 3])| CutResult {
        cut: format!("{a} from {b}"),
        access: (*access).into(),
        choice: choice.into(),
        served: *served,
        stale: *stale,
        divergent: *divergent,
        refused: 1.0 - served - stale - divergent,
    };
    accesses.iter().map(cut).collect()
}

fn locality(set: &SetResult) -> Vec<LocalityResult> {
    let leader = set.regions.first().cloned().unwrap_or_default();
    vec![
        LocalityResult {
            class: "checkout".into(),
            what: format!("write to orders, led by {leader}"),
            share: 0.46,
            mean_ms: 61.3,
            advice: Some("lead orders from eu-central-1: 12 ms less on average".into()),
        },
        LocalityResult {
            class: "checkout".into(),
            what: "1 call to us-east-1".into(),
            share: 0.71,
            mean_ms: 38.9,
            advice: None,
        },
    ]
}

fn residency(set: &SetResult) -> Vec<ResidencyResult> {
    let breaking: Vec<String> = set
        .regions
        .iter()
        .filter(|region| !region.starts_with("eu-"))
        .cloned()
        .collect();
    vec![
        ResidencyResult {
            rule: "users of the EU stay".into(),
            mode: "enforce".into(),
            binds: "users of EU".into(),
            bound_users: 0.081,
            breaking_users: 0.0,
            breaking_regions: Vec::new(),
            kept: true,
        },
        ResidencyResult {
            rule: "orders stay in the EU".into(),
            mode: "report".into(),
            binds: "store orders".into(),
            bound_users: 0.0,
            breaking_users: 0.0,
            kept: breaking.is_empty(),
            breaking_regions: breaking,
        },
    ]
}

/// The edge takes a fifth off every figure of the smallest set, and a tenth off the largest one's.
fn cdn_or_region(sets: &[SetResult]) -> Option<CdnOrRegion> {
    let fewer = sets.iter().min_by_key(|set| set.regions.len())?;
    let more = sets.first()?;
    let (fewer_edge, more_edge) = (way(fewer, true, 0.8), way(more, true, 0.9));
    let (fewer_plain, more_plain) = (way(fewer, false, 1.0), way(more, false, 1.0));
    Some(CdnOrRegion {
        fewer: fewer.name.clone(),
        more: more.name.clone(),
        cdn_saves: difference(fewer_edge.p95_ms, fewer_plain.p95_ms),
        region_saves: difference(more_plain.p95_ms, fewer_plain.p95_ms),
        ways: vec![fewer_plain, fewer_edge, more_plain, more_edge],
    })
}

fn way(set: &SetResult, edge: bool, factor: f64) -> CdnWay {
    let latency = &set.latency;
    CdnWay {
        set: set.name.clone(),
        edge,
        mean_ms: times(&latency.mean_ms, factor),
        p50_ms: times(&latency.p50_ms, factor),
        p95_ms: figure(
            latency.p95_ms.value * factor,
            latency.p95_ms.std_error * factor,
            0.03,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_class_sum_to_it_and_its_classes_to_the_set() {
        let report = sample_design_report(4, 10);
        for set in &report.sets {
            let classes = &set.design.as_ref().unwrap().classes;
            for class in classes {
                let sum: f64 = class.parts.iter().map(|part| part.p95_ms).sum();
                // Seven rounded products and as many sums.
                assert!((sum / class.p95_ms.value - 1.0).abs() < 14.0 * f64::EPSILON);
            }
            let mean: f64 = classes
                .iter()
                .map(|class| class.share * class.mean_ms.value)
                .sum();
            assert!((mean / set.latency.mean_ms.value - 1.0).abs() < 14.0 * f64::EPSILON);
        }
    }
}
