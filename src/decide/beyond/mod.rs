//! The best sets where not all can be tried, and how much better the best could be.
//!
//! For each size that is too large to score every set:
//!
//! 1. **Search.** Sets are built from greedy and random starts and changed by one region at a time as long as that helps,
//!    by their true value (`local`, `grade`): what enumeration would give them, to the last bit.
//! 2. **Test.** A set that is as good as the best one found passes a test that is a sum over user groups, and no routing
//!    passes it more easily than one that sends everybody where it is best for the sum (`test`). So a p-median problem
//!    over its entries bounds what any set can reach (`bound`).
//! 3. **Sieve.** The relaxation of that problem tells each set by a sum over its regions. The sets that it cannot rule out
//!    are listed and scored, if they are few enough (`sieve`): then the best is proved to be the best.
//! 4. **Gap.** Where they are too many, the bound of the problem itself stands: by branch and bound for means, shares within
//!    a time and the worst group; by bisection over times for quantiles, whose bound is the lower end of a bin.
//!
//! Sets with classes, policies, leaders or queues are searched by the coarse look at them; what they gain or lose by these
//! is in no bound, so none is told.
//!
//! Effort is counted, so the answer is the same on any machine; unless a time is given, which says so in what it found. Time
//! that is left goes into further starts and a higher bound, until the best is proved or the time is up (`longer`).

mod best;

mod grade;

mod local;

mod test;

mod bound;

mod sieve;

mod grow;

mod longer;

use std::time::{Duration, Instant};

use rayon::prelude::*;

use self::best::Best;
use self::bound::{Asked, EQUAL, floor, quantile_floor, relaxed};
use self::grade::{Designs, Plain, Tally, scored_anew};
use self::local::{Climbed, Ground, Local, Start};
use self::sieve::Sieve;
use super::designer::Designer;
use super::effort::{PASSES, STARTS, sets_of_size};
use super::enumerate::{Accept, Found, OfSize, Proof, Query, Scored, Scorer, Way};
use super::objective::Figure;
use super::screen::Screen;
use crate::basis::error::Result;
use crate::engine::progress::Watch;

pub use self::grow::{Grown, grow, hold_against};

/// How hard to look, counted so that it is the same on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Random starts of each size, besides the greedy ones.
    pub starts: u32,
    /// Passes over the user groups that a bound is raised by.
    pub passes: u64,
    /// Sets that a bound leaves open and that are scored, times user groups.
    pub sieved: u64,
}

impl Default for Effort {
    /// Our choice.
    fn default() -> Self {
        Effort {
            starts: STARTS,
            passes: PASSES,
            sieved: 1_000_000_000,
        }
    }
}

/// How the best sets are to be found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct How {
    /// Sizes of which all sets are scored.
    pub all: Vec<usize>,
    /// How hard to look at the others.
    pub effort: Effort,
    /// What random starts are drawn from.
    pub seed: u64,
    /// How long it may take; without, effort alone decides.
    pub within: Option<Duration>,
}

/// The best sets of a query.
///
/// # Errors
/// Never for lack of sets. When the user asks to stop, what was found so far comes back with `complete` false; when the
/// time is up, with `out_of_time` true.
pub fn find(
    designer: &Designer<'_>,
    query: &Query,
    accept: Option<&Accept<'_>>,
    how: &How,
    watch: Watch<'_>,
) -> Result<Found> {
    let score = |query: &Query, watch: Watch<'_>| designer.find(query, accept, watch);
    find_by(designer, query, accept, how, &score, watch)
}

/// How all sets of the one size of a query are scored.
pub type Scoring<'a> = dyn Fn(&Query, Watch<'_>) -> Result<Found> + 'a;

/// The same where all sets of a size are scored by `score`.
///
/// # Errors
/// Those of `score`.
pub fn find_by(
    designer: &Designer<'_>,
    query: &Query,
    accept: Option<&Accept<'_>>,
    how: &How,
    score: &Scoring<'_>,
    watch: Watch<'_>,
) -> Result<Found> {
    let mut search = Search {
        designer,
        query,
        accept,
        how,
        watch,
        deadline: how.within.map(|time| Instant::now() + time),
        found: Found {
            complete: true,
            ..Found::default()
        },
    };
    let (all, some): (Vec<usize>, Vec<usize>) = query.sizes.iter().partition(|size| how.all.contains(size));
    for size in all {
        search.all_of(size, score)?;
    }
    search.some_of(&some)?;
    Ok(search.found)
}

