//! Bills turned into the contract, and what was asked about capacity and cost.

use std::collections::BTreeMap;

use super::capacity::month_written;
use super::{Assembler, kept};
use crate::basis::stat::estimate::Estimate;
use crate::decide::capacity::whole::CapacityFacts;
use crate::decide::run::NamedSet;
use crate::design::capacity::{Overload, Sizing, TimeOf};
use crate::design::cost::CostPlan;
use crate::design::demand::{Demand, Event};
use crate::engine::capacity::demand::DemandModel;
use crate::engine::cost::{Bill, Line};
use crate::report::model::{
    CapacitySummary, CostAsked, CostLine, CostResult, DemandAsked, EventAsked, Interval, PriceTier,
    PriceUsed, PromiseAsked, SizingAsked, StrategyCost,
};

impl Assembler<'_> {
    /// What was asked about capacity and cost, and what is to be told of all sets together.
    pub(super) fn capacity_summary(&self) -> Option<CapacitySummary> {
        let together = self.outcome.capacity.as_ref()?;
        let (demand, model) = self.simulation.demand.as_ref()?;
        let capacity = self.scenario.capacity.as_ref();
        let cost = self.scenario.cost.as_ref().map(|plan| self.cost_asked(plan));
        Some(CapacitySummary {
            demand: self.demand(demand, model),
            sizing: capacity.and_then(|capacity| capacity.sizing.as_ref()).map(sizing),
            overload: capacity
                .map_or("queue", |capacity| match capacity.overload {
                    Overload::Queue => "queue",
                    Overload::Shed => "shed",
                    Overload::Spill => "spill",
                    Overload::Degrade(_) => "degrade",
                })
                .to_owned(),
            retry: capacity.and_then(|capacity| capacity.retry).map(|retry| {
                format!(
                    "who waits longer than {:.0} ms asks again, at most {} times",
                    retry.after_ms, retry.times
                )
            }),
            front: together.front.clone(),
            sets_sized: together.swept.map(|swept| swept.sized),
            sets_priced: together.swept.map(|swept| swept.priced),
            answers: self.answers(),
            findings: self.capacity_notes(cost.as_ref()),
            cost,
        })
    }

    fn demand(&self, demand: &Demand, model: &DemandModel) -> DemandAsked {
        let peak = model.peaks(&model.shares(), 0.0).ordinary;
        let interval = |(low, high): (f64, f64)| Interval { low, high };
        DemandAsked {
            mean_rps: model.mean_rps(0.0),
            peak_rps: peak.load,
            peak_at: self.peak_in_words(model.label(peak.cell), None),
            curve: demand.curve_words.clone(),
            curve_assumed: demand.curve_assumed,
            week: demand.week.to_vec(),
            season: demand.season.to_vec(),
            growth_per_year: demand.growth.per_year,
            growth_interval: demand.growth.interval.map(interval),
            growth_of: demand
                .growth_of_country
                .iter()
                .map(|(country, growth)| (country.clone(), *growth))
                .collect(),
            start: month_written(demand.start),
            horizon_years: demand.horizon_years,
            clocks: self.clocks(demand, model),
            events: demand.events.iter().map(event).collect(),
        }
    }

    /// How many groups keep summer time.
    fn clocks(&self, demand: &Demand, model: &DemandModel) -> String {
        let keeps = |group: &usize| {
            let offsets = model.cohorts()[model.cohort_of(*group)].offsets;
            offsets.iter().any(|offset| *offset != offsets[0])
        };
        let laws = &self.simulation.laws;
        let (mut groups, mut share) = (0, 0.0);
        for group in (0..laws.groups.len()).filter(keeps) {
            groups += 1;
            share += laws.groups[group].weight;
        }
        format!(
            "{groups} of {} user groups, with {:.0} % of the requests, keep summer time; clocks as of the 15th of each month \
             of {}, IANA time zones",
            laws.groups.len(),
            share * 100.0,
            demand.start.year
        )
    }

    fn cost_asked(&self, plan: &CostPlan) -> CostAsked {
        CostAsked {
            currency: plan.currency.name.clone(),
            per_usd: plan.currency.per_usd,
            multiplier: plan.multiplier,
            instance: plan.instance.clone(),
            reserved_share: plan.reserved_share,
            reserved_discount: plan.reserved_discount,
            budget: self.scenario.targets.budget,
            prices: self.prices(plan),
        }
    }

    /// Every price that a bill of this run rests on, once.
    fn prices(&self, plan: &CostPlan) -> Vec<PriceUsed> {
        let mut used: BTreeMap<(usize, String, Option<String>, Option<String>), PriceUsed> = BTreeMap::new();
        let bills = self
            .outcome
            .sets
            .iter()
            .filter_map(|set| set.capacity.as_ref()?.bill.as_ref());
        for line in bills.flat_map(|bill| &bill.lines) {
            let region = line.region.map_or_else(String::new, |at| self.region(at));
            let to = line.to.map(|at| self.region(at));
            let price = plan
                .prices
                .find(line.item, &region, to.as_deref(), line.name.as_deref());
            let Some(price) = price else { continue };
            let order = crate::world::prices::Item::ALL
                .iter()
                .position(|item| *item == line.item);
            let key = (order.unwrap_or(0), region.clone(), to.clone(), line.name.clone());
            used.entry(key).or_insert_with(|| PriceUsed {
                item: line.item.name().to_owned(),
                region,
                to,
                name: line.name.clone(),
                unit: line.item.unit().to_owned(),
                tiers: price
                    .tiers
                    .iter()
                    .map(|tier| PriceTier {
                        up_to: tier.up_to,
                        usd: tier.usd,
                    })
                    .collect(),
                source: price.source.clone(),
                date: price.date.clone(),
                first_tier_only: price.first_tier_only,
            });
        }
        used.into_values().collect()
    }

    /// What a set costs.
    pub(super) fn cost(&self, set: &NamedSet) -> Option<CostResult> {
        let facts = set.capacity.as_ref()?;
        let (bill, plan) = (facts.bill.as_ref()?, self.scenario.cost.as_ref()?);
        let together = self.outcome.capacity.as_ref()?;
        let at = self
            .outcome
            .sets
            .iter()
            .position(|other| std::ptr::eq(other, set))?;
        let prices = together.front.iter().position(|place| *place == at);
        let (per_ms, per_nine) = prices.map_or((None, None), |place| together.prices[place]);
        let total = bill.total(plan);
        let missing = self.missing(facts);
        Some(CostResult {
            total,
            complete: missing.is_empty(),
            missing,
            rank: together.ranks[at],
            budget: self
                .scenario
                .targets
                .budget
                .map(|budget| kept(&Estimate::exact(total), budget, false)),
            lines: bill.lines.iter().map(|line| self.line(plan, line)).collect(),
            per_ms,
            per_nine,
            strategies: set
                .strategy_costs
                .iter()
                .map(|of| StrategyCost {
                    role: of.role.name().to_owned(),
                    cost: of.cost,
                    complete: of.complete,
                    availability: of.availability,
                    rto_p95_s: of.rto_p95_s,
                    meets_targets: of.meets_targets,
                })
                .collect(),
            cheapest_strategy: set.cheapest_strategy,
        })
    }

    /// What has no price, a line each.
    fn missing(&self, facts: &CapacityFacts) -> Vec<String> {
        let mut missing = Vec::new();
        if facts.fleets.is_empty() {
            missing.push("instances: nobody says how many there are, see [capacity]".to_owned());
        }
        for fleet in facts.fleets.iter().filter(|fleet| !fleet.is_known()) {
            missing.push(format!(
                "instances in {}: no number does what is asked",
                self.region(fleet.region)
            ));
        }
        for line in facts.bill.iter().flat_map(Bill::missing) {
            let name = line
                .name
                .as_deref()
                .map_or_else(String::new, |name| format!(" {name}"));
            let place = match (line.region, line.to) {
                (Some(from), Some(to)) => format!(" from {} to {}", self.region(from), self.region(to)),
                (Some(at), None) => format!(" in {}", self.region(at)),
                _ => String::new(),
            };
            missing.push(format!("{}{name}{place}", line.item.name().replace('_', " ")));
        }
        missing
    }

    fn line(&self, plan: &CostPlan, line: &Line) -> CostLine {
        CostLine {
            item: line.item.name().to_owned(),
            region: line.region.map_or_else(String::new, |at| self.region(at)),
            to: line.to.map(|at| self.region(at)),
            name: line.name.clone(),
            amount: line.amount,
            unit: amount_unit(line.item.unit()),
            scales_with_load: if line.scales { 1.0 } else { 0.0 },
            cost: line.usd.map(|usd| usd * plan.in_currency()),
        }
    }

    /// What holds for all sets.
    fn capacity_notes(&self, cost: Option<&CostAsked>) -> Vec<String> {
        let mut notes = vec![
            "loads follow from the stated demand and from expected round trips; they carry no sampling error, and are as \
             uncertain as the demand"
                .to_owned(),
        ];
        if self.scenario.demand.is_none() {
            notes.push(
                "nobody says how demand goes through the day: the mean rate holds at every hour".to_owned(),
            );
        }
        let first_tier = cost.is_some_and(|cost| cost.prices.iter().any(|price| price.first_tier_only));
        if first_tier {
            notes.push("of some prices only the first tier is known: large amounts may cost less".to_owned());
        }
        notes
    }
}

