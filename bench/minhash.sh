#!/usr/bin/env bash
# Speed, precision and recall of near-duplicate search on one core, on a synthetic corpus. Exits 1 below the bar.
# Needs a build with test classes: ./mvnw -Pquick -pl measure -am test-compile
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/.mvn/find-jdk.sh"
exec "$JAVA_HOME/bin/java" -Xmx1g -XX:+UseSerialGC -XX:ActiveProcessorCount=1 -cp "$root/measure/target/classes:$root/measure/target/test-classes" dev.treadle.measure.text.MinHashBench
