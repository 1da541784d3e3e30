//! Each mistake in the description of a design, with its place, what was found, and what would be right.
//!
//! Files named in the scenarios lie in `tests/scenario/`.

use crate::support::messages::{self, Case};

/// What stands before every case; one that begins with `sizes` goes on with the section of candidates.
const BEFORE: &str = r#"[audience]
countries = ["FR", "US"]
[regions]
candidates = ["us-east-1", "eu-west-1", "eu-west-3", "ap-southeast-1"]
"#;

fn tell(cases: &[Case]) {
    messages::tell(BEFORE, "tests/scenario", cases);
}

const CLASSES: [Case; 20] = [
    (
        r#"[[class]]
name = "a"
kind = "static"
share = 1
via = "cdn"
operation = [{ store = "files", access = "read-local" }]
[cdn]
hits = "90%"
[[store]]
name = "files"
kind = "none"
"#,
        r#"
error: a.toml:10:13: class `a` is static and kept by the CDN: what the edge answers makes no `operation`
hint: give the misses a class of kind "read" with a share of their own, and leave this one to the hits
warning: a.toml:10:24: store `files` keeps no state: nothing is read or written there
hint: leave the operation out, or give the store a kind
"#,
    ),
    (
        r#"[[class]]
name = "a"
kind = "read"
share = "60%"
[[class]]
name = "b"
kind = "write"
share = "30%"
"#,
        r"
error: a.toml:12:9: the shares of the classes must sum to 1, found 0.9
hint: they are parts of all requests; 10 % of them are missing
",
    ),
    (
        r#"[[class]]
name = "a"
kind = "read"
share = "60%"
[[class]]
name = "b"
kind = "write"
share = "50%"
"#,
        r"
error: a.toml:12:9: the shares of the classes must sum to 1, found 1.1
hint: they are parts of all requests; these are 10 % too many
",
    ),
    (
        r#"[[class]]
name = "a"
kind = "read"
share = 0
[[class]]
name = "a"
kind = "write"
share = 1
"#,
        r"
error: a.toml:8:9: the share of a class must be above 0%
hint: leave out a class nobody asks for
error: a.toml:10:8: `a` is the name of an earlier class
hint: give each its own name
",
    ),
    (
        r#"[request]
round_trips = 2
[[class]]
name = "buy"
kind = "write"
share = 1.0
"#,
        r"
error: a.toml:5:1: `request` and `class` both say what a request does
hint: keep one of them
",
    ),
    (
        r#"[[class]]
name = "a"
kind = "raed"
share = 1
via = "cnd"
connection = { protocol = "tls13" }
"#,
        r"
error: a.toml:7:8: `kind` must be of a known kind, found `raed`
hint: did you mean `read`? known here: `static`, `read`, `write`
error: a.toml:9:7: `via` must be of a known kind, found `cnd`
hint: did you mean `cdn`? known here: `direct`, `cdn`, `anycast`
error: a.toml:10:27: `protocol` must be of a known kind, found `tls13`
hint: did you mean `tls1.3`? known here: `warm`, `tcp`, `tls1.2`, `tls1.3`, `quic`, `quic-0rtt`
",
    ),
    (
        r#"[[class]]
name = "a"
"#,
        r"
error: a.toml:5:1: `class[0]` has no `kind`
hint: `isochrone schema scenario --markdown` says what `kind` takes
",
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
bytes = "60 kilo"
bandwidth = "0 Mbps"
initial_window = 0
exchanges = 0
"#,
        r"
error: a.toml:9:9: `60 kilo` has an unknown unit: use one of B, kB, KB, MB, GB, TB, KiB, MiB, GiB, TiB
error: a.toml:10:13: a bandwidth of 0 lets nothing through
hint: leave it out for an unlimited one
error: a.toml:11:18: `initial_window` must lie between 1 and 100000, found 0
error: a.toml:12:13: `exchanges` must lie between 1 and 1000, found 0
",
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
bytes = 60000
bandwidth = "20"
"#,
        r#"
error: a.toml:9:9: `60000` has no unit: say a size such as "60 KB"
error: a.toml:10:13: `20` has no unit: say a bandwidth such as "20 Mbps"
"#,
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
connection = { reuse = "80%", dns_hits = "95%", resolver = "20ms" }
"#,
        r#"
error: a.toml:9:24: `reuse` does not go with a connection that is always warm
hint: say how new connections are made, such as protocol = "tls1.3", or leave it out
error: a.toml:9:42: `dns_hits` does not go with a connection that is always warm
hint: say how new connections are made, such as protocol = "tls1.3", or leave it out
error: a.toml:9:60: `resolver` does not go with a connection that is always warm
hint: say how new connections are made, such as protocol = "tls1.3", or leave it out
"#,
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
connection = { protocol = "tcp", dns_hits = "95%", loss = 1 }
"#,
        r#"
error: a.toml:9:45: names that are in no cache need a `resolver` time in class `buy`
hint: say what a recursive resolver takes, such as resolver = "20ms"; nobody publishes one for all
error: a.toml:9:59: `loss` must be below 100%: no request would ever arrive
"#,
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
connection = { protocol = "quic", resolver = "20ms" }
"#,
        r"
warning: a.toml:9:46: nobody asks the resolver: every name is in a cache
hint: say dns_hits below 100%, or leave `resolver` out
",
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "ordres", access = "write" }]
[[store]]
name = "orders"
kind = "single_leader"
lag = "1s"
"#,
        r"
