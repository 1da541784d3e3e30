//! Demand by cohort and hour.
//!
//! ```text
//! requests/s (cohort, hour, years) = mean rate · share · (1 + growth)^years · season · week in local time
//! ```
//! The mean of season times week over the year is 1. Growth within a year is left out: the rate holds for the year that
//! begins `years` after the start. An event multiplies what its cohorts ask for in any hour that it touches, whatever the
//! day; two events do not meet.
//!
//! What is asked about is told as *weights*: for each cohort the share of all requests at the start that is meant, or that
//! share times what a request costs (erlang for each request a second, say); answers are in the unit of that.

use super::calendar::{DAY_SECONDS, Hour, Slot, YEAR_DAYS, in_utc, slots, touches};
use super::cohorts::{Cohort, GroupDemand, cohorts};
use crate::design::demand::{Demand, Event, RateIs, WEEK_HOURS};

/// How the requests of an audience go through the year.
#[derive(Clone, Debug)]
pub struct DemandModel {
    cohorts: Vec<Cohort>,
    cohort_of: Vec<u32>,
    slots: Vec<Slot>,
    /// For each number of clocks its slot with the highest season, the first of equals.
    busiest: Vec<usize>,
    /// `weeks[(cohort * clocks + clock) * 168 + hour]`: factor without the season.
    weeks: Vec<f64>,
    events: Vec<Event>,
    /// Requests a second, mean over the first year.
    rate: f64,
}

/// The busiest hour of something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Peak {
    /// Its load: requests a second where weights are shares.
    pub load: f64,
    /// The hour, for [`DemandModel::label`].
    pub cell: usize,
    /// The event that it is the peak of, by place in the demand's list.
    pub event: Option<usize>,
}

/// Peaks without and with events.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Peaks {
    /// The busiest hour, events left out.
    pub ordinary: Peak,
    /// The busiest of all: what is to be carried. The ordinary one where no event makes more.
    pub highest: Peak,
}

/// What a unit of weight of each cohort comes to, before season and hour; without and with each event.
#[derive(Clone, Debug)]
pub(super) struct Levels {
    pub(super) ordinary: Vec<f64>,
    pub(super) events: Vec<Vec<f64>>,
}

impl DemandModel {
    /// Demand of `groups`, who together ask `rate` requests a second: in the sense of [`Demand::rate_is`].
    pub fn new(demand: &Demand, groups: &[GroupDemand], rate: f64) -> DemandModel {
        let (cohorts, cohort_of) = cohorts(demand, groups);
        let offsets: Vec<[i16; 12]> = cohorts.iter().map(|cohort| cohort.offsets).collect();
        let (slots, with_clocks) = slots(&demand.season, &offsets);
        let weeks = offsets.iter().flat_map(|offsets| {
            let weeks = with_clocks
                .iter()
                .map(|month| in_utc(&demand.week, offsets[*month]));
            normal(&weeks.collect::<Vec<_>>(), &slots)
        });
        let mut model = DemandModel {
            weeks: weeks.collect(),
            busiest: (0..with_clocks.len())
                .map(|clocks| busiest(&slots, clocks))
                .collect(),
            cohorts,
            cohort_of,
            slots,
            events: demand.events.clone(),
            rate: 1.0,
        };
        model.rate = match demand.rate_is {
            RateIs::Mean => rate,
            RateIs::Peak => rate / model.peaks(&model.shares(), 0.0).ordinary.load,
        };
        model
    }

    /// The same with another growth of the whole audience; countries with a growth of their own keep it.
    #[must_use]
    pub fn with_growth(&self, per_year: f64) -> DemandModel {
        let mut model = self.clone();
        for cohort in model.cohorts.iter_mut().filter(|cohort| !cohort.own_growth) {
            cohort.growth = per_year;
        }
        model
    }

    /// The cohorts.
    pub fn cohorts(&self) -> &[Cohort] {
        &self.cohorts
    }

    /// The cohort of a user group.
    pub fn cohort_of(&self, group: usize) -> usize {
        self.cohort_of[group] as usize
    }

    /// Weights of the whole audience.
    pub fn shares(&self) -> Vec<f64> {
        self.cohorts.iter().map(|cohort| cohort.share).collect()
    }

    /// The events.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Months that are told apart.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Hours that are told apart: 168 for each slot, Monday 0 h UTC first.
    pub fn cells(&self) -> usize {
        self.slots.len() * WEEK_HOURS
    }

