//! What a search may spend: sets over the budget are turned away, and the cheap and quick ones of all are looked at too.

use super::planning::SweptSets;
use super::untried::Looked;
use crate::basis::error::{Error, ErrorKind, Result};
use crate::decide::capacity::planner::Planner;
use crate::decide::capacity::sweep::{AllSets, Purse, all_sets};
use crate::decide::designer::Designer;
use crate::decide::enumerate::Query;
use crate::engine::latency::placed::Placed;
use crate::engine::progress::Watch;

/// Sets of the front of latency and cost that are judged beside the best.
const OF_FRONT: usize = 8;

/// What sets cost, and what they may.
#[derive(Debug)]
pub(super) struct Wallet<'a> {
    purse: Option<Purse<'a>>,
    budget: Option<f64>,
}

impl<'a> Wallet<'a> {
    pub(super) fn new(planner: Option<&'a Planner<'a>>, query: &Query) -> Self {
        Wallet {
            purse: planner.and_then(|planner| Purse::new(planner, query.objective)),
            budget: planner.and_then(|planner| planner.sources.scenario.targets.budget),
        }
    }

    /// Whether it turns any set away.
    pub(super) fn counts(&self) -> bool {
        self.purse.is_some() && self.budget.is_some()
    }

    /// Whether a set is within the budget, as far as is known.
    pub(super) fn affords(&self, regions: &[usize]) -> bool {
        match (&self.purse, self.budget) {
            (Some(purse), Some(budget)) => purse.affords(regions, budget),
            _ => true,
        }
    }

    /// Sizes and bills every set where that is quick.
    ///
    /// # Errors
    /// When it goes wrong for another reason than that the user asks to stop.
    pub(super) fn all(&self, query: &Query, watch: Watch<'_>) -> Result<Option<AllSets>> {
        let Some(purse) = &self.purse else { return Ok(None) };
        match all_sets(purse, &query.sizes, &query.must_have, watch) {
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(None),
            found => found,
        }
    }

    /// Why no set is left, where money is the reason: the budget, and the cheapest of `sets`.
    pub(super) fn too_dear(
        &self,
        sets: &[Vec<usize>],
        looked: &Looked,
        name: impl Fn(&[usize]) -> String,
    ) -> Option<Error> {
        let (purse, budget) = (self.purse.as_ref()?, self.budget?);
        let costs = sets.iter().filter_map(|set| Some((set, purse.cost(set)?)));
        let (set, cost) = costs.min_by(|a, b| a.1.total.total_cmp(&b.1.total))?;
        (cost.total > budget).then(|| {
            let least = if cost.complete { "" } else { "at least " };
            let message = format!(
                "{}: the cheapest of the best, {}, costs {least}{:.0}",
                looked.none_keeps(&format!("the budget of {budget} a month")),
                name(set),
                cost.total
            );
            Error::new(ErrorKind::Infeasible, message)
                .hint(looked.hint("raise targets.budget, or allow smaller sets"))
        })
    }
}

/// Sets of the front over all sets that keep the limits of the search, evenly from the cheapest to the quickest, and how
/// many were looked at.
pub(super) fn of_front(
    all: &AllSets,
    designer: &Designer<'_>,
    query: &Query,
    accepts: impl Fn(&[usize]) -> bool,
) -> (Vec<Vec<usize>>, SweptSets) {
    let kept: Vec<&Vec<usize>> = all
        .front
        .iter()
        .filter(|set| accepts(set) && keeps_limits(designer, query, set))
        .collect();
    let last = kept.len().saturating_sub(1);
    let mut places: Vec<usize> = (0..OF_FRONT.min(kept.len()))
        .map(|at| at * last / (OF_FRONT.min(kept.len()) - 1).max(1))
        .collect();
    places.dedup();
    let swept = SweptSets {
        sized: all.sized,
        priced: all.priced,
    };
    (places.into_iter().map(|at| kept[at].clone()).collect(), swept)
}

/// Whether a set keeps the limits on figures of latency.
fn keeps_limits(designer: &Designer<'_>, query: &Query, set: &[usize]) -> bool {
    if query.limits.is_empty() {
        return true;
    }
    let Some((plan, _)) = designer.best(query.objective, set, &[]) else {
        return false;
    };
    let placed = Placed::of(designer.laws, designer.table, plan);
    query.limits.iter().all(|(figure, limit)| {
        let value = figure.of(designer.laws, designer.table, &placed).value;
        figure.cost(value) <= figure.cost(*limit)
    })
}
