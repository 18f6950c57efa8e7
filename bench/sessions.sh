#!/usr/bin/env bash
# Tries what an import promises on folders of session files; exits 1 where a promise is not kept.
# usage: bench/sessions.sh FOLDER…      by default the two in $TREADLE_DATA
set -euo pipefail
cd "$(dirname "$0")/.."
. .mvn/find-jdk.sh
. bench/lib.sh
build_with_tests
if [ $# -eq 0 ]; then
  [ -n "${TREADLE_DATA:-}" ] || { echo "skipped: name folders of sessions, or set TREADLE_DATA" >&2; exit 0; }
  set -- "$TREADLE_DATA/claude-code-log" "$TREADLE_DATA/claude-code-viewer"
fi
exec "$JAVA_HOME/bin/java" $JAVA_FLAGS -Xmx512m -cp "$APP_TEST_CLASSES" dev.treadle.app.bench.SessionsCheck "$@"
