//! A design as a file describes it is the design that is read: every key once, and laws about writing it otherwise.
use std::path::Path;
use std::sync::LazyLock;

use isochrone::design::edge::Carrier;
use isochrone::design::request::{Call, Callee, ClassKind, Protocol, StoreAccess, Via};
use isochrone::design::residency::{Bound, ResidencyMode};
use isochrone::design::routing::Policy;
use isochrone::design::scenario::{Checked, Scenario, schema_json};
use isochrone::design::store::{Coordinator, Leader, Members, PartitionChoice, Store, StoreKind};
use isochrone::world::catalog::Catalog;
use proptest::prelude::*;

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::embedded);

const AROUND: &str = r#"
[audience]
countries = ["FR", "US"]
[regions]
candidates = ["us-east-1", "eu-west-1", "eu-west-3", "ap-southeast-1"]
[cdn]
hits = "90%"
edges = "edges.csv"
origin = "public"
[anycast]
origin = "public"
[routing]
policy = "geolocation"
countries = { fr = ["eu-west-3", "eu-west-1"] }
continents = { north-america = "us-east-1" }
default = "eu-west-1"
ttl = "5m"
ignore_ttl = "5%"
overstay = "30min"
resolver = [
    { at = "37.4,-122.1", country = "us", share = "10%", users = ["FR"] },
    { at = "paris-fr", share = 0.25 },
]
[network]
regions = "public"
[[residency]]
name = "GDPR"
users = ["EU", "gb"]
allowed = ["EU", "EEA"]
[[residency]]
name = "orders stay"
store = "orders"
allowed = ["EU", "US", "SG"]
operator = true
mode = "report"
[[cut]]
name = "Atlantic"
between = [["us-east-1", "eu-west-1"], ["eu-west-3", "us-east-1"]]
[baseline]
regions = ["us-east-1", "eu-west-1", "eu-west-3"]
leaders = { orders = "us-east-1" }
[[placement]]
name = "led from Ireland"
regions = ["us-east-1", "eu-west-1", "eu-west-3"]
leaders = { orders = "eu-west-1", ledger = "eu-west-3" }
"#;

const CLASSES: [&str; 4] = [
    r#"
[[class]]
name = "assets"
kind = "static"
share = "60%"
via = "cdn"
bytes = "1.5 MiB"
bandwidth = "20 Mbps"
initial_window = 20
warm_window = 40
"#,
    r#"
[[class]]
name = "browse"
kind = "read"
share = 0.3
via = "anycast"
exchanges = 2
service = { exponential = { mean_ms = 5 } }
connection = { protocol = "tls1.3", reuse = "80%", dns_hits = "95%", resolver = "20ms", loss = "0.1%", min_timeout = "200ms" }
operation = [
    { store = "orders", access = "read-local", times = 3 },
    { store = "ledger", access = "read-fresh" },
    { store = "images", access = "read-local" },
    { store = "measured", access = "read-local" },
]
"#,
    r#"
[[class]]
name = "checkout"
kind = "write"
share = "9%"
connection = { protocol = "quic-0rtt" }
operation = [{ store = "orders", access = "write" }, { store = "sessions", access = "write" }]
call = [
    { to = "us-east-1", times = 2, parallel = true, service = "5ms" },
    { to = "leader of ledger" },
]
"#,
    r#"
[[class]]
name = "ping"
kind = "read"
share = "1%"
connection = { loss = "2%" }
"#,
];

const STORES: [&str; 5] = [
    r#"
[[store]]
name = "orders"
kind = "single_leader"
leader = "eu-west-1"
service = "2ms"
lag = { log_normal = { p50_ms = 100, p90_ms = 400 } }
forwarding = false
bytes_per_write = "2 KB"
"#,
    r#"
[[store]]
name = "sessions"
kind = "multi_leader"
lag = "1s"
keys = 1e6
partition = "refuse"
"#,
    r#"
[[store]]
name = "ledger"
kind = "quorum"
members = ["eu-west-3", "us-east-1", "eu-west-1"]
r = 2
w = 3
coordinator = "leader"
"#,
    r#"
[[store]]
name = "images"
kind = "object_replication"
lag = "40s"
time_control = true
"#,
    r#"
[[store]]
name = "measured"
kind = "quorum"
n = 3
r = 1
w = 2
legs = { write = { pareto = { scale_ms = 3, shape = 3.35 } }, ack = "1ms", read = "2ms", response = "3ms", remote = "75ms" }
"#,
];

