//! Stores, connections and routing through ordinary scenario files: published figures of partial quorums, cases that
//! can be added up by hand, and properties that hold whatever the figures are.
//!
//! Source of the quorums: P. Bailis et al., *Probabilistically Bounded Staleness for Practical Partial Quorums*, VLDB
//! 2012. Its table rests on 50,000 reads a cell; the figures here are those of 20 million trials of its model.

use std::path::Path;
use std::sync::LazyLock;

use isochrone::basis::error::Severity;
use isochrone::decide::run::simulate;
use isochrone::design::scenario::Scenario;
use isochrone::engine::progress::Watch;
use isochrone::engine::simulation::Simulation;
use isochrone::report::assemble::assemble;
use isochrone::report::model::{ClassResult, CutResult, OperationResult, Report, SetResult, StoreResult};
use isochrone::world::catalog::Catalog;

use crate::row::{Band, Digits, Kind, Row, hold};

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::embedded);

fn report(text: &str) -> Report {
    let checked = Scenario::check_text("a.toml", text, Path::new("tests/scenario"), &[], &CATALOG);
    let errors = checked
        .problems
        .iter()
        .filter(|it| it.severity == Severity::Error);
    assert_eq!(errors.count(), 0, "{text}{:?}", checked.problems);
    let scenario = checked.scenario.unwrap();
    let simulation = Simulation::new(&scenario, &CATALOG, Watch::default()).unwrap();
    let outcome = simulate(&scenario, &simulation, Watch::default()).unwrap();
    assemble("simulate", &scenario, &CATALOG, &simulation, &outcome).unwrap()
}

fn only(text: &str) -> SetResult {
    let mut sets = report(text).sets;
    assert_eq!(sets.len(), 1);
    sets.remove(0)
}

fn class<'a>(set: &'a SetResult, name: &str) -> &'a ClassResult {
    let classes = &set.design.as_ref().unwrap().classes;
    classes.iter().find(|class| class.name == name).unwrap()
}

fn store(set: &SetResult) -> &StoreResult {
    &set.design.as_ref().unwrap().stores[0]
}

fn operation<'a>(set: &'a SetResult, access: &str) -> &'a OperationResult {
    let mut operations = store(set).operations.iter();
    operations.find(|operation| operation.access == access).unwrap()
}

// --- partial quorums -------------------------------------------------------------------------------------------

const QUORUM_RUNS: u32 = 1_000_000;

const FAST: &str = "{ mixture = [{ weight = 0.9122, of = { pareto = { scale_ms = 0.235, shape = 10 } } }, \
                    { weight = 0.0878, of = { exponential = { mean_ms = 0.6024096385542169 } } }] }";
const DISK: &str = "{ mixture = [{ weight = 0.38, of = { pareto = { scale_ms = 1.05, shape = 1.51 } } }, \
                    { weight = 0.62, of = { exponential = { mean_ms = 5.46448087431694 } } }] }";

/// Three copies that are written in times as `write`, everything else as `FAST`; the clients stand beside them.
fn three_copies(write: &str, r: u32, w: u32, runs: u32) -> SetResult {
    only(&format!(
        r#"
runs = {runs}
input_replicates = 0
[audience]
at_regions = ["us-east-1"]
[regions]
candidates = ["us-east-1"]
sizes = 1
[network]
jitter = false
spread = false
[[network.link]]
from = "us-east-1"
to = "us-east-1"
rtt = "0ms"
[[store]]
name = "kv"
kind = "quorum"
n = 3
r = {r}
w = {w}
legs = {{ write = {write}, ack = {FAST}, read = {FAST}, response = {FAST} }}
[[class]]
name = "get"
kind = "read"
share = 0.5
operation = [{{ store = "kv", access = "read-fresh" }}]
[[class]]
name = "put"
kind = "write"
share = 0.5
operation = [{{ store = "kv", access = "write" }}]
[[placement]]
name = "one"
regions = ["us-east-1"]
"#
    ))
}

/// Standard error of a 99.9th percentile: the number beyond it is known to 1/√(runs/1000), and a share of the tail is
/// worth ln(p99.9/p99)/ln 10 of the value, were the tail a Pareto tail; lighter tails are worth less.
fn p999_error(operation: &OperationResult) -> f64 {
    let tail = (operation.p999_ms / operation.p99_ms).ln() / 10f64.ln();
    operation.p999_ms * tail / (f64::from(QUORUM_RUNS) / 1000.0).sqrt()
}

