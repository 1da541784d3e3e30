//! Mean unavailability by simulating busy periods, with rare second losses made frequent.
//!
//! The causes are alternating renewal processes whose up times have no memory. So each moment at which nothing is
//! lost begins the process anew: it falls into independent cycles of an idle period, in which all is well, and a busy
//! period, from the first loss until nothing is lost. Over a long time the unavailability is the mean downtime of a
//! cycle over its mean length (regenerative method). The length is known without simulation: all is well for the
//! share `π(0) = Π (1 − p_c)` of time and for `1/Λ` of each cycle, so a cycle lasts `1 / (Λ · π(0))`.
//!
//! ```text
//! U = π(0) · (unserved(0) + Σ_c λ_c · E[downtime of a busy period that c begins])
//! ```
//!
//! Each first cause is a stratum with its own periods. A period's downtime is split into what it would be if nothing
//! followed, drawn as it is, and what further losses change, which is nothing when none comes. So a second loss is
//! always made to come before the first is repaired: at a time drawn from the law of the first failure given that it
//! falls into the repair, by a cause drawn half by rate and half evenly among those that are up; the period then
//! weighs the chance of that over the chance it was drawn with (balanced failure biasing). Third and later losses are
//! forced with probability 0.3 before each repair, four times at most, under the same weights; beyond that the period
//! goes on by itself. Weights stay bounded by 2 for each choice of a cause times 1/0.7 for each repair that was let
//! pass, so the relative error does not grow as losses become rarer.
//!
//! Impairments take nothing down and are independent of the losses; their share is exact and is added.
//!
//! Sources: G. S. Shedler, *Regenerative Stochastic Simulation* (1993); P. Shahabuddin, *Importance sampling for the
//! simulation of highly reliable Markovian systems*, Management Science 40 (1994).

use rayon::prelude::*;

use super::availability::{Deployment, impairments_by_cause};
use super::causes::Cause;
use super::chain::Chain;
use super::points::{Drawn, Luck, coordinate};
use super::states::down_states;
use super::stop::StopCosts;
use super::timeline::{Loss, World};
use crate::basis::seed::{Purpose, RecoveryDraw, Stream};
use crate::basis::stat::estimate::Estimate;

/// Busy periods simulated unless the caller says otherwise.
pub const BUSY_PERIODS: u32 = 1 << 16;

/// Periods handed to a thread at a time.
const CHUNK: u32 = 1024;
/// Chance of forcing a third or later loss before the next repair.
const FORCED: f64 = 0.3;
/// How often that is tried in one period.
const TRIES: u32 = 4;
/// A period is cut off after so many losses; only one that hardly ever ends gets there.
const MOST_LOSSES: usize = 4096;

/// The mean unavailability (share of requests not served) with its sampling error, from `periods` busy periods.
///
/// The error is that of independent periods, stratum by stratum; it is zero where nothing is random.
pub fn simulated(
    deployment: &dyn Deployment,
    causes: &[Cause],
    chain: &Chain,
    periods: u32,
    seed: u64,
) -> Estimate {
    let world = World::new(deployment, causes, chain);
    let busy = Busy::new(&world, causes, seed);
    let states = down_states(causes, deployment.regions());
    let each = (periods / busy.firsts.len().max(1) as u32).max(2);
    let (mut mean, mut variance) = (deployment.unserved(0), 0.0);
    for &first in &busy.firsts {
        let found = busy.stratum(first, each);
        mean += causes[first].rate() * found.0;
        variance += causes[first].rate().powi(2) * found.1;
    }
    let costs = StopCosts::new(chain, seed);
    let impaired: f64 = impairments_by_cause(deployment, causes, &states, &costs)
        .iter()
        .sum();
    Estimate::normal(states[0] * mean + impaired, states[0] * variance.sqrt())
}

struct Busy<'a> {
    world: &'a World<'a>,
    rates: Vec<f64>,
    /// Causes that can begin a busy period.
    firsts: Vec<usize>,
    seed: u64,
}

impl<'a> Busy<'a> {
    fn new(world: &'a World<'a>, causes: &[Cause], seed: u64) -> Self {
        let rates: Vec<f64> = causes.iter().map(Cause::rate).collect();
        let begins = |cause: &usize| rates[*cause] > 0.0 && world.members()[*cause] != 0;
        Busy {
            world,
            firsts: (0..causes.len()).filter(begins).collect(),
            rates,
            seed,
        }
    }

