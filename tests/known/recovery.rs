//! Losses and recovery through ordinary scenario files: closed forms of availability and of failover, and cases that
//! can be worked out by hand.
//!
//! An RTO of zero is said by checks every microsecond, of which one has to fail, without a time-out and without a
//! TTL: half a microsecond a loss, which the tolerances of the closed forms leave room for.
//!
//! Tests within 4 standard errors: a normal estimate is farther off once in 15,800 times, and 28 are made here, so a
//! fresh seed would fail some test once in 560 times. The seed is fixed.

use std::sync::LazyLock;

use isochrone::report::model::{Figure, LossResult, SetResult};

use crate::row::{Band, Digits, Kind, Row, hold};
use crate::support::drill::{assert_close, assert_within_4_errors, enumerated, loss, only, recovery};

/// Clients in London, Ireland, Virginia and Ohio, a quarter each. Nothing varies.
const FIXED: &str = r#"
runs = 100
input_replicates = 0
[audience]
at_regions = ["eu-west-2", "eu-west-1", "us-east-1", "us-east-2"]
requests_per_second = 100
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
    { from = "us-east-2", to = "eu-west-1", rtt = "85ms" },
    { from = "us-east-2", to = "us-east-1", rtt = "12ms" },
    { from = "us-east-2", to = "ap-southeast-1", rtt = "210ms" },
    { from = "eu-west-1", to = "us-east-1", rtt = "70ms" },
    { from = "eu-west-1", to = "ap-southeast-1", rtt = "180ms" },
    { from = "us-east-1", to = "ap-southeast-1", rtt = "220ms" },
    { from = "eu-west-1", to = "eu-west-1", rtt = "0ms" },
    { from = "us-east-1", to = "us-east-1", rtt = "0ms" },
    { from = "ap-southeast-1", to = "ap-southeast-1", rtt = "0ms" },
]
"#;

const IRELAND_AND_VIRGINIA: &str = r#"regions = ["eu-west-1", "us-east-1"]"#;
const ALL_THREE: &str = r#"regions = ["eu-west-1", "us-east-1", "ap-southeast-1"]"#;

/// Everybody is served again at once.
const AT_ONCE: &str = "[routing]\nttl = \"0s\"\n[recovery]\ndetection = { interval = \"1us\", threshold = 1, timeout = \"0s\" }\n";

/// A set of the fixed world, with further tables.
fn fixed(regions: &str, tables: &str) -> SetResult {
    only(&format!(
        "{FIXED}\n{tables}\n[[placement]]\nname = \"one\"\n{regions}\n"
    ))
}

// --- availability at an RTO of zero ------------------------------------------------------------------------------

const YEAR_H: f64 = 8760.0;
const REPAIR_H: f64 = 100.0;

/// Times a year, so that a region that takes 100 hours to repair is down for the share `u` of time.
fn per_year(u: f64) -> f64 {
    YEAR_H * u / ((1.0 - u) * REPAIR_H)
}

/// Regions that are down for the share `u` of time, each by itself unless `common` says otherwise, and requests that
/// need `k` of them: a quorum reads and writes that many copies.
fn k_of_n(k: u32, regions: &[&str], u: f64, common: &str) -> SetResult {
    let rate = per_year(u);
    let store = format!(
        "[[store]]\nname = \"ledger\"\nkind = \"quorum\"\nr = {k}\nw = {k}\n[[class]]\nname = \"it\"\nkind = \"write\"\n\
         share = 1\noperation = [{{ store = \"ledger\", access = \"write\" }}]\n"
    );
    only(&format!(
        "runs = 100\ninput_replicates = 0\n[audience]\nat_regions = [\"eu-west-2\"]\n[regions]\ncandidates = {regions:?}\n\
         sizes = 1\n{AT_ONCE}{store}[failures]\ncommon = {{ {common} }}\n\
         region = {{ per_year = {rate}, repair = {{ exponential = {{ mean = \"{REPAIR_H}h\" }} }} }}\n\
         [[placement]]\nname = \"one\"\nregions = {regions:?}\n"
    ))
}

