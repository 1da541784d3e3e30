//! A question without geography: which sites to open for users whose costs the user brings.
//!
//! Users go to the cheapest open site that they may go to, of equals the first. What a cost is, a time, a distance or
//! money, is the user's business: the unit is told and never looked at.

use std::collections::BTreeSet;

use super::InputFile;
use crate::basis::error::{Error, Problem, Result, near_names};

/// What is to be as good as possible.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SiteGoal {
    /// The sum of weight times cost, as small as can be.
    Median,
    /// The largest cost of any user with a weight, as small as can be.
    Center,
    /// The weight of users whose cost is at most this, as large as can be.
    Cover(f64),
    /// The sum of weight times cost and of what opening costs, as small as can be.
    Fixed,
}

/// Where costs come from.
#[derive(Clone, Debug, PartialEq)]
pub enum SiteCosts {
    /// A table, `cost[user · sites + site]`; infinite where the user may not go.
    Table(Vec<f64>),
    /// Shortest ways along edges that can be gone both ways: every vertex is a user and a site. Of edges between the same
    /// two vertices the last one counts.
    Ways(Vec<(usize, usize, f64)>),
}

/// A checked question of sites.
#[derive(Clone, Debug)]
pub struct SiteQuestion {
    /// Title for reports.
    pub name: String,
    /// What it is about, possibly empty.
    pub description: String,
    /// The unit of costs, in the user's words.
    pub unit: String,
    /// Users, in file order.
    pub users: Vec<String>,
    /// Sites, in file order.
    pub sites: Vec<String>,
    /// What serving costs.
    pub costs: SiteCosts,
    /// Pairs without a cost, which are not allowed.
    pub missing: usize,
    /// Edges that stood more than once.
    pub repeated_edges: usize,
    /// A weight for each user.
    pub weights: Vec<f64>,
    /// Whether the user gave weights; else each is 1.
    pub weights_given: bool,
    /// What is wanted.
    pub goal: SiteGoal,
    /// How many sites, ascending. Empty for any number, which only [`SiteGoal::Fixed`] knows; with that goal a number is
    /// the most that may be opened.
    pub open: Vec<usize>,
    /// What opening each site costs, in the unit of cost times weight.
    pub opening: Vec<f64>,
    /// The weight each site can take; infinite where there is no limit.
    pub capacity: Vec<f64>,
    /// Sites that must be open, ascending.
    pub must: Vec<usize>,
    /// Sites that must not be open, ascending.
    pub never: Vec<usize>,
    /// Sites that are there already, ascending; sites are then added one at a time.
    pub have: Vec<usize>,
    /// No user is served at a larger cost.
    pub max_cost: Option<f64>,
    /// Whether the user says that costs are the same both ways.
    pub symmetric: bool,
    /// Seed of the randomised starts.
    pub seed: u64,
    /// Steps for each number of sites.
    pub steps: u64,
    /// Whether the user set them.
    pub steps_given: bool,
    /// Everything that was read.
    pub inputs: Vec<InputFile>,
    /// Flags and `--set` overrides in force, as written.
    pub overrides: Vec<String>,
    /// What may not have been meant.
    pub warnings: Vec<Problem>,
}

impl SiteQuestion {
    /// Sites by name, each once, ascending; `what` says who names them.
    ///
    /// # Errors
    /// When a name is unknown.
    pub fn named(&self, names: &[String], what: &str) -> Result<Vec<usize>> {
        let mut found = BTreeSet::new();
        for name in names {
            let Some(site) = self.sites.iter().position(|site| site == name) else {
                let error = Error::input(format!("{what}: site `{name}` is unknown"));
                return Err(error.hint(suggestion(name, &self.sites)));
            };
            found.insert(site);
        }
        Ok(found.into_iter().collect())
    }

    /// Opens sites in every set, by name, as `--require` does.
    ///
    /// # Errors
    /// When a name is unknown, or the site is excluded.
    pub fn require(&mut self, names: &[String]) -> Result<()> {
        let sites = self.named(names, "--require")?;
        self.must = union(&self.must, &sites);
        if !names.is_empty() {
            self.overrides.push(format!("--require {}", names.join(",")));
        }
        self.refuse_both()
    }

    /// Closes sites in every set, by name, as `--exclude` does.
    ///
    /// # Errors
    /// When a name is unknown, or the site is required.
    pub fn exclude(&mut self, names: &[String]) -> Result<()> {
        let sites = self.named(names, "--exclude")?;
        self.never = union(&self.never, &sites);
        if !names.is_empty() {
            self.overrides.push(format!("--exclude {}", names.join(",")));
        }
        self.refuse_both()
    }

    fn refuse_both(&self) -> Result<()> {
        let both = |list: &[usize], what: &str| {
            let site = list.iter().find(|site| self.never.contains(site))?;
            let name = &self.sites[*site];
            Some(Error::input(format!(
                "site `{name}` {what} and must not be open at once"
            )))
        };
        let wrong = both(&self.must, "must be open").or_else(|| both(&self.have, "is there (`have`)"));
        wrong.map_or(Ok(()), Err)
    }
}

/// The name that may have been meant, or the first few there are.
pub(super) fn suggestion(wanted: &str, names: &[String]) -> String {
    /// Names that are listed before the others are counted.
    const LISTED: usize = 5;
    if let Some(near) = near_names(wanted, names.iter().map(String::as_str), 1).first() {
        return format!("did you mean `{near}`?");
    }
    let first: Vec<String> = names
        .iter()
        .take(LISTED)
        .map(|name| format!("`{name}`"))
        .collect();
    match names.len().saturating_sub(LISTED) {
        0 => format!("known here: {}", first.join(", ")),
        more => format!("known here: {} and {more} more", first.join(", ")),
    }
}

fn union(a: &[usize], b: &[usize]) -> Vec<usize> {
    let all: BTreeSet<usize> = a.iter().chain(b).copied().collect();
    all.into_iter().collect()
}
