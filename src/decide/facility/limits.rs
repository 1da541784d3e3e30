//! What sites can take, and whether a set keeps to it.
//!
//! Users go to the cheapest open site whether or not there is room, so capacities choose among sets but move nobody. The
//! relaxation knows nothing of them, and its bounds hold: fewer sets cannot have a better one among them.

use super::matrix::{Costs, beyond};

/// Costs and entries of the users that count, by site as the caller counts them.
#[derive(Debug)]
pub(super) struct Limits {
    sites: usize,
    cost: Vec<f64>,
    /// What the goal counts for each user and site.
    entry: Vec<f64>,
    weight: Vec<f64>,
    capacity: Vec<f64>,
    /// Whether every user is served by any set that counts.
    everybody: bool,
}

/// Where a user goes: the place in the set, the cost, and the site.
pub(super) type Way = (usize, f64, usize);

impl Limits {
    /// The limits of `costs` for the users `counted`, whose entries stand in `entry`.
    pub(super) fn of(costs: &Costs, counted: &[usize], entry: Vec<f64>, everybody: bool) -> Limits {
        Limits {
            sites: costs.sites(),
            cost: counted
                .iter()
                .flat_map(|&user| costs.row(user))
                .copied()
                .collect(),
            entry,
            weight: counted.iter().map(|&user| costs.weight(user)).collect(),
            capacity: (0..costs.sites()).map(|site| costs.capacity(site)).collect(),
            everybody,
        }
    }

    pub(super) fn users(&self) -> usize {
        self.weight.len()
    }

    pub(super) fn weight(&self, user: usize) -> f64 {
        self.weight[user]
    }

    pub(super) fn cost(&self, user: usize, site: usize) -> f64 {
        self.cost[user * self.sites + site]
    }

    pub(super) fn entry(&self, user: usize, site: usize) -> f64 {
        self.entry[user * self.sites + site]
    }

    pub(super) fn capacity(&self, site: usize) -> f64 {
        self.capacity[site]
    }

    /// The two cheapest of `open` for a user, of equals the sites with the smallest numbers first.
    pub(super) fn ways(&self, user: usize, open: &[usize]) -> [Option<Way>; 2] {
        let (mut first, mut second): (Option<Way>, Option<Way>) = (None, None);
        for (place, &site) in open.iter().enumerate() {
            let way = (place, self.cost(user, site), site);
            if way.1.is_infinite() {
                continue;
            }
            if first.is_none_or(|first| comes_before(way, first)) {
                (first, second) = (Some(way), first);
            } else if second.is_none_or(|second| comes_before(way, second)) {
                second = Some(way);
            }
        }
        [first, second]
    }

    /// The weight that each of `open` gets.
    pub(super) fn loads(&self, open: &[usize]) -> Vec<f64> {
        let mut loads = vec![0.0; open.len()];
        for user in 0..self.users() {
            if let [Some((place, ..)), _] = self.ways(user, open) {
                loads[place] += self.weight[user];
            }
        }
        loads
    }

    /// By how much sites get more than they can take, in all.
    pub(super) fn excess(&self, open: &[usize]) -> f64 {
        self.beyond(&self.loads(open), open)
    }

    /// The same for sites that get `loads`.
    pub(super) fn beyond(&self, loads: &[f64], open: &[usize]) -> f64 {
        let over = |(load, site): (&f64, &usize)| {
            let capacity = self.capacity[*site];
            if beyond(*load, capacity) {
                load - capacity
            } else {
                0.0
            }
        };
        loads.iter().zip(open).map(over).sum()
    }

    /// The weight for which any set must have room; 0 where users may be left without a site.
    pub(super) fn least_room(&self) -> f64 {
        if self.everybody {
            self.weight.iter().sum()
        } else {
            0.0
        }
    }
}

/// Whether a user goes this way rather than that.
pub(super) fn comes_before(way: Way, other: Way) -> bool {
    way.1 < other.1 || (way.1 == other.1 && way.2 < other.2)
}
