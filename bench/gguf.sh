#!/usr/bin/env bash
# GGUF files: (1) throughput of treadle model export, of a random model with the matrices of an 8 B Llama, against `cp` and `sync`;
# (2) small models of each architecture trained on docs/: the next token in llama.cpp against our own engine's, in each form; and, with a
# Python that has transformers and gguf, each file's weights and logits against the folder's.
# Usage: bench/gguf.sh [folder on the disk to measure]. LAYERS (1: 1 GB of BF16), ROUNDS (2), STEPS (150), THREADS (2), TREADLE_PYTHON.
# Exits 1 if a file is cut otherwise, or if transformers finds a weight off by more than its form allows.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. .mvn/find-jdk.sh
. bench/lib.sh
build_with_tests
work=$(mktemp -d "${1:-${TMPDIR:-/tmp}}/treadle-gguf.XXXXXX")
trap 'rm -rf "$work"' EXIT
now() { date +%s%N; }
java() {
  # shellcheck disable=SC2086 # flags are words
  "$JAVA_HOME/bin/java" $JAVA_FLAGS -Xmx2g -cp "training/target/test-classes:testkit/target/classes:$APP_CLASSES" "$@"
}
machine
threads=${THREADS:-2}
make() {
  ./treadle model make tiny --arch "$1" --text docs --output "$work/$1" --steps "$2" --threads "$threads" 2>/dev/null | tail -n 1
}

make llama 0
java dev.treadle.training.merge.MergeBench "$work/large" "${LAYERS:-1}" 1
cp "$work"/llama/tokenizer*.json "$work/large/base/"
bytes=$(du -sb "$work/large/base" | cut -f1)
for ((round = 1; round <= ${ROUNDS:-2}; round++)); do
  began=$(now)
  cp -r "$work/large/base" "$work/copy" && sync
  copied=$((($(now) - began) / 1000000))
  rm -rf "$work/copy"
  echo "round $round: $((bytes / 1000000)) MB, cp + sync $((bytes / copied / 1000)) MB/s"
  for form in q8_0 f16 bf16 f32; do
    began=$(now)
    ./treadle model export --model "$work/large/base" --output "$work/large.gguf" --type "$form" --threads "$threads" >"$work/out" 2>"$work/err" &
    pid=$!
    resident=0
    while kill -0 "$pid" 2>/dev/null; do
      seen=$(awk '/VmHWM/ { print $2 }' "/proc/$pid/status" 2>/dev/null || true)
      resident=${seen:-$resident}
      sleep 0.1
    done
    wait "$pid" || { cat "$work/err" >&2; exit 1; }
    took=$((($(now) - began) / 1000000))
    rm "$work/large.gguf"
    echo "  $form: $((bytes / took / 1000)) MB/s of the source, peak $((resident / 1024)) MiB; load $(cut -d' ' -f1 /proc/loadavg)"
  done
done
rm -rf "$work/large"

failed=0
head -c 9000 docs/ARCHITECTURE.md >"$work/text.txt"
rm -rf "$work/llama"
for architecture in llama qwen2 qwen3; do
  make "$architecture" "${STEPS:-150}"
  for form in f32 f16 bf16 q8_0; do
    mkdir -p "$work/$architecture-files"
    file="$work/$architecture-files/$architecture-$form.gguf"
    ./treadle model export --model "$work/$architecture" --output "$file" --type "$form" >/dev/null
    if [ "$architecture" != qwen3 ]; then # The llama.cpp within is older than it.
      line=$(java dev.treadle.training.llama.GgufBench "$work/$architecture" "$file" "$work/text.txt")
      echo "  $line"
      [[ "$line" == *"cut alike"* ]] || failed=1
    fi
    if "${TREADLE_PYTHON:-false}" -c 'import gguf, transformers' 2>/dev/null; then
      HF_HUB_OFFLINE=1 PYTHONWARNINGS=ignore "$TREADLE_PYTHON" training/src/test/python/check_gguf.py "$work/$architecture" "$file" "$form" 2>/dev/null | sed 's/^/  /' || failed=1
    fi
  done
done
exit $failed
