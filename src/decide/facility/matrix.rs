//! What it costs to serve each user from each site.

use crate::basis::error::{Error, Problem, Result};

/// Problems told of one kind before the rest are counted only.
const TOLD: usize = 20;

/// Costs of serving users from sites, checked: nothing in it is NaN, and every user has a site unless
/// [`Costs::from_open_table`] let it have none.
#[derive(Clone, Debug, PartialEq)]
pub struct Costs {
    users: usize,
    sites: usize,
    cost: Vec<f64>,
    weight: Vec<f64>,
    open_cost: Vec<f64>,
    /// The weight that each site can take; infinite for any. `None` where no site has a limit.
    capacity: Option<Vec<f64>>,
}

impl Costs {
    /// Costs from a dense table, `cost[user · sites + site]`, in any one unit; `+inf` where a user may not go. Every
    /// user has weight 1, and opening a site costs nothing.
    ///
    /// # Errors
    /// When there are no users or no sites, the table has another length, a cost is negative or NaN, or a user may
    /// go to no site.
    pub fn from_table(users: usize, sites: usize, cost: Vec<f64>) -> Result<Self> {
        Costs::checked(users, sites, cost, false)
    }

    /// As [`Costs::from_table`], where users may be left without any site: no set serves those.
    ///
    /// # Errors
    /// As [`Costs::from_table`], but for users who may go to no site.
    pub fn from_open_table(users: usize, sites: usize, cost: Vec<f64>) -> Result<Self> {
        Costs::checked(users, sites, cost, true)
    }

    fn checked(users: usize, sites: usize, cost: Vec<f64>, unserved: bool) -> Result<Self> {
        if users == 0 || sites == 0 || cost.len() != users * sites {
            return Err(Error::input(format!(
                "a table of {} costs does not fit {users} users and {sites} sites",
                cost.len()
            ))
            .hint("there should be a cost for each user and site, and at least one of both"));
        }
        let mut problems = Vec::new();
        for (user, row) in cost.chunks_exact(sites).enumerate() {
            let wrong = row.iter().position(|cost| cost.is_nan() || *cost < 0.0);
            if let Some(site) = wrong {
                problems.push(
                    Problem::error(format!("user {user}, site {site}: cost {}", row[site]))
                        .hint("a cost is at least 0, and infinite where the user may not go"),
                );
            } else if !unserved && row.iter().all(|cost| cost.is_infinite()) {
                problems.push(
                    Problem::error(format!("user {user}: may go to no site"))
                        .hint("at least one site should have a finite cost"),
                );
            }
        }
        refuse(problems)?;
        Ok(Costs {
            users,
            sites,
            cost,
            weight: vec![1.0; users],
            open_cost: vec![0.0; sites],
            capacity: None,
        })
    }

    /// Costs from a function of user and site; see [`Costs::from_table`].
    ///
    /// # Errors
    /// As [`Costs::from_table`].
    pub fn from_fn(users: usize, sites: usize, mut cost: impl FnMut(usize, usize) -> f64) -> Result<Self> {
        let table = (0..users * sites)
            .map(|at| cost(at / sites, at % sites))
            .collect();
        Costs::from_table(users, sites, table)
    }

    /// The same costs with a weight for each user, such as its share of requests. Users of weight 0 do not count.
    ///
    /// # Errors
    /// When there is not one weight a user, or one is negative or not finite.
    pub fn weighted(mut self, weight: Vec<f64>) -> Result<Self> {
        check("user", "weight", &weight, self.users)?;
        self.weight = weight;
        Ok(self)
    }

    /// The same costs with what it costs to open each site, in the unit of cost times weight.
    ///
    /// # Errors
    /// When there is not one cost a site, or one is negative or not finite.
    pub fn with_open_costs(mut self, open_cost: Vec<f64>) -> Result<Self> {
        check("site", "cost of opening", &open_cost, self.sites)?;
        self.open_cost = open_cost;
        Ok(self)
    }

    /// The same costs with the weight that each site can take; infinite where there is no limit.
    ///
    /// Users go to the cheapest open site, the first of equals, whether or not there is room: a set whose site gets more
    /// than it can take is none. Sums of weights are held against it to within a share of 10⁻⁹.
    ///
    /// # Errors
    /// When there is not one capacity a site, or one is negative or NaN.
    pub fn with_capacities(mut self, capacity: Vec<f64>) -> Result<Self> {
        let finite: Vec<f64> = capacity
            .iter()
            .map(|limit| if *limit == f64::INFINITY { 0.0 } else { *limit })
            .collect();
        check("site", "capacity", &finite, self.sites)?;
        self.capacity = capacity.iter().any(|limit| limit.is_finite()).then_some(capacity);
        Ok(self)
    }

