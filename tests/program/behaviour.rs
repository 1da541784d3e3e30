//! What a session cannot show: pipes, files, signals, and the examples of every help text.

#[path = "../../examples/in_code.rs"]
mod in_code;

#[path = "../../examples/search.rs"]
mod search_in_code;

#[allow(dead_code, reason = "a test says where to write")]
#[path = "../../examples/simulate.rs"]
mod simulate_in_code;

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::program::{run, stderr, tool};
use clap::CommandFactory;
use isochrone::cli::args::Cli;

/// A run ends after seconds; one that has not ended by now hangs.
const PATIENCE: Duration = Duration::from_mins(1);

/// A folder with a scenario of fixed latencies, which takes no time.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd/run.in/fixed.toml");
    fs::copy(scenario, folder.path().join("fixed.toml")).unwrap();
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let folder = folder();
    let mut child = tool(folder.path())
        .args(["regions", "list", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut complaint = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut complaint)
        .unwrap();
    assert_eq!((child.wait().unwrap().code(), complaint.as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_stdout_is_an_error() {
    let folder = folder();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let status = tool(folder.path())
        .arg("regions")
        .stdout(full)
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(3));
}

#[test]
fn a_run_writes_the_usual_results_and_nothing_half_written() {
    let folder = folder();
    let output = run(folder.path(), &["search", "fixed.toml"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let written = names(&folder.path().join("output/fixed"));
    for name in [
        "report.json",
        "report.csv",
        "report.md",
        "report.html",
        "plan.xlsx",
        "cdf.svg",
        "cdf.png",
        "size-curve.svg",
    ] {
        assert!(written.iter().any(|it| it == name), "{name} not in {written:?}");
        assert!(stderr(&output).contains(name), "{name} is not announced");
    }
    assert!(written.iter().all(|name| !name.starts_with('.')), "{written:?}");
}

/// A browser that writes down what it was given.
#[cfg(unix)]
fn browser(folder: &Path) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join("browser");
    fs::write(&path, "#!/bin/sh\nprintf '%s' \"$1\" > opened\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[cfg(unix)]
#[test]
fn view_writes_the_page_beside_the_report_and_hands_it_to_the_browser() {
    let folder = folder();
    run(
        folder.path(),
        &[
            "simulate",
            "fixed.toml",
            "-q",
            "--no-output",
            "--export",
            "plan.json",
        ],
    );
    let view = |args: &[&str], browser: &Path| {
        let mut command = tool(folder.path());
        command.arg("view").args(args).env("BROWSER", browser);
        command.output().unwrap()
    };
    let browser = browser(folder.path());
    let output = view(&["plan.json"], &browser);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(output.stdout.is_empty() && stderr(&output).contains("wrote plan.html"));
    let opened = fs::read_to_string(folder.path().join("opened")).unwrap();
    assert!(
        Path::new(&opened).is_absolute() && opened.ends_with("plan.html"),
        "{opened}"
    );
    let page = fs::read_to_string(folder.path().join("plan.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.contains("both"));

    fs::remove_file(folder.path().join("opened")).unwrap();
    // A file that was asked for is written and not opened.
    let output = view(&["plan.json", "-o", "other.html"], &browser);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        fs::read_to_string(folder.path().join("other.html")).unwrap(),
        page
    );
    assert!(!folder.path().join("opened").exists());

    view(&["plan.json", "--no-open"], &browser);
    assert!(!folder.path().join("opened").exists());

    let output = view(&["plan.json"], Path::new("/nowhere/browser"));
    assert_eq!(output.status.code(), Some(0), "the page is there all the same");
    assert!(
        stderr(&output).contains("open plan.html yourself"),
        "{}",
        stderr(&output)
    );

    let output = view(&["plan.json", "-o", "plan.md"], &browser);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("a browser needs a page"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn flags_decide_where_results_go() {
    let folder = folder();
    run(folder.path(), &["simulate", "fixed.toml", "--no-output"]);
    run(
        folder.path(),
        &[
            "simulate",
            "fixed.toml",
            "--export",
            "plan.json",
            "--chart",
            "cdf=latency.svg",
        ],
    );
    assert_eq!(names(folder.path()), ["fixed.toml", "latency.svg", "plan.json"]);
    run(folder.path(), &["simulate", "fixed.toml", "--output", "results"]);
    assert!(folder.path().join("results/fixed/report.json").exists());
}

#[test]
fn an_unwritable_target_is_found_before_the_run_and_the_old_file_stays() {
    let folder = folder();
    fs::create_dir(folder.path().join("report.json")).unwrap();
    fs::write(folder.path().join("plan.csv"), "old").unwrap();
    let args = [
        "simulate",
        "fixed.toml",
        "--export",
        "plan.csv",
        "--export",
        "report.json",
    ];
    let output = run(folder.path(), &args);
    assert_eq!(output.status.code(), Some(3));
    assert!(output.stdout.is_empty(), "it ran first");
    assert!(
        stderr(&output).contains("`report.json`: it is a folder"),
        "{}",
        stderr(&output)
    );
    assert_eq!(fs::read(folder.path().join("plan.csv")).unwrap(), b"old");
    assert_eq!(names(folder.path()), ["fixed.toml", "plan.csv", "report.json"]);
}

#[test]
fn stdout_holds_data_and_nothing_else() {
    let folder = folder();
    let output = run(
        folder.path(),
        &["search", "fixed.toml", "--format", "json", "--export", "-"],
    );
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["command"], "search");
    assert_eq!(names(folder.path()), ["fixed.toml"]);
}

#[test]
fn threads_and_environment_change_no_byte_of_a_report() {
    let folder = folder();
    let mut reports = Vec::new();
    for threads in ["1", "2", "8"] {
        let args = [
            "--threads",
            threads,
            "search",
            "fixed.toml",
            "--format",
            "json",
            "--no-output",
        ];
        let output = tool(folder.path())
            .args(args)
            .env("ISOCHRONE_THREADS", "3")
            .env("TZ", "Asia/Tokyo")
            .output();
        reports.push(output.unwrap().stdout);
    }
    assert!(!reports[0].is_empty());
    assert!(reports.iter().all(|report| *report == reports[0]));
}

/// Every kernel at work: estimated paths, jitter, classes behind a CDN, losses, queues, costs.
const SMALL: &str = r#"
name = "Small"
seed = 7
runs = 200
input_replicates = 12
[audience]
countries = ["DE", "BR", "IN"]
min_users = 6e6
requests_per_second = 400
[regions]
candidates = ["eu-central-1", "sa-east-1", "ap-south-1", "us-east-1"]
sizes = "1..2"
[request]
round_trips = 2
service = { log_normal = { p50 = "12ms", p95 = "40ms" } }
[baseline]
regions = ["us-east-1"]
[[placement]]
name = "two"
regions = ["eu-central-1", "sa-east-1"]
[demand]
start = "2027-01"
[capacity]
max_utilisation = "70%"
[cost]
instance = "m7g.xlarge"
answer_bytes = "20 KB"
"#;

const CLASSES: &str = r#"
[cdn]
hits = "80%"
[[class]]
name = "read"
kind = "static"
share = "70%"
via = "cdn"
bytes = "60 KB"
connection = { protocol = "tls1.3", reuse = "70%", loss = "1%" }
[[class]]
name = "call"
kind = "read"
share = "30%"
service = "20ms"
connection = { protocol = "tls1.2", reuse = "50%" }
"#;

/// The same classes in place of the simple request.
fn small_with_classes() -> String {
    let (head, rest) = SMALL.split_once("[request]").unwrap();
    let (_, rest) = rest.split_once("[baseline]").unwrap();
    let (rest, _) = rest.split_once("[demand]").unwrap();
    format!("{head}[baseline]{rest}{CLASSES}")
}

/// Threads and the width of registers, none of which may change a byte.
const MACHINES: [(&str, &str); 5] = [
    ("1", "scalar"),
    ("2", "narrow"),
    ("3", "widest"),
    ("7", "scalar"),
    ("16", "widest"),
];

#[test]
fn no_byte_depends_on_threads_or_on_the_width_of_registers() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("small.toml"), SMALL).unwrap();
    fs::write(folder.path().join("classes.toml"), small_with_classes()).unwrap();
    for [command, scenario] in [
        ["search", "small.toml"],
        ["drill", "small.toml"],
        ["capacity", "small.toml"],
        ["simulate", "classes.toml"],
    ] {
        let reports = MACHINES.map(|(threads, registers)| {
            let output = tool(folder.path())
                .args([
                    command,
                    scenario,
                    "--format",
                    "json",
                    "--no-output",
                    "--threads",
                    threads,
                ])
                .env("ISOCHRONE_REGISTERS", registers)
                .output()
                .unwrap();
            assert_eq!(output.status.code(), Some(0), "{command}: {}", stderr(&output));
            output.stdout
        });
        for (report, (threads, registers)) in reports.iter().zip(MACHINES) {
            assert!(
                *report == reports[0],
                "{command} differs on {threads} threads, {registers}"
            );
        }
        let report: serde_json::Value = serde_json::from_slice(&reports[0]).unwrap();
        let p95 = &report["sets"][0]["latency"]["p95_ms"];
        assert!(p95["std_error"].as_f64().unwrap() > 0.0, "{command} drew nothing");
    }
}

#[test]
fn a_width_of_registers_that_is_none_is_refused() {
    let folder = folder();
    let output = tool(folder.path())
        .args(["check", "fixed.toml"])
        .env("ISOCHRONE_REGISTERS", "huge")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("ISOCHRONE_REGISTERS is `huge`"),
        "{}",
        stderr(&output)
    );
}

/// The examples of the library run, and write what they say.
#[test]
fn the_examples_of_the_library_run() {
    in_code::main().unwrap();
    search_in_code::main().unwrap();
    let folder = tempfile::tempdir().unwrap();
    simulate_in_code::run(folder.path()).unwrap();
    assert!(names(folder.path()).contains(&"report.xlsx".to_owned()));
}

#[test]
fn two_things_of_two_kinds_are_not_compared() {
    let folder = folder();
    let exported = run(
        folder.path(),
        &["simulate", "fixed.toml", "--export", "report.json", "-q"],
    );
    assert_eq!(exported.status.code(), Some(0));
    fs::write(folder.path().join("times.csv"), "from,to,rtt_ms\na,b,3\n").unwrap();
    for [old, new, what] in [
        [
            "report.json",
            "embedded",
            "a report and `embedded` is a set of data tables",
        ],
        [
            "times.csv",
            "report.json",
            "a file of measurements and `report.json` is a report",
        ],
    ] {
        let output = run(folder.path(), &["diff", old, new]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(what), "{}", stderr(&output));
    }
    let nothing = run(folder.path(), &["diff", "embedded", "."]);
    assert!(
        stderr(&nothing).contains("holds none of the data tables"),
        "{}",
        stderr(&nothing)
    );
}

#[test]
fn data_that_got_worse_end_with_a_code_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let prices = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/prices/instances.csv");
    let text = fs::read_to_string(prices).unwrap();
    let dearer = text.replace("aws:eu-west-1,m7g.xlarge,0.1819", "aws:eu-west-1,m7g.xlarge,0.2");
    fs::create_dir_all(folder.path().join("tables/prices")).unwrap();
    fs::write(folder.path().join("tables/prices/instances.csv"), dearer).unwrap();
    let code = |args: &[&str]| run(folder.path(), args).status.code();
    assert_eq!(code(&["diff", "embedded", "tables", "--fail-if-worse"]), Some(1));
    assert_eq!(code(&["diff", "tables", "embedded", "--fail-if-worse"]), Some(0));
    assert_eq!(code(&["diff", "embedded", "tables"]), Some(0));
}

#[test]
fn old_data_are_warned_of_once_and_the_day_is_an_input() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("small.toml"), small_with_classes()).unwrap();
    let of = |more: &[&str]| {
        let args = [
            &["simulate", "small.toml", "--format", "json", "--no-output"],
            more,
        ]
        .concat();
        let output = run(folder.path(), &args);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (stderr(&output), report)
    };
    let (told, report) = of(&[]);
    assert_eq!(told.matches("warning: old data: landmark").count(), 1, "{told}");
    let ages = &report["provenance"]["ages"];
    assert_eq!(
        (&ages["as_of"], &ages["given"]),
        (&"2026-11-01".into(), &false.into())
    );
    let (told, report) = of(&["--as-of", "2021-01-01"]);
    assert!(!told.contains("old data"), "{told}");
    assert_eq!(report["provenance"]["ages"]["as_of"], "2021-01-01");
    let assumed = report["assumptions"].as_array().unwrap();
    assert!(assumed.iter().any(|it| it["what"] == "age of the data"));
    let (told, _) = of(&["-q"]);
    assert_eq!(told, "");
}

#[test]
fn a_random_seed_is_told_and_gives_the_same_report_again() {
    let folder = folder();
    let args = |seed: &'static str| {
        [
            "simulate",
            "fixed.toml",
            "--seed",
            seed,
            "--export",
            "a.json",
            "-q",
        ]
    };
    assert_eq!(run(folder.path(), &args("random")).status.code(), Some(0));
    let first = fs::read(folder.path().join("a.json")).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&first).unwrap();
    let seed = report["provenance"]["seed"].as_u64().unwrap().to_string();
    run(
        folder.path(),
        &[
            "simulate",
            "fixed.toml",
            "--seed",
            &seed,
            "--export",
            "a.json",
            "-q",
        ],
    );
    assert_eq!(fs::read(folder.path().join("a.json")).unwrap(), first);
}