error: a.toml:9:24: unknown store `ordres`
hint: did you mean `orders`?
",
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "orders", access = "write" }]
"#,
        r"
error: a.toml:9:24: unknown store `orders`
hint: describe it under [[store]]
",
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "orders", access = "read" }]
[[store]]
name = "orders"
kind = "single_leader"
lag = "1s"
"#,
        r"
error: a.toml:9:43: `access` must be of a known kind, found `read`
hint: did you mean `read-local`? known here: `read-local`, `read-fresh`, `write`
",
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "img", access = "read-fresh" }]
[[store]]
name = "img"
kind = "object_replication"
lag = "60s"
"#,
        r#"
warning: a.toml:9:40: store `img` of kind `object_replication` has no fresh read: the nearest copy answers, as for read-local
hint: say "read-local", or use a store with a leader or a quorum
"#,
    ),
    (
        r#"[[class]]
name = "buy"
kind = "read"
share = 1.0
operation = [{ store = "orders", access = "write" }]
[[store]]
name = "orders"
kind = "single_leader"
lag = "1s"
"#,
        r#"
warning: a.toml:9:43: class `buy` writes to `orders`, but its kind is not `write`
hint: say kind = "write", or split the class
"#,
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
call = [{ to = "us-esat-1" }, { to = "eu-west-2" }, { to = "leader of ordres" }]
operation = [{ store = "orders", access = "write" }]
[[store]]
name = "orders"
kind = "single_leader"
lag = "1s"
"#,
        r"
error: a.toml:9:16: region `us-esat-1` is unknown
hint: the nearest names are `us-east-1`, `us-east-2`, `us-east1`
error: a.toml:9:38: `aws:eu-west-2` of a call of class `buy` is no candidate: it is not listed
hint: add it to the candidates under [regions]
error: a.toml:9:60: unknown store `ordres`
hint: did you mean `orders`?
",
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
call = [{ to = "leader of carts" }]
[[store]]
name = "carts"
kind = "multi_leader"
lag = "1s"
keys = 1e6
"#,
        r#"
error: a.toml:9:16: store `carts` has no leader: its kind is `multi_leader`
hint: stores of kind `single_leader`, and `quorum` with coordinator = "leader", have one
"#,
    ),
    (
        r#"[[class]]
name = "a"
kind = "read"
share = 0.5
service = "10ms"
[[class]]
name = "b"
kind = "write"
share = 0.5
service = "1s"
[targets]
p50 = "100ms"
p95 = "500ms"
"#,
        r"
error: a.toml:17:7: target p95 of 500 ms is impossible: the service times alone keep 50.0 % of requests within
",
    ),
];

#[test]
fn mistakes_in_classes_are_told_with_place_and_hint() {
    tell(&CLASSES);
}

