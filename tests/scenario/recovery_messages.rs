//! Each mistake about losses and recovery, with its place, what was found, and what would be right.

use crate::support::messages::{self, Case};

/// What stands before every case.
const BEFORE: &str = r#"[audience]
countries = ["FR", "US"]
[regions]
candidates = ["us-east-1", "us-west-2", "eu-west-1", "eu-west-3"]
"#;

fn tell(cases: &[Case]) {
    messages::tell(BEFORE, "", cases);
}

const RECOVERY: [Case; 12] = [
    (
        r#"[recovery]
detection = { interval = 30, threshold = 0, timeout = "-4s" }
decision = 600
"#,
        r#"
error: a.toml:6:26: `30` has no unit
hint: say "30s"
error: a.toml:6:42: `threshold` must lie between 1 and 1000, found 0
error: a.toml:6:55: `-4s` must be a finite duration, not negative
error: a.toml:7:12: `600` has no unit
hint: say "600s"
"#,
    ),
    (
        r#"[recovery]
detection = { interval = "0s", timeout = "5" }
years = 5
"#,
        r"
error: a.toml:6:26: `interval` of health checks must be above 0 s
error: a.toml:6:42: `5` has no unit: say 5ms or 0.005s
error: a.toml:7:9: `years` must lie between 1000 and 10000000, found 5
",
    ),
    (
        r#"[recovery]
detection = { interval = "1s", timeout = "4s" }
"#,
        r"
warning: a.toml:6:42: a health check waits 4 s for its answer, but the next follows after 1 s
hint: a time-out is shorter than the interval as a rule
",
    ),
    (
        r#"[recovery]
runbook = [["restroe"], ["ramp", "traffic"], ["ramp"], []]
"#,
        r"
error: a.toml:6:13: `runbook[0][0]` must be of a known kind, found `restroe`
hint: did you mean `restore`? known here: `traffic`, `promotion`, `ramp`, `restore`
error: a.toml:6:47: step `ramp` stands twice in `runbook`
hint: a step is done once: leave one out
error: a.toml:6:56: a stage of `runbook` is empty
hint: leave it out
",
    ),
    (
        r"[recovery]
runbook = []
",
        r#"
error: a.toml:6:11: `runbook` is empty: nothing would be waited for
hint: say for instance [["restore", "promotion"], ["ramp"], ["traffic"]]
"#,
    ),
    (
        r#"[recovery]
runbook = [["traffic"]]
ramp = { warm = "5m" }
backup = { size = "2 TB", rate = "200 MB/s" }
"#,
        r#"
warning: a.toml:7:8: `ramp` is told, but `runbook` does not wait for it
hint: add "ramp" to a stage of `runbook`
warning: a.toml:8:19: `size` is told, but `runbook` does not wait for it
hint: add "restore" to a stage of `runbook`
"#,
    ),
    (
        r#"[recovery]
ramp = { warm = 5, pilot = "20m" }
backup = { interval = "0h", size = "2 TB" }
failback = { pause = "30s" }
"#,
        r#"
error: a.toml:6:17: `5` has no unit
hint: say "5s"
error: a.toml:6:20: unknown key `pilot`
hint: did you mean `pilot_light`? known here: `active`, `hot`, `warm`, `pilot_light`, `backup`
error: a.toml:7:23: `interval` of backups must be above 0 s
error: a.toml:7:36: `size` of backups without a `rate`
hint: say how fast it is restored, such as rate = "200 MB/s"
error: a.toml:8:12: `failback` has no `after`
hint: `isochrone schema scenario --markdown` says what `after` takes
"#,
    ),
    (
        r#"[recovery]
backup = { rate = "200 MB/s", copy = "half an hour" }
"#,
        r#"
error: a.toml:6:19: `rate` of backups without a `size`
hint: say how much is restored, such as size = "2 TB"
error: a.toml:6:38: `half an hour` is not a duration: say 150ms or 0.15s
"#,
    ),
    (
        r#"[recovery]
backup = { size = "0 TB", rate = "0 MB/s" }
"#,
        r"
error: a.toml:6:19: `size` of backups must be above 0 B
error: a.toml:6:34: `rate` of backups must be above 0 B/s
",
    ),
    (
        r#"[recovery]
backup = { size = 2, rate = "200 MB" }
"#,
        r#"
error: a.toml:6:19: `2` has no unit: say a size such as "60 KB"
error: a.toml:6:29: `200 MB` has an unknown unit: use one of B/s, kB/s, KB/s, MB/s, GB/s, KiB/s, MiB/s, GiB/s, kbps, Kbps, Mbps, Gbps
"#,
    ),
    (
        r#"[recovery]
runbook = [["traffic"]]
[[store]]
name = "orders"
kind = "quorum"
r = 2
w = 2
n = 3
promotion = "40s"
[[store]]
name = "tables"
kind = "multi_leader"
lag = "1s"
keys = 10
promotion = "40s"
"#,
        r#"
warning: a.toml:8:8: no class reads or writes store `orders`
hint: say so in `operation` of a [[class]], or leave the store out
error: a.toml:13:13: store `orders` has a `promotion`, but nobody leads it
hint: say coordinator = "leader", or leave it out
warning: a.toml:13:13: `promotion` is told, but `runbook` does not wait for it
hint: add "promotion" to a stage of `runbook`
warning: a.toml:15:8: no class reads or writes store `tables`
hint: say so in `operation` of a [[class]], or leave the store out
error: a.toml:19:13: `promotion` does not go with the kind `multi_leader`
hint: leave it out; it goes with `single_leader` or `quorum`
"#,
    ),
    (
        r#"[recovery]
decision = { log_normal = { p50 = "5m", p50_ms = 300000, p95 = "15m" } }
[failures]
region = { per_year = 1, repair = { exponential = {} } }
"#,
        r#"
error: a.toml:6:50: `p50` and `p50_ms` say the same
hint: leave one out
error: a.toml:8:51: `exponential` has no `mean`
hint: say mean = "5ms", or mean_ms = 5
"#,
    ),
];