    /// The same costs without capacities.
    pub fn without_capacities(mut self) -> Self {
        self.capacity = None;
        self
    }

    /// How many users there are.
    pub fn users(&self) -> usize {
        self.users
    }

    /// How many sites there are.
    pub fn sites(&self) -> usize {
        self.sites
    }

    /// The cost of serving a unit of `user` from `site`; infinite when it may not be.
    pub fn cost(&self, user: usize, site: usize) -> f64 {
        self.cost[user * self.sites + site]
    }

    /// The costs of `user`, by site.
    pub fn row(&self, user: usize) -> &[f64] {
        &self.cost[user * self.sites..][..self.sites]
    }

    /// The weight of `user`.
    pub fn weight(&self, user: usize) -> f64 {
        self.weight[user]
    }

    /// What opening `site` costs.
    pub fn open_cost(&self, site: usize) -> f64 {
        self.open_cost[site]
    }

    /// The weight that `site` can take; infinite where there is no limit.
    pub fn capacity(&self, site: usize) -> f64 {
        self.capacity
            .as_ref()
            .map_or(f64::INFINITY, |capacity| capacity[site])
    }

    /// Whether any site has a capacity.
    pub fn limited(&self) -> bool {
        self.capacity.is_some()
    }

    /// Where `user` goes: the place in `open` of the cheapest site, of equals that with the smallest number; `None` when
    /// it may go to none of them.
    pub fn nearest(&self, user: usize, open: &[usize]) -> Option<usize> {
        let row = self.row(user);
        let mut best: Option<(usize, f64, usize)> = None;
        for (place, &site) in open
            .iter()
            .enumerate()
            .filter(|(_, site)| row[**site].is_finite())
        {
            let (cost, before) = (row[site], best);
            if before.is_none_or(|(_, least, first)| cost < least || (cost == least && site < first)) {
                best = Some((place, cost, site));
            }
        }
        best.map(|(place, ..)| place)
    }

    /// The weight that each of `open` gets when users go to the cheapest.
    pub fn loads(&self, open: &[usize]) -> Vec<f64> {
        let mut loads = vec![0.0; open.len()];
        for user in 0..self.users {
            if let Some(place) = self.nearest(user, open) {
                loads[place] += self.weight[user];
            }
        }
        loads
    }

    /// Whether no site of `open` gets more than it can take.
    pub fn within_capacity(&self, open: &[usize]) -> bool {
        !self.limited()
            || self
                .loads(open)
                .iter()
                .zip(open)
                .all(|(load, site)| !beyond(*load, self.capacity(*site)))
    }

    /// The cost of `user` at the cheapest of `open`; infinite when it may go to none of them.
    pub fn least(&self, user: usize, open: &[usize]) -> f64 {
        let row = self.row(user);
        open.iter()
            .fold(f64::INFINITY, |least, &site| least.min(row[site]))
    }
}

/// Whether a sum of weights is more than a capacity, by more than sums of decimals go astray.
pub(super) fn beyond(load: f64, capacity: f64) -> bool {
    load > capacity * (1.0 + 1e-9)
}

/// Refuses values that are not one for each of `wanted` things, or that are no amount.
fn check(thing: &str, what: &str, values: &[f64], wanted: usize) -> Result<()> {
    if values.len() != wanted {
        return Err(
            Error::input(format!("{} values of {what} for {wanted} {thing}s", values.len()))
                .hint(format!("there should be one {what} for each {thing}")),
        );
    }
    let wrong = values
        .iter()
        .enumerate()
        .filter(|(_, value)| !(value.is_finite() && **value >= 0.0));
    refuse(
        wrong
            .map(|(at, value)| {
                Problem::error(format!("{thing} {at}: {what} {value}"))
                    .hint("it should be finite and at least 0")
            })
            .collect(),
    )
}

/// All problems at once, when there are any; of very many the first, and how many more there are.
fn refuse(mut problems: Vec<Problem>) -> Result<()> {
    if problems.is_empty() {
        return Ok(());
    }
    let more = problems.len().saturating_sub(TOLD);
    if more > 0 {
        problems.truncate(TOLD);
        problems.push(Problem::error(format!("and {more} more like these")));
    }
    Err(Error::problems_in_input(problems))
}
