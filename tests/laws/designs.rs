//! Laws of designs: what holds whatever the classes, the routing and the stores are.

use std::path::Path;

use isochrone::decide::designer::Designer;
use isochrone::decide::enumerate::Query;
use isochrone::decide::objective::Figure;
use isochrone::decide::run::{search, simulate};
use isochrone::design::scenario::Scenario;
use isochrone::engine::latency::placed::Placed;
use isochrone::engine::latency::table::LatencyTable;
use isochrone::engine::progress::Watch;
use isochrone::engine::simulation::Simulation;
use isochrone::report::assemble::assemble;
use isochrone::report::export::json::to_json;
use isochrone::world::catalog::Catalog;

/// A small audience, six candidates, three classes, an edge, a leader to be searched and a quorum.
const DESIGN: &str = r#"
runs = 400
input_replicates = 5
[audience]
countries = ["DE", "US", "BR", "JP", "AU", "ZA"]
min_users = 3000000
requests_per_second = 100
[regions]
candidates = ["us-east-1", "us-west-2", "eu-west-1", "ap-northeast-1", "ap-southeast-2", "sa-east-1"]
sizes = [2, 3]
[[class]]
name = "page"
kind = "static"
share = 0.6
via = "cdn"
bytes = "40 KB"
connection = { protocol = "tls1.3", reuse = "70%", loss = "0.2%" }
[[class]]
name = "look"
kind = "read"
share = 0.3
service = { log_normal = { p50_ms = 8, p90_ms = 20 } }
operation = [{ store = "orders", access = "read-local" }]
[[class]]
name = "buy"
kind = "write"
share = 0.1
operation = [{ store = "orders", access = "write" }, { store = "money", access = "write" }]
[cdn]
hits = "80%"
[routing]
policy = "latency"
resolver = [{ at = "37.4,-122.1", country = "US", share = "10%", users = ["BR"] }]
[[store]]
name = "orders"
kind = "single_leader"
leader = "search"
lag = "300ms"
service = "2ms"
[[store]]
name = "money"
kind = "quorum"
r = 2
w = 2
service = "1ms"
"#;

fn made(text: &str) -> (Scenario, Simulation) {
    let catalog = Catalog::embedded();
    let scenario = Scenario::parse("design.toml", text, Path::new(""), &[], &catalog).unwrap();
    let simulation = Simulation::new(&scenario, &catalog, Watch::default()).unwrap();
    (scenario, simulation)
}

fn query(objective: Figure, top: usize) -> Query {
    Query {
        sizes: vec![2, 3],
        must_have: Vec::new(),
        objective,
        limits: Vec::new(),
        top,
    }
}

/// The search screens sets coarsely; what it keeps must be what scoring every set from the table keeps.
#[test]
fn the_search_finds_what_scoring_every_design_finds() {
    let (scenario, simulation) = made(DESIGN);
    let laws = &simulation.laws;
    let table = LatencyTable::simulate(laws, 400, 7, Watch::default()).unwrap();
    let backend = simulation.backend(&scenario);
    let designer = Designer {
        laws,
        table: &table,
        backend: Some(&backend),
    };
    for objective in [Figure::Mean, Figure::Quantile(0.95), Figure::ShareWithin(200.0)] {
        let found = designer.search(&query(objective, 3), Watch::default()).unwrap();
        let mut all: Vec<(f64, Vec<usize>)> = Vec::new();
        for a in 0..6 {
            for b in a + 1..6 {
                for c in b + 1..6 {
                    let set = vec![a, b, c];
                    let value = designer.best(objective, &set, &[]).unwrap().1;
                    all.push((objective.cost(value), set));
                }
            }
        }
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        let best: Vec<&Vec<usize>> = found.best[&3].iter().map(|scored| &scored.regions).collect();
        let wanted: Vec<&Vec<usize>> = all.iter().take(3).map(|(_, set)| set).collect();
        assert_eq!(best, wanted, "{objective:?}");
    }
}

