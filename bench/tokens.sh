#!/usr/bin/env bash
# How fast a tokenizer is made, texts are encoded, and agents' sessions become sequences. The text is this checkout's own.
# Usage: bench/tokens.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. .mvn/find-jdk.sh
. bench/lib.sh
build_with_tests
work=$(mktemp -d "${TMPDIR:-/tmp}/treadle-tokens.XXXXXX")
trap 'rm -rf "$work"' EXIT
git ls-files -z '*.java' '*.md' | sort -z | xargs -0 cat >"$work/text"
machine
# shellcheck disable=SC2086 # flags are words
"$JAVA_HOME/bin/java" $JAVA_FLAGS -Xmx1g -cp "training/target/test-classes:$APP_CLASSES" dev.treadle.training.tokens.TokensBench \
  "$work/tokenizer" "$work/text" training/src/test/resources/templates/qwen2_5.jinja training/src/test/resources/templates/qwen3.jinja
