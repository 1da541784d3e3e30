//! Which sites to open for weighted users, where there are too many sets of sites to try them all.
//!
//! Nothing here knows of geography or latency: a cost for each user and site is all that is asked. A search starts
//! with greedy sets improved by interchange, proves how far from the best they can be by Lagrangian relaxation, and
//! closes what is left by branch and bound. Its effort is counted in steps, not seconds, so the same question has the
//! same answer on any machine and any number of threads.
//!
//! ```
//! use isochrone::decide::facility::matrix::Costs;
//! use isochrone::decide::facility::problem::{Goal, Problem};
//! use isochrone::decide::facility::search::{Effort, Status, solve};
//! use std::ops::ControlFlow;
//!
//! // Five users on a line, who may be served at any of their own places: the middles of 0, 1, 2 and of 10, 11.
//! let at = [0.0_f64, 1.0, 2.0, 10.0, 11.0];
//! let costs = Costs::from_fn(5, 5, |user, site| (at[user] - at[site]).abs())?;
//! let two = Problem::new(Goal::Median).choose(2);
//! let found = solve(&costs, &two, &Effort::default(), &mut |_| ControlFlow::Continue(()))?;
//! assert_eq!((found.sites, found.value, found.status), (vec![1, 3], 3.0, Status::Optimal));
//! # Ok::<(), isochrone::basis::error::Error>(())
//! ```

pub mod matrix;

pub mod graph;

pub mod problem;

mod limits;

mod sums;

mod interchange;

mod relieve;

mod start;

mod bound;

mod room;

mod branch;

mod kernel;

mod center;

pub mod search;

pub mod relax;

pub mod grow;

pub mod ties;

#[cfg(test)]
mod tests;
