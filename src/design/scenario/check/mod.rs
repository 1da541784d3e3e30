//! From what a file says to what it means: names looked up, numbers in range, contradictions found.
//!
//! A check notes what is wrong and goes on, so that one run tells everything. A part that could not be understood
//! is `None`, and checks that would need it are left out rather than guessed.

mod as_of;

mod audience;

mod calibration;

mod capacity;

mod classes;

mod connection;

mod cost;

mod cuts;

mod demand;

mod edge;

mod events;

mod failures;

mod growth;

mod hosts;

mod locality;

mod losses;

mod names;

mod network;

mod overload;

mod promises;

mod ranking;

mod recovery;

mod regions;

mod residency;

mod routing;

mod sampling;

mod score;

mod sets;

mod site_tables;

mod sites;

mod sizing;

mod standby;

mod stores;

mod survival;

mod times;

mod users;

use crate::design::capacity::{Capacity, Overload, StoreCeiling};
use crate::design::recovery::{Measure, Standby, Utility};
use capacity::Load;
use classes::{ClassRow, Known};
use cost::Billed;
use recovery::RecoveryRow;
use residency::Bounds;
use routing::Around;
use sets::Sets;
use survival::Held;

use super::decode::{At, given, shortened};
use super::file::ScenarioFile;
use super::folder::{Folder, MAX_BYTES, read_bytes};
use super::quantity::{DurationFile, Quantity, ShareFile};
use super::source::{Findings, Found, Sources, Span};
use super::{InputFile, Scenario};
use crate::basis::digest::digest;
use crate::basis::error::{Result, nearest_names};
use crate::basis::units::{Millis, Share};
use crate::design::ranking::RankedBy;
use crate::design::targets::Targets;
use crate::world::catalog::{Catalog, Metro, Region};
use crate::world::ingest::{Table, file_and_sheet, is_workbook};

