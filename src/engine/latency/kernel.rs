//! The inner loops: uniform words in, milliseconds out, milliseconds into bins.
//!
//! Plain loops over slices, written so that the compiler can use wide registers; every operation rounds the
//! same way at any width, so the bits do not depend on the machine. The exponential is ours for the same
//! reason: the platform's library may differ from one to the next.

mod rare;

use pulp::{Arch, Simd, WithSimd};

use rare::{IN_A_TAIL, Rare, places};

use super::part::Part;
use crate::basis::dist::table::{EDGES, uniform};
use crate::basis::dist::{QuantileTable, Shape};
use crate::basis::seed::Stream;
use crate::basis::stat::bins;
use crate::engine::registers::arch;

/// Draws worked on at a time: small enough for the nearest cache.
pub(super) const BLOCK: usize = 1024;

/// Draws that intermediate results are kept of: short, because they are zeroed first.
const STRETCH: usize = 256;

/// Words of a stream, a block of them at a time: kept from one part to the next, or each would zero them first.
#[derive(Clone, Debug)]
pub(super) struct Words([u32; BLOCK]);

impl Default for Words {
    fn default() -> Self {
        Words([0; BLOCK])
    }
}

/// Adds the draws of `part` from position `first` of `stream` on to `out`. `first` is a multiple of 64.
pub(in crate::engine) fn add_draws(part: &Part, stream: Stream, first: usize, out: &mut [f32]) {
    add_draws_to(None, &mut Words::default(), part, stream, first, out);
}

/// The same with words that are kept, and added to `base` where it is given: then what `out` holds does not matter.
pub(super) fn add_draws_to(
    base: Option<&[f32]>,
    words: &mut Words,
    part: &Part,
    stream: Stream,
    first: usize,
    out: &mut [f32],
) {
    if let Some(ms) = part.as_fixed() {
        if let Some(base) = base {
            out.copy_from_slice(base);
        }
        return add_constant(ms as f32, out);
    }
    let arch = arch();
    for (step, out) in out.chunks_mut(BLOCK).enumerate() {
        let words = &mut words.0[..out.len()];
        let position = ((first + step * BLOCK) / crate::basis::seed::BLOCK) as u32;
        arch.dispatch(Fill {
            stream,
            position,
            words: &mut *words,
        });
        let base = base.map(|base| &base[step * BLOCK..][..out.len()]);
        add_block(arch, part, words, base, out);
    }
}

fn add_constant(ms: f32, out: &mut [f32]) {
    for x in out {
        *x += ms;
    }
}

fn add_block(arch: Arch, part: &Part, words: &[u32], base: Option<&[f32]>, out: &mut [f32]) {
    if let (Some(base), Shape::Fixed(_) | Shape::Gated { .. }) = (base, &part.shape) {
        out.copy_from_slice(base);
    }
    let (times, floor) = (part.times, part.floor);
    match &part.shape {
        Shape::Fixed(ms) => add_constant(times * (*ms as f32).max(floor), out),
        Shape::Linear { shift, scale, table } => {
            let (shift, scale) = (*shift as f32, *scale as f32);
            let map = Linear {
                shift,
                scale,
                times,
                floor,
            };
            arch.dispatch(Mapped {
                table,
                map,
                words,
                base,
                out,
            });
        }
        Shape::Log { scale, sigma, table } => {
            let (scale, sigma) = (*scale as f32, *sigma as f32);
            let map = Log {
                scale,
                sigma,
                times,
                floor,
            };
            arch.dispatch(Mapped {
                table,
                map,
                words,
                base,
                out,
            });
        }
        Shape::Gated { p, inner } => {
            let gate = Gate { p: *p, times, floor };
            match &**inner {
                // The usual one by itself, so that it is inlined.
                Shape::Linear { shift, scale, table } => {
                    let (shift, scale, table) = (*shift, *scale, &**table);
                    gate.add(arch, words, out, move |word| {
                        (shift + scale * f64::from(table.at(word))) as f32
                    });
                }
                inner => gate.add(arch, words, out, |word| value(inner, word)),
            }
        }
    }
}

