//! The house rules of ARCHITECTURE.md, read off the `use` lines and paths of the source.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The floors, lowest first. A floor uses only floors below it.
const FLOORS: [&str; 7] = ["basis", "world", "design", "engine", "decide", "report", "cli"];

/// Outside crates and the floors they are at home on.
const AT_HOME: [(&str, &[&str]); 25] = [
    ("statrs", &["basis"]),
    ("thiserror", &["basis"]),
    ("petgraph", &["world", "engine"]),
    ("calamine", &["world"]),
    ("jiff", &["world"]),
    ("zip", &["world"]),
    ("csv", &["world", "report", "cli"]),
    ("toml", &["design", "cli"]),
    ("schemars", &["design", "report", "cli"]),
    ("serde", &["design", "report", "cli"]),
    ("serde_json", &["world", "design", "report", "cli"]),
    ("rayon", &["engine", "decide", "cli"]),
    ("pulp", &["engine", "decide"]),
    ("rust_xlsxwriter", &["report"]),
    ("minijinja", &["report"]),
    ("plotters", &["report"]),
    ("png", &["report"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("indicatif", &["cli"]),
    ("anstream", &["cli"]),
    ("anstyle", &["cli"]),
    ("annotate_snippets", &["cli"]),
    ("comfy_table", &["cli"]),
];

/// Rooms of the report floor that see the finished report and nothing else below: units and errors excepted.
const VIEWS: [&str; 2] = ["report/export", "report/chart"];
const VIEWS_MAY_USE: [&str; 6] = [
    "basis::error",
    "basis::units",
    "basis::land",
    "basis::queueing",
    "report::model",
    "report::voice",
];

fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                files.push((path.strip_prefix(&root).unwrap().to_owned(), code_of(&text)));
            }
        }
    }
    files.sort();
    files
}

/// The text without comments and without its tests, where anything may be used.
fn code_of(text: &str) -> String {
    let shipped = text.split("#[cfg(test)]\nmod ").next().unwrap_or(text);
    shipped
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn floor_of(file: &Path) -> Option<usize> {
    let first = file.components().next()?.as_os_str().to_str()?;
    FLOORS.iter().position(|floor| *floor == first)
}

/// Every path after `crate::`, with a group `{a, b}` taken apart one level.
fn crate_paths(code: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let inside = group.split('}').next().unwrap_or("");
            paths.extend(
                inside
                    .split(',')
                    .map(|name| name.trim().to_owned())
                    .filter(|name| !name.is_empty()),
            );
        } else {
            paths.push(
                rest.chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':')
                    .collect(),
            );
        }
    }
    paths
}

/// Modules of a `mod.rs` in the order they are named.
fn modules_in_order(code: &str) -> Vec<String> {
    code.lines()
        .filter_map(|line| {
            let line = line.trim();
            let name = line
                .strip_prefix("pub mod ")
                .or_else(|| line.strip_prefix("mod "))?;
            Some(name.strip_suffix(';')?.to_owned())
        })
        .collect()
}

