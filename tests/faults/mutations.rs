//! Every reader of foreign bytes, on a fixed number of mutations of the seeds in `fuzz/corpus`.

use std::fs;
use std::panic;
use std::time::Instant;

use crate::fuzz::mutate::{Rng, mutated, words};
use crate::fuzz::targets::{ALL, Target, pack, root};

/// The seeds of a target, by name, so that their order is the same everywhere.
fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = root().join("fuzz/corpus").join(name);
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

fn dictionary(name: &str) -> Vec<Vec<u8>> {
    let path = root().join("fuzz/words").join(format!("{name}.dict"));
    words(&fs::read_to_string(path).unwrap())
}

fn target(name: &str) -> Target {
    ALL.iter().find(|(known, _)| *known == name).unwrap().1
}

/// Calls the reader; bytes that it does not survive are kept, to be looked at and to become a seed.
fn survive(name: &str, bytes: &[u8]) {
    let since = Instant::now();
    if let Err(fault) = panic::catch_unwind(|| target(name)(bytes)) {
        let kept = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-fault"));
        fs::write(&kept, bytes).unwrap();
        let what = fault
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| fault.downcast_ref::<&str>().map(ToString::to_string));
        panic!(
            "{name} does not survive {}: {}",
            kept.display(),
            what.unwrap_or_default()
        );
    }
    assert!(since.elapsed().as_secs() < 20, "{name} takes too long");
}

/// All seeds, then `cases` mutations of them.
fn survives(name: &str, cases: usize, seed: u64) {
    let seeds = seeds(name);
    assert!(seeds.len() >= 4, "{name} has {} seeds", seeds.len());
    let words = dictionary(name);
    assert!(words.len() >= 10, "{name} has {} words", words.len());
    for bytes in &seeds {
        survive(name, bytes);
    }
    let mut rng = Rng::new(seed);
    for _ in 0..cases {
        let seed: &Vec<u8> = rng.pick(&seeds);
        let bytes = mutated(seed, &seeds, &words, &mut rng);
        survive(name, &bytes);
        if name == "book"
            && let Some(packed) = pack(&bytes)
        {
            survive(name, &mutated(&packed, &seeds, &words, &mut rng));
        }
    }
}

#[test]
fn scenarios() {
    survives("scenario", 150, 1);
}

#[test]
fn tables() {
    survives("tables", 150, 2);
}

#[test]
fn workbooks() {
    survives("book", 150, 3);
}

#[test]
fn reports() {
    survives("report", 60, 4);
}

#[test]
fn shards() {
    survives("shard", 300, 5);
}

#[test]
fn measurements_of_other_tools() {
    survives("foreign", 600, 6);
}

/// The same, many times as often and with other mutations.
#[test]
#[ignore = "takes minutes"]
fn long_mutations() {
    for (at, (name, _)) in ALL.iter().enumerate() {
        let since = Instant::now();
        survives(name, 5_000, 1_000 + at as u64);
        println!("{name}: 5,000 mutations survived in {:.0?}", since.elapsed());
    }
}

/// Long lists cut short, but for those that have to fit each other.
fn shorten(value: &mut serde_json::Value) {
    const FITTING: [&str; 5] = ["sets", "atlas", "region_matrix", "users", "ways"];
    match value {
        serde_json::Value::Array(items) => {
            if items.iter().all(serde_json::Value::is_object) {
                items.truncate(2);
            }
            items.iter_mut().for_each(shorten);
        }
        serde_json::Value::Object(members) => {
            for (name, member) in members {
                if name == "sets" {
                    member.as_array_mut().into_iter().flatten().for_each(shorten);
                } else if !FITTING.contains(&name.as_str()) {
                    shorten(member);
                }
            }
        }
        _ => {}
    }
}

/// Seeds that are made by the program itself, made again: `cargo test --test faults seeds -- --ignored`.
#[test]
#[ignore = "writes into fuzz/corpus"]
fn seeds_of_reports_and_shards_are_made_again() {
    use crate::faults::bench::folder;
    use crate::support::program::run;
    use isochrone::report::export::json::to_json;
    use isochrone::report::sample::{
        SampleInputs, sample_capacity_report, sample_design_report, sample_drill_report, sample_report,
    };
    let corpus = root().join("fuzz/corpus");
    let small = |bytes: Vec<u8>| {
        let mut value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        shorten(&mut value);
        let bytes = serde_json::to_vec(&value).unwrap();
        isochrone::report::export::json::from_json("seed.json", &bytes).unwrap();
        bytes
    };
    for (name, report) in [
        ("plain", sample_report(2, 2)),
        ("design", sample_design_report(1, 1)),
        ("drill", sample_drill_report(1, 1)),
        ("capacity", sample_capacity_report(&SampleInputs::default())),
    ] {
        fs::write(
            corpus.join(format!("report/{name}.json")),
            small(to_json(&report).unwrap()),
        )
        .unwrap();
    }
    let folder = folder();
    for (name, words) in [
        ("search", &["search", "fixed.toml"][..]),
        (
            "simulate",
            &["simulate", "fixed.toml", "--set", "input_replicates=3"],
        ),
        (
            "sweep",
            &["sweep", "fixed.toml", "--vary", "targets.p95=40ms,60ms"],
        ),
    ] {
        for part in ["1/2", "2/2"] {
            let file = format!("{name}-{}.json", &part[..1]);
            let args = [words, &["--shard", part, "--shard-file", &file]].concat();
            let output = run(folder.path(), &args);
            assert!(output.status.success(), "{}", crate::faults::bench::told(&output));
            let whole: serde_json::Value =
                serde_json::from_slice(&fs::read(folder.path().join(&file)).unwrap()).unwrap();
            let body = serde_json::to_vec(&whole["body"]).unwrap();
            fs::write(corpus.join("shard").join(file), body).unwrap();
        }
    }
}
