//! One region more, and one more: sets that contain each other, held against the best of their size.

use super::best::Best;
use super::grade::{Designs, Grade, Grader, Plain, Tally, with};
use crate::basis::error::Result;
use crate::decide::designer::Designer;
use crate::decide::enumerate::{Accept, Found, Query, Scorer};
use crate::decide::screen::Screen;
use crate::engine::progress::Watch;

/// A region added to what is there.
#[derive(Clone, Debug, PartialEq)]
pub struct Grown {
    /// The region that was added; none for the set the path begins with.
    pub added: Option<usize>,
    /// All regions then, ascending.
    pub regions: Vec<usize>,
    /// Value of the objective.
    pub value: f64,
    /// By how much it is worse than the best found of its size, in the unit of the objective: less than 0 where it breaks
    /// what that one keeps; none where the size was not searched.
    pub regret: Option<f64>,
    /// Whether it keeps the limits and everything else that is asked.
    pub feasible: bool,
}

/// Begins with `have` and the must-haves and adds the region that helps most, again and again, up to the largest size of
/// the query; of equals the first. A step that cannot keep all limits yet comes as near as it can.
///
/// # Errors
/// When the user asks to stop.
pub fn grow(
    designer: &Designer<'_>,
    query: &Query,
    accept: Option<&Accept<'_>>,
    have: &[usize],
    watch: Watch<'_>,
) -> Result<Vec<Grown>> {
    let largest = query.sizes.iter().copied().max().unwrap_or(0);
    if designer.is_needed() {
        let screen = Screen::new(designer, query);
        let path = Path {
            designer,
            query,
            accept,
        };
        path.walk(Designs::new(&screen), have, largest, watch)
    } else {
        let scorer = Scorer::new(designer.laws, designer.table, query);
        let path = Path {
            designer,
            query,
            accept,
        };
        path.walk(Plain::new(&scorer, largest.max(1)), have, largest, watch)
    }
}

struct Path<'a> {
    designer: &'a Designer<'a>,
    query: &'a Query,
    accept: Option<&'a Accept<'a>>,
}

impl Path<'_> {
    fn walk<G: Grader>(
        &self,
        mut grader: G,
        have: &[usize],
        largest: usize,
        watch: Watch<'_>,
    ) -> Result<Vec<Grown>> {
        let mut set: Vec<usize> = have.iter().chain(&self.query.must_have).copied().collect();
        set.sort_unstable();
        set.dedup();
        let mut path = Vec::new();
        let mut tally = Tally::new(self.query.limits.len());
        if let Some((last, base)) = set.split_last().filter(|_| set.len() <= largest) {
            grader.stand_on(base);
            let grade = grader.grade(*last, f64::INFINITY, false, &mut tally);
            path.push(self.step(None, set.clone(), self.judged(&set, grade)));
        }
        while set.len() < largest {
            watch.go_on()?;
            grader.stand_on(&set);
            let mut best: Option<(usize, Grade)> = None;
            for region in (0..self.designer.laws.regions).filter(|region| !set.contains(region)) {
                let grade = grader.grade(region, f64::INFINITY, false, &mut tally);
                let grade = self.judged(&with(&set, region), grade);
                if best.is_none_or(|(_, least)| grade.order(&least).is_lt()) {
                    best = Some((region, grade));
                }
            }
            let Some((region, grade)) = best else { break };
            set = with(&set, region);
            path.push(self.step(Some(region), set.clone(), grade));
        }
        Ok(path)
    }

    fn judged(&self, set: &[usize], grade: Option<Grade>) -> Grade {
        let mut grade = grade.unwrap_or(Grade::WORST);
        grade.turned_away |= self.accept.is_some_and(|accept| !accept(set));
        grade
    }

    fn step(&self, added: Option<usize>, regions: Vec<usize>, grade: Grade) -> Grown {
        let objective = self.query.objective;
        // A coarse look is good enough to choose by, but not to tell.
        let value = if self.designer.is_needed() {
            let best = self.designer.best(objective, &regions, &[]);
            best.map_or(f64::NAN, |(_, value)| value)
        } else {
            objective.cost(grade.cost)
        };
        Grown {
            added,
            regret: None,
            value,
            feasible: grade.is_feasible(),
            regions,
        }
    }
}

/// Puts sets of a path among the best of their size, where a search missed them, and tells each step by how much it is
/// worse than the best.
pub fn hold_against(found: &mut Found, query: &Query, path: &mut [Grown]) {
    for step in path.iter_mut() {
        let Some(sets) = found.best.get_mut(&step.regions.len()) else {
            continue;
        };
        let cost = query.objective.cost(step.value);
        if step.feasible {
            let mut best = Best::new(query.top);
            for set in sets.iter() {
                best.offer(&set.regions, query.objective.cost(set.value));
            }
            best.offer(&step.regions, cost);
            *sets = best.into_sets();
        }
        step.regret = sets.first().map(|best| cost - query.objective.cost(best.value));
    }
}
