//! A weighted sum of binned distributions: its quantiles, shares and their sampling errors.

use super::bins;
use super::estimate::{Estimate, Z95};
use super::share;

/// The distribution function of a mixture at every bin edge, with the variance of each value.
///
/// `share[b]` is the share of the mixture below the upper edge of bin `b`; `variance[b]` is the sampling
/// variance of that share.
#[derive(Clone, Debug)]
pub struct Mixture {
    share: Vec<f64>,
    variance: Vec<f64>,
    /// The largest share that a single draw stands for; 0 where nothing is drawn.
    grain: f64,
}

/// One part of a mixture: counts up to the upper edge of each bin, out of `runs`, with its weight.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// Bin of the first count; below it nothing was drawn.
    pub first_bin: usize,
    /// Running counts, one for each bin; the last is `runs`.
    pub counts: &'a [u32],
    /// Draws in all.
    pub runs: u32,
    /// Weight, with all weights summing to 1.
    pub weight: f64,
    /// The part has a single value: its share has no sampling error.
    pub fixed: bool,
}

impl Part<'_> {
    /// The share of the mixture that one of its draws stands for; none where nothing is drawn.
    fn grain(&self) -> f64 {
        if self.fixed {
            0.0
        } else {
            self.weight / f64::from(self.runs)
        }
    }

    /// The share of this part within `x` ms, interpolated inside a bin.
    pub fn share_within(&self, x: f64) -> f64 {
        let (bin, part) = bins::position(x);
        let (below, with) = self.counts_around(bin);
        (below + part * (with - below)) / f64::from(self.runs)
    }

    /// Draws in bins before `bin`, and before the next: [`Part::count_below`] of both at one look.
    fn counts_around(&self, bin: usize) -> (f64, f64) {
        let inside = bin.checked_sub(self.first_bin + 1);
        match inside.and_then(|at| self.counts.get(at..at + 2)) {
            Some(counts) => (f64::from(counts[0]), f64::from(counts[1])),
            None => (self.count_below(bin), self.count_below(bin + 1)),
        }
    }

    /// Draws in bins before `bin`.
    pub fn count_below(&self, bin: usize) -> f64 {
        match bin.checked_sub(self.first_bin + 1) {
            None => 0.0,
            Some(at) => f64::from(self.counts[at.min(self.counts.len() - 1)]),
        }
    }

    /// Draws in bins before `bin`, before the next, and so on for as many as `out` holds.
    pub fn counts_below<const N: usize>(&self, bin: usize, out: &mut [u32; N]) {
        // The usual case by itself: a copy of known length needs no call.
        let inside = bin.checked_sub(self.first_bin + 1);
        if let Some(counts) = inside.and_then(|at| self.counts.get(at..at + N)) {
            out.copy_from_slice(counts);
            return;
        }
        // None below the pair's first bin, its running counts, then all.
        let before = (self.first_bin + 1).saturating_sub(bin).min(N);
        let from = bin.saturating_sub(self.first_bin + 1).min(self.counts.len());
        let inside = (self.counts.len() - from).min(N - before);
        out[..before].fill(0);
        out[before..before + inside].copy_from_slice(&self.counts[from..from + inside]);
        out[before + inside..].fill(self.runs);
    }
}

/// Adds up parts of a mixture that may not be independent of each other.
///
/// Parts between two calls of [`MixtureBuilder::block`] were drawn from the same users; their errors are added up as if
/// they went together wholly, which is never too little.
#[derive(Clone, Debug)]
pub struct MixtureBuilder {
    mixture: Mixture,
    whole_from: Vec<f64>,
    /// Standard deviations of the block in hand, and the bins it has touched.
    deviation: Vec<f64>,
    touched: std::ops::Range<usize>,
    /// What a draw of the block in hand stands for.
    grain: f64,
}

impl Default for MixtureBuilder {
    fn default() -> Self {
        MixtureBuilder {
            mixture: Mixture {
                share: vec![0.0; bins::COUNT],
                variance: vec![0.0; bins::COUNT],
                grain: 0.0,
            },
            whole_from: vec![0.0; bins::COUNT + 1],
            deviation: vec![0.0; bins::COUNT],
            touched: 0..0,
            grain: 0.0,
        }
    }
}

