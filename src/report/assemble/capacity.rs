//! Facts about capacity turned into the contract: indices become names.

use super::{Assembler, difference, figure};
use crate::basis::queueing::sizing::fleet::{Binding, Unmet};
use crate::decide::capacity::databases::Database;
use crate::decide::capacity::fleet::{Fleet, Need};
use crate::decide::capacity::rush::{Rush, Served, Times, Verdict};
use crate::decide::capacity::whole::{CapacityFacts, StateFacts};
use crate::decide::capacity::years::Year;
use crate::decide::run::NamedSet;
use crate::design::capacity::{Sizing, TimeOf};
use crate::design::demand::Month;
use crate::engine::capacity::calendar::Hour;
use crate::engine::capacity::exhaustion::{Exhaustion, When};
use crate::report::model::{
    CapacityResult, CapacityState, ExhaustionResult, FleetResult, HoursResult, Interval, NeedResult,
    StateRegion, StoreLoadResult, WaitResult, YearResult,
};

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Names of the months, January first.
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Assembler<'_> {
    /// What a set carries, needs and costs.
    pub(super) fn capacity(&self, set: &NamedSet) -> Option<CapacityResult> {
        let facts = set.capacity.as_ref()?;
        let states: Vec<CapacityState> = facts.states.iter().map(|state| self.state(state)).collect();
        Some(CapacityResult {
            hours: states
                .iter()
                .zip(&facts.hours)
                .map(|(state, hours)| HoursResult {
                    state: state.name.clone(),
                    month: month_name(hours.month),
                    regions: hours
                        .regions
                        .iter()
                        .map(|(region, hours)| (self.region(*region), hours.to_vec()))
                        .collect(),
                })
                .collect(),
            fleet: facts
                .fleets
                .iter()
                .enumerate()
                .map(|(at, fleet)| self.fleet(facts, fleet, at))
                .collect(),
            years: facts.years.iter().map(|year| self.year(year)).collect(),
            peak_p95_ms: facts.peak_p95.as_ref().map(|(p95, _)| figure(p95)),
            peak_p95_change_ms: facts
                .peak_p95
                .as_ref()
                .and_then(|(_, change)| change.as_ref().map(difference)),
            cost: self.cost(set),
            findings: self.capacity_findings(facts),
            states,
        })
    }

    /// Regions lost, joined; `normal` for none.
    pub(super) fn lost_in_words(&self, lost: &[usize]) -> String {
        if lost.is_empty() {
            return "normal".to_owned();
        }
        let names: Vec<String> = lost.iter().map(|region| self.region(*region)).collect();
        names.join(" + ")
    }

    fn state(&self, facts: &StateFacts) -> CapacityState {
        let state = &facts.state;
        CapacityState {
            name: self.lost_in_words(&state.lost),
            lost: state.lost.iter().map(|region| self.region(*region)).collect(),
            counts: state.counts,
            unserved: state.unserved,
            peak_p95_ms: facts.peak_p95.as_ref().map(figure),
            regions: facts.rushes.iter().map(|rush| self.rush(rush)).collect(),
            stores: facts.databases.iter().map(|of| self.database(of)).collect(),
        }
    }

    fn database(&self, of: &Database) -> StoreLoadResult {
        StoreLoadResult {
            store: self.scenario.stores[of.store].name.clone(),
            region: self.region(of.region),
            operations_per_second: of.operations,
            operations_limit: of.ceiling.operations_per_second,
            connections: of.connections,
            connections_limit: of.ceiling.connections,
            kept: of.kept(),
        }
    }

    fn rush(&self, rush: &Rush) -> StateRegion {
        let served = rush.served.as_ref();
        let needs = rush.needs.iter();
        StateRegion {
            region: self.region(rush.region),
            mean_rps: rush.mean_rps,
            peak_rps: rush.peak_rps,
            peak_at: self.peak_in_words(rush.hour, rush.event),
            event: rush.event.map(|event| self.event_name(event)),
            service_ms: rush.service.mean(),
            scv: rush.service.scv(),
            offered: rush.offered,
            needs: needs
                .filter_map(|(year, peak, need)| Some(self.need(*year, *peak, need.as_ref()?)))
                .collect(),
            utilisation: served.map(|served| served.utilisation),
            wait: served.and_then(|served| served.times).map(|times| waits(&times)),
            verdict: served.map_or_else(|| "not known".to_owned(), |served| verdict(served).to_owned()),
            spilled: served.map_or(0.0, |served| served.spilled),
            shed: served.map_or(0.0, |served| served.shed),
            retry_factor: served.and_then(|served| served.retried),
        }
    }

    fn event_name(&self, event: usize) -> String {
        let demand = self.scenario.demand.as_ref();
        demand.map_or_else(String::new, |demand| demand.events[event].name.clone())
    }

    pub(super) fn need(&self, year: u32, peak_rps: f64, need: &Need) -> NeedResult {
        NeedResult {
            year,
            peak_rps,
            servers: need.servers(),
            instances: need.instances(),
            bound_by: match need {
                Need::Met { by, .. } => self.binding(*by),
                Need::Unmet(why) => self.unmet(why),
            },
        }
    }

    fn sizing(&self) -> Option<&Sizing> {
        self.scenario
            .capacity
            .as_ref()
            .and_then(|capacity| capacity.sizing.as_ref())
    }

    /// `wait p99`, for a promise of the scenario.
    fn promise(&self, at: usize) -> String {
        let promise = self.sizing().and_then(|sizing| sizing.promises.get(at));
        promise.map_or_else(String::new, |promise| {
            let of = match promise.of {
                TimeOf::Wait => "wait",
                TimeOf::Response => "response",
            };
            format!("{of} p{}", (promise.share * 1e4).round() / 1e2)
        })
    }

    fn binding(&self, by: Binding) -> String {
        match by {
            Binding::Stability => "stability".to_owned(),
            Binding::Utilisation => "utilisation".to_owned(),
            Binding::Promise(at) => self.promise(at),
            Binding::OneInstance => "one instance".to_owned(),
            Binding::ZoneLoss => "zone loss".to_owned(),
            Binding::MinPerZone => "least per zone".to_owned(),
        }
    }

    fn unmet(&self, why: &Unmet) -> String {
        match why {
            Unmet::Ceiling(_) => "no number does: the ceiling is 0 %".to_owned(),
            Unmet::NoPromise(at) => format!(
                "no number does: {} promises nothing that can be kept",
                self.promise(*at)
            ),
            Unmet::Service { promise, beyond } => format!(
                "no number does: {:.1} % of requests take longer to serve than {} allows",
                beyond * 100.0,
                self.promise(*promise)
            ),
            Unmet::OneZone => "no number does: there is one zone only, and it may be lost".to_owned(),
            Unmet::NoLoad => "no number does: the load is no number".to_owned(),
            Unmet::TooMany => "no number does: more than ten million servers".to_owned(),
        }
    }

    fn fleet(&self, facts: &CapacityFacts, fleet: &Fleet, at: usize) -> FleetResult {
        let normal = facts.states.first();
        let rush = normal.and_then(|state| state.rushes.iter().find(|rush| rush.region == fleet.region));
        let busy = rush.map_or(0.0, |rush| rush.offered);
        let worst = fleet.needed_worst;
        let year = facts.years.first();
        FleetResult {
            region: self.region(fleet.region),
            role: fleet.role.name().to_owned(),
            share: (fleet.role != crate::design::recovery::Role::Active).then_some(fleet.share),
            zones: fleet.zones,
            servers: fleet.servers,
            instances: fleet.instances,
            given: fleet.given,
            needed_normal: fleet.needed_normal.and_then(Need::instances),
            needed_worst: worst.and_then(|(need, _)| need.instances()),
            worst_state: worst.map_or_else(
                || "normal".to_owned(),
                |(_, state)| self.lost_in_words(&facts.states[state].state.lost),
            ),
            headroom: if fleet.servers > 0 {
                1.0 - busy / f64::from(fleet.servers)
            } else {
                0.0
            },
            exhausted: fleet.exhausted.as_ref().map(exhausted),
            cost: year.and_then(|year| year.cost_by_region.get(at).copied()),
        }
    }

    fn year(&self, year: &Year) -> YearResult {
        let interval = |(low, high): (f64, f64)| Interval { low, high };
        YearResult {
            year: year.year,
            month: self.month_of(year.year),
            mean_rps: year.mean_rps,
            instances: year.instances.clone(),
            instances_interval: year.instances_interval,
            cost_by_region: year.cost_by_region.clone(),
            cost: year.cost,
            cost_interval: year.cost_interval.map(interval),
        }
    }

    /// What a planner should know: what is unstable, what cannot be sized.
    fn capacity_findings(&self, facts: &CapacityFacts) -> Vec<String> {
        let mut findings = Vec::new();
        for state in &facts.states {
            let when = if state.state.lost.is_empty() {
                "in normal times".to_owned()
            } else {
                format!("without {}", self.lost_in_words(&state.state.lost))
            };
            for rush in &state.rushes {
                let Some(served) = &rush.served else { continue };
                if served.verdict == Verdict::Unstable {
                    findings.push(self.unstable(facts, rush, served, &when));
                }
            }
            findings.extend(self.crowded_databases(state, &when));
            findings.extend(self.until_started(facts, state, &when));
            let unserved = state.state.unserved;
            if unserved > 1e-9 && state.state.counts {
                findings.push(format!(
                    "{:.1} % of requests are served by nobody {when}",
                    unserved * 100.0
                ));
            }
        }
        for fleet in &facts.fleets {
            if let Some((Need::Unmet(why), _)) = &fleet.needed_worst {
                findings.push(format!("{}: {}", self.region(fleet.region), self.unmet(why)));
            }
        }
        findings
    }
}

