//! Several files put together, and their names changed.

use std::collections::{BTreeMap, BTreeSet};

use super::gather::shown;
use super::measured::{Figures, Measured};
use super::names::Names;
use super::options::Imported;
use crate::basis::error::{Problem, Result};
use crate::world::ingest::problems::Problems;

/// How many names a note tells before it counts the others.
const TOLD: usize = 8;

/// Pairs of all files.
#[derive(Clone, Debug, PartialEq)]
pub struct Combined {
    /// Pairs by name.
    pub pairs: Vec<Measured>,
    /// What should be known before they are used.
    pub notes: Vec<String>,
}

/// Puts the pairs of `files` together under their new names.
///
/// # Errors
/// When two files tell one pair in shapes that cannot be put together.
pub fn combine(files: Vec<Imported>, names: &Names) -> Result<Combined> {
    together(files, names, false)
}

/// The same, but starts of several names stay apart where they get one name: they are hosts in one place, whose times
/// are not those of one.
///
/// # Errors
/// As [`combine`].
pub fn combine_by_host(files: Vec<Imported>, names: &Names) -> Result<Combined> {
    together(files, names, true)
}

fn together(files: Vec<Imported>, names: &Names, apart: bool) -> Result<Combined> {
    let mut pairs: BTreeMap<[String; 3], Measured> = BTreeMap::new();
    let mut problems = Problems::default();
    let (mut kept, mut used) = (BTreeSet::new(), BTreeSet::new());
    for file in files {
        for pair in file.pairs {
            let [from, to] = [&pair.from, &pair.to].map(|old| {
                let new = names.get(old);
                match new {
                    Some(_) => used.insert(old.clone()),
                    None => kept.insert(old.clone()),
                };
                new.unwrap_or(old).to_owned()
            });
            let host = if apart { pair.host.clone() } else { String::new() };
            let key = [from.clone(), to.clone(), host];
            let pair = Measured { from, to, ..pair };
            if let Some(known) = pairs.get_mut(&key) {
                if let Err(problem) = join(known, pair) {
                    problems.push(*problem);
                }
            } else {
                pairs.insert(key, pair);
            }
        }
    }
    let pairs: Vec<Measured> = pairs.into_values().collect();
    let mut notes = notes_of_names(names, &kept, &used);
    notes.extend(notes_of_hosts(&pairs));
    notes.extend(notes_of_pairs(&pairs));
    problems.finish(Combined { pairs, notes })
}

fn join(known: &mut Measured, pair: Measured) -> std::result::Result<(), Box<Problem>> {
    let Measured {
        from,
        to,
        figures,
        lost,
        source,
        place,
        ..
    } = pair;
    known.lost = known.lost.saturating_add(lost);
    if !known.source.split(" + ").any(|one| one == source) {
        known.source = format!("{} + {source}", known.source);
    }
    let merged = known.figures.merge(figures);
    merged.map_err(|why| {
        let message = format!("{why}: {} → {}", shown(&from), shown(&to));
        Box::new(
            Problem::error(message)
                .at(place)
                .hint("import these files one by one"),
        )
    })
}

fn notes_of_names(names: &Names, kept: &BTreeSet<String>, used: &BTreeSet<String>) -> Vec<String> {
    if names.is_empty() {
        return Vec::new();
    }
    let mut notes = Vec::new();
    // A name that is already one of the new ones needs no other.
    let new: BTreeSet<&str> = names.old().filter_map(|old| names.get(old)).collect();
    let kept = kept.iter().map(String::as_str);
    let kept: Vec<&str> = kept
        .filter(|name| !name.is_empty() && !new.contains(name))
        .collect();
    if !kept.is_empty() {
        notes.push(format!("without a new name, kept as they are: {}", listed(&kept)));
    }
    let idle: Vec<&str> = names.old().filter(|old| !used.contains(*old)).collect();
    if !idle.is_empty() {
        notes.push(format!("new names for what was not measured: {}", listed(&idle)));
    }
    notes
}

/// Places of several hosts.
fn notes_of_hosts(pairs: &[Measured]) -> Vec<String> {
    let mut hosts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for pair in pairs {
        hosts.entry(&pair.from).or_default().insert(&pair.host);
    }
    // Times that were put together are all told under the name of the first.
    let apart = pairs
        .windows(2)
        .filter(|pair| (&pair[0].from, &pair[0].to) == (&pair[1].from, &pair[1].to));
    let places: BTreeSet<&str> = apart.map(|pair| pair[0].from.as_str()).collect();
    places
        .into_iter()
        .map(|place| format!("{place}: {} hosts, each by itself", hosts[place].len()))
        .collect()
}