fn whole(classes: &[usize], stores: &[usize]) -> String {
    let classes = classes.iter().map(|&i| CLASSES[i]);
    let stores = stores.iter().map(|&i| STORES[i]);
    [AROUND].into_iter().chain(classes).chain(stores).collect()
}

fn in_file_order() -> String {
    whole(&[0, 1, 2, 3], &[0, 1, 2, 3, 4])
}

fn check(name: &str, text: &str) -> Checked {
    Scenario::check_text(name, text, Path::new("tests/scenario"), &[], &CATALOG)
}

fn read(text: &str) -> Scenario {
    let checked = check("a.toml", text);
    assert_eq!(checked.problems, []);
    checked.scenario.unwrap()
}

/// Candidates stand in the catalogue's order, not the file's.
fn region(scenario: &Scenario, code: &str) -> usize {
    let position = scenario.candidates.iter().position(|region| region.code == code);
    position.unwrap()
}

#[test]
fn classes_are_read_with_their_transfer_and_connection() {
    let scenario = read(&in_file_order());
    let [assets, browse, checkout, ping] = scenario.classes.as_slice() else {
        panic!("four classes");
    };
    assert_eq!((assets.kind, assets.via), (ClassKind::Static, Via::Cdn));
    assert_eq!(assets.transfer.bytes, 1.5 * 1024.0 * 1024.0);
    // 20 Mbps are 2.5 MB a second.
    assert_eq!(assets.transfer.bandwidth, Some(2500.0));
    assert_eq!(
        (assets.transfer.initial_window, assets.transfer.warm_window),
        (20, 40)
    );
    assert_eq!(
        (browse.kind, browse.via, browse.exchanges),
        (ClassKind::Read, Via::Anycast, 2)
    );
    assert_eq!(browse.service.mean(), Some(5.0));
    let connection = &browse.connection;
    assert_eq!(connection.protocol, Protocol::Tls13);
    assert_eq!(
        (connection.reuse, connection.dns_hits, connection.loss),
        (0.8, 0.95, 0.001)
    );
    assert_eq!(connection.resolver.as_fixed(), Some(20.0));
    assert_eq!(connection.min_timeout.ms(), 200.0);
    let connection = &checkout.connection;
    assert_eq!(connection.protocol, Protocol::QuicZeroRtt);
    assert_eq!((connection.reuse, connection.dns_hits), (0.0, 1.0));
    // RFC 6298 unless the file says otherwise.
    assert_eq!(
        (ping.connection.protocol, ping.connection.min_timeout.ms()),
        (Protocol::Warm, 1000.0)
    );
    assert_eq!(ping.connection.loss, 0.02);
    let shares: f64 = scenario.classes.iter().map(|class| class.share).sum();
    // Four shares are added and divided: a few units in the last place.
    assert!((shares - 1.0).abs() <= 4.0 * f64::EPSILON);
}

#[test]
fn operations_and_calls_know_whom_they_mean() {
    let scenario = read(&in_file_order());
    let done: Vec<(usize, StoreAccess, u32)> = scenario.classes[1]
        .operations
        .iter()
        .map(|operation| (operation.store, operation.access, operation.times))
        .collect();
    assert_eq!(
        done,
        [
            (0, StoreAccess::ReadLocal, 3),
            (2, StoreAccess::ReadFresh, 1),
            (3, StoreAccess::ReadLocal, 1),
            (4, StoreAccess::ReadLocal, 1),
        ]
    );
    let told = |call: &Call| (call.to, call.times, call.parallel, call.service.as_fixed());
    let calls: Vec<_> = scenario.classes[2].calls.iter().map(told).collect();
    let virginia = Callee::Region(region(&scenario, "us-east-1"));
    assert_eq!(
        calls,
        [
            (virginia, 2, true, Some(5.0)),
            (Callee::Leader(2), 1, false, Some(0.0))
        ]
    );
}

