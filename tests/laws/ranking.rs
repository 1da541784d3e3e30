//! Laws of a search by a measure that is no figure of latency: the set it ranks first is the one that all sets, run one by
//! one and held against each other, put first.

use std::fmt::Write;
use std::path::Path;
use std::sync::LazyLock;

use crate::support::drill::{CATALOG, made_ready};
use isochrone::basis::error::{Error, ErrorKind};
use isochrone::decide::run::options::SearchOptions;
use isochrone::decide::run::{search, search_with, simulate};
use isochrone::design::scenario::Scenario;
use isochrone::engine::progress::Watch;
use isochrone::report::assemble::assemble;
use isochrone::report::model::{RecoveryResult, Report, SetResult, Verdict};

const REGIONS: [&str; 5] = [
    "us-east-1",
    "us-west-2",
    "eu-west-1",
    "eu-central-1",
    "ap-northeast-1",
];

/// Five candidates for users in four countries, with servers, prices, a chain of recovery and a score.
const WORLD: &str = r#"
runs = 200
input_replicates = 0
[audience]
countries = ["DE", "US", "JP", "GB"]
min_users = 5000000
requests_per_second = 3000
[regions]
candidates = ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-1"]
sizes = "1..3"
[capacity]
max_utilisation = "70%"
concurrency = 2
survive_regions = 1
[cost]
instance = "m7g.xlarge"
answer_bytes = "50 KB"
[recovery]
decision = "5m"
years = 5000
[[score]]
of = "p95"
weight = 1
target = "50ms"
limit = "400ms"
[[score]]
of = "cost"
weight = 1
target = 2000
limit = 20000
[[score]]
of = "availability"
weight = 1
target = "99.999%"
limit = "99.9%"
"#;

const PLAIN: &str = "[request]\nservice = { exponential = { mean_ms = 20 } }\n";

/// Requests that write to a store with one leader, so that regions alone do not decide.
const WITH_STORE: &str = r#"
[[class]]
name = "look"
kind = "read"
share = "80%"
service = { exponential = { mean_ms = 20 } }
operation = [{ store = "orders", access = "read-local" }]
[[class]]
name = "order"
kind = "write"
share = "20%"
service = { exponential = { mean_ms = 20 } }
operation = [{ store = "orders", access = "write" }]
[[store]]
name = "orders"
kind = "single_leader"
leader = "search"
lag = { log_normal = { p50_ms = 150, p99_ms = 1000 } }
forwarding = true
"#;

fn scenario(text: &str) -> Scenario {
    let checked = Scenario::check_text("a.toml", text, Path::new(""), &[], &CATALOG);
    checked
        .scenario
        .unwrap_or_else(|| panic!("{text}{:?}", checked.problems))
}

fn with(objective: &str, rest: &str) -> String {
    format!("objective = \"{objective}\"\n{WORLD}{rest}")
}

fn searched_by(text: &str, top: usize, options: &SearchOptions) -> Result<Report, Error> {
    let scenario = scenario(text);
    let simulation = made_ready(&scenario);
    let outcome = search_with(&scenario, &simulation, &[], top, options, Watch::default())?;
    assemble("search", &scenario, &CATALOG, &simulation, &outcome)
}

fn searched(text: &str, top: usize) -> Report {
    searched_by(text, top, &SearchOptions::default()).unwrap()
}

/// All sets of up to three regions, each run as a named one and none of them ranked by anything but latency.
fn one_by_one(rest: &str) -> Report {
    let mut text = format!("{WORLD}{rest}");
    for chosen in 1u32..1 << REGIONS.len() {
        let names: Vec<String> = (0..REGIONS.len())
            .filter(|at| chosen >> at & 1 == 1)
            .map(|at| format!("\"{}\"", REGIONS[at]))
            .collect();
        if names.len() <= 3 {
            let regions = names.join(", ");
            writeln!(text, "[[placement]]\nname = \"{chosen}\"\nregions = [{regions}]").unwrap();
        }
    }
    let scenario = scenario(&text);
    let simulation = made_ready(&scenario);
    let outcome = simulate(&scenario, &simulation, Watch::default()).unwrap();
    assemble("simulate", &scenario, &CATALOG, &simulation, &outcome).unwrap()
}

static ALL_PLAIN: LazyLock<Report> = LazyLock::new(|| one_by_one(PLAIN));
static ALL_WITH_STORE: LazyLock<Report> = LazyLock::new(|| one_by_one(WITH_STORE));

fn recovery(set: &SetResult) -> &RecoveryResult {
    set.recovery.as_ref().unwrap()
}

