//! The inner loops: uniform words in, milliseconds out, milliseconds into bins.
//!
//! Plain loops over slices, written so that the compiler can use wide registers; every operation rounds the
//! same way at any width, so the bits do not depend on the machine. The exponential is ours for the same
//! reason: the platform's library may differ from one to the next.

use pulp::Arch;

use super::law::Part;
use crate::basis::dist::table::uniform;
use crate::basis::dist::{QuantileTable, Shape};
use crate::basis::seed::Stream;
use crate::basis::stat::bins;

/// Draws worked on at a time: small enough for the nearest cache.
const BLOCK: usize = 1024;

/// Runs `work` with the widest registers the machine has.
pub(super) fn wide<R>(work: impl FnOnce() -> R) -> R {
    Arch::new().dispatch(work)
}

/// Adds the draws of `part` from position `first` of `stream` on to `out`. `first` is a multiple of 64.
#[inline(always)]
pub(super) fn add_draws(part: &Part, stream: Stream, first: usize, out: &mut [f32]) {
    if let Some(ms) = part.as_fixed() {
        let ms = ms as f32;
        for x in out {
            *x += ms;
        }
        return;
    }
    let mut words = [0u32; BLOCK];
    for (step, block) in out.chunks_mut(BLOCK).enumerate() {
        let words = &mut words[..block.len()];
        let position = (first + step * BLOCK) / crate::basis::seed::BLOCK;
        stream.fill(position as u32, words);
        add_block(&part.shape, part.times, part.floor, words, block);
    }
}

#[inline(always)]
fn add_block(shape: &Shape, times: f32, floor: f32, words: &[u32], out: &mut [f32]) {
    match shape {
        Shape::Fixed(ms) => {
            let ms = times * (*ms as f32).max(floor);
            for x in out {
                *x += ms;
            }
        }
        Shape::Linear { shift, scale, table } => {
            let (shift, scale) = (*shift as f32, *scale as f32);
            add_mapped(table, words, out, |q| times * (shift + scale * q).max(floor));
        }
        Shape::Log { scale, sigma, table } => {
            let (scale, sigma) = (*scale as f32, *sigma as f32);
            add_mapped(table, words, out, |q| times * (scale * exp(sigma * q)).max(floor));
        }
        Shape::Gated { p, inner } => add_gated(*p, inner, times, floor, words, out),
    }
}

/// Adds `map(Q(u))` for each word: all through the coarse table, then the rare words of the tails anew.
#[inline(always)]
fn add_mapped(table: &QuantileTable, words: &[u32], out: &mut [f32], map: impl Fn(f32) -> f32) {
    let edges = table.edges();
    let mut quantiles = [0f32; BLOCK];
    let quantiles = &mut quantiles[..words.len()];
    for (q, word) in quantiles.iter_mut().zip(words) {
        let cell = (word >> 20) as usize;
        let within = ((word & 0xF_FFFF) as f32 + 0.5) * (1.0 / 1_048_576.0);
        *q = edges[cell] + (edges[cell + 1] - edges[cell]) * within;
    }
    for (q, word) in quantiles.iter_mut().zip(words) {
        if QuantileTable::is_tail(*word) {
            *q = table.tail(*word);
        }
    }
    for (x, q) in out.iter_mut().zip(quantiles.iter()) {
        *x += map(*q);
    }
}

/// Adds the inner law to the share `p` of the draws. A word above the gate is, stretched, a new uniform word.
#[inline(always)]
fn add_gated(p: f64, inner: &Shape, times: f32, floor: f32, words: &[u32], out: &mut [f32]) {
    let idle = times * 0f32.max(floor);
    let gate = ((1.0 - p) * 4_294_967_296.0) as u32;
    for (x, word) in out.iter_mut().zip(words) {
        if *word < gate {
            *x += idle;
        } else {
            let above = (uniform(*word) - (1.0 - p)) / p;
            *x += times * value(inner, (above.max(0.0) * 4_294_967_296.0) as u32).max(floor);
        }
    }
}

/// One draw, the slow way.
fn value(shape: &Shape, word: u32) -> f32 {
    match shape {
        Shape::Log { scale, sigma, table } => *scale as f32 * exp(*sigma as f32 * table.at(word)),
        other => other.at(word) as f32,
    }
}

