package dev.treadle.curation;

import java.util.SortedMap;
import java.util.TreeMap;

/** The counts of one stage while it runs. */
final class StageCount {
  private final String stage;
  private long in;
  private long out;
  private long changed;
  private final SortedMap<String, Long> dropped = new TreeMap<>();

  StageCount(String stage) {
    this.stage = stage;
  }

  void count(Verdict verdict) {
    in++;
    switch (verdict) {
      case Verdict.Keep _ -> out++;
      case Verdict.Change _ -> {
        out++;
        changed++;
      }
      case Verdict.Drop drop -> dropped.merge(drop.reason(), 1L, Long::sum);
    }
  }

  Funnel.Row row() {
    return new Funnel.Row(stage, in, out, changed, dropped);
  }
}
