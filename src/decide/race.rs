//! More draws for the best sets alone, until each can be told from the best one or counts as equal.
//!
//! ```text
//! draws      fresh ones, which the search has not seen: that a set was found on lucky draws counts for nothing here
//! looks      at the scenario's runs, then at twice as many each time, up to the most allowed; their number is known
//!            beforehand. A longer table begins with the shorter one
//! intervals  of the difference of any two sets, on common draws, at the level 1 − 5 % / (looks · pairs of sets): with a
//!            probability of at least 95 % all of them hold at every look (Bonferroni), so it does not matter that the
//!            draws say which set leads and when to stop
//! verdicts   tied: the interval lies within the indifference on either side of zero; separated: it lies on one side of
//!            zero; otherwise undecided, and drawn for again. Who is separated is drawn for no more
//! ```
//!
//! So at most one race in twenty says anything wrong: calls a set separated that is not worse, or tied that is further away
//! than the indifference. A set that is truly best is dropped no more often. The intervals are first-order ones, as
//! everywhere; how often races err was counted, see `tests/known/study`.

use super::judge::{BinError, level};
use super::objective::Figure;
use crate::basis::error::Result;
use crate::basis::normal::probit;
use crate::basis::points::SCRAMBLES;
use crate::basis::seed::Points;
use crate::basis::stat::estimate::{Estimate, Z95};
use crate::basis::stat::student;
use crate::design::sampling::Tolerance;
use crate::engine::latency::draws::Draws;
use crate::engine::latency::law::Laws;
use crate::engine::latency::paired::{Pairing, std_errors};
use crate::engine::latency::placed::Placed;
use crate::engine::latency::plan::Plan;
use crate::engine::latency::scrambled::{Scrambled, pairs_used};
use crate::engine::latency::table::LatencyTable;
use crate::engine::progress::Watch;

/// Probability that a race says anything wrong, at most.
pub const ERROR: f64 = 0.05;

/// The rules of a race.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    /// What sets are compared by. Not a worst case: its differences have no error of their own.
    pub figure: Figure,
    /// Draws for each pair at the first look.
    pub first: u32,
    /// Most draws for each pair.
    pub most: u32,
    /// Sets that are no further apart are tied.
    pub indifference: Tolerance,
}

impl Rules {
    /// Most looks there can be.
    ///
    /// ```
    /// use isochrone::decide::objective::Figure;
    /// use isochrone::decide::race::Rules;
    /// use isochrone::design::sampling::Tolerance;
    /// let (figure, indifference) = (Figure::Mean, Tolerance::Ms(1.0));
    /// let looks = |first, most| Rules { figure, first, most, indifference }.looks();
    /// assert_eq!([looks(1000, 1000), looks(1000, 7999), looks(1000, 8000)], [1, 3, 4]);
    /// ```
    pub fn looks(&self) -> u32 {
        1 + (self.most / self.first.max(1)).max(1).ilog2()
    }

    /// Standard errors that an interval reaches to either side among `sets`.
    fn times(&self, sets: usize, points: Points) -> f64 {
        let pairs = (sets * sets.saturating_sub(1) / 2).max(1);
        let tail = ERROR / (2.0 * f64::from(self.looks()) * pairs as f64);
        match points {
            Points::Random => -probit(tail),
            Points::Scrambled => student::quantile(1.0 - tail, SCRAMBLES - 1),
        }
    }
}

/// What a race says of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has the best value of those that are left.
    Leads,
    /// It is no further from the other than the indifference.
    Tied,
    /// It is worse than the other.
    Separated,
    /// Neither could be shown.
    Undecided,
}

/// A set at the end of its race.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Runner {
    /// What is said of it.
    pub standing: Standing,
    /// The set that it was compared with: the one that led when this one was last looked at.
    pub against: usize,
    /// Value less that of the other, with the interval that holds for all sets and looks at once.
    pub difference: Estimate,
    /// Draws for each pair at its last look.
    pub runs: u32,
    /// Looks it took part in.
    pub looks: u32,
}

/// How a race ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Raced {
    /// The sets, in the order given.
    pub runners: Vec<Runner>,
    /// The one that leads.
    pub leader: usize,
    /// The indifference, in the unit of the figure.
    pub indifference: f64,
    /// Looks that were taken.
    pub looks: u32,
    /// Looks that there could have been.
    pub most_looks: u32,
}