/// 99.9th percentiles of read, write and time until visible with the errors stated.
type Known = ((u32, u32), f64, (f64, f64), (f64, f64));

const ON_SSD: [Known; 3] = [
    ((1, 1), 0.657, (0.653, 0.0), (1.972, 0.0)),
    ((2, 1), 1.632, (0.653, 0.0), (0.0, 0.0)),
    ((1, 3), 0.657, (4.118, 0.0), (0.0, 0.0)),
];
const ON_DISK: [Known; 3] = [
    ((1, 1), 0.655, (10.92, 0.0), (52.10, 0.20)),
    ((1, 2), 0.655, (20.93, 0.0), (48.15, 0.0)),
    ((3, 1), 4.113, (10.92, 0.0), (0.0, 0.0)),
];

/// Within 1 %, the error stated with the known figure, and four standard errors of ours.
fn quorum_rows() -> Vec<Row> {
    let kind = Kind {
        source: "20 million trials of the model of Bailis 2012, by an independent program",
        unit: "ms",
        digits: Digits::Point(2),
    };
    let mut rows = Vec::new();
    for (disk, write, table) in [("SSD", FAST, ON_SSD), ("DISK", DISK, ON_DISK)] {
        for ((r, w), read, wrote, visible) in table {
            let set = three_copies(write, r, w, QUORUM_RUNS);
            let (get, put) = (operation(&set, "read-fresh"), operation(&set, "write"));
            let &(share, after) = store(&set).visible_after_ms.last().unwrap();
            assert_eq!(share, 0.999);
            let error = store(&set).visible_std_error_ms.unwrap();
            for (called, found, error, (known, stated)) in [
                ("read", get.p999_ms, p999_error(get), (read, 0.0)),
                ("write", put.p999_ms, p999_error(put), wrote),
                ("until visible", after, error, visible),
            ] {
                let allowed = 0.01 * known + stated + 4.0 * error;
                let band = (Band::Within(allowed), "1 % and both errors");
                rows.push(kind.row(format!("{disk} R={r} W={w}, p99.9 {called}"), known, found, band));
            }
        }
    }
    rows
}

// --- cases added up by hand ------------------------------------------------------------------------------------

/// Clients in London; Ireland is 10 ms away, Virginia 80, Singapore 170. Ireland to Virginia takes 70 ms, to
/// Singapore 180; Virginia to Singapore 220. Nothing varies.
const FIXED: &str = r#"
runs = 100
input_replicates = 0
[audience]
at_regions = ["eu-west-2"]
[regions]
candidates = ["eu-west-1", "us-east-1", "ap-southeast-1"]
sizes = "1..3"
[network]
jitter = false
spread = false
access = false
link = [
    { from = "eu-west-2", to = "eu-west-1", rtt = "10ms" },
    { from = "eu-west-2", to = "us-east-1", rtt = "80ms" },
    { from = "eu-west-2", to = "ap-southeast-1", rtt = "170ms" },
    { from = "eu-west-1", to = "us-east-1", rtt = "70ms" },
    { from = "eu-west-1", to = "ap-southeast-1", rtt = "180ms" },
    { from = "us-east-1", to = "ap-southeast-1", rtt = "220ms" },
    { from = "eu-west-1", to = "eu-west-1", rtt = "0ms" },
    { from = "us-east-1", to = "us-east-1", rtt = "0ms" },
    { from = "ap-southeast-1", to = "ap-southeast-1", rtt = "0ms" },
]
"#;

const IRELAND: &str = r#"regions = ["eu-west-1"]"#;
const IRELAND_AND_VIRGINIA: &str = r#"regions = ["eu-west-1", "us-east-1"]"#;
const ALL_THREE: &str = r#"regions = ["eu-west-1", "us-east-1", "ap-southeast-1"]"#;

/// A set of the fixed world with one class "it" that has these keys, and further tables.
fn fixed(regions: &str, keys: &str, tables: &str) -> SetResult {
    only(&format!(
        "{FIXED}\n[[class]]\nname = \"it\"\nkind = \"write\"\nshare = 1\n{keys}\n{tables}\n[[placement]]\n\
         name = \"one\"\n{regions}\n"
    ))
}

