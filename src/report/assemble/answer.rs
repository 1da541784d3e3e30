//! The answer to a planner's question about one region, set by set.

use super::Assembler;
use super::capacity::month_written;
use crate::decide::capacity::fleet::Need;
use crate::decide::capacity::whole::CapacityFacts;
use crate::decide::run::NamedSet;
use crate::design::capacity::CapacityQuestion;
use crate::design::demand::Month;
use crate::engine::cost::{Usage, bill};
use crate::report::model::CapacityAnswer;

impl Assembler<'_> {
    /// What was asked of one region; nothing where nothing was.
    pub(super) fn answers(&self) -> Vec<CapacityAnswer> {
        let Some(asked) = &self.scenario.capacity_question else {
            return Vec::new();
        };
        let sets = self.outcome.sets.iter();
        sets.filter_map(|set| Some(self.answer(set, set.capacity.as_ref()?, asked)))
            .collect()
    }

    fn answer(&self, set: &NamedSet, facts: &CapacityFacts, asked: &CapacityQuestion) -> CapacityAnswer {
        let state = facts.states.iter().find(|state| state.state.lost == asked.lost);
        let rush = state.and_then(|state| state.rushes.iter().find(|rush| rush.region == asked.region));
        let found = rush.and_then(|rush| rush.needs.iter().find(|(year, _, _)| *year == asked.year));
        let fleet = facts.fleets.iter().position(|fleet| fleet.region == asked.region);
        let year = facts.years.iter().find(|year| year.year == asked.year);
        let need = found.and_then(|(year, peak, need)| Some(self.need(*year, *peak, need.as_ref()?)));
        let instances = found.and_then(|(_, _, need)| need.and_then(Need::instances));
        CapacityAnswer {
            set: set.name.clone(),
            region: self.region(asked.region),
            state: self.lost_in_words(&asked.lost),
            year: asked.year,
            month: self.month_of(asked.year),
            peak_rps: found.map(|(_, peak, _)| *peak),
            need,
            instances_cost: instances.and_then(|instances| self.instances_cost(asked.region, instances)),
            fleet: year
                .zip(fleet)
                .and_then(|(year, at)| year.instances.get(at).copied().flatten()),
            region_cost: year
                .zip(fleet)
                .and_then(|(year, at)| year.cost_by_region.get(at).copied()),
            cost_complete: facts
                .bill
                .as_ref()
                .map(|bill| bill.missing().all(|line| line.region != Some(asked.region))),
        }
    }

    /// The first month of a year: `2028-12`.
    pub(super) fn month_of(&self, year: u32) -> String {
        let start = self.simulation.demand.as_ref().map(|(demand, _)| demand.start);
        start.map_or_else(String::new, |start| {
            month_written(Month {
                year: start.year + year as i16,
                month: start.month,
            })
        })
    }

    /// What so many instances cost a month; none where that is not known, or was not asked.
    fn instances_cost(&self, region: usize, instances: u32) -> Option<f64> {
        let plan = self.scenario.cost.as_ref()?;
        let usage = Usage {
            instances: vec![(region, f64::from(instances), f64::from(instances))],
            ..Usage::default()
        };
        let bill = bill(plan, &self.scenario.candidates, &self.scenario.stores, &usage);
        bill.is_complete().then(|| bill.total(plan))
    }
}