/// What a report tells of a set that was not ranked by it; less is better.
fn told(name: &str, set: &SetResult) -> f64 {
    match name {
        "cost" => {
            let cost = set.capacity.as_ref().unwrap().cost.as_ref().unwrap();
            if cost.complete { cost.total } else { f64::INFINITY }
        }
        "score" => -set.score.as_ref().unwrap().total.value,
        "downtime" => {
            let presets = &recovery(set).availability.presets;
            presets.iter().find(|it| it.in_force).unwrap().mean_minutes
        }
        "rto" => recovery(set).rto.p95_s.value,
        "rpo" => {
            let of = |store: &isochrone::report::model::StoreRpo| {
                store.rpo.as_ref().map_or(f64::INFINITY, |rpo| rpo.p95_s.value)
            };
            recovery(set).rpo.iter().map(of).fold(0.0, f64::max)
        }
        "p95-after-loss" => {
            let after = |loss: &isochrone::report::model::LossResult| {
                loss.latency.as_ref().map_or(f64::INFINITY, |it| it.p95_ms.value)
            };
            recovery(set).losses.iter().map(after).fold(0.0, f64::max)
        }
        other => panic!("{other}"),
    }
}

/// A search by `name` against all sets.
fn holds(name: &str, rest: &str, all: &Report) {
    let found = searched(&with(name, rest), 3);
    let search = found.search.as_ref().unwrap();
    assert_eq!(search.optimality, "optimal", "{name}");
    assert_eq!((search.sets_scored, search.sets_gauged), (25, Some(25)), "{name}");
    let first = &found.sets[0];
    let best = all
        .sets
        .iter()
        .map(|set| told(name, set))
        .fold(f64::INFINITY, f64::min);
    let mine = told(name, first);
    assert!(
        (mine - best).abs() <= 1e-8 * best.abs(),
        "{name}: {mine} against {best}"
    );
    // Each value is what a report tells of the set, and none comes before a better one.
    for set in &found.sets {
        let known = all
            .sets
            .iter()
            .find(|known| known.regions == set.regions)
            .unwrap();
        let known = told(name, known);
        let Some(figure) = set.measure.as_ref().unwrap().figure else {
            // A set of the front of latency and cost, which stands last.
            assert!(known.is_infinite(), "{name}: {}", set.name);
            continue;
        };
        let value = if name == "score" {
            -figure.value
        } else {
            figure.value
        };
        assert!(
            (value - known).abs() <= 1e-8 * known.abs(),
            "{name}: {value} against {known}"
        );
        assert!(value >= mine - 1e-8 * mine.abs(), "{name}: {}", set.name);
    }
    assert!(first.versus_best.is_none() && first.measure.as_ref().unwrap().versus_best.is_none());
    // Of sets that are equal by the measure the quickest is first.
    let equal = all
        .sets
        .iter()
        .filter(|set| (told(name, set) - best).abs() <= 1e-8 * best.abs());
    let quickest = equal.map(|set| set.objective.value).fold(f64::INFINITY, f64::min);
    assert_eq!(first.objective.value, quickest, "{name}");
    // By size as well.
    for best in &search.best_by_size {
        let of_size = all.sets.iter().filter(|set| set.regions.len() == best.size);
        let least = of_size.map(|set| told(name, set)).fold(f64::INFINITY, f64::min);
        let value = best.measure.unwrap();
        let value = if name == "score" { -value } else { value };
        assert!(
            (value - least).abs() <= 1e-8 * least.abs(),
            "{name}: {value} against {least}"
        );
    }
}

#[test]
fn the_cheapest_of_all_sets_is_first() {
    holds("cost", PLAIN, &ALL_PLAIN);
}

#[test]
fn the_set_with_the_least_downtime_is_first() {
    holds("downtime", PLAIN, &ALL_PLAIN);
}

#[test]
fn the_set_with_the_best_worst_loss_is_first() {
    holds("p95-after-loss", PLAIN, &ALL_PLAIN);
}

#[test]
fn the_set_with_the_highest_score_is_first() {
    holds("score", PLAIN, &ALL_PLAIN);
}

#[test]
fn designs_are_ranked_by_every_measure_as_they_are_reported() {
    // Reads and writes of the store have no list price, so that no cost is complete.
    for name in ["downtime", "p95-after-loss", "score", "rto", "rpo"] {
        holds(name, WITH_STORE, &ALL_WITH_STORE);
    }
}

#[test]
fn the_figure_behind_then_breaks_ties_and_compares() {
    let found = searched(&with("rto-then-mean", PLAIN), 10);
    assert_eq!(found.question.objective, "mean");
    assert_eq!(found.question.ranked_by.as_ref().unwrap().name, "rto");
    for pair in found.sets.windows(2) {
        let [a, b] = pair else { unreachable!() };
        let value = |set: &SetResult| set.measure.as_ref().unwrap().figure.unwrap().value;
        let near = (value(a) - value(b)).abs() <= 1e-8 * value(a);
        assert!(value(a) < value(b) || near && a.objective.value <= b.objective.value);
        assert_eq!(b.objective, b.latency.mean_ms);
    }
}

