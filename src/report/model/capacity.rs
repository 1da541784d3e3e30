//! Demand by hour, servers, growth and cost, in the contract.
//!
//! Loads follow from the stated demand and from expected round trips, so they carry no sampling error; what is uncertain
//! in them is what the scenario states, above all growth. Amounts are a month (a twelfth of a year of 365 days).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Difference, Figure, Interval, Outcome};

/// What was asked about capacity and cost, and what is to be told of all sets together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CapacitySummary {
    /// How demand goes.
    pub demand: DemandAsked,
    /// What is asked of the servers; absent where the scenario says how many there are and nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sizing: Option<SizingAsked>,
    /// What becomes of requests that a region cannot take: `queue`, `shed`, `spill`, `degrade`.
    pub overload: String,
    /// What users do who wait too long, in words; absent where they wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<String>,
    /// What is billed, at which prices; absent where cost was not asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<CostAsked>,
    /// Sets that no other beats in latency, cost and availability at once: places in `sets`, the cheapest first. One beats
    /// another where it is better in one of them beyond the errors and worse in none.
    pub front: Vec<usize>,
    /// Sets of a search whose servers and cost were worked out; absent where sets were named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sets_sized: Option<u64>,
    /// Of these, sets whose cost is complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sets_priced: Option<u64>,
    /// What was asked of one region, set by set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<CapacityAnswer>,
    /// What else a planner should know, a sentence each.
    pub findings: Vec<String>,
}

/// What a region needs while others are lost, so many years from the start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CapacityAnswer {
    /// The set.
    pub set: String,
    /// The region asked about.
    pub region: String,
    /// `normal`, or the regions lost.
    pub state: String,
    /// Years from the start.
    pub year: u32,
    /// The first month of that year: `2028-12`.
    pub month: String,
    /// At the busiest hour, requests/s; absent where the set is not looked at in that state, or the region serves nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_rps: Option<f64>,
    /// What the load needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<NeedResult>,
    /// What so many instances cost a month, in the currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instances_cost: Option<f64>,
    /// Instances that the region has in that year to bear every state that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fleet: Option<u32>,
    /// What all of the region costs a month then, traffic and stores counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region_cost: Option<f64>,
    /// Whether the region's own costs are all known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_complete: Option<bool>,
}

/// How demand goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DemandAsked {
    /// Mean over the first year, requests/s.
    pub mean_rps: f64,
    /// Busiest hour of the whole audience in that year, events left out, requests/s.
    pub peak_rps: f64,
    /// Which hour that is: `Tue 19:00 UTC in July`.
    pub peak_at: String,
    /// The daily curve in words.
    pub curve: String,
    /// Whether the curve is an assumption of ours.
    pub curve_assumed: bool,
    /// Factor by hour of the week in local time, Monday 0 h first: 168.
    pub week: Vec<f64>,
    /// Factor by month, January first: 12.
    pub season: Vec<f64>,
    /// Growth a year, a share.
    pub growth_per_year: f64,
    /// 90 % interval of it, where one is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub growth_interval: Option<Interval>,
    /// Countries that grow otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub growth_of: Vec<(String, f64)>,
    /// Month at whose start the rate holds: `2026-12`.
    pub start: String,
    /// Years that are looked ahead.
    pub horizon_years: u32,
    /// How many user groups keep summer time, and what the clocks were taken from.
    pub clocks: String,
    /// Hours with more than usual.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<EventAsked>,
}

/// Hours with more than usual.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventAsked {
    /// Its name.
    pub name: String,
    /// Times as many requests.
    pub factor: f64,
    /// Hours it lasts.
    pub hours: f64,
    /// When: `18:00 UTC`, or `the worst hour of each region`.
    pub at: String,
    /// Who takes part, in words.
    pub users: String,
}

/// What is asked of a region's servers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SizingAsked {
    /// Servers (requests at once) of an instance.
    pub concurrency: u32,
    /// Ceiling of the utilisation at the peak hour, a share.
    pub max_utilisation: f64,
    /// Promises about waits and responses at the peak hour.
    pub promises: Vec<PromiseAsked>,
    /// Instances of each zone at least.
    pub min_per_zone: u32,
    /// Whether everything holds after the loss of any one zone.
    pub survive_zone: bool,
    /// So many regions may be lost at once and everything holds.
    pub survive_regions: u32,
    /// Room for bursts, a share.
    pub spare: f64,
    /// Time until a new instance takes requests, s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale_out_s: Option<f64>,
    /// Whether instances follow the load hour by hour.
    pub hourly: bool,
}

/// A promise about a time at the peak hour.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PromiseAsked {
    /// `wait` or `response` (wait and service).
    pub of: String,
    /// Share of requests it holds for: 0.95.
    pub share: f64,
    /// The time, ms.
    pub within_ms: f64,
}

