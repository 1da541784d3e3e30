//! The latency table turned for scoring: for each bin, the share that every pair has below it, in integers.
//!
//! The entry of a bin, a region and a group is the group's weight times its share below the upper edge of the bin, in units
//! of 2⁻³¹ of the audience. A set's share below a bin is a sum over groups of one entry each: integers, so the
//! order of summation cannot matter, and rows lie side by side, so it runs at the speed of the cache.

use std::sync::OnceLock;

use pulp::{Simd, WithSimd};

use crate::basis::stat::bins;
use crate::engine::latency::law::Laws;
use crate::engine::latency::table::LatencyTable;
use crate::engine::registers::arch;

/// The whole audience in fixed point. Rounding each entry costs at most 2⁻³² · groups of the total.
pub const WHOLE: u32 = 1 << 31;

/// Bins whose planes are made together: an octave, so that a pair's counts are read in runs of four lines of the cache.
const TOGETHER: usize = 64;

/// Entries to a line of the cache.
const LINE: usize = 16;

/// Shares below each bin in fixed point, and what routing goes by.
///
/// Planes are made when first asked for, an octave at a time: a search for one quantile looks at the few octaves that
/// the quantile of any set lies in, and the other planes are never made.
#[derive(Clone, Debug)]
pub struct Planes<'a> {
    laws: &'a Laws,
    table: &'a LatencyTable,
    groups: usize,
    regions: usize,
    first_bin: usize,
    last_bin: usize,
    /// `shares[(bin − first_bin) / 64]` holds `[region][bin][group]` of its bins: a search for a quantile looks at bins of a
    /// region that are near each other.
    shares: Vec<OnceLock<Box<[u32]>>>,
    /// `order[region * groups + group]`: place of the region among all, by expected RTT of the group.
    order: Vec<f32>,
    /// `weighted_mean[region * groups + group]`: weight · mean, ms.
    weighted_mean: Vec<f64>,
    /// `mean[region * groups + group]`, ms.
    mean: Vec<f64>,
}

/// An entry for each pair, `[region * groups + group]`. Made group by group: a group's figures lie together in the table.
fn by_pair(groups: usize, regions: usize, entry: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let mut entries = vec![0.0; groups * regions];
    for group in 0..groups {
        for region in 0..regions {
            entries[region * groups + group] = entry(group, region);
        }
    }
    entries
}

/// The order of regions for each group, the first of equals first, `[region * groups + group]`.
fn order(laws: &Laws) -> Vec<f32> {
    let groups = laws.groups.len();
    let mut places = vec![0.0; groups * laws.regions];
    let mut regions: Vec<usize> = Vec::with_capacity(laws.regions);
    for group in 0..groups {
        let expected = |region: usize| laws.pair(group, region).expected_ms;
        regions.clear();
        regions.extend(0..laws.regions);
        regions.sort_by(|a, b| expected(*a).total_cmp(&expected(*b)));
        for (place, region) in regions.iter().enumerate() {
            places[region * groups + group] = place as f32;
        }
    }
    places
}

/// What the entries of one cache line in the planes of an octave are made from.
struct Line {
    /// A single draw of each group in fixed point.
    units: [f64; LINE],
    counts: [[u32; TOGETHER]; LINE],
}

/// The entries of a line in one plane.
struct Rounded<'a> {
    line: &'a Line,
    step: usize,
    out: &'a mut [u32],
}

impl WithSimd for Rounded<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let mut entries = [0u32; LINE];
        for (at, entry) in entries.iter_mut().enumerate() {
            let below = f64::from(self.line.counts[at][self.step]);
            // To the nearest: what `round` is in wide registers, without its call elsewhere.
            *entry = (below * self.line.units[at] + 0.5_f64.next_down()) as u32;
        }
        self.out.copy_from_slice(&entries[..self.out.len()]);
    }
}

