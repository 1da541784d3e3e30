//! What a file says about capacity, demand and costs is what is read: every key once, its defaults, and laws about
//! writing it otherwise.
//!
//! Files named in the scenarios lie in `tests/scenario/`.
use std::path::Path;
use std::sync::LazyLock;

use isochrone::design::capacity::{Overload, Retry, Sizing, StoreCeiling, TimeOf, TimePromise};
use isochrone::design::cost::Currency;
use isochrone::design::demand::{Demand, Event, Growth, Month, RateIs};
use isochrone::design::recovery::{Measure, Utility};
use isochrone::design::scenario::Scenario;
use isochrone::world::catalog::Catalog;
use isochrone::world::prices::{Item, PriceList};
use proptest::prelude::*;

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::embedded);

/// What stands before every case.
const BEFORE: &str = r#"[audience]
countries = ["FR", "US"]
requests_per_second = 1000
[regions]
candidates = ["us-east-1", "us-west-2", "eu-west-1"]
[[class]]
name = "browse"
kind = "read"
share = "90%"
service = "20ms"
bytes = "60 KB"
operation = [{ store = "orders", access = "read-local" }]
[[class]]
name = "buy"
kind = "write"
share = "10%"
service = "30ms"
operation = [{ store = "orders", access = "write" }, { store = "sessions", access = "write" }]
call = [{ to = "us-east-1" }]
call_bytes = "3 KB"
cross_zone_bytes = "5 KB"
[[store]]
name = "orders"
kind = "single_leader"
lag = "1s"
stored = "500 GB"
[[store]]
name = "sessions"
kind = "multi_leader"
lag = "1s"
keys = 1000
"#;

fn read_with(more: &str, overrides: &[(&str, &str)]) -> Scenario {
    let overrides: Vec<(String, String)> = overrides
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect();
    let text = format!("{BEFORE}{more}");
    let folder = Path::new("tests/scenario");
    let checked = Scenario::check_text("a.toml", &text, folder, &overrides, &CATALOG);
    assert_eq!(checked.problems, []);
    checked.scenario.unwrap()
}

fn read(more: &str) -> Scenario {
    read_with(more, &[])
}

fn sizing(more: &str) -> Sizing {
    read(more).capacity.unwrap().sizing.unwrap()
}

fn demand(more: &str) -> Demand {
    read(&format!("[demand]\n{more}")).demand.unwrap()
}

/// What is asked where the file says nothing but that it asks; all three candidates have three zones or more.
fn plain() -> Sizing {
    Sizing {
        concurrency: 1,
        max_utilisation: 1.0,
        promises: Vec::new(),
        zones: vec![3; 3],
        min_per_zone: 0,
        survive_zone: false,
        survive_regions: 0,
        spare: 0.0,
        scale_out_s: None,
        hourly: false,
    }
}

#[test]
fn all_that_is_asked_of_servers_is_read() {
    let text = r#"[capacity]
servers = 40
by_region = { us-west-2 = 60 }
concurrency = 8
max_utilisation = "70%"
wait_p95 = "0ms"
wait_p99 = "10ms"
response_p95 = "40ms"
response_p99 = "0.06s"
zones = 2
min_per_zone = 3
survive_zone = true
survive_regions = 1
spare = "150%"
scale_out = "5min"
scaling = "hourly"
"#;
    let capacity = read(text).capacity.unwrap();
    // us-west-2 is the second candidate by the catalogue's order.
    assert_eq!(capacity.servers, [Some(40), Some(60), Some(40)]);
    let promise = |of, share, within_ms| TimePromise { of, share, within_ms };
    let wanted = Sizing {
        concurrency: 8,
        max_utilisation: 0.7,
        promises: vec![
            promise(TimeOf::Wait, 0.95, 0.0),
            promise(TimeOf::Wait, 0.99, 10.0),
            promise(TimeOf::Response, 0.95, 40.0),
            promise(TimeOf::Response, 0.99, 60.0),
        ],
        zones: vec![2; 3],
        min_per_zone: 3,
        survive_zone: true,
        survive_regions: 1,
        spare: 1.5,
        scale_out_s: Some(300.0),
        hourly: true,
    };
    assert_eq!(capacity.sizing, Some(wanted));
}

