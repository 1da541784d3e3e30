//! Own measurements beside their estimates: what `validate SAMPLES` and `calibrate` share.

pub mod validate;

mod groups;

mod plot;

use std::path::Path;

use crate::basis::error::{Error, Result};
use crate::cli::args::own::{OverArg, SampleArgs};
use crate::cli::diagnostics::Sources;
use crate::cli::settings::Settings;
use crate::cli::table::Cell;
use crate::cli::{input, scenario};
use crate::design::calibration::{data_version, read};
use crate::world::catalog::Catalog;
use crate::world::ingest::foreign::{Imported, combine, combine_by_host};
use crate::world::network::access::Technology;
use crate::world::network::own::Calibration;
use crate::world::network::own::Over;
use crate::world::network::own::figures::{Compared, Found};
use crate::world::network::own::predict::{Predicted, Predictor};
use crate::world::network::own::sample::{KnownGroup, Read, Said, Sample, over_of, samples};
use crate::world::network::rows::{Country, Endpoint};
use crate::world::network::tables::Tables;

use super::import;

pub(super) use plot::name_of;

/// Samples with both ends looked up, and what predicts them.
pub(super) struct Own {
    pub(super) samples: Vec<Sample>,
    pub(super) predictor: Predictor,
    /// What the files became and what should be known of them.
    pub(super) notes: Vec<String>,
    /// Files with the digests of their bytes.
    pub(super) files: Vec<(String, String)>,
}

impl Own {
    /// Reads all that `args` names.
    ///
    /// # Errors
    /// When a file cannot be read in any form, a unit is not said, or a name is not known.
    pub(super) fn read(args: &SampleArgs, catalog: &Catalog, sources: &mut Sources) -> Result<Own> {
        if args.samples.is_empty() {
            return Err(
                Error::input("nothing was measured that estimates could be held against")
                    .hint("name files of your own measurements: isochrone calibrate SAMPLES"),
            );
        }
        let said = said(args, catalog, sources)?;
        let names = import::names(&args.read.rename)?;
        let mut options = import::options(&args.read);
        options.by_technology = true;
        let (mut files, mut digests) = (Vec::new(), Vec::new());
        for path in &args.samples {
            let (file, digest) = import::file(path, &options, sources)?;
            digests.push((file.name.clone(), digest));
            files.push(file);
        }
        let mut notes: Vec<String> = Vec::new();
        for file in &files {
            notes.push(format!("{} read as: {}", file.name, file.read_as));
            notes.extend(file.notes.iter().map(|note| format!("{}: {note}", file.name)));
        }
        // Rows of hosts and of users stay apart: each form says whose they are.
        let (of_hosts, of_users): (Vec<Imported>, Vec<Imported>) = files
            .into_iter()
            .partition(|file| over_of(file.form) == Over::Host);
        let mut found = Vec::new();
        for (files, over) in [(of_hosts, Over::Host), (of_users, Over::Users)] {
            if files.is_empty() {
                continue;
            }
            let combined = match said.over.unwrap_or(over) {
                Over::Host => combine_by_host(files, &names)?,
                Over::Users => combine(files, &names)?,
            };
            notes.extend(combined.notes.iter().cloned());
            let Read { samples, notes: more } = samples(&combined.pairs, over, &said, catalog)?;
            found.extend(samples);
            notes.extend(more);
        }
        notes.extend(over_in_words(args, &found));
        let tables = Tables::from_catalog(catalog)?;
        let predictor = Predictor::new(&tables, &found)?;
        Ok(Own {
            samples: found,
            predictor,
            notes,
            files: digests,
        })
    }

    /// What is predicted of all samples.
    pub(super) fn predicted(&self, calibration: &Calibration) -> Result<Vec<Predicted>> {
        self.samples
            .iter()
            .map(|sample| self.predictor.predict(sample, calibration))
            .collect()
    }

    /// How many rows are of users, and how many between regions.
    pub(super) fn counts(&self) -> (usize, usize) {
        let users = self
            .samples
            .iter()
            .filter(|sample| sample.users().is_some())
            .count();
        (users, self.samples.len() - users)
    }

