//! Downtime of a year as a distribution: whole years, drawn without bias.
//!
//! Every cause runs through its up times and repairs from well before the year, so that a loss may reach into it
//! from the year before; what reaches into the next year is left to that. Downtime is weighted by requests, and the
//! part of a recovery that differs from user to user is averaged exactly, so a year is as uncertain as its losses
//! and no more.

use rayon::prelude::*;

use super::availability::Deployment;
use super::causes::{Cause, YEAR_S};
use super::chain::Chain;
use super::points::{Drawn, Luck, coordinate};
use super::timeline::{Loss, World};
use crate::basis::seed::{Purpose, RecoveryDraw, Stream};
use crate::basis::stat::estimate::{Estimate, Z95, quantile_of_sorted};

/// Years handed to a thread at a time.
const CHUNK: u32 = 1024;
/// Points of the exceedance curve at most.
const POINTS: usize = 200;
/// One in so many repairs lasts longer than the run before the year.
const LONGER: f64 = 1e-6;

/// Downtime of a year, minutes.
#[derive(Clone, Debug, PartialEq)]
pub struct YearsOfDowntime {
    /// Mean over years.
    pub mean: Estimate,
    /// Half of the years have no more.
    pub p50: Estimate,
    /// 95 of 100 years have no more.
    pub p95: Estimate,
    /// 99 of 100 years have no more.
    pub p99: Estimate,
    /// Years simulated.
    pub years: u32,
    /// (minutes, share of years with more), minutes ascending, at most 200 points.
    pub exceedance: Vec<(f64, f64)>,
}

/// Downtime of `count` years, in minutes; at least two are simulated.
pub fn years(
    deployment: &dyn Deployment,
    causes: &[Cause],
    chain: &Chain,
    count: u32,
    seed: u64,
) -> YearsOfDowntime {
    let (count, before) = (count.max(2), run_before(causes));
    let world = World::new(deployment, causes, chain);
    let chunk = |chunk: u32| -> Vec<f64> {
        let all = chunk * CHUNK..((chunk + 1) * CHUNK).min(count);
        let mut losses = Vec::new();
        all.map(|year| {
            losses.clear();
            for (at, cause) in causes.iter().enumerate() {
                run(&world, (at, cause), before, (seed, year), &mut losses);
            }
            world.downtime(&losses, 0.0, YEAR_S) / 60.0
        })
        .collect()
    };
    let chunks: Vec<Vec<f64>> = (0..count.div_ceil(CHUNK)).into_par_iter().map(chunk).collect();
    figures(chunks.concat())
}

/// How long before the year the causes begin to run, s.
fn run_before(causes: &[Cause]) -> f64 {
    let longest = |cause: &Cause| cause.repair.quantile(1.0 - LONGER).min(YEAR_S);
    causes
        .iter()
        .filter(|cause| cause.per_year > 0.0)
        .map(longest)
        .fold(0.0, f64::max)
}

/// The losses of one cause that reach into the year.
fn run(
    world: &World<'_>,
    (at, cause): (usize, &Cause),
    before: f64,
    (seed, year): (u64, u32),
    losses: &mut Vec<Loss>,
) {
    let rate = cause.rate();
    if rate <= 0.0 {
        return;
    }
    let stream = Stream::new(seed, Purpose::Recovery(RecoveryDraw::Year), year, at as u32);
    let mut now = -before;
    for turn in 0.. {
        let luck = Drawn::new(stream, turn);
        now -= luck.at(coordinate::UP).ln() / rate;
        if now >= YEAR_S {
            return;
        }
        let (loss, over) = world.loss(at, now, luck);
        if over > 0.0 {
            losses.push(loss);
        }
        now = over;
    }
}

fn figures(mut minutes: Vec<f64>) -> YearsOfDowntime {
    let n = minutes.len() as f64;
    let mean = minutes.iter().sum::<f64>() / n;
    let squares: f64 = minutes.iter().map(|x| (x - mean).powi(2)).sum();
    minutes.sort_by(f64::total_cmp);
    YearsOfDowntime {
        mean: Estimate::normal(mean, (squares / (n - 1.0) / n).sqrt()),
        p50: quantile(&minutes, 0.5),
        p95: quantile(&minutes, 0.95),
        p99: quantile(&minutes, 0.99),
        years: minutes.len() as u32,
        exceedance: exceedance(&minutes),
    }
}

/// A quantile with the order statistics between which it lies in 95 of 100 samples.
fn quantile(sorted: &[f64], p: f64) -> Estimate {
    let n = sorted.len() as f64;
    let (rank, half) = (n * p, Z95 * (n * p * (1.0 - p)).sqrt());
    let at = |rank: f64| sorted[(rank.max(0.0) as usize).min(sorted.len() - 1)];
    let (low, high) = (at((rank - half).floor() - 1.0), at((rank + half).ceil()));
    Estimate {
        std_error: (high - low) / (2.0 * Z95),
        sampling: (low, high),
        ..Estimate::exact(quantile_of_sorted(sorted, p))
    }
}

/// How many years have more, from none upwards: shares fall evenly on a logarithmic scale, so that the tail keeps
/// its points.
fn exceedance(sorted: &[f64]) -> Vec<(f64, f64)> {
    let n = sorted.len();
    let point = |minutes: f64| {
        (
            minutes,
            (n - sorted.partition_point(|x| *x <= minutes)) as f64 / n as f64,
        )
    };
    let first = point(0.0);
    let some = (first.1 * n as f64).round();
    let mut points = vec![first];
    let last = POINTS - 2;
    for at in 0..=last {
        let more =
            some.max(1.0).powf(1.0 - at as f64 / last as f64).round() as usize - usize::from(at == last);
        let next = point(sorted[n - 1 - more.min(n - 1)]);
        if points.last().is_some_and(|before| next.0 > before.0) {
            points.push(next);
        }
    }
    points
}
