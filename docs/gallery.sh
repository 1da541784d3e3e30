#!/usr/bin/env bash
# Runs every model and draws what it teaches: docs/gallery/NAME.png and docs/gallery.md.
#
#   cargo build --release && docs/gallery.sh
#
# Takes the program as its argument where it lies elsewhere. Fewer draws than the models ask for are enough for a picture.
set -euo pipefail
tool=$(realpath "${1:-$(dirname "$0")/../target/release/isochrone}")
cd "$(dirname "$0")/.."

# A model, the question that is put to it, the chart that shows the answer.
pictures='
01-worldwide-audience search map
02-europe-with-remote-backend simulate differences
03-own-users search cdf
04-active-active-aws drill map-after-loss
05-cdn-or-region search breakdown
06-aurora-global-database simulate breakdown
07-dynamodb-global-tables simulate intervals
08-s3-replication simulate cdf
09-dns-failover simulate cdf
09-dns-geolocation simulate intervals
09-dns-geoproximity simulate map
09-dns-latency simulate share-within
09-dns-multivalue simulate map
09-dns-weighted simulate cdf
10-gdpr-users search map
11-backup-and-restore drill rto-waterfall
12-pilot-light drill rto-waterfall
13-warm-standby drill rto-waterfall
14-hot-standby drill downtime
15-multi-site-active-active drill before-after
16-four-strategies drill downtime
17-losses-and-cables drill loss-matrix
18-capacity-plan capacity hours
19-region-loss capacity hours
20-when-it-runs-out capacity growth
22-three-providers search size-curve
23-ranked-by-downtime search front
'

page=docs/gallery.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p docs/gallery
rm -f docs/gallery/*.png
{
    printf '# What the models show\n\n'
    printf 'One picture for each scenario in [models/](../models), drawn by `docs/gallery.sh` with fewer draws than a report has. The\n'
    printf 'whole answer is `report.html` in the output folder of its command. Model 21 asks about sites of your own by a table, which\n'
    printf 'no chart is drawn of.\n'
} >"$page"
while read -r model question kind; do
    [ -n "$model" ] || continue
    file=models/$model.toml
    "$tool" "$question" "$file" --runs 1000 --no-output --no-progress -q --export "$work/report.json" >/dev/null
    "$tool" chart "$work/report.json" --kind "$kind" --width 640 -o "docs/gallery/$model.png" -q
    {
        printf '\n## %s\n\n' "$(sed -n '2s/^# //p' "$file")"
        printf '```\nisochrone %s %s\n```\n\n' "$question" "$file"
        printf '![%s of model %s](gallery/%s.png)\n' "$kind" "${model%%-*}" "$model"
    } >>"$page"
done <<<"$pictures"
ls -l docs/gallery | awk '{ sum += $5 } END { printf "%d kB of pictures\n", sum / 1000 }'
