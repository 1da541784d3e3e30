//! What a file says about losses and recovery is what is read: every key once, its defaults, and laws about writing it
//! otherwise.
use std::path::Path;
use std::sync::LazyLock;

use isochrone::basis::dist::Dist;
use isochrone::basis::units::Millis;
use isochrone::design::recovery::{
    CommonCause, Failures, Impairment, LossPreset, Measure, Recovery, Role, Standby, Step, Term,
};
use isochrone::design::scenario::{Scenario, TemplateKind, init_template, schema_json};
use isochrone::design::targets::Objective;
use isochrone::world::catalog::Catalog;
use proptest::prelude::*;

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::embedded);

/// Top-level tables, which may stand in any order.
const TABLES: [&str; 14] = [
    r#"
[audience]
countries = ["FR", "US"]
"#,
    r#"
[regions]
candidates = ["us-east-1", "us-west-2", "eu-west-1", "eu-west-3"]
"#,
    r#"
[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "orders", access = "write" }, { store = "ledger", access = "write" }, { store = "tables", access = "write" }]
"#,
    r#"
[[store]]
name = "orders"
kind = "single_leader"
lag = "1s"
[[store]]
name = "ledger"
kind = "quorum"
members = ["us-east-1", "us-west-2", "eu-west-1"]
r = 2
w = 2
coordinator = "leader"
promotion = "40s"
[[store]]
name = "tables"
kind = "multi_leader"
lag = "1s"
keys = 10
"#,
    r#"
[baseline]
regions = ["us-east-1", "eu-west-1"]
standby = { eu-west-3 = "hot" }
"#,
    r#"
[[placement]]
name = "Virginia"
regions = ["us-east-1"]
standby = { eu-west-3 = "backup", us-west-2 = "warm" }
"#,
    r#"
[recovery]
years = 20000
detection = { interval = "10s", threshold = 2, timeout = "1s" }
decision = { log_normal = { p50 = "10m", p95 = "30m" } }
runbook = [["restore", "promotion"], ["ramp"], ["traffic"]]
ramp = { active = "1s", hot = "2s", warm = "3m", pilot_light = "4m", backup = { exponential = { mean = "2h" } } }
backup = { interval = "12h", copy = "30m", size = "2 TB", rate = "1 Gbps" }
failback = { after = "1h", pause = "30s" }
standby = { us-west-2 = "pilot_light" }
"#,
    r#"
[failures]
preset = "pessimistic"
region = { per_year = 0.02, repair = "6h" }
regions = { us-east-1 = { per_year = 0.1, repair = { exponential = { mean = "6h" } } } }
common = { provider = "2%", country = "3%", zone = "5%" }
incidents = { capacity_left = "70%", per_year = 2, repair = "90m" }
zone_loss = { per_year = 0.3, repair = "2h" }
[[failures.zone]]
name = "west"
regions = ["eu-west-3", "eu-west-1"]
[[failures.link]]
name = "cable"
between = [["eu-west-1", "us-east-1"]]
per_year = 0.2
repair = "14d"
"#,
    r#"
[[loss]]
name = "Ireland and a cable"
regions = ["eu-west-1"]
links = [["us-west-2", "us-east-1"]]
impaired = [{ region = "us-east-1", capacity_left = "50%" }, { region = "eu-west-3", added = "200ms" }]
"#,
    r#"
[targets]
rto = "30m"
rpo = "0s"
availability = "99.95%"
tolerate = 1
"#,
    r#"
[[score]]
of = "p95"
weight = 2
target = "100ms"
limit = "400ms"
"#,
    r#"
[[score]]
of = "within:150ms-after-loss"
weight = 1
target = 0.9
limit = "50%"
"#,
    r#"
[[score]]
of = "availability"
weight = 0.5
target = "99.99%"
limit = "99%"
"#,
    r#"
[[score]]
of = "rto-p99.9"
weight = 0.5
target = "1m"
limit = "1h"
"#,
];

fn whole(order: &[usize]) -> String {
    order.iter().map(|&i| TABLES[i]).collect()
}

fn in_file_order() -> String {
    TABLES.concat()
}

fn read_with(text: &str, overrides: &[(&str, &str)]) -> Scenario {
    let overrides: Vec<(String, String)> = overrides
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect();
    let checked = Scenario::check_text("a.toml", text, Path::new(""), &overrides, &CATALOG);
    assert_eq!(checked.problems, []);
    checked.scenario.unwrap()
}

fn read(text: &str) -> Scenario {
    read_with(text, &[])
}

fn small(more: &str) -> Scenario {
    read(&format!("{}{}{more}", TABLES[0], TABLES[1]))
}

