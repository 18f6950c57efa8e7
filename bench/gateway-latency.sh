#!/usr/bin/env bash
# How much later an answer comes through the gateway than straight from the upstream, one call at a time, with a key
# and every exchange kept by group commit. Environment: ROUNDS, ROUND_CALLS, WARM_SECONDS.
# Bars: the median of a whole answer 0.2 ms, of a stream's first token 0.3 ms.
set -euo pipefail
cd "$(dirname "$0")/.."
. .mvn/find-jdk.sh
. bench/lib.sh
. bench/gateway-lib.sh
needs nginx curl
build_gateway
machine
start_upstream
start_streams 20 0
workspace=$scratch/gateway
mkdir "$workspace"
cat >"$workspace/treadle.yaml" <<YAML
upstreams:
  nginx: {kind: openai, url: "$upstream_url", key: none}
  streams: {kind: openai, url: "$streams_url", key: none}
routes:
  whole: {to: nginx}
  stream: {to: streams}
YAML
key=$(./treadle key create bench --workspace "$workspace")
start_gateway "$workspace"
echo "one call at a time, ${ROUNDS:-21} rounds of ${ROUND_CALLS:-1000} calls, direct and through the gateway in turn:"
(bench_java LatencyBench "$upstream_url" "$streams_url" "$gateway_url" "$key" "${ROUNDS:-21}" "${ROUND_CALLS:-1000}" "${WARM_SECONDS:-15}")
