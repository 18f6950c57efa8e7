#!/usr/bin/env bash
# Measures the door of the exchanges: what a record costs its caller, and the whole way at a rate from many virtual threads.
# Usage: bench/exchanges.sh [write | append [records a second] [seconds]]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/.mvn/find-jdk.sh"
. "$root/bench/lake-classpath.sh"
"$JAVA_HOME/bin/java" -Xmx256m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -cp "$classpath" dev.treadle.store.ExchangeBench "$@"
