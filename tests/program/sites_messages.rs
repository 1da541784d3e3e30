//! What a reader is told of a question of sites that cannot be understood, or that no set answers.

use std::fs;
use std::path::Path;

use crate::support::program::run;
use isochrone::design::scenario::Scenario;
use isochrone::world::catalog::Catalog;

/// Checks the question `keys` with these files beside it, and compares what is said of it.
fn says(files: &[(&str, &str)], keys: &str, expected: &str) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let checked = Scenario::check_text("a.toml", keys, folder.path(), &[], &Catalog::embedded());
    let near = folder.path().display().to_string() + "/";
    let said: Vec<String> = checked
        .problems
        .iter()
        .map(|problem| {
            let hint = problem
                .hint
                .as_ref()
                .map_or(String::new(), |hint| format!("\n  {hint}"));
            format!("{problem}{hint}").replace(&near, "")
        })
        .collect();
    assert_eq!(said.join("\n"), expected.trim());
    assert!(checked.scenario.is_none() && checked.sites.is_none());
}

const GOOD: &str = "user,x,y\na,1,2\nb,3,4\n";

/// A question of one site of the matrix `m.csv`, with more keys.
fn with(keys: &str) -> String {
    format!("[sites]\nmatrix = \"m.csv\"\nunit = \"ms\"\ngoal = \"median\"\nopen = 1\n{keys}\n")
}

#[test]
fn what_is_missing_from_the_question_is_told_at_once() {
    says(
        &[],
        "[sites]\nopen = 2\n",
        r#"
a.toml:1:1: `sites` has no `unit`
  say what costs are counted in, such as unit = "ms", "km" or "USD"
a.toml:1:1: `sites` has no `goal`
  say "median", "center", "cover:150" or "fixed"
a.toml:1:1: `sites` has neither `matrix` nor `graph`
  say matrix = "costs.csv" or graph = "edges.csv"
"#,
    );
}

#[test]
fn what_belongs_to_a_scenario_has_no_place_beside_sites() {
    let keys = format!(
        "runs = 100\n{}[audience]\nbuilt_in = \"world\"\n",
        with("wieghts = \"u.csv\"")
    );
    says(
        &[("m.csv", GOOD)],
        &keys,
        r"
a.toml:1:1: `runs` has no place beside `sites`
  a file with [sites] is a question of its own: only `name`, `description`, `seed` and `allow_outside` stand beside it
a.toml:7:1: unknown key `wieghts`
  did you mean `weights`? known here: `matrix`, `graph`, `unit`, `weights`, `goal`, `open`, `opening`, `must`, `never`, `have`, `max_cost`, `missing`, `symmetric`, `steps`
a.toml:8:2: `audience` has no place beside `sites`
  a file with [sites] is a question of its own: only `name`, `description`, `seed` and `allow_outside` stand beside it
",
    );
}

#[test]
fn cells_that_are_no_costs_are_told_by_their_places() {
    says(
        &[(
            "m.csv",
            "user,weight,x,y\na,1,-1,NaN\nb,,1;5,\"1,5\"\na,2,inf,2\n",
        )],
        &with(""),
        r"
m.csv:2:5: the cost at site `x` must not be negative, found `-1`
  costs and weights are 0 or more
m.csv:2:8: the cost at site `y` must be a finite number, found `NaN`
  leave the cell blank where there is none
m.csv:3:3: the user has no weight
m.csv:3:4: the cost at site `x` must be a number, found `1;5`
  leave the cell blank where there is none
m.csv:3:8: the cost at site `y` must be a number, found `1,5`
  write decimals with a point
m.csv:4:1: user `a` stands in line 2 and again in line 4
  keep one of them; if they are two, give them two names
m.csv:4:5: the cost at site `x` must be a finite number, found `inf`
  leave the cell blank where there is none
",
    );
}

