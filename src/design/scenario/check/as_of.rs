//! The day that the age of data is told from.

use super::Check;
use crate::basis::day::Day;
use crate::design::scenario::decode::At;

impl Check<'_> {
    /// The day; none where the file says none, or it is wrong.
    pub(super) fn as_of(&mut self, field: Option<&At<String>>) -> Option<Day> {
        let at = field?;
        let day = Day::parse(at.get()?.trim());
        self.keep(
            day.map_err(|error| error.hint("say a day such as \"2026-11-26\"")),
            at.span,
        )
    }
}
