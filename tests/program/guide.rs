//! The guide: every command of it is run, in order, in a folder of its own for each page, and what stands below it as
//! output must be in what was said.
//!
//! In the Markdown of a page, a fenced block is
//!
//! - a file to write, where its fence says `toml NAME`, or `csv`, `txt` or `json` in place of it;
//! - commands, where it says `sh`; lines go through a shell, and each must succeed;
//! - output of the commands before it, where it says `text`: each of its lines must be in it, runs of blanks aside.

#![allow(
    clippy::unwrap_used,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "a test may fail, and names are ours"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Pages whose commands are run elsewhere, and where.
const RUN_ELSEWHERE: [(&str, &str); 7] = [
    (
        "validation.md",
        "made by a command of its own; tests/known holds its rows",
    ),
    ("long-runs.md", "written by docs/long-run.sh"),
    ("mutants.md", "docs/mutants.sh, on demand"),
    (
        "beyond-one-machine.md",
        ".ci/slurm.sh and tests/program/shards.rs",
    ),
    ("reference.md", "no commands; below"),
    ("README.md", "no commands"),
    ("gallery.md", "made by a command of its own"),
];

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// Pages of the guide by their path below `docs`, those of folders included.
fn pages() -> Vec<String> {
    let mut pages = Vec::new();
    for folder in ["", "how-to"] {
        for entry in fs::read_dir(docs().join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if name.ends_with(".md") {
                pages.push(Path::new(folder).join(name).to_string_lossy().into_owned());
            }
        }
    }
    pages.sort();
    pages
}

/// Fenced blocks: what the fence says, and what is in it.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in page.lines() {
        if let Some(info) = line.strip_prefix("```") {
            match open.take() {
                Some(block) => blocks.push(block),
                None => open = Some((info.trim().to_owned(), String::new())),
            }
        } else if let Some((_, body)) = &mut open {
            body.push_str(line);
            body.push('\n');
        }
    }
    blocks
}

/// Runs of blanks count as one.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What one line of a page says, both streams together.
fn run(line: &str, folder: &Path) -> (bool, String) {
    let tool = Path::new(env!("CARGO_BIN_EXE_isochrone"));
    let path = std::env::var("PATH").unwrap();
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", tool.parent().unwrap().display()))
        .env("ISOCHRONE_CONFIG", "none")
        .env("NO_COLOR", "1")
        .env("COLUMNS", "240")
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

/// Runs a page; every fault of it.
fn faults(page: &str, text: &str, folder: &Path) -> Vec<String> {
    let mut faults = Vec::new();
    let mut said = String::new();
    for (info, body) in blocks(text) {
        let words: Vec<&str> = info.split_whitespace().collect();
        match words[..] {
            ["toml" | "csv" | "txt" | "json", name] => fs::write(folder.join(name), body).unwrap(),
            ["sh"] => {
                said.clear();
                for line in body.lines() {
                    let (done, output) = run(line, folder);
                    if !done {
                        faults.push(format!("{page}: `{line}` failed:\n{output}"));
                    }
                    said.push_str(&output);
                }
            }
            ["text"] => {
                let told = flat(&said);
                let missing = body.lines().filter(|line| !told.contains(&flat(line)));
                faults.extend(missing.map(|line| format!("{page}: no `{line}` in:\n{said}")));
            }
            _ => {}
        }
    }
    faults
}

fn run_pages(wanted: impl Fn(&str) -> bool) {
    let mut tried = 0;
    for page in pages() {
        if RUN_ELSEWHERE.iter().any(|(name, _)| *name == page) || !wanted(&page) {
            continue;
        }
        let text = fs::read_to_string(docs().join(&page)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let faults = faults(&page, &text, folder.path());
        assert!(faults.is_empty(), "{}", faults.join("\n\n"));
        tried += 1;
    }
    assert!(tried > 0);
}

#[test]
fn the_tutorial_does_what_it_says() {
    run_pages(|page| page == "tutorial.md");
}

#[test]
fn the_how_tos_do_what_they_say() {
    run_pages(|page| page.starts_with("how-to"));
}

#[test]
fn the_other_pages_do_what_they_say() {
    run_pages(|page| page != "tutorial.md" && !page.starts_with("how-to"));
}

#[test]
fn a_page_that_says_what_is_not_so_fails() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = "```sh\nisochrone check nothing.toml\n```\n\n```text\nno such words\n```\n";
    assert_eq!(faults("wrong.md", wrong, folder.path()).len(), 2);
}

/// The tour of the README, on a small scenario: fewer draws and fewer users than `init` writes.
#[test]
fn the_tour_of_the_readme_runs() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let readme = fs::read_to_string(docs().join("../README.md")).unwrap();
    let tour = readme.split("## A two-minute tour").nth(1).unwrap();
    let tour = tour.split("\n## ").next().unwrap();
    for (name, text) in TOUR_FILES {
        fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
        fs::write(folder.join(name), text).unwrap();
    }
    let lines: Vec<String> = blocks(tour)
        .into_iter()
        .flat_map(|block| lines(&block.1))
        .collect();
    assert!(lines.len() > 15, "{lines:?}");
    for line in lines {
        let (done, output) = run(&line, folder);
        assert!(done, "`{line}` failed:\n{output}");
        if line.starts_with("isochrone init") {
            let plan = fs::read_to_string(folder.join("plan.toml")).unwrap();
            let small = plan
                .replace("runs = 10000 ", "runs = 200 ")
                .replace("input_replicates = 200", "input_replicates = 20")
                .replace("min_users = 1000000 ", "min_users = 20000000 ");
            assert_ne!(plan, small);
            fs::write(folder.join("plan.toml"), small).unwrap();
        }
        if line.starts_with("isochrone search plan.toml --size 2..3") {
            let report = folder.join("output/plan/report.json");
            for name in ["before.json", "after.json"] {
                fs::copy(&report, folder.join(name)).unwrap();
            }
        }
    }
}

