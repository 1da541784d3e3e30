//! How many servers it takes.

use super::{Wait, delayed, one_more};

/// What is asked of a number of servers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Demand {
    /// Offered load, erlang.
    pub offered: f64,
    /// Mean time that a request holds a server, ms.
    pub mean_ms: f64,
    /// Variance of that time over its squared mean; 1 is M/M/c.
    pub scv: f64,
    /// The share of requests, below 1, that must not wait longer than `wait_ms`.
    pub share: f64,
    /// That wait, ms.
    pub wait_ms: f64,
    /// The utilisation must not be above this: 0 to 1, and 1 for no ceiling of its own.
    pub ceiling: f64,
}

/// The least number of servers that meets `demand`; at least one. None where no number does (a share of 1, a ceiling
/// of 0), or a figure is not one.
///
/// ```
/// use isochrone::basis::queueing::sizing::{Demand, servers_for};
/// let demand = Demand { offered: 8.0, mean_ms: 50.0, scv: 1.0, share: 0.95, wait_ms: 53.0, ceiling: 1.0 };
/// // With 9 servers the 95th percentile of the wait is 128 ms, with 10 it is 52.6 ms.
/// assert_eq!(servers_for(&demand), Some(10));
/// assert_eq!(servers_for(&Demand { ceiling: 0.7, ..demand }), Some(12));
/// assert_eq!(servers_for(&Demand { share: 1.0, ..demand }), None);
/// ```
pub fn servers_for(demand: &Demand) -> Option<u32> {
    let meaningful = demand.offered >= 0.0
        && demand.mean_ms >= 0.0
        && demand.scv >= 0.0
        && (0.0..1.0).contains(&demand.share)
        && demand.wait_ms >= 0.0
        && demand.ceiling > 0.0;
    if !meaningful || demand.offered / demand.ceiling > f64::from(MOST_SERVERS) {
        return None;
    }
    let mut blocked = 1.0;
    (1..=MOST_SERVERS).find(|servers| {
        blocked = one_more(blocked, *servers, demand.offered);
        demand.is_met_by(*servers, blocked)
    })
}

/// More servers than any fleet has; the search for a number ends here.
const MOST_SERVERS: u32 = 10_000_000;

impl Demand {
    /// `blocked` is Erlang B of the servers.
    fn is_met_by(&self, servers: u32, blocked: f64) -> bool {
        let servers = f64::from(servers);
        if self.offered >= servers || self.offered / servers > self.ceiling {
            return false;
        }
        let wait = Wait {
            chance: delayed(blocked, servers, self.offered),
            mean_of_waiting: self.mean_ms / (servers - self.offered) * (1.0 + self.scv) / 2.0,
        };
        wait.quantile(self.share) <= self.wait_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEMAND: Demand = Demand {
        offered: 45.0,
        mean_ms: 20.0,
        scv: 1.0,
        share: 0.99,
        wait_ms: 5.0,
        ceiling: 0.95,
    };

    #[test]
    fn one_server_less_does_not_do() {
        for offered in [0.1, 0.9, 3.0, 45.0, 980.0] {
            for ceiling in [0.6, 0.8, 1.0] {
                let demand = Demand {
                    offered,
                    ceiling,
                    ..DEMAND
                };
                let servers = servers_for(&demand).unwrap();
                let keeps = |servers: u32| {
                    let wait = Wait::new(servers, offered, demand.mean_ms, demand.scv);
                    offered <= ceiling * f64::from(servers)
                        && wait.is_some_and(|wait| wait.quantile(demand.share) <= demand.wait_ms)
                };
                assert!(
                    keeps(servers) && !keeps(servers - 1),
                    "{offered} {ceiling} {servers}"
                );
            }
        }
    }

    #[test]
    fn nothing_to_do_takes_one_server_and_nonsense_takes_none() {
        let with = |change: fn(&mut Demand)| {
            let mut demand = DEMAND;
            change(&mut demand);
            servers_for(&demand)
        };
        assert_eq!(with(|demand| demand.offered = 0.0), Some(1));
        assert_eq!(with(|demand| demand.offered = f64::NAN), None);
        assert_eq!(with(|demand| demand.ceiling = 0.0), None);
        assert_eq!(with(|demand| demand.offered = 1e9), None);
    }
}
