//! Users who wait too long ask again, and what they asked for before is worked on all the same.
//!
//! ```text
//! x = offered · Σ_{k=0}^{times} P(T > after; x)^k
//! ```
//! `T` is the response at the load `x`. More load never makes responses shorter, so the right side rises with `x`, and
//! going round from `offered` climbs to the least `x` that it holds for: where a system that was not overloaded before
//! settles. There may be a second one above it, from which the system would not come back by itself.

use crate::basis::queueing::Wait;
use crate::basis::queueing::response::Response;
use crate::basis::queueing::service::Service;
use crate::design::capacity::Retry;

/// Times to go round. A climb that has not settled by then is all but unstable: each step is nearly as large as the
/// last.
const ROUNDS: usize = 20_000;

/// Settled is what moves by less than this share.
const SETTLED: f64 = 1e-12;

/// Where retries lead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Retried {
    /// The load settles.
    Settles {
        /// Erlang with retries.
        offered: f64,
        /// Share of requests that users give up on, each time they ask.
        given_up: f64,
    },
    /// The load climbs until requests come faster than they are served.
    RunsAway,
}

/// The load of `servers` that are offered `offered` erlang when users ask again.
///
/// ```
/// use isochrone::basis::{dist::Dist, queueing::service::Service};
/// use isochrone::design::capacity::Retry;
/// use isochrone::engine::capacity::retry::{Retried, with_retries};
/// let service = Service::of(&Dist::exponential(10.0)?).unwrap();
/// let retry = Retry { after_ms: 30.0, times: 3 };
/// let Retried::Settles { offered, .. } = with_retries(5.0, 10, &service, retry) else { panic!() };
/// assert!(offered > 5.2 && offered < 5.4);
/// assert_eq!(with_retries(9.9, 10, &service, retry), Retried::RunsAway);
/// # Ok::<(), isochrone::basis::error::Error>(())
/// ```
pub fn with_retries(offered: f64, servers: u32, service: &Service, retry: Retry) -> Retried {
    let mut load = offered;
    for _ in 0..ROUNDS {
        let Some(wait) = Wait::new(servers, load, service.mean(), service.scv()) else {
            return Retried::RunsAway;
        };
        let given_up = Response { wait, service }.beyond(retry.after_ms);
        let next = offered * asked(given_up, retry.times);
        if next - load <= SETTLED * load {
            return Retried::Settles {
                offered: load,
                given_up,
            };
        }
        load = next;
    }
    Retried::RunsAway
}

/// Times that a request is asked for, when each is given up with chance `given_up`.
fn asked(given_up: f64, times: u32) -> f64 {
    (0..times).fold(1.0, |sum, _| 1.0 + given_up * sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::dist::Dist;

    fn settled(offered: f64, servers: u32, after_ms: f64, times: u32) -> Option<f64> {
        let service = Service::of(&Dist::exponential(10.0).unwrap()).unwrap();
        match with_retries(offered, servers, &service, Retry { after_ms, times }) {
            Retried::Settles { offered, .. } => Some(offered),
            Retried::RunsAway => None,
        }
    }

    #[test]
    fn patience_without_end_changes_nothing() {
        assert_eq!(settled(8.0, 10, f64::INFINITY, 3), Some(8.0));
        assert_eq!(settled(8.0, 10, 10.0, 0), Some(8.0));
        assert_eq!(settled(10.0, 10, f64::INFINITY, 0), None);
    }

    /// One server, one retry: x = a (1 + e^{−(1 − x) t}), t in service times.
    #[test]
    fn one_server_settles_at_the_least_root() {
        let root = settled(0.4, 1, 40.0, 1).unwrap();
        let of = |x: f64| 0.4 * (1.0 + (-(1.0 - x) * 4.0_f64).exp());
        // Service is cut into slices: 0.02 %.
        assert!((of(root) / root - 1.0).abs() < 3e-4, "{root}");
        // Nothing below is one, in steps finer than that.
        assert!((0..100).all(
            |i| of(0.4 + (root - 0.4) * f64::from(i) / 101.0) > 0.4 + (root - 0.4) * f64::from(i) / 101.0
        ));
    }

    #[test]
    fn more_load_never_settles_lower() {
        let loads: Vec<Option<f64>> = (1..100)
            .map(|i| settled(f64::from(i) / 10.0, 10, 30.0, 3))
            .collect();
        let until = loads.iter().position(Option::is_none).unwrap();
        assert!(until > 50 && loads[until..].iter().all(Option::is_none));
        assert!(loads[..until].is_sorted());
    }
}
