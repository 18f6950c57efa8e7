package dev.treadle.curation.llamafactory;

import java.util.List;

/** What the trainer would do with one row. */
public sealed interface Verdict {
  /** The row is trained on; with alterations it is mangled: a part of it is lost or changed. */
  record Accepted(Sample sample, List<Alteration> alterations) implements Verdict {
    public Accepted {
      alterations = List.copyOf(alterations);
    }

    public boolean isMangled() {
      return !alterations.isEmpty();
    }
  }

  /** The row is skipped with a warning in the log, and the run goes on. */
  record Dropped(Reason reason, String explanation) implements Verdict {}

  /** The row stops the run. */
  record Raised(Reason reason, String explanation) implements Verdict {}
}