/// eˣ in single precision, within 2 units in the last place for |x| < 87; clamped beyond.
///
/// Cody and Waite's reduction by ln 2 in two parts, then the Taylor polynomial on [−ln 2 / 2, ln 2 / 2].
#[inline(always)]
fn exp(x: f32) -> f32 {
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    // Adding and taking away 1.5 · 2²³ rounds to the nearest integer.
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-87.0, 88.0);
    let octave = (x * std::f32::consts::LOG2_E + ROUND) - ROUND;
    let rest = (x - octave * LN2_HIGH) - octave * LN2_LOW;
    let mut power = 1.0 / 720.0;
    for coefficient in [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        power = power * rest + coefficient;
    }
    power * f32::from_bits(((octave as i32 + 127) as u32) << 23)
}

/// Counts of the values seen so far, their sum and the sum of their squares about `centre`.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    counts: Vec<[u32; bins::COUNT]>,
    sum: f64,
    squares: f64,
    centre: Option<f64>,
}

impl Tally {
    pub(super) fn new() -> Self {
        Tally {
            counts: vec![[0; bins::COUNT]; 4],
            sum: 0.0,
            squares: 0.0,
            centre: None,
        }
    }

    /// Records every value.
    #[inline(always)]
    pub(super) fn record(&mut self, values: &[f32]) {
        let centre = *self
            .centre
            .get_or_insert_with(|| f64::from(values.first().copied().unwrap_or(0.0)));
        let mut sum = [0f64; 8];
        let mut squares = [0f64; 8];
        let mut slots = [0u16; BLOCK];
        for block in values.chunks(BLOCK) {
            for (slot, x) in slots.iter_mut().zip(block) {
                *slot = bins::of(*x) as u16;
            }
            let slots = &slots[..block.len()];
            for four in slots.chunks(4) {
                // Four counters side by side: neighbouring draws often share a bin.
                for (counts, slot) in self.counts.iter_mut().zip(four) {
                    counts[(*slot as usize).min(bins::COUNT - 1)] += 1;
                }
            }
            for eight in block.chunks(8) {
                for ((sum, square), x) in sum.iter_mut().zip(&mut squares).zip(eight) {
                    let off = f64::from(*x) - centre;
                    *sum += off;
                    *square += off * off;
                }
            }
        }
        self.sum += sum.iter().sum::<f64>();
        self.squares += squares.iter().sum::<f64>();
    }

    /// Mean and variance (about the mean, divided by n) of `runs` values.
    pub(super) fn moments(&self, runs: u32) -> (f64, f64) {
        let n = f64::from(runs);
        let off = self.sum / n;
        (
            self.centre.unwrap_or(0.0) + off,
            (self.squares / n - off * off).max(0.0),
        )
    }

    /// First non-empty bin and the running counts from there to the last non-empty bin.
    pub(super) fn running(&self) -> (usize, Vec<u32>) {
        let count = |bin: usize| self.counts.iter().map(|counts| counts[bin]).sum::<u32>();
        let first = (0..bins::COUNT).find(|bin| count(*bin) > 0).unwrap_or(0);
        let last = (0..bins::COUNT).rfind(|bin| count(*bin) > 0).unwrap_or(0);
        let mut total = 0;
        let running = (first..=last)
            .map(|bin| {
                total += count(bin);
                total
            })
            .collect();
        (first, running)
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.counts.iter_mut().for_each(|counts| counts.fill(0));
        (self.sum, self.squares, self.centre) = (0.0, 0.0, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_within_two_units_in_the_last_place() {
        let mut worst = 0f64;
        for step in -80_000..80_000i32 {
            let x = step as f32 / 1000.0;
            let exact = f64::from(x).exp();
            worst = worst.max(((f64::from(exp(x)) - exact) / exact).abs());
        }
        assert!(worst < 2.0 * f64::from(f32::EPSILON), "{worst:e}");
    }

    #[test]
    fn a_tally_gives_the_moments_of_its_values() {
        let mut tally = Tally::new();
        let values: Vec<f32> = (0..5000).map(|i| 1000.0 + (i % 10) as f32).collect();
        tally.record(&values);
        let (mean, variance) = tally.moments(5000);
        assert!((mean - 1004.5).abs() < 1e-9 && (variance - 8.25).abs() < 1e-9);
    }
}
