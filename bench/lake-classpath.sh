# Sourced by the lake's benchmarks with $root set: builds the module's classes and sets $classpath.
(cd "$root" && ./mvnw -B -q -Pquick -DskipTests -Dspotless.check.skip=true -pl store -am test-compile \
  dependency:build-classpath -Dmdep.outputFile=target/bench.classpath -Dmdep.includeScope=test) >&2
classpath="$root/store/target/test-classes:$root/store/target/classes:$root/transcript/target/classes:$(cat "$root/store/target/bench.classpath")"