#[test]
fn mistakes_in_recovery_are_told_with_place_and_hint() {
    tell(&RECOVERY);
}

const STANDBY: [Case; 7] = [
    (
        r#"[recovery]
standby = { us-wset-2 = "warm", ap-southeast-1 = "hot" }
"#,
        r"
error: a.toml:6:13: region `us-wset-2` is unknown
hint: the nearest names are `us-west-2`, `us-west-1`, `us-west2`
error: a.toml:6:33: `aws:ap-southeast-1` of the standbys of [recovery] is no candidate: it is not listed
hint: add it to the candidates under [regions]
",
    ),
    (
        r#"[[placement]]
name = "two"
regions = ["us-east-1", "eu-west-1"]
standby = { us-east-1 = "warm", us-west-2 = "active", eu-west-3 = "wram" }
"#,
        r"
error: a.toml:8:13: `aws:us-east-1` is active and stands by at once
hint: leave it out of `regions` or of `standby`
error: a.toml:8:45: a standby cannot be `active`
hint: an active region belongs into `regions`; a standby is hot, warm, pilot_light or backup
error: a.toml:8:67: `eu-west-3` must be of a known kind, found `wram`
hint: did you mean `warm`? known here: `active`, `hot`, `warm`, `pilot_light`, `backup`
",
    ),
    (
        r#"[baseline]
regions = ["us-east-1"]
standby = { us-west-2 = "warm", "aws:us-west-2" = "hot" }
"#,
        r"
error: a.toml:7:13: `aws:us-west-2` stands twice in the standbys of set `us-east-1`
hint: leave one out
",
    ),
    (
        r#"[baseline]
regions = ["us-east-1"]
standby = {}
"#,
        r#"
error: a.toml:7:11: `standby` of set `us-east-1` is empty
hint: leave it out, or name a region, such as standby = { us-west-2 = "warm" }
"#,
    ),
    (
        r#"[baseline]
regions = ["us-east-1"]
standby = { us-west-2 = "backup" }
"#,
        r#"
warning: a.toml:7:13: a region is restored from backup, but nobody says how much: restoring is not counted
hint: say backup = { size = "2 TB", rate = "200 MB/s" } under [recovery]
"#,
    ),
    (
        r#"[[placement]]
name = "one"
regions = ["us-east-1"]
standby = { us-west-2 = "warm" }
[[placement]]
name = "other"
regions = ["us-east-1"]
standby = { us-west-2 = "warm" }
"#,
        r"
error: a.toml:11:11: set `other` has the same regions as `one`
hint: leave one out
",
    ),
    (
        r#"[baseline]
name = "now"
regions = ["us-east-1"]
standby = { us-west-2 = "warm" }
[[placement]]
name = "now"
regions = ["us-east-1"]
"#,
        r"
error: a.toml:10:8: `now` is also the name of the baseline, which has other standbys
",
    ),
];

