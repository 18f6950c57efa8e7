#!/usr/bin/env bash
# Whether the gateway's memory grows: its resident size from request 200,000 to 1,000,000, no two of them alike, while
# 2,000 streams are held open, in the heap that the launcher gives. The lake takes a few GB of the folder for temporary files.
# Environment: REQUESTS, FROM (where growth begins to count), STEP, STREAMS.
# Bars: it grows by 10 MB at most; no request fails; every stream ends well when the upstream ends it.
set -euo pipefail
cd "$(dirname "$0")/.."
. .mvn/find-jdk.sh
. bench/lib.sh
. bench/gateway-lib.sh
needs nginx wrk curl
requests=${REQUESTS:-1000000}
from=${FROM:-200000}
step=${STEP:-100000}
streams=${STREAMS:-2000}
bar_kb=10240
build_gateway
machine
start_upstream
start_streams 0 3000
workspace=$scratch/gateway
mkdir "$workspace"
cat >"$workspace/treadle.yaml" <<YAML
upstreams:
  nginx: {kind: openai, url: "$upstream_url", key: none}
  streams: {kind: openai, url: "$streams_url", key: none, concurrency: $((streams + 100))}
routes:
  $model: {to: nginx}
  stream: {to: streams, deadline: 4h}
YAML
key=$(./treadle key create bench --workspace "$workspace")
start_gateway "$workspace"
gateway=$started

resident() { awk '/^VmRSS:/ { print $2 }' "/proc/$gateway/status"; }
# Requests that the upstream has had; each look is one of them itself.
looks=0
look() {
  looks=$((looks + 1))
  seen=$(($(curl -s -m 5 "$upstream_url/status" | awk 'NR == 3 { print $3 }') - looks - before))
}

echo "resident before the first request: $(($(resident) / 1024)) MB"
(bench_java HeldStreams "$gateway_url" "$key" stream "$streams") >"$scratch/held" 2>"$scratch/held.err" &
held=$!
processes+=("$held")
open=$(await_line "$scratch/held" "open " "$held")
echo "streams open: $open, resident $(($(resident) / 1024)) MB"

await_answer "$gateway_url" "authorization: Bearer $key"
before=0
look
before=$seen
MODEL=$model DISTINCT=0 wrk --latency -t1 -c16 -d24h --timeout 10s -s bench/gateway-request.lua -H "authorization: Bearer $key" \
  "$gateway_url/v1/chat/completions" >"$scratch/wrk" 2>&1 &
load=$!
processes+=("$load")
next=$step
first=0
most=0
last=0
while [ "$next" -le "$requests" ]; do
  kill -0 "$load" 2>/dev/null || { echo "wrk ended early:"; cat "$scratch/wrk"; exit 1; }
  look
  if [ "$seen" -lt "$next" ]; then
    sleep 0.2
    continue
  fi
  last=$(resident)
  printf '%9d requests: resident %d.%d MB\n' "$seen" $((last / 1024)) $((last % 1024 * 10 / 1024))
  [ "$next" -lt "$from" ] || [ "$first" -ne 0 ] || first=$last
  if [ "$next" -ge "$from" ] && [ "$last" -gt "$most" ]; then most=$last; fi
  next=$((next + step))
done
kill -INT "$load"
wait "$load" || :
figures=$(sed -n 's/^figures: //p' "$scratch/wrk")
echo "wrk: requests, requests/s, p50 ms, p99 ms, bad: ${figures:-none}"

failed=0
[ "$(echo "$figures" | awk '{ print $5 }')" = 0 ] || { echo "requests failed"; failed=1; }
curl -s -m 5 "$streams_url/release" >/dev/null
wait "$held" || failed=1
sed 1d "$scratch/held"
end_process "$gateway" || { echo "the gateway did not end well"; failed=1; }
answered=$(kept "$workspace" answered)
counted=$(($(echo "$figures" | awk '{ print $1 }') + streams))
# Sixteen may have been under way when wrk ended, and one is this script's own, which asked whether it answers.
if [ "$answered" -le "$counted" ] || [ "$answered" -gt $((counted + 17)) ]; then
  echo "the lake holds $answered answered exchanges, wrk and the streams counted $counted"
  failed=1
fi
growth=$((most - first))
verdict=ok
[ "$growth" -le "$bar_kb" ] || { verdict=ABOVE; failed=1; }
echo "growth from request $from to $requests: $(awk -v kb=$growth 'BEGIN { printf "%.1f", kb / 1024 }') MB at its most, $(awk -v kb=$((last - first)) 'BEGIN { printf "%.1f", kb / 1024 }') MB in the end, bar 10 MB: $verdict"
exit $failed
