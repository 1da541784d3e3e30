//! Tables of several sets: whose a row is stands in a column of its own, where there are two.

use crate::report::export::table::TextTable;

/// A set that is told of.
pub(super) trait Told {
    /// What it is called in tables: `best`, `baseline`, or its name.
    fn label(&self) -> &str;
}

/// A table with the rows of every set; a column says whose they are where there are two.
pub(super) fn table<S: Told>(
    shown: &[S],
    title: &str,
    headers: &[&str],
    rows: impl Fn(&S) -> Vec<Vec<String>>,
) -> TextTable {
    let headers = headers.iter().map(|&header| header.to_owned());
    let own = |it: &S| -> Vec<Vec<String>> {
        let rows = rows(it).into_iter();
        rows.map(|row| labelled(shown, it.label(), row)).collect()
    };
    TextTable {
        title: title.to_owned(),
        headers: labelled(shown, "set", headers.collect()),
        rows: shown.iter().flat_map(own).collect(),
        notes: Vec::new(),
    }
}

/// A row with the set's name in front, where there are two.
pub(super) fn labelled<S>(shown: &[S], label: &str, mut row: Vec<String>) -> Vec<String> {
    if shown.len() > 1 {
        row.insert(0, label.to_owned());
    }
    row
}

/// Sentences about every set; whose they are is said where there are two.
pub(super) fn notes<S: Told>(shown: &[S], of: impl Fn(&S) -> Vec<String>) -> Vec<String> {
    let own = |it: &S| -> Vec<String> {
        let named = |note: String| {
            if shown.len() > 1 {
                format!("{}: {note}", it.label())
            } else {
                note
            }
        };
        of(it).into_iter().map(named).collect()
    };
    shown.iter().flat_map(own).collect()
}
