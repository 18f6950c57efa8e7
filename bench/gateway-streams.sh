#!/usr/bin/env bash
# 200 streams of 100 tokens at once, through nginx without buffering and through the gateway in turn: events a second,
# and what one event costs each in processor time. Environment: STREAMS, TOKENS, PAUSE_MS (between two tokens; 0: as
# fast as it goes), ROUNDS, ROUND_SECONDS, WARM_SECONDS. Bar: no stream lacks a token, and the lake holds every stream.
set -euo pipefail
cd "$(dirname "$0")/.."
. .mvn/find-jdk.sh
. bench/lib.sh
. bench/gateway-lib.sh
needs nginx curl
streams=${STREAMS:-200}
rounds=${ROUNDS:-5}
build_gateway
machine
start_streams "${TOKENS:-100}" "${PAUSE_MS:-0}"
start_proxy "$streams_url" "proxy_buffering off;"
nginx=$started
workspace=$scratch/gateway
mkdir "$workspace"
cat >"$workspace/treadle.yaml" <<YAML
upstreams:
  streams: {kind: openai, url: "$streams_url", key: none}
routes:
  stream: {to: streams}
YAML
key=$(./treadle key create bench --workspace "$workspace")
start_gateway "$workspace"
gateway=$started
echo "$streams streams at once of ${TOKENS:-100} tokens, ${PAUSE_MS:-0} ms between two, medians of $rounds rounds:"
failed=0
(bench_java StreamLoad "$streams" "$rounds" "${ROUND_SECONDS:-8}" "${WARM_SECONDS:-15}" "$(getconf CLK_TCK)" \
  "nginx,$proxy_url,,$(family "$nginx" | tr ' ' +)" "gateway,$gateway_url,$key,$gateway") >"$scratch/load" || failed=1
cat "$scratch/load"
end_process "$gateway" || { echo "the gateway did not end well"; failed=1; }
counted=$(sed -n 's/^gateway .* \([0-9]*\) streams whole$/\1/p' "$scratch/load")
answered=$(kept "$workspace" answered)
verdict=ok
[ "$answered" = "$counted" ] || { verdict=WRONG; failed=1; }
echo "kept: $answered answered of ${counted:-no} streams whole: $verdict"
exit $failed
