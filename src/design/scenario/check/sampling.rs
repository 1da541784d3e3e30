//! How many draws, from which stream, until when; and what a request does.

use super::Check;
use crate::basis::dist::Dist;
use crate::design::request::RequestClass;
use crate::design::scenario::Sampling;
use crate::design::scenario::decode::{At, given};
use crate::design::scenario::file::{RequestFile, ScenarioFile};

/// Fewer draws say nothing about a p95: five of them lie above it.
const FEWEST_RUNS: u64 = 100;
const MOST_RUNS: u64 = 100_000_000;
const DEFAULT_RUNS: u64 = 10_000;
const MOST_REPLICATES: u64 = 100_000;
const DEFAULT_REPLICATES: u64 = 200;
const DEFAULT_SEED: u64 = 42;
const MOST_ROUND_TRIPS: u64 = 1000;

impl Check<'_> {
    pub(super) fn sampling(&mut self, file: &ScenarioFile) -> Option<Sampling> {
        let runs = self.count(file.runs.as_ref(), DEFAULT_RUNS, FEWEST_RUNS..=MOST_RUNS, "runs");
        let replicates = self.count(
            file.input_replicates.as_ref(),
            DEFAULT_REPLICATES,
            0..=MOST_REPLICATES,
            "input_replicates",
        );
        let precision = match &file.precision {
            Some(at) => self.share(at).map(|share| Some(share.get())),
            None => Some(None),
        };
        if let (Some(at), Some(Some(share))) = (&file.precision, precision)
            && (share == 0.0 || share == 1.0)
        {
            self.error_with_hint(
                at.span,
                "`precision` must lie between 0% and 100%, both excluded",
                "leave it out to do all the runs",
            );
        }
        Some(Sampling {
            runs: u32::try_from(runs?).ok()?,
            seed: given(file.seed.as_ref()).map_or(DEFAULT_SEED, |(seed, _)| *seed),
            input_replicates: u32::try_from(replicates?).ok()?,
            precision: precision?,
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
