//! Laws of reading a scenario: nothing makes it panic, the same meaning written otherwise is the same scenario.
use std::path::Path;
use std::sync::LazyLock;

use isochrone::basis::dist::Dist;
use isochrone::design::scenario::{Checked, Scenario};
use isochrone::world::catalog::Catalog;
use proptest::prelude::*;

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::embedded);

/// Every key of the format at least once, a small audience.
const FULL: &str = r#"name = "all keys"
description = "each key once"
seed = 7
runs = 512
input_replicates = 10
precision = "p99:0.5ms"
points = "scrambled"
allocation = "by-weight"
race_runs = 4096
indifference = "0.2pp"
objective = "within:150ms"
allow_outside = false
[audience]
countries = ["IS", "FR"]
min_users = 10
requests_per_user_per_second = 0.001
access = { lan = 0.2, wifi = "50%", cellular = 0.2, satellite = 0.05, any = 0.05 }
[regions]
providers = ["aws", "gcp"]
candidates = ["eu-west-1", "eu-west-2", "us-east-1", "gcp:europe-west1", "af-south-1"]
opt_in = true
must_have = ["eu-west-1"]
must_not_have = ["us-east-1"]
sizes = "1..3"
services = { file = "tests/scenario/services.csv", required = [] }
[request]
round_trips = 3
service = { mixture = [{ weight = 1, of = "5ms" }, { weight = 2, of = { shifted = { by_ms = 2, of = { exponential = { mean_ms = 4 } } } } }] }
[network]
matrix = "tests/scenario/square.csv"
access = true
spread = false
jitter = true
[[network.link]]
from = "reykjavik-is"
to = "eu-west-1"
rtt = { log_normal = { p50_ms = 30, p90_ms = 35 } }
[[network.link]]
from = "paris-fr"
to = "eu-west-2"
rtt = { ping = { min_ms = 8, avg_ms = 9, max_ms = 20, mdev_ms = 1 } }
[baseline]
name = "today"
regions = ["eu-west-1"]
[[placement]]
name = "two"
regions = ["eu-west-1", "eu-west-2"]
[[placement]]
regions = ["gcp:europe-west1"]
[targets]
p50 = "60ms"
p95 = "200ms"
p99 = "0.4s"
share_within = { within = "150ms", at_least = "90%" }
[report]
share_within = ["50ms", "100ms"]
worst_country_min_share = "0.5%"
"#;

fn check(name: &str, text: &str, overrides: &[(String, String)]) -> Checked {
    Scenario::check_text(name, text, Path::new(""), overrides, &CATALOG)
}

/// What holds of every check, whatever was read.
fn expect_sound(checked: &Checked) {
    assert_eq!(
        checked.scenario.is_none(),
        checked.errors() > 0,
        "{:?}",
        checked.problems
    );
    for problem in &checked.problems {
        let Some(place) = &problem.place else { continue };
        assert!(place.line >= 1 && place.column >= 1);
        let text = &checked
            .sources
            .iter()
            .find(|source| source.name == place.file)
            .unwrap()
            .text;
        assert!(
            place.span.start <= place.span.end && place.span.end <= text.len(),
            "{problem}"
        );
        assert!(place.line <= text.split('\n').count(), "{problem}");
    }
}

/// What a scenario means, without where it was read from.
fn meaning(checked: &Checked) -> String {
    let mut scenario = checked.scenario.clone().unwrap();
    scenario.inputs.clear();
    scenario.overrides.clear();
    format!("{scenario:?}")
}

#[test]
fn the_full_scenario_is_sound() {
    let checked = check("full.toml", FULL, &[]);
    assert_eq!(checked.problems, []);
    expect_sound(&checked);
}

#[test]
fn the_same_scenario_in_json_means_the_same() {
    let value: toml::Value = toml::from_str(FULL).unwrap();
    for json in [
        serde_json::to_string(&value).unwrap(),
        serde_json::to_string_pretty(&value).unwrap(),
    ] {
        assert_eq!(
            meaning(&check("full.json", &json, &[])),
            meaning(&check("full.toml", FULL, &[]))
        );
    }
}

#[test]
fn an_override_means_what_the_file_would() {
    let edits = [
        ("runs", "2048", "runs = 512", "runs = 2048"),
        ("targets.p95", "180ms", "p95 = \"200ms\"", "p95 = \"180ms\""),
        (
            "network.link.0.rtt",
            "31ms",
            "{ log_normal = { p50_ms = 30, p90_ms = 35 } }",
            "\"31ms\"",
        ),
        ("regions.sizes", "[1, 2]", "\"1..3\"", "[1, 2]"),
        (
            "placement.1.name",
            "\"Google's\"",
            "regions = [\"gcp",
            "name = \"Google's\"\nregions = [\"gcp",
        ),
    ];
    for (key, value, from, to) in edits {
        assert!(FULL.contains(from), "{from}");
        let edited = check("full.toml", &FULL.replace(from, to), &[]);
        let set = check("full.toml", FULL, &[(key.to_owned(), value.to_owned())]);
        assert_eq!(meaning(&set), meaning(&edited), "{key}");
        assert_eq!(set.scenario.unwrap().overrides, [format!("{key}={value}")]);
    }
}

#[test]
fn an_override_may_make_a_section() {
    let text = "[audience]\ncountries = [\"IS\"]\n";
    let set = check("a.toml", text, &[("request.round_trips".into(), "4".into())]);
    assert_eq!(set.scenario.unwrap().classes[0].exchanges, 4);
}

