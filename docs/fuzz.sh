#!/usr/bin/env bash
# Lets the fuzzers loose on all that is read, each for so many seconds, and tells what came of it:
#
#   docs/fuzz.sh 300                             # or fewer targets: docs/fuzz.sh 300 tables book
#
# Needs cargo-fuzz (cargo install cargo-fuzz). What was found on the way stays in target/fuzz/TARGET and is begun with the next
# time; bytes that a reader does not survive are in target/fuzz/TARGET-*.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-}
[[ $seconds =~ ^[0-9]+$ ]] || { sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '$d' >&2; exit 2; }
shift
[ $# -gt 0 ] || set -- scenario tables book report shard foreign
command -v cargo-fuzz >/dev/null || { echo "cargo-fuzz is missing: cargo install cargo-fuzz" >&2; exit 2; }

# The compiler in use is a stable one; no target needs a sanitizer, since nothing here is unsafe.
export RUSTC_BOOTSTRAP=1
words=(--sanitizer none --no-trace-compares --codegen-units 16)
cargo fuzz build "${words[@]}"
# What was built is run, whatever becomes of the sources meanwhile.
built=fuzz/target/$(rustc -vV | sed -n 's/^host: //p')/release
failed=0
printf '| target | inputs tried | kept | seconds | came of it |\n| --- | ---: | ---: | ---: | --- |\n'
for target; do
    found=target/fuzz/$target log=target/fuzz/$target.log
    mkdir -p "$found"
    outcome="survived"
    "$built/$target" "$found" "fuzz/corpus/$target" -max_total_time="$seconds" -dict="fuzz/words/$target.dict" \
        -max_len=60000 -timeout=30 -rss_limit_mb=3000 -print_final_stats=1 -artifact_prefix="$found-" \
        >"$log" 2>&1 || { outcome="**failed**, see $log"; failed=1; }
    tried=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    took=$(sed -n 's/^Done [0-9]* runs in \([0-9]*\) second.*/\1/p' "$log")
    kept=$(find "$found" -type f | wc -l)
    printf '| %s | %s | %s | %s | %s |\n' "$target" "${tried:--}" "$kept" "${took:--}" "$outcome"
done
exit "$failed"
