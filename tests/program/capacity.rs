//! Plans of whole scenarios: who carries what, in which state, and what it costs.

use std::path::Path;
use std::sync::LazyLock;

use isochrone::basis::error::{Error, ErrorKind};
use isochrone::decide::run::{Outcome, search, simulate};
use isochrone::design::scenario::Scenario;
use isochrone::engine::progress::Watch;
use isochrone::engine::simulation::Simulation;
use isochrone::report::assemble::assemble;
use isochrone::report::model::{CapacityResult, CapacityState, Report, StateRegion};
use isochrone::world::catalog::Catalog;

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::embedded);

/// Users inside three regions, a fixed service of 20 ms, 1000 requests a second: 20 erlang.
const WORLD: &str = r#"
runs = 100
input_replicates = 0
[audience]
at_regions = ["eu-west-1", "us-east-1", "ap-southeast-1"]
requests_per_second = 1000
[regions]
candidates = ["eu-west-1", "eu-central-1", "us-east-1", "ap-southeast-1"]
[network]
access = false
spread = false
jitter = false
[request]
service = { exponential = { mean_ms = 20 } }
"#;

const THREE: &str =
    "[[placement]]\nname = \"three\"\nregions = [\"eu-west-1\", \"us-east-1\", \"ap-southeast-1\"]\n";

fn scenario(text: &str) -> Scenario {
    let checked = Scenario::check_text("a.toml", text, Path::new("tests/scenario"), &[], &CATALOG);
    checked
        .scenario
        .unwrap_or_else(|| panic!("{:?}", checked.problems))
}

fn ran(
    scenario: &Scenario,
    run: impl Fn(&Scenario, &Simulation) -> Result<Outcome, Error>,
) -> Result<Report, Error> {
    let simulation = Simulation::new(scenario, &CATALOG, Watch::default()).unwrap();
    let outcome = run(scenario, &simulation)?;
    Ok(assemble("capacity", scenario, &CATALOG, &simulation, &outcome).unwrap())
}

fn planned(text: &str) -> Report {
    ran(&scenario(text), |scenario, simulation| {
        simulate(scenario, simulation, Watch::default())
    })
    .unwrap()
}

fn searched(text: &str) -> Result<Report, Error> {
    ran(&scenario(text), |scenario, simulation| {
        search(scenario, simulation, &[], 5, Watch::default())
    })
}

fn capacity(report: &Report) -> &CapacityResult {
    report.sets[0].capacity.as_ref().unwrap()
}

fn state<'r>(report: &'r Report, name: &str) -> &'r CapacityState {
    capacity(report)
        .states
        .iter()
        .find(|state| state.name == name)
        .unwrap()
}

fn region<'r>(state: &'r CapacityState, name: &str) -> &'r StateRegion {
    state.regions.iter().find(|region| region.region == name).unwrap()
}

fn assert_close(found: f64, hand: f64) {
    assert!(
        (found - hand).abs() <= 1e-9 * hand.abs().max(1.0),
        "{found} {hand}"
    );
}

/// Published case: three regions of ten servers, 20 erlang evenly. Losing one leaves 13.3 erlang for ten servers where its
/// users go to one region, and that is called unstable, with no wait and no latency.
#[test]
fn a_loss_that_survivors_cannot_bear_is_unstable_and_has_no_wait() {
    let report = planned(&format!(
        "{WORLD}[capacity]\nservers = 10\nsurvive_regions = 1\n{THREE}"
    ));
    let normal = region(state(&report, "normal"), "aws:us-east-1");
    assert_close(normal.offered, 20.0 / 3.0);
    assert_eq!(normal.verdict, "ok");
    let after = state(&report, "aws:us-east-1");
    let full = region(after, "aws:eu-west-1");
    assert_close(full.offered, 40.0 / 3.0);
    assert_eq!((full.verdict.as_str(), full.wait), ("unstable", None));
    assert!(after.peak_p95_ms.is_none());
    assert!(
        capacity(&report)
            .findings
            .iter()
            .any(|line| line.contains("unstable"))
    );
}

