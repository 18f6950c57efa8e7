#!/usr/bin/env bash
# Measures the lake: append throughput with group commit, before-answer latency, scan, seal and recovery speed.
# Usage: bench/lake.sh [folder on the disk to measure]. Ends with 1 where a figure is below its bar.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/.mvn/find-jdk.sh"
. "$root/bench/lake-classpath.sh"
folder=${1:-${TMPDIR:-/tmp}}
work=$(mktemp -d "$folder/treadle-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
"$JAVA_HOME/bin/java" -Xmx512m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -cp "$classpath" dev.treadle.store.LakeBench lake "$work"