const FIVE: [&str; 5] = [
    "eu-west-1",
    "us-east-1",
    "ap-southeast-1",
    "us-west-2",
    "eu-central-1",
];

/// Half a microsecond a loss of the region that serves, of hundreds of hours between losses, is 1e-13 of all time at
/// most, and so less than 1e-4 of the rarest outage here.
const OF_AT_ONCE: f64 = 1e-4;

/// Promised for an unavailability of 1e-6: a relative standard error of the simulation below this.
const PROMISED: f64 = 0.05;

/// Shares of time without service.
fn down(source: &'static str) -> Kind {
    Kind {
        source,
        unit: "",
        digits: Digits::Power(6),
    }
}

/// Within four standard errors of what is known; a normal estimate is farther off once in 15,800 cases.
fn simulated(kind: &Kind, what: impl Into<String>, known: f64, found: Figure) -> Row {
    let room = 4.0 * found.std_error + 1e-12 * known.abs();
    kind.row(what, known, found.value, (Band::Within(room), "4 errors"))
}

/// Enumeration to its digits, simulation within its errors, which are below the share `vague` of what is known.
fn unavailable(source: &'static str, what: &str, set: &SetResult, known: f64, vague: f64) -> [Row; 2] {
    let found = recovery(set).availability.unavailability;
    assert!(found.std_error <= vague * known, "{what}: {found:?} is vague");
    let kind = down(source);
    let enumerated = enumerated(set);
    let band = (Band::Within(OF_AT_ONCE * known), "half a microsecond a loss");
    [
        kind.row(format!("{what}, enumerated"), known, enumerated, band),
        simulated(&kind, format!("{what}, simulated"), known, found),
    ]
}

const BINOMIAL: &str = "binomial";

fn k_of_n_rows() -> Vec<Row> {
    let pair = k_of_n(1, &FIVE[..2], 5e-4, "");
    let mut rows = unavailable(BINOMIAL, "any of 2 at 0.9995", &pair, 5e-4 * 5e-4, PROMISED).to_vec();
    let availability = recovery(&pair).availability.availability;
    assert!((availability.value - 0.999_999_75).abs() <= 4.0 * availability.std_error);
    let p: f64 = 1e-3;
    let q = 1.0 - p;
    let two = 3.0 * p * p * q + p.powi(3);
    // As published.
    assert!((1.0 - two - 0.999_997_002).abs() < 5e-10);
    let set = k_of_n(2, &FIVE[..3], p, "");
    rows.extend(unavailable(BINOMIAL, "2 of 3 at 0.999", &set, two, PROMISED));
    // Three at once come a hundred times less often than the promise is made for.
    let three = 10.0 * p.powi(3) * q * q + 5.0 * p.powi(4) * q + p.powi(5);
    assert!((1.0 - three - 0.999_999_990_01).abs() < 5e-12);
    let set = k_of_n(3, &FIVE, p, "");
    rows.extend(unavailable(BINOMIAL, "3 of 5 at 0.999", &set, three, 0.1));
    rows
}

/// The published figures are βu + ((1 − β)u)², to seven digits. Shares of rates are not quite shares of time, which is
/// a relative error of u; both terms are below 1.1e-4, so the seventh digit is safe.
fn common_cause_rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for (beta, known) in [(0.01, 0.999_989_0), (0.1, 0.999_899_2)] {
        let set = k_of_n(1, &FIVE[..2], 1e-3, &format!("provider = {beta}"));
        let found = enumerated(&set);
        let kind = Kind {
            source: "beta factor, to 7 digits",
            unit: "",
            digits: Digits::Point(7),
        };
        let what = format!("any of 2 at 0.999 with β = {beta}: availability");
        rows.push(kind.row(
            what,
            known,
            1.0 - found,
            (Band::Within(1.5e-7), "the seventh digit"),
        ));
        let unavailability = recovery(&set).availability.unavailability;
        let what = format!("any of 2 at 0.999 with β = {beta}, simulated");
        rows.push(simulated(
            &down("enumeration of causes"),
            what,
            found,
            unavailability,
        ));
        let shared = &recovery(&set).availability.causes[0];
        assert_eq!(shared.cause, "provider aws");
        assert_close("β of the rate", shared.per_year, beta * per_year(1e-3), 1e-12);
    }
    rows
}