#[test]
fn edge_locations_come_from_a_file_and_are_shared() {
    let scenario = read(&in_file_order());
    let edge = scenario.edge.unwrap();
    assert_eq!((edge.hits, edge.origin), (0.9, Carrier::Public));
    let places: Vec<(&str, &str)> = edge
        .locations
        .iter()
        .map(|location| (location.id.as_str(), location.country.as_str()))
        .collect();
    assert_eq!(places, [("own:par", "FR"), ("own:nyc", "US")]);
    assert_eq!(scenario.network.regions, Carrier::Public);
}

#[test]
fn routing_is_read_with_its_records_and_resolvers() {
    let scenario = read(&in_file_order());
    let at = |code| region(&scenario, code);
    let Policy::Geolocation {
        countries,
        continents,
        default,
    } = &scenario.routing.policy
    else {
        panic!("geolocation");
    };
    assert_eq!(countries.get("FR"), Some(&vec![at("eu-west-3"), at("eu-west-1")]));
    assert_eq!(continents.get("North America"), Some(&vec![at("us-east-1")]));
    assert_eq!(default, &[at("eu-west-1")]);
    assert_eq!(
        (scenario.routing.ttl_s, scenario.routing.ignore_ttl),
        (300.0, 0.05)
    );
    let overstay = scenario.routing.overstay_s.as_ref().unwrap().as_fixed().unwrap();
    // 1 800 000 ms times a thousandth, which is not exact in binary.
    assert!((overstay - 1800.0).abs() <= 1800.0 * f64::EPSILON);
    let [far, near] = scenario.routing.resolvers.as_slice() else {
        panic!("two resolvers");
    };
    assert_eq!(
        (far.place.lat(), far.country.as_str(), far.share),
        (37.4, "US", 0.1)
    );
    assert_eq!(far.users, ["FR"]);
    assert_eq!(
        (near.country.as_str(), near.share, near.users.len()),
        ("FR", 0.25, 0)
    );
}

#[test]
fn the_other_policies_are_read_by_candidate() {
    let policy = |routing: &str| {
        let text = format!(
            "[audience]\ncountries = [\"FR\"]\n[regions]\ncandidates = [\"us-east-1\", \"eu-west-1\"]\n[routing]\n{routing}\n"
        );
        let scenario = read(&text);
        let at = [region(&scenario, "us-east-1"), region(&scenario, "eu-west-1")];
        (scenario.routing.policy, at)
    };
    assert_eq!(policy("ttl = \"1s\"").0, Policy::Latency);
    assert_eq!(policy("policy = \"multivalue\"").0, Policy::Multivalue);
    let (weighted, [virginia, ireland]) = policy("policy = \"weighted\"\nweights = { \"us-east-1\" = 3 }");
    let mut weights = vec![0.0; 2];
    weights[virginia] = 3.0;
    assert_eq!(weighted, Policy::Weighted { weights });
    let (near, _) = policy("policy = \"geoproximity\"\nbias = { \"eu-west-1\" = -99, \"us-east-1\" = 99 }");
    let mut bias = vec![0.0; 2];
    (bias[virginia], bias[ireland]) = (99.0, -99.0);
    assert_eq!(near, Policy::Geoproximity { bias });
    let (failover, _) = policy("policy = \"failover\"\norder = [\"eu-west-1\", \"aws:us-east-1\"]");
    assert_eq!(
        failover,
        Policy::Failover {
            order: vec![ireland, virginia]
        }
    );
}