fn mean(regions: &str, keys: &str, tables: &str) -> f64 {
    fixed(regions, keys, tables).latency.mean_ms.value
}

/// Draws are in single precision: the error of a sum of a few hundred milliseconds is below a ten-thousandth.
const SINGLE: f64 = 1e-4;

fn assert_ms(found: f64, hand: f64) {
    assert!((found - hand).abs() < SINGLE, "{found} is not {hand}");
}

fn by_hand(what: impl Into<String>, hand: f64, found: f64) -> Row {
    let kind = Kind {
        source: "added up by hand",
        unit: "ms",
        digits: Digits::Point(2),
    };
    kind.row(what, hand, found, (Band::Within(SINGLE), "single precision"))
}

fn leader_rows() -> Vec<Row> {
    let orders = |forwarding: bool| {
        format!(
            "[[store]]\nname = \"orders\"\nkind = \"single_leader\"\nleader = \"us-east-1\"\nservice = \"2ms\"\n\
             lag = \"1s\"\nforwarding = {forwarding}"
        )
    };
    let asks = |access: &str| {
        format!(
            "exchanges = 3\nservice = \"5ms\"\noperation = [{{ store = \"orders\", access = \"{access}\" }}]"
        )
    };
    let row = |access: &str, forwarding: bool, hand: f64| {
        let what = format!(
            "{access} with the leader in the other region, {}",
            if forwarding { "forwarded" } else { "not forwarded" }
        );
        by_hand(
            what,
            hand,
            mean(IRELAND_AND_VIRGINIA, &asks(access), &orders(forwarding)),
        )
    };
    vec![
        row("write", true, 3.0 * 10.0 + 5.0 + 70.0 + 2.0),
        row("read-fresh", true, 3.0 * 10.0 + 5.0 + 70.0 + 2.0),
        row("read-local", true, 3.0 * 10.0 + 5.0 + 2.0),
        // Where Ireland does not pass writes on, users' own requests go to Virginia; their reads do not.
        row("write", false, 3.0 * 80.0 + 5.0 + 2.0),
        row("read-fresh", false, 3.0 * 10.0 + 5.0 + 70.0 + 2.0),
    ]
}

fn connection_rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for (protocol, round_trips) in [
        ("warm", 1.0),
        ("quic-0rtt", 1.0),
        ("quic", 2.0),
        ("tcp", 2.0),
        ("tls1.3", 3.0),
        ("tls1.2", 4.0),
    ] {
        let keys = format!("connection = {{ protocol = \"{protocol}\" }}");
        let found = mean(r#"regions = ["us-east-1"]"#, &keys, "");
        rows.push(by_hand(
            format!("a request over {protocol}, 80 ms away"),
            round_trips * 80.0,
            found,
        ));
    }
    let keys = r#"connection = { protocol = "tls1.3", dns_hits = 0, resolver = "20ms" }"#;
    let what = "a request over tls1.3, 10 ms away, its name in no cache";
    rows.push(by_hand(what, 20.0 + 3.0 * 10.0, mean(IRELAND, keys, "")));
    // Flights of 10, 20 and 40 segments of 1460 bytes hold 102,200 bytes: the third brings the last of 100,000.
    for (bytes, round_trips) in [("14.6 KB", 1.0), ("100 KB", 3.0)] {
        let keys = format!("bytes = \"{bytes}\"\nconnection = {{ protocol = \"quic-0rtt\" }}");
        let found = mean(IRELAND, &keys, "");
        rows.push(by_hand(
            format!("an answer of {bytes}, 10 ms away"),
            round_trips * 10.0,
            found,
        ));
    }
    rows
}

/// From Ireland the copies are 0, 70 and 180 ms away.
fn quorum_wait_rows() -> Vec<Row> {
    let ledger = |r: u32, w: u32| {
        format!(
            "[[store]]\nname = \"ledger\"\nkind = \"quorum\"\nn = 3\nr = {r}\nw = {w}\nservice = \"2ms\"\n"
        )
    };
    let asks = |access: &str| format!("operation = [{{ store = \"ledger\", access = \"{access}\" }}]");
    let mut rows = Vec::new();
    for (needed, wait) in [(1, 0.0), (2, 70.0), (3, 180.0)] {
        let write = mean(ALL_THREE, &asks("write"), &ledger(2, needed));
        rows.push(by_hand(
            format!("write to {needed} of copies 0, 70, 180 ms away"),
            10.0 + wait + 2.0,
            write,
        ));
        let read = mean(ALL_THREE, &asks("read-fresh"), &ledger(needed, 2));
        rows.push(by_hand(
            format!("read of {needed} of copies 0, 70, 180 ms away"),
            10.0 + wait + 2.0,
            read,
        ));
    }
    rows
}

