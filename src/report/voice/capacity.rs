//! How capacity and cost are put into words: amounts, rates, servers, verdicts, dates, bills, and the answer to a
//! planner's question.

use super::recovery::{counted, role};
use super::{count, exact, fixed, outcome_words, share, time};
use crate::report::model::{
    CapacityAnswer, CapacityResult, CapacityState, CapacitySummary, CostResult, DemandAsked, EventAsked,
    ExhaustionResult, FleetResult, NeedResult, Outcome, PriceTier, PriceUsed, PromiseAsked, SizingAsked,
    StateRegion, StrategyCost, YearResult,
};

/// What stands beside a cost that lacks prices.
pub const INCOMPLETE: &str = "incomplete";

/// What an incomplete cost means, wherever one is printed.
pub const LOWER_BOUND: &str =
    "≥ and incomplete: something has no price, and the sum of what has one is a lower bound";

/// A number of any size with three digits that say something, thousands set apart.
///
/// ```
/// use isochrone::report::voice::capacity::number;
/// assert_eq!([0.0, 0.012_34, 1.5, 45.67, 1234.5, -9_876_543.0].map(number), ["0", "0.0123", "1.5", "45.7", "1,234", "−9,876,543"]);
/// ```
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return "not known".into();
    }
    let size = value.abs();
    if size >= 99.95 {
        let minus = if value < 0.0 { "−" } else { "" };
        // Half to even, as the digits of any other number are rounded.
        return format!("{minus}{}", count(size.round_ties_even() as u64));
    }
    // Below a millionth nothing is meant.
    let digits = if size > 0.0 {
        (2.0 - size.log10().floor()).clamp(0.0, 6.0) as usize
    } else {
        0
    };
    let text = fixed(value, digits);
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// An amount of money: `1,234 EUR`.
pub fn amount(value: f64, currency: &str) -> String {
    format!("{} {currency}", number(value)).trim_end().to_owned()
}

/// An amount in a sentence; one that lacks prices is at least so much: `at least 1,200 USD`.
///
/// ```
/// use isochrone::report::voice::capacity::at_least;
/// assert_eq!(at_least(1200.0, true, "USD"), "1,200 USD");
/// assert_eq!(at_least(1200.0, false, "USD"), "at least 1,200 USD");
/// ```
pub fn at_least(value: f64, complete: bool, currency: &str) -> String {
    let sure = if complete { "" } else { "at least " };
    format!("{sure}{}", amount(value, currency))
}

/// The same in a cell: `≥ 1,200 USD, incomplete`; without a single price nothing is known.
pub fn bound(value: f64, complete: bool, currency: &str) -> String {
    if complete {
        amount(value, currency)
    } else if value <= 0.0 {
        format!("not known, {INCOMPLETE}")
    } else {
        format!("≥ {}, {INCOMPLETE}", amount(value, currency))
    }
}

/// The same without the currency, for columns that carry it above: `≥ 1,200`.
///
/// ```
/// use isochrone::report::voice::capacity::bare_bound;
/// assert_eq!([bare_bound(1200.0, true), bare_bound(1200.0, false), bare_bound(0.0, false)], ["1,200", "≥ 1,200", "not known"]);
/// ```
pub fn bare_bound(value: f64, complete: bool) -> String {
    match (complete, value > 0.0) {
        (true, _) => number(value),
        (false, true) => format!("≥ {}", number(value)),
        (false, false) => "not known".into(),
    }
}

/// What a set costs a month, in a cell.
pub fn cost(it: &CostResult, currency: &str) -> String {
    bound(it.total, it.complete, currency)
}

/// A rate with its unit: `1,234 requests/s`.
pub fn rate(rps: f64) -> String {
    format!("{} requests/s", number(rps))
}

/// `9 instances`.
pub fn instances(n: u32) -> String {
    counted(n as usize, "instance")
}

/// `18 servers`.
pub fn servers(n: u32) -> String {
    counted(n as usize, "server")
}

