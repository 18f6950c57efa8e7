#!/usr/bin/env bash
# Training mode with five scripted candidates and an evaluator, every question compared: what it costs clients, and
# what twenty kills leave undone. Environment: KILLS, ROUNDS, SECONDS_A_ROUND, SEED.
# Bars: a client's median at concurrency 4, models that take 20 ms, at most 1.05 times that without comparing (with
# models that answer at once it is printed, too: then processor time is all there is to wait for); after kills
# every accepted question is compared exactly once.
set -euo pipefail
cd "$(dirname "$0")/.."
. .mvn/find-jdk.sh
. bench/lib.sh
. bench/gateway-lib.sh
build_gateway
machine
seed=${SEED:-$RANDOM}
echo "seed $seed"
failed=0
(bench_java CompareLatency ./treadle "$scratch" 20 "${ROUNDS:-5}" "${SECONDS_A_ROUND:-4}" 50 1.05) || failed=1
(bench_java CompareLatency ./treadle "$scratch" 0 "${ROUNDS:-5}" "${SECONDS_A_ROUND:-4}" 50 0) || failed=1
(bench_java CompareKills ./treadle "$scratch" "${KILLS:-20}" 20 "$seed") || failed=1
exit "$failed"