/// A gate in front of another law.
struct Gate {
    p: f64,
    times: f32,
    floor: f32,
}

impl Gate {
    fn add(&self, arch: Arch, words: &[u32], out: &mut [f32], inner: impl Fn(u32) -> f32) {
        let &Gate { p, times, floor } = self;
        arch.dispatch(Gated {
            gate: ((1.0 - p) * 4_294_967_296.0) as u32,
            idle: times * 0f32.max(floor),
            busy: move |word: u32| {
                let above = (uniform(word) - (1.0 - p)) / p;
                times * at_least(floor, inner((above.max(0.0) * 4_294_967_296.0) as u32))
            },
            words,
            out,
        });
    }
}

// What follows is dispatched to the widest registers of the machine. Closures would not do: only what is inlined
// into the dispatch is compiled for them, and that takes `inline(always)` all the way.

/// The words of a stream from `position` (in blocks) on.
struct Fill<'a> {
    stream: Stream,
    position: u32,
    words: &'a mut [u32],
}

impl WithSimd for Fill<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.stream.fill(self.position, self.words);
    }
}

/// The larger of two numbers, of equals and where `x` is none the `floor`: one instruction, which `max` is not.
#[inline(always)]
fn at_least(floor: f32, x: f32) -> f32 {
    if x > floor { x } else { floor }
}

/// From a quantile to milliseconds.
trait Map: Copy {
    fn ms(self, quantile: f32) -> f32;
}

#[derive(Clone, Copy)]
struct Linear {
    shift: f32,
    scale: f32,
    times: f32,
    floor: f32,
}

impl Map for Linear {
    #[inline(always)]
    fn ms(self, quantile: f32) -> f32 {
        self.times * at_least(self.floor, self.shift + self.scale * quantile)
    }
}

#[derive(Clone, Copy)]
struct Log {
    scale: f32,
    sigma: f32,
    times: f32,
    floor: f32,
}

impl Map for Log {
    #[inline(always)]
    fn ms(self, quantile: f32) -> f32 {
        self.times * at_least(self.floor, self.scale * exp(self.sigma * quantile))
    }
}

/// Adds the milliseconds of each word's quantile: all through the equal cells, then the rare tails anew.
struct Mapped<'a, M> {
    table: &'a QuantileTable,
    map: M,
    words: &'a [u32],
    /// What they are added to; none for what `out` holds.
    base: Option<&'a [f32]>,
    out: &'a mut [f32],
}

impl<M: Map> WithSimd for Mapped<'_, M> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (mut cells, mut quantiles, mut found) = ([[0f32; 2]; STRETCH], [0f32; STRETCH], [0; STRETCH]);
        let stretches = self.out.chunks_mut(STRETCH).zip(self.words.chunks(STRETCH));
        for (number, (out, words)) in stretches.enumerate() {
            let cells = &mut cells[..words.len()];
            fetch(self.table.edges(), words, cells);
            let quantiles = &mut quantiles[..words.len()];
            for ((q, [from, to]), word) in quantiles.iter_mut().zip(&*cells).zip(words) {
                let within = ((word & 0xF_FFFF).cast_signed() as f32 + 0.5) * (1.0 / 1_048_576.0);
                *q = from + (to - from) * within;
            }
            for at in places(simd, words, IN_A_TAIL, &mut found) {
                quantiles[usize::from(*at)] = self.table.tail(words[usize::from(*at)]);
            }
            match self.base {
                None => {
                    for (x, q) in out.iter_mut().zip(quantiles.iter()) {
                        *x += self.map.ms(*q);
                    }
                }
                Some(base) => {
                    let base = &base[number * STRETCH..][..out.len()];
                    for ((x, q), base) in out.iter_mut().zip(quantiles.iter()).zip(base) {
                        *x = base + self.map.ms(*q);
                    }
                }
            }
        }
    }
}

