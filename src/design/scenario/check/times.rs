//! Times of recovery: in seconds, with where they come from.

use super::Check;
use crate::basis::dist::Dist;
use crate::design::recovery::Term;
use crate::design::scenario::decode::At;
use crate::design::scenario::distribution::DistFile;
use crate::design::scenario::quantity::{DurationFile, Quantity};
use crate::design::scenario::source::Span;

/// The source of what the file says itself.
pub(super) const SCENARIO: &str = "scenario";

const MS_PER_S: f64 = 1000.0;

impl Check<'_> {
    /// The seconds that a field means; `what` names it.
    pub(super) fn seconds(&mut self, at: &At<DurationFile>, what: &str) -> Option<f64> {
        self.expect_unit(at.get()?, at.span, what)?;
        self.millis(at).map(|time| time.ms() / MS_PER_S)
    }

    /// The seconds above zero that a field means.
    pub(super) fn positive_seconds(&mut self, at: &At<DurationFile>, what: &str) -> Option<f64> {
        let seconds = self.seconds(at, what)?;
        if seconds > 0.0 {
            return Some(seconds);
        }
        self.error(at.span, format!("{what} must be above 0 s"));
        None
    }

    /// The distribution in seconds that a field means.
    pub(super) fn seconds_dist(&mut self, at: &At<DistFile>, what: &str) -> Option<Dist> {
        if let DistFile::Fixed(duration) = at.get()? {
            self.expect_unit(duration, at.span, what)?;
        }
        let dist = self.dist(at, what)?;
        let seconds = match dist.as_fixed() {
            Some(ms) => Dist::fixed(ms / MS_PER_S),
            None => Dist::scaled(1.0 / MS_PER_S, dist),
        };
        self.keep(seconds, at.span)
    }

    /// A time by the scenario's own word.
    pub(super) fn term(&mut self, at: &At<DistFile>, what: &str) -> Option<Term> {
        let seconds = self.seconds_dist(at, what)?;
        Some(Term {
            seconds,
            source: SCENARIO.to_owned(),
            assumed: false,
        })
    }

    /// A time until something is over: availability divides by its mean, so there has to be one.
    pub(super) fn repair(&mut self, at: &At<DistFile>, owner: &str) -> Option<Dist> {
        let what = format!("`repair` of {owner}");
        let repair = self.seconds_dist(at, &what)?;
        match repair.mean() {
            Some(mean) if mean > 0.0 => return Some(repair),
            Some(_) => {
                let hint = "what is over at once takes nobody down; leave it out";
                self.error_with_hint(at.span, format!("{what} must be above 0 s"), hint);
            }
            None => {
                let hint = "without one, nothing can be said about availability; truncate it";
                self.error_with_hint(at.span, format!("{what} has no finite mean"), hint);
            }
        }
        None
    }

    /// Seconds are what is usually meant here, so that is what a number without a unit is told.
    fn expect_unit(&mut self, duration: &DurationFile, span: Span, what: &str) -> Option<()> {
        let Quantity::Number(number) = duration.0 else {
            return Some(());
        };
        if number < 0.0 {
            let message = format!("{what} must not be negative, found {number}");
            self.error_with_hint(span, message, "say for instance \"60s\"");
        } else {
            let message = format!("`{number}` has no unit");
            self.error_with_hint(span, message, format!("say \"{number}s\""));
        }
        None
    }
}
