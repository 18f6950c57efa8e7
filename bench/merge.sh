#!/usr/bin/env bash
# Throughput of treadle merge against cp + sync of the same shards, and its peak memory. Caches are dropped before each
# (needs root), the two alternate. Exits 1 below 70 % of the copy's speed (median), or at 2 GB of memory or more.
# Usage: bench/merge.sh [folder on the disk to measure]. ROUNDS (3), LAYERS (18: 8.4 GB of BF16), RANK (16).
# Needs three times the model's size on that disk.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. .mvn/find-jdk.sh
. bench/lib.sh
build_with_tests
if [ ! -w /proc/sys/vm/drop_caches ]; then
  echo "needs root: /proc/sys/vm/drop_caches cannot be written" >&2
  exit 2
fi
rounds=${ROUNDS:-3}
layers=${LAYERS:-18}
rank=${RANK:-16}
work=$(mktemp -d "${1:-${TMPDIR:-/tmp}}/treadle-merge.XXXXXX")
trap 'rm -rf "$work"' EXIT
needed=$((layers * 1500 + 3000)) # MB
left=$(df -Pm "$work" | awk 'NR == 2 { print $4 }')
if [ "$left" -lt "$needed" ]; then
  echo "needs $needed MB on the disk of $work, $left MB are left" >&2
  exit 2
fi

echo "making a model of $layers layers…" >&2
# shellcheck disable=SC2086 # flags are words
"$JAVA_HOME/bin/java" $JAVA_FLAGS -Xmx2g -cp "training/target/test-classes:$APP_CLASSES" dev.treadle.training.merge.MergeBench "$work" "$layers" "$rank"
bytes=$(du -sb "$work/base" | cut -f1)
echo "$(machine), $((bytes / 1000000)) MB, rank $rank"

fresh() {
  rm -rf "$work/copy" "$work/merged"
  sync
  echo 3 >/proc/sys/vm/drop_caches
}
now() { date +%s%N; }

peak=0
ratios=()
for ((round = 1; round <= rounds; round++)); do
  fresh
  began=$(now)
  cp -r "$work/base" "$work/copy"
  sync
  copied=$((($(now) - began) / 1000000))
  fresh
  began=$(now)
  ./treadle merge --base "$work/base" --adapter "$work/adapter" --output "$work/merged" >"$work/out" 2>"$work/err" &
  pid=$!
  resident=0
  while kill -0 "$pid" 2>/dev/null; do
    seen=$(awk '/VmHWM/ { print $2 }' "/proc/$pid/status" 2>/dev/null || true)
    resident=${seen:-$resident}
    sleep 0.1
  done
  wait "$pid" || { cat "$work/err" >&2; exit 1; }
  merged=$((($(now) - began) / 1000000))
  ratios+=($((copied * 100 / merged)))
  [ "$resident" -le "$peak" ] || peak=$resident
  echo "round $round: cp + sync $copied ms, merge $merged ms, $((copied * 100 / merged)) %, peak $((resident / 1024)) MiB; load $(cut -d' ' -f1 /proc/loadavg)"
done
sed 's/^/  /' "$work/out"
median=$(printf '%s\n' "${ratios[@]}" | sort -n | sed -n "$(((rounds + 1) / 2))p")
echo "merge at $median % of cp + sync (bar: 70), peak memory $((peak / 1024)) MiB (bar: under 2000)"
[ "$median" -ge 70 ] && [ "$peak" -lt 2048000 ]
