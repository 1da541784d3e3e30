//! What is done with time that is left: further random starts, and more work on the bound, until the best is proved.

use std::time::Instant;

use super::bound::floor;
use super::grade::Grader;
use super::local::{Climbed, Local, Start};
use super::{Effort, OneSize, Proved, climb_all, gap};
use crate::basis::error::Result;
use crate::decide::enumerate::{Proof, Scorer};
use crate::engine::progress::Watch;

/// Random starts between two looks at the clock.
const ROUND: u32 = 16;

/// How much more is done for the bound each time.
const MORE: u64 = 2;

/// Makes a search from one start.
pub(super) type Begin<'b, 'a, G> = &'b (dyn Fn() -> Local<'a, G> + Sync);

impl Proved {
    /// Takes a cost that no set is below.
    pub(super) fn raise(&mut self, floor: Option<f64>) {
        self.floor = match (self.floor, floor) {
            (Some(known), Some(anew)) => Some(known.max(anew)),
            (known, anew) => known.or(anew),
        };
    }

    /// Whether nothing is left to find.
    fn settles(&self, found: &Climbed) -> bool {
        found.best.first().is_some_and(|best| {
            let reached = |floor: f64| gap(best.value, floor) == Proof::Optimal;
            self.all.is_some() || self.floor.is_some_and(reached)
        })
    }
}

impl OneSize<'_, '_> {
    /// Spends the time that is left, where one was given: the first half on starts, the second on the bound, and what that
    /// leaves on starts again.
    pub(super) fn go_on<G: Grader>(
        &self,
        scorer: &Scorer<'_>,
        begin: Begin<'_, '_, G>,
        found: &mut Climbed,
        proof: &mut Proved,
    ) -> Result<()> {
        let Some((_, whole)) = self.until else {
            return Ok(());
        };
        if proof.settles(found) {
            return Ok(());
        }
        let (searching, proving) = self.watches();
        let next = self.climb_on(begin, found, self.search.how.effort.starts, searching);
        let mut effort = self.search.how.effort;
        while !proof.settles(found) && !proving.stopped() {
            effort = Effort {
                passes: effort.passes.saturating_mul(MORE),
                sieved: effort.sieved.saturating_mul(MORE),
                ..effort
            };
            let began = Instant::now();
            let anew = floor(
                scorer,
                self.search.query.objective,
                self.asked(effort.passes),
                proving,
            )?;
            proof.raise(anew.map(|floor| floor.cost));
            if found.best.first().is_some() {
                self.prove(scorer, effort, found, proof, proving)?;
            }
            // None is begun that would not come to an end.
            if began.elapsed() * MORE as u32 > whole.saturating_duration_since(Instant::now()) {
                break;
            }
        }
        if !proof.settles(found) {
            self.climb_on(begin, found, next, proving);
        }
        Ok(())
    }

    /// Searches from random starts, from the number `next` on, until the time is up; where none was given, not at all.
    /// Returns the number after the last.
    pub(super) fn climb_on<G: Grader>(
        &self,
        begin: Begin<'_, '_, G>,
        found: &mut Climbed,
        mut next: u32,
        watch: Watch<'_>,
    ) -> u32 {
        while self.until.is_some() && !watch.stopped() {
            let starts: Vec<Start> = (next..next.saturating_add(ROUND)).map(Start::Random).collect();
            next = next.saturating_add(ROUND);
            let more = climb_all(&starts, begin, found.kept(), watch);
            found.best.take_in(more.best);
            found.tally.add(more.tally);
        }
        next
    }
}