/// The product, with regions that fail differently and repairs of different laws.
fn independent_rows() -> Vec<Row> {
    let set = only(&format!(
        r#"
runs = 100
input_replicates = 0
[audience]
at_regions = ["eu-west-2"]
[regions]
candidates = ["eu-west-1", "us-east-1"]
sizes = 1
{AT_ONCE}
[failures]
common = {{}}
[failures.regions]
eu-west-1 = {{ per_year = 4, repair = "20h" }}
us-east-1 = {{ per_year = 1, repair = {{ log_normal = {{ p50 = "10h", p95 = "40h" }} }} }}
[[placement]]
name = "one"
regions = ["eu-west-1", "us-east-1"]
"#
    ));
    let down = |hours: f64, per_year: f64| hours / (hours + YEAR_H / per_year);
    // ln 4 between the median and 1.6449 standard deviations above it.
    let sigma = 4f64.ln() / 1.644_853_626_951_472_2;
    let mean = 10.0 * (sigma * sigma / 2.0).exp();
    let known = down(20.0, 4.0) * down(mean, 1.0);
    unavailable("product", "any of 2 that fail differently", &set, known, PROMISED).to_vec()
}

/// Nothing takes over from one region: it is down for the share MTTR / (MTBF + MTTR) of time.
fn alone_rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for (per_year, repair, hours) in [
        (2.0, r#""4h""#, 4.0),
        (0.5, r#"{ exponential = { mean = "30h" } }"#, 30.0),
    ] {
        let set = fixed(
            r#"regions = ["us-east-1"]"#,
            &format!("[failures]\nregion = {{ per_year = {per_year}, repair = {repair} }}\n"),
        );
        let known = hours / (YEAR_H / per_year + hours);
        let availability = &recovery(&set).availability;
        let kind = down("MTTR / (MTBF + MTTR)");
        let what = format!("one region, {per_year} losses a year of {hours} h");
        rows.push(kind.exact(format!("{what}, enumerated"), known, enumerated(&set), 1e-9));
        rows.push(simulated(
            &kind,
            format!("{what}, simulated"),
            known,
            availability.unavailability,
        ));
        assert_within_4_errors("minutes", availability.mean_minutes, known * YEAR_H * 60.0);
    }
    rows
}

fn four_nines_rows() -> Vec<Row> {
    let rate = YEAR_H * 1e-4 / (1.0 - 1e-4);
    let set = fixed(
        r#"regions = ["us-east-1"]"#,
        &format!("[failures]\nregion = {{ per_year = {rate}, repair = \"1h\" }}\n"),
    );
    let causes = recovery(&set).availability.causes.iter();
    let minutes: f64 = causes.map(|it| it.minutes).sum();
    let nines = recovery(&set).availability.nines.unwrap();
    let found = recovery(&set).availability.unavailability;
    assert_close("nines", nines, -found.value.log10(), 1e-12);
    let kind = Kind {
        source: "a ten-thousandth of a year",
        unit: "min",
        digits: Digits::Point(4),
    };
    vec![
        kind.exact("99.99 %, minutes a year", 52.56, minutes, 1e-9),
        simulated(&down(kind.source), "99.99 %, simulated", 1e-4, found),
    ]
}

// --- failover through DNS ----------------------------------------------------------------------------------------

/// Checks every `interval` s, `threshold` in a row, no time-out; answers are kept for `ttl` s.
fn dns(interval: f64, threshold: u32, ttl: f64, tables: &str) -> SetResult {
    only(&format!(
        "{FIXED}\n[routing]\nttl = \"{ttl}s\"\n[recovery]\ndetection = {{ interval = \"{interval}s\", threshold = {threshold}, \
         timeout = \"0s\" }}\n{tables}\n[[placement]]\nname = \"one\"\n{IRELAND_AND_VIRGINIA}\n"
    ))
}

/// (k − 1)·I + I·U + TTL·V with U and V uniform. From the longest down by x it has the probability x² / (2·I·TTL) as
/// long as x is below both, which gives the upper quantiles; the median is the mean by symmetry.
fn dns_rows() -> Vec<Row> {
    let kind = Kind {
        source: "two uniform waits",
        unit: "s",
        digits: Digits::Point(2),
    };
    let mut rows = Vec::new();
    for (interval, threshold, ttl, mean, longest) in [
        (30.0, 3, 60.0, 105.0, 150.0),
        (10.0, 3, 60.0, 55.0, 90.0),
        (30.0, 3, 300.0, 225.0, 390.0),
    ] {
        let upper = |p: f64| longest - (2.0 * (1.0 - p) * interval * ttl).sqrt();
        let set = dns(
            interval,
            threshold,
            ttl,
            &format!("[targets]\nrto = \"{}s\"\n", upper(0.975)),
        );
        let rto = &recovery(&set).rto;
        for (called, known, found) in [
            ("mean", mean, rto.mean_s),
            ("p50", mean, rto.p50_s),
            ("p95", upper(0.95), rto.p95_s),
            ("p99", upper(0.99), rto.p99_s),
        ] {
            let what = format!("DNS failover, {threshold} checks every {interval} s, TTL {ttl} s: {called}");
            rows.push(simulated(&kind, what, known, found));
        }
        assert_within_4_errors("within", rto.within_target.unwrap(), 0.975);
        let parts: Vec<(&str, f64)> = recovery(&set)
            .rto_parts
            .iter()
            .map(|part| (part.step.as_str(), part.begins_s))
            .collect();
        assert!(parts.contains(&("detection", 0.0)), "{parts:?}");
    }
    rows
}

#[test]
fn nobody_waits_longer_than_all_checks_and_the_whole_ttl() {
    for (target, sure) in [(150.0, true), (149.0, false)] {
        let set = dns(30.0, 3, 60.0, &format!("[targets]\nrto = \"{target}s\"\n"));
        let within = recovery(&set).rto.within_target.unwrap();
        assert_eq!(within.value == 1.0, sure, "{within:?}");
    }
}

/// A loss costs those it stops what recovery takes: here all wait 105 s on average for any of two regions, half of
/// them for each. What is beyond is the time that both are down.
fn downtime_rows() -> Vec<Row> {
    let set = dns(
        30.0,
        3,
        60.0,
        "[failures]\ncommon = {}\nregion = { per_year = 1, repair = \"10h\" }\n",
    );
    let p = 10.0 / (YEAR_H + 10.0);
    // A loss from the state in which all is well; from the other nobody is left to wait for.
    let rate = 1.0 / (YEAR_H * 3600.0);
    let known = p * p + 2.0 * rate * (1.0 - p) * (1.0 - p) * 0.5 * 105.0;
    // What it tells to count twice at most: recoveries that meet the other loss.
    let band = (Band::Within(2.0 * p * known), "recoveries that meet a loss");
    let kind = down("waits and both down");
    let found = recovery(&set).availability.unavailability;
    vec![
        kind.row(
            "downtime of 2 regions behind DNS, enumerated",
            known,
            enumerated(&set),
            band,
        ),
        simulated(&kind, "downtime of 2 regions behind DNS, simulated", known, found),
    ]
}

pub(crate) static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    [
        k_of_n_rows(),
        common_cause_rows(),
        independent_rows(),
        alone_rows(),
        four_nines_rows(),
        dns_rows(),
        downtime_rows(),
        lag_rows(),
        backup_rows(),
    ]
    .concat()
});

