//! From what a file says to what it means: names looked up, numbers in range, contradictions found.
//!
//! A check notes what is wrong and goes on, so that one run tells everything. A part that could not be understood
//! is `None`, and checks that would need it are left out rather than guessed.

mod audience;

mod network;

mod promises;

mod regions;

mod sampling;

mod sets;

mod users;

use super::decode::{At, shortened};
use super::file::ScenarioFile;
use super::folder::{Folder, MAX_BYTES, read_text};
use super::quantity::{DurationFile, Quantity, ShareFile};
use super::source::{Found, Sources, Span};
use super::{InputFile, Scenario};
use crate::basis::digest::digest;
use crate::basis::error::{Result, nearest_names};
use crate::basis::units::{Millis, Share};
use crate::design::routing::Routing;
use crate::world::catalog::{Catalog, Metro, Region};
use crate::world::ingest::Table;

/// Where a check stands: what it may look up, and what it has found.
#[derive(Debug)]
pub(super) struct Check<'c> {
    pub(super) catalog: &'c Catalog,
    facts: Facts<'c>,
    pub(super) sources: Sources,
    pub(super) found: Vec<Found>,
    pub(super) inputs: Vec<InputFile>,
    folder: Folder,
}

/// The tables of the catalogue that a scenario's names are looked up in, read without fault.
#[derive(Clone, Copy, Debug)]
struct Facts<'c> {
    regions: &'c [Region],
    metros: &'c [Metro],
}

impl<'c> Check<'c> {
    /// # Errors
    /// When a table of the catalogue cannot be parsed.
    pub(super) fn new(catalog: &'c Catalog, sources: Sources, folder: Folder) -> Result<Self> {
        Ok(Check {
            catalog,
            facts: Facts {
                regions: catalog.regions()?,
                metros: catalog.metros()?,
            },
            sources,
            found: Vec::new(),
            inputs: Vec::new(),
            folder,
        })
    }

    /// The scenario that `file` describes, unless something in it is wrong. `title` names one that has no name.
    pub(super) fn scenario(&mut self, file: &ScenarioFile, title: &str) -> Option<Scenario> {
        let sampling = self.sampling(file);
        let audience = self.audience(file.audience.as_ref());
        let choice = self.regions(file.regions.as_ref());
        let request = self.request(file.request.as_ref());
        let network = self.network(file.network.as_ref(), audience.as_ref());
        let sets = choice.as_ref().map(|choice| self.sets(file, choice));
        let targets = self.targets(file.targets.as_ref(), request.as_ref());
        let objective = self.objective(file.objective.as_ref());
        let report = self.report(file.report.as_ref());
        if self.found.iter().any(Found::is_error) {
            return None;
        }
        let (choice, sets, report) = (choice?, sets?, report?);
        Some(Scenario {
            name: text_or(file.name.as_ref(), title),
            description: text_or(file.description.as_ref(), ""),
            audience: audience?,
            candidates: choice.candidates,
            must_have: choice.must_have,
            sizes: choice.sizes,
            placements: sets.placements,
            baseline: sets.baseline,
            classes: vec![request?],
            edge: None,
            routing: Routing::perfect(),
            stores: Vec::new(),
            residency: Vec::new(),
            cuts: Vec::new(),
            network: network?,
            targets: targets?,
            objective: objective?,
            share_limits_ms: report.share_limits_ms,
            worst_country_min_share: report.worst_country_min_share,
            sampling: sampling?,
            inputs: Vec::new(),
            overrides: Vec::new(),
            warnings: Vec::new(),
        })
    }

    /// Notes an error.
    fn error(&mut self, span: Span, message: impl Into<String>) {
        self.found.push(Found::error(span, message));
    }

    /// Notes an error with what would be right.
    fn error_with_hint(&mut self, span: Span, message: impl Into<String>, hint: impl Into<String>) {
        self.found.push(Found::error(span, message).hint(hint));
    }

    /// Notes a warning.
    fn warn(&mut self, span: Span, message: impl Into<String>, hint: impl Into<String>) {
        self.found.push(Found::warning(span, message).hint(hint));
    }

    /// The value; what is wrong otherwise is noted, at `span` unless it knows its place.
    pub(super) fn keep<T>(&mut self, outcome: Result<T>, span: Span) -> Option<T> {
        match outcome {
            Ok(value) => Some(value),
            Err(error) => {
                let problems = error.into_problems().into_iter();
                self.found
                    .extend(problems.map(|p| Found::from_elsewhere(span, p)));
                None
            }
        }
    }

    /// Reads the table that the file calls `name`; its text and digest are kept.
    pub(super) fn table(&mut self, name: &At<String>) -> Option<Table> {
        let wanted = name.get()?;
        let read = self
            .folder
            .path(wanted)
            .and_then(|path| Ok((read_text(&path, MAX_BYTES)?, path.display().to_string())));
        let (text, shown) = self.keep(read, name.span)?;
        self.inputs.push(InputFile {
            name: wanted.clone(),
            digest: digest(text.as_bytes()),
        });
        self.sources.add(shown.clone(), text.clone());
        self.keep(Table::parse(shown, text), name.span)
    }

    /// The duration a field means.
    fn millis(&mut self, at: &At<DurationFile>) -> Option<Millis> {
        self.millis_of(at.get()?, at.span)
    }

    /// The duration `spec` means, which stands at `span`.
    pub(super) fn millis_of(&mut self, spec: &DurationFile, span: Span) -> Option<Millis> {
        match &spec.0 {
            Quantity::Text(text) => self.keep(Millis::parse(&shortened(text)), span),
            Quantity::Number(number) => {
                let message = format!("`{number}` has no unit");
                let hint = format!("say \"{number}ms\" or \"{}s\"", number / 1000.0);
                self.error_with_hint(span, message, hint);
                None
            }
        }
    }

    /// The duration above zero that a field means; `what` names it.
    fn positive_millis(&mut self, at: &At<DurationFile>, what: &str) -> Option<Millis> {
        let millis = self.millis(at)?;
        if millis == Millis::ZERO {
            self.error(at.span, format!("{what} must be above 0 ms"));
            return None;
        }
        Some(millis)
    }

    /// The share a field means.
    fn share(&mut self, at: &At<ShareFile>) -> Option<Share> {
        let outcome = match &at.get()?.0 {
            Quantity::Text(text) => Share::parse(&shortened(text)),
            Quantity::Number(number) => Share::new(*number),
        };
        self.keep(outcome, at.span)
    }

    /// The number above zero that a field means; `what` names it with its unit.
    fn positive(&mut self, at: &At<f64>, what: &str) -> Option<f64> {
        let number = *at.get()?;
        if number > 0.0 && number.is_finite() {
            return Some(number);
        }
        self.error(
            at.span,
            format!("{what} must be above zero and finite, found {number}"),
        );
        None
    }
}

/// An optional text, or what stands in for it.
fn text_or(field: Option<&At<String>>, default: &str) -> String {
    field.and_then(At::get).map_or(default, String::as_str).to_owned()
}

/// "did you mean `a`, `b` or `c`?"
fn nearest_three<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = nearest_names(&shortened(wanted), names, 3)
        .iter()
        .map(|name| format!("`{name}`"))
        .collect();
    match quoted.split_last() {
        Some((last, [])) => format!("did you mean {last}?"),
        Some((last, rest)) => format!("did you mean {} or {last}?", rest.join(", ")),
        None => "the catalogue has none".to_owned(),
    }
}