fn region(scenario: &Scenario, code: &str) -> usize {
    let position = scenario.candidates.iter().position(|region| region.code == code);
    position.unwrap()
}

fn standby(scenario: &Scenario, code: &str, role: Role) -> Standby {
    Standby {
        region: region(scenario, code),
        role,
    }
}

/// Seconds that the scenario states, always the same.
fn stated(term: &Term) -> Option<f64> {
    assert_eq!((term.source.as_str(), term.assumed), ("scenario", false));
    term.seconds.as_fixed()
}

/// Quantiles are scaled from milliseconds and go through an exponential and a logarithm.
fn near(found: f64, wanted: f64) -> bool {
    (found - wanted).abs() <= 1e-9 * wanted
}

#[test]
fn the_chain_of_recovery_is_read_in_seconds() {
    let recovery = read(&in_file_order()).recovery;
    let detection = &recovery.detection;
    assert_eq!((detection.interval_s, detection.threshold), (10.0, 2));
    assert_eq!(recovery.years, 20_000);
    assert_eq!(stated(&detection.timeout), Some(1.0));
    assert_eq!(detection.source, "scenario");
    let decision = recovery.decision.unwrap();
    assert_eq!(stated(&decision), None);
    assert!(near(decision.seconds.quantile(0.5), 600.0));
    assert!(near(decision.seconds.quantile(0.95), 1800.0));
    assert_eq!(
        recovery.runbook,
        [
            vec![Step::Restore, Step::Promotion],
            vec![Step::Ramp],
            vec![Step::Traffic]
        ]
    );
    let ramp: Vec<Option<f64>> = recovery.ramp.iter().map(stated).collect();
    assert_eq!(ramp, [Some(1.0), Some(2.0), Some(180.0), Some(240.0), None]);
    assert!(near(recovery.ramp[4].seconds.mean().unwrap(), 7200.0));
}

#[test]
fn backups_and_the_way_back_are_read() {
    let recovery = read(&in_file_order()).recovery;
    let backups = recovery.backups.unwrap();
    // A gigabit is 125 MB.
    assert_eq!(
        (backups.interval_s, backups.bytes, backups.bytes_per_s),
        (43_200.0, 2e12, 125e6)
    );
    assert_eq!(stated(&backups.copy), Some(1800.0));
    assert_eq!((backups.source.as_str(), backups.assumed), ("scenario", false));
    let failback = recovery.failback.unwrap();
    assert_eq!(
        (stated(&failback.after), stated(&failback.pause)),
        (Some(3600.0), Some(30.0))
    );
}

#[test]
fn a_store_with_a_leader_may_say_how_long_promotion_takes() {
    let scenario = read(&in_file_order());
    let [orders, ledger, tables] = scenario.recovery.promotion.as_slice() else {
        panic!("three stores");
    };
    assert_eq!(stated(ledger.as_ref().unwrap()), Some(40.0));
    assert!(orders.as_ref().unwrap().assumed && tables.is_none());
}

#[test]
fn standbys_belong_to_their_set_or_to_all() {
    let scenario = read(&in_file_order());
    let of = |code, role| standby(&scenario, code, role);
    assert_eq!(scenario.recovery.standbys, [of("us-west-2", Role::PilotLight)]);
    let baseline = scenario.baseline.as_ref().unwrap();
    assert_eq!(baseline.standbys, [of("eu-west-3", Role::Hot)]);
    let mut wanted = vec![of("us-west-2", Role::Warm), of("eu-west-3", Role::Backup)];
    wanted.sort_by_key(|standby| standby.region);
    assert_eq!(scenario.placements[0].standbys, wanted);
}

#[test]
fn failures_are_read_with_rates_and_repairs() {
    let scenario = read(&in_file_order());
    let failures = &scenario.failures;
    assert_eq!(failures.preset, LossPreset::Pessimistic);
    let region_loss = failures.region.as_ref().unwrap();
    assert_eq!(
        (region_loss.per_year, region_loss.repair.as_fixed()),
        (0.02, Some(21_600.0))
    );
    assert_eq!(
        (region_loss.source.as_str(), region_loss.assumed),
        ("scenario", false)
    );
    let virginia = region(&scenario, "us-east-1");
    for (place, own) in failures.of_region.iter().enumerate() {
        assert_eq!(own.is_some(), place == virginia);
    }
    let own = failures.of_region[virginia].as_ref().unwrap();
    assert!(own.per_year == 0.1 && near(own.repair.mean().unwrap(), 21_600.0));
    let common = CommonCause {
        provider: 0.02,
        country: 0.03,
        zone: 0.05,
    };
    assert_eq!(failures.common, Some(common));
    let zone_loss = failures.zone_loss.as_ref().unwrap();
    assert_eq!(
        (zone_loss.per_year, zone_loss.repair.as_fixed()),
        (0.3, Some(7200.0))
    );
}

