//! Bills against sums done by hand, and laws of what is moved.

use std::path::Path;
use std::sync::LazyLock;

use isochrone::basis::dist::Dist;
use isochrone::design::cost::CostPlan;
use isochrone::design::request::{Operation, RequestClass, StoreAccess};
use isochrone::design::scenario::Scenario;
use isochrone::design::store::{Leader, Members, PartitionChoice, Store, StoreKind};
use isochrone::engine::cost::{
    Bill, Deployment, HOURS_PER_MONTH, Moved, SECONDS_PER_MONTH, Usage, bill, moved,
};
use isochrone::world::catalog::Catalog;
use isochrone::world::prices::Item;
use proptest::prelude::*;

use crate::row::{Digits, Kind, Row, hold};

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::embedded);

/// Three candidates with built-in prices.
static SCENARIO: LazyLock<Scenario> = LazyLock::new(|| {
    let text = r#"
[audience]
at_regions = ["eu-west-1"]
requests_per_second = 100
[regions]
candidates = ["eu-west-1", "eu-central-1", "us-east-1"]
[request]
service = "20ms"
[cost]
instance = "m7g.xlarge"
answer_bytes = "100 KB"
"#;
    let checked = Scenario::check_text("a.toml", text, Path::new("."), &[], &CATALOG);
    checked
        .scenario
        .unwrap_or_else(|| panic!("{:?}", checked.problems))
});

fn plan() -> CostPlan {
    SCENARIO.cost.clone().unwrap()
}

fn store(kind: StoreKind) -> Store {
    Store {
        name: "orders".into(),
        kind,
        members: Members::All,
        service: Dist::zero(),
        bytes_per_write: 2000.0,
        partition: PartitionChoice::Refuse,
    }
}

fn writer() -> RequestClass {
    RequestClass {
        operations: vec![Operation {
            store: 0,
            access: StoreAccess::Write,
            times: 2,
        }],
        ..RequestClass::simple(1, Dist::zero())
    }
}

/// Requests by region, all of one class.
fn of(stores: &[Store], served: &[(usize, f64)], leader: Option<usize>) -> Moved {
    let classes = [writer()];
    let asked = served.iter().map(|(_, rate)| rate).sum();
    moved(
        &Deployment {
            classes: &classes,
            stores,
            asked: vec![asked],
            served: vec![served.to_vec()],
            leaders: vec![leader],
            copies: vec![vec![0, 1, 2]],
        },
        &plan(),
    )
}

fn lagging(leader: Option<usize>) -> StoreKind {
    match leader {
        Some(leader) => StoreKind::SingleLeader {
            leader: Leader::Fixed(leader),
            lag: Dist::zero(),
            forwarding: true,
        },
        None => StoreKind::MultiLeader {
            lag: Dist::zero(),
            keys: 1.0,
        },
    }
}

fn by_hand(unit: &'static str, digits: usize) -> Kind {
    Kind {
        source: "by hand",
        unit,
        digits: Digits::Point(digits),
    }
}

fn instance_rows() -> Vec<Row> {
    let mut plan = plan();
    (plan.reserved_share, plan.reserved_discount) = (0.5, 0.4);
    (plan.currency.per_usd, plan.multiplier) = (0.9, 1.1);
    let usage = Usage {
        instances: vec![(0, 10.0, 8.0)],
        ..Usage::default()
    };
    let bill = bill(&plan, &SCENARIO.candidates, &[], &usage);
    let hourly = plan
        .prices
        .find(
            Item::Instance,
            &SCENARIO.candidates[0].id,
            None,
            Some("m7g.xlarge"),
        )
        .unwrap()
        .tiers[0]
        .usd;
    assert_eq!(HOURS_PER_MONTH, 730.0);
    assert!(bill.is_complete());
    // Of 10 instances 8 run all the time and 4 of these are reserved at 40 % off: 8.4 prices.
    let hand = 8.4 * hourly * 730.0 * 0.9 * 1.1;
    let what = "10 instances a month, 4 reserved at 40 % off, 0.9 to the dollar, 10 % on top";
    vec![by_hand("", 2).exact(what, hand, bill.total(&plan), 1e-12)]
}

/// 100 answers of 100 KB a second are 26,280 GB in a month of 30.4 days.
fn egress_rows() -> Vec<Row> {
    let moved = of(&[store(lagging(None))], &[(0, 60.0), (2, 40.0)], None);
    let usage = Usage {
        moved,
        ..Usage::default()
    };
    let bill = bill(&plan(), &SCENARIO.candidates, &[store(lagging(None))], &usage);
    let lines = bill.lines.iter().filter(|line| line.item == Item::Egress);
    let gb: f64 = lines.map(|line| line.amount).sum();
    assert!((100.0 * 1e5 * SECONDS_PER_MONTH / 1e9 - 26_280.0).abs() < 1e-6);
    vec![by_hand("GB", 1).exact("100 answers of 100 KB a second, a month", 26_280.0, gb, 1e-10)]
}

