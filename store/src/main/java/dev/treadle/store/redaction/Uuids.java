package dev.treadle.store.redaction;

/** Recognises UUIDs. */
final class Uuids {
  private static final int[] GROUPS = {8, 4, 4, 4, 12};

  private Uuids() {}

  /** The end of the UUID that starts at {@code start}, or -1. */
  static int end(Subject subject, int start) {
    int at = start;
    for (int group = 0; group < GROUPS.length; group++) {
      if (group > 0 && subject.at(at++) != '-') {
        return -1;
      }
      int end = subject.runEnd(Alphabet.HEX, at, GROUPS[group] + 1);
      if (end - at != GROUPS[group]) {
        return -1;
      }
      at = end;
    }
    return subject.endsClean(at) ? at : -1;
  }
}
