//! Kinds of requests as they are written.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::design::request::{ClassKind, Protocol, StoreAccess, Via};
use crate::design::scenario::decode::At;
use crate::design::scenario::distribution::DistFile;
use crate::design::scenario::quantity::{DurationFile, ShareFile};
use crate::design::scenario::size::{BandwidthFile, BytesFile};

/// A kind of request and its share of the traffic.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { name = \"browse\", kind = \"read\", share = \"90%\" }"
)]
pub(in super::super) struct ClassFile {
    /// How tables and charts call it. No two classes share a name.
    pub(in super::super) name: At<String>,
    /// "static", "read" or "write".
    pub(in super::super) kind: At<KindWord>,
    /// Share of all requests. The shares of the classes sum to 1 (within a millionth).
    pub(in super::super) share: At<ShareFile>,
    /// The way to the region: "direct", "cdn" or "anycast". Default "direct".
    pub(in super::super) via: Option<At<ViaWord>>,
    /// Request-response exchanges on the connection, 1 to 1000. Default 1.
    pub(in super::super) exchanges: Option<At<u64>>,
    /// Size of the answer, such as "60 KB". Default "0 B": it fits into the first flight.
    pub(in super::super) bytes: Option<At<BytesFile>>,
    /// Bandwidth of the narrowest link on the way, such as "20 Mbps". Default: unlimited.
    pub(in super::super) bandwidth: Option<At<BandwidthFile>>,
    /// Segments of 1460 bytes in the first flight of a new connection. Default 10 (RFC 6928).
    pub(in super::super) initial_window: Option<At<u64>>,
    /// Segments in the first flight of a connection that was open already. Default 10.
    pub(in super::super) warm_window: Option<At<u64>>,
    /// Time the region works on it, data and calls apart. Default "0ms".
    pub(in super::super) service: Option<At<DistFile>>,
    /// What it takes to have a connection. Default: there is one, and it loses nothing.
    pub(in super::super) connection: Option<At<ConnectionFile>>,
    /// What it does to stores, one operation after another.
    pub(in super::super) operation: Option<At<Vec<At<OperationFile>>>>,
    /// Calls from the serving region to other regions.
    pub(in super::super) call: Option<At<Vec<At<CallFile>>>>,
    /// Bytes that one of its calls sends and receives together, for [cost]. Default: as [cost] says, else "0 B".
    pub(in super::super) call_bytes: Option<At<BytesFile>>,
    /// Bytes that it moves between the zones of its region, for [cost]. Default: as [cost] says, else not counted.
    pub(in super::super) cross_zone_bytes: Option<At<BytesFile>>,
}

/// What a class is about.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", expecting = "\"static\", \"read\" or \"write\"")]
pub(in super::super) enum KindWord {
    /// The same for everybody: an edge location may keep it.
    Static,
    /// Reads data.
    Read,
    /// Changes data.
    Write,
}

impl From<KindWord> for ClassKind {
    fn from(word: KindWord) -> Self {
        match word {
            KindWord::Static => ClassKind::Static,
            KindWord::Read => ClassKind::Read,
            KindWord::Write => ClassKind::Write,
        }
    }
}

/// The way from the user to the region.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", expecting = "\"direct\", \"cdn\" or \"anycast\"")]
pub(in super::super) enum ViaWord {
    /// Straight to the region over the public internet.
    Direct,
    /// Through the CDN of [cdn]: handshakes end at the edge location, a static hit is answered there.
    Cdn,
    /// Through the on-ramp of [anycast]: in at the nearest edge location, nothing is kept there.
    Anycast,
}

impl From<ViaWord> for Via {
    fn from(word: ViaWord) -> Self {
        match word {
            ViaWord::Direct => Via::Direct,
            ViaWord::Cdn => Via::Cdn,
            ViaWord::Anycast => Via::Anycast,
        }
    }
}

