//! Memory: what is too large is refused with its size before any of it is taken, and what is not stays within what a dry
//! run foretells.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::bench::{assert_ends, behind, told};
use crate::fuzz::targets::root;
use crate::support::program::tool;

/// Users at places spread over the globe: `users` lines of a CSV.
fn users(users: usize) -> String {
    let mut csv = String::from("id,lat,lon,country,weight\n");
    let countries = ["DE", "US", "BR", "IN", "JP", "ZA", "FR", "AU"];
    for at in 0..users {
        // Golden angle: even over the sphere, within where people live.
        let lat = (1.0 - 2.0 * (at as f64 + 0.5) / users as f64).asin().to_degrees() * 0.8;
        let lon = (at as f64 * 137.507_764).rem_euclid(360.0) - 180.0;
        let country = countries[at % countries.len()];
        let _ = writeln!(csv, "u{at},{lat:.4},{lon:.4},{country},{}", 1 + at % 7);
    }
    csv
}

#[test]
fn a_scenario_too_large_is_refused_with_its_size_before_memory_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("users.csv"), users(60_000)).unwrap();
    let text = "input_replicates = 0\naudience.file = \"users.csv\"\n\
                regions = { providers = [\"aws\", \"azure\", \"gcp\"], sizes = [2] }\n";
    fs::write(folder.path().join("s.toml"), text).unwrap();
    let limits = format!("ulimit -v {}", 1 << 20);
    for command in ["search", "simulate"] {
        let placement = ["--placement", "eu-west-1,us-east-1"];
        let more = if command == "simulate" {
            &placement[..]
        } else {
            &[]
        };
        let args = [&[command, "s.toml", "--threads", "2", "--no-output"][..], more].concat();
        let output = behind(folder.path(), &limits, &args).output().unwrap();
        let says = [
            "60000 user groups x",
            "GiB, more than the limit of 8.0 GiB",
            "audience.min_users",
        ];
        assert_ends(&output, 3, &says);
        assert!(output.stdout.is_empty());
    }
}

/// Twelve thousand groups and the regions of one provider fit, but not who serves whom in each of ten thousand sets.
#[test]
fn more_sets_than_fit_are_refused_as_well() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("users.csv"), users(12_000)).unwrap();
    let text = "runs = 100\ninput_replicates = 0\naudience.file = \"users.csv\"\n\
                regions = { providers = [\"aws\"], sizes = [4] }\n";
    fs::write(folder.path().join("s.toml"), text).unwrap();
    let of = |top| ["search", "s.toml", "--top", top, "--no-output"];
    let mib = f64::from(1 << 20) / 1e6;
    assert!(foretold_mb(folder.path(), &of("10")) < 2.0 * 1024.0 * mib);
    assert!(foretold_mb(folder.path(), &of("10000")) > 8.0 * 1024.0 * mib);
    let limits = format!("ulimit -v {}", 1 << 20);
    let output = behind(folder.path(), &limits, &of("10000")).output().unwrap();
    let says = [
        "12000 user groups x",
        "and 10000 sets to report, need about",
        "fewer sets with `--top`",
    ];
    assert_ends(&output, 3, &says);
}

/// A search of some hundred groups, with its files and without: most of it is what every run takes.
#[test]
fn a_dry_run_foretells_an_ordinary_run() {
    let models = root().join("models");
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().to_str().unwrap();
    for model in ["01-worldwide-audience.toml", "04-active-active-aws.toml"] {
        for place in [&["--output", to][..], &["--no-output"]] {
            let args = [&["search", model, "--runs", "1000"][..], place].concat();
            assert_foretold(model, &models, &args);
        }
    }
}

#[test]
fn a_question_of_sites_too_large_is_refused_before_memory_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    // Edges among so many vertices would make 40 thousand million pairs.
    let edges = (0..200_000).fold(String::from("from,to,length\n"), |mut csv, at| {
        let _ = writeln!(csv, "v{at},v{},1", at + 1);
        csv
    });
    fs::write(folder.path().join("edges.csv"), edges).unwrap();
    let text = "[sites]\ngraph = \"edges.csv\"\nunit = \"km\"\ngoal = \"median\"\nopen = 2\n";
    fs::write(folder.path().join("s.toml"), text).unwrap();
    let limits = format!("ulimit -v {}", 1 << 20);
    let output = behind(folder.path(), &limits, &["search", "s.toml", "--no-output"])
        .output()
        .unwrap();
    let said = told(&output);
    assert!(matches!(output.status.code(), Some(2 | 3)), "{said}");
    assert!(said.contains("limit"), "{said}");
}

