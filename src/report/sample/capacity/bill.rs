//! Prices, the lines of a bill, and what a set costs a month.

use super::SampleInputs;
use crate::report::model::{
    CapacityState, CostLine, CostResult, FleetResult, Outcome, PriceTier, PriceUsed, SetResult, StrategyCost,
};

/// The instance type.
pub(super) const INSTANCE: &str = "m7g.2xlarge";

/// A twelfth of a year of 365 days, hours.
const HOURS: f64 = 365.0 * 24.0 / 12.0;

/// Size of an answer, GB.
const ANSWER_GB: f64 = 4e-6;

/// What a request makes a store copy, GB.
const COPIED_GB: f64 = 1e-6;

/// What a region keeps, GB.
const STORED_GB: f64 = 900.0;

/// Region, USD an hour of an instance, USD a GB of the first tier of egress.
const PRICES: [(&str, f64, f64); 7] = [
    ("us-east-1", 0.3264, 0.09),
    ("us-west-2", 0.3264, 0.09),
    ("sa-east-1", 0.5206, 0.15),
    ("eu-west-1", 0.3632, 0.09),
    ("eu-central-1", 0.3912, 0.09),
    ("ap-southeast-1", 0.4088, 0.12),
    ("ap-northeast-1", 0.4214, 0.114),
];

/// Egress in three tiers, instances by the hour, storage, copies between regions (of which one has no price).
pub(super) fn prices() -> Vec<PriceUsed> {
    let price = |item: &str, region: &str, name: Option<&str>, unit: &str, tiers: Vec<PriceTier>| PriceUsed {
        item: item.into(),
        region: region.into(),
        to: None,
        name: name.map(Into::into),
        unit: unit.into(),
        tiers,
        source: "sample".into(),
        date: "2026-11".into(),
        first_tier_only: false,
    };
    let flat = |usd: f64| vec![PriceTier { up_to: None, usd }];
    let mut all = Vec::new();
    for (region, instance, egress) in PRICES {
        all.push(price(
            "instance",
            region,
            Some(INSTANCE),
            "USD/hour",
            flat(instance),
        ));
        let tier = |up_to, factor| PriceTier {
            up_to,
            usd: egress * factor,
        };
        let tiers = vec![
            tier(Some(10_240.0), 1.0),
            tier(Some(51_200.0), 0.9),
            tier(None, 0.75),
        ];
        all.push(price("egress", region, None, "USD/GB", tiers));
        // What is copied out of one of them has no price.
        if region != "sa-east-1" {
            all.push(price("inter_region", region, None, "USD/GB", flat(0.02)));
        }
    }
    all.push(price(
        "store_storage",
        "",
        Some("orders"),
        "USD/GB-month",
        flat(0.25),
    ));
    all
}

/// The price of a line: that of its region, or of anywhere.
fn price<'a>(inputs: &'a SampleInputs, item: &str, region: &str) -> Option<&'a PriceUsed> {
    let prices = inputs.prices.iter();
    let mut holds = prices.filter(|it| it.item == item && (it.region == region || it.region.is_empty()));
    holds.next()
}

/// US dollars of an amount a month.
fn usd(price: &PriceUsed, amount: f64) -> f64 {
    let mut from = 0.0;
    let mut total = 0.0;
    for tier in &price.tiers {
        let end = tier.up_to.unwrap_or(f64::INFINITY);
        total += (amount.min(end) - from).max(0.0) * tier.usd;
        from = end;
    }
    total
}

fn in_currency(inputs: &SampleInputs, item: &str, usd: f64) -> f64 {
    let reserved = if item == "instance" {
        1.0 - inputs.reserved_share * inputs.reserved_discount
    } else {
        1.0
    };
    usd * reserved * inputs.per_usd * inputs.multiplier
}

