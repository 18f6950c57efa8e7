#!/usr/bin/env bash
# Import speed: megabytes of session files a second of processor time, of the whole process.
# usage: bench/import.sh [MEGABYTES]      1500 by default; 5000 shows that memory does not grow with the folder
# Bars: 60 MB/s with redaction off, 20 MB/s with it on, each within a heap of 512 MB.
set -euo pipefail
cd "$(dirname "$0")/.."
. .mvn/find-jdk.sh
. bench/lib.sh
build_with_tests
megabytes=${1:-1500}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/treadle-import.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
machine
echo "writing $megabytes MB of sessions…"
"$JAVA_HOME/bin/java" $JAVA_FLAGS -cp "$APP_TEST_CLASSES" dev.treadle.testkit.SessionFolder "$scratch/sessions" "${megabytes}000000" 1
failed=0
for redaction in off on; do
  bar=20
  workspace="$scratch/$redaction"
  mkdir "$workspace"
  printf 'sources:\n  claude-code: ["%s"]\n' "$scratch/sessions" >"$workspace/treadle.yaml"
  if [ "$redaction" = off ]; then
    bar=60
    printf 'redaction:\n  off: [all]\n' >>"$workspace/treadle.yaml"
  fi
  TIMEFORMAT='%R %U %S'
  { time "$JAVA_HOME/bin/java" $JAVA_FLAGS -Xmx512m -jar app/target/treadle/lib/treadle.jar import --workspace "$workspace" >"$scratch/out" 2>"$scratch/err"; } 2>"$scratch/time" || { cat "$scratch/err"; exit 1; }
  head -n 1 "$scratch/out"
  read -r real user sys <"$scratch/time"
  awk -v m="$megabytes" -v r="$real" -v u="$user" -v s="$sys" -v bar="$bar" -v redaction="$redaction" 'BEGIN {
    speed = m / (u + s)
    printf "redaction %s: %.1f MB/s a core (%.1f s of processor time, %.1f s elapsed), bar %d: %s\n", redaction, speed, u + s, r, bar, (speed >= bar) ? "ok" : "BELOW"
    exit (speed >= bar) ? 0 : 1 }' || failed=1
  rm -rf "$workspace"
done
exit $failed
