//! The latency table turned for scoring: for each bin, the share that every pair has below it, in integers.
//!
//! `plane[bin][region][group]` is the group's weight times its share below the upper edge of the bin, in units
//! of 2⁻³¹ of the audience. A set's share below a bin is a sum over groups of one entry each: integers, so the
//! order of summation cannot matter, and rows lie side by side, so it runs at the speed of the cache.

use rayon::prelude::*;

use crate::basis::stat::bins;
use crate::engine::latency::law::Laws;
use crate::engine::latency::table::LatencyTable;
use crate::engine::progress::Watch;

/// The whole audience in fixed point. Rounding each entry costs at most 2⁻³² · groups of the total.
pub const WHOLE: u32 = 1 << 31;

/// Shares below each bin in fixed point, and what routing goes by.
#[derive(Clone, Debug)]
pub struct Planes {
    groups: usize,
    regions: usize,
    first_bin: usize,
    last_bin: usize,
    shares: Vec<u32>,
    /// `expected[region * groups + group]`, ms.
    expected: Vec<f32>,
    /// `weighted_mean[region * groups + group]`: weight · mean, ms.
    weighted_mean: Vec<f64>,
    /// `mean[region * groups + group]`, ms.
    mean: Vec<f64>,
}

impl Planes {
    /// Turns `table`. When the user asks to stop, shares stay zero and must not be scored from.
    pub fn new(laws: &Laws, table: &LatencyTable, with_bins: bool, watch: Watch<'_>) -> Self {
        let (first_bin, last_bin) = if with_bins { table.bin_range() } else { (0, 0) };
        let (groups, regions) = (laws.groups.len(), laws.regions);
        let mut planes = Planes {
            groups,
            regions,
            first_bin,
            last_bin,
            shares: vec![
                0;
                if with_bins {
                    (last_bin - first_bin + 1) * regions * groups
                } else {
                    0
                }
            ],
            expected: Vec::with_capacity(regions * groups),
            weighted_mean: Vec::with_capacity(regions * groups),
            mean: Vec::with_capacity(regions * groups),
        };
        for region in 0..regions {
            for group in 0..groups {
                planes.expected.push(laws.pair(group, region).expected_ms as f32);
                planes.mean.push(table.mean(group, region));
                planes
                    .weighted_mean
                    .push(laws.groups[group].weight * table.mean(group, region));
            }
        }
        planes.fill(laws, table, watch);
        planes
    }

    fn fill(&mut self, laws: &Laws, table: &LatencyTable, watch: Watch<'_>) {
        /// Bins filled together, so that a pair's counts are read in runs.
        const TOGETHER: usize = 16;
        let (groups, regions, first_bin) = (self.groups, self.regions, self.first_bin);
        let plane = groups * regions;
        if plane == 0 {
            return;
        }
        self.shares
            .par_chunks_mut(TOGETHER * plane)
            .enumerate()
            .for_each(|(chunk, shares)| {
                let first = first_bin + chunk * TOGETHER;
                for region in 0..regions {
                    if watch.stopped() {
                        return;
                    }
                    for group in 0..groups {
                        let part = table.part(group, region, laws.groups[group].weight);
                        let unit = part.weight * f64::from(WHOLE) / f64::from(part.runs);
                        for (step, plane) in shares.chunks_exact_mut(plane).enumerate() {
                            let below = part.count_below(first + step + 1);
                            // To the nearest: what `round` is in wide registers, without its call elsewhere.
                            let nearest = below * unit + 0.5_f64.next_down();
                            plane[region * groups + group] = nearest as u32;
                        }
                    }
                }
            });
    }

    /// Bytes that planes of this size take.
    pub fn bytes(bins: usize, regions: usize, groups: usize) -> usize {
        regions * groups * (bins * 4 + 4 + 16)
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
        let start = ((bin - self.first_bin) * self.regions + region) * self.groups;
        &self.shares[start..start + self.groups]
    }

    /// Expected RTT of all groups to `region`, ms.
    pub fn expected(&self, region: usize) -> &[f32] {
        &self.expected[region * self.groups..(region + 1) * self.groups]
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
    pub fn within(&self, laws: &Laws, table: &LatencyTable, ms: f64) -> Vec<f64> {
        let mut within = Vec::with_capacity(self.regions * self.groups);
        for region in 0..self.regions {
            for (group, law) in laws.groups.iter().enumerate() {
                let part = table.part(group, region, law.weight);
                let share = match table.fixed(group, region) {
                    Some(fixed) => f64::from(u8::from(fixed <= ms)),
                    None => part.share_within(ms),
                };
                within.push(law.weight * share);
            }
        }
        within
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
