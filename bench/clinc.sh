#!/usr/bin/env bash
# The text classifier on CLINC150: accuracy, out-of-scope detection, time, size. Exits 1 below the bars.
# Needs $TREADLE_DATA/clinc150/data/data_full.json; skips aloud without it. bench/clinc.sh val judges on the validation part.
set -euo pipefail
cd "$(dirname "$0")/.."
. .mvn/find-jdk.sh
. bench/lib.sh
file=${TREADLE_DATA:-}/clinc150/data/data_full.json
if [ ! -f "$file" ]; then
  echo "skipped: TREADLE_DATA names no folder with clinc150/data/data_full.json"
  exit 0
fi
build_with_tests
machine
# shellcheck disable=SC2086 # several flags
exec "$JAVA_HOME/bin/java" -Xmx512m $JAVA_FLAGS -cp "measure/target/test-classes:$APP_TEST_CLASSES" dev.treadle.measure.text.ClassifierBench "$file" "$@"
