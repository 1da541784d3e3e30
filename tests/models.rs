//! Every scenario in `models/` runs, and what it teaches holds.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support {
    pub(crate) mod golden;
}

use std::path::Path;
use std::sync::LazyLock;

use isochrone::decide::run::{Outcome, search, simulate};
use isochrone::decide::sites::{Unattended, answer};
use isochrone::design::scenario::{Scenario, asks_for_sites};
use isochrone::design::targets::Targets;
use isochrone::engine::progress::Watch;
use isochrone::engine::simulation::Simulation;
use isochrone::report::assemble::{assemble, assemble_sites};
use isochrone::report::export::json::to_json;
use isochrone::report::model::Report;
use isochrone::report::sample::sample_report;
use isochrone::report::schema::{schema_json, sites_schema_json};
use isochrone::world::catalog::Catalog;
use serde_json::Value;
use support::golden::{self, Golden, Judged, judged, value_breaking};

/// The report of a model with fewer runs than it asks for, so that unoptimised builds are quick.
fn report(file: &str, overrides: &[(&str, &str)]) -> Report {
    let fewer = [("runs", "300"), ("input_replicates", "10")];
    report_with(file, &fewer, overrides)
}

/// The report of a model with these keys in place of its own.
fn report_with(file: &str, fewer: &[(&str, &str)], overrides: &[(&str, &str)]) -> Report {
    // From the folder that tests run in: reports name their files, and golden ones are the same wherever the sources lie.
    let path = Path::new("models").join(file);
    let overrides: Vec<(String, String)> = fewer
        .iter()
        .chain(overrides)
        .map(|(key, value)| ((*key).into(), (*value).into()))
        .collect();
    let catalog = Catalog::embedded();
    let scenario = Scenario::load(&path, &overrides, &catalog).unwrap();
    let simulation = Simulation::new(&scenario, &catalog, Watch::default()).unwrap();
    let (command, outcome): (&str, Outcome) = if ["01", "03", "23"].contains(&&file[..2]) {
        (
            "search",
            search(&scenario, &simulation, &[], 10, Watch::default()).unwrap(),
        )
    } else {
        (
            "simulate",
            simulate(&scenario, &simulation, Watch::default()).unwrap(),
        )
    };
    assemble(command, &scenario, &catalog, &simulation, &outcome).unwrap()
}

/// Model 17 with few runs, and without its score: what moves a score takes most of the time.
static LOSSES: LazyLock<Report> = LazyLock::new(|| {
    shortened("17-losses-and-cables.toml", "simulate", |scenario, simulation| {
        simulate(scenario, simulation, Watch::default()).unwrap()
    })
});

/// The report of a search through a model, with few runs and without its promises.
fn search_of(file: &str) -> Report {
    shortened(file, "search", |scenario, simulation| {
        search(scenario, simulation, &[], 10, Watch::default()).unwrap()
    })
}

/// The report of a model with few runs, without promises and score.
fn shortened(file: &str, command: &str, run: impl Fn(&Scenario, &Simulation) -> Outcome) -> Report {
    let path = Path::new("models").join(file);
    let fewer = [("input_replicates", "0"), ("runs", "100")].map(|(key, value)| (key.into(), value.into()));
    let catalog = Catalog::embedded();
    let mut scenario = Scenario::load(&path, &fewer, &catalog).unwrap();
    scenario.targets = Targets::default();
    scenario.score.clear();
    let simulation = Simulation::new(&scenario, &catalog, Watch::default()).unwrap();
    let outcome = run(&scenario, &simulation);
    assemble(command, &scenario, &catalog, &simulation, &outcome).unwrap()
}

/// Whether a model asks which sites to open.
fn is_about_sites(file: &str) -> bool {
    asks_for_sites(
        file,
        &std::fs::read_to_string(Path::new("models").join(file)).unwrap(),
    )
}

/// The report of a model that asks which sites to open.
fn sites_report(file: &str) -> Value {
    let path = Path::new("models").join(file);
    let checked = Scenario::check(&path, &[], &Catalog::embedded());
    assert!(checked.problems.is_empty(), "{:?}", checked.problems);
    let question = checked.into_sites().unwrap();
    let found = answer(&question, &Unattended).unwrap();
    serde_json::to_value(assemble_sites(&question, &found, None)).unwrap()
}

