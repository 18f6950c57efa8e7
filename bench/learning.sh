#!/usr/bin/env bash
# Whether fine-tuning teaches what it is told: a small base is trained on this repository's sources; adapters are trained on
# questions about them, and, as controls, on the same questions with answers permuted within their kind. All are asked in
# phrasings that none was trained on. Nothing is downloaded. Takes about ten minutes on two quiet cores.
# SEEDS (5), BASE_EPOCHS (3), EPOCHS (12), THREADS (2). Exits 1 unless the right answers beat the permuted ones with an
# interval above zero, by facts and by seeds, while two permuted controls differ by nothing proven.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. .mvn/find-jdk.sh
. bench/lib.sh
build_with_tests
work=$(mktemp -d "${TMPDIR:-/tmp}/treadle-learning.XXXXXX")
trap 'rm -rf "$work"' EXIT
machine
# shellcheck disable=SC2086 # flags are words
OMP_NUM_THREADS=${THREADS:-2} "$JAVA_HOME/bin/java" $JAVA_FLAGS -Xmx1g -cp "$APP_TEST_CLASSES" dev.treadle.app.learning.LearningBench \
  . "$work" "${SEEDS:-5}" "${BASE_EPOCHS:-3}" "${EPOCHS:-12}" "${THREADS:-2}"
