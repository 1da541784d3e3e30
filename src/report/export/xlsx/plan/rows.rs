//! What stands in which row of `Capacity`, `Fleet` and `Bill`, so that their formulas find each other.

use std::collections::BTreeMap;

use super::inputs::Inputs;
use super::{PlannedSet, law};
use crate::report::model::{CapacityState, CapacitySummary, CostLine, FleetResult, NeedResult, StateRegion};

/// A row of `Capacity`: a region in a state and a year.
pub(super) struct Load<'a> {
    pub(super) set: usize,
    pub(super) state: &'a CapacityState,
    pub(super) it: &'a StateRegion,
    pub(super) year: u32,
    /// Absent where nothing is asked of servers.
    pub(super) need: Option<&'a NeedResult>,
}

/// Rows of one region and year: the states that the fleet is to bear come first.
#[derive(Clone, Copy, Default)]
pub(super) struct Block {
    pub(super) first: usize,
    pub(super) counting: usize,
    /// The row of normal times.
    pub(super) normal: Option<usize>,
}

/// The rows of `Capacity`.
pub(super) struct Loads<'a> {
    pub(super) rows: Vec<Load<'a>>,
    blocks: BTreeMap<(usize, &'a str, u32), Block>,
}

impl<'a> Loads<'a> {
    pub(super) fn of(sets: &[PlannedSet<'a>]) -> Self {
        let mut loads = Loads {
            rows: Vec::new(),
            blocks: BTreeMap::new(),
        };
        for (at, it) in sets.iter().enumerate() {
            let states = it.capacity.states.iter().flat_map(|state| &state.regions);
            let served = states.map(|it| it.region.as_str());
            let fleet = it.capacity.fleet.iter().map(|it| it.region.as_str());
            for region in super::distinct(fleet.chain(served)) {
                loads.add(at, it, region);
            }
        }
        loads
    }

    fn add(&mut self, set: usize, it: &PlannedSet<'a>, region: &'a str) {
        let mut here: Vec<(&CapacityState, &StateRegion)> = Vec::new();
        for state in &it.capacity.states {
            let own = state.regions.iter().find(|it| it.region == region);
            here.extend(own.map(|own| (state, own)));
        }
        here.sort_by_key(|(state, _)| !state.counts);
        let last = here
            .iter()
            .flat_map(|(_, own)| &own.needs)
            .map(|need| need.year)
            .max();
        for year in 0..=last.unwrap_or(0) {
            let first = self.rows.len();
            let mut block = Block {
                first,
                ..Block::default()
            };
            for &(state, it) in &here {
                let need = it.needs.iter().find(|need| need.year == year);
                if need.is_none() && year > 0 {
                    continue;
                }
                block.counting += usize::from(state.counts);
                if state.lost.is_empty() {
                    block.normal = Some(self.rows.len());
                }
                self.rows.push(Load {
                    set,
                    state,
                    it,
                    year,
                    need,
                });
            }
            self.blocks.insert((set, region, year), block);
        }
    }

    pub(super) fn block(&self, set: usize, region: &str, year: u32) -> Block {
        self.blocks.get(&(set, region, year)).copied().unwrap_or_default()
    }
}

/// A row of `Fleet`: the servers of a region in a year.
pub(super) struct Servers<'a> {
    pub(super) set: usize,
    pub(super) it: &'a FleetResult,
    pub(super) year: u32,
    pub(super) month: &'a str,
    /// Instances there in that year; absent where no number does.
    pub(super) instances: Option<u32>,
}

/// The rows of `Fleet`.
pub(super) struct Fleets<'a> {
    pub(super) rows: Vec<Servers<'a>>,
    places: BTreeMap<(usize, &'a str, u32), usize>,
}

impl<'a> Fleets<'a> {
    pub(super) fn of(sets: &[PlannedSet<'a>]) -> Self {
        let mut rows = Vec::new();
        for (set, PlannedSet { capacity, .. }) in sets.iter().enumerate() {
            for (place, it) in capacity.fleet.iter().enumerate() {
                let row = |year, month, instances| Servers {
                    set,
                    it,
                    year,
                    month,
                    instances,
                };
                let first = capacity.years.iter().find(|it| it.year == 0);
                rows.push(row(
                    0,
                    first.map_or("", |it| it.month.as_str()),
                    Some(it.instances),
                ));
                for later in capacity.years.iter().filter(|it| it.year > 0) {
                    let instances = later.instances.get(place).copied().flatten();
                    rows.push(row(later.year, &later.month, instances));
                }
            }
        }
        let key = |(at, row): (usize, &Servers<'a>)| ((row.set, row.it.region.as_str(), row.year), at);
        let places = rows.iter().enumerate().map(key).collect();
        Fleets { rows, places }
    }

    /// The row of a region in a year.
    pub(super) fn find(&self, set: usize, region: &str, year: u32) -> Option<usize> {
        self.places.get(&(set, region, year)).copied()
    }
}

/// A row of `Bill`.
pub(super) struct Line<'a> {
    pub(super) set: usize,
    pub(super) it: &'a CostLine,
    /// The row of `Fleet` whose instances run all the time for it.
    pub(super) fleet: Option<usize>,
    /// Place of its price on `Inputs`.
    pub(super) price: Option<usize>,
    /// Whether the price and the amount give the cost of the run.
    pub(super) is_live: bool,
}

/// The rows of `Bill`, set by set.
pub(super) struct Lines<'a> {
    pub(super) rows: Vec<Line<'a>>,
    /// By set: the first row and how many.
    pub(super) of_set: Vec<(usize, usize)>,
    /// By set: whether the lines give the costs of later years, too.
    pub(super) by_year: Vec<bool>,
}

