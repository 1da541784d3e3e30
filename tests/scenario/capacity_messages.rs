//! Each mistake about capacity, demand and costs, with its place, what was found, and what would be right.
//!
//! Files named in the scenarios lie in `tests/scenario/`.

use crate::support::messages::{self, Case};

/// What stands before every case.
const BEFORE: &str = r#"[audience]
countries = ["FR", "US"]
requests_per_second = 1000
[regions]
candidates = ["us-east-1", "us-west-2", "eu-west-1"]
"#;

/// The same audience without a rate.
const WITHOUT_RATE: &str = r#"[audience]
countries = ["FR", "US"]
[regions]
candidates = ["us-east-1", "us-west-2", "eu-west-1"]
"#;

/// Regions of which nobody says how many zones they have.
const AZURE: &str = r#"[audience]
countries = ["FR", "US"]
requests_per_second = 1000
[regions]
providers = ["azure"]
candidates = ["westeurope", "northeurope"]
"#;

fn tell(cases: &[Case]) {
    messages::tell(BEFORE, "tests/scenario", cases);
}

const SIZING: [Case; 12] = [
    (
        r#"[capacity]
max_utilisation = "0%"
concurrency = 0
survive_regions = 3
min_per_zone = 100001
zones = 0
[request]
service = "20ms"
"#,
        r#"
error: a.toml:7:19: `max_utilisation` must be above 0%: no number of servers is never busy
hint: say for instance "70%"
error: a.toml:8:15: `concurrency` must lie between 1 and 100000, found 0
error: a.toml:9:19: `survive_regions` must lie between 0 and 2, found 3
error: a.toml:10:16: `min_per_zone` must lie between 0 and 100000, found 100001
error: a.toml:11:9: `zones` must lie between 1 and 100, found 0
"#,
    ),
    (
        r#"[capacity]
max_utilisation = "101%"
spare = "-5%"
scaling = "hourli"
[request]
service = "20ms"
"#,
        r#"
error: a.toml:7:19: `101%` must lie between 0 and 1 (0% and 100%)
error: a.toml:8:9: `spare` must not be negative, found -5%
hint: say for instance "20%"
error: a.toml:9:11: `scaling` must be of a known kind, found `hourli`
hint: did you mean `hourly`? known here: `fixed`, `hourly`
"#,
    ),
    (
        r#"[capacity]
max_utilisation = 70
spare = "a lot"
scale_out = 300
[request]
service = "20ms"
"#,
        r#"
error: a.toml:7:19: a share must lie between 0 and 1, found 70
error: a.toml:8:9: `a lot` is no share: say "30%" or 0.3
warning: a.toml:9:13: `scale_out` counts for nothing: the number of instances is always the same
hint: say scaling = "hourly", or leave it out
error: a.toml:9:13: `300` has no unit
hint: say "300s"
"#,
    ),
    (
        r"[capacity]
size = true
",
        r"
error: a.toml:6:1: no request takes any time to serve: there is nothing to size
hint: say `service` in a [[class]] or under [request]
",
    ),
    (
        r#"[capacity]
wait_p95 = "10ms"
[request]
service = { pareto = { scale_ms = 10, shape = 1.5 } }
"#,
        r"
error: a.toml:6:1: [capacity] needs a service time with a variance in class `request`, found Pareto(from 10.0 ms, shape 1.500)
hint: give it a lighter tail, such as a log-normal
",
    ),
    (
        r#"[capacity]
size = true
response_p95 = "15ms"
response_p99 = "0ms"
wait_p99 = 10
[request]
service = "20ms"
"#,
        r#"
error: a.toml:8:16: `response_p95` of 15 ms is impossible: the service time alone has a p95 of 20.0 ms
hint: no number of servers helps: promise less, or serve faster
error: a.toml:9:16: `response_p99` must be above 0 ms
error: a.toml:10:12: `10` has no unit
hint: say "10ms" or "0.01s"
"#,
    ),
    (
        r#"[capacity]
response_p95 = "99ms"
response_p99 = "100ms"
[[class]]
name = "page"
kind = "read"
share = "96%"
service = "20ms"
[[class]]
name = "search"
kind = "read"
share = "4%"
service = "200ms"
"#,
        r"
error: a.toml:8:16: `response_p99` of 100 ms is impossible: the service time alone has a p99 of 200.0 ms
hint: no number of servers helps: promise less, or serve faster
",
    ),
    (
        r#"[capacity]
response_p95 = "100ms"
[cdn]
hits = "90%"
edges = "cloudfront"
[[class]]
name = "assets"
kind = "static"
via = "cdn"
share = "90%"
service = "200ms"
[[class]]
name = "page"
kind = "read"
share = "10%"
service = "20ms"
"#,
        "",
    ),
    (
        r#"[capacity]
size = false
max_utilisation = "70%"
[request]
service = "20ms"
"#,
        r"
warning: a.toml:8:19: `max_utilisation` is about how many servers are to be there, but `size` is false
hint: leave one of them out
",
    ),
    (
        r#"[capacity]
survive_zone = true
zones = 1
[request]
service = "20ms"
"#,
        r"
warning: a.toml:7:16: `survive_zone` cannot be kept with a single zone, as in `aws:us-east-1`, `aws:us-west-2` and `aws:eu-west-1`
hint: say zones = 3 if there are so many, or leave `survive_zone` out
",
    ),
    (
        r#"[capacity]
zones = 5
scale_out = "5min"
[request]
service = "20ms"
"#,
        r#"
warning: a.toml:7:9: fewer than 5 zones are known of `aws:us-west-2` and `aws:eu-west-1`
hint: spread over fewer, or leave it out
warning: a.toml:8:13: `scale_out` counts for nothing: the number of instances is always the same
hint: say scaling = "hourly", or leave it out
"#,
    ),
    (
        r#"[capacity]
size = true
[targets]
tolerate = 3
[request]
service = "20ms"
[recovery]
standby = { us-west-2 = "hot" }
[[placement]]
name = "two"
regions = ["us-east-1", "eu-west-1"]
"#,
        r"
warning: a.toml:6:1: [targets] tolerates the loss of 3 regions, but servers are counted for 2 at most
hint: say survive_regions = 2
error: a.toml:9:12: no set survives the loss of 3 regions: the largest has 3 regions, standbys counted
hint: promise less, or add regions or a standby
",
    ),
];