const EDGE_LOCATIONS: [Case; 10] = [
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
via = "cdn"
"#,
        r#"
error: a.toml:9:7: class `buy` goes through [cdn], which is not there
hint: say [cdn] and below it hits = "90%", or via = "direct"
"#,
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
via = "anycast"
"#,
        r#"
error: a.toml:9:7: class `buy` goes through [anycast], which is not there
hint: say [anycast], or via = "direct"
"#,
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
via = "cdn"
[cdn]
hits = 1.2
"#,
        r"
error: a.toml:11:8: a share must lie between 0 and 1, found 1.2
",
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
via = "cdn"
[cdn]
hits = 0.9
edges = "akamai"
"#,
        r#"
error: a.toml:12:9: no network of edge locations is called `akamai`
hint: say `cloudfront`, a list of ids such as ["cloudfront:fra"], or a CSV or .xlsx file
"#,
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
via = "cdn"
[cdn]
hits = 0.9
edges = ["cloudfront:fra", "cloudfront:frr", "cloudfront:fra"]
"#,
        r"
error: a.toml:12:28: unknown edge location `cloudfront:frr`
hint: did you mean `cloudfront:fjr`, `cloudfront:for` or `cloudfront:fra`?
error: a.toml:12:46: `cloudfront:fra` stands twice in `edges`
hint: leave one out
",
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
via = "cdn"
[cdn]
hits = 0.9
edges = "edges_faults.csv"
"#,
        r"
error: tests/scenario/edges_faults.csv:3:1: two edge locations are called `a`
error: tests/scenario/edges_faults.csv:3:3: country `FX` is unknown
hint: the nearest names are `AX`, `CX`, `FI`
error: tests/scenario/edges_faults.csv:4:6: column `lat` must lie between -90 and 90 degrees, found `99`
",
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
via = "cdn"
[cdn]
hits = 0.9
[anycast]
edges = ["cloudfront:atl"]
origin = "public"
"#,
        r#"
warning: a.toml:12:1: no class goes through [anycast]
hint: say via = "anycast" in a [[class]], or leave the section out
error: a.toml:13:9: `edges` of [anycast] differs from that of [cdn]
hint: leave it out to share it, or compare them in two scenarios
error: a.toml:14:10: `origin` of [anycast] differs from that of [cdn]
hint: leave it out to share it, or compare them in two scenarios
"#,
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
via = "cdn"
[cdn]
hits = 0.9
origin = "privat"
"#,
        r"
error: a.toml:12:10: `origin` must be of a known kind, found `privat`
hint: did you mean `public`? known here: `backbone`, `public`
",
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
[cdn]
hits = 0.5
"#,
        r#"
warning: a.toml:9:1: no class goes through [cdn]
hint: say via = "cdn" in a [[class]], or leave the section out
"#,
    ),
    (
        r#"[network]
regions = "backbones"
"#,
        r"
error: a.toml:6:11: `regions` must be of a known kind, found `backbones`
hint: did you mean `backbone`? known here: `backbone`, `public`
",
    ),
];

#[test]
fn mistakes_in_edge_locations_are_told_with_place_and_hint() {
    tell(&EDGE_LOCATIONS);
}

