//! Results never take the place of what a run reads, whatever key or flag names it and wherever the run is started; and
//! what only has the same name is no input.

use std::fs;
use std::path::Path;

use super::bench::{assert_ends, files};
use crate::support::program::{run, tool};
use rust_xlsxwriter::Workbook;

const USERS: &str = "id,lat,lon,weight\na,48.9,2.4,3\nb,40.7,-74.0,1\n";
const COSTS: &str = "user,x,y\na,1,5\nb,4,2\n";

const TABLES: [(&str, &str); 9] = [
    ("users.csv", USERS),
    ("costs.csv", COSTS),
    ("weights.csv", "user,weight\na,2\nb,1\n"),
    ("opening.csv", "site,opening\nx,2\ny,1\n"),
    ("graph.csv", "from,to,length\na,b,3\nb,a,2\n"),
    (
        "square.csv",
        "from,eu-west-1,us-east-1\neu-west-1,0,70\nus-east-1,,0\n",
    ),
    (
        "edges.csv",
        "id,city,country,lat,lon\nown:par,Paris,FR,48.85,2.35\n",
    ),
    (
        "services.csv",
        "region,service\neu-west-1,queue\nus-east-1,queue\n",
    ),
    (
        "prices.csv",
        "item,region,to,name,unit,price,up_to\ninstance,*,,m7g.xlarge,USD/hour,0.125,\n",
    ),
];

/// What every scenario of regions here has in common.
const PLAN: &str = "runs = 100\ninput_replicates = 0\nobjective = \"mean\"\n\
    [[placement]]\nregions = [\"eu-west-1\"]\n\
    [regions]\ncandidates = [\"eu-west-1\", \"us-east-1\"]\nsizes = \"1\"\n";
const SITES: &str = "[sites]\nunit = \"km\"\ngoal = \"median\"\nopen = 1\n";

/// Keys that name a table, that table, and a scenario which reads it.
fn keys() -> Vec<(&'static str, String)> {
    let of_plan = |more: &str| format!("{PLAN}{more}");
    let of_sites = |more: &str| format!("{SITES}{more}");
    let built_in = "[audience]\nbuilt_in = \"eu\"\n";
    vec![
        ("users.csv", of_plan("[audience]\nfile = \"users.csv\"\n")),
        ("users.xlsx", of_plan("[audience]\nfile = \"users.xlsx#Users\"\n")),
        (
            "square.csv",
            of_plan(&format!("{built_in}[network]\nmatrix = \"square.csv\"\n")),
        ),
        (
            "services.csv",
            of_plan(&format!(
                "services = {{ file = \"services.csv\", required = [\"queue\"] }}\n{built_in}"
            )),
        ),
        (
            "prices.csv",
            of_plan(&format!(
                "{built_in}requests_per_second = 1000\n[cost]\nprices = \"prices.csv\"\n"
            )),
        ),
        (
            "edges.csv",
            of_plan(&format!(
                "{built_in}[cdn]\nhits = \"90%\"\nedges = \"edges.csv\"\n"
            )),
        ),
        ("costs.csv", of_sites("matrix = \"costs.csv\"\n")),
        ("costs.xlsx", of_sites("matrix = \"costs.xlsx#Costs\"\n")),
        (
            "weights.csv",
            of_sites("matrix = \"costs.csv\"\nweights = \"weights.csv\"\n"),
        ),
        (
            "opening.csv",
            of_sites("matrix = \"costs.csv\"\nopening = \"opening.csv\"\n")
                .replace("median", "fixed")
                .replace("open = 1\n", ""),
        ),
        ("graph.csv", of_sites("graph = \"graph.csv\"\n")),
    ]
}

/// A folder with the tables in its folder `b`, and there `s.toml` with this text.
fn place(scenario: &str) -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let below = place.path().join("b");
    fs::create_dir(&below).unwrap();
    for (name, text) in TABLES {
        fs::write(below.join(name), text).unwrap();
    }
    for (name, sheet, csv) in [("users.xlsx", "Users", USERS), ("costs.xlsx", "Costs", COSTS)] {
        let mut book = Workbook::new();
        let cells = book.add_worksheet().set_name(sheet).unwrap();
        for (row, line) in (0..).zip(csv.lines()) {
            for (column, text) in (0..).zip(line.split(',')) {
                match text.parse::<f64>() {
                    Ok(number) => cells.write_number(row, column, number).unwrap(),
                    Err(_) => cells.write_string(row, column, text).unwrap(),
                };
            }
        }
        book.save(below.join(name)).unwrap();
    }
    fs::write(below.join("s.toml"), scenario).unwrap();
    place
}

const REFUSED: [&str; 1] = ["is an input of this run and would be overwritten"];

/// Asks this in `folder`: that is refused, and nothing below `place` is changed.
fn assert_spared(place: &Path, folder: &Path, words: &[&str]) {
    let before = files(place);
    let output = run(folder, words);
    assert_ends(&output, 2, &REFUSED);
    assert!(files(place) == before, "{words:?} changes files");
}

#[test]
fn no_result_takes_the_place_of_a_table_whatever_key_names_it() {
    for (table, scenario) in keys() {
        let place = place(&scenario);
        let (above, below) = (place.path(), place.path().join("b"));
        let from_above = format!("b/{table}");
        assert_spared(
            above,
            above,
            &["search", "b/s.toml", "--no-output", "--export", &from_above],
        );
        assert_spared(
            above,
            &below,
            &["search", "s.toml", "--no-output", "--export", table],
        );
        // What lies here and is only called as the table is.
        fs::write(above.join(table), "of somebody else").unwrap();
        let output = run(
            above,
            &["search", "b/s.toml", "-q", "--no-output", "--export", table],
        );
        assert_ends(&output, 0, &[]);
    }
}

#[test]
fn no_command_takes_the_place_of_a_table() {
    let (_, scenario) = keys().remove(0);
    let place = place(&scenario);
    for command in ["search", "simulate", "drill", "sweep"] {
        for (from, scenario, table) in [("", "b/s.toml", "b/users.csv"), ("b", "s.toml", "users.csv")] {
            let mut words = vec![command, scenario, "--no-output", "--export", table];
            if command == "drill" {
                words.extend(["--lose-any", "1"]);
            }
            assert_spared(place.path(), &place.path().join(from), &words);
        }
    }
    let shard = ["--shard", "1/1", "--shard-file", "b/users.csv"];
    for command in ["search", "sweep"] {
        let words = [&[command, "b/s.toml"], shard.as_slice()].concat();
        assert_spared(place.path(), place.path(), &words);
    }
    // A scenario on stdin has its tables where we are.
    let below = place.path().join("b");
    let output = tool(&below)
        .args(["search", "-", "--no-output", "--export", "users.csv"])
        .stdin(fs::File::open(below.join("s.toml")).unwrap())
        .output()
        .unwrap();
    assert_ends(&output, 2, &REFUSED);
    assert_eq!(fs::read_to_string(below.join("users.csv")).unwrap(), USERS);
}

#[test]
fn a_merge_takes_the_place_of_no_table_and_no_shard() {
    let (_, scenario) = keys().remove(0);
    let place = place(&scenario);
    for command in ["search", "sweep"] {
        let output = run(
            place.path(),
            &[
                command,
                "b/s.toml",
                "-q",
                "--shard",
                "1/1",
                "--shard-file",
                "part.json",
            ],
        );
        assert_ends(&output, 0, &[]);
        for file in ["b/users.csv", "part.json"] {
            let words = ["merge", "part.json", "--no-output", "--export", file];
            assert_spared(place.path(), place.path(), &words);
        }
    }
}
