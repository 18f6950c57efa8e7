#!/bin/sh
# Builds twice from nothing, in two folders, and compares the jars byte for byte. Exits 1 if any differs.
set -eu
root=$(CDPATH='' cd -- "$(dirname "$0")/.." && pwd)
place=$(mktemp -d "${TMPDIR:-/tmp}/treadle-reproducible.XXXXXX")
trap 'rm -rf "$place"' EXIT
trap 'exit 130' INT TERM
for copy in one "the other"; do
  mkdir "$place/$copy"
  (cd "$root" && git ls-files -z --cached --others --exclude-standard | tar --null -cf - -T - 2>/dev/null) | tar -C "$place/$copy" -xf -
  (cd "$place/$copy" && ./mvnw -B -q -Pquick -Dmaven.test.skip=true -Dspotless.check.skip=true -pl app -am package >/dev/null)
done
cd "$place/one/app/target/treadle/lib"
failed=0
for jar in *.jar; do
  if cmp -s "$jar" "$place/the other/app/target/treadle/lib/$jar"; then
    echo "same     $jar"
  else
    echo "differs  $jar"
    failed=1
  fi
done
exit $failed
