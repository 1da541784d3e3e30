//! What sets may be ranked by besides latency, measure by measure: quick enough for every set of a search.
//!
//! Each is the figure that a report tells of a set, without what stands around it. Downtime is by enumeration of states,
//! the same that a simulation of busy periods is held against.

use super::after::leaders_kept;
use super::deployed::Deployed;
use super::risks::{Scale, causes_of, rests_on_preset};
use super::score::{Score, quantile_of, score, worst_rpo_of};
use super::service::Service;
use super::takeover::takeover;
use super::whole::{ALL_LOSSES, Shared, SingleLoss, rpo_over, rto_over, single_losses};
use crate::basis::error::Result;
use crate::basis::stat::estimate::Estimate;
use crate::decide::designer::Designer;
use crate::decide::objective::{Figure, figure_named};
use crate::design::recovery::{LossPreset, Measure};
use crate::engine::latency::placed::Placed;
use crate::engine::latency::plan::Plan;
use crate::engine::recovery::availability::{Expected, expected};
use crate::engine::recovery::causes::YEAR_MIN;
use crate::engine::recovery::stop::StopCosts;

/// What all sets are measured with.
#[derive(Debug)]
pub struct Measures<'a> {
    shared: &'a Shared<'a>,
    stops: StopCosts<'a>,
}

/// A value that no set has: worse than all others.
const NONE: f64 = f64::INFINITY;

impl<'a> Measures<'a> {
    /// Ready for the sets of `shared`.
    pub fn new(shared: &'a Shared<'a>) -> Self {
        Measures {
            stops: StopCosts::new(&shared.chain, shared.sources.simulation.seed),
            shared,
        }
    }

    /// Expected downtime of a set, minutes a year, under the preset of the scenario. The interval reaches down as far as
    /// losses that meet a recovery may have been counted twice.
    ///
    /// # Errors
    /// When the set has more regions than can be enumerated.
    pub fn downtime(&self, set: &Deployed) -> Result<Estimate> {
        let found = self.expected(set, self.shared.sources.scenario.failures.preset)?;
        let minutes = found.unavailability * YEAR_MIN;
        Ok(Estimate {
            sampling: (minutes - found.overlap * YEAR_MIN, minutes),
            ..Estimate::exact(minutes)
        })
    }

    /// The same under every preset; none where the user's own rates leave nothing to assume.
    ///
    /// # Errors
    /// As [`Measures::downtime`].
    pub fn downtime_by_preset(&self, set: &Deployed) -> Result<Vec<f64>> {
        if !rests_on_preset(&self.shared.sources.scenario.failures, &set.members()) {
            return Ok(Vec::new());
        }
        let of = |preset| Ok(self.expected(set, preset)?.unavailability * YEAR_MIN);
        LossPreset::ALL.into_iter().map(of).collect()
    }

    fn expected(&self, set: &Deployed, preset: LossPreset) -> Result<Expected> {
        let sources = &self.shared.sources;
        let service = Service::new(sources, set);
        let causes = causes_of(
            sources.scenario,
            sources.simulation,
            &set.members(),
            preset,
            Scale::NONE,
        )?;
        Ok(expected(&service, &causes, &self.stops))
    }

    /// The 95th percentile of the RTO over losses of one region, s; 0 where no loss stops anybody, infinite where repair has
    /// no end.
    ///
    /// # Errors
    /// When the record of failures was not read.
    pub fn rto_p95(&self, set: &Deployed) -> Result<Estimate> {
        let losses = single_losses(self.shared, set, &Service::new(&self.shared.sources, set))?;
        let found = rto_over(self.shared, &losses, ALL_LOSSES);
        let stops = losses.iter().any(SingleLoss::stops_anybody);
        Ok(
            found.map_or(Estimate::exact(if stops { NONE } else { 0.0 }), |(rto, _)| {
                rto.p95
            }),
        )
    }

    /// The 95th percentile of the RPO of the worst store, s; infinite where nothing survives.
    ///
    /// # Errors
    /// As [`Measures::rto_p95`].
    pub fn rpo_p95(&self, set: &Deployed) -> Result<Estimate> {
        let losses = single_losses(self.shared, set, &Service::new(&self.shared.sources, set))?;
        Ok(worst_rpo_of(&rpo_over(self.shared, &losses), 0.95))
    }

