//! Numbers for names, and where variances start.

use std::collections::{BTreeMap, BTreeSet};

use super::design::Start;

/// Rows that the start of a variance of effects is worth.
pub(super) const WORTH: f64 = 4.0;

/// Numbers for names, in their order.
pub(super) struct Numbers<K>(pub(super) BTreeMap<K, usize>);

impl<K: Ord + Clone> Numbers<K> {
    pub(super) fn of(names: impl Iterator<Item = K>, first: usize) -> Self {
        let names: BTreeSet<K> = names.collect();
        Numbers(names.into_iter().zip(first..).collect())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn get(&self, name: &K) -> usize {
        self.0.get(name).copied().unwrap_or_default()
    }
}

pub(super) fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), x| (sum + x, count + 1.0));
    sum / f64::max(count, 1.0)
}

pub(super) fn start(variance: f64) -> Start {
    Start {
        variance: variance.max(1e-8),
        worth: WORTH,
    }
}