/// What is billed, at which prices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CostAsked {
    /// Label of all amounts: `USD`.
    pub currency: String,
    /// What one US dollar is worth in it.
    pub per_usd: f64,
    /// Everything is multiplied by this.
    pub multiplier: f64,
    /// The instance type; absent where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Share of the instances that run all the time that are reserved.
    pub reserved_share: f64,
    /// Discount on them.
    pub reserved_discount: f64,
    /// Budget a month, in the currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<f64>,
    /// Every price that a set of this report is billed at.
    pub prices: Vec<PriceUsed>,
}

/// A price in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PriceUsed {
    /// What is billed: `instance`, `egress`, `inter_region`, `cross_zone`, `cdn_egress`, `cdn_request`, `store_read`,
    /// `store_write`, `store_storage`, `store_replica`, `region_fixed`.
    pub item: String,
    /// Where; empty for anywhere.
    pub region: String,
    /// Whereto, for traffic between regions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Instance type or store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `USD/hour`, `USD/GB` …
    pub unit: String,
    /// Tiers: upper end of the amount a month (absent for the last) and US dollars a unit.
    pub tiers: Vec<PriceTier>,
    /// Who says so.
    pub source: String,
    /// As of when.
    pub date: String,
    /// Whether only the first tier is known.
    pub first_tier_only: bool,
}

/// A tier of a price.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PriceTier {
    /// Upper end, in units a month; absent for the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<f64>,
    /// US dollars a unit.
    pub usd: f64,
}

/// What a set carries, needs and costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CapacityResult {
    /// Normal times first, then every loss that was looked at.
    pub states: Vec<CapacityState>,
    /// Regions with their servers: the active ones, then the standbys.
    pub fleet: Vec<FleetResult>,
    /// Load by hour: normal times first, then after each loss.
    pub hours: Vec<HoursResult>,
    /// From the start to the horizon, year by year.
    pub years: Vec<YearResult>,
    /// Request latency at the busiest hour of the whole set, waits for servers included: p95, ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_p95_ms: Option<Figure>,
    /// Change of the p95 against that of the year's mean load, ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_p95_change_ms: Option<Difference>,
    /// What it costs; absent where cost was not asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<CostResult>,
    /// What else a planner should know of it, a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
}

/// Loads and needs while something is lost, or nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CapacityState {
    /// `normal`, or the regions lost.
    pub name: String,
    /// Regions lost.
    pub lost: Vec<String>,
    /// Whether the fleet is sized to bear it.
    pub counts: bool,
    /// Share of requests that nobody serves, for want of a region that may or can.
    pub unserved: f64,
    /// 95th percentile of the latency at the busiest hour of the whole set, waits for servers included, ms; absent where
    /// nobody serves, a queue grows without end, or nobody says how many servers there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_p95_ms: Option<Figure>,
    /// The regions that serve.
    pub regions: Vec<StateRegion>,
    /// Copies of stores whose limits are stated, at the busiest hour of the whole set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stores: Vec<StoreLoadResult>,
}

/// A copy of a store against its limits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StoreLoadResult {
    /// The store.
    pub store: String,
    /// Where the copy is.
    pub region: String,
    /// Operations at the busiest hour of the whole set, a second.
    pub operations_per_second: f64,
    /// How many it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operations_limit: Option<f64>,
    /// Connections that the region's instances hold; absent where nobody says how many there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connections: Option<u32>,
    /// How many it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connections_limit: Option<u32>,
    /// Whether both limits are kept.
    pub kept: bool,
}

/// A region in a state, in the first year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StateRegion {
    /// The region.
    pub region: String,
    /// Mean over the year, requests/s.
    pub mean_rps: f64,
    /// At its busiest hour, requests/s.
    pub peak_rps: f64,
    /// Which hour: `Tue 19:00 UTC in July`.
    pub peak_at: String,
    /// The event that makes it the busiest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// Mean time that a request holds a server, ms.
    pub service_ms: f64,
    /// Variance of that time over its squared mean.
    pub scv: f64,
    /// Offered load at the busiest hour, erlang.
    pub offered: f64,
    /// What the load needs, by year from the start.
    pub needs: Vec<NeedResult>,
    /// With the fleet there is: utilisation at the busiest hour, a share; above 1 where requests come faster than they
    /// can be served.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utilisation: Option<f64>,
    /// Wait for a server at the busiest hour, ms; absent where the queue grows without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<WaitResult>,
    /// `ok`, `over ceiling` (a promise or the ceiling is broken) or `unstable` (the queue grows without end).
    pub verdict: String,
    /// Share of its users' requests that go to another region for want of servers.
    #[serde(default)]
    pub spilled: f64,
    /// Share of its users' requests that are turned away for want of servers.
    #[serde(default)]
    pub shed: f64,
    /// Times as many requests come because users ask again; 1 where nobody does; absent where it does not settle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_factor: Option<f64>,
}

/// Waits and responses at the busiest hour, ms.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WaitResult {
    /// Chance to wait at all.
    pub chance: f64,
    /// Mean wait.
    pub mean_ms: f64,
    /// 95th percentile of the wait.
    pub p95_ms: f64,
    /// 99th percentile of the wait.
    pub p99_ms: f64,
    /// 95th percentile of wait and service together.
    pub response_p95_ms: f64,
    /// 99th percentile of wait and service together.
    pub response_p99_ms: f64,
}