#[test]
fn mistakes_in_what_is_asked_of_servers_are_told() {
    tell(&SIZING);
}

const OVERLOAD: [Case; 5] = [
    (
        r#"[capacity]
servers = 40
overload = "degrade"
[request]
service = "20ms"
"#,
        r#"
error: a.toml:8:12: `overload` degrades without `degraded_work`
hint: say which share of the work is left, such as degraded_work = "50%"
"#,
    ),
    (
        r#"[capacity]
servers = 40
overload = "shed"
degraded_work = "50%"
[request]
service = "20ms"
"#,
        r#"
error: a.toml:9:17: `degraded_work` without a degraded service
hint: say overload = "degrade", or leave it out
"#,
    ),
    (
        r#"[capacity]
servers = 40
overload = "degrade"
degraded_work = "100%"
retry = { times = 0 }
[request]
service = "20ms"
"#,
        r#"
error: a.toml:9:17: `degraded_work` must lie between 0% and 100%, both excluded
hint: to turn requests away whole, say overload = "shed"
error: a.toml:10:9: `retry` has no `after`
hint: `isochrone schema scenario --markdown` says what `after` takes
"#,
    ),
    (
        r#"[capacity]
servers = 40
overload = "drop"
retry = { after = "0s", times = 0 }
[request]
service = "20ms"
"#,
        r"
error: a.toml:8:12: `overload` must be of a known kind, found `drop`
hint: did you mean `shed`? known here: `queue`, `shed`, `spill`, `degrade`
error: a.toml:9:19: `after` of `retry` must be above 0 s
error: a.toml:9:33: `times` must lie between 1 and 100, found 0
",
    ),
    (
        r#"[capacity]
overload = "spill"
[request]
service = "20ms"
"#,
        r"
warning: a.toml:6:1: no region is ever overloaded: there are always servers enough
hint: say servers = 40, or size = true
",
    ),
];