/// When a state holds: `in normal times`, `without eu-west-1`.
pub fn state(name: &str) -> String {
    if name == "normal" {
        "in normal times".into()
    } else {
        format!("without {name}")
    }
}

/// What becomes of a region at its busiest hour.
pub fn verdict(verdict: &str) -> String {
    match verdict {
        "unstable" => "unstable: the queue grows without end".into(),
        "over ceiling" => "over the ceiling or a promise".into(),
        other => other.to_owned(),
    }
}

/// The 99th percentile of the wait: `4.2 ms`; in words where there is none.
pub fn wait_p99(it: &StateRegion) -> String {
    match (&it.wait, it.verdict.as_str()) {
        (Some(wait), _) => time(wait.p99_ms),
        (None, "unstable") => "without end".into(),
        (None, _) => "not known".into(),
    }
}

/// Servers and instances that a load needs, and what decides; or why no number does.
pub fn need(it: &NeedResult) -> String {
    match (it.servers, it.instances) {
        (Some(all), Some(boxes)) => {
            format!(
                "{}, {} (bound by {})",
                servers(all),
                instances(boxes),
                it.bound_by
            )
        }
        (Some(all), None) => format!("{} (bound by {})", servers(all), it.bound_by),
        _ => it.bound_by.clone(),
    }
}

/// Instances in a cell; a dash in words where no number does.
pub fn needed(instances: Option<u32>) -> String {
    instances.map_or_else(|| "no number does".into(), |n| count(u64::from(n)))
}

/// Instances of all regions together; none where for one of them no number does, or nobody says of any.
pub fn total_instances(instances: &[Option<u32>]) -> Option<u32> {
    instances
        .iter()
        .copied()
        .sum::<Option<u32>>()
        .filter(|_| !instances.is_empty())
}

/// What a region is, where it is not an active one: `warm standby`.
pub fn standby(it: &FleetResult) -> String {
    match it.role.as_str() {
        "active" => String::new(),
        other => format!("{} standby", role(other)),
    }
}

/// The answers to what was asked of one region, a sentence for each set, with its name where there are several; none where
/// nothing was asked.
pub fn answers(summary: &CapacitySummary) -> Vec<String> {
    let currency = summary.cost.as_ref().map_or("", |cost| &cost.currency);
    let several = summary.answers.len() > 1;
    let said = summary.answers.iter().map(|it| {
        let sentence = answer(it, currency);
        if several {
            format!("{}: {sentence}", it.set)
        } else {
            sentence
        }
    });
    said.collect()
}

/// The answer to a planner's question about one region, in a sentence.
///
/// ```
/// use isochrone::report::sample::{SampleInputs, sample_capacity_report};
/// use isochrone::report::voice::capacity::answer;
/// let report = sample_capacity_report(&SampleInputs::default());
/// let summary = report.capacity.as_ref().unwrap();
/// let said = answer(&summary.answers[0], "EUR");
/// assert!(said.contains(" requests/s at the busiest hour need ") && said.contains(" EUR a month"), "{said}");
/// ```
pub fn answer(it: &CapacityAnswer, currency: &str) -> String {
    let when = if it.month.is_empty() {
        format!("in year {}", it.year)
    } else {
        format!("in {}", it.month)
    };
    let head = format!("{} {} {when}", it.region, state(&it.state));
    let Some(peak) = it.peak_rps else {
        return format!("{head}: it serves nobody then, or this was not looked at");
    };
    let load = format!("{head}: {} at the busiest hour", rate(peak));
    let needs = match &it.need {
        None => "; what they need was not asked".to_owned(),
        Some(need) if need.servers.is_none() => format!("; {}", need.bound_by),
        Some(of) => format!(" need {}{}", need(of), price_of_need(it, of, currency)),
    };
    format!("{load}{needs}{}", fleet_then(it, currency))
}

/// `: 1,234 USD a month`; that it is not known where instances have no price.
fn price_of_need(it: &CapacityAnswer, need: &NeedResult, currency: &str) -> String {
    match (it.instances_cost, it.cost_complete, need.instances) {
        (Some(cost), ..) => format!(": {} a month", amount(cost, currency)),
        (None, Some(_), Some(_)) => ": their cost is not known".into(),
        _ => String::new(),
    }
}