/// Where a check stands: what it may look up, and what it has found.
#[derive(Debug)]
pub(super) struct Check<'c> {
    pub(super) catalog: &'c Catalog,
    facts: Facts<'c>,
    pub(super) sources: Sources,
    pub(super) found: Findings,
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
    pub(super) fn new(
        catalog: &'c Catalog,
        (sources, found): (Sources, Findings),
        folder: Folder,
    ) -> Result<Self> {
        Ok(Check {
            catalog,
            facts: Facts {
                regions: catalog.regions()?,
                metros: catalog.metros()?,
            },
            sources,
            found,
            inputs: Vec::new(),
            folder,
        })
    }

    /// The scenario that `file` describes, unless something in it is wrong. `title` names one that has no name.
    #[allow(
        clippy::too_many_lines,
        reason = "a list of the sections of a file, one after another"
    )]
    pub(super) fn scenario(&mut self, file: &ScenarioFile, title: &str) -> Option<Scenario> {
        let audience = self.audience(file.audience.as_ref());
        let choice = self.regions(file.regions.as_ref());
        let network = self.network(file.network.as_ref(), audience.as_ref());
        let stores = self.stores(file.store.as_ref(), choice.as_ref());
        let known = Known {
            choice: choice.as_ref(),
            stores: &stores,
        };
        let rows = self.classes(file, known);
        let edge = self.edge(file);
        let sets = choice.as_ref().map(|choice| self.sets(file, choice, &stores));
        let routing = self.routing(
            file.routing.as_ref(),
            Around {
                choice: choice.as_ref(),
                sets: sets.as_ref(),
                audience: audience.as_ref(),
            },
        );
        let residency = self.residency(
            file.residency.as_ref(),
            Bounds {
                choice: choice.as_ref(),
                stores: &stores,
                sets: sets.as_ref(),
                audience: audience.as_ref(),
            },
        );
        let cuts = self.cuts(file.cut.as_ref(), choice.as_ref());
        let recovery = self.recovery(file.recovery.as_ref(), choice.as_ref(), &stores);
        let failures = self.failures(file.failures.as_ref(), choice.as_ref());
        let losses = self.losses(file.loss.as_ref(), choice.as_ref());
        let score = self.score(file.score.as_ref());
        if let Some(rows) = &rows {
            self.expect_ways(file, rows);
        }
        if let (Some(rows), Some(choice), Some(sets)) = (&rows, &choice, &sets) {
            self.lint_locality(rows, choice, &stores, sets);
        }
        let classes = rows.map(|rows| rows.into_iter().map(ClassRow::into_class).collect::<Vec<_>>());
        let targets = self.targets(file.targets.as_ref(), classes.as_deref());
        let capacity = self.capacity(
            file.capacity.as_ref(),
            Load {
                choice: choice.as_ref(),
                audience: audience.as_ref(),
                classes: classes.as_deref(),
                stores: &stores,
                tolerate: targets.as_ref().and_then(|targets| targets.tolerate),
            },
        );
        let demand = self.demand(file.demand.as_ref(), audience.as_ref());
        let cost = self.cost(
            file,
            Billed {
                choice: choice.as_ref(),
                audience: audience.as_ref(),
                classes: classes.as_deref(),
                stores: &stores,
                capacity: capacity.as_ref(),
                standbys: &all_standbys(sets.as_ref(), recovery.as_ref()),
            },
        );
        self.expect_costs(file);
        let ranking = self.ranking(file);
        let ranked_by = ranking.and_then(|ranking| ranking.by);
        let recovery_asked = asks_for_recovery(file, sets.as_ref(), targets.as_ref(), &score)
            || ranked_by.is_some_and(RankedBy::is_about_losses);
        let held =
            choice
                .as_ref()
                .zip(sets.as_ref())
                .zip(recovery.as_ref())
                .map(|((choice, sets), recovery)| Held {
                    choice,
                    stores: &stores,
                    sets,
                    recovery,
                });
        if let (true, Some(held), Some(targets)) = (recovery_asked, held, &targets) {
            self.expect_survival(file, targets, held);
        }
        let objective = ranking.map(|ranking| ranking.objective);
        let sampling = self.sampling(file, objective);
        let as_of = self.as_of(file.as_of.as_ref());
        let report = self.report(file.report.as_ref());
        if self.found.errors() > 0 {
            return None;
        }
        let (choice, report) = (choice?, report?);
        let (baseline, placements) = sets?.into_parts();
        let stores = stores.all()?;
        Some(Scenario {
            recovery: recovery?.recovery,
            failures: failures?,
            losses,
            capacity_question: None,
            recovery_asked,
            score,
            name: text_or(file.name.as_ref(), title),
            description: text_or(file.description.as_ref(), ""),
            audience: audience?,
            candidates: choice.candidates,
            must_have: choice.must_have,
            sizes: choice.sizes,
            placements,
            baseline,
            classes: classes?,
            capacity_asked: asks_for_capacity(file, capacity.as_ref()),
            capacity,
            demand,
            cost,
            edge,
            routing: routing?,
            stores,
            residency: residency?,
            cuts: cuts?,
            network: network?,
            targets: targets?,
            objective: objective?,
            ranked_by,
            share_limits_ms: report.share_limits_ms,
            worst_country_min_share: report.worst_country_min_share,
            as_of,
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

    /// What `look` finds in the catalogue under a name that stands at `span`; otherwise the nearest are named.
    fn looked_up<T>(&mut self, span: Span, look: impl FnOnce(&'c Catalog) -> Result<T>) -> Option<T> {
        let catalog = self.catalog;
        let outcome = self.found.reading(|| look(catalog));
        self.keep(outcome, span)
    }

    /// Reads the table that the file calls `name`; its text and digest are kept.
    pub(super) fn table(&mut self, name: &At<String>) -> Option<Table> {
        self.table_called(name.get()?, name.span)
    }

    /// Reads the table that is called `wanted` at `span`.
    fn table_called(&mut self, wanted: &str, span: Span) -> Option<Table> {
        let (file, sheet) = file_and_sheet(wanted);
        let read = self
            .folder
            .path(file)
            .and_then(|path| Ok((read_bytes(&path, MAX_BYTES)?, path.display().to_string())));
        let (bytes, shown) = self.keep(read, span)?;
        self.inputs.push(InputFile {
            name: wanted.to_owned(),
            digest: digest(&bytes),
        });
        // Problems are told in the order of the texts, so a workbook has a place among them too.
        let text = std::str::from_utf8(&bytes).ok().filter(|_| !is_workbook(wanted));
        self.sources.add(shown.clone(), text.unwrap_or_default());
        let called = match sheet {
            Some(sheet) => format!("{shown}#{sheet}"),
            None => shown,
        };
        self.keep(Table::from_bytes(&called, bytes), span)
    }

    /// The duration a field means.
    fn millis(&mut self, at: &At<DurationFile>) -> Option<Millis> {
        self.millis_of(at.get()?, at.span)
    }

    /// The duration `spec` means, which stands at `span`.
    pub(super) fn millis_of(&mut self, spec: &DurationFile, span: Span) -> Option<Millis> {
        match &spec.0 {
            Quantity::Text(text) => self.keep(Millis::parse(&shortened(text)), span),
            Quantity::Number(number) if *number < 0.0 => {
                let message = format!("a duration must not be negative, found {number}");
                self.error_with_hint(span, message, "say a duration with its unit, such as \"150ms\"");
                None
            }
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
        self.keep(at.get()?.share(), at.span)
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

/// Whether anything in the file is about losses, so that reports tell of them.
fn asks_for_recovery(
    file: &ScenarioFile,
    sets: Option<&Sets>,
    targets: Option<&Targets>,
    score: &[Utility],
) -> bool {
    let in_sets = sets.is_some_and(|sets| sets.all().any(|row| !row.placement.standbys.is_empty()));
    let in_score = score
        .iter()
        .any(|utility| !matches!(utility.of, Measure::Latency(_) | Measure::Cost));
    file.recovery.is_some()
        || file.failures.is_some()
        || file.loss.is_some()
        || in_sets
        || in_score
        || targets.is_some_and(Targets::are_about_losses)
}

/// Whether anything in the file is about how much regions take, more than servers that are there, or about costs.
fn asks_for_capacity(file: &ScenarioFile, capacity: Option<&Capacity>) -> bool {
    let more = |capacity: &Capacity| {
        capacity.sizing.is_some()
            || capacity.retry.is_some()
            || capacity.overload != Overload::Queue
            || capacity
                .stores
                .iter()
                .any(|store| *store != StoreCeiling::default())
    };
    file.demand.is_some() || file.cost.is_some() || capacity.is_some_and(more)
}

/// Those of all sets, and those that stand by for every set.
fn all_standbys(sets: Option<&Sets>, recovery: Option<&RecoveryRow>) -> Vec<Standby> {
    let of_sets = sets
        .into_iter()
        .flat_map(Sets::all)
        .flat_map(|row| &row.placement.standbys);
    let of_all = recovery.into_iter().flat_map(|row| &row.recovery.standbys);
    of_sets.chain(of_all).copied().collect()
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
