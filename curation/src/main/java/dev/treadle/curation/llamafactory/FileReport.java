package dev.treadle.curation.llamafactory;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the trainer would do with a whole dataset file.
 *
 * @param accepted rows trained on, mangled ones included
 * @param mangled rows trained on that lose or change something
 * @param raised rows that each would stop the run
 * @param reasons what happened how often, with the first places
 * @param failures what stops the run besides single rows, or because of rows together
 */
public record FileReport(
    long rows,
    long accepted,
    long mangled,
    long dropped,
    long raised,
    Map<Reason, Tally> reasons,
    List<RunFailure> failures) {

  /** How often a reason occurred, and where first. */
  public record Tally(long count, List<Place> first) {
    public Tally {
      first = List.copyOf(first);
    }
  }

  /** A row's first line in the file, counted from 1, and what was said of it. */
  public record Place(String file, long line, String explanation) {}

  /** Something that stops the whole run. */
  public record RunFailure(Reason reason, String explanation) {}

  public FileReport {
    reasons = Collections.unmodifiableMap(new TreeMap<>(reasons));
    failures = List.copyOf(failures);
  }

  /** Whether the trainer would get past loading. */
  public boolean isLoadable() {
    return failures.isEmpty() && raised == 0;
  }
}