/// What the region has in that year, and what all of it costs.
fn fleet_then(it: &CapacityAnswer, currency: &str) -> String {
    let Some(fleet) = it.fleet else {
        return String::new();
    };
    let cost = it.region_cost.map(|cost| {
        let complete = it.cost_complete.unwrap_or(false);
        format!(
            "; all of the region costs {} a month, traffic and stores counted",
            at_least(cost, complete, currency)
        )
    });
    format!(
        "; it has {} then, to bear every state that counts{}",
        instances(fleet),
        cost.unwrap_or_default()
    )
}

/// The month that lies `years` after the start of `start`: `2028-03`; nothing where that is no month.
///
/// ```
/// use isochrone::report::voice::capacity::month_after;
/// assert_eq!(month_after("2026-12", 1.3).as_deref(), Some("2028-03"));
/// assert_eq!(month_after("soon", 1.0), None);
/// ```
pub fn month_after(start: &str, years: f64) -> Option<String> {
    let (year, month) = start.split_once('-')?;
    let (year, month): (i64, i64) = (year.parse().ok()?, month.parse().ok()?);
    // A twelfth of a year may come out a hair short of a whole month.
    let months = month - 1 + (years * 12.0 + 1e-6).floor() as i64;
    (years.is_finite() && (1..=12).contains(&month)).then(|| {
        format!(
            "{}-{:02}",
            year + months.div_euclid(12),
            months.rem_euclid(12) + 1
        )
    })
}

/// When a fleet no longer does, as planned: `2028-03`, `already`, `not within 30 years`.
pub fn exhausted(it: &ExhaustionResult, start: &str) -> String {
    match it.when.as_str() {
        "already" => "already".into(),
        "never" => "not within 30 years".into(),
        _ => {
            let month = it.month.clone();
            let month = month.or_else(|| month_after(start, it.years?));
            month.unwrap_or_else(|| "not known".into())
        }
    }
}

/// The same at the ends of growth's 90 % interval: `2027-09 to 2030-11`, `2027-09 or later`; nothing without one.
pub fn exhausted_interval(it: &ExhaustionResult, demand: &DemandAsked) -> String {
    if demand.growth_interval.is_none() || it.when == "already" {
        return String::new();
    }
    let month = |years: Option<f64>| years.and_then(|years| month_after(&demand.start, years));
    match (month(it.earliest_years), month(it.latest_years)) {
        (Some(early), Some(late)) if early == late => early,
        (Some(early), Some(late)) => format!("{early} to {late}"),
        (Some(early), None) => format!("{early} at the earliest, or not within 30 years"),
        (None, _) => "not within 30 years".into(),
    }
}

/// Instances of all regions where the scenario says how many there are; nothing where it asks for what is needed.
pub fn stated(it: &CapacityResult) -> Option<u32> {
    let any = it.fleet.iter().any(|fleet| fleet.given);
    any.then(|| it.fleet.iter().map(|fleet| fleet.instances).sum())
}

/// Instances that all regions together need in a year, each in its worst state that counts, a standby as much of it
/// as it is given; nothing where no number does, or sizing was not asked for.
pub fn needed_in(it: &CapacityResult, year: u32) -> Option<u32> {
    let of_state = |state: &CapacityState, region: &str| {
        let Some(load) = state.regions.iter().find(|other| other.region == region) else {
            return Some(0);
        };
        load.needs.iter().find(|need| need.year == year)?.instances
    };
    let of_fleet = |fleet: &FleetResult| {
        let counting = it.states.iter().filter(|state| state.counts);
        let needs = counting.map(|state| of_state(state, &fleet.region));
        let worst = needs.collect::<Option<Vec<u32>>>()?.into_iter().max()?;
        Some(
            fleet
                .share
                .map_or(worst, |share| (share * f64::from(worst)).ceil() as u32),
        )
    };
    let all: Option<Vec<u32>> = it.fleet.iter().map(of_fleet).collect();
    all.filter(|all| !all.is_empty()).map(|all| all.into_iter().sum())
}