/// What a load needs in one year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NeedResult {
    /// Years from the start.
    pub year: u32,
    /// Load at the busiest hour, requests/s.
    pub peak_rps: f64,
    /// Servers that the load needs, bursts included; absent where no number does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub servers: Option<u32>,
    /// Instances, spread over zones, with what it takes to bear the loss of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instances: Option<u32>,
    /// What decides: `utilisation`, `wait p99`, `zone loss` …; or why no number does.
    pub bound_by: String,
}

/// The servers of a region.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FleetResult {
    /// The region.
    pub region: String,
    /// `active`, `hot`, `warm`, `pilot_light` or `backup`.
    pub role: String,
    /// Zones that instances are spread over.
    pub zones: u32,
    /// Servers.
    pub servers: u32,
    /// Instances.
    pub instances: u32,
    /// Whether the scenario says that they are there; else they are what is needed.
    pub given: bool,
    /// Share of what it needs once it takes over that a standby is given, rounded up; absent for active regions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// Instances needed in normal times; absent where no number does, or sizing was not asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needed_normal: Option<u32>,
    /// Instances needed in the worst state that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needed_worst: Option<u32>,
    /// That state.
    pub worst_state: String,
    /// Share of the servers that are not busy at the peak hour of normal times; negative where they are too few.
    pub headroom: f64,
    /// When this fleet no longer does, under growth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exhausted: Option<ExhaustionResult>,
    /// Cost a month of what runs here, in the currency; absent where it has no price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
}

/// When a fleet no longer does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExhaustionResult {
    /// `already`, `in` or `never` (within 30 years).
    pub when: String,
    /// Years from the start, as planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub years: Option<f64>,
    /// The month: `2028-03`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month: Option<String>,
    /// At the upper end of growth's 90 % interval: years.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earliest_years: Option<f64>,
    /// At the lower end; absent for never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_years: Option<f64>,
}

/// Load by hour of the day, UTC: the mean weekday of the month in which the set's load peaks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HoursResult {
    /// The state.
    pub state: String,
    /// The month.
    pub month: String,
    /// By region: its 24 hours, requests/s.
    pub regions: Vec<(String, Vec<f64>)>,
}

/// A year of growth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct YearResult {
    /// Years from the start.
    pub year: u32,
    /// Its first month: `2028-12`.
    pub month: String,
    /// Mean load, requests/s.
    pub mean_rps: f64,
    /// Instances by region of the fleet, in its order; absent where no number does.
    pub instances: Vec<Option<u32>>,
    /// Instances at the ends of growth's 90 % interval, all regions together: low, high.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instances_interval: Option<(u32, u32)>,
    /// Cost a month by region of the fleet, in its order: what is priced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cost_by_region: Vec<f64>,
    /// Cost a month, in the currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
    /// Cost at the ends of growth's 90 % interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_interval: Option<Interval>,
}

/// What a set costs a month, in the first year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CostResult {
    /// The sum of what has a price, in the currency.
    pub total: f64,
    /// Whether everything it uses has a price; else the total is a lower bound.
    pub complete: bool,
    /// What has no price, a line each: `instance m7g.xlarge in aws:il-central-1`.
    pub missing: Vec<String>,
    /// Place by cost among the sets, 1 for the cheapest; sets whose cost is incomplete come behind all others.
    pub rank: usize,
    /// Whether the budget is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Outcome>,
    /// Every line of the bill.
    pub lines: Vec<CostLine>,
    /// What one millisecond of p95 less costs against the next cheaper set of the front; absent on the cheapest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_ms: Option<f64>,
    /// What one more nine of availability (ten times less downtime) costs against the next cheaper set of the front.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_nine: Option<f64>,
    /// Cost of each disaster recovery strategy on the same regions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub strategies: Vec<StrategyCost>,
    /// Place in `strategies` of the cheapest that keeps the targets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cheapest_strategy: Option<usize>,
}

/// A line of a bill, a month.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CostLine {
    /// As in [`PriceUsed::item`].
    pub item: String,
    /// Where.
    pub region: String,
    /// Whereto.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Instance type or store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How much.
    pub amount: f64,
    /// Of what: `hours`, `GB`, `million requests`, `GB-month`, `months`.
    pub unit: String,
    /// How much of it follows the number of requests (the rest does not): 0 or 1.
    pub scales_with_load: f64,
    /// In the currency; absent where there is no price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
}

/// What a disaster recovery strategy costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StrategyCost {
    /// `active`, `hot`, `warm`, `pilot_light` or `backup`.
    pub role: String,
    /// A month, in the currency; the sum of what has a price.
    pub cost: f64,
    /// Whether everything has a price.
    pub complete: bool,
    /// Share of requests served.
    pub availability: f64,
    /// 95th percentile of the RTO, s; absent where nobody takes over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rto_p95_s: Option<f64>,
    /// Whether what is promised about recovery is kept.
    pub meets_targets: bool,
}
