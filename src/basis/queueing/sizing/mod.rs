//! How many servers it takes.

mod search;

pub mod fleet;

use super::Wait;

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
    let from = (demand.offered / demand.ceiling) as u32;
    search::least(demand.offered, from, |servers, blocked| {
        demand.is_met_by(servers, blocked)
    })
}

/// More servers than any fleet has; the search for a number ends here.
const MOST_SERVERS: u32 = 10_000_000;

impl Demand {
    /// `blocked` is Erlang B of the servers, which are more than the load.
    fn is_met_by(&self, servers: u32, blocked: f64) -> bool {
        let wait = Wait::behind(servers, blocked, self.offered, self.mean_ms, self.scv);
        self.offered / f64::from(servers) <= self.ceiling && wait.quantile(self.share) <= self.wait_ms
    }
}

#[cfg(test)]
mod tests {
    use super::super::one_more;
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

    /// The recursion from one server, one by one.
    fn by_trying_all(demand: &Demand) -> u32 {
        let mut blocked = 1.0;
        (1..=MOST_SERVERS)
            .find(|servers| {
                blocked = one_more(blocked, *servers, demand.offered);
                f64::from(*servers) > demand.offered && demand.is_met_by(*servers, blocked)
            })
            .unwrap()
    }

    #[test]
    fn the_search_finds_what_trying_all_finds() {
        for offered in [0.0, 1e-6, 0.7, 1.0, 7.0, 63.9, 500.0, 1999.0, 2500.0, 20_000.0] {
            for (share, wait_ms) in [(0.5, 0.0), (0.95, 1.0), (0.999, 0.0), (0.99, 200.0), (0.0, 0.0)] {
                for (ceiling, scv) in [(1.0, 1.0), (0.8, 0.0), (0.97, 4.0)] {
                    let demand = Demand {
                        offered,
                        scv,
                        share,
                        wait_ms,
                        ceiling,
                        ..DEMAND
                    };
                    assert_eq!(servers_for(&demand), Some(by_trying_all(&demand)), "{demand:?}");
                }
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
