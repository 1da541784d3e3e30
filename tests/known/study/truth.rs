//! The small case that runs are repeated on, and its true figures by numerical convolution: nothing of the engine is used
//! for them.

use isochrone::basis::dist::Dist;
use isochrone::basis::stat::bins;
use isochrone::engine::latency::law::{Laws, Part};
use isochrone::engine::latency::placed::nearest;
use rayon::prelude::*;

use crate::support::laws::weighted_laws_of;

/// User groups and regions of the case.
pub(super) const GROUPS: usize = 6;
pub(super) const REGIONS: usize = 3;

/// Times (ms) whose share of requests is told: the defaults of a scenario.
pub(super) const WITHIN_MS: [f64; 5] = [50.0, 100.0, 150.0, 200.0, 300.0];

/// Probabilities of the quantiles that are told.
const QUANTILES: [f64; 4] = [0.5, 0.9, 0.95, 0.99];

/// Figures of a set: mean, quantiles, shares within [`WITHIN_MS`]; ms, and shares from 0 to 1.
pub(super) const OWN: usize = 1 + 4 + WITHIN_MS.len();

/// Width of a cell in the convolution, ms. Each of three parts is moved to the middle of its cell, which adds h²/12 to its
/// variance and so about h²/8 · |f′/f| to a quantile: below 2e-5 ms here.
const CELL_MS: f64 = 0.1;

/// What is left out at the far end of a part.
const LEFT_OUT: f64 = 1e-10;

/// Six groups of very different weight towards three regions. Access, path, jitter and service are all random.
pub(super) struct World {
    weights: [f64; GROUPS],
    /// Scale of the access network, ms.
    access_ms: [f64; GROUPS],
    /// Median of the path, ms; its spread is log-normal.
    path_ms: [[f64; REGIONS]; GROUPS],
    /// What the third region adds, ms.
    later_ms: f64,
}

impl World {
    /// The three regions lie apart, each nearest for somebody.
    pub(super) fn apart() -> Self {
        World {
            weights: [30.0, 25.0, 20.0, 12.0, 8.0, 5.0],
            access_ms: [6.0, 8.0, 12.0, 5.0, 20.0, 9.0],
            path_ms: [
                [35.0, 90.0, 110.0],
                [60.0, 48.0, 75.0],
                [120.0, 70.0, 62.0],
                [150.0, 135.0, 40.0],
                [95.0, 60.0, 85.0],
                [70.0, 160.0, 150.0],
            ],
            later_ms: 0.0,
        }
    }

    /// The second and the third region are alike for everybody, but for `later_ms` that the third adds: sets with one or
    /// the other differ by draws alone where that is nothing.
    pub(super) fn twins(later_ms: f64) -> Self {
        let mut world = World::apart();
        for row in &mut world.path_ms {
            row[2] = row[1];
        }
        World { later_ms, ..world }
    }

    fn access(&self, group: usize) -> Dist {
        Dist::gamma(1.5, self.access_ms[group]).unwrap()
    }

    fn path(&self, group: usize, region: usize) -> Dist {
        Dist::log_normal(self.path_ms[group][region], 0.35).unwrap()
    }

    fn later(&self, region: usize) -> f64 {
        if region == 2 { self.later_ms } else { 0.0 }
    }

    /// What the engine draws from.
    pub(super) fn laws(&self) -> Laws {
        let rows: Vec<Vec<Dist>> = (0..GROUPS)
            .map(|group| (0..REGIONS).map(|region| self.path(group, region)).collect())
            .collect();
        let mut laws = weighted_laws_of(&self.weights, &rows);
        for (at, pair) in laws.pairs.iter_mut().enumerate() {
            pair.parts.push(Part::once(jitter().shape()));
            let later = self.later(at % REGIONS);
            if later > 0.0 {
                pair.parts.push(Part::fixed(later));
                pair.expected_ms += later;
            }
        }
        for (group, law) in laws.groups.iter_mut().enumerate() {
            law.access = Part::once(self.access(group).shape());
            // Two countries: what is told of each is not looked at here, and takes most of the time.
            law.country = (group / 3) as u16;
        }
        laws.service = Part::once(service().shape());
        laws
    }