#[test]
fn a_scenario_may_come_by_stdin() {
    let folder = folder();
    let file = fs::File::open(folder.path().join("fixed.toml")).unwrap();
    let output = tool(folder.path())
        .args(["simulate", "-", "--no-output"])
        .stdin(file)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn colour_comes_only_when_it_is_asked_for() {
    let folder = folder();
    let plain = run(folder.path(), &["regions", "show", "nowhere"]);
    assert!(!stderr(&plain).contains('\u{1b}'));
    let coloured = run(
        folder.path(),
        &["--color", "always", "regions", "show", "nowhere"],
    );
    assert!(stderr(&coloured).contains('\u{1b}'));
}

#[test]
fn a_configuration_is_taken_from_the_folder_and_flags_win() {
    let folder = folder();
    fs::write(folder.path().join("isochrone.toml"), "format = \"csv\"\n").unwrap();
    let regions = |args: &[&str]| {
        let output = tool(folder.path())
            .env_remove("ISOCHRONE_CONFIG")
            .args(args)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(regions(&["regions"]).starts_with("region,city,"));
    assert!(regions(&["regions", "--format", "markdown"]).starts_with("| region |"));
    assert!(regions(&["--config", "none", "regions"]).starts_with("region "));
}

/// Every file below `folder` but the scenarios, by its path.
fn files_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for name in names(folder) {
        let path = folder.join(&name);
        if path.is_dir() {
            found.push(format!("{name}/"));
            found.extend(files_below(&path).iter().map(|below| format!("{name}/{below}")));
        } else if path.extension().is_none_or(|end| end != "toml") {
            found.push(name);
        }
    }
    found
}

#[test]
fn a_search_that_finds_nothing_leaves_nothing() {
    let folder = folder();
    let output = run(folder.path(), &["search", "fixed.toml", "--max-p95", "1ms"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("the nearest miss is 4 ms, of both"));
    assert_eq!(files_below(folder.path()), [""; 0]);
    // A folder that was there stays, and so does what is in it.
    fs::create_dir_all(folder.path().join("output/fixed")).unwrap();
    fs::write(folder.path().join("output/old.txt"), "old").unwrap();
    run(folder.path(), &["search", "fixed.toml", "--max-p95", "1ms"]);
    assert_eq!(
        files_below(folder.path()),
        ["output/", "output/fixed/", "output/old.txt"]
    );
}

#[test]
fn a_saved_report_is_compared_without_a_run() {
    let folder = folder();
    run(
        folder.path(),
        &["search", "fixed.toml", "--export", "all.json", "-q"],
    );
    let json = |args: &[&str]| -> serde_json::Value {
        let output = run(folder.path(), args);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    // By name, by regions in any order; the best of the whole search is not among them, so nothing is paired.
    let args = [
        "compare",
        "all.json",
        "--placement",
        "one",
        "--placement",
        "aws:sa-east-1,us-east-1",
    ];
    let compared = json(&[&args[..], &["--baseline", "us-east-1", "--format", "json"]].concat());
    let sets = compared["sets"].as_array().unwrap();
    assert_eq!((sets.len(), &compared["baseline"]), (3, &2.into()));
    assert_eq!(sets[0]["versus_baseline"]["unpaired"], true);
    // 36 ms from Ireland alone, 37 ms from Virginia.
    assert_eq!(sets[0]["versus_baseline"]["mean_ms"]["figure"]["value"], -1.0);
    assert!(
        files_below(folder.path()) == ["all.json"],
        "it wrote files unasked"
    );
    let said = run(folder.path(), &args);
    let table = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(
        table.contains("1 of 1 differences are not paired: the report keeps no draws"),
        "{table}"
    );
    let paired = run(folder.path(), &["compare", "all.json"]);
    assert!(!String::from_utf8_lossy(&paired.stdout).contains("not paired"));
}

#[test]
fn the_sets_of_a_saved_report_are_run_beside_those_of_a_scenario() {
    let folder = folder();
    run(
        folder.path(),
        &["search", "fixed.toml", "--export", "all.json", "-q"],
    );
    let output = run(
        folder.path(),
        &[
            "compare",
            "fixed.toml",
            "all.json",
            "--no-output",
            "--format",
            "json",
        ],
    );
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let sets = report["sets"].as_array().unwrap();
    let names: Vec<&str> = sets.iter().map(|set| set["name"].as_str().unwrap()).collect();
    assert_eq!((names.len(), &names[..2]), (6, &["one", "both"][..]));
    assert!(
        sets.iter()
            .all(|set| set["versus_best"].get("unpaired").is_none())
    );
    let inputs = report["provenance"]["inputs"].as_array().unwrap();
    assert!(inputs.iter().any(|input| input["name"] == "all.json"));
}

#[test]
fn a_saved_report_refuses_what_only_a_run_can_do() {
    let folder = folder();
    run(
        folder.path(),
        &["search", "fixed.toml", "--export", "all.json", "-q"],
    );
    for (args, complaint) in [
        (&["--runs", "500"][..], "--runs means nothing to a saved report"),
        (
            &["--placement", "two", "--placement", "one"],
            "`all.json` has no set `two`",
        ),
        (
            &["--placement", "one"],
            "at least 2 sets of regions are needed, found 1",
        ),
        (
            &["--placement", "one", "--placement", "eu-west-1"],
            "the set `one` is named twice",
        ),
    ] {
        let output = run(folder.path(), &[&["compare", "all.json"], args].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(complaint), "{}", stderr(&output));
    }
}

#[cfg(unix)]
mod ctrl_c {
    use super::*;
    use crate::support::program::press;
    use std::io::{BufRead, BufReader};
    use std::process::Child;

    /// The whole world, larger than anybody waits for.
    const LONG: &str =
        "runs = 1_000_000\n[audience]\nbuilt_in = \"world\"\n[baseline]\nregions = [\"us-east-1\"]\n";

    /// Few user groups and draws, but more input errors than anybody waits for.
    const LONG_JUDGEMENT: &str = "runs = 200\ninput_replicates = 100_000\n[audience]\ncountries = [\"DE\", \"FR\", \"US\", \"BR\", \"IN\"]\n\
        [[placement]]\nname = \"a\"\nregions = [\"eu-west-1\"]\n[[placement]]\nname = \"b\"\nregions = [\"us-east-1\"]\n";

    /// Few draws, and sets without end.
    const LONG_SEARCH: &str = "runs = 100\nobjective = \"p95\"\n[audience]\nbuilt_in = \"world\"\n[regions]\n\
        providers = [\"aws\"]\nsizes = \"3..8\"\n";

    /// Few draws, and sizes without end, none of which can be scored in full.
    const LONG_SIZES: &str = "runs = 100\ninput_replicates = 0\nobjective = \"mean\"\n[audience]\nbuilt_in = \"world\"\n\
        [regions]\nproviders = [\"aws\", \"azure\", \"gcp\"]\nsizes = \"8..60\"\n";

    /// A run that has begun: its first line is there.
    fn begun(folder: &Path, scenario: &str, args: &[&str]) -> (Child, BufReader<std::process::ChildStderr>) {
        fs::write(folder.join("long.toml"), scenario).unwrap();
        let mut child = tool(folder)
            .args(args)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut first = String::new();
        stderr.read_line(&mut first).unwrap();
        assert!(first.contains("seed 42"), "{first}");
        (child, stderr)
    }

    /// The exit code, and how long it took to come.
    fn end(child: &mut Child) -> (Option<i32>, Duration) {
        let began = Instant::now();
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                return (status.code(), began.elapsed());
            }
            if began.elapsed() > PATIENCE {
                child.kill().unwrap();
                panic!("it did not stop");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Unoptimised builds draw and write some ten times slower than released ones, on machines that do other work as
    /// well; without polls inside a user group these runs would take minutes.
    const SOON: Duration = Duration::from_secs(10);

    /// The report `a.json` of a run that is stopped after some seconds, and soon ends.
    fn pressed_after(seconds: u64, folder: &Path, scenario: &str, args: &[&str]) -> serde_json::Value {
        let (mut child, _stderr) = begun(folder, scenario, args);
        std::thread::sleep(Duration::from_secs(seconds));
        press(&child);
        let (code, took) = end(&mut child);
        assert_eq!(code, Some(130));
        assert!(took < SOON, "{took:?}");
        let report = fs::read(folder.join("a.json")).unwrap();
        serde_json::from_slice(&report).unwrap()
    }

    #[test]
    fn before_the_tables_are_done_nothing_is_written_and_that_is_said() {
        for (command, wait_ms) in [("simulate", 0), ("search", 300), ("compare", 3000)] {
            let folder = tempfile::tempdir().unwrap();
            let mut args = vec![command, "long.toml"];
            if command != "search" {
                args.extend(["--placement", "eu-west-1"]);
            }
            let (mut child, mut stderr) = begun(folder.path(), LONG, &args);
            std::thread::sleep(Duration::from_millis(wait_ms));
            press(&child);
            let (code, took) = end(&mut child);
            let mut said = String::new();
            stderr.read_to_string(&mut said).unwrap();
            assert_eq!(code, Some(130), "{said}");
            assert!(took < SOON, "{command}: {took:?}");
            let sentence = "error: interrupted: nothing was finished, so nothing was written\n";
            assert!(said.ends_with(sentence), "{command}: {said}");
            assert_eq!(files_below(folder.path()), [""; 0], "{command}");
        }
    }

    #[test]
    fn a_search_keeps_the_sets_it_scored_and_counts_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let args = ["search", "long.toml", "--export", "a.json", "--export", "a.md"];
        let report = pressed_after(15, folder.path(), LONG_SEARCH, &args);
        assert_eq!(files_below(folder.path()), ["a.json", "a.md"]);
        assert_eq!(report["complete"], false);
        assert_eq!(report["missing"][0], "sets");
        let (scored, not_scored) = (
            &report["search"]["sets_scored"],
            &report["search"]["sets_not_scored"],
        );
        assert!(scored.as_u64().unwrap() > 0 && not_scored.as_u64().unwrap() > 0);
        assert!(!report["sets"].as_array().unwrap().is_empty());
        let document = fs::read_to_string(folder.path().join("a.md")).unwrap();
        assert!(
            document.contains("were not: a better one may be among those"),
            "{document}"
        );
    }

    #[test]
    fn a_search_of_sizes_too_large_to_score_keeps_the_best_so_far() {
        let folder = tempfile::tempdir().unwrap();
        let args = ["search", "long.toml", "--export", "a.json"];
        let report = pressed_after(20, folder.path(), LONG_SIZES, &args);
        assert_eq!(report["complete"], false);
        assert_eq!(report["missing"][0], "sets");
        assert_eq!(report["search"]["optimality"], "partial");
        let sizes = report["search"]["by_size"].as_array().unwrap();
        assert!(!sizes.is_empty() && sizes.len() < 53, "{sizes:?}");
        assert!(sizes.iter().all(|size| size["way"] == "searched"), "{sizes:?}");
        let best = report["sets"].as_array().unwrap();
        assert!(
            best.iter()
                .all(|set| set["regions"].as_array().unwrap().len() >= 8)
        );
        assert!(!best.is_empty());
    }

    #[test]
    fn figures_without_their_input_error_are_kept_and_marked() {
        let folder = tempfile::tempdir().unwrap();
        let args = ["compare", "long.toml", "--export", "a.json", "--export", "a.md"];
        let report = pressed_after(5, folder.path(), LONG_JUDGEMENT, &args);
        assert_eq!(
            report["missing"],
            serde_json::json!(["input_error", "differences"])
        );
        assert_eq!(report["sets"].as_array().unwrap().len(), 2);
        let document = fs::read_to_string(folder.path().join("a.md")).unwrap();
        assert!(document.contains("not computed"), "{document}");
    }

    #[test]
    fn a_second_press_ends_at_once_and_leaves_nothing_half_written() {
        let folder = tempfile::tempdir().unwrap();
        let (mut child, _stderr) = begun(folder.path(), LONG, &["search", "long.toml"]);
        std::thread::sleep(Duration::from_millis(500));
        press(&child);
        // Signals so close that nobody presses twice are taken for one.
        std::thread::sleep(Duration::from_millis(300));
        press(&child);
        let (code, took) = end(&mut child);
        assert_eq!(code, Some(130));
        assert!(took < Duration::from_secs(2), "{took:?}");
        assert_eq!(files_below(folder.path()), [""; 0]);
    }

    #[test]
    fn at_whatever_moment_files_are_whole_or_absent() {
        for wait_ms in [0, 20, 60, 120, 250] {
            let folder = folder();
            let scenario = fs::read_to_string(folder.path().join("fixed.toml")).unwrap();
            let (mut child, _stderr) = begun(folder.path(), &scenario, &["search", "long.toml"]);
            std::thread::sleep(Duration::from_millis(wait_ms));
            // It may have ended by now, and then there is nobody to press for.
            let pid = child.id().to_string();
            let _ = Command::new("kill")
                .args(["-INT", &pid])
                .stderr(Stdio::null())
                .status();
            let (code, _) = end(&mut child);
            assert!(matches!(code, Some(0 | 130)), "after {wait_ms} ms: {code:?}");
            let files = files_below(folder.path());
            assert!(files.iter().all(|name| !name.contains("/.")), "{files:?}");
            assert_eq!(
                files.is_empty(),
                !files.iter().any(|name| name.ends_with("report.json")),
                "{files:?}"
            );
            if let Ok(report) = fs::read(folder.path().join("output/long/report.json")) {
                let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
                assert_eq!(report["complete"], code == Some(0));
            }
        }
    }
}

/// Every line of help that begins with the name of the tool.
fn examples(command: &clap::Command) -> Vec<String> {
    let epilogue = command
        .get_after_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let mut found: Vec<String> = epilogue
        .lines()
        .filter_map(|line| line.strip_prefix("  isochrone "))
        .map(str::to_owned)
        .collect();
    for below in command.get_subcommands() {
        found.extend(examples(below));
    }
    found
}

/// What a plan needs to know on top of latencies.
const PLAN: &str = "
[demand]
start = \"2027-01\"
[capacity]
max_utilisation = \"70%\"
[cost]
instance = \"m7g.xlarge\"
answer_bytes = \"20 KB\"
";

/// The scenario with a rate, and requests that take a server some time.
fn told(scenario: &str) -> String {
    scenario.replace(
        "[regions]",
        "requests_per_second = 100\n[request]\nservice = \"1ms\"\n[regions]",
    )
}

/// What the examples speak of: a scenario, samples, pairs, two reports.
fn folder_for_examples() -> tempfile::TempDir {
    let folder = folder();
    let cmd = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd");
    let scenario = fs::read_to_string(cmd.join("run.in/examples.toml")).unwrap();
    fs::write(folder.path().join("scenario.toml"), told(&scenario) + PLAN).unwrap();
    let samples = fs::read_to_string(cmd.join("fit.in/waits.csv")).unwrap();
    fs::write(
        folder.path().join("samples.csv"),
        samples.replace("wait_s", "rtt_ms"),
    )
    .unwrap();
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    fs::copy(models.join("21-own-sites.toml"), folder.path().join("sites.toml")).unwrap();
    fs::copy(
        models.join("21-own-sites.csv"),
        folder.path().join("21-own-sites.csv"),
    )
    .unwrap();
    let tables = folder.path().join("tables");
    fs::create_dir(&tables).unwrap();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    fs::copy(data.join("regions.csv"), tables.join("regions.csv")).unwrap();
    for name in ["old-times.csv", "times.csv"] {
        fs::write(
            folder.path().join(name),
            "from,to,p50_ms,p90_ms,n\na,b,20,31,100\n",
        )
        .unwrap();
    }
    fs::write(folder.path().join("pairs.csv"), "from,to\neu-west-1,us-east-1\n").unwrap();
    fs::write(
        folder.path().join("own.csv"),
        "from,to,p50_ms,p90_ms\nberlin-de,eu-west-1,36,48\nBR,us-east-1,140,190\neu-west-1,us-east-1,70,72\n",
    )
    .unwrap();
    let output = run(
        folder.path(),
        &["calibrate", "own.csv", "-o", "calibration.toml", "-q"],
    );
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let foreign = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd/import.in");
    for name in [
        "ping.txt",
        "atlas.json",
        "probes.csv",
        "p50.json",
        "p90.json",
        "summary.json",
    ] {
        fs::copy(foreign.join(name), folder.path().join(name)).unwrap();
    }
    for name in ["report.json", "old.json"] {
        let output = run(
            folder.path(),
            &["search", "scenario.toml", "--export", name, "-q"],
        );
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    }
    folder
}

#[test]
fn every_example_in_a_help_text_runs() {
    let folder = folder_for_examples();
    let all = examples(&Cli::command());
    assert!(all.len() > 30, "only {} examples found", all.len());
    for example in all {
        // These take the raw tables, or half a minute; others test what they do.
        let cross_validates = example == "validate" || example.starts_with("validate --");
        if example.starts_with("data build") || cross_validates {
            continue;
        }
        if example == "init scenario.toml" || example == "init" {
            assert_eq!(run(folder.path(), &["init", "fresh.toml"]).status.code(), Some(0));
            fs::remove_file(folder.path().join("fresh.toml")).unwrap();
            continue;
        }
        let words: Vec<&str> = example.split(' ').collect();
        let output = run(folder.path(), &words);
        assert_eq!(
            output.status.code(),
            Some(0),
            "isochrone {example}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn man_pages_and_completions_cover_every_command() {
    let folder = folder();
    assert_eq!(
        run(folder.path(), &["man", "--dir", "man1"]).status.code(),
        Some(0)
    );
    let pages = names(&folder.path().join("man1"));
    let script = String::from_utf8(run(folder.path(), &["completions", "bash"]).stdout).unwrap();
    for command in Cli::command().get_subcommands() {
        let name = command.get_name();
        assert!(
            pages.contains(&format!("isochrone-{name}.1")),
            "{name} has no page"
        );
        assert!(script.contains(name), "{name} is not completed");
    }
}

/// What ignoring a region's measurements says is what a world in which nobody made them would say.
#[test]
fn ignoring_what_was_measured_is_as_if_the_tables_did_not_have_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/network");
    for name in ["aws_rtts.csv", "probe_rtts.csv"] {
        let text = fs::read_to_string(data.join(name)).unwrap();
        let without: Vec<&str> = text
            .lines()
            .filter(|line| !line.contains("aws:af-south-1,"))
            .collect();
        assert!(without.len() < text.lines().count());
        fs::write(folder.path().join(name), without.join("\n")).unwrap();
    }
    for users in [&["--technology", "lan"][..], &["--technology", "none"][..]] {
        let asked = [
            "estimate",
            "--from",
            "nairobi-ke",
            "--to",
            "aws:af-south-1",
            "--format",
            "csv",
        ];
        let say = |more: &[&str]| {
            let output = run(folder.path(), &[&asked[..], users, more].concat());
            assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
            String::from_utf8(output.stdout).unwrap()
        };
        let ignored = say(&["--ignore-measured"]);
        let tables = [
            "--table",
            "aws_rtts=aws_rtts.csv",
            "--table",
            "probe_rtts=probe_rtts.csv",
        ];
        assert_eq!(ignored, say(&tables));
        assert_ne!(ignored, say(&[]));
    }
}

/// A latency above the last bin has no quantile, and none is told as though it had.
#[test]
fn figures_that_cannot_be_told_are_refused() {
    let folder = folder();
    let told = |changes: &[&str]| {
        let sets = ["targets.p95=\"3600s\""]
            .iter()
            .chain(changes)
            .flat_map(|change| ["--set", change]);
        let args: Vec<&str> = [
            "simulate",
            "fixed.toml",
            "--no-output",
            "--placement",
            "eu-west-1",
        ]
        .into_iter()
        .chain(sets)
        .collect();
        let output = tool(folder.path()).args(&args).output().unwrap();
        (output.status.code(), stderr(&output))
    };
    // What has no spread is exact, however long it is.
    assert_eq!(told(&["request.service=\"60s\""]).0, Some(0));
    for median in ["12", "60000"] {
        let service = format!("{{ log_normal = {{ p50_ms = {median}, p90_ms = 90000 }} }}");
        let (code, said) = told(&[&format!("request.service={service}")]);
        assert_eq!(code, Some(2), "{said}");
        assert!(
            said.contains("beyond 32.8 s") && said.contains("request.service"),
            "{said}"
        );
    }
}
