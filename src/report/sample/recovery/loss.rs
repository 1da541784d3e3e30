//! What is lost in the sample, and what follows.

use super::super::atlas::users_after;
use super::super::{Mix, REGIONS, Served, difference, latency};
use super::{Place, RTO_TARGET_S, duration, serve_all, store_rpo};
use crate::report::model::{
    CountryAfter, DetourResult, LatencyAfter, LoadResult, LossResult, MoveResult, ResidencyAfter,
    StandbyResult, StoreAfter,
};

/// Requests a second of the whole audience.
const RATE: f64 = 12_500.0;

/// Countries of the EU among the largest of the sample.
const EU: [&str; 5] = ["DE", "FR", "IT", "ES", "PL"];

pub(super) fn losses(place: &Place) -> Vec<LossResult> {
    let name = |at: usize| REGIONS[at].0.to_owned();
    let mut losses: Vec<LossResult> = place
        .regions
        .iter()
        .map(|&at| loss(place, &name(at), "region", &[at]))
        .collect();
    if let &[a, b, ..] = place.regions.as_slice() {
        losses.push(loss(
            place,
            &format!("{} + {}", name(a), name(b)),
            "regions",
            &[a, b],
        ));
        losses.push(cut(place));
    }
    let all: Vec<usize> = place
        .regions
        .iter()
        .copied()
        .chain(place.standby.iter().map(|it| it.0))
        .collect();
    losses.push(loss(place, "everything we have", "regions", &all));
    rank(&mut losses);
    losses
}

/// Worst first by the 95th percentile.
fn rank(losses: &mut [LossResult]) {
    let all: Vec<f64> = losses
        .iter()
        .filter_map(|it| Some(it.latency.as_ref()?.p95_ms.value))
        .collect();
    for it in losses.iter_mut().filter_map(|it| it.latency.as_mut()) {
        it.rank = 1 + all.iter().filter(|p95| **p95 > it.p95_ms.value).count();
    }
}

fn loss(place: &Place, name: &str, kind: &str, lost: &[usize]) -> LossResult {
    let is_left = |at: &usize| !lost.contains(at);
    let called_up: Vec<&(usize, StandbyResult)> = place.standby.iter().filter(|it| is_left(&it.0)).collect();
    let mut left: Vec<usize> = place.regions.iter().copied().filter(is_left).collect();
    left.extend(called_up.iter().map(|it| it.0));
    let served = serve_all(place.users, &left);
    let stopped: f64 = place
        .served
        .iter()
        .filter(|it| lost.contains(&it.region))
        .map(|it| it.share)
        .sum();
    let survives = !left.is_empty();
    LossResult {
        name: name.into(),
        kind: kind.into(),
        regions: lost.iter().map(|&at| REGIONS[at].0.into()).collect(),
        links: Vec::new(),
        survivors: left.iter().map(|&at| REGIONS[at].0.into()).collect(),
        called_up: called_up.iter().map(|it| it.1.clone()).collect(),
        latency: survives.then(|| after(place, &served)),
        moved: moves(place, &served).iter().map(|it| it.share).sum(),
        moves: moves(place, &served),
        unserved: if survives { 0.0 } else { 1.0 },
        load: load(place, &served),
        countries: countries(place, &served),
        users: survives.then(|| users_after(&place.served, &served)),
        rto: (survives && stopped > 0.0).then(|| duration(median_s(lost), Some(RTO_TARGET_S))),
        stopped,
        rpo: store_rpo(survives),
        stores: stores(place, lost, &left),
        residency: residency(place, &served),
        partitions: Vec::new(),
        detours: Vec::new(),
        findings: findings(place, &served, survives),
    }
}

/// Each region takes its own time to leave, s.
fn median_s(lost: &[usize]) -> f64 {
    84.0 + 6.0 * lost.first().map_or(0.0, |&at| at as f64)
}

fn after(place: &Place, served: &[Served]) -> LatencyAfter {
    let it = latency(&Mix(served));
    LatencyAfter {
        mean_ms: it.mean_ms,
        p50_ms: it.p50_ms,
        p95_ms: it.p95_ms,
        p99_ms: it.p99_ms,
        p95_change_ms: difference(it.p95_ms, place.set.latency.p95_ms),
        share_within: it.share_within,
        rank: 0,
    }
}

/// From each region to each other, the largest first.
fn moves(place: &Place, served: &[Served]) -> Vec<MoveResult> {
    let mut all: Vec<MoveResult> = Vec::new();
    for (before, now) in place
        .served
        .iter()
        .zip(served)
        .filter(|(a, b)| a.region != b.region)
    {
        let (from, to) = (REGIONS[before.region].0, REGIONS[now.region].0);
        match all.iter_mut().find(|it| it.from == from && it.to == to) {
            Some(it) => it.share += before.share,
            None => all.push(MoveResult {
                from: from.into(),
                to: to.into(),
                share: before.share,
            }),
        }
    }
    all.sort_by(|a, b| b.share.total_cmp(&a.share));
    all
}