const ROUTING: [Case; 17] = [
    (
        r#"[routing]
policy = "geolocaton"
"#,
        r"
error: a.toml:6:10: `policy` must be of a known kind, found `geolocaton`
hint: did you mean `geolocation`? known here: `latency`, `geolocation`, `geoproximity`, `weighted`, `failover`, `multivalue`
",
    ),
    (
        r#"[routing]
policy = "latency"
weights = { "us-east-1" = 1 }
bias = { "us-east-1" = 1 }
order = ["us-east-1"]
default = "us-east-1"
"#,
        r#"
error: a.toml:7:11: `weights` does not go with the policy `latency`
hint: say policy = "weighted", or leave `weights` out
error: a.toml:8:8: `bias` does not go with the policy `latency`
hint: say policy = "geoproximity", or leave `bias` out
error: a.toml:9:9: `order` does not go with the policy `latency`
hint: say policy = "failover", or leave `order` out
error: a.toml:10:11: `default` does not go with the policy `latency`
hint: say policy = "geolocation", or leave `default` out
"#,
    ),
    (
        r#"[routing]
policy = "geolocation"
countries = { FX = "eu-west-1", FR = "eu-wset-1", fr = ["eu-west-1"], FRA = ["eu-west-3"] }
continents = { europa = "eu-west-1" }
default = []
"#,
        r"
error: a.toml:7:15: country `FX` is unknown
hint: the nearest names are `AX`, `CX`, `FI`
error: a.toml:7:38: region `eu-wset-1` is unknown
hint: the nearest names are `eu-west-1`, `eu-west-2`, `eu-west-3`
error: a.toml:7:51: `FR` has two records
hint: name its regions in one list
error: a.toml:8:16: unknown continent `europa`
hint: did you mean `europe`, `africa` or `asia`?
error: a.toml:9:11: the list of `default` is empty
hint: name a region
",
    ),
    (
        r#"[routing]
policy = "geolocation"
countries = { FR = "eu-west-1" }
"#,
        r#"
error: a.toml:5:1: users of US match no record, and there is no `default`
hint: say where everybody else goes, such as default = ["us-east-1"]
"#,
    ),
    (
        r#"[routing]
policy = "geoproximity"
bias = { "us-east-1" = 100, "eu-west-9" = 1, "eu-west-2" = 2 }
"#,
        r"
error: a.toml:7:24: a bias must lie between -99 and 99, found 100
error: a.toml:7:29: region `eu-west-9` is unknown
hint: the nearest names are `eu-west-1`, `eu-west-2`, `eu-west-3`
error: a.toml:7:46: `aws:eu-west-2` of `bias` is no candidate: it is not listed
hint: add it to the candidates under [regions]
",
    ),
    (
        r#"[routing]
policy = "weighted"
weights = { "us-east-1" = -1 }
"#,
        r"
error: a.toml:7:27: a weight must be finite and not negative, found -1
",
    ),
    (
        r#"[routing]
policy = "weighted"
weights = { "us-east-1" = 0 }
"#,
        r"
error: a.toml:7:11: no weight is above 0
hint: give a region a weight such as 1
",
    ),
    (
        r#"[routing]
policy = "weighted"
"#,
        r#"
error: a.toml:5:1: the policy `weighted` has no `weights`
hint: say for instance weights = { "us-east-1" = 3, "eu-west-1" = 1 }
"#,
    ),
    (
        r#"[routing]
policy = "weighted"
weights = { "us-east-1" = 1 }
[[placement]]
regions = ["eu-west-1"]
"#,
        r"
error: a.toml:9:11: no region of set `eu-west-1` has a weight above 0
hint: give one of them a weight under [routing]
",
    ),
    (
        r#"[routing]
policy = "failover"
"#,
        r#"
error: a.toml:5:1: the policy `failover` has no `order`
hint: say for instance order = ["us-east-1", "eu-west-1"], the preferred one first
"#,
    ),
    (
        r#"[routing]
policy = "failover"
order = ["us-east-1", "aws:us-east-1"]
"#,
        r"
error: a.toml:7:23: `aws:us-east-1` stands twice in `order`
hint: leave one out
",
    ),
    (
        r"[routing]
ttl = -1
",
        r#"
error: a.toml:6:7: `ttl` must not be negative, found -1
hint: say for instance "60s"
"#,
    ),
    (
        r#"[routing]
ttl = "-1s"
"#,
        r"
error: a.toml:6:7: `-1s` must be a finite duration, not negative
",
    ),
    (
        r"[routing]
ttl = 60
",
        r#"
error: a.toml:6:7: `60` has no unit
hint: say "60s"
"#,
    ),
    (
        r#"[routing]
ignore_ttl = "5%"
"#,
        r#"
error: a.toml:6:14: `ignore_ttl` has no `overstay`
hint: say how much longer they keep an answer, such as overstay = "30min"
"#,
    ),
    (
        r#"[routing]
overstay = "30min"
"#,
        r#"
error: a.toml:6:12: `overstay` without clients that ignore the time to live
hint: say which share of clients does, such as ignore_ttl = "5%"
"#,
    ),
    (
        r#"[routing]
resolver = [{ at = "37.4,-122.1", share = "10%" }, { at = "mountainview", share = "10%" }, { at = "99,1", country = "US", share = "10%" }, { at = "37.4,-122.1", country = "US", share = "60%" }, { at = "paris-fr", share = "60%", users = ["FR", "UK"] }, { at = "paris-fr", share = "60%", users = ["FR"] }]
"#,
        r#"
error: a.toml:6:20: a resolver at a place needs a `country`
hint: say for instance country = "US", or name a metro
error: a.toml:6:59: metro `mountainview` is unknown
hint: the nearest names are `dublin-ie`, `multan-pk`, `mumbai-in`
error: a.toml:6:99: latitude must lie between -90 and 90 degrees, found 99
error: a.toml:6:244: country `UK` is unknown
hint: the nearest names are `CK`, `DK`, `FK`
error: a.toml:6:280: the resolvers before it have 60.0 % of these users already
hint: the shares of a country's users sum to at most 100%
"#,
    ),
];

#[test]
fn mistakes_in_routing_are_told_with_place_and_hint() {
    tell(&ROUTING);
}

const STORES: [Case; 15] = [
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "orders", access = "write" }]
[[store]]
name = "orders"
kind = "single_leader"
lag = "1s"
[[store]]
name = "orders"
kind = "single_leader"
lag = "1s"
[[store]]
name = ""
kind = "none"
"#,
        r"
