//! The tables of faults in `docs/validation.md` name tests that are there, and every test of faults is in it.

use std::fs;

use crate::fuzz::targets::root;

/// Each `#[test]` of a file, by name.
fn tests_of(file: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join("tests/faults").join(file)).unwrap();
    let behind = text.split("#[test]").skip(1);
    behind
        .filter_map(|part| Some(part.split_once("fn ")?.1.split_once('(')?.0.to_owned()))
        .collect()
}

#[test]
fn the_table_of_faults_names_every_test_and_no_other() {
    let page = fs::read_to_string(root().join("docs/validation.md")).unwrap();
    let table = page.split_once("\n## Faults\n").unwrap().1;
    let mut all = Vec::new();
    for entry in fs::read_dir(root().join("tests/faults")).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        if file == "record.rs" {
            continue;
        }
        for test in tests_of(&file) {
            let name = format!("`{}::{test}`", file.trim_end_matches(".rs"));
            if !test.starts_with("seeds_") {
                assert!(table.contains(&name), "{name} is not in docs/validation.md");
                all.push(name);
            }
        }
    }
    for named in table.split('`').filter(|part| part.contains("::")) {
        assert!(
            all.contains(&format!("`{named}`")),
            "docs/validation.md names {named}"
        );
    }
}