#[test]
fn mistakes_about_overload_are_told() {
    tell(&OVERLOAD);
}

const CEILINGS: [Case; 4] = [
    (
        r#"[capacity.store.ordres]
operations_per_second = 0
[capacity.store.orders]
[[store]]
name = "orders"
kind = "single_leader"
lag = "1s"
"#,
        r"
error: a.toml:6:17: unknown store `ordres`
hint: did you mean `orders`?
error: a.toml:7:25: `operations_per_second` must be above zero and finite, found 0
error: a.toml:8:1: the ceiling of store `orders` says nothing
hint: say for instance operations_per_second = 20000, or leave it out
warning: a.toml:10:8: no class reads or writes store `orders`
hint: say so in `operation` of a [[class]], or leave the store out
",
    ),
    (
        r#"[capacity.store]
orders = { connections = 0 }
[[store]]
name = "orders"
kind = "single_leader"
lag = "1s"
"#,
        r"
error: a.toml:7:26: `connections` without `connections_per_instance`
hint: say how many an instance holds, such as connections_per_instance = 20
error: a.toml:7:26: `connections` must lie between 1 and 1000000000, found 0
warning: a.toml:9:8: no class reads or writes store `orders`
hint: say so in `operation` of a [[class]], or leave the store out
",
    ),
    (
        r#"[capacity.store]
orders = { operations_per_second = -3, connections_per_instance = 20 }
[[store]]
name = "orders"
kind = "single_leader"
lag = "1s"
"#,
        r"
error: a.toml:7:36: `operations_per_second` must be above zero and finite, found -3
error: a.toml:7:67: `connections_per_instance` without `connections`
hint: say how many a copy takes, such as connections = 5000
warning: a.toml:9:8: no class reads or writes store `orders`
hint: say so in `operation` of a [[class]], or leave the store out
",
    ),
    (
        r"[capacity.store]
orders = { operations_per_second = 10 }
",
        r"
error: a.toml:7:1: unknown store `orders`
hint: describe it under [[store]]
",
    ),
];

#[test]
fn mistakes_in_ceilings_of_stores_are_told() {
    tell(&CEILINGS);
}