fn call_rows() -> Vec<Row> {
    let calls = |parallel: bool| {
        format!(
            "call = [{{ to = \"us-east-1\", times = 2, parallel = {parallel}, service = \"5ms\" }}, \
             {{ to = \"ap-southeast-1\", parallel = {parallel}, service = \"1ms\" }}]"
        )
    };
    vec![
        by_hand(
            "calls one after another",
            10.0 + 2.0 * 75.0 + 181.0,
            mean(IRELAND, &calls(false), ""),
        ),
        by_hand(
            "calls side by side",
            10.0 + 181.0,
            mean(IRELAND, &calls(true), ""),
        ),
    ]
}

fn weights_rows() -> Vec<Row> {
    let routing = "[routing]\npolicy = \"weighted\"\nweights = { eu-west-1 = 3, us-east-1 = 1 }";
    let set = fixed(IRELAND_AND_VIRGINIA, "", routing);
    let shares: Vec<(&str, f64)> = set
        .traffic
        .iter()
        .map(|it| (it.region.as_str(), it.share))
        .collect();
    assert!(shares.contains(&("aws:eu-west-1", 0.75)) && shares.contains(&("aws:us-east-1", 0.25)));
    let lost = set
        .design
        .as_ref()
        .unwrap()
        .routing
        .as_ref()
        .unwrap()
        .lost_mean_ms;
    vec![
        by_hand(
            "weights of 3 to 1",
            (3.0 * 10.0 + 80.0) / 4.0,
            set.latency.mean_ms.value,
        ),
        by_hand("lost by weights of 3 to 1", 70.0 / 4.0, lost),
    ]
}

pub(crate) static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    [
        quorum_rows(),
        leader_rows(),
        connection_rows(),
        quorum_wait_rows(),
        call_rows(),
        weights_rows(),
        server_rows(),
        response_rows(),
    ]
    .concat()
});

#[test]
fn quorums_are_the_published_ones_and_requests_add_up() {
    hold(&ROWS);
}

/// Users in London and in Virginia, half and half; each region serves its own; the leader is in Virginia.
fn under_a_cut(kind: &str, partition: &str, access: &str) -> CutResult {
    let class_kind = if access == "write" { "write" } else { "read" };
    let text = format!(
        r#"{world}
[[store]]
name = "orders"
{kind}
lag = "1s"
partition = "{partition}"
[[class]]
name = "it"
kind = "{class_kind}"
share = 1
operation = [{{ store = "orders", access = "{access}" }}]
[[cut]]
name = "Atlantic"
between = [["eu-west-1", "us-east-1"]]
[[placement]]
name = "one"
{IRELAND_AND_VIRGINIA}
"#,
        world = FIXED.replace("[\"eu-west-2\"]", "[\"eu-west-2\", \"us-east-1\"]")
    );
    let set = only(&text);
    let mut cuts = store(&set).cuts.iter();
    cuts.find(|cut| cut.access == access).unwrap().clone()
}

const LED: &str = "kind = \"single_leader\"\nleader = \"us-east-1\"";
const LED_BY_ALL: &str = "kind = \"multi_leader\"\nkeys = 1000";

#[test]
fn a_cut_refuses_what_a_consistent_store_cannot_do() {
    let cut = under_a_cut(LED, "refuse", "write");
    assert_eq!((cut.choice.as_str(), cut.served, cut.refused), ("CP", 0.5, 0.5));
    assert_eq!((cut.stale, cut.divergent), (0.0, 0.0));
}

#[test]
fn a_cut_leaves_an_available_store_stale_or_divergent() {
    let written = under_a_cut(LED_BY_ALL, "diverge", "write");
    assert_eq!((written.choice.as_str(), written.refused), ("AP", 0.0));
    assert_eq!(written.divergent, 1.0);
    let read = under_a_cut(LED, "diverge", "read-fresh");
    assert_eq!((read.refused, read.stale), (0.0, 0.5));
}