/// The leader that a search settles on serves the objective no worse than any other.
#[test]
fn the_best_leader_is_the_best() {
    let (scenario, simulation) = made(DESIGN);
    let table = LatencyTable::simulate(&simulation.laws, 400, 7, Watch::default()).unwrap();
    let backend = simulation.backend(&scenario);
    let designer = Designer {
        laws: &simulation.laws,
        table: &table,
        backend: Some(&backend),
    };
    let set = [0, 2, 4];
    let (_, best) = designer.best(Figure::Mean, &set, &[]).unwrap();
    let leads = designer.leads(&set, &[]);
    assert_eq!(leads.len(), 3);
    for lead in leads {
        let placed = Placed::of(&simulation.laws, &table, designer.plan(&set, lead));
        assert!(placed.mean(&simulation.laws, &table).value >= best - 1e-9);
    }
}

/// Shares of classes weigh what classes take.
#[test]
fn the_mean_is_that_of_the_classes() {
    let (scenario, simulation) = made(DESIGN);
    let table = LatencyTable::simulate(&simulation.laws, 400, 7, Watch::default()).unwrap();
    let backend = simulation.backend(&scenario);
    let designer = Designer {
        laws: &simulation.laws,
        table: &table,
        backend: Some(&backend),
    };
    let (plan, _) = designer.best(Figure::Mean, &[0, 2], &[]).unwrap();
    let placed = Placed::of(&simulation.laws, &table, plan);
    let of_classes: f64 = (0..3)
        .map(|class| {
            simulation.laws.class_share(class)
                * placed.mean_of(&simulation.laws, &table, class..class + 1).value
        })
        .sum();
    let mean = placed.mean(&simulation.laws, &table).value;
    assert!((mean - of_classes).abs() < 1e-9 * mean, "{mean} {of_classes}");
}

#[test]
fn one_two_and_eight_threads_write_the_same_bytes() {
    let catalog = Catalog::embedded();
    let (scenario, _) = made(DESIGN);
    let reports: Vec<Vec<u8>> = [1, 2, 8]
        .into_iter()
        .map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| {
                let simulation = Simulation::new(&scenario, &catalog, Watch::default()).unwrap();
                let outcome = search(&scenario, &simulation, &[], 3, Watch::default()).unwrap();
                let report = assemble("search", &scenario, &catalog, &simulation, &outcome).unwrap();
                to_json(&report).unwrap()
            })
        })
        .collect();
    assert!(reports[0] == reports[1]);
    assert!(reports[0] == reports[2]);
}

/// Two classes that do the same are one class.
#[test]
fn a_class_split_in_two_changes_nothing_but_the_sampling() {
    let one = "runs = 4000\ninput_replicates = 0\n[audience]\ncountries = [\"DE\"]\n[regions]\ncandidates = [\"eu-west-1\"]\nsizes = 1\n[[placement]]\nregions = [\"eu-west-1\"]\n";
    let class = |name: &str, share: f64| {
        format!(
            "[[class]]\nname = \"{name}\"\nkind = \"read\"\nshare = {share}\nconnection = {{ protocol = \"tls1.3\", reuse = \"50%\" }}\n"
        )
    };
    let p95 = |text: &str| {
        let (scenario, simulation) = made(text);
        let outcome = simulate(&scenario, &simulation, Watch::default()).unwrap();
        outcome.sets[0].judged.quantiles[2]
    };
    let whole = p95(&format!("{one}{}", class("all", 1.0)));
    let halves = p95(&format!("{one}{}{}", class("this", 0.5), class("that", 0.5)));
    // The classes draw their modes apart but share the users: five standard errors of either.
    let error = 5.0 * whole.std_error.hypot(halves.std_error);
    assert!((whole.value - halves.value).abs() < error, "{whole:?} {halves:?}");
}