/// The edges of each word's cell, side by side in the table and so fetched at once. Not inlined: compiled for wide
/// registers this would gather, which takes longer than one load after the other.
#[inline(never)]
fn fetch(edges: &[f32; EDGES], words: &[u32], cells: &mut [[f32; 2]]) {
    let at = |word: u32| (word >> 20) as usize;
    // Two by two: half as many stores.
    let (pairs, rest) = cells.as_chunks_mut::<2>();
    let (words, last) = words.as_chunks::<2>();
    for (pair, [a, b]) in pairs.iter_mut().zip(words) {
        let (a, b) = (at(*a), at(*b));
        let four = [edges[a], edges[a + 1], edges[b], edges[b + 1]];
        pair.as_flattened_mut().copy_from_slice(&four);
    }
    for (cell, word) in rest.iter_mut().zip(last) {
        let at = at(*word);
        *cell = [edges[at], edges[at + 1]];
    }
}

/// Adds the inner law to the draws whose word is above the gate, and `idle` to the others. A word above the gate
/// is, stretched, a new uniform word.
struct Gated<'a, F> {
    gate: u32,
    idle: f32,
    busy: F,
    words: &'a [u32],
    out: &'a mut [f32],
}

impl<F: Fn(u32) -> f32> WithSimd for Gated<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (gate, idle) = (self.gate, self.idle);
        // Nothing to wait for is the usual case.
        if idle != 0.0 {
            for (x, word) in self.out.iter_mut().zip(self.words) {
                *x += if *word < gate { idle } else { 0.0 };
            }
        }
        let open = Rare {
            origin: 0,
            from: gate,
        };
        let mut found = [0; STRETCH];
        let stretches = self.out.chunks_mut(STRETCH).zip(self.words.chunks(STRETCH));
        for (out, words) in stretches {
            for at in places(simd, words, open, &mut found) {
                out[usize::from(*at)] += (self.busy)(words[usize::from(*at)]);
            }
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
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let octave = rounded - ROUND;
    let rest = (x - octave * LN2_HIGH) - octave * LN2_LOW;
    let mut power = 1.0 / 720.0;
    for coefficient in [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        power = power * rest + coefficient;
    }
    // The last bits of the rounded sum are the octave as an integer.
    let exponent = rounded.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127);
    power * f32::from_bits(exponent << 23)
}

/// The bins of a tally that has seen nothing.
const UNSEEN: (u16, u16) = (u16::MAX, 0);

/// Sums that are kept side by side.
const SUMS: usize = 16;

/// Counts of the values seen so far, their sum and the sum of their squares about `centre`.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    counts: Vec<[u32; bins::COUNT]>,
    sum: f64,
    squares: f64,
    /// Of the values since the last [`Tally::fold`].
    lanes: Lanes,
    centre: Option<f64>,
    /// The lowest and the highest bin seen: nothing outside is touched.
    seen: (u16, u16),
}

/// A sum and a sum of squares, value `i` in lane `i % 16`: enough of them that no addition waits for the one before.
#[derive(Clone, Copy, Debug, Default)]
struct Lanes {
    sum: [f64; SUMS],
    squares: [f64; SUMS],
}

impl Tally {
    pub(super) fn new() -> Self {
        Tally {
            counts: vec![[0; bins::COUNT]; 4],
            sum: 0.0,
            squares: 0.0,
            lanes: Lanes::default(),
            centre: None,
            seen: UNSEEN,
        }
    }

    /// Records every value, at most a block. All but the last before a [`Tally::fold`] are a multiple of 16 long.
    pub(super) fn record(&mut self, values: &[f32]) {
        let centre = *self
            .centre
            .get_or_insert_with(|| f64::from(values.first().copied().unwrap_or(0.0)));
        let arch = arch();
        let lanes = &mut self.lanes;
        arch.dispatch(Moments {
            values,
            centre,
            lanes,
        });
        let mut slots = [0u16; BLOCK];
        let slots = &mut slots[..values.len()];
        let (low, high) = arch.dispatch(Slots {
            values,
            slots: &mut *slots,
        });
        self.seen = (self.seen.0.min(low), self.seen.1.max(high));
        self.count(slots);
    }

