//! The race after a search.

use super::{Assembler, figure};
use crate::decide::race::{ERROR, Raced, Runner, Standing};
use crate::report::model::{RaceResult, RaceStanding, RaceSummary};

impl Assembler<'_> {
    pub(super) fn race(&self) -> Option<RaceSummary> {
        self.outcome.race.as_ref().map(|raced: &Raced| RaceSummary {
            leader: self.outcome.sets[raced.leader].name.clone(),
            indifference: raced.indifference,
            error_probability: ERROR,
            looks: raced.looks,
            most_looks: raced.most_looks,
        })
    }

    /// The race of the set at this place.
    pub(super) fn runner(&self, place: usize) -> Option<RaceResult> {
        let raced = self.outcome.race.as_ref()?;
        raced.runners.get(place).map(|runner: &Runner| RaceResult {
            standing: match runner.standing {
                Standing::Leads => RaceStanding::Leads,
                Standing::Tied => RaceStanding::Tied,
                Standing::Separated => RaceStanding::Separated,
                Standing::Undecided => RaceStanding::Undecided,
            },
            against: self.outcome.sets[runner.against].name.clone(),
            difference: figure(&runner.difference),
            runs: runner.runs,
            looks: runner.looks,
        })
    }
}