impl MixtureBuilder {
    /// Adds parts that are drawn from the same users, and independently of all others.
    pub fn block<'a>(&mut self, parts: impl IntoIterator<Item = Part<'a>>) {
        let mut parts = parts.into_iter();
        let Some(first) = parts.next() else {
            return;
        };
        match parts.next() {
            None => self.alone(&first),
            Some(second) => {
                self.together(&first);
                self.together(&second);
                for part in parts {
                    self.together(&part);
                }
                self.mixture.grain = self.mixture.grain.max(std::mem::take(&mut self.grain));
                for bin in std::mem::take(&mut self.touched) {
                    self.mixture.variance[bin] += self.deviation[bin] * self.deviation[bin];
                    self.deviation[bin] = 0.0;
                }
            }
        }
    }

    fn alone(&mut self, part: &Part<'_>) {
        self.mixture.add(part);
        self.whole_from[part.first_bin + part.counts.len()] += part.weight;
    }

    fn together(&mut self, part: &Part<'_>) {
        let runs = f64::from(part.runs);
        let spread = if part.fixed {
            0.0
        } else {
            part.weight / runs.sqrt()
        };
        let range = part.first_bin..part.first_bin + part.counts.len();
        for (bin, count) in range.clone().zip(part.counts) {
            let below = f64::from(*count) / runs;
            self.mixture.share[bin] += part.weight * below;
            self.deviation[bin] += spread * (below * (1.0 - below)).sqrt();
        }
        self.whole_from[range.end] += part.weight;
        self.grain += part.grain();
        self.touched = if self.touched.is_empty() {
            range
        } else {
            self.touched.start.min(range.start)..self.touched.end.max(range.end)
        };
    }

    /// The mixture of all blocks.
    pub fn done(mut self) -> Mixture {
        let mut whole = 0.0;
        for (share, more) in self.mixture.share.iter_mut().zip(&self.whole_from) {
            whole += more;
            *share += whole;
        }
        self.mixture
    }
}

impl Mixture {
    /// Nothing at all, to add to.
    pub fn empty() -> Self {
        MixtureBuilder::default().done()
    }

    /// Every request of this later by one of `values` (ms, ascending), each as likely, independent of the request.
    pub fn later_by(&self, values: &[f32]) -> Mixture {
        let mut later = Mixture::empty();
        let (first, last) = self.bends();
        let (from, whole_from) = (bins::lower(first), bins::upper(last));
        let each = 1.0 / values.len().max(1) as f64;
        let whole = Averages::of_alike(values.len(), each * self.total());
        let whole_variance = Averages::of_alike(values.len(), each * self.variance[bins::COUNT - 1]);
        for bin in first..bins::COUNT - 1 {
            let edge = bins::upper(bin);
            // Behind the last bend all is over: looking places up there would find the same each time.
            let over = values.partition_point(|value| edge - f64::from(*value) >= whole_from);
            let (mut share, mut variance) = (whole.0[over], whole_variance.0[over]);
            for value in &values[over..] {
                let x = edge - f64::from(*value);
                if x < from || x <= 0.0 {
                    break; // values ascend
                }
                let (at, part) = bins::position(x);
                let before = |of: &[f64]| if at == 0 { 0.0 } else { of[at - 1] };
                let between = |of: &[f64]| before(of) + part * (of[at] - before(of));
                share += each * between(&self.share);
                // The error of an average is at most the average of the errors.
                variance += each * between(&self.variance);
            }
            later.share[bin] = share;
            later.variance[bin] = variance;
        }
        later.share[bins::COUNT - 1] = self.total();
        later.grain = self.grain;
        later
    }

    /// The first bin with anything in it, and the last one that differs from the overflow bin; both the overflow bin
    /// where there is nothing.
    fn bends(&self) -> (usize, usize) {
        let of = |bin: usize| (self.share[bin], self.variance[bin]);
        let last = bins::COUNT - 1;
        let first = (0..last).find(|bin| of(*bin) != (0.0, 0.0)).unwrap_or(last);
        let end = (first..last)
            .rev()
            .find(|bin| of(*bin) != of(last))
            .map_or(first, |bin| bin + 1);
        (first, end)
    }

    /// Adds requests that take exactly `ms` and then one of `values` (ms, ascending), each as likely: `weight` of them.
    /// No bin blurs what is known exactly.
    pub fn add_fixed_later_by(&mut self, ms: f64, weight: f64, values: &[f32]) {
        let each = weight / values.len().max(1) as f64;
        for bin in 0..bins::COUNT - 1 {
            let left = bins::upper(bin) - ms;
            let within = values.partition_point(|value| f64::from(*value) < left);
            self.share[bin] += each * within as f64;
        }
        self.share[bins::COUNT - 1] += weight;
    }

