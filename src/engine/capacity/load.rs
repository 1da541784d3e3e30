//! What routing makes of demand: the load of each region, by cohort.
//!
//! The load of a region follows from who is served there, so it belongs to a set and its leaders. Requests of a class
//! that is sent to one region go there whoever serves the user otherwise; what an edge location answers reaches nobody.

use super::demand::DemandModel;
use crate::basis::queueing::service::Service;
use crate::engine::latency::law::Laws;
use crate::engine::queue::served;
use crate::engine::routing::Assignment;

/// The load of one region: weights by cohort, as [`super::demand`] has them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RegionLoad {
    /// Share of all requests, by class and cohort.
    pub by_class: Vec<Vec<f64>>,
    /// Share of all requests.
    pub requests: Vec<f64>,
    /// Erlang for each request a second of all.
    pub erlang: Vec<f64>,
    /// Of that, what belongs here and can go to no other region: classes that are sent here.
    pub pinned: Vec<f64>,
    /// Squared service time, ms² for each millisecond, for each request a second of all.
    pub squares: Vec<f64>,
}

/// The loads of all regions.
#[derive(Clone, Debug, PartialEq)]
pub struct Loads {
    /// By candidate.
    pub regions: Vec<RegionLoad>,
    /// Requests that would reach a region and go nowhere, by cohort: no record matches, no region may serve them, or their
    /// class cannot go on.
    pub nobody: Vec<f64>,
}

/// Where requests of each class go.
#[derive(Clone, Copy, Debug)]
pub struct Ways<'a> {
    /// Where users go.
    pub assignment: &'a Assignment,
    /// By class the region that its requests go to whoever asks; empty where there is none such.
    pub sent: &'a [Option<usize>],
    /// By class whether it can go on at all; empty where all can.
    pub alive: &'a [bool],
}

impl<'a> Ways<'a> {
    /// Users' own ways for all classes.
    pub fn of_users(assignment: &'a Assignment) -> Self {
        Ways {
            assignment,
            sent: &[],
            alive: &[],
        }
    }

    fn sent(&self, class: usize) -> Option<usize> {
        self.sent.get(class).copied().flatten()
    }

    fn goes_on(&self, class: usize) -> bool {
        self.alive.get(class).copied().unwrap_or(true)
    }
}

/// The loads when requests go these `ways`. `services` are those of the classes.
pub fn loads(laws: &Laws, services: &[Service], ways: Ways<'_>, model: &DemandModel) -> Loads {
    let users = users(laws, ways.assignment, model);
    let cohorts = model.cohorts().len();
    let (regions, nobody) = users.split_at(laws.regions);
    let empty = RegionLoad::empty(services.len(), cohorts);
    let mut loads = Loads {
        regions: vec![empty; laws.regions],
        nobody: vec![0.0; cohorts],
    };
    for (class, service) in services.iter().enumerate() {
        let share = laws.class_share(class) * served(laws, class);
        if !ways.goes_on(class) {
            for users in &users {
                for (sum, users) in loads.nobody.iter_mut().zip(users) {
                    *sum += share * users;
                }
            }
            continue;
        }
        let to = ways.sent(class);
        for (region, users) in regions.iter().enumerate() {
            let load = &mut loads.regions[to.unwrap_or(region)];
            load.add(class, service, share, users, to.is_some());
        }
        for (sum, users) in loads.nobody.iter_mut().zip(&nobody[0]) {
            *sum += share * users;
        }
    }
    loads
}

/// Share of all users, by region and cohort; in the end those that go nowhere.
fn users(laws: &Laws, assignment: &Assignment, model: &DemandModel) -> Vec<Vec<f64>> {
    let mut users = vec![vec![0.0; model.cohorts().len()]; laws.regions + 1];
    for (group, law) in laws.groups.iter().enumerate() {
        let cohort = model.cohort_of(group);
        for (region, share) in assignment.of(group) {
            users[usize::from(*region)][cohort] += law.weight * share;
        }
        users[laws.regions][cohort] += law.weight * assignment.lost(group);
    }
    users
}

impl RegionLoad {
    /// No load at all.
    pub fn empty(classes: usize, cohorts: usize) -> RegionLoad {
        RegionLoad {
            by_class: vec![vec![0.0; cohorts]; classes],
            requests: vec![0.0; cohorts],
            erlang: vec![0.0; cohorts],
            pinned: vec![0.0; cohorts],
            squares: vec![0.0; cohorts],
        }
    }

    fn add(&mut self, class: usize, service: &Service, share: f64, users: &[f64], pinned: bool) {
        // Requests a second and service in milliseconds.
        let (mean, square) = (service.mean() / 1000.0, service.square() / 1000.0);
        for (cohort, users) in users.iter().enumerate() {
            let requests = share * users;
            self.by_class[class][cohort] += requests;
            self.requests[cohort] += requests;
            self.erlang[cohort] += requests * mean;
            self.squares[cohort] += requests * square;
            if pinned {
                self.pinned[cohort] += requests * mean;
            }
        }
    }

    /// How long requests hold a server here, when a unit of weight of each cohort comes to `by_cohort`: that of the
    /// classes by their requests. Classes that take no time need no server and are left out.
    pub fn service(&self, services: &[Service], by_cohort: &[f64]) -> Service {
        let rate = |weights: &Vec<f64>| {
            weights
                .iter()
                .zip(by_cohort)
                .map(|(weight, of)| weight * of)
                .sum()
        };
        let parts = self.by_class.iter().map(rate).zip(services);
        Service::mixture(parts.filter(|(_, service)| service.mean() > 0.0))
    }
}

/// Erlang that each group brings and that any region can serve, when a unit of weight of each cohort comes to
/// `by_cohort`: what [`super::overload`] passes on.
pub fn by_group(
    laws: &Laws,
    services: &[Service],
    ways: Ways<'_>,
    model: &DemandModel,
    by_cohort: &[f64],
) -> Vec<f64> {
    let free = |class: &usize| ways.sent(*class).is_none() && ways.goes_on(*class);
    let work = |class: usize| laws.class_share(class) * served(laws, class) * services[class].mean() / 1000.0;
    let work: f64 = (0..services.len()).filter(free).map(work).sum();
    let groups = laws.groups.iter().enumerate();
    groups
        .map(|(group, law)| law.weight * work * by_cohort[model.cohort_of(group)])
        .collect()
}
