//! What every set has to pass to be no worse than a value: a sum over user groups that is small enough.
//!
//! In a sum over groups of an entry for the region that serves each, nobody does better than at the region with the
//! smallest entry, wherever routing sends them. So a median problem over the entries bounds the sum from below, and a
//! value that no set can pass the test of is out of reach.

use std::ops::Range;

use crate::basis::error::Result;
use crate::basis::stat::bins;
use crate::decide::enumerate::Scorer;
use crate::decide::facility::matrix::Costs;
use crate::decide::objective::Figure;
use crate::decide::planes::WHOLE;

/// Rounding in sums of entries, as a share of all there is to sum.
const ROUNDING: f64 = 1e-9;

/// Sets whose figure costs no more than some value have a sum of entries of at most `target`.
#[derive(Clone, Debug)]
pub(super) struct Test {
    /// `entries[group · regions + region]`, at least 0.
    pub(super) entries: Vec<f64>,
    pub(super) target: f64,
    /// How much above the target a bound has to be, so that rounding decides nothing.
    pub(super) slack: f64,
    /// How far a bound is worth raising: a little beyond `target + slack`.
    pub(super) ceiling: f64,
    /// What the entries leave out: cost = `offset` + sum, where the figure is a sum itself.
    pub(super) offset: f64,
    groups: usize,
    regions: usize,
}

impl Test {
    /// The test whether `figure` costs at most `bar`.
    pub(super) fn of(scorer: &Scorer<'_>, figure: Figure, bar: f64) -> Test {
        match figure {
            Figure::Mean => Test::mean(scorer, bar),
            Figure::ShareWithin(ms) => Test::within(scorer, ms, bar),
            Figure::WorstGroupMean => Test::largest_mean(scorer, bar),
            Figure::Quantile(p) => {
                let parts = [(0..scorer.planes.groups(), 1.0)];
                Test::quantiles(scorer, p, &parts, bar)
            }
            Figure::WorstCountryP95 { .. } => Test::quantiles(scorer, 0.95, &scorer.countries, bar),
        }
    }

    fn blank(scorer: &Scorer<'_>) -> Test {
        let (groups, regions) = (scorer.planes.groups(), scorer.planes.regions());
        Test {
            entries: vec![0.0; groups * regions],
            target: 0.0,
            slack: 0.0,
            ceiling: 0.0,
            offset: 0.0,
            groups,
            regions,
        }
    }

    fn fill(&mut self, group: usize, mut entry: impl FnMut(usize) -> f64) {
        let row = &mut self.entries[group * self.regions..][..self.regions];
        for (region, slot) in row.iter_mut().enumerate() {
            *slot = entry(region);
        }
    }

    fn mean(scorer: &Scorer<'_>, bar: f64) -> Test {
        let mut test = Test::blank(scorer);
        for group in 0..test.groups {
            test.fill(group, |region| scorer.planes.weighted_mean(region)[group]);
        }
        test.target = bar;
        test.slack = ROUNDING * bar.abs();
        test.aim(0.0)
    }

    /// What is missing to the most that each group can have within the time.
    fn within(scorer: &Scorer<'_>, ms: f64, bar: f64) -> Test {
        let mut test = Test::blank(scorer);
        let Some((_, within)) = scorer.within.iter().find(|(limit, _)| *limit == ms) else {
            test.target = f64::INFINITY;
            return test;
        };
        let mut most = 0.0;
        for group in 0..test.groups {
            let share = |region: usize| within.shares[region * scorer.planes.groups() + group];
            let top = (0..test.regions).map(share).fold(0.0, f64::max);
            test.fill(group, |region| top - share(region));
            most += top;
        }
        test.target = most + bar;
        test.slack = ROUNDING;
        test.offset = -most;
        test.aim(0.0)
    }

    /// How many groups have a larger mean.
    fn largest_mean(scorer: &Scorer<'_>, bar: f64) -> Test {
        let mut test = Test::blank(scorer);
        for group in 0..test.groups {
            test.fill(group, |region| {
                f64::from(u8::from(scorer.planes.mean(region)[group] > bar))
            });
        }
        // A whole number: one group too many, or none.
        test.slack = 1e-6;
        test.aim(1.0)
    }

    /// `whole` is 1 where entries are whole numbers, so that a bound is as good as the next of them.
    fn aim(mut self, whole: f64) -> Test {
        self.ceiling = self.target + 3.0 * self.slack + whole;
        self
    }

    /// What is missing to the most that each group can have within `bar`, for every part of the audience as a share of
    /// what the part may miss. A set that keeps the quantile of each part misses no more in all than there are parts.
    fn quantiles(scorer: &Scorer<'_>, p: f64, parts: &[(Range<usize>, f64)], bar: f64) -> Test {
        let mut test = Test::blank(scorer);
        let within = Within::new(scorer, bar);
        let single = parts.len() == 1;
        for (range, weight) in parts {
            let tops = range.clone().map(|group| within.most(group));
            let spare = tops.sum::<f64>() - p * weight * within.whole;
            if spare < -ROUNDING * within.whole {
                // Not even all regions together keep it.
                test.target = f64::NEG_INFINITY;
                return test;
            }
            // A single part is left in its own unit, in which all entries are whole numbers where shares are binned.
            let unit = if single {
                1.0
            } else {
                1.0 / spare.max(1e-6 * weight * within.whole)
            };
            for group in range.clone() {
                let top = within.most(group);
                test.fill(group, |region| unit * (top - within.share(group, region)));
            }
            test.target += unit * spare.max(0.0);
            test.slack += unit * ROUNDING * within.whole * weight;
        }
        test.aim(f64::from(u8::from(single && within.bin.is_some())))
    }

    /// A bound from here on says that no set passes.
    pub(super) fn out_of_reach(&self) -> f64 {
        self.target + self.slack
    }

    /// The entries as costs of serving.
    ///
    /// # Errors
    /// When an entry is not a number, which a table without draws would give.
    pub(super) fn costs(&self) -> Result<Costs> {
        Costs::from_table(self.groups, self.regions, self.entries.clone())
    }
}

/// How much of each group is within a time, at each region.
struct Within<'a, 'b> {
    scorer: &'a Scorer<'b>,
    bar: f64,
    /// The bin that ends at the time or behind it; none where all latencies are fixed.
    bin: Option<usize>,
    /// The time is below all there is.
    nothing: bool,
    /// The whole audience in the unit of shares.
    whole: f64,
}

impl<'a, 'b> Within<'a, 'b> {
    fn new(scorer: &'a Scorer<'b>, bar: f64) -> Self {
        let (first, last) = scorer.planes.bin_range();
        let binned = scorer.exact.is_none();
        let bin = bins::of(bar as f32);
        Within {
            scorer,
            bar,
            bin: binned.then(|| bin.clamp(first, last)),
            nothing: binned && bin < first,
            whole: if binned { f64::from(WHOLE) } else { 1.0 },
        }
    }

    fn share(&self, group: usize, region: usize) -> f64 {
        let planes = &self.scorer.planes;
        match (self.bin, &self.scorer.exact) {
            _ if self.nothing => 0.0,
            (Some(bin), _) => f64::from(planes.shares(bin, region)[group]),
            (None, Some(weights)) if planes.mean(region)[group] <= self.bar => weights[group],
            _ => 0.0,
        }
    }

    fn most(&self, group: usize) -> f64 {
        let shares = (0..self.scorer.planes.regions()).map(|region| self.share(group, region));
        shares.fold(0.0, f64::max)
    }
}
