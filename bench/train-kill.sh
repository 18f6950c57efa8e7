#!/usr/bin/env bash
# Whether a training that is killed again and again ends with the bytes of one that was left alone: the process is killed
# (SIGKILL) at random moments and resumed until it is done; the adapters are compared byte by byte. Dropout, packing,
# accumulation, prepacked matrices and checkpoints every third step are on.
# Usage: bench/train-kill.sh [rounds (3)]. SEED (the clock's) makes the moments. Exits 1 if a byte differs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. .mvn/find-jdk.sh
. bench/lib.sh
build_with_tests
rounds=${1:-3}
RANDOM=${SEED:-$(($(date +%s) % 32768))}
work=$(mktemp -d "${TMPDIR:-/tmp}/treadle-kill.XXXXXX")
trap 'rm -rf "$work"' EXIT
treadle() {
  # shellcheck disable=SC2086 # flags are words
  exec "$JAVA_HOME/bin/java" $JAVA_FLAGS -Xmx512m -cp "$APP_CLASSES" dev.treadle.app.Treadle "$@"
}
(treadle model make tiny --arch qwen3 --text docs --output "$work/base" --vocabulary 600 --steps 3) >"$work/made" 2>&1 || { cat "$work/made" >&2; exit 1; }
for i in $(seq 1 120); do
  printf '{"messages":[{"role":"user","content":"What is %d plus %d?"},{"role":"assistant","content":"It is %d."}]}\n' "$i" $((i * 7 % 50)) $((i + i * 7 % 50))
done >"$work/chats.jsonl"
cat >"$work/config.yaml" <<'Y'
lora: {r: 8, alpha: 16, dropout: 0.1, target_modules: all-linear}
training: {batch_size: 4, gradient_accumulation_steps: 2, learning_rate: 1e-3, max_steps: 30, max_length: 128, packing: true, save_steps: 3, save_total_limit: 2, eval_strategy: "no", prepack_weights: true}
Y
train() { # $1 output, then more options
  local output=$1
  shift
  treadle train --base "$work/base" --data "$work/chats.jsonl" --config "$work/config.yaml" --output "$work/$output" --threads 2 "$@"
}
began=$(date +%s%N)
(train whole) >"$work/whole.out" 2>&1 || { cat "$work/whole.out" >&2; exit 1; }
took=$((($(date +%s%N) - began) / 1000000))
sum=$(sha256sum <"$work/whole/final_model/adapter_model.safetensors")
echo "undisturbed: 30 steps in $took ms; adapter ${sum:0:16}…; $(machine)"
failed=0
all_kills=0
for round in $(seq 1 "$rounds"); do
  kills=0
  resume=()
  while :; do
    (train "killed-$round" ${resume[@]+"${resume[@]}"}) >"$work/killed.out" 2>&1 &
    pid=$!
    # Not before the JVM is up, or nothing would ever be done.
    moment=$((took / 4 + RANDOM % (took * 2 / 3)))
    sleep "$(awk -v ms="$moment" 'BEGIN { print ms / 1000 }')"
    if kill -9 "$pid" 2>/dev/null; then kills=$((kills + 1)); fi
    wait "$pid" 2>/dev/null || :
    [ ! -e "$work/killed-$round/final_model" ] || break
    [ ! -d "$work/killed-$round" ] || resume=(--resume)
    if [ "$kills" -gt 40 ]; then echo "  it does not come to an end" >&2; cat "$work/killed.out" >&2; exit 1; fi
  done
  other=$(sha256sum <"$work/killed-$round/final_model/adapter_model.safetensors")
  steps=$(grep -c '"type":"step"' "$work/killed-$round/log.jsonl")
  all_kills=$((all_kills + kills))
  echo "round $round: killed $kills times, $steps steps in the log, adapter ${other:0:16}…"
  if [ "$sum" != "$other" ] || [ "$steps" != "$(grep -c '"type":"step"' "$work/whole/log.jsonl")" ]; then failed=1; fi
done
[ "$all_kills" -gt 0 ] || { echo "no kill came before an end: nothing was tried" >&2; failed=1; }
[ "$failed" = 0 ] && echo "byte-identical (bar: all $rounds rounds)"
exit "$failed"
