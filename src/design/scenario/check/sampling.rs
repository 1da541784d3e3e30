//! How many draws, from which stream, until when; and what a request does.

use super::Check;
use crate::basis::dist::Dist;
use crate::basis::error::{Error, Result};
use crate::basis::points::SCRAMBLES;
use crate::basis::seed::Points;
use crate::basis::units::Share;
use crate::design::request::RequestClass;
use crate::design::sampling::{Allocation, Precision, Race, Tolerance};
use crate::design::scenario::Sampling;
use crate::design::scenario::decode::{At, given, shortened};
use crate::design::scenario::file::{AllocationWord, PointsWord, RequestFile, ScenarioFile};
use crate::design::scenario::quantity::Quantity;
use crate::design::scenario::source::Span;
use crate::design::targets::Objective;

/// Fewer draws say nothing about a p95: five of them lie above it.
const FEWEST_RUNS: u64 = 100;
const MOST_RUNS: u64 = 100_000_000;
const DEFAULT_RUNS: u64 = 10_000;
/// With scrambled points: a power of two near the default.
const DEFAULT_SCRAMBLED: u64 = 8192;
const MOST_REPLICATES: u64 = 100_000;
const DEFAULT_REPLICATES: u64 = 200;
const DEFAULT_SEED: u64 = 42;
const DEFAULT_INDIFFERENCE: Tolerance = Tolerance::Relative(0.01);
const MOST_ROUND_TRIPS: u64 = 1000;