error: a.toml:15:8: `orders` is the name of an earlier store
hint: give each its own name
error: a.toml:19:8: the name of a store is empty
hint: tables and charts need something to call it by
",
    ),
    (
        r#"[[store]]
name = "s"
kind = "single-leader"
"#,
        r"
error: a.toml:7:8: `kind` must be of a known kind, found `single-leader`
hint: did you mean `single_leader`? known here: `single_leader`, `multi_leader`, `quorum`, `object_replication`, `none`
",
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "orders", access = "write" }]
[[store]]
name = "orders"
kind = "single_leader"
lag = "1s"
keys = 5
n = 3
time_control = true
legs = { write = "1ms", ack = "1ms", read = "1ms", response = "1ms" }
"#,
        r"
error: a.toml:14:8: `keys` does not go with the kind `single_leader`
hint: leave it out; it goes with `multi_leader`
error: a.toml:15:5: `n` does not go with the kind `single_leader`
hint: leave it out; it goes with `quorum`
error: a.toml:16:16: `time_control` does not go with the kind `single_leader`
hint: leave it out; it goes with `object_replication`
error: a.toml:17:8: `legs` does not go with the kind `single_leader`
hint: leave it out; it goes with `quorum`
",
    ),
    (
        r#"[[store]]
name = "a"
kind = "single_leader"
[[store]]
name = "b"
kind = "multi_leader"
[[store]]
name = "c"
kind = "object_replication"
"#,
        r#"
error: a.toml:5:1: store `a` has no `lag`
hint: say for instance lag = "1s": AWS claims typically below 1 s for Aurora Global Database
error: a.toml:8:1: store `b` has no `lag`
hint: say for instance lag = "1s": AWS claims usually within 1 s for DynamoDB global tables
error: a.toml:8:1: store `b` has no `keys`
hint: say how many keys the writes spread over, such as keys = 1e6: conflicts depend on it
error: a.toml:11:1: store `c` has no `lag`
hint: say for instance lag = "1s": AWS claims 99.99 % of objects within 15 min for S3 with time control
"#,
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "orders", access = "write" }]
[[store]]
name = "orders"
kind = "single_leader"
lag = "1s"
leader = "eu-west-2"
"#,
        r"
error: a.toml:14:10: `aws:eu-west-2` of the leader of store `orders` is no candidate: it is not listed
hint: add it to the candidates under [regions]
",
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "orders", access = "write" }]
[[store]]
name = "orders"
kind = "single_leader"
lag = "1s"
leader = "us-east-1"
members = ["eu-west-1", "eu-west-3"]
"#,
        r"
error: a.toml:14:10: the leader `aws:us-east-1` is no member of store `orders`
hint: add it to `members`, or let one of them lead
",
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "orders", access = "write" }]
[[store]]
name = "orders"
kind = "quorum"
n = 3
r = 4
w = 5
"#,
        r"
error: a.toml:14:5: `r` = 4 is more than the 3 copies of store `orders`
hint: say r = 1 to 3
error: a.toml:15:5: `w` = 5 is more than the 3 copies of store `orders`
hint: say w = 1 to 3
",
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "orders", access = "write" }]
[[store]]
name = "orders"
kind = "quorum"
members = ["us-east-1", "eu-west-1"]
r = 2
w = 3
"#,
        r"
error: a.toml:15:5: `w` = 3 is more than the 2 copies of store `orders`
hint: say w = 1 to 2
",
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "orders", access = "write" }]
[[store]]
name = "orders"
kind = "quorum"
"#,
        r"
error: a.toml:10:1: store `orders` has no `r`
hint: a majority of n = 3 is 2; r + w above n makes every read see the latest write
error: a.toml:10:1: store `orders` has no `w`
hint: a majority of n = 3 is 2; r + w above n makes every read see the latest write
",
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "orders", access = "write" }]
[[store]]
name = "orders"
kind = "quorum"
n = 5
r = 1
w = 1
"#,
        r"
error: a.toml:13:5: 5 copies of store `orders`, but 4 candidates
hint: each copy needs a region of its own
",
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "orders", access = "write" }]
[[store]]
name = "orders"
kind = "quorum"
leader = "us-east-1"
r = 1
w = 1
"#,
        r#"
error: a.toml:13:10: store `orders` has a `leader`, but nobody asks it
hint: say coordinator = "leader", or leave it out
"#,
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "orders", access = "write" }]
[[store]]
name = "orders"
kind = "quorum"
members = ["us-east-1", "eu-west-1"]
n = 2
r = 1
w = 1
legs = { write = "1ms", ack = "1ms", read = "1ms", response = "1ms" }
"#,
        r"
