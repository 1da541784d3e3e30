#!/usr/bin/env bash
# A one-node Slurm on this machine runs a search as an array job with the project's own script; the shards are merged and
# held against the run in one piece. Takes the program as its argument. Needs slurm-wlm and munge, and root.
set -euo pipefail
cd "$(dirname "$0")/.."

program=$(realpath "${1:-target/release/isochrone}")
scenario=models/01-worldwide-audience.toml
asked=("$scenario" --size 1..3 --set runs=400 --set input_replicates=8 --top 7)
shards=5

for tool in munged slurmctld slurmd sbatch; do
    command -v "$tool" >/dev/null || { echo "$tool is missing: install slurm-wlm and munge"; exit 1; }
done

home=$(mktemp -d /tmp/isochrone-slurm.XXXXXX)
daemons=()
stop() {
    status=$?
    [ "$status" = 0 ] || tail -n 20 "$home"/*.log 2>/dev/null || true
    # The last that was started goes first; each by its own number.
    for ((at = ${#daemons[@]} - 1; at >= 0; at--)); do
        kill "${daemons[$at]}" 2>/dev/null || true
        wait "${daemons[$at]}" 2>/dev/null || true
    done
    rm -rf "$home"
    exit "$status"
}
trap stop EXIT

node=$(hostname -s)
mkdir -p "$home/state" "$home/spool" "$home/shards"
chmod 755 "$home"
head -c 1024 /dev/urandom >"$home/munge.key"
chmod 400 "$home/munge.key"

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

cat >"$home/slurm.conf" <<CONF
ClusterName=isochrone
SlurmctldHost=$node(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$home/munge.socket
SlurmctldPort=$(free_port)
SlurmdPort=$(free_port)
StateSaveLocation=$home/state
SlurmdSpoolDir=$home/spool
SlurmctldPidFile=$home/slurmctld.pid
SlurmdPidFile=$home/slurmd.pid
SlurmctldLogFile=$home/slurmctld.log
SlurmdLogFile=$home/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/builtin
SchedulerParameters=sched_min_interval=100000,batch_sched_delay=0
SlurmdParameters=config_overrides
ReturnToService=2
KillWait=2
NodeName=$node NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=ci Nodes=$node Default=YES MaxTime=10 State=UP
CONF
# Containers have no control groups to hand out. Before version 23 there is no word for that: a plugin is named that
# nothing asks for anything.
version=$(slurmctld -V | sed 's/[^0-9]*\([0-9]*\).*/\1/')
if [ "$version" -ge 23 ]; then plugin=disabled; else plugin=cgroup/v1; fi
echo "CgroupPlugin=$plugin" >"$home/cgroup.conf"
export SLURM_CONF=$home/slurm.conf

munged --foreground --force --socket="$home/munge.socket" --key-file="$home/munge.key" --pid-file="$home/munged.pid" \
    --seed-file="$home/munged.seed" --log-file="$home/munged.log" >"$home/munged.out.log" 2>&1 &
daemons+=($!)

# Waits up to half a minute for a command to succeed.
until_works() {
    for _ in $(seq 150); do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.2
    done
    echo "it did not come up: $*"
    return 1
}

until_works test -S "$home/munge.socket"
slurmctld -D -i >"$home/slurmctld.out.log" 2>&1 &
daemons+=($!)
until_works scontrol ping
slurmd -D >"$home/slurmd.out.log" 2>&1 &
daemons+=($!)
is_idle() { [ "$(sinfo -h -o %t)" = idle ]; }
until_works is_idle
sinfo

submit() {
    SHARDS=$shards SHARD_DIR=$home/shards ISOCHRONE=$program sbatch --wait --quiet --output="$home/job-%A-%a.log" \
        --array="$1" deploy/slurm/search.sbatch "${asked[@]}"
}
shard() { echo "$home/shards/shard-$1-of-$shards.json"; }
merge() { "$program" merge "$@" --no-progress; }
refused() {
    local wanted=$1 code=0
    shift
    merge "$@" --no-output >/dev/null 2>"$home/refusal.txt" || code=$?
    [ "$code" = 2 ] || { echo "merge ended with $code, not 2"; exit 1; }
    grep -F -- "$wanted" "$home/refusal.txt" || { cat "$home/refusal.txt"; echo "not told: $wanted"; exit 1; }
}

echo "-- in one piece"
"$program" search "${asked[@]}" --no-progress --output "$home/whole" >"$home/whole.txt"

echo "-- as an array of $shards"
submit "1-$shards"
merge "$home"/shards/*.json --output "$home/merged" >"$home/merged.txt"
cmp "$home/whole.txt" "$home/merged.txt"
diff -r "$home/whole" "$home/merged"
echo "the same bytes: $(find "$home/merged" -type f | wc -l) files"

echo "-- one of them lost"
rm "$(shard 3)"
refused "shard 3 of $shards is missing" "$home"/shards/*.json

echo "-- only that one again"
submit 3
rm -r "$home/merged"
merge "$home"/shards/*.json --output "$home/merged" >"$home/merged.txt"
cmp "$home/whole.txt" "$home/merged.txt"
diff -r "$home/whole" "$home/merged"

echo "-- one of them twice"
cp "$(shard 2)" "$home/shards/copy.json"
refused "shard 2 of $shards is there twice" "$home"/shards/*.json
rm "$home/shards/copy.json"

echo "-- one of another search among them"
asked+=(--seed 7)
rm "$(shard 4)"
submit 4
refused "does not belong with" "$home"/shards/*.json
