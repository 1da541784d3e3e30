//! A scenario as the command line wants it: the file, then what flags say about it.

use std::iter;
use std::path::{Path, PathBuf};

use super::args::parse::{Seed, SetArg};
use super::args::{RunArgs, SearchArgs};
use super::diagnostics::Sources;
use super::flags::{self, Keys};
use super::input;
use crate::basis::digest::digest;
use crate::basis::error::{Error, Result};
use crate::decide::run::set_name;
use crate::design::placement::Placement;
use crate::design::scenario::{Checked, InputFile, Scenario, asks_for_sites, read_scenario};
use crate::report::model::Report;
use crate::world::catalog::Catalog;
use crate::world::ingest::file_and_sheet;

/// `KEY=VALUE` texts as key and value.
pub fn pairs(overrides: &[String]) -> Vec<(String, String)> {
    let split = |text: &String| {
        let (key, value) = text.split_once('=').unwrap_or((text, ""));
        (key.trim().to_owned(), value.to_owned())
    };
    overrides.iter().map(split).collect()
}

/// A scenario that has been read and not been looked at.
#[derive(Clone, Debug)]
pub struct Opened {
    name: String,
    text: String,
    folder: PathBuf,
}

impl Opened {
    /// Its path, as it was named.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What stands in it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What is wrong with it, or what it means, under `overrides`.
    pub fn check(&self, overrides: &[(String, String)], catalog: &Catalog) -> Checked {
        Scenario::check_text(&self.name, &self.text, &self.folder, overrides, catalog)
    }

    /// Whether it asks which sites to open.
    pub fn asks_for_sites(&self) -> bool {
        asks_for_sites(&self.name, &self.text)
    }
}

/// Checks the scenario at `path`, or on stdin for `-`.
///
/// # Errors
/// When it cannot be read or is not UTF-8.
pub fn check(path: &Path, overrides: &[(String, String)], catalog: &Catalog) -> Result<Checked> {
    Ok(open(path)?.check(overrides, catalog))
}

/// Reads the scenario at `path`, or on stdin for `-`.
///
/// # Errors
/// When it cannot be read or is not UTF-8.
pub fn open(path: &Path) -> Result<Opened> {
    if !input::is_dash(path) {
        return Ok(Opened {
            name: path.display().to_string(),
            text: read_scenario(path)?,
            folder: folder(path).to_owned(),
        });
    }
    let text = String::from_utf8(input::read(path)?).map_err(|error| {
        Error::input(format!(
            "stdin is not UTF-8 from byte {} on",
            error.utf8_error().valid_up_to()
        ))
    })?;
    Ok(Opened {
        name: input::STDIN.to_owned(),
        text,
        folder: folder(path).to_owned(),
    })
}

/// The folder in which the scenario at `path` has its tables: that of the file, or where we are for one on stdin.
fn folder(path: &Path) -> &Path {
    if input::is_dash(path) {
        return Path::new(".");
    }
    path.parent().unwrap_or(Path::new(""))
}

/// The files that were read for the scenario at `path`, where they lie: `inputs` are its own file and those it names, as
/// it names them.
pub fn files_read(path: &Path, inputs: &[InputFile]) -> Vec<PathBuf> {
    let folder = Path::new(".").join(folder(path));
    let tables = inputs.iter().skip(1).flat_map(|table| {
        let (book, sheet) = file_and_sheet(&table.name);
        // A file that is no table may have a name with `#` in it.
        let whole = sheet.map(|_| folder.join(&table.name));
        whole.into_iter().chain([folder.join(book)])
    });
    iter::once(path.to_owned()).chain(tables).collect()
}

/// Loads the scenario at `path` under the overrides of `run` and `more`.
///
/// # Errors
/// Everything that is wrong with it.
pub fn load(
    path: &Path,
    run: &RunArgs,
    more: Keys,
    catalog: &Catalog,
    sources: &mut Sources,
) -> Result<Scenario> {
    load_opened(&open(path)?, run, more, catalog, sources)
}

/// As [`load`], of a scenario that has been read.
///
/// # Errors
/// Everything that is wrong with it.
pub fn load_opened(
    opened: &Opened,
    run: &RunArgs,
    more: Keys,
    catalog: &Catalog,
    sources: &mut Sources,
) -> Result<Scenario> {
    let mut overrides = pairs(&run.overrides);
    let mut by_flags = sampling(run);
    by_flags.extend(more.by_flags);
    overrides.extend(by_flags.iter().cloned());
    overrides.extend(more.as_written);
    let mut checked = opened.check(&overrides, catalog);
    flags::call_by_flag(&mut checked, &by_flags);
    for text in &checked.sources {
        sources.remember(&text.name, &text.text);
    }
    checked.into_scenario()
}