#[test]
fn closed_forms_of_availability_failover_and_loss_come_out() {
    hold(&ROWS);
}

// --- after a loss, by hand ---------------------------------------------------------------------------------------

fn assert_latency(loss: &LossResult, mean: f64, p95: f64) {
    let latency = loss.latency.as_ref().unwrap();
    for (what, figure, hand) in [("mean", latency.mean_ms, mean), ("p95", latency.p95_ms, p95)] {
        assert_eq!(
            (figure.value, figure.std_error),
            (hand, 0.0),
            "{what} of {}",
            loss.name
        );
    }
}

fn moves(loss: &LossResult) -> Vec<(&str, &str, f64)> {
    let told = loss.moves.iter();
    let mut told: Vec<_> = told
        .map(|it| (it.from.as_str(), it.to.as_str(), it.share))
        .collect();
    told.sort_by(|a, b| a.1.cmp(b.1));
    told
}

fn loads(loss: &LossResult) -> Vec<(&str, f64, f64)> {
    let told = loss.load.iter();
    let mut told: Vec<_> = told.map(|it| (it.region.as_str(), it.before, it.after)).collect();
    told.sort_by(|a, b| a.0.cmp(b.0));
    told
}

const IE: &str = "aws:eu-west-1";
const VA: &str = "aws:us-east-1";
const SG: &str = "aws:ap-southeast-1";