#[test]
fn stores_with_a_lag_are_read_by_kind() {
    let scenario = read(&in_file_order());
    let [orders, sessions, _, images, _] = scenario.stores.as_slice() else {
        panic!("five stores");
    };
    let StoreKind::SingleLeader {
        leader,
        lag,
        forwarding,
    } = &orders.kind
    else {
        panic!("single leader");
    };
    assert_eq!(
        (leader, *forwarding),
        (&Leader::Fixed(region(&scenario, "eu-west-1")), false)
    );
    // The median of a log-normal is a parameter, but for an exponential and a logarithm.
    assert!((lag.quantile(0.5) - 100.0).abs() < 1e-9);
    assert_eq!(
        (orders.bytes_per_write, orders.service.as_fixed()),
        (2000.0, Some(2.0))
    );
    assert_eq!(
        (&orders.members, orders.partition),
        (&Members::All, PartitionChoice::Refuse)
    );
    let StoreKind::MultiLeader { keys, .. } = sessions.kind else {
        panic!("multi leader");
    };
    assert_eq!((keys, sessions.partition), (1e6, PartitionChoice::Refuse));
    let StoreKind::ObjectReplication { time_control, .. } = images.kind else {
        panic!("object replication");
    };
    assert!(time_control);
    assert_eq!(images.partition, PartitionChoice::Diverge);
}

#[test]
fn quorums_are_read_with_members_or_legs() {
    let scenario = read(&in_file_order());
    let (ledger, measured) = (&scenario.stores[2], &scenario.stores[4]);
    let mut members: Vec<usize> = ["us-east-1", "eu-west-1", "eu-west-3"]
        .map(|code| region(&scenario, code))
        .to_vec();
    members.sort_unstable();
    assert_eq!(ledger.members, Members::Named(members));
    let parts = |store: &Store| match &store.kind {
        StoreKind::Quorum {
            n,
            r,
            w,
            coordinator,
            legs,
        } => (*n, *r, *w, coordinator.clone(), legs.clone()),
        _ => panic!("a quorum"),
    };
    let (n, r, w, coordinator, legs) = parts(ledger);
    // One copy for each named member.
    assert_eq!((n, r, w), (Some(3), 2, 3));
    assert_eq!(coordinator, Coordinator::Leader(Leader::Search));
    assert!(legs.is_none());
    let (n, r, w, coordinator, legs) = parts(measured);
    assert_eq!((n, r, w, coordinator), (Some(3), 1, 2, Coordinator::Serving));
    let legs = legs.unwrap();
    assert_eq!(
        (
            legs.ack.as_fixed(),
            legs.read.as_fixed(),
            legs.response.as_fixed()
        ),
        (Some(1.0), Some(2.0), Some(3.0))
    );
    assert_eq!((legs.write.quantile(0.0), legs.remote_ms), (3.0, 75.0));
}

#[test]
fn sets_know_who_leads_which_store() {
    let scenario = read(&in_file_order());
    let at = |code| Some(region(&scenario, code));
    let baseline = scenario.baseline.as_ref().unwrap();
    assert_eq!(baseline.leaders, [at("us-east-1"), None, None, None, None]);
    assert_eq!(
        scenario.placements[0].leaders,
        [at("eu-west-1"), None, at("eu-west-3"), None, None]
    );
    assert_eq!(baseline.regions, scenario.placements[0].regions);
}

#[test]
fn rules_and_cuts_are_read() {
    let scenario = read(&in_file_order());
    let [gdpr, stay] = scenario.residency.as_slice() else {
        panic!("two rules");
    };
    let users = Bound::Users {
        jurisdictions: vec!["EU".to_owned()],
        countries: vec!["GB".to_owned()],
    };
    assert_eq!(
        (&gdpr.bound, gdpr.operator_too, gdpr.mode),
        (&users, false, ResidencyMode::Enforce)
    );
    assert_eq!(gdpr.allowed, ["EU", "EEA"]);
    assert_eq!(
        (&stay.bound, stay.operator_too, stay.mode),
        (&Bound::Store(0), true, ResidencyMode::Report)
    );
    let pair = |a, b| {
        let (a, b) = (region(&scenario, a), region(&scenario, b));
        (a.min(b), a.max(b))
    };
    assert_eq!(
        scenario.cuts[0].pairs,
        [pair("us-east-1", "eu-west-1"), pair("us-east-1", "eu-west-3")]
    );
}

#[test]
fn a_file_without_a_design_has_the_plain_one() {
    let scenario = read("[audience]\ncountries = [\"FR\"]\n[baseline]\nregions = [\"eu-west-3\"]\n");
    assert_eq!(scenario.classes.len(), 1);
    assert!(scenario.classes[0].is_simple() && scenario.routing.is_perfect());
    assert!(scenario.edge.is_none() && scenario.stores.is_empty());
    assert!(scenario.residency.is_empty() && scenario.cuts.is_empty());
    assert_eq!(scenario.network.regions, Carrier::Backbone);
}