fn line(inputs: &SampleInputs, item: &str, region: &str, amount: f64) -> CostLine {
    let (unit, name, scales) = match item {
        "instance" => ("hours", Some(INSTANCE), 0.0),
        "store_storage" => ("GB-month", Some("orders"), 0.0),
        _ => ("GB", None, 1.0),
    };
    CostLine {
        item: item.into(),
        region: region.into(),
        to: None,
        name: name.map(Into::into),
        amount,
        unit: unit.into(),
        scales_with_load: scales,
        cost: price(inputs, item, region).map(|price| in_currency(inputs, item, usd(price, amount))),
    }
}

/// The lines of a region with so many instances that serves `rps`.
fn lines(inputs: &SampleInputs, region: &str, instances: u32, rps: f64) -> Vec<CostLine> {
    let requests = rps * HOURS * 3600.0;
    vec![
        line(inputs, "instance", region, f64::from(instances) * HOURS),
        line(inputs, "egress", region, requests * ANSWER_GB),
        line(inputs, "inter_region", region, requests * COPIED_GB),
        line(inputs, "store_storage", region, STORED_GB),
    ]
}

fn mean_rps(normal: &CapacityState, region: &str) -> f64 {
    let serves = normal.regions.iter().find(|it| it.region == region);
    serves.map_or(0.0, |it| it.mean_rps)
}

pub(super) fn cost(inputs: &SampleInputs, fleet: &[FleetResult], normal: &CapacityState) -> CostResult {
    let of_region = |it: &FleetResult| lines(inputs, &it.region, it.instances, mean_rps(normal, &it.region));
    let lines: Vec<CostLine> = fleet.iter().flat_map(of_region).collect();
    let total: f64 = lines.iter().filter_map(|line| line.cost).sum();
    let missing = lines.iter().filter(|line| line.cost.is_none());
    let missing: Vec<String> = missing
        .map(|line| format!("{} in {}", line.item, line.region))
        .collect();
    let complete = missing.is_empty();
    CostResult {
        total,
        complete,
        missing,
        rank: 0,
        budget: Some(match (total > inputs.budget, complete) {
            (true, _) => Outcome::Missed,
            (false, true) => Outcome::Met,
            (false, false) => Outcome::TooCloseToCall,
        }),
        lines,
        per_ms: None,
        per_nine: None,
        strategies: strategies(total),
        cheapest_strategy: Some(1),
    }
}

/// Shares of the cost of all active: of the right order, and nothing else.
fn strategies(total: f64) -> Vec<StrategyCost> {
    let strategy = |(role, share, rto): (&str, f64, f64)| StrategyCost {
        role: role.into(),
        cost: share * total,
        complete: true,
        availability: 0.9999,
        rto_p95_s: Some(rto),
        meets_targets: rto < 300.0,
    };
    [
        ("active", 1.0, 61.0),
        ("warm", 0.7, 240.0),
        ("backup", 0.45, 16_200.0),
    ]
    .map(strategy)
    .into()
}

/// Cost a month by region, with `instances` and `factor` times the load of the first year.
pub(super) fn in_year(
    inputs: &SampleInputs,
    instances: &[Option<u32>],
    normal: &CapacityState,
    regions: &[String],
    factor: f64,
) -> Vec<f64> {
    let of_region = |(region, instances): (&String, &Option<u32>)| {
        let rps = factor * mean_rps(normal, region);
        let lines = lines(inputs, region, instances.unwrap_or(0), rps);
        lines.iter().filter_map(|line| line.cost).sum()
    };
    regions.iter().zip(instances).map(of_region).collect()
}

/// Places by cost: what is incomplete comes behind all that is not.
pub(super) fn rank(sets: &mut [SetResult]) {
    fn of(set: &SetResult) -> Option<(bool, f64)> {
        let cost = set.capacity.as_ref()?.cost.as_ref()?;
        Some((!cost.complete, cost.total))
    }
    let all: Vec<(bool, f64)> = sets.iter().filter_map(of).collect();
    for set in sets {
        let own = of(set);
        let cost = set.capacity.as_mut().and_then(|it| it.cost.as_mut());
        if let (Some(cost), Some(own)) = (cost, own) {
            cost.rank = 1 + all.iter().filter(|other| **other < own).count();
        }
    }
}
