package dev.treadle.store;

import java.util.Locale;

/** One of the lake's logs: a sequence of lines of one sort. */
public enum Stream {
  EXAMPLES,
  EXCHANGES,
  FEEDBACK,
  COMPARISONS,
  TRAJECTORIES,
  LEDGER;

  /** The name of its folder, and of its SQL view. */
  public String folder() {
    return name().toLowerCase(Locale.ROOT);
  }
}
