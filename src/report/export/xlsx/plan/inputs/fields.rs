//! The values of demand, servers and terms of payment that may be edited.

use super::super::super::stale;
use super::super::law;
use super::PlannedSet;
use crate::report::model::{CapacitySummary, CostAsked, PromiseAsked, SizingAsked};
use crate::report::voice::exact;

/// Which check a field belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Rate,
    Growth,
    Sizing,
    Terms,
    Budget,
}

/// What a value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// 0 to 1.
    Share,
    /// Above 0, at most 1.
    Ceiling,
    /// Above −1.
    Growth,
    /// Above 0.
    Positive,
    /// 0 or more.
    NotNegative,
    /// A whole number from this on.
    Whole(i32),
}

/// A value that may be edited.
pub(super) struct Field {
    pub(super) part: Part,
    /// Its name in the workbook.
    pub(super) name: String,
    pub(super) label: String,
    pub(super) value: f64,
    pub(super) unit: String,
    pub(super) format: &'static str,
    pub(super) rule: Rule,
    pub(super) changes: &'static str,
    pub(super) outdates: String,
}

pub(super) fn of(asked: &CapacitySummary, sets: &[PlannedSet<'_>]) -> Vec<Field> {
    let outdated = Outdated::of(asked, sets);
    let mut fields = demand(asked, &outdated);
    if let Some(sizing) = &asked.sizing {
        fields.extend(servers(sizing, &outdated));
    }
    if let Some(cost) = &asked.cost {
        fields.extend(terms(cost));
    }
    fields
}

/// What only a run can tell after an edit, in words.
struct Outdated {
    /// With the rate.
    rate: String,
    growth: String,
    sizing: String,
}

impl Outdated {
    fn of(asked: &CapacitySummary, sets: &[PlannedSet<'_>]) -> Outdated {
        let sizing = asked.sizing.as_ref();
        let mut always = vec!["when a fleet no longer does", "what decides a number of servers"];
        if sizing.is_some_and(law::has_responses) {
            always.push("servers for promised response times");
        }
        if sizing.is_some_and(|it| it.hourly) {
            always.push("servers and instances that follow the load hour by hour, and their cost");
        }
        if asked.retry.is_some() || asked.overload != "queue" {
            always.push("how busy today's fleet is");
        }
        let checks: Vec<String> = sets.iter().filter_map(|it| stale::latency(it.set)).collect();
        let mut rate = always.clone();
        let mut sized = always.clone();
        rate.push("latency at the busiest hour");
        sized.push("latency at the busiest hour where servers are not given");
        if !checks.is_empty() {
            rate.push("latency, availability and what follows, since requests wait for servers");
        }
        if checks.iter().any(|check| check.contains(stale::SIZING)) {
            sized.push("latency, availability and what follows, since requests wait for servers");
        }
        let mut growth = vec!["when a fleet no longer does"];
        if !asked.demand.growth_of.is_empty() {
            growth.push("loads, servers and costs of later years, since some countries grow otherwise");
        }
        Outdated {
            rate: rate.join("; "),
            growth: growth.join("; "),
            sizing: sized.join("; "),
        }
    }
}

fn demand(asked: &CapacitySummary, outdated: &Outdated) -> Vec<Field> {
    vec![
        Field {
            part: Part::Rate,
            name: "rate_mean_rps".into(),
            label: "mean load of the first year".into(),
            value: asked.demand.mean_rps,
            unit: "requests/s".into(),
            format: "#,##0.0",
            rule: Rule::Positive,
            changes: "every load in proportion, so servers, instances and cost",
            outdates: outdated.rate.clone(),
        },
        Field {
            part: Part::Growth,
            name: "growth_per_year".into(),
            label: "growth a year".into(),
            value: asked.demand.growth_per_year,
            unit: "%".into(),
            format: "0.0%",
            rule: Rule::Growth,
            changes: "loads of later years, so servers, instances and cost then",
            outdates: outdated.growth.clone(),
        },
    ]
}

fn servers(asked: &SizingAsked, outdated: &Outdated) -> Vec<Field> {
    let field = |name: &str, label: &str, value: f64, unit: &str, format: &'static str, rule: Rule| Field {
        part: Part::Sizing,
        name: name.into(),
        label: label.into(),
        value,
        unit: unit.into(),
        format,
        rule,
        changes: "servers, so instances and cost",
        outdates: outdated.sizing.clone(),
    };
    let share = "0.0%";
    let mut fields = vec![
        field(
            "max_utilisation",
            "servers busy at the peak hour, at most",
            asked.max_utilisation,
            "%",
            share,
            Rule::Ceiling,
        ),
        field(
            "spare",
            "room for bursts on top of the peak",
            asked.spare,
            "%",
            share,
            Rule::NotNegative,
        ),
        Field {
            changes: "instances that hold the servers, so cost",
            ..field(
                "concurrency",
                "servers of an instance",
                f64::from(asked.concurrency),
                "servers",
                "#,##0",
                Rule::Whole(1),
            )
        },
        Field {
            changes: "instances, so cost",
            ..field(
                "min_per_zone",
                "instances of each zone, at least",
                f64::from(asked.min_per_zone),
                "instances",
                "#,##0",
                Rule::Whole(0),
            )
        },
    ];
    fields.extend(law::waits(asked).map(|it| {
        let label = format!("{} % of requests wait at most", exact(it.share * 100.0));
        field(
            &wait_name(it),
            &label,
            it.within_ms,
            "ms",
            "#,##0.0##",
            Rule::NotNegative,
        )
    }));
    fields
}

/// `wait_p95_ms`.
pub(in super::super) fn wait_name(promise: &PromiseAsked) -> String {
    format!("wait_p{}_ms", super::defined_name(&exact(promise.share * 100.0)))
}

fn terms(asked: &CostAsked) -> Vec<Field> {
    let field = |name: &str, label: &str, value: f64, unit: &str, format: &'static str, rule: Rule| Field {
        part: Part::Terms,
        name: name.into(),
        label: label.into(),
        value,
        unit: unit.into(),
        format,
        rule,
        changes: "cost",
        outdates: "what a millisecond or a nine costs; cost of strategies; ends of growth's interval".into(),
    };
    let mut fields = vec![
        Field {
            changes: "cost of instances",
            ..field(
                "reserved_share",
                "instances that are reserved",
                asked.reserved_share,
                "%",
                "0.0%",
                Rule::Share,
            )
        },
        Field {
            changes: "cost of instances",
            ..field(
                "reserved_discount",
                "discount on reserved instances",
                asked.reserved_discount,
                "%",
                "0.0%",
                Rule::Share,
            )
        },
        field(
            "per_usd",
            "worth of one US dollar",
            asked.per_usd,
            &asked.currency,
            "0.0000",
            Rule::Positive,
        ),
        field(
            "multiplier",
            "discount or tax on everything",
            asked.multiplier,
            "times",
            "0.000",
            Rule::Positive,
        ),
    ];
    fields.extend(asked.budget.map(|budget| Field {
        part: Part::Budget,
        changes: "which sets keep the budget",
        outdates: "nothing".into(),
        ..field(
            "budget",
            "budget a month",
            budget,
            &asked.currency,
            "#,##0",
            Rule::Positive,
        )
    }));
    fields
}