    /// Adds `other`, which holds other users.
    pub fn add_independent(&mut self, other: &Mixture) {
        self.grain = self.grain.max(other.grain);
        for (mine, more) in self.share.iter_mut().zip(&other.share) {
            *mine += more;
        }
        for (mine, more) in self.variance.iter_mut().zip(&other.variance) {
            *mine += more;
        }
    }

    /// Adds `other`, which holds the same users: the errors are added up as if they went together wholly.
    pub fn add_together(&mut self, other: &Mixture) {
        self.grain += other.grain;
        for (mine, more) in self.share.iter_mut().zip(&other.share) {
            *mine += more;
        }
        for (mine, more) in self.variance.iter_mut().zip(&other.variance) {
            *mine = (mine.max(0.0).sqrt() + more.max(0.0).sqrt()).powi(2);
        }
    }

    /// Adds up the parts. The variance of a share is `Σ w² F (1 − F) / n`: parts are drawn independently.
    pub fn new<'a>(parts: impl Iterator<Item = Part<'a>>) -> Self {
        let mut builder = MixtureBuilder::default();
        for part in parts {
            builder.alone(&part);
        }
        builder.done()
    }

    fn add(&mut self, part: &Part<'_>) {
        let runs = f64::from(part.runs);
        let spread = if part.fixed {
            0.0
        } else {
            part.weight * part.weight / runs
        };
        self.grain = self.grain.max(part.grain());
        let range = part.first_bin..part.first_bin + part.counts.len();
        let slots = self.share[range.clone()]
            .iter_mut()
            .zip(&mut self.variance[range]);
        for ((share, variance), count) in slots.zip(part.counts) {
            let below = f64::from(*count) / runs;
            *share += part.weight * below;
            *variance += spread * below * (1.0 - below);
        }
    }

    fn total(&self) -> f64 {
        self.share[bins::COUNT - 1]
    }

    /// The share of requests within `x` ms, interpolated inside a bin.
    pub fn share_within(&self, x: f64) -> f64 {
        let (bin, part) = bins::position(x);
        let below = if bin == 0 { 0.0 } else { self.share[bin - 1] };
        ((below + part * (self.share[bin] - below)) / self.total()).clamp(0.0, 1.0)
    }

    /// The share within `x` ms with its sampling error. Where no draw lies on one side, the error is what the interval is
    /// worth, and not nothing.
    pub fn share_estimate(&self, x: f64) -> Estimate {
        let (bin, part) = bins::position(x);
        let below = if bin == 0 { 0.0 } else { self.variance[bin - 1] };
        let variance = (below + part * (self.variance[bin] - below)).max(0.0);
        let value = self.share_within(x);
        let (low, high) = share::interval(value, variance, self.grain, Z95);
        let std_error = if variance > 0.0 {
            variance.sqrt()
        } else {
            (high - low) / (2.0 * Z95)
        };
        Estimate {
            value,
            std_error,
            sampling: (low, high),
            input: None,
        }
    }

    /// The `p`-quantile in ms, interpolated inside a bin; infinite when it lies in the overflow bin.
    pub fn quantile(&self, p: f64) -> f64 {
        let wanted = p.clamp(0.0, 1.0) * self.total();
        let bin = self
            .share
            .partition_point(|share| *share < wanted)
            .min(bins::COUNT - 1);
        let below = if bin == 0 { 0.0 } else { self.share[bin - 1] };
        let inside = self.share[bin] - below;
        let part = if inside > 0.0 {
            ((wanted - below) / inside).clamp(0.0, 1.0)
        } else {
            0.0
        };
        if bin + 1 == bins::COUNT && part > 0.0 {
            return f64::INFINITY;
        }
        bins::lower(bin) + part * (bins::upper(bin) - bins::lower(bin))
    }

    /// The `p`-quantile with its sampling error, by Woodruff's method: the interval of the *share* is turned
    /// back into milliseconds, so no density has to be guessed. The bin error widens the interval.
    ///
    /// Source: R. S. Woodruff, *Confidence intervals for medians and other position measures*, JASA 47 (1952).
    pub fn quantile_estimate(&self, p: f64) -> Estimate {
        self.quantile_reaching(p, self.share_std_error(self.quantile(p)), Z95)
    }

    /// The same where the share at the quantile has a standard error that was found otherwise, and the interval reaches
    /// `times` of them to either side.
    pub fn quantile_reaching(&self, p: f64, share_std_error: f64, times: f64) -> Estimate {
        let value = self.quantile(p);
        let half = times * share_std_error;
        let (low, high) = (self.quantile(p - half), self.quantile(p + half));
        let bin_error = self.bin_error(value);
        Estimate {
            value,
            std_error: (high - low) / (2.0 * times),
            sampling: ((low - bin_error).max(0.0), high + bin_error),
            input: None,
        }
    }

    /// Requests per ms around the `p`-quantile: the slope of the distribution function over its own sampling
    /// interval, or over the bins on either side where that is wider.
    pub fn density(&self, p: f64) -> f64 {
        let value = self.quantile(p);
        let half = Z95 * self.share_std_error(value);
        let (bin, _) = bins::position(value);
        let low = self.quantile(p - half).min(bins::lower(bin.saturating_sub(1)));
        let high = self
            .quantile(p + half)
            .max(bins::upper((bin + 1).min(bins::COUNT - 2)));
        (self.share_within(high) - self.share_within(low)) / (high - low)
    }

    fn share_std_error(&self, x: f64) -> f64 {
        let (bin, _) = bins::position(x);
        let below = if bin == 0 { 0.0 } else { self.variance[bin - 1] };
        below.max(self.variance[bin]).max(0.0).sqrt()
    }

    /// How far interpolation inside a bin can be off: `width² · |f′| / (8 f)`, from the counts of the
    /// neighbouring bins, and never more than the bin.
    fn bin_error(&self, x: f64) -> f64 {
        let (bin, _) = bins::position(x);
        if bin < 2 || bin + 3 > bins::COUNT {
            return 0.0;
        }
        let inside = |b: usize| self.share[b] - self.share[b - 1];
        let width = bins::upper(bin) - bins::lower(bin);
        let bend = (inside(bin + 1) - inside(bin - 1)).abs() / 2.0;
        if inside(bin) > 0.0 {
            (width * bend / (8.0 * inside(bin))).min(width)
        } else {
            width
        }
    }

    /// The distribution function at the upper edges of its non-empty bins: (ms, share), ascending.
    pub fn points(&self) -> Vec<(f64, f64)> {
        let total = self.total();
        let mut points = Vec::new();
        for bin in 0..bins::COUNT - 1 {
            let (share, next) = (self.share[bin] / total, self.share[bin + 1] / total);
            // Keep an edge when something lies on either side of it.
            if next > share || points.last().is_some_and(|(_, before)| share > *before) {
                points.push((bins::upper(bin), share));
            }
        }
        points
    }
}

