//! The sample with capacity: three sets of three regions, one of them with a standby, what each carries by hour, needs
//! after every loss and in every year, and costs.
//!
//! Loads are the countries' shares under a daily curve in local time; servers and waits are those of
//! [`basis::queueing`](crate::basis::queueing), so that a formula over the report's figures finds the figures beside
//! them. Prices are of the right order and stand for nothing.

mod bill;

mod load;

mod servers;

mod edges;

pub use edges::sample_capacity_edges;

use super::rank_scores;
use super::{Country, REGIONS, audience, compare, figure, region_matrix, sample_report, set_result};
use crate::report::model::{
    CapacityAnswer, CapacityResult, CapacityState, CapacitySummary, CostAsked, DemandAsked, EventAsked,
    Figure, FleetResult, HoursResult, Interval, PriceUsed, PromiseAsked, Report, ScoreResult, SetResult,
    SizingAsked, StateRegion, UtilityResult, YearResult,
};
use load::State;

/// What is asked in the sample: every value that a planner may edit, so that a sheet whose cells were edited can be held
/// against the sample that was asked the same.
#[derive(Clone, Debug, PartialEq)]
pub struct SampleInputs {
    /// Mean over the first year, requests/s.
    pub mean_rps: f64,
    /// Growth a year, a share.
    pub growth_per_year: f64,
    /// Countries that grow otherwise.
    pub growth_of: Vec<(String, f64)>,
    /// Ceiling of the utilisation, a share.
    pub max_utilisation: f64,
    /// Room for bursts, a share.
    pub spare: f64,
    /// Servers of an instance.
    pub concurrency: u32,
    /// Instances of each zone at least.
    pub min_per_zone: u32,
    /// Promises about waits and responses.
    pub promises: Vec<PromiseAsked>,
    /// Whether everything holds after the loss of any one zone.
    pub survive_zone: bool,
    /// Servers that every active region has; none where they are as many as are needed.
    pub given: Option<u32>,
    /// Share of the instances that are reserved.
    pub reserved_share: f64,
    /// Discount on them.
    pub reserved_discount: f64,
    /// What one US dollar is worth in the currency.
    pub per_usd: f64,
    /// Everything is multiplied by this.
    pub multiplier: f64,
    /// Budget a month, in the currency.
    pub budget: f64,
    /// The prices in force.
    pub prices: Vec<PriceUsed>,
    /// Weight of cost in the score; that of the p95 is what is left of 1.
    pub cost_weight: f64,
}

impl Default for SampleInputs {
    fn default() -> Self {
        let wait = |share: f64, within_ms: f64| PromiseAsked {
            of: "wait".into(),
            share,
            within_ms,
        };
        SampleInputs {
            mean_rps: 12_500.0,
            growth_per_year: 0.3,
            growth_of: Vec::new(),
            max_utilisation: 0.85,
            spare: 0.1,
            concurrency: 8,
            min_per_zone: 1,
            promises: vec![wait(0.95, 0.2), wait(0.99, 0.8)],
            survive_zone: true,
            given: None,
            reserved_share: 0.6,
            reserved_discount: 0.28,
            per_usd: 0.92,
            multiplier: 0.95,
            budget: 30_000.0,
            prices: bill::prices(),
            cost_weight: 0.4,
        }
    }
}

/// Years that are looked ahead: the first year and three more.
const HORIZON: u32 = 3;

/// The 90 % interval of growth.
const GROWTH: Interval = Interval {
    low: 0.15,
    high: 0.45,
};

