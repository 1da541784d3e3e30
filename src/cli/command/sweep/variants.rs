//! The variants of a sweep: every scenario under every combination of values.

use std::path::PathBuf;

use crate::basis::error::{Error, Result};
use crate::cli::args::SweepArgs;
use crate::cli::args::parse::Vary;
use crate::cli::input::is_dash;

/// More reports than these nobody reads.
const MOST: usize = 10_000;

/// One scenario under one combination of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variant {
    /// From 1.
    pub(super) number: u64,
    /// The file.
    pub(super) scenario: PathBuf,
    /// Keys and values that take the place of what the file says.
    pub(super) keys: Vec<(String, String)>,
}

impl Variant {
    /// The combination: `runs=500 objective=p95`.
    pub(super) fn settings(&self) -> String {
        let pairs: Vec<String> = self
            .keys
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        pairs.join(" ")
    }

    /// `variant 3 of 12: a.toml runs=500`.
    pub(super) fn in_words(&self, of: usize) -> String {
        let text = format!(
            "variant {} of {of}: {} {}",
            self.number,
            self.scenario.display(),
            self.settings()
        );
        text.trim_end().to_owned()
    }
}

/// Every variant, scenario by scenario; the values of the last key change fastest.
///
/// # Errors
/// When there are too many, a key is varied twice, or a scenario comes by stdin.
pub(super) fn variants(args: &SweepArgs) -> Result<Vec<Variant>> {
    if args.scenarios.iter().any(|path| is_dash(path)) {
        let error = Error::input("a sweep reads its scenarios more than once, and stdin can be read once");
        return Err(error.hint("write the scenario to a file"));
    }
    for (at, vary) in args.vary.iter().enumerate() {
        if args.vary[..at].iter().any(|other| other.key == vary.key) {
            let error = Error::input(format!("--vary {} is there twice", vary.key));
            return Err(error.hint(format!("say all values at once: --vary {}=A,B,C", vary.key)));
        }
    }
    let counts = args.vary.iter().map(|vary| vary.values.len());
    let count = counts.fold(args.scenarios.len(), usize::saturating_mul);
    if count > MOST {
        let error = Error::input(format!(
            "a sweep of {count} variants is too large: at most {MOST}"
        ));
        return Err(error.hint("vary fewer keys, or give them fewer values"));
    }
    let combinations = combinations(&args.vary);
    let both = args
        .scenarios
        .iter()
        .flat_map(|scenario| combinations.iter().map(move |keys| (scenario, keys)));
    Ok((1..)
        .zip(both)
        .map(|(number, (scenario, keys))| Variant {
            number,
            scenario: scenario.clone(),
            keys: keys.clone(),
        })
        .collect())
}

fn combinations(vary: &[Vary]) -> Vec<Vec<(String, String)>> {
    vary.iter().fold(vec![Vec::new()], |before, vary| {
        let with = |keys: &Vec<(String, String)>, value: &String| {
            let mut keys = keys.clone();
            keys.push((vary.key.clone(), value.clone()));
            keys
        };
        before
            .iter()
            .flat_map(|keys| vary.values.iter().map(move |value| with(keys, value)))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_key_changes_fastest() {
        let vary = |key: &str, values: &[&str]| Vary {
            key: key.to_owned(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        let all = combinations(&[vary("a", &["1", "2"]), vary("b", &["x", "y"])]);
        let words: Vec<String> = all
            .iter()
            .map(|keys| {
                keys.iter()
                    .flat_map(|(key, value)| [key.as_str(), value])
                    .collect()
            })
            .collect();
        assert_eq!(words, ["a1bx", "a1by", "a2bx", "a2by"]);
        assert_eq!(combinations(&[]), [vec![]]);
    }
}
