//! The inner loops of scoring: two rows of entries merged by which of two regions is nearer, and added up.
//!
//! Dispatched one by one: the walk recurses, so nothing around these loops is compiled for wide registers. Integers may be
//! added in any order; floating-point numbers go to sixteen lanes, which are folded in a fixed one, so that the bits do not
//! depend on the registers of the machine.

use pulp::{Simd, WithSimd};

/// What rows are made of.
pub(super) trait Entry: Copy {
    /// `mine` or `row`, both read whichever it is: the compiler would else pick an address and gather from it.
    fn pick(nearer: u32, mine: Self, row: Self) -> Self;
}

/// Lanes that floating-point numbers are added up in.
const LANES: usize = 16;

#[inline(always)]
fn folded(mut lanes: [f64; LANES]) -> f64 {
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            lanes[lane] += lanes[lane + width];
        }
        width /= 2;
    }
    lanes[0]
}

#[inline(always)]
fn sum_of_integers(entries: impl Iterator<Item = u32>) -> u32 {
    entries.fold(0, u32::wrapping_add)
}

impl Entry for u32 {
    #[inline(always)]
    fn pick(nearer: u32, mine: u32, row: u32) -> u32 {
        (mine & nearer) | (row & !nearer)
    }
}

impl Entry for f64 {
    #[inline(always)]
    fn pick(nearer: u32, mine: f64, row: f64) -> f64 {
        // All bits or none, widened with its sign.
        let nearer = i64::from(nearer.cast_signed()).cast_unsigned();
        f64::from_bits((mine.to_bits() & nearer) | (row.to_bits() & !nearer))
    }
}

/// Merged entries in the order of the groups.
pub(super) trait Merged<T> {
    fn entries(&self) -> impl Iterator<Item = T>;
}

/// A region's row merged into a prefix's: its entry where `cost` is below `nearest`, else the prefix's.
pub(super) struct Merge<'a, T> {
    pub(super) mine: &'a [T],
    pub(super) row: &'a [T],
    pub(super) cost: &'a [f32],
    pub(super) nearest: &'a [f32],
}

impl<T: Entry> Merged<T> for Merge<'_, T> {
    #[inline(always)]
    fn entries(&self) -> impl Iterator<Item = T> {
        let rows = self.mine.iter().zip(self.row);
        let costs = self.cost.iter().zip(self.nearest);
        rows.zip(costs).map(|((mine, row), (cost, nearest))| {
            T::pick(u32::from(cost < nearest).wrapping_neg(), *mine, *row)
        })
    }
}

/// The same where the choice was kept.
pub(super) struct Kept<'a, T> {
    pub(super) mine: &'a [T],
    pub(super) row: &'a [T],
    pub(super) nearer: &'a [u32],
}

impl<T: Entry> Merged<T> for Kept<'_, T> {
    #[inline(always)]
    fn entries(&self) -> impl Iterator<Item = T> {
        let rows = self.mine.iter().zip(self.row);
        rows.zip(self.nearer)
            .map(|((mine, row), nearer)| T::pick(*nearer, *mine, *row))
    }
}

/// A row as it is.
pub(super) struct Whole<'a, T>(pub(super) &'a [T]);

impl WithSimd for Whole<'_, u32> {
    type Output = u32;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> u32 {
        sum_of_integers(self.0.iter().copied())
    }
}

impl WithSimd for Whole<'_, f64> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        let (rows, rest) = self.0.as_chunks::<LANES>();
        let mut lanes = [0f64; LANES];
        for row in rows {
            for lane in 0..LANES {
                lanes[lane] += row[lane];
            }
        }
        for (lane, entry) in lanes.iter_mut().zip(rest) {
            *lane += entry;
        }
        folded(lanes)
    }
}

/// The sum of the merged entries.
pub(super) struct Sum<M>(pub(super) M);

impl WithSimd for Sum<Merge<'_, u32>> {
    type Output = u32;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> u32 {
        sum_of_integers(self.0.entries())
    }
}

impl WithSimd for Sum<Kept<'_, u32>> {
    type Output = u32;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> u32 {
        sum_of_integers(self.0.entries())
    }
}

// Rows of lanes by hand: an iterator's sum is one number after the other.

impl WithSimd for Sum<Merge<'_, f64>> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        let (mine, my_rest) = self.0.mine.as_chunks::<LANES>();
        let (row, row_rest) = self.0.row.as_chunks::<LANES>();
        let (cost, cost_rest) = self.0.cost.as_chunks::<LANES>();
        let (nearest, nearest_rest) = self.0.nearest.as_chunks::<LANES>();
        let mut lanes = [0f64; LANES];
        for ((mine, row), (cost, nearest)) in mine.iter().zip(row).zip(cost.iter().zip(nearest)) {
            for lane in 0..LANES {
                let nearer = u32::from(cost[lane] < nearest[lane]).wrapping_neg();
                lanes[lane] += f64::pick(nearer, mine[lane], row[lane]);
            }
        }
        let rest = Merge {
            mine: my_rest,
            row: row_rest,
            cost: cost_rest,
            nearest: nearest_rest,
        };
        for (lane, entry) in lanes.iter_mut().zip(rest.entries()) {
            *lane += entry;
        }
        folded(lanes)
    }
}