    /// What a cell stands for.
    pub fn label(&self, cell: usize) -> Hour {
        let hour = cell % WEEK_HOURS;
        Hour {
            month: self.slots[cell / WEEK_HOURS].months[0],
            weekday: (hour / 24) as u8,
            hour: (hour % 24) as u8,
        }
    }

    /// Hours a year that a cell stands for.
    pub fn hours_a_year(&self, cell: usize) -> f64 {
        self.slots[cell / WEEK_HOURS].days * 24.0 / WEEK_HOURS as f64
    }

    /// Requests a second of the whole audience, mean over the year that begins `years` after the start.
    pub fn mean_rps(&self, years: f64) -> f64 {
        self.mean(&self.shares(), years)
    }

    /// The mean over that year of what has these weights; events left out.
    pub fn mean(&self, weights: &[f64], years: f64) -> f64 {
        let grown = |(weight, cohort): (&f64, &Cohort)| weight * cohort.grown(years);
        self.rate * weights.iter().zip(&self.cohorts).map(grown).sum::<f64>()
    }

    /// What comes in the twelfth part of that year: requests, where weights are shares.
    pub fn a_month(&self, weights: &[f64], years: f64) -> f64 {
        self.mean(weights, years) * YEAR_DAYS / 12.0 * DAY_SECONDS
    }

    /// The load in every cell; events left out.
    pub fn hours(&self, weights: &[f64], years: f64) -> Vec<f64> {
        let cells = self.summed(weights, &self.levels(years).ordinary);
        let of_slot = |slot: &Slot| {
            let week = &cells[slot.clocks * WEEK_HOURS..][..WEEK_HOURS];
            week.iter().map(|load| load * slot.season).collect::<Vec<_>>()
        };
        self.slots.iter().flat_map(of_slot).collect()
    }

    /// The load in one cell, with an event or none.
    pub fn at(&self, weights: &[f64], years: f64, cell: usize, event: Option<usize>) -> f64 {
        let by_cohort = self.by_cohort(years, cell, event);
        weights
            .iter()
            .zip(by_cohort)
            .map(|(weight, of)| weight * of)
            .sum()
    }

    /// What a unit of weight of each cohort comes to in one cell, with an event or none.
    pub fn by_cohort(&self, years: f64, cell: usize, event: Option<usize>) -> Vec<f64> {
        let slot = &self.slots[cell / WEEK_HOURS];
        let of = |(number, cohort): (usize, &Cohort)| {
            let hour = (number * self.busiest.len() + slot.clocks) * WEEK_HOURS + cell % WEEK_HOURS;
            let more = event.map_or(1.0, |event| self.factor(cohort, event));
            self.rate * cohort.grown(years) * more * slot.season * self.weeks[hour]
        };
        self.cohorts.iter().enumerate().map(of).collect()
    }

    /// The busiest hours of what has these weights; the first of equals.
    pub fn peaks(&self, weights: &[f64], years: f64) -> Peaks {
        let levels = self.levels(years);
        let mut cells = self.summed(weights, &levels.ordinary);
        let ordinary = self.largest(&cells, None);
        let mut highest = ordinary;
        for (event, levels) in levels.events.iter().enumerate() {
            cells.fill(0.0);
            self.add(weights, levels, &mut cells);
            let peak = self.largest(&cells, Some(event));
            if peak.load > highest.load {
                highest = peak;
            }
        }
        Peaks { ordinary, highest }
    }

    /// A week of `month` (1 to 12), Monday 0 h UTC first; events left out.
    pub fn week(&self, weights: &[f64], years: f64, month: u8) -> [f64; WEEK_HOURS] {
        let hours = self.hours(weights, years);
        let of_month = |slot: &Slot| slot.months.contains(&month);
        let slot = self.slots.iter().position(of_month).unwrap_or(0);
        std::array::from_fn(|hour| hours[slot * WEEK_HOURS + hour])
    }

    pub(super) fn levels(&self, years: f64) -> Levels {
        let level = |cohort: &Cohort| self.rate * cohort.grown(years);
        let with = |event: usize| {
            let cohorts = self.cohorts.iter();
            cohorts
                .map(|cohort| level(cohort) * self.factor(cohort, event))
                .collect()
        };
        Levels {
            ordinary: self.cohorts.iter().map(level).collect(),
            events: (0..self.events.len()).map(with).collect(),
        }
    }

    fn factor(&self, cohort: &Cohort, event: usize) -> f64 {
        if cohort.takes_part[event] {
            self.events[event].factor
        } else {
            1.0
        }
    }

    /// Cells that [`DemandModel::add`] adds to: the hours of a week for each number of clocks, without a season.
    pub(super) fn seasonless(&self) -> usize {
        self.busiest.len() * WEEK_HOURS
    }

