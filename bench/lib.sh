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

# What the launcher sets for training: large pages for malloc, and less to be kept by oneDNN.
training_environment() {
  export GLIBC_TUNABLES=glibc.malloc.hugetlb=1 ONEDNN_PRIMITIVE_CACHE_CAPACITY=128 LRU_CACHE_CAPACITY=128
}

# What the figures were measured on.
machine() {
  echo "$(nproc) cores, $(grep -m1 'model name' /proc/cpuinfo 2>/dev/null | cut -d: -f2- || uname -m), load $(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo '?')"
}

# Python with torch, transformers and PEFT, which some figures are measured against: $PYTHON. Skips aloud where there is none.
find_python() {
  PYTHON=${TREADLE_PYTHON:-}
  if [ -z "$PYTHON" ] || ! "$PYTHON" -c 'import torch, transformers, peft' 2>/dev/null; then
    echo "SKIPPED: TREADLE_PYTHON (${PYTHON:-not set}) names no Python with torch, transformers and PEFT. To make one:"
    echo "  python3 -m venv venv"
    echo "  venv/bin/pip install --extra-index-url https://download.pytorch.org/whl/cpu -r training/src/test/python/requirements.txt"
    echo "  TREADLE_PYTHON=venv/bin/python $0"
    exit 0
  fi
  export HF_HUB_OFFLINE=1 HF_HUB_DISABLE_PROGRESS_BARS=1 PYTHONWARNINGS=ignore
}
