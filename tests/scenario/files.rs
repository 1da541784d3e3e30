//! The files of the project that are scenarios or describe them: models, templates, the schema.
use std::path::{Path, PathBuf};

use isochrone::design::scenario::{Scenario, TemplateKind, asks_for_sites, init_template, schema_json};
use isochrone::design::targets::Objective;
use isochrone::world::catalog::Catalog;
use serde_json::Value;

/// The models that are scenarios; questions of sites have a schema and a test of their own.
fn models() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir("models")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .filter(|path| !asks_for_sites("model.toml", &std::fs::read_to_string(path).unwrap()))
        .collect();
    paths.sort();
    paths
}

fn load(path: &str) -> Scenario {
    Scenario::load(Path::new(path), &[], &Catalog::embedded()).unwrap()
}

/// The problems a JSON Schema validator finds in a TOML text.
fn schema_problems(text: &str) -> Vec<String> {
    let schema: Value = serde_json::from_str(&schema_json()).unwrap();
    let value: Value = serde_json::to_value(toml::from_str::<toml::Value>(text).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    validator
        .iter_errors(&value)
        .map(|error| error.to_string())
        .collect()
}

#[test]
fn the_committed_schema_is_the_one_the_types_give() {
    let committed = std::fs::read_to_string("models/scenario.schema.json").unwrap();
    assert!(
        committed == schema_json(),
        "models/scenario.schema.json is stale: isochrone schema scenario > models/scenario.schema.json"
    );
}

#[test]
fn every_model_keeps_to_the_schema_and_loads_without_a_warning() {
    let models = models();
    assert!(models.len() >= 3);
    for path in models {
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(schema_problems(&text), Vec::<String>::new(), "{}", path.display());
        let scenario = Scenario::load(&path, &[], &Catalog::embedded()).unwrap();
        assert_eq!(scenario.warnings, [], "{}", path.display());
    }
}

#[test]
fn every_template_keeps_to_the_schema_and_passes_the_check() {
    for kind in TemplateKind::ALL {
        let text = init_template(kind);
        assert_eq!(schema_problems(text), Vec::<String>::new(), "{}", kind.name());
        let scenario = Scenario::parse("new.toml", text, Path::new(""), &[], &Catalog::embedded()).unwrap();
        assert_eq!(scenario.warnings, [], "{}", kind.name());
    }
}

#[test]
fn the_schema_refuses_what_the_check_refuses_by_shape() {
    for wrong in [
        "rusn = 5",
        "runs = \"many\"",
        "[targets]\np95 = 150",
        "[audience]\ncountries = \"DE\"",
    ] {
        assert_ne!(schema_problems(wrong), Vec::<String>::new(), "{wrong}");
    }
}

#[test]
fn the_worldwide_model_weighs_every_commercial_region_of_aws() {
    let scenario = load("models/01-worldwide-audience.toml");
    assert!(scenario.candidates.iter().all(|region| region.partition == "aws"));
    assert!(scenario.candidates.iter().any(|region| region.opt_in));
    assert_eq!(scenario.sizes, [1, 2, 3, 4]);
    assert_eq!(scenario.audience.weight_unit, "users");
    // Taiwan's users are published by nobody the catalogue takes in.
    assert!(scenario.audience.missing.contains(&"TW".to_owned()));
    let baseline = scenario.baseline.unwrap();
    assert_eq!(scenario.candidates[baseline.regions[0]].id, "aws:us-east-1");
}

#[test]
fn the_model_of_own_users_reads_its_rows() {
    let scenario = load("models/03-own-users.toml");
    let groups = &scenario.audience.groups;
    assert_eq!(groups.len(), 12);
    assert_eq!(
        (groups[0].id.as_str(), groups[0].country.as_str()),
        ("headquarters", "DE")
    );
    assert_eq!(groups[1].id, "berlin-de");
    assert_eq!(groups[5].place.lat(), 46.62);
    // 42000 users at 0.002 requests per second each.
    assert!((groups[0].requests_per_second.unwrap() - 84.0).abs() < 1e-9);
    let names: Vec<&str> = scenario.inputs.iter().map(|input| input.name.as_str()).collect();
    assert_eq!(names, ["models/03-own-users.toml", "03-users.csv"]);
    assert!(scenario.inputs.iter().all(|input| input.digest.len() == 16));
    let must_have = &scenario.candidates[scenario.must_have[0]];
    assert_eq!(must_have.id, "aws:eu-central-1");
    assert!(
        scenario
            .candidates
            .iter()
            .all(|region| region.code != "us-west-1")
    );
}

#[test]
fn a_scenario_of_an_audience_alone_has_the_documented_defaults() {
    let text = "[audience]\ncountries = [\"IS\"]\n";
    let scenario = Scenario::parse("dir/small.toml", text, Path::new(""), &[], &Catalog::embedded()).unwrap();
    assert_eq!(scenario.name, "small");
    assert_eq!((scenario.sampling.seed, scenario.sampling.runs), (42, 10_000));
    assert_eq!(
        (scenario.sampling.input_replicates, scenario.sampling.precision),
        (200, None)
    );
    assert_eq!(
        (scenario.objective, scenario.sizes.as_slice()),
        (Objective::P95, &[1, 2, 3, 4][..])
    );
    assert_eq!(
        (
            scenario.classes[0].exchanges,
            scenario.classes[0].service.as_fixed()
        ),
        (1, Some(0.0))
    );
    assert!(scenario.network.access && scenario.network.spread && scenario.network.jitter);
    assert_eq!(scenario.share_limits_ms, [50.0, 100.0, 150.0, 200.0, 300.0]);
    assert!(
        scenario
            .candidates
            .iter()
            .all(|region| region.provider == "aws" && region.partition == "aws")
    );
}

#[test]
fn a_measured_matrix_counts_both_ways_between_regions_and_links_win() {
    let text = "[audience]\ncountries = [\"FR\"]\n[network]\nmatrix = \"square.csv\"\n\
                [[network.link]]\nfrom = \"paris-fr\"\nto = \"eu-west-1\"\nrtt = \"17ms\"\n";
    let folder = Path::new("tests/scenario");
    let scenario = Scenario::parse("a.toml", text, folder, &[], &Catalog::embedded()).unwrap();
    let told: Vec<(&str, &str, Option<f64>)> = scenario
        .network
        .measured
        .iter()
        .map(|rtt| (rtt.from.as_str(), rtt.to.as_str(), rtt.rtt.as_fixed()))
        .collect();
    let (dublin, virginia) = ("aws:eu-west-1", "aws:us-east-1");
    assert_eq!(
        told,
        [
            (dublin, dublin, Some(0.0)),
            (dublin, virginia, Some(70.0)),
            (virginia, dublin, Some(70.0)),
            (virginia, virginia, Some(0.0)),
            ("paris-fr", dublin, Some(17.0)),
            ("paris-fr", virginia, Some(85.0)),
        ]
    );
}

#[test]
fn groups_without_an_id_are_named_by_their_place_and_told_apart() {
    let text = "[audience]\nfile = \"good.csv\"\n";
    let folder = Path::new("tests/scenario");
    let scenario = Scenario::parse("a.toml", text, folder, &[], &Catalog::embedded()).unwrap();
    let groups = &scenario.audience.groups;
    let ids: Vec<&str> = groups.iter().map(|group| group.id.as_str()).collect();
    assert_eq!(ids, ["a", "paris-fr", "48.1,16.3"]);
    assert_eq!(groups[2].country, "AT");
    assert_eq!(groups[2].access.len(), 2);
    assert_eq!(scenario.warnings.len(), 1);
}

#[test]
fn a_group_keeps_the_time_that_its_row_says_or_that_of_the_nearest_metro_of_its_country() {
    let text = "[audience]\nfile = \"zones.csv\"\n";
    let folder = Path::new("tests/scenario");
    let scenario = Scenario::parse("a.toml", text, folder, &[], &Catalog::embedded()).unwrap();
    let groups = scenario.audience.groups.iter();
    let zones: Vec<(&str, &str)> = groups
        .map(|group| (group.id.as_str(), group.zone.as_str()))
        .collect();
    assert_eq!(
        zones,
        [
            ("metro", "Europe/Paris"),
            ("told", "America/New_York"),
            ("point", "America/New_York"),
            ("region", "Europe/Dublin"),
            // Vigo's metro is in Spain, and so is its time; Portugal's is an hour behind.
            ("border", "Europe/Lisbon"),
            ("no-metro", "Europe/Zurich"),
        ]
    );
}

#[test]
fn sizes_grow_with_what_every_set_must_have_and_shrink_with_the_candidates() {
    let sizes = |regions: &str| {
        let text = format!("[audience]\ncountries = [\"FR\"]\n[regions]\n{regions}\n");
        Scenario::parse("a.toml", &text, Path::new(""), &[], &Catalog::embedded())
            .unwrap()
            .sizes
    };
    assert_eq!(sizes("candidates = [\"eu-west-1\", \"eu-west-2\"]"), [1, 2]);
    let five = "[\"eu-west-1\", \"eu-west-2\", \"eu-west-3\", \"us-east-1\", \"us-east-2\"]";
    assert_eq!(sizes(&format!("must_have = {five}")), [5]);
    assert_eq!(sizes("must_have = [\"eu-west-1\", \"eu-west-2\"]"), [2, 3, 4]);
    assert_eq!(sizes("sizes = \"2..=3\""), [2, 3]);
}

#[test]
fn a_service_that_is_required_narrows_the_candidates() {
    let text = "[audience]\ncountries = [\"FR\"]\n[regions]\nservices = { file = \"services.csv\", required = [\"queue\"] }\n";
    let folder = Path::new("tests/scenario");
    let scenario = Scenario::parse("a.toml", text, folder, &[], &Catalog::embedded()).unwrap();
    let codes: Vec<&str> = scenario
        .candidates
        .iter()
        .map(|region| region.code.as_str())
        .collect();
    assert_eq!(codes, ["us-east-1", "eu-west-1"]);
    assert_eq!(scenario.sizes, [1, 2]);
}

#[test]
fn a_scenario_above_the_size_limit_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("huge.toml");
    // A file of holes: large to whoever reads it, small on the disk.
    std::fs::File::create(&path)
        .unwrap()
        .set_len((64 << 20) + 1)
        .unwrap();
    let message = Scenario::load(&path, &[], &Catalog::embedded())
        .unwrap_err()
        .to_string();
    assert!(
        message.ends_with("is larger than the limit of 64 MiB"),
        "{message}"
    );
}

