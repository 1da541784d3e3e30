//! Servers that loads need, the fleet that follows, and how long requests wait for it.

use super::super::REGIONS;
use super::load::{EVENT, Region, State, label};
use super::{HORIZON, SampleInputs};
use crate::basis::halving::halve;
use crate::basis::queueing::Wait;
use crate::basis::queueing::sizing::{Demand, servers_for};
use crate::report::model::{
    ExhaustionResult, FleetResult, NeedResult, PromiseAsked, StateRegion, WaitResult,
};

/// A request holds its server for one of two times, ms: found ready, or computed. Share and time.
const SERVICE: [(f64, f64); 2] = [(0.7, 6.0), (0.3, 24.0)];

/// Zones of every region.
pub(super) const ZONES: u32 = 3;

/// Mean and squared coefficient of variation of the service.
fn service() -> (f64, f64) {
    let mean: f64 = SERVICE.iter().map(|(share, ms)| share * ms).sum();
    let square: f64 = SERVICE.iter().map(|(share, ms)| share * ms * ms).sum();
    (mean, square / (mean * mean) - 1.0)
}

/// Requests in service on average at `rps`.
fn offered(rps: f64) -> f64 {
    rps * service().0 / 1000.0
}

/// What a load needs: servers, instances, and what decides.
struct Need {
    servers: Option<u32>,
    instances: Option<u32>,
    bound_by: String,
}

fn need(inputs: &SampleInputs, rps: f64) -> Need {
    let asked = offered(rps) * (1.0 + inputs.spare);
    let least = enough(inputs, asked, 0.0, 0.0);
    let mut bound_by = "utilisation".to_owned();
    let mut servers = least;
    for promise in &inputs.promises {
        let own = kept(inputs, asked, promise);
        if own.is_none_or(|own| servers.is_some_and(|servers| own > servers)) {
            servers = own;
            bound_by = format!("{} p{}", promise.of, promise.share * 100.0);
        }
        if servers.is_none() {
            break;
        }
    }
    let instances = servers.map(|servers| servers.div_ceil(inputs.concurrency));
    let spread = instances.map(|needed| {
        if inputs.survive_zone {
            // Spread as evenly as can be, n − ⌈n/z⌉ are left without the fullest zone.
            needed + needed.div_ceil(ZONES - 1)
        } else {
            needed
        }
    });
    let least = ZONES * inputs.min_per_zone;
    Need {
        servers,
        instances: spread.map(|it| it.max(least)),
        bound_by,
    }
}

/// Servers at which waits are within `wait_ms` for the share of requests, and utilisation is below the ceiling.
fn enough(inputs: &SampleInputs, asked: f64, share: f64, wait_ms: f64) -> Option<u32> {
    let (mean_ms, scv) = service();
    servers_for(&Demand {
        offered: asked,
        mean_ms,
        scv,
        share,
        wait_ms,
        ceiling: inputs.max_utilisation,
    })
}

fn kept(inputs: &SampleInputs, asked: f64, promise: &PromiseAsked) -> Option<u32> {
    if promise.of == "wait" {
        return enough(inputs, asked, promise.share, promise.within_ms);
    }
    let longest = SERVICE.iter().fold(0.0, |most: f64, it| most.max(it.1));
    if longest >= promise.within_ms {
        return None;
    }
    let mut servers = enough(inputs, asked, 0.0, 0.0)?;
    let (mean, scv) = service();
    while Wait::new(servers, asked, mean, scv)
        .is_none_or(|wait| response(&wait, promise.share) > promise.within_ms)
    {
        servers += 1;
    }
    Some(servers)
}

/// Quantile of wait and service together, ms: a request waits, then holds its server for one of the two times.
fn response(wait: &Wait, share: f64) -> f64 {
    let within = |ms: f64| -> f64 {
        let waits = SERVICE.iter().map(|(part, service)| {
            let room = ms - service;
            if room < 0.0 {
                0.0
            } else {
                part * (1.0 - wait.chance * (-room / wait.mean_of_waiting).exp())
            }
        });
        waits.sum()
    };
    halve((0.0, 1e6), 80, |ms| within(ms) < share).1
}