    /// Adds up the lanes. Which values are folded together decides the last bits of the sums.
    pub(super) fn fold(&mut self) {
        self.sum += self.lanes.sum.iter().sum::<f64>();
        self.squares += self.lanes.squares.iter().sum::<f64>();
        self.lanes = Lanes::default();
    }

    fn count(&mut self, slots: &[u16]) {
        let [a, b, c, d] = &mut self.counts[..] else {
            return;
        };
        let add = |counts: &mut [u32; bins::COUNT], slot: u16| {
            // Always there: a test that never fails is cheaper than a bound that is worked out.
            if let Some(count) = counts.get_mut(usize::from(slot)) {
                *count += 1;
            }
        };
        let (fours, rest) = slots.as_chunks::<4>();
        for slot in rest {
            add(a, *slot);
        }
        // Four counters side by side: neighbouring draws often share a bin.
        for four in fours {
            add(a, four[0]);
            add(b, four[1]);
            add(c, four[2]);
            add(d, four[3]);
        }
    }

    /// Mean and variance (about the mean, divided by n) of `runs` values, all of them folded.
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
        let bins = self.bins_seen();
        let mut running = vec![0; bins.len()];
        for counts in &self.counts {
            for (sum, count) in running.iter_mut().zip(&counts[bins.clone()]) {
                *sum += count;
            }
        }
        let mut total = 0;
        for count in &mut running {
            total += *count;
            *count = total;
        }
        (bins.start, running)
    }

    /// From the lowest bin seen to the highest; the lowest of all where nothing was.
    fn bins_seen(&self) -> std::ops::Range<usize> {
        let (low, high) = if self.seen == UNSEEN { (0, 0) } else { self.seen };
        usize::from(low)..usize::from(high) + 1
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        let bins = self.bins_seen();
        for counts in &mut self.counts {
            counts[bins.clone()].fill(0);
        }
        (self.sum, self.squares, self.centre) = (0.0, 0.0, None);
        self.lanes = Lanes::default();
        self.seen = UNSEEN;
    }
}

/// The bin of each value.
struct Slots<'a> {
    values: &'a [f32],
    slots: &'a mut [u16],
}

impl WithSimd for Slots<'_> {
    /// The lowest and the highest of them.
    type Output = (u16, u16);

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> (u16, u16) {
        for (slot, x) in self.slots.iter_mut().zip(self.values) {
            *slot = bins::of(*x) as u16;
        }
        let (mut low, mut high) = UNSEEN;
        for slot in &*self.slots {
            low = low.min(*slot);
            high = high.max(*slot);
        }
        (low, high)
    }
}

/// Adds the values' distances from `centre`, and their squares, to the lanes.
struct Moments<'a> {
    values: &'a [f32],
    centre: f64,
    lanes: &'a mut Lanes,
}

/// Rows of values that are added up in single precision before they go to the lanes: few, so that their sums lose no more
/// than 5e-7 of themselves.
const SHORT: usize = 8;

impl WithSimd for Moments<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (rows, rest) = self.values.as_chunks::<SUMS>();
        let centre = simd.splat_f32s(self.centre as f32);
        // Registers by name: left to itself the compiler adds these one by one. As many lanes at any width, and local, or
        // every sum would go by way of memory.
        let registers = SUMS / S::F32_LANES;
        for short in rows.chunks(SHORT) {
            let (mut sum, mut squares) = ([simd.splat_f32s(0.0); SUMS], [simd.splat_f32s(0.0); SUMS]);
            for row in short {
                let (row, _) = S::as_simd_f32s(row);
                for at in 0..registers {
                    let off = simd.sub_f32s(row[at], centre);
                    sum[at] = simd.add_f32s(sum[at], off);
                    squares[at] = simd.add_f32s(squares[at], simd.mul_f32s(off, off));
                }
            }
            let (mut sums, mut all_squares) = ([0f32; SUMS], [0f32; SUMS]);
            S::as_mut_simd_f32s(&mut sums)
                .0
                .copy_from_slice(&sum[..registers]);
            S::as_mut_simd_f32s(&mut all_squares)
                .0
                .copy_from_slice(&squares[..registers]);
            self.lanes.add(&sums, &all_squares);
        }
        for (lane, x) in rest.iter().enumerate() {
            let off = f64::from(*x) - self.centre;
            self.lanes.sum[lane] += off;
            self.lanes.squares[lane] += off * off;
        }
    }
}