/// `USD/GB-month` → `GB-month`.
fn amount_unit(price_unit: &str) -> String {
    let unit = price_unit.split_once('/').map_or(price_unit, |(_, unit)| unit);
    match unit {
        "hour" => "hours",
        "month" => "months",
        other => other,
    }
    .to_owned()
}

fn event(of: &Event) -> EventAsked {
    EventAsked {
        name: of.name.clone(),
        factor: of.factor,
        hours: of.hours,
        at: of.at_utc.map_or_else(
            || "the worst hour of each region".to_owned(),
            |at| format!("{:02.0}:{:02.0} UTC", at.floor(), (at.fract() * 60.0).round()),
        ),
        users: if of.countries.is_empty() {
            "all users".to_owned()
        } else {
            of.countries.join(", ")
        },
    }
}

fn sizing(of: &Sizing) -> SizingAsked {
    SizingAsked {
        concurrency: of.concurrency,
        max_utilisation: of.max_utilisation,
        promises: of
            .promises
            .iter()
            .map(|promise| PromiseAsked {
                of: match promise.of {
                    TimeOf::Wait => "wait",
                    TimeOf::Response => "response",
                }
                .to_owned(),
                share: promise.share,
                within_ms: promise.within_ms,
            })
            .collect(),
        min_per_zone: of.min_per_zone,
        survive_zone: of.survive_zone,
        survive_regions: of.survive_regions,
        spare: of.spare,
        scale_out_s: of.scale_out_s,
        hourly: of.hourly,
    }
}
