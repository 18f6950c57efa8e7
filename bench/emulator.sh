#!/usr/bin/env bash
# Runs the LLaMA-Factory loader emulator over that trainer's demo files (folder TREADLE_DATA) and over our bad rows.
# Needs a build with test classes: ./mvnw -Pquick -pl curation -am test-compile
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/.mvn/find-jdk.sh"
: "${TREADLE_DATA:?set TREADLE_DATA to the folder with llamafactory-formats/data}"
repository=${MAVEN_REPOSITORY:-$HOME/.m2/repository}
jackson=$(sed -n 's:.*<jackson.version>\(.*\)</jackson.version>.*:\1:p' "$root/pom.xml")
classpath="$root/curation/target/classes:$root/curation/target/test-classes"
for jar in "$repository"/tools/jackson/core/jackson-{core,databind}/"$jackson"/*.jar "$repository"/com/fasterxml/jackson/core/jackson-annotations/*/*.jar; do
  classpath="$classpath:$jar"
done
exec "$JAVA_HOME/bin/java" -Xmx512m -XX:+UseSerialGC -cp "$classpath" dev.treadle.curation.llamafactory.EmulatorBench "$TREADLE_DATA"
