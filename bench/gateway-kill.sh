#!/usr/bin/env bash
# Kills a gateway under load at random moments, round after round, each on a new lake, and holds the lake against what
# clients were answered: whole and streamed, kept before the answer and by group commit.
# usage: bench/gateway-kill.sh [ROUNDS]      20 by default. Environment: CLIENTS, WINDOW_MS, SEED.
# Bars: of what is kept before the answer nothing is lost; of group commit nothing that was answered more than WINDOW_MS
# before the kill (50: the 5 ms that it waits, one force, and a client's clock); nothing is there twice.
set -euo pipefail
cd "$(dirname "$0")/.."
. .mvn/find-jdk.sh
. bench/lib.sh
. bench/gateway-lib.sh
seed=${SEED:-$RANDOM}
build_gateway
machine
echo "seed $seed, ${CLIENTS:-8} clients that ask as fast as they are answered"
(bench_java GatewayKills ./treadle "$scratch" "${1:-20}" "${CLIENTS:-8}" "${WINDOW_MS:-50}" "$seed")