/// What it takes to have a connection.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { protocol = \"tls1.3\", reuse = \"80%\" }"
)]
pub(in super::super) struct ConnectionFile {
    /// How a new connection is made: "warm", "tcp", "tls1.2", "tls1.3", "quic" or "quic-0rtt". Default "warm".
    pub(in super::super) protocol: Option<At<ProtocolWord>>,
    /// Share of requests that find a connection open. Default 0.
    pub(in super::super) reuse: Option<At<ShareFile>>,
    /// Share of new connections that find the name in a cache near by, at no cost. Default 1.
    pub(in super::super) dns_hits: Option<At<ShareFile>>,
    /// Time a recursive resolver takes for a name that was in no cache. Needed when `dns_hits` is below 1.
    pub(in super::super) resolver: Option<At<DistFile>>,
    /// Chance that a round trip loses a packet and waits for the retransmission time-out; below 1. Default 0.
    pub(in super::super) loss: Option<At<ShareFile>>,
    /// Least retransmission time-out once a round trip was measured. Default "1s" (RFC 6298); Linux takes "200ms".
    pub(in super::super) min_timeout: Option<At<DurationFile>>,
}

/// How a new connection is made.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(
    rename_all = "kebab-case",
    expecting = "\"warm\", \"tcp\", \"tls1.2\", \"tls1.3\", \"quic\" or \"quic-0rtt\""
)]
pub(in super::super) enum ProtocolWord {
    /// Not at all: there is one.
    #[default]
    Warm,
    /// TCP without encryption: 1 round trip.
    Tcp,
    /// TCP and TLS 1.2: 3 round trips.
    #[serde(rename = "tls1.2")]
    Tls12,
    /// TCP and TLS 1.3: 2 round trips.
    #[serde(rename = "tls1.3")]
    Tls13,
    /// QUIC: 1 round trip.
    Quic,
    /// QUIC to a server known from before: no round trip.
    #[serde(rename = "quic-0rtt")]
    QuicZeroRtt,
}

impl From<ProtocolWord> for Protocol {
    fn from(word: ProtocolWord) -> Self {
        match word {
            ProtocolWord::Warm => Protocol::Warm,
            ProtocolWord::Tcp => Protocol::Tcp,
            ProtocolWord::Tls12 => Protocol::Tls12,
            ProtocolWord::Tls13 => Protocol::Tls13,
            ProtocolWord::Quic => Protocol::Quic,
            ProtocolWord::QuicZeroRtt => Protocol::QuicZeroRtt,
        }
    }
}

/// An operation on a store.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { store = \"orders\", access = \"write\" }"
)]
pub(in super::super) struct OperationFile {
    /// Name of the store.
    pub(in super::super) store: At<String>,
    /// "read-local", "read-fresh" or "write".
    pub(in super::super) access: At<AccessWord>,
    /// How often, one after another, 1 to 1000. Default 1.
    pub(in super::super) times: Option<At<u64>>,
}

/// What is done to a store.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(
    rename_all = "kebab-case",
    expecting = "\"read-local\", \"read-fresh\" or \"write\""
)]
pub(in super::super) enum AccessWord {
    /// A read that may be stale, from the nearest copy.
    ReadLocal,
    /// A read that must see the latest write: the leader's, or a quorum's.
    ReadFresh,
    /// A write.
    Write,
}

impl From<AccessWord> for StoreAccess {
    fn from(word: AccessWord) -> Self {
        match word {
            AccessWord::ReadLocal => StoreAccess::ReadLocal,
            AccessWord::ReadFresh => StoreAccess::ReadFresh,
            AccessWord::Write => StoreAccess::Write,
        }
    }
}

/// A call from the serving region to another.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { to = \"us-east-1\", times = 2, parallel = true }"
)]
pub(in super::super) struct CallFile {
    /// A region, or "leader of" and the name of a store.
    pub(in super::super) to: At<String>,
    /// How often, 1 to 1000. Default 1.
    pub(in super::super) times: Option<At<u64>>,
    /// All calls of the class that say true are made at once; the slowest counts. The others are made one after
    /// another. Default false.
    pub(in super::super) parallel: Option<At<bool>>,
    /// Time the other side works on it. Default "0ms".
    pub(in super::super) service: Option<At<DistFile>>,
}
