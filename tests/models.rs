//! Every scenario in `models/` runs, and what it teaches holds.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::path::Path;

use isochrone::decide::run::{Outcome, search, simulate};
use isochrone::design::scenario::Scenario;
use isochrone::engine::progress::Watch;
use isochrone::engine::simulation::Simulation;
use isochrone::report::assemble::assemble;
use isochrone::report::export::json::to_json;
use isochrone::report::model::Report;
use isochrone::report::sample::sample_report;
use isochrone::report::schema::schema_json;
use isochrone::world::catalog::Catalog;
use serde_json::Value;

/// The report of a model with fewer runs than it asks for, so that unoptimised builds are quick.
fn report(file: &str, overrides: &[(&str, &str)]) -> Report {
    let fewer = [("runs", "300"), ("input_replicates", "10")];
    report_with(file, &fewer, overrides)
}

/// The report of a model with these keys in place of its own.
fn report_with(file: &str, fewer: &[(&str, &str)], overrides: &[(&str, &str)]) -> Report {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(file);
    let overrides: Vec<(String, String)> = fewer
        .iter()
        .chain(overrides)
        .map(|(key, value)| ((*key).into(), (*value).into()))
        .collect();
    let catalog = Catalog::embedded();
    let scenario = Scenario::load(&path, &overrides, &catalog).unwrap();
    let simulation = Simulation::new(&scenario, &catalog, Watch::default()).unwrap();
    let (command, outcome): (&str, Outcome) = if !file.starts_with("01") && !file.starts_with("03") {
        (
            "simulate",
            simulate(&scenario, &simulation, Watch::default()).unwrap(),
        )
    } else {
        (
            "search",
            search(&scenario, &simulation, &[], 10, Watch::default()).unwrap(),
        )
    };
    assemble(command, &scenario, &catalog, &simulation, &outcome).unwrap()
}

/// The problems a JSON Schema validator finds in a written report.
fn schema_problems(report: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(&schema_json()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    validator
        .iter_errors(report)
        .map(|error| error.to_string())
        .collect()
}

#[test]
fn the_committed_schema_of_reports_is_the_one_the_types_give() {
    let committed = std::fs::read_to_string("models/report.schema.json").unwrap();
    assert!(
        committed == schema_json(),
        "models/report.schema.json is stale: isochrone schema report > models/report.schema.json"
    );
}

#[test]
fn the_schema_of_reports_knows_what_must_be_there() {
    let good: Value = serde_json::from_slice(&to_json(&sample_report(3, 5)).unwrap()).unwrap();
    assert_eq!(schema_problems(&good), Vec::<String>::new());
    let spoilt = |spoil: &dyn Fn(&mut Value)| {
        let mut report = good.clone();
        spoil(&mut report);
        schema_problems(&report)
    };
    assert_ne!(spoilt(&|it| it["schema"] = "another".into()), [""; 0]);
    assert_ne!(spoilt(&|it| it["schema_version"] = 2.into()), [""; 0]);
    assert_ne!(spoilt(&|it| it["sets"][0]["rank"] = "first".into()), [""; 0]);
    assert_ne!(
        spoilt(&|it| it["sets"][1]["versus_best"]["p95_ms"]["verdict"] = "maybe".into()),
        [""; 0]
    );
    for key in [
        "schema",
        "schema_version",
        "command",
        "complete",
        "provenance",
        "sets",
        "warnings",
    ] {
        let without = spoilt(&|it| drop(it.as_object_mut().unwrap().remove(key)));
        assert!(!without.is_empty(), "a report without {key} passes");
    }
    for key in ["search", "baseline"] {
        let without = spoilt(&|it| drop(it.as_object_mut().unwrap().remove(key)));
        assert_eq!(without, Vec::<String>::new(), "{key} may be absent");
    }
}

#[test]
fn every_model_gives_a_sound_report() {
    for file in [
        "01-worldwide-audience.toml",
        "02-europe-with-remote-backend.toml",
        "03-own-users.toml",
    ] {
        // Sets of three are left to the release run: these tests run unoptimised.
        let overrides: &[(&str, &str)] = if file.starts_with("02") {
            &[]
        } else {
            &[("regions.sizes", "[1, 2]")]
        };
        let report = report(file, overrides);
        assert!(!report.sets.is_empty() && report.complete, "{file}");
        let written = serde_json::from_slice(&to_json(&report).unwrap()).unwrap();
        assert_eq!(schema_problems(&written), Vec::<String>::new(), "{file}");
        for set in &report.sets {
            let latency = &set.latency;
            assert!(
                latency.p50_ms.value < latency.p95_ms.value && latency.p95_ms.value < latency.p99_ms.value
            );
            assert!(latency.p95_ms.std_error > 0.0 && latency.p95_ms.input.is_some());
            let traffic: f64 = set.traffic.iter().map(|region| region.share).sum();
            let countries: f64 = set.countries.iter().map(|country| country.share).sum();
            assert!(
                (traffic - 1.0).abs() < 1e-9 && (countries - 1.0).abs() < 1e-9,
                "{file}"
            );
        }
    }
}

/// The order a rule of thumb gives: the east coast adds least, Australia most, and neither nothing.
#[test]
fn a_backend_farther_away_adds_more() {
    let report = report("02-europe-with-remote-backend.toml", &[]);
    let added = |region: &str| {
        let set = report
            .sets
            .iter()
            .find(|set| set.regions == [format!("aws:{region}")])
            .unwrap();
        set.versus_baseline.as_ref().unwrap().mean_ms.figure.value
    };
    let (east, west, australia) = (added("us-east-1"), added("us-west-2"), added("ap-southeast-2"));
    assert!(
        0.0 < east && east < west && west < australia,
        "{east} {west} {australia}"
    );
}

/// Shape of a published ranking of world-wide region sets (2022): one region is best in Europe, and each further
/// region helps less.
#[test]
fn a_world_wide_audience_shows_the_published_shape() {
    let report = report(
        "01-worldwide-audience.toml",
        &[("regions.sizes", "[1, 2, 3]"), ("runs", "200")],
    );
    let best = &report.search.as_ref().unwrap().best_by_size;
    assert!(best[0].regions[0].starts_with("aws:eu-"), "{:?}", best[0]);
    let gains: Vec<f64> = best
        .windows(2)
        .map(|pair| pair[0].value - pair[1].value)
        .collect();
    assert!(gains[0] > gains[1] && gains[1] > 0.0, "{gains:?}");
}

/// A figure that a model states of one of its sets: `# headline: SET | PATH | VALUE | TOLERANCE %`.
struct Headline {
    set: String,
    path: String,
    value: f64,
    tolerance: f64,
}

fn headlines(file: &str) -> Vec<Headline> {
    let text = std::fs::read_to_string(Path::new("models").join(file)).unwrap();
    let lines = text.lines().filter_map(|line| line.strip_prefix("# headline: "));
    let parsed = lines.map(|line| {
        let [set, path, value, tolerance] = line.split(" | ").collect::<Vec<_>>()[..] else {
            panic!("{file}: {line} has not four parts");
        };
        Headline {
            set: set.to_owned(),
            path: path.to_owned(),
            value: value.parse().unwrap(),
            tolerance: tolerance.trim_end_matches(" %").parse::<f64>().unwrap() / 100.0,
        }
    });
    parsed.collect()
}

/// What stands at a path. Keys and names may hold spaces and dots, so the longest that begins the path is taken.
fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    if path.is_empty() {
        return Some(value);
    }
    let after = |key: &str| {
        let rest = path.strip_prefix(key)?;
        if rest.is_empty() {
            Some(rest)
        } else {
            rest.strip_prefix('.')
        }
    };
    match value {
        Value::Object(fields) => {
            let mut found = fields.iter().filter_map(|(key, field)| at(field, after(key)?));
            found.next()
        }
        Value::Array(items) => items.iter().find_map(|item| at(body(item), after(&name(item)?)?)),
        _ => None,
    }
}

