//! Runs that are shared out among machines: the same bytes as in one piece, and every shard that does not fit refused.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::support::program::{press, run, stderr, tool};
use isochrone::basis::digest::digest;
use serde_json::Value;

/// Five countries with all that is uncertain about them.
const USERS: &str = "\
name = \"Five countries\"
runs = 300
input_replicates = 11
objective = \"p95\"
[audience]
countries = [\"IE\", \"CL\", \"SG\", \"NZ\", \"KE\"]
[regions]
providers = [\"aws\"]
sizes = \"1..3\"
[[placement]]
name = \"now\"
regions = [\"eu-west-1\", \"us-east-1\"]
[[placement]]
name = \"then\"
regions = [\"eu-west-1\", \"us-east-1\", \"ap-south-1\"]
[targets]
p95 = \"150ms\"
";

/// A store with a leader to be found, so that sets are designs.
const STORES: &str = "\
name = \"A store\"
runs = 200
input_replicates = 5
objective = \"p95\"
[audience]
countries = [\"DE\", \"US\", \"BR\"]
[regions]
candidates = [\"eu-west-1\", \"eu-central-1\", \"us-east-1\", \"us-west-2\", \"sa-east-1\", \"ap-south-1\"]
sizes = \"1..4\"
[[class]]
name = \"page\"
kind = \"static\"
share = \"70%\"
[[class]]
name = \"order\"
kind = \"write\"
share = \"30%\"
operation = [
    { store = \"orders\", access = \"read-fresh\" },
    { store = \"orders\", access = \"write\" },
]
[[store]]
name = \"orders\"
kind = \"single_leader\"
leader = \"search\"
service = \"2ms\"
lag = { log_normal = { p50_ms = 150, p99_ms = 1000 } }
forwarding = true
";

/// Runs to the end, and gives stdout.
fn done(folder: &Path, args: &[&str]) -> Vec<u8> {
    let output = run(folder, args);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", stderr(&output));
    output.stdout
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("users.toml"), USERS).unwrap();
    fs::write(folder.path().join("stores.toml"), STORES).unwrap();
    folder
}

/// Makes the shards of a question and gives their files, the last one first.
fn shards(folder: &Path, asked: &[&str], of: u32) -> Vec<String> {
    let file = |number: u32| {
        let (part, file) = (format!("{number}/{of}"), format!("part-{number}-of-{of}.json"));
        let flags = ["--shard", part.as_str(), "--shard-file", file.as_str(), "-q"];
        let threads = if number.is_multiple_of(2) { "1" } else { "4" };
        let told = done(folder, &[asked, &flags, &["--threads", threads]].concat());
        assert!(told.is_empty(), "a shard has nothing to tell on stdout");
        file
    };
    (1..=of).rev().map(file).collect()
}

fn merge(folder: &Path, shards: &[String], flags: &[&str]) -> Output {
    let files: Vec<&str> = shards.iter().map(String::as_str).collect();
    run(folder, &[&["merge", "-q"], files.as_slice(), flags].concat())
}

/// What merge complains of; it must end with 2 and leave no report.
fn refusal(folder: &Path, shards: &[String]) -> String {
    let output = merge(folder, shards, &["--output", "refused"]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(output.stdout.is_empty());
    assert!(!folder.join("refused").exists());
    stderr(&output)
}

fn files_below(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_owned();
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// Holds the merged report of 1, 3 and 7 shards against that of a run in one piece.
fn same_bytes(folder: &Path, asked: &[&str]) {
    let flags = [
        "--export",
        "whole.json",
        "--export",
        "whole.csv",
        "--export",
        "whole.md",
        "-q",
    ];
    let told = done(folder, &[asked, &flags].concat());
    for of in [1, 3, 7] {
        let parts = shards(folder, asked, of);
        let flags = [
            "--export",
            "merged.json",
            "--export",
            "merged.csv",
            "--export",
            "merged.md",
        ];
        let output = merge(folder, &parts, &flags);
        assert_eq!(output.status.code(), Some(0), "{asked:?}: {}", stderr(&output));
        assert!(
            output.stdout == told,
            "{asked:?} in {of} shards tells something else"
        );
        for end in ["json", "csv", "md"] {
            let read = |name: &str| fs::read(folder.join(format!("{name}.{end}"))).unwrap();
            assert!(read("merged") == read("whole"), "{asked:?} in {of} shards: {end}");
        }
    }
}

#[test]
fn a_search_in_shards_is_the_search_in_one_piece() {
    let folder = folder();
    for asked in [
        &["search", "users.toml", "--top", "25"][..],
        &[
            "search",
            "users.toml",
            "--objective",
            "within:120ms",
            "--max-p95",
            "300ms",
            "--require",
            "eu-west-1",
        ],
        &[
            "search",
            "users.toml",
            "--objective",
            "worst-country",
            "--size",
            "2",
            "--exclude",
            "us-east-1",
        ],
        &[
            "search",
            "users.toml",
            "--objective",
            "mean",
            "--max-p99",
            "500ms",
            "--seed",
            "7",
            "--baseline",
            "now",
        ],
    ] {
        same_bytes(folder.path(), asked);
    }
}

/// Candidates few enough to ask each set what becomes of it.
const FEW: [&str; 4] = [
    "--set",
    "regions.candidates=[\"eu-west-1\",\"us-east-1\",\"sa-east-1\",\"ap-south-1\",\"us-west-2\"]",
    "--set",
    "targets.p95=600ms",
];

/// What is promised about losses is asked of a set only when its latency is among the best that its walk has seen.
#[test]
fn promises_about_losses_turn_the_same_sets_away() {
    let folder = folder();
    let asked = ["search", "users.toml", "--tolerate", "1", "--top", "2"];
    same_bytes(folder.path(), &[&asked[..], &FEW].concat());
    let report: Value =
        serde_json::from_slice(&fs::read(folder.path().join("merged.json")).unwrap()).unwrap();
    assert!(report["search"]["turned_away_by_recovery"].as_u64().unwrap() > 0);
}

/// Why nothing is feasible is told in the same words, too.
#[test]
fn no_feasible_set_is_no_feasible_set_in_shards() {
    let folder = folder();
    for asked in [
        &["search", "users.toml", "--size", "1..2", "--max-p95", "1ms"][..],
        &[
            &["search", "users.toml", "--size", "1", "--tolerate", "1"],
            &FEW[..],
        ]
        .concat(),
        &["search", "stores.toml", "--max-p95", "1ms"],
    ] {
        let whole = run(folder.path(), &[asked, &["-q", "--no-output"]].concat());
        assert_eq!(whole.status.code(), Some(1), "{}", stderr(&whole));
        let merged = merge(folder.path(), &shards(folder.path(), asked, 3), &["--no-output"]);
        assert_eq!((merged.status.code(), stderr(&merged)), (Some(1), stderr(&whole)));
    }
}

/// How far coarse bins are off is learned from all sets, so that a search for designs is cut before that.
#[test]
fn a_search_for_leaders_in_shards_is_the_search_in_one_piece() {
    let folder = folder();
    same_bytes(folder.path(), &["search", "stores.toml", "--top", "3"]);
    same_bytes(
        folder.path(),
        &[
            "search",
            "stores.toml",
            "--max-p95",
            "400ms",
            "--objective",
            "mean",
        ],
    );
}

#[test]
fn what_takes_the_whole_run_or_the_clock_is_not_shared_out() {
    let folder = folder();
    let part = ["--shard", "1/2", "--shard-file", "part.json"];
    let told = |words: &[&str]| {
        let output = run(folder.path(), &[words, &part].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(!folder.path().join("part.json").exists());
        String::from_utf8(output.stderr).unwrap()
    };
    let precise = told(&["compare", "users.toml", "--baseline", "now", "--precision", "2%"]);
    assert!(
        precise.contains("cannot tell when it is precise enough"),
        "{precise}"
    );
    let clock = told(&["search", "users.toml", "--within", "5s"]);
    assert!(
        clock.contains("--within and --shard do not go together"),
        "{clock}"
    );
}

#[test]
fn replicates_in_shards_are_those_of_one_piece() {
    let folder = folder();
    same_bytes(folder.path(), &["simulate", "users.toml"]);
    same_bytes(folder.path(), &["compare", "users.toml", "--baseline", "now"]);
    same_bytes(
        folder.path(),
        &["simulate", "stores.toml", "--placement", "eu-west-1,us-east-1"],
    );
    fs::rename(folder.path().join("whole.json"), folder.path().join("saved.json")).unwrap();
    same_bytes(folder.path(), &["compare", "users.toml", "saved.json"]);
}

#[test]
fn sheets_and_charts_come_out_the_same_too() {
    let folder = folder();
    let asked = ["search", "users.toml", "--size", "1..2"];
    done(
        folder.path(),
        &[&asked[..], &["--output", "whole", "-q"]].concat(),
    );
    let parts = shards(folder.path(), &asked, 3);
    let output = merge(folder.path(), &parts, &["--output", "merged"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let (whole, merged) = (
        files_below(&folder.path().join("whole")),
        files_below(&folder.path().join("merged")),
    );
    let names: Vec<_> = whole.keys().map(|name| name.display().to_string()).collect();
    for end in [
        "report.json",
        "report.csv",
        "report.md",
        "plan.xlsx",
        "cdf.svg",
        "size-curve.png",
    ] {
        assert!(
            names.iter().any(|name| name.ends_with(end)),
            "no {end} in {names:?}"
        );
    }
    assert!(whole == merged);
}

#[test]
fn a_sweep_in_shards_is_the_sweep_in_one_piece() {
    let folder = folder();
    fs::write(
        folder.path().join("other.toml"),
        USERS.replace("Five", "The same five"),
    )
    .unwrap();
    let asked = [
        "sweep",
        "users.toml",
        "other.toml",
        "--vary",
        "objective=mean,p99",
        "--vary",
        "regions.sizes=[1],[1,2]",
        "--set",
        "input_replicates=4",
        "--top",
        "3",
    ];
    let told = done(
        folder.path(),
        &[&asked[..], &["--output", "whole", "-q"]].concat(),
    );
    let whole = files_below(&folder.path().join("whole/users-sweep"));
    assert_eq!(whole.len(), 8 + 3);
    for of in [1, 3, 7] {
        let parts = shards(folder.path(), &asked, of);
        let output = merge(folder.path(), &parts, &["--output", "merged"]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert!(output.stdout == told);
        assert!(files_below(&folder.path().join("merged/users-sweep")) == whole);
    }
    // Each report is the one that the question gives by itself.
    let alone = [
        "--set",
        "input_replicates=4",
        "--set",
        "objective=p99",
        "--set",
        "regions.sizes=[1]",
    ];
    let alone = [
        &[
            "search",
            "users.toml",
            "--top",
            "3",
            "--export",
            "alone.json",
            "-q",
        ],
        &alone[..],
    ]
    .concat();
    done(folder.path(), &alone);
    assert!(fs::read(folder.path().join("alone.json")).unwrap() == whole[Path::new("variant-003.json")]);
}

#[test]
fn a_sweep_tells_of_variants_without_a_feasible_set() {
    let folder = folder();
    let wrong = run(folder.path(), &["sweep", "users.toml", "--vary", "runs=200,few"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(
        stderr(&wrong).contains("this is variant 2 of 2: users.toml runs=few"),
        "{}",
        stderr(&wrong)
    );
    let asked = [
        "sweep",
        "users.toml",
        "--vary",
        "targets.tolerate=1,2",
        "--set",
        "regions.sizes=1..2",
    ];
    let asked = [&asked[..], &FEW].concat();
    let told = done(
        folder.path(),
        &[&asked[..], &["--format", "csv", "--no-output", "-q"]].concat(),
    );
    let text = String::from_utf8(told.clone()).unwrap();
    let rows: Vec<&str> = text.lines().collect();
    assert!(rows[1].contains("answered"), "{text}");
    assert!(
        rows[2].contains("no set keeps what is promised about losses"),
        "{text}"
    );
    let merged = merge(
        folder.path(),
        &shards(folder.path(), &asked, 2),
        &["--no-output", "--format", "csv"],
    );
    assert!(merged.stdout == told);
    let none = [
        &asked[..3],
        &["targets.tolerate=2"],
        &asked[4..],
        &["--no-output"],
    ]
    .concat();
    assert_eq!(run(folder.path(), &none).status.code(), Some(1));
}

#[test]
fn shards_are_the_same_on_any_number_of_threads() {
    let folder = folder();
    for asked in [
        &["search", "users.toml", "--size", "2..3"][..],
        &["search", "stores.toml"],
        &["simulate", "users.toml"],
        &[
            "sweep",
            "users.toml",
            "--vary",
            "seed=1,2",
            "--question",
            "simulate",
        ],
    ] {
        let part = |threads: &str| {
            let flags = [
                "--shard",
                "2/2",
                "--shard-file",
                "part.json",
                "-q",
                "--threads",
                threads,
            ];
            done(folder.path(), &[asked, &flags].concat());
            fs::read(folder.path().join("part.json")).unwrap()
        };
        assert!(part("1") == part("4"), "{asked:?}");
    }
}

#[test]
fn missing_and_repeated_shards_are_named() {
    let folder = folder();
    let parts = shards(folder.path(), &["simulate", "users.toml"], 5);
    let told = refusal(folder.path(), &parts[..4]);
    assert!(
        told.contains("error: shard 1 of 5 is missing\nhint: run it again with --shard 1/5"),
        "{told}"
    );
    let told = refusal(folder.path(), &parts[1..3]);
    assert!(told.contains("shards 1, 2, 5 of 5 are missing"), "{told}");
    fs::copy(folder.path().join(&parts[1]), folder.path().join("copy.json")).unwrap();
    let told = refusal(folder.path(), &[parts.clone(), vec!["copy.json".into()]].concat());
    assert!(
        told.contains("shard 4 of 5 is there twice: `part-4-of-5.json` and `copy.json`"),
        "{told}"
    );
    let told = refusal(folder.path(), &[parts.clone(), parts.clone()].concat());
    assert!(
        told.contains("twice: `part-1-of-5.json` and `part-1-of-5.json`"),
        "{told}"
    );
}

#[test]
fn foreign_shards_are_told_by_what_differs() {
    let folder = folder();
    let asked = ["simulate", "users.toml"];
    let parts = shards(folder.path(), &asked, 2);
    let other = |asked: &[&str], part: &str| {
        done(
            folder.path(),
            &[asked, &["--shard", part, "--shard-file", "other.json", "-q"]].concat(),
        );
        refusal(folder.path(), &[parts[1].clone(), "other.json".into()])
    };
    let told = other(&["simulate", "users.toml", "--seed", "7"], "2/2");
    let both = "`other.json` does not belong with `part-1-of-2.json`: it answers `simulate users.toml --seed=7`, and \
                `part-1-of-2.json` answers `simulate users.toml`";
    assert!(told.contains(both), "{told}");
    let told = other(&["compare", "users.toml"], "2/2");
    assert!(told.contains("it answers `compare users.toml`"), "{told}");
    let told = other(&asked, "2/3");
    assert!(
        told.contains("it is shard 2 of 3, and `part-1-of-2.json` is shard 1 of 2"),
        "{told}"
    );
    // The same words about another text.
    fs::write(folder.path().join("users.toml"), USERS.replace("KE", "PT")).unwrap();
    let told = other(&asked, "2/2");
    assert!(told.contains("it rests on `users.toml` of digest "), "{told}");
    // And about another table.
    fs::write(folder.path().join("users.toml"), USERS).unwrap();
    let regions = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/regions.csv");
    fs::write(
        folder.path().join("r.csv"),
        fs::read_to_string(regions).unwrap() + "\n",
    )
    .unwrap();
    let table = ["simulate", "users.toml", "--table", "regions=r.csv"];
    let tables = shards(folder.path(), &table, 2);
    fs::write(
        folder.path().join("r.csv"),
        fs::read_to_string(folder.path().join("r.csv")).unwrap() + "\n",
    )
    .unwrap();
    let told = refusal(folder.path(), &tables);
    assert!(
        told.contains("`r.csv` has changed since the shards were made"),
        "{told}"
    );
}

#[test]
fn what_changed_since_the_shards_were_made_is_named() {
    let folder = folder();
    let with_users = USERS.replace(
        "countries = [\"IE\", \"CL\", \"SG\", \"NZ\", \"KE\"]",
        "file = \"who.csv\"",
    );
    fs::write(folder.path().join("users.toml"), with_users).unwrap();
    fs::write(
        folder.path().join("who.csv"),
        "id,metro,users\na,munich-de,3\nb,dublin-ie,5\n",
    )
    .unwrap();
    let parts = shards(folder.path(), &["simulate", "users.toml"], 2);
    assert_eq!(
        merge(folder.path(), &parts, &["--no-output"]).status.code(),
        Some(0)
    );
    fs::write(
        folder.path().join("who.csv"),
        "id,metro,users\na,munich-de,3\nb,dublin-ie,6\n",
    )
    .unwrap();
    let told = refusal(folder.path(), &parts);
    assert!(
        told.contains("`who.csv` has changed since the shards were made: its digest was "),
        "{told}"
    );
    assert!(
        told.contains("hint: bring back what it was, or make all shards again"),
        "{told}"
    );
}

#[test]
fn a_scenario_that_moved_is_found_where_it_is_said_to_be() {
    let folder = folder();
    let parts = shards(folder.path(), &["search", "users.toml", "--size", "1"], 2);
    fs::create_dir(folder.path().join("elsewhere")).unwrap();
    fs::rename(
        folder.path().join("users.toml"),
        folder.path().join("elsewhere/users.toml"),
    )
    .unwrap();
    let told = refusal(folder.path(), &parts);
    assert!(told.contains("users.toml"), "{told}");
    let output = merge(
        folder.path(),
        &parts,
        &["--scenario", "elsewhere/users.toml", "--no-output"],
    );
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let output = merge(
        folder.path(),
        &parts,
        &["--scenario", "stores.toml", "--no-output"],
    );
    assert!(stderr(&output).contains("`stores.toml` has changed since the shards were made"));
    // Whatever file it is, nothing of it is told.
    fs::write(folder.path().join("secret"), "top-secret = \n").unwrap();
    let output = merge(folder.path(), &parts, &["--scenario", "secret", "--no-output"]);
    let told = stderr(&output);
    assert!(
        told.contains("`secret` has changed") && !told.contains("top-secret"),
        "{told}"
    );
    let twice = [
        "--scenario",
        "stores.toml",
        "--scenario",
        "stores.toml",
        "--no-output",
    ];
    let output = merge(folder.path(), &parts, &twice);
    assert!(
        stderr(&output).contains("--scenario is there 2 times"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn damaged_files_and_other_files_are_refused() {
    let folder = folder();
    let parts = shards(folder.path(), &["simulate", "users.toml"], 2);
    let whole = fs::read_to_string(folder.path().join(&parts[0])).unwrap();
    let bad = |text: &str| {
        fs::write(folder.path().join("bad.json"), text).unwrap();
        refusal(folder.path(), &["bad.json".to_owned(), parts[1].clone()])
    };
    let told = bad(&whole[..whole.len() / 2]);
    assert!(
        told.contains("`bad.json` is damaged: it ends before its end: it was cut short"),
        "{told}"
    );
    let told = bad(&whole.replace("\"done\":5", "\"done\":6"));
    assert!(told.contains("`bad.json` is damaged: its checksum is "), "{told}");
    assert!(bad("").contains("`bad.json` is not a shard"));
    let told = bad("{\"schema\":\"isochrone-report\"}");
    assert!(
        told.contains("its `schema` is \"isochrone-report\", not \"isochrone-shard\""),
        "{told}"
    );
    let told = refusal(folder.path(), &["none.json".to_owned(), parts[1].clone()]);
    assert!(
        told.contains("cannot read `none.json`: there is no such file"),
        "{told}"
    );
}

/// The file as another program would have written it: edited, with the checksum of what it says now.
fn edited(folder: &Path, file: &str, edit: impl FnOnce(&mut Value)) {
    let mut shard: Value = serde_json::from_slice(&fs::read(folder.join(file)).unwrap()).unwrap();
    edit(&mut shard["body"]);
    let body = serde_json::to_string(&shard["body"]).unwrap();
    let text = format!(
        "{{\"schema\":\"isochrone-shard\",\"schema_version\":2,\"checksum\":\"{}\",\"body\":{body}}}\n",
        digest(body.as_bytes())
    );
    fs::write(folder.join(file), text).unwrap();
}

#[test]
fn other_versions_and_other_machines_are_refused() {
    let folder = folder();
    let parts = shards(folder.path(), &["search", "users.toml", "--size", "1..2"], 2);
    let keep: Vec<Vec<u8>> = parts
        .iter()
        .map(|part| fs::read(folder.path().join(part)).unwrap())
        .collect();
    let back = || {
        for (part, bytes) in parts.iter().zip(&keep) {
            fs::write(folder.path().join(part), bytes).unwrap();
        }
    };
    edited(folder.path(), &parts[0], |body| body["version"] = "9.9.9".into());
    let told = refusal(folder.path(), &parts);
    assert!(
        told.contains("`part-2-of-2.json` was made by isochrone 9.9.9 (sampler "),
        "{told}"
    );
    back();
    edited(folder.path(), &parts[0], |body| {
        body["drawn"] = "0123456789abcdef".into();
    });
    let told = refusal(folder.path(), &parts);
    assert!(
        told.contains("drew latencies of digest 0123456789abcdef"),
        "{told}"
    );
    // Both shards agree, and this machine does not.
    edited(folder.path(), &parts[1], |body| {
        body["drawn"] = "0123456789abcdef".into();
    });
    let told = refusal(folder.path(), &parts);
    assert!(told.contains("this machine draws other latencies"), "{told}");
    back();
    edited(folder.path(), &parts[0], |body| {
        let scored = &mut body["work"]["prefixes"][0]["scored"];
        *scored = (scored.as_u64().unwrap() + 1).into();
    });
    let told = refusal(folder.path(), &parts);
    assert!(told.contains("the shards looked at "), "{told}");
    back();
    edited(folder.path(), &parts[0], |body| body["complete"] = false.into());
    let told = refusal(folder.path(), &parts);
    assert!(
        told.contains("shard 2 of 2 in `part-2-of-2.json` is not complete"),
        "{told}"
    );
    back();
    edited(folder.path(), &parts[0], |body| {
        body["question"] = serde_json::json!(["search", "--what"]);
    });
    edited(folder.path(), &parts[1], |body| {
        body["question"] = serde_json::json!(["search", "--what"]);
    });
    let told = refusal(folder.path(), &parts);
    assert!(
        told.contains("what the shards were asked is not understood, `search --what`"),
        "{told}"
    );
}

#[test]
fn flags_that_a_shard_cannot_keep_are_refused() {
    let folder = folder();
    let part = ["--shard", "1/2", "--shard-file", "part.json"];
    for (asked, said) in [
        (
            &["search", "users.toml", "--seed", "random"][..],
            "--seed random gives each shard a seed of its own",
        ),
        (
            &["search", "users.toml", "--export", "a.json"],
            "--export has nothing to work on",
        ),
        (
            &["simulate", "users.toml", "--gate"],
            "--gate has nothing to work on",
        ),
        (
            &["simulate", "users.toml", "--set", "input_replicates=0"],
            "simulate has nothing to share out",
        ),
        (
            &["sweep", "users.toml", "--chart", "cdf.svg"],
            "--chart draws one report",
        ),
    ] {
        let output = run(folder.path(), &[asked, &part].concat());
        assert_eq!(output.status.code(), Some(2), "{asked:?}");
        assert!(stderr(&output).contains(said), "{asked:?}: {}", stderr(&output));
    }
    let itself = [
        "search",
        "users.toml",
        "--shard",
        "1/2",
        "--shard-file",
        "users.toml",
    ];
    let output = run(folder.path(), &itself);
    assert!(stderr(&output).contains("`users.toml` is an input of this run and would be overwritten"));
    assert_eq!(
        fs::read_to_string(folder.path().join("users.toml")).unwrap(),
        USERS
    );
    let output = run(
        folder.path(),
        &[
            "search",
            "users.toml",
            "--shard",
            "3/2",
            "--shard-file",
            "part.json",
        ],
    );
    assert!(
        stderr(&output).contains("there is no part 3 of 2"),
        "{}",
        stderr(&output)
    );
    assert!(!folder.path().join("part.json").exists());
}

#[test]
fn a_merge_does_not_overwrite_its_shards() {
    let folder = folder();
    let parts = shards(folder.path(), &["search", "users.toml", "--size", "1"], 2);
    let output = merge(folder.path(), &parts, &["--export", &parts[0]]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("is an input of this run and would be overwritten"));
}

#[test]
fn merge_is_a_gate_where_the_run_would_be_one() {
    let folder = folder();
    let asked = ["search", "users.toml", "--size", "1", "--set", "targets.p95=1ms"];
    let parts = shards(folder.path(), &asked, 2);
    let output = merge(folder.path(), &parts, &["--no-output", "--gate"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_eq!(
        merge(folder.path(), &parts, &["--no-output"]).status.code(),
        Some(0)
    );
}

/// Ctrl-C in the middle of a shard leaves a file that says so.
#[cfg(unix)]
#[test]
fn an_interrupted_shard_is_refused_as_not_complete() {
    use std::process::Stdio;
    use std::time::Duration;

    let folder = folder();
    let asked = ["search", "users.toml", "--size", "3..9", "--runs", "100"];
    let file = folder.path().join("part.json");
    for seconds in [2, 5, 10, 20, 40] {
        let mut child = tool(folder.path())
            .args(asked)
            .args(["--shard", "1/1", "--shard-file", "part.json"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_secs(seconds));
        press(&child);
        assert_eq!(child.wait().unwrap().code(), Some(130));
        // Before its table is drawn a run has nothing to keep.
        if file.exists() {
            break;
        }
    }
    let told = refusal(folder.path(), &["part.json".to_owned()]);
    assert!(
        told.contains("shard 1 of 1 in `part.json` is not complete: 0 of its "),
        "{told}"
    );
    assert!(told.contains("hint: run it again with --shard 1/1"), "{told}");
}
