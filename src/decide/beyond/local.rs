//! Local search: a set is changed by one region at a time as long as that helps.

use std::collections::BTreeMap;

use super::best::Best;
use super::grade::{Grade, Grader, Tally, with};
use crate::basis::seed::{Purpose, Stream};
use crate::decide::enumerate::Accept;
use crate::engine::progress::Watch;

/// What sets may be.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) regions: usize,
    pub(super) size: usize,
    pub(super) must_have: &'a [usize],
    pub(super) accept: Option<&'a Accept<'a>>,
    pub(super) seed: u64,
}

/// Where a search begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Start {
    /// With these regions and, where they are too few, the ones that help most.
    From(Vec<usize>),
    /// With regions each of which is the best of a random few.
    Random(u32),
}

/// One search from one start.
pub(super) struct Local<'a, G> {
    ground: Ground<'a>,
    grader: G,
    best: Best,
    tally: Tally,
    limits: usize,
    accepted: BTreeMap<Vec<usize>, bool>,
}

/// What one search comes back with.
#[derive(Debug)]
pub(super) struct Climbed {
    pub(super) best: Best,
    pub(super) tally: Tally,
}

impl Climbed {
    /// How many sets are kept, and how many limits are counted.
    pub(super) fn kept(&self) -> (usize, usize) {
        (self.best.limit(), self.tally.broken.len())
    }
}

impl<'a, G: Grader> Local<'a, G> {
    pub(super) fn new(ground: Ground<'a>, grader: G, top: usize, limits: usize) -> Self {
        Local {
            ground,
            grader,
            best: Best::new(top),
            tally: Tally::new(limits),
            limits,
            accepted: BTreeMap::new(),
        }
    }

    /// Builds a set and improves it until no change of one region helps, or `watch` says to stop. The set itself is always
    /// built, so that there is something to tell.
    pub(super) fn run(mut self, start: &Start, watch: Watch<'_>) -> Climbed {
        let Some((mut set, mut grade)) = self.build(start) else {
            return self.done();
        };
        while !watch.stopped() {
            let Some((next, better)) = self.best_neighbour(&set, &grade, watch) else {
                break;
            };
            (set, grade) = (next, better);
        }
        self.done()
    }

    fn done(self) -> Climbed {
        Climbed {
            best: self.best,
            tally: self.tally,
        }
    }

    fn build(&mut self, start: &Start) -> Option<(Vec<usize>, Grade)> {
        let mut set = match start {
            Start::From(regions) => regions.clone(),
            Start::Random(_) => Vec::new(),
        };
        let missing = self.ground.must_have.iter().filter(|must| !set.contains(must));
        set.extend(missing.copied().collect::<Vec<_>>());
        set.sort_unstable();
        if set.len() > self.ground.size {
            return None;
        }
        while set.len() < self.ground.size {
            let offered = self.offered(start, &set);
            let last = set.len() + 1 == self.ground.size;
            let (region, _) = self.best_addition(&set, &offered, last)?;
            set = with(&set, region);
        }
        let last = set.pop()?;
        self.grader.stand_on(&set);
        let grade = self.look(&set, last, false).unwrap_or(Grade::WORST);
        set.push(last);
        Some((set, grade))
    }

    /// The regions that may come next.
    ///
    /// A random few as in `facility::start`: `log₂(regions / size)`, at least two.
    fn offered(&self, start: &Start, set: &[usize]) -> Vec<usize> {
        let mut free: Vec<usize> = (0..self.ground.regions).filter(|it| !set.contains(it)).collect();
        let Start::Random(number) = start else {
            return free;
        };
        let Ground {
            regions, size, seed, ..
        } = self.ground;
        let few = (regions as f64 / size as f64).log2().ceil().max(2.0) as usize;
        // Sizes apart from each other, and from the starts of questions about sites.
        let stream = Stream::new(
            seed,
            Purpose::Start,
            *number,
            ((size as u32) << 16) + set.len() as u32,
        );
        for place in 0..few.min(free.len()) {
            let left = free.len() - place;
            let drawn = (stream.uniform(place as u64) * left as f64) as usize;
            free.swap(place, place + drawn.min(left - 1));
        }
        free.truncate(few);
        free.sort_unstable();
        free
    }

    /// The region of `offered` that serves the set best, the first of equals. Sets that are not whole yet count nowhere.
    fn best_addition(&mut self, set: &[usize], offered: &[usize], whole: bool) -> Option<(usize, Grade)> {
        self.grader.stand_on(set);
        let mut apart = Tally::new(self.limits);
        let mut best: Option<(usize, Grade)> = None;
        for &region in offered {
            let grade = if whole {
                self.look(set, region, false)
            } else {
                self.grader.grade(region, f64::INFINITY, false, &mut apart)
            };
            let Some(grade) = grade else { continue };
            if best.is_none_or(|(_, least)| grade.order(&least).is_lt()) {
                best = Some((region, grade));
            }
        }
        best.or_else(|| offered.first().map(|region| (*region, Grade::WORST)))
    }

    /// The best of all sets that differ in one region, where it is better.
    fn best_neighbour(
        &mut self,
        set: &[usize],
        grade: &Grade,
        watch: Watch<'_>,
    ) -> Option<(Vec<usize>, Grade)> {
        let mut best: Option<(Vec<usize>, Grade)> = None;
        let mut least = *grade;
        let must_have = self.ground.must_have;
        for &out in set.iter().filter(|region| !must_have.contains(region)) {
            if watch.stopped() {
                break;
            }
            let base: Vec<usize> = set.iter().copied().filter(|region| *region != out).collect();
            self.grader.stand_on(&base);
            for region in (0..self.ground.regions).filter(|region| !set.contains(region)) {
                let feasible = self.best.first().is_some();
                let Some(found) = self.look(&base, region, feasible) else {
                    continue;
                };
                if found.order(&least).is_lt() {
                    least = found;
                    best = Some((with(&base, region), found));
                }
            }
        }
        best
    }

    /// Grades `base` with `region`, and keeps the set when it is good enough.
    fn look(&mut self, base: &[usize], region: usize, feasible: bool) -> Option<Grade> {
        let bar = self.best.bar();
        let mut grade = self.grader.grade(region, bar, feasible, &mut self.tally)?;
        if grade.violation == 0.0 {
            if grade.cost > bar {
                return None;
            }
            let set = with(base, region);
            grade.turned_away = !self.accepts(&set);
            if grade.is_feasible() {
                self.best.offer(&set, grade.cost);
            }
        }
        Some(grade)
    }

    /// Asked once of each set: it costs the most.
    fn accepts(&mut self, set: &[usize]) -> bool {
        let Some(accept) = self.ground.accept else {
            return true;
        };
        if let Some(known) = self.accepted.get(set) {
            return *known;
        }
        let accepted = accept(set);
        self.tally.turned_away += u64::from(!accepted);
        self.accepted.insert(set.to_vec(), accepted);
        accepted
    }
}
