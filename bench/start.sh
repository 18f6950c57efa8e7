#!/bin/sh
# How long a start takes, as a person sees it: medians of 10 warm runs of ./treadle. Exits 1 above the bars.
# usage: bench/start.sh [WORKSPACE]      by default a demo workspace in bench/out
set -eu
root=$(CDPATH='' cd -- "$(dirname "$0")/.." && pwd)
workspace=${1:-$root/bench/out/start}
runs=10
if [ $# -eq 0 ]; then
  mkdir -p "$root/bench/out"
  "$root/treadle" demo --no-training --workspace "$workspace" >/dev/null
fi
"$root/treadle" --version >/dev/null # builds and records, if need be

# Prints the median wall time of $runs runs in milliseconds.
median() {
  i=0
  while [ "$i" -lt "$runs" ]; do
    begin=$(date +%s%N)
    "$@" >/dev/null
    end=$(date +%s%N)
    echo $(((end - begin) / 1000000))
    i=$((i + 1))
  done | sort -n | sed -n "$((runs / 2 + 1))p"
}

failed=0
# $1 what, $2 the bar in milliseconds, then the command
measure() {
  what=$1
  bar=$2
  shift 2
  time=$(median "$@")
  echo "$what: $time ms (bar: $bar ms)"
  [ "$time" -le "$bar" ] || failed=1
}
measure "--help" 250 "$root/treadle" --help
measure "data show" 600 "$root/treadle" data show --workspace "$workspace"
measure "data query" 1500 "$root/treadle" data query --workspace "$workspace" "select count(*) from examples"
measure "import, nothing new" 900 "$root/treadle" import --workspace "$workspace"
exit $failed
