//! The law of one kind of request: which round trips it makes, on which leg, and what it waits for besides.
//!
//! What a request goes through is a matter of chance: is a connection open, is the name known, has the edge location
//! a copy? Each combination is a [`Mode`] with a chance and fixed numbers of round trips.

use super::loss::Waits;
use super::part::Part;
use super::slow_start::{rounds_after_first, transfer_ms};
use crate::basis::dist::{Dist, Shape};
use crate::basis::error::Result;
use crate::design::request::{ClassKind, Connection, RequestClass, Transfer, Via};

/// One combination of events in a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Mode {
    /// Its chance.
    pub chance: f64,
    /// Round trips on the near leg before the request can be sent.
    pub handshake: u32,
    /// Round trips on the near leg for exchanges.
    pub exchanges: u32,
    /// Further round trips on the near leg while the answer arrives, were the bandwidth endless.
    pub rounds: u32,
    /// Segments in the first flight.
    pub window: u32,
    /// Round trips from the edge location to the region.
    pub far: u32,
    /// Whether a resolver has to be asked.
    pub resolver: bool,
    /// Whether the region is reached at all: then its service and everything behind it count.
    pub served: bool,
}

impl Mode {
    /// Round trips on the near leg.
    pub fn near(&self) -> u32 {
        self.handshake + self.exchanges + self.rounds
    }
}

/// The law of one class, whatever the user group and the region.
#[derive(Clone, Debug)]
pub struct ClassLaw {
    /// Share of all requests.
    pub share: f64,
    /// What may happen; chances sum to 1.
    pub modes: Vec<Mode>,
    /// The class is `exchanges` round trips and a service time and nothing else.
    pub simple: Option<u32>,
    /// The near leg ends at an edge location.
    pub at_edge: bool,
    /// What a resolver takes, ms.
    pub resolver: Part,
    /// What the region takes, ms.
    pub service: Part,
    /// What the answer carries.
    pub transfer: Transfer,
    /// Chance that a round trip is lost.
    pub loss: f64,
    /// Least time-out, ms.
    pub min_timeout_ms: f64,
    /// For each mode, waits of the very first round trip, and of the others.
    pub waits: Vec<(Waits, Waits)>,
    /// For each mode, jitter of the near and of the far round trips together in units of its mean: `Γ(n, 1)`.
    pub jitter: Vec<(Shape, Shape)>,
}

impl ClassLaw {
    /// The law of `class`; static requests find a copy at the edge with chance `hits`.
    ///
    /// # Errors
    /// Never for a checked scenario.
    pub fn new(class: &RequestClass, hits: f64) -> Result<Self> {
        let modes = modes(class, hits);
        let jitter = modes
            .iter()
            .map(|mode| Ok((jitter_of(mode.near())?, jitter_of(mode.far)?)))
            .collect::<Result<_>>()?;
        let waits = modes
            .iter()
            .map(|mode| waits_of(mode, class.connection.loss))
            .collect();
        Ok(ClassLaw {
            share: class.share,
            modes,
            simple: class.is_simple().then_some(class.exchanges),
            at_edge: class.via != Via::Direct,
            resolver: Part::once(class.connection.resolver.shape()),
            service: Part::once(class.service.shape()),
            transfer: class.transfer,
            loss: class.connection.loss,
            min_timeout_ms: class.connection.min_timeout.ms(),
            waits,
            jitter,
        })
    }

    /// The latency of a class that knows no chance: with legs of exactly `near_ms` and `far_ms` and no jitter.
    pub fn fixed(&self, near_ms: f64, far_ms: f64) -> Option<f64> {
        let [mode] = &self.modes[..] else {
            return None;
        };
        let resolver = if mode.resolver {
            self.resolver.as_fixed()?
        } else {
            0.0
        };
        let service = if mode.served {
            self.service.as_fixed()?
        } else {
            0.0
        };
        let near = match self.transfer.bandwidth {
            None => f64::from(mode.near()) * near_ms,
            Some(bandwidth) => {
                f64::from(mode.handshake + mode.exchanges) * near_ms
                    + transfer_ms(self.transfer.bytes, mode.window, bandwidth, near_ms)
            }
        };
        let far = f64::from(mode.far) * far_ms;
        (self.loss == 0.0).then_some(resolver + service + near + far)
    }

    /// Mean round trips on the near leg.
    pub fn mean_near(&self) -> f64 {
        self.modes
            .iter()
            .map(|mode| mode.chance * f64::from(mode.near()))
            .sum()
    }

    /// Mean round trips from the edge location to the region.
    pub fn mean_far(&self) -> f64 {
        self.modes
            .iter()
            .map(|mode| mode.chance * f64::from(mode.far))
            .sum()
    }

    /// Share of requests that reach the region.
    pub fn served(&self) -> f64 {
        let served = self.modes.iter().filter(|mode| mode.served);
        // A sum over nothing is −0, which would be told as such.
        served
            .map(|mode| mode.chance)
            .fold(0.0, |sum, chance| sum + chance)
    }
}