#[test]
fn hazard_zones_links_and_incidents_are_read() {
    let scenario = read(&in_file_order());
    let failures = &scenario.failures;
    let mut both = vec![region(&scenario, "eu-west-1"), region(&scenario, "eu-west-3")];
    both.sort_unstable();
    assert_eq!(
        (failures.zones[0].name.as_str(), &failures.zones[0].regions),
        ("west", &both)
    );
    let incidents = failures.incidents.as_ref().unwrap();
    assert_eq!(incidents.impairment, Impairment::CapacityLeft(0.7));
    let hazard = incidents.hazard.as_ref().unwrap();
    assert_eq!((hazard.per_year, hazard.repair.as_fixed()), (2.0, Some(5400.0)));
    let (a, b) = (region(&scenario, "us-east-1"), region(&scenario, "eu-west-1"));
    let cable = &failures.links[0];
    assert_eq!(cable.name, "cable");
    assert_eq!(cable.pairs, [(a.min(b), a.max(b))]);
    assert_eq!(
        (cable.hazard.per_year, cable.hazard.repair.as_fixed()),
        (0.2, Some(1_209_600.0))
    );
}

#[test]
fn a_named_loss_may_take_regions_links_and_capacity() {
    let scenario = read(&in_file_order());
    assert_eq!(scenario.losses.lose_any, 1);
    let [loss] = scenario.losses.named.as_slice() else {
        panic!("one loss");
    };
    let at = |code| region(&scenario, code);
    assert_eq!(loss.name, "Ireland and a cable");
    assert_eq!(loss.regions, [at("eu-west-1")]);
    let (a, b) = (at("us-west-2"), at("us-east-1"));
    assert_eq!(loss.links, [(a.min(b), a.max(b))]);
    let mut impaired = vec![
        (at("us-east-1"), Impairment::CapacityLeft(0.5)),
        (
            at("eu-west-3"),
            Impairment::AddedLatency(Dist::fixed(200.0).unwrap()),
        ),
    ];
    impaired.sort_by_key(|(region, _)| *region);
    assert_eq!(loss.impaired, impaired);
}

#[test]
fn promises_and_score_are_read_in_the_units_of_their_measures() {
    let scenario = read(&in_file_order());
    let targets = &scenario.targets;
    assert_eq!((targets.rto_s, targets.rpo_s), (Some(1800.0), Some(0.0)));
    assert_eq!(targets.tolerate, Some(1));
    assert!(near(targets.availability.unwrap().get(), 0.9995));
    let told: Vec<(Measure, f64, f64)> = scenario
        .score
        .iter()
        .map(|utility| (utility.of, utility.target, utility.limit))
        .collect();
    let within = Objective::ShareWithin(Millis::parse("150ms").unwrap());
    assert_eq!(
        told,
        [
            (Measure::Latency(Objective::P95), 100.0, 400.0),
            (Measure::LatencyAfterLoss(within), 0.9, 0.5),
            // A percentage is divided by 100, and so it is here.
            (Measure::Availability, 99.99 / 100.0, 0.99),
            (Measure::Rto(99.9 / 100.0), 60.0, 3600.0),
        ]
    );
    let weights: Vec<f64> = scenario.score.iter().map(|utility| utility.weight).collect();
    // Weights 2, 1, 1/2 and 1/2 are quarters and eighths of their sum, which is exact.
    assert_eq!(weights, [0.5, 0.25, 0.125, 0.125]);
}

#[test]
fn what_is_not_said_has_the_documented_default() {
    let scenario = small("");
    let standard = Recovery::standard(&[]).unwrap();
    assert_eq!(scenario.recovery, standard);
    assert_eq!(scenario.failures, Failures::standard(4));
    assert!(!scenario.recovery_asked && scenario.score.is_empty());
    let told = small("[recovery]\ndetection = { threshold = 1 }\nfailback = { after = \"1h\" }\n").recovery;
    assert_eq!((told.detection.interval_s, told.detection.threshold), (30.0, 1));
    assert!(
        told.detection
            .source
            .starts_with("threshold: scenario; interval: Amazon")
    );
    assert_eq!(told.backups, standard.backups);
    let pause = told.failback.unwrap().pause;
    assert!(pause.assumed && pause.seconds.as_fixed() == Some(0.0));
    let backups = small("[recovery]\nbackup = { interval = \"1h\" }\n")
        .recovery
        .backups
        .unwrap();
    assert_eq!(
        (backups.interval_s, backups.bytes, backups.assumed),
        (3600.0, 0.0, true)
    );
}

