#!/usr/bin/env bash
# Whether two processes of torchrun (PyTorch, transformers, PEFT; gloo, on the processor) train as the own engine does, in
# float32: the same rows a step, losses of all steps and of what is held out within 1e-4, an adapter that we read. Then whether
# a run whose processes are killed goes on. Three architectures with ddp; fsdp by a patch of accelerate, which leaves it out where
# there is no GPU; deepspeed if that Python has it. Exits 1 otherwise.
# Usage: bench/torchrun.sh. TREADLE_PYTHON names the Python with PEFT; skips without.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. .mvn/find-jdk.sh
. bench/lib.sh
find_python
build_with_tests
work=$(mktemp -d "${TMPDIR:-/tmp}/treadle-torchrun.XXXXXX")
trap 'rm -rf "$work"' EXIT
compare() {
  # shellcheck disable=SC2086 # flags are words
  "$JAVA_HOME/bin/java" $JAVA_FLAGS -Xmx1g -cp "training/target/test-classes:testkit/target/classes:$APP_CLASSES" \
    dev.treadle.training.torchrun.TorchrunBench "$work" "$PYTHON" "$@"
}

machine
compare ddp llama qwen2 qwen3
compare ddp-recomputed qwen3
compare ddp-full llama
compare ddp-bf16 qwen3
compare ddp-killed qwen3
export PYTHONPATH="$PWD/training/src/test/python/fsdp_on_cpu"
compare fsdp llama qwen2 qwen3
compare fsdp-bf16 qwen3
if "$PYTHON" -c 'import deepspeed' 2>/dev/null; then
  compare deepspeed llama qwen3
else
  echo "deepspeed: not there, not tried"
fi