/// A search under way.
struct Search<'a> {
    designer: &'a Designer<'a>,
    query: &'a Query,
    accept: Option<&'a Accept<'a>>,
    how: &'a How,
    watch: Watch<'a>,
    deadline: Option<Instant>,
    found: Found,
}

impl Search<'_> {
    /// Scores every set of a size.
    fn all_of(&mut self, size: usize, score: &Scoring<'_>) -> Result<()> {
        let query = Query {
            sizes: vec![size],
            ..self.query.clone()
        };
        let watch = self
            .deadline
            .map_or(self.watch, |deadline| self.watch.until(deadline));
        let found = score(&query, watch)?;
        let out_of_time = !found.complete && !self.watch.stopped();
        let best = found.best.get(&size).and_then(|sets| sets.first());
        let of_size = OfSize {
            way: Way::All,
            sets: self.count(size),
            scored: found.scored,
            pruned: 0.0,
            infeasible: found.infeasible,
            proof: if found.complete {
                Proof::Optimal
            } else {
                Proof::NoBound
            },
            bound: best.filter(|_| found.complete).map(|best| best.value),
            out_of_time,
            broken: Vec::new(),
        };
        self.found.complete &= found.complete || out_of_time;
        self.found.turned_away += found.turned_away;
        self.note(size, found.best.into_values().flatten().collect(), of_size);
        Ok(())
    }

    fn count(&self, size: usize) -> f64 {
        sets_of_size(self.designer.laws.regions, size, self.query.must_have.len())
    }

    fn note(&mut self, size: usize, best: Vec<Scored>, of_size: OfSize) {
        self.found.sets = self.found.sets.saturating_add(of_size.sets as u64);
        self.found.scored += of_size.scored;
        self.found.infeasible += of_size.infeasible;
        self.found.out_of_time |= of_size.out_of_time;
        self.found.best.insert(size, best);
        self.found.sizes.insert(size, of_size);
    }

    /// Searches sizes, the smaller first: the best of one, with one more region, is where the next begins.
    fn some_of(&mut self, sizes: &[usize]) -> Result<()> {
        if sizes.is_empty() {
            return Ok(());
        }
        let plain = !self.designer.is_needed();
        let scorer = plain.then(|| Scorer::new(self.designer.laws, self.designer.table, self.query));
        let screen = (!plain).then(|| Screen::new(self.designer, self.query));
        let mut before: Vec<usize> = Vec::new();
        for (at, &size) in sizes.iter().enumerate() {
            if self.watch.stopped() {
                self.found.complete = false;
                return Ok(());
            }
            self.watch.advance("searching", at as u64, sizes.len() as u64);
            let until = self.share_of_time(sizes.len() - at);
            let smaller = self.found.best.range(..size).next_back();
            if let Some(best) = smaller.and_then(|(_, sets)| sets.first()) {
                before.clone_from(&best.regions);
            }
            let size = OneSize {
                search: self,
                size,
                before: &before,
                until,
            };
            let (size, best, of_size, turned_away) = match (&scorer, &screen) {
                (Some(scorer), _) => size.plain(scorer)?,
                (None, Some(screen)) => size.designs(screen),
                (None, None) => return Ok(()),
            };
            self.found.turned_away += turned_away;
            self.found.complete &= !self.watch.stopped();
            self.note(size, best, of_size);
        }
        Ok(())
    }

    /// When the half and the whole of what is left for the next of `sizes` sizes is over.
    fn share_of_time(&self, sizes: usize) -> Option<(Instant, Instant)> {
        let now = Instant::now();
        let left = self.deadline?.saturating_duration_since(now) / sizes as u32;
        Some((now + left / 2, now + left))
    }
}