/// Whatever is lost, as many requests are served as come, where everybody may go everywhere.
#[test]
fn load_is_conserved_in_every_state() {
    let report = planned(&format!(
        "{WORLD}[capacity]\nmax_utilisation = \"70%\"\nsurvive_regions = 2\n{THREE}"
    ));
    let capacity = capacity(&report);
    // Nothing, three single losses, three of two regions.
    assert_eq!(capacity.states.len(), 7);
    for state in &capacity.states {
        let mean: f64 = state.regions.iter().map(|region| region.mean_rps).sum();
        assert_close(mean, 1000.0);
        assert_eq!(state.unserved, 0.0);
    }
}

/// 6.67 erlang at 70 % take 10 servers, 13.3 take 20, 20 take 29; the worst state that counts decides.
#[test]
fn a_fleet_bears_the_worst_state_that_counts_and_no_other() {
    for (survive, hand) in [(0, [10, 10, 10]), (1, [20, 20, 10]), (2, [29, 29, 29])] {
        let report = planned(&format!(
            "{WORLD}[capacity]\nmax_utilisation = \"70%\"\nsurvive_regions = {survive}\n{THREE}"
        ));
        let fleet = &capacity(&report).fleet;
        let of = |name: &str| fleet.iter().find(|fleet| fleet.region == name).unwrap().servers;
        let found = [of("aws:us-east-1"), of("aws:eu-west-1"), of("aws:ap-southeast-1")];
        // Virginia and Ireland take each other's users, and Singapore's where both are left.
        assert_eq!(found.iter().max(), hand.iter().max(), "{survive}: {found:?}");
        assert!(found.iter().all(|servers| *servers >= 10));
    }
}

/// An announced sale: three times as much for two hours of some day.
#[test]
fn an_event_counts_for_the_fleet_and_not_for_the_mean() {
    let plain = format!("{WORLD}[capacity]\nmax_utilisation = \"70%\"\n");
    let with = format!(
        "{plain}[[demand.event]]\nname = \"sale\"\nfactor = 3\nduration = \"2h\"\nat = \"18:00\"\n{THREE}"
    );
    let (plain, with) = (planned(&format!("{plain}{THREE}")), planned(&with));
    let at = |report: &Report| region(state(report, "normal"), "aws:us-east-1").clone();
    assert_close(at(&with).peak_rps, 3.0 * at(&plain).peak_rps);
    assert_close(at(&with).mean_rps, at(&plain).mean_rps);
    assert_eq!(at(&with).event.as_deref(), Some("sale"));
}

#[test]
fn growth_multiplies_loads_and_a_given_fleet_has_a_date() {
    let text = format!(
        "{WORLD}[demand]\ngrowth = \"50%\"\nstart = \"2027-01\"\nhorizon = 2\n[capacity]\nservers = 15\nmax_utilisation = \"100%\"\n{THREE}"
    );
    let report = planned(&text);
    let needs = &region(state(&report, "normal"), "aws:us-east-1").needs;
    assert_close(needs[2].peak_rps, 2.25 * needs[0].peak_rps);
    // Virginia's own 6.67 erlang reach 15 after ln 2.25 / ln 1.5 = 2 years.
    let fleet = capacity(&report)
        .fleet
        .iter()
        .find(|fleet| fleet.region == "aws:us-east-1")
        .unwrap();
    let date = fleet.exhausted.as_ref().unwrap();
    assert!((date.years.unwrap() - 2.0).abs() < 1e-3, "{date:?}");
    assert_eq!(date.month.as_deref(), Some("2029-01"));
}

/// More than the ceiling goes on to the next region, while that has room; what nobody has room for is turned away.
#[test]
fn what_is_too_much_spills_or_is_shed() {
    let text = |how: &str| {
        format!(
            "{WORLD}[capacity]\nby_region = {{ us-east-1 = 5, eu-west-1 = 20, ap-southeast-1 = 20 }}\nmax_utilisation = \"80%\"\n\
             overload = \"{how}\"\n{THREE}"
        )
    };
    // 6.67 erlang for 5 servers at 80 %: 4 are served, 2.67 of 6.67 are too many.
    let spilled = planned(&text("spill"));
    let virginia = region(state(&spilled, "normal"), "aws:us-east-1");
    assert_close(virginia.spilled, 0.4);
    assert_close(virginia.shed, 0.0);
    // What users see: without room a queue has no end; those sent on have the longer way, those turned away none.
    let p95 = |report: &Report| state(report, "normal").peak_p95_ms.map(|p95| p95.value);
    assert_eq!(p95(&planned(&text("queue"))), None);
    let shed = planned(&text("shed"));
    assert!(
        p95(&spilled).unwrap() > p95(&shed).unwrap() + 10.0,
        "{:?} {:?}",
        p95(&spilled),
        p95(&shed)
    );
    let virginia = region(state(&shed, "normal"), "aws:us-east-1");
    assert_close(virginia.shed, 0.4);
    assert_close(virginia.spilled, 0.0);
}