/// A year of a set: `2029-12: 91 instances (62 to 130), 27,000 EUR a month`; where the servers are stated, what is
/// needed beside them.
pub fn year(all: &CapacityResult, it: &YearResult, currency: &str) -> String {
    let complete = all.cost.as_ref().is_some_and(|cost| cost.complete);
    let interval = it
        .instances_interval
        .filter(|(low, high)| low < high)
        .map(|(low, high)| format!(" ({} to {})", count(low.into()), count(high.into())));
    let need = match total_instances(&it.instances) {
        Some(there) if stated(all).is_some() => {
            let needed = needed_in(all, it.year).map(|n| format!(", {} needed", count(n.into())));
            format!("{} as stated{}", instances(there), needed.unwrap_or_default())
        }
        None if it.instances.is_empty() => format!("{} on average", rate(it.mean_rps)),
        Some(n) => format!("{}{}", instances(n), interval.unwrap_or_default()),
        None => "no number of instances does".into(),
    };
    let cost = known_cost(it).map(|cost| format!(", {} a month", at_least(cost, complete, currency)));
    format!("{}: {need}{}", it.month, cost.unwrap_or_default())
}

/// What a year costs a month; nothing where no number of instances does, for then they are not in it.
pub fn known_cost(it: &YearResult) -> Option<f64> {
    it.cost
        .filter(|_| it.instances.is_empty() || total_instances(&it.instances).is_some())
}

/// An item of a bill in words.
pub fn item(name: &str) -> String {
    match name {
        "instance" => "instances".into(),
        "egress" => "traffic to users".into(),
        "inter_region" => "traffic between regions".into(),
        "cross_zone" => "traffic between zones".into(),
        "cdn_egress" => "CDN traffic".into(),
        "cdn_request" => "CDN requests".into(),
        "store_read" => "store reads".into(),
        "store_write" => "store writes".into(),
        "store_storage" => "storage".into(),
        "store_replica" => "copies of stores".into(),
        "region_fixed" => "fixed cost of regions".into(),
        other => other.replace('_', " "),
    }
}

/// Whether the budget is kept; where prices are missing, that it cannot be said.
pub fn budget(it: &CostResult) -> &'static str {
    match it.budget {
        None => "",
        Some(Outcome::Missed) => outcome_words(Outcome::Missed),
        Some(_) if !it.complete => "not known: prices are missing",
        Some(outcome) => outcome_words(outcome),
    }
}

/// The cheapest strategy that keeps what is promised, in a sentence; nothing where none was asked about.
pub fn cheapest(it: &CostResult, currency: &str) -> Option<String> {
    if it.strategies.is_empty() {
        return None;
    }
    let found = it.cheapest_strategy.and_then(|at| it.strategies.get(at));
    Some(match found {
        Some(best) => format!(
            "the cheapest that keeps every promise about recovery: {}, {} a month",
            strategy(best),
            at_least(best.cost, best.complete, currency)
        ),
        None => "no strategy is known to keep every promise about recovery".into(),
    })
}

/// A strategy by what its standbys are: `all active`, `warm`.
pub fn strategy(it: &StrategyCost) -> String {
    match it.role.as_str() {
        "active" => "all active".into(),
        other => role(other),
    }
}

/// A price tier by tier: `0.09 to 10,240, then 0.081`.
pub fn tiers(all: &[PriceTier]) -> String {
    let words = all.iter().map(|tier| match tier.up_to {
        Some(end) => format!("{} to {}", number(tier.usd), number(end)),
        None => number(tier.usd),
    });
    words.collect::<Vec<_>>().join(", then ")
}

/// Where a price holds: `eu-west-1 → us-east-1`, `anywhere`.
pub fn place(it: &PriceUsed) -> String {
    let from = if it.region.is_empty() {
        "anywhere"
    } else {
        &it.region
    };
    match &it.to {
        Some(to) => format!("{from} → {to}"),
        None => from.to_owned(),
    }
}