#[test]
fn mistakes_in_standbys_are_told_with_place_and_hint() {
    tell(&STANDBY);
}

const FAILURES: [Case; 12] = [
    (
        r#"[failures]
preset = "pesimistic"
region = { per_year = -1, repair = "0s" }
zone_loss = { per_year = 0.3 }
"#,
        r"
error: a.toml:6:10: `preset` must be of a known kind, found `pesimistic`
hint: did you mean `pessimistic`? known here: `optimistic`, `typical`, `pessimistic`
error: a.toml:7:23: `per_year` of `region` must be finite and not negative, found -1 times a year
hint: 0.1 is once in ten years
error: a.toml:7:36: `repair` of `region` must be above 0 s
hint: what is over at once takes nobody down; leave it out
error: a.toml:8:13: `zone_loss` has no `repair`
hint: `isochrone schema scenario --markdown` says what `repair` takes
",
    ),
    (
        r#"[failures]
region = { per_year = 0.1, repair = 6 }
regions = { us-east-1 = { per_year = inf, repair = "-6h" }, "aws:us-east-1" = { per_year = 1, repair = "6h" } }
"#,
        r#"
error: a.toml:6:37: `6` has no unit
hint: say "6s"
error: a.toml:7:13: `us-east-1` stands twice in `regions` of [failures]
hint: leave one out
error: a.toml:7:38: `per_year` of `us-east-1` must be finite and not negative, found inf times a year
hint: 0.1 is once in ten years
error: a.toml:7:52: `-6h` must be a finite duration, not negative
"#,
    ),
    (
        r"[failures]
region = { per_year = 1, repair = { pareto = { scale_ms = 1000, shape = 1 } } }
",
        r"
error: a.toml:6:35: `repair` of `region` has no finite mean
hint: without one, nothing can be said about availability; truncate it
",
    ),
    (
        r#"[failures]
region = { per_year = 365, repair = "6h" }
"#,
        r"
warning: a.toml:6:23: `region` happens 365 times a year for 6.0 h each: 25 % of all time
hint: `per_year` counts events a year, `repair` is the length of one
",
    ),
    (
        r#"[failures]
common = { provider = "60%", country = "30%", zone = "20%" }
"#,
        r"
error: a.toml:6:10: the shares of common causes are 110 % together
hint: they are parts of a region's losses: 100 % at most, the rest it suffers alone
",
    ),
    (
        r#"[failures]
common = { provider = "2%", country = 3 }
"#,
        r"
error: a.toml:6:39: a share must lie between 0 and 1, found 3
",
    ),
    (
        r#"[failures]
common = { provider = "2%" }
[[failures.zone]]
name = "west"
regions = ["eu-west-1", "eu-west-3"]
[[failures.zone]]
name = "west"
regions = ["eu-west-3", "us-east-1"]
[[failures.zone]]
name = "alone"
regions = ["us-west-2"]
"#,
        r#"
warning: a.toml:7:1: no loss takes a hazard zone: `common` has no share for `zone`
hint: say for instance common = { zone = "5%" }
error: a.toml:11:8: `west` is the name of an earlier hazard zone
hint: give each its own name
error: a.toml:12:12: `eu-west-3` lies in hazard zone `west` already
hint: a region lies in one zone at most
warning: a.toml:15:11: hazard zone `alone` holds one region: nothing is lost together
hint: name the others, or leave the zone out
"#,
    ),
    (
        r"[failures]
incidents = { per_year = 2 }
",
        r#"
error: a.toml:6:13: `incidents` does nothing to a region
hint: say capacity_left = "70%" or added = "200ms"
error: a.toml:6:26: `incidents` has `per_year` but no `repair`
hint: say both, or neither for what is fitted to the record
"#,
    ),
    (
        r#"[failures]
incidents = { capacity_left = "70%", added = "200ms", repair = "1h" }
"#,
        r"
error: a.toml:6:46: `incidents` has `capacity_left` and `added`
hint: keep one of them
error: a.toml:6:64: `incidents` has `repair` but no `per_year`
hint: say both, or neither for what is fitted to the record
",
    ),
    (
        r#"[failures]
incidents = { capacity_left = "100%" }
"#,
        r"
error: a.toml:6:31: `capacity_left` must be below 100 %
hint: 100 % left is no incident; leave it out
",
    ),
    (
        r#"[failures]
incidents = { added = "0ms" }
"#,
        r"
error: a.toml:6:23: `added` must be above 0 ms
",
    ),
    (
        r#"[[failures.link]]
name = "cable"
between = [["us-east-1", "us-east-1"], ["us-east-1"]]
per_year = 1
repair = "0s"
[[failures.link]]
name = "cable"
between = []
per_year = 1
repair = "14d"
"#,
        r#"
error: a.toml:7:26: a region is not cut off from itself
hint: name two different regions
error: a.toml:7:40: a cut lies between two regions, found 1
hint: say for instance ["eu-west-1", "us-east-1"]
error: a.toml:9:10: `repair` of link `cable` must be above 0 s
hint: what is over at once takes nobody down; leave it out
error: a.toml:12:11: link `cable` cuts nothing
hint: name the pairs, such as between = [["eu-west-1", "us-east-1"]]
"#,
    ),
];