// --- properties ------------------------------------------------------------------------------------------------

#[test]
fn more_hits_never_slow_static_requests() {
    let at = |hits: f64| {
        let set = only(&format!(
            r#"
runs = 1000
input_replicates = 0
[audience]
countries = ["PT", "BR"]
[regions]
candidates = ["us-east-1"]
sizes = 1
[cdn]
hits = {hits}
[[class]]
name = "static"
kind = "static"
share = 1
via = "cdn"
bytes = "60 KB"
connection = {{ protocol = "tls1.3", reuse = 0.5 }}
[[placement]]
name = "one"
regions = ["us-east-1"]
"#
        ));
        let class = class(&set, "static");
        (class.mean_ms.value, class.p95_ms.value)
    };
    let ladder: Vec<(f64, f64)> = [0.0, 0.3, 0.6, 0.9, 1.0].map(at).to_vec();
    for pair in ladder.windows(2) {
        assert!(pair[1].0 < pair[0].0 && pair[1].1 <= pair[0].1, "{ladder:?}");
    }
}

/// The same draws at every R and W: each percentile rises with the number waited for, and so does freshness.
#[test]
fn a_larger_quorum_is_never_faster() {
    for write in [FAST, DISK] {
        let sets: Vec<SetResult> = (1..=3)
            .map(|size| three_copies(write, size, size, 1000))
            .collect();
        for pair in sets.windows(2) {
            for access in ["read-fresh", "write"] {
                let (less, more) = (operation(&pair[0], access), operation(&pair[1], access));
                assert!(less.mean_ms < more.mean_ms && less.p50_ms < more.p50_ms);
                assert!(less.p99_ms < more.p99_ms && less.p999_ms < more.p999_ms);
            }
            assert!(store(&pair[0]).visible_after_ms[3].1 >= store(&pair[1]).visible_after_ms[3].1);
        }
    }
}

/// Virginia alone, and then with a region near the users that holds a copy as well.
#[test]
fn a_copy_near_users_never_slows_local_reads() {
    for near in ["eu-west-1", "eu-central-1", "eu-south-1"] {
        let of = |regions: &str| {
            let set = only(&format!(
                r#"
runs = 1000
input_replicates = 0
[audience]
countries = ["IT", "IE"]
[regions]
candidates = ["us-east-1", "{near}"]
sizes = "1..2"
[[store]]
name = "orders"
kind = "single_leader"
leader = "us-east-1"
lag = "1s"
[[class]]
name = "read"
kind = "read"
share = 1
operation = [{{ store = "orders", access = "read-local" }}]
[[placement]]
name = "one"
regions = {regions}
"#
            ));
            let class = class(&set, "read");
            [class.mean_ms.value, class.p50_ms.value, class.p95_ms.value]
        };
        let (one, two) = (of("[\"us-east-1\"]"), of(&format!("[\"us-east-1\", \"{near}\"]")));
        for (less, more) in two.iter().zip(&one) {
            assert!(less <= more, "{near}: {two:?} against {one:?}");
        }
    }
}

// --- where users may be served, and how they get there ----------------------------------------------------------

/// Users in Ireland and in Virginia, half and half; nobody passes writes on to the leader; the Irish are bound to the EU.
fn bound_writers(leader: &str, mode: &str) -> String {
    format!(
        r#"{world}
[[store]]
name = "orders"
kind = "single_leader"
leader = "{leader}"
lag = "1s"
forwarding = false
[[class]]
name = "it"
kind = "write"
share = 1
operation = [{{ store = "orders", access = "write" }}]
[[residency]]
name = "GDPR"
users = ["IE"]
allowed = ["EU"]
mode = "{mode}"
[[placement]]
name = "one"
{IRELAND_AND_VIRGINIA}
"#,
        world = FIXED.replace("[\"eu-west-2\"]", "[\"eu-west-1\", \"us-east-1\"]")
    )
}

