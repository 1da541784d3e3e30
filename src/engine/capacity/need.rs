//! The fleet of a region: that of its busiest hour, or hour by hour.
//!
//! Fleets that follow the load see it and then wait for their instances, so at any hour they need room for what the load
//! rises by meanwhile: the steepest rise of an ordinary week during the time to scale out, between the middles of hours in
//! a straight line. Events are known beforehand; they are in the peak, and not in the rise.

use super::demand::{DemandModel, Peaks};
use super::load::RegionLoad;
use crate::basis::queueing::service::Service;
use crate::basis::queueing::sizing::fleet::{Ask, Need, Promise, Unmet, least_instances, need};
use crate::design::capacity::{Sizing, TimeOf};
use crate::design::demand::WEEK_HOURS;

/// A region, its load and what is asked of its servers.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// The candidate.
    pub region: usize,
    /// Its load.
    pub load: &'a RegionLoad,
    /// Service by class.
    pub services: &'a [Service],
    /// What is asked.
    pub sizing: &'a Sizing,
}

/// The fleet for the busiest hour of a region.
#[derive(Clone, Debug, PartialEq)]
pub struct Sized {
    /// The busiest hours, erlang. The fleet is for the highest.
    pub peaks: Peaks,
    /// What the load rises by at most while instances start, erlang; 0 where the fleet does not follow the load.
    pub rise: f64,
    /// How long requests hold a server at the peak.
    pub service: Service,
    /// The fleet.
    pub need: Need,
}

impl Site<'_> {
    /// The fleet for the busiest hour of the year that begins `years` after the start.
    ///
    /// # Errors
    /// Where no number of servers does: why.
    pub fn size(&self, model: &DemandModel, years: f64) -> Result<Sized, Unmet> {
        let peaks = model.peaks(&self.load.erlang, years);
        let highest = peaks.highest;
        let by_cohort = model.by_cohort(years, highest.cell, highest.event);
        let service = self.load.service(self.services, &by_cohort);
        let rise = self.rise(model, years);
        let promises = self.promises();
        let need = need(&self.ask(highest.load, rise, &service, &promises))?;
        Ok(Sized {
            peaks,
            rise,
            service,
            need,
        })
    }

    /// Instances by cell, where they follow the load; events left out.
    ///
    /// # Errors
    /// Where no number of servers does in some cell: why.
    pub fn hourly(&self, model: &DemandModel, years: f64) -> Result<Vec<u32>, Unmet> {
        let promises = self.promises();
        let rise = self.rise(model, years);
        let loads = model.hours(&self.load.erlang, years).into_iter().enumerate();
        loads
            .map(|(cell, load)| {
                let by_cohort = model.by_cohort(years, cell, None);
                let service = self.load.service(self.services, &by_cohort);
                least_instances(&self.ask(load, rise, &service, &promises))
            })
            .collect()
    }

    /// Whether `instances` meet what is asked at the busiest hour of that year.
    pub fn is_met_by(&self, instances: u32, model: &DemandModel, years: f64) -> bool {
        let highest = model.peaks(&self.load.erlang, years).highest;
        let by_cohort = model.by_cohort(years, highest.cell, highest.event);
        let service = self.load.service(self.services, &by_cohort);
        let promises = self.promises();
        let rise = self.rise(model, years);
        self.ask(highest.load, rise, &service, &promises)
            .is_met_by(instances)
    }

    fn promises(&self) -> Vec<Promise> {
        promises(self.sizing)
    }

    fn ask<'s>(&self, load: f64, rise: f64, service: &'s Service, promises: &'s [Promise]) -> Ask<'s> {
        ask(self.sizing, self.region, (load, rise), service, promises)
    }

    fn rise(&self, model: &DemandModel, years: f64) -> f64 {
        match self.sizing.scale_out_s {
            Some(seconds) if self.sizing.hourly => {
                let hours = model.hours(&self.load.erlang, years);
                let weeks = hours.chunks_exact(WEEK_HOURS);
                weeks
                    .map(|week| steepest_rise(week, seconds / 3600.0))
                    .fold(0.0, f64::max)
            }
            _ => 0.0,
        }
    }
}

/// What is promised about times, as queueing has it.
pub fn promises(sizing: &Sizing) -> Vec<Promise> {
    let promises = sizing.promises.iter();
    promises
        .map(|promise| Promise {
            response: promise.of == TimeOf::Response,
            share: promise.share,
            within_ms: promise.within_ms,
        })
        .collect()
}

/// The least instances of a region for a peak of `erlang`.
///
/// # Errors
/// Where no number does: why.
pub fn instances_for(
    sizing: &Sizing,
    region: usize,
    erlang: f64,
    service: &Service,
    promises: &[Promise],
) -> Result<u32, Unmet> {
    least_instances(&ask(sizing, region, (erlang, 0.0), service, promises))
}

fn ask<'s>(
    sizing: &Sizing,
    region: usize,
    (load, rise): (f64, f64),
    service: &'s Service,
    promises: &'s [Promise],
) -> Ask<'s> {
    // Room to rise is room that the load as it is does not use.
    let rising = if load > 0.0 { rise / load } else { 0.0 };
    Ask {
        offered: load,
        service,
        ceiling: sizing.max_utilisation,
        promises,
        spare: (1.0 + rising) * (1.0 + sizing.spare) - 1.0,
        concurrency: sizing.concurrency,
        zones: sizing.zones.get(region).copied().unwrap_or(1),
        min_per_zone: sizing.min_per_zone,
        survive_zone: sizing.survive_zone,
    }
}

/// The most that a load rises by within so many hours. `week` goes round; between two hours it goes in a straight line.
pub fn steepest_rise(week: &[f64], within_hours: f64) -> f64 {
    let count = week.len();
    let within = within_hours.min(count as f64);
    let at = |hour: f64| {
        let whole = hour.floor();
        let index = whole.rem_euclid(count as f64) as usize;
        let next = week[(index + 1) % count];
        week[index] + (hour - whole) * (next - week[index])
    };
    // A line between corners is steepest from or to a corner.
    let whole_hours = (1..=within as u32).map(f64::from);
    let spans: Vec<f64> = whole_hours.chain([within]).collect();
    let from = |hour: usize| {
        let hour = hour as f64;
        let rises = spans
            .iter()
            .flat_map(move |span| [at(hour + span) - at(hour), at(hour) - at(hour - span)]);
        rises.fold(0.0, f64::max)
    };
    (0..count).map(from).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rise_is_the_steepest_within_the_time() {
        let mut week = vec![1.0; 24];
        (week[10], week[11], week[12]) = (2.0, 5.0, 4.0);
        assert_eq!(steepest_rise(&week, 0.0), 0.0);
        assert_eq!(steepest_rise(&week, 0.5), 1.5);
        assert_eq!(steepest_rise(&week, 1.0), 3.0);
        assert_eq!(steepest_rise(&week, 1.5), 3.5);
        assert_eq!(steepest_rise(&week, 9.0), 4.0);
        assert_eq!(steepest_rise(&[3.0; 168], 2.0), 0.0);
    }
}
