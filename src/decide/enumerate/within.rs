//! The share within a time, told quickly: who serves a group and its share there are one number.
//!
//! An entry is the place of the region in the group's order, in the upper bits, and the share in fixed point below it.
//! The least of the entries of a set is then the entry of the region that serves the group, and a set's share is the sum
//! of the lower bits of the least ones: a single row of a prefix, and one of a further region.
//!
//! ```text
//! bits     as many as the places need; what is left of 32 is for the share
//! unit     the largest power of ½, down to 2⁻³¹, in which the largest share of any group fits: 2⁻³¹ where no group has
//!          more than a 32nd of the audience and regions are at most 64
//! error    half a unit an entry; sets are told apart from the bar with that much to spare, and what may pass is added up
//!          from shares that were not rounded
//! ```

use pulp::{Simd, WithSimd};

use super::Walk;
use crate::decide::planes::Planes;

/// Entries of a line of the cache.
const LANES: usize = 16;

/// A line of the cache: reads across two lines take twice as long. Rows are filled up with entries that add nothing.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Line([u32; LANES]);

const NOTHING: Line = Line([0; LANES]);

/// The finest unit: the whole audience is 2³¹, so that a sum of all shares has room for its rounding.
const FINEST: u32 = 31;

/// Shares within a time.
pub(in crate::decide) struct Within {
    /// Weight times share, `[region * groups + group]`.
    pub(in crate::decide) shares: Vec<f64>,
    /// Place and share of each, `[region][group]`.
    packed: Vec<Line>,
    /// Lines of a row.
    width: usize,
    /// The bits of the share.
    mask: u32,
    /// Units to the whole audience.
    whole: f64,
    /// Sum of all roundings at most, in units.
    rounding: f64,
}

impl Within {
    pub(super) fn new(planes: &Planes<'_>, ms: f64) -> Self {
        let (groups, regions) = (planes.groups(), planes.regions());
        let shares = planes.within(ms);
        let places_bits = (usize::BITS - regions.saturating_sub(1).leading_zeros()).max(1);
        let mask = u32::MAX >> places_bits;
        let largest = shares.iter().copied().fold(0.0, f64::max);
        let units = |share: f64, bits: u32| (share * f64::from(1_u32 << bits)).round();
        let bits = (0..=FINEST)
            .rev()
            .find(|bits| units(largest, *bits) <= f64::from(mask))
            .unwrap_or(0);
        let width = groups.div_ceil(LANES);
        let mut packed = vec![NOTHING; regions * width];
        for region in 0..regions {
            let row = packed[region * width..][..width]
                .iter_mut()
                .flat_map(|line| &mut line.0);
            let places = planes.order(region);
            let shares = &shares[region * groups..][..groups];
            for ((entry, place), share) in row.zip(places).zip(shares) {
                *entry = (*place as u32) << (32 - places_bits) | units(*share, bits) as u32;
            }
        }
        Within {
            shares,
            packed,
            width,
            mask,
            whole: f64::from(1_u32 << bits),
            // And one for the sum of what was not rounded.
            rounding: 0.5 * groups as f64 + 1.0,
        }
    }

    fn row(&self, region: usize) -> &[Line] {
        &self.packed[region * self.width..][..self.width]
    }

    /// What a sum of units can come to unrounded, as a share.
    fn most(&self, units: u32) -> f64 {
        (f64::from(units) + self.rounding) / self.whole
    }
}

/// The least entries of a prefix, where they were made.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    entries: Vec<Line>,
    is_made: bool,
}

impl Row {
    pub(super) fn forget(&mut self) {
        self.is_made = false;
    }
}

/// What the sets of a walk have within a time at most, of those that are the set in hand with one more region.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// Which time, and which set: its size, and how often the set in hand has grown.
    of: Option<(usize, usize, u64)>,
    /// The first region that it was worked out for; those beyond were as well.
    from: usize,
    /// In units, by region.
    units: Vec<u32>,
}

impl Told {
    /// The units of the set in hand with `region`.
    pub(super) fn units(&self, region: usize) -> f64 {
        f64::from(self.units[region])
    }
}