    /// The true figures of each of `sets`.
    pub(super) fn truth(&self, sets: &[&[usize]]) -> Vec<[f64; OWN]> {
        let laws = self.laws();
        let of_all = convolved(&cells(&jitter()), &cells(&service()));
        let before_path: Vec<Vec<f64>> = (0..GROUPS)
            .into_par_iter()
            .map(|group| convolved(&of_all, &cells(&self.access(group))))
            .collect();
        let of = |set: &&[usize]| {
            let served = nearest(&laws, set);
            let whole: f64 = self.weights.iter().sum();
            let share = |ms: f64| -> f64 {
                let of_group = |(group, region): (usize, &usize)| {
                    let left = ms - self.later(*region);
                    self.weights[group] / whole * below(&before_path[group], &self.path(group, *region), left)
                };
                served.iter().enumerate().map(of_group).sum()
            };
            let mean_of = |dist: Dist| dist.mean().unwrap();
            let mean: f64 = served
                .iter()
                .enumerate()
                .map(|(group, region)| {
                    let parts = [self.access(group), self.path(group, *region), jitter(), service()];
                    let ms: f64 = parts.map(mean_of).iter().sum();
                    self.weights[group] / whole * (ms + self.later(*region))
                })
                .sum();
            let quantiles = QUANTILES.map(|p| solved(&share, p));
            let mut figures = [0.0; OWN];
            figures[0] = mean;
            figures[1..5].copy_from_slice(&quantiles);
            figures[5..].copy_from_slice(&WITHIN_MS.map(share));
            figures
        };
        sets.par_iter().map(of).collect()
    }
}

fn jitter() -> Dist {
    Dist::gamma(2.0, 3.0).unwrap()
}

fn service() -> Dist {
    Dist::log_normal(6.0, 0.5).unwrap()
}

/// The probability of each cell of a law that begins at 0; cell `k` lies around `k` times its width.
fn cells(dist: &Dist) -> Vec<f64> {
    let count = (dist.quantile(1.0 - LEFT_OUT) / CELL_MS).ceil() as usize + 2;
    let edge = |k: usize| dist.cdf((k as f64 + 0.5) * CELL_MS);
    let of = |k: usize| if k == 0 { edge(0) } else { edge(k) - edge(k - 1) };
    (0..count).map(of).collect()
}

fn convolved(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut sum = vec![0.0; a.len() + b.len() - 1];
    for (i, x) in a.iter().enumerate() {
        for (to, y) in sum[i..].iter_mut().zip(b) {
            *to += x * y;
        }
    }
    sum.truncate(
        sum.iter()
            .rposition(|cell| *cell > 1e-14)
            .map_or(0, |last| last + 1),
    );
    sum
}

/// Probability that what the cells hold and then the path is within `ms`.
fn below(cells: &[f64], path: &Dist, ms: f64) -> f64 {
    let terms = cells.iter().enumerate().filter(|(_, cell)| **cell > 1e-13);
    terms
        .map(|(k, cell)| cell * path.cdf(ms - k as f64 * CELL_MS))
        .sum()
}

/// Where `share` reaches `p`: false position, the end that stays halved (Illinois).
fn solved(share: &dyn Fn(f64) -> f64, p: f64) -> f64 {
    let (mut low, mut high) = (1.0, 1000.0);
    let (mut at_low, mut at_high) = (share(low) - p, share(high) - p);
    assert!(at_low < 0.0 && at_high > 0.0);
    for _ in 0..200 {
        let middle = (low * at_high - high * at_low) / (at_high - at_low);
        let at = share(middle) - p;
        if at.abs() < 1e-12 || high - low < 1e-9 {
            return middle;
        }
        if at > 0.0 {
            (high, at_high) = (middle, at);
            at_low /= 2.0;
        } else {
            (low, at_low) = (middle, at);
            at_high /= 2.0;
        }
    }
    f64::midpoint(low, high)
}

/// Against an exact sum: gamma with one scale add up to a gamma.
#[test]
fn convolution_finds_the_sum_of_two_gammas() {
    let (a, b) = (Dist::gamma(1.5, 8.0).unwrap(), Dist::gamma(2.0, 8.0).unwrap());
    let exact = Dist::gamma(3.5, 8.0).unwrap();
    let cells = cells(&a);
    for p in [0.05, 0.5, 0.99] {
        let found = solved(&|ms| below(&cells, &b, ms), p);
        assert!((found - exact.quantile(p)).abs() < 1e-4, "{p}: {found}");
    }
}

/// Bins are wide beside what is looked for: the true quantile is not that of the bins.
#[test]
fn a_bin_is_wider_than_the_errors_looked_for() {
    let at = bins::position(100.0).0;
    assert!(bins::upper(at) - bins::lower(at) > 0.5);
}
