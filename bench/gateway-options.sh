#!/usr/bin/env bash
# What the gateway's options cost a call, or save: requests a second with 16 connections, nothing kept, against a gateway
# without any, in rounds that alternate: under limits on requests, tokens and money; with every answer from the cache;
# with a cache that never has the answer; with a span of every call sent to a collector (nginx, which takes anything).
# Environment: OPTIONS, ROUNDS, ROUND_SECONDS, WARM_SECONDS.
# Bars, as shares of the gateway without options: limits 0.8, hits 1.3, misses 0.8, spans 0.5; no answer lost.
set -euo pipefail
cd "$(dirname "$0")/.."
. .mvn/find-jdk.sh
. bench/lib.sh
. bench/gateway-lib.sh
needs nginx wrk curl
rounds=${ROUNDS:-5} round_seconds=${ROUND_SECONDS:-4} warm_seconds=${WARM_SECONDS:-20}
build_gateway
machine
start_upstream

# $1 its name, $2 what its route has beside its target, $3 further sections.
declare -A url
start() {
  mkdir -p "$scratch/$1"
  cat >"$scratch/$1/treadle.yaml" <<YAML
upstreams:
  bench: {kind: openai, url: "$upstream_url", key: none, prices: {"*": {input: 0.25, output: 2}}}
routes:
  $model: {to: bench, capture: false$2}
$3
YAML
  start_gateway "$scratch/$1"
  url[$1]=$gateway_url
  await_answer "$gateway_url"
}
start plain "" ""
start limits "" "limits: {house: {usd-per-day: 1000000, requests-per-minute: 100000000, tokens-per-minute: 2000000000}}"
start hits ", cache: 1h" ""
start misses ", cache: 1h" ""
start spans "" "telemetry: {otlp: \"$upstream_url\"}"
read -r -a names <<<"${OPTIONS:-limits hits misses spans}"

# One round: $1 whom, $2 how long, $3 for whose sake. For misses every request is a new one, which costs wrk some time.
ask() {
  local distinct=256
  [ "$3" != misses ] || distinct=0
  DISTINCT=$distinct load "${url[$1]}" "$2"
}
for name in plain "${names[@]}"; do ask "$name" "$warm_seconds" "$name" >/dev/null; done
for _ in $(seq "$rounds"); do
  for name in "${names[@]}"; do
    ask plain "$round_seconds" "$name" >>"$scratch/plain.rounds"
    ask "$name" "$round_seconds" "$name" >>"$scratch/$name.rounds"
    tail -q -n 1 "$scratch/plain.rounds" "$scratch/$name.rounds" |
      awk 'NR == 1 { reference = $2 } NR == 2 { print $2 / reference }' >>"$scratch/$name.shares"
  done
done

failed=0
echo "medians of $rounds rounds of $round_seconds s, 16 connections; shares of plain in the round just before:"
echo "plain    $(median "$scratch/plain.rounds" 2) requests/s, p50 $(median "$scratch/plain.rounds" 3) ms"
for name in "${names[@]}"; do
  case "$name" in hits) bar=1.3 ;; spans) bar=0.5 ;; *) bar=0.8 ;; esac
  bad=$(awk '{ bad += $5 } END { print bad }' "$scratch/$name.rounds")
  awk -v name="$name" -v share="$(median "$scratch/$name.shares" 1)" -v rps="$(median "$scratch/$name.rounds" 2)" -v p50="$(median "$scratch/$name.rounds" 3)" -v bad="$bad" -v bar="$bar" 'BEGIN {
    ok = share >= bar && bad == 0
    printf "%-8s %8.0f requests/s, %.2f of plain, p50 %.3f ms, %d bad, bar %.1f: %s\n", name, rps, share, p50, bad, bar, ok ? "ok" : "BELOW"
    exit ok ? 0 : 1 }' || failed=1
done
curl -s "${url[spans]}/metrics" | grep "^treadle_spans"
curl -s "${url[hits]}/metrics" | grep "^treadle_cache_.*total"
curl -s "${url[misses]}/metrics" | grep "^treadle_cache_.*total"
exit $failed
