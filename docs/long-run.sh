#!/usr/bin/env bash
# What takes too long for every change, and the last results of it:
#
#   docs/long-run.sh 2026-11-30 CASES                    # all of it
#   docs/long-run.sh 2026-11-30 CASES faults fuzz        # or parts: intervals faults fuzz sites mutants
#
# The date goes with the results. CASES is the folder with the files of OR-Library: orlib-pmed/pmed1.txt to pmed40.txt as far
# as they are there, and orlib-ufl/cap71.txt (http://people.brunel.ac.uk/~mastjjb/jeb/info.html). Writes the sections of its
# parts in docs/long-runs.md, and with intervals that section of docs/validation.md. FUZZ=300 lets each fuzzer loose for so
# many seconds (docs/fuzz.sh); MUTANTS=0/60 tries a share of the mutants of the numeric core, 0/1 all of them, which takes days
# (docs/mutants.sh).
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -ge 2 ] || { sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '$d' >&2; exit 2; }
date=$1
cases=$(realpath "$2")
shift 2
[[ $date =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}$ ]] || { echo "the date should be like 2026-11-30, and is $date" >&2; exit 2; }
[ $# -gt 0 ] || set -- intervals faults fuzz sites mutants
for part; do
    case $part in
        intervals | faults | fuzz | sites | mutants) ;;
        *) echo "no part is called $part: intervals, faults, fuzz, sites, mutants" >&2; exit 2 ;;
    esac
done

seconds=${FUZZ:-300} share=${MUTANTS:-0/60}
page=docs/long-runs.md
work=$(mktemp -d)
failed=0
machine="$(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
commit=$(git rev-parse --short HEAD)
[ -z "$(git status --porcelain --untracked-files=no)" ] || commit="$commit with changes"

# Runs a command and keeps what it says, and how long it takes.
timed() {
    local name=$1 began=$SECONDS
    shift
    if "$@" >"$work/$name" 2>&1; then
        outcome="passed in $((SECONDS - began)) s"
    else
        outcome="**failed** after $((SECONDS - began)) s"
        failed=1
    fi
}

# Mutants that were missed are told by cargo-mutants as a failure, and are none of this run: docs/mutants.md answers them.
both_floors() {
    local floor
    for floor in basis engine; do
        docs/mutants.sh "$floor" --shard "$share" || case $? in 2 | 3) ;; *) return 1 ;; esac
    done
}

# What a run said that is worth keeping.
said() { grep -E "$2" "$work/$1" | sed 's/^/    /' || true; }

# The section of a title, anew: its head, and what is read here.
section() {
    local title=$1 command=$2
    {
        printf '## %s\n\n`%s`: %s, %s at %s, %s.\n\n' "$title" "$command" "$outcome" "$date" "$commit" "$machine"
        cat
        printf '\n'
    } | cat -s >"$work/section"
    awk -v title="## $title" -v section="$work/section" '
        function put() { while ((getline line <section) > 0) print line; put_already = 1 }
        /^## / { inside = $0 == title; if (inside) put() }
        !inside { print }
        END { if (!put_already) { print ""; put() } }
    ' "$page" | cat -s >"$work/page"
    sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' "$work/page" >"$page"
}

intervals() {
    VALIDATION=overwrite VALIDATION_DATE=$date \
        timed intervals cargo test --release --test known -- --ignored --show-output --test-threads=1
    # The count of rows at the head of that page is of these as well.
    VALIDATION=overwrite cargo test --release --test known -- the_page_is_what_the_program_says >"$work/count" 2>&1 || failed=1
    {
        printf 'The counts stand in [validation.md](validation.md).\n\n'
        said intervals '^test .* (ok|FAILED)$|^random|^scrambled|user groups|outside|^\|.*\*\*no\*\*'
    } | section "Repetitions and published tables in full" "cargo test --release --test known -- --ignored"
}

faults() {
    timed faults cargo test --release --test faults -- --ignored --show-output --test-threads=1
    said faults '^test .* (ok|FAILED)$|survived in|runs (that|into)|foretold|no name became|^skipped' |
        section "Faults that are put in" "cargo test --release --test faults -- --ignored"
}

fuzz() {
    timed fuzz docs/fuzz.sh "$seconds"
    sed -n '/^|/p' "$work/fuzz" | section "Fuzzers" "docs/fuzz.sh $seconds"
}

sites() {
    cargo build --release
    timed sites python3 .ci/cases.py target/release/isochrone "$cases" --all
    said sites 'pmed|cap71|vertices|passed' |
        section "Sites on graphs and in tables" ".ci/cases.py target/release/isochrone CASES --all"
}

mutants() {
    timed mutants both_floors
    {
        printf 'Those that no test finds are answered in [mutants.md](mutants.md).\n\n'
        said mutants 'mutants tested|MISSED'
    } | section "Mutants" "docs/mutants.sh FLOOR --shard $share for basis and engine"
}

[ -e "$page" ] || printf '# Long runs\n' >"$page"
for part; do
    "$part"
done
rm -r "$work"
exit "$failed"