/// A write is passed on to the leader where that is elsewhere, and goes to every other copy from there.
fn leader_rows() -> Vec<Row> {
    let moved = of(&[store(lagging(Some(0)))], &[(0, 10.0), (1, 5.0)], Some(0));
    assert_eq!(moved.between.len(), 3);
    // Two writes of 2000 bytes each: 30 writes a second, 10 of them passed on by a region that does not lead.
    let bytes = by_hand("KB/s", 1);
    let way = |from: usize, to: usize| moved.between[&(from, to)] / 1000.0;
    let mut rows = vec![
        bytes.exact("writes passed on to the leader", 20.0, way(1, 0), 0.0),
        bytes.exact("writes copied to the second region", 60.0, way(0, 1), 0.0),
        bytes.exact("writes copied to the third region", 60.0, way(0, 2), 0.0),
    ];
    for copy in 0..3 {
        let what = format!("writes that copy {} takes", copy + 1);
        rows.push(by_hand("a second", 1).exact(what, 30.0, moved.writes[&(0, copy)], 0.0));
    }
    rows
}

pub(crate) static ROWS: LazyLock<Vec<Row>> =
    LazyLock::new(|| [instance_rows(), egress_rows(), leader_rows()].concat());

#[test]
fn bills_are_those_added_up_by_hand() {
    hold(&ROWS);
}

#[test]
fn what_has_no_price_is_a_line_without_money_and_the_total_a_lower_bound() {
    let moved = of(&[store(lagging(None))], &[(0, 10.0)], None);
    let usage = Usage {
        moved,
        instances: vec![(0, 2.0, 2.0)],
        ..Usage::default()
    };
    let stores = [store(lagging(None))];
    let bill = bill(&plan(), &SCENARIO.candidates, &stores, &usage);
    assert!(!bill.is_complete() && bill.total(&plan()) > 0.0);
    let missing: Vec<(Item, Option<usize>)> = bill.missing().map(|line| (line.item, line.region)).collect();
    let writes = |region| (Item::StoreWrite, Some(region));
    assert_eq!(missing, [writes(0), writes(1), writes(2)]);
}

#[test]
fn an_empty_set_costs_nothing() {
    let bill = bill(&plan(), &SCENARIO.candidates, &[], &Usage::default());
    assert_eq!(bill, Bill::default());
    assert_eq!((bill.total(&plan()), bill.is_complete()), (0.0, true));
}

proptest! {
    /// Whatever the split over regions, the same bytes leave for the internet, and every copy takes every write.
    #[test]
    fn nothing_is_lost_or_billed_twice(rates in prop::array::uniform3(0.0f64..100.0), leader in 0usize..4) {
        let leader = (leader < 3).then_some(leader);
        let served: Vec<(usize, f64)> = rates.iter().copied().enumerate().collect();
        let all: f64 = rates.iter().sum();
        let moved = of(&[store(lagging(leader))], &served, leader);
        let egress: f64 = moved.egress.values().sum();
        prop_assert!((egress - all * 1e5).abs() <= 1e-9 * all * 1e5);
        for copy in 0..3 {
            let writes = moved.writes.get(&(0, copy)).copied().unwrap_or(0.0);
            prop_assert!((writes - 2.0 * all).abs() <= 1e-9 * all);
        }
        let between: f64 = moved.between.values().sum();
        // Two other copies for each write; and once more what is passed on to a leader.
        let passed = leader.map_or(0.0, |leader| all - rates[leader]);
        let hand = 2000.0 * 2.0 * (2.0 * all + passed);
        prop_assert!((between - hand).abs() <= 1e-9 * hand.max(1.0));
    }

    /// More of anything never costs less.
    #[test]
    fn a_bill_never_falls_as_use_grows(a in 0.0f64..1e6, b in 0.0f64..1e6) {
        let cost = |rate: f64| {
            let mut usage = Usage { instances: vec![(0, rate, rate)], ..Usage::default() };
            usage.moved.egress.insert(2, rate);
            bill(&plan(), &SCENARIO.candidates, &[], &usage).total(&plan())
        };
        prop_assert!(cost(a.min(b)) <= cost(a.max(b)));
    }
}
