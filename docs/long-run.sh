#!/usr/bin/env bash
# What takes too long for every change, and the last results of it:
#
#   docs/long-run.sh 2026-11-30 CASES
#
# The date goes with the results. CASES is the folder with the files of OR-Library: orlib-pmed/pmed1.txt to pmed40.txt as far
# as they are there, and orlib-ufl/cap71.txt (http://people.brunel.ac.uk/~mastjjb/jeb/info.html). Writes docs/long-runs.md and the
# section on intervals of docs/validation.md. FUZZ=300 lets each fuzzer loose for so many seconds (docs/fuzz.sh); MUTANTS=0/8
# tries a share of the mutants of the numeric core, 0/1 all of them (docs/mutants.sh), which takes hours.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -eq 2 ] || { sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '$d' >&2; exit 2; }
date=$1
cases=$(realpath "$2")
[[ $date =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}$ ]] || { echo "the date should be like 2026-11-30, and is $date" >&2; exit 2; }

# Tests bring the program with them; a build of it alone would make everything once more.
cargo test --release --test known --no-run
page=docs/long-runs.md
work=$(mktemp -d)
failed=0

# Runs a command and keeps what it says, and how long it takes.
timed() {
    local name=$1 began=$SECONDS
    shift
    if "$@" >"$work/$name" 2>&1; then
        echo "passed in $((SECONDS - began)) s"
    else
        echo "**failed** after $((SECONDS - began)) s"
    fi
}

# Tests of one file that are too long for every change; none where the file is not there.
ignored() {
    if [ -e "tests/$1.rs" ] || [ -e "tests/$1/main.rs" ]; then
        timed "$1" cargo test --release --test "$1" -- --ignored --show-output --test-threads=1
    else
        echo "not there"
    fi
}

# Mutants that were missed are told by cargo-mutants as a failure, and are none of this run: docs/mutants.md answers them.
both_floors() {
    local floor
    for floor in basis engine; do
        docs/mutants.sh "$floor" --shard "$MUTANTS" || case $? in 2 | 3) ;; *) return 1 ;; esac
    done
}

export VALIDATION=overwrite VALIDATION_DATE=$date
known=$(ignored known)
faults=$(ignored faults)
fuzz="not run"
if [ -n "${FUZZ:-}" ]; then
    fuzz=$(timed fuzz docs/fuzz.sh "$FUZZ")
fi
sites=$(timed sites python3 .ci/cases.py target/release/isochrone "$cases" --all)
mutants="not run"
if [ -n "${MUTANTS:-}" ]; then
    mutants=$(timed mutants both_floors)
fi
# The count of rows at the head of the page is of these as well.
cargo test --release --test known -- the_page_is_what_the_program_says >"$work/page" 2>&1 || failed=1

# What a run said that is worth keeping.
said() { [ -s "$work/$1" ] && grep -E "$2" "$work/$1" | sed 's/^/    /' || true; }

{
    cat <<TEXT
# Long runs

Written by \`docs/long-run.sh $date CASES\`: what takes too long for every change, with the results of the last time.

- Date: $date
- Program: $(target/release/isochrone --version | head -n 1), $(target/release/isochrone --version | sed -n 2p)
- Machine: $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)

## Repetitions and published tables in full

\`cargo test --release --test known -- --ignored\`: $known. The counts stand in [validation.md](validation.md).

$(said known '^test .* (ok|FAILED)$|^random|^scrambled|user groups|outside|^\|.*\*\*no\*\*')

## Faults that are put in

\`cargo test --release --test faults -- --ignored\`: $faults.

$(said faults '^test .* (ok|FAILED)$|survived in|runs (that|into)|foretold|no name became|^skipped')

## Fuzzers

\`docs/fuzz.sh ${FUZZ:-SECONDS}\`: $fuzz.

$(sed -n '/^|/p' "$work/fuzz" 2>/dev/null || true)

## Sites on graphs and in tables

\`.ci/cases.py target/release/isochrone CASES --all\`: $sites.

$(said sites 'pmed|cap71|vertices|passed')

## Mutants

\`docs/mutants.sh FLOOR --shard ${MUTANTS:-0/1}\` for basis and engine: $mutants. Those that no test finds are answered in
[mutants.md](mutants.md).

$(said mutants 'mutants tested|MISSED')
TEXT
} | cat -s >"$page"
rm -r "$work"
grep -q '\*\*failed\*\*' "$page" && failed=1
exit "$failed"