/// The flags that are keys of the scenario.
fn sampling(run: &RunArgs) -> Vec<(String, String)> {
    let mut keys = Vec::new();
    let mut set = |key: &str, value: Option<String>| keys.extend(value.map(|value| (key.to_owned(), value)));
    set("runs", run.runs.map(|runs| runs.to_string()));
    let precision = run.precision.as_ref();
    set("precision", precision.map(|text| number_or_quoted(text)));
    keys.extend(seed(run));
    let mut set = |key: &str, value: Option<String>| keys.extend(value.map(|value| (key.to_owned(), value)));
    set("as_of", run.as_of.map(|day| quoted(&day.to_string())));
    set("objective", run.objective.as_ref().map(|name| quoted(name)));
    let limits = &run.limits;
    set("targets.rto", limits.rto.as_ref().map(|time| quoted(time)));
    set("targets.rpo", limits.rpo.as_ref().map(|time| quoted(time)));
    let availability = limits.availability.as_ref();
    set("targets.availability", availability.map(|share| quoted(share)));
    set(
        "targets.tolerate",
        limits.tolerate.map(|regions| regions.to_string()),
    );
    set("targets.budget", limits.budget.map(|amount| amount.to_string()));
    keys
}

fn number_or_quoted(text: &str) -> String {
    if text.parse::<f64>().is_ok() {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// `--seed` as the key that it is.
pub fn seed(run: &RunArgs) -> Option<(String, String)> {
    let seed = seed_number(run.seed?);
    Some(("seed".to_owned(), seed.to_string()))
}

/// The sizes of `search --size` and the draws of its race, as the scenario has them.
pub fn sizes(args: &SearchArgs) -> Vec<(String, String)> {
    let sizes = range(args).into_iter();
    let race = args.race.iter();
    sizes
        .map(|value| ("regions.sizes".to_owned(), value))
        .chain(race.map(|runs| ("race_runs".to_owned(), runs.to_string())))
        .collect()
}

/// The numbers of `search --size` as a TOML value.
pub fn range(args: &SearchArgs) -> Option<String> {
    let sizes = args.size.as_ref()?;
    Some(quoted(&format!("{}..{}", sizes.start(), sizes.end())))
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn seed_number(seed: Seed) -> u64 {
    match seed {
        Seed::Fixed(seed) => seed,
        Seed::Random => fresh_seed(),
    }
}

/// The standard library seeds its hash maps from the system's entropy; 53 bits fit every JSON reader.
fn fresh_seed() -> u64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    RandomState::new().build_hasher().finish() >> 11
}

/// Replaces the sets of the scenario by those of `--placement`, if there are any.
///
/// # Errors
/// When a region is unknown or no candidate, or two sets are the same.
pub fn set_placements(scenario: &mut Scenario, sets: &[SetArg], catalog: &Catalog) -> Result<()> {
    if sets.is_empty() {
        return Ok(());
    }
    let mut placements: Vec<Placement> = Vec::new();
    for set in sets {
        let placement = placement(scenario, set, catalog)?;
        refuse_repeated(&placements, &placement)?;
        scenario.overrides.push(format!(
            "--placement {}={}",
            placement.name,
            set.regions.join(",")
        ));
        placements.push(placement);
    }
    scenario.placements = placements;
    Ok(())
}

/// Adds the sets of a saved report to those of the scenario, to be run again beside them.
///
/// # Errors
/// When a region of the report is no candidate, or two different sets have the same name.
pub fn add_sets_of(scenario: &mut Scenario, report: &Report, path: &Path, catalog: &Catalog) -> Result<()> {
    for set in &report.sets {
        let wanted = SetArg {
            name: Some(set.name.clone()),
            regions: set.regions.clone(),
        };
        let found = placement(scenario, &wanted, catalog)?;
        let is_there = |other: &Placement| other.regions == found.regions;
        if scenario.placements.iter().chain(&scenario.baseline).any(is_there) {
            continue;
        }
        refuse_repeated(&scenario.placements, &found)?;
        scenario.placements.push(found);
    }
    scenario.inputs.push(InputFile {
        name: input::name(path),
        digest: digest(&input::read(path)?),
    });
    Ok(())
}

fn refuse_repeated(earlier: &[Placement], placement: &Placement) -> Result<()> {
    for other in earlier {
        if other.regions == placement.regions {
            return Err(Error::input(format!(
                "`{}` and `{}` are the same set",
                other.name, placement.name
            )));
        }
        if other.name == placement.name {
            return Err(Error::input(format!("two sets are called `{}`", placement.name)));
        }
    }
    Ok(())
}

/// Takes the baseline that `--baseline` says: a set's name, or regions.
///
/// # Errors
/// When it is neither, or a region is no candidate.
pub fn set_baseline(scenario: &mut Scenario, baseline: Option<&str>, catalog: &Catalog) -> Result<()> {
    let Some(text) = baseline else { return Ok(()) };
    let named = scenario.placements.iter().find(|set| set.name == text).cloned();
    let found = if let Some(set) = named {
        set
    } else {
        let set = super::args::parse::set(text).map_err(Error::input)?;
        placement(scenario, &set, catalog)?
    };
    scenario.overrides.push(format!("--baseline {text}"));
    scenario.baseline = Some(found);
    Ok(())
}

fn placement(scenario: &Scenario, set: &SetArg, catalog: &Catalog) -> Result<Placement> {
    let mut regions = set
        .regions
        .iter()
        .map(|name| candidate(scenario, name, catalog))
        .collect::<Result<Vec<usize>>>()?;
    regions.sort_unstable();
    let distinct = regions.windows(2).all(|pair| pair[0] != pair[1]);
    if !distinct {
        return Err(Error::input(format!(
            "the set `{}` names a region twice",
            set.regions.join(",")
        )));
    }
    let name = set.name.clone().unwrap_or_else(|| set_name(scenario, &regions));
    Ok(Placement {
        name,
        regions,
        leaders: Vec::new(),
        standbys: Vec::new(),
    })
}

/// Makes sure that there are sets to judge, the baseline counted.
///
/// # Errors
/// When there are fewer than `least`.
pub fn expect_sets(scenario: &Scenario, least: usize) -> Result<()> {
    let apart = |set: &Placement| scenario.placements.iter().all(|other| !other.runs_like(set));
    let found = scenario.placements.len() + usize::from(scenario.baseline.as_ref().is_some_and(apart));
    if found >= least {
        return Ok(());
    }
    let message = format!("at least {least} sets of regions are needed, found {found}");
    Err(Error::input(message).hint(
        "add a [[placement]] to the scenario or say --placement eu-west-1,us-east-1; `search` finds sets by itself",
    ))
}

/// The place of a region among the candidates.
///
/// # Errors
/// When it is unknown or no candidate.
pub(super) fn candidate(scenario: &Scenario, name: &str, catalog: &Catalog) -> Result<usize> {
    let region = catalog.region(name)?;
    let found = scenario
        .candidates
        .iter()
        .position(|candidate| candidate.id == region.id);
    found.ok_or_else(|| {
        Error::input(format!(
            "region `{}` is not a candidate of the scenario",
            region.id
        ))
        .hint("add it under [regions], or drop what leaves it out there")
    })
}

/// Adds the regions of `--require` to those every set must contain.
///
/// # Errors
/// When a region is unknown, no candidate, or there are more than the largest size.
pub fn require(scenario: &mut Scenario, names: &[String], catalog: &Catalog) -> Result<()> {
    for name in names {
        let index = candidate(scenario, name, catalog)?;
        scenario.must_have.push(index);
        scenario.overrides.push(format!("--require {name}"));
    }
    scenario.must_have.sort_unstable();
    scenario.must_have.dedup();
    fit_sizes(scenario)
}

/// Takes the regions of `--exclude` out of the candidates.
///
/// # Errors
/// When a region is unknown, or one that must be there.
pub fn exclude(scenario: &mut Scenario, names: &[String], catalog: &Catalog) -> Result<()> {
    for name in names {
        let region = catalog.region(name)?;
        scenario.overrides.push(format!("--exclude {name}"));
        let Some(index) = scenario.candidates.iter().position(|it| it.id == region.id) else {
            continue;
        };
        scenario.without_candidate(index)?;
    }
    fit_sizes(scenario)
}

/// Sizes that the constraints leave possible.
fn fit_sizes(scenario: &mut Scenario) -> Result<()> {
    let (least, most) = (scenario.must_have.len(), scenario.candidates.len());
    scenario.sizes.retain(|size| (least..=most).contains(size));
    if scenario.sizes.is_empty() {
        let message = format!("no size is left: {least} regions are required, {most} are candidates");
        return Err(Error::input(message).hint("say another one with --size"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, names: &[&str]) -> Vec<String> {
        let file = |name: &&str| InputFile {
            name: (*name).to_owned(),
            digest: String::new(),
        };
        let inputs: Vec<InputFile> = iter::once(&path).chain(names).map(file).collect();
        let files = files_read(Path::new(path), &inputs);
        files.iter().map(|path| path.display().to_string()).collect()
    }

    #[test]
    fn tables_lie_in_the_folder_of_the_scenario_and_sheets_in_their_workbook() {
        assert_eq!(read("b/s.toml", &["u.csv"]), ["b/s.toml", "./b/u.csv"]);
        assert_eq!(read("s.toml", &["in/no#1.csv"]), ["s.toml", "./in/no#1.csv"]);
        assert_eq!(
            read("/b/s.toml", &["u.xlsx#Users", "/a/c.toml"]),
            ["/b/s.toml", "/b/u.xlsx#Users", "/b/u.xlsx", "/a/c.toml"]
        );
        assert_eq!(read("-", &["-", "u.csv"]), ["-", "././-", "././u.csv"]);
    }
}
