//! The busiest hours of a state: how the fleets there are fare, and what users see.

use std::collections::BTreeMap;

use super::fleet::{Fleet, Need, bears, fleet_at, need};
use super::planner::Planner;
use super::states::State;
use crate::basis::queueing::Wait;
use crate::basis::queueing::response::Response;
use crate::basis::queueing::service::Service;
use crate::design::capacity::Overload;
use crate::engine::capacity::calendar::Hour;
use crate::engine::capacity::load::{RegionLoad, Ways, by_group};
use crate::engine::capacity::overload::{Offered, Outcome, overload};
use crate::engine::capacity::retry::{Retried, with_retries};
use crate::engine::routing::Assignment;

/// A region at its busiest hour in a state, in the first year.
#[derive(Clone, Debug)]
pub struct Rush {
    /// The candidate.
    pub region: usize,
    /// Mean over the year, requests a second.
    pub mean_rps: f64,
    /// At the busiest hour, requests a second.
    pub peak_rps: f64,
    /// That hour.
    pub hour: Hour,
    /// The event that makes it the busiest.
    pub event: Option<usize>,
    /// How long requests hold a server then.
    pub service: Service,
    /// Erlang then.
    pub offered: f64,
    /// By year: the peak in requests a second, and what is needed; none where sizing was not asked for.
    pub needs: Vec<(u32, f64, Option<Need>)>,
    /// How its servers fare; none where nobody says how many there are.
    pub served: Option<Served>,
}

/// How servers fare at the busiest hour.
#[derive(Clone, Debug, PartialEq)]
pub struct Served {
    /// Share of the servers that would be busy, with all that comes.
    pub utilisation: f64,
    /// Waits and responses; none where the queue grows without end.
    pub times: Option<Times>,
    /// What can be said.
    pub verdict: Verdict,
    /// Share of the requests of its users that go to another region.
    pub spilled: f64,
    /// Share of the requests of its users that are turned away.
    pub shed: f64,
    /// Times as many requests come because users ask again; none where that does not settle.
    pub retried: Option<f64>,
}

/// What can be said of servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything that is asked is kept.
    Ok,
    /// The queue empties, but the ceiling or a promise is broken.
    OverCeiling,
    /// Requests come faster than they can be served.
    Unstable,
}

/// Waits and responses, ms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Times {
    /// The wait.
    pub wait: Wait,
    /// 95th and 99th percentile of wait and service together.
    pub response: [f64; 2],
}

/// Every region that has a load in a state.
pub fn rushes(planner: &Planner<'_>, state: &State, fleets: &[Fleet]) -> Vec<Rush> {
    let mut rushes: Vec<Rush> = state
        .loads
        .iter()
        .map(|(region, load)| rush(planner, state, (*region, load), fleets))
        .collect();
    overflow(planner, state, fleets, &mut rushes);
    rushes
}

fn rush(
    planner: &Planner<'_>,
    state: &State,
    (region, load): (usize, &RegionLoad),
    fleets: &[Fleet],
) -> Rush {
    let model = planner.model;
    let peak = model.peaks(&load.erlang, 0.0).highest;
    let by_cohort = model.by_cohort(0.0, peak.cell, peak.event);
    let service = load.service(&planner.services, &by_cohort);
    let years = planner.years().map(|year| {
        let highest = model.peaks(&load.erlang, f64::from(year)).highest;
        let rps = model.at(&load.requests, f64::from(year), highest.cell, highest.event);
        let sizing = planner.sizing();
        let found = sizing.map(|sizing| need(planner, sizing, region, load, model, f64::from(year)));
        (year, rps, found)
    });
    let fleet = fleet_at(fleets, region);
    Rush {
        region,
        mean_rps: model.mean(&load.requests, 0.0),
        peak_rps: model.at(&load.requests, 0.0, peak.cell, peak.event),
        hour: model.label(peak.cell),
        event: peak.event,
        offered: peak.load,
        needs: years.collect(),
        served: fleet
            .filter(|fleet| fleet.servers > 0)
            .map(|fleet| served(planner, state, fleet, peak.load, &service)),
        service,
    }
}