#[test]
fn reports_tell_of_losses_when_anything_asks_for_them() {
    let latency = "[[score]]\nof = \"p95\"\nweight = 1\ntarget = \"1ms\"\nlimit = \"2ms\"\n";
    for nothing in ["", "[targets]\np95 = \"100ms\"\n", latency] {
        assert!(!small(nothing).recovery_asked, "{nothing}");
    }
    for something in [
        "[recovery]\n",
        "[failures]\n",
        "[[loss]]\nname = \"a\"\nregions = [\"us-east-1\"]\n",
        "[baseline]\nregions = [\"us-east-1\"]\nstandby = { us-west-2 = \"warm\" }\n",
        "[targets]\nrto = \"5m\"\n",
        "[targets]\nrpo = \"0s\"\n[[class]]\nname = \"w\"\nkind = \"write\"\nshare = 1.0\noperation = [{ store = \"orders\", access = \"write\" }]\n\
         [[store]]\nname = \"orders\"\nkind = \"single_leader\"\nlag = \"1s\"\n",
        "[targets]\navailability = 0.999\n",
        "[targets]\ntolerate = 1\n",
        "[[score]]\nof = \"p95-after-loss\"\nweight = 1\ntarget = \"1ms\"\nlimit = \"2ms\"\n",
        "[[score]]\nof = \"rpo-p95\"\nweight = 1\ntarget = \"0s\"\nlimit = \"2s\"\n",
    ] {
        assert!(small(something).recovery_asked, "{something}");
    }
}

#[test]
fn keys_of_recovery_can_be_set_from_the_command_line() {
    let before = format!("{}{}", TABLES[0], TABLES[1]);
    let scenario = read_with(
        &before,
        &[
            ("recovery.detection.interval", "10s"),
            ("recovery.backup.size", "2TB"),
            ("recovery.backup.rate", "200MB/s"),
            ("recovery.standby.us-west-2", "pilot_light"),
            ("failures.preset", "optimistic"),
            ("failures.region", "{ per_year = 0.5, repair = \"1h\" }"),
            ("targets.tolerate", "1"),
        ],
    );
    assert_eq!(scenario.recovery.detection.interval_s, 10.0);
    assert_eq!(scenario.recovery.backups.as_ref().unwrap().bytes_per_s, 2e8);
    assert_eq!(
        scenario.recovery.standbys,
        [standby(&scenario, "us-west-2", Role::PilotLight)]
    );
    assert_eq!(scenario.failures.preset, LossPreset::Optimistic);
    assert_eq!(scenario.failures.region.unwrap().per_year, 0.5);
    assert_eq!(scenario.targets.tolerate, Some(1));
    assert!(scenario.recovery_asked && scenario.overrides.len() == 7);
}

#[test]
fn every_key_of_recovery_keeps_to_the_schema() {
    let schema = serde_json::from_str(&schema_json()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let value = serde_json::to_value(toml::from_str::<toml::Value>(&in_file_order()).unwrap()).unwrap();
    let problems: Vec<String> = validator
        .iter_errors(&value)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn the_template_s_section_about_losses_holds_when_its_comments_are_taken_off() {
    let text = init_template(TemplateKind::ActiveActive);
    let (before, section) = text.split_once("# --- when a region is lost").unwrap();
    let (section, after) = section.split_once("# --- the sets").unwrap();
    let bare: Vec<&str> = section
        .lines()
        .skip_while(|line| !line.starts_with("# [recovery]"))
        .map(|line| line.strip_prefix("# ").unwrap_or(line))
        .collect();
    let scenario = read(&format!("{before}{}\n# {after}", bare.join("\n")));
    assert!(scenario.recovery_asked && scenario.score.len() == 3);
    assert!(scenario.failures.region.is_some() && !scenario.recovery.standbys.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_tables_does_not_matter(order in Just((0..TABLES.len()).collect::<Vec<_>>()).prop_shuffle()) {
        let (plain, other) = (read(&in_file_order()), read(&whole(&order)));
        prop_assert_eq!(&plain.recovery, &other.recovery);
        prop_assert_eq!(&plain.failures, &other.failures);
        prop_assert_eq!(&plain.losses, &other.losses);
        prop_assert_eq!(&plain.targets, &other.targets);
        prop_assert_eq!(&plain.placements, &other.placements);
        // The score keeps the order of the file.
        let names = |scenario: &Scenario| {
            let mut names: Vec<String> = scenario.score.iter().map(|utility| utility.of.name()).collect();
            names.sort();
            names
        };
        prop_assert_eq!(names(&plain), names(&other));
    }
}