/// London 10, Ireland 0, Virginia 0, Ohio 12 ms before.
#[test]
fn latency_after_each_loss_is_that_of_the_next_region_without_error() {
    let set = fixed(ALL_THREE, "");
    assert_eq!(set.latency.mean_ms.value, 22.0 / 4.0);
    // London 80, Ireland 70, Virginia 0, Ohio 12.
    let ireland = loss(&set, IE);
    assert_latency(ireland, 162.0 / 4.0, 80.0);
    assert_eq!(
        ireland.latency.as_ref().unwrap().p95_change_ms.figure.value,
        80.0 - 12.0
    );
    // London 10, Ireland 0, Virginia 70, Ohio 85.
    let virginia = loss(&set, VA);
    assert_latency(virginia, 165.0 / 4.0, 85.0);
    let ranks = [IE, VA, SG].map(|name| loss(&set, name).latency.as_ref().unwrap().rank);
    assert_eq!(ranks, [2, 1, 3]);
    let singapore = loss(&set, SG);
    assert_latency(singapore, 22.0 / 4.0, 12.0);
    assert_eq!(
        (singapore.stopped, singapore.moved, singapore.rto.is_none()),
        (0.0, 0.0, true)
    );
}

#[test]
fn users_move_and_load_follows_by_hand() {
    let set = fixed(ALL_THREE, "");
    let ireland = loss(&set, IE);
    assert_eq!(moves(ireland), [(IE, VA, 0.5)]);
    assert_eq!(
        (ireland.moved, ireland.stopped, ireland.unserved),
        (0.5, 0.5, 0.0)
    );
    assert_eq!(loads(ireland), [(SG, 0.0, 0.0), (IE, 0.5, 0.0), (VA, 0.5, 1.0)]);
    let of_virginia = ireland.load.iter().find(|it| it.region == VA).unwrap();
    assert_eq!(of_virginia.requests_per_second, Some(100.0));
}

