//! Configuration files: a user's and a project's taste. Nothing in them changes a number.
//!
//! `./isochrone.toml` comes before `$XDG_CONFIG_HOME/isochrone/config.toml`; a key is taken from the first file
//! that has it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::args::{ColorWhen, Format, Theme};
use super::atomic::reason;
use super::input;
use crate::basis::error::{Error, Place, Problem, Result};

/// A configuration has six keys; what is larger than this is none.
const MOST_BYTES: u64 = 1 << 20;

/// What a configuration file may say; every key may be left out.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// When to use colour.
    pub color: Option<ColorWhen>,
    /// Whether to draw progress bars on a terminal.
    pub progress: Option<bool>,
    /// Number of threads to use, 1 to 1024.
    #[schemars(range(min = 1, max = 1024))]
    pub threads: Option<usize>,
    /// How stdout is written.
    pub format: Option<Format>,
    /// Folder for results.
    pub output: Option<PathBuf>,
    /// Colours of charts.
    pub theme: Option<Theme>,
}

impl Config {
    /// Reads what applies here: the file that `--config` names, or the project's and the user's.
    ///
    /// Gives the files that were read with it.
    ///
    /// # Errors
    /// When a file cannot be read or says something unknown, with the place.
    pub fn load(named: Option<&Path>) -> Result<(Config, Vec<PathBuf>)> {
        let files = match named {
            Some(path) if path == Path::new("none") => Vec::new(),
            Some(path) => vec![path.to_owned()],
            None => usual_files().into_iter().filter(|path| path.is_file()).collect(),
        };
        let mut config = Config::default();
        for path in &files {
            config = config.or(read(path)?);
        }
        Ok((config, files))
    }

    fn or(self, other: Config) -> Config {
        Config {
            color: self.color.or(other.color),
            progress: self.progress.or(other.progress),
            threads: self.threads.or(other.threads),
            format: self.format.or(other.format),
            output: self.output.or(other.output),
            theme: self.theme.or(other.theme),
        }
    }
}

/// The project's file, then the user's.
fn usual_files() -> Vec<PathBuf> {
    let user = std::env::var_os("XDG_CONFIG_HOME")
        .filter(|folder| Path::new(folder).is_absolute())
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".config")));
    let mut files = vec![PathBuf::from("isochrone.toml")];
    files.extend(user.map(|folder| folder.join("isochrone").join("config.toml")));
    files
}

fn read(path: &Path) -> Result<Config> {
    let name = path.display().to_string();
    let cannot = |why: &str| Error::input(format!("cannot read the configuration `{name}`: {why}"));
    let bytes = input::at_most(path, MOST_BYTES).map_err(|error| cannot(&reason(&error)))?;
    let bytes = bytes.ok_or_else(|| cannot("it is larger than 1 MB"))?;
    let text = String::from_utf8(bytes).map_err(|_| cannot("it is not UTF-8"))?;
    let config = parse(&name, &text)?;
    match config.threads {
        Some(n) if !(1..=1024).contains(&n) => Err(Error::input(format!(
            "{name}: threads must lie between 1 and 1024, found {n}"
        ))),
        _ => Ok(config),
    }
}

fn parse(name: &str, text: &str) -> Result<Config> {
    toml::from_str(text).map_err(|error| {
        let mut problem = Problem::error(error.message().trim().replace('\n', ", "));
        if let Some(span) = error.span() {
            problem = problem.at(Place::of(name, text, span));
        }
        Error::problems_in_input(vec![with_hint(problem)])
    })
}

/// Who looks for the seed in a configuration file should learn why it is not there.
fn with_hint(problem: Problem) -> Problem {
    if problem.message.starts_with("unknown field") {
        problem.hint(
            "a configuration changes no number: runs, seed and the like belong into the scenario or a flag",
        )
    } else {
        problem
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_file_that_has_a_key_wins() {
        let project = parse("a", "threads = 2\nformat = \"csv\"").unwrap();
        let user = parse("b", "threads = 8\ncolor = \"never\"").unwrap();
        let both = project.or(user);
        assert_eq!((both.threads, both.format), (Some(2), Some(Format::Csv)));
        assert_eq!(both.color, Some(ColorWhen::Never));
    }

    #[test]
    fn a_key_that_would_change_a_number_is_refused_with_its_place() {
        let error = parse("isochrone.toml", "threads = 2\nseed = 7\n").unwrap_err();
        let problem = &error.problems()[0];
        assert_eq!(problem.place.as_ref().unwrap().to_string(), "isochrone.toml:2:1");
        assert!(problem.hint.as_ref().unwrap().contains("seed"));
    }
}