fn notes_of_pairs(pairs: &[Measured]) -> Vec<String> {
    let mut notes = Vec::new();
    for pair in pairs {
        let name = format!("{} → {}", shown(&pair.from), shown(&pair.to));
        match &pair.figures {
            Figures::Samples(times) if times.is_empty() => {
                notes.push(format!(
                    "{name}: all {} requests were lost, so it has no times",
                    pair.lost
                ));
            }
            Figures::Histogram(histogram) => {
                if let Some(bound) = histogram.last_bound().filter(|_| histogram.open() > 0) {
                    let share = 100.0 * histogram.open() as f64 / histogram.total() as f64;
                    let above = match histogram.max {
                        Some(max) => format!("taken as even up to the greatest, {max}"),
                        None => "quantiles there are left blank".to_owned(),
                    };
                    notes.push(format!(
                        "{name}: {share:.1} % lie above the last bound, {bound}; {above}"
                    ));
                }
            }
            _ => {}
        }
    }
    if notes.len() > TOLD {
        let more = notes.len() - TOLD;
        notes.truncate(TOLD);
        notes.push(format!("{more} more pairs of which the same is to be said"));
    }
    if pairs
        .iter()
        .any(|pair| matches!(pair.figures, Figures::Histogram(_)))
    {
        notes
            .push("quantiles of histograms are estimates: times are taken as even inside each bucket".into());
    }
    notes
}

fn listed(names: &[&str]) -> String {
    let told = names.iter().take(TOLD).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(TOLD) {
        0 => told,
        more => format!("{told} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::ingest::foreign::{ImportOptions, read_foreign};

    fn read(name: &str, text: &str) -> Imported {
        read_foreign(name, text.as_bytes(), &ImportOptions::default()).unwrap()
    }

    #[test]
    fn files_of_one_pair_add_up_under_its_new_name() {
        let mut names = Names::default();
        for (old, new) in [("192.0.2.1", "eu-west-1"), ("b", "eu-west-1"), ("z", "y")] {
            names.add(old, new).unwrap();
        }
        let files = vec![
            read("f", "192.0.2.1 : 10 -\nother : 5\n"),
            read("g.csv", "to,rtt_ms\nb,12\n"),
        ];
        let combined = combine(files, &names).unwrap();
        assert_eq!(combined.pairs.len(), 2);
        let pair = &combined.pairs[0];
        assert_eq!(
            (pair.to.as_str(), pair.figures.n(), pair.lost),
            ("eu-west-1", Some(2), 1)
        );
        assert_eq!(pair.source, "fping -C -q + csv");
        assert_eq!(
            combined.notes,
            [
                "without a new name, kept as they are: other",
                "new names for what was not measured: z"
            ]
        );
    }

    #[test]
    fn hosts_in_one_place_stay_apart_where_that_is_asked() {
        let mut names = Names::default();
        for (old, new) in [("1", "berlin-de"), ("2", "berlin-de"), ("3", "paris-fr")] {
            names.add(old, new).unwrap();
        }
        let file = || read("t.csv", "from,to,p50_ms\n1,b,12\n2,b,100\n3,b,20\n");
        let apart = combine_by_host(vec![file()], &names).unwrap();
        let told: Vec<(&str, &str)> = apart
            .pairs
            .iter()
            .map(|pair| (pair.from.as_str(), pair.host.as_str()))
            .collect();
        assert_eq!(told, [("berlin-de", "1"), ("berlin-de", "2"), ("paris-fr", "3")]);
        assert!(
            apart
                .notes
                .contains(&"berlin-de: 2 hosts, each by itself".to_owned())
        );
        let error = combine(vec![file()], &names).unwrap_err().to_string();
        assert!(error.contains("p50 of one pair is told twice"), "{error}");
    }

    #[test]
    fn shapes_that_do_not_go_together_are_refused() {
        let files = vec![read("f", "b : 10 -\n"), read("g.csv", "to,p50_ms\nb,12\n")];
        let error = combine(files, &Names::default()).unwrap_err().to_string();
        assert_eq!(
            error,
            "g.csv:2:1: single times and quantiles of one pair cannot be put together: ? → b"
        );
    }
}