    /// The design after the loss of one region that is worst for `figure`, with its value; none where after some loss there
    /// is no design, because nobody is left to serve or a store cannot go on.
    ///
    /// # Errors
    /// When links cannot be taken away.
    pub fn after_worst_loss(&self, set: &Deployed, figure: Figure) -> Result<Option<(Plan, Estimate)>> {
        let sources = &self.shared.sources;
        let (laws, table) = (sources.designer.laws, sources.designer.table);
        let service = Service::new(sources, set);
        let mut worst: Option<(Plan, Estimate)> = None;
        for lost in set.in_use() {
            let Some(plan) = self.plan_without(set, &service, lost)? else {
                return Ok(None);
            };
            let placed = Placed::of(laws, table, plan);
            let value = figure.of(laws, table, &placed);
            let worse = |(_, before): &(Plan, Estimate)| figure.cost(value.value) > figure.cost(before.value);
            if worst.as_ref().is_none_or(worse) {
                worst = Some((placed.plan, value));
            }
        }
        Ok(worst)
    }

    /// The design in force once a region is lost.
    fn plan_without(&self, set: &Deployed, service: &Service<'_>, region: usize) -> Result<Option<Plan>> {
        let sources = &self.shared.sources;
        let (simulation, scenario) = (sources.simulation, sources.scenario);
        let lost = service.regions_of(service.mask(&[region]));
        let takeover = takeover(sources, set, &lost);
        let able = !service.calls_lost(&lost)
            && takeover.alive.iter().all(|alive| *alive)
            && !takeover.serving.is_empty();
        if !able {
            return Ok(None);
        }
        let (links, _) = simulation.links_without(scenario, &[], &[region])?;
        let backend = simulation.backend_of(scenario, &takeover.stores, &links);
        let designer = Designer {
            backend: Some(&backend),
            ..sources.designer
        };
        let chosen = leaders_kept(sources, set, &takeover, &lost);
        let best = designer.best(self.shared.criteria.objective, &takeover.serving, &chosen);
        Ok(best.map(|(plan, _)| plan))
    }

    /// The score of a set, as reports tell it; `cost` is what it costs a month, where that is complete.
    ///
    /// # Errors
    /// As for its parts.
    pub fn score(&self, set: &Deployed, cost: &dyn Fn() -> Option<f64>) -> Result<Score> {
        let sources = &self.shared.sources;
        let (laws, table) = (sources.designer.laws, sources.designer.table);
        let scenario = sources.scenario;
        let figure = |objective| figure_named(objective, scenario.worst_country_min_share);
        let none = Estimate::exact(NONE);
        let service = Service::new(sources, set);
        let asks = |of: fn(&Measure) -> bool| scenario.score.iter().any(|utility| of(&utility.of));
        let losses = if asks(|of| matches!(of, Measure::Rto(_) | Measure::Rpo(_))) {
            single_losses(self.shared, set, &service)?
        } else {
            Vec::new()
        };
        let placed =
            asks(|of| matches!(of, Measure::Latency(_))).then(|| Placed::of(laws, table, set.plan.clone()));
        let value = |of: Measure| {
            Ok(match of {
                Measure::Latency(objective) => placed
                    .as_ref()
                    .map_or(none, |placed| figure(objective).of(laws, table, placed)),
                Measure::LatencyAfterLoss(objective) => self
                    .after_worst_loss(set, figure(objective))?
                    .map_or(none, |(_, value)| value),
                Measure::Availability => {
                    let found = self.expected(set, scenario.failures.preset)?;
                    Estimate::exact(1.0 - found.unavailability)
                }
                Measure::Rto(p) => {
                    rto_over(self.shared, &losses, ALL_LOSSES).map_or(none, |(rto, _)| quantile_of(&rto, p))
                }
                Measure::Rpo(p) => worst_rpo_of(&rpo_over(self.shared, &losses), p),
                Measure::Cost => Estimate::exact(cost().unwrap_or(NONE)),
            })
        };
        let values = scenario.score.iter().map(|utility| value(utility.of));
        Ok(score(&scenario.score, &values.collect::<Result<Vec<_>>>()?))
    }
}