impl Lanes {
    #[inline(always)]
    fn add(&mut self, sums: &[f32; SUMS], squares: &[f32; SUMS]) {
        for (lane, sum) in self.sum.iter_mut().zip(sums) {
            *lane += f64::from(*sum);
        }
        for (lane, sum) in self.squares.iter_mut().zip(squares) {
            *lane += f64::from(*sum);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::dist::Dist;
    use crate::basis::seed::Purpose;

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
        for values in values.chunks(BLOCK) {
            tally.record(values);
        }
        tally.fold();
        let (mean, variance) = tally.moments(5000);
        assert!((mean - 1004.5).abs() < 1e-9 && (variance - 8.25).abs() < 1e-9);
    }

    /// A part of each kind, gates that open seldom and often among them.
    fn parts() -> Vec<Part> {
        let gated = |p: f64, dist: Dist| {
            let fixed = Dist::fixed(0.0).unwrap();
            Dist::mixture(vec![(1.0 - p, fixed), (p, dist)]).unwrap().shape()
        };
        let shapes = [
            Dist::log_normal(80.0, 0.4).unwrap().shape(),
            Dist::gamma(2.0, 15.0).unwrap().shape(),
            gated(0.01, Dist::gamma(2.0, 15.0).unwrap()),
            gated(0.7, Dist::log_normal(30.0, 0.2).unwrap()),
        ];
        shapes
            .into_iter()
            .map(|shape| Part {
                shape,
                times: 2.0,
                floor: 12.5,
            })
            .collect()
    }

    /// A request has its draw, wherever a call begins.
    #[test]
    fn draws_do_not_depend_on_where_a_call_begins() {
        const BEGUN: usize = 3 * crate::basis::seed::BLOCK;
        let stream = Stream::new(5, Purpose::Path(0), 3, 4);
        for part in parts() {
            let (mut all, mut later) = (vec![0.0; BLOCK + 100], vec![0.0; BLOCK + 100 - BEGUN]);
            add_draws(&part, stream, 0, &mut all);
            add_draws(&part, stream, BEGUN, &mut later);
            assert_eq!(all[BEGUN..], later);
        }
    }

    #[test]
    fn wide_and_single_registers_give_the_same_bits() {
        let stream = Stream::new(5, Purpose::Path(0), 3, 4);
        for part in parts() {
            // Not a multiple of any register.
            let drawn = [Arch::Scalar, Arch::new()].map(|arch| {
                let (mut words, mut out) = ([0; BLOCK - 5], [7.25f32; BLOCK - 5]);
                let position = 9;
                arch.dispatch(Fill {
                    stream,
                    position,
                    words: &mut words,
                });
                add_block(arch, &part, &words, None, &mut out);
                let mut lanes = Lanes::default();
                arch.dispatch(Moments {
                    values: &out,
                    centre: 60.5,
                    lanes: &mut lanes,
                });
                let sums = [lanes.sum, lanes.squares].concat();
                (
                    out.map(f32::to_bits),
                    sums.into_iter().map(f64::to_bits).collect::<Vec<_>>(),
                )
            });
            assert_eq!(drawn[0], drawn[1]);
        }
    }

    #[test]
    fn a_block_holds_the_draws_of_the_shape_one_by_one() {
        let stream = Stream::new(5, Purpose::Path(0), 3, 4);
        let mut words = [0; BLOCK];
        stream.fill(0, &mut words);
        for part in parts() {
            let mut out = [0f32; BLOCK];
            add_draws(&part, stream, 0, &mut out);
            for (x, word) in out.iter().zip(words) {
                let exact = 2.0 * part.shape.at(word).max(12.5);
                // Our exponential, a few single-precision steps around it, and sigma in single precision.
                assert!((f64::from(*x) - exact).abs() < 2e-6 * exact, "{x} {exact}");
            }
        }
    }
}
