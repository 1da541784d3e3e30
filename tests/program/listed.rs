//! Which rows of a search are ranks among all that were found, and which stand there for another reason.

use std::fs;

use crate::support::program::{run, stderr, tool};

const WORLD: &str = r#"
runs = 100
input_replicates = 0
[audience]
at_regions = ["eu-west-1", "us-east-1", "ap-southeast-1"]
requests_per_second = 100
[regions]
candidates = ["eu-west-1", "eu-central-1", "us-east-1", "us-west-2", "ap-southeast-1"]
sizes = "1..3"
[request]
service = "20ms"
[network]
access = false
spread = false
jitter = false
[[placement]]
name = "today"
regions = ["eu-central-1"]
[baseline]
regions = ["eu-central-1"]
"#;

fn searched(top: &str, format: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.toml"), WORLD).unwrap();
    let args = [
        "search",
        "a.toml",
        "--top",
        top,
        "--format",
        format,
        "--no-output",
        "-q",
    ];
    let output = run(folder.path(), &args);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_rank_is_the_rank_among_all_sets_or_there_is_none() {
    let report = |top: &str| -> serde_json::Value { serde_json::from_str(&searched(top, "json")).unwrap() };
    let (all, few) = (report("1000"), report("2"));
    let sets = |report: &serde_json::Value| report["sets"].as_array().unwrap().clone();
    // All 25 sets of one to three regions are ranked where all are kept.
    assert_eq!(sets(&all).len(), 25);
    assert!(sets(&all).iter().all(|set| set.get("listed_for").is_none()));
    let mut reasons = Vec::new();
    for set in sets(&few) {
        let same = sets(&all)
            .into_iter()
            .find(|it| it["regions"] == set["regions"])
            .unwrap();
        match set.get("listed_for") {
            None => assert_eq!(set["rank"], same["rank"], "{}", set["name"]),
            Some(reason) => reasons.push(reason.as_str().unwrap().to_owned()),
        }
    }
    assert_eq!(reasons, ["best_of_size", "best_of_size", "baseline"]);

    let csv = searched("2", "csv");
    let ranks = |name: &str| -> Vec<String> {
        let rows = csv.lines().filter(|line| line.starts_with(name));
        rows.map(|line| line.split(',').nth(2).unwrap().to_owned())
            .collect()
    };
    assert!(ranks("eu-central-1,").iter().all(String::is_empty) && !ranks("eu-central-1,").is_empty());
    let table = searched("2", "table");
    let today = table
        .lines()
        .find(|line| line.contains(" eu-central-1  "))
        .unwrap();
    assert!(today.trim_start().starts_with('–'), "{table}");
    assert!(
        table.contains("listed for another reason (best of its size, baseline)"),
        "{table}"
    );
}

#[test]
fn a_mistake_in_a_flag_is_told_of_the_flag() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.toml"), WORLD).unwrap();
    let said = |args: &[&str]| stderr(&run(folder.path(), args));
    let text = said(&["search", "a.toml", "--size", "7", "--no-output"]);
    assert!(
        text.contains("--size 7:1:8: a set of 7 regions is larger than the 5 candidates")
            && text.contains("1 | --size 7\n  |        ^"),
        "{text}"
    );
    let text = said(&["search", "a.toml", "--set", "regions.sizes=7", "--no-output"]);
    assert!(text.contains("--set regions.sizes=7:1:15"), "{text}");
}

#[test]
fn one_question_about_a_region_is_one_line_and_the_report_is_in_files() {
    let folder = tempfile::tempdir().unwrap();
    let plan = format!("{WORLD}[capacity]\nservers = 10\n");
    fs::write(
        folder.path().join("a.toml"),
        plan.replace("[baseline]\nregions = [\"eu-central-1\"]\n", ""),
    )
    .unwrap();
    let told = |args: &[&str]| {
        let output = tool(folder.path())
            .arg("capacity")
            .arg("a.toml")
            .args(args)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let line = told(&["--region", "eu-central-1", "--no-output"]);
    assert!(
        line.starts_with("aws:eu-central-1 in normal times") && line.lines().count() == 1,
        "{line}"
    );
    let whole = told(&["--region", "eu-central-1", "--no-output", "--format", "markdown"]);
    assert!(
        whole.lines().count() > 20 && whole.contains("## Question"),
        "{whole}"
    );
    // All hours of a level demand are alike.
    let table = told(&["--no-output"]);
    assert!(
        table.contains("every hour alike") && table.contains("every hour  ") && !table.contains("00:00"),
        "{table}"
    );
}
