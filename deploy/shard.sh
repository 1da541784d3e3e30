#!/bin/sh
# One shard of a run, for schedulers that count the tasks of an array from 0: Kubernetes Indexed Jobs and AWS Batch array
# jobs. SHARDS is the number of shards in all, SHARD_DIR the folder of the shards (shards), which all tasks must see,
# ISOCHRONE the program (isochrone). The words after the script are a command that takes --shard:
#
#   SHARDS=16 isochrone-shard search plan.toml --size 1..5
set -eu

shards=${SHARDS:?say how many shards there are in all}
index=${JOB_COMPLETION_INDEX:-${AWS_BATCH_JOB_ARRAY_INDEX:-}}
: "${index:?neither JOB_COMPLETION_INDEX nor AWS_BATCH_JOB_ARRAY_INDEX is set: run it as an array}"
number=$((index + 1))
folder=${SHARD_DIR:-shards}

mkdir -p "$folder"
exec "${ISOCHRONE:-isochrone}" "$@" --no-progress --shard "$number/$shards" \
    --shard-file "$folder/shard-$number-of-$shards.json"