error: a.toml:17:8: store `orders` has `legs` and a list of `members`
hint: leave one out: with `legs` the copies stand nowhere, with `members` the ways between regions count
",
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "orders", access = "write" }]
[[store]]
name = "orders"
kind = "quorum"
r = 1
w = 1
legs = { write = "1ms", ack = "1ms", read = "1ms", response = "1ms" }
"#,
        r"
error: a.toml:15:8: store `orders` has `legs` but no `n`
hint: say how many copies there are, such as n = 3
",
    ),
    (
        r#"[[store]]
name = "orders"
kind = "quorum"
r = 1
w = 1
coordinator = "lead"
"#,
        r"
error: a.toml:10:15: `coordinator` must be of a known kind, found `lead`
hint: did you mean `leader`? known here: `serving`, `leader`
",
    ),
    (
        r#"[[store]]
name = "orders"
kind = "none"
partition = "diverg"
"#,
        r"
error: a.toml:8:13: `partition` must be of a known kind, found `diverg`
hint: did you mean `diverge`? known here: `refuse`, `diverge`
error: a.toml:8:13: `partition` does not go with the kind `none`
hint: leave it out; it goes with `single_leader`, `multi_leader`, `quorum` or `object_replication`
",
    ),
];

#[test]
fn mistakes_in_stores_are_told_with_place_and_hint() {
    tell(&STORES);
}

const SETS_AND_THEIR_LEADERS: [Case; 5] = [
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "orders", access = "write" }]
[[store]]
name = "orders"
kind = "single_leader"
lag = "1s"
leader = "us-east-1"
[baseline]
regions = ["eu-west-1", "eu-west-3"]
"#,
        r"
error: a.toml:16:11: set `eu-west-1 + eu-west-3` is without `aws:us-east-1`, which leads store `orders`
hint: add it, or let another region lead here: leaders = { orders = … }
",
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "orders", access = "write" }]
[[store]]
name = "orders"
kind = "single_leader"
lag = "1s"
[[placement]]
name = "p"
regions = ["eu-west-1", "eu-west-3"]
leaders = { orders = "us-east-1", ordres = "eu-west-1" }
"#,
        r"
error: a.toml:17:22: the leader `aws:us-east-1` of store `orders` is not in set `p`
hint: let one of the set lead: `eu-west-1`, `eu-west-3`
error: a.toml:17:35: unknown store `ordres`
hint: did you mean `orders`?
",
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "carts", access = "write" }]
[[store]]
name = "carts"
kind = "multi_leader"
lag = "1s"
keys = 10
[baseline]
regions = ["us-east-1"]
leaders = { carts = "us-east-1" }
"#,
        r#"
error: a.toml:17:13: store `carts` has no leader: its kind is `multi_leader`
hint: stores of kind `single_leader`, and `quorum` with coordinator = "leader", have one
"#,
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "orders", access = "write" }]
[[store]]
name = "orders"
kind = "quorum"
r = 2
w = 2
[baseline]
regions = ["us-east-1"]
"#,
        r"
error: a.toml:16:11: set `us-east-1` has room for 1 of the 2 copies that store `orders` needs
hint: add regions, or lower `n`, `r` and `w`
",
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "orders", access = "write" }]
[[store]]
name = "orders"
kind = "single_leader"
lag = "1s"
[baseline]
name = "now"
regions = ["us-east-1", "eu-west-1"]
leaders = { orders = "us-east-1" }
[[placement]]
name = "now"
regions = ["us-east-1", "eu-west-1"]
leaders = { orders = "eu-west-1" }
[[placement]]
name = "b"
regions = ["us-east-1", "eu-west-1"]
leaders = { orders = "eu-west-1" }
"#,
        r"
error: a.toml:19:8: `now` is also the name of the baseline, which has other leaders
error: a.toml:24:11: set `b` has the same regions as `now`
hint: leave one out
",
    ),
];

#[test]
fn mistakes_in_sets_and_their_leaders_are_told_with_place_and_hint() {
    tell(&SETS_AND_THEIR_LEADERS);
}

