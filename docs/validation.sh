#!/usr/bin/env bash
# Writes docs/validation.md: how far estimates are off on measurements that they have not seen, and which published figures
# the tests hold the program against.
#
#   cargo build --release && docs/validation.sh
#
# Takes the program as its argument where it lies elsewhere.
set -euo pipefail
tool=$(realpath "${1:-$(dirname "$0")/../target/release/isochrone}")
cd "$(dirname "$0")/.."

{
    cat <<'TEXT'
# What it was held against

Written by `docs/validation.sh`. The first table is the answer of `isochrone validate`, with all that was measured left out
in turn: what is predicted is never among what it is predicted from.

## Latency of paths and of users

TEXT
    "$tool" validate --format markdown
    cat <<'TEXT'

Error is |predicted / measured − 1|; *inside* is the share of measurements inside the stated 50 % and 90 % intervals, which
should be 50 and 90; in brackets 95 % intervals over clusters.

## Published figures and closed forms

All run with `cargo test`; tolerances are derived in the tests. The p-median cases run in `.ci/cases.py` through the ordinary
command.

| what | tests |
| --- | --- |
TEXT
    row() {
        printf '| %s | [%s](../tests/%s.rs) |\n' "$2" "$1" "$1"
    }
    row known_matrix "best sets of one to five regions by mean and by worst case on a 19-region AWS matrix of 2020"
    row known_pbs "quorum latency and staleness: Bailis et al., VLDB 2012, against print and against 20 million trials"
    row known_queueing "Erlang B and C and wait quantiles: exact rationals"
    row known_recovery "availability k of n, shared causes, DNS failover: closed forms"
    row known_stores "stores with leaders, quorums and replication lag: closed forms"
    row known_capacity "loads, servers and exhaustion: closed forms"
    row known_costs "bills by tier: by hand"
    row network_validation "the bands that the table above has to stay in"
    row laws/draws "coverage of intervals and wrong races, by repetition"
    printf '| OR-Library pmed1 to pmed10 and cap71 to their optima, 900 nodes with p = 200 | `.ci/cases.py` |\n'
} >docs/validation.md