#[test]
fn the_edge_locations_of_the_catalogue_are_the_default() {
    let text = "[audience]\ncountries = [\"FR\"]\n[[class]]\nname = \"a\"\nkind = \"static\"\nshare = 1\nvia = \"anycast\"\n[anycast]\n";
    let edge = read(text).edge.unwrap();
    assert_eq!((edge.hits, edge.origin), (0.0, Carrier::Backbone));
    assert_eq!(edge.locations.len(), CATALOG.edge_locations().unwrap().len());
    let named = read(&text.replace("[anycast]\n", "[anycast]\nedges = \"cloudfront\"\n"));
    assert_eq!(named.edge.unwrap(), edge);
}

#[test]
fn a_design_keeps_to_the_schema_and_means_the_same_in_json() {
    let text = in_file_order();
    let value = serde_json::to_value(toml::from_str::<toml::Value>(&text).unwrap()).unwrap();
    let schema: serde_json::Value = serde_json::from_str(&schema_json()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let problems: Vec<String> = validator
        .iter_errors(&value)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(problems, Vec::<String>::new());
    let json = check("a.json", &serde_json::to_string(&value).unwrap());
    assert_eq!(json.problems, []);
    assert_eq!(meaning(&json.scenario.unwrap()), meaning(&read(&text)));
}

/// What a scenario means, without where it was read from, its classes and stores in the order of their names.
fn meaning(scenario: &Scenario) -> String {
    let mut scenario = scenario.clone();
    scenario.inputs.clear();
    let mut order: Vec<usize> = (0..scenario.stores.len()).collect();
    order.sort_by_key(|&i| scenario.stores[i].name.clone());
    let now = |store: usize| order.iter().position(|&i| i == store).unwrap();
    for class in &mut scenario.classes {
        for operation in &mut class.operations {
            operation.store = now(operation.store);
        }
        for call in &mut class.calls {
            if let Callee::Leader(store) = &mut call.to {
                *store = now(*store);
            }
        }
    }
    for rule in &mut scenario.residency {
        if let Bound::Store(store) = &mut rule.bound {
            *store = now(*store);
        }
    }
    for set in scenario.placements.iter_mut().chain(&mut scenario.baseline) {
        set.leaders = order.iter().map(|&i| set.leaders[i]).collect();
    }
    let promotion = &mut scenario.recovery.promotion;
    *promotion = order.iter().map(|&i| promotion[i].clone()).collect();
    scenario.stores = order.iter().map(|&i| scenario.stores[i].clone()).collect();
    scenario.classes.sort_by(|a, b| a.name.cmp(&b.name));
    format!("{scenario:?}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_classes_and_stores_changes_indices_only(
        classes in Just(vec![0, 1, 2, 3]).prop_shuffle(),
        stores in Just(vec![0, 1, 2, 3, 4]).prop_shuffle(),
    ) {
        prop_assert_eq!(meaning(&read(&whole(&classes, &stores))), meaning(&read(&in_file_order())));
    }

    #[test]
    fn a_design_with_any_lines_left_out_or_exchanged_is_sound(
        keep in proptest::collection::vec(proptest::bool::weighted(0.9), 200),
        a in 0_usize..140,
        b in 0_usize..140,
    ) {
        let text = in_file_order();
        let mut lines: Vec<String> = text.lines().zip(&keep).filter(|(_, keep)| **keep).map(|(line, _)| line.to_owned()).collect();
        let (a, b) = (a % lines.len(), b % lines.len());
        if let (Some((key, _)), Some((_, value))) = (lines[a].split_once(" = "), lines[b].split_once(" = ")) {
            lines[a] = format!("{key} = {value}");
        }
        let checked = check("a.toml", &lines.join("\n"));
        prop_assert_eq!(checked.scenario.is_none(), checked.errors() > 0, "{:?}", checked.problems);
    }
}