/// What a run told of the most memory that it held, as the system counts it, MB.
fn peak_mb(folder: &Path, args: &[&str]) -> f64 {
    let output = tool(folder).args(args).arg("-vv").output().unwrap();
    let said = told(&output);
    assert!(output.status.success(), "{said}");
    let peak = said
        .lines()
        .find_map(|line| line.strip_prefix("peak memory ")?.strip_suffix(" MB"));
    peak.and_then(|mb| mb.parse().ok())
        .unwrap_or_else(|| panic!("no peak in {said}"))
}

/// What a dry run foretells, MB.
fn foretold_mb(folder: &Path, args: &[&str]) -> f64 {
    let args = [args, &["--dry-run", "--format", "csv"]].concat();
    let output = tool(folder).args(&args).output().unwrap();
    let said = told(&output);
    assert!(output.status.success(), "{said}");
    let line = said.lines().find(|line| line.contains("memory"));
    let mut cells = line.unwrap_or_else(|| panic!("no memory in {said}")).split(',');
    cells.find_map(|cell| cell.trim().parse().ok()).unwrap()
}

/// Within what was foretold, and not so far below it that the foretelling says nothing.
fn assert_foretold(what: &str, folder: &Path, args: &[&str]) {
    let (foretold, peak) = (foretold_mb(folder, args), peak_mb(folder, args));
    println!("{what}: {foretold:.0} MB foretold, {peak:.0} MB at the peak");
    assert!(peak <= foretold, "{what}: {peak} MB of {foretold} MB");
    assert!(peak >= foretold / 4.0, "{what}: {peak} MB of {foretold} MB");
}

/// 10,000 users, 300 sites, and far more sets than a thousand.
#[test]
#[ignore = "takes minutes"]
fn long_sites() {
    let folder = tempfile::tempdir().unwrap();
    let place = |at: usize, of: f64| {
        let angle = at as f64 * 2.399_963;
        (
            (at as f64).sqrt() * angle.cos() / of.sqrt(),
            (at as f64).sqrt() * angle.sin() / of.sqrt(),
        )
    };
    let mut csv = String::from("user,weight");
    for site in 0..300 {
        let _ = write!(csv, ",s{site}");
    }
    for user in 0..10_000 {
        let (x, y) = place(user, 10_000.0);
        let _ = write!(csv, "\nu{user},{}", 1 + user % 9);
        for site in 0..300 {
            let (a, b) = place(site, 300.0);
            let _ = write!(csv, ",{}", ((x - a).hypot(y - b) * 100.0).round());
        }
    }
    fs::write(folder.path().join("costs.csv"), csv).unwrap();
    let text =
        "[sites]\nmatrix = \"costs.csv\"\nunit = \"ms\"\ngoal = \"median\"\nopen = [3, 10]\nsteps = 300\n";
    fs::write(folder.path().join("s.toml"), text).unwrap();
    assert_foretold(
        "10,000 users x 300 sites",
        folder.path(),
        &["search", "s.toml", "--output", "out"],
    );
}

/// 10,000 user groups, all regions, and a thousand sets reported.
#[test]
#[ignore = "takes minutes"]
fn long_regions() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("users.csv"), users(10_000)).unwrap();
    let text = "runs = 1000\ninput_replicates = 0\naudience.file = \"users.csv\"\n\
                regions = { providers = [\"aws\", \"azure\", \"gcp\", \"ibm\"], sizes = [2] }\n";
    fs::write(folder.path().join("s.toml"), text).unwrap();
    let args = ["search", "s.toml", "--top", "1000", "--no-output"];
    assert_foretold(
        "10,000 user groups x all regions x 1,000 sets",
        folder.path(),
        &args,
    );
}
