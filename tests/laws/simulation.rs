//! Laws of what a scenario is made into before sets are chosen: paths and back ends.

use std::path::Path;

use isochrone::design::scenario::Scenario;
use isochrone::engine::latency::table::LatencyTable;
use isochrone::engine::progress::Watch;
use isochrone::engine::simulation::{Simulation, assumptions};
use isochrone::world::catalog::Catalog;
use isochrone::world::network::variance::InputSpread;

fn made(text: &str) -> (Scenario, Simulation) {
    let catalog = Catalog::embedded();
    let scenario = Scenario::parse("a.toml", text, Path::new(""), &[], &catalog).unwrap();
    let simulation = Simulation::new(&scenario, &catalog, Watch::default()).unwrap();
    (scenario, simulation)
}

/// What routing expects of a path is the mean of what is drawn from it. Callers stand in a region: their requests
/// pass the path and nothing else.
#[test]
fn what_is_expected_of_a_path_is_the_mean_of_its_draws() {
    let runs = 200_000;
    let (scenario, simulation) = made(
        r#"
        [audience]
        at_regions = ["eu-central-1"]
        [regions]
        candidates = ["eu-central-1", "eu-west-1", "us-east-1", "ap-southeast-2", "sa-east-1"]
        sizes = 1
        [request]
        service = "0ms"
        "#,
    );
    assert_eq!(simulation.laws.regions, scenario.candidates.len());
    let table = LatencyTable::simulate(&simulation.laws, runs, 7, Watch::default()).unwrap();
    for region in 0..scenario.candidates.len() {
        let expected = simulation.laws.pair(0, region).expected_ms;
        // Five standard errors of the mean; single precision for what has no spread.
        let error = 5.0 * (table.variance(0, region) / f64::from(runs)).sqrt() + 1e-6 * expected;
        let mean = table.mean(0, region);
        assert!(
            (mean - expected).abs() <= error,
            "{region}: {mean} drawn, {expected} expected, ± {error}"
        );
    }
}

/// So is what is expected of two paths of the same users, by their difference: the access network, which routing does not
/// go by, is the same on both.
#[test]
fn what_is_expected_of_two_paths_of_users_differs_as_their_draws_do() {
    let runs = 100_000;
    let (scenario, simulation) = made(
        r#"
        [audience]
        countries = ["DE"]
        min_users = 2000000
        [regions]
        candidates = ["eu-central-1", "us-east-1", "ap-southeast-2", "sa-east-1"]
        sizes = 1
        [request]
        service = "0ms"
        "#,
    );
    let table = LatencyTable::simulate(&simulation.laws, runs, 7, Watch::default()).unwrap();
    for group in 0..scenario.audience.groups.len() {
        for region in 1..scenario.candidates.len() {
            let expected = |region: usize| simulation.laws.pair(group, region).expected_ms;
            let drawn = table.mean(group, region) - table.mean(group, 0);
            let wanted = expected(region) - expected(0);
            let variance = table.variance(group, region) + table.variance(group, 0);
            let error = 5.0 * (variance / f64::from(runs)).sqrt();
            assert!(
                (drawn - wanted).abs() <= error,
                "{group}, {region}: {drawn} drawn, {wanted} expected, ± {error}"
            );
        }
    }
}

/// A store led from one region, one led from elsewhere, and calls to the leader of one.
const LED: &str = r#"
[audience]
countries = ["DE", "US", "JP"]
min_users = 3000000
[regions]
candidates = ["us-east-1", "eu-west-1", "ap-northeast-1"]
sizes = 2
[[class]]
name = "look"
kind = "read"
share = 0.5
operation = [{ store = "orders", access = "read-local" }]
[[class]]
name = "check"
kind = "read"
share = 0.25
operation = [{ store = "orders", access = "read-fresh" }]
[[class]]
name = "buy"
kind = "write"
share = 0.125
operation = [{ store = "orders", access = "write" }]
[[class]]
name = "pay"
kind = "write"
share = 0.125
call = [{ to = "leader of money" }]
[[store]]
name = "orders"
kind = "single_leader"
leader = "search"
lag = "300ms"
service = "2ms"
[[store]]
name = "money"
kind = "single_leader"
leader = "search"
lag = "300ms"
service = "2ms"
"#;

/// What leaders cost is remembered from one set to the next, and nothing that matters is left out of what it is
/// remembered by: a back end that was asked much answers as one that was asked nothing.
#[test]
fn what_leaders_add_does_not_depend_on_what_was_asked_before() {
    let (scenario, simulation) = made(LED);
    let used = simulation.backend(&scenario);
    for members in [[0, 1], [0, 2], [1, 2]] {
        for orders in members {
            for money in members {
                let leaders = vec![Some(orders), Some(money)];
                let lead = used.lead(&members, leaders.clone()).unwrap();
                let fresh = simulation.backend(&scenario).lead(&members, leaders).unwrap();
                assert!(lead == fresh, "{members:?}, led by {orders} and {money}");
                let other = members[usize::from(members[0] == orders)];
                let near = &lead.added[2][orders];
                assert!(
                    near.mean() < lead.added[2][other].mean(),
                    "writes elsewhere pass the way to the leader"
                );
            }
        }
    }
}

/// A run says who is sent where, and where that comes from.
#[test]
fn routing_is_among_what_is_assumed() {
    let said = |policy: &str| {
        let text = format!(
            "[audience]\ncountries = [\"DE\"]\n[regions]\ncandidates = [\"eu-west-1\"]\nsizes = 1\n{policy}"
        );
        let (scenario, _) = made(&text);
        assumptions(
            &scenario,
            InputSpread {
                path: 1.0,
                access: 0.5,
            },
            None,
        )
        .swap_remove(0)
    };
    let (what, value, source) = said("");
    assert_eq!(what, "routing");
    assert!(
        value.contains("least expected RTT") && source.contains("perfect knowledge"),
        "{value}: {source}"
    );
    let (what, value, source) = said("[routing]\npolicy = \"geolocation\"\ndefault = [\"eu-west-1\"]\n");
    assert!(
        what == "routing" && source == "scenario" && value.starts_with("geolocation"),
        "{value}: {source}"
    );
}
