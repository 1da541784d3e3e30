//! The page of docs/validation.md: sections between marks, each written and checked by what made its figures.
//!
//! `VALIDATION=overwrite cargo test --test known page` writes them anew; without the variable a section that differs fails.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Tests share the file.
static FILE: Mutex<()> = Mutex::new(());

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/validation.md")
}

pub(crate) fn text() -> String {
    fs::read_to_string(path()).unwrap()
}

fn overwrites() -> bool {
    std::env::var("VALIDATION").is_ok_and(|it| it == "overwrite")
}

/// Where a section stands in the page, its marks aside.
fn place(page: &str, name: &str) -> Option<std::ops::Range<usize>> {
    let begin = format!("<!-- begin {name} -->\n");
    let start = page.find(&begin)? + begin.len();
    let end = page[start..].find(&format!("<!-- end {name} -->\n"))?;
    Some(start..start + end)
}

/// What stands in a section of `page`.
pub(crate) fn section<'a>(page: &'a str, name: &str) -> &'a str {
    let place = place(page, name).unwrap_or_else(|| panic!("docs/validation.md has no section `{name}`"));
    page[place].trim_matches('\n')
}

/// Sections by name, and what should stand in them: writes them where that was asked for, and otherwise fails where any
/// differs.
pub(crate) fn hold(sections: &[(&str, String)]) {
    let _only_us = FILE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = text();
    let mut page = before.clone();
    let mut differing = Vec::new();
    for (name, wanted) in sections {
        let (kept, wanted) = (section(&page, name), wanted.trim_matches('\n'));
        if kept == wanted {
            continue;
        }
        differing.push(difference(name, kept, wanted));
        let place = place(&page, name).unwrap();
        page.replace_range(place, &format!("\n{wanted}\n\n"));
    }
    if overwrites() {
        fs::write(path(), page).unwrap();
    } else {
        assert!(
            differing.is_empty(),
            "docs/validation.md is not what the program says; `VALIDATION=overwrite cargo test --test known page` writes \
             it anew\n{}",
            differing.join("\n")
        );
    }
}

/// Lines that only one of the two has.
fn difference(name: &str, kept: &str, wanted: &str) -> String {
    let only = |of: &str, other: &str, mark: char| -> Vec<String> {
        let others: Vec<&str> = other.lines().collect();
        let lines = of.lines().filter(|line| !others.contains(line));
        lines.map(|line| format!("{mark} {line}")).collect()
    };
    let mut lines = vec![format!("section `{name}`:")];
    lines.extend(only(kept, wanted, '-'));
    lines.extend(only(wanted, kept, '+'));
    lines.join("\n")
}

/// Rows of all tables of the page that end in whether they are inside: how many are, and how many there are.
pub(crate) fn counted(page: &str) -> (usize, usize) {
    let verdicts = page.lines().filter_map(|line| {
        let last = line
            .strip_prefix("| ")?
            .strip_suffix(" |")?
            .rsplit(" | ")
            .next()?;
        match last {
            "yes" => Some(true),
            "**no**" => Some(false),
            _ => None,
        }
    });
    verdicts.fold((0, 0), |(inside, all), verdict| {
        (inside + usize::from(verdict), all + 1)
    })
}

#[test]
fn a_page_of_sections_is_taken_apart() {
    let page = "# a\n<!-- begin one -->\n\n| x | yes |\n| y | **no** |\n\n<!-- end one -->\n<!-- begin two -->\n<!-- end two -->\n";
    assert_eq!(section(page, "one"), "| x | yes |\n| y | **no** |");
    assert_eq!(section(page, "two"), "");
    assert_eq!(counted(page), (1, 2));
    assert!(difference("one", "a\nb", "a\nc").ends_with("- b\n+ c"));
}