#[test]
fn asking_alone_has_defaults() {
    assert_eq!(sizing("[capacity]\nsize = true\n"), plain());
    assert_eq!(
        read_with("", &[("capacity.size", "true")])
            .capacity
            .unwrap()
            .sizing,
        Some(plain())
    );
    let tolerant = "[capacity]\nsize = true\n[targets]\ntolerate = 2\n";
    assert_eq!(sizing(tolerant).survive_regions, 2);
    let stated = "[capacity]\nsurvive_regions = 0\n[targets]\ntolerate = 2\n";
    assert_eq!(sizing(stated).survive_regions, 0);
    assert_eq!(sizing("[capacity]\nsurvive_zone = true\n").min_per_zone, 1);
}

#[test]
fn each_key_of_sizing_asks_for_it_and_no_other_does() {
    let keys = [
        "concurrency = 1",
        "max_utilisation = 1.0",
        "zones = 3",
        "min_per_zone = 0",
        "survive_zone = false",
        "survive_regions = 0",
        "spare = 0",
        "scaling = \"fixed\"",
    ];
    for key in keys {
        assert_eq!(sizing(&format!("[capacity]\n{key}\n")), plain(), "{key}");
    }
    for (key, of, share) in [
        ("wait_p95", TimeOf::Wait, 0.95),
        ("wait_p99", TimeOf::Wait, 0.99),
        ("response_p95", TimeOf::Response, 0.95),
        ("response_p99", TimeOf::Response, 0.99),
    ] {
        let [promise] = sizing(&format!("[capacity]\n{key} = \"90ms\"\n")).promises[..] else {
            panic!("one promise of `{key}`");
        };
        assert_eq!((promise.of, promise.share, promise.within_ms), (of, share, 90.0));
    }
    for key in [
        "servers = 40",
        "servers = 40\noverload = \"shed\"",
        "store = { orders = { operations_per_second = 9 } }",
    ] {
        let capacity = read(&format!("[capacity]\n{key}\n")).capacity.unwrap();
        assert_eq!(capacity.sizing, None, "{key}");
    }
}

#[test]
fn overload_retries_and_ceilings_are_read() {
    for (written, wanted) in [
        ("overload = \"queue\"", Overload::Queue),
        ("overload = \"shed\"", Overload::Shed),
        ("overload = \"spill\"", Overload::Spill),
        (
            "overload = \"degrade\"\ndegraded_work = \"40%\"",
            Overload::Degrade(0.4),
        ),
    ] {
        let capacity = read(&format!("[capacity]\nservers = 40\n{written}\n"))
            .capacity
            .unwrap();
        assert_eq!((capacity.overload, capacity.retry), (wanted, None));
    }
    let text = r#"[capacity]
servers = 40
retry = { after = "2s", times = 3 }
[capacity.store.sessions]
operations_per_second = 20000.5
connections = 5000
connections_per_instance = 20
"#;
    let capacity = read(text).capacity.unwrap();
    let retry = Retry {
        after_ms: 2000.0,
        times: 3,
    };
    assert_eq!(capacity.retry, Some(retry));
    let ceiling = StoreCeiling {
        operations_per_second: Some(20_000.5),
        connections: Some(5000),
        connections_per_instance: 20,
    };
    assert_eq!(capacity.stores, [StoreCeiling::default(), ceiling]);
}

#[test]
fn demand_is_read() {
    let found = demand(
        r#"rate = "peak"
curve = "evening"
growth = "30%"
growth_low = "10%"
growth_high = 0.5
growth_of = { FRA = "-5%" }
start = "2026-12"
horizon = "3y"
[[demand.event]]
name = "sale"
factor = 4
duration = "90m"
at = "18:30"
countries = ["FR"]
[[demand.event]]
name = "launch"
factor = 0.5
duration = "168h"
"#,
    );
    assert_eq!((found.rate_is, found.horizon_years), (RateIs::Peak, 3));
    assert!(found.curve_assumed && found.curve_words == "evening (a shape we assume)");
    let growth = Growth {
        per_year: 0.3,
        interval: Some((0.1, 0.5)),
    };
    assert_eq!(found.growth, growth);
    let of_country: Vec<(&str, f64)> = found
        .growth_of_country
        .iter()
        .map(|(country, growth)| (country.as_str(), *growth))
        .collect();
    assert_eq!(of_country, [("FR", -0.05)]);
    let december = Month {
        year: 2026,
        month: 12,
    };
    assert_eq!(found.start, december);
    let event = |name: &str, factor, hours, at_utc, countries: &[&str]| Event {
        name: name.to_owned(),
        factor,
        hours,
        at_utc,
        countries: countries.iter().map(|code| (*code).to_owned()).collect(),
    };
    let events = [
        event("sale", 4.0, 1.5, Some(18.5), &["FR"]),
        event("launch", 0.5, 168.0, None, &[]),
    ];
    assert_eq!(found.events, events);
}

