//! Discrete-event simulation of a queue: what the formulas are held against.
//!
//! ```
//! use isochrone::basis::{dist::Dist, queueing::simulate::Servers};
//! let service = Dist::exponential(10.0)?;
//! let waits = Servers { count: 2, offered: 1.0, service: &service, seed: 42 }.waits(0, 1000, 20_000);
//! let waiting = waits.iter().filter(|wait| **wait > 0.0).count() as f64 / 20_000.0;
//! assert!((waiting - 1.0 / 3.0).abs() < 0.03);
//! # Ok::<(), isochrone::basis::error::Error>(())
//! ```
//!
//! Requests arrive one after another with exponential gaps; each is taken by the server that is free first (J. Kiefer
//! and J. Wolfowitz, *On the theory of queues with many servers*, Trans. AMS 78, 1955). Draws
//! are addressed by the stream, so a run depends on its key alone.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::basis::dist::Dist;
use crate::basis::seed::{BLOCK, Purpose, QueueDraw, Stream, unit};

/// Servers behind one queue, and what comes to them.
#[derive(Clone, Copy, Debug)]
pub struct Servers<'a> {
    /// How many there are.
    pub count: u32,
    /// Offered load, erlang.
    pub offered: f64,
    /// How long a request holds its server, ms.
    pub service: &'a Dist,
    /// Seed of the draws.
    pub seed: u64,
}

impl Servers<'_> {
    /// The waits of `requests` requests, ms, in order of arrival. The first of all finds the queue empty; `skipped` come
    /// before the first that counts. Runs of different numbers are independent.
    pub fn waits(&self, run: u32, skipped: usize, requests: usize) -> Vec<f64> {
        self.run(run, skipped, requests, |wait, _| wait)
    }

    /// Wait and service together of the same requests, ms.
    pub fn responses(&self, run: u32, skipped: usize, requests: usize) -> Vec<f64> {
        self.run(run, skipped, requests, |wait, service| wait + service)
    }

    /// What `told` makes of wait and service of each request that counts.
    fn run(&self, run: u32, skipped: usize, requests: usize, told: impl Fn(f64, f64) -> f64) -> Vec<f64> {
        let gap_ms = self.service.mean().unwrap_or(f64::INFINITY) / self.offered;
        let law = self.service.shape();
        let mut gaps = Draws::new(self.seed, QueueDraw::Gap, run);
        let mut services = Draws::new(self.seed, QueueDraw::Service, run);
        let mut free: BinaryHeap<Reverse<Moment>> = (0..self.count).map(|_| Reverse(Moment(0.0))).collect();
        let mut times = Vec::with_capacity(requests);
        let mut now = 0.0;
        for number in 0..skipped + requests {
            now -= gap_ms * unit(gaps.next()).ln();
            let Some(Reverse(Moment(free_at))) = free.pop() else {
                break;
            };
            let begins = free_at.max(now);
            let service = law.at(services.next());
            free.push(Reverse(Moment(begins + service)));
            if number >= skipped {
                times.push(told(begins - now, service));
            }
        }
        times
    }
}

/// A point in time, ms, with an order.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Moment(f64);

impl Eq for Moment {}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// The draws of a stream one by one.
struct Draws {
    stream: Stream,
    block: u32,
    at: usize,
    words: [u32; BLOCK],
}

impl Draws {
    fn new(seed: u64, draw: QueueDraw, run: u32) -> Self {
        Draws {
            stream: Stream::new(seed, Purpose::Queue(draw), run, 0),
            block: 0,
            at: BLOCK,
            words: [0; BLOCK],
        }
    }

    fn next(&mut self) -> u32 {
        if self.at == BLOCK {
            self.stream.fill(self.block, &mut self.words);
            self.block += 1;
            self.at = 0;
        }
        self.at += 1;
        self.words[self.at - 1]
    }
}