#[test]
fn pairs_without_a_cost_are_named_and_counted() {
    let hint = "  give each pair a cost, or say `missing = \"not allowed\"` if the user may not go there";
    says(
        &[("m.csv", "user,x,y\na,,2\nb,3,\nc,,\n")],
        &with(""),
        &format!(
            "
m.csv:1:1: 4 of 6 pairs have no cost, these and others
m.csv:2:3: user `a` has no cost at site `x`
{hint}
m.csv:3:5: user `b` has no cost at site `y`
{hint}
m.csv:4:3: user `c` has no cost at site `x`
{hint}
"
        ),
    );
    says(
        &[("m.csv", "user,site,cost\na,x,1\nb,y,2\na,x,3\n")],
        &with(""),
        "
m.csv:4:1: user `a` at site `x` stands in line 2 and again in line 4
  keep one of them
",
    );
}

#[test]
fn costs_that_differ_both_ways_name_both_cells() {
    says(
        &[("m.csv", "user,a,b\na,0,5\nb,6,0\n")],
        &with("symmetric = true"),
        "
m.csv:2:5: `a` to `b` costs 5, but `b` to `a` costs 6 (m.csv:3:3)
  make them the same, or leave `symmetric` out
",
    );
    says(
        &[("m.csv", GOOD)],
        &with("symmetric = true"),
        "
m.csv:1:1: `symmetric` asks for a user called `x` as the site is
m.csv:1:1: `symmetric` asks for a user called `y` as the site is
m.csv:2:3: `symmetric` asks for a site called `a` as the user is
m.csv:3:3: `symmetric` asks for a site called `b` as the user is
",
    );
}

#[test]
fn names_that_are_unknown_or_contradict_each_other_are_told() {
    let keys = "must = [\"x\", \"q\"]\nnever = [\"x\"]\nweights = \"u.csv\"\nopening = \"s.csv\"";
    let files = [
        ("m.csv", GOOD),
        ("u.csv", "user,weight\na,1\nz,2\na,3\n"),
        ("s.csv", "site,opening\nx,1\nw,2\n"),
    ];
    says(
        &files,
        &with(keys),
        "
a.toml:6:8: site `x` stands in `must` and in `never`
  take it out of one of them
a.toml:6:14: `must` names the site `q`, which is unknown
  known here: `x`, `y`
u.csv:3:1: user `z` is not in the costs
  known here: `a`, `b`
u.csv:4:1: user `a` stands in line 2 and again in line 4
  keep one of them
s.csv:3:1: site `w` is not in the costs
  known here: `x`, `y`
",
    );
    says(
        &[("m.csv", GOOD), ("u.csv", "user,weight\na,1\n")],
        &with("weights = \"u.csv\""),
        "
u.csv:1:1: user `b` has no weight
  say 0 for a user who does not count
",
    );
}

#[test]
fn numbers_of_sites_that_cannot_be_are_told() {
    let asks = |open: &str, more: &str, expected: &str| {
        let keys = with(more).replace("open = 1", open);
        says(&[("m.csv", GOOD)], &keys, expected);
    };
    asks(
        "open = 3",
        "",
        "a.toml:5:8: `open` asks for 3 sites, but there are 2",
    );
    asks(
        "open = \"1..9\"",
        "",
        "a.toml:5:8: `open` asks for 9 sites, but there are 2",
    );
    asks(
        "open = 0",
        "",
        "a.toml:5:8: 0 sites serve nobody\n  `open` starts at 1",
    );
    asks(
        "",
        "",
        "a.toml:1:1: `sites` does not say how many to `open`\n  say open = 5, or \"3..5\" for each of 3, 4 and 5",
    );
    let there = "a.toml:6:8: 1 site is there (`have`), and 1 in all are to be open\n  \
                 say how many there are to be in all: open = 2";
    asks("open = 1", "have = [\"x\"]", there);
}

#[test]
fn goals_and_limits_that_are_none_are_told() {
    says(
        &[("m.csv", GOOD)],
        &with("max_cost = -1").replace("\"median\"", "\"cover:far\""),
        r#"
a.toml:4:8: goal `cover:far` is unknown
  say "median", "center", "cover:150" or "fixed"
a.toml:6:12: `max_cost` must be 0 or more and finite, found -1
"#,
    );
    says(
        &[("m.csv", GOOD)],
        &with("").replace("\"median\"", "\"fixed\""),
        r#"
a.toml:1:1: goal "fixed" needs what opening costs
  say opening = "sites.csv", a table `site,opening`
"#,
    );
    let files = [("m.csv", GOOD), ("s.csv", "site,opening,capacity\nx,,3\n")];
    says(
        &files,
        &with("opening = \"s.csv\"").replace("\"median\"", "\"fixed\""),
        "
a.toml:6:11: site `x` and 1 more in `opening` without what opening it costs
  say 0 where it costs nothing
",
    );
}

