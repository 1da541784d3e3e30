//! What may be asked of a search beyond its limits: how long it takes, how sets grow, what a region must be worth, and how
//! much of the load one may carry.

use std::time::Duration;

use super::untried::Looked;
use crate::basis::error::{Error, ErrorKind, Result};
use crate::decide::beyond::{Effort, Grown, grow, hold_against};
use crate::decide::designer::Designer;
use crate::decide::effort::budget;
use crate::decide::enumerate::{Accept, Found, Query};
use crate::decide::objective::Figure;
use crate::engine::latency::placed::Placed;
use crate::engine::progress::Watch;

/// What may be asked of a search beyond its limits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchOptions {
    /// How long finding the sets may take; what is found then depends on the machine.
    pub within: Option<Duration>,
    /// Score all sets of every size, however long that takes.
    pub in_full: bool,
    /// How hard to look at sizes of which not all sets are scored.
    pub effort: Effort,
    /// Tell sets that contain each other, from these regions on; from the best of the smallest size where none are named.
    pub grow_from: Option<Vec<usize>>,
    /// What each region costs by being there, in ms of the objective.
    pub fixed_cost_ms: Option<f64>,
    /// The largest share of all requests that one region may serve.
    pub max_load: Option<f64>,
}

impl SearchOptions {
    /// Seconds of one core that scoring all sets of a size may take.
    pub(super) fn budget(&self) -> f64 {
        budget(self.within, self.in_full)
    }

    /// # Errors
    /// When a fixed cost is to be added to a share.
    pub(super) fn check(&self, objective: Figure) -> Result<()> {
        if self.fixed_cost_ms.is_some() && objective.more_is_better() {
            let message = format!("a fixed cost in ms cannot be added to the {}", objective.words());
            return Err(Error::input(message).hint("rank by a latency, such as --objective p95"));
        }
        Ok(())
    }

    /// The path of sets that was asked for, held against what was found. When the user asks to stop there is none.
    pub(super) fn growth(
        &self,
        designer: &Designer<'_>,
        query: &Query,
        accept: Option<&Accept<'_>>,
        found: &mut Found,
        watch: Watch<'_>,
    ) -> Result<Vec<Grown>> {
        let Some(named) = &self.grow_from else {
            return Ok(Vec::new());
        };
        let smallest = || {
            let first = found.best.values().find_map(|sets| sets.first());
            first.map(|best| best.regions.clone()).unwrap_or_default()
        };
        let have = if named.is_empty() {
            smallest()
        } else {
            named.clone()
        };
        let mut path = match grow(designer, query, accept, &have, watch) {
            Err(error) if error.kind() == ErrorKind::Interrupted => Vec::new(),
            path => path?,
        };
        hold_against(found, query, &mut path);
        Ok(path)
    }
}

/// How much of all requests one region of a set may serve.
pub(super) struct Load<'a> {
    designer: Designer<'a>,
    objective: Figure,
    limit: Option<f64>,
}

impl<'a> Load<'a> {
    pub(super) fn new(designer: Designer<'a>, objective: Figure, limit: Option<f64>) -> Self {
        Load {
            designer,
            objective,
            limit,
        }
    }

    pub(super) fn counts(&self) -> bool {
        self.limit.is_some()
    }

    pub(super) fn accepts(&self, regions: &[usize]) -> bool {
        self.limit.is_none_or(|limit| self.largest(regions) <= limit)
    }

    /// The largest share of all requests that one region serves.
    fn largest(&self, regions: &[usize]) -> f64 {
        let Designer { laws, table, .. } = self.designer;
        let traffic = if self.designer.is_needed() {
            let best = self.designer.best(self.objective, regions, &[]);
            best.map(|(plan, _)| Placed::of(laws, table, plan).traffic(laws))
                .unwrap_or_default()
        } else {
            let assignment = laws.plain_plan(regions).assignment;
            let mut traffic = vec![0.0; laws.regions];
            for (group, law) in laws.groups.iter().enumerate() {
                for (region, share) in assignment.of(group) {
                    traffic[usize::from(*region)] += law.weight * share;
                }
            }
            traffic
        };
        traffic.into_iter().fold(0.0, f64::max)
    }

    /// Why none of `sets` is accepted, where load is the reason; they are the quickest ones.
    pub(super) fn none_accepted(
        &self,
        sets: &[Vec<usize>],
        looked: &Looked,
        name: &dyn Fn(&[usize]) -> String,
    ) -> Option<Error> {
        let limit = self.limit?;
        let over: Vec<(&Vec<usize>, f64)> = sets
            .iter()
            .map(|set| (set, self.largest(set)))
            .filter(|(_, share)| *share > limit)
            .collect();
        let (nearest, share) = over.iter().min_by(|a, b| a.1.total_cmp(&b.1))?;
        let message = format!(
            "{}: of the {} quickest sets {} send more than {:.1} % of all requests to one region; the nearest miss is \
             {:.1} %, of {}",
            looked.none_keeps("the largest load"),
            sets.len(),
            over.len(),
            limit * 100.0,
            share * 100.0,
            name(nearest)
        );
        (over.len() == sets.len()).then(|| {
            Error::new(ErrorKind::Infeasible, message)
                .hint(looked.hint("raise --max-load, or allow larger sets"))
        })
    }
}