/// Instances by region of the fleet in a year; a standby has its share of what it needs once it takes over.
pub(super) fn instances(
    inputs: &SampleInputs,
    regions: &[usize],
    standby: Option<(usize, &'static str, f64)>,
    states: &[State],
    year: u32,
) -> Vec<Option<u32>> {
    let worst = |at: usize| worst(inputs, REGIONS[at].0, states, year).0;
    // What is given stays as it is.
    let given = inputs.given.map(|servers| servers.div_ceil(inputs.concurrency));
    let active = regions.iter().map(|at| given.or_else(|| worst(*at)));
    let called = standby.map(|(at, _, share)| worst(at).map(|needed| share_of(share, needed)));
    active.chain(called).collect()
}

fn share_of(share: f64, needed: u32) -> u32 {
    (share * f64::from(needed)).ceil() as u32
}

/// Instances that a region needs in the worst state that counts, and that state.
fn worst(inputs: &SampleInputs, region: &str, states: &[State], year: u32) -> (Option<u32>, String) {
    let mut found = (Some(0), "normal".to_owned());
    for state in states.iter().filter(|state| state.counts) {
        let Some(it) = state.regions.iter().find(|it| it.name == region) else {
            continue;
        };
        let needed = need(inputs, it.peak(inputs, year).0).instances;
        if needed.is_none() || needed > found.0 {
            found = (needed, state.name.clone());
        }
        if needed.is_none() {
            break;
        }
    }
    found
}

pub(super) fn fleet(
    inputs: &SampleInputs,
    regions: &[usize],
    standby: Option<(usize, &'static str, f64)>,
    states: &[State],
) -> Vec<FleetResult> {
    let active = regions.iter().map(|at| (*at, "active", None));
    let all = active.chain(standby.map(|(at, role, share)| (at, role, Some(share))));
    all.map(|(at, role, share)| one_fleet(inputs, REGIONS[at].0, role, share, states))
        .collect()
}

fn one_fleet(
    inputs: &SampleInputs,
    region: &str,
    role: &str,
    share: Option<f64>,
    states: &[State],
) -> FleetResult {
    let normal = states[0].regions.iter().find(|it| it.name == region);
    let needed_normal = normal.map(|it| need(inputs, it.peak(inputs, 0).0).instances);
    let (needed_worst, worst_state) = worst(inputs, region, states, 0);
    let given = inputs.given.filter(|_| share.is_none());
    let needed = needed_worst.map(|needed| share.map_or(needed, |share| share_of(share, needed)));
    let instances = given.map_or(needed.unwrap_or(0), |servers| {
        servers.div_ceil(inputs.concurrency)
    });
    let servers = given.unwrap_or(instances * inputs.concurrency);
    let load = normal.map_or(0.0, |it| offered(it.peak(inputs, 0).0));
    FleetResult {
        region: region.into(),
        role: role.into(),
        zones: ZONES,
        servers,
        instances,
        given: given.is_some(),
        share,
        needed_normal: needed_normal.unwrap_or(Some(0)),
        needed_worst,
        worst_state,
        headroom: 1.0 - load / f64::from(servers),
        exhausted: share
            .is_none()
            .then(|| exhausted(inputs, region, states, instances)),
        cost: None,
    }
}

/// When `instances` no longer do: the first month of the horizon, or of the years after it.
fn exhausted(inputs: &SampleInputs, region: &str, states: &[State], instances: u32) -> ExhaustionResult {
    let years = |growth: f64| {
        let peaks = states.iter().filter(|state| state.counts).filter_map(|state| {
            let own = state.regions.iter().find(|it| it.name == region)?;
            Some(own.peak(inputs, 0).0)
        });
        let peak = peaks.fold(0.0, f64::max);
        let does = |month: u32| {
            let factor = (1.0 + growth).powf(f64::from(month) / 12.0);
            need(inputs, peak * factor)
                .instances
                .is_some_and(|needed| needed <= instances)
        };
        (0..=12 * 30)
            .find(|month| !does(*month))
            .map(|month| f64::from(month) / 12.0)
    };
    let planned = years(inputs.growth_per_year);
    let month = |years: f64| {
        let months = (years * 12.0).round() as u32 + 11;
        format!("{}-{:02}", 2026 + months / 12, months % 12 + 1)
    };
    ExhaustionResult {
        when: match planned {
            Some(0.0) => "already",
            Some(_) => "in",
            None => "never",
        }
        .into(),
        years: planned,
        month: planned.map(month),
        earliest_years: years(super::GROWTH.high),
        latest_years: years(super::GROWTH.low),
    }
}

/// What a region carries in a state, needs, and makes requests wait with the servers and instances there.
pub(super) fn region(inputs: &SampleInputs, it: &Region, [servers, instances]: [u32; 2]) -> StateRegion {
    let (service_ms, scv) = service();
    let (peak_rps, hour) = it.peak(inputs, 0);
    let offered = offered(peak_rps);
    let wait = Wait::new(servers, offered, service_ms, scv);
    let utilisation = offered / f64::from(servers);
    let enough = need(inputs, peak_rps)
        .instances
        .is_some_and(|needed| needed <= instances);
    let verdict = match wait {
        None => "unstable",
        Some(_) if enough => "ok",
        Some(_) => "over ceiling",
    };
    let needs = (0..=HORIZON).map(|year| {
        let (peak_rps, _) = it.peak(inputs, year);
        let need = need(inputs, peak_rps);
        NeedResult {
            year,
            peak_rps,
            servers: need.servers,
            instances: need.instances,
            bound_by: need.bound_by,
        }
    });
    StateRegion {
        region: it.name.clone(),
        mean_rps: it.mean_rps,
        peak_rps,
        peak_at: label(hour),
        event: Some(EVENT.0.into()),
        service_ms,
        scv,
        offered,
        needs: needs.collect(),
        utilisation: (servers > 0).then_some(utilisation),
        wait: wait.map(|wait| waits(&wait)),
        verdict: verdict.into(),
        spilled: 0.0,
        shed: 0.0,
        retry_factor: Some(1.0),
    }
}

fn waits(wait: &Wait) -> WaitResult {
    WaitResult {
        chance: wait.chance,
        mean_ms: wait.mean(),
        p95_ms: wait.quantile(0.95),
        p99_ms: wait.quantile(0.99),
        response_p95_ms: response(wait, 0.95),
        response_p99_ms: response(wait, 0.99),
    }
}