impl Check<'_> {
    /// `objective` is what sets are ranked by, where that is known.
    pub(super) fn sampling(&mut self, file: &ScenarioFile, objective: Option<Objective>) -> Option<Sampling> {
        let points = match given(file.points.as_ref()) {
            Some((PointsWord::Scrambled, _)) => Points::Scrambled,
            _ => Points::Random,
        };
        let allocation = match given(file.allocation.as_ref()) {
            Some((AllocationWord::ByWeight, _)) => Allocation::ByWeight,
            _ => Allocation::Equal,
        };
        let runs = self.runs(file, points);
        let replicates = self.count(
            file.input_replicates.as_ref(),
            DEFAULT_REPLICATES,
            0..=MOST_REPLICATES,
            "input_replicates",
        );
        let precision = match &file.precision {
            Some(at) => self.precision(&at.get()?.0, at.span, objective).map(Some),
            None => Some(None),
        };
        let indifference = self.indifference(file, objective);
        let race = match &file.race_runs {
            Some(at) => self.race(at, runs, indifference, objective).map(Some),
            None => indifference.map(|_| None),
        };
        Some(Sampling {
            runs: u32::try_from(runs?).ok()?,
            seed: given(file.seed.as_ref()).map_or(DEFAULT_SEED, |(seed, _)| *seed),
            input_replicates: u32::try_from(replicates?).ok()?,
            precision: precision?,
            points,
            allocation,
            race: race?,
        })
    }

    fn runs(&mut self, file: &ScenarioFile, points: Points) -> Option<u64> {
        let default = match points {
            Points::Random => DEFAULT_RUNS,
            Points::Scrambled => DEFAULT_SCRAMBLED,
        };
        let runs = self.count(file.runs.as_ref(), default, FEWEST_RUNS..=MOST_RUNS, "runs")?;
        // Which is to be 16 times a power of two.
        if points == Points::Scrambled && !runs.is_power_of_two() {
            let span = file.runs.as_ref()?.span;
            let above = runs.next_power_of_two();
            self.error_with_hint(
                span,
                format!(
                    "`runs` must be {SCRAMBLES} times a power of two with scrambled points, found {runs}"
                ),
                format!("say {} or {above}, or leave `points` out", (above / 2).max(128)),
            );
            return None;
        }
        Some(runs)
    }

    fn precision(&mut self, text: &Quantity, span: Span, objective: Option<Objective>) -> Option<Precision> {
        let (figure, within) = match text {
            Quantity::Text(text) => match text.rsplit_once(':') {
                Some((figure, within)) => (Some(figure), Quantity::Text(within.to_owned())),
                None => (None, Quantity::Text(text.clone())),
            },
            number @ Quantity::Number(_) => (None, number.clone()),
        };
        let figure = match figure {
            Some(name) => Some(self.objective_named(name.trim(), span)?),
            None => None,
        };
        let within = match tolerance(&within) {
            Ok(within) => within,
            Err(error) => {
                self.refuse_tolerance(&error, "precision", span);
                return None;
            }
        };
        if let (Some(Objective::WorstGroupMean), Some(ranked)) = (figure, objective)
            && ranked != Objective::WorstGroupMean
        {
            self.error_with_hint(
                span,
                "the error of `worst-group` is not told unless sets are ranked by it",
                "make it the objective, or name a mean, a percentile or a share",
            );
            return None;
        }
        if let Some(of) = figure.or(objective) {
            self.keep(within.expect_fits(of), span)?;
        }
        Some(Precision { figure, within })
    }

    /// A share that is nothing or everything has its own words.
    fn refuse_tolerance(&mut self, error: &Error, name: &str, span: Span) {
        let message = error.to_string();
        if message.contains("both excluded") {
            let message = format!("`{name}` must lie between 0% and 100%, both excluded");
            self.error_with_hint(span, message, "leave it out to do all the runs");
        } else {
            self.error(span, message);
        }
    }

    fn indifference(&mut self, file: &ScenarioFile, objective: Option<Objective>) -> Option<Tolerance> {
        let Some(at) = &file.indifference else {
            return Some(DEFAULT_INDIFFERENCE);
        };
        let tolerance = self.keep(tolerance(&at.get()?.0), at.span)?;
        if let Some(objective) = objective {
            self.keep(tolerance.expect_fits(objective), at.span)?;
        }
        Some(tolerance)
    }

    fn race(
        &mut self,
        at: &At<u64>,
        runs: Option<u64>,
        indifference: Option<Tolerance>,
        objective: Option<Objective>,
    ) -> Option<Race> {
        let most = self.count(Some(at), 0, FEWEST_RUNS..=MOST_RUNS, "race_runs")?;
        if let Some(runs) = runs.filter(|runs| most < *runs) {
            let message = format!("`race_runs` must be at least `runs`, {runs}, found {most}");
            self.error_with_hint(at.span, message, format!("say {} for four looks", runs * 8));
            return None;
        }
        if let Some(worst @ (Objective::WorstCountryP95 | Objective::WorstGroupMean)) = objective {
            let message = format!("there is no race for the objective `{}`", worst.name());
            self.error_with_hint(
                at.span,
                message,
                "a race needs differences with an error of their own: a mean, a percentile or a share",
            );
            return None;
        }
        Some(Race {
            runs: u32::try_from(most).ok()?,
            indifference: indifference?,
        })
    }

    /// A whole number within `range`.
    pub(super) fn count(
        &mut self,
        field: Option<&At<u64>>,
        default: u64,
        range: std::ops::RangeInclusive<u64>,
        name: &str,
    ) -> Option<u64> {
        let Some(at) = field else { return Some(default) };
        let count = *at.get()?;
        if range.contains(&count) {
            return Some(count);
        }
        let (least, most) = (range.start(), range.end());
        self.error(
            at.span,
            format!("`{name}` must lie between {least} and {most}, found {count}"),
        );
        None
    }

    /// What one request does; one round trip and no service time when nothing is said.
    pub(super) fn request(&mut self, section: Option<&At<RequestFile>>) -> Option<RequestClass> {
        let Some(at) = section else {
            return self.request_of(None, None);
        };
        let file = at.get()?;
        let service = match &file.service {
            Some(spec) => Some(self.dist(spec, "service")?),
            None => None,
        };
        self.request_of(file.round_trips.as_ref(), service)
    }

    fn request_of(&mut self, round_trips: Option<&At<u64>>, service: Option<Dist>) -> Option<RequestClass> {
        let round_trips = self.count(round_trips, 1, 1..=MOST_ROUND_TRIPS, "round_trips")?;
        let service = match service {
            Some(service) => service,
            None => Dist::zero(),
        };
        Some(RequestClass::simple(u32::try_from(round_trips).ok()?, service))
    }
}

fn tolerance(text: &Quantity) -> Result<Tolerance> {
    match text {
        Quantity::Text(text) => Tolerance::parse(&shortened(text)),
        Quantity::Number(number) => Tolerance::relative(Share::new(*number)?),
    }
}
