#!/usr/bin/env bash
# Requests a second through the gateway, against nginx as the plainest proxy, with 16 connections, one upstream, in
# rounds that alternate: with a key and every exchange kept by group commit, and with neither. Each round is held against
# one of nginx just before it, and none begins while another process still works off what its own left (kept exchanges
# are compressed for a while). Where npm has a network (or has had one), the Portkey gateway takes part, for comparison.
# Environment: ROUNDS, ROUND_SECONDS, WARM_SECONDS.
# Bars: 0.55 of nginx with keeping and a key, 0.7 without; no answer lost; the lake holds what was answered.
set -euo pipefail
cd "$(dirname "$0")/.."
. .mvn/find-jdk.sh
. bench/lib.sh
. bench/gateway-lib.sh
needs nginx wrk curl
rounds=${ROUNDS:-5}
round_seconds=${ROUND_SECONDS:-8}
warm_seconds=${WARM_SECONDS:-35}
portkey=1.15.2
build_gateway
machine
start_upstream

declare -A url process fields
start_proxy "$upstream_url" ""
url[nginx]=$proxy_url
process[nginx]=$started
names=(nginx)

mkdir -p "$scratch/kept" "$scratch/plain"
for workspace in kept plain; do
  capture=""
  [ "$workspace" = kept ] || capture=", capture: false"
  printf 'upstreams:\n  bench: {kind: openai, url: "%s", key: none}\nroutes:\n  %s: {to: bench%s}\n' "$upstream_url" "$model" "$capture" >"$scratch/$workspace/treadle.yaml"
  if [ "$workspace" = kept ]; then
    fields[kept]="authorization: Bearer $(./treadle key create bench --workspace "$scratch/kept")"
  fi
  start_gateway "$scratch/$workspace"
  url[$workspace]=$gateway_url
  process[$workspace]=$started
  names+=("$workspace")
done

# Portkey is told its upstream by header fields, and does not keep anything.
start_portkey() {
  local folder=bench/out/portkey main port
  main=$folder/node_modules/@portkey-ai/gateway/build/start-server.js
  command -v node >/dev/null && command -v npm >/dev/null || { echo "no node and npm: without Portkey"; return 1; }
  if [ ! -f "$folder/$portkey" ]; then
    mkdir -p "$folder"
    npm install --prefix "$folder" --no-audit --no-fund --omit=dev --ignore-scripts --fetch-retries=1 "@portkey-ai/gateway@$portkey" >"$scratch/npm" 2>&1 ||
      { echo "npm could not install it: without Portkey ($(grep -m 1 "npm error" "$scratch/npm" || tail -n 1 "$scratch/npm"))"; return 1; }
    touch "$folder/$portkey"
  fi
  port=$(free_port)
  NODE_ENV=production node "$main" "--port=$port" --headless >"$scratch/portkey" 2>&1 &
  process[portkey]=$!
  processes+=("$!")
  url[portkey]=http://127.0.0.1:$port
  fields[portkey]="authorization: Bearer none|x-portkey-provider: openai|x-portkey-custom-host: $upstream_url/v1"
}
if start_portkey; then names+=(portkey); fi

# Asks $1 for $2 seconds and writes the figures, and microseconds of processor time a request, to the file $3.
round() {
  local name=$1 before after found list=()
  IFS='|' read -r -a list <<<"${fields[$name]:-}"
  before=$(cpu_ticks "${process[$name]}")
  found=$(load "${url[$name]}" "$2" "${list[@]}")
  after=$(cpu_ticks "${process[$name]}")
  echo "$found" | awk -v ticks=$((after - before)) -v hz="$(getconf CLK_TCK)" '{ print $0, ($1 ? ticks * 1e6 / hz / $1 : 0) }' >>"$3"
}

# Waits until no proxy computes any more, for ten seconds at most.
all_quiet() {
  local try before after name
  for try in $(seq 40); do
    before=0 after=0
    for name in "${names[@]}"; do before=$((before + $(cpu_ticks "${process[$name]}"))); done
    sleep 0.25
    for name in "${names[@]}"; do after=$((after + $(cpu_ticks "${process[$name]}"))); done
    [ $((after - before)) -gt 1 ] || return 0
  done
}

for name in "${names[@]}"; do
  IFS='|' read -r -a list <<<"${fields[$name]:-}"
  await_answer "${url[$name]}" "${list[@]}"
  round "$name" "$warm_seconds" "$scratch/$name.warm"
done
for _ in $(seq "$rounds"); do
  for name in "${names[@]:1}"; do
    all_quiet
    round nginx "$round_seconds" "$scratch/nginx.rounds"
    round "$name" "$round_seconds" "$scratch/$name.rounds"
    tail -q -n 1 "$scratch/nginx.rounds" "$scratch/$name.rounds" |
      awk 'NR == 1 { reference = $2 } NR == 2 { print $2 / reference }' >>"$scratch/$name.shares"
  done
done

failed=0
echo "medians of $rounds rounds of $round_seconds s, 16 connections; shares of nginx in the round just before:"
for name in "${names[@]}"; do
  case "$name" in kept) bar=0.55 ;; plain) bar=0.7 ;; *) bar=0 ;; esac
  bad=$(awk '{ bad += $5 } END { print bad }' "$scratch/$name.rounds")
  if [ "$name" = nginx ]; then share=1 spread=""; else
    share=$(median "$scratch/$name.shares" 1)
    spread=" ($(sort -g "$scratch/$name.shares" | awk 'NR == 1 { printf "%.2f to ", $1 } { last = $1 } END { printf "%.2f", last }'))"
  fi
  awk -v name="$name" -v share="$share" -v spread="$spread" -v rps="$(median "$scratch/$name.rounds" 2)" -v p50="$(median "$scratch/$name.rounds" 3)" -v p99="$(median "$scratch/$name.rounds" 4)" \
    -v cpu="$(median "$scratch/$name.rounds" 6)" -v bad="$bad" -v bar="$bar" 'BEGIN {
    ok = share >= bar && bad == 0
    printf "%-8s %8.0f requests/s, %.2f of nginx%s, p50 %.3f ms, p99 %.3f ms, %.1f µs of processor time a request, %d bad", name, rps, share, spread, p50, p99, cpu, bad
    if (bar > 0) printf ", bar %.2f: %s", bar, ok ? "ok" : "BELOW"
    printf "\n"
    exit (ok || bar == 0) ? 0 : 1 }' || failed=1
done

# Every request that wrk counted, and perhaps those that it did not wait for; and one to see whether it answers.
end_process "${process[kept]}" || { echo "the gateway did not end well"; failed=1; }
end_process "${process[plain]}" || { echo "the gateway did not end well"; failed=1; }
counted=$(($(cat "$scratch/kept.warm" "$scratch/kept.rounds" | awk '{ n += $1 } END { print n }') + 1))
answered=$(kept "$scratch/kept" answered)
cancelled=$(kept "$scratch/kept" cancelled)
all=$(./treadle data query --json --workspace "$scratch/kept" "select count(*) n from exchanges" | sed -n 's/.*"n":\([0-9]*\).*/\1/p')
most=$((counted + 16 * (rounds + 1)))
verdict=ok
if [ "$answered" -lt "$counted" ] || [ "$all" -gt "$most" ] || [ $((answered + cancelled)) -ne "$all" ]; then
  verdict=WRONG
  failed=1
fi
echo "kept: $answered answered and $cancelled cancelled of $counted counted by wrk (at most $most with those in flight): $verdict"
plain=$(kept "$scratch/plain" answered)
[ "$plain" -eq 0 ] || { echo "capture: false kept $plain exchanges"; failed=1; }
exit $failed