/// Sums of so many equal terms, added one after another: the same rounding as adding them one by one.
struct Averages(Vec<f64>);

impl Averages {
    fn of_alike(count: usize, term: f64) -> Self {
        let sums = std::iter::once(0.0).chain((0..count).scan(0.0, |sum, _| {
            *sum += term;
            Some(*sum)
        }));
        Averages(sums.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Running counts of `values`.
    fn counts(values: &[f32]) -> Vec<u32> {
        let mut counts = vec![0; bins::COUNT];
        for value in values {
            counts[bins::of(*value)] += 1;
        }
        for bin in 1..bins::COUNT {
            counts[bin] += counts[bin - 1];
        }
        counts
    }

    /// Ten thousand equally spaced values.
    fn uniform_from_100_to_200() -> Mixture {
        let values: Vec<f32> = (0..10_000).map(|i| 100.0 + (i as f32 + 0.5) / 100.0).collect();
        let counts = counts(&values);
        Mixture::new(
            [Part {
                first_bin: 0,
                counts: &counts,
                runs: 10_000,
                weight: 1.0,
                fixed: false,
            }]
            .into_iter(),
        )
    }

    #[test]
    fn quantiles_of_a_uniform_spread_lie_within_a_bin() {
        let mixture = uniform_from_100_to_200();
        for p in [0.05, 0.5, 0.95, 0.99] {
            // Uniform inside each bin, so interpolation is exact up to the bin of the ends.
            assert!((mixture.quantile(p) - (100.0 + 100.0 * p)).abs() < 0.02, "{p}");
        }
        assert!((mixture.share_within(150.0) - 0.5).abs() < 2e-4);
    }

    #[test]
    fn the_sampling_error_of_a_median_is_that_of_the_textbook() {
        // Uniform on [100, 200): the standard error of the median is sqrt(p (1 − p) / n) / f = 0.5 ms at n = 10^4.
        let mixture = uniform_from_100_to_200();
        assert!((mixture.quantile_estimate(0.5).std_error - 0.5).abs() < 0.02);
        assert!((mixture.density(0.5) - 0.01).abs() < 2e-4);
    }

    /// Sampling errors of parts that are drawn together add up, those of others by their squares.
    #[test]
    fn parts_of_one_block_err_together_and_blocks_apart() {
        let counts = counts(&[100.0, 100.0, 100.0, 200.0]);
        let part = |weight: f64, fixed: bool| Part {
            first_bin: 0,
            counts: &counts,
            runs: 4,
            weight,
            fixed,
        };
        let built = |blocks: &[&[Part<'_>]]| {
            let mut builder = MixtureBuilder::default();
            for block in blocks {
                builder.block(block.iter().copied());
            }
            builder.done()
        };
        let one = 0.75 * 0.25 / 4.0;
        let (small, large) = (part(0.2, false), part(0.3, false));
        let sure = part(0.5, true);
        let cases = [
            (built(&[&[small, large, sure]]), one * 0.5 * 0.5, 0.5 / 4.0),
            (
                built(&[&[small], &[large], &[sure]]),
                one * (0.04 + 0.09),
                0.3 / 4.0,
            ),
            (
                built(&[&[small, sure], &[large], &[]]),
                one * (0.04 + 0.09),
                0.3 / 4.0,
            ),
        ];
        for (mixture, variance, grain) in cases {
            assert!((mixture.share_within(150.0) - 0.75).abs() < 1e-12);
            assert!((mixture.share_within(250.0) - 1.0).abs() < 1e-12);
            assert!((mixture.share_std_error(150.0).powi(2) - variance).abs() < 1e-12);
            assert!((mixture.grain - grain).abs() < 1e-12);
        }
    }

    #[test]
    fn points_are_the_steps_of_the_distribution_function() {
        let counts = counts(&[100.0, 100.0, 100.0, 200.0]);
        let part = Part {
            first_bin: 0,
            counts: &counts,
            runs: 4,
            weight: 0.5,
            fixed: false,
        };
        let points = Mixture::new(std::iter::once(part)).points();
        let (hundred, two) = (bins::of(100.0), bins::of(200.0));
        let expected = [
            (bins::upper(hundred - 1), 0.0),
            (bins::upper(hundred), 0.75),
            (bins::upper(two - 1), 0.75),
            (bins::upper(two), 1.0),
        ];
        assert_eq!(points, expected);
    }

    /// The definition of [`Mixture::later_by`], bin by bin and value by value.
    fn later_by_definition(mixture: &Mixture, values: &[f32]) -> Mixture {
        let each = 1.0 / values.len() as f64;
        let mut later = Mixture::empty();
        for bin in 0..bins::COUNT - 1 {
            for value in values {
                let x = bins::upper(bin) - f64::from(*value);
                if x > 0.0 {
                    let (at, part) = bins::position(x);
                    let before = |of: &[f64]| if at == 0 { 0.0 } else { of[at - 1] };
                    let between = |of: &[f64]| before(of) + part * (of[at] - before(of));
                    later.share[bin] += each * between(&mixture.share);
                    later.variance[bin] += each * between(&mixture.variance);
                }
            }
        }
        later.share[bins::COUNT - 1] = mixture.total();
        later
    }

    #[test]
    fn later_by_passes_over_what_is_the_same_without_changing_a_bit() {
        let same = |mixture: &Mixture, values: &[f32]| {
            let (quick, slow) = (mixture.later_by(values), later_by_definition(mixture, values));
            let bits = |of: &[f64]| of.iter().map(|x| x.to_bits()).collect::<Vec<u64>>();
            assert_eq!(bits(&quick.share), bits(&slow.share));
            assert_eq!(bits(&quick.variance), bits(&slow.variance));
        };
        let many: Vec<f32> = (0..64).map(|at| at as f32 * 7.3).collect();
        for mixture in [uniform_from_100_to_200(), Mixture::empty()] {
            same(&mixture, &[0.0]);
            same(&mixture, &[100.0, 101.5, 40_000.0]);
            same(&mixture, &many);
            // Shifted twice, the edges lie elsewhere.
            same(&mixture.later_by(&many), &many);
        }
    }

    #[test]
    fn a_fixed_part_has_no_sampling_error() {
        let counts = counts(&[50.0; 100]);
        let mixture = Mixture::new(
            [Part {
                first_bin: 0,
                counts: &counts,
                runs: 100,
                weight: 1.0,
                fixed: true,
            }]
            .into_iter(),
        );
        assert_eq!(mixture.share_estimate(80.0), Estimate::exact(1.0));
    }
}