#[test]
fn an_empty_section_is_demand_that_never_changes() {
    let found = demand("");
    let january = Month { year: 2026, month: 1 };
    assert_eq!((found.rate_is, found.growth), (RateIs::Mean, Growth::NONE));
    assert_eq!((found.start, found.horizon_years), (january, 0));
    assert_eq!((found.curve_words.as_str(), found.curve_assumed), ("flat", false));
    assert!(found.week.iter().all(|factor| *factor == 1.0));
    assert!(found.season.iter().all(|factor| *factor == 1.0));
    assert!(found.growth_of_country.is_empty() && found.events.is_empty());
}

#[test]
fn costs_are_read() {
    let text = r#"[cost]
prices = "prices.csv"
instance = "m7g.xlarge"
reserved = "60%"
reserved_discount = "30%"
answer_bytes = "1 KB"
call_bytes = "9 KB"
cross_zone_bytes = "7 KB"
standby = { warm = "30%", backup = "1%" }
currency = "EUR"
per_usd = 0.92
multiplier = 1.19
[capacity]
size = true
[targets]
budget = 20000
[[score]]
of = "cost"
weight = 2
target = 10000
limit = 30000
"#;
    let scenario = read(text);
    let cost = scenario.cost.as_ref().unwrap();
    assert_eq!(cost.instance.as_deref(), Some("m7g.xlarge"));
    assert_eq!((cost.reserved_share, cost.reserved_discount), (0.6, 0.3));
    // What a class says itself goes before what [cost] says for all.
    assert_eq!(cost.answer_bytes, [60_000.0, 1000.0]);
    assert_eq!(cost.call_bytes, [9000.0, 3000.0]);
    assert_eq!(cost.cross_zone_bytes, Some(vec![7000.0, 5000.0]));
    assert_eq!(cost.stored_bytes, [Some(500e9), None]);
    assert_eq!(cost.standby_share, [1.0, 1.0, 0.3, 0.0, 0.01]);
    let euro = Currency {
        name: "EUR".to_owned(),
        per_usd: 0.92,
    };
    assert_eq!((&cost.currency, cost.multiplier), (&euro, 1.19));
    assert_eq!(scenario.targets.budget, Some(20_000.0));
    let utility = Utility {
        of: Measure::Cost,
        weight: 1.0,
        target: 10_000.0,
        limit: 30_000.0,
    };
    assert_eq!(scenario.score, [utility]);
    assert!(!scenario.recovery_asked && scenario.inputs.iter().any(|input| input.name == "prices.csv"));
}

#[test]
fn a_sheet_lies_over_the_tables() {
    let scenario = read("[cost]\nprices = \"prices.csv\"\n");
    let found = |list: &PriceList, item, region, name| {
        let price = list.find(item, region, None, name);
        price.map(|price| price.total(1.0))
    };
    let prices = &scenario.cost.as_ref().unwrap().prices;
    let tables = PriceList::embedded(&CATALOG).unwrap();
    let instance = Some("m7g.xlarge");
    assert_eq!(
        found(prices, Item::Instance, "aws:us-east-1", instance),
        Some(0.125)
    );
    assert_eq!(found(prices, Item::Egress, "aws:eu-west-1", None), Some(0.05));
    let (west, listed) = (
        found(prices, Item::Instance, "aws:us-west-2", instance),
        found(&tables, Item::Instance, "aws:us-west-2", instance),
    );
    assert!(west.is_some() && west == listed);
    assert_ne!(
        found(&tables, Item::Instance, "aws:us-east-1", instance),
        Some(0.125)
    );
}

#[test]
fn costs_without_more_are_in_dollars_at_list_price() {
    let cost = read("[cost]\n").cost.unwrap();
    assert_eq!((cost.instance, cost.currency), (None, Currency::default()));
    assert_eq!(
        (cost.reserved_share, cost.reserved_discount, cost.multiplier),
        (0.0, 0.0, 1.0)
    );
    assert_eq!(cost.answer_bytes, [60_000.0, 0.0]);
    assert_eq!(cost.call_bytes, [0.0, 3000.0]);
    assert_eq!(cost.cross_zone_bytes, Some(vec![0.0, 5000.0]));
    assert_eq!(cost.standby_share, [1.0, 1.0, 1.0, 0.0, 0.0]);
}