const DEMAND: [Case; 14] = [
    (
        r"[demand]
season = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
weekday = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
",
        r"
error: a.toml:7:10: `season` must have 12 numbers, one for each month, found 11
error: a.toml:8:11: `weekday` must have 24 numbers, one for each hour, found 23
",
    ),
    (
        r#"[demand]
season = [1, 1, 1, 1, 1, -1, 1, 1, 1, 1, 1, "many"]
"#,
        r"
error: a.toml:7:26: a number of `season` must be finite and not negative, found -1
error: a.toml:7:45: `season[11]` must be a number, found the text `many`
",
    ),
    (
        r"[demand]
season = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
weekday = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
",
        r"
error: a.toml:7:10: `season` is 0 in every month: nobody ever asks
hint: give an ordinary month 1, or leave it out
error: a.toml:8:11: the curve is 0 at every hour: nobody ever asks
hint: give the busiest hour 1
",
    ),
    (
        r#"[demand]
curve = "evenning"
rate = "pek"
"#,
        r"
error: a.toml:7:9: unknown curve `evenning`
hint: did you mean `evening`? known here: `flat`, `office`, `evening`
error: a.toml:8:8: `rate` must be of a known kind, found `pek`
hint: did you mean `peak`? known here: `mean`, `peak`
",
    ),
    (
        r#"[demand]
curve = "evening"
weekday = [1]
"#,
        r"
error: a.toml:7:9: the curve is described twice: by its name, and hour by hour
hint: keep `curve`, or `weekday` and `weekend`
",
    ),
    (
        r"[demand]
weekend = [1]
",
        r"
error: a.toml:7:11: `weekend` without `weekday`
hint: say all hours: 24 numbers for each
",
    ),
    (
        r#"[demand]
growth = "-100%"
start = "2026-12"
"#,
        r"
error: a.toml:7:10: `growth` must be above -100%, found -100%
hint: nobody would be left after a year
",
    ),
    (
        r#"[demand]
growth = 30
start = "2026-13"
horizon = 31
"#,
        r#"
error: a.toml:7:10: `growth` of 3000% is more than 1000% a year
hint: a percentage has its sign, such as "30%"
error: a.toml:8:9: `2026-13` is no month
hint: say for instance "2026-12"
error: a.toml:9:11: `horizon` must lie between 0 and 30 years, found 31
"#,
    ),
    (
        r#"[demand]
growth = "30%"
growth_low = "31%"
growth_high = "29%"
start = "1026-12"
horizon = "3 weeks"
"#,
        r#"
error: a.toml:8:14: `growth_low` of 31% is above `growth` of 30%
hint: it is undercut in one case of 20 only
error: a.toml:9:15: `growth_high` of 29% is below `growth` of 30%
hint: it is exceeded in one case of 20 only
error: a.toml:10:9: a month must lie in the years 2000 to 2100, found `1026-12`
error: a.toml:11:11: `3 weeks` is no number of years
hint: say for instance "3y"
"#,
    ),
    (
        r#"[demand]
growth = "30%"
growth_low = "20%"
"#,
        r#"
error: a.toml:6:1: [demand] looks ahead from a month that nobody says
hint: say for instance start = "2026-12"
error: a.toml:8:14: `growth_low` without `growth_high`
hint: say `growth_high` as well: nine cases of ten lie between them
"#,
    ),
    (
        r#"[demand]
growth_low = "20%"
growth_high = "40%"
"#,
        r#"
error: a.toml:7:14: `growth_low` without `growth`
hint: say the growth that is planned with, such as growth = "30%"
error: a.toml:8:15: `growth_high` without `growth`
hint: say the growth that is planned with, such as growth = "30%"
"#,
    ),
    (
        r#"[demand]
growth_of = { F = "10%", DE = "10%", FR = "-200%", US = "1%", USA = "2%" }
start = 2026
"#,
        r#"
error: a.toml:7:15: country `F` is unknown
hint: the nearest names are `AF`, `BF`, `CF`
warning: a.toml:7:26: nobody of the audience is in `DE` of `growth_of`
hint: leave it out, or add its users under [audience]
error: a.toml:7:43: `growth of FR` must be above -100%, found -200%
hint: nobody would be left after a year
error: a.toml:7:63: `US` stands twice in `growth_of`
hint: leave one out
error: a.toml:8:9: `2026` is no month
hint: say for instance "2026-12"
"#,
    ),
    (
        r#"[demand]
horizon = "3y"
"#,
        r#"
error: a.toml:6:1: [demand] looks ahead from a month that nobody says
hint: say for instance start = "2026-12"
warning: a.toml:7:11: nothing grows: every year of the horizon is as the first
hint: say for instance growth = "30%"
"#,
    ),
    (
        r#"[demand]
horizon = 1.5
start = "2026-12"
"#,
        r#"
error: a.toml:7:11: `1.5` is no number of years
hint: say for instance "3y"
"#,
    ),
];

#[test]
fn mistakes_in_demand_are_told() {
    tell(&DEMAND);
}

