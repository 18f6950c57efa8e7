package dev.treadle.curation;

import java.util.SortedMap;
import java.util.TreeMap;

/** The counts of one row of the funnel that no examples go through, but records do. */
final class GatherCount {
  private final String name;
  private long in;
  private long out;
  private long changed;
  private final SortedMap<String, Long> dropped = new TreeMap<>();

  GatherCount(String name) {
    this.name = name;
  }

  void take() {
    in++;
    out++;
  }

  /** Taken, and made into something else. */
  void change() {
    take();
    changed++;
  }

  void drop(String reason) {
    in++;
    dropped.merge(reason, 1L, Long::sum);
  }

  /** What was taken was left out after all. */
  void dropTaken(String reason) {
    out--;
    dropped.merge(reason, 1L, Long::sum);
  }

  boolean isEmpty() {
    return in == 0;
  }

  Funnel.Row row() {
    return new Funnel.Row(name, in, out, changed, dropped);
  }
}