/// The part of a report that a headline is about: a set by its name; `3 sites` or `growth` of a question of sites.
fn part<'a>(report: &'a Value, named: &str) -> Option<&'a Value> {
    if named == "growth" {
        return Some(&report["growth"]);
    }
    let all = report["sets"].as_array().or(report["answers"].as_array())?;
    let is = |set: &&Value| {
        set["name"] == named
            || set["open"]
                .as_u64()
                .is_some_and(|open| named == format!("{open} sites"))
    };
    all.iter().find(is)
}

/// The problems a JSON Schema validator finds in a written report.
fn schema_problems(report: &Value) -> Vec<String> {
    problems_under(&schema_json(), report)
}

fn problems_under(schema: &str, report: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(schema).unwrap();
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
fn the_schema_of_reports_of_sites_is_committed_and_holds() {
    let committed = std::fs::read_to_string("models/sites.schema.json").unwrap();
    assert!(
        committed == sites_schema_json(),
        "models/sites.schema.json is stale: isochrone schema sites > models/sites.schema.json"
    );
    let report = sites_report("21-own-sites.toml");
    assert_eq!(problems_under(&committed, &report), Vec::<String>::new());
    for key in ["schema", "complete", "provenance", "answers", "assumptions"] {
        let mut spoilt = report.clone();
        spoilt.as_object_mut().unwrap().remove(key);
        assert!(
            !problems_under(&committed, &spoilt).is_empty(),
            "a report without {key} passes"
        );
    }
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
    // Those of recovery come last: a store's RPO is called by its store, a loss by its name.
    let keys = [
        "name", "store", "part", "rule", "class", "access", "cut", "strategy", "step", "cause", "preset",
        "what", "region", "site",
    ];
    let named = keys.iter().find_map(|key| item[*key].as_str()).map(str::to_owned);
    named.or_else(|| item["year"].as_u64().map(|year| year.to_string()))
}

fn body(item: &Value) -> &Value {
    if item.is_array() { &item[1] } else { item }
}

/// The figure and its standard error, where it has one; 1 for what holds and 0 for what does not.
fn figure(value: &Value) -> (f64, f64) {
    match (value.as_f64(), value.as_bool()) {
        (Some(value), _) => (value, 0.0),
        (None, Some(holds)) => (f64::from(u8::from(holds)), 0.0),
        (None, None) => (
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
    assert!(models.len() >= 25, "{models:?}");
    let mut unsaid = Vec::new();
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
        let report = if is_about_sites(&file) {
            sites_report(&file)
        } else {
            serde_json::to_value(report_with(&file, fewer, &[])).unwrap()
        };
        unsaid.extend(golden::check(&file, &report).err());
        for headline in headlines {
            let set = part(&report, &headline.set);
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
    unsaid.extend(golden::orphans());
    assert!(unsaid.is_empty(), "{}", unsaid.join("\n"));
}

fn golden_of(sampler: u64, model: &str, figure: &str, said: usize) -> Golden {
    Golden {
        sampler,
        model: model.to_owned(),
        value_breaking: said,
        figures: vec![figure.to_owned()],
        all_figures: figure.to_owned(),
        report: format!("{model} {figure}"),
        ..Golden::default()
    }
}

/// Figures of a model that is what it was do not change unsaid.
#[test]
fn figures_change_only_with_the_sampler_and_a_line_in_the_changelog() {
    let was = golden_of(2, "a", "p95 ms: 100", 1);
    let may = |now: &Golden| matches!(judged(Some(&was), now, true), Judged::MayChange(_));
    let why = |now: &Golden| match judged(Some(&was), now, true) {
        Judged::MustBeSaid(why) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(judged(Some(&was), &was, true), Judged::Same);
    assert!(matches!(judged(None, &was, true), Judged::MayChange(_)));
    let unsaid = why(&golden_of(2, "a", "p95 ms: 101", 1));
    assert!(
        unsaid.contains("raise the sampler version above 2") && unsaid.contains("CHANGELOG.md"),
        "{unsaid}"
    );
    assert!(unsaid.contains("− p95 ms: 100, + p95 ms: 101"), "{unsaid}");
    assert!(!why(&golden_of(3, "a", "p95 ms: 101", 1)).contains("sampler version"));
    assert!(!why(&golden_of(2, "a", "p95 ms: 101", 2)).contains("CHANGELOG.md"));
    assert!(may(&golden_of(3, "a", "p95 ms: 101", 2)));
    // Another model, or other words around the same figures.
    assert!(may(&golden_of(2, "b", "p95 ms: 101", 1)));
    let other_words = Golden {
        report: "other".into(),
        ..was.clone()
    };
    assert!(may(&other_words));
    // Elsewhere the last digits may differ.
    let elsewhere = Golden {
        all_figures: "p95 ms: 100.00000001".into(),
        ..was.clone()
    };
    assert_eq!(judged(Some(&was), &elsewhere, false), Judged::Same);
    assert!(matches!(
        judged(Some(&was), &elsewhere, true),
        Judged::MustBeSaid(_)
    ));
}

/// Every file that is there reads back as it was written.
#[test]
fn files_of_figures_read_back() {
    for model in models() {
        let path = Path::new("tests/golden").join(&model).with_extension("txt");
        let text = std::fs::read_to_string(&path).unwrap();
        let read = Golden::read(&text);
        assert!(read.figures.len() >= 3 && read.report.len() == 16, "{model}");
        assert_eq!(read.written(&model), text);
    }
}

#[test]
fn a_line_of_the_changelog_counts_for_the_models_that_it_names() {
    let text = "## Unreleased\n\n- *Value-breaking:* draws of classes, in models 05 to 07\n  and 18.\n- Model 09 is new.\n\
                - *Value-breaking* (sampler 3): bins; all models.\n- *Value-breaking:* names no model.\n";
    let counted = [4, 5, 6, 7, 9, 18].map(|model| value_breaking(text, model));
    assert_eq!(counted, [1, 2, 2, 2, 1, 2]);
}

/// Who stands by is a part of a set: the same regions with another standby, or with none, are another set.
#[test]
fn sets_that_differ_in_their_standbys_alone_stay_apart() {
    let fewer = [("input_replicates", "0"), ("runs", "100"), ("regions.sizes", "1")];
    let report = report_with("16-four-strategies.toml", &fewer, &[]);
    let baseline = &report.sets[report.baseline.unwrap()];
    assert_eq!((report.sets.len(), baseline.name.as_str()), (6, "Virginia alone"));
    let standbys = |name: &str| -> Vec<String> {
        let set = report.sets.iter().find(|set| set.name == name).unwrap();
        let recovery = set.recovery.as_ref().unwrap();
        recovery.standbys.iter().map(|it| it.role.clone()).collect()
    };
    assert_eq!(standbys("Virginia alone"), [""; 0]);
    assert_eq!(standbys("pilot light"), ["pilot_light"]);
}

/// What a search finds stands by itself; the placements with a standby are told beside it, under their own names.
#[test]
fn a_search_gives_no_standby_s_name_to_regions_without_one() {
    let report = search_of("16-four-strategies.toml");
    let told: Vec<(&str, usize)> = report
        .sets
        .iter()
        .filter(|set| set.regions == ["aws:us-east-1"])
        .map(|set| (set.name.as_str(), set.recovery.as_ref().unwrap().standbys.len()))
        .collect();
    for name in ["backup and restore", "pilot light", "warm standby", "hot standby"] {
        assert!(told.contains(&(name, 1)), "{told:?}");
    }
    assert!(
        told.contains(&("Virginia alone", 0)) && told.len() == 5,
        "{told:?}"
    );
}

/// Ireland is the only way round the cable between Frankfurt and Virginia: with both gone there is none.
#[test]
fn no_way_round_leads_through_a_region_that_is_lost() {
    let set = LOSSES.sets.iter().find(|set| set.regions.len() == 3).unwrap();
    let losses = &set.recovery.as_ref().unwrap().losses;
    let after = |name: &str| losses.iter().find(|loss| loss.name == name).unwrap();
    let round = &after("the cable from Ireland").detours[0];
    assert!(round.after_ms.unwrap() > round.before_ms, "{round:?}");
    let torn = after("Ireland, and the cable from Frankfurt");
    assert_eq!((torn.detours[0].after_ms, torn.partitions.len()), (None, 2));
}

/// Without Ireland no region is left that may serve the EU: its countries have neither a region nor a latency, and the
/// report can be written.
#[test]
fn a_country_that_nobody_may_serve_after_a_loss_has_no_latency() {
    let written: Value = serde_json::from_slice(&to_json(&LOSSES).unwrap()).unwrap();
    assert_eq!(schema_problems(&written), Vec::<String>::new());
    let set = LOSSES
        .sets
        .iter()
        .find(|set| set.name == "Ireland and Virginia")
        .unwrap();
    let losses = &set.recovery.as_ref().unwrap().losses;
    let ireland = losses.iter().find(|loss| loss.name == "aws:eu-west-1").unwrap();
    let of = |code: &str| ireland.countries.iter().find(|it| it.country == code).unwrap();
    assert_eq!((of("DE").p95_after_ms, &of("DE").main_region), (None, &None));
    assert!(of("GB").p95_after_ms.is_some() && ireland.unserved > 0.3);
}