const EVENTS: [Case; 2] = [
    (
        r#"[[demand.event]]
name = "sale"
factor = 0
duration = "169h"
at = "25:00"
[[demand.event]]
name = "sale"
factor = "four"
duration = 2
countries = []
"#,
        r#"
error: a.toml:8:10: `factor` of event `sale` must be above zero and finite, found 0
error: a.toml:9:12: `duration` of event `sale` must be at most 168 h, found 169 h
hint: what lasts longer than a week is a `season`, or growth
error: a.toml:10:6: `25:00` is no time of day
hint: say for instance "18:00"
error: a.toml:12:8: `sale` is the name of an earlier event
hint: give each its own name
error: a.toml:13:10: `factor` must be a number, found the text `four`
error: a.toml:14:12: `2` has no unit
hint: say "2s"
error: a.toml:15:13: `countries` of event `sale` is empty
hint: leave it out for all
"#,
    ),
    (
        r#"[[demand.event]]
name = "match"
factor = 3
duration = "0h"
at = 18
countries = ["FRR", "DE", "FR", "FR"]
"#,
        r#"
error: a.toml:9:12: `duration` of event `match` must be above 0 s
error: a.toml:10:6: `18` is no time of day
hint: say for instance "18:00"
error: a.toml:11:14: country `FRR` is unknown
hint: the nearest names are `FR`, `AR`, `BR`
warning: a.toml:11:21: nobody of the audience is in `DE` of event `match`
hint: leave it out, or add its users under [audience]
error: a.toml:11:33: `FR` stands twice in `countries` of event `match`
hint: leave one out
"#,
    ),
];

#[test]
fn mistakes_in_events_are_told() {
    tell(&EVENTS);
}