/// A set that names its leader is judged with it, beside the same regions with the leader that serves best.
#[test]
fn a_search_keeps_the_leaders_that_sets_name() {
    let named = "[baseline]\nname = \"now\"\nregions = [\"us-east-1\", \"eu-west-1\"]\n\
        [[placement]]\nname = \"led from Sydney\"\nregions = [\"us-east-1\", \"ap-southeast-2\"]\n\
        leaders = { orders = \"ap-southeast-2\" }\n\
        [[placement]]\nname = \"whoever leads\"\nregions = [\"us-west-2\", \"eu-west-1\"]\n";
    let catalog = Catalog::embedded();
    let (scenario, simulation) = made(&format!("{DESIGN}{named}"));
    let outcome = search(&scenario, &simulation, &[], 40, Watch::default()).unwrap();
    let report = assemble("search", &scenario, &catalog, &simulation, &outcome).unwrap();
    let leader = |name: &str| {
        let set = report.sets.iter().find(|set| set.name == name).unwrap();
        set.design.as_ref().unwrap().leaders[0].clone()
    };
    let sydney = leader("led from Sydney");
    assert_eq!(
        (sydney.region.as_str(), sydney.searched),
        ("aws:ap-southeast-2", false)
    );
    assert!(leader("now").searched && leader("whoever leads").searched);
    // Its regions are there once more, under the leader that serves them best, and no design is there twice.
    assert!(leader("us-east-1 + ap-southeast-2").region != sydney.region);
    let mut designs: Vec<_> = outcome
        .sets
        .iter()
        .map(|set| (&set.judged.placed.plan.regions, &set.judged.placed.plan.leaders))
        .collect();
    designs.sort();
    assert!(designs.windows(2).all(|pair| pair[0] != pair[1]));
    // Every set of two and three regions, and the one with its own leader.
    assert_eq!(report.sets.len(), 15 + 20 + 1);
}

/// In which order a file lists its classes and candidates is no part of the question.
#[test]
fn order_of_classes_and_candidates_changes_nothing_but_the_sampling() {
    let judged = |text: &str| {
        let (scenario, simulation) = made(&format!(
            "{}[[placement]]\nregions = [\"us-east-1\", \"eu-west-1\"]\nleaders = {{ orders = \"us-east-1\" }}\n",
            text.replace("runs = 400", "runs = 4000")
                .replace("input_replicates = 5", "input_replicates = 0")
        ));
        simulate(&scenario, &simulation, Watch::default())
            .unwrap()
            .sets
            .remove(0)
            .judged
    };
    let tables: Vec<&str> = DESIGN.split("[[class]]").collect();
    let (page, look) = (tables[1], tables[2]);
    let swapped = DESIGN.replace(page, "@").replace(look, page).replace('@', look);
    let renamed = DESIGN.replace(
        r#""us-east-1", "us-west-2", "eu-west-1""#,
        r#""eu-west-1", "us-west-2", "us-east-1""#,
    );
    let plain = judged(DESIGN);
    // Candidates are kept in the order of the catalogue: the very same.
    assert_eq!(judged(&renamed).mean, plain.mean);
    // Classes have streams of their own: five standard errors.
    let other = judged(&swapped);
    let error = 5.0 * plain.mean.std_error.hypot(other.mean.std_error);
    assert!(
        (plain.mean.value - other.mean.value).abs() < error,
        "{:?} {:?}",
        plain.mean,
        other.mean
    );
}

/// Under every policy, whatever is not served is told, and the rest is shared out whole.
#[test]
fn traffic_adds_up_under_every_policy() {
    let policies = [
        "policy = \"latency\"",
        "policy = \"geolocation\"\ncountries = { DE = [\"eu-west-1\"] }\ndefault = [\"us-east-1\"]",
        "policy = \"geoproximity\"\nbias = { \"us-east-1\" = 40 }",
        "policy = \"weighted\"\nweights = { \"us-east-1\" = 3, \"eu-west-1\" = 1 }",
        "policy = \"failover\"\norder = [\"eu-west-1\", \"us-east-1\"]",
        "policy = \"multivalue\"",
    ];
    for policy in policies {
        let text = DESIGN.replace("policy = \"latency\"", policy);
        let (scenario, simulation) = made(&format!(
            "{text}[[placement]]\nregions = [\"us-east-1\", \"eu-west-1\"]\n"
        ));
        let outcome = simulate(&scenario, &simulation, Watch::default()).unwrap();
        let placed = &outcome.sets[0].judged.placed;
        let served: f64 = (0..3)
            .flat_map(|class| placed.class_traffic(&simulation.laws, class))
            .map(|(_, share)| share)
            .sum();
        // Four fifths of the pages, which are 0.6 of all requests, never leave the edge.
        let all = 1.0 - 0.6 * 0.8;
        let lost = placed.lost(&simulation.laws);
        assert!(
            (served - all * (1.0 - lost)).abs() < 1e-9,
            "{policy}: {served}, lost {lost}"
        );
        assert!(lost < 1e-12, "{policy}");
    }
}
