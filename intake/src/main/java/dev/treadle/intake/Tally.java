package dev.treadle.intake;

import dev.treadle.intake.ExampleSink.Kept;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The counts of an import while it runs. */
final class Tally {
  private static final int MAX_PROBLEMS = 50;
  private static final int MAX_TYPES = 500;

  long filesRead;
  long filesUnchanged;
  long filesSkipped;
  long bytesRead;
  long linesRead;
  long conversations;
  long branches;
  long agents;
  long messages;
  long replayed;
  long unansweredTurns;
  long pairedResults;
  long unpairedResults;
  long unansweredCalls;
  long repairedParents;
  private long problemCount;
  private final List<String> problems = new ArrayList<>();
  private final SortedMap<String, Long> lines = new TreeMap<>();
  private final Map<Kept, Long> kept = new EnumMap<>(Kept.class);

  void line(String type) {
    linesRead++;
    String counted =
        lines.size() < MAX_TYPES || lines.containsKey(type) ? type : "unknown:(others)";
    lines.merge(counted, 1L, Long::sum);
  }

  void kept(Kept what) {
    kept.merge(what, 1L, Long::sum);
  }

  void problem(String problem) {
    problemCount++;
    if (problems.size() < MAX_PROBLEMS) {
      problems.add(problem);
    }
  }

  ImportReport report() {
    return new ImportReport(
        filesRead,
        filesUnchanged,
        filesSkipped,
        bytesRead,
        linesRead,
        lines,
        conversations,
        branches,
        agents,
        messages,
        replayed,
        unansweredTurns,
        pairedResults,
        unpairedResults,
        unansweredCalls,
        repairedParents,
        kept.getOrDefault(Kept.ADDED, 0L),
        kept.getOrDefault(Kept.REVISED, 0L),
        kept.getOrDefault(Kept.UNCHANGED, 0L),
        kept.getOrDefault(Kept.TOO_LARGE, 0L),
        kept.getOrDefault(Kept.FORGOTTEN, 0L),
        problemCount,
        List.copyOf(problems));
  }
}
