#!/usr/bin/env bash
# Does training leak? Ten thousand steps of LoRA with batches of ever other shapes, dropout and evaluations: what the process
# has in memory at the end against what it had after a fifth of them.
#   bench/train-memory.sh [steps]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. .mvn/find-jdk.sh
. bench/lib.sh
steps=${1:-10000}
build_with_tests
training_environment
echo "$steps steps of a tiny Qwen3, 2 threads, $(machine)"
# shellcheck disable=SC2086 # flags are words
out=$("$JAVA_HOME/bin/java" $JAVA_FLAGS -Xmx128m -XX:+UseSerialGC -cp "training/target/test-classes:$APP_CLASSES" \
  dev.treadle.training.tensor.MemoryBench training/src/test/resources/models/tuned/qwen3/base "$steps" 2 2>/dev/null)
awk '{ printf "  after %6d steps: %.1f MB\n", $1, $2 / 1024 }' <<<"$out"
early=$(awk 'NR == 2 { print $2 }' <<<"$out")
late=$(awk 'END { print $2 }' <<<"$out")
growth=$(awk -v a="$early" -v b="$late" 'BEGIN { printf "%.1f", (b / a - 1) * 100 }')
echo "growth from a fifth of the steps to the end: $growth % (bar: at most 5 %)"
awk -v g="$growth" 'BEGIN { exit !(g <= 5) }'
