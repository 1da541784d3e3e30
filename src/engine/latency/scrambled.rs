//! Sampling errors where draws are scrambled points: from what each scramble says by itself.
//!
//! Points of one scramble depend on each other, so their number says nothing about the error. Scrambles are independent
//! and alike: a figure's standard error is the spread of its value over them, divided by the root of their number, and a
//! 95 % interval reaches Student's quantile with one degree of freedom less than there are scrambles. Quantiles go by the
//! share at them, as with random draws: shares of few points are without bias, quantiles of few points are not. All sets
//! are scrambled alike, so the same holds for differences.

use std::ops::Range;

use super::law::Laws;
use super::level::{Level, Pairing};
use super::placed::{Placed, shares};
use super::plan::Plan;
use super::table::LatencyTable;
use crate::basis::error::Result;
use crate::basis::points::SCRAMBLES;
use crate::basis::seed::Points;
use crate::basis::stat::estimate::Estimate;
use crate::basis::stat::student::{self, T95};
use crate::engine::progress::Watch;

/// A table for each scramble, of the pairs that some designs use.
#[derive(Clone, Debug)]
pub struct Scrambled<'a> {
    laws: &'a Laws,
    tables: Vec<LatencyTable>,
    /// For each group the share of a single draw.
    grain: Vec<f64>,
}

/// `used[group * regions + region]`: whether any of the plans sends requests of the group to the region.
pub fn pairs_used(laws: &Laws, plans: &[&Plan]) -> Vec<bool> {
    let mut used = vec![false; laws.groups.len() * laws.regions];
    for plan in plans {
        for group in 0..laws.groups.len() {
            for share in shares(laws, plan, group, 0..laws.class_count()) {
                used[group * laws.regions + share.region] = true;
            }
        }
    }
    used
}

/// A design in each scramble.
#[derive(Clone, Debug)]
pub struct InScrambles<'a> {
    of: &'a Scrambled<'a>,
    placed: Vec<Placed>,
}

impl<'a> Scrambled<'a> {
    /// Makes the draws of `table` again for the pairs that `plans` use, by scramble; none where draws are random.
    ///
    /// # Errors
    /// When the user asks to stop.
    pub fn of(
        laws: &'a Laws,
        table: &LatencyTable,
        plans: &[&Plan],
        watch: Watch<'_>,
    ) -> Result<Option<Self>> {
        if table.source().points == Points::Random {
            return Ok(None);
        }
        let used = pairs_used(laws, plans);
        let wanted = |group: usize, region: usize| used[group * laws.regions + region];
        let grain = laws.groups.iter().enumerate();
        Ok(Some(Scrambled {
            laws,
            tables: LatencyTable::of_scrambles(laws, table.draws(), &wanted, watch)?,
            grain: grain
                .map(|(group, law)| law.weight / f64::from(table.runs_of(group)))
                .collect(),
        }))
    }

    /// The design in each scramble.
    pub fn place(&'a self, plan: &Plan) -> InScrambles<'a> {
        let of = |table: &LatencyTable| Placed::of(self.laws, table, plan.clone());
        InScrambles {
            of: self,
            placed: self.tables.iter().map(of).collect(),
        }
    }

    /// The standard error of each figure's difference `a − b`, for each pairing of `placed`.
    pub fn std_errors(placed: &[InScrambles<'_>], pairings: &[Pairing]) -> Vec<Vec<f64>> {
        let of = |pairing: &Pairing| {
            let (a, b) = (&placed[pairing.a], &placed[pairing.b]);
            let of_levels = |(of_a, of_b): &(Level, Level)| {
                let (a, b) = (a.at(*of_a), b.at(*of_b));
                std_error(&std::array::from_fn(|scramble| a[scramble] - b[scramble]))
            };
            pairing.levels.iter().map(of_levels).collect()
        };
        pairings.iter().map(of).collect()
    }
}

impl InScrambles<'_> {
    fn each(&self, value: impl Fn(&Placed, &LatencyTable) -> f64) -> [f64; SCRAMBLES] {
        std::array::from_fn(|scramble| value(&self.placed[scramble], &self.of.tables[scramble]))
    }

    /// A level in each scramble.
    fn at(&self, level: Level) -> [f64; SCRAMBLES] {
        match level {
            Level::Mean => self.each(|placed, table| placed.mean(self.of.laws, table).value),
            Level::Share { ms, density } => {
                self.each(|placed, _| placed.all.share_within(ms).value / density)
            }
        }
    }

    /// A mean over all classes, ms, with its error. Late requests come to few scrambles, so that means are skewed.
    pub fn mean(&self, value: f64) -> Estimate {
        student::repeated(value, &self.at(Level::Mean), T95)
    }

    /// The mean of one group, ms, with its error.
    pub fn group_mean(&self, group: usize, value: f64) -> Estimate {
        let mean = |placed: &Placed, table: &LatencyTable| {
            placed.group_mean(self.of.laws, table, group).unwrap_or(0.0)
        };
        student::repeated(value, &self.each(mean), T95)
    }

    /// Standard error of the share of requests within each of `limits` (ms).
    pub fn share_errors(&self, limits: &[f64]) -> Vec<f64> {
        let grain = self.grain(0..self.of.grain.len());
        let of = |ms: &f64| {
            std_error(&self.at(Level::Share {
                ms: *ms,
                density: 1.0,
            }))
            .hypot(grain)
        };
        limits.iter().map(of).collect()
    }

    /// The same among some groups.
    pub fn share_errors_of(&self, groups: &Range<usize>, limits: &[f64]) -> Vec<f64> {
        let (laws, grain) = (self.of.laws, self.grain(groups.clone()));
        let weight: f64 = laws.groups[groups.clone()].iter().map(|group| group.weight).sum();
        let mut values = vec![[0.0; SCRAMBLES]; limits.len()];
        for (scramble, (placed, table)) in self.placed.iter().zip(&self.of.tables).enumerate() {
            let latency = placed.of_groups(laws, table, groups.clone());
            for (values, ms) in values.iter_mut().zip(limits) {
                values[scramble] = latency.share_within(*ms).value;
            }
        }
        values
            .iter()
            .map(|values| std_error(values).hypot(grain / weight))
            .collect()
    }

    /// What no spread over scrambles may hide: that a share comes in steps of a draw. Points that are alike in all
    /// scrambles may well have none.
    fn grain(&self, groups: Range<usize>) -> f64 {
        let squares: f64 = self.of.grain[groups].iter().map(|grain| grain * grain).sum();
        (squares / 12.0).sqrt()
    }
}

/// Standard error of the average of these.
fn std_error(values: &[f64; SCRAMBLES]) -> f64 {
    let count = SCRAMBLES as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    (squares / (count - 1.0) / count).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_error_is_that_of_an_average() {
        let values: [f64; SCRAMBLES] = std::array::from_fn(|at| at as f64);
        // The variance of 0 to 15 is 68/3 with 15 degrees of freedom.
        assert!((std_error(&values) - (68.0 / 3.0 / 16.0_f64).sqrt()).abs() < 1e-12);
    }
}
