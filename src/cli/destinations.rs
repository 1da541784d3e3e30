//! Where results go: decided and probed before the run, written after it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::atomic::{Batch, Folder, Target};
use crate::basis::error::{Error, Result};
use crate::report::chart::{self, ChartFormat, ChartKind, ChartOptions};
use crate::report::export::Format;
use crate::report::model::{CapacityResult, RecoveryResult, Report};

/// What a file will hold.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Content {
    Report(Format),
    Chart(ChartKind, ChartOptions),
}

/// A file that will be written.
#[derive(Clone, Debug)]
struct Destination {
    target: Target,
    content: Content,
    /// Part of the usual set: left out where the report has nothing to show.
    usual: bool,
}

/// All files of one run.
#[derive(Clone, Debug, Default)]
pub struct Destinations {
    files: Vec<Destination>,
    /// The folder of the usual set.
    folder: Option<PathBuf>,
}

/// The folder of the usual set.
fn hold_folder(folder: &Path) -> Result<Folder> {
    Folder::held(folder)
        .map_err(|error| error.hint("name another one with --output DIR, or none with --no-output"))
}

impl Destinations {
    /// Adds a report file; its format follows from the extension.
    ///
    /// # Errors
    /// When the extension is unknown, the file cannot be written, or it is named twice.
    pub fn add_report(&mut self, path: &Path) -> Result<()> {
        let format = Format::from_path(path)?;
        self.add(path, Content::Report(format), false)
    }

    /// Adds a chart: `cdf.svg` or `kind=path`; size and theme are taken from `style`.
    ///
    /// # Errors
    /// When kind or extension are unknown, the file cannot be written, or it is named twice.
    pub fn add_chart(&mut self, text: &str, kind: Option<ChartKind>, style: ChartOptions) -> Result<()> {
        let (kind, path) = chart_and_path(text, kind)?;
        let options = ChartOptions {
            format: chart_format(&path)?,
            ..style
        };
        self.add(&path, Content::Chart(kind, options), false)
    }

    /// Adds the usual set below `folder`: every format of the report, every chart.
    ///
    /// A folder that is not there is made to probe it and taken away again until there is something to write: a run
    /// that finds nothing leaves nothing behind, however it ends.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be written.
    pub fn add_usual(&mut self, folder: &Path, style: ChartOptions) -> Result<()> {
        let held = hold_folder(folder)?;
        let added = self.add_files_below(folder, style);
        held.remove_if_empty();
        self.folder = Some(folder.to_owned());
        added
    }

    fn add_files_below(&mut self, folder: &Path, style: ChartOptions) -> Result<()> {
        for format in Format::ALL {
            let stem = if format == Format::Xlsx { "plan" } else { "report" };
            let path = folder.join(format!("{stem}.{}", format.extensions()[0]));
            self.add(&path, Content::Report(format), true)?;
        }
        self.add_usual_charts(folder, style)
    }

