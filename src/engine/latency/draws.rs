//! How many draws each user group gets, and where they come from.

use crate::basis::points::SCRAMBLES;
use crate::basis::seed::{BLOCK, Points, Source};

/// Fewest draws of a group where draws go by weight, unless all get fewer.
const FLOOR: u32 = 256;

/// The same as a part of the average.
const FLOOR_PART: u32 = 16;

/// Most draws of a pair: they are counted in 32 bits.
const MOST: u64 = 1 << 31;

/// Where the draws of a table come from, and how many there are for each user group. All regions of a group have the same
/// draws, so that sets are compared on them.
#[derive(Clone, Debug, PartialEq)]
pub struct Draws {
    source: Source,
    runs: u32,
    /// By group; empty when all have `runs`.
    by_group: Vec<u32>,
}

impl Draws {
    /// The same number for every group. Scrambled points come in whole rounds of the scrambles: what is beyond the last
    /// one is left out.
    pub fn equal(runs: u32, source: impl Into<Source>) -> Self {
        let source = source.into();
        Draws {
            source,
            runs: match source.points {
                Points::Random => runs,
                Points::Scrambled => runs - runs % SCRAMBLES as u32,
            },
            by_group: Vec::new(),
        }
    }

    /// `runs` on average, each group by its weight beyond a floor that keeps small countries tellable: a sixteenth of
    /// `runs` and at least 256, or `runs` where that is less. The sum is never more than that of equal draws.
    ///
    /// Random draws come in blocks of 64; scrambled points in powers of two, which are handed out one doubling at a time
    /// to the group that has the fewest for its weight.
    pub fn by_weight(weights: impl IntoIterator<Item = f64>, runs: u32, source: impl Into<Source>) -> Self {
        let source = source.into();
        let weights: Vec<f64> = weights.into_iter().collect();
        let by_group = match source.points {
            Points::Random => in_blocks(&weights, runs),
            Points::Scrambled => in_doublings(&weights, runs),
        };
        Draws {
            source,
            runs,
            by_group,
        }
    }

    /// Where they come from.
    pub fn source(&self) -> Source {
        self.source
    }

    /// Draws for each pair, on average.
    pub fn runs(&self) -> u32 {
        self.runs
    }

    /// Draws for each pair of a group.
    pub fn of_group(&self, group: usize) -> u32 {
        self.by_group.get(group).copied().unwrap_or(self.runs)
    }

    /// Those of a single scramble.
    pub(super) fn of_a_scramble(&self) -> Draws {
        let part = |runs: u32| runs / SCRAMBLES as u32;
        Draws {
            source: self.source,
            runs: part(self.runs),
            by_group: self.by_group.iter().map(|runs| part(*runs)).collect(),
        }
    }
}

/// The floor, where `runs` is the average.
fn floor(runs: u32) -> u32 {
    FLOOR
        .max((runs / FLOOR_PART).next_multiple_of(BLOCK as u32))
        .min(runs)
}

fn in_blocks(weights: &[f64], runs: u32) -> Vec<u32> {
    let floor = floor(runs);
    let whole: f64 = weights.iter().sum();
    let left = u64::from(runs - floor) * weights.len() as u64 / BLOCK as u64;
    let wanted: Vec<f64> = weights
        .iter()
        .map(|weight| left as f64 * weight / whole)
        .collect();
    let mut blocks: Vec<u64> = wanted.iter().map(|blocks| blocks.floor() as u64).collect();
    // What rounding down left, to the largest remainders.
    let mut order: Vec<usize> = (0..weights.len()).collect();
    let remainder = |at: usize| wanted[at] - wanted[at].floor();
    order.sort_by(|a, b| remainder(*b).total_cmp(&remainder(*a)).then(a.cmp(b)));
    let rest = left.saturating_sub(blocks.iter().sum());
    for at in order.into_iter().take(rest as usize) {
        blocks[at] += 1;
    }
    let runs = |blocks: &u64| (u64::from(floor) + blocks * BLOCK as u64).min(MOST) as u32;
    blocks.iter().map(runs).collect()
}

fn in_doublings(weights: &[f64], runs: u32) -> Vec<u32> {
    let floor = 1 << floor(runs).max(1).ilog2();
    let mut by_group = vec![floor; weights.len()];
    let mut left = u64::from(runs) * weights.len() as u64 - u64::from(floor) * weights.len() as u64;
    let mut open: Vec<usize> = (0..weights.len()).collect();
    while !open.is_empty() {
        let need = |at: usize| weights[at] / f64::from(by_group[at]);
        let neediest = |best: usize, place: usize| {
            if need(open[place]) > need(open[best]) {
                place
            } else {
                best
            }
        };
        let place = (1..open.len()).fold(0, neediest);
        let at = open[place];
        let more = u64::from(by_group[at]);
        if more <= left && 2 * more <= MOST {
            by_group[at] *= 2;
            left -= more;
        } else {
            open.swap_remove(place);
            open.sort_unstable();
        }
    }
    by_group
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights() -> Vec<f64> {
        let raw: Vec<f64> = (1..=40).map(|rank| 1.0 / f64::from(rank)).collect();
        let whole: f64 = raw.iter().sum();
        raw.iter().map(|weight| weight / whole).collect()
    }

    #[test]
    fn draws_go_by_weight_beyond_a_floor_and_never_sum_to_more() {
        for runs in [100, 300, 1024, 10_000] {
            let draws = Draws::by_weight(weights(), runs, 1);
            let of: Vec<u32> = (0..40).map(|group| draws.of_group(group)).collect();
            let sum: u64 = of.iter().map(|runs| u64::from(*runs)).sum();
            assert!(sum <= 40 * u64::from(runs) && sum + 64 > 40 * u64::from(runs));
            assert!(of.iter().all(|of| *of >= floor(runs)));
            assert!(of.windows(2).all(|two| two[0] >= two[1]));
        }
        let draws = Draws::by_weight(weights(), 10_000, 1);
        let beyond = |group| f64::from(draws.of_group(group) - floor(10_000));
        // The first weighs twice what the second does, to a block.
        assert!((beyond(0) - 2.0 * beyond(1)).abs() <= 3.0 * 64.0);
        assert_eq!(Draws::by_weight([1.0], 10_000, 1).of_group(0) / 64, 10_000 / 64);
    }

    #[test]
    fn scrambled_draws_go_by_weight_in_powers_of_two() {
        let source = Source {
            seed: 1,
            points: Points::Scrambled,
        };
        for runs in [128, 2048, 16_384] {
            let draws = Draws::by_weight(weights(), runs, source);
            let of: Vec<u32> = (0..40).map(|group| draws.of_group(group)).collect();
            assert!(of.iter().all(|of| of.is_power_of_two() && *of >= floor(runs) / 2));
            assert!(of.windows(2).all(|two| two[0] >= two[1]));
            let sum: u64 = of.iter().map(|runs| u64::from(*runs)).sum();
            let all = 40 * u64::from(runs);
            assert!(sum <= all && sum > all - all / 10, "{sum} of {all}");
        }
    }

    #[test]
    fn equal_draws_are_equal() {
        let draws = Draws::equal(4096, 7);
        assert_eq!((draws.runs(), draws.of_group(9)), (4096, 4096));
        assert_eq!(draws.of_a_scramble().of_group(3), 256);
    }
}
