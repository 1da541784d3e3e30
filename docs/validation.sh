#!/usr/bin/env bash
# Writes docs/validation.md anew: what figures from elsewhere say, what the program says, and how far apart they may be.
#
#   cargo build --release && docs/validation.sh [PROGRAM]
#
# CASES names the folder with the files of OR-Library (orlib-pmed/pmedN.txt, orlib-ufl/cap71.txt) and of the AWS pings of 2020;
# without it the sites on graphs stay as they are. PROGRAM_ONLY=yes leaves the rows of the tests alone, which `cargo test` has
# held. The repetitions of the Monte Carlo are made by docs/long-run.sh.
set -euo pipefail
tool=$(realpath "${1:-$(dirname "$0")/../target/release/isochrone}")
cd "$(dirname "$0")/.."
page=docs/validation.md

# Puts what comes in on stdin between the marks of a section.
put() {
    local text
    text=$(cat)
    grep -q "^<!-- begin $1 -->$" "$page" || { echo "$page has no section $1" >&2 && return 1; }
    SECTION=$1 TEXT=$text awk '
        $0 == "<!-- end " ENVIRON["SECTION"] " -->" { inside = 0 }
        !inside { print }
        $0 == "<!-- begin " ENVIRON["SECTION"] " -->" { inside = 1; print "\n" ENVIRON["TEXT"] "\n" }
    ' "$page" >"$page.new"
    mv "$page.new" "$page"
}

"$tool" validate --format markdown -q | put validate
"$tool" validate --by region --format markdown -q | put validate-by-region
if [ -n "${CASES:-}" ]; then
    rows=$(mktemp)
    python3 .ci/cases.py "$tool" "$CASES" --rows "$rows"
    put sites <"$rows"
    rm "$rows"
fi
if [ "${PROGRAM_ONLY:-}" != yes ]; then
    VALIDATION=overwrite cargo test --test known -- the_page_is_what_the_program_says
fi
