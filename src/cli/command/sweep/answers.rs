//! Where the answers of a sweep go: a report for each variant, and the table of all.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::value::RawValue;

use super::summary::{Answer, for_people, for_programs};
use super::variants::Variant;
use crate::basis::error::{Error, Result};
use crate::cli::args::{Format, SweepArgs};
use crate::cli::atomic::{Batch, Folder, Target};
use crate::cli::command::results::usual_folder;
use crate::cli::command::session;
use crate::cli::destinations::in_words;
use crate::cli::exit::{Ending, Exit, Halt};
use crate::cli::input::is_dash;
use crate::cli::settings::Settings;
use crate::cli::shards::work::VariantDone;
use crate::report::export::json;
use crate::report::model::Report;

/// A finished variant.
///
/// # Errors
/// When a figure of its report is not finite, which is a fault of the program.
pub(super) fn done(number: u64, report: &Report) -> Result<VariantDone> {
    let fault = |what: String| Error::internal(format!("a report cannot be kept: {what}"));
    let text = String::from_utf8(json::to_json(report)?).map_err(|error| fault(error.to_string()))?;
    let raw = RawValue::from_string(text.trim_end().to_owned()).map_err(|error| fault(error.to_string()))?;
    Ok(VariantDone {
        number,
        report: Some(raw),
        infeasible: None,
    })
}

/// All files of a sweep, found to be writable.
pub(super) struct Answers {
    format: Format,
    gate: bool,
    /// The table, in the format of each file.
    tables: Vec<(Target, Format)>,
    /// The folder of the reports, with one for each variant.
    folder: Option<(PathBuf, Vec<Target>)>,
}

impl Answers {
    /// What `args` ask for; none of `inputs` will be overwritten.
    ///
    /// # Errors
    /// When a file cannot be written, or its extension is unknown.
    pub(super) fn ready(
        args: &SweepArgs,
        variants: &[Variant],
        inputs: &[&Path],
        settings: &Settings,
    ) -> Result<Self> {
        let output = &args.run.output;
        let mut tables = Vec::new();
        for path in &output.export {
            if is_dash(path) {
                return Err(Error::input(
                    "`--export -` has nothing to add: the table of a sweep is on stdout anyway",
                ));
            }
            tables.push((Target::probe(path)?, table_format(path)?));
        }
        let usual = !output.no_output && (output.export.is_empty() || output.output.is_some());
        let mut folder = None;
        if let (true, Some(first)) = (usual, args.scenarios.first()) {
            let path = sweep_folder(&usual_folder(settings, output, first));
            let held = Folder::held(&path).map_err(|error| {
                error.hint("name another one with --output DIR, or none with --no-output")
            })?;
            let probed = probe_below(&path, variants.len());
            held.remove_if_empty();
            let (of_tables, of_reports) = probed?;
            tables.extend(of_tables);
            folder = Some((path, of_reports));
        }
        let answers = Answers {
            format: settings.format(output.format),
            gate: args.run.gate,
            tables,
            folder,
        };
        answers.spare(inputs)?;
        Ok(answers)
    }

    fn spare(&self, inputs: &[&Path]) -> Result<()> {
        let reports = self.folder.iter().flat_map(|(_, reports)| reports);
        let mut targets = self.tables.iter().map(|(target, _)| target).chain(reports);
        targets.try_for_each(|target| target.spare(inputs))
    }

    /// Tells what became of the variants, on stdout and in files.
    ///
    /// # Errors
    /// When one of them cannot be written.
    pub(super) fn tell(
        &self,
        variants: &[Variant],
        found: &[VariantDone],
        complete: bool,
        settings: &Settings,
    ) -> Ending {
        let answers = self.answers(variants, found)?;
        let printed = settings.out.data(&table(&answers, self.format)?);
        for line in in_words(&self.write(&answers, found)?) {
            settings.out.note(&line);
        }
        Halt::unless_closed(printed)?;
        if !complete {
            settings.out.note(&format!(
                "interrupted: {} of {} variants are done",
                found.len(),
                variants.len()
            ));
            return Ok(Exit::Interrupted);
        }
        let missed = answers
            .iter()
            .filter_map(|answer| answer.report.as_ref())
            .filter(|report| session::exit(settings, self.gate, report) == Exit::No)
            .count();
        let none = answers.iter().all(|answer| answer.report.is_none());
        Ok(if missed > 0 || none { Exit::No } else { Exit::Done })
    }

