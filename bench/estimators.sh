#!/usr/bin/env bash
# How often 95 % intervals of estimates from simulated logs cover the truth, and how often experiments that are looked at after every
# batch stop falsely. Exits 1 below the bar. One thread, seeded, about half a minute.
# Needs a build with test classes: ./mvnw -Pquick -pl measure -am test-compile
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/.mvn/find-jdk.sh"
exec "$JAVA_HOME/bin/java" -Xmx1g -XX:+UseSerialGC -XX:ActiveProcessorCount=1 -cp "$root/measure/target/classes:$root/measure/target/test-classes" dev.treadle.measure.statistics.EstimatorsBench