#[test]
fn a_scenario_that_is_not_there_or_not_text_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("none.toml");
    let message = Scenario::load(&missing, &[], &Catalog::embedded())
        .unwrap_err()
        .to_string();
    assert!(
        message.ends_with("none.toml` cannot be read: no such file or directory"),
        "{message}"
    );
    let bytes = folder.path().join("bytes.toml");
    std::fs::write(&bytes, b"runs = 500\nname = \"Z\xfcrich\"\n").unwrap();
    let message = Scenario::load(&bytes, &[], &Catalog::embedded())
        .unwrap_err()
        .to_string();
    assert!(
        message.ends_with("bytes.toml:2:10: byte 0xfc is not UTF-8 text"),
        "{message}"
    );
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_the_folder_is_refused_unless_allowed() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("users.csv"), "metro,users\nparis-fr,1\n").unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(outside.path().join("users.csv"), folder.path().join("users.csv")).unwrap();
    let text = "[audience]\nfile = \"users.csv\"\n";
    let catalog = Catalog::embedded();
    let error = Scenario::parse("a.toml", text, folder.path(), &[], &catalog).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a.toml:2:8: `users.csv` lies outside the folder of the scenario"
    );
    let text = format!("allow_outside = true\n{text}");
    assert!(Scenario::parse("a.toml", &text, folder.path(), &[], &catalog).is_ok());
}