/// What an element of an array is called: by its name, or by the first of a pair.
fn name(item: &Value) -> Option<String> {
    if let Value::Array(pair) = item {
        return pair.first().map(ToString::to_string);
    }
    let keys = ["name", "store", "part", "rule", "class", "access", "cut"];
    let named = keys.iter().find_map(|key| item[*key].as_str());
    named.map(str::to_owned)
}

fn body(item: &Value) -> &Value {
    if item.is_array() { &item[1] } else { item }
}

/// The figure and its standard error, where it has one.
fn figure(value: &Value) -> (f64, f64) {
    match value.as_f64() {
        Some(value) => (value, 0.0),
        None => (
            value["value"].as_f64().unwrap(),
            value["std_error"].as_f64().unwrap(),
        ),
    }
}

fn models() -> Vec<String> {
    let files = std::fs::read_dir("models").unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let is_scenario = |name: &String| Path::new(name).extension().is_some_and(|it| it == "toml");
    let mut models: Vec<String> = names.filter(is_scenario).collect();
    models.sort();
    models
}

/// The first models ask for more than an unoptimised build should run: fewer runs, and four standard errors of what
/// these give on top of the tolerance. Those from 04 on run as they are but for the replicates of inputs, which change
/// no figure.
#[test]
fn every_headline_holds() {
    let models = models();
    assert!(models.len() >= 15, "{models:?}");
    for file in models {
        let headlines = headlines(&file);
        assert!(!headlines.is_empty(), "{file} has no headline line");
        let whole = file.as_str() >= "04";
        let fewer: &[(&str, &str)] = match &file[..2] {
            "01" => &[
                ("runs", "1000"),
                ("input_replicates", "0"),
                ("regions.sizes", "1"),
            ],
            "03" => &[
                ("runs", "2000"),
                ("input_replicates", "0"),
                ("regions.sizes", "1"),
            ],
            "02" => &[("runs", "2000"), ("input_replicates", "0")],
            _ => &[("input_replicates", "0")],
        };
        let report = serde_json::to_value(report_with(&file, fewer, &[])).unwrap();
        for headline in headlines {
            let sets = report["sets"].as_array().unwrap();
            let set = sets.iter().find(|set| set["name"] == headline.set.as_str());
            let found = set.and_then(|set| at(set, &headline.path));
            let place = format!("{file}: {} of {}", headline.path, headline.set);
            let (value, error) = figure(found.unwrap_or_else(|| panic!("{place} is not in the report")));
            let error = if whole { 0.0 } else { 4.0 * error };
            let allowed = headline.tolerance * headline.value.abs() + error;
            assert!(
                (value - headline.value).abs() <= allowed,
                "{place} is {value}, not {} ± {allowed}",
                headline.value
            );
        }
    }
}
