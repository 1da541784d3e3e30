//! From a file to a scenario, or to everything that is wrong with it.

use std::path::Path;

use super::check::Check;
use super::decode::decode;
use super::file::ScenarioFile;
use super::folder::{Folder, MAX_BYTES, read_text};
use super::source::{Found, Sources};
use super::tree::{Node, Value, from_json, from_toml};
use super::{InputFile, Scenario, SourceText, overrides};
use crate::basis::digest::digest;
use crate::basis::error::{Error, Problem, Result, Severity};
use crate::world::catalog::Catalog;

/// More problems than this are counted, not shown.
const MOST_PROBLEMS: usize = 100;

/// What a check found.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The scenario, unless there is an error.
    pub scenario: Option<Scenario>,
    /// Errors and warnings: those of the scenario file in file order, then those of overrides and of the tables
    /// the file names. At most 100, then one that counts the others.
    pub problems: Vec<Problem>,
    /// The texts that were read, for showing the lines problems are about.
    pub sources: Vec<SourceText>,
}

impl Checked {
    /// How many of the problems are errors.
    pub fn errors(&self) -> usize {
        self.problems
            .iter()
            .filter(|p| p.severity == Severity::Error)
            .count()
    }

    /// Nothing could be read.
    fn nothing(error: Error) -> Self {
        Checked {
            scenario: None,
            problems: error.into_problems(),
            sources: Vec::new(),
        }
    }

    fn into_result(self) -> Result<Scenario> {
        match self.scenario {
            Some(scenario) => Ok(scenario),
            None => Err(Error::problems_in_input(self.problems)),
        }
    }
}

impl Scenario {
    /// Reads the scenario at `path`: JSON when the name ends in `.json`, TOML otherwise. Each override is a
    /// dotted key and a TOML value, such as `("targets.p95", "\"150ms\"")`; quotes may be left out around one word.
    ///
    /// # Errors
    /// Everything that is wrong with the file, the overrides and the tables it names, each with its place;
    /// warnings stand among them. Without an error, warnings are in [`Scenario::warnings`].
    pub fn load(path: &Path, overrides: &[(String, String)], catalog: &Catalog) -> Result<Scenario> {
        Scenario::check(path, overrides, catalog).into_result()
    }

    /// Reads a scenario from `text`, called `name` in messages. Tables it names lie in `folder`.
    ///
    /// # Errors
    /// As [`Scenario::load`].
    pub fn parse(
        name: &str,
        text: &str,
        folder: &Path,
        overrides: &[(String, String)],
        catalog: &Catalog,
    ) -> Result<Scenario> {
        Scenario::check_text(name, text, folder, overrides, catalog).into_result()
    }

    /// Like [`Scenario::load`], with the problems and the texts that were read handed over in any case.
    pub fn check(path: &Path, overrides: &[(String, String)], catalog: &Catalog) -> Checked {
        let folder = path.parent().unwrap_or(Path::new(""));
        match read_text(path, MAX_BYTES) {
            Ok(text) => Scenario::check_text(&path.display().to_string(), &text, folder, overrides, catalog),
            Err(error) => Checked::nothing(error),
        }
    }

    /// Like [`Scenario::parse`], with the problems and the texts that were read handed over in any case.
    pub fn check_text(
        name: &str,
        text: &str,
        folder: &Path,
        overrides: &[(String, String)],
        catalog: &Catalog,
    ) -> Checked {
        let mut sources = Sources::default();
        sources.add(name, text);
        let mut found = Vec::new();
        let file = described(name, overrides, &mut sources, &mut found);
        let Some(file) = file else {
            return checked(None, &sources, found);
        };
        let allow_outside = file.allow_outside.as_ref().and_then(|at| at.get().copied());
        let folder = Folder::new(folder, allow_outside.unwrap_or(false));
        let mut check = match Check::new(catalog, sources, folder) {
            Ok(check) => check,
            Err(error) => return Checked::nothing(error),
        };
        check.found = found;
        let scenario = check.scenario(&file, title(name));
        let Check {
            sources,
            found,
            inputs,
            ..
        } = check;
        let scenario = scenario.map(|scenario| Scenario {
            inputs: [vec![own_file(name, text)], inputs].concat(),
            overrides: overrides
                .iter()
                .map(|(key, value)| format!("{key}={value}"))
                .collect(),
            ..scenario
        });
        checked(scenario, &sources, found)
    }
}

/// The file as it is written, with the overrides in.
fn described(
    name: &str,
    overrides: &[(String, String)],
    sources: &mut Sources,
    found: &mut Vec<Found>,
) -> Option<ScenarioFile> {
    let json = Path::new(name)
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("json"));
    let read = if json { from_json } else { from_toml };
    let mut root: Node = match read(sources.text(0), 0) {
        Ok(root) => root,
        Err(syntax) => {
            found.extend(syntax);
            return None;
        }
    };
    if !matches!(root.value, Value::Table(_)) {
        found.push(Found::error(
            root.span,
            "a scenario is an object, such as { \"audience\": { … } }",
        ));
        return None;
    }
    for (key, value) in overrides {
        if let Err(wrong) = overrides::apply(&mut root, key, value, sources) {
            found.extend(wrong);
        }
    }
    decode(&root, found)
}

fn checked(scenario: Option<Scenario>, sources: &Sources, found: Vec<Found>) -> Checked {
    let problems = sources.problems(found, MOST_PROBLEMS);
    Checked {
        scenario: scenario.map(|scenario| Scenario {
            warnings: problems.clone(),
            ..scenario
        }),
        problems,
        sources: sources.texts().to_vec(),
    }
}

fn own_file(name: &str, text: &str) -> InputFile {
    InputFile {
        name: name.to_owned(),
        digest: digest(text.as_bytes()),
    }
}

/// The file's name without folder and ending.
fn title(name: &str) -> &str {
    Path::new(name)
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or(name)
}
