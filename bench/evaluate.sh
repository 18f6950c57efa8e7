#!/usr/bin/env bash
# How often answers are judged by their labels, by kind, and how long that takes. Exits 1 below the bar.
# A file of further pairs (JSON lines like measure/src/test/resources/answer-pairs.jsonl) can be named.
set -euo pipefail
pairs=${1:+$(realpath "$1")}
cd "$(dirname "$0")/.."
. .mvn/find-jdk.sh
. bench/lib.sh
build_with_tests
machine
# shellcheck disable=SC2086
exec "$JAVA_HOME/bin/java" -Xmx512m $JAVA_FLAGS -cp "measure/target/test-classes:$APP_TEST_CLASSES" dev.treadle.measure.score.EvaluateBench ${pairs:+"$pairs"}
