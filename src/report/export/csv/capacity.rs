//! The facts of capacity and cost: what stands on the sheets `Demand`, `Capacity`, `Fleet`, `Bill` and `Cost`.
//!
//! `loss` is the state (blank for normal times), `year` counts from the start, `hour` is one of the day in UTC, `part` is
//! an item of a bill, `store` the instance type or store of its line, `about` what else a fact is of: the region that
//! traffic goes to, a role, a month, a promise. Money is in the currency that the row `money_of_a_dollar` names.

use super::design::{Place, about, flag};
use super::{Fact, outcome};
use crate::report::model::{
    CapacityResult, CapacityState, CostLine, CostResult, ExhaustionResult, FleetResult, HoursResult,
    NeedResult, PriceUsed, Report, StateRegion, StrategyCost, YearResult,
};

/// The unit of amounts of money a month.
pub(super) const MONEY: &str = "money/month";

/// Whether the columns of capacity are needed.
pub(super) fn is_in(report: &Report) -> bool {
    report.capacity.is_some() || report.sets.iter().any(|set| set.capacity.is_some())
}

pub(super) fn facts(it: &CapacityResult) -> Vec<Fact> {
    let mut facts: Vec<Fact> = it.states.iter().flat_map(state).collect();
    facts.extend(it.hours.iter().flat_map(|hours| by_hour(it, hours)));
    facts.extend(it.fleet.iter().flat_map(fleet));
    facts.extend(it.years.iter().flat_map(|own| year(it, own)));
    facts.extend(
        it.peak_p95_ms
            .iter()
            .map(|p95| Fact::figure("peak_p95", "ms", p95)),
    );
    facts.extend(it.cost.iter().flat_map(cost));
    facts
}

/// The name of a state as the column of losses has it.
fn loss_of(it: &CapacityState) -> String {
    if it.lost.is_empty() {
        String::new()
    } else {
        it.name.clone()
    }
}

fn state(it: &CapacityState) -> Vec<Fact> {
    let mut facts = vec![
        flag("state_counts", it.counts),
        Fact::plain("unserved", "share", it.unserved),
    ];
    facts.extend(it.regions.iter().flat_map(region));
    let loss = loss_of(it);
    let here = |fact: Fact| Fact {
        loss: loss.clone(),
        ..fact
    };
    facts.into_iter().map(here).collect()
}

fn region(it: &StateRegion) -> Vec<Fact> {
    let mut facts = vec![
        Fact::plain("mean_load", "requests/s", it.mean_rps),
        about(&it.peak_at).at(Fact::plain("peak_load", "requests/s", it.peak_rps)),
        Fact::plain("service_mean", "ms", it.service_ms),
        Fact::plain("service_scv", "factor", it.scv),
        Fact::plain("offered", "erlang", it.offered),
        Fact::plain("spilled", "share", it.spilled),
        Fact::plain("shed", "share", it.shed),
    ];
    facts.extend(
        it.utilisation
            .map(|value| Fact::plain("utilisation", "share", value)),
    );
    facts.extend(
        it.retry_factor
            .map(|value| Fact::plain("retry_factor", "factor", value)),
    );
    facts.extend(it.wait.iter().flat_map(|wait| {
        [
            ("wait_mean", wait.mean_ms),
            ("wait_p95", wait.p95_ms),
            ("wait_p99", wait.p99_ms),
            ("response_p95", wait.response_p95_ms),
            ("response_p99", wait.response_p99_ms),
        ]
        .map(|(statistic, value)| Fact::plain(statistic, "ms", value))
    }));
    facts.push(about(&it.verdict).at(flag("fleet_does", it.verdict == "ok")));
    facts.extend(it.needs.iter().flat_map(need));
    in_region(&it.region, facts)
}

fn in_region(region: &str, facts: Vec<Fact>) -> Vec<Fact> {
    let here = |fact: Fact| Fact {
        region: region.to_owned(),
        ..fact
    };
    facts.into_iter().map(here).collect()
}

