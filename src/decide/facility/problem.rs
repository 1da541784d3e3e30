//! What is wanted of the sites.

use super::matrix::Costs;
use crate::basis::error::{Error, Problem as Wrong, Result};

/// What is to be as small as possible. Users go to the cheapest open site; those of weight 0 do not count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// The sum of weight times cost, with exactly so many sites.
    Median,
    /// The largest cost of any user, whatever its weight, with exactly so many sites.
    Center,
    /// The weight of the users whose cost is above `within`, with exactly so many sites.
    Cover {
        /// The largest cost at which a user counts as covered.
        within: f64,
    },
    /// The sum of weight times cost and of what opening costs, with any number of sites from one to so many.
    Fixed,
}

/// A goal, how many sites, and which must or must not be among them.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// What is to be small.
    pub goal: Goal,
    /// How many sites; for [`Goal::Fixed`] at most so many. `None` is any number, which only [`Goal::Fixed`] knows.
    pub choose: Option<usize>,
    /// Sites that must be open.
    pub must: Vec<usize>,
    /// Sites that must not be open.
    pub never: Vec<usize>,
    /// With [`Goal::Cover`]: every user must have an open site that it may go to, covered or not. All other goals ask
    /// for that anyway.
    pub everybody: bool,
}

impl Problem {
    /// The goal, without a number of sites and without conditions.
    pub fn new(goal: Goal) -> Self {
        Problem {
            goal,
            choose: None,
            must: Vec::new(),
            never: Vec::new(),
            everybody: false,
        }
    }

    /// The same with `sites` sites (for [`Goal::Fixed`], at most).
    pub fn choose(mut self, sites: usize) -> Self {
        self.choose = Some(sites);
        self
    }

    /// The same with these sites open.
    pub fn must(mut self, sites: &[usize]) -> Self {
        self.must = sites.to_vec();
        self
    }

    /// The same with these sites closed.
    pub fn never(mut self, sites: &[usize]) -> Self {
        self.never = sites.to_vec();
        self
    }

    /// The same where a user who is not covered must have an open site to go to.
    pub fn for_everybody(mut self) -> Self {
        self.everybody = true;
        self
    }

    /// Whether a user without a site makes a set impossible.
    pub(super) fn serves_all(&self) -> bool {
        self.everybody || !matches!(self.goal, Goal::Cover { .. })
    }

    /// The value of the set `open`, computed from the definition; infinite when a site gets more than it can take, or
    /// a user is left without a site that it may go to (with [`Goal::Cover`] it is merely not covered, unless
    /// everybody is to be served).
    pub fn value(&self, costs: &Costs, open: &[usize]) -> f64 {
        let users = (0..costs.users()).filter(|&user| costs.weight(user) > 0.0);
        let lost = |user: usize| self.everybody && costs.least(user, open).is_infinite();
        if !costs.within_capacity(open) || users.clone().any(lost) {
            return f64::INFINITY;
        }
        let sum = |opening: f64| -> f64 {
            let serving: f64 = users
                .clone()
                .map(|user| costs.weight(user) * costs.least(user, open))
                .sum();
            opening + serving
        };
        match self.goal {
            Goal::Median => sum(0.0),
            Goal::Fixed => sum(open.iter().map(|&site| costs.open_cost(site)).sum()),
            Goal::Center => users
                .clone()
                .fold(0.0, |worst, user| costs.least(user, open).max(worst)),
            // Folded from 0, since a sum of nothing is -0.
            Goal::Cover { within } => users
                .clone()
                .filter(|&user| costs.least(user, open) > within)
                .fold(0.0, |sum, user| sum + costs.weight(user)),
        }
    }

    /// Whether the question makes sense for `costs`; that it has an answer is another matter.
    ///
    /// # Errors
    /// When a site is named that is not there, no number of sites is given where one is needed, it is 0 or more than
    /// there are, or a time is NaN.
    pub fn check(&self, costs: &Costs) -> Result<()> {
        let mut problems = Vec::new();
        for (list, sites) in [("must be open", &self.must), ("must not be open", &self.never)] {
            for site in sites.iter().filter(|site| **site >= costs.sites()) {
                problems.push(
                    Wrong::error(format!("site {site} {list}, but is not there"))
                        .hint(format!("sites are 0 to {}", costs.sites() - 1)),
                );
            }
        }
        match self.choose {
            None if self.goal != Goal::Fixed => problems.push(
                Wrong::error("no number of sites is given")
                    .hint("only costs of opening can decide the number"),
            ),
            Some(number) if number == 0 || number > costs.sites() => problems.push(
                Wrong::error(format!("{number} sites are wanted"))
                    .hint(format!("it should be 1 to {}", costs.sites())),
            ),
            _ => {}
        }
        if matches!(self.goal, Goal::Cover { within } if within.is_nan()) {
            problems.push(Wrong::error("cover within NaN").hint("it should be a cost"));
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Error::problems_in_input(problems))
        }
    }

    /// Why the conditions on sites contradict each other, if they do.
    pub(super) fn contradiction(&self, costs: &Costs) -> Option<String> {
        if let Some(site) = self.must.iter().find(|site| self.never.contains(site)) {
            return Some(format!("site {site} must be open and must not be"));
        }
        let (must, never) = (distinct(&self.must), distinct(&self.never));
        let left = costs.sites() - never.len();
        let exactly = self.goal != Goal::Fixed;
        match self.choose {
            _ if left == 0 => Some("no site may be open".to_owned()),
            Some(number) if must.len() > number => Some(format!(
                "{} sites must be open, but only {number} are chosen",
                must.len()
            )),
            Some(number) if exactly && number > left => {
                Some(format!("{number} sites are chosen, but only {left} may be open"))
            }
            _ => None,
        }
    }
}

fn distinct(sites: &[usize]) -> std::collections::BTreeSet<usize> {
    sites.iter().copied().collect()
}