fn lines(body: &str) -> Vec<String> {
    body.lines().map(str::to_owned).collect()
}

/// What the reader of the tour is supposed to have.
const TOUR_FILES: [(&str, &str); 6] = [
    ("my-tables/regions.csv", include_str!("../../data/regions.csv")),
    ("ping.txt", include_str!("../cmd/import.in/ping.txt")),
    (
        "pings.csv",
        "rtt_ms\n31.2\n29.8\n33.1\n30.4\n45.0\n30.9\n31.7\n62.3\n",
    ),
    (
        "own.csv",
        "from,to,p50_ms,p90_ms\nberlin-de,eu-west-1,36,48\nBR,us-east-1,140,190\neu-west-1,us-east-1,70,72\n",
    ),
    (
        "sites.toml",
        "[sites]\nmatrix = \"costs.csv\"\nunit = \"ms\"\ngoal = \"median\"\nopen = \"1..2\"\n",
    ),
    (
        "costs.csv",
        "user,north,south,east\na,10,30,20\nb,25,5,30\nc,18,22,6\n",
    ),
];

/// `docs/reference.md` is what the types say.
#[test]
fn the_reference_is_up_to_date() {
    let kept = fs::read_to_string(docs().join("reference.md")).unwrap();
    let made = isochrone::design::scenario::reference_markdown();
    assert!(
        kept == made,
        "docs/reference.md is out of date: isochrone schema scenario --markdown > docs/reference.md"
    );
}

/// Links from page to page lead somewhere.
#[test]
fn links_of_the_guide_lead_to_files() {
    let mut followed = 0;
    let readme = docs().join("../README.md");
    let all = pages().into_iter().map(|page| docs().join(page)).chain([readme]);
    for page in all {
        let text = fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1) {
            let target = link.split([')', '#']).next().unwrap();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            let path = page.parent().unwrap().join(target);
            assert!(path.exists(), "{} links to {target}", page.display());
            followed += 1;
        }
    }
    assert!(followed > 20, "{followed}");
}

/// Models without a picture, and why.
const WITHOUT_PICTURE: [&str; 1] = ["21-own-sites"];

#[test]
fn every_model_has_its_picture_in_the_gallery() {
    let page = fs::read_to_string(docs().join("gallery.md")).unwrap();
    let mut shown = 0;
    for entry in fs::read_dir(docs().join("../models")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        if path.extension().is_none_or(|it| it != "toml") || WITHOUT_PICTURE.contains(&name) {
            continue;
        }
        let picture = fs::read(docs().join("gallery").join(format!("{name}.png"))).unwrap();
        assert!(picture.starts_with(b"\x89PNG") && picture.len() > 4_000, "{name}");
        assert!(page.contains(&format!("(gallery/{name}.png)")), "{name}");
        shown += 1;
    }
    assert_eq!(shown, page.matches(".png)").count());
}
