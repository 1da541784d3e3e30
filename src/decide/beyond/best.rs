//! The best sets so far, each once.

use std::cmp::Ordering;

use crate::decide::enumerate::Scored;

/// The best sets so far, at most `limit`, the best first. Values are costs: less is better.
#[derive(Clone, Debug)]
pub(super) struct Best {
    limit: usize,
    sets: Vec<Scored>,
}

fn order(a: &Scored, b: &Scored) -> Ordering {
    a.value
        .total_cmp(&b.value)
        .then_with(|| a.regions.cmp(&b.regions))
}

impl Best {
    pub(super) fn new(limit: usize) -> Self {
        Best {
            limit,
            sets: Vec::new(),
        }
    }

    /// A cost above this cannot enter.
    pub(super) fn bar(&self) -> f64 {
        match self.sets.last() {
            Some(last) if self.sets.len() == self.limit => last.value,
            _ => f64::INFINITY,
        }
    }

    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    pub(super) fn first(&self) -> Option<&Scored> {
        self.sets.first()
    }

    /// Takes a set (ascending) unless it is there, or not good enough.
    pub(super) fn offer(&mut self, regions: &[usize], value: f64) {
        if value.is_nan() || value > self.bar() {
            return;
        }
        let scored = Scored {
            regions: regions.to_vec(),
            value,
        };
        if let Err(at) = self.sets.binary_search_by(|other| order(other, &scored)) {
            self.sets.insert(at, scored);
            self.sets.truncate(self.limit);
        }
    }

    pub(super) fn take_in(&mut self, other: Best) {
        for scored in other.sets {
            self.offer(&scored.regions, scored.value);
        }
    }

    /// The sets with the values of their objective in place of costs.
    pub(super) fn into_sets(self) -> Vec<Scored> {
        let mut sets = self.sets;
        for scored in &mut sets {
            scored.value = scored.value.abs();
        }
        sets
    }

    /// The sets with their costs.
    pub(super) fn costs(self) -> Vec<Scored> {
        self.sets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_are_kept_once_each_and_in_order() {
        let mut best = Best::new(2);
        assert_eq!(best.bar(), f64::INFINITY);
        for (regions, value) in [
            ([1, 2], 5.0),
            ([0, 2], 5.0),
            ([1, 2], 5.0),
            ([3, 4], 7.0),
            ([2, 3], f64::NAN),
        ] {
            best.offer(&regions, value);
        }
        assert_eq!(best.bar(), 5.0);
        let mut more = Best::new(2);
        more.offer(&[5, 6], -1.0);
        best.take_in(more);
        let sets = best.into_sets();
        let told: Vec<(&[usize], f64)> = sets.iter().map(|set| (&set.regions[..], set.value)).collect();
        assert_eq!(told, [(&[5, 6][..], 1.0), (&[0, 2][..], 5.0)]);
    }
}
