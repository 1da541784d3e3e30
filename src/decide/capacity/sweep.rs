//! What every set of a search costs: a bill for one set quickly, and the front over all of them.
//!
//! Where all requests are alike and regions alone decide who goes where, one pass over the user groups gives the peaks of a
//! set in normal times and after each loss of one region, and a bill follows from prices looked up beforehand. Everything
//! else goes the long way, set by set, and only for the sets that are good enough.

use rayon::prelude::*;

use super::front::{Costs, front};
use super::planner::Planner;
use super::whole::cost_of;
use crate::basis::error::Result;
use crate::basis::queueing::service::Service;
use crate::basis::queueing::sizing::fleet::Promise;
use crate::decide::enumerate::count_sets;
use crate::decide::objective::Figure;
use crate::decide::recovery::deployed::{Deployed, standbys_of};
use crate::decide::recovery::lookup::{AllOfSize, next_set};
use crate::design::capacity::Sizing;
use crate::design::request::Via;
use crate::engine::capacity::need::{instances_for, promises};
use crate::engine::capacity::sweep::{Sweep, Swept};
use crate::engine::cost::{BYTES_PER_GB, HOURS_PER_MONTH, SECONDS_PER_MONTH};
use crate::engine::progress::Watch;
use crate::world::prices::{Item, Price};

/// Most sets that are looked at one by one.
const MOST_SETS: u64 = 5_000_000;

/// What sets cost.
#[derive(Debug)]
pub struct Purse<'a> {
    planner: &'a Planner<'a>,
    objective: Figure,
    quick: Option<Quick<'a>>,
}

/// A cost a month, and whether everything has a price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// In the currency; the sum of what has a price.
    pub total: f64,
    /// Whether that is all.
    pub complete: bool,
}

/// What is needed to bill a set of plain requests quickly.
#[derive(Debug)]
struct Quick<'a> {
    sweep: Sweep<'a>,
    sizing: &'a Sizing,
    service: &'a Service,
    promises: Vec<Promise>,
    /// By candidate.
    prices: Vec<Prices<'a>>,
    /// GB a month of one request a second: to the internet, and between zones.
    egress_gb: f64,
    cross_zone_gb: f64,
    /// What a dollar of an instance comes to with reservations.
    of_instance: f64,
    in_currency: f64,
}

/// Prices at one candidate.
#[derive(Clone, Copy, Debug)]
struct Prices<'a> {
    instance: Option<&'a Price>,
    egress: Option<&'a Price>,
    cross_zone: Option<&'a Price>,
    fixed: Option<&'a Price>,
}

impl<'a> Purse<'a> {
    /// What sets cost; none where costs were not asked for.
    pub fn new(planner: &'a Planner<'a>, objective: Figure) -> Option<Self> {
        planner.sources.scenario.cost.as_ref()?;
        Some(Purse {
            planner,
            objective,
            quick: Quick::new(planner),
        })
    }

    /// What a set of active regions costs a month; none where it cannot be run.
    pub fn cost(&self, regions: &[usize]) -> Option<Cost> {
        match &self.quick {
            Some(quick) => quick.cost(regions, &mut quick.sweep.room(regions.len())),
            None => self.in_full(regions),
        }
    }

    /// Whether a set is billed in one pass over its user groups.
    pub fn is_quick(&self) -> bool {
        self.quick.is_some()
    }

    fn in_full(&self, regions: &[usize]) -> Option<Cost> {
        let sources = &self.planner.sources;
        let (plan, _) = sources.designer.best(self.objective, regions, &[])?;
        let standbys = standbys_of(regions, &[], &sources.scenario.recovery);
        let set = Deployed::new(sources.scenario, plan, standbys);
        let (total, complete) = cost_of(self.planner, &set)?;
        Some(Cost { total, complete })
    }

    /// Whether a set costs no more than `budget`; what has no price might cost anything, so that only what is known to
    /// be more is turned away.
    pub fn affords(&self, regions: &[usize], budget: f64) -> bool {
        self.cost(regions).is_some_and(|cost| cost.total <= budget)
    }
}

