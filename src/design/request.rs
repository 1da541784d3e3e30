//! What a request does: its class, its connection, the way it takes, the data it touches, the regions it calls.
//!
//! ```text
//! T = DNS + connect + TLS + exchanges + transfer + loss + service + queueing + data operations + calls
//! ```
//! The user's access and path are drawn once in a request (same user, same path), jitter for each round trip.

use crate::basis::dist::Dist;
use crate::basis::units::Millis;

/// One kind of request and its share of the traffic.
#[derive(Clone, Debug)]
pub struct RequestClass {
    /// How tables and charts call it.
    pub name: String,
    /// Static content, or a read or a write of data.
    pub kind: ClassKind,
    /// Share of all requests; the shares of a scenario's classes sum to 1.
    pub share: f64,
    /// The way it takes from the user to the region.
    pub via: Via,
    /// What it takes to have a connection.
    pub connection: Connection,
    /// Request-response exchanges on the connection, at least 1.
    pub exchanges: u32,
    /// What the answer carries.
    pub transfer: Transfer,
    /// Time the region works on it, ms.
    pub service: Dist,
    /// Operations on stores, one after another.
    pub operations: Vec<Operation>,
    /// Calls to other regions, the serial ones one after another, the parallel ones at once.
    pub calls: Vec<Call>,
}

impl RequestClass {
    /// The simple request: warm connections, `round_trips` exchanges, a service time and nothing else.
    pub fn simple(round_trips: u32, service: Dist) -> Self {
        RequestClass {
            name: "request".to_owned(),
            kind: ClassKind::Read,
            share: 1.0,
            via: Via::Direct,
            connection: Connection::warm(),
            exchanges: round_trips,
            transfer: Transfer::default(),
            service,
            operations: Vec::new(),
            calls: Vec::new(),
        }
    }

    /// Whether it is the simple request of one line: nothing but exchanges and service.
    pub fn is_simple(&self) -> bool {
        self.via == Via::Direct
            && self.connection == Connection::warm()
            && self.transfer == Transfer::default()
            && !self.adds()
    }

    /// Whether it touches a store or calls another region.
    pub fn adds(&self) -> bool {
        !self.operations.is_empty() || !self.calls.is_empty()
    }
}

/// What a class is about; decides whether a CDN may answer it and what stores are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassKind {
    /// The same for everybody: an edge location may keep it.
    Static,
    /// Reads data.
    Read,
    /// Changes data.
    Write,
}

/// The way from the user to the region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// Straight to the region over the public internet.
    Direct,
    /// Through the CDN: handshakes end at the edge location; a static hit is answered there.
    Cdn,
    /// Through an anycast on-ramp: in at the nearest edge location, then the provider's network; nothing is kept.
    Anycast,
}

/// What it takes to have a connection.
#[derive(Clone, Debug, PartialEq)]
pub struct Connection {
    /// How a new connection is made.
    pub protocol: Protocol,
    /// Share of requests that find a connection open; these ask no DNS and shake no hands.
    pub reuse: f64,
    /// Share of the new connections that find the name in a cache near by, at no cost.
    pub dns_hits: f64,
    /// Time a recursive resolver takes for a name that was in no cache, ms.
    pub resolver: Dist,
    /// Chance that a round trip loses a packet and waits for the retransmission time-out.
    pub loss: f64,
    /// Least retransmission time-out once a round trip was measured. RFC 6298 says 1 s; Linux takes 200 ms.
    pub min_timeout: Millis,
}

impl Connection {
    /// A connection that is always there and loses nothing.
    pub fn warm() -> Self {
        Connection {
            protocol: Protocol::Warm,
            reuse: 1.0,
            dns_hits: 1.0,
            resolver: Dist::zero(),
            loss: 0.0,
            min_timeout: Millis::default(),
        }
    }
}

/// How a new connection is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// Not at all: there is one.
    Warm,
    /// TCP without encryption: 1 round trip.
    Tcp,
    /// TCP and TLS 1.2: 1 + 2 round trips (RFC 5246, full handshake).
    Tls12,
    /// TCP and TLS 1.3: 1 + 1 round trips (RFC 8446).
    Tls13,
    /// QUIC: 1 round trip, encryption included (RFC 9000).
    Quic,
    /// QUIC to a server known from before: the request travels in the first flight.
    QuicZeroRtt,
}

impl Protocol {
    /// Round trips before the request can be sent.
    pub fn round_trips(self) -> u32 {
        match self {
            Protocol::Warm | Protocol::QuicZeroRtt => 0,
            Protocol::Tcp | Protocol::Quic => 1,
            Protocol::Tls13 => 2,
            Protocol::Tls12 => 3,
        }
    }

    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::Warm => "warm",
            Protocol::Tcp => "tcp",
            Protocol::Tls12 => "tls1.2",
            Protocol::Tls13 => "tls1.3",
            Protocol::Quic => "quic",
            Protocol::QuicZeroRtt => "quic-0rtt",
        }
    }
}

/// What the answer carries, and how it is sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transfer {
    /// Bytes of the answer.
    pub bytes: f64,
    /// Bandwidth of the narrowest link on the way, bytes a millisecond; none means unlimited.
    pub bandwidth: Option<f64>,
    /// Segments in the first flight of a new connection (RFC 6928: 10).
    pub initial_window: u32,
    /// Segments in the first flight of a connection that was open already.
    pub warm_window: u32,
}

impl Default for Transfer {
    /// An answer that fits into the first flight.
    fn default() -> Self {
        Transfer {
            bytes: 0.0,
            bandwidth: None,
            initial_window: 10,
            warm_window: 10,
        }
    }
}

/// An operation on a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Which store, as an index into the scenario's stores.
    pub store: usize,
    /// What is done.
    pub access: StoreAccess,
    /// How often, one after another, at least 1.
    pub times: u32,
}

/// What is done to a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreAccess {
    /// A read that may be stale, from the nearest copy.
    ReadLocal,
    /// A read that must see the latest write: the leader's, or a quorum's.
    ReadFresh,
    /// A write.
    Write,
}

/// A call from the serving region to another.
#[derive(Clone, Debug)]
pub struct Call {
    /// Whom it calls.
    pub to: Callee,
    /// How often, at least 1.
    pub times: u32,
    /// All calls of the class that say so are made at once; the slowest counts.
    pub parallel: bool,
    /// Time the other side works on it, ms.
    pub service: Dist,
}

/// Whom a call goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callee {
    /// This candidate.
    Region(usize),
    /// The region that leads this store.
    Leader(usize),
}