    /// Tells the notes on stderr, where stdout is for a program.
    pub(super) fn tell(&self, settings: &Settings) {
        for note in &self.notes {
            settings.out.note(note);
        }
    }
}

fn said(args: &SampleArgs, catalog: &Catalog, sources: &mut Sources) -> Result<Said> {
    let groups = match &args.scenario {
        Some(path) => groups_of(path, catalog, sources)?,
        None => Vec::new(),
    };
    let technology = args
        .technology
        .as_deref()
        .map(|name| Technology::parse(&name.replace('-', "_")));
    Ok(Said {
        groups,
        technology: technology.transpose()?,
        over: args.over.map(OverArg::over),
    })
}

fn groups_of(path: &Path, catalog: &Catalog, sources: &mut Sources) -> Result<Vec<KnownGroup>> {
    let checked = scenario::open(path)?.check(&[], catalog);
    for text in &checked.sources {
        sources.remember(&text.name, &text.text);
    }
    let audience = checked.into_scenario()?.audience;
    audience
        .groups
        .iter()
        .map(|group| {
            Ok(KnownGroup {
                id: group.id.clone(),
                place: Endpoint {
                    at: group.place,
                    country: Country::new(&group.country)?,
                },
                technology: match group.access[..] {
                    [(technology, _)] => technology,
                    _ => Technology::Any,
                },
                at_region: group.at_region.clone(),
            })
        })
        .collect()
}

fn over_in_words(args: &SampleArgs, samples: &[Sample]) -> Vec<String> {
    let users = samples.iter().filter(|sample| sample.users().is_some());
    let (mut hosts, mut many) = (0, 0);
    for sample in users {
        match sample.over {
            Over::Host => hosts += 1,
            Over::Users => many += 1,
        }
    }
    if args.over.is_some() || hosts + many == 0 {
        return Vec::new();
    }
    let note = match (hosts, many) {
        (_, 0) => {
            "rows of users are taken for those of one host each: say --over users where each is of many"
        }
        (0, _) => "rows are taken for those of many users each: say --over hosts where each is of one",
        _ => "rows of users are taken for hosts or for many users by the form of their file",
    };
    vec![note.to_owned()]
}

/// The calibration in the file at `path`; that it was fitted beside other tables is told.
///
/// # Errors
/// When it cannot be read, or something in it is wrong.
pub(super) fn calibration(
    path: &Path,
    catalog: &Catalog,
    settings: &Settings,
    sources: &mut Sources,
) -> Result<Calibration> {
    let name = input::name(path);
    let text = String::from_utf8(input::read(path)?)
        .map_err(|_| Error::input(format!("`{name}` is no text in UTF-8, and so no calibration")))?;
    sources.remember(&name, &text);
    let file = read(&name, &text, catalog)?;
    if let Some(warning) = file.of_other_data(&data_version(catalog)?) {
        crate::cli::diagnostics::tell(&settings.out, &[warning], sources);
    }
    Ok(file.calibration)
}

/// `sample` against what was predicted of it.
pub(super) fn compared(sample: &Sample, predicted: &Predicted) -> Compared {
    let p90 = sample
        .p90_ms
        .filter(|_| sample.over == Over::Users && sample.users().is_some());
    Compared {
        predicted_ms: predicted.p50_ms(),
        measured_ms: sample.p50_ms,
        in_50: predicted.in_50(sample.p50_ms),
        in_90: predicted.in_90(sample.p50_ms),
        p90_ratio: p90.map(|p90| predicted.p90_ms() / p90),
        clusters: [0; 2],
    }
}

/// A figure and the ends of its interval, as far as they are there.
pub(super) fn with_ends(found: Option<&Found>) -> [Cell; 3] {
    let ends = found.and_then(|found| found.interval);
    let figures = [
        found.map(|found| found.value),
        ends.map(|ends| ends.0),
        ends.map(|ends| ends.1),
    ];
    figures.map(|x| x.map_or(Cell::Empty, |x| Cell::Number(x, 4)))
}