/// The sets: places in [`REGIONS`], then the standby with its role and its share of what it needs.
type Design = ([usize; 3], Option<(usize, &'static str, f64)>);
const SETS: [Design; 3] = [
    ([0, 4, 11], None),
    ([0, 5, 13], Some((4, "warm", 0.5))),
    ([1, 3, 4], None),
];

/// A comparison of three sets for which `inputs` are asked. The same inputs give the same report.
///
/// ```
/// use isochrone::report::sample::{SampleInputs, sample_capacity_report};
/// let report = sample_capacity_report(&SampleInputs::default());
/// let capacity = report.sets[0].capacity.as_ref().unwrap();
/// let normal: f64 = capacity.states[0].regions.iter().map(|it| it.mean_rps).sum();
/// assert!((normal - 12_500.0).abs() < 1e-6);
/// assert!(capacity.cost.as_ref().unwrap().complete);
/// ```
pub fn sample_capacity_report(inputs: &SampleInputs) -> Report {
    const COUNTRIES: usize = 18;
    let users = audience(COUNTRIES);
    let mut report = sample_report(1, COUNTRIES);
    let mut sets: Vec<SetResult> = SETS
        .iter()
        .map(|design| one_set(inputs, design, &users))
        .collect();
    sets.sort_by(|a, b| a.objective.value.total_cmp(&b.objective.value));
    compare(&mut sets, None);
    bill::rank(&mut sets);
    for set in &mut sets {
        set.score = Some(score(inputs, set));
    }
    rank_scores(&mut sets);
    report.command = "compare".into();
    report.search = None;
    report.baseline = None;
    report.question.requests_per_second = Some(inputs.mean_rps);
    report.region_matrix = region_matrix(&sets);
    report.atlas = Some(super::atlas::atlas(&users));
    report.sets = sets;
    report.capacity = Some(summary(inputs, &report.sets, &users));
    report
}

fn one_set(inputs: &SampleInputs, (regions, standby): &Design, users: &[Country]) -> SetResult {
    let mut set = set_result(regions, users);
    for part in &mut set.traffic {
        part.requests_per_second = Some(part.share * inputs.mean_rps);
    }
    let states = load::states(inputs, regions, standby.map(|it| it.0), users);
    let mut fleet = servers::fleet(inputs, regions, *standby, &states);
    let mut told: Vec<CapacityState> = states.iter().map(|state| told(inputs, state, &fleet)).collect();
    for state in &mut told {
        state.peak_p95_ms = peak_p95(state, users);
    }
    let years = years(inputs, regions, *standby, &states, &told[0]);
    for (part, cost) in fleet.iter_mut().zip(&years[0].cost_by_region) {
        part.cost = Some(*cost);
    }
    set.capacity = Some(CapacityResult {
        hours: states.iter().map(hours).collect(),
        peak_p95_ms: told[0].peak_p95_ms,
        peak_p95_change_ms: None,
        cost: Some(bill::cost(inputs, &fleet, &told[0])),
        findings: vec!["the event `launch` decides the peak of every region".into()],
        states: told,
        fleet,
        years,
    });
    set
}

/// The p95 of the regions that serve, and the wait on top; none where a queue grows without end.
fn peak_p95(state: &CapacityState, users: &[Country]) -> Option<Figure> {
    let place = |it: &StateRegion| REGIONS.iter().position(|region| region.0 == it.region);
    let serving: Vec<usize> = state.regions.iter().filter_map(place).collect();
    let p95 = set_result(&serving, users).latency.p95_ms;
    let stable = state.regions.iter().all(|it| it.wait.is_some());
    stable.then(|| Figure {
        input: None,
        ..figure(p95.value + mean_wait(state), p95.std_error, 0.0)
    })
}

/// Wait of a request of the whole set at the busiest hours, ms: as if all regions were at their busiest at once.
fn mean_wait(normal: &CapacityState) -> f64 {
    let total: f64 = normal.regions.iter().map(|it| it.peak_rps).sum();
    let waits = normal.regions.iter();
    waits
        .map(|it| it.peak_rps / total * it.wait.map_or(0.0, |wait| wait.mean_ms))
        .sum()
}

fn hours(state: &State) -> HoursResult {
    HoursResult {
        state: state.name.clone(),
        month: "July".into(),
        regions: state
            .regions
            .iter()
            .map(|it| (it.name.clone(), it.hours.clone()))
            .collect(),
    }
}

fn told(inputs: &SampleInputs, state: &State, fleet: &[FleetResult]) -> CapacityState {
    let region = |it: &load::Region| {
        let there = fleet.iter().find(|part| part.region == it.name);
        servers::region(
            inputs,
            it,
            there.map_or([0; 2], |part| [part.servers, part.instances]),
        )
    };
    CapacityState {
        name: state.name.clone(),
        lost: state.lost.clone(),
        counts: state.counts,
        unserved: 0.0,
        stores: Vec::new(),
        peak_p95_ms: None,
        regions: state.regions.iter().map(region).collect::<Vec<StateRegion>>(),
    }
}

fn years(
    inputs: &SampleInputs,
    regions: &[usize],
    standby: Option<(usize, &'static str, f64)>,
    states: &[State],
    normal: &CapacityState,
) -> Vec<YearResult> {
    let at = |year: u32, growth: f64| {
        let grown = SampleInputs {
            growth_per_year: growth,
            ..inputs.clone()
        };
        servers::instances(&grown, regions, standby, states, year)
    };
    let year = |year: u32| {
        let instances = at(year, inputs.growth_per_year);
        let total = |all: &[Option<u32>]| all.iter().map(|it| it.unwrap_or(0)).sum::<u32>();
        let ends = [GROWTH.low, GROWTH.high].map(|growth| at(year, growth));
        let cost = |instances: &[Option<u32>], growth: f64| {
            bill::in_year(
                inputs,
                instances,
                normal,
                &names(regions, standby),
                (1.0 + growth).powi(year.cast_signed()),
            )
        };
        let by_region = cost(&instances, inputs.growth_per_year);
        let sum = |all: &[f64]| all.iter().sum::<f64>();
        YearResult {
            year,
            month: format!("{}-12", 2026 + year),
            mean_rps: load::mean_rps(inputs, year, states),
            instances_interval: Some((total(&ends[0]), total(&ends[1]))),
            cost: Some(sum(&by_region)),
            cost_interval: Some(Interval {
                low: sum(&cost(&ends[0], GROWTH.low)),
                high: sum(&cost(&ends[1], GROWTH.high)),
            }),
            cost_by_region: by_region,
            instances,
        }
    };
    (0..=HORIZON).map(year).collect()
}

fn names(regions: &[usize], standby: Option<(usize, &'static str, f64)>) -> Vec<String> {
    let all = regions.iter().copied().chain(standby.map(|it| it.0));
    all.map(|at| REGIONS[at].0.to_owned()).collect()
}

fn summary(inputs: &SampleInputs, sets: &[SetResult], users: &[Country]) -> CapacitySummary {
    let mut front: Vec<usize> = (0..sets.len()).collect();
    let total = |at: usize| {
        sets[at]
            .capacity
            .as_ref()
            .and_then(|it| it.cost.as_ref())
            .map_or(0.0, |it| it.total)
    };
    front.sort_by(|a, b| total(*a).total_cmp(&total(*b)));
    CapacitySummary {
        demand: demand(inputs, users),
        sizing: Some(SizingAsked {
            concurrency: inputs.concurrency,
            max_utilisation: inputs.max_utilisation,
            promises: inputs.promises.clone(),
            min_per_zone: inputs.min_per_zone,
            survive_zone: inputs.survive_zone,
            survive_regions: 1,
            spare: inputs.spare,
            scale_out_s: None,
            hourly: false,
        }),
        overload: "queue".into(),
        retry: None,
        cost: Some(CostAsked {
            currency: "EUR".into(),
            per_usd: inputs.per_usd,
            multiplier: inputs.multiplier,
            instance: Some(bill::INSTANCE.into()),
            reserved_share: inputs.reserved_share,
            reserved_discount: inputs.reserved_discount,
            budget: Some(inputs.budget),
            prices: inputs.prices.clone(),
        }),
        front,
        sets_sized: None,
        sets_priced: None,
        answers: sets.iter().filter_map(|set| answer(inputs, set)).collect(),
        findings: vec!["one price is missing: the cost of one set is a lower bound".into()],
    }
}

/// What the second region needs without the first, in the last year but one.
fn answer(inputs: &SampleInputs, set: &SetResult) -> Option<CapacityAnswer> {
    let capacity = set.capacity.as_ref()?;
    let state = capacity
        .states
        .iter()
        .find(|state| state.lost == set.regions[..1])?;
    let region = state.regions.iter().find(|it| it.region == set.regions[1])?;
    let at = capacity.fleet.iter().position(|it| it.region == region.region)?;
    let year = &capacity.years[HORIZON as usize - 1];
    let need = &region.needs[HORIZON as usize - 1];
    let lines = capacity.cost.iter().flat_map(|it| &it.lines);
    Some(CapacityAnswer {
        set: set.name.clone(),
        region: region.region.clone(),
        state: state.name.clone(),
        year: year.year,
        month: year.month.clone(),
        peak_rps: Some(need.peak_rps),
        need: Some(need.clone()),
        instances_cost: need
            .instances
            .and_then(|instances| bill::of_instances(inputs, &region.region, instances)),
        fleet: year.instances[at],
        region_cost: year.cost_by_region.get(at).copied(),
        cost_complete: Some(
            lines
                .filter(|line| line.region == region.region)
                .all(|line| line.cost.is_some()),
        ),
    })
}

fn demand(inputs: &SampleInputs, users: &[Country]) -> DemandAsked {
    let (peak_rps, hour) = load::busiest(inputs, users);
    DemandAsked {
        mean_rps: inputs.mean_rps,
        peak_rps,
        peak_at: load::label(hour),
        curve: "evening (a shape we assume)".into(),
        curve_assumed: true,
        week: (0..168).map(|hour| load::curve(hour % 24)).collect(),
        season: load::season().into(),
        growth_per_year: inputs.growth_per_year,
        growth_interval: Some(GROWTH),
        growth_of: inputs.growth_of.clone(),
        start: "2026-12".into(),
        horizon_years: HORIZON,
        clocks: "none keeps summer time; clocks follow the longitude".into(),
        events: vec![EventAsked {
            name: load::EVENT.0.into(),
            factor: load::EVENT.1,
            hours: 2.0,
            at: "the worst hour of each region".into(),
            users: "all users".into(),
        }],
    }
}

fn score(inputs: &SampleInputs, set: &SetResult) -> ScoreResult {
    let cost = set.capacity.as_ref().and_then(|it| it.cost.as_ref());
    let cost = cost.filter(|it| it.complete).map(|it| it.total);
    let part = |of: &str, unit: &str, value: Option<f64>, [target, limit, weight]: [f64; 3]| UtilityResult {
        of: of.into(),
        value,
        unit: unit.into(),
        target,
        limit,
        utility: value.map_or(0.0, |value| ((limit - value) / (limit - target)).clamp(0.0, 1.0)),
        weight,
    };
    let p95 = set.latency.p95_ms.value;
    let parts = vec![
        part("p95", "ms", Some(p95), [150.0, 500.0, 1.0 - inputs.cost_weight]),
        part("cost", "EUR", cost, [15_000.0, 45_000.0, inputs.cost_weight]),
    ];
    ScoreResult {
        total: figure(
            parts.iter().map(|it| it.utility * it.weight).sum(),
            set.latency.p95_ms.std_error / 350.0,
            0.02,
        ),
        rank: 0,
        parts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_request_is_lost_and_hours_average_to_the_mean_load() {
        for set in sample_capacity_report(&SampleInputs::default()).sets {
            let capacity = set.capacity.unwrap();
            for (state, hours) in capacity.states.iter().zip(&capacity.hours) {
                let mean: f64 = state.regions.iter().map(|it| it.mean_rps).sum();
                assert!((mean / 12_500.0 - 1.0).abs() < 1e-12, "{}", state.name);
                for (region, (name, by_hour)) in state.regions.iter().zip(&hours.regions) {
                    let july = load::season()[6] * region.mean_rps;
                    assert!(
                        (by_hour.iter().sum::<f64>() / 24.0 / july - 1.0).abs() < 1e-12,
                        "{name}"
                    );
                }
            }
        }
    }

    #[test]
    fn lines_add_up_to_totals_and_one_set_lacks_a_price() {
        let report = sample_capacity_report(&SampleInputs::default());
        let costs = report
            .sets
            .iter()
            .filter_map(|set| set.capacity.as_ref()?.cost.as_ref());
        let mut incomplete = 0;
        for (cost, set) in costs.zip(&report.sets) {
            let sum: f64 = cost.lines.iter().filter_map(|line| line.cost).sum();
            assert!((sum / cost.total - 1.0).abs() < 1e-12);
            let first = set.capacity.as_ref().unwrap().years[0].cost.unwrap();
            assert!((first / cost.total - 1.0).abs() < 1e-12);
            incomplete += usize::from(!cost.complete);
            assert_eq!(cost.complete, cost.missing.is_empty());
        }
        assert_eq!(incomplete, 1);
    }

    #[test]
    fn a_fleet_keeps_what_is_promised_in_every_state_that_counts() {
        let report = sample_capacity_report(&SampleInputs::default());
        for set in &report.sets {
            let capacity = set.capacity.as_ref().unwrap();
            for state in capacity.states.iter().filter(|state| state.counts) {
                for region in &state.regions {
                    let fleet = capacity.fleet.iter().find(|it| it.region == region.region);
                    let full = fleet.unwrap().role == "active";
                    assert!(
                        !full || region.verdict == "ok",
                        "{} {}",
                        state.name,
                        region.region
                    );
                }
            }
        }
    }
}