/// Lets the sets race. `draws` deals out so many draws for each pair: fresh ones.
///
/// # Errors
/// When the user asks to stop.
pub fn race(
    laws: &Laws,
    sets: &[Plan],
    rules: &Rules,
    draws: &dyn Fn(u32) -> Draws,
    watch: Watch<'_>,
) -> Result<Option<Raced>> {
    if sets.len() < 2 {
        return Ok(None);
    }
    let mut left: Vec<usize> = (0..sets.len()).collect();
    let mut runners: Vec<Option<Runner>> = vec![None; sets.len()];
    let (mut leader, mut indifference, mut looks) = (0, None, 0);
    while looks < rules.looks() {
        let runs = rules.first.saturating_mul(1 << looks);
        looks += 1;
        let look = Look::take(laws, sets, &left, rules, &draws(runs), watch)?;
        leader = look.leader();
        let indifference = *indifference.get_or_insert(rules.indifference.at(look.values[look.best].value));
        for (place, at) in left.iter().enumerate() {
            runners[*at] = Some(Runner {
                standing: look.standing(place, indifference),
                against: leader,
                difference: look.differences[place],
                runs,
                looks,
            });
        }
        let standing = |at: &usize| runners[*at].map(|runner| runner.standing);
        left.retain(|at| standing(at) != Some(Standing::Separated));
        if left.iter().all(|at| standing(at) != Some(Standing::Undecided)) {
            break;
        }
    }
    Ok(Some(Raced {
        runners: runners.into_iter().flatten().collect(),
        leader,
        indifference: indifference.unwrap_or(0.0),
        looks,
        most_looks: rules.looks(),
    }))
}

/// The sets that are left, on the draws made so far.
struct Look<'a> {
    rules: &'a Rules,
    left: &'a [usize],
    /// Place of the best of them.
    best: usize,
    values: Vec<Estimate>,
    /// From the best.
    differences: Vec<Estimate>,
}

impl<'a> Look<'a> {
    fn take(
        laws: &Laws,
        sets: &[Plan],
        left: &'a [usize],
        rules: &'a Rules,
        draws: &Draws,
        watch: Watch<'_>,
    ) -> Result<Self> {
        let plans: Vec<&Plan> = left.iter().map(|at| &sets[*at]).collect();
        let used = pairs_used(laws, &plans);
        let wanted = |group: usize, region: usize| used[group * laws.regions + region];
        let table = LatencyTable::simulate_at(laws, draws, &wanted, watch)?;
        let placed: Vec<Placed> = plans
            .iter()
            .map(|plan| Placed::of(laws, &table, (*plan).clone()))
            .collect();
        let values: Vec<Estimate> = placed
            .iter()
            .map(|placed| rules.figure.of(laws, &table, placed))
            .collect();
        let cost = |at: usize| rules.figure.cost(values[at].value);
        let best = (1..values.len()).fold(0, |best, at| if cost(at) < cost(best) { at } else { best });
        let of = |at: usize| level(rules.figure, &placed[at]);
        let pairings: Vec<Pairing> = (0..placed.len())
            .map(|a| Pairing {
                a,
                b: best,
                levels: vec![(of(a), of(best))],
            })
            .collect();
        let scrambled = Scrambled::of(laws, &table, &plans, watch)?;
        let errors = match &scrambled {
            Some(scrambled) => {
                let each: Vec<_> = plans.iter().map(|plan| scrambled.place(plan)).collect();
                Scrambled::std_errors(&each, &pairings)
            }
            None => std_errors(laws, &table, &placed, &pairings, watch)?,
        };
        let times = rules.times(sets.len(), draws.source().points);
        let difference = |a: usize| {
            if a == best || plans[a].serves_like(plans[best]) {
                return Estimate::exact(0.0);
            }
            let error = errors[a].first().copied().unwrap_or(0.0);
            let apart = values[a].value - values[best].value;
            Estimate::reaching(apart, error, times)
                .wider_by(BinError { times: Z95 }.of_two(values[a], values[best]))
        };
        Ok(Look {
            rules,
            left,
            best,
            differences: (0..placed.len()).map(difference).collect(),
            values,
        })
    }

    fn leader(&self) -> usize {
        self.left[self.best]
    }

    fn standing(&self, place: usize, indifference: f64) -> Standing {
        let (low, high) = self.differences[place].sampling;
        if place == self.best {
            Standing::Leads
        } else if -indifference <= low && high <= indifference {
            Standing::Tied
        } else if self.rules.figure.cost(low).min(self.rules.figure.cost(high)) > 0.0 {
            Standing::Separated
        } else {
            Standing::Undecided
        }
    }
}
