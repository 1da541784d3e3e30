//! What cannot survive is told: in a sentence with the set, the loss and the store, or as an error with what is nearest.

use std::path::Path;

use crate::support::drill::{CATALOG, loss, only, recovery, scenario, searched};
use isochrone::basis::error::{ErrorKind, Severity};
use isochrone::design::scenario::Scenario;
use isochrone::report::model::Outcome;

const WORLD: &str = r#"
runs = 200
input_replicates = 0
[audience]
countries = ["DE", "US"]
min_users = 5000000
[regions]
candidates = ["us-east-1", "us-west-2", "eu-west-1"]
sizes = "1..2"
[failures]
common = {}
region = { per_year = 0.5, repair = "12h" }
"#;

const MONEY: &str = r#"
[[class]]
name = "pay"
kind = "write"
share = 0.25
operation = [{ store = "money", access = "write" }]
[[class]]
name = "look"
kind = "read"
share = 0.75
[[store]]
name = "money"
kind = "quorum"
r = 2
w = 2
"#;

const ONE: &str = "[[placement]]\nname = \"one\"\nregions = [\"us-east-1\"]\n";
const TWO: &str = "[[placement]]\nname = \"two\"\nregions = [\"us-east-1\", \"eu-west-1\"]\n";

#[test]
fn a_single_region_has_no_survivor_and_waits_for_its_repair() {
    let set = only(&format!("{WORLD}[targets]\nrto = \"5m\"\n{ONE}"));
    let of_set = &recovery(&set).findings;
    assert!(
        of_set.len() == 1 && of_set[0].starts_with("no survivor: without aws:us-east-1 nobody is served"),
        "{of_set:?}"
    );
    let lost = loss(&set, "aws:us-east-1");
    assert_eq!(lost.findings, ["no survivor: only repair helps"]);
    assert!(lost.survivors.is_empty() && lost.latency.is_none());
    assert_eq!(
        lost.rto.as_ref().unwrap().p95_s.value,
        43_200.0,
        "repair is all there is"
    );
    assert_eq!((lost.unserved, lost.stopped), (1.0, 0.0));
    let rto = &recovery(&set).rto;
    assert_eq!((rto.p50_s.value, rto.p99_s.value), (43_200.0, 43_200.0));
    assert_eq!(recovery(&set).targets[0].outcome, Outcome::Missed);
}

#[test]
fn a_quorum_that_needs_both_copies_is_told_to_stop_and_the_rest_goes_on() {
    let set = only(&format!("{WORLD}{MONEY}{TWO}"));
    let lost = loss(&set, "aws:us-east-1");
    let money = &lost.stores[0];
    assert!(!money.alive && money.copies == ["aws:eu-west-1"]);
    assert_eq!((money.writes_refused, money.writes_refused_after), (1.0, 1.0));
    let told = "store money cannot go on with 1 copy left: its requests are refused until repair";
    assert!(lost.findings.iter().any(|it| it == told), "{:?}", lost.findings);
    // A quarter of all requests pay; the others are served from Ireland.
    assert_eq!(
        (lost.unserved, lost.survivors.as_slice()),
        (0.25, &["aws:eu-west-1".to_owned()][..])
    );
    let after: f64 = lost.load.iter().map(|it| it.after).sum();
    assert!((after - 0.75).abs() < 1e-12, "{:?}", lost.load);
    let of_store = &recovery(&set).rpo[0];
    assert_eq!(
        (of_store.basis.as_str(), of_store.rpo.is_none()),
        ("nothing", true)
    );
    assert!(
        recovery(&set)
            .findings
            .iter()
            .any(|it| it.starts_with("store money has a loss that leaves no copy"))
    );
}

/// The promise, how many sets break it, how near the nearest comes, and which that is.
#[test]
fn a_promise_that_no_set_keeps_is_an_error_with_the_nearest_miss() {
    for (promise, words, nearest) in [
        ("rto = \"1m\"", "RTO p95 at most 60.0 s", "the nearest miss is "),
        (
            "availability = \"99.9999999%\"",
            "availability at least 99.9999999 %",
            "the nearest miss is 99.99",
        ),
        (
            "tolerate = 1\np95 = \"1ms\"",
            "any region may be lost",
            "the nearest miss is no loss at all, of ",
        ),
    ] {
        let asked = scenario(&format!("{WORLD}[targets]\n{promise}\n"));
        let error = searched(&asked).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Infeasible);
        let said = error.to_string();
        assert!(
            said.contains("no set keeps what is promised about losses"),
            "{said}"
        );
        assert!(
            said.contains(words) && said.contains(nearest),
            "{promise}: {said}"
        );
        assert!(
            said.contains("us-east-1") || said.contains("us-west-2") || said.contains("eu-west-1"),
            "{said}"
        );
    }
}

#[test]
fn roles_that_contradict_and_repairs_of_no_time_are_refused() {
    for (text, said) in [
        (
            format!("{WORLD}{ONE}standby = {{ us-east-1 = \"warm\" }}\n"),
            "is active and stands by at once",
        ),
        (
            format!("{WORLD}{ONE}standby = {{ us-west-2 = \"active\" }}\n"),
            "a standby cannot be `active`",
        ),
        (
            format!("{}{ONE}", WORLD.replace("\"12h\"", "\"0h\"")),
            "`repair` of `region` must be above 0 s",
        ),
    ] {
        let checked = Scenario::check_text("a.toml", &text, Path::new(""), &[], &CATALOG);
        let mut errors = checked
            .problems
            .iter()
            .filter(|it| it.severity == Severity::Error);
        assert!(checked.scenario.is_none());
        assert!(
            errors.any(|it| it.message.contains(said)),
            "{said}: {:?}",
            checked.problems
        );
    }
}