impl Walk<'_> {
    /// What the share of the set in hand with `region` is at most.
    pub(super) fn most_within(&mut self, at: usize, region: usize) -> f64 {
        let is_told = self.told.of == Some((at, self.set.len(), self.pushes)) && region >= self.told.from;
        let mut units = [0];
        if is_told {
            units[0] = self.told.units[region];
        } else {
            self.tell_within(at, region, &mut units);
        }
        self.scorer.within[at].1.most(units[0])
    }

    /// Works out what the set in hand has within `ms` with each of the regions from `from` on, for [`Told::units`] and
    /// [`Walk::most_within`]: several of them together take little longer than one. Gives the units that cost no more than
    /// `bar`; none where the time is not asked for.
    pub(super) fn tell_all_within(&mut self, ms: f64, from: usize, bar: f64) -> Option<f64> {
        let at = self.scorer.within.iter().position(|(limit, _)| *limit == ms)?;
        let mut told = std::mem::take(&mut self.told);
        told.units.resize(self.scorer.planes.regions(), 0);
        self.tell_within(at, from, &mut told.units[from..]);
        told.of = Some((at, self.set.len(), self.pushes));
        told.from = from;
        self.told = told;
        let within = &self.scorer.within[at].1;
        Some(-bar * within.whole - within.rounding)
    }

    /// The units that the set in hand has with each region from `from` on, as many as there is room for.
    fn tell_within(&mut self, at: usize, from: usize, units: &mut [u32]) {
        let within = &self.scorer.within[at].1;
        let (mask, arch) = (within.mask, self.arch);
        let Some(depth) = self.set.len().checked_sub(1) else {
            for (units, region) in units.iter_mut().zip(from..) {
                // Nothing is nearer than the region itself.
                let row = within.row(region);
                [*units] = arch.dispatch(Least {
                    mine: [row],
                    row,
                    mask,
                });
            }
            return;
        };
        self.make_least(at, depth);
        let row = self.least(at, depth);
        let (fours, rest) = units.as_chunks_mut::<4>();
        let last = from + 4 * fours.len();
        for (units, region) in fours.iter_mut().zip((from..).step_by(4)) {
            let mine = [
                within.row(region),
                within.row(region + 1),
                within.row(region + 2),
                within.row(region + 3),
            ];
            *units = arch.dispatch(Least { mine, row, mask });
        }
        for (units, region) in rest.iter_mut().zip(last..) {
            let mine = [within.row(region)];
            [*units] = arch.dispatch(Least { mine, row, mask });
        }
    }

    /// The least entries of the first `depth + 1` regions in hand, which [`Walk::make_least`] made.
    fn least(&self, at: usize, depth: usize) -> &[Line] {
        match depth {
            0 => self.scorer.within[at].1.row(self.set[0]),
            _ => &self.prefixes[depth].within[at].entries,
        }
    }

    fn make_least(&mut self, at: usize, depth: usize) {
        if depth == 0 || self.prefixes[depth].within[at].is_made {
            return;
        }
        self.make_least(at, depth - 1);
        let mine = self.scorer.within[at].1.row(self.set[depth]);
        let mut made = std::mem::take(&mut self.prefixes[depth].within[at].entries);
        made.resize(mine.len(), NOTHING);
        let row = self.least(at, depth - 1);
        self.arch.dispatch(Meet {
            mine,
            row,
            made: &mut made,
        });
        self.prefixes[depth].within[at] = Row {
            entries: made,
            is_made: true,
        };
    }
}

/// The least of two entries each, written to a row.
struct Meet<'a> {
    mine: &'a [Line],
    row: &'a [Line],
    made: &'a mut [Line],
}

impl WithSimd for Meet<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        // Registers by name: left to itself the compiler gathers from many lines at once.
        for (made, (mine, row)) in self.made.iter_mut().zip(self.mine.iter().zip(self.row)) {
            let (made, _) = S::as_mut_simd_u32s(&mut made.0);
            let ((mine, _), (row, _)) = (S::as_simd_u32s(&mine.0), S::as_simd_u32s(&row.0));
            for (made, (mine, row)) in made.iter_mut().zip(mine.iter().zip(row)) {
                *made = simd.min_u32s(*mine, *row);
            }
        }
    }
}

/// The sums of the shares of the least of two entries each, for several rows towards one.
struct Least<'a, const N: usize> {
    mine: [&'a [Line]; N],
    row: &'a [Line],
    mask: u32,
}