impl<'a> Lines<'a> {
    pub(super) fn of(
        sets: &[PlannedSet<'a>],
        fleets: &Fleets<'a>,
        asked: &CapacitySummary,
        inputs: &Inputs<'a>,
    ) -> Self {
        let mut lines = Lines {
            rows: Vec::new(),
            of_set: Vec::new(),
            by_year: Vec::new(),
        };
        for (set, it) in sets.iter().enumerate() {
            let first = lines.rows.len();
            for line in it.capacity.cost.iter().flat_map(|cost| &cost.lines) {
                let fleet = fleet_of(set, line, fleets, asked);
                let price = inputs.prices.of_line(line);
                lines.rows.push(Line {
                    set,
                    it: line,
                    fleet,
                    price,
                    is_live: is_live(line, price, fleet, asked, inputs),
                });
            }
            lines.of_set.push((first, lines.rows.len() - first));
            let gives = lines.gives_later_years(set, it, fleets, asked, inputs);
            lines.by_year.push(gives);
        }
        lines
    }

    /// Whether amounts that grow with the load, and instances by year, add up to what the run says of every year.
    fn gives_later_years(
        &self,
        set: usize,
        it: &PlannedSet<'a>,
        fleets: &Fleets<'a>,
        asked: &CapacitySummary,
        inputs: &Inputs<'a>,
    ) -> bool {
        let (first, count) = self.of_set[set];
        let lines = &self.rows[first..first + count];
        if lines.is_empty() || !asked.demand.growth_of.is_empty() || lines.iter().any(|line| !line.is_live) {
            return false;
        }
        it.capacity.years.iter().filter(|year| year.year > 0).all(|year| {
            let cost = |line: &Line| in_year(line, set, year.year, fleets, asked, inputs);
            let sum: Option<f64> = lines.iter().map(cost).sum();
            matches!((sum, year.cost), (Some(sum), Some(cost)) if law::same(sum, cost))
        })
    }
}

/// The row of the fleet whose hours a line bills; none where they are not those of all its instances all the time.
fn fleet_of(set: usize, line: &CostLine, fleets: &Fleets<'_>, asked: &CapacitySummary) -> Option<usize> {
    if line.item != "instance" || asked.sizing.as_ref().is_some_and(|it| it.hourly) {
        return None;
    }
    let row = fleets.find(set, &line.region, 0)?;
    let hours = f64::from(fleets.rows[row].it.instances) * law::hours();
    law::same(hours, line.amount).then_some(row)
}

fn is_live(
    line: &CostLine,
    price: Option<usize>,
    fleet: Option<usize>,
    asked: &CapacitySummary,
    inputs: &Inputs<'_>,
) -> bool {
    let Some(cost) = line.cost else {
        return price.is_some_and(|at| inputs.prices.all[at].tiers.is_empty());
    };
    let Some(price) = price else { return false };
    let is_instance = line.item == "instance";
    let scales = line.scales_with_load == 1.0 || line.scales_with_load == 0.0;
    let found = factor(asked, is_instance) * law::usd(inputs.prices.all[price].tiers, line.amount);
    (fleet.is_some() == is_instance) && scales && law::same(found, cost)
}

/// From US dollars by the list to what is paid in the currency.
pub(super) fn factor(asked: &CapacitySummary, is_instance: bool) -> f64 {
    let Some(cost) = &asked.cost else { return 1.0 };
    let reserved = if is_instance {
        1.0 - cost.reserved_share * cost.reserved_discount
    } else {
        1.0
    };
    reserved * cost.per_usd * cost.multiplier
}

/// What a line costs in a year, nothing where it has no price; none where no number of instances does.
pub(super) fn in_year(
    line: &Line<'_>,
    set: usize,
    year: u32,
    fleets: &Fleets<'_>,
    asked: &CapacitySummary,
    inputs: &Inputs<'_>,
) -> Option<f64> {
    let amount = if line.fleet.is_some() {
        let row = fleets.find(set, &line.it.region, year)?;
        f64::from(fleets.rows[row].instances?) * law::hours()
    } else if line.it.scales_with_load == 1.0 {
        line.it.amount * (1.0 + asked.demand.growth_per_year).powi(year.cast_signed())
    } else {
        line.it.amount
    };
    let tiers = line.price.map_or(&[][..], |at| inputs.prices.all[at].tiers);
    Some(factor(asked, line.it.item == "instance") * law::usd(tiers, amount))
}