#[test]
fn mistakes_in_failures_are_told_with_place_and_hint() {
    tell(&FAILURES);
}

const LOSSES: [Case; 4] = [
    (
        r#"[[loss]]
name = "nothing"
[[loss]]
name = "nobody"
regions = []
impaired = []
"#,
        r#"
error: a.toml:5:1: loss `nothing` loses nothing
hint: say regions = ["eu-west-1"], links = [["eu-west-1", "us-east-1"]] or impaired = […]
error: a.toml:9:11: the list of loss `nobody` is empty
hint: name a region
error: a.toml:10:12: `impaired` of loss `nobody` is empty
hint: name a region, such as { region = "eu-west-1", capacity_left = "50%" }
"#,
    ),
    (
        r#"[[loss]]
name = "Singapore"
regions = ["ap-southeast-1", "us-esat-1"]
[[loss]]
name = "Singapore"
links = [["us-east-1", "eu-west-1", "eu-west-3"]]
"#,
        r#"
error: a.toml:7:12: `aws:ap-southeast-1` of loss `Singapore` is no candidate: it is not listed
hint: add it to the candidates under [regions]
error: a.toml:7:30: region `us-esat-1` is unknown
hint: the nearest names are `us-east-1`, `us-east-2`, `us-east1`
error: a.toml:10:10: a cut lies between two regions, found 3
hint: say for instance ["eu-west-1", "us-east-1"]
"#,
    ),
    (
        r#"[[loss]]
name = "both"
regions = ["us-east-1", "us-east-1"]
impaired = [{ region = "us-east-1", capacity_left = "50%" }, { region = "eu-west-1" }]
"#,
        r#"
error: a.toml:7:25: `us-east-1` stands twice in loss `both`
hint: leave one out
error: a.toml:8:24: `us-east-1` is lost and impaired at once in loss `both`
hint: leave one out
error: a.toml:8:62: loss `both` does nothing to a region
hint: say capacity_left = "70%" or added = "200ms"
"#,
    ),
    (
        r#"[[loss]]
name = "twice"
impaired = [{ region = "us-east-1", capacity_left = "50%" }, { region = "aws:us-east-1", added = "5ms" }]
"#,
        r"
error: a.toml:7:73: `aws:us-east-1` is impaired twice in loss `twice`
hint: leave one out
",
    ),
];

#[test]
fn mistakes_in_losses_are_told_with_place_and_hint() {
    tell(&LOSSES);
}

