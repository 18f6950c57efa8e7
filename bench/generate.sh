#!/usr/bin/env bash
# How fast a prompt is read and tokens are written, by our engine and by transformers' generate: equal weights, prompt, threads,
# greedy on both sides; the two alternate.
# Usage: bench/generate.sh [small|large]…, by default small. TREADLE_PYTHON names the Python with transformers; skips without.
# ROUNDS (5, after one that warms up), PROMPT (512), TOKENS (64), THREADS (2), DTYPE (float32 or bfloat16).
# Exits 1 if, in float32, the tokens differ: then it was not the same work. It asks no speed of either side.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. .mvn/find-jdk.sh
. bench/lib.sh
find_python
build_with_tests
rounds=${ROUNDS:-5} prompt=${PROMPT:-512} tokens=${TOKENS:-64} threads=${THREADS:-2} dtype=${DTYPE:-float32}
script=training/src/test/python/generate_step.py
export OMP_NUM_THREADS=$threads
work=$(mktemp -d "${TMPDIR:-/tmp}/treadle-generate.XXXXXX")
ours=
theirs=
end_everything() {
  exec 3>&- 5>&-
  [ -z "$ours" ] || kill "$ours" 2>/dev/null || :
  [ -z "$theirs" ] || kill "$theirs" 2>/dev/null || :
  wait
  rm -rf "$work"
}
trap end_everything EXIT
mkfifo "$work/to-ours" "$work/from-ours" "$work/to-theirs" "$work/from-theirs"

value() { # $1 line, $2 name
  sed -n "s/.*\"$2\": *\"\{0,1\}\([-0-9.eE+ ]*\).*/\1/p" <<<"$1"
}
# Asks one side for a round: $1 descriptor to it, $2 descriptor from it, $3 whose.
round_of() {
  echo round >&"$1"
  if ! read -r line <&"$2"; then
    echo "$3 ended: $(tail -3 "$work/$3.err")" >&2
    exit 1
  fi
}
median() {
  printf '%s\n' "$@" | sort -g | sed -n "$((($# + 1) / 2))p"
}
ratio() {
  awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a / b }'
}

failed=0
measure() { # $1 shape
  local model=$work/model-$1 round line our_line
  local our_prefill=() our_decode=() their_prefill=() their_decode=()
  mkdir "$model"
  "$PYTHON" "$script" make "$model" --shape "$1" --dtype "$dtype" --prompt "$prompt" 2>"$work/make.err" ||
    { cat "$work/make.err" >&2; exit 1; }
  # shellcheck disable=SC2086 # flags are words
  GLIBC_TUNABLES=glibc.malloc.hugetlb=1 "$JAVA_HOME/bin/java" $JAVA_FLAGS -Xmx512m \
    -cp "training/target/test-classes:$APP_CLASSES" dev.treadle.training.tensor.GenerateBench "$model" "$tokens" "$threads" "$dtype" \
    <"$work/to-ours" >"$work/from-ours" 2>"$work/ours.err" &
  ours=$!
  "$PYTHON" "$script" run "$model" --tokens "$tokens" --threads "$threads" --dtype "$dtype" \
    <"$work/to-theirs" >"$work/from-theirs" 2>"$work/theirs.err" &
  theirs=$!
  exec 3>"$work/to-ours" 4<"$work/from-ours" 5>"$work/to-theirs" 6<"$work/from-theirs"
  echo "$1, $dtype: $(machine), $threads threads, prompt of $prompt tokens, $tokens more"
  for ((round = 0; round <= rounds; round++)); do
    round_of 3 4 ours
    our_line=$line
    sleep 1 # until the waiting side's threads have stopped spinning
    round_of 5 6 theirs
    sleep 1
    echo "  round $round: prompt $(value "$our_line" prefill) against $(value "$line" prefill) tokens/s," \
      "answer $(value "$our_line" decode) against $(value "$line" decode); load $(cut -d' ' -f1 /proc/loadavg)"
    if [ "$(value "$our_line" tokens)" != "$(value "$line" tokens)" ]; then
      echo "  the tokens differ"
      [ "$dtype" != float32 ] || failed=1
    fi
    [ "$round" != 0 ] || continue
    our_prefill+=("$(value "$our_line" prefill)") our_decode+=("$(value "$our_line" decode)")
    their_prefill+=("$(value "$line" prefill)") their_decode+=("$(value "$line" decode)")
  done
  exec 3>&- 4<&- 5>&- 6<&-
  wait "$ours" "$theirs" || { echo "one side failed: $(tail -3 "$work/ours.err" "$work/theirs.err")" >&2; failed=1; }
  ours=""
  theirs=""
  echo "$1, $dtype, medians of $rounds:" \
    "prompt $(median "${our_prefill[@]}") against $(median "${their_prefill[@]}") tokens/s" \
    "($(ratio "$(median "${our_prefill[@]}")" "$(median "${their_prefill[@]}")"))," \
    "answer $(median "${our_decode[@]}") against $(median "${their_decode[@]}")" \
    "($(ratio "$(median "${our_decode[@]}")" "$(median "${their_decode[@]}")"))"
  rm -rf "$model"
}

[ $# -gt 0 ] || set -- small
for shape; do
  measure "$shape"
done
exit "$failed"