const COSTS: [Case; 17] = [
    (
        r#"[cost]
answer_bytes = "60 KB"
reserved = "120%"
reserved_discount = "100%"
per_usd = 0
multiplier = 0
"#,
        r#"
error: a.toml:8:12: `120%` must lie between 0 and 1 (0% and 100%)
error: a.toml:9:21: `reserved_discount` must be below 100%: nobody gives servers away
hint: say for instance "30%"
error: a.toml:10:11: `per_usd` must be above zero and finite, found 0
error: a.toml:11:14: `multiplier` must be above zero and finite, found 0
"#,
    ),
    (
        r#"[cost]
answer_bytes = "60 KB"
reserved = "60%"
currency = "euro"
standby = { warm = "130%", active = "100%" }
"#,
        r#"
error: a.toml:8:12: `reserved` without a `reserved_discount`
hint: say what reserving saves, such as reserved_discount = "30%"
error: a.toml:9:12: `euro` is no currency
hint: say three letters, such as "EUR"
error: a.toml:10:20: `130%` must lie between 0 and 1 (0% and 100%)
error: a.toml:10:28: unknown key `active`
hint: did you mean `backup`? known here: `hot`, `warm`, `pilot_light`, `backup`
"#,
    ),
    (
        r#"[cost]
answer_bytes = "60 KB"
reserved = "60%"
reserved_discount = "100%"
currency = "EUR"
"#,
        r#"
error: a.toml:9:21: `reserved_discount` must be below 100%: nobody gives servers away
hint: say for instance "30%"
error: a.toml:10:12: `currency` "EUR" without `per_usd`
hint: say what a US dollar is worth, such as per_usd = 0.92 for EUR
"#,
    ),
    (
        r#"[cost]
answer_bytes = "60 KB"
reserved_discount = "10%"
per_usd = 0.92
"#,
        r#"
error: a.toml:8:21: `reserved_discount` without `reserved`
hint: say how much is reserved, such as reserved = "60%"
error: a.toml:9:11: a US dollar is worth 1 USD, found 0.92
hint: say which currency it is, such as "EUR"
"#,
    ),
    (
        r#"[cost]
answer_bytes = "60 KB"
instance = "m7g.xlrage"
[capacity]
size = true
[request]
service = "20ms"
"#,
        r"
warning: a.toml:8:12: instance type `m7g.xlrage` has no price in any candidate
hint: did you mean `m7g.xlarge`? else give it one in a sheet of your own, named by `prices`
",
    ),
    (
        r#"[cost]
answer_bytes = "60 KB"
instance = " "
cross_zone_bytes = 10
call_bytes = "4 QB"
"#,
        r#"
error: a.toml:8:12: the name of an instance type is empty
hint: say for instance "m7g.xlarge", or leave it out
warning: a.toml:8:12: nobody says how many servers there are: instances cannot be billed
hint: say size = true under [capacity]
error: a.toml:9:20: `10` has no unit: say a size such as "60 KB"
error: a.toml:10:14: `4 QB` has an unknown unit: use one of B, kB, KB, MB, GB, TB, KiB, MiB, GiB, TiB
"#,
    ),
    (
        r#"[cost]
answer_bytes = "60 KB"
instance = "m7g.xlarge"
"#,
        r"
warning: a.toml:8:12: nobody says how many servers there are: instances cannot be billed
hint: say size = true under [capacity]
",
    ),
    (
        r#"[cost]
[capacity]
size = true
[request]
service = "20ms"
"#,
        r#"
warning: a.toml:6:1: [cost] names no instance type: servers are not billed
hint: say for instance instance = "m7g.xlarge"
warning: a.toml:6:1: every answer has 0 B: what users are sent is billed as nothing
hint: say `bytes` in a [[class]], or answer_bytes = "60 KB" under [cost]
"#,
    ),
    (
        r#"[cost]
answer_bytes = "60 KB"
[[class]]
name = "buy"
kind = "write"
share = 1.0
call = [{ to = "us-east-1" }]
cross_zone_bytes = "-1 KB"
"#,
        r#"
warning: a.toml:6:1: calls of class `buy` have 0 B: they are billed as nothing
hint: say call_bytes = "4 KB" in the [[class]] or under [cost]
error: a.toml:13:20: `-1 KB` must be finite and not negative
"#,
    ),
    (
        r#"[cost]
answer_bytes = "60 KB"
[[class]]
name = "buy"
kind = "write"
share = 1.0
call = [{ to = "us-east-1" }]
[[store]]
name = "orders"
kind = "single_leader"
lag = "1s"
stored = 500
"#,
        r#"
warning: a.toml:6:1: calls of class `buy` have 0 B: they are billed as nothing
hint: say call_bytes = "4 KB" in the [[class]] or under [cost]
warning: a.toml:14:8: no class reads or writes store `orders`
hint: say so in `operation` of a [[class]], or leave the store out
error: a.toml:17:10: `500` has no unit: say a size such as "60 KB"
"#,
    ),
    (
        r#"[cost]
answer_bytes = "60 KB"
[[class]]
name = "buy"
kind = "write"
share = 1.0
call = [{ to = "us-east-1" }]
"#,
        r#"
warning: a.toml:6:1: calls of class `buy` have 0 B: they are billed as nothing
hint: say call_bytes = "4 KB" in the [[class]] or under [cost]
"#,
    ),
    (
        r#"[cost]
answer_bytes = "60 KB"
[[placement]]
name = "one"
regions = ["us-east-1"]
standby = { us-west-2 = "warm" }
"#,
        r#"
warning: a.toml:6:1: nobody says how far a warm standby is scaled down: it is billed at full size
hint: say for instance standby = { warm = "30%" } under [cost]
"#,
    ),
    (
        r#"[cost]
answer_bytes = "60 KB"
[targets]
budget = 0
"#,
        r"
error: a.toml:9:10: target budget must be above zero and finite, found 0
",
    ),
    (
        r#"[targets]
budget = 20000
[[score]]
of = "cost"
weight = 1
target = 10000
limit = 30000
"#,
        r#"
error: a.toml:7:10: a budget is promised, but there is no [cost]
hint: say [cost], and below it instance = "m7g.xlarge"
error: a.toml:9:6: the score counts costs, but there is no [cost]
hint: say [cost], and below it instance = "m7g.xlarge"
"#,
    ),
    (
        r#"[cost]
answer_bytes = "60 KB"
[[score]]
of = "cost"
weight = 1
target = 30000
limit = 10000
"#,
        r"
error: a.toml:11:10: the target of `cost`, 30000 a month, is worse than its limit, 10000 a month
hint: less is better here: swap them
",
    ),
    (
        r#"[cost]
answer_bytes = "60 KB"
[[score]]
of = "cost"
weight = 1
target = "10000 EUR"
limit = -1
"#,
        r"
error: a.toml:11:10: `10000 EUR` is no amount a month
hint: say a number in the currency of [cost], such as 20000
error: a.toml:12:9: `-1` is no amount a month
hint: say a number in the currency of [cost], such as 20000
",
    ),
    (
        r#"[cost]
answer_bytes = "60 KB"
[[score]]
of = "cost"
weight = 1
target = 10000
limit = 10000
"#,
        r"
error: a.toml:11:10: target and limit of `cost` are both 10000 a month
hint: worth falls from 1 at the target to 0 at the limit: leave room between them
",
    ),
];