#[test]
fn the_order_of_candidates_and_the_number_of_threads_change_nothing() {
    for name in ["cost", "downtime", "p95-after-loss"] {
        let text = with(name, PLAIN);
        let turned = text.replace(
            r#"["us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-1"]"#,
            r#"["ap-northeast-1", "eu-central-1", "us-west-2", "us-east-1", "eu-west-1"]"#,
        );
        assert_ne!(text, turned);
        let on = |threads: usize, text: &str| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| searched(text, 5))
        };
        let one = on(1, &text);
        assert_eq!(one, on(2, &text), "{name}");
        assert_eq!(one.sets, on(2, &turned).sets, "{name}");
    }
}

#[test]
fn a_limit_more_never_improves_the_best() {
    let free = searched(&with("cost", PLAIN), 5);
    let value = |report: &Report| report.sets[0].measure.as_ref().unwrap().figure.unwrap().value;
    let mut before = value(&free);
    for limits in [
        "tolerate = 1\n",
        "tolerate = 1\np95 = \"400ms\"\navailability = \"99.9%\"\n",
    ] {
        let fewer = searched(&with("cost", &format!("{PLAIN}[targets]\n{limits}")), 5);
        let search = fewer.search.as_ref().unwrap();
        assert!(search.sets_gauged.unwrap() < 25, "{limits}");
        assert!(value(&fewer) >= before, "{limits}");
        before = value(&fewer);
    }
    assert!(before > value(&free), "some limit must bind");
}

#[test]
fn a_tie_under_the_presets_is_called_one() {
    let found = searched(&with("downtime", PLAIN), 10);
    let versus = |set: &SetResult| set.measure.as_ref().unwrap().versus_best;
    for set in &found.sets[1..] {
        let versus = versus(set).unwrap();
        let Some(input) = versus.figure.input else {
            // Equal to nine digits: what is left takes all of them.
            assert_eq!(versus.verdict, Verdict::Same, "{}", set.name);
            continue;
        };
        let turned_round = input.low <= 0.0;
        assert!(
            !turned_round || versus.verdict != Verdict::Differs,
            "{}: {versus:?}",
            set.name
        );
    }
    let input = found.sets[0]
        .measure
        .as_ref()
        .unwrap()
        .figure
        .unwrap()
        .input
        .unwrap();
    assert!(input.low < input.high);
}

#[test]
fn a_set_that_nobody_survives_has_no_latency_after_a_loss() {
    let found = searched(&with("p95-after-loss", PLAIN), 3);
    let search = found.search.as_ref().unwrap();
    assert_eq!(search.sets_without_value, Some(5), "the single regions");
    assert!(search.best_by_size.iter().all(|best| best.size > 1));
    let alone = with("p95-after-loss", PLAIN).replace("\"1..3\"", "1");
    let error = searched_by(&alone, 3, &SearchOptions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Infeasible);
    assert!(
        error
            .to_string()
            .contains("no set can be ranked by `p95-after-loss`"),
        "{error}"
    );
}

#[test]
fn what_goes_by_latency_alone_is_refused() {
    let text = with("cost", PLAIN);
    let options = |change: &dyn Fn(&mut SearchOptions)| {
        let mut options = SearchOptions::default();
        change(&mut options);
        options
    };
    for (asked, words) in [
        (
            options(&|it| it.grow_from = Some(Vec::new())),
            "--grow weighs latencies",
        ),
        (
            options(&|it| it.fixed_cost_ms = Some(5.0)),
            "--fixed-cost weighs latencies",
        ),
        (
            options(&|it| it.within = Some(std::time::Duration::from_nanos(1))),
            "sets of 1 are too many to score each",
        ),
    ] {
        let error = searched_by(&text, 3, &asked).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn a_cost_that_lacks_prices_ranks_nothing() {
    let error = searched_by(&with("cost", WITH_STORE), 3, &SearchOptions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Infeasible);
    assert!(
        error.to_string().contains("not everything in them has a price"),
        "{error}"
    );
}

/// Fleets that bear the loss of two regions are sized the long way, set by set.
#[test]
fn the_cheapest_is_first_where_no_bill_is_quick() {
    let text = with("cost", PLAIN).replace("survive_regions = 1", "survive_regions = 2");
    let found = searched(&text, 25);
    assert_eq!(
        (found.sets.len(), found.search.as_ref().unwrap().sets_gauged),
        (25, Some(25))
    );
    let costs: Vec<f64> = found.sets.iter().map(|set| told("cost", set)).collect();
    assert!(costs.is_sorted(), "{costs:?}");
    for set in &found.sets {
        let value = set.measure.as_ref().unwrap().figure.unwrap().value;
        assert_eq!(value, told("cost", set), "{}", set.name);
    }
}

/// Searches by latency know nothing of measures.
#[test]
fn a_search_by_latency_tells_no_measure() {
    let scenario = scenario(&with("p95", PLAIN));
    let simulation = made_ready(&scenario);
    let outcome = search(&scenario, &simulation, &[], 3, Watch::default()).unwrap();
    assert!(outcome.sets.iter().all(|set| set.gauged.is_none()));
    assert!(outcome.search.unwrap().ranked.is_none());
}
