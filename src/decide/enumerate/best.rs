//! Where sets go that keep the limits: lists of the best, each with a bar that lets whoever scores give up early.

use std::cmp::Ordering;
use std::sync::atomic::{self, AtomicU64};
use std::sync::{Mutex, PoisonError};

use super::Scored;

/// Takes the sets of a walk that keep the limits. Values are costs: less is better.
pub(super) trait Sink {
    /// A set whose cost is above this need not be offered.
    fn bar(&self) -> f64;

    /// Is offered a set with its cost, which may be above the bar.
    fn offer(&mut self, regions: &[usize], cost: f64);

    /// The walk is over.
    fn done(&mut self) {}
}

/// The lower cost first; equals in lexicographic order.
pub(super) fn order(a: &Scored, b: &Scored) -> Ordering {
    a.value
        .total_cmp(&b.value)
        .then_with(|| a.regions.cmp(&b.regions))
}

/// The best sets so far, at most `limit`.
#[derive(Clone, Debug)]
pub(super) struct Top {
    limit: usize,
    pub(super) sets: Vec<Scored>,
}

impl Top {
    pub(super) fn new(limit: usize) -> Self {
        Top {
            limit,
            sets: Vec::new(),
        }
    }
}

impl Sink for Top {
    fn bar(&self) -> f64 {
        if self.sets.len() < self.limit {
            f64::INFINITY
        } else {
            self.sets.last().map_or(f64::INFINITY, |s| s.value)
        }
    }

    fn offer(&mut self, regions: &[usize], cost: f64) {
        if cost.is_nan() || cost > self.bar() {
            return;
        }
        let scored = Scored {
            regions: regions.to_vec(),
            value: cost,
        };
        // In order only once full: until then nothing is turned away, and all sets may be wanted.
        if self.sets.len() < self.limit {
            self.sets.push(scored);
            if self.sets.len() == self.limit {
                self.sets.sort_by(order);
            }
            return;
        }
        let at = self.sets.partition_point(|other| order(other, &scored).is_lt());
        self.sets.insert(at, scored);
        self.sets.truncate(self.limit);
    }
}

/// The best sets of all walks together, at most `limit` in the end.
///
/// Its bar is never below the cost of the last set of the final list, so that which sets are in it does not depend on the
/// order in which walks come to it, though what they may skip does.
#[derive(Debug)]
pub(super) struct Pool {
    limit: usize,
    /// Sets beyond the limit that are let in before the list is cut.
    slack: usize,
    kept: Mutex<Vec<Scored>>,
    /// Bits of the bar.
    bar: AtomicU64,
}

impl Pool {
    pub(super) fn new(limit: usize, slack: usize) -> Self {
        Pool {
            limit,
            slack,
            kept: Mutex::new(Vec::new()),
            bar: AtomicU64::new(f64::INFINITY.to_bits()),
        }
    }

    pub(super) fn bar(&self) -> f64 {
        f64::from_bits(self.bar.load(atomic::Ordering::Relaxed))
    }

    /// Takes what a walk has found.
    pub(super) fn take(&self, sets: &mut Vec<Scored>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.append(sets);
        if kept.len() >= self.limit + self.slack {
            self.cut(&mut kept);
        }
    }

    fn cut(&self, kept: &mut Vec<Scored>) {
        if let Some(last) = self.limit.checked_sub(1).filter(|last| *last < kept.len()) {
            let (_, last, _) = kept.select_nth_unstable_by(last, order);
            self.bar.store(last.value.to_bits(), atomic::Ordering::Relaxed);
        }
        kept.truncate(self.limit);
    }

    /// The best, best first.
    pub(super) fn into_best(self) -> Vec<Scored> {
        let mut kept = self.kept.into_inner().unwrap_or_else(PoisonError::into_inner);
        kept.sort_by(order);
        kept.truncate(self.limit);
        kept
    }
}
