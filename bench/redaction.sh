#!/usr/bin/env bash
# Measures the redactor: bench/redaction.sh [throughput] [adversarial] [accuracy]. Exits 1 below a bar.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/.mvn/find-jdk.sh"
"$root/mvnw" -B -q -f "$root/pom.xml" -Pquick -pl store -am -Dspotless.check.skip=true test-compile
exec "$JAVA_HOME/bin/java" -Xmx1g -XX:+UseSerialGC -Dstdout.encoding=UTF-8 \
  -cp "$root/store/target/test-classes:$root/store/target/classes" dev.treadle.store.redaction.RedactionBench "$@"
