#!/usr/bin/env bash
# How well a router learns from a fifth of RouteLLM's MMLU answers who should answer the rest, and how long a decision takes.
# Needs TREADLE_DATA with routellm-mmlu; skips without. Takes minutes. Exits 1 below the bars. bench/routing.sh [seeds, 10]
set -euo pipefail
cd "$(dirname "$0")/.."
if [ ! -d "${TREADLE_DATA:-}/routellm-mmlu" ]; then
  echo "SKIPPED: TREADLE_DATA names no folder with routellm-mmlu"
  exit 0
fi
. .mvn/find-jdk.sh
. bench/lib.sh
build_with_tests
machine
# shellcheck disable=SC2086
exec "$JAVA_HOME/bin/java" -Xmx1g $JAVA_FLAGS -XX:ActiveProcessorCount=1 -cp "routing/target/test-classes:$APP_CLASSES" dev.treadle.routing.RoutingBench "$TREADLE_DATA/routellm-mmlu" "${1:-10}"