const COSTS: &str = "[cost]\ninstance = \"m7g.xlarge\"\nanswer_bytes = \"50 KB\"\n";

/// The quick bill of a search is the long one of a plan.
#[test]
fn a_search_bills_sets_as_a_plan_does() {
    let text = format!(
        "{WORLD}{COSTS}[capacity]\nmax_utilisation = \"70%\"\nsurvive_regions = 1\nconcurrency = 2\n"
    );
    let found = searched(&text.replace("[regions]", "[regions]\nsizes = [2, 3]")).unwrap();
    let summary = found.capacity.as_ref().unwrap();
    assert_eq!((summary.sets_sized, summary.sets_priced), (Some(10), Some(10)));
    let cheapest = found
        .sets
        .iter()
        .min_by_key(|set| set.capacity.as_ref().unwrap().cost.as_ref().unwrap().rank)
        .unwrap();
    let total = |set: &isochrone::report::model::SetResult| {
        set.capacity.as_ref().unwrap().cost.as_ref().unwrap().total
    };
    // A budget a little above and a little below the cheapest of all: one set is left, and none.
    let with = |budget: f64| {
        searched(&format!(
            "{}[targets]\nbudget = {budget}\n",
            text.replace("[regions]", "[regions]\nsizes = [2, 3]")
        ))
    };
    let one = with(total(cheapest) * 1.000_001).unwrap();
    assert_eq!(one.sets.len(), 1);
    assert_eq!(one.sets[0].regions, cheapest.regions);
    let none = with(total(cheapest) * 0.999_999).unwrap_err();
    assert_eq!(none.kind(), ErrorKind::Infeasible);
    assert!(none.to_string().contains("budget"), "{none}");
}

#[test]
fn a_set_without_all_prices_is_incomplete_and_comes_last() {
    // No list price of this instance is known in Israel.
    let text = format!("{WORLD}{COSTS}[capacity]\nmax_utilisation = \"70%\"\n").replace(
        "\"ap-southeast-1\"]\n[network]",
        "\"ap-southeast-1\", \"il-central-1\"]\n[network]",
    ) + "[[placement]]\nregions = [\"il-central-1\"]\n[[placement]]\nregions = [\"us-east-1\"]\n";
    let report = planned(&text);
    let cost = |name: &str| {
        let set = report.sets.iter().find(|set| set.regions == [name]).unwrap();
        set.capacity.as_ref().unwrap().cost.clone().unwrap()
    };
    let (israel, virginia) = (cost("aws:il-central-1"), cost("aws:us-east-1"));
    assert!(!israel.complete && israel.missing.iter().any(|line| line.contains("m7g.xlarge")));
    assert!(virginia.complete && virginia.missing.is_empty());
    assert_eq!((virginia.rank, israel.rank), (1, 2));
    assert_eq!(
        report.capacity.unwrap().front,
        [report
            .sets
            .iter()
            .position(|set| set.regions == ["aws:us-east-1"])
            .unwrap()]
    );
}

/// A plan is worked out from expected round trips alone: neither seed nor runs change it.
#[test]
fn plans_do_not_depend_on_the_seed() {
    let text = format!("{WORLD}{COSTS}[capacity]\nmax_utilisation = \"70%\"\nsurvive_regions = 1\n{THREE}");
    let other = text.replace("runs = 100", "runs = 150\nseed = 7");
    let plan = |text: &str| {
        let mut plan = capacity(&planned(text)).clone();
        plan.peak_p95_ms = None;
        plan.peak_p95_change_ms = None;
        for state in &mut plan.states {
            state.peak_p95_ms = None;
        }
        plan
    };
    assert_eq!(plan(&text), plan(&other));
}