#[test]
fn mistakes_in_costs_budget_and_score_are_told() {
    tell(&COSTS);
}

const SHEETS: [Case; 2] = [
    (
        r#"[cost]
answer_bytes = "60 KB"
prices = "no-such-prices.csv"
"#,
        r"
error: a.toml:8:10: `tests/scenario/no-such-prices.csv` cannot be read: no such file or directory
",
    ),
    (
        r#"[cost]
answer_bytes = "60 KB"
prices = "price_faults.csv"
"#,
        r"
error: tests/scenario/price_faults.csv:2:32: `instance` is priced in `USD/hour`, found `USD/month`
hint: turn the price into USD/hour
error: tests/scenario/price_faults.csv:3:8: region `us-esat-1` is unknown
hint: the nearest names are `us-east-1`, `us-east-2`, `us-east1`
error: tests/scenario/price_faults.csv:3:27: column `price` must not be negative, found `-0.09`
error: tests/scenario/price_faults.csv:4:1: item `egres` is unknown
hint: the nearest names are `egress`, `cdn_egress`, `store_read`
",
    ),
];

#[test]
fn faults_of_a_price_sheet_are_passed_on() {
    tell(&SHEETS);
}

const NO_RATE: [Case; 1] = [(
    r#"[capacity]
max_utilisation = "70%"
[demand]
curve = "flat"
[cost]
answer_bytes = "60 KB"
[request]
service = "20ms"
"#,
    r#"
error: a.toml:5:1: [capacity] needs to know how many requests come
hint: say requests_per_second = 1000 under [audience]
error: a.toml:7:1: [demand] needs to know how many requests come
hint: say requests_per_second = 1000 under [audience]
error: a.toml:9:1: [cost] needs to know how many requests come
hint: say requests_per_second = 1000 under [audience]
warning: a.toml:9:1: [cost] names no instance type: servers are not billed
hint: say for instance instance = "m7g.xlarge"
"#,
)];

#[test]
fn a_load_and_a_bill_need_a_rate() {
    messages::tell(WITHOUT_RATE, "tests/scenario", &NO_RATE);
}

const UNKNOWN_ZONES: [Case; 2] = [
    (
        r#"[capacity]
survive_zone = true
[request]
service = "20ms"
"#,
        r"
warning: a.toml:8:16: `survive_zone` cannot be kept where nobody knows of more than one zone, as in `azure:northeurope` and `azure:westeurope`
hint: say zones = 3 if there are so many, or leave `survive_zone` out
",
    ),
    (
        r#"[capacity]
survive_zone = true
zones = 3
[request]
service = "20ms"
"#,
        "",
    ),
];

#[test]
fn a_region_whose_zones_nobody_knows_has_one() {
    messages::tell(AZURE, "tests/scenario", &UNKNOWN_ZONES);
}
