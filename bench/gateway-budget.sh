#!/usr/bin/env bash
# A budget under a thousand clients at once, while the gateway is killed at random moments and started again.
# usage: bench/gateway-budget.sh [KILLS]      3 by default. Environment: CLIENTS, BUDGET (US dollars a day).
# Bars: what clients were answered costs no more than the budget, in all processes together; the lake's book never says
# less than that; at the end nothing of the budget is left that one more call could have had.
set -euo pipefail
cd "$(dirname "$0")/.."
. .mvn/find-jdk.sh
. bench/lib.sh
. bench/gateway-lib.sh
needs nginx wrk curl
kills=${1:-3} clients=${CLIENTS:-1000} budget=${BUDGET:-3000}
answer=0.038 # 38 tokens, at 1,000 dollars a million
most=0.256   # what a request allows: 256 tokens
build_gateway
machine
start_upstream
workspace="$scratch/budget"
mkdir -p "$workspace"
cat >"$workspace/treadle.yaml" <<YAML
upstreams:
  bench: {kind: openai, url: "$upstream_url", key: none, concurrency: 4096, prices: {"*": {input: 0, output: 1000}}}
routes:
  $model: {to: bench}
limits:
  house: {usd-per-day: $budget}
YAML

# Asks for $1 seconds, and adds how many were answered to the file of answers.
ask() {
  MODEL=$model wrk -t1 "-c$clients" "-d${1}s" --timeout 10s -s bench/gateway-request.lua "$gateway_url/v1/chat/completions" >"$scratch/wrk" || :
  local refused
  refused=$(sed -n 's/.*Non-2xx or 3xx responses: //p' "$scratch/wrk")
  sed -n 's/^figures: \([0-9]*\) .*/\1/p' "$scratch/wrk" | awk -v refused="${refused:-0}" '{ print $1 - refused, refused }' >>"$scratch/answers"
}

: >"$scratch/answers"
for round in $(seq "$kills"); do
  start_gateway "$workspace"
  ask 3 &
  asking=$!
  sleep "1.$((RANDOM % 10))"
  kill -9 "$started"
  wait "$started" 2>/dev/null || :
  wait "$asking"
  echo "killed, round $round: $(tail -n 1 "$scratch/answers" | awk '{ print $1 " answered" }')"
done
start_gateway "$workspace"
ask 20
echo "at last: $(tail -n 1 "$scratch/answers" | awk '{ print $1 " answered, " $2 " refused" }')"
end_process "$started"

spent=$(./treadle status --workspace "$workspace" | sed -n 's/^limit house *at most \$\([0-9.]*\) spent.*/\1/p')
awk -v budget="$budget" -v spent="$spent" -v answer="$answer" -v most="$most" '{ n += $1 } END {
  cost = n * answer
  ok = cost <= budget && spent >= cost - 1e-6 && spent <= budget && spent > budget - most
  printf "%d answers for $%.2f of a budget of $%s; the book says $%s: %s\n", n, cost, budget, spent, ok ? "ok" : "WRONG"
  exit ok ? 0 : 1 }' "$scratch/answers"