const RESIDENCY_AND_CUTS: [Case; 7] = [
    (
        r#"[[residency]]
name = "CH"
users = ["FR"]
allowed = ["CH"]
"#,
        r"
error: a.toml:8:11: no candidate can meet the rule `CH`
hint: the candidates lie in `EU`, `SG`, `US`
",
    ),
    (
        r#"[[residency]]
name = "EU"
users = ["EU"]
allowed = ["EU"]
operator = true
"#,
        r"
error: a.toml:8:11: no candidate can meet the rule `EU`
hint: the candidates lie in `EU`, `SG`, `US`; their operators in `US`
",
    ),
    (
        r#"[[residency]]
name = "CH"
users = ["FR"]
allowed = ["CH"]
mode = "report"
"#,
        r"
warning: a.toml:8:11: no candidate can meet the rule `CH`
hint: the candidates lie in `EU`, `SG`, `US`
",
    ),
    (
        r#"[[residency]]
name = "a"
users = ["EUR"]
allowed = ["DE", "Mars"]
[[residency]]
name = "a"
allowed = ["EU"]
[[residency]]
name = "c"
users = ["EU"]
store = "orders"
allowed = []
mode = "force"
"#,
        r#"
error: a.toml:7:10: unknown jurisdiction or country `EUR`
hint: did you mean `ER`, `EU` or `AR`?
error: a.toml:8:12: `DE` is a country, not a jurisdiction
hint: regions there count as "EU"
error: a.toml:8:18: unknown jurisdiction `Mars`
hint: did you mean `AR`, `AS` or `MA`?
error: a.toml:9:1: the rule binds neither users nor a store
hint: say users = ["EU"] or store = "orders", and make two rules of both
error: a.toml:10:8: `a` is the name of an earlier rule
hint: give each its own name
error: a.toml:12:1: the rule binds users and a store
hint: say users = ["EU"] or store = "orders", and make two rules of both
error: a.toml:16:11: `allowed` is empty
hint: say for instance allowed = ["EU"]
error: a.toml:17:8: `mode` must be of a known kind, found `force`
hint: did you mean `enforce`? known here: `enforce`, `report`
"#,
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "orders", access = "write" }]
[[store]]
name = "orders"
kind = "single_leader"
lag = "1s"
members = ["us-east-1", "eu-west-1"]
[[residency]]
name = "EU"
store = "orders"
allowed = ["EU"]
[[residency]]
name = "EU2"
store = "ordre"
allowed = ["EU"]
"#,
        r"
error: a.toml:17:9: store `orders` has a copy in `aws:us-east-1`, which the rule `EU` does not allow
hint: it lies in `US`
error: a.toml:21:9: unknown store `ordre`
hint: did you mean `orders`?
",
    ),
    (
        r#"[[placement]]
name = "us"
regions = ["us-east-1"]
[[residency]]
name = "EU"
users = ["EU"]
allowed = ["EU"]
[[residency]]
name = "JP"
users = ["JP"]
allowed = ["EU"]
"#,
        r#"
warning: a.toml:7:11: set `us` has no region that the rule `EU` allows
hint: add one, or say mode = "report" to see what breaks it
warning: a.toml:7:11: set `us` has no region that the rule `JP` allows
hint: add one, or say mode = "report" to see what breaks it
warning: a.toml:14:9: the rule `JP` binds nobody of the audience
hint: leave it out, or widen `users`
"#,
    ),
    (
        r#"[[cut]]
name = "x"
between = [["us-east-1"], ["us-east-1", "us-east-1"], ["us-east-1", "eu-west-2"], ["us-east-1", "eu-west-1"], ["eu-west-1", "us-east-1"]]
[[cut]]
name = "x"
between = []
"#,
        r#"
error: a.toml:7:12: a cut lies between two regions, found 1
hint: say for instance ["eu-west-1", "us-east-1"]
error: a.toml:7:41: a region is not cut off from itself
hint: name two different regions
error: a.toml:7:69: `aws:eu-west-2` of cut `x` is no candidate: it is not listed
hint: add it to the candidates under [regions]
error: a.toml:7:111: the pair stands twice in cut `x`
hint: leave one out
error: a.toml:9:8: `x` is the name of an earlier cut
hint: give each its own name
error: a.toml:10:11: cut `x` cuts nothing
hint: name the pairs, such as between = [["eu-west-1", "us-east-1"]]
"#,
    ),
];

#[test]
fn mistakes_in_residency_and_cuts_are_told_with_place_and_hint() {
    tell(&RESIDENCY_AND_CUTS);
}

const LOCALITY: [Case; 6] = [
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "orders", access = "write" }]
call = [{ to = "us-east-1", times = 3 }, { to = "us-east-1", parallel = true }]
[[store]]
name = "orders"
kind = "single_leader"
lag = "1s"
[[placement]]
name = "eu"
regions = ["eu-west-1"]
"#,
        r"