const PROMISES: [Case; 10] = [
    (
        r#"[targets]
rto = "0s"
rpo = 60
availability = "100%"
tolerate = 0
"#,
        r#"
error: a.toml:6:7: target rto must be above 0 s
error: a.toml:7:7: `60` has no unit
hint: say "60s"
error: a.toml:8:16: target availability of 100 % cannot be kept
hint: nothing is up all the time; say for instance "99.99%", which is 53 minutes down a year
error: a.toml:9:12: `tolerate` must lie between 1 and 1000, found 0
"#,
    ),
    (
        r#"[targets]
availability = "101%"
"#,
        r"
error: a.toml:6:16: `101%` must lie between 0 and 1 (0% and 100%)
",
    ),
    (
        r"[targets]
availability = 0
",
        r"
error: a.toml:6:16: target availability must be above 0 %: no set could miss it
",
    ),
    (
        r#"[targets]
rpo = "1m"
"#,
        r"
warning: a.toml:6:7: target rpo says nothing: there is no [[store]], so no write is lost whatever happens
hint: say [[store]] for what is written, and how it is copied
",
    ),
    (
        r#"[targets]
rto = "1m"
"#,
        r"
warning: a.toml:6:7: target rto of 60 s is out of reach: noticing a loss takes 64 s at least
hint: 3 checks in a row have to fail, 30 s apart; see `detection` under [recovery]
",
    ),
    (
        r#"sizes = "1..2"
[targets]
tolerate = 2
[[placement]]
name = "one"
regions = ["us-east-1"]
standby = { us-west-2 = "warm" }
[[placement]]
name = "two"
regions = ["us-east-1", "eu-west-1"]
"#,
        r"
error: a.toml:7:12: no set survives the loss of 2 regions: the largest has 2 regions, standbys counted
hint: promise less, or add regions or a standby
",
    ),
    (
        r#"[targets]
tolerate = 2
[[placement]]
name = "two"
regions = ["us-east-1", "eu-west-1"]
"#,
        r#"
warning: a.toml:9:11: nobody is left of set `two` when it loses 2 regions
hint: give it a standby, such as standby = { us-west-2 = "warm" }; as it is, it misses `tolerate`
"#,
    ),
    (
        r"[targets]
tolerate = 4
",
        r"
error: a.toml:6:12: no set survives the loss of 4 regions: the largest has 4 regions, standbys counted
hint: promise less, or add regions or a standby
",
    ),
    (
        r#"[targets]
tolerate = 1
[baseline]
regions = ["eu-west-1"]
[[placement]]
name = "one"
regions = ["us-east-1"]
[[placement]]
name = "two"
regions = ["us-east-1", "eu-west-1"]
"#,
        r#"
warning: a.toml:11:11: nobody is left of set `one` when it loses 1 region
hint: give it a standby, such as standby = { us-west-2 = "warm" }; as it is, it misses `tolerate`
"#,
    ),
    (
        r#"[targets]
tolerate = 1
[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "all", access = "write" }, { store = "ledger", access = "write" }]
[[store]]
name = "all"
kind = "quorum"
members = ["us-east-1", "us-west-2", "eu-west-1"]
r = 1
w = 3
[[store]]
name = "ledger"
kind = "quorum"
r = 2
w = 1
[[placement]]
name = "two"
regions = ["us-east-1", "us-west-2"]
"#,
        r"
warning: a.toml:13:8: store `all` cannot lose a copy: a write waits for 3 of 3
hint: with n = 3, r = 2 and w = 2 one may be lost
warning: a.toml:25:11: store `ledger` cannot lose a region of set `two`: a read waits for 2 of 2 copies
hint: add a region, or lower `r` and `w`
",
    ),
];

#[test]
fn mistakes_in_promises_about_losses_are_told_with_place_and_hint() {
    tell(&PROMISES);
}