    fn answers<'v>(&self, variants: &'v [Variant], found: &[VariantDone]) -> Result<Vec<Answer<'v>>> {
        let mut answers = Vec::with_capacity(found.len());
        for done in found {
            let Some(variant) = variants.iter().find(|variant| variant.number == done.number) else {
                continue;
            };
            let name = file_name(done.number);
            let report = done
                .report
                .as_ref()
                .map(|raw| json::from_json(&name, raw.get().as_bytes()));
            answers.push(Answer {
                variant,
                report: report.transpose()?,
                why: done.infeasible.clone(),
                file: (self.folder.is_some() && done.report.is_some()).then_some(name),
            });
        }
        Ok(answers)
    }

    /// Writes every file; in a folder where one fails, every file stays as it was.
    fn write(&self, answers: &[Answer<'_>], found: &[VariantDone]) -> Result<Vec<PathBuf>> {
        let folder = self.folder.as_ref().map(|(folder, _)| folder.as_path());
        let _held = folder.map(Folder::held).transpose()?;
        let mut batch = Batch::default();
        if let Some((folder, reports)) = &self.folder {
            let mut old = reports_in(folder);
            for done in found {
                if let (Some(raw), Some(target)) = (&done.report, reports.get(done.number as usize - 1)) {
                    old.remove(target.path());
                    batch.put(target, Ok(format!("{}\n", raw.get())));
                }
            }
            // A report of an earlier sweep beside those of this one would mislead.
            for path in &old {
                batch.remove(path);
            }
        }
        for (target, format) in &self.tables {
            batch.put(target, table(answers, *format));
        }
        batch.finish()
    }
}

/// People get what they can take in, programs get everything.
fn table(answers: &[Answer<'_>], format: Format) -> Result<Vec<u8>> {
    let sheet = if format.is_for_people() {
        for_people(answers)
    } else {
        for_programs(answers)
    };
    sheet.render(format)
}

fn table_format(path: &Path) -> Result<Format> {
    match path.extension().and_then(|end| end.to_str()) {
        Some("json") => Ok(Format::Json),
        Some("csv") => Ok(Format::Csv),
        Some("md") => Ok(Format::Markdown),
        _ => {
            let error = Error::input(format!(
                "`{}` does not say how to write the table of a sweep",
                path.display()
            ));
            Err(error.hint(
                "its extension must be json, csv or md; sheets and charts are made from a variant's report",
            ))
        }
    }
}

/// `output/plan-sweep`, so that the results of the scenario itself stay.
fn sweep_folder(usual: &Path) -> PathBuf {
    let mut name = usual.file_name().unwrap_or_default().to_owned();
    name.push("-sweep");
    usual.with_file_name(name)
}

fn file_name(number: u64) -> String {
    format!("variant-{number:03}.json")
}

type Probed = (Vec<(Target, Format)>, Vec<Target>);

fn probe_below(folder: &Path, variants: usize) -> Result<Probed> {
    let tables = [
        ("json", Format::Json),
        ("csv", Format::Csv),
        ("md", Format::Markdown),
    ];
    let table = |(end, format): (&str, Format)| {
        let target = Target::probe(&folder.join(format!("summary.{end}")))?;
        Ok((target, format))
    };
    let report = |number: u64| Target::probe(&folder.join(file_name(number)));
    Ok((
        tables.into_iter().map(table).collect::<Result<_>>()?,
        (1..=variants as u64).map(report).collect::<Result<_>>()?,
    ))
}

/// The reports of variants that there are.
fn reports_in(folder: &Path) -> BTreeSet<PathBuf> {
    let is_report = |path: &PathBuf| {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let number = name
            .strip_prefix("variant-")
            .and_then(|rest| rest.strip_suffix(".json"));
        number.is_some_and(|digits| {
            digits
                .parse::<u64>()
                .is_ok_and(|number| file_name(number) == name)
        })
    };
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.map(|entry| entry.path()).filter(is_report).collect()
}