/// A write that nobody forwards takes its user to the leader, and that is being served there.
#[test]
fn users_whose_writes_go_to_a_leader_are_served_there() {
    let kept = |leader: &str| {
        let set = only(&bound_writers(leader, "report"));
        let rule = &set.design.unwrap().residency[0];
        (rule.kept, rule.breaking_users)
    };
    assert_eq!(kept("us-east-1"), (false, 0.5));
    assert_eq!(kept("eu-west-1"), (true, 0.0));
    let set = only(&bound_writers("eu-west-1", "enforce"));
    assert!(set.design.unwrap().residency[0].kept);
    let checked = Scenario::check_text(
        "a.toml",
        &bound_writers("us-east-1", "enforce"),
        Path::new("tests/scenario"),
        &[],
        &CATALOG,
    );
    let scenario = checked.scenario.unwrap();
    let simulation = Simulation::new(&scenario, &CATALOG, Watch::default()).unwrap();
    let error = simulate(&scenario, &simulation, Watch::default()).unwrap_err();
    assert!(error.to_string().contains("residency"), "{error}");
}

/// Nothing is lost by perfect routing, but clients follow a change no sooner for it: 60 s at most for nine tenths, ten
/// minutes more for the rest.
#[test]
fn perfect_routing_that_was_asked_for_is_told_with_its_stale_answers() {
    let set = fixed(
        IRELAND_AND_VIRGINIA,
        "",
        "[routing]\nttl = \"60s\"\nignore_ttl = \"10%\"\noverstay = \"10min\"",
    );
    let routing = set.design.unwrap().routing.unwrap();
    assert_eq!((routing.lost_mean_ms, routing.elsewhere), (0.0, 0.0));
    // Half are at the new answer when 0.9 (1 − t/60) + 0.1 is a half.
    assert!((routing.follow_after_s[0] - 60.0 * (1.0 - 0.4 / 0.9)).abs() < 1e-6);
    assert!((routing.follow_after_s[2] - 660.0).abs() < 1e-6);
}

// --- queues ----------------------------------------------------------------------------------------------------

/// Users in Ireland and in Virginia, half and half, 400 requests a second that take 20 ms on average, and servers.
fn queued(servers: &str, service: &str, runs: u32) -> String {
    let world = FIXED.replace("runs = 100", &format!("runs = {runs}")).replace(
        "at_regions = [\"eu-west-2\"]",
        "at_regions = [\"eu-west-1\", \"us-east-1\"]\nrequests_per_second = 400",
    );
    format!(
        "{world}\n[capacity]\n{servers}\n[[class]]\nname = \"it\"\nkind = \"read\"\nshare = 1\nservice = {service}\n\
         connection = {{ protocol = \"quic-0rtt\" }}\n[[placement]]\nname = \"one\"\n{IRELAND_AND_VIRGINIA}\n"
    )
}

const EXPONENTIAL: &str = "{ exponential = { mean_ms = 20 } }";

/// Each region has 200 requests a second, which keep 4 servers busy. Of 5, Erlang's C(5, 4) = 0.5541 wait, for 20 ms on
/// average; of 8 in Virginia, C(8, 4) = 0.0590, for 5 ms.
fn server_rows() -> Vec<Row> {
    let set = only(&queued(
        "servers = 5\nby_region = { us-east-1 = 8 }",
        EXPONENTIAL,
        40_000,
    ));
    let design = set.design.unwrap();
    let queue = |region: &str| design.queues.iter().find(|queue| queue.region == region).unwrap();
    let (five, eight) = (queue("aws:eu-west-1"), queue("aws:us-east-1"));
    assert_eq!((five.servers, eight.servers), (5, 8));
    assert!((five.busy - 4.0).abs() < 1e-9 && (eight.busy - 4.0).abs() < 1e-9);
    let part = design.classes[0]
        .parts
        .iter()
        .find(|part| part.part == "queueing");
    let hand = 20.0 + f64::midpoint(five.mean_ms, eight.mean_ms);
    let queueing = part.unwrap().mean_ms;
    assert!((queueing / (hand - 20.0) - 1.0).abs() < 0.05, "{queueing}");
    let share = Kind {
        source: "Erlang C",
        unit: "",
        digits: Digits::Point(6),
    };
    let ms = |source| Kind {
        source,
        unit: "ms",
        digits: Digits::Point(3),
    };
    let wait = ms("share that waits, for 1 / (cμ − λ)");
    let rounded = (Band::Within(1e-6), "six digits");
    let mean = set.latency.mean_ms;
    vec![
        share.row(
            "requests that wait, 4 erlang on 5 servers",
            0.554_113,
            five.waiting,
            rounded,
        ),
        share.row(
            "requests that wait, 4 erlang on 8 servers",
            0.059_044,
            eight.waiting,
            rounded,
        ),
        wait.exact(
            "mean wait, 5 servers of 20 ms",
            five.waiting * 20.0,
            five.mean_ms,
            1e-10,
        ),
        wait.exact(
            "mean wait, 8 servers of 20 ms",
            eight.waiting * 5.0,
            eight.mean_ms,
            1e-9,
        ),
        ms("service and mean wait").row(
            "mean response behind 5 and 8 servers",
            hand,
            mean.value,
            (Band::Within(4.0 * mean.std_error), "4 errors"),
        ),
    ]
}