fn served(planner: &Planner<'_>, state: &State, fleet: &Fleet, offered: f64, service: &Service) -> Served {
    let settled = settled(planner, fleet.servers, offered, service);
    let wait = settled.and_then(|offered| Wait::new(fleet.servers, offered, service.mean(), service.scv()));
    let times = wait.map(|wait| Times {
        wait,
        response: [0.95, 0.99].map(|share| Response { wait, service }.quantile(share)),
    });
    Served {
        utilisation: offered / f64::from(fleet.servers),
        verdict: match times {
            None => Verdict::Unstable,
            Some(_) if bears(planner, state, fleet) => Verdict::Ok,
            Some(_) => Verdict::OverCeiling,
        },
        times,
        spilled: 0.0,
        shed: 0.0,
        retried: settled.map(|with| if offered > 0.0 { with / offered } else { 1.0 }),
    }
}

/// The load with the requests of those who ask again; none where it does not settle.
fn settled(planner: &Planner<'_>, servers: u32, offered: f64, service: &Service) -> Option<f64> {
    match planner.capacity().and_then(|capacity| capacity.retry) {
        Some(retry) => match with_retries(offered, servers, service, retry) {
            Retried::Settles { offered, .. } => Some(offered),
            Retried::RunsAway => None,
        },
        None => (offered < f64::from(servers)).then_some(offered),
    }
}

/// What regions take, erlang: up to the ceiling of the utilisation.
fn limits(planner: &Planner<'_>, fleets: &[Fleet]) -> Vec<Option<f64>> {
    let regions = planner.sources.designer.laws.regions;
    let ceiling = planner.sizing().map_or(1.0, |sizing| sizing.max_utilisation);
    (0..regions)
        .map(|region| {
            let fleet = fleet_at(fleets, region)?;
            Some(ceiling * f64::from(fleet.servers))
        })
        .collect()
}

/// What becomes of load beyond the ceilings in one hour; none where nothing is done about it, or nobody serves.
fn outcome(
    planner: &Planner<'_>,
    state: &State,
    fleets: &[Fleet],
    cell: usize,
    event: Option<usize>,
) -> Option<Outcome> {
    let how = planner.capacity()?.overload;
    let assignment = state.assignment.as_ref().filter(|_| how != Overload::Queue)?;
    let laws = planner.sources.designer.laws;
    let by_cohort = planner.model.by_cohort(0.0, cell, event);
    let groups = by_group(
        laws,
        &planner.services,
        Ways {
            assignment,
            sent: &state.sent,
            alive: &state.alive,
        },
        planner.model,
        &by_cohort,
    );
    let mut pinned = vec![0.0; laws.regions];
    for (region, load) in &state.loads {
        pinned[*region] = load
            .pinned
            .iter()
            .zip(&by_cohort)
            .map(|(weight, of)| weight * of)
            .sum();
    }
    let limits = limits(planner, fleets);
    let serving = serving(state);
    let hour = Offered {
        groups: &groups,
        pinned: &pinned,
        assignment,
        limits: &limits,
    };
    Some(overload(&hour, how, |full| {
        let left: Vec<usize> = serving
            .iter()
            .copied()
            .filter(|region| !full.contains(region))
            .collect();
        if left.is_empty() {
            Assignment::nowhere(laws.groups.len())
        } else {
            laws.plain_plan(&left).assignment
        }
    }))
}

/// Regions that users may go to in a state.
fn serving(state: &State) -> Vec<usize> {
    state.loads.iter().map(|(region, _)| *region).collect()
}

/// Tells what is spilled and turned away at the hour at which most is.
fn overflow(planner: &Planner<'_>, state: &State, fleets: &[Fleet], rushes: &mut [Rush]) {
    let mut worst: Option<(f64, Outcome)> = None;
    for (_, load) in &state.loads {
        let peak = planner.model.peaks(&load.erlang, 0.0).highest;
        let Some(outcome) = outcome(planner, state, fleets, peak.cell, peak.event) else {
            return;
        };
        let lost: f64 = outcome.shed.iter().sum::<f64>();
        let moved: f64 = outcome.spilled.iter().map(|(_, _, erlang)| erlang).sum();
        // What is lost weighs more than what only moves.
        let weight = lost * 1e6 + moved;
        if worst.as_ref().is_none_or(|(before, _)| weight > *before) {
            worst = Some((weight, outcome));
        }
    }
    let Some((_, outcome)) = worst else { return };
    for rush in rushes {
        let Some(served) = &mut rush.served else { continue };
        let offered = outcome.offered[rush.region];
        if offered > 0.0 {
            let from = outcome.spilled.iter().filter(|(from, _, _)| *from == rush.region);
            served.spilled = from.fold(0.0, |sum, (_, _, erlang)| sum + erlang) / offered;
            served.shed = outcome.shed[rush.region] / offered;
        }
    }
}