impl Assembler<'_> {
    /// Why a queue grows without end.
    fn unstable(&self, facts: &CapacityFacts, rush: &Rush, served: &Served, when: &str) -> String {
        let (region, hour) = (
            self.region(rush.region),
            self.peak_in_words(rush.hour, rush.event),
        );
        let servers = servers_of(facts, rush.region);
        if served.utilisation < 1.0 {
            return format!(
                "{region} is unstable {when}: at {hour} users who ask again make its load run away, from {:.1} of {servers} \
                 servers busy; that does not settle",
                rush.offered
            );
        }
        format!(
            "{region} is unstable {when}: at {hour} requests keep {:.1} servers busy, and it has {servers}",
            rush.offered
        )
    }

    /// Copies of stores that are asked for more than they take.
    fn crowded_databases(&self, state: &StateFacts, when: &str) -> Vec<String> {
        let crowded = state.databases.iter().filter(|of| !of.kept());
        crowded
            .map(|of| {
                let store = &self.scenario.stores[of.store].name;
                let connections = of.connections.map_or_else(String::new, |held| format!(", {held} connections"));
                format!(
                    "the copy of {store} in {} is asked for too much {when}: {:.0} operations a second{connections}",
                    self.region(of.region),
                    of.operations
                )
            })
            .collect()
    }

    /// What is missing until new instances have started, where instances can start and the fleet is not made for the loss.
    fn until_started(&self, facts: &CapacityFacts, state: &StateFacts, when: &str) -> Vec<String> {
        let Some(seconds) = self.sizing().and_then(|sizing| sizing.scale_out_s) else {
            return Vec::new();
        };
        let short = state.rushes.iter().filter_map(|rush| {
            let needed = rush
                .needs
                .first()
                .and_then(|(_, _, need)| need.and_then(Need::instances))?;
            let fleet = facts.fleets.iter().find(|fleet| fleet.region == rush.region)?;
            let missing = needed
                .checked_sub(fleet.instances)
                .filter(|missing| *missing > 0)?;
            Some(format!(
                "{} is {missing} instances short {when}, for the {seconds:.0} s that they take to start",
                self.region(rush.region)
            ))
        });
        short.collect()
    }
}