    fn summed(&self, weights: &[f64], levels: &[f64]) -> Vec<f64> {
        let mut cells = vec![0.0; self.seasonless()];
        self.add(weights, levels, &mut cells);
        cells
    }

    /// Adds what has these weights to `cells`.
    pub(super) fn add(&self, weights: &[f64], levels: &[f64], cells: &mut [f64]) {
        let weeks = self.weeks.chunks_exact(cells.len());
        for ((weight, level), week) in weights.iter().zip(levels).zip(weeks) {
            let level = weight * level;
            if level != 0.0 {
                for (cell, factor) in cells.iter_mut().zip(week) {
                    *cell += level * factor;
                }
            }
        }
    }

    /// The largest of `cells` times the highest season that they have, in the hours of `event`.
    pub(super) fn largest(&self, cells: &[f64], event: Option<usize>) -> Peak {
        let touched = event.and_then(|event| Some((self.events[event].at_utc?, self.events[event].hours)));
        let mut peak = Peak {
            load: f64::NEG_INFINITY,
            cell: 0,
            event,
        };
        for (week, slot) in cells.chunks_exact(WEEK_HOURS).zip(&self.busiest) {
            let season = self.slots[*slot].season;
            for (hour, load) in week.iter().enumerate() {
                let load = load * season;
                if load > peak.load && touched.is_none_or(|(at, hours)| touches(at, hours, hour % 24)) {
                    peak.load = load;
                    peak.cell = slot * WEEK_HOURS + hour;
                }
            }
        }
        peak
    }
}

impl Cohort {
    fn grown(&self, years: f64) -> f64 {
        (1.0 + self.growth).powf(years)
    }
}

/// A day of a week that begins on Monday: the mean of Monday to Friday, by hour.
pub fn mean_weekday(week: &[f64; WEEK_HOURS]) -> [f64; 24] {
    std::array::from_fn(|hour| (0..5).map(|day| week[day * 24 + hour]).sum::<f64>() / 5.0)
}

fn busiest(slots: &[Slot], clocks: usize) -> usize {
    let of_clocks = slots.iter().enumerate().filter(|(_, slot)| slot.clocks == clocks);
    let highest = of_clocks.fold((0, f64::NEG_INFINITY), |best, (at, slot)| {
        if slot.season > best.1 {
            (at, slot.season)
        } else {
            best
        }
    });
    highest.0
}

/// The weeks of a cohort, by clocks, scaled so that the mean over the year, season included, is 1.
fn normal(weeks: &[[f64; WEEK_HOURS]], slots: &[Slot]) -> Vec<f64> {
    let mean_of = |slot: &Slot| weeks[slot.clocks].iter().sum::<f64>() / WEEK_HOURS as f64;
    let of_slot = |slot: &Slot| slot.days / YEAR_DAYS * slot.season * mean_of(slot);
    let mean: f64 = slots.iter().map(of_slot).sum();
    weeks.iter().flatten().map(|factor| factor / mean).collect()
}

#[cfg(test)]
mod tests {
    use super::super::calendar::DAYS;
    use super::*;
    use crate::design::demand::{Growth, Month};
    use std::collections::BTreeMap;

    /// A week whose evenings (20 h) are thrice as busy, and a December that is.
    fn demand() -> Demand {
        let week = std::array::from_fn(|hour| if hour % 24 == 20 { 72.0 / 26.0 } else { 24.0 / 26.0 });
        let quiet = YEAR_DAYS / (YEAR_DAYS + DAYS[11]);
        let mut season = [quiet; 12];
        season[11] = 2.0 * quiet;
        Demand {
            rate_is: RateIs::Mean,
            week,
            curve_words: String::new(),
            curve_assumed: false,
            season,
            growth: Growth {
                per_year: 0.5,
                interval: None,
            },
            growth_of_country: BTreeMap::from([("JP".to_owned(), 0.0)]),
            start: Month { year: 2026, month: 7 },
            horizon_years: 3,
            events: Vec::new(),
        }
    }

