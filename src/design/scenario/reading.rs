//! From a file to a scenario, or to everything that is wrong with it.

use std::path::Path;

use super::check::Check;
use super::decode::{At, decode, shortened};
use super::file::{ScenarioFile, SiteQuestionFile};
use super::folder::{Folder, MAX_BYTES, read_text};
use super::source::{Findings, Found, Sources};
use super::tree::{Node, Value, from_json, from_toml};
use super::{InputFile, Scenario, SiteQuestion, SourceText, overrides};
use crate::basis::digest::digest;
use crate::basis::error::{Error, Problem, Result, Severity};
use crate::world::catalog::Catalog;

/// What may stand beside `sites`.
const BESIDE_SITES: [&str; 6] = ["$schema", "name", "description", "seed", "allow_outside", "sites"];

/// What a check found.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The scenario, unless there is an error, or the file asks which sites to open.
    pub scenario: Option<Scenario>,
    /// The question of sites, where the file asks one and there is no error.
    pub sites: Option<SiteQuestion>,
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
            sites: None,
            problems: error.into_problems(),
            sources: Vec::new(),
        }
    }

    /// The scenario.
    ///
    /// # Errors
    /// All problems, when there is none; and that it is a question of sites, when it is.
    pub fn into_scenario(self) -> Result<Scenario> {
        match (self.scenario, self.sites) {
            (Some(scenario), _) => Ok(scenario),
            (None, Some(question)) => {
                let message = format!("`{}` asks which sites to open (`[sites]`)", question.name);
                Err(Error::input(message).hint("such a file can only be searched and checked"))
            }
            (None, None) => Err(Error::problems_in_input(self.problems)),
        }
    }

    /// The question of sites.
    ///
    /// # Errors
    /// All problems, when there is none.
    pub fn into_sites(self) -> Result<SiteQuestion> {
        self.sites.ok_or_else(|| Error::problems_in_input(self.problems))
    }
}

/// The text of the scenario at `path`, for [`Scenario::check_text`].
///
/// # Errors
/// When it cannot be read, is larger than 64 MiB, or is not UTF-8.
pub fn read_scenario(path: &Path) -> Result<String> {
    read_text(path, MAX_BYTES)
}

/// Whether the file `name` with this text asks which sites to open, whatever else may be wrong with it.
///
/// ```
/// use isochrone::design::scenario::asks_for_sites;
/// assert!(asks_for_sites("a.toml", "[sites]\nopen = 3"));
/// assert!(!asks_for_sites("a.toml", "[audience]\nbuilt_in = \"world\""));
/// ```
pub fn asks_for_sites(name: &str, text: &str) -> bool {
    tree_of(name, text, 0).is_ok_and(|root| sites_of(&root))
}

fn sites_of(root: &Node) -> bool {
    matches!(&root.value, Value::Table(entries) if entries.iter().any(|entry| entry.key == "sites"))
}

impl Scenario {
    /// Reads the scenario at `path`: JSON when the name ends in `.json`, TOML otherwise. Each override is a
    /// dotted key and a TOML value, such as `("targets.p95", "\"150ms\"")`; quotes may be left out around one word.
    ///
    /// # Errors
    /// Everything that is wrong with the file, the overrides and the tables it names, each with its place;
    /// warnings stand among them. Without an error, warnings are in [`Scenario::warnings`].
    pub fn load(path: &Path, overrides: &[(String, String)], catalog: &Catalog) -> Result<Scenario> {
        Scenario::check(path, overrides, catalog).into_scenario()
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
        Scenario::check_text(name, text, folder, overrides, catalog).into_scenario()
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
        let mut found = Findings::default();
        let root = described(name, overrides, &mut sources, &mut found);
        if let Some(root) = root.as_ref().filter(|root| sites_of(root)) {
            return site_question(name, text, folder, root, overrides, (sources, found), catalog);
        }
        let Some(file) = root.and_then(|root| decode::<ScenarioFile>(&root, &mut found)) else {
            return checked(None, &sources, found);
        };
        let folder = folder_of(file.allow_outside.as_ref(), folder);
        let mut check = match Check::new(catalog, (sources, found), folder) {
            Ok(check) => check,
            Err(error) => return Checked::nothing(error),
        };
        let scenario = check.scenario(&file, title(name));
        let Check {
            sources,
            found,
            inputs,
            ..
        } = check;
        let scenario = scenario.map(|scenario| Scenario {
            inputs: [vec![own_file(name, text)], inputs].concat(),
            overrides: written(overrides),
            ..scenario
        });
        checked(scenario, &sources, found)
    }
}

/// Where the files lie that a file names, which may say that they may lie elsewhere.
fn folder_of(allow_outside: Option<&At<bool>>, folder: &Path) -> Folder {
    let allowed = allow_outside.and_then(|at| at.get().copied());
    Folder::new(folder, allowed.unwrap_or(false))
}

/// Overrides as they are typed.
fn written(overrides: &[(String, String)]) -> Vec<String> {
    overrides
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect()
}

/// Checks a file that asks which sites to open.
fn site_question(
    name: &str,
    text: &str,
    folder: &Path,
    root: &Node,
    overrides: &[(String, String)],
    (sources, mut found): (Sources, Findings),
    catalog: &Catalog,
) -> Checked {
    let root = only_sites(root, &mut found);
    let Some(file) = decode::<SiteQuestionFile>(&root, &mut found) else {
        return checked(None, &sources, found);
    };
    let folder = folder_of(file.allow_outside.as_ref(), folder);
    let mut check = match Check::new(catalog, (sources, found), folder) {
        Ok(check) => check,
        Err(error) => return Checked::nothing(error),
    };
    let question = check.site_question(&file, title(name));
    let Check {
        sources,
        found,
        inputs,
        ..
    } = check;
    let about = checked(None, &sources, found);
    Checked {
        sites: question.map(|question| SiteQuestion {
            inputs: [vec![own_file(name, text)], inputs].concat(),
            overrides: written(overrides),
            warnings: about.problems.clone(),
            ..question
        }),
        ..about
    }
}

/// The file without what has no place beside `sites`, which is noted.
fn only_sites(root: &Node, found: &mut Findings) -> Node {
    let mut root = root.clone();
    if let Value::Table(entries) = &mut root.value {
        entries.retain(|entry| {
            let stays = BESIDE_SITES.contains(&entry.key.as_str());
            if !stays {
                let key = shortened(&entry.key);
                let message = format!("`{key}` has no place beside `sites`");
                let hint = "a file with [sites] is a question of its own: only `name`, `description`, `seed` and \
                            `allow_outside` stand beside it";
                found.push(Found::error(entry.key_span, message).hint(hint));
            }
            stays
        });
    }
    root
}

/// The text as a tree.
fn tree_of(name: &str, text: &str, source: usize) -> std::result::Result<Node, Vec<Found>> {
    let json = Path::new(name)
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("json"));
    let read = if json { from_json } else { from_toml };
    read(text, source)
}

/// The file as a tree, with the overrides in.
fn described(
    name: &str,
    overrides: &[(String, String)],
    sources: &mut Sources,
    found: &mut Findings,
) -> Option<Node> {
    let mut root: Node = match tree_of(name, sources.text(0), 0) {
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
    Some(root)
}

fn checked(scenario: Option<Scenario>, sources: &Sources, found: Findings) -> Checked {
    let problems = sources.problems(found);
    Checked {
        sites: None,
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
