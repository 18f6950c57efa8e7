#!/usr/bin/env bash
# Whether transformers loads the models that `treadle model make` makes: one of each architecture, trained for a few steps on
# docs/; the loss of a text that treadle measures against the one that transformers measures.
# Usage: bench/making.sh. TREADLE_PYTHON names the Python with transformers; skips without. STEPS (20), THREADS (2).
# Exits 1 if a model does not load, writes a chat otherwise, or if the losses differ by more than 1e-5.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. bench/lib.sh
find_python
work=$(mktemp -d "${TMPDIR:-/tmp}/treadle-making.XXXXXX")
trap 'rm -rf "$work"' EXIT
printf 'A lake has segments, and each of them is sealed. What is acknowledged is on the disk.' >"$work/text.txt"
echo "$(machine)"
failed=0
for architecture in qwen3 qwen2 llama; do
  model="$work/$architecture"
  ./treadle model make tiny --arch "$architecture" --text docs --output "$model" --steps "${STEPS:-20}" --threads "${THREADS:-2}" 2>/dev/null | tail -n 1
  loss=$(./treadle train --base "$model" --text "$work/text.txt" --validation "$work/text.txt" --max-steps 1 --output "$work/run-$architecture" --json |
    sed -n 's/.*"losses":{[^}]*"base":\([0-9.]*\).*/\1/p')
  "$PYTHON" training/src/test/python/made_models.py "$model" "$work/text.txt" "$loss" || failed=1
done
exit $failed