fn search(folder: &Path, files: &[(&str, &str)], keys: &str) -> (Option<i32>, String) {
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
    fs::write(folder.join("a.toml"), keys).unwrap();
    let output = run(folder, &["search", "a.toml", "-q"]);
    assert!(output.stdout.is_empty() && !folder.join("output").exists());
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn where_there_is_no_set_the_limit_that_excludes_it_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let says = |files: &[(&str, &str)], keys: &str, expected: &str| {
        let (code, said) = search(folder.path(), files, keys);
        assert_eq!(code, Some(1), "{said}");
        assert_eq!(said.trim(), expected);
    };
    let matrix = [(
        "m.csv",
        "user,weight,x,y,z\na,3,100,500,900\nb,4,600,500,900\nc,5,700,900,900\n",
    )];
    says(
        &matrix,
        &with("max_cost = 400"),
        "error: no set of 1 site is feasible: 2 users have no site within 400 ms: `b`, `c`",
    );
    says(
        &matrix,
        &with("max_cost = 700\nnever = [\"x\"]"),
        "error: no set of 1 site is feasible: 1 user has no site within 700 ms but those that must not be open: `c`",
    );
    says(
        &matrix,
        &with("max_cost = 500")
            .replace("a.toml", "")
            .replace("max_cost = 500", "max_cost = 700\nmust = [\"y\"]"),
        "error: no set of 1 site is feasible: `max_cost` is 700 ms, and with 1 site the user worst off is at 900 ms at best",
    );
    says(
        &matrix,
        &with("must = [\"x\", \"y\"]"),
        "error: no set of 1 site is feasible: 2 sites must be open (`x`, `y`), and only 1 may be",
    );
    says(
        &matrix,
        &with("never = [\"x\", \"z\"]").replace("open = 1", "open = 2"),
        "error: no set of 2 sites is feasible: 2 sites are to be open, and only 1 may be: `never` or --exclude closes `x`, \
         `z`",
    );
    let apart = [("m.csv", "user,x,y\na,1,\nb,1,\nc,,2\n")];
    says(
        &apart,
        &with("missing = \"not allowed\""),
        "error: no set of 1 site is feasible: with 1 site somebody is left without one that they may go to: `x`, which \
         serves the most weight, leaves out 1 of 3 users: `c`",
    );
    let small = [matrix[0], ("s.csv", "site,capacity\nx,5\ny,4\nz,2\n")];
    says(
        &small,
        &with("opening = \"s.csv\"").replace("open = 1", "open = 2"),
        "error: no set of 2 sites is feasible: users weigh 12 in all, and the largest capacities of 2 sites sum up to 9",
    );
    let crowded = [matrix[0], ("s.csv", "site,capacity\nx,6\ny,6\nz,6\n")];
    says(
        &crowded,
        &with("opening = \"s.csv\"").replace("open = 1", "open = 2"),
        "error: no set of 2 sites is feasible: every set overloads a site; without capacities the best would be `x`, `y`, \
         where `x` would get 8 and can take 6",
    );
}

#[test]
fn flags_that_say_nothing_about_sites_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("m.csv"), GOOD).unwrap();
    fs::write(folder.path().join("a.toml"), with("")).unwrap();
    for flags in [
        &["--runs", "500"][..],
        &["--gate"],
        &["--chart", "cdf.svg"],
        &["--top", "3"],
        &["--race", "5000"],
        &["--max-p95", "10ms"],
        &["--rto", "5m"],
    ] {
        let output = run(
            folder.path(),
            &[&["search", "a.toml", "--no-output"], flags].concat(),
        );
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{flags:?}: {said}");
        assert!(said.contains("says nothing about which sites to open"), "{said}");
    }
}
