#!/usr/bin/env bash
# Mutation tests of the numeric core, on demand: every operator, constant and result of a floor is changed in turn, and some test
# has to fail.
#
#   docs/mutants.sh basis                        # or engine
#   docs/mutants.sh basis --shard 0/8            # every eighth mutant; further words go to cargo-mutants
#
# Needs cargo-mutants (cargo install cargo-mutants). A floor knows only the floors below it, so these, their own tests and the
# tests of tests/ that need no more are copied to target/mutants/FLOOR: a mutant is then built in seconds. What was missed is
# in target/mutants/FLOOR/mutants.out.
set -euo pipefail
cd "$(dirname "$0")/.."
floor=${1:-}
case $floor in
    basis) tests='known/row known/queueing laws/dist' ;;
    engine) tests='known/row known/queueing known/pbs known/costs known/capacity laws/dist laws/capacity laws/simulation' ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '$d' >&2; exit 1 ;;
esac
shift
command -v cargo-mutants >/dev/null || { echo "cargo-mutants is missing: cargo install cargo-mutants" >&2; exit 1; }

copy=target/mutants/$floor
mkdir -p "$copy"
find "$copy" -mindepth 1 -maxdepth 1 ! -name target -exec rm -r {} +
mkdir -p "$copy/src" "$copy/tests/core"
# Without the program, its features and its benchmarks.
awk '/^\[/ { keep = !/^\[\[|^\[features\]/ } keep && !/^default-run|optional = true/' Cargo.toml >"$copy/Cargo.toml"
cp Cargo.lock clippy.toml "$copy/"
ln -s "$PWD/data" "$PWD/models" "$copy/"
echo '//! A floor and those below it.' >"$copy/src/lib.rs"
for below in basis world design engine; do
    cp -r "src/$below" "$copy/src/"
    echo "pub mod $below;" >>"$copy/src/lib.rs"
    [ "$below" = "$floor" ] && break
done
cp -r tests/support "$copy/tests/support"
{
    printf '//! Tests that need no floor above.\n#![allow(dead_code, unused)]\n'
    grep -q laws/capacity <<<"$tests" && printf '#[path = "../support"]\nmod support {\n    pub(crate) mod laws;\n}\n'
    for test in $tests; do
        # Two folders may have a file of one name.
        name=${test/\//_}
        [ "$test" = known/row ] && name=row
        cp "tests/$test.rs" "$copy/tests/core/$name.rs"
        echo "mod $name;"
    done
} >"$copy/tests/core/main.rs"

cd "$copy"
case " $* " in *" --shard "*) set -- --sharding round-robin "$@" ;; esac
exec cargo mutants --in-place --baseline run --file "src/$floor/**" \
    --exclude-re 'impl .*(Display|Debug|Error)' "$@"