impl WithSimd for Sum<Kept<'_, f64>> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        let (mine, my_rest) = self.0.mine.as_chunks::<LANES>();
        let (row, row_rest) = self.0.row.as_chunks::<LANES>();
        let (nearer, nearer_rest) = self.0.nearer.as_chunks::<LANES>();
        let mut lanes = [0f64; LANES];
        for ((mine, row), nearer) in mine.iter().zip(row).zip(nearer) {
            for lane in 0..LANES {
                lanes[lane] += f64::pick(nearer[lane], mine[lane], row[lane]);
            }
        }
        let rest = Kept {
            mine: my_rest,
            row: row_rest,
            nearer: nearer_rest,
        };
        for (lane, entry) in lanes.iter_mut().zip(rest.entries()) {
            *lane += entry;
        }
        folded(lanes)
    }
}

/// The sum of the merged entries, and the choice kept for further rows.
pub(super) struct SumKept<'a>(pub(super) Merge<'a, u32>, pub(super) &'a mut [u32]);

impl WithSimd for SumKept<'_> {
    type Output = u32;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> u32 {
        let SumKept(merge, kept) = self;
        for ((nearer, cost), nearest) in kept.iter_mut().zip(merge.cost).zip(merge.nearest) {
            *nearer = u32::from(cost < nearest).wrapping_neg();
        }
        let (mine, row, nearer) = (merge.mine, merge.row, &*kept);
        sum_of_integers(Kept { mine, row, nearer }.entries())
    }
}

/// The merged entries themselves, written to a row.
pub(super) struct Write<'a, T>(pub(super) Merge<'a, T>, pub(super) &'a mut [T]);

impl<T: Entry> WithSimd for Write<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (made, entry) in self.1.iter_mut().zip(self.0.entries()) {
            *made = entry;
        }
    }
}

/// Who serves each group once `region` has joined.
pub(super) struct Step<'a> {
    pub(super) region: u16,
    pub(super) cost: &'a [f32],
    /// The least cost so far and who has it.
    pub(super) before: (&'a [f32], &'a [u16]),
    pub(super) after: (&'a mut [f32], &'a mut [u16]),
}

impl WithSimd for Step<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let after = self.after.0.iter_mut().zip(self.after.1.iter_mut());
        let before = self.before.0.iter().zip(self.before.1);
        for (((nearest, serving), (least, who)), cost) in after.zip(before).zip(self.cost) {
            let nearer = cost < least;
            *nearest = if nearer { *cost } else { *least };
            *serving = if nearer { self.region } else { *who };
        }
    }
}

#[cfg(test)]
mod tests {
    use pulp::Arch;

    use super::*;

    /// Rows of an awkward length: not a multiple of any register.
    const GROUPS: usize = 101;

    fn numbers(of: impl Fn(usize) -> f64) -> Vec<f64> {
        (0..GROUPS).map(of).collect()
    }

    #[test]
    fn wide_and_single_registers_give_the_same_bits() {
        let cost: Vec<f32> = (0..GROUPS).map(|at| (at * 37 % 41) as f32).collect();
        let nearest: Vec<f32> = (0..GROUPS).map(|at| (at * 53 % 43) as f32).collect();
        let mine = numbers(|at| 1.0 / (1.0 + at as f64));
        let row = numbers(|at| (at as f64).sqrt() / 3.0);
        let (my_units, row_units): (Vec<u32>, Vec<u32>) =
            (0..GROUPS as u32).map(|at| (at * 7919, at * 104_729)).unzip();
        let serving: Vec<u16> = (0..GROUPS as u16).collect();
        let all = [Arch::Scalar, Arch::new()].map(|arch| {
            let floats = Merge {
                mine: &mine,
                row: &row,
                cost: &cost,
                nearest: &nearest,
            };
            let units = || Merge {
                mine: &my_units[..],
                row: &row_units[..],
                cost: &cost,
                nearest: &nearest,
            };
            let (mut written, mut nearer) = (vec![0; GROUPS], vec![0; GROUPS]);
            let (mut least, mut who) = (vec![0f32; GROUPS], vec![0u16; GROUPS]);
            let kept_sum = arch.dispatch(SumKept(units(), &mut nearer));
            arch.dispatch(Write(units(), &mut written[..]));
            arch.dispatch(Step {
                region: 999,
                cost: &cost,
                before: (&nearest, &serving),
                after: (&mut least, &mut who),
            });
            let kept = Kept {
                mine: &mine[..],
                row: &row[..],
                nearer: &nearer,
            };
            let sums = [
                arch.dispatch(Sum(floats)),
                arch.dispatch(Sum(kept)),
                arch.dispatch(Whole(&mine[..])),
            ];
            let counts = [
                kept_sum,
                arch.dispatch(Sum(units())),
                arch.dispatch(Whole(&my_units[..])),
            ];
            (sums.map(f64::to_bits), counts, written, nearer, least, who)
        });
        assert_eq!(all[0], all[1]);
        // A choice that was kept is the choice.
        assert_eq!((all[0].0[0], all[0].1[0]), (all[0].0[1], all[0].1[1]));
    }

    #[test]
    fn a_sum_takes_the_entry_of_the_nearer_region() {
        let (cost, nearest) = ([1.0, 2.0, 3.0], [2.0, 2.0, 2.0]);
        let (mine, row) = ([10, 20, 30], [1, 2, 3]);
        let merge = Merge {
            mine: &mine[..],
            row: &row[..],
            cost: &cost,
            nearest: &nearest,
        };
        // Of equals the one that was there before stays.
        assert_eq!(Arch::new().dispatch(Sum(merge)), 10 + 2 + 3);
    }
}
