#!/usr/bin/env bash
# Four processes write one lake and are killed at random moments, round after round; then everything that they
# acknowledged must be there exactly once. Usage: bench/lake-kill.sh [rounds] [folder]. Ends with 1 where it is not.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/.mvn/find-jdk.sh"
. "$root/bench/lake-classpath.sh"
folder=${2:-${TMPDIR:-/tmp}}
work=$(mktemp -d "$folder/treadle-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
"$JAVA_HOME/bin/java" -Xmx512m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -cp "$classpath" dev.treadle.store.LakeBench kill "$work" "${1:-10}"
