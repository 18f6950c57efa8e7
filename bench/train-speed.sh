#!/usr/bin/env bash
# Speed and memory of a LoRA step against PEFT's in eager mode: equal weights, batches, threads, settings; the two alternate.
# Usage: bench/train-speed.sh [small|large]…, by default both. TREADLE_PYTHON names the Python with PEFT; skips without.
# ROUNDS (5, after one that warms up), STEPS of a round (3), THREADS (2), DROPOUT (0). CONTROL=1 measures PEFT against itself.
# LARGE_PAGES=1 gives PEFT the large pages that our launcher sets for ours: no user of it does, but it says what they make out.
# Exits 1 if tokens/s are below 1.2 x PEFT's (median of the rounds' ratios), if the peak memory is above PEFT's, or, without
# dropout, if the losses differ by more than 0.001: then it was not the same work.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. .mvn/find-jdk.sh
. bench/lib.sh
find_python
[ -n "${CONTROL:-}" ] || build_with_tests
rounds=${ROUNDS:-5} steps=${STEPS:-3} threads=${THREADS:-2} dropout=${DROPOUT:-0}
script=training/src/test/python/peft_step.py
export OMP_NUM_THREADS=$threads
work=$(mktemp -d "${TMPDIR:-/tmp}/treadle-speed.XXXXXX")
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

start_theirs() { # $1 folder
  [ -z "${LARGE_PAGES:-}" ] || export GLIBC_TUNABLES=glibc.malloc.hugetlb=1
  exec "$PYTHON" "$script" run "$1" --steps "$steps" --threads "$threads" --dropout "$dropout"
}
start_ours() { # $1 folder
  [ -z "${CONTROL:-}" ] || start_theirs "$1"
  training_environment
  # shellcheck disable=SC2086 # flags are words
  exec "$JAVA_HOME/bin/java" $JAVA_FLAGS -Xmx512m -cp "training/target/test-classes:$APP_CLASSES" \
    dev.treadle.training.tensor.StepBench "$1" "$steps" "$threads"
}
value() { # $1 line, $2 name
  sed -n "s/.*\"$2\": *\([-0-9.eE+]*\).*/\1/p" <<<"$1"
}
# Asks one side for a round: $1 descriptor to it, $2 descriptor from it, $3 whose.
round_of() {
  echo round >&"$1"
  if ! read -r line <&"$2"; then
    echo "$3 ended: $(tail -3 "$work/$3.err")" >&2
    exit 1
  fi
}

failed=0
measure() { # $1 shape
  local model=$work/model-$1 ratios=() round line
  "$PYTHON" "$script" make "$model" --shape "$1" --dropout "$dropout" 2>"$work/make.err" || { cat "$work/make.err" >&2; exit 1; }
  start_ours "$model" <"$work/to-ours" >"$work/from-ours" 2>"$work/ours.err" &
  ours=$!
  start_theirs "$model" <"$work/to-theirs" >"$work/from-theirs" 2>"$work/theirs.err" &
  theirs=$!
  exec 3>"$work/to-ours" 4<"$work/from-ours" 5>"$work/to-theirs" 6<"$work/from-theirs"
  echo "$1: $(machine), $threads threads, dropout $dropout, rounds of $steps steps, the first warms up"
  for ((round = 0; round <= rounds; round++)); do
    round_of 3 4 ours
    local our_speed our_peak our_loss their_speed their_peak their_loss
    our_speed=$(value "$line" tokens_per_second) our_peak=$(value "$line" peak_bytes) our_loss=$(value "$line" loss)
    sleep 1 # until the waiting side's threads have stopped spinning
    round_of 5 6 theirs
    their_speed=$(value "$line" tokens_per_second) their_peak=$(value "$line" peak_bytes) their_loss=$(value "$line" loss)
    sleep 1
    local ratio
    ratio=$(awk -v a="$our_speed" -v b="$their_speed" 'BEGIN { printf "%.3f", a / b }')
    echo "  round $round: $our_speed against $their_speed tokens/s: $ratio; losses $our_loss, $their_loss; load $(cut -d' ' -f1 /proc/loadavg)"
    [ "$round" = 0 ] || ratios+=("$ratio")
    if [ "$dropout" = 0 ] && ! awk -v a="$our_loss" -v b="$their_loss" 'BEGIN { d = a - b; exit !(d * d <= 1e-6) }'; then
      echo "  the losses differ: not the same work"
      failed=1
    fi
  done
  exec 3>&- 4<&- 5>&- 6<&-
  wait "$ours" "$theirs" || { echo "one side failed: $(tail -3 "$work/ours.err" "$work/theirs.err")" >&2; failed=1; }
  ours=""
  theirs=""
  verdict "$1" "$our_peak" "$their_peak" "${ratios[@]}"
  rm -rf "$model"
}
verdict() { # $1 shape, $2 our peak, $3 their peak, ratios
  local shape=$1 our_peak=$2 their_peak=$3 sorted median
  shift 3
  sorted=$(printf '%s\n' "$@" | sort -g)
  median=$(sed -n "$((($# + 1) / 2))p" <<<"$sorted")
  echo "$shape: $median x PEFT's tokens/s (median of $#; $(head -1 <<<"$sorted") to $(tail -1 <<<"$sorted"); bar: 1.2)," \
    "peak memory $((our_peak / 1048576)) against $((their_peak / 1048576)) MiB:" \
    "$(awk -v a="$our_peak" -v b="$their_peak" 'BEGIN { printf "%.3f", a / b }') (bar: 1.0)"
  awk -v it="$median" 'BEGIN { exit !(it >= 1.2) }' || failed=1
  [ "$our_peak" -le "$their_peak" ] || failed=1
}

[ $# -gt 0 ] || set -- small large
for shape; do
  measure "$shape"
done
exit "$failed"