impl<'a> Planes<'a> {
    /// Turns `table`; without bins there are no shares to ask for.
    pub fn new(laws: &'a Laws, table: &'a LatencyTable, with_bins: bool) -> Self {
        let (first_bin, last_bin) = if with_bins { table.bin_range() } else { (0, 0) };
        let bins = if with_bins { last_bin - first_bin + 1 } else { 0 };
        let (groups, regions) = (laws.groups.len(), laws.regions);
        Planes {
            laws,
            table,
            groups,
            regions,
            first_bin,
            last_bin,
            shares: vec![OnceLock::new(); bins.div_ceil(TOGETHER)],
            order: order(laws),
            weighted_mean: by_pair(groups, regions, |group, region| {
                laws.groups[group].weight * table.mean(group, region)
            }),
            mean: by_pair(groups, regions, |group, region| table.mean(group, region)),
        }
    }

    /// The planes of 64 bins, or of those that are left. One thread makes them while others that want them wait;
    /// nothing in here may hand work to other threads, or it could come to wait for itself.
    fn make(&self, chunk: usize) -> Box<[u32]> {
        let first = self.first_bin + chunk * TOGETHER;
        let count = TOGETHER.min(self.last_bin + 1 - first);
        let mut shares = vec![0; count * self.groups * self.regions].into_boxed_slice();
        let arch = arch();
        // A line of the cache at a time: its groups are written together, and read from rows side by side.
        for (region, rows) in shares.chunks_exact_mut(count * self.groups).enumerate() {
            for start in (0..self.groups).step_by(LINE) {
                let line = self.line(start, region, first);
                let end = self.groups.min(start + LINE);
                for (step, row) in rows.chunks_exact_mut(self.groups).enumerate() {
                    arch.dispatch(Rounded {
                        line: &line,
                        step,
                        out: &mut row[start..end],
                    });
                }
            }
        }
        shares
    }

    /// The counts of the groups from `start` on, below the ends of the 64 bins from `first` on. All are read before any
    /// is worked on: they lie far apart, and so the waits for them overlap.
    fn line(&self, start: usize, region: usize, first: usize) -> Line {
        let mut line = Line {
            units: [0.0; LINE],
            counts: [[0; TOGETHER]; LINE],
        };
        for (at, group) in (start..self.groups.min(start + LINE)).enumerate() {
            let part = self.table.part(group, region, self.laws.groups[group].weight);
            line.units[at] = part.weight * f64::from(WHOLE) / f64::from(part.runs);
            part.counts_below(first + 1, &mut line.counts[at]);
        }
        line
    }

    /// Bytes that planes of this size take when `bins` of them are made.
    pub fn bytes(bins: usize, regions: usize, groups: usize) -> usize {
        regions * groups * (bins.next_multiple_of(TOGETHER) * 4 + 4 + 16)
    }

    /// Bytes taken by what has been made so far.
    pub fn bytes_made(&self) -> usize {
        let shares = self.shares.iter().filter_map(OnceLock::get);
        shares.map(|made| made.len() * 4).sum::<usize>()
            + self.order.capacity() * 4
            + (self.weighted_mean.capacity() + self.mean.capacity()) * 8
    }

    /// Number of user groups.
    pub fn groups(&self) -> usize {
        self.groups
    }

    /// Number of regions.
    pub fn regions(&self) -> usize {
        self.regions
    }

    /// First and last bin with a plane of its own.
    pub fn bin_range(&self) -> (usize, usize) {
        (self.first_bin, self.last_bin)
    }

    /// Shares of all groups below the end of `bin` when `region` serves them.
    pub fn shares(&self, bin: usize, region: usize) -> &[u32] {
        let at = bin - self.first_bin;
        let chunk = at / TOGETHER;
        let made = self.shares[chunk].get_or_init(|| self.make(chunk));
        let bins = TOGETHER.min(self.last_bin + 1 - self.first_bin - chunk * TOGETHER);
        let start = (region * bins + at % TOGETHER) * self.groups;
        &made[start..start + self.groups]
    }

    /// The place of `region` in the order of each group, by expected RTT: 0 is the nearest. No two regions share one, so
    /// who serves a group does not depend on the order in which regions are looked at.
    pub fn order(&self, region: usize) -> &[f32] {
        &self.order[region * self.groups..(region + 1) * self.groups]
    }

    /// Weight times mean of all groups at `region`, ms.
    pub fn weighted_mean(&self, region: usize) -> &[f64] {
        &self.weighted_mean[region * self.groups..(region + 1) * self.groups]
    }

