//! Every set after every loss of so many of its regions: look-ups among the smaller sets.
//!
//! Where nothing but the regions decides who is served from where, a set that lost a region is the set without it. So the
//! figure of all sets of one size, kept by their rank among the combinations, tells what every larger set comes to.

use crate::basis::error::Result;
use crate::decide::designer::Designer;
use crate::decide::enumerate::{Query, count_sets};
use crate::decide::objective::Figure;
use crate::engine::progress::Watch;

/// A figure of every set of one size.
#[derive(Clone, Debug)]
pub struct AllOfSize {
    size: usize,
    /// `binomial[n][k]`, to rank combinations.
    binomial: Vec<Vec<usize>>,
    /// Costs by rank; infinite where a set is not feasible.
    costs: Vec<f64>,
}

/// Most sets whose figures are kept.
const MOST_SETS: u64 = 20_000_000;

impl AllOfSize {
    /// Scores all sets of `size`. None where they are too many, or where regions alone do not decide.
    ///
    /// # Errors
    /// As [`Designer::find`].
    pub fn score(
        designer: &Designer<'_>,
        figure: Figure,
        size: usize,
        watch: Watch<'_>,
    ) -> Result<Option<AllOfSize>> {
        let regions = designer.laws.regions;
        let count = count_sets(regions, size, 0).filter(|count| *count <= MOST_SETS);
        let (Some(count), false, 1..) = (count, designer.is_needed(), size) else {
            return Ok(None);
        };
        let query = Query {
            sizes: vec![size],
            must_have: Vec::new(),
            objective: figure,
            limits: Vec::new(),
            top: count as usize,
        };
        let found = designer.find(&query, None, watch)?;
        let mut all = AllOfSize {
            size,
            binomial: binomials(regions, size),
            costs: vec![f64::INFINITY; count as usize],
        };
        for scored in found.best.into_values().flatten() {
            let at = all.rank(scored.regions.iter().copied());
            all.costs[at] = figure.cost(scored.value);
        }
        Ok(found.complete.then_some(all))
    }

    /// Rank of an ascending set among all of its size: Σ C(rᵢ, i + 1).
    fn rank(&self, regions: impl Iterator<Item = usize>) -> usize {
        regions
            .enumerate()
            .map(|(at, region)| self.binomial[region][at + 1])
            .sum()
    }

    /// The cost of a set (ascending) of the size that was scored; infinite for one that is not feasible.
    pub fn cost_of(&self, regions: &[usize]) -> f64 {
        self.costs[self.rank(regions.iter().copied())]
    }

    /// The worst cost of what is left of `regions` (ascending) after the loss of any one; infinite for a set that is not
    /// one region larger than those that were scored.
    pub fn worst_after_loss(&self, regions: &[usize]) -> f64 {
        if regions.len() != self.size + 1 {
            return f64::INFINITY;
        }
        (0..regions.len())
            .map(|lost| {
                let left = regions.iter().enumerate().filter(|(at, _)| *at != lost);
                self.costs[self.rank(left.map(|(_, region)| *region))]
            })
            .fold(f64::NEG_INFINITY, f64::max)
    }
}

/// `C(n, k)` for n up to `regions` and k up to `size`.
fn binomials(regions: usize, size: usize) -> Vec<Vec<usize>> {
    let mut rows = vec![vec![0; size + 2]; regions + 1];
    for n in 0..=regions {
        rows[n][0] = 1;
        for k in 1..=size.min(n) {
            rows[n][k] = rows[n - 1][k - 1] + rows[n - 1][k];
        }
    }
    rows
}

/// The set of `size` out of `regions` candidates, with all of `must_have`, whose worst cost after the loss of any one
/// region is least, and that cost; the first of equals.
pub fn best_after_loss(all: &AllOfSize, regions: usize, must_have: &[usize]) -> Option<(Vec<usize>, f64)> {
    let size = all.size + 1;
    if size > regions {
        return None;
    }
    let mut set: Vec<usize> = (0..size).collect();
    let mut best: Option<(Vec<usize>, f64)> = None;
    loop {
        if must_have.iter().all(|must| set.contains(must)) {
            let cost = all.worst_after_loss(&set);
            if cost.is_finite() && best.as_ref().is_none_or(|(_, least)| cost < *least) {
                best = Some((set.clone(), cost));
            }
        }
        if !next_set(&mut set, regions) {
            return best;
        }
    }
}

/// The next combination in lexicographic order; false after the last.
pub fn next_set(set: &mut [usize], regions: usize) -> bool {
    let size = set.len();
    let Some(at) = (0..size).rev().find(|at| set[*at] < regions - (size - at)) else {
        return false;
    };
    set[at] += 1;
    for later in at + 1..size {
        set[later] = set[later - 1] + 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_number_all_combinations_once() {
        let all = AllOfSize {
            size: 3,
            binomial: binomials(7, 3),
            costs: Vec::new(),
        };
        let mut set = vec![0, 1, 2];
        let mut ranks = vec![all.rank(set.iter().copied())];
        while next_set(&mut set, 7) {
            ranks.push(all.rank(set.iter().copied()));
        }
        ranks.sort_unstable();
        assert_eq!(ranks, (0..35).collect::<Vec<_>>());
    }

    #[test]
    fn the_worst_of_what_is_left_counts() {
        let all = AllOfSize {
            size: 1,
            binomial: binomials(3, 1),
            costs: vec![10.0, 30.0, 20.0],
        };
        assert_eq!(all.worst_after_loss(&[0, 1]), 30.0);
        assert_eq!(best_after_loss(&all, 3, &[]), Some((vec![0, 2], 20.0)));
        assert_eq!(best_after_loss(&all, 3, &[1]), Some((vec![0, 1], 30.0)));
    }
}
