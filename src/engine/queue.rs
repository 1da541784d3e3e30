//! Queues in front of the regions' servers: how busy they are, and how long requests wait for one.
//!
//! The load of a region follows from who is served there, so it belongs to a set and its leaders. All classes wait in one
//! queue, first come, first served; a request that takes no time to serve needs no server.

use crate::basis::queueing::Wait;
use crate::design::capacity::Capacity;
use crate::design::request::RequestClass;
use crate::engine::latency::class::ClassLaw;
use crate::engine::latency::law::Laws;
use crate::engine::routing::Assignment;

/// The servers of a scenario and the work that its requests bring.
#[derive(Clone, Debug)]
pub struct Queues {
    servers: Vec<Option<u32>>,
    /// By class.
    works: Vec<Work>,
    requests_per_ms: f64,
}

/// What requests ask of a server: mean (ms) and mean square of the service time.
#[derive(Clone, Copy, Debug, Default)]
struct Work {
    mean: f64,
    square: f64,
}

/// The queue of one region.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Queue {
    /// Servers.
    pub servers: u32,
    /// Requests in service at a time, on average, were there servers enough.
    pub offered: f64,
    /// How long requests wait; none where they come faster than they can be served.
    pub wait: Option<Wait>,
}

impl Queues {
    /// The queues of `capacity` when `requests_per_second` come of `classes` together.
    pub fn new(capacity: &Capacity, classes: &[RequestClass], requests_per_second: f64) -> Self {
        let work = |class: &RequestClass| {
            let mean = class.service.mean().unwrap_or(0.0);
            Work {
                mean,
                square: mean * mean + class.service.variance().unwrap_or(0.0),
            }
        };
        Queues {
            servers: capacity.servers.clone(),
            works: classes.iter().map(work).collect(),
            requests_per_ms: requests_per_second / 1000.0,
        }
    }

    /// Whether requests of `class` need a server.
    pub fn holds(&self, class: usize) -> bool {
        self.works[class].mean > 0.0
    }

    /// The queue of each candidate, when groups go where `assignment` says and classes where `sent` says; none where
    /// there are always servers enough.
    pub fn at(&self, laws: &Laws, assignment: &Assignment, sent: &[Option<usize>]) -> Vec<Option<Queue>> {
        let mut users = vec![0.0; self.servers.len()];
        for (group, law) in laws.groups.iter().enumerate() {
            for (region, share) in assignment.of(group) {
                users[usize::from(*region)] += law.weight * share;
            }
        }
        // Requests a millisecond, their work, and their squared work.
        let mut loads = vec![[0.0; 3]; self.servers.len()];
        for class in (0..self.works.len()).filter(|class| self.holds(*class)) {
            let rate = self.requests_per_ms * laws.class_share(class) * served(laws, class);
            let work = self.works[class];
            for (region, share) in users.iter().enumerate() {
                let to = sent.get(class).copied().flatten().unwrap_or(region);
                for (sum, part) in loads[to].iter_mut().zip([1.0, work.mean, work.square]) {
                    *sum += rate * share * part;
                }
            }
        }
        let queue = |(servers, load): (&Option<u32>, &[f64; 3])| Some(queue((*servers)?, *load));
        self.servers.iter().zip(&loads).map(queue).collect()
    }
}

/// The share of a class's requests that reach a region.
pub fn served(laws: &Laws, class: usize) -> f64 {
    laws.classes.get(class).map_or(1.0, ClassLaw::served)
}

fn queue(servers: u32, [rate, offered, squares]: [f64; 3]) -> Queue {
    let wait = if rate > 0.0 {
        let mean = offered / rate;
        let scv = (squares / rate / (mean * mean) - 1.0).max(0.0);
        Wait::new(servers, offered, mean, scv)
    } else {
        Some(Wait::NONE)
    };
    Queue {
        servers,
        offered,
        wait,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Service that is always the same has no spread, an exponential one a coefficient of variation of 1.
    #[test]
    fn the_spread_of_the_service_is_that_of_its_moments() {
        let (rate, mean) = (0.02, 30.0);
        let of = |square: f64| queue(1, [rate, rate * mean, rate * square]).wait;
        assert_eq!(of(mean * mean), Wait::new(1, 0.6, mean, 0.0));
        assert_eq!(of(2.0 * mean * mean), Wait::new(1, 0.6, mean, 1.0));
        assert_eq!(queue(1, [0.0; 3]).wait, Some(Wait::NONE));
    }
}