    /// Mean of all groups at `region`, ms.
    pub fn mean(&self, region: usize) -> &[f64] {
        &self.mean[region * self.groups..(region + 1) * self.groups]
    }

    /// Weight times share within `ms` of all groups at each region, `[region * groups + group]`.
    pub fn within(&self, ms: f64) -> Vec<f64> {
        by_pair(self.groups, self.regions, |group, region| {
            let weight = self.laws.groups[group].weight;
            let share = match self.table.fixed(group, region) {
                Some(fixed) => f64::from(u8::from(fixed <= ms)),
                None => self.table.part(group, region, weight).share_within(ms),
            };
            weight * share
        })
    }

    /// The quantile that lies in `bin`, given the shares below and at its end in fixed point.
    pub fn interpolate(bin: usize, wanted: f64, below: u32, at_end: u32) -> f64 {
        let inside = f64::from(at_end.saturating_sub(below));
        let part = if inside > 0.0 {
            ((wanted - f64::from(below)) / inside).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let upper = bins::upper(bin);
        if upper.is_finite() {
            bins::lower(bin) + part * (upper - bins::lower(bin))
        } else {
            f64::INFINITY
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::dist::Dist;
    use crate::engine::latency::law::{AccessError, GroupLaw, PairLaw, Part, PathError};
    use crate::engine::memory;
    use crate::engine::progress::Watch;

    fn laws(groups: usize, regions: usize) -> Laws {
        let group = GroupLaw {
            weight: 1.0 / groups as f64,
            country: 0,
            access: Part::fixed(3.0),
            access_error: AccessError::default(),
        };
        let pair = |ms: f64| PairLaw {
            parts: vec![Part::once(Dist::log_normal(ms, 0.5).unwrap().shape())],
            contains_access: false,
            expected_ms: ms,
            path_error: PathError::default(),
            jitter_ms: 0.0,
        };
        Laws {
            groups: vec![group; groups],
            regions,
            pairs: (0..groups * regions).map(|at| pair(20.0 + at as f64)).collect(),
            service: Part::fixed(0.0),
            classes: Vec::new(),
            edge: None,
            router: None,
        }
    }

    #[test]
    fn planes_hold_the_share_of_each_pair_below_each_bin() {
        // More groups than a line of the cache and not a multiple of it.
        let laws = laws(19, 3);
        let table = LatencyTable::simulate(&laws, 500, 3, Watch::default()).unwrap();
        let planes = Planes::new(&laws, &table, true);
        let (first, last) = planes.bin_range();
        for bin in first..=last {
            for region in 0..3 {
                for (group, share) in planes.shares(bin, region).iter().enumerate() {
                    let part = table.part(group, region, laws.groups[group].weight);
                    let exact = part.weight * part.count_below(bin + 1) / 500.0 * f64::from(WHOLE);
                    assert!((f64::from(*share) - exact).abs() <= 0.5 + 1e-6);
                }
            }
        }
    }

    #[test]
    fn the_closed_form_of_the_bytes_is_what_is_allocated() {
        let laws = laws(19, 3);
        let table = LatencyTable::simulate(&laws, 500, 3, Watch::default()).unwrap();
        let planes = Planes::new(&laws, &table, true);
        assert_eq!(planes.bytes_made(), Planes::bytes(0, 3, 19));
        let (first, last) = planes.bin_range();
        assert!(last - first >= 3 * TOGETHER);
        // Two bins of the same octave, then one of the next.
        planes.shares(first, 0);
        planes.shares(first + TOGETHER - 1, 2);
        assert_eq!(planes.bytes_made(), Planes::bytes(TOGETHER, 3, 19));
        planes.shares(first + TOGETHER, 1);
        assert_eq!(planes.bytes_made(), Planes::bytes(2 * TOGETHER, 3, 19));
    }

    #[test]
    fn what_is_told_beforehand_of_a_pair_is_what_its_planes_take() {
        assert_eq!(
            memory::planes_of_a_pair(),
            Planes::bytes(memory::BINS_ASKED_FOR, 1, 1)
        );
    }
}