warning: a.toml:10:8: class `buy` makes 3 calls to other regions one after another
hint: say parallel = true where they can be made at once; the report tells what each costs
warning: a.toml:10:16: class `buy` calls `aws:us-east-1`, which is not in set `eu`
hint: every such call leaves the region; the report tells what it costs
warning: a.toml:10:49: class `buy` calls `aws:us-east-1`, which is not in set `eu`
hint: every such call leaves the region; the report tells what it costs
",
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "orders", access = "write" }]
[[store]]
name = "orders"
kind = "single_leader"
lag = "1s"
members = ["us-east-1"]
[[placement]]
name = "eu"
regions = ["eu-west-1"]
"#,
        r"
warning: a.toml:14:11: store `orders` has no copy in set `eu`
hint: every operation leaves the region; the report tells what it costs
",
    ),
    (
        r#"[[store]]
name = "orders"
kind = "single_leader"
lag = "1s"
"#,
        r"
warning: a.toml:6:8: no class reads or writes store `orders`
hint: say so in `operation` of a [[class]], or leave the store out
",
    ),
    (
        r#"[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "orders", access = "write" }]
[[store]]
name = "orders"
kind = "none"
"#,
        r"
warning: a.toml:9:24: store `orders` keeps no state: nothing is read or written there
hint: leave the operation out, or give the store a kind
",
    ),
    (
        r#"sizes = [1, 2]
[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "orders", access = "write" }]
[[store]]
name = "orders"
kind = "single_leader"
lag = "1s"
leader = "us-east-1"
"#,
        r#"
warning: a.toml:15:10: `aws:us-east-1` leads store `orders` but is not in `must_have`: searched sets without it are not feasible
hint: say must_have = ["us-east-1"] under [regions], or leader = "search"
"#,
    ),
    (
        r#"sizes = [1, 2]
[[class]]
name = "buy"
kind = "write"
share = 1.0
operation = [{ store = "orders", access = "write" }]
[[store]]
name = "orders"
kind = "quorum"
r = 2
w = 2
"#,
        r"
warning: a.toml:5:9: store `orders` needs 2 regions: searched sets of 1 are not feasible
hint: start at 2
",
    ),
];

#[test]
fn mistakes_in_locality_are_told_with_place_and_hint() {
    tell(&LOCALITY);
}

const CAPACITY: [Case; 4] = [
    (
        r#"[capacity]
servers = 40
[request]
service = "20ms"
"#,
        r"
error: a.toml:5:1: [capacity] needs to know how many requests come
hint: say requests_per_second = 1000 under [audience]
",
    ),
    (
        "[capacity]\nby_region = { us-east-1 = 4 }\n",
        r"
error: a.toml:5:1: [capacity] needs to know how many requests come
hint: say requests_per_second = 1000 under [audience]
warning: a.toml:5:1: no request takes any time to serve: nobody queues
hint: say `service` in a [[class]], or leave [capacity] out
",
    ),
    (
        r"[capacity]
[request]
service = { pareto = { scale_ms = 10, shape = 1.5 } }
",
        r"
error: a.toml:5:1: [capacity] says nothing
hint: say for instance servers = 40 or size = true, or leave it out
error: a.toml:5:1: [capacity] needs to know how many requests come
hint: say requests_per_second = 1000 under [audience]
error: a.toml:5:1: [capacity] needs a service time with a variance in class `request`, found Pareto(from 10.0 ms, shape 1.500)
hint: give it a lighter tail, such as a log-normal
",
    ),
    (
        r#"[capacity]
servers = 0
by_region = { us-moon-1 = 3, "sa-east-1" = 4, us-east-1 = 0 }
[request]
service = "20ms"
"#,
        r"
error: a.toml:5:1: [capacity] needs to know how many requests come
hint: say requests_per_second = 1000 under [audience]
error: a.toml:6:11: `servers` must lie between 1 and 1000000, found 0
error: a.toml:7:15: region `us-moon-1` is unknown
hint: the nearest names are `us-east-1`, `us-south1`, `us-west-1`
error: a.toml:7:30: `aws:sa-east-1` of `by_region` is no candidate: it is not listed
hint: add it to the candidates under [regions]
error: a.toml:7:59: `servers of us-east-1` must lie between 1 and 1000000, found 0
",
    ),
];

#[test]
fn mistakes_in_capacity_are_told_with_place_and_hint() {
    tell(&CAPACITY);
}
