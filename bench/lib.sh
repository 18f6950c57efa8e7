# Shared by the scripts here: builds what is measured and says where it lies. Sourced, from the root.
JAVA_FLAGS="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:+UseSerialGC"

# Compiles everything, tests too, unless it is up to date.
build_with_tests() {
  if [ ! -f app/target/test-classes/.built ] || [ -n "$(find pom.xml ./*/pom.xml ./*/src -newer app/target/test-classes/.built -type f -print -quit)" ]; then
    echo "building…" >&2
    ./mvnw -B -q -Pquick -DskipTests package >&2
    mkdir -p app/target/test-classes
    touch app/target/test-classes/.built
  fi
  APP_CLASSES=$(printf '%s:' app/target/treadle/lib/*.jar)
  APP_TEST_CLASSES="app/target/test-classes:testkit/target/classes:$APP_CLASSES"
}

# What the figures were measured on.
machine() {
  echo "$(nproc) cores, $(grep -m1 'model name' /proc/cpuinfo 2>/dev/null | cut -d: -f2- || uname -m), load $(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo '?')"
}
