//! All sets that a bound leaves open, scored: what falls through the sieve was proved to be no better.

use rayon::prelude::*;

use super::best::Best;
use super::grade::{Grader, Plain, Tally, with};
use super::local::{Climbed, Ground};
use crate::decide::enumerate::Scorer;
use crate::decide::facility::relax::Relaxed;
use crate::engine::progress::Watch;

/// The sets whose bound is at most `threshold`, without those known to be above.
pub(super) struct Sieve<'a> {
    ground: Ground<'a>,
    threshold: f64,
    /// What the must-haves come to, with what every set costs.
    begun: f64,
    /// The other regions by what they add, least first.
    free: Vec<usize>,
    added: Vec<f64>,
    /// `sums[n]`: what the first `n` add together.
    sums: Vec<f64>,
}

impl<'a> Sieve<'a> {
    pub(super) fn new(ground: Ground<'a>, relaxed: &Relaxed, threshold: f64) -> Self {
        let mut free: Vec<usize> = (0..ground.regions)
            .filter(|region| !ground.must_have.contains(region))
            .collect();
        free.sort_by(|a, b| relaxed.reduced[*a].total_cmp(&relaxed.reduced[*b]));
        let added: Vec<f64> = free.iter().map(|region| relaxed.reduced[*region]).collect();
        let mut sums = vec![0.0];
        for (at, add) in added.iter().enumerate() {
            sums.push(sums[at] + add);
        }
        Sieve {
            begun: relaxed.of(ground.must_have),
            ground,
            threshold,
            free,
            added,
            sums,
        }
    }

    fn open(&self) -> usize {
        self.ground.size - self.ground.must_have.len()
    }

    /// Whether a set may still pass that has come to `sum` and takes the next `left` regions from `place` on.
    fn may_pass(&self, place: usize, left: usize, sum: f64) -> bool {
        sum + self.sums[place + left] - self.sums[place] <= self.threshold
    }

    /// How many sets are left open; none when there are more than `limit`.
    pub(super) fn count(&self, limit: u64) -> Option<u64> {
        let mut left = limit;
        self.count_from(0, self.open(), self.begun, &mut left)
            .then(|| limit - left)
    }

    /// Takes sets off `left`; false when it is not enough.
    fn count_from(&self, place: usize, open: usize, sum: f64, left: &mut u64) -> bool {
        for at in place..(self.free.len() + 1).saturating_sub(open) {
            if !self.may_pass(at, open, sum) {
                break;
            }
            let enough = if open == 1 {
                *left > 0 && {
                    *left -= 1;
                    true
                }
            } else {
                self.count_from(at + 1, open - 1, sum + self.added[at], left)
            };
            if !enough {
                return false;
            }
        }
        true
    }

    /// Scores the sets that are left open, and keeps the `top` best that cost at most `bar`; none when `watch` said to stop.
    pub(super) fn score(
        &self,
        scorer: &Scorer<'_>,
        (top, bar): (usize, f64),
        watch: Watch<'_>,
    ) -> Option<Climbed> {
        let parts: Vec<Option<Climbed>> = self
            .beginnings()
            .into_par_iter()
            .map_init(
                || Plain::new(scorer, self.ground.size),
                |plain, begin| {
                    let mut work = Work {
                        sieve: self,
                        plain,
                        best: Best::new(top),
                        bar,
                        tally: Tally::new(scorer.query.limits.len()),
                        watch,
                    };
                    work.from(&begin).then_some(Climbed {
                        best: work.best,
                        tally: work.tally,
                    })
                },
            )
            .collect();
        let mut whole = Climbed {
            best: Best::new(top),
            tally: Tally::new(scorer.query.limits.len()),
        };
        for part in parts {
            let part = part?;
            whole.best.take_in(part.best);
            whole.tally.add(part.tally);
        }
        Some(whole)
    }

    /// The first places of the sets that one thread scores: two of them where sets have more than that.
    fn beginnings(&self) -> Vec<Vec<usize>> {
        let open = self.open();
        if open < 3 {
            return vec![Vec::new()];
        }
        let mut all = Vec::new();
        for a in 0..self.free.len() {
            for b in a + 1..=self.free.len() - (open - 1) {
                if !self.may_pass(b, open - 1, self.begun + self.added[a]) {
                    break;
                }
                all.push(vec![a, b]);
            }
        }
        all
    }
}

/// One thread's part.
struct Work<'a, 'b, 'c> {
    sieve: &'a Sieve<'a>,
    plain: &'b mut Plain<'c>,
    best: Best,
    bar: f64,
    tally: Tally,
    watch: Watch<'a>,
}

impl Work<'_, '_, '_> {
    fn from(&mut self, begin: &[usize]) -> bool {
        let sieve = self.sieve;
        self.plain.stand_on(sieve.ground.must_have);
        let mut sum = sieve.begun;
        for &place in begin {
            self.plain.push(sieve.free[place]);
            sum += sieve.added[place];
        }
        let next = begin.last().map_or(0, |last| last + 1);
        self.descend(next, sieve.open() - begin.len(), sum)
    }

    fn descend(&mut self, place: usize, open: usize, sum: f64) -> bool {
        if self.watch.stopped() {
            return false;
        }
        let sieve = self.sieve;
        for at in place..(sieve.free.len() + 1).saturating_sub(open) {
            if !sieve.may_pass(at, open, sum) {
                break;
            }
            if open == 1 {
                self.leaf(sieve.free[at]);
            } else {
                self.plain.push(sieve.free[at]);
                let went_on = self.descend(at + 1, open - 1, sum + sieve.added[at]);
                self.plain.pop();
                if !went_on {
                    return false;
                }
            }
        }
        true
    }

    fn leaf(&mut self, region: usize) {
        let bar = self.bar.min(self.best.bar());
        let Some(grade) = self.plain.grade(region, bar, true, &mut self.tally) else {
            return;
        };
        if grade.cost > bar {
            return;
        }
        let set = with(self.plain.base(), region);
        if self.sieve.ground.accept.is_none_or(|accept| accept(&set)) {
            self.best.offer(&set, grade.cost);
        } else {
            self.tally.turned_away += 1;
        }
    }
}
