#!/usr/bin/env bash
# A disk that becomes full while a model is trained: disks of ever other sizes, a run on each with a checkpoint every other step.
# Exits 1 if a run says more than one clear line, leaves something half-written, or does not go on where there is room again to
# the very bytes of an undisturbed run.
#   bench/train-disk.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [ -z "${ON_SMALL_DISKS:-}" ]; then
  # File systems that only this script's children see, as root or not.
  ON_SMALL_DISKS=1 exec unshare -rm "bench/$(basename "$0")"
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/treadle-disk.XXXXXX")
disk=$work/disk
trap 'umount "$disk" 2>/dev/null || :; rm -rf "$work"' EXIT
mkdir "$disk"
./treadle model make tiny --text docs --output "$work/tiny" --steps 5 >/dev/null 2>&1
printf 'training: {save_steps: 2, eval_steps: 2, max_steps: 16, save_total_limit: 50}\n' >"$work/settings.yaml"
train() { # $1 output, then options
  ./treadle train --base "$work/tiny" --text docs/wheel.md docs/lake.md --validation docs/formats.md --output "$@" --config "$work/settings.yaml" >"$work/out" 2>"$work/err"
}
failed=0
wrong() {
  echo "  WRONG: $*"
  failed=1
}
train "$work/whole" || { cat "$work/err"; exit 1; }

for size in 4 8 12 20 40 60 100 200 400 700 1000 1500 2000 3000 4000 6000 8000 10000; do
  mount -t tmpfs -o "size=${size}k" tmpfs "$disk"
  code=0
  train "$disk/out" || code=$?
  said=$(tr '\r' '\n' <"$work/err" | grep '^treadle: ' || :)
  echo "$size KB: exit $code, $(find "$disk" -mindepth 2 -maxdepth 2 -name 'checkpoint-*' | wc -l) checkpoints; ${said//"$disk"/DISK}"
  [ "$code" = 1 ] || wrong "it did not fail"
  [[ "$said" == "treadle: the disk that holds "*" is full: free some space and try again" ]] || wrong "no clear line"
  [ -z "$(find "$disk" -name '*.part')" ] || wrong "left $(find "$disk" -name '*.part')"
  [ ! -f "$disk/out/loss.png" ] || tail -c 8 "$disk/out/loss.png" | grep -q IEND || wrong "half a picture"
  [ ! -f "$disk/out/report.html" ] || tail -c 20 "$disk/out/report.html" | grep -q '</main>' || wrong "half a report"
  mount -o remount,size=60m "$disk"
  train "$disk/out" --resume || wrong "it does not go on: $(tail -1 "$work/err")"
  cmp -s "$work/whole/final_model/adapter_model.safetensors" "$disk/out/final_model/adapter_model.safetensors" || wrong "another result"
  umount "$disk"
done
exit $failed