/// One server, exponential service: wait and service together are exponential with mean 1 / (μ − λ), whose p95 is not the
/// sum of the two p95s.
fn response_rows() -> Vec<Row> {
    let text = queued("servers = 1", EXPONENTIAL, 100_000).replace("per_second = 400", "per_second = 50");
    let set = only(&text);
    let kind = Kind {
        source: "M/M/1",
        unit: "ms",
        digits: Digits::Point(2),
    };
    // 25 a second at 20 ms: half busy, so 40 ms on average.
    let (mean, p95) = (set.latency.mean_ms, set.latency.p95_ms);
    let hand = 40.0 * 20f64.ln();
    let of_mean = (Band::Within(4.0 * mean.std_error), "4 errors");
    let of_p95 = (
        Band::Within(0.01 * hand + 4.0 * p95.std_error),
        "1 % and 4 errors",
    );
    vec![
        kind.row(
            "mean response of one server, half busy",
            40.0,
            mean.value,
            of_mean,
        ),
        kind.row(
            "p95 of the response of one server, half busy",
            hand,
            p95.value,
            of_p95,
        ),
    ]
}

#[test]
fn too_few_servers_are_called_unstable_and_no_number_is_told() {
    let checked = Scenario::check_text(
        "a.toml",
        &queued("servers = 4", EXPONENTIAL, 100),
        Path::new("tests/scenario"),
        &[],
        &CATALOG,
    );
    let scenario = checked.scenario.unwrap();
    let simulation = Simulation::new(&scenario, &CATALOG, Watch::default()).unwrap();
    let error = simulate(&scenario, &simulation, Watch::default()).unwrap_err();
    let said = error.to_string();
    assert!(
        said.contains("unstable") && said.contains("keep 4.0 servers busy, and it has 4"),
        "{said}"
    );
}

/// Six servers do for half the requests and not for all of them: a set that cannot be run takes no other with it.
#[test]
fn an_unstable_set_is_left_out_and_told_while_others_run() {
    let text = queued("servers = 6", EXPONENTIAL, 1000)
        + "[[placement]]\nname = \"alone\"\nregions = [\"us-east-1\"]\n";
    let checked = Scenario::check_text("a.toml", &text, Path::new("tests/scenario"), &[], &CATALOG);
    let scenario = checked.scenario.unwrap();
    let simulation = Simulation::new(&scenario, &CATALOG, Watch::default()).unwrap();
    let outcome = simulate(&scenario, &simulation, Watch::default()).unwrap();
    assert_eq!((outcome.sets.len(), outcome.left_out.len()), (1, 1));
    let left_out = &outcome.left_out[0];
    assert!(
        left_out.name == "alone" && left_out.why.contains("unstable"),
        "{left_out:?}"
    );
    let report = assemble("simulate", &scenario, &CATALOG, &simulation, &outcome).unwrap();
    let told = |line: &String| line.contains("`alone` is left out");
    assert!(report.warnings.iter().any(told), "{:?}", report.warnings);
}

/// The fewer servers, the longer the wait; enough of them and there is none.
#[test]
fn more_servers_never_slow_requests() {
    let mean = |servers: u32| {
        only(&queued(&format!("servers = {servers}"), "\"20ms\"", 1000))
            .latency
            .mean_ms
            .value
    };
    let means: Vec<f64> = [5, 6, 8, 12, 200].map(mean).to_vec();
    assert!(means.windows(2).all(|pair| pair[1] <= pair[0]), "{means:?}");
    assert_ms(means[4], 20.0);
}