fn in_year(year: u32, facts: Vec<Fact>) -> Vec<Fact> {
    let then = |fact: Fact| Fact {
        year: Some(year),
        ..fact
    };
    facts.into_iter().map(then).collect()
}

fn need(it: &NeedResult) -> Vec<Fact> {
    let mut facts = vec![Fact::plain("peak_load_of_year", "requests/s", it.peak_rps)];
    let counts = [
        ("servers_needed", "servers", it.servers),
        ("instances_needed", "instances", it.instances),
    ];
    for (statistic, unit, count) in counts {
        facts.extend(
            count.map(|count| about(&it.bound_by).at(Fact::plain(statistic, unit, f64::from(count)))),
        );
    }
    in_year(it.year, facts)
}

fn by_hour(all: &CapacityResult, it: &HoursResult) -> Vec<Fact> {
    let state = all.states.iter().find(|state| state.name == it.state);
    let loss = state.map_or_else(|| it.state.clone(), loss_of);
    let mut facts = Vec::new();
    for (region, hours) in &it.regions {
        facts.extend(hours.iter().enumerate().map(|(hour, rps)| Fact {
            region: region.clone(),
            loss: loss.clone(),
            hour: Some(hour),
            ..about(&it.month).at(Fact::plain("load_by_hour", "requests/s", *rps))
        }));
    }
    facts
}

fn fleet(it: &FleetResult) -> Vec<Fact> {
    let role = || about(&it.role);
    let mut facts = vec![
        role().at(Fact::plain("fleet_servers", "servers", f64::from(it.servers))),
        role().at(Fact::plain(
            "fleet_instances",
            "instances",
            f64::from(it.instances),
        )),
        Fact::plain("zones", "zones", f64::from(it.zones)),
        flag("fleet_is_given", it.given),
        Fact::plain("headroom", "share", it.headroom),
    ];
    let normal = it.needed_normal.map(f64::from);
    let worst = it.needed_worst.map(f64::from);
    facts.extend(normal.map(|count| Fact::plain("fleet_needed_normal", "instances", count)));
    facts.extend(
        worst.map(|count| about(&it.worst_state).at(Fact::plain("fleet_needed_worst", "instances", count))),
    );
    facts.extend(
        it.share
            .map(|share| role().at(Fact::plain("standby_share", "share", share))),
    );
    facts.extend(it.cost.map(|cost| Fact::plain("fleet_cost", MONEY, cost)));
    facts.extend(it.exhausted.iter().flat_map(exhausted));
    in_region(&it.region, facts)
}

fn exhausted(it: &ExhaustionResult) -> Vec<Fact> {
    let when = it.month.as_deref().unwrap_or(&it.when);
    let ends = [
        ("exhausted_after", it.years),
        ("exhausted_at_the_earliest", it.earliest_years),
        ("exhausted_at_the_latest", it.latest_years),
    ];
    let told = ends
        .into_iter()
        .filter_map(|(statistic, years)| Some((statistic, years?)));
    told.map(|(statistic, years)| about(when).at(Fact::plain(statistic, "years", years)))
        .collect()
}

fn year(all: &CapacityResult, it: &YearResult) -> Vec<Fact> {
    let mut facts = vec![about(&it.month).at(Fact::plain("mean_load", "requests/s", it.mean_rps))];
    for (fleet, instances) in all.fleet.iter().zip(&it.instances) {
        let count = instances.map(|count| Fact::plain("instances", "instances", f64::from(count)));
        facts.extend(in_region(&fleet.region, count.into_iter().collect()));
    }
    for (fleet, cost) in all.fleet.iter().zip(&it.cost_by_region) {
        facts.extend(in_region(&fleet.region, vec![Fact::plain("cost", MONEY, *cost)]));
    }
    facts.extend(it.instances_interval.iter().flat_map(|(low, high)| {
        [
            Fact::plain("instances_at_low_growth", "instances", f64::from(*low)),
            Fact::plain("instances_at_high_growth", "instances", f64::from(*high)),
        ]
    }));
    facts.extend(it.cost.map(|cost| Fact::plain("cost", MONEY, cost)));
    facts.extend(it.cost_interval.iter().flat_map(|ends| {
        [
            Fact::plain("cost_at_low_growth", MONEY, ends.low),
            Fact::plain("cost_at_high_growth", MONEY, ends.high),
        ]
    }));
    in_year(it.year, facts)
}