/// Weights of 2, 1 and 1: without Ireland, Virginia and Singapore share its half evenly, as they weigh the same.
#[test]
fn weighted_users_go_where_the_weights_that_are_left_send_them() {
    let set = fixed(
        ALL_THREE,
        "[routing]\npolicy = \"weighted\"\nweights = { eu-west-1 = 2, us-east-1 = 1, ap-southeast-1 = 1 }\n",
    );
    let ireland = loss(&set, IE);
    assert_eq!(moves(ireland), [(IE, SG, 0.25), (IE, VA, 0.25)]);
    // Before: a half of (10 + 0 + 70 + 85), a quarter each of (80 + 70 + 0 + 12) and (170 + 180 + 220 + 210), over 4.
    assert_eq!(
        set.latency.mean_ms.value,
        (165.0 / 2.0 + 162.0 / 4.0 + 780.0 / 4.0) / 4.0
    );
    let after = ireland.latency.as_ref().unwrap();
    assert_eq!(after.mean_ms.value, (162.0 / 2.0 + 780.0 / 2.0) / 4.0);
}

const ORDERS: &str = r#"
[[store]]
name = "orders"
kind = "single_leader"
leader = "us-east-1"
lag = { exponential = { mean = "2s" } }
promotion = "40s"
[[class]]
name = "buy"
kind = "write"
share = 1
operation = [{ store = "orders", access = "write" }]
"#;

/// Draws are in single precision: the error of a sum of a few hundred milliseconds is below a ten-thousandth.
fn assert_ms(found: f64, hand: f64) {
    assert!((found - hand).abs() < 1e-4, "{found} is not {hand}");
}

fn mean_after(loss: &LossResult) -> f64 {
    loss.latency.as_ref().unwrap().mean_ms.value
}

#[test]
fn a_leader_that_is_lost_is_replaced_and_writes_go_there() {
    let set = fixed(ALL_THREE, &format!("{AT_ONCE}{ORDERS}"));
    // London 10 + 70, Ireland 0 + 70, Virginia 0, Ohio 12.
    assert_ms(set.latency.mean_ms.value, 162.0 / 4.0);
    let virginia = loss(&set, VA);
    let orders = &virginia.stores[0];
    assert_eq!(
        (orders.leader_before.as_deref(), orders.leader_after.as_deref()),
        (Some(VA), Some(IE))
    );
    assert_eq!(
        (orders.copies.as_slice(), orders.alive),
        (&[IE.to_owned(), SG.to_owned()][..], true)
    );
    assert_eq!((orders.writes_refused, orders.writes_refused_after), (1.0, 0.0));
    // London 10, Ireland 0, Virginia 70, Ohio 85, and Ireland leads.
    assert_ms(mean_after(virginia), 165.0 / 4.0);
    // Everybody writes, so everybody waits for the promotion.
    assert_eq!(virginia.stopped, 1.0);
    let rto = virginia.rto.as_ref().unwrap();
    assert!(
        (rto.p50_s.value - 40.0).abs() <= 1e-6 && (rto.p99_s.value - 40.0).abs() <= 1e-6,
        "{rto:?}"
    );
}

#[test]
fn a_leader_that_is_left_goes_on_leading() {
    let set = fixed(ALL_THREE, &format!("{AT_ONCE}{ORDERS}"));
    let ireland = loss(&set, IE);
    assert_eq!(ireland.stores[0].leader_after.as_deref(), Some(VA));
    assert_ms(mean_after(ireland), 162.0 / 4.0);
    assert_eq!(ireland.stopped, 0.5);
    // What users of Ireland wrote is refused until they are in Virginia.
    assert_eq!(ireland.stores[0].writes_refused, 0.5);
}

// --- links -------------------------------------------------------------------------------------------------------

const CALLS: &str = r#"
[[class]]
name = "it"
kind = "read"
share = 1
call = [{ to = "ap-southeast-1", service = "5ms" }]
"#;