/// Only the first round trip of a new connection is made before the first sample. A provider's own network between
/// edge location and region is taken to lose nothing.
fn waits_of(mode: &Mode, loss: f64) -> (Waits, Waits) {
    let first = u32::from(mode.handshake > 0);
    (
        Waits::new(first, loss),
        Waits::new(mode.near().saturating_sub(first), loss),
    )
}

fn jitter_of(round_trips: u32) -> Result<Shape> {
    if round_trips == 0 {
        return Ok(Shape::Fixed(0.0));
    }
    Ok(Dist::gamma(f64::from(round_trips), 1.0)?.shape())
}

fn modes(class: &RequestClass, hits: f64) -> Vec<Mode> {
    let mut modes = Vec::new();
    for (open, resolver, chance) in connections(&class.connection) {
        for (hit, of_those) in copies(class, hits) {
            let mode = mode(class, open, resolver, hit, chance * of_those);
            if mode.chance > 0.0 {
                modes.push(mode);
            }
        }
    }
    modes
}

/// Whether a connection is open, whether a resolver has to be asked, and the chance of it.
fn connections(connection: &Connection) -> [(bool, bool, f64); 3] {
    let new = 1.0 - connection.reuse;
    [
        (true, false, connection.reuse),
        (false, false, new * connection.dns_hits),
        (false, true, new * (1.0 - connection.dns_hits)),
    ]
}

/// Whether the edge location answers, and the chance of it.
fn copies(class: &RequestClass, hits: f64) -> [(bool, f64); 2] {
    let kept = class.via == Via::Cdn && class.kind == ClassKind::Static;
    let hits = if kept { hits } else { 0.0 };
    [(true, hits), (false, 1.0 - hits)]
}

fn mode(class: &RequestClass, open: bool, resolver: bool, hit: bool, chance: f64) -> Mode {
    let handshake = if open {
        0
    } else {
        class.connection.protocol.round_trips()
    };
    let window = if open {
        class.transfer.warm_window
    } else {
        class.transfer.initial_window
    };
    // The edge location holds connections to the region open and passes the answer on as it arrives.
    let far = if class.via == Via::Direct || hit {
        0
    } else {
        class.exchanges
    };
    Mode {
        chance,
        handshake,
        exchanges: class.exchanges,
        rounds: rounds_after_first(class.transfer.bytes, window),
        window,
        far,
        resolver,
        served: !hit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::request::Protocol;

    fn page() -> RequestClass {
        let mut class = RequestClass::simple(1, Dist::zero());
        class.kind = ClassKind::Static;
        class.via = Via::Cdn;
        class.connection = Connection {
            protocol: Protocol::Tls13,
            reuse: 0.8,
            dns_hits: 0.9,
            ..Connection::warm()
        };
        class
    }

    #[test]
    fn chances_sum_to_one_and_round_trips_are_those_of_the_protocol() {
        let law = ClassLaw::new(&page(), 0.75).unwrap();
        let sum: f64 = law.modes.iter().map(|mode| mode.chance).sum();
        assert!((sum - 1.0).abs() < 1e-12);
        assert!((law.served() - 0.25).abs() < 1e-12);
        assert!((law.mean_near() - (1.0 + 0.2 * 2.0)).abs() < 1e-12);
        assert!((law.mean_far() - 0.25).abs() < 1e-12);
        // Where the edge answers everything nothing reaches a region, and nothing is not −0.
        let all_kept = ClassLaw::new(&page(), 1.0).unwrap().served();
        assert!(all_kept == 0.0 && all_kept.is_sign_positive());
    }

    /// 3 exchanges and a handshake of 2 at 10 ms each, and 2,500 bytes at 1,000 a millisecond, which the first flight holds.
    #[test]
    fn round_trips_and_what_is_sent_add_up_where_nothing_is_random() {
        let mut class = RequestClass::simple(3, Dist::fixed(7.0).unwrap());
        class.connection = Connection {
            protocol: Protocol::Tls13,
            reuse: 0.0,
            ..Connection::warm()
        };
        let law = ClassLaw::new(&class, 0.0).unwrap();
        assert_eq!(law.fixed(10.0, 0.0), Some(57.0));
        class.transfer.bytes = 2_500.0;
        class.transfer.bandwidth = Some(1_000.0);
        let law = ClassLaw::new(&class, 0.0).unwrap();
        assert_eq!(law.fixed(10.0, 0.0), Some(59.5));
    }

    #[test]
    fn only_static_requests_through_the_cdn_are_kept() {
        let mut class = page();
        class.kind = ClassKind::Read;
        assert!((ClassLaw::new(&class, 0.75).unwrap().served() - 1.0).abs() < 1e-12);
        class.via = Via::Anycast;
        class.kind = ClassKind::Static;
        assert!((ClassLaw::new(&class, 0.75).unwrap().served() - 1.0).abs() < 1e-12);
    }
}
