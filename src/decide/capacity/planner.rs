//! What all sets share: demand, service by class, what is asked of servers.

use crate::basis::error::{Error, Result};
use crate::basis::queueing::service::Service;
use crate::decide::facts::Sources;
use crate::design::capacity::{Capacity, Sizing};
use crate::design::demand::Demand;
use crate::engine::capacity::demand::DemandModel;

/// What all sets are planned with.
#[derive(Debug)]
pub struct Planner<'a> {
    /// What facts are drawn from.
    pub sources: Sources<'a>,
    /// Demand by hour.
    pub model: &'a DemandModel,
    /// How demand goes, as it was described.
    pub demand: &'a Demand,
    /// How long requests hold a server, by class.
    pub services: Vec<Service>,
}

impl<'a> Planner<'a> {
    /// Ready for the scenario of `sources`; none where nothing is asked about capacity.
    ///
    /// # Errors
    /// When a service time has no variance, which the check of a scenario rules out.
    pub fn new(sources: Sources<'a>) -> Result<Option<Self>> {
        let (Some((demand, model)), true) = (
            sources.simulation.demand.as_ref().map(|(a, b)| (a, b)),
            sources.scenario.capacity_asked,
        ) else {
            return Ok(None);
        };
        let service = |class: &crate::design::request::RequestClass| {
            Service::of(&class.service).ok_or_else(|| {
                Error::internal(format!("the service of class `{}` has no variance", class.name))
            })
        };
        Ok(Some(Planner {
            services: sources
                .scenario
                .classes
                .iter()
                .map(service)
                .collect::<Result<_>>()?,
            sources,
            model,
            demand,
        }))
    }

    /// What is said of servers.
    pub fn capacity(&self) -> Option<&'a Capacity> {
        self.sources.scenario.capacity.as_ref()
    }

    /// What is asked of servers.
    pub fn sizing(&self) -> Option<&'a Sizing> {
        self.capacity().and_then(|capacity| capacity.sizing.as_ref())
    }

    /// Servers that are there at a candidate.
    pub fn given(&self, region: usize) -> Option<u32> {
        self.capacity()
            .and_then(|capacity| capacity.servers.get(region).copied().flatten())
    }

    /// Servers of an instance.
    pub fn concurrency(&self) -> u32 {
        self.sizing().map_or(1, |sizing| sizing.concurrency)
    }

    /// Years that are looked at: 0 to the horizon.
    pub fn years(&self) -> std::ops::RangeInclusive<u32> {
        0..=self.demand.horizon_years
    }
}
