//! What replication does to latency and freshness: quorums, leaders, lag, conflicts, cuts.
//!
//! Two tools, used where each is strong. A [`delay::Delay`] is the distribution of one time, added and ordered by
//! numerical convolution: no sampling error, and cheap enough for every set of regions. [`wars`] is a Monte Carlo
//! of whole operations, because the freshness of a quorum read hangs on messages that are not independent of each
//! other.

pub mod delay;

pub mod links;

mod fine;

mod columns;

pub mod wars;

pub mod operation;

pub mod lag;

pub mod staleness;

pub mod conflict;

pub mod cap;