impl<const N: usize> WithSimd for Least<'_, N> {
    type Output = [u32; N];

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> [u32; N] {
        let mask = simd.splat_u32s(self.mask);
        // Registers by name: left to itself the compiler adds up each line by itself.
        let mut sums = [simd.splat_u32s(0); N];
        for (number, row) in self.row.iter().enumerate() {
            let (row, _) = S::as_simd_u32s(&row.0);
            for (sum, mine) in sums.iter_mut().zip(self.mine) {
                let (mine, _) = S::as_simd_u32s(&mine[number].0);
                for (mine, row) in mine.iter().zip(row) {
                    *sum = simd.add_u32s(*sum, simd.and_u32s(simd.min_u32s(*mine, *row), mask));
                }
            }
        }
        let mut folded = [0_u32; N];
        for (folded, sum) in folded.iter_mut().zip(sums) {
            let mut lanes = [0; LANES];
            S::as_mut_simd_u32s(&mut lanes).0[0] = sum;
            *folded = lanes.iter().fold(0, |sum, lane| sum.wrapping_add(*lane));
        }
        folded
    }
}

#[cfg(test)]
mod tests {
    use pulp::Arch;

    use super::*;
    use crate::decide::enumerate::{Query, Scorer, profile};
    use crate::decide::objective::Figure;
    use crate::engine::latency::law::Laws;
    use crate::engine::latency::table::LatencyTable;
    use crate::engine::progress::Watch;

    const TIME: f64 = 70.0;

    /// The first group has `first` of the audience, the others the rest alike.
    fn laws(groups: usize, regions: usize, first: f64) -> Laws {
        let mut laws = profile::tests::laws(groups, regions);
        for (at, group) in laws.groups.iter_mut().enumerate() {
            group.weight = if at == 0 {
                first
            } else {
                (1.0 - first) / (groups - 1) as f64
            };
            group.country = 0;
        }
        laws
    }

    #[test]
    fn what_a_set_has_at_most_is_what_it_has_and_its_rounding() {
        // A group that takes nearly all bits of the share, and groups that are no whole number of lines.
        for (groups, first) in [(37, 0.9), (16, 1.0 / 16.0), (150, 0.004)] {
            let laws = laws(groups, 9, first);
            let table = LatencyTable::simulate(&laws, 300, 5, Watch::default()).unwrap();
            let figure = Figure::ShareWithin(TIME);
            let query = Query {
                sizes: vec![3],
                must_have: Vec::new(),
                objective: figure,
                limits: Vec::new(),
                top: 1,
            };
            let scorer = Scorer::new(&laws, &table, &query);
            let rounding = 2.0 * scorer.within[0].1.most(0);
            assert!(rounding < 1e-4);
            let mut walk = Walk::new(&scorer, 4);
            // In no order, one region at a time, then all that may follow together.
            for set in [&[][..], &[4], &[4, 1], &[8, 0, 3]] {
                walk.stand_on(set);
                let alone: Vec<f64> = (0..9).map(|region| walk.most_within(0, region)).collect();
                walk.tell_all_within(TIME, 2, 0.0).unwrap();
                let together: Vec<f64> = (0..9).map(|region| walk.most_within(0, region)).collect();
                assert_eq!(alone, together);
                for (region, most) in alone.iter().enumerate() {
                    let share = -walk.cost(figure, region, f64::INFINITY).unwrap();
                    assert!(
                        share <= *most && *most <= share + rounding,
                        "{set:?} {region}: {share} {most}"
                    );
                }
            }
        }
    }

    #[test]
    fn wide_and_single_registers_give_the_same_sums() {
        let rows: [Vec<Line>; 5] = std::array::from_fn(|row| {
            let entry = |at: usize| ((at + 1) * (row + 3) * 2_654_435_761 % 4_294_967_291) as u32;
            (0..7)
                .map(|line| Line(std::array::from_fn(|lane| entry(line * LANES + lane))))
                .collect()
        });
        let [row, mine @ ..] = &rows;
        let mask = u32::MAX >> 6;
        let all = [Arch::Scalar, Arch::new()].map(|arch| {
            let mut made = vec![NOTHING; row.len()];
            arch.dispatch(Meet {
                mine: &mine[0],
                row,
                made: &mut made,
            });
            let mine: [&[Line]; 4] = std::array::from_fn(|at| &mine[at][..]);
            let sums = arch.dispatch(Least { mine, row, mask });
            let [first] = arch.dispatch(Least {
                mine: [mine[0]],
                row,
                mask,
            });
            assert_eq!(first, sums[0]);
            let made: Vec<u32> = made.iter().flat_map(|line| line.0).collect();
            let again = made
                .iter()
                .fold(0, |sum: u32, entry| sum.wrapping_add(entry & mask));
            assert_eq!(again, first);
            (made, sums)
        });
        assert_eq!(all[0], all[1]);
    }
}