#[test]
fn a_floor_uses_only_floors_below_it() {
    let mut wrong = Vec::new();
    for (file, code) in sources() {
        let Some(floor) = floor_of(&file) else { continue };
        for path in crate_paths(&code) {
            let used = path.split("::").next().unwrap_or("");
            if FLOORS
                .iter()
                .position(|name| *name == used)
                .is_some_and(|other| other > floor)
            {
                wrong.push(format!("{} uses {path}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_module_uses_only_those_named_before_it_on_its_floor() {
    let sources = sources();
    let mut orders: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for floor in &FLOORS[..6] {
        let file = Path::new(floor).join("mod.rs");
        let code = &sources.iter().find(|(path, _)| *path == file).unwrap().1;
        orders.insert(floor, modules_in_order(code));
    }
    let mut wrong = Vec::new();
    for (file, code) in &sources {
        let Some(floor) = floor_of(file)
            .map(|at| FLOORS[at])
            .filter(|floor| *floor != "cli")
        else {
            continue;
        };
        let order = &orders[floor];
        let own = file
            .components()
            .nth(1)
            .map(|part| part.as_os_str().to_string_lossy().replace(".rs", ""));
        let Some(own) = own.and_then(|own| order.iter().position(|name| *name == own)) else {
            continue;
        };
        for path in crate_paths(code) {
            let mut parts = path.split("::");
            if parts.next() != Some(floor) {
                continue;
            }
            let used = parts
                .next()
                .and_then(|part| order.iter().position(|name| name == part));
            if used.is_some_and(|used| used > own) {
                wrong.push(format!("{} uses {path}, which is named after it", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn outside_crates_show_up_only_where_they_are_at_home() {
    let mut wrong = Vec::new();
    for (file, code) in sources() {
        let Some(floor) = floor_of(&file).map(|at| FLOORS[at]) else {
            continue;
        };
        for (name, floors) in AT_HOME {
            let mark = format!("{name}::");
            let used = code
                .match_indices(&mark)
                .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'));
            if used && !floors.contains(&floor) {
                wrong.push(format!("{} uses {name}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn exports_and_charts_see_nothing_but_the_report() {
    let mut wrong = Vec::new();
    for (file, code) in sources() {
        let name = file.to_string_lossy().into_owned();
        // Files of tests may use made-up reports.
        let Some(room) = VIEWS
            .iter()
            .find(|room| name.starts_with(**room) && !name.ends_with("tests.rs"))
        else {
            continue;
        };
        let own = room.replace('/', "::");
        for path in crate_paths(&code) {
            if !path.starts_with(&own) && !VIEWS_MAY_USE.iter().any(|allowed| path.starts_with(allowed)) {
                wrong.push(format!("{name} uses {path}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn library_floors_print_nothing() {
    for (file, code) in sources() {
        if floor_of(&file).is_some_and(|floor| FLOORS[floor] != "cli") {
            for word in ["println!", "eprintln!", "std::process::exit"] {
                assert!(!code.contains(word), "{} has {word}", file.display());
            }
        }
    }
}

#[test]
fn the_rules_above_find_what_they_look_for() {
    assert_eq!(
        crate_paths("use crate::report::model::Report;"),
        ["report::model::Report"]
    );
    assert_eq!(crate_paths("use crate::{basis, cli};"), ["basis", "cli"]);
    assert_eq!(modules_in_order("pub mod a;\n\nmod b;\nfn c() {}"), ["a", "b"]);
    assert!(sources().len() > 20);
}

/// Modules of the library that are promised, as `src/lib.rs` names them.
const PROMISED: [&str; 10] = [
    "basis/error.rs",
    "basis/units.rs",
    "basis/day.rs",
    "basis/dist",
    "world/catalog",
    "world/demand",
    "world/ingest",
    "design",
    "decide/run.rs",
    "report",
];

/// Public items of a source: those of the file, and functions of its types.
fn public_items(code: &str) -> Vec<String> {
    let mut of = String::new();
    let mut items = Vec::new();
    for line in code.lines() {
        if let Some(rest) = line.strip_prefix("impl") {
            let name = match rest.split_once(" for ") {
                Some((_, name)) => name,
                None => rest.trim_start_matches(|c| c != ' ').trim(),
            };
            let bare = name.split(['<', ' ', '{']).next().unwrap_or_default();
            bare.clone_into(&mut of);
        }
        let (owner, line) = match line.strip_prefix("    pub ") {
            Some(inside) => (of.as_str(), inside),
            None => ("", line.strip_prefix("pub ").unwrap_or_default()),
        };
        let mut words = line
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|word| *word != "const" || owner.is_empty());
        let kind = words.next().unwrap_or_default();
        let known = ["fn", "struct", "enum", "trait", "type", "const", "static"];
        if let (true, Some(name)) = (
            known.contains(&kind),
            words.find(|word| !matches!(*word, "fn" | "")),
        ) {
            let owner = if owner.is_empty() {
                String::new()
            } else {
                format!("{owner}::")
            };
            items.push(format!("{kind} {owner}{name}"));
        }
    }
    items
}

/// What is promised does not come or go unseen: names of items, not their signatures, which a compiler sees.
#[test]
fn the_public_items_of_the_library_are_those_that_were_looked_at() {
    let mut text = "# Public items of what src/lib.rs promises. To write it anew:\n\
                    # ISOCHRONE_GOLDEN=overwrite cargo test --test house\n"
        .to_owned();
    for (file, code) in sources() {
        let name = file.to_string_lossy().replace('\\', "/");
        // Made-up reports are for tests.
        let hidden = name.starts_with("report/sample");
        if hidden || !PROMISED.iter().any(|promised| name.starts_with(promised)) {
            continue;
        }
        for item in public_items(&code) {
            let _ = writeln!(text, "{name}: {item}");
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/public-api.txt");
    if std::env::var_os("ISOCHRONE_GOLDEN").is_some_and(|word| word == "overwrite") {
        std::fs::write(&path, &text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let gone: Vec<&str> = written
        .lines()
        .filter(|line| !text.lines().any(|now| now == *line))
        .collect();
    let new: Vec<&str> = text
        .lines()
        .filter(|line| !written.lines().any(|was| was == *line))
        .collect();
    assert!(
        gone.is_empty() && new.is_empty(),
        "gone: {gone:#?}\nnew: {new:#?}\nwhat goes is a break, to be told in CHANGELOG.md; then \
         ISOCHRONE_GOLDEN=overwrite cargo test --test house"
    );
}

#[test]
fn public_items_are_found_where_they_stand() {
    let code = "pub struct A;\nimpl A {\n    pub fn new() {}\n    pub const fn small() {}\n    fn own() {}\n}\n\
                impl<T> Tr for B<T> {\n}\nimpl B<u8> {\n    pub fn of() {}\n}\npub(crate) fn hidden() {}\npub const C: u8 = 1;\n";
    assert_eq!(
        public_items(code),
        ["struct A", "fn A::new", "fn A::small", "fn B::of", "const C"]
    );
}