#[test]
fn reports_tell_of_capacity_where_the_file_asks() {
    for (text, asked) in [
        ("", false),
        ("[capacity]\nservers = 40\n", false),
        ("[capacity]\nsize = true\n", true),
        ("[capacity]\nservers = 40\noverload = \"shed\"\n", true),
        ("[capacity]\nservers = 40\nretry = { after = \"2s\" }\n", true),
        ("[capacity.store]\norders = { operations_per_second = 9 }\n", true),
        ("[demand]\n", true),
        ("[cost]\n", true),
    ] {
        assert_eq!(read(text).capacity_asked, asked, "{text}");
    }
}

#[test]
fn zones_of_a_region_that_is_taken_away_go_with_it() {
    let azure = r#"[audience]
countries = ["FR"]
requests_per_second = 1000
[regions]
providers = ["aws", "azure"]
candidates = ["aws:us-east-1", "azure:westeurope", "aws:eu-west-1"]
[request]
service = "20ms"
[capacity]
servers = 40
size = true
"#;
    let folder = Path::new("");
    let mut scenario = Scenario::parse("a.toml", azure, folder, &[], &CATALOG).unwrap();
    let zones = |scenario: &Scenario| scenario.capacity.clone().unwrap().sizing.unwrap().zones;
    let gone = scenario
        .candidates
        .iter()
        .position(|region| region.provider == "azure")
        .unwrap();
    // Nobody knows how many zones it has.
    assert_eq!(zones(&scenario)[gone], 1);
    scenario.without_candidate(gone).unwrap();
    assert_eq!(zones(&scenario), [3, 3]);
    assert_eq!(scenario.capacity.unwrap().servers, [Some(40), Some(40)]);
}

fn listed(amounts: &[f64]) -> String {
    let written: Vec<String> = amounts.iter().map(|amount| format!("{amount:?}")).collect();
    format!("[{}]", written.join(", "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn curves_and_seasons_have_a_mean_of_one_in_any_unit(
        weekday in prop::collection::vec(1e-3..1e3, 24),
        weekend in prop::collection::vec(1e-3..1e3, 24),
        season in prop::collection::vec(1e-3..1e3, 12),
        unit in -30i32..30,
    ) {
        // A power of two changes no digit of a number, so that no quotient of two is another.
        let unit = 2f64.powi(unit);
        let scaled = |amounts: &[f64]| listed(&amounts.iter().map(|amount| amount * unit).collect::<Vec<_>>());
        let plain = demand(&format!(
            "weekday = {}\nweekend = {}\nseason = {}\n",
            listed(&weekday), listed(&weekend), listed(&season),
        ));
        let other = demand(&format!(
            "weekday = {}\nweekend = {}\nseason = {}\n",
            scaled(&weekday), scaled(&weekend), scaled(&season),
        ));
        prop_assert_eq!(&plain, &other);
        prop_assert_eq!((plain.curve_words.as_str(), plain.curve_assumed), ("scenario", false));
        // 168 positive terms that sum to 168, each rounded a few times, and as many roundings of sums up to 168.
        let week: f64 = plain.week.iter().sum();
        prop_assert!((week - 168.0).abs() <= 168.0 * 180.0 * f64::EPSILON);
        let days = [31.0, 28.0, 31.0, 30.0, 31.0, 30.0, 31.0, 31.0, 30.0, 31.0, 30.0, 31.0];
        let year: f64 = plain.season.iter().zip(days).map(|(factor, days)| factor * days).sum();
        prop_assert!((year - 365.0).abs() <= 365.0 * 40.0 * f64::EPSILON);
        // Tuesday is a weekday, Sunday none; what was twice as much is twice as much, but for a few roundings of 1e-16.
        let ratio = |a: f64, b: f64, c: f64, d: f64| (a * d - b * c).abs() <= 1e-14 * (a * d);
        prop_assert!(ratio(plain.week[24 + 9], plain.week[6 * 24 + 9], weekday[9], weekend[9]));
        prop_assert!(ratio(plain.season[0], plain.season[11], season[0], season[11]));
    }

    #[test]
    fn shares_of_growth_may_be_numbers_or_percentages(percent in -99i32..1000) {
        let told = demand(&format!("start = \"2026-12\"\ngrowth = \"{percent}%\"\n"));
        let number = demand(&format!("start = \"2026-12\"\ngrowth = {:?}\n", f64::from(percent) / 100.0));
        prop_assert_eq!(told.growth, number.growth);
    }
}