/// Steps of a line of heat, from nothing to the most.
const STEPS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Hours as a line of blocks between nothing and their own most, a character each.
///
/// ```
/// use isochrone::report::voice::capacity::heat_line;
/// assert_eq!(heat_line(&[0.0, 50.0, 100.0]), "▁▅█");
/// ```
pub fn heat_line(hours: &[f64]) -> String {
    let most = hours.iter().copied().fold(0.0, f64::max);
    let step = |value: f64| {
        let part = if most > 0.0 { value / most } else { 0.0 };
        STEPS[((part * 8.0) as usize).min(STEPS.len() - 1)]
    };
    hours.iter().map(|value| step(*value)).collect()
}

/// The most of `hours` and the first hour at which it stands; nothing without hours.
pub fn busiest_hour(hours: &[f64]) -> Option<(f64, usize)> {
    let all = hours.iter().copied().enumerate();
    let most = |best: Option<(f64, usize)>, (hour, rps): (usize, f64)| match best {
        Some((most, _)) if most >= rps => best,
        _ => Some((rps, hour)),
    };
    all.fold(None, most)
}

/// When the most of `hours` stands: `19:00`; `every hour` where all are alike.
///
/// ```
/// use isochrone::report::voice::capacity::busiest_in_words;
/// assert_eq!((busiest_in_words(&[1.0, 3.0]).as_str(), busiest_in_words(&[2.0; 24]).as_str()), ("01:00", "every hour"));
/// ```
pub fn busiest_in_words(hours: &[f64]) -> String {
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs();
    match busiest_hour(hours) {
        None => String::new(),
        Some((most, _)) if hours.len() > 1 && hours.iter().all(|it| near(most, *it)) => {
            "every hour".to_owned()
        }
        Some((_, hour)) => format!("{hour:02}:00"),
    }
}

/// A promise about a time at the peak hour: `wait p99 at most 9 ms`.
pub fn promise(it: &PromiseAsked) -> String {
    format!(
        "{} p{} at most {}",
        it.of,
        exact(it.share * 100.0),
        time(it.within_ms)
    )
}

/// Growth in words: `30 % a year (90 % interval 15 % to 45 %)`.
pub fn growth(it: &DemandAsked) -> String {
    let interval = it
        .growth_interval
        .map(|range| format!(" (90 % interval {} to {})", share(range.low), share(range.high)));
    format!(
        "{} a year{}",
        share(it.growth_per_year),
        interval.unwrap_or_default()
    )
}

/// An event: `launch: × 1.25 for 2 h at the worst hour of each region, all users`.
pub fn event(it: &EventAsked) -> String {
    format!(
        "{}: × {} for {} h at {}, {}",
        it.name,
        exact(it.factor),
        exact(it.hours),
        it.at,
        it.users
    )
}

/// What the fleet of a region must bear, in words.
pub fn survives(it: &SizingAsked) -> String {
    let zone = it.survive_zone.then(|| "any one zone".to_owned());
    let regions =
        (it.survive_regions > 0).then(|| format!("any {}", counted(it.survive_regions as usize, "region")));
    let all: Vec<String> = zone.into_iter().chain(regions).collect();
    if all.is_empty() {
        "no loss".into()
    } else {
        format!("the loss of {}", all.join(", and of "))
    }
}

