//! A question of sites as the search takes it.

use super::goal_of;
use crate::basis::error::Result;
use crate::decide::facility::graph::shortest_ways;
use crate::decide::facility::matrix::Costs;
use crate::decide::facility::problem::Problem;
use crate::design::scenario::{SiteCosts, SiteGoal, SiteQuestion};

/// The costs of `question`: ways worked out, pairs beyond its limit not allowed, weights and what sites cost and take.
///
/// # Errors
/// When they are too large to be summed up.
pub fn costs(question: &SiteQuestion) -> Result<Costs> {
    unlimited(question, question.max_cost)?.with_capacities(question.capacity.clone())
}

/// The costs without capacities, and with another limit on costs.
pub(super) fn unlimited(question: &SiteQuestion, max_cost: Option<f64>) -> Result<Costs> {
    let (users, sites) = (question.users.len(), question.sites.len());
    let mut table = match &question.costs {
        SiteCosts::Table(table) => table.clone(),
        SiteCosts::Ways(edges) => {
            let ways = shortest_ways(sites, edges)?;
            (0..users).flat_map(|user| ways.row(user).to_vec()).collect()
        }
    };
    if let Some(limit) = max_cost {
        for cost in table.iter_mut().filter(|cost| **cost > limit) {
            *cost = f64::INFINITY;
        }
    }
    Costs::from_open_table(users, sites, table)?
        .weighted(question.weights.clone())?
        .with_open_costs(question.opening.clone())
}

/// What is wanted of so many sites; `None` for any number.
pub fn problem(question: &SiteQuestion, sites: Option<usize>) -> Problem {
    Problem {
        choose: sites,
        must: question.must.clone(),
        never: question.never.clone(),
        // A limit on costs is a promise to everybody; costs alone merely leave a user uncovered.
        everybody: question.max_cost.is_some() && matches!(question.goal, SiteGoal::Cover(_)),
        ..Problem::new(goal_of(question.goal))
    }
}