/// The hour at which all regions of a state together have most to do: its cell and event.
pub fn busiest(planner: &Planner<'_>, state: &State) -> (usize, Option<usize>) {
    let mut all = vec![0.0; planner.model.cohorts().len()];
    for (_, load) in &state.loads {
        for (sum, erlang) in all.iter_mut().zip(&load.erlang) {
            *sum += erlang;
        }
    }
    let peak = planner.model.peaks(&all, 0.0).highest;
    (peak.cell, peak.event)
}

/// What users find at one hour.
#[derive(Clone, Debug)]
pub struct Found {
    /// Waits by region.
    pub waits: Vec<(usize, Wait)>,
    /// Where users go, where some are sent on or turned away.
    pub assignment: Option<Assignment>,
}

/// What users find at one hour, with what is shed or spilled counted; none where a queue grows without end, or there is no
/// fleet to wait for.
pub fn found_at(
    planner: &Planner<'_>,
    state: &State,
    fleets: &[Fleet],
    (cell, event): (usize, Option<usize>),
) -> Option<Found> {
    let outcome = outcome(planner, state, fleets, cell, event);
    let waits = waits(planner, state, fleets, (cell, event), outcome.as_ref())?;
    Some(Found {
        assignment: outcome.and_then(|outcome| sent_on(planner, state, &outcome)),
        waits,
    })
}

/// Where users go once full regions have sent on, and turned away, their excess: an even sample of the users of each goes
/// where routing sends them without the full ones. None where no region is full.
fn sent_on(planner: &Planner<'_>, state: &State, outcome: &Outcome) -> Option<Assignment> {
    let before = state.assignment.as_ref()?;
    let laws = planner.sources.designer.laws;
    let share = |part: f64, region: usize| {
        let whole = outcome.offered[region];
        if whole > 0.0 { part / whole } else { 0.0 }
    };
    let gone = |region: usize| {
        let from = outcome.spilled.iter().filter(|(from, _, _)| *from == region);
        share(from.fold(0.0, |sum, (_, _, erlang)| sum + erlang), region)
    };
    let lost = |region: usize| share(outcome.shed[region], region);
    let moved = |region: &usize| gone(*region) > 0.0 || lost(*region) > 0.0;
    if !serving(state).iter().any(moved) {
        return None;
    }
    let open: Vec<usize> = serving(state)
        .into_iter()
        .filter(|region| !outcome.full[*region])
        .collect();
    let next = (!open.is_empty()).then(|| laws.plain_plan(&open).assignment);
    Some(Assignment::of_shares((0..laws.groups.len()).map(|group| {
        let mut to: BTreeMap<u16, f64> = BTreeMap::new();
        for &(region, part) in before.of(group) {
            let at = usize::from(region);
            *to.entry(region).or_insert(0.0) += part * (1.0 - gone(at) - lost(at)).max(0.0);
            for (other, of) in next.iter().flat_map(|next| next.of(group)) {
                *to.entry(*other).or_insert(0.0) += part * gone(at) * of;
            }
        }
        to.into_iter().filter(|(_, share)| *share > 0.0).collect()
    })))
}

fn waits(
    planner: &Planner<'_>,
    state: &State,
    fleets: &[Fleet],
    (cell, event): (usize, Option<usize>),
    outcome: Option<&Outcome>,
) -> Option<Vec<(usize, Wait)>> {
    let by_cohort = planner.model.by_cohort(0.0, cell, event);
    state
        .loads
        .iter()
        .map(|(region, load)| {
            let fleet = fleet_at(fleets, *region)?;
            let service = load.service(&planner.services, &by_cohort);
            let offered: f64 = load
                .erlang
                .iter()
                .zip(&by_cohort)
                .map(|(weight, of)| weight * of)
                .sum();
            let (offered, work) = match outcome {
                Some(outcome) => (
                    outcome.served[*region] * outcome.work[*region],
                    outcome.work[*region],
                ),
                None => (offered, 1.0),
            };
            let service = service.scaled(work);
            let settled = settled(planner, fleet.servers, offered, &service)?;
            let wait = Wait::new(fleet.servers, settled, service.mean(), service.scv())?;
            Some((*region, wait))
        })
        .collect()
}