fn servers_of(facts: &CapacityFacts, region: usize) -> u32 {
    let fleet = facts.fleets.iter().find(|fleet| fleet.region == region);
    fleet.map_or(0, |fleet| fleet.servers)
}

fn verdict(served: &Served) -> &'static str {
    match served.verdict {
        Verdict::Ok => "ok",
        Verdict::OverCeiling => "over ceiling",
        Verdict::Unstable => "unstable",
    }
}

fn waits(times: &Times) -> WaitResult {
    WaitResult {
        chance: times.wait.chance,
        mean_ms: times.wait.mean(),
        p95_ms: times.wait.quantile(0.95),
        p99_ms: times.wait.quantile(0.99),
        response_p95_ms: times.response[0],
        response_p99_ms: times.response[1],
    }
}

fn exhausted(of: &Exhaustion) -> ExhaustionResult {
    let years = |when: When| match when {
        When::Already => Some(0.0),
        When::After { years, .. } => Some(years),
        When::Never => None,
    };
    ExhaustionResult {
        when: match of.planned {
            When::Already => "already",
            When::After { .. } => "in",
            When::Never => "never",
        }
        .to_owned(),
        years: years(of.planned),
        month: match of.planned {
            When::After { month, .. } => Some(month_written(month)),
            _ => None,
        },
        earliest_years: of.interval.and_then(|(early, _)| years(early)),
        latest_years: of.interval.and_then(|(_, late)| years(late)),
    }
}

impl Assembler<'_> {
    /// When a load peaks; with a level demand no hour is busier than another.
    pub(super) fn peak_in_words(&self, hour: Hour, event: Option<usize>) -> String {
        let level = |curve: &[f64]| curve.windows(2).all(|pair| pair[0] == pair[1]);
        let demand = self.simulation.demand.as_ref();
        let is_level = demand.is_some_and(|(it, _)| level(&it.week) && level(&it.season));
        if is_level && event.is_none() {
            "every hour alike".to_owned()
        } else {
            hour_in_words(hour)
        }
    }
}

/// `Tue 19:00 UTC in July`.
fn hour_in_words(hour: Hour) -> String {
    format!(
        "{} {:02}:00 UTC in {}",
        WEEKDAYS[usize::from(hour.weekday)],
        hour.hour,
        month_name(hour.month)
    )
}

fn month_name(month: u8) -> String {
    MONTHS[usize::from(month) - 1].to_owned()
}

/// `2028-03`.
pub(super) fn month_written(month: Month) -> String {
    format!("{}-{:02}", month.year, month.month)
}
