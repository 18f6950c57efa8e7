#!/usr/bin/env bash
# Whether fine-tuning gives what transformers and PEFT give, in float32, with models, adapters and chats made for this run:
# logits and losses of 20 LoRA steps (and 5 of full tuning) within 1e-4, adapters in both directions within 1e-4, merged
# weights within one unit in the last place of bfloat16, rendered chats equal token for token. Exits 1 otherwise.
# Usage: bench/parity.sh [seed]. TREADLE_PYTHON names the Python with PEFT; skips without.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. .mvn/find-jdk.sh
. bench/lib.sh
find_python
build_with_tests
seed=${1:-1}
work=$(mktemp -d "${TMPDIR:-/tmp}/treadle-parity.XXXXXX")
trap 'rm -rf "$work"' EXIT
java() {
  # shellcheck disable=SC2086 # flags are words
  "$JAVA_HOME/bin/java" $JAVA_FLAGS -Xmx1g -cp "training/target/test-classes:testkit/target/classes:$APP_CLASSES" "$@"
}

echo "seed $seed: making models…" >&2
"$PYTHON" training/src/test/python/parity.py make "$work" --seed "$seed" >"$work/made" 2>&1 || { cat "$work/made" >&2; exit 1; }
java dev.treadle.training.tensor.ParityBench "$work"
java dev.treadle.training.tokens.ChatParityBench "$work/chats"
for base in "$work"/*/base; do
  java dev.treadle.app.Treadle merge --base "$base" --adapter "${base%base}after" --output "${base%base}ours-merged" >"$work/merge"
done
"$PYTHON" training/src/test/python/parity.py check "$work"