fn cost(it: &CostResult) -> Vec<Fact> {
    let mut facts = vec![
        Fact {
            verdict: it.budget.map_or("", outcome),
            ..Fact::plain("cost_total", MONEY, it.total)
        },
        flag("cost_is_complete", it.complete),
        Fact::plain("rank_by_cost", "rank", it.rank as f64),
    ];
    facts.extend(
        it.per_ms
            .map(|value| Fact::plain("cost_of_a_ms_less", MONEY, value)),
    );
    facts.extend(
        it.per_nine
            .map(|value| Fact::plain("cost_of_a_nine_more", MONEY, value)),
    );
    facts.extend(it.lines.iter().flat_map(line));
    facts.extend(it.strategies.iter().flat_map(strategy));
    facts
}

fn line(it: &CostLine) -> Vec<Fact> {
    let place = || Place {
        part: it.item.clone(),
        store: it.name.clone().unwrap_or_default(),
        about: it.to.clone().unwrap_or_default(),
        ..Place::default()
    };
    let mut facts = vec![place().at(Fact::plain("billed", unit(&it.unit), it.amount))];
    facts.push(match it.cost {
        Some(cost) => place().at(Fact::plain("line_cost", MONEY, cost)),
        None => place().at(flag("has_a_price", false)),
    });
    in_region(&it.region, facts)
}

/// Units of a bill, a month.
fn unit(name: &str) -> &'static str {
    match name {
        "hours" => "hours/month",
        "GB" => "GB/month",
        "million" | "million requests" => "million/month",
        "GB-month" => "GB-month",
        _ => "months",
    }
}

fn strategy(it: &StrategyCost) -> Vec<Fact> {
    let mut facts = vec![
        Fact::plain("strategy_cost", MONEY, it.cost),
        flag("strategy_cost_is_complete", it.complete),
        flag("strategy_meets_targets", it.meets_targets),
    ];
    facts.extend(it.rto_p95_s.map(|rto| Fact::plain("strategy_rto_p95", "s", rto)));
    facts.into_iter().map(|fact| about(&it.role).at(fact)).collect()
}

/// Facts of all sets together, beside the name of the set that they concern; blank where none.
pub(super) fn of_all(report: &Report) -> Vec<(&str, Fact)> {
    let Some(it) = &report.capacity else {
        return Vec::new();
    };
    let on_front = it.front.iter().filter_map(|&at| report.sets.get(at));
    let mut all: Vec<(&str, Fact)> = on_front
        .map(|set| (set.name.as_str(), flag("on_front_with_cost", true)))
        .collect();
    let demand = &it.demand;
    all.push(("", Fact::plain("mean_load", "requests/s", demand.mean_rps)));
    all.push((
        "",
        about(&demand.peak_at).at(Fact::plain("peak_load", "requests/s", demand.peak_rps)),
    ));
    all.push(("", Fact::plain("growth", "1/year", demand.growth_per_year)));
    if let Some(cost) = &it.cost {
        all.push((
            "",
            about(&cost.currency).at(Fact::plain("money_of_a_dollar", "money", cost.per_usd)),
        ));
        all.extend(cost.prices.iter().flat_map(price).map(|fact| ("", fact)));
    }
    all
}

fn price(it: &PriceUsed) -> Vec<Fact> {
    let tier = |(at, tier): (usize, &crate::report::model::PriceTier)| Fact {
        region: it.region.clone(),
        ..Place {
            part: it.item.clone(),
            store: it.name.clone().unwrap_or_default(),
            operation: if it.tiers.len() > 1 {
                format!("tier {}", at + 1)
            } else {
                String::new()
            },
            about: it.to.clone().unwrap_or_default(),
            ..Place::default()
        }
        .at(Fact::plain("price", "USD", tier.usd))
    };
    it.tiers.iter().enumerate().map(tier).collect()
}