/// What becomes of requests that a region cannot take.
pub fn overload(name: &str) -> String {
    match name {
        "queue" => "they wait".into(),
        "shed" => "they are turned away".into(),
        "spill" => "they go to the next region".into(),
        "degrade" => "they get a cheaper answer".into(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{SampleInputs, sample_capacity_report};

    fn asked() -> CapacityAnswer {
        CapacityAnswer {
            set: "a + b".into(),
            region: "aws:eu-central-1".into(),
            state: "aws:eu-west-1".into(),
            year: 2,
            month: "2028-12".into(),
            peak_rps: Some(1234.4),
            need: Some(NeedResult {
                year: 2,
                peak_rps: 1234.4,
                servers: Some(18),
                instances: Some(9),
                bound_by: "zone loss".into(),
            }),
            instances_cost: Some(1234.0),
            fleet: Some(12),
            region_cost: Some(2345.6),
            cost_complete: Some(true),
        }
    }

    #[test]
    fn an_answer_is_one_sentence_with_need_fleet_and_cost() {
        assert_eq!(
            answer(&asked(), "USD"),
            "aws:eu-central-1 without aws:eu-west-1 in 2028-12: 1,234 requests/s at the busiest hour need 18 servers, \
             9 instances (bound by zone loss): 1,234 USD a month; it has 12 instances then, to bear every state that \
             counts; all of the region costs 2,346 USD a month, traffic and stores counted"
        );
    }

    #[test]
    fn an_answer_says_what_is_not_known() {
        let lacks_price = CapacityAnswer {
            instances_cost: None,
            cost_complete: Some(false),
            ..asked()
        };
        let said = answer(&lacks_price, "USD");
        assert!(
            said.contains("their cost is not known") && said.contains("costs at least 2,346 USD"),
            "{said}"
        );
        let not_asked = CapacityAnswer {
            instances_cost: None,
            cost_complete: None,
            region_cost: None,
            ..asked()
        };
        assert!(
            !answer(&not_asked, "").contains("cost"),
            "{}",
            answer(&not_asked, "")
        );
        let mut unmet = asked();
        let need = unmet.need.as_mut().unwrap();
        (need.servers, need.instances) = (None, None);
        need.bound_by = "no number does: there is one zone only, and it may be lost".into();
        assert!(answer(&unmet, "USD").contains("busiest hour; no number does"));
        let nobody = CapacityAnswer {
            peak_rps: None,
            ..asked()
        };
        assert!(answer(&nobody, "USD").ends_with("it serves nobody then, or this was not looked at"));
    }

    #[test]
    fn dates_of_exhaustion_agree_with_the_month_of_the_report() {
        let report = sample_capacity_report(&SampleInputs::default());
        let demand = &report.capacity.as_ref().unwrap().demand;
        let fleets = report
            .sets
            .iter()
            .flat_map(|set| &set.capacity.as_ref().unwrap().fleet);
        let mut dated = 0;
        for it in fleets.filter_map(|fleet| fleet.exhausted.as_ref()) {
            let Some(years) = it.years.filter(|years| *years > 0.0) else {
                continue;
            };
            assert_eq!(month_after(&demand.start, years), it.month);
            dated += 1;
        }
        assert!(dated > 0);
    }

    #[test]
    fn an_exhaustion_that_may_never_come_says_so() {
        let report = sample_capacity_report(&SampleInputs::default());
        let demand = &report.capacity.as_ref().unwrap().demand;
        let it = ExhaustionResult {
            when: "never".into(),
            years: None,
            month: None,
            earliest_years: Some(4.5),
            latest_years: None,
        };
        assert_eq!(exhausted(&it, &demand.start), "not within 30 years");
        assert_eq!(
            exhausted_interval(&it, demand),
            "2031-06 at the earliest, or not within 30 years"
        );
    }

    #[test]
    fn what_is_needed_in_a_year_is_what_a_fleet_of_that_year_has() {
        let report = sample_capacity_report(&SampleInputs::default());
        for set in &report.sets {
            let capacity = set.capacity.as_ref().unwrap();
            for year in &capacity.years {
                assert_eq!(
                    needed_in(capacity, year.year),
                    total_instances(&year.instances),
                    "{}",
                    set.name
                );
            }
        }
    }

    #[test]
    fn a_budget_that_a_lower_bound_keeps_is_not_called_kept() {
        let report = sample_capacity_report(&SampleInputs::default());
        for set in &report.sets {
            let cost = set.capacity.as_ref().unwrap().cost.as_ref().unwrap();
            assert!(cost.complete || budget(cost) != "met");
        }
    }
}
