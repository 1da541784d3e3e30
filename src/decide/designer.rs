//! From a set of regions to a design: who leads which store, and what follows.

use super::objective::Figure;
use crate::engine::backend::{Backend, Lead};
use crate::engine::latency::law::Laws;
use crate::engine::latency::placed::Placed;
use crate::engine::latency::plan::Plan;
use crate::engine::latency::table::LatencyTable;
use crate::engine::queue::Queue;

/// What designs are made and scored from.
#[derive(Clone, Copy, Debug)]
pub struct Designer<'a> {
    /// What is drawn.
    pub laws: &'a Laws,
    /// What was drawn.
    pub table: &'a LatencyTable,
    /// What stands behind the regions; none where nothing does.
    pub backend: Option<&'a Backend<'a>>,
}

impl Designer<'_> {
    /// Whether a set is more than its nearest regions.
    pub fn is_needed(&self) -> bool {
        !self.laws.classes.is_empty()
            || self.laws.router.is_some()
            || self.backend.is_some_and(Backend::adds_anything)
    }

    /// Every way to lead a set; none when it cannot hold its stores, when users' own requests would have to go to a
    /// leader they may not go to, or when a region cannot keep up with its load. `chosen` fixes leaders, store by store.
    pub fn leads(&self, regions: &[usize], chosen: &[Option<usize>]) -> Vec<Lead> {
        let mut leads = self.leads_unqueued(regions, chosen);
        if let Some(backend) = self.backend.filter(|backend| backend.has_queues()) {
            let assignment = self.laws.plain_plan(regions).assignment;
            leads.retain_mut(|lead| backend.queue_up(self.laws, &assignment, lead));
        }
        leads
    }

    /// The same as though servers were always enough.
    fn leads_unqueued(&self, regions: &[usize], chosen: &[Option<usize>]) -> Vec<Lead> {
        match self.backend {
            Some(backend) => {
                let mut leads = backend.leads(regions, chosen);
                leads.retain(|lead| self.may_be_sent(lead));
                leads
            }
            None => vec![Lead {
                leaders: Vec::new(),
                added: Vec::new(),
                sent: Vec::new(),
            }],
        }
    }

    /// A region of the set that cannot keep up with its load, whoever leads, with its queue.
    pub fn overloaded(&self, regions: &[usize], chosen: &[Option<usize>]) -> Option<(usize, Queue)> {
        let backend = self.backend?;
        let assignment = self.laws.plain_plan(regions).assignment;
        let mut found = None;
        for lead in backend.leads(regions, chosen) {
            let queues = backend.queues(self.laws, &assignment, &lead.sent);
            let queues = queues.into_iter().enumerate();
            let mut busy = queues.filter_map(|(region, queue)| Some((region, queue?)));
            found = Some(busy.find(|(_, queue)| queue.wait.is_none())?);
        }
        found
    }

    /// Whether all users may go where the leaders send their requests.
    fn may_be_sent(&self, lead: &Lead) -> bool {
        let Some(router) = &self.laws.router else {
            return true;
        };
        let mut sent = lead.sent.iter().flatten();
        sent.all(|region| (0..self.laws.groups.len()).all(|group| router.may_go(group, *region)))
    }

    /// The design of a set under one way to lead it.
    pub fn plan(&self, regions: &[usize], lead: Lead) -> Plan {
        Plan {
            leaders: lead.leaders,
            added: lead.added,
            sent: lead.sent,
            ..self.laws.plain_plan(regions)
        }
    }

    /// The design of a set with the leaders that serve `figure` best, the first of equals, and its value.
    pub fn best(&self, figure: Figure, regions: &[usize], chosen: &[Option<usize>]) -> Option<(Plan, f64)> {
        self.best_of(figure, regions, self.leads(regions, chosen))
    }

    /// The same as though servers were always enough: nobody waits.
    pub fn best_unqueued(
        &self,
        figure: Figure,
        regions: &[usize],
        chosen: &[Option<usize>],
    ) -> Option<(Plan, f64)> {
        self.best_of(figure, regions, self.leads_unqueued(regions, chosen))
    }

    fn best_of(&self, figure: Figure, regions: &[usize], leads: Vec<Lead>) -> Option<(Plan, f64)> {
        let mut best: Option<(Plan, f64)> = None;
        for lead in leads {
            let placed = Placed::of(self.laws, self.table, self.plan(regions, lead));
            let value = figure.of(self.laws, self.table, &placed).value;
            let better = |(_, least): &(Plan, f64)| figure.cost(value) < figure.cost(*least);
            if best.as_ref().is_none_or(better) {
                best = Some((placed.plan, value));
            }
        }
        best
    }
}