/// Ireland calls Singapore, 180 ms away; round by Virginia it is 70 + 220. Virginia's own way is not cut.
#[test]
fn calls_over_a_cut_link_take_the_legs_of_the_way_round() {
    let cut = "[[loss]]\nname = \"cable\"\nlinks = [[\"eu-west-1\", \"ap-southeast-1\"]]\n";
    let set = fixed(IRELAND_AND_VIRGINIA, &format!("{CALLS}{cut}"));
    assert_ms(
        set.latency.mean_ms.value,
        22.0 / 4.0 + 5.0 + f64::midpoint(180.0, 220.0),
    );
    let cable = loss(&set, "cable");
    assert_ms(
        mean_after(cable),
        22.0 / 4.0 + 5.0 + f64::midpoint(70.0 + 220.0, 220.0),
    );
    let detour = &cable.detours[0];
    assert_ms(detour.before_ms, 180.0);
    assert_ms(detour.after_ms.unwrap(), 290.0);
    assert_eq!(
        (cable.kind.as_str(), cable.stopped, cable.moved),
        ("link", 0.0, 0.0)
    );
    assert!(cable.partitions.is_empty());
}

/// Ireland and Virginia are out of reach of each other directly. By Singapore it is 180 + 220, by Oregon 130 + 65, whose
/// figures are the user's own; where Oregon is lost as well, Singapore is left.
#[test]
fn the_way_round_is_the_quickest_by_one_s_own_figures_and_not_through_what_is_lost() {
    let world = FIXED
        .replace("\"ap-southeast-1\"]", "\"ap-southeast-1\", \"us-west-2\"]")
        .replace(
            "link = [",
            "link = [\n{ from = \"eu-west-1\", to = \"us-west-2\", rtt = \"130ms\" },\n\
             { from = \"us-east-1\", to = \"us-west-2\", rtt = \"65ms\" },\n",
        );
    for (oregon, legs, lost) in [
        ("65ms", 130.0 + 65.0, ""),
        ("300ms", 400.0, ""),
        ("65ms", 400.0, "\"us-west-2\""),
    ] {
        let world = world.replace("\"65ms\"", &format!("\"{oregon}\""));
        let set = only(&format!(
            "{world}\n[[class]]\nname = \"it\"\nkind = \"read\"\nshare = 1\ncall = [{{ to = \"us-east-1\" }}]\n\
             [[loss]]\nname = \"cable\"\nlinks = [[\"eu-west-1\", \"us-east-1\"]]\n{}\n[[placement]]\nname = \"one\"\n\
             regions = [\"eu-west-1\"]\n",
            if lost.is_empty() {
                String::new()
            } else {
                format!("regions = [{lost}]")
            }
        ));
        let cable = loss(&set, "cable");
        assert_ms(cable.detours[0].after_ms.unwrap(), legs);
        // London 10, Ireland 0, Virginia 70, Ohio 85, and each the call.
        assert_ms(mean_after(cable), 165.0 / 4.0 + legs);
    }
}

/// With both ways to it cut, nothing leads to Singapore.
#[test]
fn a_region_whose_links_are_all_cut_is_a_partition() {
    let cut = "[[loss]]\nname = \"both\"\nlinks = [[\"eu-west-1\", \"ap-southeast-1\"], [\"us-east-1\", \"ap-southeast-1\"]]\n";
    let set = fixed(ALL_THREE, &format!("{CALLS}{cut}"));
    let both = loss(&set, "both");
    assert!(both.detours.iter().all(|detour| detour.after_ms.is_none()) && both.detours.len() == 2);
    let mut sides = both.partitions.clone();
    sides.sort_by_key(Vec::len);
    assert_eq!(sides[0], [SG]);
    assert_eq!(sides[1].len(), 2);
}

// --- what is lost ------------------------------------------------------------------------------------------------

