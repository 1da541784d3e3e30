//! Flags that are keys of the scenario: what is wrong with one is told of the flag that was typed.

use crate::design::scenario::Checked;

/// Keys and the flags that set them.
const FLAGS: [(&str, &str); 15] = [
    ("runs", "--runs"),
    ("precision", "--precision"),
    ("seed", "--seed"),
    ("as_of", "--as-of"),
    ("objective", "--objective"),
    ("race_runs", "--race"),
    ("regions.sizes", "--size"),
    ("targets.rto", "--rto"),
    ("targets.rpo", "--rpo"),
    ("targets.availability", "--availability"),
    ("targets.tolerate", "--tolerate"),
    ("targets.budget", "--budget"),
    ("demand.growth", "--growth"),
    ("demand.start", "--start"),
    ("demand.horizon", "--horizon"),
];

/// Keys that a command sets in the scenario, with their values.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// By flags of their own.
    pub by_flags: Vec<(String, String)>,
    /// As the user wrote them, key and value.
    pub as_written: Vec<(String, String)>,
}

impl From<Vec<(String, String)>> for Keys {
    fn from(by_flags: Vec<(String, String)>) -> Self {
        Keys {
            by_flags,
            ..Keys::default()
        }
    }
}

/// Calls `keys`, which flags gave, by these flags in the problems and texts of `checked`.
pub fn call_by_flag(checked: &mut Checked, keys: &[(String, String)]) {
    for (key, value) in keys {
        if let Some((_, flag)) = FLAGS.iter().find(|(known, _)| known == key) {
            rename(checked, &format!("{key}={value}"), key.len(), flag);
        }
    }
}

fn rename(checked: &mut Checked, text: &str, key: usize, flag: &str) {
    let name = format!("--set {text}");
    let told = format!("{flag} {}", unquoted(&text[key + 1..]));
    for place in checked.problems.iter_mut().filter_map(|it| it.place.as_mut()) {
        if place.file == name {
            place.file.clone_from(&told);
            place.span = if place.span.end <= key {
                0..flag.len()
            } else {
                flag.len() + 1..told.len()
            };
            place.column = told[..place.span.start].chars().count() + 1;
        }
    }
    for source in checked.sources.iter_mut().filter(|source| source.name == name) {
        source.text.clone_from(&told);
        source.name.clone_from(&told);
    }
}

/// A range of one number is that number, and quotes are the scenario's.
fn unquoted(value: &str) -> &str {
    let inner = value
        .strip_prefix('"')
        .and_then(|it| it.strip_suffix('"'))
        .unwrap_or(value);
    match inner.split_once("..") {
        Some((from, to)) if from == to => from,
        _ => inner,
    }
}
