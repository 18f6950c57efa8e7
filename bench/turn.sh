#!/usr/bin/env bash
# The wheel from end to end: training mode, questions, comparisons with scores in the dated view; one comparison is
# refused; 300 give a policy that beats the best single model on held-out questions and decides without a restart.
# Then a turn is killed at 20 random points: the next one comes to the same result. Environment: KILLS.
# Bars: all of that; the policy proven better than always taking the best single model; 20 of 20 the same.
set -euo pipefail
cd "$(dirname "$0")/.."
. .mvn/find-jdk.sh
. bench/lib.sh
kills=${KILLS:-20}
machine
./treadle --version >/dev/null
scratch=$(mktemp -d "${TMPDIR:-/tmp}/treadle-turn.XXXXXX")
server=
end_everything() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || :
  wait
  rm -rf "$scratch"
}
trap end_everything EXIT
failed=0
verdict() { # $1 whether it holds, $2 what
  if [ "$1" = true ]; then echo "ok      $2"; else echo "FAILED  $2"; failed=1; fi
}

# The demo's workspace brings the questions and the four models; its lake is left behind.
./treadle demo --no-training --workspace "$scratch/demo" >/dev/null
mkdir "$scratch/wheel"
cp "$scratch/demo/treadle.yaml" "$scratch/demo/exam.jsonl" "$scratch/wheel"
mkdir -p "$scratch/wheel/sessions"
wheel=$scratch/wheel

./treadle serve --workspace "$wheel" --listen 127.0.0.1:0 >"$scratch/out" 2>"$scratch/err" &
server=$!
url=
for _ in $(seq 100); do
  url=$(sed -n 's/^Serving on \([^ ]*\).*/\1/p' "$scratch/out" 2>/dev/null)
  [ -n "$url" ] && break
  sleep 0.1
done
[ -n "$url" ] || { cat "$scratch/err"; exit 1; }

# Asks the questions of lines $1 to $2, one after the other; prints how many were answered rightly.
ask() {
  local right=0 line question reference answer
  while IFS= read -r line; do
    question=$(sed 's/^{"question":"\(.*\)","reference":.*/\1/' <<<"$line")
    reference=$(sed 's/.*"reference":"\(.*\)","wrong":.*/\1/' <<<"$line")
    answer=$(curl -s -m 20 "$url/v1/chat/completions" -H 'content-type: application/json' \
      -d "{\"model\":\"ask\",\"messages\":[{\"role\":\"user\",\"content\":\"$question\"}]}" | sed -n 's/.*"content":"\([^"]*\)".*/\1/p')
    [ "$answer" != "$reference" ] || right=$((right + 1))
  done < <(sed -n "$1,$2p" "$wheel/exam.jsonl")
  echo "$right"
}
compared() {
  ./treadle data query --json --workspace "$wheel" "select count(*) n from comparisons where json_extract_string(labels, '$.state') is null" 2>/dev/null | sed -n 's/.*"n":\([0-9]*\).*/\1/p'
}
await_compared() {
  for _ in $(seq 120); do
    [ "$(compared)" -lt "$1" ] || return 0
    sleep 0.5
  done
  return 1
}
field() { sed -n "s/.*\"$1\":\([^,}]*\).*/\1/p" <<<"$2" | head -n 1; }

ask 1 1 >/dev/null
await_compared 1
./treadle export --as collected --to "$scratch/collected" --workspace "$wheel" >/dev/null
day=$(date -u +%Y%m%d)
verdict "$(grep -q '"scores":{"' "$scratch/collected/training_data_$day.jsonl" && echo true)" "one comparison, with scores, in training_data_$day.jsonl"
code=0
one=$(./treadle turn --json --workspace "$wheel") || code=$?
verdict "$([ "$code" -eq 3 ] && echo true)" "one comparison is refused with exit code 3: $(field why "$one")"

before=$(ask 2 300)
verdict "$(await_compared 300 && echo true)" "300 questions are compared"
cp -r "$wheel" "$scratch/before"
code=0
turn=$(./treadle turn --json --workspace "$wheel") || code=$?
verdict "$([ "$code" -eq 0 ] && echo true)" "after 300 a policy is promoted: $(field why "$turn")"
over=$(sed -n 's/.*"over_best":{\([^}]*\)}.*/\1/p' <<<"$turn")
verdict "$(grep -q '"is_better":true' <<<"$turn" && sed 's/.*"over_best"//' <<<"$turn" | grep -q '"is_better":true' && echo true)" "proven better than always the best single model on held-out comparisons ($over)"
sleep 2
after=$(ask 301 500)
echo "        answered rightly: $before of 299 as configured, $after of 200 fresh ones after the turn, no restart"
verdict "$([ $((after * 299)) -gt $((before * 200)) ] && echo true)" "more right answers live than before"
kill "$server"
wait "$server" || :
server=

# Only what a policy is, not when or as which number it was made.
essence() {
  local live
  live=$(sed -n 's/.*"live" *: *\([0-9]*\).*/\1/p' "$1/lake/policies/LIVE.json" | head -n 1)
  sed 's/"version":"[^"]*"//; s/"created":"[^"]*"//' "$1/lake/policies/$live.json" | sha256sum
}
start=$(date +%s%N)
cp -r "$scratch/before" "$scratch/whole"
./treadle turn --workspace "$scratch/whole" >/dev/null
took=$((($(date +%s%N) - start) / 1000000))
wanted=$(essence "$scratch/whole")
same=0
resumed=0
for _ in $(seq "$kills"); do
  cp -r "$scratch/before" "$scratch/killed"
  ./treadle turn --workspace "$scratch/killed" >/dev/null 2>&1 &
  victim=$!
  wait_ms=$((RANDOM % took))
  sleep "$(printf '%d.%03d' $((wait_ms / 1000)) $((wait_ms % 1000)))"
  kill -9 "$victim" 2>/dev/null || :
  wait "$victim" 2>/dev/null || :
  code=0
  again=$(./treadle turn --json --workspace "$scratch/killed") || code=$?
  case "$again" in *'"resumed":true'*) resumed=$((resumed + 1)) ;; esac
  [ "$(essence "$scratch/killed")" != "$wanted" ] || same=$((same + 1))
  rm -rf "$scratch/killed"
done
verdict "$([ "$same" -eq "$kills" ] && echo true)" "killed at $kills random points of $took ms: $same came to the same policy, live ($resumed were taken up)"
exit $failed