    /// Mean downtime of a busy period that `first` begins, s, and the variance of that mean.
    fn stratum(&self, first: usize, periods: u32) -> (f64, f64) {
        let chunks = periods.div_ceil(CHUNK);
        let chunk = |chunk: u32| -> Vec<f64> {
            let all = chunk * CHUNK..((chunk + 1) * CHUNK).min(periods);
            all.map(|period| self.period(first, period)).collect()
        };
        let downtimes: Vec<Vec<f64>> = (0..chunks).into_par_iter().map(chunk).collect();
        let n = f64::from(periods);
        let mean = downtimes.iter().flatten().sum::<f64>() / n;
        let squares: f64 = downtimes.iter().flatten().map(|x| (x - mean).powi(2)).sum();
        (mean, squares / (n - 1.0) / n)
    }

    /// One weighted downtime, s.
    fn period(&self, first: usize, period: u32) -> f64 {
        let stream = Stream::new(
            self.seed,
            Purpose::Recovery(RecoveryDraw::Busy),
            first as u32,
            period,
        );
        let (loss, over) = self.world.loss(first, 0.0, Drawn::new(stream, 0));
        let alone = self.world.downtime(&[loss], 0.0, f64::INFINITY);
        let mut path = Path {
            busy: self,
            stream,
            losses: vec![loss],
            ends: vec![(over, first)],
            weight: 1.0,
            tries: 0,
        };
        if !path.second() {
            return alone;
        }
        path.rest();
        alone + path.weight * (self.world.downtime(&path.losses, 0.0, f64::INFINITY) - alone)
    }
}

/// A busy period in the making.
struct Path<'a> {
    busy: &'a Busy<'a>,
    stream: Stream,
    losses: Vec<Loss>,
    /// When the causes that are there are over, and which they are.
    ends: Vec<(f64, usize)>,
    weight: f64,
    tries: u32,
}

impl Path<'_> {
    /// Makes a second loss come before the first is repaired; false when none can.
    fn second(&mut self) -> bool {
        let luck = Drawn::new(self.stream, 1);
        let chance = self.chance(0.0);
        if chance <= 0.0 {
            return false;
        }
        self.weight *= chance;
        self.force(0.0, chance, luck);
        true
    }

    /// Goes on until nothing is lost.
    fn rest(&mut self) {
        let mut now = self.losses.last().map_or(0.0, |loss| loss.start);
        // Each turn has its own luck, whether a loss comes of it or not.
        let mut turn = 2;
        while !self.ends.is_empty() && self.losses.len() < MOST_LOSSES {
            let (chance, luck) = (self.chance(now), Drawn::new(self.stream, turn));
            turn += 1;
            let biased = self.tries < TRIES && chance > 0.0 && chance < FORCED;
            let forced = if biased { FORCED } else { chance };
            self.tries += u32::from(biased);
            if luck.at(coordinate::FLIP) < forced {
                self.weight *= chance / forced;
                now = self.force(now, chance, luck);
            } else {
                self.weight *= (1.0 - chance) / (1.0 - forced);
                now = self.repair();
            }
        }
    }

    /// The chance of a further loss between `now` and the next repair.
    fn chance(&self, now: f64) -> f64 {
        let next = self.ends.iter().map(|end| end.0).fold(f64::INFINITY, f64::min);
        -(-self.rate_up() * (next - now)).exp_m1()
    }

    fn up(&self) -> impl Iterator<Item = usize> {
        let there = |cause: &usize| self.ends.iter().any(|end| end.1 == *cause);
        self.busy
            .firsts
            .iter()
            .copied()
            .filter(move |cause| !there(cause))
    }

    fn rate_up(&self) -> f64 {
        self.up().map(|cause| self.busy.rates[cause]).sum()
    }

    /// A loss after `now`, at a time from the law of the first failure given that it has this `chance` of coming.
    fn force(&mut self, now: f64, chance: f64, luck: Drawn) -> f64 {
        let rate = self.rate_up();
        let time = now - (-luck.at(coordinate::UP) * chance).ln_1p() / rate;
        let (cause, weight) = self.pick(rate, luck.at(coordinate::PICK));
        self.weight *= weight;
        let (loss, over) = self.busy.world.loss(cause, time, luck);
        self.losses.push(loss);
        self.ends.push((over, cause));
        time
    }

    /// One of the causes that are up, half by rate and half evenly, and what the choice weighs.
    fn pick(&self, rate: f64, u: f64) -> (usize, f64) {
        let count = self.up().count() as f64;
        let mut sum = 0.0;
        let mut last = (0, 1.0);
        for cause in self.up() {
            let by_rate = self.busy.rates[cause] / rate;
            let chosen = 0.5 * by_rate + 0.5 / count;
            last = (cause, by_rate / chosen);
            sum += chosen;
            if u < sum {
                break;
            }
        }
        last
    }

    /// The next repair.
    fn repair(&mut self) -> f64 {
        let next = (0..self.ends.len()).min_by(|a, b| self.ends[*a].0.total_cmp(&self.ends[*b].0));
        next.map_or(f64::INFINITY, |next| self.ends.swap_remove(next).0)
    }
}