fn load(place: &Place, served: &[Served]) -> Vec<LoadResult> {
    let of = |users: &[Served], at: usize| -> f64 {
        users.iter().filter(|it| it.region == at).map(|it| it.share).sum()
    };
    let all = place
        .regions
        .iter()
        .copied()
        .chain(place.standby.iter().map(|it| it.0));
    all.map(|at| LoadResult {
        region: REGIONS[at].0.into(),
        before: of(&place.served, at),
        after: of(served, at),
        requests_per_second: Some(of(served, at) * RATE),
    })
    .collect()
}

fn countries(place: &Place, served: &[Served]) -> Vec<CountryAfter> {
    let row = |(i, before): (usize, &Served)| {
        let now = served.get(i);
        CountryAfter {
            country: before.code.clone(),
            share: before.share,
            main_region: now.map(|it| REGIONS[it.region].0.into()),
            p95_before_ms: before.quantile(0.95),
            p95_after_ms: now.map(|it| it.quantile(0.95)),
        }
    };
    place.served.iter().enumerate().map(row).collect()
}

/// Orders are led by the first region; the ledger needs two of three.
fn stores(place: &Place, lost: &[usize], left: &[usize]) -> Vec<StoreAfter> {
    let name = |at: &usize| REGIONS[*at].0.to_owned();
    let leader = place.regions.first();
    let copies: Vec<usize> = place
        .regions
        .iter()
        .copied()
        .filter(|at| left.contains(at))
        .collect();
    let leader_lost = leader.is_some_and(|at| lost.contains(at));
    let store = |store: &str, copies: &[usize], alive: bool, refused: f64| StoreAfter {
        store: store.into(),
        leader_before: None,
        leader_after: None,
        copies: copies.iter().map(name).collect(),
        alive,
        writes_refused: refused,
        writes_refused_after: if alive { 0.0 } else { 1.0 },
    };
    let quorum = 2 * copies.len() > place.regions.len();
    let orders = StoreAfter {
        leader_before: leader.map(name),
        leader_after: if leader_lost { left.first() } else { leader }.map(name),
        ..store("orders", left, !left.is_empty(), f64::from(u8::from(leader_lost)))
    };
    vec![
        orders,
        store("carts", left, !left.is_empty(), 0.0),
        store("ledger", &copies, quorum, f64::from(u8::from(!quorum))),
    ]
}

/// Users of the EU whom a region elsewhere serves.
fn residency(place: &Place, served: &[Served]) -> Vec<ResidencyAfter> {
    let has_eu = place.regions.iter().any(|&at| REGIONS[at].0.starts_with("eu-"));
    let abroad = served
        .iter()
        .filter(|it| EU.contains(&it.code.as_str()) && !REGIONS[it.region].0.starts_with("eu-"));
    let breaking: f64 = abroad.map(|it| it.share).sum();
    let rule = ResidencyAfter {
        rule: "users of the EU stay".into(),
        kept: breaking == 0.0,
        breaking_users: breaking,
    };
    has_eu.then_some(rule).into_iter().collect()
}

fn findings(place: &Place, served: &[Served], survives: bool) -> Vec<String> {
    if !survives {
        return vec!["nobody is left to serve: only repair helps".into()];
    }
    let most = load(place, served)
        .into_iter()
        .max_by(|a, b| a.after.total_cmp(&b.after));
    let heavy = most.filter(|it| it.before > 0.0 && it.after / it.before > 1.8);
    let words = |it: LoadResult| {
        format!(
            "{} carries {:.1} times its usual load",
            it.region,
            it.after / it.before
        )
    };
    heavy.map(words).into_iter().collect()
}

/// The link between the first region and the last, without another way.
fn cut(place: &Place) -> LossResult {
    let ends = [place.regions[0], place.regions[place.regions.len() - 1]];
    let [a, b] = ends.map(|at| REGIONS[at].0.to_owned());
    let rest: Vec<String> = place.set.regions.iter().filter(|it| **it != a).cloned().collect();
    let alone: f64 = place
        .served
        .iter()
        .filter(|it| it.region == ends[0])
        .map(|it| it.share)
        .sum();
    let whole = loss(place, &format!("link {a} – {b}"), "link", &[]);
    let served = serve_all(place.users, &place.regions);
    LossResult {
        regions: Vec::new(),
        links: vec![(a.clone(), b.clone())],
        survivors: place.set.regions.clone(),
        called_up: Vec::new(),
        latency: Some(after(place, &served)),
        moved: 0.0,
        moves: Vec::new(),
        load: load(place, &served),
        countries: countries(place, &served),
        rto: None,
        stopped: 0.0,
        rpo: Vec::new(),
        stores: vec![StoreAfter {
            store: "orders".into(),
            leader_before: Some(a.clone()),
            leader_after: Some(a.clone()),
            copies: place.set.regions.clone(),
            alive: true,
            writes_refused: 1.0 - alone,
            writes_refused_after: 1.0 - alone,
        }],
        residency: residency(place, &served),
        partitions: vec![vec![a.clone()], rest],
        detours: vec![DetourResult {
            from: a.clone(),
            to: b,
            before_ms: 92.0,
            after_ms: None,
        }],
        findings: Vec::new(),
        ..whole
    }
}