/// 100 writes a second at the busiest hour to each copy, and connections of every instance.
#[test]
fn limits_of_stores_are_held_against_the_busiest_hour() {
    let text = WORLD.replace(
        "[request]\nservice = { exponential = { mean_ms = 20 } }\n",
        "[[class]]\nname = \"write\"\nkind = \"write\"\nshare = 1\nservice = { exponential = { mean_ms = 20 } }\n\
         operation = [{ store = \"it\", access = \"write\" }]\n[[store]]\nname = \"it\"\nkind = \"multi_leader\"\nservice = \"1ms\"\n\
         lag = \"100ms\"\nkeys = 1000\n",
    );
    let limits = "[capacity]\nmax_utilisation = \"70%\"\nscale_out = \"5min\"\n[capacity.store.it]\noperations_per_second = 900\n\
                  connections = 250\nconnections_per_instance = 20\n";
    let report = planned(&format!("{text}{limits}{THREE}"));
    let normal = state(&report, "normal");
    assert_eq!(normal.stores.len(), 3);
    for copy in &normal.stores {
        // Every copy takes every write: 1000 a second; ten instances hold 200 connections.
        assert_close(copy.operations_per_second, 1000.0);
        assert_eq!((copy.connections, copy.kept), (Some(200), false));
    }
    let findings = &capacity(&report).findings;
    assert!(
        findings
            .iter()
            .any(|line| line.contains("asked for too much in normal times")),
        "{findings:?}"
    );
    // Nothing is sized for a loss here, and new instances take five minutes.
    assert!(
        findings
            .iter()
            .any(|line| line.contains("10 instances short") && line.contains("300 s")),
        "{findings:?}"
    );
}

/// Retries make load that makes waits: a little of it settles, a lot of it does not, and that is said.
#[test]
fn retries_settle_or_are_said_to_run_away() {
    let text = |servers: u32| {
        format!("{WORLD}[capacity]\nservers = {servers}\nretry = {{ after = \"60ms\", times = 3 }}\n{THREE}")
    };
    let calm = planned(&text(12));
    let factor = region(state(&calm, "normal"), "aws:us-east-1")
        .retry_factor
        .unwrap();
    assert!(factor > 1.0 && factor < 1.2, "{factor}");
    let wild = planned(&text(7));
    let virginia = region(state(&wild, "normal"), "aws:us-east-1");
    assert!(
        virginia.utilisation.unwrap() < 1.0
            && virginia.verdict == "unstable"
            && virginia.retry_factor.is_none()
    );
    let said = capacity(&wild)
        .findings
        .iter()
        .any(|line| line.contains("does not settle"));
    assert!(said, "{:?}", capacity(&wild).findings);
}

/// Nobody knows of more than one zone there, so that no number of instances survives one: the set is not cheap for that.
#[test]
fn a_region_that_no_number_does_for_leaves_the_cost_incomplete() {
    let text = format!(
        "{WORLD}{COSTS}[capacity]\nmax_utilisation = \"70%\"\nsurvive_zone = true\n[targets]\nbudget = 1000000\n"
    )
    .replace("candidates = [", "candidates = [\"azure:westeurope\", ")
        + "[[placement]]\nname = \"mixed\"\nregions = [\"azure:westeurope\", \"us-east-1\"]\n";
    let report = planned(&text);
    let plan = capacity(&report);
    let cost = plan.cost.as_ref().unwrap();
    assert!(
        !cost.complete
            && cost
                .missing
                .iter()
                .any(|line| line.starts_with("instances in azure:westeurope"))
    );
    assert!(
        plan.findings.iter().any(|line| line.contains("one zone only")),
        "{:?}",
        plan.findings
    );
    let fleet = |name: &str| plan.fleet.iter().find(|fleet| fleet.region == name).unwrap();
    assert_eq!(
        (
            fleet("azure:westeurope").instances,
            fleet("azure:westeurope").needed_worst
        ),
        (0, None)
    );
    assert!(fleet("aws:us-east-1").instances > 0);
    assert_eq!(
        (plan.years[0].cost, &report.capacity.unwrap().front[..]),
        (None, &[][..])
    );
}