impl<'a> Quick<'a> {
    /// None where requests differ, move data, or are sent elsewhere than to their nearest region.
    fn new(planner: &'a Planner<'a>) -> Option<Self> {
        let (sources, sizing) = (&planner.sources, planner.sizing()?);
        let scenario = sources.scenario;
        let plan = scenario.cost.as_ref()?;
        let [class] = &scenario.classes[..] else {
            return None;
        };
        let plain = class.via == Via::Direct
            && !class.adds()
            && scenario.recovery.standbys.is_empty()
            && sizing.survive_regions <= 1
            && !sizing.hourly
            && (0..scenario.candidates.len()).all(|region| planner.given(region).is_none());
        if !plain {
            return None;
        }
        let prices = |region: &'a crate::world::catalog::Region| {
            let find = |item, name| plan.prices.find(item, &region.id, None, name);
            Prices {
                instance: plan
                    .instance
                    .as_deref()
                    .and_then(|name| find(Item::Instance, Some(name))),
                egress: find(Item::Egress, None),
                cross_zone: find(Item::CrossZone, None),
                fixed: find(Item::RegionFixed, None),
            }
        };
        let gb = |bytes: f64| bytes * SECONDS_PER_MONTH / BYTES_PER_GB;
        let across = plan
            .cross_zone_bytes
            .as_ref()
            .and_then(|bytes| bytes.first().copied());
        Some(Quick {
            sweep: Sweep::new(sources.designer.laws, planner.model, 0.0)?,
            sizing,
            service: planner.services.first()?,
            promises: promises(sizing),
            prices: scenario.candidates.iter().map(prices).collect(),
            egress_gb: gb(plan.answer_bytes.first().copied().unwrap_or(0.0)),
            cross_zone_gb: gb(across.unwrap_or(0.0)),
            of_instance: 1.0 - plan.reserved_discount * plan.reserved_share,
            in_currency: plan.in_currency(),
        })
    }

    fn cost(&self, regions: &[usize], room: &mut Swept) -> Option<Cost> {
        self.sweep.of(regions, room);
        let mut cost = Cost {
            total: 0.0,
            complete: true,
        };
        let mut add = |price: Option<&Price>, amount: f64, factor: f64| match price {
            Some(price) => cost.total += price.total(amount) * factor,
            None => cost.complete &= amount <= 0.0,
        };
        for (place, region) in regions.iter().enumerate() {
            let rps = self.sweep.mean(room.served(place));
            let prices = &self.prices[*region];
            let instances = self.instances(regions, place, room)?;
            add(
                prices.instance,
                f64::from(instances) * HOURS_PER_MONTH,
                self.of_instance,
            );
            add(prices.egress, rps * self.egress_gb, 1.0);
            add(prices.cross_zone, rps * self.cross_zone_gb, 1.0);
            if prices.fixed.is_some() {
                add(prices.fixed, 1.0, 1.0);
            }
        }
        cost.total *= self.in_currency;
        Some(cost)
    }

    /// Instances that bear normal times and, where that is asked, the loss of any other region.
    fn instances(&self, regions: &[usize], place: usize, room: &Swept) -> Option<u32> {
        let mut peak = room.normal(place).highest.load;
        if self.sizing.survive_regions > 0 && regions.len() > 1 {
            let others = (0..regions.len()).filter(|lost| *lost != place);
            peak = others.fold(peak, |most, lost| most.max(room.after(lost, place).highest.load));
        }
        if peak <= 0.0 {
            return Some(0);
        }
        let erlang = peak * self.service.mean() / 1000.0;
        instances_for(self.sizing, regions[place], erlang, self.service, &self.promises).ok()
    }
}

/// What came of looking at every set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AllSets {
    /// Sets that were sized and billed.
    pub sized: u64,
    /// Of these, sets whose cost is complete.
    pub priced: u64,
    /// Sets that no other beats in the objective and in cost, the cheapest first.
    pub front: Vec<Vec<usize>>,
    /// The cheapest set, and what it costs.
    pub cheapest: Option<(Vec<usize>, f64)>,
}

/// A set that is on a front so far.
type OnFront = (Vec<usize>, f64, f64);

/// Sizes and bills every set of `sizes` with all of `must_have`; none where that cannot be done quickly.
///
/// # Errors
/// When the user asks to stop.
pub fn all_sets(
    purse: &Purse<'_>,
    sizes: &[usize],
    must_have: &[usize],
    watch: Watch<'_>,
) -> Result<Option<AllSets>> {
    let Some(quick) = &purse.quick else {
        return Ok(None);
    };
    let designer = &purse.planner.sources.designer;
    let regions = designer.laws.regions;
    let mut found = AllSets::default();
    let mut on: Vec<OnFront> = Vec::new();
    for &size in sizes {
        if count_sets(regions, size, 0).is_none_or(|count| count > MOST_SETS) {
            return Ok(None);
        }
        let Some(latencies) = AllOfSize::score(designer, purse.objective, size, watch)? else {
            return Ok(None);
        };
        // By first region, each alone; put together in their order.
        let parts: Vec<AllSetsOf> = (0..=regions - size)
            .into_par_iter()
            .map(|first| {
                watch.go_on()?;
                Ok(quick.with_first(first, (size, regions), must_have, &latencies))
            })
            .collect::<Result<_>>()?;
        for part in parts {
            found.sized += part.sized;
            found.priced += part.priced;
            on.extend(part.front);
        }
        on = thinned(&on);
    }
    found.cheapest = on.first().map(|(set, _, money)| (set.clone(), *money));
    found.front = on.into_iter().map(|(set, _, _)| set).collect();
    Ok(Some(found))
}

/// What came of the sets with one first region.
struct AllSetsOf {
    sized: u64,
    priced: u64,
    front: Vec<OnFront>,
}

/// A front is thinned when so many sets were added to it.
const THIN_AT: usize = 256;

impl Quick<'_> {
    fn with_first(
        &self,
        first: usize,
        (size, regions): (usize, usize),
        must_have: &[usize],
        latencies: &AllOfSize,
    ) -> AllSetsOf {
        let mut found = AllSetsOf {
            sized: 0,
            priced: 0,
            front: Vec::new(),
        };
        let mut room = self.sweep.room(size);
        let mut set: Vec<usize> = (first..first + size).collect();
        while set[0] == first {
            if must_have.iter().all(|must| set.contains(must)) {
                found.sized += 1;
                let latency = latencies.cost_of(&set);
                let cost = self.cost(&set, &mut room).filter(|cost| cost.complete);
                if let Some(cost) = cost {
                    found.priced += 1;
                    if latency.is_finite() {
                        found.front.push((set.clone(), latency, cost.total));
                    }
                }
                if found.front.len() >= THIN_AT {
                    found.front = thinned(&found.front);
                }
            }
            if !next_set(&mut set, regions) {
                break;
            }
        }
        found.front = thinned(&found.front);
        found
    }
}

/// Only those that no other beats, the cheapest first.
fn thinned(sets: &[OnFront]) -> Vec<OnFront> {
    let costs: Vec<Costs> = sets
        .iter()
        .map(|(_, latency, money)| Costs {
            latency: *latency,
            money: Some(*money),
            unavailability: 0.0,
        })
        .collect();
    front(&costs).into_iter().map(|at| sets[at].clone()).collect()
}
