package dev.treadle.curation.llamafactory;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts verdicts, and keeps the first places of each reason. Mutable; one owner. */
final class Tallies {
  private static final int PLACES_KEPT = 10;
  private static final int FAILURES_KEPT = 50;

  private final Map<Reason, Long> counts = new EnumMap<>(Reason.class);
  private final Map<Reason, List<FileReport.Place>> places = new EnumMap<>(Reason.class);
  private final List<FileReport.RunFailure> failures = new ArrayList<>();
  private long rows;
  private long accepted;
  private long mangled;
  private long dropped;
  private long raised;

  void add(String file, long line, Verdict verdict) {
    rows++;
    switch (verdict) {
      case Verdict.Accepted ok -> {
        accepted++;
        mangled += ok.isMangled() ? 1 : 0;
        for (Alteration alteration : ok.alterations()) {
          count(alteration.reason(), new FileReport.Place(file, line, alteration.explanation()));
        }
      }
      case Verdict.Dropped drop -> {
        dropped++;
        count(drop.reason(), new FileReport.Place(file, line, drop.explanation()));
      }
      case Verdict.Raised raise -> {
        raised++;
        count(raise.reason(), new FileReport.Place(file, line, raise.explanation()));
      }
    }
  }

  private void count(Reason reason, FileReport.Place place) {
    counts.merge(reason, 1L, Long::sum);
    List<FileReport.Place> kept = places.computeIfAbsent(reason, _ -> new ArrayList<>());
    if (kept.size() < PLACES_KEPT) {
      kept.add(place);
    }
  }

  void fail(Reason reason, String explanation) {
    fail(new FileReport.RunFailure(reason, explanation));
  }

  void fail(FileReport.RunFailure failure) {
    if (failures.size() < FAILURES_KEPT && !failures.contains(failure)) {
      failures.add(failure);
    }
  }

  boolean hasFailed() {
    return !failures.isEmpty();
  }

  void failWithoutValidRows(Stage stage) {
    if (accepted == 0 && raised == 0) {
      fail(
          Reason.NO_VALID_ROWS,
          "all %d rows are dropped and the %s run stops with \"Cannot find valid samples\"; see the reasons of the rows"
              .formatted(rows, stage));
    }
  }

  FileReport report() {
    Map<Reason, FileReport.Tally> reasons = new EnumMap<>(Reason.class);
    counts.forEach(
        (reason, count) ->
            reasons.put(
                reason, new FileReport.Tally(count, places.getOrDefault(reason, List.of()))));
    return new FileReport(rows, accepted, mangled, dropped, raised, reasons, failures);
  }
}
