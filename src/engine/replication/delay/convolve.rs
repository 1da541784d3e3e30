//! Sums of independent delays.

use super::slices::Slices;
use super::{Piece, means_between};

/// Bins to the octave of the distance above the least sum.
const SUB_BITS: u32 = 9;
const SHIFT: u32 = 23 - SUB_BITS;
/// Octaves: from 2⁻¹² of the mean distance to 2¹⁹ times it.
const LOW_EXPONENT: i32 = -12;
const OCTAVES: usize = 31;
const COUNT: usize = (OCTAVES << SUB_BITS) + 2;
const FIRST: u32 = (((LOW_EXPONENT + 127) as u32) << 23) >> SHIFT;

/// Slices of the sum of two delays given in slices.
pub(super) fn sum(a: &[f64], b: &[f64]) -> Vec<f64> {
    let slices = Slices::shared();
    let least = a[0] + b[0];
    let unit = mean(slices, a) + mean(slices, b) - least;
    let mut bins = vec![(0f64, 0f64); COUNT];
    for (i, x) in a.iter().enumerate() {
        let width = slices.width(i);
        for (j, y) in b.iter().enumerate() {
            let (mass, above) = (width * slices.width(j), x + y - least);
            let bin = &mut bins[bin_of((above / unit) as f32)];
            *bin = (bin.0 + mass, bin.1 + mass * above);
        }
    }
    let filled = bins.iter().filter(|bin| bin.0 > 0.0);
    let pieces = filled.map(|(mass, sum)| Piece::point(least + sum / mass, *mass));
    means_between(&slices.edges, pieces)
}

fn mean(slices: &Slices, values: &[f64]) -> f64 {
    values.iter().enumerate().map(|(i, x)| slices.width(i) * x).sum()
}

fn bin_of(x: f32) -> usize {
    let step = (x.max(0.0).to_bits() >> SHIFT) + 1;
    (step.max(FIRST) - FIRST).min(COUNT as u32 - 1) as usize
}
