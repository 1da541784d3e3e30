//! Laws of what a dry run foretells: nothing is timed.

use std::path::Path;

use isochrone::decide::effort::{Asked, Plan, budget, plan, ways};
use isochrone::decide::enumerate::{Way, count_sets};
use isochrone::design::scenario::Scenario;
use isochrone::world::catalog::Catalog;

fn scenario(model: &str, keys: &[(&str, &str)]) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(model);
    let keys: Vec<(String, String)> = keys
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect();
    Scenario::load(&path, &keys, &Catalog::embedded()).unwrap()
}

const ASKED: Asked = Asked {
    top: 10,
    threads: 1,
    limit: 60.0,
    limits: 0,
    files: false,
};

/// What is foretold where each further key asks for no less.
fn foretold(model: &str, key: &str, values: &[&str], others: &[(&str, &str)]) -> Vec<Plan> {
    let of = |value: &&str| plan(&scenario(model, &[&[(key, *value)], others].concat()), &ASKED);
    values.iter().map(of).collect()
}

fn never_less(plans: &[Plan], what: &str) {
    // A size of which not all sets are tried any longer takes less, and that is why.
    for pair in plans.windows(2).filter(|pair| pair[0].ways == pair[1].ways) {
        assert!(pair[0].seconds < pair[1].seconds, "{what}: {pair:?}");
        assert!(pair[0].bytes <= pair[1].bytes, "{what}: {pair:?}");
    }
}

const WORLD: &str = "01-worldwide-audience.toml";
const PROVIDERS: &str = "22-three-providers.toml";
const DESIGNS: &str = "04-active-active-aws.toml";

#[test]
fn more_work_is_never_foretold_to_take_less() {
    for model in [WORLD, PROVIDERS, DESIGNS] {
        never_less(
            &foretold(model, "runs", &["512", "1024", "8192", "65536"], &[]),
            "runs",
        );
        let replicates = ["0", "50", "500"];
        never_less(
            &foretold(model, "input_replicates", &replicates, &[]),
            "replicates",
        );
        let users = ["50000000", "20000000", "5000000", "1000000"];
        // Few enough sizes: with more groups a size may be searched that was scored in full, and that takes less.
        let few = [("regions.sizes", "\"1..3\"")];
        never_less(&foretold(model, "audience.min_users", &users, &few), "groups");
    }
    for model in [WORLD, PROVIDERS] {
        let sizes = ["\"1..2\"", "\"1..3\"", "\"1..4\"", "\"1..5\""];
        never_less(
            &foretold(model, "regions.sizes", &sizes, &[]),
            "sizes scored in full",
        );
    }
    let sizes = ["8", "\"8..9\"", "\"8..12\""];
    never_less(
        &foretold(PROVIDERS, "regions.sizes", &sizes, &[]),
        "sizes that are searched",
    );
}

#[test]
fn whatever_else_is_asked_is_foretold_to_take_more() {
    for model in [WORLD, PROVIDERS, DESIGNS] {
        let same = [("runs", "1024")];
        let plain = foretold(model, "points", &["random", "scrambled"], &same);
        never_less(&plain, "replays of scrambled points");
        let races = foretold(model, "race_runs", &["2048", "16384", "131072"], &same);
        assert!(plain[0].seconds < races[0].seconds, "a race");
        never_less(&races, "a longer race");
    }
    let same = [("regions.sizes", "\"2..3\"")];
    let quiet = plan(&scenario(PROVIDERS, &same), &ASKED);
    let losing = plan(
        &scenario(PROVIDERS, &[("recovery.detection.threshold", "3"), same[0]]),
        &ASKED,
    );
    assert!(quiet.seconds < losing.seconds, "losses");
    let all = [
        ("targets.rto", "5m"),
        ("recovery.detection.threshold", "3"),
        same[0],
    ];
    let promising = plan(&scenario(PROVIDERS, &all), &ASKED);
    assert!(losing.seconds < promising.seconds, "promises");
}

#[test]
fn sets_files_limits_and_threads_count_for_what_they_are() {
    for model in [WORLD, PROVIDERS, DESIGNS] {
        let scenario = scenario(model, &[]);
        let of = |asked: &Asked| plan(&scenario, asked);
        let (few, more) = (of(&ASKED), of(&Asked { top: 40, ..ASKED }));
        assert!(few.seconds <= more.seconds);
        let written = of(&Asked { files: true, ..ASKED });
        assert!(few.seconds < written.seconds && few.bytes < written.bytes);
        let limited = of(&Asked { limits: 2, ..ASKED });
        assert!(few.seconds <= limited.seconds);
        let shared = of(&Asked { threads: 4, ..ASKED });
        assert!(shared.seconds < few.seconds && few.seconds < 4.0 * shared.seconds);
    }
}

/// What is scored in full is part of the answer: it must not move with what the machine is thought to be able to do.
#[test]
fn which_sizes_are_scored_in_full_is_counted_and_not_foretold() {
    for (model, users) in [(PROVIDERS, "30000000"), (PROVIDERS, "5000000"), (WORLD, "100000")] {
        let scenario = scenario(
            model,
            &[("audience.min_users", users), ("regions.sizes", "\"1..9\"")],
        );
        let groups = scenario.audience.groups.len() as f64;
        let mut counted = 0.0;
        for (size, way) in ways(&scenario, budget(None, false)) {
            let sets = count_sets(scenario.candidates.len(), size, 0).unwrap() as f64;
            counted += sets * groups;
            let in_full = counted <= 15e9;
            assert_eq!(way == Way::All, in_full, "{model}, {users}: {size}");
        }
    }
}