    fn group(share: f64, country: &str, hours: i16) -> GroupDemand<'_> {
        GroupDemand {
            share,
            country,
            offsets: [60 * hours; 12],
        }
    }

    fn groups() -> Vec<GroupDemand<'static>> {
        vec![
            group(0.5, "DE", 1),
            group(0.2, "JP", 9),
            group(0.2, "FR", 1),
            group(0.1, "US", -5),
        ]
    }

    #[test]
    fn groups_of_the_same_clock_and_growth_are_one_cohort() {
        let model = DemandModel::new(&demand(), &groups(), 100.0);
        assert_eq!(model.shares(), [0.7, 0.2, 0.1]);
        assert_eq!([0, 1, 2, 3].map(|group| model.cohort_of(group)), [0, 1, 0, 2]);
        assert_eq!(model.slots().len(), 2);
    }

    #[test]
    fn the_mean_over_the_hours_of_a_year_is_the_stated_rate() {
        let mut demand = demand();
        let mut groups = groups();
        groups[1].offsets = [330; 12];
        groups[2].offsets[3..10].fill(120);
        demand.week[7] *= 5.0;
        let model = DemandModel::new(&demand, &groups, 100.0);
        let hours = model.hours(&model.shares(), 0.0);
        let year: f64 = (0..model.cells()).map(|cell| model.hours_a_year(cell)).sum();
        let sum: f64 = hours
            .iter()
            .enumerate()
            .map(|(cell, load)| load * model.hours_a_year(cell))
            .sum();
        assert!((year - 8760.0).abs() < 1e-9 && (sum / year - 100.0).abs() < 1e-9);
        assert!((model.a_month(&model.shares(), 0.0) * 12.0 / (8760.0 * 3600.0) - 100.0).abs() < 1e-9);
        let one = model.at(&model.shares(), 0.0, 200, None);
        assert!((hours[200] - one).abs() < 1e-9);
    }

    #[test]
    fn the_peak_is_the_evening_of_most_in_december() {
        let model = DemandModel::new(&demand(), &groups(), 100.0);
        let peak = model.peaks(&model.shares(), 0.0).ordinary;
        let hour = model.label(peak.cell);
        assert_eq!((hour.month, hour.weekday, hour.hour), (12, 0, 19));
        let season = 2.0 * YEAR_DAYS / (YEAR_DAYS + 31.0);
        let expected = 100.0 * season * (0.7 * 72.0 + 0.3 * 24.0) / 26.0;
        assert!((peak.load - expected).abs() < 1e-9);
        assert_eq!(model.hours(&model.shares(), 0.0)[peak.cell], peak.load);
        let week = model.week(&model.shares(), 0.0, 12);
        assert!((mean_weekday(&week)[19] - peak.load).abs() < 1e-9);
    }

    #[test]
    fn growth_is_that_of_the_country_or_of_all() {
        let model = DemandModel::new(&demand(), &groups(), 100.0);
        assert!((model.mean_rps(2.0) - 100.0 * (0.8 * 2.25 + 0.2)).abs() < 1e-9);
        let slower = model.with_growth(-0.5);
        assert!((slower.mean_rps(1.0) - 100.0 * (0.8 * 0.5 + 0.2)).abs() < 1e-9);
    }

    #[test]
    fn a_stated_peak_is_the_busiest_hour() {
        let mut demand = demand();
        demand.rate_is = RateIs::Peak;
        let model = DemandModel::new(&demand, &groups(), 300.0);
        assert!((model.peaks(&model.shares(), 0.0).highest.load - 300.0).abs() < 1e-9);
        assert!(model.mean_rps(0.0) < 150.0);
    }

    #[test]
    fn an_event_counts_for_those_who_take_part_when_it_is() {
        let mut demand = demand();
        let event = |factor: f64, at_utc: Option<f64>, countries: &[&str]| Event {
            name: String::new(),
            factor,
            hours: 1.0,
            at_utc,
            countries: countries.iter().map(|code| (*code).to_owned()).collect(),
        };
        demand.events = vec![event(2.0, Some(3.0), &["US"]), event(3.0, None, &["DE", "FR"])];
        let model = DemandModel::new(&demand, &groups(), 100.0);
        let shares = model.shares();
        let peaks = model.peaks(&shares, 0.0);
        assert_eq!(
            (peaks.highest.event, peaks.highest.cell),
            (Some(1), peaks.ordinary.cell)
        );
        let season = 2.0 * YEAR_DAYS / (YEAR_DAYS + 31.0);
        let expected = 100.0 * season * (2.1 * 72.0 + 0.3 * 24.0) / 26.0;
        assert!((peaks.highest.load - expected).abs() < 1e-9);
        // Americans alone: their own event is at 22 h of their time, which is no more than their evening.
        let americans = model.peaks(&[0.0, 0.0, 0.1], 0.0);
        assert_eq!(americans.highest, americans.ordinary);
        let at = |cell| model.at(&shares, 0.0, cell, Some(0)) - model.at(&shares, 0.0, cell, None);
        assert!(at(3) > 0.0);
    }
}
