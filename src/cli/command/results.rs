//! Where a report goes: stdout in one format, files in any number. All of it is found to work before the run.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::export::on_stdout;
use crate::basis::error::{Error, Result};
use crate::cli::args::{Format, OutputArgs};
use crate::cli::destinations::{self, Destinations};
use crate::cli::exit::Halt;
use crate::cli::input;
use crate::cli::settings::Settings;
use crate::report::chart::ChartOptions;
use crate::report::model::Report;
use crate::report::voice::capacity::answers;

/// Everything a report will be written to.
#[derive(Debug)]
pub struct Results {
    format: Format,
    files: Destinations,
}

impl Results {
    /// What `output` asks for, with the usual set below `usual`; none of `inputs` will be overwritten.
    ///
    /// # Errors
    /// When a file cannot be written, or stdout has no format for one.
    pub fn ready(
        settings: &Settings,
        output: &OutputArgs,
        usual: Option<PathBuf>,
        inputs: &[&Path],
    ) -> Result<Self> {
        let format = format(settings, output)?;
        let style = ChartOptions {
            theme: super::chart::theme(settings.theme(None)),
            ..ChartOptions::default()
        };
        let mut files = Destinations::default();
        for path in output.export.iter().filter(|path| !input::is_dash(path)) {
            files.add_report(path)?;
        }
        for text in &output.chart {
            files.add_chart(text, None, style)?;
        }
        if let Some(folder) = usual {
            files.add_usual(&folder, style)?;
        }
        files.spare(inputs)?;
        Ok(Results { format, files })
    }

    /// Tells `report` on stdout and in every file.
    ///
    /// # Errors
    /// When one of them cannot be written.
    pub fn tell(&self, settings: &Settings, report: &Report) -> std::result::Result<(), Halt> {
        let text = match answer_alone(report).filter(|_| self.format == Format::Table) {
            Some(answer) => answer.into_bytes(),
            None => on_stdout(report, self.format)?,
        };
        let printed = settings.out.data(&text);
        for line in destinations::in_words(&self.files.write(report)?) {
            settings.out.note(&line);
        }
        Halt::unless_closed(printed)
    }
}

/// What was asked of one region takes a line for each set; the files tell the rest.
fn answer_alone(report: &Report) -> Option<String> {
    let asked = report
        .capacity
        .as_ref()
        .filter(|_| report.command == "capacity")?;
    let lines = answers(asked);
    (!lines.is_empty()).then(|| lines.join("\n") + "\n")
}

/// How stdout is written.
///
/// # Errors
/// When it is to take an export, and nothing says in what format.
pub fn format(settings: &Settings, output: &OutputArgs) -> Result<Format> {
    let format = settings.format(output.format);
    let to_stdout = output.export.iter().any(|path| input::is_dash(path));
    if to_stdout && format == Format::Table {
        let error = Error::input("`--export -` needs a format");
        return Err(error.hint("say --format json, csv or markdown"));
    }
    Ok(format)
}

/// The folder of the usual set for the file at `path`: `output/<its stem>`.
pub fn usual_folder(settings: &Settings, output: &OutputArgs, path: &Path) -> PathBuf {
    let base = settings.output_folder(output.output.as_ref());
    base.join(folder_name(path).unwrap_or(input::STDIN.as_ref()))
}

/// The stem of `path`, or its whole name where the stem is dots alone: `..` is the folder above.
fn folder_name(path: &Path) -> Option<&OsStr> {
    if input::is_dash(path) {
        return None;
    }
    let is_dots = |stem: &OsStr| stem.as_encoded_bytes().iter().all(|byte| *byte == b'.');
    path.file_stem()
        .filter(|stem| !is_dots(stem))
        .or(path.file_name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_of_a_scenario_leads_out_of_the_folder_of_results() {
        let named = |path: &str| folder_name(Path::new(path)).map(|name| name.to_str().unwrap().to_owned());
        assert_eq!(named("a/plan.toml").unwrap(), "plan");
        assert_eq!(named("a/..plan.toml").unwrap(), "..plan");
        assert_eq!(named(".toml").unwrap(), ".toml");
        assert_eq!(named("a/..toml").unwrap(), "..toml");
        assert_eq!(named("...toml").unwrap(), "...toml");
        assert_eq!(named("....toml").unwrap(), "....toml");
        assert_eq!(named("-"), None);
    }
}