    /// Adds every kind of chart in every format below `folder`.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn add_usual_charts(&mut self, folder: &Path, style: ChartOptions) -> Result<()> {
        for kind in ChartKind::all() {
            for format in ChartFormat::all() {
                let path = folder.join(format!("{}.{}", kind.name(), format.name()));
                let options = ChartOptions {
                    format: *format,
                    ..style
                };
                self.add(&path, Content::Chart(*kind, options), true)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, path: &Path, content: Content, usual: bool) -> Result<()> {
        let target = Target::probe(path)?;
        if self
            .files
            .iter()
            .any(|file| file.target.identity() == target.identity())
        {
            return Err(Error::input(format!("`{}` is named twice", path.display())));
        }
        self.files.push(Destination {
            target,
            content,
            usual,
        });
        Ok(())
    }

    /// Refuses to overwrite what is read.
    ///
    /// # Errors
    /// When one of the files is among `inputs`.
    pub fn spare(&self, inputs: &[&Path]) -> Result<()> {
        self.files.iter().try_for_each(|file| file.target.spare(inputs))
    }

    /// Writes every file, and gives what was written.
    ///
    /// All are made before the first takes its place, and wait on the disk for the others. In a folder where one fails, every file stays as it was: no folder holds
    /// files of two runs.
    ///
    /// # Errors
    /// The first failure, with what is of this run and what is not.
    pub fn write(&self, report: &Report) -> Result<Vec<PathBuf>> {
        // Two runs that end together write one after the other, so that the usual set is of one run.
        let _held = self.folder.as_deref().map(hold_folder).transpose()?;
        let mut batch = Batch::default();
        for file in &self.files {
            match file.made(report) {
                Some(bytes) => batch.put(&file.target, bytes),
                // A chart of an earlier run beside the figures of this one would mislead.
                None => batch.remove(file.target.path()),
            }
        }
        batch.finish()
    }

    /// Whether nothing will be written.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

impl Destination {
    /// The bytes of the file; none where there is nothing to show.
    fn made(&self, report: &Report) -> Option<Result<Vec<u8>>> {
        match self.content {
            Content::Chart(kind, _) if self.usual && !has_something_to_show(report, kind) => None,
            Content::Chart(kind, options) => Some(chart::draw(report, kind, &options)),
            Content::Report(format) => Some(format.render(report)),
        }
    }
}

/// Whether a chart of this kind would say anything about `report`.
fn has_something_to_show(report: &Report, kind: ChartKind) -> bool {
    match kind {
        ChartKind::SizeCurve => report
            .search
            .as_ref()
            .is_some_and(|search| search.best_by_size.len() > 1),
        ChartKind::Differences => report
            .sets
            .iter()
            .any(|set| set.versus_best.is_some() || set.versus_baseline.is_some()),
        ChartKind::Breakdown => report
            .sets
            .iter()
            .filter_map(|set| set.design.as_ref())
            .any(|design| design.classes.iter().any(|class| !class.parts.is_empty())),
        ChartKind::RtoWaterfall => recovered(report).any(|it| it.rto.p95_s.value > 0.0),
        ChartKind::Downtime => recovered(report).any(|it| !it.availability.exceedance.is_empty()),
        ChartKind::LossMatrix | ChartKind::BeforeAfter => recovered(report).any(|it| !it.losses.is_empty()),
        ChartKind::Tornado => report
            .recovery
            .as_ref()
            .is_some_and(|it| !it.sensitivity.is_empty()),
        ChartKind::Front => recovered(report).count() > 1,
        ChartKind::Hours => sized(report).any(|it| !it.hours.is_empty()),
        ChartKind::Growth => sized(report).any(|it| it.years.len() > 1),
        ChartKind::Cost => sized(report).any(|it| it.cost.is_some()),
        ChartKind::CostFront => sized(report).filter(|it| it.cost.is_some()).count() > 1,
        ChartKind::Map => report.atlas.is_some() && report.sets.iter().any(|set| set.users.is_some()),
        ChartKind::MapAfterLoss => {
            let mut losses = recovered(report).flat_map(|it| &it.losses);
            report.atlas.is_some() && losses.any(|loss| loss.users.is_some() && loss.latency.is_some())
        }
        ChartKind::Heatmap => report.region_matrix.regions.len() > 1,
        ChartKind::Cdf | ChartKind::ShareWithin | ChartKind::Intervals => !report.sets.is_empty(),
    }
}

fn recovered(report: &Report) -> impl Iterator<Item = &RecoveryResult> {
    report.sets.iter().filter_map(|set| set.recovery.as_ref())
}

fn sized(report: &Report) -> impl Iterator<Item = &CapacityResult> {
    report.sets.iter().filter_map(|set| set.capacity.as_ref())
}

/// The chart that `text` asks for: `kind=path`, or a path whose stem is a kind (unless `kind` is known).
fn chart_and_path(text: &str, kind: Option<ChartKind>) -> Result<(ChartKind, PathBuf)> {
    if let Some(kind) = kind {
        return Ok((kind, PathBuf::from(text)));
    }
    if let Some((name, path)) = text.split_once('=') {
        return Ok((ChartKind::parse(name)?, PathBuf::from(path)));
    }
    let path = PathBuf::from(text);
    let stem = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let names: Vec<&str> = ChartKind::all().iter().map(|kind| kind.name()).collect();
    let hint = format!("write KIND={text} with one of {}", names.join(", "));
    let kind = ChartKind::parse(&stem).map_err(|error| error.hint(hint))?;
    Ok((kind, path))
}

fn chart_format(path: &Path) -> Result<ChartFormat> {
    let extension = path
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_ascii_lowercase();
    let found = ChartFormat::all()
        .iter()
        .find(|format| format.name() == extension);
    found.copied().ok_or_else(|| {
        let message = format!(
            "`{}` does not say how to draw: its extension is neither svg nor png",
            path.display()
        );
        Error::input(message)
    })
}

/// What was written, a line for each folder: `wrote output/world: report.json, cdf.svg`.
pub fn in_words(written: &[PathBuf]) -> Vec<String> {
    let mut folders: BTreeMap<&Path, Vec<String>> = BTreeMap::new();
    for path in written {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        folders
            .entry(path.parent().unwrap_or(Path::new("")))
            .or_default()
            .push(name);
    }
    let line = |(folder, names): (&Path, Vec<String>)| {
        if folder.as_os_str().is_empty() {
            format!("wrote {}", names.join(", "))
        } else {
            format!("wrote {}: {}", folder.display(), names.join(", "))
        }
    };
    folders.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::report::sample::sample_report;

    #[test]
    fn the_stem_of_a_file_names_the_chart_unless_it_is_said() {
        let (kind, path) = chart_and_path("out/heatmap.svg", None).unwrap();
        assert_eq!(
            (kind, path),
            (ChartKind::Heatmap, PathBuf::from("out/heatmap.svg"))
        );
        let (kind, path) = chart_and_path("cdf=a.png", None).unwrap();
        assert_eq!((kind, path), (ChartKind::Cdf, PathBuf::from("a.png")));
        let error = chart_and_path("heatmp.svg", None).unwrap_err();
        assert!(
            error.problems()[0]
                .hint
                .as_ref()
                .unwrap()
                .contains("KIND=heatmp.svg")
        );
    }

    #[test]
    fn one_file_cannot_be_two_results() {
        let folder = tempfile::tempdir().unwrap();
        let mut all = Destinations::default();
        all.add_report(&folder.path().join("a.json")).unwrap();
        let again = all.add_report(&folder.path().join("./a.json")).unwrap_err();
        assert!(again.to_string().ends_with("is named twice"));
    }

    #[test]
    fn an_input_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let scenario = folder.path().join("scenario.json");
        fs::write(&scenario, "{}").unwrap();
        let mut all = Destinations::default();
        all.add_report(&scenario).unwrap();
        assert!(all.spare(&[&scenario]).is_err());
        assert_eq!(fs::read(&scenario).unwrap(), b"{}");
    }

    #[test]
    fn a_file_that_fails_leaves_the_folder_to_the_earlier_run() {
        let folder = tempfile::tempdir().unwrap();
        let mut all = Destinations::default();
        for name in ["a.json", "a.csv", "a.html"] {
            fs::write(folder.path().join(name), "of an earlier run").unwrap();
            all.add_report(&folder.path().join(name)).unwrap();
        }
        let mut report = sample_report(3, 4);
        // JSON knows no such figure.
        report.sets[0].latency.p95_ms.value = f64::NAN;
        let told = all.write(&report).unwrap_err().to_string();
        assert!(told.contains("nothing of this run was written"), "{told}");
        for name in ["a.json", "a.csv", "a.html"] {
            assert_eq!(fs::read(folder.path().join(name)).unwrap(), b"of an earlier run");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    }

    #[test]
    fn the_usual_set_holds_every_format_and_drops_charts_with_nothing_to_show() {
        let folder = tempfile::tempdir().unwrap();
        let mut all = Destinations::default();
        let below = folder.path().join("world");
        all.add_usual(&below, ChartOptions::default()).unwrap();
        assert!(
            !below.exists(),
            "nothing is there before there is something to write"
        );
        fs::create_dir(&below).unwrap();
        fs::write(below.join("size-curve.svg"), "of an earlier run").unwrap();
        let mut report = sample_report(3, 4);
        report.search = None;
        let written = all.write(&report).unwrap();
        for name in [
            "report.json",
            "report.csv",
            "report.md",
            "report.html",
            "plan.xlsx",
            "cdf.svg",
            "cdf.png",
        ] {
            assert!(written.contains(&below.join(name)), "{name} not in {written:?}");
        }
        assert!(!below.join("size-curve.svg").exists());
        assert_eq!(in_words(&written).len(), 1);
    }
}