#[test]
fn a_distribution_written_as_toml_reads_back_as_itself() {
    let dists = [
        Dist::fixed(12.5),
        Dist::log_normal(40.0, 0.37),
        Dist::from_p50_p90(40.0, 60.0),
        Dist::weibull(10.0, 1.7),
        Dist::pareto(10.0, 2.5),
        Dist::gumbel(50.0, 4.0),
        Dist::gamma(2.5, 3.0),
        Dist::exponential(7.0),
        Dist::shifted(5.0, Dist::exponential(7.0).unwrap()),
        Dist::scaled(1.5, Dist::weibull(10.0, 1.7).unwrap()),
        Dist::truncated(2.0, f64::INFINITY, Dist::exponential(7.0).unwrap()),
        Dist::truncated(0.0, 30.0, Dist::exponential(7.0).unwrap()),
        Dist::from_quantiles(&[(0.5, 40.0), (0.9, 60.0), (0.99, 110.0)]),
        Dist::from_samples(&[10.0, 12.0, 11.0, 30.0]),
        Dist::mixture([
            (0.9, Dist::fixed(20.0).unwrap()),
            (0.1, Dist::exponential(50.0).unwrap()),
        ]),
    ];
    for dist in dists {
        let dist = dist.unwrap();
        let text = format!(
            "[audience]\ncountries = [\"IS\"]\n[request]\nservice = {}\n",
            dist.to_toml()
        );
        let checked = check("a.toml", &text, &[]);
        assert_eq!(checked.problems, [], "{text}");
        assert_eq!(checked.scenario.unwrap().classes[0].service, dist, "{text}");
    }
}

#[test]
fn nesting_without_end_is_refused() {
    let deep = 100_000;
    let json = format!("{}1{}", "[".repeat(deep), "]".repeat(deep));
    let toml = format!("name = {}1{}", "[".repeat(deep), "]".repeat(deep));
    let dotted = format!("{} = 1", vec!["a"; deep].join("."));
    let tables = format!("{}1{}", "{\"a\":".repeat(deep), "}".repeat(deep));
    for (name, text) in [
        ("a.json", &json),
        ("a.toml", &toml),
        ("b.toml", &dotted),
        ("b.json", &tables),
    ] {
        let checked = check(name, text, &[]);
        assert!(checked.errors() > 0, "{name}");
    }
    let path = vec!["a"; deep].join(".");
    let checked = check("a.toml", FULL, &[(path, "1".to_owned())]);
    assert_eq!(checked.errors(), 1);
}

#[test]
fn a_flood_of_problems_is_counted_not_shown() {
    let keys: Vec<String> = (0..5000).map(|i| format!("key{i} = 1")).collect();
    let checked = check("a.toml", &keys.join("\n"), &[]);
    assert_eq!(checked.problems.len(), 101);
    // 5000 unknown keys, and no audience.
    assert_eq!(checked.problems[100].message, "4901 more problems follow");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_file_with_any_lines_left_out_is_sound(keep in proptest::collection::vec(proptest::bool::weighted(0.85), 70)) {
        let kept = FULL.lines().zip(&keep).filter(|(_, keep)| **keep).map(|(line, _)| line);
        let text: String = kept.flat_map(|line| [line, "\n"]).collect();
        expect_sound(&check("a.toml", &text, &[]));
    }

    #[test]
    fn a_file_with_values_exchanged_is_sound(a in 0_usize..60, b in 0_usize..60) {
        let mut lines: Vec<String> = FULL.lines().map(str::to_owned).collect();
        let (a, b) = (a % lines.len(), b % lines.len());
        if let (Some((key, _)), Some((_, value))) = (lines[a].split_once(" = "), lines[b].split_once(" = ")) {
            lines[a] = format!("{key} = {value}");
        }
        expect_sound(&check("a.toml", &lines.join("\n"), &[]));
    }

    #[test]
    fn a_file_with_a_hole_in_it_is_sound(start in 0_usize..1900, len in 0_usize..40, put in "[\\PC\\n]{0,6}") {
        let mut text: Vec<char> = FULL.chars().collect();
        let start = start.min(text.len());
        let end = (start + len).min(text.len());
        text.splice(start..end, put.chars());
        let text: String = text.into_iter().collect();
        expect_sound(&check("a.toml", &text, &[]));
        expect_sound(&check("a.json", &text, &[]));
    }

    #[test]
    fn any_text_and_any_override_are_sound(text in "\\PC{0,80}", key in "[a-z.0-9]{0,20}", value in "\\PC{0,20}") {
        expect_sound(&check("a.toml", &text, &[]));
        expect_sound(&check("a.json", &text, &[]));
        expect_sound(&check("a.toml", FULL, &[(key, value)]));
    }

    #[test]
    fn any_bytes_are_sound(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.toml", "a.json"] {
            let path = folder.path().join(name);
            std::fs::write(&path, &bytes).unwrap();
            prop_assert!(Scenario::check(&path, &[], &CATALOG).errors() > 0);
        }
        let users = folder.path().join("users.csv");
        std::fs::write(users, &bytes).unwrap();
        let text = "[audience]\nfile = \"users.csv\"\n";
        let checked = Scenario::check_text("a.toml", text, folder.path(), &[], &CATALOG);
        prop_assert!(checked.errors() > 0);
    }
}
