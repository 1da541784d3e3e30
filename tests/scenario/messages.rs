//! What a reader of messages sees: each mistake with its place, what was found, and what would be right.
//!
//! Files named in the scenarios lie in `tests/scenario/`.

use std::path::Path;

use isochrone::basis::error::{Problem, Severity};
use isochrone::design::scenario::Scenario;
use isochrone::world::catalog::Catalog;

fn rendered(problem: &Problem) -> String {
    let kind = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let label = problem
        .label
        .as_ref()
        .map_or(String::new(), |label| format!(" [{label}]"));
    let hint = problem
        .hint
        .as_ref()
        .map_or(String::new(), |hint| format!("\nhint: {hint}"));
    format!("{kind}: {problem}{label}{hint}")
}

/// Checks the scenario `text` in a file called `name` under `overrides`, and compares what is said of it.
fn says(name: &str, text: &str, overrides: &[(&str, &str)], expected: &str) {
    let overrides: Vec<(String, String)> = overrides
        .iter()
        .map(|&(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    let folder = Path::new("tests/scenario");
    let checked = Scenario::check_text(name, text, folder, &overrides, &Catalog::embedded());
    let said: Vec<String> = checked.problems.iter().map(rendered).collect();
    assert_eq!(said.join("\n"), expected.trim());
    let errors = checked
        .problems
        .iter()
        .any(|problem| problem.severity == Severity::Error);
    assert_eq!(checked.scenario.is_none(), errors);
}

#[test]
fn every_syntax_error_is_told() {
    let text = r#"name = 
runs = 10 00
[audience
built_in = "world"
"#;
    let expected = r"
error: a.toml:1:8: string values must be quoted, expected literal string
error: a.toml:2:8: string values must be quoted, expected literal string
error: a.toml:3:10: unclosed table, expected `]`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn an_unknown_key_is_told_with_the_known_ones() {
    let text = r#"rusn = 1000
[audience]
countries = ["DE"]
[request]
round_trip = 2
"#;
    let expected = r"
error: a.toml:1:1: unknown key `rusn`
hint: did you mean `runs`? known here: `$schema`, `name`, `description`, `seed`, `runs`, `input_replicates`, `precision`, `points`, `allocation`, `race_runs`, `indifference`, `objective`, `as_of`, `allow_outside`, `audience`, `regions`, `request`, `class`, `capacity`, `demand`, `cost`, `cdn`, `anycast`, `routing`, `store`, `residency`, `cut`, `recovery`, `failures`, `loss`, `score`, `network`, `baseline`, `placement`, `targets`, `report`, `sites`
error: a.toml:5:1: unknown key `round_trip`
hint: did you mean `round_trips`? known here: `round_trips`, `service`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_value_of_the_wrong_kind_does_not_hide_the_next() {
    let text = r#"name = 5
runs = "many"
seed = -1
[audience]
countries = "DE"
[request]
round_trips = 1.5
[network]
jitter = "no"
"#;
    let expected = r"
error: a.toml:1:8: `name` must be text, found `5`
error: a.toml:2:8: `runs` must be a whole number, not negative, found the text `many`
error: a.toml:3:8: `seed` must be a whole number, not negative, found `-1`
error: a.toml:5:13: `countries` must be a list, found the text `DE`
error: a.toml:7:15: `round_trips` must be a whole number, not negative, found `1.5`
error: a.toml:9:10: `jitter` must be true or false, found the text `no`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_section_that_is_no_table_is_told() {
    let text = r#"request = 2
[audience]
countries = ["DE"]
"#;
    let expected = r#"
error: a.toml:1:11: `request` must be a table such as { round_trips = 2, service = "20ms" }, found `2`
"#;
    says("a.toml", text, &[], expected);
}

#[test]
fn a_missing_key_is_told() {
    let text = r#"[audience]
countries = ["DE"]
[[placement]]
name = "x"
[[network.link]]
from = "eu-west-1"
to = "us-east-1"
"#;
    let expected = r"
error: a.toml:3:1: `placement[0]` has no `regions`
hint: `isochrone schema scenario --markdown` says what `regions` takes
error: a.toml:5:1: `link[0]` has no `rtt`
hint: `isochrone schema scenario --markdown` says what `rtt` takes
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_key_that_stands_twice_is_told() {
    let text = r#"runs = 100
runs = 200
[audience]
countries = ["DE"]
"#;
    let expected = r"
error: a.toml:2:1: `runs` stands twice
";
    says("a.toml", text, &[], expected);
}

#[test]
fn an_empty_file_has_no_audience() {
    let text = "";
    let expected = r#"
error: a.toml:1:1: the scenario has no audience
hint: say for instance [audience] and below it built_in = "world"
"#;
    says("a.toml", text, &[], expected);
}

#[test]
fn a_number_without_a_unit_is_refused_with_two_ways_to_write_it() {
    let text = r#"[audience]
countries = ["DE"]
[request]
service = 20
[targets]
p95 = 150
p99 = "250"
"#;
    let expected = r#"
error: a.toml:4:11: `20` has no unit
hint: say "20ms" or "0.02s"
error: a.toml:6:7: `150` has no unit
hint: say "150ms" or "0.15s"
error: a.toml:7:7: `250` has no unit: say 250ms or 0.25s
"#;
    says("a.toml", text, &[], expected);
}

#[test]
fn a_wrong_unit_is_refused() {
    let text = r#"[audience]
countries = ["DE"]
[targets]
p50 = "150 parsecs"
p95 = "-3ms"
p99 = "0ms"
"#;
    let expected = r"
error: a.toml:4:7: `150 parsecs` has an unknown unit `parsecs`: use us, ms, s, m, h or d
error: a.toml:5:7: `-3ms` must be a finite duration, not negative
error: a.toml:6:7: target p99 must be above 0 ms
";
    says("a.toml", text, &[], expected);
}

#[test]
fn draws_are_asked_for_in_a_way_that_can_be_kept() {
    let text = r#"runs = 3000
points = "scrambled"
allocation = "by weight"
precision = "p99:2pp"
indifference = "three"
race_runs = 8000
[audience]
countries = ["DE"]
"#;
    let expected = r"
error: a.toml:1:8: `runs` must be 16 times a power of two with scrambled points, found 3000
hint: say 2048 or 4096, or leave `points` out
error: a.toml:3:14: `allocation` must be of a known kind, found `by weight`
hint: did you mean `by-weight`? known here: `equal`, `by-weight`
error: a.toml:4:13: `p99` is a time, and 2 percentage points is a share
hint: say milliseconds, such as 0.5ms, or a part of it, such as 1%
error: a.toml:5:16: `three` says no tolerance: say 1%, 0.5ms, or 0.2pp for shares
";
    says("a.toml", text, &[], expected);
    let text = r#"objective = "worst-group"
race_runs = 20000
precision = "worst-group:1ms"
[audience]
countries = ["DE"]
"#;
    let expected = r"
error: a.toml:2:13: there is no race for the objective `worst-group`
hint: a race needs differences with an error of their own: a mean, a percentile or a share
";
    says("a.toml", text, &[], expected);
    let text = r#"runs = 4000
race_runs = 2000
precision = "worst-group:1ms"
[audience]
countries = ["DE"]
"#;
    let expected = r"
error: a.toml:2:13: `race_runs` must be at least `runs`, 4000, found 2000
hint: say 32000 for four looks
error: a.toml:3:13: the error of `worst-group` is not told unless sets are ranked by it
hint: make it the objective, or name a mean, a percentile or a share
";
    says("a.toml", text, &[], expected);
}

#[test]
fn ages_are_told_from_a_day() {
    let text = "as_of = \"yesterday\"\n[audience]\ncountries = [\"DE\"]\n";
    let expected = r#"
error: a.toml:1:9: a day must be written `YYYY-MM-DD`, found `yesterday`
hint: say a day such as "2026-11-26"
"#;
    says("a.toml", text, &[], expected);
}

#[test]
fn shares_lie_between_0_and_1() {
    let text = r#"precision = "0%"
[audience]
countries = ["DE"]
[targets]
share_within = { within = "150ms", at_least = "120%" }
[report]
worst_country_min_share = 1.5
"#;
    let expected = r"
error: a.toml:1:13: `precision` must lie between 0% and 100%, both excluded
hint: leave it out to do all the runs
error: a.toml:5:47: `120%` must lie between 0 and 1 (0% and 100%)
error: a.toml:7:27: a share must lie between 0 and 1, found 1.5
";
    says("a.toml", text, &[], expected);
}

#[test]
fn too_few_and_too_many_runs_are_refused() {
    let text = r#"runs = 99
input_replicates = 1000000
[audience]
countries = ["DE"]
[request]
round_trips = 0
"#;
    let expected = r"
error: a.toml:1:8: `runs` must lie between 100 and 100000000, found 99
error: a.toml:2:20: `input_replicates` must lie between 0 and 100000, found 1000000
error: a.toml:6:15: `round_trips` must lie between 1 and 1000, found 0
";
    says("a.toml", text, &[], expected);
}

#[test]
fn an_unknown_built_in_audience_is_told_with_the_nearest() {
    let text = r#"[audience]
built_in = "europa"
"#;
    let expected = r#"
error: a.toml:2:12: unknown audience `europa`
hint: the nearest names are `europe`, `africa`, `eea`; for one country say countries = ["DE"]
"#;
    says("a.toml", text, &[], expected);
}

#[test]
fn an_unknown_country_is_told_with_the_nearest() {
    let text = r#"[audience]
countries = ["DE", "UK", "DE"]
"#;
    let expected = r"
error: a.toml:2:20: country `UK` is unknown
hint: the nearest names are `CK`, `DK`, `FK`
error: a.toml:2:26: `DE` stands twice in `countries`
hint: leave one out
";
    says("a.toml", text, &[], expected);
}

#[test]
fn an_audience_is_said_once() {
    let text = r#"[audience]
built_in = "world"
countries = ["DE"]
"#;
    let expected = r"
error: a.toml:1:1: the audience is described more than once
hint: keep one of `built_in`, `countries`, `file` and `at_regions`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn an_audience_is_said_at_all() {
    let text = r"[audience]
requests_per_second = 5
";
    let expected = r"
error: a.toml:1:1: the audience is empty
hint: say one of `built_in`, `countries`, `file` or `at_regions`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn an_audience_without_groups_is_empty() {
    let text = r#"[audience]
built_in = "eu"
min_users = 1e12
"#;
    let expected = r"
error: a.toml:1:1: the audience is empty
hint: lower `min_users`, or name more countries
";
    says("a.toml", text, &[], expected);
}

#[test]
fn countries_without_a_figure_are_missing() {
    let text = r#"[audience]
countries = ["TW"]
"#;
    let expected = r"
error: a.toml:1:1: the audience is empty
hint: no figure is known for these countries: bring your own users with `file`
warning: a.toml:2:13: no figure of internet users is known for TW
hint: bring your own users with `file`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn no_countries_are_nobody() {
    let text = r"[audience]
countries = []
";
    let expected = r"
error: a.toml:1:1: the audience is empty
hint: lower `min_users`, or name more countries
";
    says("a.toml", text, &[], expected);
}

#[test]
fn rates_are_positive_and_said_once() {
    let text = r#"[audience]
built_in = "world"
min_users = -1
requests_per_second = 0
[request]
round_trips = 1
"#;
    let expected = r"
error: a.toml:3:13: `min_users` must be finite and not negative, found -1
error: a.toml:4:23: `requests_per_second` must be above zero and finite, found 0
";
    says("a.toml", text, &[], expected);
}

#[test]
fn two_rates_are_one_too_many() {
    let text = r#"[audience]
built_in = "eu"
requests_per_second = 10
requests_per_user_per_second = 0.1
"#;
    let expected = r"
error: a.toml:3:23: two rates are given: per user, and for all users
hint: leave one out
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_rate_per_user_needs_users() {
    let text = r#"[audience]
at_regions = ["eu-west-1"]
requests_per_user_per_second = 0.1
"#;
    let expected = r"
error: a.toml:3:32: a rate per user needs users, but the audience counts weight
hint: say `requests_per_second` for all of them
";
    says("a.toml", text, &[], expected);
}

#[test]
fn access_shares_sum_to_1() {
    let text = r#"[audience]
built_in = "eu"
access = { wifi = 0.5, cellular = "40%" }
"#;
    let expected = r#"
error: a.toml:3:10: access shares must sum to 1, found 0.9
hint: shares are parts of 1, or percentages such as "50%"
"#;
    says("a.toml", text, &[], expected);
}

#[test]
fn clients_inside_regions_have_no_access_network() {
    let text = r#"[audience]
at_regions = ["eu-west-1", "eu-west-1", "eu-wset-2"]
access = { wifi = 1.0 }
"#;
    let expected = r"
error: a.toml:2:28: `aws:eu-west-1` stands twice in `at_regions`
hint: leave one out
error: a.toml:2:41: region `eu-wset-2` is unknown
hint: the nearest names are `eu-west-2`, `eu-west-1`, `eu-west-3`
error: a.toml:3:10: clients inside regions have no access network
hint: leave `access` out
";
    says("a.toml", text, &[], expected);
}

#[test]
fn every_fault_of_a_users_file_is_told() {
    let text = r#"[audience]
file = "faults.csv"
"#;
    let expected = r"
error: tests/scenario/faults.csv:2:3: metro `pariss-fr` is unknown
hint: the nearest names are `paris-fr`, `nantes-fr`, `arak-ir`
error: tests/scenario/faults.csv:3:4: column `lat` must lie between -90 and 90 degrees, found `95`
error: tests/scenario/faults.csv:3:12: column `users` must be a finite number, found `nan`
error: tests/scenario/faults.csv:4:3: the row does not say where the users are
hint: fill `metro`, or `lat` and `lon`, or `region`
error: tests/scenario/faults.csv:4:9: column `users` must be above zero, found `-3`
error: tests/scenario/faults.csv:5:3: the row says twice where the users are
hint: keep one of `metro`, `lat` and `lon`, and `region`
error: tests/scenario/faults.csv:5:19: column `users` must be above zero, found `0`
error: tests/scenario/faults.csv:5:21: access shares must sum to 1, found 0.9
error: tests/scenario/faults.csv:6:14: country `FX` is unknown
hint: the nearest names are `AX`, `CX`, `FI`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_time_zone_that_is_none_is_told() {
    let text = r#"[audience]
file = "zone_faults.csv"
"#;
    let expected = r"
error: tests/scenario/zone_faults.csv:2:10: time zone `Europe/Pariss` is unknown
hint: the nearest names are `Europe/Paris`, `Europe/Madrid`, `Europe/Prague`
error: tests/scenario/zone_faults.csv:3:10: time zone `Tokyo` is unknown
hint: the nearest names are `Asia/Tokyo`
error: tests/scenario/zone_faults.csv:3:16: column `users` must be above zero, found `0`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_weight_is_given_once() {
    let text = r#"[audience]
file = "two_weights.csv"
"#;
    let expected = r"
error: tests/scenario/two_weights.csv:1:1: 2 columns say how much a group counts
hint: give one of `weight`, `users` and `requests_per_second`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_weight_is_given() {
    let text = r#"[audience]
file = "no_weight.csv"
"#;
    let expected = r"
error: tests/scenario/no_weight.csv:1:1: no column says how much a group counts
hint: give one of `weight`, `users` and `requests_per_second`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn ids_of_user_groups_are_unique() {
    let text = r#"[audience]
file = "same_id.csv"
"#;
    let expected = r"
error: tests/scenario/same_id.csv:3:1: two user groups are called `a`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_guessed_country_is_a_warning() {
    let text = r#"[audience]
file = "good.csv"
"#;
    let expected = r"
warning: tests/scenario/good.csv:4:3: 1 row has no country: that of the nearest metro is taken
hint: fill the column `country`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_file_that_is_not_utf8_is_refused_with_its_line() {
    let text = r#"[audience]
file = "latin1.csv"
"#;
    let expected = r"
error: tests/scenario/latin1.csv:3:2: byte 0xfc is not UTF-8 text
hint: save the file as UTF-8
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_missing_file_is_told() {
    let text = r#"[audience]
file = "none.csv"
"#;
    let expected = r"
error: a.toml:2:8: `tests/scenario/none.csv` cannot be read: no such file or directory
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_folder_is_no_file() {
    let text = r#"[audience]
file = "."
"#;
    let expected = r"
error: a.toml:2:8: `tests/scenario/.` is a folder, not a file
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_file_outside_the_folder_is_refused() {
    let text = r#"[audience]
file = "../cli.rs"
"#;
    let expected = r"
error: a.toml:2:8: `../cli.rs` lies outside the folder of the scenario
hint: move it beside the scenario, or say `allow_outside = true` at the top of the scenario
";
    says("a.toml", text, &[], expected);
}

#[test]
fn an_absolute_path_outside_the_folder_is_refused() {
    let text = r#"[audience]
file = "/etc/hostname"
"#;
    let expected = r"
error: a.toml:2:8: `/etc/hostname` lies outside the folder of the scenario
hint: move it beside the scenario, or say `allow_outside = true` at the top of the scenario
";
    says("a.toml", text, &[], expected);
}

#[test]
fn an_unknown_region_is_told_with_the_three_nearest() {
    let text = r#"[audience]
countries = ["DE"]
[regions]
candidates = ["eu-wset-1", "aws:us-esat-1"]
"#;
    let expected = r"
error: a.toml:4:15: region `eu-wset-1` is unknown
hint: the nearest names are `eu-west-1`, `eu-west-2`, `eu-west-3`
error: a.toml:4:28: region `aws:us-esat-1` is unknown
hint: the nearest names are `aws:us-east-1`, `aws:us-east-2`, `aws:us-west-1`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn an_unknown_provider_or_partition_is_told() {
    let text = r#"[audience]
countries = ["DE"]
[regions]
providers = ["asw"]
partition = "aws-moon"
"#;
    let expected = r"
error: a.toml:4:14: unknown provider `asw`
hint: known are `aws`, `azure`, `gcp`, `ibm`
error: a.toml:5:13: unknown partition `aws-moon`
hint: known are `aws`, `aws-cn`, `aws-eusc`, `aws-us-gov`, `azure`, `gcp`, `ibm`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_region_stands_once_in_a_list() {
    let text = r#"[audience]
countries = ["DE"]
[regions]
candidates = ["eu-west-1", "aws:eu-west-1"]
must_have = ["eu-west-1", "eu-west-1"]
sizes = 1
"#;
    let expected = r"
error: a.toml:4:28: `aws:eu-west-1` stands twice in `candidates`
hint: leave one out
error: a.toml:5:27: `aws:eu-west-1` stands twice in `must_have`
hint: leave one out
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_listed_candidate_that_is_left_out_contradicts_itself() {
    let text = r#"[audience]
countries = ["DE"]
[regions]
candidates = ["eu-west-1", "af-south-1", "cn-north-1"]
opt_in = false
partition = "aws"
sizes = 1
"#;
    let expected = r"
error: a.toml:4:28: candidate `aws:af-south-1` contradicts itself: it has to be enabled first, and `opt_in` is false
error: a.toml:4:42: candidate `aws:cn-north-1` contradicts itself: it is in the partition `aws-cn`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn must_have_and_must_not_have_contradict_each_other() {
    let text = r#"[audience]
countries = ["DE"]
[regions]
must_have = ["eu-west-1"]
must_not_have = ["eu-west-1"]
"#;
    let expected = r"
error: a.toml:4:14: `aws:eu-west-1` stands in `must_have` and in `must_not_have`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_must_have_is_a_candidate() {
    let text = r#"[audience]
countries = ["DE"]
[regions]
candidates = ["eu-west-1", "eu-west-2"]
must_have = ["us-east-1", "gcp:europe-west1"]
sizes = 2
"#;
    let expected = r"
error: a.toml:5:14: must-have `aws:us-east-1` is no candidate: it is not among `candidates`
error: a.toml:5:27: must-have `gcp:europe-west1` is no candidate: it is not among `candidates`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_must_have_that_opt_in_leaves_out_is_told() {
    let text = r#"[audience]
countries = ["DE"]
[regions]
opt_in = false
must_have = ["af-south-1"]
"#;
    let expected = r"
error: a.toml:5:14: must-have `aws:af-south-1` is no candidate: it has to be enabled first, and `opt_in` is false
";
    says("a.toml", text, &[], expected);
}

#[test]
fn sizes_are_between_1_and_the_number_of_candidates() {
    let text = r#"[audience]
countries = ["DE"]
[regions]
candidates = ["eu-west-1", "eu-west-2"]
sizes = [0, 1, 3, 1]
"#;
    let expected = r"
error: a.toml:5:10: a set of 0 regions serves nobody
hint: sizes start at 1
error: a.toml:5:16: a set of 3 regions is larger than the 2 candidates
warning: a.toml:5:19: size 1 stands twice in `sizes`
hint: leave one out
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_range_of_sizes_runs_forwards() {
    let text = r#"[audience]
countries = ["DE"]
[regions]
sizes = "4..1"
"#;
    let expected = r#"
error: a.toml:4:9: sizes `4..1` run backwards
hint: say "1..4"
"#;
    says("a.toml", text, &[], expected);
}

#[test]
fn a_range_of_sizes_is_a_range() {
    let text = r#"[audience]
countries = ["DE"]
[regions]
sizes = "one to four"
"#;
    let expected = r#"
error: a.toml:4:9: `one to four` is not a range of sizes
hint: say 3, [1, 2, 3] or "1..4" (4 included)
"#;
    says("a.toml", text, &[], expected);
}

#[test]
fn no_sizes_are_told() {
    let text = r#"[audience]
countries = ["DE"]
[regions]
sizes = []
"#;
    let expected = r#"
error: a.toml:4:9: `sizes` is empty
hint: say sizes such as [1, 2, 3] or "1..4"
"#;
    says("a.toml", text, &[], expected);
}

#[test]
fn must_haves_fit_into_every_size() {
    let text = r#"[audience]
countries = ["DE"]
[regions]
must_have = ["eu-west-1", "eu-west-2"]
sizes = "1..3"
"#;
    let expected = r"
error: a.toml:5:9: a set of 1 region cannot hold the 2 regions of `must_have`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn no_candidate_left_is_told_with_the_reason() {
    let text = r#"[audience]
countries = ["DE"]
[regions]
candidates = ["eu-west-1"]
must_not_have = ["eu-west-1"]
"#;
    let expected = r"
error: a.toml:3:1: no region is left to choose from
hint: one is left out because `must_not_have` excludes it
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_service_nobody_offers_is_told() {
    let text = r#"[audience]
countries = ["DE"]
[regions]
services = { file = "services.csv", required = ["postgras"] }
sizes = 1
"#;
    let expected = r"
error: a.toml:4:49: no region offers the service `postgras`
hint: the nearest names are `postgres`, `queue`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn must_haves_offer_the_services() {
    let text = r#"[audience]
countries = ["DE"]
[regions]
services = { file = "services.csv", required = ["postgres"] }
must_have = ["us-east-1"]
sizes = 1
"#;
    let expected = r"
error: a.toml:5:14: must-have `aws:us-east-1` is no candidate: it does not offer `postgres`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_set_of_excluded_regions_is_refused_with_the_reason() {
    let text = r#"[audience]
countries = ["DE"]
[baseline]
regions = ["af-south-1"]
[regions]
opt_in = false
[[placement]]
name = "far"
regions = ["eu-west-1", "gcp:europe-west1"]
"#;
    let expected = r"
error: a.toml:4:12: `aws:af-south-1` of set `af-south-1` is no candidate: it has to be enabled first, and `opt_in` is false
hint: add it to the candidates under [regions]
error: a.toml:9:25: `gcp:europe-west1` of set `far` is no candidate: provider `gcp` is not among `providers`
hint: add it to the candidates under [regions]
";
    says("a.toml", text, &[], expected);
}

#[test]
fn sets_and_names_stand_once() {
    let text = r#"[audience]
countries = ["DE"]
[baseline]
name = "today"
regions = ["us-east-1"]
[[placement]]
name = "today"
regions = ["eu-west-1"]
[[placement]]
name = "b"
regions = ["eu-west-1"]
[[placement]]
name = "b"
regions = ["eu-west-2"]
[[placement]]
regions = ["eu-west-3", "eu-west-3"]
[[placement]]
name = ""
regions = ["sa-east-1"]
[[placement]]
regions = []
"#;
    let expected = r"
error: a.toml:7:8: `today` is also the name of the baseline, which has other regions
error: a.toml:11:11: set `b` has the same regions as `today`
hint: leave one out
error: a.toml:13:8: two sets are called `b`
error: a.toml:16:25: `aws:eu-west-3` stands twice in `regions`
hint: leave one out
error: a.toml:18:8: the name of a set is empty
hint: leave it out to name it by its regions
error: a.toml:21:11: a set of 0 regions serves nobody
hint: name at least one region
";
    says("a.toml", text, &[], expected);
}

#[test]
fn every_fault_of_a_matrix_is_told() {
    let text = r#"[audience]
countries = ["DE"]
[network]
matrix = "matrix_faults.csv"
"#;
    let expected = r"
error: tests/scenario/matrix_faults.csv:4:21: column `rtt_ms` must not be negative, found `-70`
error: tests/scenario/matrix_faults.csv:5:20: column `rtt_ms` must be a number, found `x`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_link_knows_its_ends_and_its_distribution() {
    let text = r#"[audience]
countries = ["DE"]
[[network.link]]
from = "berlim-de"
to = "us-esat-1"
rtt = { log_normal = { median_ms = -3.0, sigma = 0.3 } }
[[network.link]]
from = "eu-west-1"
to = "us-east-1"
rtt = "70ms"
[[network.link]]
from = "eu-west-1"
to = "us-east-1"
rtt = "71ms"
"#;
    let expected = r"
error: a.toml:4:8: `berlim-de` is neither a user group nor a region
hint: did you mean `berlin-de`, `bremen-de` or `essen-de`?
error: a.toml:5:6: region `us-esat-1` is unknown
hint: the nearest names are `us-east-1`, `us-east-2`, `us-east1`
error: a.toml:6:7: log-normal median must be positive and finite, found -3 ms [in link berlim-de → us-esat-1]
error: a.toml:11:1: link aws:eu-west-1 → aws:us-east-1 stands twice
hint: leave one out
";
    says("a.toml", text, &[], expected);
}

#[test]
fn an_unknown_family_is_told_with_the_nearest() {
    let text = r#"[audience]
countries = ["DE"]
[request]
service = { log_norml = { p50_ms = 1, p90_ms = 2 } }
"#;
    let expected = r"
error: a.toml:4:11: `service` must be of a known kind, found `log_norml`
hint: did you mean `log_normal`? known here: `fixed_ms`, `log_normal`, `weibull`, `pareto`, `gumbel`, `gamma`, `exponential`, `shifted`, `scaled`, `truncated`, `quantiles`, `ping`, `samples_ms`, `samples_file`, `mixture`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_distribution_is_one_family() {
    let text = r#"[audience]
countries = ["DE"]
[request]
service = { fixed_ms = 1, exponential = { mean_ms = 2 } }
"#;
    let expected = r"
error: a.toml:4:11: `service` must name exactly one family, such as { fixed_ms = 20 }
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_log_normal_takes_one_pair_of_parameters() {
    let text = r#"[audience]
countries = ["DE"]
[request]
service = { log_normal = { p50_ms = 1, sigma = 2 } }
"#;
    let expected = r#"
error: a.toml:4:26: `log_normal` takes `p50` with `p90`, `p95` or `p99`, or `median` with `sigma`
hint: say times with their unit, p50 = "40ms", or in milliseconds, p50_ms = 40
"#;
    says("a.toml", text, &[], expected);
}

#[test]
fn parameters_are_checked() {
    let text = r#"[audience]
countries = ["DE"]
[request]
service = { mixture = [{ weight = 0.5, of = { weibull = { scale_ms = nan, shape = 1 } } }, { weight = 0.5, of = 20 }] }
"#;
    let expected = r#"
error: a.toml:4:45: Weibull scale must be positive and finite, found NaN ms [in service]
error: a.toml:4:113: `20` has no unit
hint: say "20ms" or "0.02s"
"#;
    says("a.toml", text, &[], expected);
}

#[test]
fn an_unknown_parameter_is_told() {
    let text = r#"[audience]
countries = ["DE"]
[request]
service = { gamma = { shape = 2, scale = 3 } }
"#;
    let expected = r"
error: a.toml:4:21: `gamma` has no `scale_ms`
hint: `isochrone schema scenario --markdown` says what `scale_ms` takes
error: a.toml:4:34: unknown key `scale`
hint: did you mean `scale_ms`? known here: `scale_ms`, `shape`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_gumbel_below_zero_is_cut_with_a_warning() {
    let text = r#"[audience]
countries = ["DE"]
[request]
service = { gumbel = { location_ms = 5, scale_ms = 5 } }
"#;
    let expected = r"
warning: a.toml:4:11: Gumbel(mode 5.00 ms, scale 5.00 ms) can fall below 0 ms, which a latency cannot: it is cut there [in service]
hint: a location of at least four scales stays above zero
";
    says("a.toml", text, &[], expected);
}

#[test]
fn samples_come_from_a_file_with_its_faults() {
    let text = r#"[audience]
countries = ["DE"]
[request]
service = { samples_file = "samples.csv" }
"#;
    let expected = r"
error: tests/scenario/samples.csv:4:1: column `ms` must not be negative, found `-1`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn quantiles_rise() {
    let text = r#"[audience]
countries = ["DE"]
[request]
service = { quantiles = [[0.5, 40.0], [0.9, 30.0]] }
"#;
    let expected = r"
error: a.toml:4:11: the quantile at p = 0.9 must not be below the 40 ms at p = 0.5, found 30 ms [in service]
";
    says("a.toml", text, &[], expected);
}

#[test]
fn an_unknown_objective_is_told_with_the_known_ones() {
    let text = r#"objective = "p94"
[audience]
countries = ["DE"]
"#;
    let expected = r"
error: a.toml:1:13: unknown objective `p94`
hint: did you mean `p90`? known here: `mean`, `p50`, `p90`, `p95`, `p99`, `within:150ms`, `worst-country`, `worst-group`, `cost`, `score`, `rto`, `rpo`, `downtime`, `p95-after-loss`
";
    says("a.toml", text, &[], expected);
}

#[test]
fn the_time_of_an_objective_has_a_unit() {
    let text = r#"objective = "within:150"
[audience]
countries = ["DE"]
"#;
    let expected = r"
error: a.toml:1:13: `150` has no unit: say 150ms or 0.15s
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_target_below_the_service_time_is_impossible() {
    let text = r#"[audience]
countries = ["DE"]
[request]
service = "300ms"
[targets]
p50 = "200ms"
p95 = "400ms"
share_within = { within = "150ms", at_least = "90%" }
"#;
    let expected = r"
error: a.toml:6:7: target p50 of 200 ms is impossible: the service time alone has a p50 of 300.0 ms
error: a.toml:8:16: 90.0 % of requests within 150 ms is impossible: the service time alone keeps 0.0 % within
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_target_that_falls_is_a_warning() {
    let text = r#"[audience]
countries = ["DE"]
[targets]
p50 = "200ms"
p95 = "150ms"
"#;
    let expected = r"
warning: a.toml:5:7: target p95 of 150 ms is below target p50 of 200 ms
hint: target p50 can be left out: it is met whenever p95 is
";
    says("a.toml", text, &[], expected);
}

#[test]
fn times_to_report_are_given_and_positive() {
    let text = r#"[audience]
countries = ["DE"]
[report]
share_within = []
"#;
    let expected = r"
error: a.toml:4:16: `share_within` is empty
hint: leave it out for 50, 100, 150, 200 and 300 ms
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_time_to_report_is_above_zero() {
    let text = r#"[audience]
countries = ["DE"]
[report]
share_within = ["0ms", 100]
"#;
    let expected = r#"
error: a.toml:4:17: a time in `share_within` must be above 0 ms
error: a.toml:4:24: `100` has no unit
hint: say "100ms" or "0.1s"
"#;
    says("a.toml", text, &[], expected);
}

#[test]
fn an_override_is_told_where_it_stands() {
    let text = r#"[audience]
countries = ["DE"]
"#;
    let expected = r#"
error: --set runs=5:1:6: `runs` must lie between 100 and 100000000, found 5
error: --set targets.p95=150:1:13: `150` has no unit
hint: say "150ms" or "0.15s"
error: --set request.rount_trips=2:1:1: unknown key `rount_trips`
hint: did you mean `round_trips`? known here: `round_trips`, `service`
"#;
    says(
        "a.toml",
        text,
        &[
            ("runs", "5"),
            ("targets.p95", "150"),
            ("request.rount_trips", "2"),
        ],
        expected,
    );
}

#[test]
fn an_override_names_a_path() {
    let text = r#"[audience]
countries = ["DE"]
"#;
    let expected = r"
error: --set runs..x=5:1:1: `runs..x` is not a path to a key
hint: say path.to.key=value, such as targets.p95=150ms
error: --set audience.countries.4=DE:1:1: `4` is not an item of the list
hint: items are counted from 0 to 0
error: --set audience.countries.0.x=1:1:1: `x` cannot be set: what stands before it is neither a table nor a list
";
    says(
        "a.toml",
        text,
        &[
            ("runs..x", "5"),
            ("audience.countries.4", "DE"),
            ("audience.countries.0.x", "1"),
        ],
        expected,
    );
}

#[test]
fn an_override_is_a_value() {
    let text = r#"[audience]
countries = ["DE"]
"#;
    let expected = r#"
error: --set runs=[1, 2:1:6: `[1, 2` is not a TOML value
hint: quote text: --set 'name="two regions"'
error: --set name=two words:1:6: `two words` is not a TOML value
hint: quote text: --set 'name="two regions"'
"#;
    says(
        "a.toml",
        text,
        &[("runs", "[1, 2"), ("name", "two words")],
        expected,
    );
}

#[test]
fn json_has_places_too() {
    let text = r#"{
  "audience": { "countries": ["DE", "UK"] },
  "runs": 5, "rusn": 1
}
"#;
    let expected = r"
error: a.json:2:37: country `UK` is unknown
hint: the nearest names are `CK`, `DK`, `FK`
error: a.json:3:11: `runs` must lie between 100 and 100000000, found 5
error: a.json:3:14: unknown key `rusn`
hint: did you mean `runs`? known here: `$schema`, `name`, `description`, `seed`, `runs`, `input_replicates`, `precision`, `points`, `allocation`, `race_runs`, `indifference`, `objective`, `as_of`, `allow_outside`, `audience`, `regions`, `request`, `class`, `capacity`, `demand`, `cost`, `cdn`, `anycast`, `routing`, `store`, `residency`, `cut`, `recovery`, `failures`, `loss`, `score`, `network`, `baseline`, `placement`, `targets`, `report`, `sites`
";
    says("a.json", text, &[], expected);
}

#[test]
fn a_json_syntax_error_has_its_place() {
    let text = r#"{
  "runs": 5,,
}
"#;
    let expected = r"
error: a.json:2:13: key must be a string
";
    says("a.json", text, &[], expected);
}

#[test]
fn a_json_key_stands_once() {
    let text = r#"{ "runs": 200, "runs": 300 }"#;
    let expected = r"
error: a.json:1:16: `runs` stands twice
";
    says("a.json", text, &[], expected);
}

#[test]
fn json_that_is_no_object_is_refused() {
    let text = r"[1, 2]";
    let expected = r#"
error: a.json:1:1: a scenario is an object, such as { "audience": { … } }
"#;
    says("a.json", text, &[], expected);
}

#[test]
fn every_unknown_name_of_a_matrix_is_told() {
    let text = r#"[audience]
countries = ["DE"]
[network]
matrix = "matrix_names.csv"
"#;
    let expected = r"
error: tests/scenario/matrix_names.csv:2:1: `berlim-de` is neither a user group nor a region
hint: did you mean `berlin-de`, `bremen-de` or `essen-de`?
error: tests/scenario/matrix_names.csv:3:11: region `us-esat-1` is unknown
hint: the nearest names are `us-east-1`, `us-east-2`, `us-east1`
error: tests/scenario/matrix_names.csv:5:25: the RTT aws:eu-west-1 → aws:us-east-1 stands twice, under two names
hint: leave one out
";
    says("a.toml", text, &[], expected);
}

#[test]
fn round_trips_faster_than_light_are_told_once() {
    let text = r#"[audience]
countries = ["DE"]
[network]
matrix = "matrix_seconds.csv"
"#;
    let expected = r"
warning: tests/scenario/matrix_seconds.csv:2:21: the RTT aws:eu-west-1 → aws:us-east-1 is 0.07 ms, and light in fibre takes 53.5 ms at least
hint: is it in another unit, or of other ends? 1 more row is like it
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_matrix_of_neither_form_is_told() {
    let text = r#"[audience]
countries = ["DE"]
[network]
matrix = "services.csv"
"#;
    let expected = r"
error: tests/scenario/services.csv:1:1: the matrix has no column of round trips
hint: say `from,to,rtt_ms`, `from,to,p50_ms,p90_ms` or `from,to,min_ms,avg_ms,max_ms,mdev_ms`, or one column for each region
";
    says("a.toml", text, &[], expected);
}

#[test]
fn a_range_beyond_the_candidates_is_told_once() {
    let text = r#"[audience]
countries = ["DE"]
[regions]
candidates = ["eu-west-1", "eu-west-2"]
sizes = "1..60000"
"#;
    let expected = r"
error: a.toml:5:9: a set of 60000 regions is larger than the 2 candidates
";
    says("a.toml", text, &[], expected);
}