const SCORE: [Case; 4] = [
    (
        r#"[[score]]
of = "p96"
weight = 0
target = "100ms"
limit = "400ms"
[[score]]
of = "rto-p100"
weight = 1
target = "1m"
limit = "1h"
[[score]]
of = "p95-after"
weight = 1
target = "1m"
limit = "1h"
"#,
        r"
error: a.toml:6:6: unknown measure `p96`
hint: did you mean `p90`? known here: `mean`, `p50`, `p90`, `p95`, `p99`, `within:150ms`, `worst-country`, `worst-group`, `p95-after-loss`, `availability`, `rto-p95`, `rpo-p95`, `cost`
error: a.toml:7:10: `weight` must be above zero and finite, found 0
error: a.toml:11:6: `rto-p100` is no percentile
hint: percentiles lie between p0 and p100, both excluded
error: a.toml:16:6: unknown measure `p95-after`
hint: did you mean `p95-after-loss`? known here: `mean`, `p50`, `p90`, `p95`, `p99`, `within:150ms`, `worst-country`, `worst-group`, `p95-after-loss`, `availability`, `rto-p95`, `rpo-p95`, `cost`
",
    ),
    (
        r#"[[score]]
of = "p95"
weight = -1
target = 100
limit = "99%"
[[score]]
of = "availability"
weight = 1
target = "1m"
limit = 99
"#,
        r#"
error: a.toml:7:10: `weight` must be above zero and finite, found -1
error: a.toml:8:10: `100` has no unit
hint: say "100ms" or "0.1s"
error: a.toml:9:9: `99%` is not a duration: say 150ms or 0.15s
error: a.toml:13:10: `1m` is not a share: say 95% or 0.95
error: a.toml:14:9: a share must lie between 0 and 1, found 99
"#,
    ),
    (
        r#"[[score]]
of = "p95"
weight = 1
target = "400ms"
limit = "100ms"
[[score]]
of = "availability"
weight = 1
target = "99%"
limit = "99.95%"
[[score]]
of = "rto-p95"
weight = 1
target = "5m"
limit = "300s"
[[score]]
of = "within:150ms-after-loss"
weight = 1
target = "50%"
limit = "90%"
"#,
        r"
error: a.toml:8:10: the target of `p95`, 400 ms, is worse than its limit, 100 ms
hint: less is better here: swap them
error: a.toml:13:10: the target of `availability`, 99 %, is worse than its limit, 99.95 %
hint: more is better here: swap them
error: a.toml:18:10: target and limit of `rto-p95` are both 300 s
hint: worth falls from 1 at the target to 0 at the limit: leave room between them
error: a.toml:23:10: the target of `within:150ms-after-loss`, 50 %, is worse than its limit, 90 %
hint: more is better here: swap them
",
    ),
    (
        r#"[[score]]
of = "p95"
weight = 1
target = "100ms"
limit = "400ms"
[[score]]
of = "p95"
weight = 2
target = "100ms"
limit = "300ms"
"#,
        r"
error: a.toml:11:6: `p95` stands twice in the score
hint: leave one out, or add their weights
",
    ),
];

#[test]
fn mistakes_in_the_score_are_told_with_place_and_hint() {
    tell(&SCORE);
}

/// The objective stands before all sections, so `BEFORE` does not do.
const RANKING: [Case; 9] = [
    (
        "cost",
        "error: a.toml:1:13: the objective is `cost`, but there is no [cost]
hint: say [cost], and below it instance = \"m7g.xlarge\"",
    ),
    (
        "score-then-p99",
        "error: a.toml:1:13: the objective is `score`, but there is no [[score]]
hint: say [[score]], and below it of = \"p95\", weight = 1, target = \"100ms\", limit = \"400ms\"",
    ),
    (
        "rto",
        "error: a.toml:1:13: the objective is `rto`, but there is no [recovery]
hint: say [recovery], and below it what the team does, such as decision = \"10m\"",
    ),
    (
        "rpo-p95",
        "error: a.toml:1:13: the objective is `rpo`, but there is no [[store]]
hint: without a store nothing can be lost; say [[store]], and below it name, kind and lag",
    ),
    (
        "availability",
        "error: a.toml:1:13: unknown objective `availability`
hint: say \"downtime\": the fewer minutes a year, the higher the availability",
    ),
    (
        "p95-then-cost",
        "error: a.toml:1:13: `p95` leaves next to no ties for `cost` to break
hint: say \"p95\" alone, or a measure before it, such as \"cost-then-p95\"",
    ),
    (
        "p95-after-loss-then-mean",
        "error: a.toml:1:13: equal sets by `p95-after-loss` go by the same figure in normal times
hint: say \"p95-after-loss\"",
    ),
    (
        "downtime-then-cost",
        "error: a.toml:1:13: unknown objective `cost`
hint: did you mean `mean`? known here: `mean`, `p50`, `p90`, `p95`, `p99`, `within:150ms`, `worst-country`, `worst-group`",
    ),
    ("downtime-then-within:150ms", ""),
];

#[test]
fn a_measure_to_rank_by_says_which_section_is_missing() {
    for (objective, expected) in RANKING {
        let before = format!("objective = \"{objective}\"\n{BEFORE}");
        messages::tell(&before, "", &[("", expected)]);
    }
    let race = format!("objective = \"downtime\"\nrace_runs = 20000\n{BEFORE}");
    let expected = "error: a.toml:2:13: there is no race for the objective `downtime`
hint: a race draws latencies anew: rank by one of them, such as \"p95\", or leave `race_runs` out";
    messages::tell(&race, "", &[("", expected)]);
}