/// The search of one size.
struct OneSize<'a, 's> {
    search: &'s Search<'a>,
    size: usize,
    /// The best smaller set.
    before: &'s [usize],
    until: Option<(Instant, Instant)>,
}

type Answer = (usize, Vec<Scored>, OfSize, u64);

impl OneSize<'_, '_> {
    fn ground(&self) -> Ground<'_> {
        Ground {
            regions: self.search.designer.laws.regions,
            size: self.size,
            must_have: &self.search.query.must_have,
            accept: self.search.accept,
            seed: self.search.how.seed,
        }
    }

    fn asked(&self, steps: u64) -> Asked<'_> {
        Asked {
            size: self.size,
            must_have: &self.search.query.must_have,
            steps,
            seed: self.search.how.seed,
        }
    }

    /// What says to stop searching, and what says to stop proving.
    fn watches(&self) -> (Watch<'_>, Watch<'_>) {
        let watch = self.search.watch;
        match self.until {
            Some((half, whole)) => (watch.until(half), watch.until(whole)),
            None => (watch, watch),
        }
    }

    fn starts(&self, given: Option<Vec<usize>>) -> Vec<Start> {
        let given = given.into_iter().chain([Vec::new()]).map(Start::From);
        let nested = (!self.before.is_empty()).then(|| Start::From(self.before.to_vec()));
        let random = (0..self.search.how.effort.starts).map(Start::Random);
        given.chain(nested).chain(random).collect()
    }

    fn plain(&self, scorer: &Scorer<'_>) -> Result<Answer> {
        let query = self.search.query;
        let (figure, limits) = (query.objective, query.limits.len());
        let (searching, proving) = self.watches();
        let effort = self.search.how.effort;
        let floor = floor(scorer, figure, self.asked(effort.passes), searching)?;
        let starts = self.starts(floor.as_ref().map(|floor| floor.regions.clone()));
        let begin = || Local::new(self.ground(), Plain::new(scorer, self.size), query.top, limits);
        let mut found = climb_all(&starts, &begin, (query.top, limits), searching);
        let mut proof = Proved {
            floor: floor.map(|floor| floor.cost),
            all: None,
        };
        if found.best.first().is_some() && !proving.stopped() {
            self.prove(scorer, effort, &mut found, &mut proof, proving)?;
        }
        self.go_on(scorer, &begin, &mut found, &mut proof)?;
        let out_of_time = proving.stopped() && !self.search.watch.stopped();
        Ok(self.answer(found, &proof, out_of_time || self.ran_late(searching)))
    }

    fn ran_late(&self, searching: Watch<'_>) -> bool {
        searching.stopped() && !self.search.watch.stopped()
    }

    /// Scores what the bound leaves open: up to the last set that is kept, else up to the best.
    fn prove(
        &self,
        scorer: &Scorer<'_>,
        effort: Effort,
        found: &mut Climbed,
        proof: &mut Proved,
        watch: Watch<'_>,
    ) -> Result<()> {
        let query = self.search.query;
        let Some(best) = found.best.first().cloned() else {
            return Ok(());
        };
        let mut bars = vec![found.best.bar(), best.value];
        bars.retain(|bar| bar.is_finite());
        bars.dedup();
        for bar in bars {
            if watch.stopped() {
                return Ok(());
            }
            let asked = self.asked(effort.passes / 2);
            let Some((relaxed, test)) = relaxed(scorer, (query.objective, bar), asked, &best.regions)? else {
                continue;
            };
            let sieve = Sieve::new(self.ground(), &relaxed, test.out_of_reach());
            let limit = effort.sieved / scorer.planes.groups().max(1) as u64;
            let Some(left) = sieve.count(limit) else { continue };
            if let Some(scored) = sieve.score(scorer, (query.top, bar), watch) {
                found.best.take_in(scored.best);
                found.tally.add(scored.tally);
                proof.all = Some(left);
                return Ok(());
            }
        }
        let by_bisection = matches!(
            query.objective,
            Figure::Quantile(_) | Figure::WorstCountryP95 { .. }
        );
        if by_bisection || proof.floor.is_none() {
            let value = found.best.first().map_or(best.value, |best| best.value);
            let asked = self.asked(effort.passes / 4);
            let anew = quantile_floor(scorer, (query.objective, value), asked, &best.regions, watch)?;
            proof.raise(anew);
        }
        Ok(())
    }

    fn answer(&self, found: Climbed, proof: &Proved, out_of_time: bool) -> Answer {
        let figure = self.search.query.objective;
        let sets = self.search.count(self.size);
        let cost = found.best.first().map(|best| best.value);
        let (proof, bound, pruned) = match (cost, proof) {
            (Some(cost), Proved { all: Some(left), .. }) => (Proof::Optimal, Some(cost), sets - *left as f64),
            (
                Some(cost),
                Proved {
                    floor: Some(floor), ..
                },
            ) => (gap(cost, *floor), Some(floor.min(cost)), 0.0),
            (
                None,
                Proved {
                    floor: Some(floor), ..
                },
            ) => (Proof::NoBound, Some(*floor), 0.0),
            (_, Proved { floor: None, .. }) => (Proof::NoBound, None, 0.0),
        };
        let Tally {
            scored,
            infeasible,
            turned_away,
            mut broken,
        } = found.tally;
        for (count, nearest) in &mut broken {
            if let Some(nearest) = nearest {
                nearest.value = nearest.value.abs();
            }
            if cost.is_some() {
                (*count, *nearest) = (0, None);
            }
        }
        let of_size = OfSize {
            way: Way::Search,
            sets,
            scored,
            pruned,
            infeasible,
            proof,
            bound: bound.map(|cost| figure.cost(cost)),
            out_of_time,
            broken: if cost.is_some() { Vec::new() } else { broken },
        };
        (self.size, found.best.into_sets(), of_size, turned_away)
    }

    /// Designs, by the coarse look; the best are scored from the table.
    fn designs(&self, screen: &Screen<'_>) -> Answer {
        let query = self.search.query;
        // Nothing is to be proved: all the time is for the search.
        let (_, searching) = self.watches();
        let looked_at = query.top.saturating_mul(2).saturating_add(16);
        let begin = || Local::new(self.ground(), Designs::new(screen), looked_at, 0);
        let mut found = climb_all(&self.starts(None), &begin, (looked_at, 0), searching);
        self.climb_on(&begin, &mut found, self.search.how.effort.starts, searching);
        let mut best = Best::new(query.top);
        for scored in scored_anew(self.search.designer, query, found.best.costs()) {
            best.offer(&scored.regions, scored.value);
        }
        let out_of_time = self.ran_late(searching);
        let climbed = Climbed {
            best,
            tally: found.tally,
        };
        let nothing = Proved {
            floor: None,
            all: None,
        };
        self.answer(climbed, &nothing, out_of_time)
    }
}

/// What is proved of one size.
struct Proved {
    /// A cost that no set is below.
    floor: Option<f64>,
    /// Sets that a bound left open, all of which were scored.
    all: Option<u64>,
}

fn gap(cost: f64, floor: f64) -> Proof {
    let share = (cost - floor) / cost.abs();
    if share <= EQUAL || cost == floor {
        Proof::Optimal
    } else if share.is_finite() {
        Proof::Within(share)
    } else {
        Proof::NoBound
    }
}

/// Searches from all starts; what they find is put together in their order. The first is always begun.
fn climb_all<'a, G: grade::Grader>(
    starts: &[Start],
    local: &(dyn Fn() -> Local<'a, G> + Sync),
    (top, limits): (usize, usize),
    watch: Watch<'_>,
) -> Climbed {
    let climbed: Vec<Option<Climbed>> = starts
        .par_iter()
        .enumerate()
        .map(|(at, start)| (at == 0 || !watch.stopped()).then(|| local().run(start, watch)))
        .collect();
    let mut whole = Climbed {
        best: Best::new(top),
        tally: Tally::new(limits),
    };
    for one in climbed.into_iter().flatten() {
        whole.best.take_in(one.best);
        whole.tally.add(one.tally);
    }
    whole
}
