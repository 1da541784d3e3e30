//! Two humps: a mixture of two log-normals by expectation and maximisation, on the logarithms.
//!
//! The likelihood has several peaks, so the climb starts from several splits of the ordered samples, always the same
//! ones. A hump narrower than a hundredth of the whole spread is not let through: it would sit on one sample with
//! a likelihood without bound.

use super::estimate::{Data, average, deviation};
use crate::basis::dist::Dist;

/// Where the ordered samples are split to begin with, beside their largest gap.
const SPLITS: [f64; 3] = [0.25, 0.5, 0.75];

/// The narrowest hump, relative to the standard deviation of all logarithms.
const NARROWEST: f64 = 0.01;

/// A hump needs at least this many samples to have a middle and a width.
const FEWEST_IN_A_HUMP: f64 = 4.0;

/// Rounds of expectation and maximisation at most.
const ROUNDS: usize = 400;

/// The climb ends where a round gains less than this in log-likelihood.
const GAIN: f64 = 1e-6;

/// A normal of the logarithms and its share.
#[derive(Clone, Copy, Debug)]
struct Hump {
    weight: f64,
    mean: f64,
    sigma: f64,
}

impl Hump {
    /// Density without the factor 1/√2π, times the weight.
    fn density(&self, log: f64) -> f64 {
        let z = (log - self.mean) / self.sigma;
        self.weight / self.sigma * (-0.5 * z * z).exp()
    }
}

/// The best mixture from all starts, the smaller median first.
pub(super) fn estimate(data: &Data) -> Option<Dist> {
    let logs = data.logs()?;
    let n = logs.len();
    let shares = SPLITS.iter().map(|share| (share * n as f64) as usize);
    let climbs = shares
        .chain([largest_gap(logs)])
        .filter_map(|at| climb(logs, split(logs, at)?));
    let best = climbs.max_by(|a, b| a.1.total_cmp(&b.1))?;
    mixture(best.0)
}

/// The mixture that a climb from `start` ends at: for samples drawn from `start`.
pub(super) fn refine(data: &Data, start: &Dist) -> Option<Dist> {
    let Dist::Mixture(mixture_of) = start else {
        return None;
    };
    let hump = |(weight, dist): &(f64, Dist)| match dist {
        Dist::LogNormal(d) => Some(Hump {
            weight: *weight,
            mean: d.median_ms().ln(),
            sigma: d.sigma(),
        }),
        _ => None,
    };
    let [first, second] = mixture_of.parts() else {
        return None;
    };
    mixture(climb(data.logs()?, [hump(first)?, hump(second)?])?.0)
}

fn mixture(mut humps: [Hump; 2]) -> Option<Dist> {
    humps.sort_by(|a, b| a.mean.total_cmp(&b.mean));
    let part = |h: Hump| Some((h.weight, Dist::log_normal(h.mean.exp(), h.sigma).ok()?));
    Dist::mixture([part(humps[0])?, part(humps[1])?]).ok()
}

/// The number of samples below the widest gap between neighbours that leaves a hump on either side.
fn largest_gap(logs: &[f64]) -> usize {
    let margin = FEWEST_IN_A_HUMP as usize;
    let gap = |at: &usize| logs[*at] - logs[at - 1];
    (margin..=logs.len().saturating_sub(margin))
        .max_by(|a, b| gap(a).total_cmp(&gap(b)))
        .unwrap_or(logs.len() / 2)
}

/// One hump from the samples below `at`, one from those above.
fn split(logs: &[f64], at: usize) -> Option<[Hump; 2]> {
    let floor = NARROWEST * deviation(logs);
    let hump = |part: &[f64]| Hump {
        weight: part.len() as f64 / logs.len() as f64,
        mean: average(part),
        sigma: deviation(part).max(floor),
    };
    let (low, high) = logs.split_at_checked(at)?;
    (low.len() > 1 && high.len() > 1).then(|| [hump(low), hump(high)])
}

/// Climbs from `humps` to the nearest peak, and tells the log-likelihood there (up to a constant).
fn climb(logs: &[f64], mut humps: [Hump; 2]) -> Option<([Hump; 2], f64)> {
    let floor = NARROWEST * deviation(logs);
    let mut before = f64::NEG_INFINITY;
    for _ in 0..ROUNDS {
        let (next, value) = round(logs, humps, floor);
        humps = next;
        if value - before < GAIN {
            break;
        }
        before = value;
    }
    let smallest = humps[0].weight.min(humps[1].weight) * logs.len() as f64;
    (smallest >= FEWEST_IN_A_HUMP).then_some((humps, before))
}

/// One round: each sample is shared between the humps by their densities, then each hump is fitted to its shares.
/// The log-likelihood is that of the humps before the round.
fn round(logs: &[f64], humps: [Hump; 2], floor: f64) -> ([Hump; 2], f64) {
    // Sums of share, share · d and share · d², d measured from the hump's old mean to keep the digits.
    let mut sums = [[0.0_f64; 3]; 2];
    let mut value = 0.0;
    for &log in logs {
        let densities = humps.map(|h| h.density(log).max(f64::MIN_POSITIVE));
        let total = densities[0] + densities[1];
        value += total.ln();
        for side in 0..2 {
            let (share, d) = (densities[side] / total, log - humps[side].mean);
            sums[side][0] += share;
            sums[side][1] += share * d;
            sums[side][2] += share * d * d;
        }
    }
    let refit = |side: usize| {
        let [count, first, second] = sums[side];
        let offset = first / count;
        Hump {
            weight: count / logs.len() as f64,
            mean: humps[side].mean + offset,
            sigma: (second / count - offset * offset).max(0.0).sqrt().max(floor),
        }
    };
    ([refit(0), refit(1)], value)
}