/// Virginia leads; Ireland is 35 ms of one way behind, and then 2 s on average. The bins of delays are up to 1.6 % wide.
fn lag_rows() -> Vec<Row> {
    let set = fixed(IRELAND_AND_VIRGINIA, ORDERS);
    let told = &recovery(&set).rpo;
    assert_eq!(
        (told.len(), told[0].store.as_str(), told[0].basis.as_str()),
        (1, "orders", "replication lag")
    );
    let rpo = told[0].rpo.as_ref().unwrap();
    assert_eq!(loss(&set, VA).rpo[0].rpo.as_ref(), Some(rpo));
    assert!(loss(&set, IE).rpo.is_empty());
    let quantile = |p: f64| 0.035 - 2.0 * (1.0 - p).ln();
    let kind = Kind {
        source: "lag and one way",
        unit: "s",
        digits: Digits::Point(3),
    };
    let of = |called: &str, known: f64, found: Figure, part: f64| {
        let what = format!("RPO of an exponential lag of 2 s: {called}");
        kind.row(
            what,
            known,
            found.value,
            (Band::Within(part * known), "a bin of delays"),
        )
    };
    let writes = Kind {
        source: kind.source,
        unit: "",
        digits: Digits::Point(1),
    };
    let lost = told[0].writes_lost.unwrap();
    vec![
        of("mean", 2.035, rpo.mean_s, 1e-3),
        of("p50", quantile(0.5), rpo.p50_s, 0.016),
        of("p95", quantile(0.95), rpo.p95_s, 0.016),
        of("p99", quantile(0.99), rpo.p99_s, 0.016),
        // A hundred writes a second.
        writes.row(
            "writes lost at 100 a second",
            203.5,
            lost,
            (Band::Within(0.2), "a bin of delays"),
        ),
    ]
}

#[test]
fn a_quorum_that_lives_loses_nothing() {
    let set = k_of_n(2, &FIVE[..3], 1e-3, "");
    let told = &recovery(&set).rpo[0];
    assert_eq!(
        (told.basis.as_str(), told.rpo.as_ref().unwrap().p99_s.value),
        ("quorum", 0.0)
    );
}

/// A backup a day that takes an hour to arrive: the age is even between 1 and 25 hours. A terabyte at 100 MB/s takes
/// 10,000 s, and nothing else takes any time.
fn backup_rows() -> Vec<Row> {
    let set = fixed(
        "regions = [\"us-east-1\"]\nstandby = { eu-west-1 = \"backup\" }",
        &format!(
            "{AT_ONCE}ramp = {{ backup = \"0s\" }}\nbackup = {{ interval = \"24h\", copy = \"1h\", size = \"1 TB\", rate = \"100 MB/s\" }}\n{}",
            ORDERS.replace("promotion = \"40s\"\n", "promotion = \"0s\"\n")
        ),
    );
    let told = &recovery(&set).rpo[0];
    assert_eq!(told.basis, "backup age");
    let rpo = told.rpo.as_ref().unwrap();
    let hours = |source| Kind {
        source,
        unit: "h",
        digits: Digits::Point(3),
    };
    let mut rows = Vec::new();
    for (called, figure, known) in [
        ("mean", rpo.mean_s, 13.0),
        ("p50", rpo.p50_s, 13.0),
        ("p95", rpo.p95_s, 1.0 + 0.95 * 24.0),
        ("p99", rpo.p99_s, 1.0 + 0.99 * 24.0),
    ] {
        let what = format!("RPO of a backup a day, an hour on its way: {called}");
        rows.push(hours("even age").exact(what, known, figure.value / 3600.0, 1e-12));
    }
    let virginia = loss(&set, VA);
    assert_eq!(
        (
            virginia.called_up[0].region.as_str(),
            virginia.called_up[0].role.as_str()
        ),
        (IE, "backup")
    );
    let rto = virginia.rto.as_ref().unwrap();
    for (called, figure) in [("p50", rto.p50_s), ("p99", rto.p99_s)] {
        let what = format!("restoring 1 TB at 100 MB/s: {called}");
        rows.push(hours("size over rate").exact(what, 10_000.0 / 3600.0, figure.value / 3600.0, 1e-9));
    }
    rows
}
